#include "plugins/matrix/robust-matrix-recovery/experiment.h"

#include <cmath>
#include <set>

#include <fmt/format.h>

#include "core/error.h"
#include "plugins/matrix/frames.h"
#include "plugins/matrix/robust-matrix-recovery/trial.h"

namespace convergence::robust_recovery {

namespace {

using Eigen::Index;
using matrix::SensingOperator;

const SweepChoice& sweepOf(const ParameterValues& values) {
    return traitsOf(sweepChoices, values.text("sweep"));
}

std::vector<TrialPlan> plansOf(const ParameterValues& values) {
    const SweepChoice& sweep = sweepOf(values);
    const std::vector<double> points =
        sweep.list.empty() ? std::vector<double>{0.0} : values.numbers(sweep.list);
    std::vector<TrialPlan> plans;
    for (const std::string& arm : values.choices("arms"))
        for (const double point : points) {
            std::map<std::string, double> factors{
                {"initial_scale", values.real("initial_scale")},
                {"outlier_fraction", values.real("outlier_fraction")},
                {"noise", values.real("noise")},
                {"measurements", static_cast<double>(values.integer("measurements"))},
                {"factor_rank", static_cast<double>(values.integer("factor_rank"))}};
            if (!sweep.list.empty())
                factors[std::string(sweep.id)] = point;
            plans.push_back(
                {.arm = arm, .factors = std::move(factors), .steps = values.integer("iterations")});
        }
    return plans;
}

std::shared_ptr<const Setting> settingOf(const ParameterValues& values) {
    const auto seed = static_cast<std::uint64_t>(values.integer("seed"));
    const Index d = values.integer("dimension");
    const std::vector<Parameter> list = parameters();
    auto setting = std::make_shared<Setting>(
        Setting{.values = values,
                .problem = matrix::symmetricLowRankProblem(d, values.integer("true_rank"),
                                                           values.real("condition_number"), seed),
                .traceRow = iterateColumns().at(list, values),
                .finalRow = outcomeColumns().at(list, values)});
    for (const TrialPlan& plan : plansOf(values)) {
        const Index m = designOf(plan).measurements;
        Measured& measured = setting->measured[m];
        if (measured.sensing)
            continue;
        measured.sensing = std::make_shared<const SensingOperator>(
            d, d, m, SensingOperator::Structure::symmetric, seed);
        measured.clean =
            std::sqrt(static_cast<double>(m)) * measured.sensing->apply(setting->problem.target);
    }
    return setting;
}

class RobustRecoveryExperiment final : public Experiment {
public:
    explicit RobustRecoveryExperiment(const ParameterValues& values)
        : setting_(settingOf(values)) {}

    [[nodiscard]] std::vector<TrialPlan> trials() const override {
        return plansOf(setting_->values);
    }
    [[nodiscard]] std::vector<Column> traceColumns() const override {
        return iterateColumns().layout(parameters(), setting_->values).columns();
    }
    [[nodiscard]] std::vector<Column> factorColumns() const override {
        return ColumnLayout(factorPatterns(), parameters(), setting_->values, ColumnRole::factor)
            .columns();
    }
    [[nodiscard]] std::vector<Column> finalColumns() const override {
        return outcomeColumns().layout(parameters(), setting_->values).columns();
    }
    [[nodiscard]] Cadence cadence() const override {
        return {setting_->values.integer("record_every")};
    }
    [[nodiscard]] std::unique_ptr<Solver> start(const TrialPlan& plan) const override {
        return makeSolver(setting_, plan);
    }
    void draw(const Recording&, FrameMap& shared) const override {
        shared["target"] = heatMap("truth M*", setting_->problem.target);
    }

private:
    std::shared_ptr<const Setting> setting_;
};

void check(const ParameterValues& values) {
    const SweepChoice& sweep = sweepOf(values);
    if (sweep.values != Values::whole)
        return;
    const std::vector<Parameter> list = parameters();
    const Parameter& swept = findParameter(list, sweep.id);
    const auto context = values.numericView(list);
    const double least = evaluateBound(swept.minimum, context);
    const double most = evaluateBound(swept.maximum, context);
    for (const double value : values.numbers(sweep.list))
        if (value != std::round(value) || value < least || value > most)
            throw InputError(fmt::format("Parameter '{}': {} is not accepted, expected whole "
                                         "numbers from {} to {}.",
                                         sweep.list, value, least, most));
}

double memoryEstimate(const ParameterValues& values) {
    const Index d = values.integer("dimension");
    std::set<Index> counts;
    for (const TrialPlan& plan : plansOf(values))
        counts.insert(designOf(plan).measurements);
    double bytes = 0.0;
    for (const Index m : counts)
        bytes += SensingOperator::bytes(d, d, m, SensingOperator::Structure::symmetric);
    return bytes;
}

Description describe() {
    return {
        .id = "robust-matrix-recovery",
        .title = "Robust matrix recovery",
        .family = "matrix",
        .paper = {.title = "Global Convergence of Sub-gradient Method for Robust Matrix Recovery: "
                           "Small Initialization, Noisy Measurements, and Over-parameterization",
                  .authors = "Jianhao Ma, Salar Fattahi",
                  .year = 2022,
                  .venue = "Journal of Machine Learning Research 2023",
                  .arxiv = "2202.08788"},
        .summary = "Sub-gradient descent on the ℓ₁ residual of a factorization recovers a low-rank "
                   "matrix although half of the measurements are garbage and the factor has far "
                   "too many columns. What does it is the small start: surplus columns stay small "
                   "for as long as the run lasts.",
        .question = "Why does a small start recover a low-rank matrix although half of the data is "
                    "garbage and the factor has far too many columns?",
        .topics = {"low rank", "non-convex", "over-parameterization", "outliers", "robust",
                   "sub-gradient", "small start"},
        .parameters = parameters(),
        .mainParameters = {"arms", "outlier_fraction", "measurements", "noise", "initial_scale",
                           "factor_rank", "step_rule", "iterations"},
        .records = {.trace = iterateColumns().patterns(),
                    .factors = factorPatterns(),
                    .finals = outcomeColumns().patterns(),
                    .frames = {"target", "product", "error", "residuals", "gauge", "sign_rip",
                               "spectrum"}},
        .presets = presets(),
        .arms = armsOf(robustArms),
        .actions = {{"fresh_corruption", "Spoil the data afresh",
                     "Draws new places and sizes of the outliers, and new noise."},
                    {"restart_smaller", "Restart smaller",
                     "The arms with a small start begin again with a tenth of α."}},
        .views = views(),
        .claims = claims(),
        .questions = {{"Half of the data is garbage; why is the error 1e-5?",
                       "The loss only sees signs: an outlier votes ±1 whatever its size, and the "
                       "votes of outliers cancel."},
                      {"The large start has the smaller loss; which would you ship?",
                       "The small start: below the loss at the truth, a smaller loss is fitted "
                       "noise."},
                      {"Why may the start not be too small?",
                       "Geometric steps add up to a finite growth, and the signal has to grow by "
                       "1/α."}},
        .lockStep = true};
}

} // namespace

} // namespace convergence::robust_recovery

convergence::ExperimentType convergence::robustRecovery() {
    return {.description = robust_recovery::describe(),
            .check = robust_recovery::check,
            .memoryEstimate = robust_recovery::memoryEstimate,
            .create = [](const ParameterValues& values) {
                return std::make_unique<robust_recovery::RobustRecoveryExperiment>(values);
            }};
}
