#include "core/autodiff/random_operations.h"

#include <bit>

#include "core/autodiff/elementwise.h"
#include "core/math/random.h"

namespace convergence::autodiff {

namespace {

template <typename Scalar>
RandomStream streamOf(const Call<Scalar>& call) {
    const auto& n = call.node.attributes.integers;
    return RandomStream({.seed = std::bit_cast<std::uint64_t>(n[0]),
                         .purpose = call.node.operation->name,
                         .replicate = std::bit_cast<std::uint64_t>(n[1]),
                         .index = call.step});
}

template <typename Scalar>
constexpr Operation<Scalar> maskOperation{
    .name = "random mask",
    .kernel =
        [](const Call<Scalar>& call) {
            RandomStream stream = streamOf(call);
            const auto bound = static_cast<std::uint64_t>(call.node.attributes.reals[0] * 0x1p32);
            Scalar* const out = call.output();
            const Index count = call.node.shape.elements();
            for (Index i = 0; i < count; i += 2) { // 32 bits decide
                const std::uint64_t bits = stream.bits();
                out[i] = (bits >> 32) < bound ? Scalar(1) : Scalar(0);
                if (i + 1 < count)
                    out[i + 1] = (bits & 0xFFFFFFFFU) < bound ? Scalar(1) : Scalar(0);
            }
        },
    .pure = false};

template <typename Scalar>
constexpr Operation<Scalar> normalOperation{
    .name = "random normal",
    .kernel =
        [](const Call<Scalar>& call) {
            RandomStream stream = streamOf(call);
            stream.fillNormal(std::span<Scalar>(
                call.output(), static_cast<std::size_t>(call.node.shape.elements())));
        },
    .pure = false};

template <typename Scalar>
Tensor<Scalar> recordRandom(const Operation<Scalar>& operation, Graph<Scalar>& graph,
                            const Shape& shape, double probability, std::uint64_t seed,
                            std::uint64_t stream) {
    Attributes attributes;
    attributes.integers[0] = std::bit_cast<std::int64_t>(seed);
    attributes.integers[1] = std::bit_cast<std::int64_t>(stream);
    attributes.reals[0] = probability;
    return {&graph, graph.record(operation, {}, shape, attributes)};
}

} // namespace

template <typename Scalar>
Tensor<Scalar> randomMask(Graph<Scalar>& graph, const Shape& shape, double probability,
                          std::uint64_t seed, std::uint64_t stream) {
    return recordRandom(maskOperation<Scalar>, graph, shape, probability, seed, stream);
}

template <typename Scalar>
Tensor<Scalar> randomNormal(Graph<Scalar>& graph, const Shape& shape, std::uint64_t seed,
                            std::uint64_t stream) {
    return recordRandom(normalOperation<Scalar>, graph, shape, 0.0, seed, stream);
}

template <typename Scalar>
Tensor<Scalar> dropout(Tensor<Scalar> x, double rate, std::uint64_t seed, std::uint64_t stream) {
    if (!(rate >= 0.0 && rate < 1.0))
        throw std::logic_error("A dropout rate must be in [0, 1).");
    if (rate == 0.0)
        return x;
    return x * (randomMask(x.graph(), x.shape(), 1.0 - rate, seed, stream) / (1.0 - rate));
}

#define CONVERGENCE_INSTANTIATE(Scalar)                                                            \
    template Tensor<Scalar> randomMask(Graph<Scalar>&, const Shape&, double, std::uint64_t,        \
                                       std::uint64_t);                                             \
    template Tensor<Scalar> randomNormal(Graph<Scalar>&, const Shape&, std::uint64_t,              \
                                         std::uint64_t);                                           \
    template Tensor<Scalar> dropout(Tensor<Scalar>, double, std::uint64_t, std::uint64_t);
CONVERGENCE_INSTANTIATE(float)
CONVERGENCE_INSTANTIATE(double)
#undef CONVERGENCE_INSTANTIATE

} // namespace convergence::autodiff
