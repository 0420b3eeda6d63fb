#pragma once

#include <memory>
#include <string>

#include "core/experiment/experiment.h"

namespace convergence::testing {

/// Counts down from one by halves: the least that is an experiment.
class HalvingSolver final : public Solver {
public:
    StepStatus step(const StopToken&) override {
        x_ /= 2.0;
        return StepStatus::running;
    }
    void measure(std::span<double> metrics) override { metrics[0] = x_; }
    void conclude(std::span<double> finals) override { finals[0] = x_; }

private:
    double x_ = 1.0;
};

class HalvingExperiment final : public Experiment {
public:
    [[nodiscard]] std::vector<TrialPlan> trials() const override {
        return {{.arm = "half", .factors = {}, .steps = 10}};
    }
    [[nodiscard]] std::vector<Column> traceColumns() const override { return {{"x", "x"}}; }
    [[nodiscard]] std::vector<Column> finalColumns() const override { return {{"end", "end"}}; }
    [[nodiscard]] std::unique_ptr<Solver> start(const TrialPlan&) const override {
        return std::make_unique<HalvingSolver>();
    }
};

inline ExperimentType smallExperiment(const std::string& id, const std::string& title) {
    Description description{.id = id,
                            .title = title,
                            .family = "test",
                            .summary = "Halves a number.",
                            .question = "How small?"};
    description.records = {.trace = {{.id = "x", .label = "x"}},
                           .finals = {{.id = "end", .label = "end"}}};
    description.arms = {{"half", "half", ""}};
    return {.description = description,
            .create = [](const ParameterValues&) { return std::make_unique<HalvingExperiment>(); }};
}

} // namespace convergence::testing
