#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "core/parallel/parallel_for.h"
#include <Eigen/Core>

namespace convergence {

/// Calls work(begin, count) for parts of 0, ..., total − 1 of `grain` each (the last may be
/// shorter), in parallel if there is more than one. Where the parts begin does not depend on the
/// number of threads. `work` must not throw.
template <typename Work>
void inChunks(Eigen::Index total, Eigen::Index grain, const Work& work) {
    if (total <= grain) {
        work(Eigen::Index{0}, total);
        return;
    }
    parallelFor(static_cast<std::size_t>((total + grain - 1) / grain), [&](std::size_t part) {
        const Eigen::Index begin = static_cast<Eigen::Index>(part) * grain;
        work(begin, std::min(grain, total - begin));
    });
}

/// Sum over lane-wise partial sums: one order of addition wherever the numbers lie in memory,
/// unlike Eigen's, which depends on alignment.
template <typename Scalar, typename Term>
Scalar laneSum(Eigen::Index count, const Term& term) {
    constexpr Eigen::Index lanes = 32;
    std::array<Scalar, lanes> partial{};
    Eigen::Index i = 0;
    for (; i + lanes <= count; i += lanes)
        for (Eigen::Index lane = 0; lane < lanes; ++lane)
            partial[static_cast<std::size_t>(lane)] += term(i + lane);
    for (Eigen::Index lane = 0; i < count; ++i, ++lane)
        partial[static_cast<std::size_t>(lane)] += term(i);
    for (std::size_t half = lanes / 2; half > 0; half /= 2)
        for (std::size_t lane = 0; lane < half; ++lane)
            partial[lane] += partial[lane + half];
    return partial[0];
}

} // namespace convergence
