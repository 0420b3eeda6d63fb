// What is drawn, as data.

#include "plugins/federated/views.h"
#include "plugins/federated/momentum-fl/experiment.h"

namespace convergence::momentum_fl {

std::vector<View> views() {
    using namespace federated;
    const std::vector<SelectorSpec> by{{"momentum", "β"}, {"local_rate", "η"}, {"rounds", "R"}};
    return joined(
        {{gapOverRounds(
              {.help = "Dashed: where each comes to rest, in closed form. FedAvg and momentum at "
                       "the server stop at one gap; FedAvg-M goes through it.",
               .by = by,
               .isMain = true}),
          SweepChart{.id = "floor",
                     .title = "Gap at rest",
                     .help = "Against β. Dashed: the closed form, FedAvg's resting point at the "
                             "rate βη. The gap falls with the square of β; β at the server does "
                             "nothing for it.",
                     .x = "momentum",
                     .y = "final_gap",
                     .theory = "floor_gap",
                     .axes = Axes::logLog,
                     .guides = {{"slope 2", 2.0}},
                     .aggregate = Aggregate::medianAndQuartiles,
                     .by = {{"local_rate", "η"}, {"rounds", "R"}},
                     .appliesIf = "problem_is_quadratic && sampled_clients == clients",
                     .isMain = true}},
         accuracyCharts(by),
         {Chart{.id = "angle",
                .title = "Direction",
                .help =
                    "Between what the server takes for the direction and ∇f. It takes 1/β rounds "
                    "to learn it. (Of networks ∇f is that of up to 2,000 samples.)",
                .xLabel = "round",
                .y = "angle",
                .axes = Axes::logX,
                .aggregate = Aggregate::medianAndQuartiles,
                .by = by}},
         planeViews(by),
         roundViews(by),
         commonCharts(by),
         {sharpnessOver("local_rate", {{"momentum", "β"}, {"rounds", "R"}}),
          SweepChart{.id = "rates",
                     .title = "Rate in R",
                     .help = "Mean over the rounds of ‖∇f‖², each R run from the start; dashed: "
                             "where FedAvg comes to rest.",
                     .x = "rounds",
                     .y = "mean_gradient_square",
                     .theory = "floor_gradient_square",
                     .yLabel = "mean ‖∇f‖²",
                     .axes = Axes::logLog,
                     .guides = {{"slope −½", -0.5}, {"slope −⅔", -2.0 / 3.0}},
                     .aggregate = Aggregate::mean,
                     .by = {{"local_rate", "η"}, {"momentum", "β"}},
                     .appliesIf = "problem_is_quadratic"},
          SweepChart{.id = "tuning",
                     .title = "Gap over η",
                     .help = "Mean over the run, against the local rate: what each method bears.",
                     .x = "local_rate",
                     .y = "mean_gap",
                     .axes = Axes::logLog,
                     .aggregate = Aggregate::medianAndQuartiles,
                     .by = {{"momentum", "β"}, {"rounds", "R"}},
                     .appliesIf = "problem_is_quadratic || problem_is_synthetic"},
          SweepChart{.id = "validation",
                     .title = "Validation over η",
                     .help = "Error on samples set aside, mean of the last fifth: rates are chosen "
                             "by it, never by test samples.",
                     .x = "local_rate",
                     .y = "late_validation_error",
                     .axes = Axes::logX,
                     .aggregate = Aggregate::medianAndQuartiles,
                     .by = {{"momentum", "β"}, {"rounds", "R"}},
                     .appliesIf = "problem_is_fashion || problem_is_table"}}});
}

} // namespace convergence::momentum_fl
