#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/commands/command_line.h"
#include "app/runs/verified_runs.h"
#include "app/sweeps/runner.h"
#include "core/error.h"
#include "core/experiment/nearest_name.h"
#include "core/experiment/run_files.h"
#include "core/experiment/verification.h"

namespace convergence {

namespace {

struct VerifyOptions {
    std::vector<std::string> ids;
    VerificationOptions verification;
    int processes = 0;
    bool fresh = false; ///< runs of earlier verifications are not used
    bool json = false;
};

std::string inWords(const Stability& stability) {
    if (stability.pool == 0)
        return "stability: nothing is random";
    if (std::isnan(stability.distance))
        return fmt::format("stability: {:.4g} with a standard error of {:.2g} over protocols drawn "
                           "from {}; there is no threshold in numbers",
                           stability.estimate, stability.standardError, stability.pool);
    return fmt::format(
        "stability: {:.4g} with a standard error of {:.2g} over protocols drawn from "
        "{}; {:.1f} standard errors inside its threshold, {}",
        stability.estimate, stability.standardError, stability.pool, stability.distance,
        stability.stable() ? "stable" : "NOT stable");
}

std::string inWords(const ClaimReport& report) {
    const Judgement& judgement = report.judgement;
    std::string line =
        fmt::format("{:<15} {}/{}", nameOf(judgement.verdict), report.experiment, report.claim);
    if (!report.refutation.empty())
        line += fmt::format("\n  broken: {}{}", report.refutation,
                            report.ok ? "" : "  ← DEFECT: the claim must fail here");
    else
        line += fmt::format("\n  {}", report.statement);
    if (std::isfinite(judgement.measured))
        line += fmt::format("\n  measured {:.6g}", judgement.measured);
    if (std::isfinite(judgement.low) && std::isfinite(judgement.high))
        line += fmt::format(" [{:.6g}, {:.6g}]", judgement.low, judgement.high);
    if (!judgement.threshold.empty())
        line += fmt::format("{}expected {}", std::isfinite(judgement.measured) ? ", " : "\n  ",
                            judgement.threshold);
    if (!report.origin.text.empty())
        line +=
            fmt::format("\n  threshold: {}, {}", nameOf(report.origin.kind), report.origin.text);
    line += "\n  " + judgement.explanation + "\n";
    if (report.stability)
        line += "  " + inWords(*report.stability) + "\n";
    if (!report.refutation.empty())
        return line;
    if (report.standIn)
        line += "  apart: made on other data than the claim is about\n";
    else if (!report.ok)
        line += fmt::format("  ← CHANGED: known to end with '{}'{}\n", nameOf(report.known.verdict),
                            report.known.reason.empty() ? "" : ": " + report.known.reason);
    else if (!report.known.reason.empty())
        line += fmt::format("  known: {}\n", report.known.reason);
    return line;
}

bool has(const ExperimentType& type, const std::string& claim) {
    return std::any_of(type.description.claims.begin(), type.description.claims.end(),
                       [&](const Claim& known) { return known.id == claim; });
}

/// Throws InputError for a claim that none of the experiments has.
void requireKnown(const std::vector<std::shared_ptr<const ExperimentType>>& types,
                  const std::vector<std::string>& claims) {
    std::vector<std::string> known;
    for (const auto& type : types)
        for (const Claim& claim : type->description.claims)
            known.push_back(claim.id);
    for (const std::string& claim : claims)
        if (std::find(known.begin(), known.end(), claim) == known.end())
            throw InputError(
                fmt::format("There is no claim '{}'{}", claim, suggestion(claim, known)));
}

/// Runs over worker processes, or over the ranks of an MPI job.
RunMaker runsOver(const ExperimentType& type, const StopToken& stop, int processes, MpiProcess* mpi,
                  const Registry& registry) {
    if (!mpi && processes == 0)
        return {};
    return [&type, stop, processes, mpi,
            &registry](std::span<NeededRun* const> runs,
                       const std::function<void(const NeededRun&)>& done) {
        TaskQueue queue(std::vector<bool>(runs.size(), false));
        const SharedWork work = protocolWork(type, runs, queue, stop, done);
        if (mpi)
            mpi->handOut(work, registry);
        else
            runOverProcesses(work, processes);
    };
}

int verifyAll(CommandContext& context, const VerifyOptions& options, MpiProcess* mpi) {
    std::vector<std::shared_ptr<const ExperimentType>> types;
    for (const std::string& id : options.ids)
        types.push_back(context.registry().find(id));
    if (types.empty())
        types = context.registry().all();
    const std::vector<std::string>& asked = options.verification.claims;
    requireKnown(types, asked);

    const StopToken stop = stopOnSignals();
    bool allOk = true;
    nlohmann::json list = nlohmann::json::array();
    for (const auto& type : types) {
        VerificationOptions verification = options.verification;
        verification.cache = options.fresh ? nullptr : verifiedRuns();
        std::erase_if(verification.claims,
                      [&](const std::string& claim) { return !has(*type, claim); });
        if (verification.claims.empty() && !asked.empty())
            continue;
        std::vector<ClaimReport> reports;
        {
            ProgressLine line;
            const auto showProgress = [&](const VerificationProgress& p) {
                line.show(p.fraction, fmt::format("{}: run {} of {}, {}", type->description.id,
                                                  p.runsDone, p.runsNeeded, p.current));
            };
            reports = verify(*type, verification, stop, showProgress,
                             runsOver(*type, stop, options.processes, mpi, context.registry()));
        }
        for (const ClaimReport& report : reports) {
            allOk &= report.ok;
            if (options.json)
                list.push_back(toJson(report));
            else
                fmt::print("{}\n", inWords(report));
        }
    }
    if (options.json)
        fmt::print("{}\n", list.dump(2));
    if (stop.stopRequested())
        return exitInterrupted;
    return allOk ? exitFine : exitClaimFailedOrDiverged;
}

} // namespace

void addVerifyCommand(CLI::App& app, CommandContext& context, int& argc, char** argv) {
    auto options = std::make_shared<VerifyOptions>();
    auto* command = app.add_subcommand(
        "verify",
        "Run the claims' protocols and say which hold (exit code 1 if a verdict is not the known "
        "one)");
    command->add_option("ID", options->ids, "Experiments; all if none is named");
    command->add_option("--claim", options->verification.claims, "Only these claims")
        ->type_name("NAME")
        ->allow_extra_args(false);
    command->add_flag("--refute", options->verification.refute,
                      "Break the algorithms or the data instead, and report every claim that "
                      "still holds as a defect");
    command
        ->add_option("--seed-offset", options->verification.seedOffset,
                     "Added to every seed of the protocols: fresh seeds")
        ->check(CLI::Range(std::uint64_t{0}, std::uint64_t{1'000'000'000}));
    command
        ->add_option("--threads", options->verification.threads,
                     "Threads; 0, the default, takes one a core")
        ->check(CLI::Range(0, 1024));
    command
        ->add_option("--processes", options->processes,
                     "Worker processes for the runs, instead of threads; 0 = threads. Under "
                     "mpirun the runs go over all ranks")
        ->check(CLI::Range(0, 4096));
    command
        ->add_option("--stability", options->verification.pool,
                     "Run this many seeds in the place of a protocol's and say how far each "
                     "verdict is from the other, in standard errors; 20 suffice")
        ->check(CLI::Range(std::size_t{2}, std::size_t{10'000}));
    command->add_flag("--fresh", options->fresh,
                      "Make all runs anew, also those that an earlier verification by this build "
                      "has made");
    command->add_flag("--json", options->json, "Print JSON");
    command->callback([&context, &argc, argv, options] {
        context.exitCode = withRanks(context, argc, argv, [&](MpiProcess* mpi) {
            return verifyAll(context, *options, mpi);
        });
    });
}

} // namespace convergence
