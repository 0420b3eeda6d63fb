#pragma once

#include <array>
#include <cmath>
#include <memory>

#include "core/experiment/description.h"
#include "core/experiment/recording.h"

namespace convergence {

/// Two arms, "power" with e = 10/t and "exponential" with e = exp(−t/50), t = 0…rows − 1; at t = 0
/// e is 1. predicted is 2e. Two replicates each; the second is 10 % higher.
inline std::shared_ptr<Recording> sampleRecording(std::size_t rows = 1000) {
    const std::vector<Column> columns{
        {.name = "iteration", .label = "iteration", .role = ColumnRole::clock},
        {.name = "error", .label = "error e"},
        {.name = "predicted_error", .label = "predicted"}};
    std::vector<TrialPlan> plans;
    for (const char* arm : {"power", "exponential"})
        for (const std::uint64_t replicate : {0, 1})
            plans.push_back({.arm = arm, .factors = {}, .replicate = replicate, .steps = 1000});
    auto recording = std::make_shared<Recording>(
        columns, std::vector<Column>{}, std::vector<Column>{{.name = "final"}},
        std::vector<std::string>{"power", "exponential"}, plans);
    for (std::size_t trial = 0; trial < plans.size(); ++trial)
        for (std::size_t row = 0; row < rows; ++row) {
            const double t = double(row), factor = trial % 2 == 0 ? 1.0 : 1.1;
            const double error = row == 0 ? 1.0 : trial < 2 ? 10.0 / t : std::exp(-t / 50.0);
            recording->traceForWriting(trial).append(
                std::array{t, factor * error, 2.0 * factor * error});
        }
    return recording;
}

inline std::shared_ptr<Description> sampleDescription() {
    auto description = std::make_shared<Description>();
    description->id = "sample";
    description->arms = {{.id = "power", .label = "power law", .help = ""},
                         {.id = "exponential", .label = "exponential decay", .help = ""}};
    return description;
}

inline View errorView() {
    return {.id = "error",
            .title = "Error",
            .help = "What remains.",
            .kind = ViewKind::lineChart,
            .x = {.column = "iteration", .label = "iteration t", .scale = Scale::logarithmic},
            .y = {.label = "error e", .unit = "m", .scale = Scale::logarithmic},
            .series = {{"error", ""}, {"predicted_error", "theory", true}}};
}

/// A trials table: schedules "rex" and "linear" × budgets 1, 10, 100 × rates 0.1, 1 × two
/// replicates. The error is 100/budget (+ 5 for linear, + 1 for the second replicate), and at rate
/// 1 better by 3 on validation data, but worse by 4 on test data.
inline std::shared_ptr<Recording> sampleTrials() {
    std::vector<TrialPlan> plans;
    for (const char* arm : {"rex", "linear"})
        for (const double budget : {1.0, 10.0, 100.0})
            for (const double rate : {0.1, 1.0})
                for (const std::uint64_t replicate : {0, 1})
                    plans.push_back({.arm = arm,
                                     .factors = {{"budget", budget}, {"rate", rate}},
                                     .replicate = replicate,
                                     .steps = 1,
                                     .keepTrace = false});
    auto recording = std::make_shared<Recording>(
        std::vector<Column>{{.name = "iteration"}, {.name = "error"}},
        std::vector<Column>{{.name = "budget", .role = ColumnRole::factor},
                            {.name = "rate", .role = ColumnRole::factor}},
        std::vector<Column>{{.name = "test"}, {.name = "validation"}},
        std::vector<std::string>{"rex", "linear"}, plans);
    for (std::size_t trial = 0; trial < plans.size(); ++trial) {
        const TrialPlan& plan = plans[trial];
        const double base = 100.0 / plan.factors.at("budget") + (plan.arm == "linear" ? 5.0 : 0.0) +
                            double(plan.replicate);
        const bool fast = plan.factors.at("rate") == 1.0;
        recording->setStatus(trial, TrialStatus::finished);
        recording->conclude(trial,
                            std::array{base + (fast ? 4.0 : 0.0), base - (fast ? 3.0 : 0.0)});
    }
    return recording;
}

} // namespace convergence
