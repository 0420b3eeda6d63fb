#pragma once

#include <functional>
#include <vector>

#include "core/radiance/field.h"
#include "core/radiance/scene.h"

namespace convergence::radiance {

/// How rays run through a field.
struct RenderOptions {
    double nearest = 2.0; ///< where rays begin at the earliest, in units of their direction
    double background = 1.0;
};

/// What a camera sees of a field. Row-major from the top.
struct Rendering {
    int width = 0;
    int height = 0;
    std::vector<float> rgb;          ///< three numbers a pixel, sRGB as pictures hold it, unclamped
    std::vector<float> depth;        ///< Σ w (distance from the camera), scene units
    std::vector<float> transparency; ///< T_last: the share of the background

    /// Rounded to bytes, clamped to [0, 1].
    [[nodiscard]] Picture picture() const;
};

/// Renders a picture, rays in parallel; without jitter. Deterministic. `stop`, if given, is asked
/// between tiles; when it says true the rest stays background.
Rendering render(const Field& field, const Camera& camera, const RenderOptions& options,
                 const std::function<bool()>& stop = {});

/// The colors of single pixels of a camera, three numbers each: what metrics on a sample of pixels
/// need.
struct Pixel {
    int column = 0;
    int row = 0;
};
std::vector<float> renderPixels(const Field& field, const Camera& camera,
                                const std::vector<Pixel>& pixels, const RenderOptions& options);

/// All samples of one ray that lie in occupied space, whatever their opacity, up to where the ray
/// ends (T < 1e-3). Arrays have equal lengths.
struct RayCurves {
    std::vector<double> distance;      ///< from the camera, scene units
    std::vector<double> density;       ///< raw, D = interp(V)
    std::vector<double> opacity;       ///< α
    std::vector<double> transmittance; ///< T before the sample
    std::vector<double> weight;        ///< w = T α
    std::vector<double> red, green, blue;
};
RayCurves traceRay(const Field& field, const Camera& camera, Pixel pixel,
                   const RenderOptions& options);

/// The color of each grid point, three bytes in [0, 255]: σ of the coarse color, or for fields with
/// a network what it says when looked at from `eye`. Points are every `stride`-th along each axis.
std::vector<std::uint8_t> gridColors(const Field& field, const Eigen::Vector3d& eye, int stride);

} // namespace convergence::radiance
