#include "core/experiment/tuning.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/math/statistics.h"

namespace convergence {

namespace {

struct Candidate {
    std::vector<double> validation;
    std::vector<double> metric;
    std::vector<std::uint64_t> replicates;
    bool complete = true;
};

bool matches(const TrialPlan& plan, const std::map<std::string, double>& factors) {
    return std::all_of(factors.begin(), factors.end(), [&](const auto& factor) {
        const auto found = plan.factors.find(factor.first);
        return found != plan.factors.end() && found->second == factor.second;
    });
}

} // namespace

TunedResult tunedResult(const Recording& recording, std::span<const std::size_t> trials,
                        const std::map<std::string, double>& factors, const TuningSpec& spec) {
    const Table& table = recording.trials();
    const std::size_t rows = table.rows();
    const std::size_t validation = table.columnIndex(spec.validation);
    const std::size_t metric = table.columnIndex(spec.metric);
    std::map<double, Candidate> candidates;
    for (const std::size_t trial : trials) {
        const TrialPlan& plan = recording.plans()[trial];
        if (!matches(plan, factors))
            continue;
        Candidate& candidate = candidates[plan.factors.at(spec.factor)];
        if (trial >= rows) {
            candidate.complete = false;
            continue;
        }
        const double score = table.at(trial, validation);
        const bool finished = recording.status(trial) == TrialStatus::finished;
        candidate.validation.push_back(
            finished && std::isfinite(score) ? score : std::numeric_limits<double>::infinity());
        candidate.metric.push_back(table.at(trial, metric));
        candidate.replicates.push_back(plan.replicate);
    }
    TunedResult result;
    double best = std::numeric_limits<double>::infinity();
    for (const auto& [value, candidate] : candidates) {
        if (!candidate.complete)
            return {};
        const double score = mean(candidate.validation);
        if (score < best) {
            best = score;
            result.metric = candidate.metric;
            result.replicates = candidate.replicates;
            result.chosen = value;
        }
    }
    result.atEdge =
        candidates.size() > 1 && !result.metric.empty() &&
        (result.chosen == candidates.begin()->first || result.chosen == candidates.rbegin()->first);
    return result;
}

} // namespace convergence
