// What is drawn, as data.

#include "core/experiment/view_words.h"
#include "plugins/stochastic/dp-stationary-points/experiment.h"

namespace convergence::private_points {

namespace {

const SelectorSpec byCount{"sample_count", "n"}, byDimension{"dimension", "d"},
    byBudget{"epsilon", "ε"}, byMethod{"arm", "Method"};

const SeriesSpec rate{"bound", "rate, constant left out", true};

/// A mean over replicates of what trials ended with.
SweepChart finals(SweepChart chart) {
    chart.axes = Axes::logLog;
    chart.aggregate = Aggregate::mean;
    return chart;
}

/// Replicate 0 of one design, step by step.
Chart trace(Chart chart) {
    chart.xLabel = "step t";
    chart.axes = Axes::logLog;
    chart.by = {byCount, byDimension, byBudget};
    return chart;
}

std::vector<View> mainViews() {
    return {finals({.id = "gradient_against_count",
                    .title = "Gradient norm against n",
                    .help = "Mean over replicates; each n is run from scratch. Dashed: the "
                            "theorem's rate without its constant, so only its slope counts. Which "
                            "n makes SpiderBoost pay? Read the crossing.",
                    .x = "sample_count",
                    .y = "gradient_norm",
                    .curves = {rate},
                    .guides = {{"slope −½", -0.5}, {"slope −⅔", -2.0 / 3.0}},
                    .fit = {FitKind::logLog, 0.0, 0.0},
                    .by = {byDimension, byBudget},
                    .isMain = true}),
            trace({.id = "one_run",
                   .title = "One run",
                   .help = "Replicate 0 at one n. The output is a random iterate, not the last and "
                           "not the best.",
                   .y = "gradient_norm",
                   .yLabel = "gradient norm ‖∇F(wₜ)‖",
                   .isMain = true})};
}

std::vector<View> furtherViews() {
    return {
        trace({.id = "estimator",
               .title = "Error of the estimate",
               .help = "SpiderBoost takes a full gradient every q steps and adds differences in "
                       "between, whose noise adds up: a saw-tooth.",
               .y = "estimator_error",
               .yLabel = "‖vₜ − ∇F(wₜ)‖"}),
        trace({.id = "noise",
               .title = "Noise of each step",
               .help = "Deviation by coordinate. The sensitivity of a difference is L₁‖Δw‖: the "
                       "shorter the step, the less noise.",
               .y = "noise_deviation",
               .yLabel = "deviation of the noise"}),
        FrameView{.id = "landscape",
                  .title = "Landscape",
                  .help = "F, the samples, and the noise of the last steps as arrows. Stationary "
                          "points are the modes of the density.",
                  .kind = ViewKind::trajectory,
                  .frames = {"path", "landscape", "samples"},
                  .xLabel = "w₁",
                  .yLabel = "w₂",
                  .by = {byCount, byBudget}},
        FrameView{.id = "privacy",
                  .title = "Privacy",
                  .help = "Steps, sensitivities and noise of one run, and what it has spent.",
                  .kind = ViewKind::text,
                  .frames = {"privacy"},
                  .by = {byMethod, byCount, byDimension, byBudget}},
        trace({.id = "spent",
               .title = "Privacy spent",
               .help = "By zCDP, against the budget. With b₂ < n SpiderBoost relies on "
                       "subsampling, which this sum does not count; see exact accounting.",
               .y = "epsilon_spent",
               .curves = {{"epsilon_budget", "budget", true}},
               .yLabel = "ε(δ) spent"}),
        finals({.id = "work",
                .title = "Work against n",
                .help = "Gradients of single samples. SpiderBoost needs n to the power 5/3, noisy "
                        "GD n².",
                .x = "sample_count",
                .y = "oracle_calls",
                .yLabel = "gradients of samples",
                .fit = {FitKind::logLog, 0.0, 0.0},
                .by = {byDimension, byBudget}}),
        finals({.id = "gradient_against_budget",
                .title = "Gradient norm against ε",
                .help = "Runs at several multiples of ε.",
                .x = "epsilon",
                .y = "gradient_norm",
                .curves = {rate},
                .by = {byCount, byDimension}}),
        finals({.id = "gradient_against_dimension",
                .title = "Gradient norm against d",
                .help = "Runs in several dimensions: what noise costs grows with √d, unless the "
                        "rows are embedded first.",
                .x = "dimension",
                .y = "gradient_norm",
                .curves = {{"start_gradient", "at w = 0", true}},
                .by = {byCount, byBudget}}),
        FrameView{.id = "tree",
                  .title = "Tree",
                  .help = "One round of the tree mechanism, walked depth-first from the left; "
                          "depth goes down. A vertex is as wide as its batch is large, hatched is "
                          "not there yet, a left child has its parent's color.",
                  .frames = {"tree"},
                  .xLabel = "leaf",
                  .yLabel = "depth",
                  .by = {byMethod, byCount, byDimension, byBudget}}};
}

} // namespace

std::vector<View> views() {
    return joined({mainViews(), furtherViews()});
}

} // namespace convergence::private_points
