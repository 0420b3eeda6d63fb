#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/experiment/registry.h"
#include "core/stop_token.h"
#include "widgets/lessons/worksheet.h"

namespace convergence {

/// How the facts of a lesson are gathered.
struct FactsOptions {
    bool measure = true; ///< make the runs of the steps; without them facts take a moment
    StopToken stop = {}; ///< on a request, what is not yet measured is left out
    /// Share done, 0 to 1, and what is being done. Called from the calling thread.
    std::function<void(double fraction, const std::string& what)> onProgress = {};
};

/// What a worksheet needs to know of each step of a lesson: the experiment that it opens, the arms
/// of its run and, if wanted, the run itself up to the iterations that the step asks for, with what
/// it says of claims. Steps that ask for the same run share one. A run that cannot be made is told
/// in its step. Throws InputError for a lesson that does not fit the experiments.
std::vector<StepFacts> lessonFacts(const Registry& registry, const Lesson& lesson,
                                   const FactsOptions& options = {});

} // namespace convergence
