#pragma once

#include "app/command_line.h"

namespace convergence {

/// Opens the window; `argc` and `argv` are those of main(). Returns the exit code.
int runWindow(int& argc, char** argv, CommandContext& context);

/// grab: a picture of the real window, or of one view, after a number of iterations.
void addGrabCommand(CLI::App& app, CommandContext& context, int& argc, char** argv);
/// export: one view of a finished run as SVG, PDF, PNG, CSV or PGFPlots.
void addExportCommand(CLI::App& app, CommandContext& context, int& argc, char** argv);

} // namespace convergence
