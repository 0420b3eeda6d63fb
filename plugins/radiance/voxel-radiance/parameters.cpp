// The parameters of voxel-radiance and its presets. Defaults are the preset "quick".

#include <cmath>

#include "core/experiment/parameter_builders.h"
#include "plugins/radiance/voxel-radiance/arms.h"
#include "plugins/radiance/voxel-radiance/experiment.h"

namespace convergence {

namespace {

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

Parameter live(Parameter parameter) {
    parameter.effect = LiveEffect::nextStep;
    return parameter;
}

Parameter logarithmic(Parameter parameter) {
    parameter.scale = Scale::logarithmic;
    return parameter;
}

void addSceneParameters(std::vector<Parameter>& list) {
    const std::string group = "Scene";
    list.push_back({.name = "scene",
                    .label = "Scene",
                    .help = "'analytic' is built in. Or a folder of pictures with camera poses "
                            "(NeRF-synthetic or NSVF), or a mesh (.ply, .stl, .obj), which is "
                            "rendered.",
                    .kind = ParameterKind::file,
                    .defaultValue = std::string("analytic"),
                    .group = group});
    list.push_back({.name = "field",
                    .label = "Go on with a saved field",
                    .help = "The folder 'field' that a run saved: its fine stage goes on, with its "
                            "own grid and colors. None: a new field.",
                    .kind = ParameterKind::file,
                    .defaultValue = std::string(),
                    .group = group});
    list.push_back(
        integerParameter({"image_size", "", "Picture size",
                          "Width of the pictures; those of a folder are averaged down to "
                          "it where they are larger."},
                         {.from = 32, .to = 800, .value = 64}, group));
    list.back().unit = "pixels";
    list.push_back(integerParameter(
        {"train_views", "", "Training views", "Pictures to train on; of a folder at most so many."},
        {.from = 5, .to = 300, .value = 30}, group));
    list.push_back(integerParameter({"test_skip", "", "Every n-th held-out view",
                                     "Of a folder only every n-th held-out picture is read."},
                                    {.from = 1, .to = 100, .value = 1}, group));
}

void addFieldParameters(std::vector<Parameter>& list) {
    const std::string group = "Field";
    list.push_back(choiceParameter(
        {"activation", "Activation",
         "In which order density is interpolated and turned into opacity. After interpolation, one "
         "cell can hold a surface as sharp as one likes."},
        choicesOf(activationChoices), "post", group));
    list.push_back(realParameter({"coarse_voxels", "N^⅓", "Coarse grid",
                                  "Edge of a cube with as many voxels as the coarse grid has."},
                                 {.from = 8, .to = 320, .value = 32}, group));
    list.push_back(listParameter({"fine_voxels", "N^⅓", "Fine grid",
                                  "Edge of a cube with as many voxels as the fine grid has in the "
                                  "end. Several edges run each arm once for each."},
                                 {.from = 8, .to = 320, .value = {64}}, group));
    list.push_back(
        integerParameter({"features", "", "Features",
                          "Color features a voxel of the fine stage; 0 leaves all to the "
                          "network."},
                         {.from = 0, .to = 28, .value = 12}, group));
    list.push_back(integerParameter(
        {"mlp_width", "", "Network width", "Units of the color network's two hidden layers."},
        {.from = 8, .to = 256, .value = 32}, group));
    list.push_back(logarithmic(
        listParameter({"alpha_init_coarse", "α_init", "Start opacity, coarse",
                       "Opacity of a voxel at the start of the coarse stage. Several values run "
                       "each arm once for each."},
                      {.from = 1e-8, .to = 0.5, .value = {1e-6}}, group)));
    list.push_back(logParameter({"alpha_init_fine", "α_init", "Start opacity, fine",
                                 "Opacity of a voxel at the start of the fine stage."},
                                {.from = 1e-8, .to = 0.5, .value = 1e-2}, group));
    list.push_back(realParameter(
        {"stepsize", "", "Step along a ray", "Distance of two samples on a ray, in voxels."},
        {.from = 0.1, .to = 2, .value = 0.5}, group));
    list.push_back(switchParameter({"position_encoding", "Position enters the network",
                                    "As in the first release: the position with 5 frequencies "
                                    "beside features and view."},
                                   false, group));
    list.push_back(switchParameter({"rgbnet_direct", "All features enter the network",
                                    "Off: the first three features are added to the network's "
                                    "output instead, which needs at least 4 features."},
                                   true, group));
}

void addTrainingParameters(std::vector<Parameter>& list) {
    const std::string group = "Training";
    list.push_back(choiceSetParameter({"arms", "Arms", "What runs side by side on the same scene."},
                                      choicesOf(radianceArms), {"grid"}, group));
    list.push_back(integerParameter({"coarse_steps", "", "Coarse steps",
                                     "Steps of the stage that finds where things are; 0 leaves it "
                                     "out."},
                                    {.from = 0, .to = 50000, .value = 600}, group));
    list.push_back(integerParameter(
        {"fine_steps", "", "Fine steps", "Steps of the stage that makes details; 0 leaves it out."},
        {.from = 0, .to = 50000, .value = 1000}, group));
    list.push_back(integerParameter({"rays", "B", "Rays a step", "Pixels drawn for a step."},
                                    {.from = 64, .to = 8192, .value = 256}, group));
    list.push_back(listParameter({"scaling_checkpoints", "", "Doublings at",
                                  "Fractions of the fine steps at which the number of voxels "
                                  "doubles, at most 6; 0 alone: never."},
                                 {.from = 0, .to = 1, .value = {0.05, 0.10}}, group));
    list.push_back(realParameter({"shift_decay", "", "Fall of b at a doubling",
                                  "Taken off the density shift b at each doubling: 1 in the "
                                  "improved release, 0 in the paper's."},
                                 {.from = 0, .to = 3, .value = 0}, group));
    list.push_back(switchParameter({"view_count_rate", "Rate by view count",
                                    "Coarse density steps are scaled by the share of pictures that "
                                    "see a voxel."},
                                   true, group));
    list.push_back(switchParameter({"skip_free_space", "Skip free space",
                                    "Off: no sample is left out for lying in empty space."},
                                   true, group));
    list.push_back(switchParameter({"jitter", "Shift samples at random",
                                    "One random offset a ray and step, as in the first release."},
                                   false, group));
    list.push_back(switchParameter({"clamp_color", "Clamp colors",
                                    "Rendered colors are clamped to [0, 1] before the loss, as in "
                                    "the first release."},
                                   false, group));
    for (const auto& [name, label] : {std::pair{"tv_density", "Smooth the density"},
                                      std::pair{"tv_features", "Smooth the features"}})
        list.push_back(
            realParameter({name, "", label, "Weight of the total variation in the fine stage."},
                          {.from = 0, .to = 1, .value = 0}, group));
    list.push_back(switchParameter(
        {"tv_dense", "Smooth everywhere", "Off: only where the loss has a gradient."}, false,
        group));
}

void addRateParameters(std::vector<Parameter>& list) {
    const std::string group = "Rates and losses";
    list.push_back(live(logParameter(
        {"density_rate", "η", "Rate of the density", "Adam's step size for the density grid."},
        {.from = 1e-4, .to = 1, .value = 0.1}, group)));
    list.push_back(live(logParameter(
        {"feature_rate", "η", "Rate of color and features", "Adam's step size for the color grid."},
        {.from = 1e-4, .to = 1, .value = 0.1}, group)));
    list.push_back(live(logParameter({"mlp_rate", "η", "Rate of the network",
                                      "Adam's step size for the color network, and for the NeRF "
                                      "baseline."},
                                     {.from = 1e-4, .to = 1, .value = 1e-3}, group)));
    for (const auto& [name, stage, value] :
         {std::tuple{"background_entropy_coarse", "coarse", 0.01},
          std::tuple{"background_entropy_fine", "fine", 0.001}})
        list.push_back(
            live(realParameter({name, "λ_bg", std::string("Background entropy, ") + stage,
                                "Weight of the loss that makes a ray decide between "
                                "surface and background."},
                               {.from = 0, .to = 1, .value = value}, group)));
    for (const auto& [name, stage, value] : {std::tuple{"per_point_coarse", "coarse", 0.1},
                                             std::tuple{"per_point_fine", "fine", 0.01}})
        list.push_back(
            live(realParameter({name, "λ_pt", std::string("Color of each point, ") + stage,
                                "Weight of the loss that asks every sample of a ray for "
                                "the pixel's color."},
                               {.from = 0, .to = 1, .value = value}, group)));
}

void addThresholdParameters(std::vector<Parameter>& list) {
    const std::string group = "Thresholds";
    for (const auto& [name, stage, value] : {std::tuple{"threshold_coarse", "coarse", 1e-7},
                                             std::tuple{"threshold_fine", "fine", 1e-4}})
        list.push_back(realParameter({name, "θ", std::string("Smallest opacity, ") + stage,
                                      "Opacities and weights up to this are not rendered."},
                                     {.from = 0, .to = 1e-2, .value = value}, group));
    list.push_back(logParameter({"box_threshold", "", "Opacity that the fine box holds",
                                 "Coarse voxels above it must lie in the box of the fine stage."},
                                {.from = 1e-6, .to = 0.5, .value = 1e-3}, group));
    list.push_back(logParameter({"mask_threshold", "", "Opacity that the mask keeps",
                                 "The fine stage skips where the coarse one stays below it."},
                                {.from = 1e-6, .to = 0.5, .value = 1e-3}, group));
}

void addCompanionParameters(std::vector<Parameter>& list) {
    list.push_back(integerParameter(
        {"nerf_steps", "", "Steps of the NeRF", "Length of the NeRF baseline's run."},
        {.from = 1, .to = 50000, .value = 1000}, "Baselines"));
    list.push_back(choiceSetParameter({"plane_shapes", "Shapes in the plane",
                                       "Binary pictures of 64 × 64 pixels that the two-dimensional "
                                       "companion fits."},
                                      {{"disc", "disc", ""}, {"half_plane", "half-plane", ""}},
                                      {"disc"}, "Baselines"));
    list.push_back(listParameter({"plane_sizes", "g", "Grids in the plane",
                                  "Points along an edge of the companion's grid; one trial for "
                                  "each."},
                                 {.from = 2, .to = 32, .value = {4, 8, 16}}, "Baselines"));
}

void addProbes(std::vector<Parameter>& list) {
    const std::string group = "Look at";
    list.push_back(integerParameter({"view_camera", "", "Held-out view",
                                     "Which held-out picture is rendered beside the truth, from 0 "
                                     "on; beyond the last one the last."},
                                    {.from = 0, .to = 299, .value = 0}, group));
    list.push_back(integerParameter({"pixel_column", "", "Ray through column",
                                     "Pixel whose ray is drawn; a click in the picture sets it."},
                                    {.from = 0, .to = 799, .value = 32}, group));
    list.push_back(integerParameter({"pixel_row", "", "Ray through row", "As for the column."},
                                    {.from = 0, .to = 799, .value = 32}, group));
    for (std::size_t i = list.size() - 3; i < list.size(); ++i)
        list[i].effect = LiveEffect::framesOnly;
}

/// `quick` with 800 fine steps, 48³ voxels and the four doublings of the improved release.
Overrides small(Overrides more = {}) {
    more.insert({{"fine_steps", whole(800)},
                 {"fine_voxels", Numbers{48}},
                 {"scaling_checkpoints", Numbers{0.05, 0.10, 0.15, 0.20}},
                 {"shift_decay", 1.0}});
    return more;
}

} // namespace

bool isPlaneArm(std::string_view arm) {
    return traitsOf(radianceArms, arm).trained == Trained::plane;
}

std::vector<Parameter> voxelRadianceParameters() {
    std::vector<Parameter> list;
    addSceneParameters(list);
    addFieldParameters(list);
    addTrainingParameters(list);
    addRateParameters(list);
    addThresholdParameters(list);
    addCompanionParameters(list);
    addProbes(list);
    list.push_back(seedParameter());
    list.push_back(recordEveryParameter(10));
    return list;
}

std::vector<Preset> voxelRadiancePresets() {
    const Names baselines{
        "grid",           "in",        "pre",         "nearest",    "opaque_start",
        "no_view_counts", "no_coarse", "no_skipping", "no_scaling", "coarse_only"};
    return {{"quick",
             "Quick",
             "64 × 64 pixels, 30 views, 32³ then 64³ voxels: seconds.",
             {},
             "A shape within seconds; new views at about 26 dB."},
            {"small", "Small", "48³ voxels in four doublings: what the baselines are measured on.",
             small(), "Four doublings, each a dip and a climb."},
            {"medium",
             "Medium",
             "100 × 100 pixels, 50 views, 40³ then 80³ voxels: about a minute.",
             {{"image_size", whole(100)},
              {"train_views", whole(50)},
              {"rays", whole(512)},
              {"coarse_voxels", 40.0},
              {"coarse_steps", whole(800)},
              {"fine_voxels", Numbers{80}},
              {"fine_steps", whole(1500)},
              {"shift_decay", 1.0}},
             "Sharper views: about 29 dB."},
            {"standard",
             "Standard",
             "100 × 100 pixels, 50 views, 64³ then 96³ voxels: minutes.",
             {{"image_size", whole(100)},
              {"train_views", whole(50)},
              {"rays", whole(2048)},
              {"coarse_voxels", 64.0},
              {"coarse_steps", whole(1000)},
              {"fine_voxels", Numbers{96}},
              {"fine_steps", whole(1500)},
              {"mlp_width", whole(64)}},
             "What finer grids buy."},
            {"full",
             "Full",
             "200 × 200 pixels, 100 views, 100³ then 160³ voxels: an hour.",
             {{"image_size", whole(200)},
              {"train_views", whole(100)},
              {"rays", whole(4096)},
              {"coarse_voxels", 100.0},
              {"coarse_steps", whole(5000)},
              {"fine_voxels", Numbers{160}},
              {"fine_steps", whole(10000)},
              {"mlp_width", whole(64)},
              {"scaling_checkpoints", Numbers{0.05, 0.10, 0.15, 0.20}}},
             "The scale at which the paper works, on a built-in scene."},
            {"paper",
             "Paper",
             "The improved release's settings for a folder of 100 views: hours.",
             {{"image_size", whole(800)},
              {"train_views", whole(100)},
              {"rays", whole(8192)},
              {"coarse_voxels", std::cbrt(1'024'000.0)},
              {"coarse_steps", whole(5000)},
              {"fine_voxels", Numbers{160}},
              {"fine_steps", whole(20000)},
              {"mlp_width", whole(128)},
              {"scaling_checkpoints", Numbers{0.05, 0.10, 0.15, 0.20}},
              {"shift_decay", 1.0}},
             "The settings of the release, for scenes of 800 × 800 pixels."},
            {"companion",
             "In the plane",
             "A binary picture from a coarse grid in the three orders of activation: seconds.",
             {{"arms", Names{"plane_post", "plane_in", "plane_pre"}},
              {"plane_shapes", Names{"disc", "half_plane"}}},
             "A sharp edge through a coarse cell, only where activation comes last."},
            {"baselines", "Baselines", "Small, and everything that it could do without.",
             small({{"arms", baselines}}), "What each part is worth."},
            {"against-nerf", "Against NeRF", "Small beside a small NeRF: compare at equal seconds.",
             small({{"arms", Names{"grid", "nerf"}}}),
             "A grid far ahead of a network at equal seconds."},
            {"activation-sweep",
             "Sweep of activations",
             "Four orders of activation on fine grids of 24³ to 64³ voxels without doublings.",
             {{"arms", Names{"grid", "in", "pre", "nearest"}},
              {"fine_voxels", Numbers{24, 32, 48, 64}},
              {"scaling_checkpoints", Numbers{0}}},
             "The orders of activation draw together as the grid grows finer."},
            {"start-sweep", "Sweep of the start opacity", "Small from four coarse start opacities.",
             small({{"alpha_init_coarse", Numbers{1e-6, 1e-4, 1e-2, 1e-1}}}),
             "From an opaque start the fine box does not shrink."}};
}

} // namespace convergence
