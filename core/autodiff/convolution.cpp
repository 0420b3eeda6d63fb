// Convolutions as products of matrices, a few pictures at a time so that their windows stay in the
// cache.

#include "core/autodiff/convolution.h"

#include <memory>

#include "core/autodiff/gemm.h"
#include "core/autodiff/windows.h"
#include "core/parallel/chunks.h"

namespace convergence::autodiff {

namespace {

template <typename Scalar>
using Flow = Backward<Scalar>;

/// Memory for windows that a thread keeps and lets grow.
template <typename Scalar>
Scalar* windowBuffer(Index elements) {
    thread_local std::unique_ptr<Scalar[]> memory;
    thread_local Index size = 0;
    if (size < elements) {
        memory.reset(new Scalar[static_cast<std::size_t>(elements)]);
        size = elements;
    }
    return memory.get();
}

/// Sizes of one convolution of `pictures` [batch × height × width × channels] into `result`
/// [batch × outHeight × outWidth × outChannels].
struct Sizes {
    Shape pictures, windows;
    Window window;
    Index batch, rows, depth, outputs; ///< windows of a picture, elements of a window, outChannels

    Sizes(const Shape& x, const Shape& result, const Attributes& attributes)
        : pictures(x), windows(windowShape(x, unpacked(attributes))), window(unpacked(attributes)),
          batch(x[0]), rows(windows[1] * windows[2]), depth(windows[3]), outputs(result[3]) {}

    [[nodiscard]] Index picture() const { return pictures.elements() / batch; }
    /// Pictures whose windows stay in the cache together.
    [[nodiscard]] Index group() const { return std::max<Index>(1, 49152 / (rows * depth)); }

