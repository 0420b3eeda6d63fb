#pragma once

#include "core/experiment/experiment.h"
#include "core/nn/tangent_kernel.h"

namespace convergence {

/// Jacot, Gabriel, Hongler 2018: wide networks train as kernel regression with a kernel that stays.
ExperimentType neuralTangentKernel();

Description neuralTangentKernelDescription();
std::vector<Claim> neuralTangentKernelClaims();

/// The network that the values describe, at one width.
TangentNetwork tangentNetwork(const ParameterValues& values, double width);

} // namespace convergence
