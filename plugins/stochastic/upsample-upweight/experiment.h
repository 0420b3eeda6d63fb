#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/experiment/experiment.h"

namespace convergence {

/// "Upsample or Upweight? Balanced Training on Heavily Imbalanced Datasets" (Li et al. 2024): small
/// domains drawn more often, or their losses weighted; and when to cool down.
ExperimentType upsampleUpweight();

/// Its parts, each in a file of its own.
namespace upsample {

/// Where parameters and views apply.
inline constexpr const char* ofTexts = "problem_is_pages || problem_is_own";
inline constexpr const char* ofDecoder = "(problem_is_pages || problem_is_own) && model_is_decoder";
inline constexpr const char* ofNgrams = "(problem_is_pages || problem_is_own) && model_is_ngrams";
inline constexpr const char* ofSoftmax = "problem_is_convex";

std::vector<Parameter> parameters();
std::vector<Preset> presets();
std::vector<std::pair<std::string, std::string>> questions();
std::vector<View> views();
std::vector<Claim> claims();

} // namespace upsample

} // namespace convergence
