#include "plugins/matrix/robust-matrix-recovery/experiment.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/error.h"
#include "plugins/matrix/frames.h"
#include "plugins/matrix/robust-matrix-recovery/trial.h"

namespace convergence {

namespace {

using namespace robust_recovery;
using Eigen::Index;
using matrix::SensingOperator;

/// The swept quantity and its values; one entry without a name when nothing is swept.
std::pair<std::string, std::vector<double>> sweepOf(const ParameterValues& values) {
    const std::string& swept = values.text("sweep");
    if (swept == "none")
        return {"", {0.0}};
    return {swept, values.numbers("sweep_" + swept)};
}

class RobustRecoveryExperiment final : public Experiment {
public:
    explicit RobustRecoveryExperiment(const ParameterValues& values);

    [[nodiscard]] std::vector<TrialPlan> trials() const override;
    [[nodiscard]] std::vector<Column> traceColumns() const override;
    [[nodiscard]] std::vector<Column> factorColumns() const override;
    [[nodiscard]] std::vector<Column> finalColumns() const override;
    [[nodiscard]] Cadence cadence() const override {
        return {setting_->values.integer("record_every")};
    }
    [[nodiscard]] std::unique_ptr<Solver> start(const TrialPlan& plan) const override {
        return makeSolver(setting_, plan.arm, designAt(setting_->values, plan.factors));
    }
    void draw(const Recording&, FrameMap& shared) const override {
        shared["target"] = heatMap("truth M*", setting_->problem.target, true);
    }

private:
    std::shared_ptr<const Setting> setting_;
    Index recordedSingularValues_ = 0;
};

RobustRecoveryExperiment::RobustRecoveryExperiment(const ParameterValues& values) {
    const auto seed = static_cast<std::uint64_t>(values.integer("seed"));
    const Index d = values.integer("dimension");
    auto setting = std::make_shared<Setting>(
        Setting{values,
                matrix::randomLowRankProblem(d, d, values.integer("true_rank"),
                                             values.real("condition_number"), true, seed),
                {}});
    setting_ = setting;
    for (const TrialPlan& plan : trials()) {
        const Design design = designAt(values, plan.factors);
        recordedSingularValues_ =
            std::max(recordedSingularValues_,
                     std::min(design.factorRank, setting->problem.rank() + recordedSurplus));
        Measured& measured = setting->measured[design.measurements];
        if (measured.sensing)
            continue;
        measured.sensing = std::make_shared<const SensingOperator>(
            d, d, design.measurements, SensingOperator::Structure::symmetric, seed);
        measured.clean = std::sqrt(static_cast<double>(design.measurements)) *
                         measured.sensing->apply(setting->problem.target);
    }
}

std::vector<TrialPlan> RobustRecoveryExperiment::trials() const {
    const ParameterValues& values = setting_->values;
    const auto [swept, points] = sweepOf(values);
    std::vector<TrialPlan> plans;
    for (const std::string& arm : values.choices("arms"))
        for (const double point : points) {
            std::map<std::string, double> factors{
                {"initial_scale", values.real("initial_scale")},
                {"outlier_fraction", values.real("outlier_fraction")},
                {"noise", values.real("noise")},
                {"measurements", static_cast<double>(values.integer("measurements"))},
                {"factor_rank", static_cast<double>(values.integer("factor_rank"))}};
            if (!swept.empty())
                factors[swept] = point;
            plans.push_back({.arm = arm,
                             .factors = std::move(factors),
                             .replicate = 0,
                             .steps = values.integer("iterations"),
                             .keepTrace = true});
        }
    return plans;
}

std::vector<Column> RobustRecoveryExperiment::traceColumns() const {
    std::vector<Column> columns{{"error", "relative error ‖UUᵀ − M*‖/‖M*‖"},
                                {"predicted_error", "error of the ideal loss"},
                                {"loss", "training loss f"},
                                {"loss_truth", "training loss at M*"},
                                {"step", "step size η_t"},
                                {"growth_available", "growth that the steps provide"},
                                {"growth_measured", "growth of the weakest signal direction"},
                                {"growth_needed", "growth needed, ln(1/α)"},
                                {"sign_rip_cosine", "cosine of the angle between Q(Δ) and Δ"},
                                {"sign_rip_length", "length of Q(Δ) over φ"},
                                {"sign_rip_projection", "part of Q(Δ) along Δ over φ"}};
    for (Index i = 1; i <= recordedSingularValues_; ++i)
        columns.push_back({fmt::format("sigma_{}", i), "σ" + subscript(i) + " of U"});
    return columns;
}

std::vector<Column> RobustRecoveryExperiment::factorColumns() const {
    return {{"initial_scale", "initial scale α", "", ColumnRole::factor},
            {"outlier_fraction", "outlier fraction p", "", ColumnRole::factor},
            {"noise", "noise ν", "", ColumnRole::factor},
            {"measurements", "measurements m", "", ColumnRole::factor},
            {"factor_rank", "factor rank r′", "", ColumnRole::factor}};
}

std::vector<Column> RobustRecoveryExperiment::finalColumns() const {
    return {{"final_error", "final relative error"},
            {"least_error", "smallest relative error of all steps"},
            {"arrival", "steps to relative error 0.1"},
            {"final_loss", "final training loss"},
            {"loss_truth", "training loss at M*"},
            {"rate", "rate of ln e between 1e-1 and 1e-12", "1/iteration"},
            {"rate_r_squared", "R² of the rate"},
            {"largest_surplus", "largest surplus singular value of U"},
            {"zero_columns", "columns of U₀ that are zero"},
            {"growth_available", "growth that the steps can provide"},
            {"growth_needed", "growth needed, ln(1/α)"},
            {"sign_rip_mean", "mean ⟨Q(Z), Z⟩/φ over random low-rank Z"}};
}

void checkWholeNumbers(const ParameterValues& values, const std::string& name, double most) {
    for (const double value : values.numbers(name))
        if (value != std::round(value) || value > most)
            throw InputError(fmt::format("Parameter '{}': {} is not accepted, expected whole "
                                         "numbers up to {}.",
                                         name, value, most));
}

void check(const ParameterValues& values) {
    const auto d = static_cast<double>(values.integer("dimension"));
    const std::string& swept = values.text("sweep");
    if (swept == "measurements")
        checkWholeNumbers(values, "sweep_measurements", 20000.0);
    if (swept == "factor_rank") {
        checkWholeNumbers(values, "sweep_factor_rank", d);
        for (const double rank : values.numbers("sweep_factor_rank"))
            if (rank < static_cast<double>(values.integer("true_rank")))
                throw InputError(fmt::format(
                    "Parameter 'sweep_factor_rank': {} is not accepted, expected at least "
                    "true_rank = {}.",
                    rank, values.integer("true_rank")));
    }
}

double memoryEstimate(const ParameterValues& values) {
    const auto d = static_cast<Index>(values.integer("dimension"));
    std::vector<double> counts{static_cast<double>(values.integer("measurements"))};
    if (values.text("sweep") == "measurements")
        counts = values.numbers("sweep_measurements");
    double bytes = 0.0;
    for (const double m : counts)
        bytes += SensingOperator::bytes(d, d, static_cast<Index>(m),
                                        SensingOperator::Structure::symmetric);
    return bytes;
}

} // namespace

ExperimentType robustRecovery() {
    return {.description = robustRecoveryDescription(),
            .check = check,
            .memoryEstimate = memoryEstimate,
            .create = [](const ParameterValues& values) {
                return std::make_unique<RobustRecoveryExperiment>(values);
            }};
}

} // namespace convergence
