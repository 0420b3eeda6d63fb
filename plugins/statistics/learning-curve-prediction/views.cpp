// What is drawn, as data.

#include "core/experiment/view_words.h"
#include "plugins/statistics/learning-curve-prediction/experiment.h"

namespace convergence::learning_curve {

namespace {

std::vector<View> curveViews() {
    return {
        FrameView{.id = "fan",
                  .title = "Learning curve",
                  .help =
                      "What was measured, and the trends of all levels up to twice the whole "
                      "base, earlier ones fainter. Once a trend is believed, the next ones stay "
                      "within τ of it. A click adds a dip there.",
                  .kind = ViewKind::curves,
                  .frames = {"fan"},
                  .xLabel = "words read",
                  .yLabel = "accuracy",
                  .yUnit = "%",
                  .by = {byArm},
                  .gesture = GestureSpec{"dip_words", "dip_accuracy", "Click to add a dip"},
                  .isMain = true},
        Chart{.id = "layer",
              .title = "Layer of convergence",
              .help = "How far the trend at the last observation is below its asymptote. Below the "
                      "threshold τ a trend is believed, once the start is over.",
              .x = "words",
              .y = "layer",
              .curves = {{"anchored_layer", "anchored"}, {"threshold", "τ", true}},
              .axes = Axes::logY,
              .isMain = true},
        Chart{.id = "backbone",
              .title = "Asymptotes",
              .help = "Of the trend of each level. Above 100 there is no such accuracy: the "
                      "prediction level is not reached.",
              .x = "words",
              .y = "asymptote",
              .curves = {{"anchored_asymptote", "anchored"}},
              .axes = Axes::logX},
        Chart{.id = "accuracy",
              .title = "Accuracy",
              .help = "On sentences that are never learned from.",
              .x = "words",
              .y = "accuracy"},
        Chart{.id = "predicted",
              .title = "Prediction of the end",
              .help = "What each level says of the accuracy on the whole base.",
              .x = "words",
              .y = "predicted",
              .curves = {{"anchored_predicted", "anchored"}, {"accuracy", "measured", true}}},
        FrameView{.id = "power",
                  .title = "Power law",
                  .help = "The gap to the asymptote of the trend now: a straight line if the curve "
                          "is c − a x^−b.",
                  .kind = ViewKind::curves,
                  .frames = {"power"},
                  .xLabel = "words read",
                  .yLabel = "c − accuracy",
                  .yUnit = "points",
                  .axes = Axes::logLog,
                  .by = {byArm}},
        FrameView{.id = "residuals",
                  .title = "Residuals",
                  .help = "What the trend now leaves: a bow says that the pattern is not the "
                          "learner's.",
                  .kind = ViewKind::curves,
                  .frames = {"residuals"},
                  .xLabel = "words read",
                  .yLabel = "measured − trend",
                  .yUnit = "points",
                  .by = {byArm}}};
}

std::vector<View> costViews() {
    return {FrameView{.id = "saved",
                      .title = "Words saved",
                      .help = "Of the whole base: what was read when convergence was known, and "
                              "what need not have been annotated. A learner that never came there "
                              "saves nothing.",
                      .kind = ViewKind::bars,
                      .frames = {"saved"},
                      .yLabel = "share of the whole base",
                      .yUnit = "%"},
            FrameTable{.id = "summary",
                       .title = "Predictions and truth",
                       .help = "Of the learners that have ended: words read when convergence was "
                               "known; the believed trend's error at the end, plain and anchored, "
                               "and on average, beside that of the last value; what was measured.",
                       .frames = {"summary"}},
            FrameView{.id = "report",
                      .title = "In words",
                      .help = "The levels so far, and what more words would bring.",
                      .kind = ViewKind::text,
                      .frames = {"report"},
                      .by = {byArm}}};
}

std::vector<View> taggingViews() {
    return {FrameView{.id = "mistakes",
                      .title = "Mistakes in a sentence",
                      .help =
                          "Each column a word, each row a level: where a bright field ends, the "
                          "corpus has taught it.",
                      .frames = {"mistakes"},
                      .xLabel = "word",
                      .yLabel = "words read",
                      .by = {byArm}},
            FrameTable{.id = "sentence",
                       .title = "A sentence",
                       .help = "Its tags after the first level, at convergence, and now; ✗ is "
                               "wrong.",
                       .frames = {"sentence"},
                       .by = {byArm}},
            FrameTable{.id = "confusions",
                       .title = "Confusions",
                       .help = "What is mistaken for what most often now.",
                       .frames = {"confusions"},
                       .by = {byArm}}};
}

} // namespace

std::vector<View> views() {
    return joined({curveViews(), costViews(), taggingViews()});
}

} // namespace convergence::learning_curve
