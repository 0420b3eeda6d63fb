// The views of voxel-radiance.

#include "plugins/radiance/voxel-radiance/experiment.h"

namespace convergence {

namespace {

View chart(std::string id, std::string title, std::string help, AxisSpec x, AxisSpec y,
           std::vector<SeriesSpec> series) {
    return {.id = std::move(id),
            .title = std::move(title),
            .help = std::move(help),
            .kind = ViewKind::lineChart,
            .x = std::move(x),
            .y = std::move(y),
            .series = std::move(series)};
}

const AxisSpec stepAxis{.column = "iteration", .label = "step"};
const AxisSpec psnrAxis{.label = "PSNR", .unit = "dB"};
const SelectorSpec armSelector{"arm", "Arm"};

std::vector<View> frontViews() {
    return {{.id = "volume",
             .title = "Field",
             .help = "The field as it is now: opacity from density, color from its own color. "
                     "Boxes show what the cameras see and what the coarse stage left of it; turn, "
                     "slice, or show mask, view counts and rates.",
             .kind = ViewKind::volume,
             .selectors = {armSelector},
             .frames = {"field", "cameras"}},
            {.id = "rendering",
             .title = "Rendering",
             .help = "A view that was not trained on, rendered by the marcher that trains. A click "
                     "on a pixel shows its ray.",
             .kind = ViewKind::pictures,
             .selectors = {armSelector},
             .frames = {"rendering"},
             .gesture = GestureSpec{"pixel_column", "pixel_row", "Click a pixel to see its ray"}},
            chart("psnr", "Quality",
                  "Flat at first: raw density has to climb about 14 units at 0.1 a step before "
                  "anything is visible. The second rise is the fine stage.",
                  stepAxis, psnrAxis,
                  {{"psnr_held_out", "held out"}, {"psnr_train", "training views"}}),
            {.id = "ray",
             .title = "Ray",
             .help = "Opacity α, transmittance T and weight w of the samples on the ray through "
                     "the marked pixel: a sharp surface is one peak of w where T falls.",
             .kind = ViewKind::curves,
             .x = {.label = "distance from the camera"},
             .y = {.label = "α, T, w"},
             .selectors = {armSelector},
             .frames = {"ray"}}};
}

std::vector<View> qualityCharts() {
    std::vector<View> views;
    views.push_back(chart("psnr_seconds", "Seconds",
                          "Where a voxel grid wins: the seconds of each arm's own steps.",
                          {.column = "seconds", .label = "seconds of its own steps", .unit = "s"},
                          psnrAxis, {{"psnr_held_out", "held out"}}));
    views.push_back(chart("psnr_samples", "Work",
                          "What a step costs is the samples that are given a color.",
                          {.column = "colored_samples", .label = "samples given a color so far"},
                          psnrAxis, {{"psnr_held_out", "held out"}}));
    views.push_back(chart("loss", "Loss",
                          "The mean squared error of a batch and the two regularizers, without "
                          "their weights.",
                          stepAxis, {.label = "loss term", .scale = Scale::logarithmic},
                          {{"color_loss", "color"},
                           {"entropy_loss", "background entropy"},
                           {"per_point_loss", "color of each point"}}));
    views.back().selectors = {armSelector};
    return views;
}

std::vector<View> workCharts() {
    std::vector<View> views;
    views.push_back(chart("samples", "Samples",
                          "Samples a ray that lie in the box, in the mask, and that are given a "
                          "color. The gap is work saved.",
                          stepAxis, {.label = "samples a ray"},
                          {{"samples_in_box", "in the box"},
                           {"samples_in_mask", "in the mask"},
                           {"samples_colored", "given a color"}}));
    views.back().selectors = {armSelector};
    views.push_back(chart(
        "rates", "Rates", "Each falls tenfold in 20,000 steps and starts again at a doubling.",
        stepAxis, {.label = "learning rate η", .scale = Scale::logarithmic},
        {{"density_rate", "density"}, {"feature_rate", "features"}, {"network_rate", "network"}}));
    views.back().selectors = {armSelector};
    views.push_back(chart("grid_size", "Grid", "Doubles at each checkpoint of the fine stage.",
                          stepAxis, {.label = "grid points", .scale = Scale::logarithmic},
                          {{"grid_points", ""}}));
    views.push_back(chart("occupied", "Mask", "Share of the grid's points that may hold something.",
                          stepAxis, {.label = "share of grid points"}, {{"occupied", ""}}));
    return views;
}

std::vector<View> furtherViews() {
    std::vector<View> views;
    views.push_back({.id = "ray_density",
                     .title = "Density",
                     .help = "Raw density D on the same ray, before it is turned into opacity.",
                     .kind = ViewKind::curves,
                     .x = {.label = "distance from the camera"},
                     .y = {.label = "raw density D"},
                     .selectors = {armSelector},
                     .frames = {"ray_density"}});
    views.push_back(
        {.id = "plane",
         .title = "Plane",
         .help = "Run the preset 'In the plane': truth, fit and error on a g × g grid. Only "
                 "activation after interpolation draws a sharp edge through a cell.",
         .kind = ViewKind::pictures,
         .selectors = {armSelector, {"plane_size", "g"}, {"plane_shape", "shape (0: disc)"}},
         .frames = {"plane"}});
    views.push_back(
        chart("plane_psnr", "Plane fit",
              "The fit in the plane, step by step: the order of activation alone makes the "
              "difference.",
              stepAxis, psnrAxis, {{"plane_psnr", ""}}));
    views.back().selectors = {{"plane_size", "g"}, {"plane_shape", "shape (0: disc)"}};
    views.push_back(
        {.id = "psnr_by_grid",
         .title = "By grid",
         .help = "Run the preset 'Sweep of activations': held-out views at the end of a run.",
         .kind = ViewKind::lineChart,
         .fromTrials = true,
         .x = {.column = "fine_voxels", .label = "edge of the fine grid", .unit = "voxels"},
         .y = psnrAxis,
         .series = {{"psnr", ""}}});
    views.push_back(
        {.id = "psnr_by_start",
         .title = "By start",
         .help = "Run the preset 'Sweep of the start opacity'. From an opaque start the fine box "
                 "stays the whole frustum box.",
         .kind = ViewKind::lineChart,
         .fromTrials = true,
         .x = {.column = "alpha_init_coarse",
               .label = "start opacity α_init of the coarse stage",
               .scale = Scale::logarithmic},
         .y = psnrAxis,
         .series = {{"psnr", ""}}});
    views.push_back({.id = "psnr_by_size",
                     .title = "By g",
                     .help = "Quality in the plane by grid. Every order gains with the grid; "
                             "activation last starts 5 dB ahead.",
                     .kind = ViewKind::lineChart,
                     .fromTrials = true,
                     .x = {.column = "plane_size",
                           .label = "points g along an edge",
                           .scale = Scale::logarithmic},
                     .y = psnrAxis,
                     .series = {{"plane_psnr", ""}},
                     .selectors = {{"plane_shape", "shape (0: disc)"}}});
    return views;
}

} // namespace

std::vector<View> voxelRadianceViews() {
    std::vector<View> views = frontViews();
    for (auto part : {qualityCharts(), workCharts(), furtherViews()})
        views.insert(views.end(), part.begin(), part.end());
    return views;
}

} // namespace convergence
