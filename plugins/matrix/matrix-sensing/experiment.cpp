#include "plugins/matrix/matrix-sensing/experiment.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "core/error.h"
#include "plugins/matrix/frames.h"
#include "plugins/matrix/matrix-sensing/trial.h"

namespace convergence {

namespace {

using namespace matrix_sensing;
using Eigen::Index;
using matrix::LowRankProblem;
using matrix::SensingOperator;

/// The loss over the plane, for the problems that have one to draw.
std::optional<FieldFrame> landscape(const std::string& kind) {
    if (kind == "random")
        return std::nullopt;
    constexpr std::size_t points = 81;
    FieldFrame field{.xMinimum = -1.5,
                     .xMaximum = 1.5,
                     .yMinimum = -1.5,
                     .yMaximum = 1.5,
                     .xCount = points,
                     .yCount = points};
    for (std::size_t j = 0; j < points; ++j)
        for (std::size_t i = 0; i < points; ++i) {
            const double x = -1.5 + 3.0 * static_cast<double>(i) / (points - 1);
            const double y = -1.5 + 3.0 * static_cast<double>(j) / (points - 1);
            double f = 0.0, fx = 0.0, fy = 0.0;
            if (kind == "plane") { // ¼((x² − 1)² + 2x²y² + y⁴)
                f = 0.25 * (std::pow(x * x - 1.0, 2) + 2.0 * x * x * y * y + std::pow(y, 4));
                fx = x * (x * x - 1.0) + x * y * y;
                fy = x * x * y + y * y * y;
            } else { // ½(xy)²
                f = 0.5 * x * x * y * y;
                fx = x * y * y;
                fy = x * x * y;
            }
            field.values.push_back(static_cast<float>(f));
            field.gradientX.push_back(static_cast<float>(fx));
            field.gradientY.push_back(static_cast<float>(fy));
        }
    return field;
}

class MatrixSensingExperiment final : public Experiment {
public:
    explicit MatrixSensingExperiment(const ParameterValues& values);

