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
Description scheduleRefinementDescription();
/// The schedules that run where none are chosen.
std::vector<std::string> defaultSchedules();
std::vector<Claim> scheduleRefinementClaims();

} // namespace convergence
