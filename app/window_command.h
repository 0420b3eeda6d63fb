#pragma once

#include "app/command_line.h"

namespace convergence {

/// Opens the window, with a session or bundle if `document` names one; `argc` and `argv` are those
/// of main(). Returns the exit code. Throws InputError for what is no file or cannot be opened.
int runWindow(int& argc, char** argv, CommandContext& context, const std::string& document);

/// grab: a picture of the real window, or of one view, after a number of iterations.
void addGrabCommand(CLI::App& app, CommandContext& context, int& argc, char** argv);
/// export: one view of a finished run as SVG, PDF, PNG, CSV or PGFPlots.
void addExportCommand(CLI::App& app, CommandContext& context, int& argc, char** argv);

} // namespace convergence
