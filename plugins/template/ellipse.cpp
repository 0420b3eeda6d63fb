// A complete small experiment: gradient descent and momentum on f(x, y) = ½(x² + κy²).
#include "core/experiment/columns.h"
#include "core/experiment/measure_judges.h"
#include "core/experiment/parameter_builders.h"
#include "core/experiment/plugin.h"
#include "core/experiment/recorded_experiment.h"
#include "core/experiment/trait_table.h"
#include "core/experiment/view_words.h"

using namespace convergence;
using namespace measures;

struct EllipseArm {
    std::string_view id, label, help;
    double momentum = 0.0;
};
constexpr EllipseArm ellipseArms[] = {
    {.id = "plain", .label = "gradient descent"},
    {.id = "momentum", .label = "with momentum ½", .momentum = 0.5}};

struct State { // from x = (1, 1)
    double distance = std::sqrt(2.0), predicted = std::sqrt(2.0);
};
const Columns<State> traceTable{
    {"distance", "distance ‖x‖", [](const State& s) { return s.distance; }},
    {"predicted", "√2 ((κ−1)/(κ+1))ᵗ", [](const State& s) { return s.predicted; }}};
const Columns<State> finalTable{
    {"final_distance", "‖x_T‖", [](const State& s) { return s.distance; }}};
const Records recorded{.trace = traceTable.patterns(), .finals = finalTable.patterns()};

class EllipseSolver final : public Solver {
public:
    EllipseSolver(double condition, double momentum)
        : condition_(condition), momentum_(momentum), rate_(2.0 / (1.0 + condition)) {}
    StepStatus step(const StopToken&) override {
        const Eigen::Array2d gradient = x_ * Eigen::Array2d(1.0, condition_);
        velocity_ = momentum_ * velocity_ - rate_ * gradient;
        x_ += velocity_;
        state_ = {x_.matrix().norm(), state_.predicted * (condition_ - 1) / (condition_ + 1)};
        return x_.allFinite() ? StepStatus::running : StepStatus::diverged;
    }
    void measure(std::span<double> metrics) override { trace_.fill(state_, metrics); }
    void conclude(std::span<double> finals) override { finals_.fill(state_, finals); }

private:
    double condition_, momentum_, rate_;
    Eigen::Array2d x_ = {1.0, 1.0}, velocity_ = {0.0, 0.0};
    State state_;
    RowFiller<State> trace_ = traceTable.at({}, {{}, {}}), finals_ = finalTable.at({}, {{}, {}});
};

class Ellipse final : public RecordedExperiment {
public:
    explicit Ellipse(const ParameterValues& values) : RecordedExperiment(recorded, {}, values) {}
    std::vector<TrialPlan> trials() const override {
        return {{.arm = "plain", .steps = 200}, {.arm = "momentum", .steps = 200}};
    }
    Cadence cadence() const override { return {1}; } // every iteration is recorded
    std::unique_ptr<Solver> start(const TrialPlan& plan) const override {
        return std::make_unique<EllipseSolver>(values().real("condition_number"),
                                               traitsOf(ellipseArms, plan.arm).momentum);
    }
};

void registerEllipse(Registry& registry) {
    Description about{.id = "ellipse",
                      .title = "Ellipse",
                      .family = "my plugins",
                      .summary = "Descent on a quadratic of condition number κ.",
                      .question = "How much slower is descent on a longer ellipse?",
                      .topics = {"condition number"}};
    about.parameters = {
        logParameter({"condition_number", "κ", "Condition number", "Ratio of the curvatures."},
                     {.from = 1.5, .to = 1e4, .value = 20}, "Problem")};
    about.mainParameters = {"condition_number"};
    about.arms = armsOf(ellipseArms);
    about.records = recorded;
    about.views = {Chart{.id = "distance",
                         .title = "Distance to the minimum",
                         .y = "distance",
                         .theory = "predicted",
                         .axes = Axes::logY,
                         .isMain = true}};
    const Measure kappa = parameter("condition_number");
    about.claims = {
        {.id = "rate",
         .statement = "‖x_t‖ falls by (κ−1)/(κ+1) a step.",
         .threshold = Within{"ratio", 1, 0.01, theorem("at the rate 2/(1 + κ)")},
         .protocol = {{{"default", {}}}, {}},
         .judge = EachTrial{.arms = {"plain"},
                            .numbers = {decayRate("distance") / log((kappa - 1.0) / (kappa + 1.0))},
                            .what = "Measured over predicted rate"},
         .refutations = {{"with momentum in its place", {}, {{"plain", "momentum"}}}},
         .live = true}};
    registry.add({.description = about, .create = [](const ParameterValues& values) {
                      return std::make_unique<Ellipse>(values);
                  }});
}

CONVERGENCE_PLUGIN("ellipse", registerEllipse)
