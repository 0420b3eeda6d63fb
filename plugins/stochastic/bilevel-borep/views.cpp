// What is drawn, as data.

#include "core/experiment/view_words.h"
#include "plugins/stochastic/bilevel-borep/experiment.h"

namespace convergence::borep {

namespace {

const std::vector<SelectorSpec> byTrial{{"arm", "Method"}, {"step", "η"}};
const PivotSpec bestStep{.rowFactor = {},
                         .columnFactor = {},
                         .value = {},
                         .tunedFactor = "step",
                         .tunedBy = "race_score"};

std::vector<View> coshViews() {
    return {Chart{.id = "gradient",
                  .title = "Gradient norm",
                  .help =
                      "Of the exact ∇Φ at each x, mean of the last 50 steps. From far away it is "
                      "a race; near the minimum constant steps leave a floor.",
                  .y = "running_norm",
                  .axes = Axes::logLog,
                  .appliesIf = ofCosh,
                  .isMain = true},
            FrameView{.id = "path",
                      .title = "Way of the upper level",
                      .help = "First and last coordinate of x over ln(1 + Φ), the others at 0.",
                      .kind = ViewKind::trajectory,
                      .frames = {"path", "landscape"},
                      .xLabel = "x₁",
                      .yLabel = "x₁₀",
                      .appliesIf = ofCosh,
                      .isMain = true},
            Chart{.id = "lower",
                  .title = "Lower level: y behind y*",
                  .help = "One coordinate of y, and dashed where it would be best for the x of the "
                          "moment. BO-REP's y waits for a period, then catches up.",
                  .y = "lower_1",
                  .theory = "lower_best_1",
                  .yLabel = "y₁",
                  .by = byTrial,
                  .appliesIf = ofCosh},
            Chart{.id = "lower_error",
                  .title = "Distance of the lower level",
                  .help = "A saw-tooth of the period I: y stays while x moves on.",
                  .y = "lower_error",
                  .axes = Axes::logY,
                  .appliesIf = ofCosh},
            Chart{.id = "linear_error",
                  .title = "Distance of the linear system",
                  .help = "z estimates (∇²g)⁻¹∇f by one step of noise at a time.",
                  .y = "linear_error",
                  .axes = Axes::logY,
                  .appliesIf = ofCosh},
            Chart{.id = "alignment",
                  .title = "Is it the right direction?",
                  .help = "Cosine of the last direction and the exact gradient.",
                  .y = "alignment",
                  .appliesIf = ofCosh},
            Chart{.id = "gradient_calls",
                  .title = "Gradient norm by calls",
                  .help = "Every oracle counts: gradients, Hessian- and mixed products.",
                  .x = "calls",
                  .y = "running_norm",
                  .axes = Axes::logLog,
                  .appliesIf = ofCosh}};
}

std::vector<View> comparisonViews() {
    return {FrameView{.id = "smoothness",
                      .title = "Curvature against gradient",
                      .help = "‖∇²ₓₓf‖ grows with ‖∇ₓf‖ and stays below 1 + ‖∇ₓf‖: (1, 1)-smooth, "
                              "and not smooth.",
                      .kind = ViewKind::curves,
                      .frames = {"smoothness"},
                      .xLabel = "‖∇ₓf‖",
                      .yLabel = "curvature",
                      .axes = Axes::logLog,
                      .appliesIf = ofCosh},
            SweepChart{.id = "rate",
                       .title = "Rate in T",
                       .help = "Mean ‖∇Φ‖ over the second half of each run, with theory's slope.",
                       .x = "horizon",
                       .y = "late_gradient",
                       .axes = Axes::logLog,
                       .guides = {{"slope −1/4", -0.25}},
                       .aggregate = Aggregate::mean,
                       .appliesIf = ofCosh},
            SweepChart{.id = "race",
                       .title = "Steps against the start",
                       .help = "Until the mean ‖∇Φ‖ of 50 steps is 1, each method at its best η; T "
                               "where it is never.",
                       .x = "start_top",
                       .y = "reached",
                       .axes = Axes::logY,
                       .aggregate = Aggregate::mean,
                       .tuned = bestStep,
                       .appliesIf = ofCosh},
            SweepChart{.id = "grid",
                       .title = "Steps against η",
                       .help = "The same for every step size tried.",
                       .x = "step",
                       .y = "reached",
                       .axes = Axes::logLog,
                       .aggregate = Aggregate::mean,
                       .appliesIf = ofCosh}};
}

std::vector<View> lineViews() {
    return {FrameView{.id = "weights",
                      .title = "Weights of the lines",
                      .help = "σ(x) of lines with right and with wrong labels, which no method is "
                              "told apart.",
                      .kind = ViewKind::bars,
                      .frames = {"weights"},
                      .xLabel = "weight σ(x)",
                      .yLabel = "lines",
                      .by = byTrial,
                      .appliesIf = ofCleaning,
                      .isMain = true},
            Chart{.id = "accuracy",
                  .title = "Test accuracy",
                  .help = "Share of new lines whose language is told.",
                  .y = "accuracy",
                  .appliesIf = ofText},
            Chart{.id = "auroc",
                  .title = "Are wrong labels found?",
                  .help = "AUROC of the weights, for right against wrong labels: ½ is chance.",
                  .y = "auroc",
                  .appliesIf = ofCleaning,
                  .isMain = true},
            FrameTable{.id = "least_trusted",
                       .title = "Least trusted lines",
                       .help = "The ten with the least weight now.",
                       .frames = {"least_trusted"},
                       .by = byTrial,
                       .appliesIf = ofCleaning},
            Chart{.id = "mean_weights",
                  .title = "Mean weights",
                  .curves = {{"right_weight", "right labels"}, {"wrong_weight", "wrong labels"}},
                  .yLabel = "mean weight",
                  .by = byTrial,
                  .appliesIf = ofCleaning},
            Chart{.id = "accuracy_calls",
                  .title = "Accuracy by calls",
                  .help = "Each batch of a gradient or product is a call.",
                  .x = "calls",
                  .y = "accuracy",
                  .appliesIf = ofText},
            Chart{.id = "validation",
                  .title = "Validation loss",
                  .help = "What the upper level minimizes.",
                  .y = "validation_loss",
                  .appliesIf = ofText},
            FrameView{.id = "ridges",
                      .title = "Against a grid search",
                      .help =
                          "Validation loss of classifiers trained to the end, one for each ridge; "
                          "and the way that x takes, with the W it has so far.",
                      .kind = ViewKind::curves,
                      .frames = {"ridges"},
                      .xLabel = "x, the logarithm of the ridge",
                      .yLabel = "validation loss",
                      .yUnit = "nats",
                      .appliesIf = ofRegularizer,
                      .isMain = true},
            Chart{.id = "log_ridge",
                  .title = "The one number",
                  .help = "x along the way.",
                  .y = "log_ridge",
                  .appliesIf = ofRegularizer,
                  .isMain = true}};
}

} // namespace

std::vector<View> views() {
    return joined({coshViews(), comparisonViews(), lineViews()});
}

} // namespace convergence::borep
