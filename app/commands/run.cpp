#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/commands/command_line.h"
#include "core/error.h"
#include "core/experiment/preparation.h"
#include "core/experiment/run_files.h"
#include "core/experiment/runner.h"
#include "core/experiment/verification.h"

namespace convergence {

namespace {

struct RunCommand {
    std::string id;
    ValueOptions values;
    std::optional<std::string> out;
    int threads = 0;
    bool json = false;
};

void printSummary(const Recording& recording, const RunRecord& record) {
    fmt::print("{} {} in {}\n", record.description->id, record.state,
               durationInWords(record.wallSeconds));
    if (!recording.provenance().data.empty())
        fmt::print("  data: {}\n", recording.provenance().data);
    constexpr std::size_t enoughRows = 40;
    const Table& trials = recording.trials();
    for (std::size_t row = 0; row < std::min(trials.rows(), enoughRows); ++row) {
        std::string line = fmt::format("  {:<14}", recording.plans()[row].arm);
        for (std::size_t column = 2; column < trials.columns().size(); ++column) {
            const Column& info = trials.columns()[column];
            if (info.name != "replicate" && info.name != "status" &&
                std::isfinite(trials.at(row, column)))
                line += fmt::format("  {} {:.5g}", info.name, trials.at(row, column));
        }
        fmt::print("{}\n", line);
    }
    if (trials.rows() > enoughRows)
        fmt::print("  … {} more trials\n", trials.rows() - enoughRows);
    for (const ClaimReport& claim : record.claims)
        fmt::print("  claim {}: {}. {}\n", claim.claim, nameOf(claim.judgement.verdict),
                   claim.judgement.explanation);
}

/// What the trials wrote besides the tables.
std::string filesInWords(const ExperimentType& type,
                         const std::vector<std::filesystem::path>& files,
                         const std::string& folder) {
    if (type.files.empty())
        return fmt::format("tables in {}; {} saves nothing else", folder, type.description.id);
    if (files.empty())
        return fmt::format("tables in {}; the trials saved nothing else ({} would be)", folder,
                           type.files);
    return fmt::format("tables in {}, and {} file{} of the trials: {}", folder, files.size(),
                       files.size() == 1 ? "" : "s", namesInWords(files));
}

int run(CommandContext& context, const RunCommand& options) {
    const auto type = context.registry().find(options.id);
    const auto values = std::make_shared<const ParameterValues>(options.values.resolve(*type));
    if (options.out)
        prepareOutputFolder(*options.out);

    const StopToken stop = stopOnSignals();
    const auto start = std::chrono::steady_clock::now();
    std::unique_ptr<Experiment> experiment;
    try {
        ProgressLine line;
        const Preparation preparation(
            [&line](double fraction, const std::string& what) { line.show(fraction, what); }, stop);
        experiment = createExperiment(*type, *values);
    } catch (const InputError& error) {
        if (!stop.stopRequested())
            throw;
        fmt::print(stderr, "{}\n", error.what());
        return exitInterrupted;
    }
    const auto recording = makeRecording(*experiment);
    std::vector<std::filesystem::path> files;
    {
        ProgressLine line;
        const auto showProgress = [&](const Progress& progress) {
            line.show(progress.fraction,
                      fmt::format("{:.0f} steps/s, {} left", progress.stepsPerSecond,
                                  durationInWords(progress.secondsLeft)));
        };
        files = runToEnd(*experiment, *recording,
                         {.stop = stop,
                          .threads = options.threads,
                          .onProgress = showProgress,
                          .folder = options.out.value_or(std::string())});
    }
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    const RunRecord record{.description = &type->description,
                           .values = values.get(),
                           .state = std::string(nameOf(outcome(*recording))),
                           .wallSeconds = elapsed.count(),
                           .claims = judgeLiveClaims(type->description, values, recording),
                           .files = std::move(files)};
    if (options.out)
        writeRunFolder(*options.out, *recording, record);
    if (options.json)
        fmt::print("{}\n", runJson(*recording, record).dump(2));
    else
        printSummary(*recording, record);
    if (options.out && !options.json)
        fmt::print("{}\n", filesInWords(*type, record.files, *options.out));
    for (const std::string& trouble : troubles(*recording))
        fmt::print(stderr, "{}\n", trouble);
    if (stop.stopRequested())
        return exitInterrupted;
    return record.state == "finished" ? exitFine : exitClaimFailedOrDiverged;
}

} // namespace

void addRunCommand(CLI::App& app, CommandContext& context) {
    auto options = std::make_shared<RunCommand>();
    auto* command = app.add_subcommand(
        "run", "Run an experiment without a window; Ctrl-C stops and keeps what was recorded");
    command->add_option("ID", options->id, "Experiment, as `list` names it")->required();
    options->values.addTo(*command);
    command->add_option(
        "--out", options->out,
        "Folder for run.json, trials.csv, a CSV file for each arm and what solvers save "
        "themselves");
    command->add_option("--threads", options->threads, "Threads; 0, the default, takes one a core")
        ->check(CLI::Range(0, 1024));
    command->add_flag("--json", options->json, "Print run.json instead of a summary");
    command->callback([&context, options] { context.exitCode = run(context, *options); });
}

} // namespace convergence
