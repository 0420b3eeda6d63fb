#include "core/experiment/view_words.h"
#include "plugins/matrix/robust-matrix-recovery/experiment.h"

namespace convergence::robust_recovery {

namespace {

const std::vector<SelectorSpec> byDesign = {{"initial_scale", "α"},
                                            {"outlier_fraction", "p"},
                                            {"noise", "ν"},
                                            {"measurements", "m"},
                                            {"factor_rank", "r′"}};

std::vector<SelectorSpec> byArmAndDesign() {
    return joined<SelectorSpec>({{byArm}, byDesign});
}

std::vector<View> iterateViews() {
    return {
        Chart{.id = "error",
              .title = "Error",
              .help = "Dashed: the ideal loss, which knows neither noise nor surplus columns and "
                      "has no fitted constant; it says when a run arrives.",
              .curves = {{"error", ""}, {"predicted_error", "ideal", true}},
              .yLabel = "relative error ‖Δ‖/‖M*‖",
              .axes = Axes::logY,
              .by = byDesign,
              .isMain = true},
        Chart{.id = "singular_values",
              .title = "Singular values of U",
              .help = "From a small start r of them rise and the surplus ones stay low (the six "
                      "largest are shown). Choose a large start: all are large and fall slowly.",
              .curves = {{"sigma_*", "σ"}},
              .yLabel = "singular values of U",
              .axes = Axes::logY,
              .by = byArmAndDesign(),
              .isMain = true},
        FrameView{.id = "residuals",
                  .title = "Sorted residuals",
                  .help = "Outliers stay large and harmless: each votes +1 or −1, whatever its "
                          "size. ℓ₂ descent spreads them over everything.",
                  .kind = ViewKind::curves,
                  .frames = {"residuals"},
                  .xLabel = "rank of the residual",
                  .yLabel = "residual ρᵢ = ⟨Aᵢ, UUᵀ⟩ − yᵢ",
                  .by = byArmAndDesign()},
        FrameView{.id = "matrices",
                  .title = "Matrices",
                  .help = "M*, what the arm has recovered, the error.",
                  .kind = ViewKind::heatMaps,
                  .frames = {"target", "product", "error"},
                  .by = byArmAndDesign()},
        Chart{.id = "loss",
              .title = "Training loss",
              .help = "Dashed: the loss at the truth. A smaller loss than that is fitted noise.",
              .curves = {{"loss", ""}, {"loss_truth", "at M*", true}},
              .yLabel = "training loss f",
              .axes = Axes::logY,
              .by = byDesign},
        Chart{.id = "growth",
              .title = "Growth gauge",
              .help = "What the steps can provide against what the start needs. If the first "
                      "levels off below the second, the run cannot arrive.",
              .curves = {{"growth_measured", "measured"},
                         {"growth_available", "steps provide", true},
                         {"growth_needed", "needed", true}},
              .yLabel = "ln of the growth of the signal",
              .by = byArmAndDesign()},
        FrameView{.id = "gauge",
                  .title = "Gauge in numbers",
                  .help = "Known before the run starts: needed, spent and planned growth.",
                  .kind = ViewKind::text,
                  .frames = {"gauge"},
                  .by = byArmAndDesign()},
        FrameView{.id = "sign_rip",
                  .title = "Sign-RIP",
                  .help = "Entries of the averaged sub-gradient against those of the error's "
                          "direction. On the diagonal the ℓ₁ loss is the ideal one.",
                  .kind = ViewKind::curves,
                  .frames = {"sign_rip"},
                  .xLabel = "entry of Δ/‖Δ‖",
                  .yLabel = "entry of Q(Δ)/φ",
                  .by = byArmAndDesign()},
        Chart{.id = "sign_rip_meter",
              .title = "Sign-RIP over time",
              .help = "1 along Δ means that noise and outliers cancel in the direction that "
                      "counts; the angle is that of all d² entries, noise included.",
              .curves = {{"sign_rip_projection", "part along Δ"},
                         {"sign_rip_cosine", "cosine of the angle"},
                         {"sign_rip_length", "length"}},
              .yLabel = "relative to the ideal",
              .by = byArmAndDesign()},
        Chart{.id = "steps",
              .title = "Step size",
              .help = "What the step rule chose.",
              .y = "step",
              .axes = Axes::logY,
              .by = byDesign},
        FrameView{.id = "spectrum",
                  .title = "Spectrum",
                  .help = "Largest singular values of M* and of the current product.",
                  .kind = ViewKind::bars,
                  .frames = {"spectrum"},
                  .yLabel = "singular value",
                  .by = byArmAndDesign()}};
}

View sweep(const std::string& factor, SweepChart chart) {
    chart.id = "error_against_" + factor;
    chart.x = factor;
    chart.y = "final_error";
    chart.yLabel = "final error ‖UUᵀ − M*‖/‖M*‖";
    return chart;
}

std::vector<View> sweepViews() {
    return {
        sweep("initial_scale", {.title = "Sweep of α",
                                .help = "Run 'Sweep of α'. The smaller the start, the smaller the "
                                        "error; with r′ = r it is rounding.",
                                .axes = Axes::logLog,
                                .guides = {{"slope 1", 1.0}, {"slope 2", 2.0}}}),
        sweep("outlier_fraction", {.title = "Sweep of p",
                                   .help = "Run 'Sweep of p'. Half of the data may be garbage.",
                                   .axes = Axes::logY}),
        sweep("noise", {.title = "Sweep of ν",
                        .help = "Run 'Sweep of ν'. Proportional to the noise, whatever r′.",
                        .axes = Axes::logLog,
                        .guides = {{"slope 1", 1.0}}}),
        sweep("measurements",
              {.title = "Sweep of m",
               .help = "Run 'Sweep of m'. One over the root of the number of measurements.",
               .axes = Axes::logLog,
               .guides = {{"slope −½", -0.5}}}),
        sweep("factor_rank", {.title = "Sweep of r′",
                              .help = "Run 'Sweep of r′'. Flat from a small start.",
                              .axes = Axes::logY})};
}

} // namespace

std::vector<View> views() {
    return joined({iterateViews(), sweepViews()});
}

} // namespace convergence::robust_recovery
