#pragma once

#include "core/autodiff/graph.h"

/// Convolution and pooling of pictures [batch × height × width × channels]. Channels are last, so
/// that a convolution is a product of matrices without moving its result. Throw std::logic_error
/// where shapes do not fit.
namespace convergence::autodiff {

struct Window {
    Index height = 3;
    Index width = 3;
    Index stride = 1;
    Index padding = 0; ///< zeros around the picture
};

/// The windows of each picture as rows: [batch × outHeight × outWidth × (height·width·channels)],
/// out = ⌊(size + 2·padding − window)/stride⌋ + 1.
template <typename Scalar>
Tensor<Scalar> unfold(Tensor<Scalar> x, const Window& window);
/// The transpose: windows added up into pictures of `shape`.
template <typename Scalar>
Tensor<Scalar> fold(Tensor<Scalar> windows, const Window& window, const Shape& shape);

/// kernel: [height × width × channels × outChannels].
template <typename Scalar>
Tensor<Scalar> conv2d(Tensor<Scalar> x, Tensor<Scalar> kernel, Index stride = 1, Index padding = 0);
/// The transpose of conv2d for a kernel [height × width × outChannels × channels]: pictures grow to
/// (size − 1)·stride − 2·padding + window.
template <typename Scalar>
Tensor<Scalar> transposedConv2d(Tensor<Scalar> x, Tensor<Scalar> kernel, Index stride = 1,
                                Index padding = 0);

template <typename Scalar>
Tensor<Scalar> averagePool(Tensor<Scalar> x, Index size, Index stride);
/// The derivative goes to the first of equal maxima.
template <typename Scalar>
Tensor<Scalar> maxPool(Tensor<Scalar> x, Index size, Index stride);

} // namespace convergence::autodiff
