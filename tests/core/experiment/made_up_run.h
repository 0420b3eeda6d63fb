#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/experiment/claim.h"
#include "core/experiment/parameter_builders.h"

namespace convergence {

/// A trial of a run that nobody made, with one final metric.
struct MadeUpTrial {
    std::string arm;
    std::map<std::string, double> factors;
    std::uint64_t replicate = 0;
    std::vector<double> finals; ///< gap, score
    TrialStatus status = TrialStatus::finished;
};

/// Of trials that all have the same factors.
inline EvidenceRun madeUpRun(const std::vector<MadeUpTrial>& trials, std::uint64_t seed = 0,
                             std::string label = "run") {
    std::vector<TrialPlan> plans;
    std::vector<std::string> arms;
    std::vector<Column> factors;
    for (const auto& [name, value] : trials.front().factors)
        factors.push_back({name});
    for (const MadeUpTrial& trial : trials) {
        plans.push_back(
            {.arm = trial.arm, .factors = trial.factors, .replicate = trial.replicate, .steps = 1});
        arms.push_back(trial.arm);
    }
    auto recording =
        std::make_shared<Recording>(std::vector<Column>{{"iteration"}}, factors,
                                    std::vector<Column>{{"gap"}, {"score"}}, arms, plans);
    for (std::size_t i = 0; i < trials.size(); ++i) {
        recording->setStatus(i, trials[i].status);
        recording->conclude(i, trials[i].finals);
    }
    return {std::move(label), seed,
            std::make_shared<const ParameterValues>(
                std::vector{seedParameter()}, Overrides{{"seed", static_cast<std::int64_t>(seed)}}),
            recording};
}

} // namespace convergence
