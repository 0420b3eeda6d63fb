#include "plugins/stochastic/dp-stationary-points/experiment.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "core/error.h"
#include "core/experiment/recorded_experiment.h"
#include "core/experiment/whole_numbers.h"
#include "plugins/stochastic/dp-stationary-points/frames.h"
#include "plugins/stochastic/dp-stationary-points/trial.h"

namespace convergence {

namespace private_points {

namespace {

using Eigen::Index;

constexpr double recordedPerDecade = 120.0; ///< recording takes two gradients of all samples
constexpr double imageSize = 28 * 28;

std::vector<double> dimensionsOf(const ParameterValues& values) {
    return problemOf(values).kind == ProblemKind::images ? std::vector{imageSize}
                                                         : values.numbers("dimensions");
}

class PrivateExperiment final : public RecordedExperiment {
public:
    explicit PrivateExperiment(const ParameterValues& values)
        : RecordedExperiment(records(), parameters(), values),
          setting_(std::make_shared<const Setting>(values)) {
        if (dimensionsOf(values) != std::vector{2.0})
            return;
        const auto& counts = values.numbers("sample_counts");
        const auto sample = setting_->task.sample(
            2, static_cast<Index>(*std::max_element(counts.begin(), counts.end())), 0);
        landscape_ = landscapeFrame(*sample);
        if (sample->loss() == PrivateLoss::robustLocation)
            samples_ = samplesFrame(*sample);
    }

    [[nodiscard]] std::vector<TrialPlan> trials() const override {
        const ParameterValues& values = setting_->values;
        std::vector<TrialPlan> plans;
        for (const double d : dimensionsOf(values))
            for (const double factor : values.numbers("epsilon_factors"))
                for (const double n : values.numbers("sample_counts"))
                    for (std::int64_t replicate = 0; replicate < values.integer("repeats");
                         ++replicate)
                        for (const std::string& arm : values.choices("arms")) {
                            TrialPlan plan{
                                .arm = arm,
                                .factors = {{"sample_count", n},
                                            {"dimension", d},
                                            {"epsilon", factor * values.real("epsilon")}},
                                .replicate = static_cast<std::uint64_t>(replicate),
                                .keepTrace = replicate == 0};
                            plan.steps =
                                planOf(values, traitsOf(privateArms, arm), setting_->designOf(plan))
                                    .steps();
                            plans.push_back(std::move(plan));
                        }
        return plans;
    }
    [[nodiscard]] Cadence cadence() const override {
        return {setting_->values.integer("record_every"), recordedPerDecade};
    }
    [[nodiscard]] Provenance provenance() const override { return setting_->task.provenance(); }
    [[nodiscard]] std::unique_ptr<Solver> start(const TrialPlan& plan) const override {
        return startTrial(setting_, plan);
    }
    void draw(const Recording&, FrameMap& shared) const override {
        if (landscape_)
            shared["landscape"] = *landscape_;
        if (samples_)
            shared["samples"] = *samples_;
    }

private:
    std::shared_ptr<const Setting> setting_;
    std::optional<FieldFrame> landscape_;
    std::optional<CurvesFrame> samples_;
};

void check(const ParameterValues& values) {
    requireWholeNumbers(values, "sample_counts");
    requireWholeNumbers(values, "dimensions");
    const ProblemChoice& problem = problemOf(values);
    if (problem.kind == ProblemKind::images &&
        values.integer("class_positive") == values.integer("class_negative"))
        throw InputError(fmt::format("Parameter 'class_negative': {} is not accepted, expected "
                                     "another class than class_positive.",
                                     values.integer("class_negative")));
    for (const std::string& id : values.choices("arms")) {
        const PrivateArm& arm = traitsOf(privateArms, id);
        if (arm.method == Method::recursive && problem.loss != PrivateLoss::logistic)
            throw InputError(fmt::format("Parameter 'arms': {} needs a convex loss, but problem = "
                                         "{}; expected problem = logistic or images.",
                                         id, problem.id));
        if (arm.isEmbedded && problem.loss == PrivateLoss::robustLocation)
            throw InputError(
                fmt::format("Parameter 'arms': {} needs a loss of ⟨w, x⟩ alone, but problem = "
                            "location; expected problem = regression, logistic or images.",
                            id));
        for (const double d : dimensionsOf(values))
            for (const double factor : values.numbers("epsilon_factors"))
                for (const double n : values.numbers("sample_counts"))
                    static_cast<void>(planOf(values, arm,
                                             {.count = static_cast<std::int64_t>(n),
                                              .dimension = static_cast<std::int64_t>(d),
                                              .rank = static_cast<std::int64_t>(d),
                                              .epsilon = factor * values.real("epsilon")}));
    }
}

double memoryEstimate(const ParameterValues& values) {
    constexpr double trialsAtOnce = 4.0, copies = 2.0, bytesOfImages = 2e8, bytesOfTrace = 1e5;
    const auto largest = [](const std::vector<double>& list) {
        return *std::max_element(list.begin(), list.end());
    };
    const double trials = static_cast<double>(
        values.numbers("sample_counts").size() * values.numbers("dimensions").size() *
        values.numbers("epsilon_factors").size() * values.choices("arms").size());
    return trialsAtOnce * copies * 8.0 * largest(values.numbers("sample_counts")) *
               largest(dimensionsOf(values)) +
           bytesOfTrace * trials +
           (problemOf(values).kind == ProblemKind::images ? bytesOfImages : 0.0);
}

} // namespace

} // namespace private_points

ExperimentType dpStationaryPoints() {
    using namespace private_points;
    return {
        .description =
            {.id = "dp-stationary-points",
             .title = "Private stationary points",
             .family = "stochastic",
             .paper = {.title = "Faster Rates of Convergence to Stationary Points in "
                                "Differentially Private Optimization",
                       .authors =
                           "Raman Arora, Raef Bassily, Tomás González, Cristóbal Guzmán, Michael "
                           "Menart, Enayat Ullah",
                       .year = 2022,
                       .venue = "ICML 2023",
                       .arxiv = "2206.00846"},
             .summary =
                 "With (ε, δ)-differential privacy, noisy gradient descent finds points with a "
                 "gradient of √d/(nε) to the power 1/2; Private SpiderBoost, which adds noise to "
                 "differences of gradients, reaches the power 2/3. A single pass over a tree, "
                 "recursive regularization for convex losses, and random embeddings of linear "
                 "models complete the picture.",
             .question = "How close to a stationary point can one come with n samples without "
                         "giving any of them away?",
             .topics = {"privacy", "differential privacy", "stochastic gradient",
                        "variance reduction", "non-convex", "random embedding"},
             .parameters = parameters(),
             .mainParameters = {"problem", "arms", "sample_counts", "dimensions", "epsilon",
                                "delta", "repeats"},
             .records = records(),
             .presets = presets(),
             .arms = armsOf(privateArms),
             .views = views(),
             .claims = claims(),
             .questions = questions(),
             .lockStep = false},
        .check = check,
        .memoryEstimate = memoryEstimate,
        .create = [](const ParameterValues& values) {
            return std::make_unique<PrivateExperiment>(values);
        }};
}

} // namespace convergence
