#include "plugins/radiance/voxel-radiance/trials.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <stdexcept>

#include <fmt/format.h>

#include "core/error.h"
#include "core/radiance/plane_fit.h"
#include "plugins/radiance/voxel-radiance/experiment.h"

namespace convergence {

namespace {

template <typename Place>
std::vector<Column> checked(std::vector<Column> columns) {
    if (columns.size() != static_cast<std::size_t>(Place::count))
        throw std::logic_error("voxel-radiance: columns and their places differ");
    return columns;
}

void addPlaneTrials(const ParameterValues& values, const std::string& arm,
                    std::vector<TrialPlan>& trials) {
    for (const std::string& shape : values.choices("plane_shapes"))
        for (const double size : values.numbers("plane_sizes"))
            trials.push_back({.arm = arm,
                              .factors = {{"plane_size", static_cast<int>(size)},
                                          {"plane_shape", shape == "disc" ? 0.0 : 1.0}},
                              .steps = radiance::PlaneFit::steps});
}

void addGridTrials(const ParameterValues& values, const std::string& arm,
                   std::vector<TrialPlan>& trials) {
    const std::int64_t coarse =
        arm == "no_coarse" || goesOn(values) ? 0 : values.integer("coarse_steps");
    const std::int64_t fine = arm == "coarse_only" ? 0 : values.integer("fine_steps");
    if (coarse + fine == 0)
        throw InputError(fmt::format("The arm '{}' has no step: coarse_steps is {}, fine_steps is "
                                     "{}; expected at least one step in a stage that it has.",
                                     arm, values.integer("coarse_steps"),
                                     values.integer("fine_steps")));
    // Where a list makes no difference to an arm, its first entry stands for all.
    std::vector<double> edges = values.numbers("fine_voxels");
    std::vector<double> starts = values.numbers("alpha_init_coarse");
    if (fine == 0 || goesOn(values))
        edges.resize(1);
    if (arm == "opaque_start")
        starts = {1e-2};
    if (coarse == 0)
        starts.resize(1);
    for (const double edge : edges)
        for (const double start : starts)
            trials.push_back({.arm = arm,
                              .factors = {{"fine_voxels", edge}, {"alpha_init_coarse", start}},
                              .steps = coarse + fine});
}

radiance::Activation activationOf(const std::string& arm, const ParameterValues& values) {
    const std::string& name =
        arm == "in" || arm == "pre" || arm == "nearest" ? arm : values.text("activation");
    return name == "in"        ? radiance::Activation::in
           : name == "pre"     ? radiance::Activation::pre
           : name == "nearest" ? radiance::Activation::nearest
                               : radiance::Activation::post;
}

radiance::ColorOptions colorOf(const ParameterValues& values) {
    return {.features = static_cast<int>(values.integer("features")),
            .width = static_cast<int>(values.integer("mlp_width")),
            .direct = values.boolean("rgbnet_direct"),
            .positionEncoding = values.boolean("position_encoding")};
}

/// Fine steps before which the grid doubles; fractions that round to the same step count once.
std::vector<std::int64_t> checkpointsOf(const ParameterValues& values) {
    std::vector<std::int64_t> steps;
    const auto fineSteps = static_cast<double>(values.integer("fine_steps"));
    for (const double fraction : values.numbers("scaling_checkpoints"))
        if (fraction > 0.0)
            steps.push_back(std::max<std::int64_t>(1, std::llround(fraction * fineSteps)));
    std::sort(steps.begin(), steps.end());
    steps.erase(std::unique(steps.begin(), steps.end()), steps.end());
    return steps;
}

} // namespace

std::vector<Column> voxelRadianceTraceColumns() {
    return checked<RadianceColumn>(
        {{"colored_samples", "samples given a color so far", "", ColumnRole::clock, {}},
         {"psnr_held_out", "PSNR of held-out views (sample of pixels)", "dB"},
         {"psnr_train", "PSNR of training views (sample of pixels)", "dB"},
         {"color_loss", "mean squared error of the batch"},
         {"entropy_loss", "background entropy, mean H(T_last)"},
         {"per_point_loss", "color of each point, (1/B) Σ w‖c − C‖²"},
         {"samples_in_box", "samples in the box", "per ray"},
         {"samples_in_mask", "samples in the mask", "per ray"},
         {"samples_colored", "samples given a color", "per ray"},
         {"density_rate", "learning rate of the density"},
         {"feature_rate", "learning rate of color and features"},
         {"network_rate", "learning rate of the network"},
         {"grid_points", "grid points"},
         {"occupied", "share of grid points that may hold something"},
         {"phase", "stage (0 coarse, 1 fine)"},
         {"plane_psnr", "PSNR in the plane", "dB"}});
}

std::vector<Column> voxelRadianceFinalColumns() {
    return checked<RadianceFinal>(
        {{"psnr", "PSNR of held-out views", "dB"},
         {"ssim", "SSIM of held-out views"},
         {"train_psnr", "PSNR of training views", "dB"},
         {"box_share", "volume of the fine box over that of the frustum box"},
         {"plane_psnr", "PSNR in the plane", "dB"}});
}

std::vector<Column> voxelRadianceFactorColumns() {
    return {{"fine_voxels", "edge of the fine grid", "voxels", ColumnRole::factor, {}},
            {"alpha_init_coarse", "start opacity α_init, coarse", "", ColumnRole::factor, {}},
            {"plane_size", "points g along an edge", "", ColumnRole::factor, {}},
            {"plane_shape", "shape in the plane", "", ColumnRole::factor, {"disc", "half-plane"}}};
}

std::vector<TrialPlan> voxelRadianceTrials(const ParameterValues& values) {
    const auto& checkpoints = values.numbers("scaling_checkpoints");
    const auto doublings = std::count_if(checkpoints.begin(), checkpoints.end(),
                                         [](double fraction) { return fraction > 0.0; });
    if (doublings > 6)
        throw InputError(
            fmt::format("scaling_checkpoints has {} doublings; expected at most 6.", doublings));
    std::vector<TrialPlan> trials;
    for (const std::string& arm : values.choices("arms")) {
        if (isPlaneArm(arm))
            addPlaneTrials(values, arm, trials);
        else if (arm == "nerf")
            trials.push_back({.arm = arm, .steps = values.integer("nerf_steps")});
        else
            addGridTrials(values, arm, trials);
    }
    return trials;
}

radiance::TrainerOptions voxelRadianceTrainer(const ParameterValues& values,
                                              const TrialPlan& plan) {
    const std::string& arm = plan.arm;
    const auto cubed = [](double edge) { return edge * edge * edge; };
    radiance::TrainerOptions options;
    options.coarse = {.steps = arm == "no_coarse" ? 0 : values.integer("coarse_steps"),
                      .voxels = cubed(values.real("coarse_voxels")),
                      .initialOpacity = plan.factors.at("alpha_init_coarse"),
                      .threshold = values.real("threshold_coarse"),
                      .densityRate = values.real("density_rate"),
                      .featureRate = values.real("feature_rate"),
                      .networkRate = values.real("mlp_rate"),
                      .backgroundEntropy = values.real("background_entropy_coarse"),
                      .perPoint = values.real("per_point_coarse")};
    options.fine = options.coarse;
    options.fine.steps = arm == "coarse_only" ? 0 : values.integer("fine_steps");
    options.fine.voxels = cubed(plan.factors.at("fine_voxels"));
    options.fine.initialOpacity = values.real("alpha_init_fine");
    options.fine.threshold = values.real("threshold_fine");
    options.fine.backgroundEntropy = values.real("background_entropy_fine");
    options.fine.perPoint = values.real("per_point_fine");
    options.rays = static_cast<int>(values.integer("rays"));
    options.activation = activationOf(arm, values);
    options.color = colorOf(values);
    options.stepsize = values.real("stepsize");
    options.checkpoints = arm == "no_scaling" ? std::vector<std::int64_t>() : checkpointsOf(values);
    options.shiftDecay = values.real("shift_decay");
    options.viewCountRate = arm != "no_view_counts" && values.boolean("view_count_rate");
    options.skipFreeSpace = arm != "no_skipping" && values.boolean("skip_free_space");
    options.jitter = values.boolean("jitter");
    options.clampColor = values.boolean("clamp_color");
    options.tvDensity = values.real("tv_density");
    options.tvFeatures = values.real("tv_features");
    options.tvDense = values.boolean("tv_dense");
    options.boxThreshold = values.real("box_threshold");
    options.maskThreshold = values.real("mask_threshold");
    options.seed = static_cast<std::uint64_t>(values.integer("seed"));
    return options;
}

radiance::SceneOptions voxelRadianceScene(const ParameterValues& values) {
    return {.imageSize = static_cast<int>(values.integer("image_size")),
            .trainingViews = static_cast<int>(values.integer("train_views")),
            .testSkip = static_cast<int>(values.integer("test_skip")),
            .seed = static_cast<std::uint64_t>(values.integer("seed"))};
}

bool goesOn(const ParameterValues& values) {
    return !values.text("field").empty();
}

bool needsScene(const ParameterValues& values) {
    const auto& arms = values.choices("arms");
    return !std::all_of(arms.begin(), arms.end(), isPlaneArm);
}

void checkVoxelRadiance(const ParameterValues& values) {
    (void)voxelRadianceTrials(values);
    if (!values.boolean("rgbnet_direct") && values.integer("features") < 4)
        throw InputError(fmt::format("features is {}, but with rgbnet_direct off three of them are "
                                     "the color; expected at least 4.",
                                     values.integer("features")));
    if (goesOn(values) && values.choices("arms") != std::vector<std::string>{"grid"})
        throw InputError(fmt::format("Parameter 'arms': {} is not accepted with a saved field, "
                                     "which only the arm 'grid' goes on with.",
                                     formatValue(values.value("arms"))));
    if (needsScene(values))
        (void)radiance::sceneMemory(values.text("scene"), voxelRadianceScene(values));
}

double voxelRadianceMemory(const ParameterValues& values) {
    if (!needsScene(values))
        return 0.0;
    double bytes = radiance::sceneMemory(values.text("scene"), voxelRadianceScene(values));
    for (const TrialPlan& plan : voxelRadianceTrials(values)) {
        if (isPlaneArm(plan.arm) || plan.arm == "nerf")
            continue;
        const radiance::TrainerOptions options = voxelRadianceTrainer(values, plan);
        if (goesOn(values)) {
            std::error_code ignored; // loading it tells what is wrong
            const auto size = std::filesystem::file_size(
                std::filesystem::path(values.text("field")) / "density.npy", ignored);
            if (!ignored)
                bytes += radiance::Field::bytes(static_cast<double>(size) / sizeof(float),
                                                options.color, true);
            continue;
        }
        bytes += radiance::Trainer::gridBytes(options);
    }
    return bytes;
}

} // namespace convergence
