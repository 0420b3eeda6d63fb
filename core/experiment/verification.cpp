#include "core/experiment/verification.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <mutex>

#include <fmt/format.h>
#include <tbb/task_arena.h>

#include "core/error.h"
#include "core/experiment/guarded.h"
#include "core/experiment/nearest_name.h"
#include "core/experiment/trials_in_parallel.h"
#include "core/parallel/parallel_for.h"

namespace convergence {

namespace {

/// One judgement to come: a claim, or a refutation of it, and the runs it needs.
struct Case {
    const Claim* claim = nullptr;
    const Refutation* refutation = nullptr;
    struct Part {
        std::string label;
        std::uint64_t seed = 0;
        std::size_t run = 0;
    };
    std::vector<Part> parts;
    std::string failure; ///< values that were refused
};

std::string keyOf(const ParameterValues& values, bool timing) {
    return resolvedKey(values) + (timing ? "t" : "");
}

class Plan {
public:
    Plan(const ExperimentType& type, const VerificationOptions& options)
        : type_(type), seedOffset_(options.seedOffset), pool_(options.pool) {}

    void add(const Claim& claim, const Refutation* refutation) {
        Case planned{.claim = &claim, .refutation = refutation, .parts = {}, .failure = {}};
        for (const ProtocolRun& run : claim.protocol.runs) {
            Overrides overrides = run.overrides;
            if (refutation)
                for (const auto& [name, value] : refutation->overrides)
                    overrides.insert_or_assign(name, value);
            try {
                if (claim.protocol.seeds.empty())
                    planned.parts.push_back(
                        {run.label, seedOffset_, runFor(shifted(overrides), claim.timing, run)});
                for (const std::uint64_t protocolSeed : seedsOf(claim.protocol)) {
                    const std::uint64_t seed = protocolSeed + seedOffset_;
                    planned.parts.push_back(
                        {run.label, seed,
                         runFor(withSeed(type_.description, overrides, seed), claim.timing, run)});
                }
            } catch (const InputError& error) {
                planned.failure = error.what();
            }
        }
        cases.push_back(std::move(planned));
    }

    std::vector<NeededRun> runs;
    std::vector<Case> cases;

private:
    /// The overrides with the offset on the seed, or on each of the list, that they imply.
    [[nodiscard]] Overrides shifted(Overrides overrides) const {
        if (seedOffset_ == 0)
            return overrides;
        for (const Parameter& parameter : type_.description.parameters) {
            if (parameter.kind != ParameterKind::seed && parameter.kind != ParameterKind::seedList)
                continue;
            Value& value =
                overrides.try_emplace(parameter.name, parameter.defaultValue).first->second;
            if (auto* seed = std::get_if<std::int64_t>(&value))
                *seed += static_cast<std::int64_t>(seedOffset_);
            else
                for (double& listed : std::get<std::vector<double>>(value))
                    listed += static_cast<double>(seedOffset_);
        }
        return overrides;
    }

    /// The protocol's, and those of the pool that it does not have.
    [[nodiscard]] std::vector<std::uint64_t> seedsOf(const Protocol& protocol) const {
        std::vector<std::uint64_t> seeds = protocol.seeds;
        for (std::uint64_t seed = 0; !protocol.seeds.empty() && seeds.size() < pool_; ++seed)
            if (std::find(seeds.begin(), seeds.end(), seed) == seeds.end())
                seeds.push_back(seed);
        return seeds;
    }

    std::size_t runFor(const Overrides& overrides, bool timing, const ProtocolRun& protocolRun) {
        auto values = std::make_shared<const ParameterValues>(resolveValues(type_, "", overrides));
        const auto [entry, isNew] = byKey_.emplace(keyOf(*values, timing), runs.size());
        if (isNew)
            runs.push_back({.values = std::move(values),
                            .timing = timing,
                            .title = protocolRun.label,
                            .recording = nullptr,
                            .failure = {}});
        return entry->second;
    }

