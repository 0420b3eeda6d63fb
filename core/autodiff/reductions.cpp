#include "core/autodiff/reductions.h"

#include "core/autodiff/elementwise.h"
#include "core/autodiff/indexing.h"
#include "core/autodiff/shape_operations.h"
#include "core/parallel/chunks.h"

namespace convergence::autodiff {

namespace {

template <typename Scalar>
using Flow = Backward<Scalar>;

Attributes packed(const Traversal& pattern) {
    Attributes attributes;
    auto place = attributes.integers.begin();
    for (const auto& part : {pattern.sizes, pattern.strideA, pattern.strideB})
        place = std::copy(part.begin(), part.end(), place);
    return attributes;
}

/// The sum of rows that are shorter than a vector or two: as many side by side as fit are added up,
/// then these.
template <typename Scalar>
void sumShortRows(Index rows, Index columns, const Scalar* x, Scalar* out) {
    constexpr Index room = 256;
    std::array<Scalar, static_cast<std::size_t>(room)> sums{};
    const Index together = room / columns;
    for (Index row = 0; row < rows; row += together) {
        const Index count = std::min(together, rows - row) * columns;
        for (Index c = 0; c < count; ++c)
            sums[static_cast<std::size_t>(c)] += x[row * columns + c];
    }
    for (Index row = 0; row < std::min(together, rows); ++row)
        for (Index c = 0; c < columns; ++c)
            out[c] += sums[static_cast<std::size_t>(row * columns + c)];
}

/// Strides of a are those of the result, of b those of the operand.
template <typename Scalar>
void sumToKernel(const Call<Scalar>& call) {
    const std::int64_t* const size = call.node.attributes.integers.data();
    const std::int64_t *const so = size + 4, *const si = size + 8;
    const Scalar* const x = call.input(0);
    Scalar* const out = call.output();
    std::fill_n(out, call.node.shape.elements(), Scalar(0));
    if (size[0] * size[1] == 1 && size[3] < 64 && so[3] == 1 && so[2] == 0 && si[3] == 1 &&
        si[2] == size[3]) {
        sumShortRows(size[2], size[3], x, out);
        return;
    }
    const auto sumRows = [&](Index columnBegin, Index columns) {
        for (Index i = 0; i < size[0]; ++i)
            for (Index j = 0; j < size[1]; ++j)
                for (Index k = 0; k < size[2]; ++k) {
                    const Scalar* const from = x + i * si[0] + j * si[1] + k * si[2] + columnBegin;
                    Scalar* const to = out + i * so[0] + j * so[1] + k * so[2];
                    if (so[3] == 0)
                        *to += laneSum<Scalar>(columns, [&](Index c) { return from[c]; });
                    else
                        for (Index c = 0; c < columns; ++c)
                            to[columnBegin + c] += from[c];
                }
    };
    if (so[3] != 0 && size[3] >= 128 && size[0] * size[1] * size[2] * size[3] > 65536)
        inChunks(size[3], 64, sumRows); // columns are independent of each other
    else
        sumRows(0, size[3]);
}

template <typename Scalar>
constexpr Operation<Scalar> sumToOperation{
    .name = "sum to", .kernel = sumToKernel<Scalar>, .differentiate = [](Flow<Scalar>& flow) {
        flow.add(0, broadcastTo(flow.cotangent(), flow.input(0).shape()));
    }};

template <typename Scalar>
void broadcastKernel(const Call<Scalar>& call) {
    const std::int64_t* const size = call.node.attributes.integers.data();
    const std::int64_t* const si = size + 4;
    const Scalar* const x = call.input(0);
    Scalar* out = call.output();
    for (Index i = 0; i < size[0]; ++i)
        for (Index j = 0; j < size[1]; ++j)
            for (Index k = 0; k < size[2]; ++k, out += size[3]) {
                const Scalar* const from = x + i * si[0] + j * si[1] + k * si[2];
                if (si[3] == 0)
                    std::fill_n(out, size[3], *from);
                else
                    std::copy_n(from, size[3], out);
            }
}

template <typename Scalar>
constexpr Operation<Scalar> broadcastOperation{
    .name = "broadcast",
    .kernel = broadcastKernel<Scalar>,
    .differentiate = [](Flow<Scalar>& flow) {
        flow.add(0, sumTo(flow.cotangent(), flow.input(0).shape()));
    }};

template <typename Scalar>
constexpr Operation<Scalar> largestIndexOperation{
    .name = "largest index",
    .kernel =
        [](const Call<Scalar>& call) {
            const Shape& shape = call.node.inputShapes[0];
            const Index columns = shape.columns();
            auto* const out = static_cast<std::int32_t*>(call.result);
            for (Index row = 0; row < shape.rows(); ++row) {
                const Scalar* const x = call.input(0) + row * columns;
                out[row] = static_cast<std::int32_t>(std::max_element(x, x + columns) - x);
            }
        },
    .integer = true};

template <typename Scalar>
constexpr Operation<Scalar> largestMaskOperation{
    .name = "largest mask", .kernel = [](const Call<Scalar>& call) {
        const Index columns = call.node.shape.columns(), k = call.node.attributes.integers[0];
        for (Index row = 0; row < call.node.shape.rows(); ++row) {
            const Scalar* const x = call.input(0) + row * columns;
            Scalar* const mask = call.output() + row * columns;
            std::fill_n(mask, columns, Scalar(0));
            for (Index taken = 0; taken < k; ++taken) { // k is small: experts, not vocabularies
                Index best = -1;
                for (Index c = 0; c < columns; ++c)
                    if (mask[c] == Scalar(0) && (best < 0 || x[c] > x[best]))
                        best = c;
                mask[best] = Scalar(1);
            }
        }
    }};

Shape reducedShape(const Shape& shape, int axis) {
    Shape reduced = shape;
    reduced.resize(axis, 1);
    return reduced;
}

Shape without(const Shape& shape, int axis) {
    Shape left;
    for (int i = 0; i < shape.rank(); ++i)
        if (i != shape.axis(axis))
            left.append(shape[i]);
    return left;
}

} // namespace

template <typename Scalar>
Tensor<Scalar> sumTo(Tensor<Scalar> x, const Shape& shape) {
    if (x.shape() == shape)
        return x;
    if (broadcastShape(x.shape(), shape) != x.shape())
        throw std::logic_error("Shape " + shape.text() + " does not broadcast to " +
                               x.shape().text() + ".");
    if (x.shape().elements() == shape.elements())
        return reshape(x, shape);
    return {&x.graph(), x.graph().record(sumToOperation<Scalar>, {x.id()}, shape,
                                         packed(traverse(x.shape(), shape, x.shape())))};
}

template <typename Scalar>
Tensor<Scalar> broadcastTo(Tensor<Scalar> x, const Shape& shape) {
    if (x.shape() == shape)
        return x;
    if (broadcastShape(x.shape(), shape) != shape)
        throw std::logic_error("Shape " + x.shape().text() + " does not broadcast to " +
                               shape.text() + ".");
    if (x.shape().elements() == shape.elements())
        return reshape(x, shape);
    return {&x.graph(), x.graph().record(broadcastOperation<Scalar>, {x.id()}, shape,
                                         packed(traverse(shape, x.shape(), shape)))};
}

template <typename Scalar>
Tensor<Scalar> sum(Tensor<Scalar> x) {
    return sumTo(x, Shape{});
}

template <typename Scalar>
Tensor<Scalar> mean(Tensor<Scalar> x) {
    return sum(x) / static_cast<double>(x.shape().elements());
}

template <typename Scalar>
Tensor<Scalar> sum(Tensor<Scalar> x, int axis, ReducedAxis reduced) {
    const auto kept = sumTo(x, reducedShape(x.shape(), axis));
    return reduced == ReducedAxis::kept ? kept : reshape(kept, without(x.shape(), axis));
}

template <typename Scalar>
Tensor<Scalar> mean(Tensor<Scalar> x, int axis, ReducedAxis reduced) {
    return sum(x, axis, reduced) / static_cast<double>(x.shape()[axis]);
}

template <typename Scalar>
Tensor<Scalar> dot(Tensor<Scalar> a, Tensor<Scalar> b) {
    return sum(a * b);
}

template <typename Scalar>
Indices<Scalar> largestIndex(Tensor<Scalar> x) {
    return {&x.graph(),
            x.graph().record(largestIndexOperation<Scalar>, {x.id()}, without(x.shape(), -1))};
}

template <typename Scalar>
Tensor<Scalar> largest(Tensor<Scalar> x, ReducedAxis reduced) {
    const auto found = takeFromRows(x, largestIndex(x));
    return reduced == ReducedAxis::kept ? reshape(found, reducedShape(x.shape(), -1)) : found;
}

template <typename Scalar>
Tensor<Scalar> largestMask(Tensor<Scalar> x, Index k) {
    if (k < 0 || k > x.shape().columns())
        throw std::logic_error("largestMask needs 0 ≤ k ≤ the size of the last axis.");
    Attributes attributes;
    attributes.integers[0] = k;
    return {&x.graph(),
            x.graph().record(largestMaskOperation<Scalar>, {x.id()}, x.shape(), attributes)};
}

#define CONVERGENCE_INSTANTIATE(Scalar)                                                            \
    template Tensor<Scalar> sumTo(Tensor<Scalar>, const Shape&);                                   \
    template Tensor<Scalar> broadcastTo(Tensor<Scalar>, const Shape&);                             \
    template Tensor<Scalar> sum(Tensor<Scalar>);                                                   \
    template Tensor<Scalar> mean(Tensor<Scalar>);                                                  \
    template Tensor<Scalar> sum(Tensor<Scalar>, int, ReducedAxis);                                 \
    template Tensor<Scalar> mean(Tensor<Scalar>, int, ReducedAxis);                                \
    template Tensor<Scalar> dot(Tensor<Scalar>, Tensor<Scalar>);                                   \
    template Indices<Scalar> largestIndex(Tensor<Scalar>);                                         \
    template Tensor<Scalar> largest(Tensor<Scalar>, ReducedAxis);                                  \
    template Tensor<Scalar> largestMask(Tensor<Scalar>, Index);
CONVERGENCE_INSTANTIATE(float)
CONVERGENCE_INSTANTIATE(double)
#undef CONVERGENCE_INSTANTIATE

} // namespace convergence::autodiff
