// What is drawn, as data.

#include "core/experiment/view_words.h"
#include "plugins/schedules/schedule-refinement/experiment.h"

namespace convergence::schedule_refinement {

namespace {

const SelectorSpec byRate{"learning_rate", "Base rate"}, bySeed{"replicate", "Seed"};

/// Something of a refinement at each step of a run.
FrameView ofRefinement(FrameView view) {
    view.kind = ViewKind::curves;
    view.frames = {view.id};
    view.xLabel = "step t";
    view.by = {{"arm", "Norms of"}, bySeed};
    return view;
}

FrameView boundAgainstSteps(FrameView view) {
    view.kind = ViewKind::curves;
    view.frames = {view.id};
    view.xLabel = "steps T";
    view.axes = Axes::logLog;
    return view;
}

} // namespace

std::vector<View> views() {
    return {
        ofRefinement({.id = "norms",
                      .title = "Gradient norms",
                      .help = "Recorded in the linear run at its best base rate (for 'refined "
                              "twice', in the refined run), and after the median filter. Change τ: "
                              "all three plots follow.",
                      .yLabel = "‖gₜ‖",
                      .axes = Axes::logY}),
        ofRefinement({.id = "weights",
                      .title = "Weights",
                      .help = "Where gradients are large, steps count little.",
                      .yLabel = "weight wₜ, largest = 1"}),
        ofRefinement({.id = "refined",
                      .title = "Refined schedule",
                      .help = "Each weight times the sum of those after it: why the last step size "
                              "is 0. The fit is a warm-up and a power.",
                      .yLabel = "ηₜ, largest = 1",
                      .isMain = true}),
        Chart{.id = "loss",
              .title = "Loss",
              .help = "All schedules at the base rate chosen above; on the stream the mean gap.",
              .xLabel = "step t",
              .y = "loss",
              .yLabel = "loss, or gap f − f*",
              .axes = Axes::logY,
              .aggregate = Aggregate::mean,
              .by = {byRate},
              .appliesIf = onTraining,
              .isMain = true},
        Chart{.id = "multipliers",
              .title = "Schedules",
              .help = "Rate relative to the base rate, in the colors of the loss.",
              .xLabel = "step t",
              .y = "multiplier",
              .yLabel = "ηₜ / base rate",
              .by = {byRate, bySeed}},
        FrameView{.id = "finals",
                  .title = "Final losses",
                  .help = "Each schedule at its best base rate: mean over seeds, seeds as dots.",
                  .kind = ViewKind::bars,
                  .frames = {"finals"},
                  .xLabel = "schedule",
                  .yLabel = "final loss, or gap",
                  .appliesIf = onTraining},
        SweepChart{.id = "sensitivity",
                   .title = "Sensitivity to the base rate",
                   .help = "Final loss against base rate: the minimum has to lie inside the grid.",
                   .x = "learning_rate",
                   .xLabel = "base rate",
                   .y = "final_loss",
                   .yLabel = "final loss, or gap",
                   .axes = Axes::logLog,
                   .aggregate = Aggregate::mean,
                   .appliesIf = onTraining},
        Pivot{.id = "table",
              .title = "Final loss by base rate",
              .help = "Mean over seeds.",
              .of = {.rowFactor = "arm",
                     .columnFactor = "learning_rate",
                     .value = "final_loss",
                     .tunedFactor = {},
                     .tunedBy = {}},
              .xLabel = "base rate",
              .yLabel = "schedule",
              .appliesIf = onTraining},
        FrameView{.id = "bound_bars",
                  .title = "Bounds on these norms",
                  .help = "Bounds on the last iterate, each schedule at its best scale. Draw norms "
                          "or a schedule: the bars follow.",
                  .kind = ViewKind::bars,
                  .frames = {"bound_bars"},
                  .xLabel = "schedule",
                  .yLabel = "bound · √T",
                  .appliesIf = onProfile},
        boundAgainstSteps({.id = "bound_a",
                           .title = "Bound A against T",
                           .help = "For constant norms G; linear decay reaches DG/√T.",
                           .yLabel = "bound A"}),
        boundAgainstSteps({.id = "bound_b",
                           .title = "Bound B against T",
                           .help = "It holds for any schedule, and is looser by a factor of 2.",
                           .yLabel = "bound B"}),
        FrameView{.id = "notes",
                  .title = "Notes",
                  .help = "Best base rates, and the refinements in words.",
                  .kind = ViewKind::text,
                  .frames = {"notes", "refinement_notes"}}};
}

} // namespace convergence::schedule_refinement