    const ExperimentType& type_;
    std::uint64_t seedOffset_;
    std::size_t pool_;
    std::map<std::string, std::size_t> byKey_;
};

bool isStandIn(const EvidenceRun& run) {
    return run.recording->provenance().standIn;
}

/// The runs of a pool at the seeds of the claim's protocol.
Evidence ofProtocol(const Evidence& pool, const Claim& claim, std::uint64_t seedOffset) {
    Evidence evidence{.runs = {}, .replacedArms = pool.replacedArms};
    const std::vector<std::uint64_t>& seeds = claim.protocol.seeds;
    for (const EvidenceRun& run : pool.runs)
        if (seeds.empty() ||
            std::find(seeds.begin(), seeds.end(), run.seed - seedOffset) != seeds.end())
            evidence.runs.push_back(run);
    return evidence;
}

/// As many draws as can be judged in minutes: the more trials, the longer takes each. 500 still
/// know a standard error to 3 % of it.
std::size_t drawsFor(const Evidence& pool) {
    std::size_t trials = 1;
    for (const EvidenceRun& run : pool.runs)
        trials += run.recording->plans().size();
    return std::clamp<std::size_t>(2'000'000 / trials, 500, 2'000);
}

ClaimReport judge(const ExperimentType& type, const VerificationOptions& options, const Plan& plan,
                  const Case& planned) {
    const Claim& claim = *planned.claim;
    ClaimReport report{.experiment = type.description.id,
                       .claim = claim.id,
                       .kind = claim.kind,
                       .statement = claim.statement,
                       .origin = claim.threshold.origin(),
                       .refutation = planned.refutation ? planned.refutation->description : "",
                       .judgement = {},
                       .known = {claim.knownVerdict(), claim.known.reason}};
    const auto judged = std::make_shared<Evidence>();
    Evidence& evidence = *judged;
    if (planned.refutation)
        evidence.replacedArms = planned.refutation->replaceArms;
    std::string failure = planned.failure;
    for (const Case::Part& part : planned.parts) {
        const NeededRun& run = plan.runs[part.run];
        if (!run.failure.empty())
            failure = run.failure;
        else if (!run.recording)
            failure = "The verification was stopped before the runs were complete.";
        else
            evidence.runs.push_back({part.label, part.seed, run.values, run.recording});
    }
    if (failure.empty())
        report.judgement = judgeClaim(claim, ofProtocol(evidence, claim, options.seedOffset));
    else
        report.judgement.explanation = failure;
    report.standIn = std::any_of(evidence.runs.begin(), evidence.runs.end(), isStandIn);
    if (failure.empty() && options.pool > 0 && !report.standIn)
        report.stability = stabilityOf(claim, evidence, {.draws = drawsFor(evidence)});
    const Verdict expected = planned.refutation ? Verdict::fails : claim.knownVerdict();
    report.ok = report.judgement.verdict == expected || report.standIn;
    report.evidence = judged;
    return report;
}

void checkClaimNames(const Description& description, const std::vector<std::string>& names) {
    std::vector<std::string> known;
    for (const Claim& claim : description.claims)
        known.push_back(claim.id);
    for (const std::string& name : names)
        if (std::find(known.begin(), known.end(), name) == known.end())
            throw InputError(fmt::format("{} has no claim '{}'{}", description.id, name,
                                         suggestion(name, known)));
}

} // namespace

void makeRun(const ExperimentType& type, NeededRun& run, const StopToken& stop) {
    try {
        const auto experiment = createExperiment(type, *run.values);
        auto recording = makeRecording(*experiment);
        runTrialsInParallel(*experiment, *recording, {.stop = stop});
        if (!stop.stopRequested())
            run.recording = std::move(recording);
    } catch (const std::exception& error) {
        run.failure = error.what();
    }
}

Judgement judgeClaim(const Claim& claim, const Evidence& evidence) {
    for (const EvidenceRun& run : evidence.runs)
        if (isStandIn(run)) {
            Judgement judgement;
            judgement.explanation =
                "Measured on stand-in data, which says nothing about the claim. " +
                run.recording->provenance().data;
            return judgement;
        }
    try {
        Judgement judgement = claim.judge(evidence, claim);
        if (judgement.threshold.empty())
            judgement.threshold = claim.expected();
        // What has measured something has observed it; there is nothing to hold or to fail.
        if (claim.kind == ClaimKind::observation && std::isfinite(judgement.measured))
            judgement.verdict = Verdict::observed;
        return judgement;
    } catch (const std::exception& error) {
        Judgement judgement;
        judgement.explanation = error.what();
        return judgement;
    } catch (...) {
        Judgement judgement;
        judgement.explanation = caughtInWords("the judge");
        return judgement;
    }
}

std::vector<ClaimReport> judgeLiveClaims(const Description& description,
                                         std::shared_ptr<const ParameterValues> values,
                                         std::shared_ptr<const Recording> recording) {
    std::vector<ClaimReport> reports;
    Evidence evidence;
    evidence.runs.push_back(
        {.label = "", .seed = 0, .values = std::move(values), .recording = std::move(recording)});
    for (const Claim& claim : description.claims)
        if (claim.live)
            reports.push_back({.experiment = description.id,
                               .claim = claim.id,
                               .kind = claim.kind,
                               .statement = claim.statement,
                               .origin = claim.threshold.origin(),
                               .refutation = "",
                               .judgement = judgeClaim(claim, evidence),
                               .known = {claim.knownVerdict(), claim.known.reason},
                               .standIn = isStandIn(evidence.runs.front())});
    return reports;
}

std::vector<ClaimReport> verify(const ExperimentType& type, const VerificationOptions& options,
                                const StopToken& stop,
                                const std::function<void(const VerificationProgress&)>& onProgress,
                                const RunMaker& makeRuns) {
    checkClaimNames(type.description, options.claims);
    Plan plan(type, options);
    for (const Claim& claim : type.description.claims) {
        if (!options.claims.empty() && std::find(options.claims.begin(), options.claims.end(),
                                                 claim.id) == options.claims.end())
            continue;
        if (!options.refute)
            plan.add(claim, nullptr);
        else if (claim.kind != ClaimKind::observation)
            for (const Refutation& refutation : claim.refutations)
                plan.add(claim, &refutation);
    }

    std::mutex mutex;
    std::size_t done = 0;
    const auto report = [&](const std::string& current, bool finished) {
        const std::lock_guard lock(mutex);
        done += finished;
        if (onProgress)
            onProgress({done, plan.runs.size(),
                        static_cast<double>(done) / static_cast<double>(plan.runs.size()),
                        current});
    };
    const auto finish = [&](const NeededRun& run) {
        if (options.cache && run.recording && !run.timing)
            options.cache->keep(type, *run.values, *run.recording);
        report(run.title, true);
    };
    const auto make = [&](NeededRun& run) {
        if (stop.stopRequested())
            return;
        report(run.title, false);
        makeRun(type, run, stop);
        finish(run);
    };
    std::vector<NeededRun*> parallel;
    std::vector<NeededRun*> alone;
    for (NeededRun& run : plan.runs) {
        if (options.cache && !run.timing && !stop.stopRequested())
            run.recording = options.cache->find(type, *run.values);
        if (run.recording)
            report(run.title, true);
        else
            (run.timing ? alone : parallel).push_back(&run);
    }
    tbb::task_arena arena(options.threads > 0 ? options.threads : tbb::task_arena::automatic);
    if (makeRuns)
        makeRuns(parallel, finish);
    else
        arena.execute(
            [&] { parallelFor(parallel.size(), [&](std::size_t i) { make(*parallel[i]); }); });
    tbb::task_arena single(1);
    for (NeededRun* run : alone)
        single.execute([&] { make(*run); });
    if (options.cache)
        options.cache->prune();

    std::vector<ClaimReport> reports;
    for (const Case& planned : plan.cases)
        reports.push_back(judge(type, options, plan, planned));
    return reports;
}

} // namespace convergence
