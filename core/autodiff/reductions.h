#pragma once

#include "core/autodiff/graph.h"

/// Sums over axes. Throw std::logic_error for axes or shapes that do not fit.
namespace convergence::autodiff {

/// Whether a reduced axis stays, with size 1.
enum class ReducedAxis { dropped, kept };

/// x summed over the axes along which `shape` would be repeated: the transpose of broadcastTo.
template <typename Scalar>
Tensor<Scalar> sumTo(Tensor<Scalar> x, const Shape& shape);

template <typename Scalar>
Tensor<Scalar> sum(Tensor<Scalar> x);
template <typename Scalar>
Tensor<Scalar> mean(Tensor<Scalar> x);
template <typename Scalar>
Tensor<Scalar> sum(Tensor<Scalar> x, int axis, ReducedAxis reduced = ReducedAxis::dropped);
template <typename Scalar>
Tensor<Scalar> mean(Tensor<Scalar> x, int axis, ReducedAxis reduced = ReducedAxis::dropped);
/// ⟨a, b⟩ = ∑ aᵢbᵢ for one shape.
template <typename Scalar>
Tensor<Scalar> dot(Tensor<Scalar> a, Tensor<Scalar> b);

/// Position of the largest entry along the last axis (the first of equals).
template <typename Scalar>
Indices<Scalar> largestIndex(Tensor<Scalar> x);
/// The largest entry along the last axis; its derivative goes to the first of equals.
template <typename Scalar>
Tensor<Scalar> largest(Tensor<Scalar> x, ReducedAxis reduced = ReducedAxis::dropped);
/// 1 for the k largest entries along the last axis (the first of equals), else 0; no derivative.
template <typename Scalar>
Tensor<Scalar> largestMask(Tensor<Scalar> x, Index k);

} // namespace convergence::autodiff
