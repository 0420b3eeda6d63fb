// What is drawn, as data.

#include "core/experiment/view_words.h"
#include "plugins/stochastic/large-step-logistic/experiment.h"

namespace convergence::large_step {

namespace {

const std::vector<SelectorSpec> byTrial = {{"arm", "Method"}, {"gamma", "γ"}};

} // namespace

std::vector<View> views() {
    return {
        Chart{.id = "loss",
              .title = "Logistic loss",
              .help = "A curve ends where its method separates the data. Large steps have the "
                      "larger loss and are done sooner.",
              .y = "shown_loss",
              .yLabel = "loss f(θₜ), at least 10⁻⁶",
              .axes = Axes::logLog,
              .isMain = true},
        Chart{.id = "accuracy",
              .title = "Accuracy",
              .help = "A run ends at 100 %.",
              .y = "accuracy",
              .axes = Axes::logX},
        SweepChart{.id = "iterations",
                   .title = "Iterations to separate",
                   .help =
                       "Against γ, with the bounds of the theorems dashed. The perceptrons have "
                       "no γ: see the table beside it.",
                   .x = "gamma",
                   .y = "separated_at",
                   .curves = {{"bound", "bound", true}},
                   .axes = Axes::logLog,
                   .isMain = true},
        FrameView{.id = "pictures",
                  .title = "θ and the hardest images",
                  .help = "θ as a picture, and the images with the smallest margins.",
                  .frames = {"theta", "mistakes"},
                  .by = byTrial,
                  .appliesIf = "dataset_is_fashion"},
        FrameView{.id = "plane",
                  .title = "Points and line",
                  .help = "The data and the line where θ decides.",
                  .kind = ViewKind::curves,
                  .frames = {"plane"},
                  .xLabel = "a₁",
                  .yLabel = "a₂",
                  .by = byTrial,
                  .appliesIf = "dataset_is_fashion == 0"},
        Chart{.id = "gradient_norm",
              .title = "Gradient norm",
              .help = "It says no more about progress than the loss does.",
              .y = "gradient_norm",
              .axes = Axes::logLog},
        Chart{.id = "mistakes",
              .title = "Mistakes",
              .help = "Samples that are not yet on their side.",
              .y = "mistakes",
              .axes = Axes::logX},
        SweepChart{.id = "reduction",
                   .title = "Distance to the perceptron",
                   .help = "Largest relative distance of θₜ/γ from the limiting perceptron over "
                           "the first 60 steps. Not monotone: a sample near the plane makes a "
                           "jump.",
                   .x = "gamma",
                   .y = "largest_reduction_distance",
                   .yLabel = "largest distance",
                   .axes = Axes::logLog},
        FrameView{.id = "path",
                  .title = "Paths of θ/γ",
                  .help = "All methods in one plane.",
                  .kind = ViewKind::trajectory,
                  .frames = {"path"},
                  .xLabel = "θ₁/γ",
                  .yLabel = "θ₂/γ",
                  .gesture = GestureSpec{"dragged_x", "dragged_y",
                                         "With points of your own: click to put the dragged "
                                         "point"},
                  .appliesIf = "dataset_is_fashion == 0"},
        Chart{.id = "angle",
              .title = "Angle to the largest margin",
              .help = "Small steps turn towards the largest margin; the perceptrons stop where "
                      "they separate first.",
              .y = "angle",
              .yLabel = "angle",
              .yUnit = "°",
              .axes = Axes::logLog},
        FrameView{.id = "task",
                  .title = "The task",
                  .help = "Margin, radius, and the largest γ for which the loss must fall.",
                  .kind = ViewKind::text,
                  .frames = {"task"}}};
}

} // namespace convergence::large_step
