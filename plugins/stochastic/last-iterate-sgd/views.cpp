// What is drawn, as data.

#include "core/experiment/view_words.h"
#include "plugins/stochastic/last-iterate-sgd/experiment.h"

namespace convergence::last_iterate {

namespace {

const SelectorSpec byHorizon{"horizon", "T"};

/// A mean over replicates against T.
SweepChart againstHorizon(SweepChart chart) {
    chart.x = "horizon";
    chart.xLabel = "horizon T";
    chart.xUnit = "iterations";
    return chart;
}

} // namespace

std::vector<View> views() {
    return {
        againstHorizon(
            {.id = "gap_against_horizon",
             .title = "Gap against T",
             .help = "Mean over replicates of F − F*; each T is run from scratch. Dotted: the "
                     "theorem's bound without its constant, so only its slope counts.",
             .y = "gap",
             .curves = {{"bound", "bound, constant left out", true}},
             .yLabel = "mean gap F − F*",
             .axes = Axes::logLog,
             .guides = {{"slope −½", -0.5}},
             .fit = {FitKind::logLog, 0.0, 0.0},
             .aggregate = Aggregate::mean,
             .isMain = true}),
        Chart{.id = "gap_against_iteration",
              .title = "One run",
              .help = "Replicate 0 at one horizon. Linear decay drops in the last phase: the "
                      "picture to remember. Stop it at T/2 and it has paid without getting the "
                      "goods.",
              .y = "gap",
              .yLabel = "gap F(xᵗ) − F*",
              .axes = Axes::logLog,
              .by = {byHorizon},
              .isMain = true},
        againstHorizon(
            {.id = "scaled_gap",
             .title = "Is there a log T?",
             .help = "√T · gap against T on a logarithmic axis: flat without log T, rising with "
                     "it.",
             .curves = {{"scaled_gap", "last"}, {"scaled_average_gap", "average"}},
             .yLabel = "√T · mean gap",
             .axes = Axes::logX,
             .aggregate = Aggregate::mean}),
        Chart{.id = "step_size",
              .title = "Step size",
              .help = "η_t of the run beside it.",
              .y = "step_size",
              .axes = Axes::logLog,
              .by = {byHorizon}},
        FrameView{.id = "quantiles",
                  .title = "Quantiles",
                  .help = "Gap exceeded with probability δ, at the longest horizon: straight or "
                          "bending down means log(1/δ), bending up means a polynomial tail. Drawn "
                          "while at least ten replicates lie above.",
                  .kind = ViewKind::curves,
                  .frames = {"quantiles"},
                  .xLabel = "ln(1/δ)",
                  .yLabel = "quantile 1 − δ of the gap"},
        FrameView{.id = "histogram",
                  .title = "Final gaps",
                  .help =
                      "Over replicates at the longest horizon; the largest hundredth is cut off.",
                  .kind = ViewKind::bars,
                  .frames = {"histogram"},
                  .xLabel = "gap",
                  .yLabel = "replicates"},
        againstHorizon({.id = "averages",
                        .title = "Averages against T",
                        .help = "Does averaging help? The last iterate, three averages and the "
                                "best iterate.",
                        .curves = {{"gap", "last"},
                                   {"average_gap", "uniform"},
                                   {"weighted_gap", "weighted"},
                                   {"suffix_gap", "suffix"},
                                   {"best_gap", "best"}},
                        .yLabel = "mean gap",
                        .axes = Axes::logLog,
                        .aggregate = Aggregate::mean,
                        .by = {byArm}}),
        againstHorizon(
            {.id = "median_gap",
             .title = "Median gap",
             .help = "Median and quartiles: under heavy tails the mean is ruled by rare jumps.",
             .y = "gap",
             .yLabel = "median gap",
             .axes = Axes::logLog,
             .fit = {FitKind::logLog, 0.0, 0.0},
             .aggregate = Aggregate::medianAndQuartiles}),
        FrameView{.id = "path",
                  .title = "Path",
                  .help = "The first two coordinates of replicate 0 at the longest horizon; in two "
                          "dimensions over F itself.",
                  .kind = ViewKind::trajectory,
                  .frames = {"path", "landscape"},
                  .xLabel = "x₁",
                  .yLabel = "x₂"}};
}

} // namespace convergence::last_iterate
