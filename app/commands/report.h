#pragma once

#include "app/commands/command_line.h"

namespace convergence {

/// report: a web page of what verifications of claims found. Takes main's arguments for the
/// application object.
void addReportCommand(CLI::App& app, CommandContext& context, int& argc, char** argv);

} // namespace convergence
