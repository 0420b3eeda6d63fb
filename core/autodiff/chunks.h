#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "core/autodiff/shape.h"
#include "core/parallel/parallel_for.h"

namespace convergence::autodiff {

/// Calls work(begin, count) for parts of 0, ..., total − 1 of `grain` each (the last may be
/// shorter), in parallel if there is more than one. Where the parts begin does not depend on the
/// number of threads. `work` must not throw.
template <typename Work>
void inChunks(Index total, Index grain, const Work& work) {
    if (total <= grain) {
        work(Index{0}, total);
        return;
    }
    parallelFor(static_cast<std::size_t>((total + grain - 1) / grain), [&](std::size_t part) {
        const Index begin = static_cast<Index>(part) * grain;
        work(begin, std::min(grain, total - begin));
    });
}

/// Sum over lane-wise partial sums: one order of addition wherever the numbers lie in memory,
/// unlike Eigen's, which depends on alignment.
template <typename Scalar, typename Term>
Scalar laneSum(Index count, const Term& term) {
    constexpr Index lanes = 32;
    std::array<Scalar, lanes> partial{};
    Index i = 0;
    for (; i + lanes <= count; i += lanes)
        for (Index lane = 0; lane < lanes; ++lane)
            partial[static_cast<std::size_t>(lane)] += term(i + lane);
    for (Index lane = 0; i < count; ++i, ++lane)
        partial[static_cast<std::size_t>(lane)] += term(i);
    for (std::size_t half = lanes / 2; half > 0; half /= 2)
        for (std::size_t lane = 0; lane < half; ++lane)
            partial[lane] += partial[lane + half];
    return partial[0];
}

} // namespace convergence::autodiff
