#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <Eigen/Core>

namespace convergence {

/// Gray images with labels. Pixels in [0, 1].
struct LabelledImages {
    Eigen::MatrixXf images;           ///< pixels × count: one column an image, row by row
    std::vector<std::uint8_t> labels; ///< count, each in 0..9

    [[nodiscard]] Eigen::Index count() const { return images.cols(); }
};

struct ImageDataset {
    LabelledImages train;
    LabelledImages test;
    std::string source;   ///< one sentence on where it came from
    bool standIn = false; ///< made up because the real data was not there
};

} // namespace convergence
