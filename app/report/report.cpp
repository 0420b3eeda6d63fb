#include "app/report/report.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "app/commands/command_text.h"
#include "core/experiment/build_fingerprint.h"

namespace convergence {

namespace {

/// Seeds that a run draws its random numbers from.
void addSeeds(std::set<double>& seeds, const Description& description,
              const ParameterValues& values) {
    for (const Parameter& parameter : description.parameters)
        if (parameter.kind == ParameterKind::seed)
            seeds.insert(static_cast<double>(values.integer(parameter.name)));
        else if (parameter.kind == ParameterKind::seedList)
            for (const double seed : values.numbers(parameter.name))
                seeds.insert(seed);
}

VerdictCost costOf(const Description& description, const Evidence& evidence) {
    VerdictCost cost{.runs = evidence.runs.size()};
    std::set<double> seeds;
    for (const EvidenceRun& run : evidence.runs) {
        addSeeds(seeds, description, *run.values);
        for (std::size_t trial = 0; trial < run.recording->plans().size(); ++trial) {
            const Table& timing = run.recording->timing(trial);
            if (timing.rows() > 0)
                cost.seconds += timing.at(timing.rows() - 1, 1);
            else
                cost.isComplete = false;
        }
    }
    cost.seeds = seeds.size();
    return cost;
}

ReportedVerdict verdictOf(const ExperimentType& type, const ClaimReport& report) {
    const Judgement& judgement = report.judgement;
    ReportedVerdict verdict{.broken = report.refutation,
                            .verdict = judgement.verdict,
                            .measured = judgement.measured,
                            .low = judgement.low,
                            .high = judgement.high,
                            .explanation = judgement.explanation,
                            .ok = report.ok,
                            .standIn = report.standIn};
    if (report.evidence)
        verdict.cost = costOf(type.description, *report.evidence);
    verdict.command =
        fmt::format("convergence-lab verify {} --claim {}{} --fresh", shellWord(report.experiment),
                    shellWord(report.claim), report.refutation.empty() ? "" : " --refute");
    return verdict;
}

/// The values but for the seeds, so that runs are told apart by what else they differ in.
std::string keyWithoutSeeds(const Description& description, const EvidenceRun& run) {
    std::string key = run.label;
    for (const Parameter& parameter : description.parameters)
        if (parameter.kind != ParameterKind::seed && parameter.kind != ParameterKind::seedList)
            key += '\n' + formatValue(run.values->value(parameter.name));
    return key;
}

std::vector<ReportedRuns> runsOf(const Description& description, const ClaimReport& report) {
    std::vector<ReportedRuns> groups;
    std::vector<std::string> keys;
    if (!report.evidence)
        return groups;
    for (const EvidenceRun& run : report.evidence->runs) {
        const std::string key = keyWithoutSeeds(description, run);
        const auto at = std::find(keys.begin(), keys.end(), key);
        if (at != keys.end()) {
            groups[static_cast<std::size_t>(at - keys.begin())].seeds.push_back(run.seed);
            continue;
        }
        keys.push_back(key);
        groups.push_back({run.label, {run.seed}, commandText(description, *run.values)});
    }
    return groups;
}

std::vector<ReportedParameter> parametersOf(const Description& description,
                                            const std::vector<ClaimReport>& claims) {
    std::vector<ReportedParameter> parameters;
    for (const Parameter& parameter : description.parameters) {
        ReportedParameter& reported =
            parameters.emplace_back(ReportedParameter{.name = parameter.name,
                                                      .symbol = parameter.symbol,
                                                      .label = parameter.label,
                                                      .unit = parameter.unit});
        reported.defaultValue = formatValue(parameter.defaultValue);
        const bool isSeed =
            parameter.kind == ParameterKind::seed || parameter.kind == ParameterKind::seedList;
        for (const ClaimReport& claim : claims)
            for (std::size_t i = 0; !isSeed && claim.evidence && i < claim.evidence->runs.size();
                 ++i) {
                const std::string value =
                    formatValue(claim.evidence->runs[i].values->value(parameter.name));
                if (value != reported.defaultValue &&
                    std::find(reported.values.begin(), reported.values.end(), value) ==
                        reported.values.end())
                    reported.values.push_back(value);
            }
    }
    return parameters;
}

/// Where the data of the first run that says so came from.
std::string dataOf(const std::vector<ClaimReport>& claims) {
    for (const ClaimReport& claim : claims)
        for (std::size_t i = 0; claim.evidence && i < claim.evidence->runs.size(); ++i)
            if (const std::string& data = claim.evidence->runs[i].recording->provenance().data;
                !data.empty())
                return data;
    return {};
}

} // namespace

ReportedExperiment reportedExperiment(const ExperimentType& type,
                                      const std::vector<ClaimReport>& claims,
                                      const std::vector<ClaimReport>& refutations) {
    const Description& description = type.description;
    ReportedExperiment reported{.id = description.id,
                                .title = description.title,
                                .paper = description.paper,
                                .question = description.question,
                                .summary = description.summary,
                                .data = dataOf(claims),
                                .build = buildFingerprint(type),
                                .parameters = parametersOf(description, claims)};
    for (const ClaimReport& report : claims) {
        ReportedClaim& claim =
            reported.claims.emplace_back(ReportedClaim{.id = report.claim,
                                                       .kind = report.kind,
                                                       .statement = report.statement,
                                                       .threshold = report.judgement.threshold,
                                                       .origin = report.origin,
                                                       .known = report.known,
                                                       .own = verdictOf(type, report),
                                                       .runs = runsOf(description, report)});
        for (const Claim& described : description.claims)
            if (described.id == report.claim && claim.threshold.empty())
                claim.threshold = described.expected();
        for (const ClaimReport& refutation : refutations)
            if (refutation.claim == report.claim)
                claim.refutations.push_back(verdictOf(type, refutation));
    }
    return reported;
}

} // namespace convergence
