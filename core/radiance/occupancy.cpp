#include "core/radiance/occupancy.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "core/parallel/parallel_for.h"

namespace convergence::radiance {

Occupancy::Occupancy(std::array<int, 3> size) : size_(size) {
    words_.assign((count() + 31) / 32, ~std::uint32_t{0});
    if (const std::size_t used = count() % 32)
        words_.back() = (std::uint32_t{1} << used) - 1;
}

std::size_t Occupancy::count() const {
    return GridShape{.size = size_}.count();
}

bool Occupancy::nearest(const Eigen::Vector3d& u) const {
    std::array<int, 3> point{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const double rounded = std::floor(u[static_cast<Eigen::Index>(axis)] + 0.5);
        if (!(rounded >= 0.0 && rounded < size_[axis]))
            return false;
        point[axis] = static_cast<int>(rounded);
    }
    return at(GridShape{.size = size_}.index(point[0], point[1], point[2]));
}

double Occupancy::fraction() const {
    std::size_t set = 0;
    for (const std::uint32_t word : words_)
        set += static_cast<std::size_t>(std::popcount(word));
    return static_cast<double>(set) / static_cast<double>(count());
}

void Occupancy::keepAbove(std::span<const float> values, float threshold) {
    for (std::size_t i = 0; i < values.size(); ++i)
        if (!(values[i] > threshold))
            clear(i);
}

Occupancy Occupancy::resampled(std::array<int, 3> size) const {
    Occupancy result(size);
    std::array<std::vector<int>, 3> nearestOld;
    for (std::size_t axis = 0; axis < 3; ++axis)
        for (int i = 0; i < size[axis]; ++i)
            nearestOld[axis].push_back(static_cast<int>(
                std::floor(static_cast<double>(i) * (size_[axis] - 1) / (size[axis] - 1) + 0.5)));
    const GridShape from{.size = size_};
    std::size_t index = 0;
    for (const int x : nearestOld[0])
        for (const int y : nearestOld[1])
            for (const int z : nearestOld[2]) {
                if (!at(from.index(x, y, z)))
                    result.clear(index);
                ++index;
            }
    return result;
}

std::vector<float> maxPool3(std::span<const float> values, std::array<int, 3> size) {
    // One axis after the other: the largest of neighbors' largest is the neighborhood's largest.
    std::vector<float> from(values.begin(), values.end());
    std::vector<float> to(from.size());
    const GridShape shape{.size = size};
    std::size_t stride = shape.count();
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const auto length = static_cast<std::size_t>(size[axis]);
        const std::size_t outer = stride;
        stride /= length;
        parallelFor(from.size() / outer, [&](std::size_t block) {
            const float* in = from.data() + block * outer;
            float* out = to.data() + block * outer;
            for (std::size_t i = 0; i < length; ++i) {
                const float* here = in + i * stride;
                const float* below = i > 0 ? here - stride : here;
                const float* above = i + 1 < length ? here + stride : here;
                for (std::size_t j = 0; j < stride; ++j)
                    out[i * stride + j] = std::max(std::max(below[j], above[j]), here[j]);
            }
        });
        from.swap(to);
    }
    return from;
}

} // namespace convergence::radiance
