#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/experiment/trait_table.h"
#include "core/nn/classifier.h"
#include "core/optim/schedule.h"

namespace convergence::rex {

/// Where an arm's schedule comes from.
enum class ScheduleSource {
    named,    ///< core/optim/schedule.h, under the arm's id
    own,      ///< profile and sampling rate from the form
    gridCell, ///< profile and sampling rate of the arm
};

struct RexArm {
    std::string id, label, help;
    ScheduleSource source = ScheduleSource::named;
    std::string profile = {};  ///< of a cell of the grid
    std::string sampling = {}; ///< likewise
};

/// The named schedules, the one from the form, and the grid of profiles and sampling rates.
const std::vector<RexArm>& rexArms();

/// Profiles of the grid, in the order of its rows.
inline const std::vector<std::string> gridProfiles = {"step", "linear", "rex"};

struct CustomSchedule;

/// Profiles that the form offers.
struct ProfileChoice {
    std::string_view id, label, help;
    Profile (*make)(const CustomSchedule& custom);
};
std::span<const ProfileChoice> profileChoices();

/// Sampling rates that the form offers: those with names, and milestones of one's own.
struct SamplingChoice {
    std::string id, label, help;
    bool isOwn = false;
};
const std::vector<SamplingChoice>& samplingChoices();

/// Networks that are trained.
struct NetworkChoice {
    std::string_view id, label, help;
    std::unique_ptr<Classifier<float>> (*make)(const ParameterValues& values, Eigen::Index pixels);
    /// Sizes of all layers' outputs and of their gradients, over that of the inputs, at most.
    double layersPerInput = 0.0;
};
std::span<const NetworkChoice> networkChoices();

/// Ids of the optimizers (core/optim/optimizer.h) that a run may train with, in order.
inline constexpr std::string_view trainingOptimizers[] = {"momentum", "sgd",  "nesterov", "adagrad",
                                                          "rmsprop",  "adam", "adamw"};
/// The parameter with the base rates of an optimizer.
const char* ratesParameter(std::string_view optimizer);

} // namespace convergence::rex
