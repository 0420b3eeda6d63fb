#include "core/autodiff/shape_operations.h"

#include <algorithm>

#include "core/autodiff/elementwise.h"

namespace convergence::autodiff {

namespace {

template <typename Scalar>
using Flow = Backward<Scalar>;

template <typename Scalar>
constexpr Operation<Scalar> partOperation{
    .name = "part",
    .storage = Operation<Scalar>::Storage::view,
    .differentiate = [](Flow<Scalar>& flow) {
        if (flow.node().shape.elements() == flow.input(0).shape().elements())
            flow.add(0, reshape(flow.cotangent(), flow.input(0).shape()));
        else
            flow.addRange(0, flow.node().attributes.integers[0], flow.cotangent());
    }};

/// Copies between strided places: size, stride of the input, stride of the output along four axes.
template <typename Scalar>
void stridedCopy(const std::int64_t* size, const std::int64_t* from, const std::int64_t* to,
                 const Scalar* x, Scalar* out) {
    for (Index i = 0; i < size[0]; ++i)
        for (Index j = 0; j < size[1]; ++j)
            for (Index k = 0; k < size[2]; ++k) {
                const Scalar* const source = x + i * from[0] + j * from[1] + k * from[2];
                Scalar* const target = out + i * to[0] + j * to[1] + k * to[2];
                if (from[3] == 1 && to[3] == 1)
                    std::copy_n(source, size[3], target);
                else
                    for (Index c = 0; c < size[3]; ++c)
                        target[c * to[3]] = source[c * from[3]];
            }
}

template <typename Scalar>
constexpr Operation<Scalar> permuteOperation{
    .name = "permute",
    .kernel =
        [](const Call<Scalar>& call) {
            const auto& n = call.node.attributes.integers;
            stridedCopy(n.data(), n.data() + 4, n.data() + 8, call.input(0), call.output());
        },
    .differentiate =
        [](Flow<Scalar>& flow) {
            // Which axis of the input each axis of the output was, kept in the data.
            const auto& order =
                *static_cast<const std::vector<int>*>(flow.node().attributes.data.get());
            std::vector<int> inverse(order.size());
            for (std::size_t i = 0; i < order.size(); ++i)
                inverse[static_cast<std::size_t>(order[i])] = static_cast<int>(i);
            flow.add(0, permute(flow.cotangent(), inverse));
        }};

/// Concatenation and slicing along an axis see tensors as [outer × inner]; `inner` counts from the
/// axis on.
Index innerSize(const Shape& shape, int axis) {
    Index inner = 1;
    for (int i = axis; i < shape.rank(); ++i)
        inner *= shape[i];
    return inner;
}

template <typename Scalar>
constexpr Operation<Scalar> concatenateOperation{
    .name = "concatenate",
    .kernel =
        [](const Call<Scalar>& call) {
            const auto axis = static_cast<int>(call.node.attributes.integers[0]);
            const Index inner = innerSize(call.node.shape, axis);
            const Index outer = call.node.shape.elements() / inner;
            Index begin = 0;
            for (std::size_t k = 0; k < call.node.inputShapes.size(); ++k) {
                const Index size = innerSize(call.node.inputShapes[k], axis);
                for (Index row = 0; row < outer; ++row)
                    std::copy_n(call.input(k) + row * size, size,
                                call.output() + row * inner + begin);
                begin += size;
            }
        },
    .differentiate =
        [](Flow<Scalar>& flow) {
            const auto axis = static_cast<int>(flow.node().attributes.integers[0]);
            Index begin = 0;
            for (std::size_t k = 0; k < flow.node().inputs.size(); ++k) {
                const Index size = flow.input(k).shape()[axis];
                if (flow.wants(k))
                    flow.add(k, slice(flow.cotangent(), axis, begin, size));
                begin += size;
            }
        }};

template <typename Scalar>
constexpr Operation<Scalar> sliceOperation{
    .name = "slice",
    .kernel =
        [](const Call<Scalar>& call) {
            const auto& n = call.node.attributes.integers;
            const auto axis = static_cast<int>(n[0]);
            const Shape& whole = call.node.inputShapes[0];
            const Index inner = innerSize(whole, axis), size = innerSize(call.node.shape, axis);
            const Scalar* const x = call.input(0) + n[1] * (inner / whole[axis]);
            for (Index row = 0; row < whole.elements() / inner; ++row)
                std::copy_n(x + row * inner, size, call.output() + row * size);
        },
    .differentiate =
        [](Flow<Scalar>& flow) {
            const auto axis = static_cast<int>(flow.node().attributes.integers[0]);
            const Index begin = flow.node().attributes.integers[1];
            const Shape whole = flow.input(0).shape();
            const Index after = whole[axis] - begin - flow.node().shape[axis];
            std::vector<Tensor<Scalar>> parts;
            Shape zeros = whole;
            if (begin > 0) {
                zeros.resize(axis, begin);
                parts.push_back(flow.graph().constant(zeros, 0.0));
            }
            parts.push_back(flow.cotangent());
            if (after > 0) {
                zeros.resize(axis, after);
                parts.push_back(flow.graph().constant(zeros, 0.0));
            }
            flow.add(0, concatenate(parts, axis));
        }};

template <typename Scalar>
void assembleKernel(const Call<Scalar>& call) {
    const auto& begins = assemblyBegins(call.node);
    Scalar* const out = call.output();
    Index done = 0;
    for (std::size_t k = 0; k < begins.size(); ++k) {
        const Index size = call.node.inputShapes[k].elements();
        std::fill(out + done, out + begins[k], Scalar(0));
        if (call.input(k) != out + begins[k]) // else it was computed in its place
            std::copy_n(call.input(k), size, out + begins[k]);
        done = begins[k] + size;
    }
    std::fill(out + done, out + call.node.shape.elements(), Scalar(0));
}

template <typename Scalar>
constexpr Operation<Scalar> assembleOperation{
    .name = "assemble",
    .kernel = assembleKernel<Scalar>,
    .differentiate =
        [](Flow<Scalar>& flow) {
            const auto begins = assemblyBegins(flow.node());
            for (std::size_t k = 0; k < begins.size(); ++k)
                if (flow.wants(k))
                    flow.add(k, part(flow.cotangent(), begins[k], flow.input(k).shape()));
        },
    .pure = false};

} // namespace

template <typename Scalar>
bool isAssembly(const Node<Scalar>& node) {
    return node.operation == &assembleOperation<Scalar>;
}

template <typename Scalar>
const std::vector<Index>& assemblyBegins(const Node<Scalar>& node) {
    return *static_cast<const std::vector<Index>*>(node.attributes.data.get());
}

template <typename Scalar>
Tensor<Scalar> part(Tensor<Scalar> x, Index begin, const Shape& shape) {
    if (begin < 0 || begin + shape.elements() > x.shape().elements())
        throw std::logic_error("A part of shape " + shape.text() + " from element " +
                               std::to_string(begin) + " on is not inside of " + x.shape().text() +
                               ".");
    if (shape == x.shape())
        return x;
    Attributes attributes;
    attributes.integers[0] = begin;
    return {&x.graph(), x.graph().record(partOperation<Scalar>, {x.id()}, shape, attributes)};
}

template <typename Scalar>
Tensor<Scalar> reshape(Tensor<Scalar> x, const Shape& shape) {
    if (shape.elements() != x.shape().elements())
        throw std::logic_error("Shape " + x.shape().text() + " has not as many elements as " +
                               shape.text() + ".");
    return part(x, 0, shape);
}

template <typename Scalar>
Tensor<Scalar> permute(Tensor<Scalar> x, const std::vector<int>& order) {
    const Shape& from = x.shape();
    std::vector<int> sorted = order;
    std::sort(sorted.begin(), sorted.end());
    bool valid = static_cast<int>(order.size()) == from.rank();
    for (std::size_t i = 0; valid && i < sorted.size(); ++i)
        valid = sorted[i] == static_cast<int>(i);
    if (!valid)
        throw std::logic_error("permute needs each axis of " + from.text() + " once.");
    if (std::is_sorted(order.begin(), order.end()))
        return x;
    Shape shape;
    std::array<Index, 4> fromStride{};
    Index stride = 1;
    for (int axis = from.rank() - 1; axis >= 0; --axis) {
        fromStride[static_cast<std::size_t>(axis)] = stride;
        stride *= from[axis];
    }
    Attributes attributes;
    auto& n = attributes.integers;
    std::fill_n(n.begin(), 4, 1);
    for (const int axis : order)
        shape.append(from[axis]);
    stride = 1;
    for (int axis = shape.rank() - 1, place = 3; axis >= 0; --axis, --place) {
        const auto p = static_cast<std::size_t>(place);
        n[p] = shape[axis];
        n[4 + p] = fromStride[static_cast<std::size_t>(order[static_cast<std::size_t>(axis)])];
        n[8 + p] = stride;
        stride *= shape[axis];
    }
    attributes.data = std::make_shared<const std::vector<int>>(order);
    return {&x.graph(), x.graph().record(permuteOperation<Scalar>, {x.id()}, shape, attributes)};
}

template <typename Scalar>
Tensor<Scalar> transpose(Tensor<Scalar> x) {
    std::vector<int> order;
    for (int axis = 0; axis < x.shape().rank(); ++axis)
        order.push_back(axis);
    if (order.size() < 2)
        throw std::logic_error("transpose needs at least two axes.");
    std::swap(order.end()[-1], order.end()[-2]);
    return permute(x, order);
}

template <typename Scalar>
Tensor<Scalar> slice(Tensor<Scalar> x, int axis, Index begin, Index count) {
    const int a = x.shape().axis(axis);
    Shape shape = x.shape();
    if (begin < 0 || count < 1 || begin + count > shape[a])
        throw std::logic_error("A slice must lie within its axis.");
    shape.resize(a, count);
    const Index inner = innerSize(x.shape(), a);
    if (inner == x.shape().elements())
        return part(x, begin * (inner / x.shape()[a]), shape);
    Attributes attributes;
    attributes.integers[0] = a;
    attributes.integers[1] = begin;
    return {&x.graph(), x.graph().record(sliceOperation<Scalar>, {x.id()}, shape, attributes)};
}

template <typename Scalar>
Tensor<Scalar> concatenate(const std::vector<Tensor<Scalar>>& parts, int axis) {
    if (parts.empty())
        throw std::logic_error("concatenate needs at least one tensor.");
    Shape shape = parts.front().shape();
    const int a = shape.axis(axis);
    Index size = 0;
    std::vector<NodeId> inputs;
    for (const auto& piece : parts) {
        Shape alike = shape;
        alike.resize(a, piece.shape()[a]);
        if (alike != piece.shape())
            throw std::logic_error("Tensors to concatenate may only differ along that axis.");
        size += piece.shape()[a];
        inputs.push_back(piece.id());
    }
    if (parts.size() == 1)
        return parts.front();
    shape.resize(a, size);
    Attributes attributes;
    attributes.integers[0] = a;
    auto& graph = parts.front().graph();
    return {&graph,
            graph.record(concatenateOperation<Scalar>, std::move(inputs), shape, attributes)};
}

template <typename Scalar>
Tensor<Scalar> assemble(const Shape& shape, const std::vector<Tensor<Scalar>>& pieces,
                        const std::vector<Index>& begins) {
    if (pieces.empty() || pieces.size() != begins.size())
        throw std::logic_error("assemble needs pieces, and for each where it begins.");
    Index done = 0;
    std::vector<NodeId> inputs;
    for (std::size_t k = 0; k < pieces.size(); ++k) {
        if (begins[k] < done)
            throw std::logic_error("Pieces must come in order and not overlap.");
        done = begins[k] + pieces[k].shape().elements();
        inputs.push_back(pieces[k].id());
    }
    if (done > shape.elements())
        throw std::logic_error("Pieces must lie inside of the shape.");
    Attributes attributes;
    attributes.data = std::make_shared<const std::vector<Index>>(begins);
    auto& graph = pieces.front().graph();
    return {&graph, graph.record(assembleOperation<Scalar>, std::move(inputs), shape, attributes)};
}

#define CONVERGENCE_INSTANTIATE(Scalar)                                                            \
    template Tensor<Scalar> reshape(Tensor<Scalar>, const Shape&);                                 \
    template Tensor<Scalar> permute(Tensor<Scalar>, const std::vector<int>&);                      \
    template Tensor<Scalar> transpose(Tensor<Scalar>);                                             \
    template Tensor<Scalar> slice(Tensor<Scalar>, int, Index, Index);                              \
    template Tensor<Scalar> concatenate(const std::vector<Tensor<Scalar>>&, int);                  \
    template Tensor<Scalar> part(Tensor<Scalar>, Index, const Shape&);                             \
    template Tensor<Scalar> assemble(const Shape&, const std::vector<Tensor<Scalar>>&,             \
                                     const std::vector<Index>&);                                   \
    template bool isAssembly(const Node<Scalar>&);                                                 \
    template const std::vector<Index>& assemblyBegins(const Node<Scalar>&);
CONVERGENCE_INSTANTIATE(float)
CONVERGENCE_INSTANTIATE(double)
#undef CONVERGENCE_INSTANTIATE

} // namespace convergence::autodiff
