#pragma once

#include "app/commands/command_line.h"

namespace convergence {

/// `curves FILE`: the rates of the curves of a log, over several windows, with intervals.
void addCurvesCommand(CLI::App& app);

} // namespace convergence
