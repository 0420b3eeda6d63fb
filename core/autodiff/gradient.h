#pragma once

#include <vector>

#include "core/autodiff/graph.h"

namespace convergence::autodiff {

/// Derivatives, as new nodes of the same graph. They can be differentiated again.
///
/// All throw std::logic_error if tensors are of different graphs or shapes do not fit. A result
/// that is zero because nothing depends on it is a tensor of zeros.

/// ∂loss/∂x for a loss of one element.
template <typename Scalar>
Tensor<Scalar> gradient(Tensor<Scalar> loss, Tensor<Scalar> x);
template <typename Scalar>
std::vector<Tensor<Scalar>> gradient(Tensor<Scalar> loss, const std::vector<Tensor<Scalar>>& xs);

/// Jᵀu for J = ∂y/∂x and u of y's shape: reverse mode.
template <typename Scalar>
Tensor<Scalar> transposedJacobianProduct(Tensor<Scalar> y, Tensor<Scalar> u, Tensor<Scalar> x);

/// Jv for J = ∂y/∂x and v of x's shape: forward mode. Since Jᵀu is linear in u, its own transposed
/// derivative is J; the nodes of Jᵀu itself are not needed and drop out of a program.
template <typename Scalar>
Tensor<Scalar> jacobianProduct(Tensor<Scalar> y, Tensor<Scalar> x, Tensor<Scalar> v);

/// Hv for the Hessian H of `loss` in x: the gradient of ⟨∂loss/∂x, v⟩.
template <typename Scalar>
Tensor<Scalar> hessianProduct(Tensor<Scalar> loss, Tensor<Scalar> x, Tensor<Scalar> v);

/// For derivatives of operations: carries `cotangent` of `y` back to the inputs of the node that
/// `flow` is about and adds it there, where y is the node's value written with simpler operations
/// on these inputs.
template <typename Scalar>
void differentiateAs(Backward<Scalar>& flow, Tensor<Scalar> y);

} // namespace convergence::autodiff
