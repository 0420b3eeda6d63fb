#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include <Eigen/Core>

namespace convergence {

/// Pictures of one size turned about their center, by bilinear interpolation: a pixel of the result
/// at offset (dx, dy) from the center is the picture's value at that offset turned back, a mean of
/// the four pixels around it; outside of the picture is 0. The angle counts against the clock as
/// the picture is seen, rows from the top down.
///
/// Turns by multiples of 90° of square pictures are exact moves of pixels, and so is 180° of any.
/// Where the four pixels lie is worked out once an angle; turning a picture is four products a
/// pixel.
class ImageRotation {
public:
    /// Pixels are row by row. Throws InputError unless width and height are from 1 to 4096 and the
    /// angle is finite.
    ImageRotation(Eigen::Index width, Eigen::Index height, double degrees);

    /// Turns each column of `images` (width·height × count) into the same column of `turned`, of
    /// the same size and not the same memory (std::logic_error for another size). Does not
    /// allocate.
    void apply(const Eigen::Ref<const Eigen::MatrixXf>& images,
               Eigen::Ref<Eigen::MatrixXf> turned) const;

private:
    /// The pixel at column x and row y counts 1 − dx − dy + dx·dy and so on; a pixel outside of the
    /// picture counts 0.
    struct Source {
        std::array<std::int32_t, 4> pixels{};
        std::array<float, 4> weights{};
    };
    Eigen::Index pixels_;
    std::vector<Source> sources_;
};

/// Pictures (width·height × count, row by row) made smaller: each pixel is the mean of a square of
/// `window` × `window`. Throws InputError unless `window` ≥ 1 divides width and height, and
/// width·height is the number of rows.
Eigen::MatrixXf meanPooled(const Eigen::Ref<const Eigen::MatrixXf>& images, Eigen::Index width,
                           Eigen::Index window);

} // namespace convergence
