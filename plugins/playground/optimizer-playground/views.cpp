// What is drawn, as data.

#include "core/experiment/view_words.h"
#include "plugins/playground/optimizer-playground/experiment.h"

namespace convergence::playground {

namespace {

const GestureSpec setStart{"start_x", "start_y", "Click to start from here"};
const SelectorSpec byOptimizer{"arm", "Optimizer"};
constexpr const char* step = "step t";
constexpr const char* onTable = "surface_is_table";
constexpr const char* elsewhere = "surface_is_table == 0";
constexpr const char* firstWeight = "weight w₁";
constexpr const char* secondWeight = "weight w₂";

/// What a table of one's own is seen by, in the place of the plain views.
std::vector<View> viewsOfTable() {
    return {FrameView{.id = "loss",
                      .title = "Loss of the weights",
                      .help = "All paths among the weights; the cross is the minimum: of a line by "
                              "the normal equations, of two classes by Newton's method. Click to "
                              "set the start.",
                      .kind = ViewKind::trajectory,
                      .frames = {"path", "field", "minimum"},
                      .xLabel = firstWeight,
                      .yLabel = secondWeight,
                      .gesture = setStart,
                      .appliesIf = onTable,
                      .isMain = true},
            FrameView{.id = "fit",
                      .title = "Rows and fitted lines",
                      .help = "The rows in their own units, and what each optimizer makes of them "
                              "now: a line through them, or between the classes. Dashed: the "
                              "minimum.",
                      .kind = ViewKind::curves,
                      .frames = {"fit"},
                      .xLabel = "first column",
                      .yLabel = "second column",
                      .appliesIf = onTable,
                      .isMain = true},
            FrameView{.id = "table",
                      .title = "Table",
                      .help = "What was read, how it was scaled, where the minimum is, and which "
                              "rates its curvature allows.",
                      .kind = ViewKind::text,
                      .frames = {"table"},
                      .appliesIf = onTable},
            FrameView{.id = "loss_surface",
                      .title = "Loss as a surface",
                      .help = "The same paths on the ground. Drag to turn, press L for logarithmic "
                              "heights.",
                      .kind = ViewKind::surface,
                      .frames = {"path", "field"},
                      .xLabel = firstWeight,
                      .yLabel = "f(w)",
                      .gesture = setStart,
                      .appliesIf = onTable}};
}

std::vector<View> viewsOfAll() {
    return {
        FrameView{.id = "contours",
                  .title = "Contours",
                  .help = "All paths from one start. Click to set it. Arrows take the last step of "
                          "one optimizer apart; they are to a scale of their own.",
                  .kind = ViewKind::trajectory,
                  .frames = {"path", "field"},
                  .xLabel = "x",
                  .yLabel = "y",
                  .gesture = setStart,
                  .appliesIf = elsewhere,
                  .isMain = true},
        Scene{.id = "race",
              .title = "Race",
              .help = "All optimizers step by step at the same pace: who is fast at first, who "
                      "overshoots, who arrives. P pauses, comma and period go step by step.",
              .frames = {"race", "field"},
              .xLabel = "x",
              .yLabel = "y",
              .gesture = setStart},
        FrameView{.id = "surface",
                  .title = "Surface",
                  .help = "The same paths on the ground. Drag to turn, press L for logarithmic "
                          "heights; a click sets the start.",
                  .kind = ViewKind::surface,
                  .frames = {"path", "field"},
                  .xLabel = "x",
                  .yLabel = "f(x, y)",
                  .gesture = setStart,
                  .appliesIf = elsewhere,
                  .isMain = true},
        Chart{.id = "distance",
              .title = "Distance to the minimum",
              .help = "Straight lines are linear convergence. Dashed: the factor that theory "
                      "predicts on a bowl.",
              .xLabel = step,
              .y = "distance",
              .theory = "predicted_distance",
              .yLabel = "distance to minimum",
              .axes = Axes::logY},
        FrameView{.id = "arithmetic",
                  .title = "Arithmetic of the step",
                  .help = "The last step of one optimizer with its numbers. Press Step to go on.",
                  .kind = ViewKind::text,
                  .frames = {"arithmetic"},
                  .by = {byOptimizer}},
        FrameView{.id = "squares",
                  .title = "Accumulated squares",
                  .help = "What AdaGrad, RMSProp and Adam divide by the root of, coordinate by "
                          "coordinate.",
                  .kind = ViewKind::bars,
                  .frames = {"squares"},
                  .xLabel = "coordinate",
                  .yLabel = "square",
                  .axes = Axes::logY,
                  .by = {byOptimizer}},
        Chart{.id = "value",
              .title = "Value",
              .help = "f along the paths.",
              .xLabel = step,
              .y = "value"},
        Chart{.id = "gradient",
              .title = "Gradient norm",
              .help = "Small at minima, at saddles and on plateaus.",
              .xLabel = step,
              .y = "gradient_norm",
              .axes = Axes::logY},
        Chart{.id = "rate",
              .title = "Learning rate",
              .help = "Base rate times schedule.",
              .xLabel = step,
              .y = "learning_rate_now",
              .axes = Axes::logY}};
}

} // namespace

std::vector<View> views() {
    return joined({viewsOfTable(), viewsOfAll()});
}

} // namespace convergence::playground
