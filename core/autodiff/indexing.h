#pragma once

#include "core/autodiff/graph.h"

/// Operations by integers. An index out of range makes Program::run throw InputError naming it.
namespace convergence::autodiff {

/// Rows of `table` [N × D] by their numbers: an embedding. Shape: that of the indices, then D.
template <typename Scalar>
Tensor<Scalar> gatherRows(Tensor<Scalar> table, Indices<Scalar> rows);
/// The transpose: [N × D] where row rows[i] got row i of x added, in the order of i.
template <typename Scalar>
Tensor<Scalar> scatterAddRows(Tensor<Scalar> x, Indices<Scalar> rows, Index count);
/// Entry columns[i] of row i; `columns` has the shape of x without its last axis.
template <typename Scalar>
Tensor<Scalar> takeFromRows(Tensor<Scalar> x, Indices<Scalar> columns);
/// The transpose: rows of `width` zeros but for x[i] at columns[i].
template <typename Scalar>
Tensor<Scalar> putIntoRows(Tensor<Scalar> x, Indices<Scalar> columns, Index width);

} // namespace convergence::autodiff
