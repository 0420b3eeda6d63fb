#include "core/autodiff/convolution.h"

#include <cstring>

#include "core/autodiff/elementwise.h"
#include "core/autodiff/linear.h"
#include "core/autodiff/reductions.h"
#include "core/autodiff/shape_operations.h"
#include "core/parallel/chunks.h"

namespace convergence::autodiff {

namespace {

template <typename Scalar>
using Flow = Backward<Scalar>;

Attributes packed(const Window& window) {
    Attributes attributes;
    attributes.integers[0] = window.height;
    attributes.integers[1] = window.width;
    attributes.integers[2] = window.stride;
    attributes.integers[3] = window.padding;
    return attributes;
}

Window unpacked(const Attributes& attributes) {
    const auto& n = attributes.integers;
    return {n[0], n[1], n[2], n[3]};
}

Shape windowShape(const Shape& shape, const Window& window) {
    if (shape.rank() != 4 || window.stride < 1 || window.padding < 0 ||
        shape[1] + 2 * window.padding < window.height ||
        shape[2] + 2 * window.padding < window.width)
        throw std::logic_error("Windows do not fit pictures of shape " + shape.text() + ".");
    return {shape[0], (shape[1] + 2 * window.padding - window.height) / window.stride + 1,
            (shape[2] + 2 * window.padding - window.width) / window.stride + 1,
            window.height * window.width * shape[3]};
}

/// Calls move(picture elements, window elements, count) for every row of every window of a picture;
/// picture elements are null where the row lies in the padding.
template <typename Pixel, typename Cell, typename Move>
void forWindowRows(const Shape& pictures, const Shape& windows, const Window& window,
                   Pixel* picture, Cell* cells, const Move& move) {
    const Index channels = pictures[3], rowLength = window.width * channels;
    for (Index i = 0; i < windows[1]; ++i)
        for (Index j = 0; j < windows[2]; ++j)
            for (Index y = 0; y < window.height; ++y, cells += rowLength) {
                const Index row = i * window.stride + y - window.padding;
                const Index column = j * window.stride - window.padding;
                if (row < 0 || row >= pictures[1]) {
                    move(static_cast<Pixel*>(nullptr), cells, rowLength);
                    continue;
                }
                const Index left = std::clamp<Index>(-column, 0, window.width);
                const Index right = std::clamp<Index>(pictures[2] - column, left, window.width);
                Pixel* const from = picture + (row * pictures[2] + column + left) * channels;
                if (left > 0)
                    move(static_cast<Pixel*>(nullptr), cells, left * channels);
                if (right > left)
                    move(from, cells + left * channels, (right - left) * channels);
                if (right < window.width)
                    move(static_cast<Pixel*>(nullptr), cells + right * channels,
                         (window.width - right) * channels);
            }
}

/// Rows of windows are short, too short for a call of memmove.
template <typename Scalar>
void copyShort(const Scalar* from, Scalar* to, Index length) {
    Index i = 0;
    for (; i + 8 <= length; i += 8)
        std::memcpy(to + i, from + i, 8 * sizeof(Scalar));
    if (length - i >= 4) {
        std::memcpy(to + i, from + i, 4 * sizeof(Scalar));
        i += 4;
    }
#pragma GCC unroll 1
    for (; i < length; ++i)
        to[i] = from[i];
}

template <typename Scalar>
void unfoldKernel(const Call<Scalar>& call) {
    const Shape &pictures = call.node.inputShapes[0], &windows = call.node.shape;
    const Window window = unpacked(call.node.attributes);
    const Index pictureSize = pictures.elements() / pictures[0];
    const Index windowsSize = windows.elements() / windows[0];
    inChunks(pictures[0], std::max<Index>(1, 32768 / windowsSize), [&](Index begin, Index count) {
        for (Index b = begin; b < begin + count; ++b)
            forWindowRows(pictures, windows, window, call.input(0) + b * pictureSize,
                          call.output() + b * windowsSize,
                          [](const Scalar* from, Scalar* to, Index length) {
                              if (from == nullptr)
                                  std::fill_n(to, length, Scalar(0));
                              else
                                  copyShort(from, to, length);
                          });
    });
}

template <typename Scalar>
void foldKernel(const Call<Scalar>& call) {
    const Shape &windows = call.node.inputShapes[0], &pictures = call.node.shape;
    const Window window = unpacked(call.node.attributes);
    const Index pictureSize = pictures.elements() / pictures[0];
    const Index windowsSize = windows.elements() / windows[0];
    inChunks(pictures[0], std::max<Index>(1, 32768 / windowsSize), [&](Index begin, Index count) {
        std::fill_n(call.output() + begin * pictureSize, count * pictureSize, Scalar(0));
        for (Index b = begin; b < begin + count; ++b)
            forWindowRows(pictures, windows, window, call.output() + b * pictureSize,
                          call.input(0) + b * windowsSize,
                          [](Scalar* to, const Scalar* from, Index length) {
                              if (to != nullptr)
                                  for (Index c = 0; c < length; ++c)
                                      to[c] += from[c];
                          });
    });
}

template <typename Scalar>
constexpr Operation<Scalar> unfoldOperation{
    .name = "unfold", .kernel = unfoldKernel<Scalar>, .differentiate = [](Flow<Scalar>& flow) {
        const Window window = unpacked(flow.node().attributes);
        flow.add(0, fold(flow.cotangent(), window, flow.input(0).shape()));
    }};

template <typename Scalar>
constexpr Operation<Scalar> foldOperation{
    .name = "fold", .kernel = foldKernel<Scalar>, .differentiate = [](Flow<Scalar>& flow) {
        flow.add(0, unfold(flow.cotangent(), unpacked(flow.node().attributes)));
    }};

} // namespace

template <typename Scalar>
Tensor<Scalar> unfold(Tensor<Scalar> x, const Window& window) {
    return {&x.graph(), x.graph().record(unfoldOperation<Scalar>, {x.id()},
                                         windowShape(x.shape(), window), packed(window))};
}

template <typename Scalar>
Tensor<Scalar> fold(Tensor<Scalar> windows, const Window& window, const Shape& shape) {
    if (windowShape(shape, window) != windows.shape())
        throw std::logic_error("Windows " + windows.shape().text() + " are not those of pictures " +
                               shape.text() + ".");
    return {&windows.graph(),
            windows.graph().record(foldOperation<Scalar>, {windows.id()}, shape, packed(window))};
}

template <typename Scalar>
Tensor<Scalar> conv2d(Tensor<Scalar> x, Tensor<Scalar> kernel, Index stride, Index padding) {
    const Shape& k = kernel.shape();
    if (k.rank() != 4 || x.shape().rank() != 4 || k[2] != x.shape()[3])
        throw std::logic_error("A kernel " + k.text() + " does not fit pictures " +
                               x.shape().text() + ".");
    return matmul(unfold(x, {k[0], k[1], stride, padding}),
                  reshape(kernel, {k[0] * k[1] * k[2], k[3]}));
}

template <typename Scalar>
Tensor<Scalar> transposedConv2d(Tensor<Scalar> x, Tensor<Scalar> kernel, Index stride,
                                Index padding) {
    const Shape &k = kernel.shape(), &s = x.shape();
    if (k.rank() != 4 || s.rank() != 4 || k[3] != s[3])
        throw std::logic_error("A kernel " + k.text() + " does not fit pictures " + s.text() + ".");
    const Shape larger{s[0], (s[1] - 1) * stride - 2 * padding + k[0],
                       (s[2] - 1) * stride - 2 * padding + k[1], k[2]};
    return fold(matmul(x, reshape(kernel, {k[0] * k[1] * k[2], k[3]}), Transposed::right),
                {k[0], k[1], stride, padding}, larger);
}

#define CONVERGENCE_INSTANTIATE(Scalar)                                                            \
    template Tensor<Scalar> unfold(Tensor<Scalar>, const Window&);                                 \
    template Tensor<Scalar> fold(Tensor<Scalar>, const Window&, const Shape&);                     \
    template Tensor<Scalar> conv2d(Tensor<Scalar>, Tensor<Scalar>, Index, Index);                  \
    template Tensor<Scalar> transposedConv2d(Tensor<Scalar>, Tensor<Scalar>, Index, Index);
CONVERGENCE_INSTANTIATE(float)
CONVERGENCE_INSTANTIATE(double)
#undef CONVERGENCE_INSTANTIATE

} // namespace convergence::autodiff
