#include "plugins/control/martingale-td/experiment.h"

#include <cmath>

#include <fmt/format.h>

#include "core/error.h"
#include "core/experiment/recorded_experiment.h"
#include "core/experiment/whole_numbers.h"
#include "plugins/control/martingale-td/frames.h"
#include "plugins/control/martingale-td/trial.h"

namespace convergence {

namespace martingale_td {

namespace {

/// The learners of a run: those chosen that there are for its family of values.
std::vector<std::string> learnersOf(const ParameterValues& values) {
    const bool isNonlinear =
        traitsOf(problemChoices, values.text("problem")).dynamics == Dynamics::geometricBrownian &&
        traitsOf(basisChoices, values.text("basis")).basis == Basis::exact;
    std::vector<std::string> arms;
    for (const std::string& arm : values.choices("arms"))
        if (!isNonlinear || traitsOf(learnerArms, arm).method != Method::leastSquares)
            arms.push_back(arm);
    return arms;
}

class MartingaleExperiment final : public RecordedExperiment {
public:
    explicit MartingaleExperiment(const ParameterValues& values)
        : RecordedExperiment(records(), parameters(), values),
          setting_(std::make_shared<const Setting>(values)) {}

    [[nodiscard]] std::vector<TrialPlan> trials() const override {
        std::vector<TrialPlan> plans;
        for (const double steps : values().numbers("steps"))
            for (const std::string& arm : learnersOf(values()))
                for (std::int64_t r = 0; r < values().integer("replicates"); ++r)
                    plans.push_back({.arm = arm,
                                     .factors = {{"steps", steps}},
                                     .replicate = static_cast<std::uint64_t>(r),
                                     .steps = values().integer("updates"),
                                     .keepTrace = r == 0});
        return plans;
    }
    [[nodiscard]] Cadence cadence() const override {
        return {values().integer("record_every"), 60.0};
    }
    [[nodiscard]] std::unique_ptr<Solver> start(const TrialPlan& plan) const override {
        return startTrial(setting_, plan);
    }
    void draw(const Recording&, FrameMap& shared) const override {
        shared["true"] = trueSurface(setting_->meshes.rbegin()->second);
    }

private:
    std::shared_ptr<const Setting> setting_;
};

void check(const ParameterValues& values) {
    requireWholeNumbers(values, "steps");
    if (learnersOf(values).empty())
        throw InputError(
            fmt::format("Parameter 'arms': none of {} applies, because J^θ is not linear in θ with "
                        "problem = {} "
                        "and basis = exact; expected basis = linear or poly, or other learners.",
                        formatValue(values.value("arms")), values.text("problem")));
}

double memoryEstimate(const ParameterValues& values) {
    constexpr double bytesOfTrial = 1e5;
    double bytes = 0.0;
    for (const double steps : values.numbers("steps")) // episodes and weights of each trial
        bytes += 16.0 * static_cast<double>(values.integer("batch")) * steps + bytesOfTrial;
    return bytes * static_cast<double>(learnersOf(values).size()) *
           static_cast<double>(values.integer("replicates"));
}

} // namespace

} // namespace martingale_td

ExperimentType martingaleTd() {
    using namespace martingale_td;
    return {.description =
                {.id = "martingale-td",
                 .title = "Martingale TD",
                 .family = "control",
                 .paper = {.title = "Policy Evaluation and Temporal-Difference Learning in "
                                    "Continuous Time and Space: A Martingale Approach",
                           .authors = "Yanwei Jia, Xun Yu Zhou",
                           .year = 2022,
                           .venue = "Journal of Machine Learning Research 23",
                           .arxiv = "2108.06655"},
                 .summary =
                     "The value of a policy is the function that makes a martingale of value "
                     "and rewards so far. Learners that ask for a martingale find it; the "
                     "mean-square TD error asks for a smooth process instead, the more so "
                     "the finer the mesh.",
                 .question = "Does a learner whose temporal-difference errors are small know the "
                             "value of a policy?",
                 .topics = {"reinforcement learning", "temporal difference", "policy evaluation",
                            "stochastic process", "continuous time"},
                 .parameters = parameters(),
                 .mainParameters = {"problem", "basis", "arms", "steps", "volatility", "lambda",
                                    "learning_rate", "updates"},
                 .records = records(),
                 .presets = presets(),
                 .arms = armsOf(learnerArms),
                 .views = views(),
                 .claims = claims(),
                 .questions = questions()},
            .check = check,
            .memoryEstimate = memoryEstimate,
            .create = [](const ParameterValues& values) {
                return std::make_unique<MartingaleExperiment>(values);
            }};
}

} // namespace convergence
