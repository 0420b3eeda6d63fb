#pragma once

#include "core/experiment/experiment.h"

namespace convergence {

/// top-two-crowdsourcing (Jeong and Chung 2023): the true answer and the one it is confused with,
/// from the answers of a crowd of unknown skill, against six other ways to believe a crowd.
ExperimentType topTwoCrowdsourcing();

namespace top_two {
/// Where p and q are known, as a condition of parameters and views.
inline constexpr const char* ofModel = "scenario_is_images + scenario_is_file == 0";

std::vector<Parameter> parameters();
std::vector<Preset> presets();
std::vector<std::pair<std::string, std::string>> questions();
std::vector<View> views();
std::vector<Claim> claims();
} // namespace top_two

} // namespace convergence
