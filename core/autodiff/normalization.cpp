#include "core/autodiff/normalization.h"

#include <cmath>

#include "core/autodiff/elementwise.h"
#include "core/autodiff/gradient.h"
#include "core/autodiff/reductions.h"
#include "core/autodiff/shape_operations.h"
#include "core/parallel/chunks.h"

namespace convergence::autodiff {

namespace {

template <typename Scalar>
using Flow = Backward<Scalar>;

template <typename Scalar>
struct RowMoments {
    Scalar mean = 0;
    Scalar inverseDeviation = 0;
};

/// integers[0]: whether the mean is subtracted; reals[0]: ε.
template <typename Scalar>
RowMoments<Scalar> moments(const Scalar* x, Index columns, const Attributes& attributes) {
    RowMoments<Scalar> found;
    const auto count = static_cast<Scalar>(columns);
    if (attributes.integers[0] != 0)
        found.mean = laneSum<Scalar>(columns, [&](Index c) { return x[c]; }) / count;
    const Scalar square = laneSum<Scalar>(columns, [&](Index c) {
        const Scalar difference = x[c] - found.mean;
        return difference * difference;
    });
    found.inverseDeviation =
        Scalar(1) / std::sqrt(square / count + static_cast<Scalar>(attributes.reals[0]));
    return found;
}

template <typename Scalar, typename Work>
void forRows(const Call<Scalar>& call, const Work& work) {
    const Index columns = call.node.shape.columns();
    inChunks(call.node.shape.rows(), std::max<Index>(1, 16384 / columns),
             [&](Index begin, Index count) {
                 for (Index row = begin; row < begin + count; ++row)
                     work(row * columns, columns);
             });
}

/// dx = (g − mean g − y mean(g y))/σ; without centering, the mean of g stays.
template <typename Scalar>
constexpr Operation<Scalar> standardizeSlope{
    .name = "standardize slope",
    .kernel =
        [](const Call<Scalar>& call) {
            const bool centered = call.node.attributes.integers[0] != 0;
            forRows(call, [&](Index at, Index columns) {
                const Scalar* const x = call.input(0) + at;
                const Scalar* const g = call.input(1) + at;
                Scalar* const out = call.output() + at;
                const auto [mean, scale] = moments(x, columns, call.node.attributes);
                const auto count = static_cast<Scalar>(columns);
                const Scalar level =
                    centered ? laneSum<Scalar>(columns, [&](Index c) { return g[c]; }) / count
                             : Scalar(0);
                const Scalar along =
                    laneSum<Scalar>(columns,
                                    [&](Index c) { return g[c] * ((x[c] - mean) * scale); }) /
                    count;
                for (Index c = 0; c < columns; ++c)
                    out[c] = scale * (g[c] - level - (x[c] - mean) * scale * along);
            });
        },
    .differentiate =
        [](Flow<Scalar>& flow) {
            const auto attributes = flow.node().attributes;
            const auto x = flow.input(0), g = flow.input(1);
            constexpr auto kept = ReducedAxis::kept;
            const bool centered = attributes.integers[0] != 0;
            const auto centeredX = centered ? x - mean(x, -1, kept) : x;
            const auto scale = power(mean(square(centeredX), -1, kept) + attributes.reals[0], -0.5);
            const auto y = centeredX * scale;
            const auto level = centered ? g - mean(g, -1, kept) : g;
            differentiateAs(flow, scale * (level - y * mean(g * y, -1, kept)));
        }};

template <typename Scalar>
constexpr Operation<Scalar> standardizeOperation{
    .name = "standardize",
    .kernel =
        [](const Call<Scalar>& call) {
            forRows(call, [&](Index at, Index columns) {
                const Scalar* const x = call.input(0) + at;
                const auto [mean, scale] = moments(x, columns, call.node.attributes);
                for (Index c = 0; c < columns; ++c)
                    call.output()[at + c] = (x[c] - mean) * scale;
            });
        },
    .differentiate =
        [](Flow<Scalar>& flow) {
            flow.add(0, {&flow.graph(),
                         flow.graph().record(standardizeSlope<Scalar>,
                                             {flow.node().inputs[0], flow.cotangent().id()},
                                             flow.node().shape, flow.node().attributes)});
        },
    .overwrites = true};

} // namespace

template <typename Scalar>
Tensor<Scalar> standardizeRows(Tensor<Scalar> x, Centering centering, double epsilon) {
    Attributes attributes;
    attributes.integers[0] = centering == Centering::mean ? 1 : 0;
    attributes.reals[0] = epsilon;
    return {&x.graph(),
            x.graph().record(standardizeOperation<Scalar>, {x.id()}, x.shape(), attributes)};
}

template <typename Scalar>
BatchNormalized<Scalar> standardizeChannels(Tensor<Scalar> x, double epsilon) {
    const Index channels = x.shape().columns();
    const auto rows = reshape(x, {x.shape().rows(), channels});
    const auto level = mean(rows, 0);
    const auto centered = rows - level;
    const auto variance = mean(square(centered), 0);
    return {reshape(centered * power(variance + epsilon, -0.5), x.shape()), level, variance};
}

#define CONVERGENCE_INSTANTIATE(Scalar)                                                            \
    template Tensor<Scalar> standardizeRows(Tensor<Scalar>, Centering, double);                    \
    template BatchNormalized<Scalar> standardizeChannels(Tensor<Scalar>, double);
CONVERGENCE_INSTANTIATE(float)
CONVERGENCE_INSTANTIATE(double)
#undef CONVERGENCE_INSTANTIATE

} // namespace convergence::autodiff
