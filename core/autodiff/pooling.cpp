// Average and maximum over windows of pictures.

#include <algorithm>

#include "core/autodiff/convolution.h"
#include "core/autodiff/indexing.h"
#include "core/autodiff/shape_operations.h"
#include "core/parallel/chunks.h"

namespace convergence::autodiff {

namespace {

template <typename Scalar>
using Flow = Backward<Scalar>;

/// Pictures, their windows and how they lie; integers[0] and [1]: size and stride of the windows.
struct Pooling {
    Index size, stride, height, width, channels, outHeight, outWidth;

    Pooling(const Shape& pictures, const Shape& pooled, const Attributes& attributes)
        : size(attributes.integers[0]), stride(attributes.integers[1]), height(pictures[1]),
          width(pictures[2]), channels(pictures[3]), outHeight(pooled[1]), outWidth(pooled[2]) {}

    [[nodiscard]] Index picture() const { return height * width * channels; }
    [[nodiscard]] Index pooled() const { return outHeight * outWidth * channels; }
    [[nodiscard]] Index row() const { return width * channels; }

    /// Calls work(first element of a window's rows, output element) for each output pixel.
    template <typename Work>
    void forWindows(Index pictures, const Work& work) const {
        inChunks(pictures, std::max<Index>(1, 16384 / picture()), [&](Index begin, Index count) {
            for (Index b = begin; b < begin + count; ++b)
                for (Index i = 0; i < outHeight; ++i)
                    for (Index j = 0; j < outWidth; ++j)
                        work(b * picture() + (i * stride * width + j * stride) * channels,
                             b * pooled() + (i * outWidth + j) * channels);
        });
    }
};

Shape pooledShape(const Shape& shape, Index size, Index stride) {
    if (shape.rank() != 4 || size < 1 || stride < 1 || shape[1] < size || shape[2] < size)
        throw std::logic_error("Windows do not fit pictures of shape " + shape.text() + ".");
    return {shape[0], (shape[1] - size) / stride + 1, (shape[2] - size) / stride + 1, shape[3]};
}

Attributes packed(Index size, Index stride) {
    Attributes attributes;
    attributes.integers[0] = size;
    attributes.integers[1] = stride;
    return attributes;
}

/// The transpose of averagePool: each value over size² to all pixels of its window.
template <typename Scalar>
Tensor<Scalar> spreadPool(Tensor<Scalar> x, const Shape& shape, const Attributes& attributes);

template <typename Scalar>
constexpr Operation<Scalar> averageOperation{
    .name = "average pool",
    .kernel =
        [](const Call<Scalar>& call) {
            const Pooling p(call.node.inputShapes[0], call.node.shape, call.node.attributes);
            const Scalar share = Scalar(1) / static_cast<Scalar>(p.size * p.size);
            p.forWindows(call.node.shape[0], [&](Index from, Index to) {
                Scalar* const out = call.output() + to;
                const Scalar* window = call.input(0) + from;
                if (p.size == 2) {
                    const Scalar* const below = window + p.row();
                    for (Index c = 0; c < p.channels; ++c)
                        out[c] = share * ((window[c] + window[c + p.channels]) +
                                          (below[c] + below[c + p.channels]));
                    return;
                }
                std::fill_n(out, p.channels, Scalar(0));
                for (Index y = 0; y < p.size; ++y, window += p.row())
                    for (Index x = 0; x < p.size; ++x)
                        for (Index c = 0; c < p.channels; ++c)
                            out[c] += window[x * p.channels + c];
                for (Index c = 0; c < p.channels; ++c)
                    out[c] *= share;
            });
        },
    .differentiate =
        [](Flow<Scalar>& flow) {
            flow.add(0,
                     spreadPool(flow.cotangent(), flow.input(0).shape(), flow.node().attributes));
        }};

template <typename Scalar>
constexpr Operation<Scalar> spreadOperation{
    .name = "spread pool",
    .kernel =
        [](const Call<Scalar>& call) {
            const Pooling p(call.node.shape, call.node.inputShapes[0], call.node.attributes);
            const Scalar share = Scalar(1) / static_cast<Scalar>(p.size * p.size);
            const bool tiled = p.size == p.stride;
            if (!tiled || p.outHeight * p.size != p.height || p.outWidth * p.size != p.width)
                std::fill_n(call.output(), call.node.shape.elements(), Scalar(0));
            p.forWindows(call.node.shape[0], [&](Index to, Index from) {
                const Scalar* const x = call.input(0) + from;
                Scalar* window = call.output() + to;
                for (Index y = 0; y < p.size; ++y, window += p.row())
                    for (Index column = 0; column < p.size; ++column)
                        for (Index c = 0; c < p.channels; ++c) {
                            Scalar& pixel = window[column * p.channels + c];
                            pixel = (tiled ? Scalar(0) : pixel) + share * x[c];
                        }
            });
        },
    .differentiate =
        [](Flow<Scalar>& flow) {
            flow.add(0, averagePool(flow.cotangent(), flow.node().attributes.integers[0],
                                    flow.node().attributes.integers[1]));
        }};

template <typename Scalar>
Tensor<Scalar> spreadPool(Tensor<Scalar> x, const Shape& shape, const Attributes& attributes) {
    return {&x.graph(), x.graph().record(spreadOperation<Scalar>, {x.id()}, shape, attributes)};
}

/// Where in the whole tensor the first of the largest elements of each window is.
template <typename Scalar>
constexpr Operation<Scalar> largestPlaceOperation{
    .name = "largest place",
    .kernel =
        [](const Call<Scalar>& call) {
            const Pooling p(call.node.inputShapes[0],
                            pooledShape(call.node.inputShapes[0], call.node.attributes.integers[0],
                                        call.node.attributes.integers[1]),
                            call.node.attributes);
            auto* const places = static_cast<std::int32_t*>(call.result);
            const Scalar* const pictures = call.input(0);
            p.forWindows(call.node.inputShapes[0][0], [&](Index from, Index to) {
                for (Index c = 0; c < p.channels; ++c) {
                    Index best = from + c;
                    for (Index y = 0; y < p.size; ++y)
                        for (Index x = 0; x < p.size; ++x) {
                            const Index at = from + y * p.row() + x * p.channels + c;
                            best = pictures[at] > pictures[best] ? at : best;
                        }
                    places[to + c] = static_cast<std::int32_t>(best);
                }
            });
        },
    .integer = true};

} // namespace

template <typename Scalar>
Tensor<Scalar> averagePool(Tensor<Scalar> x, Index size, Index stride) {
    return {&x.graph(),
            x.graph().record(averageOperation<Scalar>, {x.id()},
                             pooledShape(x.shape(), size, stride), packed(size, stride))};
}

template <typename Scalar>
Tensor<Scalar> maxPool(Tensor<Scalar> x, Index size, Index stride) {
    const Shape shape = pooledShape(x.shape(), size, stride);
    const Indices<Scalar> places(&x.graph(),
                                 x.graph().record(largestPlaceOperation<Scalar>, {x.id()},
                                                  {shape.elements()}, packed(size, stride)));
    return reshape(gatherRows(reshape(x, {x.shape().elements(), 1}), places), shape);
}

#define CONVERGENCE_INSTANTIATE(Scalar)                                                            \
    template Tensor<Scalar> averagePool(Tensor<Scalar>, Index, Index);                             \
    template Tensor<Scalar> maxPool(Tensor<Scalar>, Index, Index);
CONVERGENCE_INSTANTIATE(float)
CONVERGENCE_INSTANTIATE(double)
#undef CONVERGENCE_INSTANTIATE

} // namespace convergence::autodiff
