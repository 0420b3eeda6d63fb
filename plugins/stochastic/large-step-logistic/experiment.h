#pragma once

#include "core/experiment/experiment.h"

namespace convergence {

/// "From Logistic Regression to the Perceptron Algorithm: Exploring Gradient Descent with Large
/// Step Sizes" (Tyurin 2024): five methods on separable data, until they separate it.
ExperimentType largeStepLogistic();

/// Its parts, each in a file of its own.
Description largeStepLogisticDescription();
std::vector<Claim> largeStepLogisticClaims();

} // namespace convergence
