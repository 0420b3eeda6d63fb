#pragma once

#include <string>
#include <vector>

#include "core/experiment/experiment.h"

namespace convergence {

/// "REX: Revisiting Budgeted Training with an Improved Schedule" (Chen, Wolfe, Kyrillidis 2021):
/// learning-rate schedules compared at budgets from 1 % to 100 %, each at its best base rate.
ExperimentType rexSchedule();

/// Its parts, each in a file of its own.
Description rexScheduleDescription();
std::vector<Claim> rexScheduleClaims();

/// Arms of the two-axis grid, profile × sampling rate: "grid_rex_50_75" and so on.
struct GridArm {
    std::string id;
    std::string profile;  ///< step, linear or rex
    std::string sampling; ///< as Sampling::named() takes it
};
const std::vector<GridArm>& gridArms();

/// Profiles that the arm "custom" can follow.
const std::vector<std::string>& profileNames();

} // namespace convergence
