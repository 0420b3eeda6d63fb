// What is drawn, as data.

#include "core/experiment/view_words.h"
#include "plugins/schedules/rex-schedule/experiment.h"

namespace convergence::rex {

namespace {

const SelectorSpec byBudget{"budget_percent", "Budget"};
const SelectorSpec byOptimizer{"optimizer_index", "Optimizer"};
const std::vector<SelectorSpec> byRun = {
    byBudget, {"learning_rate", "η₀"}, byOptimizer, {"replicate", "Seed"}};

/// Test errors by schedule and budget, each at the base rate that validation chooses.
const PivotSpec tuned{.rowFactor = "arm",
                      .columnFactor = "budget_percent",
                      .value = "test_error",
                      .tunedFactor = "learning_rate",
                      .tunedBy = "validation_error"};

PivotSpec ranked() {
    PivotSpec spec = tuned;
    spec.ranks = true;
    return spec;
}

PivotSpec twoAxes() {
    PivotSpec spec = tuned;
    spec.rowFactor = "profile_index";
    spec.columnFactor = "sampling_index";
    return spec;
}

} // namespace

std::vector<View> views() {
    return {
        SweepChart{.id = "error_against_budget",
                   .title = "Test error against budget",
                   .help = "Each schedule at its best base rate (by validation error), mean over "
                           "seeds.",
                   .x = "budget_percent",
                   .xLabel = "budget",
                   .xUnit = "% of T_max",
                   .y = "test_error",
                   .axes = Axes::logX,
                   .aggregate = Aggregate::mean,
                   .by = {byOptimizer},
                   .tuned = tuned,
                   .isMain = true},
        Chart{.id = "training_loss",
              .title = "Training loss",
              .help = "Loss of each mini-batch for the run chosen above.",
              .y = "batch_loss",
              .yLabel = "mini-batch loss",
              .axes = Axes::logY,
              .by = byRun},
        Chart{.id = "learning_rate",
              .title = "Learning rate",
              .help = "The rate that each schedule sets, for the run chosen above.",
              .y = "learning_rate_now",
              .by = byRun,
              .isMain = true},
        Pivot{.id = "ranks",
              .title = "Ranks",
              .help = "Rank of each schedule at each budget, 1 is best.",
              .of = ranked(),
              .xLabel = "budget",
              .xUnit = "%",
              .yLabel = "schedule",
              .by = {byOptimizer}},
        Pivot{.id = "errors",
              .title = "Test errors",
              .help = "Mean test error in percent.",
              .of = tuned,
              .xLabel = "budget",
              .xUnit = "%",
              .yLabel = "schedule",
              .by = {byOptimizer}},
        Pivot{.id = "two_axes",
              .title = "Profile × sampling rate",
              .help = "Run the preset 'Two axes'. REX gains from frequent sampling, the linear "
                      "profile does not.",
              .of = twoAxes(),
              .xLabel = "sampling rate",
              .yLabel = "profile",
              .by = {byBudget, byOptimizer}},
        FrameView{.id = "profile",
                  .title = "Profile and sampling",
                  .help =
                      "The continuous profile, where it is read, and the staircase that results.",
                  .kind = ViewKind::curves,
                  .frames = {"schedule"},
                  .xLabel = "progress",
                  .xUnit = "% of the budget",
                  .yLabel = "rate relative to η₀",
                  .by = {{"arm", "Schedule"}, byBudget}}};
}

} // namespace convergence::rex
