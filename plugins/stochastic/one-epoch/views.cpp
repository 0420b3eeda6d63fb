// What is drawn, as data.

#include "core/experiment/view_words.h"
#include "plugins/stochastic/one-epoch/experiment.h"

namespace convergence::one_epoch {

namespace {

constexpr const char* ofEpochs = "study_is_epochs";
constexpr const char* ofSizes = "study_is_sizes";
const std::vector<SelectorSpec> byTrial{{"arm", "E"}, {"dropout", "Dropout"}};

/// The mean over replicates of a loss, on logarithmic axes.
Chart losses(Chart chart) {
    chart.yUnit = "nats per symbol";
    chart.axes = Axes::logLog;
    chart.aggregate = Aggregate::mean;
    return chart;
}

std::vector<View> lossViews() {
    return {losses({.id = "losses",
                    .title = "Losses",
                    .help = "Test loss, and beside it the training loss, the mean of the last 50 "
                            "mini-batches. Every run takes as many steps of the same cost.",
                    .xLabel = "iteration",
                    .curves = {{"test_loss", "test"},
                               {"training_loss", "training"},
                               {"unigram_loss", "frequencies of symbols", true},
                               {"bigram_loss", "frequencies of pairs", true}},
                    .yLabel = "loss",
                    .appliesIf = ofEpochs,
                    .isMain = true}),
            losses({.id = "times_seen",
                    .title = "Times seen",
                    .help = "The test loss against how often each symbol was seen: it turns up "
                            "once the same text has come some ten times.",
                    .x = "times_seen",
                    .y = "test_loss",
                    .yLabel = "loss",
                    .appliesIf = ofEpochs}),
            FrameView{.id = "text",
                      .title = "What it writes",
                      .help = "Sampled at temperature 0.8 after the beginning of a chunk that all "
                              "runs train on. A run of many epochs recites.",
                      .kind = ViewKind::text,
                      .frames = {"text"},
                      .by = byTrial}};
}

std::vector<View> epochViews() {
    return {FrameView{.id = "gaps",
                      .title = "Gap",
                      .help = "Test minus training loss at the end; dots are replicates.",
                      .kind = ViewKind::bars,
                      .frames = {"gaps"},
                      .xLabel = "epochs",
                      .yLabel = "test − training",
                      .yUnit = "nats",
                      .appliesIf = ofEpochs},
            FrameView{.id = "construction",
                      .title = "How much faster",
                      .help = "When is one epoch as good as many epochs ever get? The schedule "
                              "spans all iterations, so half a run is not a finished shorter run.",
                      .kind = ViewKind::curves,
                      .frames = {"construction"},
                      .xLabel = "iteration",
                      .yLabel = "test loss",
                      .yUnit = "nats",
                      .axes = Axes::logX,
                      .by = byTrial,
                      .appliesIf = ofEpochs},
            FrameView{.id = "speed_ups",
                      .title = "Speed-up",
                      .help = "Iterations to the least test loss of E epochs over those that one "
                              "epoch needs for it.",
                      .kind = ViewKind::bars,
                      .frames = {"speed_ups"},
                      .xLabel = "epochs",
                      .yLabel = "speed-up of one epoch",
                      .appliesIf = ofEpochs},
            FrameView{.id = "final_losses",
                      .title = "Final loss",
                      .help = "Test loss at the end, with and without dropout.",
                      .kind = ViewKind::bars,
                      .frames = {"final_losses"},
                      .xLabel = "epochs",
                      .yLabel = "final test loss",
                      .yUnit = "nats",
                      .appliesIf = ofEpochs},
            losses({.id = "power_law",
                    .title = "Power law",
                    .help = "A straight line on these axes is a power law; the fit leaves the "
                            "start out. It needs a constant rate.",
                    .xLabel = "iteration",
                    .y = "test_loss",
                    .yLabel = "test loss",
                    .fit = {FitKind::logLog, 100.0, 0.0},
                    .by = {{"arm", "E"}},
                    .appliesIf = ofEpochs}),
            FrameView{.id = "residuals",
                      .title = "Residuals",
                      .help = "What the power law misses: a bend where attention begins to be "
                              "used.",
                      .kind = ViewKind::curves,
                      .frames = {"residuals"},
                      .xLabel = "iteration",
                      .yLabel = "ln(test loss) − fit",
                      .axes = Axes::logX,
                      .by = byTrial,
                      .appliesIf = ofEpochs}};
}

std::vector<View> sizeViews() {
    return {SweepChart{.id = "ratio",
                       .title = "Bigger or longer",
                       .help = "Final test loss against symbols per parameter at the same compute: "
                               "of each width the better learning rate.",
                       .x = "ratio",
                       .y = "test_loss",
                       .yLabel = "final test loss",
                       .yUnit = "nats",
                       .axes = Axes::logX,
                       .aggregate = Aggregate::mean,
                       .tuned = PivotSpec{.columnFactor = "width",
                                          .tunedFactor = "learning_rate",
                                          .tunedBy = "tuning_loss"},
                       .appliesIf = ofSizes,
                       .isMain = true},
            FrameView{.id = "heuristic",
                      .title = "Heuristic",
                      .help = "From the chosen width to the ratio ρ at the same P·T.",
                      .kind = ViewKind::curves,
                      .frames = {"heuristic"},
                      .xLabel = "symbols per parameter T/P",
                      .yLabel = "final test loss",
                      .yUnit = "nats",
                      .axes = Axes::logX,
                      .by = {{"width", "Width"}, {"learning_rate", "Rate"}},
                      .appliesIf = ofSizes},
            losses({.id = "size_losses",
                    .title = "Losses of sizes",
                    .help = "Test loss against symbols: small models learn faster at first.",
                    .x = "symbols",
                    .y = "test_loss",
                    .yLabel = "test loss",
                    .by = {{"width", "Width"}},
                    .appliesIf = ofSizes}),
            FrameView{.id = "attention",
                      .title = "Attention",
                      .help = "How much each symbol of a test chunk (row) attends to those before "
                              "it.",
                      .frames = {"attention"},
                      .xLabel = "attends to",
                      .yLabel = "symbol",
                      .by = byTrial,
                      .appliesIf = "model_is_transformer"}};
}

} // namespace

std::vector<View> views() {
    return joined({lossViews(), epochViews(), sizeViews()});
}

} // namespace convergence::one_epoch
