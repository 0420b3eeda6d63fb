#include "plugins/matrix/matrix-sensing/experiment.h"

#include <set>

#include <fmt/format.h>

#include "core/error.h"
#include "core/experiment/recorded_experiment.h"
#include "core/experiment/trait_table.h"
#include "plugins/matrix/frames.h"
#include "plugins/matrix/matrix-sensing/trial.h"

namespace convergence {

namespace matrix_sensing {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using matrix::SensingOperator;

Records records() {
    return {.trace = iterateColumns().patterns(),
            .factors = {{"initial_scale", "initial scale α"}},
            .finals = outcomeColumns().patterns(),
            .frames = {"target", "landscape", "product", "error", "left_factor", "right_factor",
                       "spectrum", "entries", "norms"}};
}

const SensingProblem& kindOf(const ParameterValues& values) {
    return traitsOf(sensingProblems, values.text("problem"));
}

/// The arms of a run: those chosen that differ from one another at these ranks.
std::vector<std::string> armsOf(const ParameterValues& values) {
    const bool isScalar = kindOf(values).isScalar;
    const bool noSurplus =
        !isScalar && values.integer("factor_rank") == values.integer("true_rank");
    std::vector<std::string> arms;
    for (const std::string& id : values.choices("arms")) {
        const SensingArm& arm = traitsOf(sensingArms, id);
        const bool isTwin =
            noSurplus && !arm.narrower.empty() && values.contains("arms", arm.narrower);
        if (!isTwin && !(isScalar && arm.variant.width == Width::exact))
            arms.push_back(id);
    }
    return arms;
}

Structure structureOf(const std::string& arm) {
    return traitsOf(sensingArms, arm).structure();
}

matrix::LowRankProblem problemOf(const ParameterValues& values) {
    if (const auto fixed = kindOf(values).fixed)
        return fixed();
    const Index rows = values.integer("rows"), columns = values.integer("columns");
    return matrix::randomLowRankProblem(
        {.rows = rows,
         .columns = columns,
         .rank = values.integer("true_rank"),
         .conditionNumber = values.real("condition_number"),
         .symmetric = rows == columns,
         .seed = static_cast<std::uint64_t>(values.integer("seed"))});
}

std::shared_ptr<const Setting> settingOf(const ParameterValues& values) {
    const std::vector<Parameter> list = parameters();
    auto setting = std::make_shared<Setting>(
        Setting{.values = values,
                .kind = kindOf(values),
                .problem = problemOf(values),
                .factorColumns = kindOf(values).isScalar ? 1 : values.integer("factor_rank"),
                .traceRow = iterateColumns().at(list, values),
                .finalRow = outcomeColumns().at(list, values),
                .sensing = {}});
    const Index measurements = values.integer("measurements");
    const MatrixXd& target = setting->problem.target;
    if (measurements > 0 && !setting->kind.fixed)
        for (const std::string& arm : armsOf(values))
            if (auto& sensing = setting->sensing[structureOf(arm)]; !sensing)
                sensing = std::make_shared<const SensingOperator>(
                    target.rows(), target.cols(), measurements, structureOf(arm), setting->seed());
    return setting;
}

class SensingExperiment final : public RecordedExperiment {
public:
    explicit SensingExperiment(const ParameterValues& values)
        : RecordedExperiment(records(), parameters(), values), setting_(settingOf(values)) {
        frames_["target"] = heatMap("M*", setting_->problem.target);
        if (setting_->kind.loss)
            frames_["landscape"] = landscape(setting_->kind.loss);
    }

