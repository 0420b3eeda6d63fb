#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "core/experiment/experiment.h"
#include "core/experiment/registry.h"

namespace convergence {

/// Exit codes of every subcommand.
enum ExitCode : int {
    exitFine = 0,
    exitClaimFailedOrDiverged = 1,
    exitBadInput = 2,
    exitInterrupted = 130, ///< stopped by Ctrl-C; what was recorded is kept
};

/// What subcommands share: the experiments, loaded when first asked for.
class CommandContext {
public:
    /// `load` fills the registry and returns one sentence for each plugin that failed.
    using Loader = std::function<std::vector<std::string>(Registry&)>;
    explicit CommandContext(Loader load) : load_(std::move(load)) {}

    /// Sentences about plugins that failed go to standard error.
    const Registry& registry();

    int exitCode = exitFine; ///< set by the subcommand that ran

private:
    Loader load_;
    std::optional<Registry> registry_;
};

/// Options by which every subcommand that runs an experiment chooses its values.
struct ValueOptions {
    std::string preset;
    std::vector<std::string> settings; ///< name=value
    std::optional<std::string> seed;   ///< as typed

    void addTo(CLI::App& command);
    /// The overrides they amount to. Throws InputError.
    [[nodiscard]] Overrides overrides(const Description& description) const;
    /// The validated values. Throws InputError.
    [[nodiscard]] ParameterValues resolve(const ExperimentType& type) const;
};

/// One line on standard error that is redrawn in place; silent when that is not a terminal.
class ProgressLine {
public:
    void show(double fraction, const std::string& text);
    ~ProgressLine();

private:
    bool shown_ = false;
};

/// "2 min 5 s"; "?" for NaN.
std::string durationInWords(double seconds);

/// A token that Ctrl-C (SIGINT) and SIGTERM request to stop; a second signal ends the program.
StopToken stopOnSignals();

class MpiProcess;
/// Calls `lead` with an application object; in an MPI job on rank 0 only, while the other ranks
/// work on what it hands out. `lead` gets null outside of one. Returns the exit code.
int withRanks(CommandContext& context, int& argc, char** argv,
              const std::function<int(MpiProcess*)>& lead);

void addListCommand(CLI::App& app, CommandContext& context);
void addDescribeCommand(CLI::App& app, CommandContext& context);
/// Knows the commands that were added before it, and those after it.
void addCompletionCommand(CLI::App& app);
void addRunCommand(CLI::App& app, CommandContext& context);
/// Take main's arguments for the application object and for MPI.
void addVerifyCommand(CLI::App& app, CommandContext& context, int& argc, char** argv);
void addSweepCommand(CLI::App& app, CommandContext& context, int& argc, char** argv);

} // namespace convergence
