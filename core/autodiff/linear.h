#pragma once

#include "core/autodiff/graph.h"

/// Products of matrices. Throw std::logic_error where shapes do not fit.
namespace convergence::autodiff {

enum class Transposed { neither, left, right, both };

/// op(A) op(B) for matrices, or for each matrix of two stacks of equal size (the axes before the
/// last two). With a stack of A and one matrix B that is not transposed along with A, all rows of A
/// are multiplied at once.
template <typename Scalar>
Tensor<Scalar> matmul(Tensor<Scalar> a, Tensor<Scalar> b,
                      Transposed transposed = Transposed::neither);

} // namespace convergence::autodiff
