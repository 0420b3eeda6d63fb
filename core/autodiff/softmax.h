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
/// Cross-entropy with soft targets: −∑_c t_c ln softmax(x)_c of each row x of the logits, for
/// targets t of the logits' shape; of that shape without its last axis.
///
/// Targets may be any numbers ≥ 0; where they sum to 1 in each row they are class probabilities,
/// such as the shares of a crowd's answers. One-hot targets give the losses of the labels above.
/// Derivatives in both: ∂/∂x = (∑ t) softmax(x) − t, ∂/∂t = −ln softmax(x).
///
/// Throws std::logic_error if the shapes differ.
template <typename Scalar>
Tensor<Scalar> crossEntropy(Tensor<Scalar> logits, Tensor<Scalar> targets);
/// (1/B) ∑ᵢ wᵢ ℓᵢ over B losses and as many weights: divided by B and not by ∑ w, so that a batch
/// that happens to hold heavy examples counts for more. Then the mean over batches drawn uniformly
/// is that of the whole sum, which a division by the batch's own ∑ w would bias. The derivative in
/// a weight is ℓᵢ/B, which is what learning the weights needs.
///
/// Throws std::logic_error if the shapes differ.
template <typename Scalar>
Tensor<Scalar> weightedMean(Tensor<Scalar> losses, Tensor<Scalar> weights);

} // namespace convergence::autodiff
