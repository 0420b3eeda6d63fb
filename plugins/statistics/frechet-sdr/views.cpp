// What is drawn, as data.

#include "core/experiment/view_words.h"
#include "plugins/statistics/frechet-sdr/experiment.h"

namespace convergence::frechet_sdr {

namespace {

constexpr const char* ofKnownTruth = "response_is_table == 0";

} // namespace

std::vector<View> views() {
    const SelectorSpec bySamples{"samples", "n"}, byOutliers{"outliers", "Outliers"};
    const std::vector<SelectorSpec> byTrial{byArm, byOutliers, bySamples};
    const GestureSpec setBall{"ball_x", "ball_y", "Click a response to put the ball about it"};
    const auto features = [&](const char* id, const char* title, const char* frame,
                              const char* help) {
        return Points{.id = id,
                      .title = title,
                      .help = help,
                      .frames = {frame},
                      .xLabel = "feature f₁",
                      .yLabel = "feature f₂ (of one alone: its color)",
                      .by = byTrial};
    };
    Points first =
        features("by_first", "Features by s₁", "by_first",
                 "Learned features of samples not seen, colored by the first sufficient "
                 "predictor, of a table by the response; one feature alone against it. A "
                 "method that found it shows bands of one color, turned and bent as it "
                 "likes.");
    first.isMain = true;
    Points thumbnails = features("thumbnails", "Pictures", "thumbnails",
                                 "Pictures not seen, where their features are.");
    thumbnails.appliesIf = "response_is_images || response_is_labels";
    return {
        first,
        Chart{.id = "quality",
              .title = "Quality",
              .help = "Distance correlation between features and the true sufficient predictors on "
                      "600 clean samples not seen: 1 where each says all of the other. Of a table "
                      "between features and responses not seen, which noise keeps below 1.",
              .y = "quality",
              .curves = {{"response_quality", ""}},
              .yLabel = "distance correlation",
              .axes = Axes::logX,
              .by = {byOutliers, bySamples},
              .isMain = true},
        FrameView{.id = "bars",
                  .title = "What outliers do",
                  .help = "Quality by method and share of outliers, of the trials that have ended.",
                  .kind = ViewKind::bars,
                  .frames = {"bars"},
                  .yLabel = "distance correlation"},
        FrameView{.id = "prediction",
                  .title = "Prediction",
                  .help =
                      "Responses not seen, predicted from the features by the k nearest samples "
                      "and by global Fréchet regression: mean squared distance over that of one "
                      "guess for all. 1 where features say nothing. Of the trials that have "
                      "ended.",
                  .kind = ViewKind::bars,
                  .frames = {"prediction"},
                  .yLabel = "share of mean d² that is left"},
        features("by_second", "Features by s₂", "by_second",
                 "The same, colored by the second sufficient predictor."),
        thumbnails,
        Points{.id = "responses",
               .title = "Responses",
               .help = "Responses to learn from and a ball about one of them. Matrices are "
                       "ellipses where s(x) is; numbers are drawn against s, of a table against "
                       "its first predictor.",
               .frames = {"responses"},
               .xLabel = "first coordinate",
               .yLabel = "second coordinate",
               .by = byTrial,
               .gesture = setBall,
               .appliesIf = "response_is_spd || response_is_real || response_is_images || "
                            "response_is_labels || response_is_table"},
        PointsInSpace{.id = "globe",
                      .title = "Responses on the sphere",
                      .help = "Responses to learn from and a ball about one of them.",
                      .frames = {"globe"},
                      .xLabel = "y₁",
                      .yLabel = "y₂",
                      .z = {.label = "y₃"},
                      .by = byTrial,
                      .gesture = setBall,
                      .appliesIf = "response_is_sphere"},
        FrameView{.id = "densities",
                  .title = "Responses",
                  .help = "Thirty of the distributions to learn from, and a ball about one.",
                  .kind = ViewKind::curves,
                  .frames = {"densities"},
                  .xLabel = "y",
                  .yLabel = "density",
                  .by = byTrial,
                  .appliesIf = "response_is_distribution"},
        FrameView{.id = "spectrum",
                  .title = "Spectrum of W",
                  .help = "How many directions the responses ask for. d must cover those that "
                          "dominate, which need not be s itself.",
                  .kind = ViewKind::curves,
                  .frames = {"spectrum"},
                  .xLabel = "number of the eigenvalue",
                  .yLabel = "share of tr W",
                  .by = byTrial},
        Chart{.id = "association",
              .title = "Association",
              .help = "What is maximized: the share of tr W that features of this size hold.",
              .y = "association",
              .axes = Axes::logX,
              .by = {byOutliers, bySamples}},
        Chart{.id = "distortion",
              .title = "Distortion",
              .help = "What the penalty holds small: how far the features' covariance is from I.",
              .y = "distortion",
              .axes = Axes::logLog,
              .by = {byOutliers, bySamples}},
        Chart{.id = "likeness",
              .title = "Likeness",
              .help = "Above 0.9 the features have collapsed onto one direction.",
              .y = "likeness",
              .axes = Axes::logX,
              .by = {byOutliers, bySamples}},
        Chart{.id = "training",
              .title = "Seen and not seen",
              .help = "Quality on samples not seen, and on those learned from (dashed).",
              .y = "quality",
              .curves = {{"response_quality", ""}, {"training_quality", "training", true}},
              .axes = Axes::logX,
              .by = {byOutliers, bySamples}},
        SweepChart{.id = "against_outliers",
                   .title = "Quality against outliers",
                   .help = "Mean over replicates.",
                   .x = "outliers",
                   .y = "quality",
                   .aggregate = Aggregate::mean,
                   .by = {bySamples},
                   .appliesIf = ofKnownTruth},
        SweepChart{.id = "against_samples",
                   .title = "Loss against n",
                   .help = "1 − distance correlation, mean over replicates.",
                   .x = "samples",
                   .y = "loss_of_quality",
                   .axes = Axes::logLog,
                   .aggregate = Aggregate::mean,
                   .by = {byOutliers},
                   .appliesIf = ofKnownTruth}};
}

} // namespace convergence::frechet_sdr
