#include "plugins/federated/views.h"

#include <utility>

namespace convergence::federated {

namespace {

constexpr const char* hasGap = "problem_is_quadratic || problem_is_synthetic";

/// Median and quartiles over replicates.
Chart overReplicates(Chart chart, const std::vector<SelectorSpec>& by) {
    chart.aggregate = Aggregate::medianAndQuartiles;
    chart.by = by;
    return chart;
}

} // namespace

Chart gapOverRounds(Chart chart) {
    chart.id = "gap";
    chart.title = "Gap";
    chart.xLabel = "round";
    chart.y = "gap";
    chart.theory = "floor";
    chart.axes = Axes::logLog;
    chart.aggregate = Aggregate::medianAndQuartiles;
    chart.appliesIf = hasGap;
    return chart;
}

std::vector<View> commonCharts(const std::vector<SelectorSpec>& by) {
    return {
        overReplicates(
            {.id = "gap_over_bytes",
             .title = "Gap over bytes",
             .help = "All numbers sent, down and up, four bytes each: momentum costs a second "
                     "vector down, control variates one more each way.",
             .x = "bytes",
             .y = "gap",
             .axes = Axes::logLog,
             .appliesIf = hasGap},
            by),
        overReplicates({.id = "gap_over_samples",
                        .title = "Gap over gradients",
                        .help = "Samples at which local gradients were evaluated.",
                        .x = "samples",
                        .y = "gap",
                        .axes = Axes::logLog,
                        .appliesIf = hasGap},
                       by),
        overReplicates({.id = "gradient_norm",
                        .title = "Gradient norm",
                        .help = "Of f, on all clients' data.",
                        .xLabel = "round",
                        .y = "gradient_norm",
                        .axes = Axes::logLog},
                       by),
        overReplicates(
            {.id = "drift",
             .title = "Drift",
             .help = "How far clients go in a round, root mean square: with momentum they go less "
                     "far apart.",
             .xLabel = "round",
             .y = "drift",
             .axes = Axes::logLog},
            by),
        overReplicates(
            {.id = "dissimilarity",
             .title = "Dissimilarity",
             .help = "Root mean square of ∇f_i − ∇f over clients, beside ‖∇f‖: while it is the "
                     "larger, clients disagree about the way.",
             .xLabel = "round",
             .y = "dissimilarity",
             .axes = Axes::logX},
            by),
        overReplicates({.id = "cosine",
                        .title = "Agreement",
                        .help = "Mean cosine between the updates of two clients of a round.",
                        .xLabel = "round",
                        .y = "cosine",
                        .axes = Axes::logX},
                       by),
        overReplicates(
            {.id = "accuracy",
             .title = "Accuracy",
             .help = "On test samples, and on the data of the client for which it is worst.",
             .xLabel = "round",
             .curves = {{"test_accuracy", "test"}, {"least_accuracy", "worst client", true}},
             .yLabel = "accuracy",
             .appliesIf = "problem_is_quadratic == 0"},
            by),
        FrameView{.id = "shares",
                  .title = "Clients' classes",
                  .help = "Samples of each class (columns) that each client (rows) has. Label skew "
                          "is 0 where all are alike.",
                  .frames = {"shares"},
                  .appliesIf = "problem_is_fashion || problem_is_table"}};
}

std::vector<View> planeViews(std::vector<SelectorSpec> by) {
    constexpr const char* inThePlane = "problem_is_quadratic && dimension == 2";
    by.insert(by.begin(), byArm);
    return {Scene{.id = "round",
                  .title = "A round, played",
                  .help =
                      "Clients on their ways in the last round, and together where the server "
                      "puts them. Small: their own optima; large: the optimum of all; the line: "
                      "where f is as at the start.",
                  .frames = {"round"},
                  .by = by,
                  .appliesIf = inThePlane},
            FrameView{.id = "fan",
                      .title = "One round in the plane",
                      .help = "Each client's way from the server's x in the last round, the "
                              "clients' own optima, and the level line of f through x. Without "
                              "momentum each runs to its own optimum.",
                      .kind = ViewKind::curves,
                      .frames = {"fan"},
                      .xLabel = "x₁",
                      .yLabel = "x₂",
                      .by = by,
                      .appliesIf = inThePlane}};
}

} // namespace convergence::federated
