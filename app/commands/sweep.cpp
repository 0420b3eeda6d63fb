#include <algorithm>
#include <chrono>
#include <cmath>
#include <thread>

#include <QCoreApplication>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/commands/command_line.h"
#include "app/sweeps/database.h"
#include "app/sweeps/runner.h"
#include "app/sweeps/typed_plan.h"
#include "core/data/output_file.h"
#include "core/error.h"
#include "core/experiment/runner.h"
#include "core/memory.h"

namespace convergence {

namespace {

struct SweepOptions {
    std::string what; ///< a sweep file, or the experiment that is swept
    ValueOptions values;
    std::vector<std::string> vary;
    std::string seeds;
    std::string write; ///< file that keeps the plan
    std::string out;
    int processes = 0;
    bool dryRun = false;
    bool retry = false;
    bool json = false;
};

/// Tasks looked at for the memory that one may need.
constexpr std::uint64_t memorySamples = 1000;
/// Longest that a dry run lets the first task go on.
constexpr double longestTrial = 5.0;

double largestMemory(const SweepPlan& plan) {
    double largest = 0.0;
    if (!plan.type().memoryEstimate)
        return largest;
    const std::uint64_t stride = std::max<std::uint64_t>(1, plan.taskCount() / memorySamples);
    for (std::uint64_t task = 0; task < plan.taskCount(); task += stride) {
        try {
            largest = std::max(largest, plan.type().memoryEstimate(resolveValues(
                                            plan.type(), plan.preset(), plan.overrides(task))));
        } catch (const InputError&) { // refused when its turn comes
        }
    }
    return largest;
}

/// One process a core, fewer where memory does not suffice.
int processesFor(const SweepPlan& plan, int asked, double memory) {
    if (asked > 0)
        return asked;
    int processes = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    processes = processesThatFit(memory, processes);
    return static_cast<int>(
        std::min<std::uint64_t>(static_cast<std::uint64_t>(processes), plan.taskCount()));
}

struct Estimate {
    double seconds = std::numeric_limits<double>::quiet_NaN(); ///< of the first task
    bool complete = false; ///< it ended within the time; otherwise extrapolated
    std::string refusal;
};

Estimate timeFirstTask(const SweepPlan& plan) {
    Estimate estimate;
    try {
        const auto values = resolveValues(plan.type(), plan.preset(), plan.overrides(0));
        const auto start = std::chrono::steady_clock::now();
        const auto seconds = [&] {
            return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        };
        const auto experiment = createExperiment(plan.type(), values);
        const auto recording = makeRecording(*experiment);
        StopToken stop;
        const auto stopInTime = [&](const Progress&) {
            if (seconds() > longestTrial)
                stop.requestStop();
        };
        runToEnd(*experiment, *recording, {.stop = stop, .threads = 1, .onProgress = stopInTime});
        estimate.complete = !stop.stopRequested();
        const double fraction = estimate.complete ? 1.0 : countProgress(*recording).fraction;
        if (fraction > 0.0)
            estimate.seconds = seconds() / fraction;
    } catch (const InputError& error) {
        estimate.refusal = error.what();
    }
    return estimate;
}

int dryRun(const SweepPlan& plan, int processes, double memory, bool asJson) {
    const Estimate estimate = timeFirstTask(plan);
    const double total = estimate.seconds * std::ceil(static_cast<double>(plan.taskCount()) /
                                                      static_cast<double>(processes));
    if (asJson) {
        const auto number = [](double value) {
            return std::isfinite(value) ? nlohmann::json(value) : nlohmann::json(nullptr);
        };
        fmt::print("{}\n", nlohmann::json{{"experiment", plan.type().description.id},
                                          {"tasks", plan.taskCount()},
                                          {"processes", processes},
                                          {"seconds_a_task", number(estimate.seconds)},
                                          {"seconds", number(total)},
                                          {"bytes_a_task", memory},
                                          {"first_task_refused", estimate.refusal}}
                               .dump(2));
        return exitFine;
    }
    fmt::print("{} tasks of {} over {} process{}\n", plan.taskCount(), plan.type().description.id,
               processes, processes == 1 ? "" : "es");
    if (!estimate.refusal.empty())
        fmt::print("The first task cannot run: {}\n", estimate.refusal);
    else
        fmt::print("about {} in all: the first task {} {}\n", durationInWords(total),
                   estimate.complete ? "took" : "would take about",
                   durationInWords(estimate.seconds));
    if (memory > 0.0)
        fmt::print("at most {:.0f} MB a task\n", std::ceil(memory / 1e6));
    return exitFine;
}

std::string defaultFolder(const std::string& file) {
    std::filesystem::path path(file);
    return path.replace_extension(".sweep").string();
}

int summarize(const SweepDatabase& database, const SweepPlan& plan, const std::string& folder,
              bool stopped, bool asJson) {
    const auto counts = database.counts();
    std::uint64_t ran = 0;
    std::uint64_t troubled = 0;
    std::string words;
    for (const auto& [state, count] : counts) {
        ran += count;
        if (state != nameOf(TaskState::finished) && state != nameOf(TaskState::diverged))
            troubled += count;
        words += fmt::format(", {} {}", count, state);
    }
    if (asJson)
        fmt::print("{}\n", nlohmann::json{{"experiment", plan.type().description.id},
                                          {"folder", folder},
                                          {"tasks", plan.taskCount()},
                                          {"states", counts},
                                          {"state", stopped ? "stopped" : "finished"}}
                               .dump(2));
    else
        fmt::print("{} of {} tasks ran{}; results in {}\n", ran, plan.taskCount(), words, folder);
    if (stopped)
        return exitInterrupted;
    return troubled > 0 ? exitClaimFailedOrDiverged : exitFine;
}

/// On the process that reads the file and keeps the results.
int lead(const SweepPlan& plan, const SweepOptions& options, MpiProcess* mpi,
         const Registry& registry) {
    const double memory = largestMemory(plan);
    const int processes =
        mpi ? std::max(1, mpi->size() - 1) : processesFor(plan, options.processes, memory);
    if (options.dryRun)
        return dryRun(plan, processes, memory, options.json);
    const std::string folder = options.out.empty() ? defaultFolder(options.what) : options.out;
    SweepDatabase database(folder, plan);
    if (options.retry)
        database.forgetTroubled();
    TaskQueue queue(database.done());
    const std::uint64_t atStart = queue.left();
    if (atStart < queue.count())
        fmt::print(stderr, "Continuing: {} of {} tasks have results.\n", queue.count() - atStart,
                   queue.count());
    const StopToken stop = stopOnSignals();
    const auto start = std::chrono::steady_clock::now();
    {
        ProgressLine line;
        const auto keep = [&](std::span<const TaskResult> results) {
            database.add(results);
            const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
            const auto done = static_cast<double>(atStart - queue.left());
            const double left = elapsed.count() / done * static_cast<double>(queue.left());
            line.show(1.0 - static_cast<double>(queue.left()) / static_cast<double>(queue.count()),
                      fmt::format("task {} of {}, {} left", queue.count() - queue.left(),
                                  queue.count(), durationInWords(left)));
        };
        const SharedWork work =
            sweepWork(plan, std::filesystem::absolute(folder).string(), queue, stop, keep);
        if (mpi)
            mpi->handOut(work, registry);
        else
            runOverProcesses(work, processes);
    }
    database.writeTables();
    return summarize(database, plan, folder, stop.stopRequested(), options.json);
}

bool namesFile(const std::string& what) {
    std::error_code ignored;
    return what.ends_with(".json") || std::filesystem::is_regular_file(what, ignored);
}

SweepPlan planFrom(const SweepOptions& options, const Registry& registry) {
    const ValueOptions& values = options.values;
    if (!namesFile(options.what)) {
        const Description& description = registry.find(options.what)->description;
        return SweepPlan::fromJson(sweepJson(description, {.preset = values.preset,
                                                           .fixed = values.overrides(description),
                                                           .vary = options.vary,
                                                           .seeds = options.seeds}),
                                   registry);
    }
    const bool isTyped = !options.vary.empty() || !options.seeds.empty() ||
                         !values.preset.empty() || !values.settings.empty() || values.seed;
    if (isTyped)
        throw InputError(fmt::format("'{}' is a file, which says itself what varies; --vary, "
                                     "--seeds, --set, --seed and --preset go with an experiment, "
                                     "as `list` names it.",
                                     options.what));
    return SweepPlan::fromFile(options.what, registry);
}

int sweep(CommandContext& context, const SweepOptions& options, int& argc, char** argv) {
    return withRanks(context, argc, argv, [&](MpiProcess* mpi) {
        const SweepPlan plan = planFrom(options, context.registry());
        if (!options.write.empty())
            writeWholeFile(options.write, plan.canonical().dump(2) + "\n");
        return lead(plan, options, mpi, context.registry());
    });
}

} // namespace

int withRanks(CommandContext& context, int& argc, char** argv,
              const std::function<int(MpiProcess*)>& lead) {
    if (!startedByMpi()) {
        const QCoreApplication application(argc, argv);
        return lead(nullptr);
    }
    MpiProcess mpi(argc, argv);
    const QCoreApplication application(argc, argv);
    if (mpi.rank() > 0) {
        mpi.serve(context.registry());
        return exitFine;
    }
    try {
        const int code = lead(&mpi);
        mpi.release();
        return code;
    } catch (...) {
        mpi.release();
        throw;
    }
}

void addSweepCommand(CLI::App& app, CommandContext& context, int& argc, char** argv) {
    auto options = std::make_shared<SweepOptions>();
    auto* command = app.add_subcommand(
        "sweep", "Run an experiment at many values, over all cores or, under mpirun, all ranks; "
                 "continues where it was cut off");
    command
        ->add_option("ID_OR_FILE", options->what,
                     "Experiment, as `list` names it, or a JSON file that says what to vary")
        ->required();
    command
        ->add_option("--vary", options->vary,
                     "Vary a parameter: NAME=2,3,4 or NAME=0.1..1:5 (five values) or "
                     "NAME=0.01..1:log:5; a list as a value is written [a;b]; may be given "
                     "several times")
        ->type_name("NAME=VALUES")
        ->allow_extra_args(false);
    command
        ->add_option("--seeds", options->seeds,
                     "Run each with so many seeds (10: 0 to 9), or with these (3,5,8)")
        ->type_name("SEEDS");
    options->values.addTo(*command);
    command->add_option("--write", options->write, "Keep the plan in this file, as JSON");
    command->add_option("--out", options->out,
                        "Folder for sweep.sqlite, results.csv, tasks.csv and kept recordings; "
                        "default: the experiment or file with the ending .sweep");
    command
        ->add_option("--processes", options->processes,
                     "Worker processes; 0 = one a core, fewer where memory is short")
        ->check(CLI::Range(0, 4096));
    command->add_flag("--dry-run", options->dryRun,
                      "Only say how many tasks there are and how long they may take");
    command->add_flag("--retry", options->retry,
                      "Run the tasks again that failed, were refused or were killed");
    command->add_flag("--json", options->json, "Print JSON instead of a summary");
    command->callback([&context, &argc, argv, options] {
        context.exitCode = sweep(context, *options, argc, argv);
    });
    auto* worker = app.add_subcommand("sweep-worker", "Run tasks that a sweep hands out");
    worker->group(""); // not for people
    worker->callback([&context] { context.exitCode = serveTasks(context.registry()); });
}

} // namespace convergence
