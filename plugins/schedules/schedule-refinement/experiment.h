#pragma once

#include <string>
#include <vector>

#include "core/experiment/experiment.h"

namespace convergence {

/// "When, Why and How Much? Adaptive Learning Rate Scheduling by Refinement" (Defazio, Cutkosky,
/// Mehta, Mishchenko 2023): linear decay, and schedules refined from the gradient norms of an
/// earlier run, against the classical schedules, each at its best base rate.
ExperimentType scheduleRefinement();

/// Its parts, each in a file of its own.
namespace schedule_refinement {

std::vector<Parameter> parameters();
std::vector<View> views();
std::vector<Claim> claims();
Description description();

/// The schedules that run where none are chosen.
std::vector<std::string> defaultSchedules();

/// Where a view, a parameter or a claim applies: what is trained.
inline constexpr const char* onTraining = "task_is_profile == 0";
inline constexpr const char* onProfile = "task_is_profile";

} // namespace schedule_refinement

} // namespace convergence
