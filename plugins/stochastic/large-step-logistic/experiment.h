#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/experiment/experiment.h"

namespace convergence {

/// "From Logistic Regression to the Perceptron Algorithm" (Tyurin 2024): gradient descent with
/// large steps and the perceptrons it tends to, on data that a hyperplane through 0 separates.
ExperimentType largeStepLogistic();

/// Its parts, each in a file of its own.
namespace large_step {

std::vector<Parameter> parameters();
std::vector<Preset> presets();
std::vector<std::pair<std::string, std::string>> questions();
std::vector<View> views();
std::vector<Claim> claims();

} // namespace large_step

} // namespace convergence