    /// Windows of some pictures as rows that begin `stride` apart, zeros in between.
    template <typename Scalar>
    const Scalar* unfolded(const Scalar* x, Index first, Index count, Index stride) const {
        Scalar* const cells = windowBuffer<Scalar>(group() * rows * stride);
        for (Index b = 0; b < count; ++b)
            unfoldPicture(pictures, windows, window, x + (first + b) * picture(),
                          cells + b * rows * stride, stride);
        if (stride > depth)
            for (Index row = 0; row < count * rows; ++row)
                std::fill(cells + row * stride + depth, cells + (row + 1) * stride, Scalar(0));
        return cells;
    }
    /// A stride that products need not pack.
    [[nodiscard]] Index paddedDepth() const { return (depth + 31) / 32 * 32; }
};

template <typename Scalar>
Tensor<Scalar> convolve(Tensor<Scalar> x, Tensor<Scalar> kernel, const Attributes& attributes);
/// The derivative of ⟨convolve(x, kernel), g⟩ in x, of shape `pictures`.
template <typename Scalar>
Tensor<Scalar> pictureSlope(Tensor<Scalar> g, Tensor<Scalar> kernel, const Shape& pictures,
                            const Attributes& attributes);
/// And in the kernel, of shape `shape`.
template <typename Scalar>
Tensor<Scalar> kernelSlope(Tensor<Scalar> x, Tensor<Scalar> g, const Shape& shape,
                           const Attributes& attributes);

template <typename Scalar>
constexpr Operation<Scalar> convolution{
    .name = "convolution",
    .kernel =
        [](const Call<Scalar>& call) {
            const Sizes s(call.node.inputShapes[0], call.node.shape, call.node.attributes);
            inChunks(s.batch, s.group(), [&](Index first, Index count) {
                gemmInThread<Scalar>(count * s.rows, s.outputs, s.depth,
                                     {s.unfolded(call.input(0), first, count, s.depth), s.depth, 1},
                                     {call.input(1), s.outputs, 1},
                                     {call.output() + first * s.rows * s.outputs, s.outputs, 1});
            });
        },
    .differentiate =
        [](Flow<Scalar>& flow) {
            const auto x = flow.input(0), w = flow.input(1), g = flow.cotangent();
            const Attributes attributes = flow.node().attributes;
            if (flow.wants(0))
                flow.add(0, pictureSlope(g, w, x.shape(), attributes));
            if (flow.wants(1))
                flow.add(1, kernelSlope(x, g, w.shape(), attributes));
        }};

/// Inputs: g, kernel.
template <typename Scalar>
constexpr Operation<Scalar> pictureSlopeOperation{
    .name = "convolution picture slope",
    .kernel =
        [](const Call<Scalar>& call) {
            const Sizes s(call.node.shape, call.node.inputShapes[0], call.node.attributes);
            inChunks(s.batch, s.group(), [&](Index first, Index count) {
                Scalar* const cells = windowBuffer<Scalar>(s.group() * s.rows * s.depth);
                gemmInThread<Scalar>(count * s.rows, s.depth, s.outputs,
                                     {call.input(0) + first * s.rows * s.outputs, s.outputs, 1},
                                     {call.input(1), 1, s.outputs}, {cells, s.depth, 1});
                for (Index b = 0; b < count; ++b)
                    foldPicture(s.pictures, s.windows, s.window, cells + b * s.rows * s.depth,
                                call.output() + (first + b) * s.picture());
            });
        },
    .differentiate =
        [](Flow<Scalar>& flow) {
            const auto g = flow.input(0), w = flow.input(1), c = flow.cotangent();
            const Attributes attributes = flow.node().attributes;
            if (flow.wants(0))
                flow.add(0, convolve(c, w, attributes));
            if (flow.wants(1))
                flow.add(1, kernelSlope(c, g, w.shape(), attributes));
        }};

/// Parts of the batch whose sums are taken apart and then added up in order.
constexpr Index kernelSums = 8;

/// Inputs: x, g. The transpose of the kernel's slope is summed up, which has longer rows.
template <typename Scalar>
constexpr Operation<Scalar> kernelSlopeOperation{
    .name = "convolution kernel slope",
    .kernel =
        [](const Call<Scalar>& call) {
            const Sizes s(call.node.inputShapes[0], call.node.inputShapes[1], call.node.attributes);
            const Index wide = s.paddedDepth(), size = wide * s.outputs;
            const Index each = (s.batch + kernelSums - 1) / kernelSums;
            inChunks(s.batch, each, [&](Index begin, Index count) {
                Scalar* const sum = call.scratch + begin / each * size;
                for (Index first = begin; first < begin + count; first += s.group()) {
                    const Index pictures = std::min(s.group(), begin + count - first);
                    gemmInThread<Scalar>(
                        s.outputs, wide, pictures * s.rows,
                        {call.input(1) + first * s.rows * s.outputs, 1, s.outputs},
                        {s.unfolded(call.input(0), first, pictures, wide), wide, 1}, {sum, wide, 1},
                        first == begin ? Product::replaces : Product::adds);
                }
            });
            for (Index d = 0; d < s.depth; ++d)
                for (Index o = 0; o < s.outputs; ++o) {
                    Scalar total = 0;
                    for (Index part = 0; part * each < s.batch; ++part)
                        total += call.scratch[part * size + o * wide + d];
                    call.output()[d * s.outputs + o] = total;
                }
        },
    .differentiate =
        [](Flow<Scalar>& flow) {
            const auto x = flow.input(0), g = flow.input(1), c = flow.cotangent();
            const Attributes attributes = flow.node().attributes;
            if (flow.wants(0))
                flow.add(0, pictureSlope(g, c, x.shape(), attributes));
            if (flow.wants(1))
                flow.add(1, convolve(x, c, attributes));
        },
    .scratch =
        [](const Node<Scalar>& node) {
            const Sizes s(node.inputShapes[0], node.inputShapes[1], node.attributes);
            return kernelSums * s.paddedDepth() * s.outputs;
        }};

template <typename Scalar>
Tensor<Scalar> convolve(Tensor<Scalar> x, Tensor<Scalar> kernel, const Attributes& attributes) {
    Shape shape = windowShape(x.shape(), unpacked(attributes));
    shape.resize(-1, kernel.shape()[3]);
    return {&x.graph(),
            x.graph().record(convolution<Scalar>, {x.id(), kernel.id()}, shape, attributes)};
}

template <typename Scalar>
Tensor<Scalar> pictureSlope(Tensor<Scalar> g, Tensor<Scalar> kernel, const Shape& pictures,
                            const Attributes& attributes) {
    return {&g.graph(), g.graph().record(pictureSlopeOperation<Scalar>, {g.id(), kernel.id()},
                                         pictures, attributes)};
}

template <typename Scalar>
Tensor<Scalar> kernelSlope(Tensor<Scalar> x, Tensor<Scalar> g, const Shape& shape,
                           const Attributes& attributes) {
    return {&x.graph(),
            x.graph().record(kernelSlopeOperation<Scalar>, {x.id(), g.id()}, shape, attributes)};
}

} // namespace

template <typename Scalar>
Tensor<Scalar> conv2d(Tensor<Scalar> x, Tensor<Scalar> kernel, Index stride, Index padding) {
    const Shape& k = kernel.shape();
    if (k.rank() != 4 || x.shape().rank() != 4 || k[2] != x.shape()[3])
        throw std::logic_error("A kernel " + k.text() + " does not fit pictures " +
                               x.shape().text() + ".");
    return convolve(x, kernel, packed(Window{k[0], k[1], stride, padding}));
}

template <typename Scalar>
Tensor<Scalar> transposedConv2d(Tensor<Scalar> x, Tensor<Scalar> kernel, Index stride,
                                Index padding) {
    const Shape &k = kernel.shape(), &s = x.shape();
    if (k.rank() != 4 || s.rank() != 4 || k[3] != s[3])
        throw std::logic_error("A kernel " + k.text() + " does not fit pictures " + s.text() + ".");
    const Window window{k[0], k[1], stride, padding};
    const Shape larger{s[0], (s[1] - 1) * stride - 2 * padding + k[0],
                       (s[2] - 1) * stride - 2 * padding + k[1], k[2]};
    (void)windowShape(larger, window);
    return pictureSlope(x, kernel, larger, packed(window));
}

#define CONVERGENCE_INSTANTIATE(Scalar)                                                            \
    template Tensor<Scalar> conv2d(Tensor<Scalar>, Tensor<Scalar>, Index, Index);                  \
    template Tensor<Scalar> transposedConv2d(Tensor<Scalar>, Tensor<Scalar>, Index, Index);
CONVERGENCE_INSTANTIATE(float)
CONVERGENCE_INSTANTIATE(double)
#undef CONVERGENCE_INSTANTIATE

} // namespace convergence::autodiff
