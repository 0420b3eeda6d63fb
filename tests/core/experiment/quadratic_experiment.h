#pragma once

#include <cmath>

#include "core/experiment/experiment.h"

namespace convergence::testing {

/// Gradient descent on ½Lx² from x = 1: x_t = (1 − ηL)^t, so everything is known in closed form.
/// Arms: "plain" (rate η) and "half" (rate η/2).
class QuadraticSolver final : public Solver {
public:
    QuadraticSolver(double curvature, double rate) : curvature_(curvature), rate_(rate) {}
    StepStatus step(const StopToken&) override {
        x_ -= rate_ * curvature_ * x_;
        return std::abs(x_) < 1e6 ? StepStatus::running : StepStatus::diverged;
    }
    void measure(std::span<double> metrics) override { metrics[0] = std::abs(x_); }
    void conclude(std::span<double> finals) override { finals[0] = std::abs(x_); }
    void setLive(const std::string& name, const Value& value) override {
        if (name == "learning_rate")
            rate_ = std::get<double>(value);
    }
    void act(const std::string& action) override {
        if (action == "reset")
            x_ = 1.0;
    }
    void draw(const Recording&, FrameMap& frames) const override {
        frames["x"] = TextFrame{std::to_string(x_)};
    }

private:
    double curvature_;
    double rate_;
    double x_ = 1.0;
};

class QuadraticExperiment : public Experiment {
public:
    explicit QuadraticExperiment(const ParameterValues& values) : values_(values) {}
    [[nodiscard]] std::vector<TrialPlan> trials() const override {
        return {{.arm = "plain", .factors = {}, .steps = values_.integer("iterations")},
                {.arm = "half", .factors = {}, .steps = values_.integer("iterations")}};
    }
    [[nodiscard]] std::vector<Column> traceColumns() const override { return {{"x", "|x|"}}; }
    [[nodiscard]] std::vector<Column> finalColumns() const override {
        return {{"final_x", "final |x|"}};
    }
    [[nodiscard]] Cadence cadence() const override { return {values_.integer("record_every")}; }
    [[nodiscard]] std::unique_ptr<Solver> start(const TrialPlan& plan) const override {
        const double rate = values_.real("learning_rate");
        return std::make_unique<QuadraticSolver>(values_.real("curvature"),
                                                 plan.arm == "half" ? rate / 2 : rate);
    }

private:
    ParameterValues values_;
};

inline Parameter number(const std::string& name, double low, double high, double value) {
    return {.name = name,
            .label = name,
            .kind = ParameterKind::real,
            .minimum = low,
            .maximum = high,
            .defaultValue = value};
}

inline ExperimentType quadratic() {
    Description description{.id = "quadratic",
                            .title = "Quadratic",
                            .family = "test",
                            .summary = "Gradient descent on a quadratic.",
                            .question = "How fast does x fall to zero?"};
    description.mainParameters = {"learning_rate", "curvature", "iterations"};
    description.records = {.trace = {{.id = "x", .label = "|x|"}},
                           .finals = {{.id = "final_x", .label = "final |x|"}},
                           .frames = {"x"}};
    Parameter rate = number("learning_rate", 1e-4, 10.0, 0.1);
    rate.effect = LiveEffect::nextStep;
    description.parameters = {rate,
                              number("curvature", 0.1, 10.0, 1.0),
                              {.name = "iterations",
                               .label = "iterations",
                               .kind = ParameterKind::integer,
                               .minimum = 1.0,
                               .maximum = 1e9,
                               .defaultValue = std::int64_t{1000}},
                              {.name = "seed",
                               .label = "seed",
                               .kind = ParameterKind::seed,
                               .defaultValue = std::int64_t{0}},
                              recordEveryParameter(1)};
    description.arms = {{"plain", "plain", ""}, {"half", "half", ""}};
    description.actions = {{"reset", "Reset", ""}};
    return {.description = description, .create = [](const ParameterValues& values) {
                return std::make_unique<QuadraticExperiment>(values);
            }};
}

inline std::unique_ptr<Experiment> makeQuadratic(const Overrides& overrides) {
    const ExperimentType type = quadratic();
    return createExperiment(type, resolveValues(type, "", overrides));
}

} // namespace convergence::testing