    [[nodiscard]] std::vector<TrialPlan> trials() const override {
        const ParameterValues& values = setting_->values;
        const std::vector<double> scales = values.boolean("sweep_scale")
                                               ? values.numbers("scales")
                                               : std::vector{values.real("initial_scale")};
        std::vector<TrialPlan> plans;
        for (const std::string& arm : armsOf(values))
            for (const double scale : scales)
                plans.push_back({.arm = arm,
                                 .factors = {{"initial_scale", scale}},
                                 .steps = values.integer("iterations")});
        return plans;
    }
    [[nodiscard]] Cadence cadence() const override {
        return {setting_->values.integer("record_every")};
    }
    [[nodiscard]] std::unique_ptr<Solver> start(const TrialPlan& plan) const override {
        return makeSolver(setting_, plan);
    }
    void draw(const Recording&, FrameMap& shared) const override {
        shared.insert(frames_.begin(), frames_.end());
    }

private:
    std::shared_ptr<const Setting> setting_;
    FrameMap frames_; ///< of the problem
};

// ---- Refusals ------------------------------------------------------------------------------

void checkSymmetry(const ParameterValues& values) {
    if (values.integer("rows") == values.integer("columns"))
        return;
    for (const std::string& arm : values.choices("arms"))
        if (structureOf(arm) == Structure::symmetric)
            throw InputError(fmt::format(
                "Parameter 'arms': {} needs a square matrix, but rows = {} and columns = {}; set "
                "them equal, or choose among a_exact, a_over, a_mod.",
                arm, values.integer("rows"), values.integer("columns")));
}

/// Of the measurements, which is most of what a run takes.
double memoryEstimate(const ParameterValues& values) {
    if (kindOf(values).fixed)
        return 0.0;
    std::set<Structure> structures;
    for (const std::string& arm : armsOf(values))
        structures.insert(structureOf(arm));
    double bytes = 0.0;
    for (const Structure structure : structures)
        bytes += SensingOperator::bytes(values.integer("rows"), values.integer("columns"),
                                        values.integer("measurements"), structure);
    return bytes;
}

/// A drawn problem with sizes of its own must be given these sizes.
void checkDrawn(const ParameterValues& values) {
    const SensingProblem& kind = kindOf(values);
    if (values.isKeyword("start_x") != values.isKeyword("start_y"))
        throw InputError("Parameters 'start_x' and 'start_y': one is a number and the other "
                         "'random'; give two numbers or leave both random.");
    if (kind.isScalar)
        return;
    const matrix::LowRankProblem problem = kind.fixed();
    const Index rows = problem.target.rows(), columns = problem.target.cols();
    if (values.integer("rows") != rows || values.integer("columns") != columns ||
        values.integer("true_rank") != problem.rank())
        throw InputError(fmt::format(
            "Parameter 'problem': {0} is a {1} by {2} matrix of rank {3}, but rows = {4}, columns "
            "= {5} and true_rank = {6}; set them to {1}, {2} and {3} (preset '{0}').",
            kind.id, rows, columns, problem.rank(), values.integer("rows"),
            values.integer("columns"), values.integer("true_rank")));
}

void check(const ParameterValues& values) {
    for (const char* name : {"path_first_entry", "path_second_entry"})
        if (values.numbers(name).size() != 2)
            throw InputError(fmt::format(
                "Parameter '{}': {} numbers are not accepted, expected a row and a column.", name,
                values.numbers(name).size()));
    if (armsOf(values).empty())
        throw InputError(fmt::format(
            "Parameter 'arms': none of {} applies to the problem '{}'; choose among s_over, "
            "a_over, a_mod, a_equal.",
            formatValue(values.value("arms")), values.text("problem")));
    kindOf(values).fixed ? checkDrawn(values) : checkSymmetry(values);
}

Description describe() {
    return {
        .id = "matrix-sensing",
        .title = "Matrix sensing",
        .family = "matrix",
        .paper = {.title = "How Over-Parameterization Slows Down Gradient Descent in Matrix "
                           "Sensing: The Curses of Symmetry and Initialization",
                  .authors = "Nuoya Xiong, Lijun Ding, Simon S. Du",
                  .year = 2023,
                  .venue = "ICLR 2024",
                  .arxiv = "2310.01769"},
        .summary = "Gradient descent recovers a low-rank matrix from linear measurements by "
                   "factoring it. One superfluous column turns exponential convergence into 1/T² "
                   "when the factors are symmetric, while asymmetric factors from an imbalanced "
                   "start stay exponential.",
        .question = "What does one superfluous column of the factors do to the speed of gradient "
                    "descent, and what brings the speed back?",
        .topics = {"low rank", "non-convex", "over-parameterization", "gradient descent",
                   "convergence rate", "matrix sensing"},
        .parameters = parameters(),
        .mainParameters = {"arms", "factor_rank", "true_rank", "initial_scale", "imbalance",
                           "learning_rate", "measurements", "iterations"},
        .records = records(),
        .presets = presets(),
        .arms = convergence::armsOf(sensingArms),
        .actions = {{"take_modified_step", "Take the modified step now",
                     "Balances F at once in the arm with the modified step."}},
        .views = views(),
        .claims = claims(),
        .questions = {
            {"Why does one more column make it slower?",
             "The curvature in the superfluous direction is its own size squared: zero at the "
             "solution."},
            {"What does the scale of the start buy in the asymmetric case?",
             "It freezes in F and becomes the rate at which G decays: double α, four times the "
             "rate."},
            {"Everyone balances factors; why is imbalance good here?",
             "Balanced factors, F = G, are the symmetric problem."},
            {"What would you change, if only one step?",
             "Make F's superfluous directions large without touching the product."}}};
}

} // namespace

} // namespace matrix_sensing

ExperimentType matrixSensing() {
    return {.description = matrix_sensing::describe(),
            .check = matrix_sensing::check,
            .memoryEstimate = matrix_sensing::memoryEstimate,
            .create = [](const ParameterValues& values) {
                return std::make_unique<matrix_sensing::SensingExperiment>(values);
            }};
}

} // namespace convergence
