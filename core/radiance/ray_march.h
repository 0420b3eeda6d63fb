#pragma once

#include <array>

#include "core/radiance/field.h"
#include "core/radiance/ray_kernels.h"

namespace convergence::radiance {

/// A ray. Its samples lie at origin + direction·t_min + unit direction·(k + offset)·step.
struct PassRay {
    Eigen::Vector3d origin = Eigen::Vector3d::Zero();
    Eigen::Vector3d direction = Eigen::Vector3d::Zero(); ///< not normalized
    double offset = 0.0;                                 ///< jitter, in samples
    std::array<float, 3> target{};                       ///< the pixel's color; for gradients only
};

/// What is asked of a pass.
struct PassOptions {
    double nearest = 2.0;
    double background = 1.0;
    double backgroundEntropy = 0.0; ///< λ_bg
    double perPoint = 0.0;          ///< λ_pt
    bool clampColor = false;
    bool ignoreThreshold = false; ///< samples count however small their opacity
};

/// Sums over a batch.
struct PassSums {
    double squares = 0.0;  ///< Σ ‖Ĉ − C‖²
    double entropy = 0.0;  ///< Σ H(T_last)
    double perPoint = 0.0; ///< Σ w ‖c − C‖²
    double inBox = 0.0, inMask = 0.0, colored = 0.0;
};

/// The samples of a ray that may lie in the field's box: at least one. `begin`, if given, is the
/// distance of sample 0 from the origin.
template <typename Scalar>
MarchRay<Scalar> marchRay(const BasicField<Scalar>& field, const PassRay& ray, double nearest,
                          double* begin = nullptr);

template <typename Scalar>
MarchGrid<Scalar> marchGrid(const BasicField<Scalar>& field);

} // namespace convergence::radiance
