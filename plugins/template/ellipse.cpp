// A complete small experiment: gradient descent, with and without momentum, on f(x, y) = ½(x² +
// κy²).
#include <cmath>

#include "core/experiment/judging.h"
#include "core/experiment/parameter_builders.h"
#include "core/experiment/plugin.h"
#include "core/math/statistics.h"

using namespace convergence;

class EllipseSolver final : public Solver {
public:
    EllipseSolver(double condition, double momentum)
        : condition_(condition), momentum_(momentum), rate_(2.0 / (1.0 + condition)) {}
    StepStatus step(const StopToken&) override {
        const Eigen::Array2d gradient = x_ * Eigen::Array2d(1.0, condition_);
        velocity_ = momentum_ * velocity_ - rate_ * gradient;
        x_ += velocity_;
        ++iteration_;
        return x_.allFinite() ? StepStatus::running : StepStatus::diverged;
    }
    void measure(std::span<double> metrics) override {
        metrics[0] = x_.matrix().norm();
        metrics[1] = std::sqrt(2.0) * std::pow((condition_ - 1) / (condition_ + 1), iteration_);
    }
    void conclude(std::span<double> finals) override { finals[0] = x_.matrix().norm(); }

private:
    double condition_, momentum_, rate_, iteration_ = 0;
    Eigen::Array2d x_ = {1.0, 1.0}, velocity_ = {0.0, 0.0};
};

class Ellipse final : public Experiment {
public:
    explicit Ellipse(double condition) : condition_(condition) {}
    std::vector<TrialPlan> trials() const override {
        return {{.arm = "plain", .factors = {}, .steps = 200},
                {.arm = "momentum", .factors = {}, .steps = 200}};
    }
    std::vector<Column> traceColumns() const override {
        return {{"distance", "distance ‖x‖"}, {"predicted", "√2 ((κ−1)/(κ+1))ᵗ"}};
    }
    std::vector<Column> finalColumns() const override { return {{"final_distance", "‖x_T‖"}}; }
    Cadence cadence() const override { return {1}; } // every iteration is recorded
    std::unique_ptr<Solver> start(const TrialPlan& plan) const override {
        return std::make_unique<EllipseSolver>(condition_, plan.arm == "momentum" ? 0.5 : 0.0);
    }

private:
    double condition_;
};

/// The measured decay of ln ‖x‖ per step of plain gradient descent against the theory's.
Judgement judgeRate(const Evidence& evidence) {
    std::vector<Sample> samples;
    for (const EvidenceRun& run : evidence.runs)
        for (const std::size_t trial : evidence.trialsOf(run, "plain")) {
            const double kappa = run.values->real("condition_number");
            const auto& trace = run.recording->trace(trial);
            const LineFit fit = fitLogLinear(trace.column("iteration"), trace.column("distance"));
            const double ratio = fit.slope / std::log((kappa - 1) / (kappa + 1));
            samples.push_back({ratio, std::abs(ratio - 1) < 0.01, "κ = " + std::to_string(kappa)});
        }
    return judgeAll(samples, "1 ± 0.01", "Measured over predicted rate");
}

void registerEllipse(Registry& registry) {
    Description about{.id = "ellipse",
                      .title = "Ellipse",
                      .family = "my plugins",
                      .summary = "Gradient descent on a quadratic of condition number κ."};
    about.parameters = {logParameter("condition_number", "κ", "Condition number",
                                     "Ratio of the curvatures.", 1.5, 1e4, 20, "Problem")};
    about.arms = {{"plain", "gradient descent", ""}, {"momentum", "with momentum ½", ""}};
    about.views = {{.id = "distance",
                    .title = "Distance to the minimum",
                    .help = "",
                    .x = {"iteration", "iteration t"},
                    .y = {"", "distance", "", Scale::logarithmic},
                    .series = {{"distance", ""}, {"predicted", "theory", true}}}};
    about.claims = {{.id = "rate",
                     .statement = "‖x_t‖ falls by (κ−1)/(κ+1) a step.",
                     .threshold = Stated{"ratio 1 ± 0.01", {}},
                     .protocol = {{{"default", {}}}, {}},
                     .judge = judgeRate,
                     .live = true}};
    about.claims[0].refutations = {{"with momentum in its place", {}, {{"plain", "momentum"}}}};
    registry.add({.description = about, .create = [](const ParameterValues& values) {
                      return std::make_unique<Ellipse>(values.real("condition_number"));
                  }});
}

CONVERGENCE_PLUGIN("ellipse", registerEllipse)
