// Windows of pictures as rows of a matrix, and back.

#include "core/autodiff/convolution.h"
#include "core/autodiff/windows.h"
#include "core/parallel/chunks.h"

namespace convergence::autodiff {

namespace {

template <typename Scalar>
using Flow = Backward<Scalar>;

/// Calls work(picture elements, window elements) for each picture, as offsets.
template <typename Work>
void forPictures(const Shape& pictures, const Shape& windows, const Work& work) {
    const Index pictureSize = pictures.elements() / pictures[0];
    const Index windowsSize = windows.elements() / windows[0];
    inChunks(pictures[0], std::max<Index>(1, 32768 / windowsSize), [&](Index begin, Index count) {
        for (Index b = begin; b < begin + count; ++b)
            work(b * pictureSize, b * windowsSize);
    });
}

template <typename Scalar>
void unfoldKernel(const Call<Scalar>& call) {
    const Shape &pictures = call.node.inputShapes[0], &windows = call.node.shape;
    forPictures(pictures, windows, [&](Index picture, Index cells) {
        unfoldPicture(pictures, windows, unpacked(call.node.attributes), call.input(0) + picture,
                      call.output() + cells, windows[3]);
    });
}

template <typename Scalar>
void foldKernel(const Call<Scalar>& call) {
    const Shape &windows = call.node.inputShapes[0], &pictures = call.node.shape;
    forPictures(pictures, windows, [&](Index picture, Index cells) {
        foldPicture(pictures, windows, unpacked(call.node.attributes), call.input(0) + cells,
                    call.output() + picture);
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

#define CONVERGENCE_INSTANTIATE(Scalar)                                                            \
    template Tensor<Scalar> unfold(Tensor<Scalar>, const Window&);                                 \
    template Tensor<Scalar> fold(Tensor<Scalar>, const Window&, const Shape&);
CONVERGENCE_INSTANTIATE(float)
CONVERGENCE_INSTANTIATE(double)
#undef CONVERGENCE_INSTANTIATE

} // namespace convergence::autodiff
