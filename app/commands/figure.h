#pragma once

#include "app/commands/command_line.h"
#include "app/figures/figure_choices.h"

namespace convergence {

/// What `export` is asked for when it makes figures.
struct FigureOptions {
    std::string id;
    ValueOptions values;
    std::int64_t steps = 0;
    std::string language = "en";
    FigureChoices choices;
    std::string figure;            ///< JSON file of one; empty: as the choices say
    std::vector<std::string> outs; ///< one or more
    bool caption = false;          ///< print it
};

/// Adds the options that say what a figure looks like; those of the run are the command's.
void addFigureOptions(CLI::App& command, FigureOptions& options);

/// Makes the run without a window, and of it a figure in every file. Returns the exit code. Throws
/// InputError.
int exportFigure(CommandContext& context, const FigureOptions& options, int& argc, char** argv);

/// reproduce: makes the figure that a file carries again, and says whether its run is the same.
void addReproduceCommand(CLI::App& app, CommandContext& context, int& argc, char** argv);

} // namespace convergence
