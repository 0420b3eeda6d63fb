#pragma once

#include "app/commands/command_line.h"

namespace convergence {

struct WindowOptions {
    std::string document; ///< session or bundle to open; empty: as it was left
    std::string language; ///< "de"; empty: the one chosen in the window, or the system's
};

/// Opens the window; `argc` and `argv` are those of main(). Returns the exit code. Throws
/// InputError for what is no file or cannot be opened, and for an unknown language.
int runWindow(int& argc, char** argv, CommandContext& context, const WindowOptions& options);

/// grab: a picture of the real window, or of one view, after a number of iterations.
void addGrabCommand(CLI::App& app, CommandContext& context, int& argc, char** argv);
/// export: one view of a finished run as SVG, PDF, PNG, CSV or PGFPlots.
void addExportCommand(CLI::App& app, CommandContext& context, int& argc, char** argv);

} // namespace convergence
