// What is drawn, as data.

#include "plugins/federated/views.h"
#include "plugins/federated/fed-speed/experiment.h"

namespace convergence::fed_speed {

std::vector<View> views() {
    using namespace federated;
    const std::vector<SelectorSpec> by{{"local_steps", "K"}, {"ascent", "ρ"}};
    return joined(
        {{gapOverRounds({.help = "Dashed: where FedAvg and FedProx come to rest, in closed form. "
                                 "FedSpeed goes on.",
                         .by = by,
                         .isMain = true}),
          SweepChart{.id = "rounds_to_target",
                     .title = "Rounds to target",
                     .help = "Against the local interval K. FedSpeed falls and then stays, "
                             "SCAFFOLD turns up; who never arrives has no point.",
                     .x = "local_steps",
                     .y = "rounds_to_target",
                     .axes = Axes::logLog,
                     .aggregate = Aggregate::medianAndQuartiles,
                     .by = {{"ascent", "ρ"}},
                     .appliesIf = "problem_is_quadratic || problem_is_synthetic",
                     .isMain = true}},
         accuracyCharts(by),
         {SweepChart{.id = "rounds_to_accuracy",
                     .title = "Rounds to accuracy",
                     .help = "Against the local interval K, to the target accuracy; who never "
                             "arrives has no point.",
                     .x = "local_steps",
                     .y = "rounds_to_target",
                     .axes = Axes::logLog,
                     .aggregate = Aggregate::medianAndQuartiles,
                     .by = {{"ascent", "ρ"}},
                     .appliesIf = "problem_is_fashion || problem_is_table"},
          SweepChart{.id = "gap_over_steps",
                     .title = "Gap at the end",
                     .help = "Against K; dashed: where methods without a correction come to rest.",
                     .x = "local_steps",
                     .y = "final_gap",
                     .theory = "floor_gap",
                     .axes = Axes::logLog,
                     .aggregate = Aggregate::medianAndQuartiles,
                     .by = {{"ascent", "ρ"}},
                     .appliesIf = "problem_is_quadratic"},
          Chart{.id = "correction",
                .title = "Correction",
                .help = "Length of what the server adds to the mean of where clients came to. Over "
                        "all clients it goes to 0; over those of the round it does not.",
                .xLabel = "round",
                .y = "correction",
                .axes = Axes::logLog,
                .by = by}},
         planeViews(by),
         {FrameView{.id = "ascent",
                    .title = "What the ascent sees",
                    .help = "Loss of some clients of the last round on their first batch, from "
                            "where they began (0) to the end of the step uphill (1) and beyond; "
                            "of methods without such a step what they would see. Where it bends "
                            "upward, gradients from uphill are larger.",
                    .kind = ViewKind::curves,
                    .frames = {"uphill"},
                    .xLabel = "share of the step uphill",
                    .yLabel = "loss above the start",
                    .by = {byArm, {"local_steps", "K"}, {"ascent", "ρ"}}}},
         roundViews(by),
         commonCharts(by),
         {sharpnessOver("local_steps", {{"ascent", "ρ"}}),
          SweepChart{.id = "uphill",
                     .title = "Gap over ρ",
                     .help = "What plain steps uphill cost; dashed: in closed form.",
                     .x = "ascent",
                     .y = "final_gap",
                     .theory = "floor_gap",
                     .axes = Axes::logLog,
                     .guides = {{"slope 2", 2.0}},
                     .aggregate = Aggregate::medianAndQuartiles,
                     .by = {{"local_steps", "K"}},
                     .appliesIf = "problem_is_quadratic"}}});
}

} // namespace convergence::fed_speed
