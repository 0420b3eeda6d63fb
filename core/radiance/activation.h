#pragma once

#include <cstdint>

namespace convergence::radiance {

/// In which order density is interpolated and turned into opacity. D is raw density, b the field's
/// shift, δ the interval between samples in voxels of the reference grid.
enum class Activation : std::int32_t {
    post,    ///< interpolate first: α = 1 − (1 + e^{D+b})^{−δ}, D = interp(V)
    in,      ///< between: α = 1 − exp(−δ · interp(softplus(V + b)))
    pre,     ///< activate first: α = interp(1 − exp(−δ · softplus(V + b)))
    nearest, ///< as post, with the nearest grid point's density for D
};

} // namespace convergence::radiance
