#pragma once

#include "core/autodiff/graph.h"

/// Random tensors. Their numbers depend on (seed, stream, step of Program::run) alone, so that any
/// step can be repeated. `stream` tells the places of a model apart.
namespace convergence::autodiff {

/// 1 with probability `probability`, else 0.
template <typename Scalar>
Tensor<Scalar> randomMask(Graph<Scalar>& graph, const Shape& shape, double probability,
                          std::uint64_t seed, std::uint64_t stream);
/// Independent standard normals.
template <typename Scalar>
Tensor<Scalar> randomNormal(Graph<Scalar>& graph, const Shape& shape, std::uint64_t seed,
                            std::uint64_t stream);
/// Each entry set to 0 with probability `rate` < 1, the others divided by 1 − rate (Srivastava et
/// al. 2014). Throws std::logic_error for another rate.
template <typename Scalar>
Tensor<Scalar> dropout(Tensor<Scalar> x, double rate, std::uint64_t seed, std::uint64_t stream);

} // namespace convergence::autodiff
