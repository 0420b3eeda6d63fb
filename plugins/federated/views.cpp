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

std::vector<View> gapCharts(const std::vector<SelectorSpec>& by) {
    const auto over = [&](const char* clock, const char* title, const char* help) {
        return overReplicates({.id = std::string("gap_over_") + clock,
                               .title = title,
                               .help = help,
                               .x = clock,
                               .y = "gap",
                               .axes = Axes::logLog,
                               .appliesIf = hasGap},
                              by);
    };
    return {
        over("bytes", "Gap over bytes",
             "All numbers sent, down and up, four bytes each: momentum costs a second vector "
             "down, control variates one more each way."),
        over("samples", "Gap over gradients", "Samples at which local gradients were evaluated."),
        over("seconds", "Gap over time",
             "Virtual seconds: a round lasts until the last of its replies has come."),
        overReplicates({.id = "averaging",
                        .title = "What averaging does",
                        .help = "Gap of where the clients of a round came to: the mean of "
                                "theirs, and dashed that of their mean, which is below it. (Not "
                                "of networks, whose optimum nobody knows.)",
                        .xLabel = "round",
                        .curves = {{"mean_gap_of_clients", "mean of the clients"},
                                   {"gap_of_mean", "of their mean", true}},
                        .yLabel = "gap f − f*",
                        .axes = Axes::logLog,
                        .appliesIf = hasGap},
                       by)};
}

/// How clients differ.
std::vector<View> clientCharts(const std::vector<SelectorSpec>& by) {
    return {
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
                     "far apart. Dashed: about the mean of where they come to.",
             .xLabel = "round",
             .curves = {{"drift", "from the start"}, {"consensus", "about their mean", true}},
             .yLabel = "drift of clients",
             .axes = Axes::logLog},
            by),
        overReplicates(
            {.id = "dissimilarity",
             .title = "Dissimilarity",
             .help = "Root mean square of ∇f_i − ∇f over clients; dashed ‖∇f‖: while that is the "
                     "smaller, clients disagree about the way.",
             .xLabel = "round",
             .curves = {{"dissimilarity", "∇f_i − ∇f"}, {"gradient_norm", "∇f", true}},
             .yLabel = "dissimilarity ζ(x)",
             .axes = Axes::logLog},
            by),
        overReplicates({.id = "cosine",
                        .title = "Agreement",
                        .help = "Mean cosine between the updates of two clients of a round.",
                        .xLabel = "round",
                        .y = "cosine",
                        .axes = Axes::logX},
                       by)};
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

std::vector<View> accuracyCharts(const std::vector<SelectorSpec>& by) {
    constexpr const char* hasSamples = "problem_is_quadratic == 0";
    const auto over = [&](const char* clock, const char* title, const char* help) {
        return overReplicates({.id = std::string("accuracy_over_") + clock,
                               .title = title,
                               .help = help,
                               .x = clock,
                               .y = "test_accuracy",
                               .appliesIf = hasSamples},
                              by);
    };
    std::vector<SelectorSpec> byArmToo = by;
    byArmToo.insert(byArmToo.begin(), byArm);
    return {
        overReplicates({.id = "accuracy",
                        .title = "Accuracy",
                        .help = "On test samples, which no choice is made by.",
                        .xLabel = "round",
                        .y = "test_accuracy",
                        .appliesIf = hasSamples},
                       by),
        over("samples", "Accuracy over gradients",
             "Samples at which local gradients were evaluated: who takes two gradients a step pays "
             "for it here."),
        over("bytes", "Accuracy over bytes",
             "All numbers sent: with control variates two vectors each way."),
        over("seconds", "Accuracy over time",
             "Virtual seconds: a round lasts until the last of its replies has come."),
        overReplicates({.id = "spread",
                        .title = "Clients' accuracies",
                        .help = "Of the common model on the data of each client: the median, what "
                                "nine of ten reach, and the worst.",
                        .xLabel = "round",
                        .curves = {{"median_accuracy", "median"},
                                   {"tenth_accuracy", "nine of ten"},
                                   {"least_accuracy", "worst"}},
                        .yLabel = "accuracy on the client's data",
                        .appliesIf = hasSamples},
                       byArmToo),
        overReplicates({.id = "test_loss",
                        .title = "Test loss",
                        .help = "Dashed: f, on the clients' own data.",
                        .xLabel = "round",
                        .curves = {{"test_loss", "test"}, {"loss", "clients", true}},
                        .yLabel = "loss",
                        .axes = Axes::logY,
                        .appliesIf = hasSamples},
                       by)};
}

std::vector<View> commonCharts(const std::vector<SelectorSpec>& by) {
    return joined({gapCharts(by), clientCharts(by)});
}

std::vector<View> roundViews(std::vector<SelectorSpec> by) {
    by.insert(by.begin(), byArm);
    return {
        FrameView{.id = "updates",
                  .title = "Lengths of updates",
                  .help = "How far each client of the last round went, the farthest first.",
                  .kind = ViewKind::bars,
                  .frames = {"updates"},
                  .xLabel = "client, by rank",
                  .yLabel = "length of the update",
                  .by = by},
        Timeline{.id = "work",
                 .title = "Who works when",
                 .help = "The last rounds in virtual time: a client works from when it was sent a "
                         "model until its reply has come; a mark at the server is its next x.",
                 .frames = {"work"},
                 .xLabel = "virtual time",
                 .xUnit = "s",
                 .by = by},
        Timeline{.id = "shares",
                 .title = "Clients' classes",
                 .help = "Samples of each class that each client has, end to end; on top those of "
                         "all, as the mean client would have them. The skew is 0 where all are "
                         "alike.",
                 .frames = {"label_bars"},
                 .xLabel = "samples",
                 .appliesIf = "problem_is_quadratic == 0"}};
}

SweepChart sharpnessOver(std::string factor, std::vector<SelectorSpec> by) {
    return {.id = "sharpness",
            .title = "Sharpness",
            .help = "The largest eigenvalue of ∇²f where a run ends.",
            .x = std::move(factor),
            .y = "sharpness",
            .axes = Axes::logLog,
            .aggregate = Aggregate::medianAndQuartiles,
            .by = std::move(by),
            .appliesIf = "sharpness"};
}

std::vector<View> planeViews(std::vector<SelectorSpec> by) {
    constexpr const char* inThePlane = "problem_is_quadratic && dimension == 2";
    by.insert(by.begin(), byArm);
    return {Scene{.id = "round",
                  .title = "A round, played",
                  .help =
                      "Clients on their ways in the last round, and together where the server "
                      "puts them. Small: their own optima; large: the optimum of all; the line: "
                      "where f is as at the start. In further colors as beside: balls of the "
                      "spring, corrections, the direction g.",
                  .frames = {"round"},
                  .by = by,
                  .appliesIf = inThePlane},
            FrameView{.id = "fan",
                      .title = "One round in the plane",
                      .help = "Each client's way from the server's x in the last round, the "
                              "clients' own optima, and the level line of f through x. A spring "
                              "holds each within a ball; corrections, end to end, lead from the "
                              "mean of where clients came to, to the server's next x; g is the "
                              "direction that the server knows.",
                      .kind = ViewKind::curves,
                      .frames = {"fan"},
                      .xLabel = "x₁",
                      .yLabel = "x₂",
                      .by = by,
                      .appliesIf = inThePlane}};
}

} // namespace convergence::federated
