#include "core/autodiff/graph.h"

#include <bit>

namespace convergence::autodiff {

namespace {

template <typename Scalar>
constexpr Operation<Scalar> inputOperation{
    "input", Operation<Scalar>::Storage::leaf, nullptr, nullptr, false, false};
template <typename Scalar>
constexpr Operation<Scalar> indexInputOperation{
    "indices", Operation<Scalar>::Storage::leaf, nullptr, nullptr, false, false, true};
template <typename Scalar>
constexpr Operation<Scalar> constantOperation{
    "constant", Operation<Scalar>::Storage::constant, nullptr, nullptr, false, false};
template <typename Scalar>
constexpr Operation<Scalar> fillOperation{
    "fill", Operation<Scalar>::Storage::computed, [](const Call<Scalar>& call) {
        std::fill_n(call.output(), call.node.shape.elements(),
                    static_cast<Scalar>(call.node.attributes.reals[0]));
    }};

template <typename Scalar>
std::size_t hashOf(const Node<Scalar>& node) {
    std::size_t hash = std::bit_cast<std::size_t>(node.operation);
    const auto mix = [&](std::size_t value) {
        hash = (hash ^ value) * 0x9E3779B97F4A7C15ULL;
        hash ^= hash >> 29;
    };
    for (const NodeId id : node.inputs)
        mix(static_cast<std::size_t>(id) + 1);
    for (int axis = 0; axis < node.shape.rank(); ++axis)
        mix(static_cast<std::size_t>(node.shape[axis]));
    for (const auto value : node.attributes.integers)
        mix(static_cast<std::size_t>(value));
    for (const double value : node.attributes.reals)
        mix(std::bit_cast<std::size_t>(value));
    return hash;
}

} // namespace

template <typename Scalar>
Tensor<Scalar> Graph<Scalar>::input(const Shape& shape) {
    return {this, record(inputOperation<Scalar>, {}, shape)};
}

template <typename Scalar>
Indices<Scalar> Graph<Scalar>::indexInput(const Shape& shape) {
    return {this, record(indexInputOperation<Scalar>, {}, shape)};
}

template <typename Scalar>
Tensor<Scalar> Graph<Scalar>::constant(const Shape& shape, std::vector<Scalar> values) {
    if (static_cast<Index>(values.size()) != shape.elements())
        throw std::logic_error("A constant of shape " + shape.text() + " got " +
                               std::to_string(values.size()) + " values.");
    Attributes attributes;
    attributes.data = std::make_shared<const std::vector<Scalar>>(std::move(values));
    return {this, record(constantOperation<Scalar>, {}, shape, std::move(attributes))};
}

template <typename Scalar>
Tensor<Scalar> Graph<Scalar>::constant(const Shape& shape, double value) {
    Attributes attributes;
    attributes.reals[0] = value;
    return {this, record(fillOperation<Scalar>, {}, shape, std::move(attributes))};
}

template <typename Scalar>
NodeId Graph<Scalar>::record(const Operation<Scalar>& operation, std::vector<NodeId> inputs,
                             const Shape& shape, Attributes attributes) {
    Node<Scalar> fresh{&operation, std::move(inputs), shape, std::move(attributes), {}};
    std::size_t hash = 0;
    if (operation.pure) {
        hash = hashOf(fresh);
        const auto [first, last] = known_.equal_range(hash);
        for (auto it = first; it != last; ++it) {
            const Node<Scalar>& old = node(it->second);
            if (old.operation == fresh.operation && old.inputs == fresh.inputs &&
                old.shape == fresh.shape && old.attributes == fresh.attributes)
                return it->second;
        }
    }
    for (const NodeId id : fresh.inputs)
        fresh.inputShapes.push_back(node(id).shape);
    const NodeId id = size();
    nodes_.push_back(std::move(fresh));
    if (operation.pure)
        known_.emplace(hash, id);
    return id;
}

template class Graph<float>;
template class Graph<double>;

} // namespace convergence::autodiff
