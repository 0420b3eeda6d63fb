// The views of voxel-radiance.

#include "core/experiment/view_words.h"
#include "plugins/radiance/voxel-radiance/experiment.h"

namespace convergence {

namespace {

const std::vector<SelectorSpec> inThePlane{{"plane_size", "g"}, {"plane_shape", "shape (0: disc)"}};

/// A trace against the step.
Chart overSteps(std::string id, std::string title, std::string help, std::string label,
                std::vector<SeriesSpec> curves) {
    return {.id = std::move(id),
            .title = std::move(title),
            .help = std::move(help),
            .xLabel = "step",
            .curves = std::move(curves),
            .yLabel = std::move(label)};
}

/// PSNR of held-out views against something else.
Chart quality(std::string id, std::string title, std::string help, std::string x, std::string label,
              std::string unit) {
    return {.id = std::move(id),
            .title = std::move(title),
            .help = std::move(help),
            .x = std::move(x),
            .xLabel = std::move(label),
            .xUnit = std::move(unit),
            .curves = {{"psnr_held_out", "held out"}},
            .yLabel = "PSNR",
            .yUnit = "dB"};
}

/// PSNR at the end of a run against a factor.
SweepChart finalQuality(std::string id, std::string title, std::string help, std::string x,
                        std::string y) {
    return {.id = std::move(id),
            .title = std::move(title),
            .help = std::move(help),
            .x = std::move(x),
            .y = std::move(y),
            .yLabel = "PSNR",
            .yUnit = "dB"};
}

std::vector<View> frontViews() {
    return {FrameView{.id = "volume",
                      .title = "Field",
                      .help = "The field as it is now: opacity from density, color from its own "
                              "color. Boxes show what the cameras see and what the coarse stage "
                              "left of it; turn, slice, or show mask, view counts and rates.",
                      .kind = ViewKind::volume,
                      .frames = {"field", "cameras"},
                      .by = {byArm},
                      .isMain = true},
            FrameView{
                .id = "rendering",
                .title = "Rendering",
                .help = "A view that was not trained on, rendered by the marcher that trains. "
                        "A click on a pixel shows its ray.",
                .kind = ViewKind::pictures,
                .frames = {"rendering"},
                .by = {byArm},
                .gesture = GestureSpec{"pixel_column", "pixel_row", "Click a pixel to see its ray"},
                .isMain = true},
            Chart{.id = "psnr",
                  .title = "Quality",
                  .help = "Flat at first: raw density has to climb about 14 units at 0.1 a step "
                          "before anything is visible. The second rise is the fine stage.",
                  .xLabel = "step",
                  .curves = {{"psnr_held_out", "held out"}, {"psnr_train", "training views"}},
                  .yLabel = "PSNR",
                  .yUnit = "dB"},
            FrameView{.id = "ray",
                      .title = "Ray",
                      .help = "Opacity α, transmittance T and weight w of the samples on the ray "
                              "through the marked pixel: a sharp surface is one peak of w where T "
                              "falls.",
                      .kind = ViewKind::curves,
                      .frames = {"ray"},
                      .xLabel = "distance from the camera",
                      .yLabel = "α, T, w",
                      .by = {byArm}}};
}

std::vector<View> qualityCharts() {
    Chart loss = overSteps("loss", "Loss",
                           "The mean squared error of a batch and the two regularizers, without "
                           "their weights.",
                           "loss term",
                           {{"color_loss", "color"},
                            {"entropy_loss", "background entropy"},
                            {"per_point_loss", "color of each point"}});
    loss.axes = Axes::logY;
    loss.by = {byArm};
    return {quality("psnr_seconds", "Seconds",
                    "Where a voxel grid wins: the seconds of each arm's own steps.", "seconds",
                    "seconds of its own steps", "s"),
            quality("psnr_samples", "Work",
                    "What a step costs is the samples that are given a color.", "colored_samples",
                    "samples given a color so far", ""),
            loss};
}

std::vector<View> workCharts() {
    Chart samples = overSteps("samples", "Samples",
                              "Samples a ray that lie in the box, in the mask, and that are given "
                              "a color. The gap is work saved.",
                              "samples a ray",
                              {{"samples_in_box", "in the box"},
                               {"samples_in_mask", "in the mask"},
                               {"samples_colored", "given a color"}});
    samples.by = {byArm};
    Chart rates = overSteps(
        "rates", "Rates", "Each falls tenfold in 20,000 steps and starts again at a doubling.",
        "learning rate η",
        {{"density_rate", "density"}, {"feature_rate", "features"}, {"network_rate", "network"}});
    rates.axes = Axes::logY;
    rates.by = {byArm};
    Chart size = overSteps("grid_size", "Grid", "Doubles at each checkpoint of the fine stage.",
                           "grid points", {{"grid_points", ""}});
    size.axes = Axes::logY;
    return {samples, rates, size,
            overSteps("occupied", "Mask", "Share of the grid's points that may hold something.",
                      "share of grid points", {{"occupied", ""}})};
}

std::vector<View> furtherViews() {
    Chart fit = overSteps("plane_psnr", "Plane fit",
                          "The fit in the plane, step by step: the order of activation alone makes "
                          "the difference.",
                          "PSNR", {{"plane_psnr", ""}});
    fit.yUnit = "dB";
    fit.by = inThePlane;
    SweepChart byGrid =
        finalQuality("psnr_by_grid", "By grid",
                     "Run the preset 'Sweep of activations': held-out views at the end of a run.",
                     "fine_voxels", "psnr");
    SweepChart byStart = finalQuality(
        "psnr_by_start", "By start",
        "Run the preset 'Sweep of the start opacity'. From an opaque start the fine box stays the "
        "whole frustum box.",
        "alpha_init_coarse", "psnr");
    byStart.xLabel = "start opacity α_init of the coarse stage";
    byStart.axes = Axes::logX;
    SweepChart bySize = finalQuality("psnr_by_size", "By g",
                                     "Quality in the plane by grid. Every order gains with the "
                                     "grid; activation last starts 5 dB ahead.",
                                     "plane_size", "plane_psnr");
    bySize.axes = Axes::logX;
    bySize.by = {inThePlane.back()};
    return {FrameView{.id = "ray_density",
                      .title = "Density",
                      .help = "Raw density D on the same ray, before it is turned into opacity.",
                      .kind = ViewKind::curves,
                      .frames = {"ray_density"},
                      .xLabel = "distance from the camera",
                      .yLabel = "raw density D",
                      .by = {byArm}},
            FrameView{.id = "plane",
                      .title = "Plane",
                      .help =
                          "Run the preset 'In the plane': truth, fit and error on a g × g grid. "
                          "Only activation after interpolation draws a sharp edge through a "
                          "cell.",
                      .kind = ViewKind::pictures,
                      .frames = {"plane"},
                      .by = {byArm, inThePlane.front(), inThePlane.back()}},
            fit,
            byGrid,
            byStart,
            bySize};
}

} // namespace

std::vector<View> voxelRadianceViews() {
    return joined({frontViews(), qualityCharts(), workCharts(), furtherViews()});
}

} // namespace convergence
