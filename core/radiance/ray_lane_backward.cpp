#include "core/radiance/ray_lane.h"

#include <algorithm>
#include <cmath>

namespace convergence::radiance {

namespace {

constexpr double smallestEntropy = 1e-6;

} // namespace

/// From the pixel to the logits of colors and to raw density: fills colorSlope and block.slope, or
/// quads of both by active sample.
template <typename Scalar>
void RayLane<Scalar>::compositeBackward(const PassRay& ray, std::size_t batch,
                                        const PassOptions& options,
                                        const typename RayBlock<Scalar>::RayPart& part,
                                        bool inQuads, RayBlock<Scalar>& block) {
    const std::array<Scalar, 3> seen = composite(part, block, options.background);
    std::array<Scalar, 3> g{};
    Scalar gSum = 0;
    const Scalar scale = Scalar(2) / static_cast<Scalar>(3 * batch);
    for (std::size_t channel = 0; channel < 3; ++channel) {
        const Scalar value =
            options.clampColor ? std::clamp(seen[channel], Scalar(0), Scalar(1)) : seen[channel];
        const Scalar difference = value - static_cast<Scalar>(ray.target[channel]);
        sums.squares += static_cast<double>(difference) * static_cast<double>(difference);
        g[channel] = value == seen[channel] ? scale * difference : Scalar(0);
        gSum += g[channel];
    }
    const double q =
        std::clamp(static_cast<double>(part.last), smallestEntropy, 1.0 - smallestEntropy);
    sums.entropy += -q * std::log(q) - (1.0 - q) * std::log(1.0 - q);
    double behind = static_cast<double>(gSum) * options.background;
    if (q == static_cast<double>(part.last))
        behind += options.backgroundEntropy / static_cast<double>(batch) * std::log((1.0 - q) / q);
    // R is the gradient of the loss by the logarithm of T after the sample: all that lies behind.
    Scalar R = static_cast<Scalar>(behind) * part.last;
    const auto perPoint = static_cast<Scalar>(2.0 * options.perPoint / static_cast<double>(batch));
    std::int32_t j = part.firstChosen + part.chosen - 1;
    for (std::int32_t i = part.firstActive + part.active - 1; i >= part.firstActive; --i) {
        const auto s = static_cast<std::size_t>(i);
        const Scalar alpha = block.opacity[s], T = block.transmittance[s], weight = T * alpha;
        Scalar a = 0; // ⟨g, c⟩; 0 for samples without a color, which keep their place in T
        Scalar* quad = inQuads ? block.featureGradient.data() + 4 * s : nullptr;
        if (inQuads)
            std::fill_n(quad, 3, Scalar{0});
        if (j >= part.firstChosen && block.chosen[static_cast<std::size_t>(j)] == i) {
            Scalar* out = inQuads ? quad : colorSlope.data() + 4 * static_cast<std::size_t>(j);
            double squares = 0.0;
            for (std::size_t channel = 0; channel < 3; ++channel) {
                const Scalar c = color[4 * static_cast<std::size_t>(j) + channel];
                const Scalar away = c - static_cast<Scalar>(ray.target[channel]);
                a += g[channel] * c;
                squares += static_cast<double>(away) * static_cast<double>(away);
                out[channel] = weight * (g[channel] + perPoint * away) * c * (1 - c);
            }
            out[3] = 0;
            sums.perPoint += static_cast<double>(weight) * squares;
            --j;
        }
        block.slope[s] *= a * T - R / (1 - alpha + static_cast<Scalar>(1e-10));
        if (inQuads)
            quad[3] = block.slope[s];
        R += a * weight;
    }
}

template <typename Scalar>
void RayLane<Scalar>::networkBackward(const BasicField<Scalar>& field,
                                      const RayKernels<Scalar>& kernels,
                                      const TurnedWeights<Scalar>& turned,
                                      RayBlock<Scalar>& block) {
    const std::size_t rows = block.chosen.size();
    const auto at = field.network.layout();
    const auto width = static_cast<std::size_t>(field.network.paddedWidth);
    const auto columns = static_cast<std::int32_t>(width);
    const auto wide = static_cast<std::ptrdiff_t>(width);
    const auto count = static_cast<std::int32_t>(rows);
    for (auto* array : {&slope1, &slope2})
        array->makeRoom(rows * width);
    kernels.outputGradient(hidden2.data(), colorSlope.data(), count, columns,
                           gradient.data() + at.outputWeights);
    for (std::size_t j = 0; j < rows; ++j)
        for (std::size_t channel = 0; channel < 3; ++channel)
            gradient[at.bias3 + channel] += colorSlope[4 * j + channel];

    Product<Scalar> product{};
    product.bRow = product.cRow = wide;
    product.columns = columns;
    // G₂ = (G₃ W₃ᵀ) ∘ [H₂ > 0]
    product.a = colorSlope.data();
    product.aRow = 4;
    product.aStep = 1;
    product.b = turned.output.data();
    product.c = slope2.data();
    product.rows = count;
    product.depth = 3;
    product.gate = hidden2.data();
    kernels.multiply(ProductKind::gated, product);
    // G₁ = (G₂ W₂ᵀ) ∘ [H₁ > 0]
    product.a = slope2.data();
    product.aRow = wide;
    product.b = turned.hidden.data();
    product.c = slope1.data();
    product.depth = columns;
    product.gate = hidden1.data();
    kernels.multiply(ProductKind::gated, product);
    product.gate = nullptr;
    // dW₂ = H₁ᵀ G₂
    product.a = hidden1.data();
    product.aRow = 1;
    product.aStep = wide;
    product.b = slope2.data();
    product.c = gradient.data() + at.hiddenWeights;
    product.rows = columns;
    product.depth = count;
    kernels.multiply(ProductKind::added, product);
    kernels.addRows(slope2.data(), count, columns, gradient.data() + at.bias2);
    // dW₁ = Xᵀ G₁, the rows of a sample's own numbers
    product.a = inputs.data() + (field.color.direct ? 0 : 3);
    product.aStep = static_cast<std::ptrdiff_t>(inputStride);
    product.b = slope1.data();
    product.c = gradient.data() + at.sampleWeights;
    product.rows = field.color.sampleInputs();
    kernels.multiply(ProductKind::added, product);
    // and those of the direction, summed over each ray first
    raySlope.makeRoom(blockRays * width);
    std::fill_n(raySlope.data(), block.rays.size() * width, Scalar{0});
    for (std::size_t r = 0; r < block.rays.size(); ++r) {
        const auto& part = block.rays[r];
        kernels.addRows(slope1.data() + static_cast<std::size_t>(part.firstChosen) * width,
                        part.chosen, columns, raySlope.data() + r * width);
    }
    const auto rayCount = static_cast<std::int32_t>(block.rays.size());
    product.a = view.data();
    product.aStep = viewStride;
    product.b = raySlope.data();
    product.c = gradient.data() + at.viewWeights;
    product.rows = ColorOptions::viewNumbers;
    product.depth = rayCount;
    kernels.multiply(ProductKind::added, product);
    kernels.addRows(raySlope.data(), rayCount, columns, gradient.data() + at.bias1);

    if (field.featureStride == 0)
        return;
    // Gradient of the features: the first columns of G₁ W₁ᵀ, and past the network G₃ itself.
    const std::size_t gradients = gradientColumns(field);
    block.featureGradientStride = gradients;
    block.featureGradient.makeRoom(rows * gradients);
    product.a = slope1.data();
    product.aRow = wide;
    product.aStep = 1;
    product.b = turned.sample.data();
    product.bRow = product.cRow = static_cast<std::ptrdiff_t>(gradients);
    product.c = block.featureGradient.data();
    product.rows = count;
    product.columns = static_cast<std::int32_t>(gradients);
    product.depth = columns;
    kernels.multiply(ProductKind::plain, product);
    if (!field.color.direct)
        for (std::size_t j = 0; j < rows; ++j)
            for (std::size_t channel = 0; channel < 3; ++channel)
                block.featureGradient[j * gradients + channel] += colorSlope[4 * j + channel];
}

template <typename Scalar>
void RayLane<Scalar>::backward(const BasicField<Scalar>& field, const RayKernels<Scalar>& kernels,
                               const TurnedWeights<Scalar>& turned, std::span<const PassRay> rays,
                               std::size_t batch, const PassOptions& options,
                               RayBlock<Scalar>& block) {
    const std::size_t rows = block.chosen.size();
    const bool inQuads = sharesQuads(field);
    colorSlope.makeRoom(paddedTo(4 * rows, 16));
    if (inQuads) {
        block.featureGradientStride = 4;
        block.featureGradient.makeRoom(4 * static_cast<std::size_t>(block.active));
    }
    for (std::size_t r = 0; r < rays.size(); ++r)
        compositeBackward(rays[r], batch, options, block.rays[r], inQuads, block);
    if (field.color.hasNetwork()) {
        networkBackward(field, kernels, turned, block);
    } else if (!inQuads) {
        block.featureGradientStride = 4;
        block.featureGradient.makeRoom(4 * rows);
        std::copy_n(colorSlope.data(), 4 * rows, block.featureGradient.data());
    }
    const auto planes = static_cast<std::size_t>(field.shape.size[0]);
    block.findPlanes(field.shape.size[1] * field.shape.size[2]);
    const auto active = static_cast<std::size_t>(block.active);
    typename RayBlock<Scalar>::ByPlane& density = block.densityByPlane;
    density.gradient.makeRoom(RayBlock<Scalar>::gradientRoom(active));
    const auto itself = [](std::size_t i) { return i; };
    if (inQuads) {
        block.sort(
            active, planes, itself,
            [&](std::size_t i, std::size_t to) {
                std::copy_n(block.featureGradient.data() + 4 * i, 4,
                            density.gradient.data() + 4 * to);
            },
            density);
        return;
    }
    block.sort(
        active, planes, itself,
        [&](std::size_t i, std::size_t to) { density.gradient[to] = block.slope[i]; }, density);
    typename RayBlock<Scalar>::ByPlane& features = block.featuresByPlane;
    features.entry.resize(rows);
    block.sort(
        rows, planes, [&](std::size_t i) { return static_cast<std::size_t>(block.chosen[i]); },
        [&](std::size_t i, std::size_t to) { features.entry[to] = static_cast<std::int32_t>(i); },
        features);
}

template void RayLane<float>::backward(const BasicField<float>&, const RayKernels<float>&,
                                       const TurnedWeights<float>&, std::span<const PassRay>,
                                       std::size_t, const PassOptions&, RayBlock<float>&);
template void RayLane<double>::backward(const BasicField<double>&, const RayKernels<double>&,
                                        const TurnedWeights<double>&, std::span<const PassRay>,
                                        std::size_t, const PassOptions&, RayBlock<double>&);

} // namespace convergence::radiance
