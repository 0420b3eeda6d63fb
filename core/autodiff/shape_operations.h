#pragma once

#include <vector>

#include "core/autodiff/graph.h"

/// Operations that move elements. Throw std::logic_error where shapes or axes do not fit.
namespace convergence::autodiff {

/// The same elements in the same order; costs nothing at run time.
template <typename Scalar>
Tensor<Scalar> reshape(Tensor<Scalar> x, const Shape& shape);
/// Axis i of the result is axis order[i] of x.
template <typename Scalar>
Tensor<Scalar> permute(Tensor<Scalar> x, const std::vector<int>& order);
/// The last two axes exchanged.
template <typename Scalar>
Tensor<Scalar> transpose(Tensor<Scalar> x);
/// Positions begin, ..., begin + count − 1 of an axis. Along the first axis longer than 1 it costs
/// nothing at run time.
template <typename Scalar>
Tensor<Scalar> slice(Tensor<Scalar> x, int axis, Index begin, Index count);
/// Tensors one after another along an axis.
template <typename Scalar>
Tensor<Scalar> concatenate(const std::vector<Tensor<Scalar>>& parts, int axis);
/// Elements begin, begin + 1, ... of x in row-major order, as a tensor of `shape`: a named part of
/// a flat parameter vector. Costs nothing at run time.
template <typename Scalar>
Tensor<Scalar> part(Tensor<Scalar> x, Index begin, const Shape& shape);
/// A tensor with pieces[i] at elements begins[i], ... in row-major order and zeros elsewhere.
/// Pieces come in order and do not overlap.
template <typename Scalar>
Tensor<Scalar> assemble(const Shape& shape, const std::vector<Tensor<Scalar>>& pieces,
                        const std::vector<Index>& begins);

/// For planning memory: is this node an assemble(), and where do its pieces begin?
template <typename Scalar>
bool isAssembly(const Node<Scalar>& node);
template <typename Scalar>
const std::vector<Index>& assemblyBegins(const Node<Scalar>& node);

} // namespace convergence::autodiff
