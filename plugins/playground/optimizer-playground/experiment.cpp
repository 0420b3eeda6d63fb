#include "plugins/playground/optimizer-playground/experiment.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/error.h"
#include "core/parallel/parallel_for.h"
#include "plugins/playground/optimizer-playground/arms.h"
#include "plugins/playground/optimizer-playground/race.h"
#include "plugins/playground/optimizer-playground/tables.h"
#include "plugins/playground/optimizer-playground/trial.h"

namespace convergence {

namespace playground {

namespace {

/// Points along an edge of the grid: fewer where each takes a sum over many rows.
std::size_t gridPoints(const Setting& setting) {
    constexpr double most = 121.0, least = 41.0, mostTerms = 3e7;
    if (!setting.table || setting.table->table().kind == FitTable::Kind::line)
        return static_cast<std::size_t>(most);
    const double rows = static_cast<double>(setting.table->table().rows());
    return static_cast<std::size_t>(std::clamp(std::sqrt(mostTerms / rows), least, most));
}

/// Values and gradients on a grid, and the paths' window.
FieldFrame fieldOf(const Setting& setting) {
    const Surface& surface = setting.surface;
    const std::size_t points = gridPoints(setting);
    const Surface::Window& window = surface.window();
    FieldFrame field{.xMinimum = window.xMinimum,
                     .xMaximum = window.xMaximum,
                     .yMinimum = window.yMinimum,
                     .yMaximum = window.yMaximum,
                     .xCount = points,
                     .yCount = points};
    for (auto* numbers : {&field.values, &field.gradientX, &field.gradientY})
        numbers->resize(points * points);
    const double last = static_cast<double>(points - 1);
    parallelFor(points, [&](std::size_t j) {
        for (std::size_t i = 0; i < points; ++i) {
            const double u = static_cast<double>(i) / last, v = static_cast<double>(j) / last;
            const Jet jet = surface.at({std::lerp(window.xMinimum, window.xMaximum, u),
                                        std::lerp(window.yMinimum, window.yMaximum, v)});
            field.values[j * points + i] = static_cast<float>(jet.value);
            field.gradientX[j * points + i] = static_cast<float>(jet.x);
            field.gradientY[j * points + i] = static_cast<float>(jet.y);
        }
    });
    return field;
}

class PlaygroundExperiment final : public Experiment {
public:
    explicit PlaygroundExperiment(const ParameterValues& values)
        : setting_(std::make_shared<const Setting>(values)), field_(fieldOf(*setting_)) {}

    [[nodiscard]] std::vector<TrialPlan> trials() const override {
        std::vector<TrialPlan> plans;
        for (const std::string& arm : setting_->values.choices("arms"))
            plans.push_back(
                {.arm = arm,
                 .factors = {},
                 .replicate = static_cast<std::uint64_t>(setting_->values.integer("seed")),
                 .steps = setting_->values.integer("steps"),
                 .keepTrace = true});
        return plans;
    }
    [[nodiscard]] std::vector<Column> traceColumns() const override {
        return traceTable().layout(parameters(), setting_->values).columns();
    }
    [[nodiscard]] std::vector<Column> finalColumns() const override {
        return finalTable().layout(parameters(), setting_->values).columns();
    }
    [[nodiscard]] Cadence cadence() const override {
        return {setting_->values.integer("record_every")};
    }
    [[nodiscard]] std::unique_ptr<Solver> start(const TrialPlan& plan) const override {
        return startTrial(setting_, plan);
    }
    void draw(const Recording& soFar, FrameMap& shared) const override {
        shared["field"] = field_;
        constexpr double share = 0.012; // of the window's height
        shared["race"] = raceOf(soFar, share * (field_.yMaximum - field_.yMinimum));
        if (const TableLoss* loss = setting_->table.get()) {
            shared["fit"] = fitFrame(*loss, soFar);
            shared["minimum"] = minimumFrame(*loss);
            shared["table"] = describedTable(*loss, setting_->values);
        }
    }

private:
    std::shared_ptr<const Setting> setting_;
    FieldFrame field_;
};

void check(const ParameterValues& values) {
    const Setting setting(values);
    const Eigen::Vector2d& start = setting.start;
    if (!std::isfinite(setting.surface.at(start).value))
        throw InputError(
            fmt::format("Parameters 'start_x' and 'start_y': ({}, {}) is not accepted, "
                        "the surface has no finite value there; expected a point where "
                        "it does.",
                        start.x(), start.y()));
}

} // namespace

} // namespace playground

ExperimentType optimizerPlayground() {
    using namespace playground;
    return {
        .description =
            {.id = "optimizer-playground",
             .title = "Optimizer playground",
             .family = "playground",
             .paper = {.title = "Optimization Methods for Large-Scale Machine Learning",
                       .authors = "Léon Bottou, Frank E. Curtis, Jorge Nocedal",
                       .year = 2018,
                       .venue = "SIAM Review 60(2)",
                       .arxiv = "1606.04838"},
             .summary =
                 "Eight optimizers on surfaces over the plane, also on the loss of a table of "
                 "one's own, from a start that one sets by clicking: their paths, the arrows and "
                 "the arithmetic of each step. On a bowl the distances fall as theory says.",
             .question = "Which way do optimizers go from the same start, and how long does it "
                         "take them?",
             .topics = {"momentum", "step size", "condition number", "second order", "Adam",
                        "Newton", "line search", "gradient descent", "linear regression",
                        "logistic regression", "mini-batches"},
             .parameters = parameters(),
             .mainParameters = {"surface", "arms", "condition", "start_x", "start_y", "momentum",
                                "table_file", "steps"},
             .records = records(),
             .presets = presets(),
             .arms = armsOf(playgroundArms),
             .views = views(),
             .claims = claims(),
             .questions = questions(),
             .lockStep = true},
        .check = check,
        .memoryEstimate =
            [](const ParameterValues& values) {
                return 200.0 * static_cast<double>(values.integer("steps")) *
                       static_cast<double>(values.choices("arms").size());
            },
        .create =
            [](const ParameterValues& values) {
                return std::make_unique<PlaygroundExperiment>(values);
            }};
}

} // namespace convergence
