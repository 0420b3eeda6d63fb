#pragma once

#include "core/radiance/kernels/vectors.h"

namespace convergence::radiance::KERNEL_NAMESPACE {

namespace {

/// ω of the corners that share x: (y, z), (y, z+1), (y+1, z), (y+1, z+1), times a factor.
template <typename Scalar>
KERNEL_INLINE Quad<Scalar> planeWeights(Scalar factor, Scalar fy, Scalar fz) {
    const Scalar upper = factor * fy, lower = factor - upper;
    const Scalar lowerUp = lower * fz, upperUp = upper * fz;
    return Quad<Scalar>{lower - lowerUp, lowerUp, upper - upperUp, upperUp};
}

} // namespace

} // namespace convergence::radiance::KERNEL_NAMESPACE
