#pragma once

#include "app/commands/command_line.h"

namespace convergence {

/// lesson: what there is to be learned, and worksheets of it. Takes main's arguments for the
/// application object.
void addLessonCommand(CLI::App& app, CommandContext& context, int& argc, char** argv);

} // namespace convergence
