#pragma once

#include "core/autodiff/graph.h"

namespace convergence::autodiff {

enum class Centering { mean, none };

/// Rows (the last axis) brought to mean 0 and mean square 1: (x − μ)/√(σ² + ε), or x/√(mean x² + ε)
/// without centering. What layer norm (Ba, Kiros, Hinton 2016) and RMS norm (Zhang and Sennrich
/// 2019) do before their gain.
template <typename Scalar>
Tensor<Scalar> standardizeRows(Tensor<Scalar> x, Centering centering, double epsilon = 1e-5);

template <typename Scalar>
struct BatchNormalized {
    Tensor<Scalar> value;    ///< of x's shape
    Tensor<Scalar> mean;     ///< of each channel in this batch, [channels]
    Tensor<Scalar> variance; ///< likewise, with the batch size in the denominator
};

/// Each channel (the last axis) brought to mean 0 and variance 1 over all other axes (Ioffe and
/// Szegedy 2015), without gain and bias. For evaluation with running averages use
/// (x − mean)/√(variance + ε).
template <typename Scalar>
BatchNormalized<Scalar> standardizeChannels(Tensor<Scalar> x, double epsilon = 1e-5);

} // namespace convergence::autodiff
