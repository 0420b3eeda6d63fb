#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/radiance/ray_block.h"
#include "core/radiance/ray_march.h"

namespace convergence::radiance {

constexpr std::size_t paddedTo(std::size_t size, std::size_t multiple) {
    return (size + multiple - 1) / multiple * multiple;
}

/// Color and density have their gradients in one quad a sample: nothing else depends on them.
template <typename Scalar>
bool sharesQuads(const BasicField<Scalar>& field) {
    return !field.color.hasNetwork() && field.activation != Activation::nearest;
}

/// Numbers a row that gradients of features take: the columns that the network's first layer hands
/// back, a multiple of 16, or one quad.
template <typename Scalar>
std::size_t gradientColumns(const BasicField<Scalar>& field) {
    return field.color.hasNetwork()
               ? std::max<std::size_t>(16,
                                       paddedTo(static_cast<std::size_t>(field.featureStride), 16))
               : 4;
}

/// Numbers a row of what the network is given, a multiple of 4.
template <typename Scalar>
std::size_t inputStrideOf(const BasicField<Scalar>& field) {
    const auto numbers = static_cast<std::size_t>(
        field.color.features + (field.color.positionEncoding ? ColorOptions::positionNumbers : 0));
    return std::max<std::size_t>(
        4, paddedTo(std::max(static_cast<std::size_t>(field.featureStride), numbers), 4));
}

/// Numbers of the network that the arithmetic needs in another layout, made once a batch.
template <typename Scalar>
struct TurnedWeights {
    AlignedArray<Scalar> output; ///< W₃ᵀ: 4 × width
    AlignedArray<Scalar> hidden; ///< W₂ᵀ: width × width
    AlignedArray<Scalar> sample; ///< W₁ᵀ restricted to features: width × gradientColumns()

    void set(const BasicField<Scalar>& field) {
        if (!field.color.hasNetwork())
            return;
        const ColorNetwork<Scalar>& network = field.network;
        const auto at = network.layout();
        const auto width = static_cast<std::size_t>(network.paddedWidth);
        const std::size_t columns = gradientColumns(field);
        output.makeRoom(4 * width);
        hidden.makeRoom(width * width);
        sample.makeRoom(width * columns);
        // Columns stand where a point's features stand; the first three of them not at all when
        // they go past the network.
        const std::size_t skipped = field.color.direct ? 0 : 3;
        for (std::size_t k = 0; k < width; ++k) {
            for (std::size_t j = 0; j < 4; ++j)
                output[j * width + k] = network.parameters[at.outputWeights + 4 * k + j];
            for (std::size_t j = 0; j < width; ++j)
                hidden[j * width + k] = network.parameters[at.hiddenWeights + k * width + j];
            for (std::size_t j = 0; j < static_cast<std::size_t>(field.color.networkFeatures());
                 ++j)
                sample[k * columns + skipped + j] =
                    network.parameters[at.sampleWeights + j * width + k];
        }
    }
};

/// What a thread works with: the passes forward and backward through one block of rays at a time.
template <typename Scalar>
struct RayLane {
    std::vector<MarchRay<Scalar>> marches;
    AlignedArray<Scalar> inputs;                           ///< chosen × inputStride
    AlignedArray<Scalar> hidden1, hidden2, slope1, slope2; ///< chosen × width
    AlignedArray<Scalar> color;                            ///< chosen × 4
    AlignedArray<Scalar> colorSlope;                       ///< chosen × 4, by logits
    AlignedArray<Scalar> view;                             ///< rays × 32: encoded directions
    AlignedArray<Scalar> viewPart; ///< rays × width: what the direction adds to layer 1
    AlignedArray<Scalar> raySlope; ///< rays × width
    std::vector<std::int32_t> rayOfRow;
    AlignedArray<Scalar> gradient; ///< of the network
    PassSums sums;
    std::size_t inputStride = 0;

    static constexpr std::size_t viewStride = 32;

    /// Room for all that blocks of so many samples may need.
    void reserve(const BasicField<Scalar>& field, std::size_t capacity);
    /// Fills the block with the rays' samples, and `color` with the colors of the chosen ones.
    void forward(const BasicField<Scalar>& field, const RayKernels<Scalar>& kernels,
                 std::span<const PassRay> rays, const PassOptions& options,
                 RayBlock<Scalar>& block);
    /// Colors of the chosen samples, four numbers each, of which three count.
    void colors(const BasicField<Scalar>& field, const RayKernels<Scalar>& kernels,
                std::span<const PassRay> rays, RayBlock<Scalar>& block);
    void networkForward(const BasicField<Scalar>& field, const RayKernels<Scalar>& kernels,
                        std::span<const PassRay> rays, RayBlock<Scalar>& block);
    void positions(const BasicField<Scalar>& field, const RayBlock<Scalar>& block);
    /// After forward(): gradients of a batch of so many rays, by plane in the block, and of the
    /// network; adds to `sums`.
    void backward(const BasicField<Scalar>& field, const RayKernels<Scalar>& kernels,
                  const TurnedWeights<Scalar>& turned, std::span<const PassRay> rays,
                  std::size_t batch, const PassOptions& options, RayBlock<Scalar>& block);
    void compositeBackward(const PassRay& ray, std::size_t batch, const PassOptions& options,
                           const typename RayBlock<Scalar>::RayPart& part, bool inQuads,
                           RayBlock<Scalar>& block);
    void networkBackward(const BasicField<Scalar>& field, const RayKernels<Scalar>& kernels,
                         const TurnedWeights<Scalar>& turned, RayBlock<Scalar>& block);
    /// The color seen along a ray.
    [[nodiscard]] std::array<Scalar, 3> composite(const typename RayBlock<Scalar>::RayPart& part,
                                                  const RayBlock<Scalar>& block,
                                                  double background) const;
};

} // namespace convergence::radiance
