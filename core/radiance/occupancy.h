#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/radiance/geometry.h"

namespace convergence::radiance {

/// One bit for each point of a grid: whether there may be something near it. Looked up at the
/// nearest point, round(u); outside the box nothing is occupied.
class Occupancy {
public:
    Occupancy() = default;
    /// All points occupied.
    explicit Occupancy(std::array<int, 3> size);

    [[nodiscard]] const std::array<int, 3>& size() const { return size_; }
    [[nodiscard]] std::size_t count() const;
    [[nodiscard]] bool at(std::size_t index) const {
        return (words_[index / 32] >> index % 32) & 1;
    }
    void clear(std::size_t index) { words_[index / 32] &= ~(std::uint32_t{1} << index % 32); }
    /// At a point in grid coordinates.
    [[nodiscard]] bool nearest(const Eigen::Vector3d& u) const;
    /// Share of the points that are occupied.
    [[nodiscard]] double fraction() const;
    [[nodiscard]] const std::vector<std::uint32_t>& words() const { return words_; }

    /// Keeps only points where `values` (one each) exceeds `threshold`.
    void keepAbove(std::span<const float> values, float threshold);
    /// The same box with other points: each takes the bit of the nearest old one.
    [[nodiscard]] Occupancy resampled(std::array<int, 3> size) const;

private:
    std::array<int, 3> size_{};
    std::vector<std::uint32_t> words_;
};

/// The largest value in the 3 × 3 × 3 neighborhood of each point, neighbors outside left out.
/// x slowest, z fastest.
std::vector<float> maxPool3(std::span<const float> values, std::array<int, 3> size);

} // namespace convergence::radiance
