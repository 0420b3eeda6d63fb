#include "core/radiance/ray_lane.h"

#include <algorithm>
#include <cmath>

namespace convergence::radiance {

namespace {

/// [v, sin 2^q v_a, cos 2^q v_a]: 3 + 2·3·frequencies numbers.
template <typename Scalar>
void encode(const Eigen::Vector3d& v, int frequencies, Scalar* out) {
    for (int axis = 0; axis < 3; ++axis) {
        out[axis] = static_cast<Scalar>(v[axis]);
        for (int q = 0; q < frequencies; ++q) {
            const double angle = std::ldexp(v[axis], q);
            out[3 + axis * frequencies + q] = static_cast<Scalar>(std::sin(angle));
            out[3 + (3 + axis) * frequencies + q] = static_cast<Scalar>(std::cos(angle));
        }
    }
}

} // namespace

template <typename Scalar>
void RayLane<Scalar>::reserve(const BasicField<Scalar>& field, std::size_t capacity) {
    marches.reserve(blockRays);
    for (auto* array : {&color, &colorSlope})
        array->makeRoom(paddedTo(4 * capacity, 16));
    if (!field.color.hasNetwork())
        return;
    const auto width = static_cast<std::size_t>(field.network.paddedWidth);
    inputs.makeRoom(capacity * inputStrideOf(field));
    for (auto* array : {&hidden1, &hidden2, &slope1, &slope2})
        array->makeRoom(capacity * width);
    view.makeRoom(blockRays * viewStride);
    for (auto* array : {&viewPart, &raySlope})
        array->makeRoom(blockRays * width);
    rayOfRow.reserve(capacity);
}

template <typename Scalar>
void RayLane<Scalar>::forward(const BasicField<Scalar>& field, const RayKernels<Scalar>& kernels,
                              std::span<const PassRay> rays, const PassOptions& options,
                              RayBlock<Scalar>& block) {
    MarchGrid<Scalar> grid = marchGrid(field);
    if (options.ignoreThreshold)
        grid.threshold = -1;
    marches.clear();
    std::size_t capacity = 0;
    std::array<double, blockRays> begins{};
    for (std::size_t r = 0; r < rays.size(); ++r) {
        marches.push_back(marchRay(field, rays[r], options.nearest, &begins[r]));
        capacity += static_cast<std::size_t>(marches.back().count);
    }
    block.prepare(capacity);
    for (std::size_t r = 0; r < rays.size(); ++r) {
        const MarchResult<Scalar> result =
            kernels.march(grid, marches[r], block.from(block.active));
        typename RayBlock<Scalar>::RayPart part{.firstActive = block.active,
                                                .active = result.active,
                                                .firstChosen =
                                                    static_cast<std::int32_t>(block.chosen.size()),
                                                .begin = begins[r],
                                                .last = result.lastTransmittance};
        for (std::int32_t i = block.active; i < block.active + result.active; ++i) {
            const auto n = static_cast<std::size_t>(i);
            if (block.transmittance[n] * block.opacity[n] > grid.threshold)
                block.chosen.push_back(i);
        }
        part.chosen = static_cast<std::int32_t>(block.chosen.size()) - part.firstChosen;
        block.active += result.active;
        block.rays.push_back(part);
        sums.inBox += result.inBox;
        sums.inMask += result.inMask;
        sums.colored += part.chosen;
    }
    colors(field, kernels, rays, block);
}

/// Colors of the chosen samples, four numbers each, of which three count.
template <typename Scalar>
void RayLane<Scalar>::colors(const BasicField<Scalar>& field, const RayKernels<Scalar>& kernels,
                             std::span<const PassRay> rays, RayBlock<Scalar>& block) {
    const std::size_t rows = block.chosen.size();
    const std::size_t numbers = paddedTo(4 * rows, 16);
    color.makeRoom(numbers);
    if (field.color.hasNetwork()) {
        networkForward(field, kernels, rays, block);
    } else {
        kernels.gather(field.shape.size.data(), field.features.data(), field.featureStride,
                       block.from(0), block.chosen.data(), static_cast<std::int32_t>(rows),
                       color.data(), 4);
    }
    std::fill(color.data() + 4 * rows, color.data() + numbers, Scalar{0});
    kernels.sigmoid(color.data(), static_cast<std::ptrdiff_t>(numbers));
}

template <typename Scalar>
void RayLane<Scalar>::positions(const BasicField<Scalar>& field, const RayBlock<Scalar>& block) {
    const auto offset = static_cast<std::size_t>(field.color.features);
    const std::ptrdiff_t strideY = field.shape.size[2];
    const std::ptrdiff_t strideX = strideY * field.shape.size[1];
    for (std::size_t j = 0; j < block.chosen.size(); ++j) {
        const auto s = static_cast<std::size_t>(block.chosen[j]);
        const std::ptrdiff_t cell = block.cell[s];
        Eigen::Vector3d u(static_cast<double>(cell / strideX),
                          static_cast<double>(cell % strideX / strideY),
                          static_cast<double>(cell % strideY));
        for (std::size_t axis = 0; axis < 3; ++axis)
            u[static_cast<Eigen::Index>(axis)] = (u[static_cast<Eigen::Index>(axis)] +
                                                  static_cast<double>(block.fraction[axis][s])) /
                                                 (field.shape.size[axis] - 1);
        encode(u, 5, inputs.data() + j * inputStride + offset);
    }
}

template <typename Scalar>
void RayLane<Scalar>::networkForward(const BasicField<Scalar>& field,
                                     const RayKernels<Scalar>& kernels,
                                     std::span<const PassRay> rays, RayBlock<Scalar>& block) {
    const std::size_t rows = block.chosen.size();
    const auto at = field.network.layout();
    const Scalar* parameters = field.network.parameters.data();
    const auto width = static_cast<std::size_t>(field.network.paddedWidth);
    const auto columns = static_cast<std::int32_t>(width);
    const auto wide = static_cast<std::ptrdiff_t>(width);
    const auto count = static_cast<std::int32_t>(rows);
    inputStride = inputStrideOf(field);
    inputs.makeRoom(rows * inputStride);
    for (auto* array : {&hidden1, &hidden2})
        array->makeRoom(rows * width);
    if (field.featureStride > 0)
        kernels.gather(field.shape.size.data(), field.features.data(), field.featureStride,
                       block.from(0), block.chosen.data(), count, inputs.data(),
                       static_cast<std::ptrdiff_t>(inputStride));
    if (field.color.positionEncoding)
        positions(field, block);

    view.makeRoom(blockRays * viewStride);
    viewPart.makeRoom(blockRays * width);
    rayOfRow.resize(rows);
    for (std::size_t r = 0; r < rays.size(); ++r) {
        encode(rays[r].direction.normalized(), 4, view.data() + r * viewStride);
        const auto& part = block.rays[r];
        std::fill_n(rayOfRow.begin() + part.firstChosen, part.chosen, static_cast<std::int32_t>(r));
    }
    // What the direction adds is the same all along a ray.
    Product<Scalar> product{};
    product.a = view.data();
    product.aRow = viewStride;
    product.aStep = 1;
    product.b = parameters + at.viewWeights;
    product.bRow = wide;
    product.c = viewPart.data();
    product.cRow = wide;
    product.rows = static_cast<std::int32_t>(rays.size());
    product.columns = columns;
    product.depth = ColorOptions::viewNumbers;
    product.start = parameters + at.bias1;
    kernels.multiply(ProductKind::plain, product);

    product.a = inputs.data() + (field.color.direct ? 0 : 3);
    product.aRow = static_cast<std::ptrdiff_t>(inputStride);
    product.b = parameters + at.sampleWeights;
    product.c = hidden1.data();
    product.rows = count;
    product.depth = field.color.sampleInputs();
    product.start = viewPart.data();
    product.startRow = wide;
    product.startOf = rayOfRow.data();
    kernels.multiply(ProductKind::rectified, product);

    product.a = hidden1.data();
    product.aRow = wide;
    product.b = parameters + at.hiddenWeights;
    product.c = hidden2.data();
    product.depth = columns;
    product.start = parameters + at.bias2;
    product.startRow = 0;
    product.startOf = nullptr;
    kernels.multiply(ProductKind::rectified, product);

    kernels.outputLayer(hidden2.data(), count, columns, parameters + at.outputWeights,
                        parameters + at.bias3, color.data());
    if (!field.color.direct)
        for (std::size_t j = 0; j < rows; ++j)
            for (std::size_t channel = 0; channel < 3; ++channel)
                color[4 * j + channel] += inputs[j * inputStride + channel];
}

template <typename Scalar>
std::array<Scalar, 3> RayLane<Scalar>::composite(const typename RayBlock<Scalar>::RayPart& part,
                                                 const RayBlock<Scalar>& block,
                                                 double background) const {
    const Scalar behind = part.last * static_cast<Scalar>(background);
    std::array<Scalar, 3> sum{behind, behind, behind};
    for (std::int32_t j = part.firstChosen; j < part.firstChosen + part.chosen; ++j) {
        const auto s = static_cast<std::size_t>(block.chosen[static_cast<std::size_t>(j)]);
        const Scalar weight = block.transmittance[s] * block.opacity[s];
        for (std::size_t channel = 0; channel < 3; ++channel)
            sum[channel] += weight * color[4 * static_cast<std::size_t>(j) + channel];
    }
    return sum;
}

template void RayLane<float>::reserve(const BasicField<float>&, std::size_t);
template void RayLane<float>::forward(const BasicField<float>&, const RayKernels<float>&,
                                      std::span<const PassRay>, const PassOptions&,
                                      RayBlock<float>&);
template void RayLane<float>::colors(const BasicField<float>&, const RayKernels<float>&,
                                     std::span<const PassRay>, RayBlock<float>&);
template std::array<float, 3> RayLane<float>::composite(const RayBlock<float>::RayPart&,
                                                        const RayBlock<float>&, double) const;
template void RayLane<double>::reserve(const BasicField<double>&, std::size_t);
template void RayLane<double>::forward(const BasicField<double>&, const RayKernels<double>&,
                                       std::span<const PassRay>, const PassOptions&,
                                       RayBlock<double>&);
template void RayLane<double>::colors(const BasicField<double>&, const RayKernels<double>&,
                                      std::span<const PassRay>, RayBlock<double>&);
template std::array<double, 3> RayLane<double>::composite(const RayBlock<double>::RayPart&,
                                                          const RayBlock<double>&, double) const;

} // namespace convergence::radiance
