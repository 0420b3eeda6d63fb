#pragma once

#include "core/experiment/frames.h"
#include "plugins/statistics/top-two-crowdsourcing/trial.h"

namespace convergence::top_two {

/// What is drawn: a method on what was asked, and the task under the loupe (as the parameter
/// shown_task: 0 is the hardest).
struct Shown {
    const Setting& setting;
    const Asked& asked;
    statistics::CrowdMethod& method;
    std::int64_t task;
};

void drawCrowdFrames(const Shown& shown, FrameMap& frames);

/// How clear each task is to a method: its q̂, or the share of the first of its two answers among
/// the votes for both (½ where there are none).
Eigen::VectorXd clarityOf(const Asked& asked, statistics::CrowdMethod& method);
/// How good each worker is to a method: its p̂, or the share of his answers that are one of its two.
Eigen::VectorXd skillOf(const Asked& asked, statistics::CrowdMethod& method);

} // namespace convergence::top_two
