#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/experiment/experiment.h"

namespace convergence {

/// "Bilevel Optimization under Unbounded Smoothness" (Hao, Gong, Liu 2024): normalized momentum
/// where one step size cannot serve both ends, and two problems, one within the other.
ExperimentType bilevelBorep();

/// Its parts, each in a file of its own.
namespace borep {

/// Where parameters and views apply.
inline constexpr const char* ofCosh = "problem_is_cosh";
inline constexpr const char* ofCleaning = "problem_is_cleaning";
inline constexpr const char* ofRegularizer = "problem_is_regularizer";
inline constexpr const char* ofText = "1 - problem_is_cosh";

std::vector<Parameter> parameters();
std::vector<Preset> presets();
std::vector<std::pair<std::string, std::string>> questions();
std::vector<View> views();
std::vector<Claim> claims();

} // namespace borep

} // namespace convergence