    [[nodiscard]] std::vector<TrialPlan> trials() const override;
    [[nodiscard]] std::vector<Column> traceColumns() const override;
    [[nodiscard]] std::vector<Column> factorColumns() const override;
    [[nodiscard]] std::vector<Column> finalColumns() const override;
    [[nodiscard]] Cadence cadence() const override {
        return {setting_->values.integer("record_every")};
    }
    [[nodiscard]] std::unique_ptr<Solver> start(const TrialPlan& plan) const override {
        const auto scale = plan.factors.find("initial_scale");
        return makeSolver(setting_, plan.arm,
                          scale == plan.factors.end() ? setting_->values.real("initial_scale")
                                                      : scale->second);
    }
    void draw(const Recording&, FrameMap& shared) const override {
        shared["target"] = heatMap("M*", setting_->problem.target, true);
        if (field_)
            shared["landscape"] = *field_;
    }

private:
    std::shared_ptr<const Setting> setting_;
    std::optional<FieldFrame> field_;
};

/// The arms of a run: those chosen that differ from one another at these ranks.
std::vector<std::string> armsOf(const ParameterValues& values) {
    const std::string& kind = values.text("problem");
    const bool noSurplus =
        kind != "scalar_toy" && values.integer("factor_rank") == values.integer("true_rank");
    std::vector<std::string> arms;
    for (const std::string& arm : values.choices("arms")) {
        const bool surplusArm = arm == "s_over" || arm == "a_over";
        if ((noSurplus && surplusArm &&
             values.contains("arms", arm == "s_over" ? "s_exact" : "a_exact")) ||
            (kind == "scalar_toy" && isExactArm(arm)))
            continue;
        arms.push_back(arm);
    }
    return arms;
}

LowRankProblem problemOf(const ParameterValues& values) {
    const std::string& kind = values.text("problem");
    if (kind == "plane")
        return matrix::planeProblem();
    if (kind == "scalar_toy")
        return matrix::scalarToy();
    const auto arms = armsOf(values);
    const bool symmetric = values.integer("rows") == values.integer("columns");
    return matrix::randomLowRankProblem(values.integer("rows"), values.integer("columns"),
                                        values.integer("true_rank"),
                                        values.real("condition_number"), symmetric,
                                        static_cast<std::uint64_t>(values.integer("seed")));
}

MatrixSensingExperiment::MatrixSensingExperiment(const ParameterValues& values)
    : field_(landscape(values.text("problem"))) {
    auto setting = std::make_shared<Setting>(Setting{.values = values,
                                                     .problem = problemOf(values),
                                                     .general = nullptr,
                                                     .symmetric = nullptr,
                                                     .factorColumns = 1});
    if (values.text("problem") != "scalar_toy")
        setting->factorColumns = values.integer("factor_rank");
    const Index measurements = values.integer("measurements");
    if (measurements > 0 && values.text("problem") == "random")
        for (const std::string& arm : armsOf(values)) {
            auto& sensing = isSymmetricArm(arm) ? setting->symmetric : setting->general;
            if (!sensing)
                sensing = std::make_shared<const SensingOperator>(
                    setting->rows(), setting->columns(), measurements,
                    isSymmetricArm(arm) ? SensingOperator::Structure::symmetric
                                        : SensingOperator::Structure::general,
                    setting->seed());
        }
    setting_ = std::move(setting);
}

std::vector<TrialPlan> MatrixSensingExperiment::trials() const {
    std::vector<TrialPlan> plans;
    const bool sweep = setting_->values.boolean("sweep_scale");
    const std::vector<double> scales =
        sweep ? setting_->values.numbers("scales")
              : std::vector<double>{setting_->values.real("initial_scale")};
    for (const std::string& arm : armsOf(setting_->values))
        for (const double scale : scales)
            plans.push_back({.arm = arm,
                             .factors = {{"initial_scale", scale}},
                             .replicate = 0,
                             .steps = setting_->values.integer("iterations"),
                             .keepTrace = true});
    return plans;
}

std::vector<Column> MatrixSensingExperiment::traceColumns() const {
    std::vector<Column> columns{{"error", "error ‖· − M*‖"},
                                {"error_squared", "squared error ‖· − M*‖²"},
                                {"loss", "training loss f"},
                                {"gradient_norm", "gradient norm ‖∇f‖"},
                                {"predicted_error", "predicted error"},
                                {"predicted_rate", "predicted rate of ln e", "1/iteration"},
                                {"predicted_surplus", "predicted surplus 1/√(2ηt)"},
                                {"imbalance_drift", "drift of FᵀF − GᵀG"},
                                {"signal_f", "signal part ‖Uᵀ·‖ of X or F"},
                                {"surplus_f", "surplus part ‖(I − UUᵀ)·‖ of X or F"},
                                {"signal_g", "signal part ‖VᵀG‖"},
                                {"surplus_g", "surplus part ‖(I − VVᵀ)G‖"},
                                {"entry_1", "first entry of the path"},
                                {"entry_2", "second entry of the path"}};
    for (const char factor : {'f', 'g'})
        for (Index i = 1; i <= setting_->factorColumns; ++i)
            columns.push_back(
                {fmt::format("sigma_{}_{}", factor, i),
                 fmt::format("σ{} of {}", subscript(i), factor == 'f' ? "X or F" : "G")});
    return columns;
}

std::vector<Column> MatrixSensingExperiment::factorColumns() const {
    return {{"initial_scale", "initial scale α", "", ColumnRole::factor}};
}

std::vector<Column> MatrixSensingExperiment::finalColumns() const {
    return {{"final_error", "final error ‖· − M*‖"},
            {"rate", "rate of ln e between 1e-3 and 1e-9", "1/iteration"},
            {"rate_r_squared", "R² of the rate"},
            {"slope_squared_error", "log–log slope of e² over the last decade"},
            {"predicted_rate", "predicted rate", "1/iteration"},
            {"switch_iteration", "iteration of the modified step"},
            {"product_change", "relative change of FGᵀ by the modified step"}};
}

void checkSymmetry(const ParameterValues& values) {
    if (values.integer("rows") == values.integer("columns"))
        return;
    for (const std::string& arm : values.choices("arms"))
        if (isSymmetricArm(arm))
            throw InputError(fmt::format(
                "Parameter 'arms': {} needs a square matrix, but rows = {} and columns = {}; set "
                "them equal, or choose among a_exact, a_over, a_mod.",
                arm, values.integer("rows"), values.integer("columns")));
}

/// Of the measurements, which is most of what a run takes.
double memoryEstimate(const ParameterValues& values) {
    if (values.text("problem") != "random")
        return 0.0;
    const Index n1 = values.integer("rows"), n2 = values.integer("columns");
    const Index m = values.integer("measurements");
    double bytes = 0.0;
    const auto arms = armsOf(values);
    if (std::any_of(arms.begin(), arms.end(), isSymmetricArm))
        bytes += SensingOperator::bytes(n1, n2, m, SensingOperator::Structure::symmetric);
    if (!std::all_of(arms.begin(), arms.end(), isSymmetricArm))
        bytes += SensingOperator::bytes(n1, n2, m, SensingOperator::Structure::general);
    return bytes;
}

void checkEntries(const ParameterValues& values) {
    for (const char* name : {"path_first_entry", "path_second_entry"})
        if (values.numbers(name).size() != 2)
            throw InputError(fmt::format(
                "Parameter '{}': {} numbers are not accepted, expected a row and a column.", name,
                values.numbers(name).size()));
}

void check(const ParameterValues& values) {
    const std::string& kind = values.text("problem");
    checkEntries(values);
    if (armsOf(values).empty())
        throw InputError(fmt::format(
            "Parameter 'arms': none of {} applies to the problem '{}'; choose among s_over, "
            "a_over, a_mod, a_equal.",
            formatValue(values.value("arms")), kind));
    if (kind == "plane" && (values.integer("rows") != 2 || values.integer("columns") != 2 ||
                            values.integer("true_rank") != 1))
        throw InputError(fmt::format(
            "Parameter 'problem': plane is a 2 by 2 matrix of rank 1, but rows = {}, columns = {} "
            "and true_rank = {}; set them to 2, 2 and 1 (preset 'plane').",
            values.integer("rows"), values.integer("columns"), values.integer("true_rank")));
    if (kind != "random" && values.isKeyword("start_x") != values.isKeyword("start_y"))
        throw InputError("Parameters 'start_x' and 'start_y': one is a number and the other "
                         "'random'; give two numbers or leave both random.");
    if (kind == "random")
        checkSymmetry(values);
}

} // namespace

ExperimentType matrixSensing() {
    return {.description = matrixSensingDescription(),
            .check = check,
            .memoryEstimate = memoryEstimate,
            .create = [](const ParameterValues& values) {
                return std::make_unique<MatrixSensingExperiment>(values);
            }};
}

} // namespace convergence
