#pragma once

#include <cstdint>

#include <Eigen/Core>

#include "core/math/random.h"

namespace convergence::matrix {

/// Independent normal entries; equal (seed, index) give equal matrices.
inline Eigen::MatrixXd gaussianMatrix(std::uint64_t seed, Eigen::Index rows, Eigen::Index columns,
                                      std::uint64_t index, double deviation = 1.0) {
    Eigen::MatrixXd matrix(rows, columns);
    RandomStream({.seed = seed, .purpose = "test matrices", .index = index})
        .fillNormal({matrix.data(), static_cast<std::size_t>(matrix.size())}, deviation);
    return matrix;
}

} // namespace convergence::matrix
