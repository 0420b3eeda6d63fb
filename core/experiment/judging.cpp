#include "core/experiment/judging.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/experiment/not_applicable.h"
#include "core/math/statistics.h"

namespace convergence {

Judgement judgeAll(const std::vector<Sample>& samples, std::string threshold,
                   const std::string& what) {
    Judgement judgement;
    judgement.threshold = std::move(threshold);
    if (samples.empty()) {
        judgement.explanation = "No run of the arm was recorded far enough.";
        return judgement;
    }
    std::vector<double> values;
    std::string outside;
    for (const Sample& sample : samples) {
        values.push_back(sample.value);
        if (!sample.inside)
            outside += fmt::format("{}{:.4g} at {}", outside.empty() ? "" : ", ", sample.value,
                                   sample.place);
    }
    judgement.measured = mean(values);
    judgement.low = *std::min_element(values.begin(), values.end());
    judgement.high = *std::max_element(values.begin(), values.end());
    judgement.verdict = outside.empty() ? Verdict::holds : Verdict::fails;
    judgement.explanation =
        outside.empty() ? fmt::format("{}: all {} within the threshold.", what, samples.size())
                        : fmt::format("{}: outside the threshold are {}.", what, outside);
    return judgement;
}

void setMeanInterval(Judgement& judgement, std::span<const double> sample) {
    const Interval interval = meanInterval(sample);
    judgement.measured = interval.estimate;
    judgement.low = interval.low;
    judgement.high = interval.high;
}

bool ended(const EvidenceRun& run, std::size_t trial) {
    const TrialStatus status = run.recording->status(trial);
    return status == TrialStatus::finished || status == TrialStatus::diverged;
}

std::string placeOf(const EvidenceRun& run) {
    const auto seed = run.values->all().find("seed");
    if (seed == run.values->all().end())
        return run.label.empty() ? "the run" : run.label;
    const std::string drawn = fmt::format("seed {}", std::get<std::int64_t>(seed->second));
    return run.label.empty() ? drawn : run.label + ", " + drawn;
}

double finalOf(const EvidenceRun& run, std::size_t trial, const std::string& column) {
    const Table& trials = run.recording->trials();
    if (!ended(run, trial) || trial >= trials.rows())
        return notApplicable;
    return trials.at(trial, trials.columnIndex(column));
}

double finalOf(const Evidence& evidence, const EvidenceRun& run, const std::string& arm,
               const std::string& column) {
    const auto trials = evidence.trialsOf(run, arm);
    return trials.empty() ? notApplicable : finalOf(run, trials.front(), column);
}

Refutation replacedArm(const std::string& arm, const std::string& by, std::string description) {
    return {std::move(description), {{"arms", std::vector<std::string>{by}}}, {{arm, by}}};
}

} // namespace convergence
