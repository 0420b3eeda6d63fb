#include "core/experiment/view_words.h"
#include "plugins/matrix/dictionary-frank-wolfe/experiment.h"

namespace convergence::dictionary_learning {

namespace {

const std::vector<SelectorSpec> byDesign = {
    {"sparsity", "θ"}, {"batch", "b"}, {"riemannian_rate", "η"}, {"stored_samples", "n"}};
constexpr Aggregate quartiles = Aggregate::medianAndQuartiles;
constexpr const char* onStreams = "(data_is_synthetic || data_is_change)";
constexpr const char* patches = "data_is_patches";
constexpr const char* plane = "(data_is_synthetic || data_is_change) && (dimension == 2)";

std::vector<SelectorSpec> byArmAndDesign() {
    return joined<SelectorSpec>({{byArm}, byDesign});
}

std::vector<View> learningViews() {
    return {
        Chart{.id = "gap",
              .title = "Frank–Wolfe gap",
              .help = "Estimated on samples never trained on. Dashed: the paper's rate c·ln t/t^¼ "
                      "with c from the first decade.",
              .curves = {{"gap", ""}, {"predicted_gap", "c·ln t/t^¼", true}},
              .yLabel = "gap ‖∇F‖∗ + ⟨D, ∇F⟩ (ours)",
              .axes = Axes::logLog,
              .fit = {FitKind::logLog, 100.0, 0.0},
              .aggregate = quartiles,
              .by = byDesign,
              .isMain = true},
        Chart{.id = "recovery",
              .title = "Recovery error",
              .help = "Zero only when D D* is a signed permutation. The horizontal axis counts "
                      "samples; batch methods count every pass.",
              .x = "samples",
              .xLabel = "samples processed",
              .y = "error",
              .yLabel = "error 1 − ‖D D*‖₄⁴/N",
              .axes = Axes::logLog,
              .aggregate = quartiles,
              .by = byDesign,
              .appliesIf = onStreams,
              .isMain = true},
        FrameView{.id = "permutation",
                  .title = "D D*",
                  .help = "With its rows in order |D D*| turns into the identity: the dictionary "
                          "is found up to order and signs.",
                  .kind = ViewKind::heatMaps,
                  .frames = {"permuted", "product"},
                  .by = byArmAndDesign(),
                  .appliesIf = onStreams},
        FrameView{.id = "hull",
                  .title = "Inside the hull",
                  .help = "The smallest and the largest singular value of D. The corner (1, 1) is "
                          "orthogonal; on the way D is not.",
                  .kind = ViewKind::trajectory,
                  .frames = {"hull"},
                  .xLabel = "smallest singular value of D",
                  .yLabel = "largest singular value of D",
                  .by = byDesign},
        FrameView{.id = "atoms",
                  .title = "Atoms",
                  .help = "The rows of the dictionary as patches, by the energy they carry. Choose "
                          "cosines or principal components to compare.",
                  .kind = ViewKind::heatMaps,
                  .frames = {"atoms", "reconstruction", "original"},
                  .by = byArmAndDesign(),
                  .appliesIf = patches},
        Points{.id = "frequencies",
               .title = "Atoms by frequency",
               .help =
                   "Each atom where its mean frequencies place it. Cosines fill a grid; what is "
                   "learned gathers where the pictures have their edges.",
               .frames = {"frequencies"},
               .xLabel = "mean horizontal frequency",
               .xUnit = "rad/pixel",
               .yLabel = "mean vertical frequency",
               .yUnit = "rad/pixel",
               .by = byArmAndDesign(),
               .appliesIf = patches},
        FrameView{.id = "kept",
                  .title = "Energy kept",
                  .help = "Share of the energy of held-out patches in the s largest coefficients.",
                  .kind = ViewKind::curves,
                  .frames = {"kept"},
                  .xLabel = "coefficients s",
                  .yLabel = "energy kept",
                  .axes = Axes::logX,
                  .by = byArmAndDesign(),
                  .appliesIf = patches},
        Chart{.id = "kept_over_time",
              .title = "Energy kept by 4",
              .help = "On held-out samples; the curves of cosines and principal components are "
                      "single points.",
              .y = "kept_4",
              .axes = Axes::logX,
              .aggregate = quartiles,
              .by = byDesign,
              .appliesIf = "(data_is_patches || data_is_csv)"},
        Chart{.id = "singular_values",
              .title = "Singular values of D",
              .help = "The hull is larger than the set of orthogonal matrices, and yet all "
                      "singular values go to 1.",
              .curves = {{"sigma_max", "largest"},
                         {"sigma_median", "median"},
                         {"sigma_min", "smallest"}},
              .yLabel = "singular values of D",
              .axes = Axes::logX,
              .aggregate = quartiles,
              .by = byArmAndDesign()},
        Chart{.id = "gradient_error",
              .title = "Gradient error",
              .help = "Of the averaged gradient against that on the probe. Dashed: t^−¼.",
              .curves = {{"gradient_error", ""}, {"predicted_gradient_error", "c·t^−¼", true}},
              .yLabel = "‖G − ∇F‖/‖∇F‖",
              .axes = Axes::logLog,
              .aggregate = quartiles,
              .by = byDesign},
        Chart{.id = "orthogonality",
              .title = "Orthogonality",
              .help = "How far D is from orthogonal.",
              .y = "orthogonality",
              .yLabel = "‖DDᵀ − I‖/√N",
              .axes = Axes::logLog,
              .aggregate = quartiles,
              .by = byDesign},
        Chart{.id = "seconds",
              .title = "Error against time",
              .help = "Each arm's own seconds.",
              .x = "seconds",
              .xLabel = "seconds of the arm",
              .xUnit = "s",
              .y = "error",
              .yLabel = "recovery error",
              .axes = Axes::logLog,
              .aggregate = quartiles,
              .by = byDesign,
              .appliesIf = onStreams}};
}

std::vector<View> furtherViews() {
    return {
        SweepChart{.id = "memory",
                   .title = "Error against memory",
                   .help = "The online arms hold two matrices and one batch, the batch arms all "
                           "their samples. Run 'Sweep of n'.",
                   .x = "memory",
                   .y = "final_error",
                   .axes = Axes::logLog,
                   .appliesIf = onStreams},
        Chart{.id = "amari",
              .title = "Amari index",
              .help = "Another measure of recovery.",
              .y = "amari",
              .axes = Axes::logLog,
              .aggregate = quartiles,
              .by = byDesign,
              .appliesIf = onStreams},
        SweepChart{.id = "rates",
                   .title = "Error against η",
                   .help = "Run 'Sweep of η': tuned, Riemannian SGD is the more accurate; badly "
                           "tuned, it fails.",
                   .x = "riemannian_rate",
                   .xLabel = "Riemannian rate η",
                   .y = "final_error",
                   .axes = Axes::logLog,
                   .aggregate = quartiles,
                   .appliesIf = onStreams},
        SweepChart{.id = "sparsities",
                   .title = "Error against θ",
                   .help = "Run 'Full': toward Gaussian data there is nothing left to find.",
                   .x = "sparsity",
                   .y = "final_error",
                   .axes = Axes::logY,
                   .aggregate = quartiles,
                   .appliesIf = onStreams},
        FrameView{.id = "plane",
                  .title = "Plane of the samples",
                  .help = "Samples lie near the directions of D*; the rows of D turn toward them, "
                          "shorter than 1 while D is inside the hull.",
                  .kind = ViewKind::curves,
                  .frames = {"plane"},
                  .xLabel = "y₁ (scaled)",
                  .yLabel = "y₂ (scaled)",
                  .by = byArmAndDesign(),
                  .appliesIf = plane},
        FrameView{.id = "angle",
                  .title = "Objective over the angle",
                  .help = "F of all rotations; its minima are the directions of D*.",
                  .kind = ViewKind::curves,
                  .frames = {"angle"},
                  .xLabel = "angle of the first row",
                  .xUnit = "°",
                  .yLabel = "objective F",
                  .by = byArmAndDesign(),
                  .appliesIf = plane}};
}

} // namespace

std::vector<View> views() {
    return joined({learningViews(), furtherViews()});
}

} // namespace convergence::dictionary_learning
