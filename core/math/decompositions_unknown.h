#pragma once

// What decompositions.h answers where there is no answer; for its sources alone.

#include <limits>

#include <Eigen/Core>

namespace convergence {

template <typename Scalar>
inline constexpr Scalar notANumber = std::numeric_limits<Scalar>::quiet_NaN();

/// All NaN.
template <typename Scalar>
Eigen::MatrixX<Scalar> unknownMatrix(Eigen::Index rows, Eigen::Index columns) {
    return Eigen::MatrixX<Scalar>::Constant(rows, columns, notANumber<Scalar>);
}

} // namespace convergence
