#pragma once

#include "core/autodiff/graph.h"

/// Softmax along the last axis and its losses.
namespace convergence::autodiff {

template <typename Scalar>
Tensor<Scalar> softmax(Tensor<Scalar> x);
template <typename Scalar>
Tensor<Scalar> logSoftmax(Tensor<Scalar> x);
/// −ln softmax(logits)[label] of each row; of the labels' shape.
template <typename Scalar>
Tensor<Scalar> crossEntropy(Tensor<Scalar> logits, Indices<Scalar> labels);

} // namespace convergence::autodiff
