#include "plugins/radiance/voxel-radiance/trials.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <stdexcept>

#include <fmt/format.h>

#include "core/error.h"
#include "core/radiance/plane_fit.h"
#include "plugins/radiance/voxel-radiance/arms.h"
#include "plugins/radiance/voxel-radiance/experiment.h"

namespace convergence {

namespace {

void addPlaneTrials(const ParameterValues& values, const std::string& arm,
                    std::vector<TrialPlan>& trials) {
    for (const std::string& shape : values.choices("plane_shapes"))
        for (const double size : values.numbers("plane_sizes"))
            trials.push_back(
                {.arm = arm,
                 .factors = {{"plane_size", static_cast<int>(size)},
                             {"plane_shape", static_cast<double>(indexOf(planeShapes, shape))}},
                 .steps = radiance::PlaneFit::steps});
}

void addGridTrials(const ParameterValues& values, const std::string& arm,
                   std::vector<TrialPlan>& trials) {
    const RadianceArm& traits = traitsOf(radianceArms, arm);
    const std::int64_t coarse =
        traits.coarseStage && !goesOn(values) ? values.integer("coarse_steps") : 0;
    const std::int64_t fine = traits.fineStage ? values.integer("fine_steps") : 0;
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
    if (traits.opaqueStart)
        starts = {1e-2};
    if (coarse == 0)
        starts.resize(1);
    for (const double edge : edges)
        for (const double start : starts)
            trials.push_back({.arm = arm,
                              .factors = {{"fine_voxels", edge}, {"alpha_init_coarse", start}},
                              .steps = coarse + fine});
}

radiance::Activation activationOf(const RadianceArm& arm, const ParameterValues& values) {
    return arm.activation.value_or(
        traitsOf(activationChoices, values.text("activation")).activation);
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

const Columns<RadianceRow>& voxelRadianceTrace() {
    using Row = RadianceRow;
    static const Columns<Row> table{
        Columns<Row>::clock({"colored_samples", "samples given a color so far",
                             [](const Row& r) { return r.coloredSamples; }}),
        {"psnr_held_out", "PSNR of held-out views (sample of pixels)", "dB",
         [](const Row& r) { return r.psnrHeldOut; }},
        {"psnr_train", "PSNR of training views (sample of pixels)", "dB",
         [](const Row& r) { return r.psnrTrain; }},
        {"color_loss", "mean squared error of the batch", [](const Row& r) { return r.colorLoss; }},
        {"entropy_loss", "background entropy, mean H(T_last)",
         [](const Row& r) { return r.entropyLoss; }},
        {"per_point_loss", "color of each point, (1/B) Σ w‖c − C‖²",
         [](const Row& r) { return r.perPointLoss; }},
        {"samples_in_box", "samples in the box", "per ray",
         [](const Row& r) { return r.samplesInBox; }},
        {"samples_in_mask", "samples in the mask", "per ray",
         [](const Row& r) { return r.samplesInMask; }},
        {"samples_colored", "samples given a color", "per ray",
         [](const Row& r) { return r.samplesColored; }},
        {"density_rate", "learning rate of the density",
         [](const Row& r) { return r.densityRate; }},
        {"feature_rate", "learning rate of color and features",
         [](const Row& r) { return r.featureRate; }},
        {"network_rate", "learning rate of the network",
         [](const Row& r) { return r.networkRate; }},
        {"grid_points", "grid points", [](const Row& r) { return r.gridPoints; }},
        {"occupied", "share of grid points that may hold something",
         [](const Row& r) { return r.occupied; }},
        {"phase", "stage (0 coarse, 1 fine)", [](const Row& r) { return r.phase; }},
        {"plane_psnr", "PSNR in the plane", "dB", [](const Row& r) { return r.planePsnr; }}};
    return table;
}

const Columns<RadianceFinals>& voxelRadianceFinals() {
    using Row = RadianceFinals;
    static const Columns<Row> table{
        {"psnr", "PSNR of held-out views", "dB", [](const Row& r) { return r.psnr; }},
        {"ssim", "SSIM of held-out views", [](const Row& r) { return r.ssim; }},
        {"train_psnr", "PSNR of training views", "dB", [](const Row& r) { return r.trainPsnr; }},
        {"box_share", "volume of the fine box over that of the frustum box",
         [](const Row& r) { return r.boxShare; }},
        {"plane_psnr", "PSNR in the plane", "dB", [](const Row& r) { return r.planePsnr; }}};
    return table;
}

const RowFiller<RadianceRow>& voxelRadianceTraceRow() {
    static const RowFiller<RadianceRow> row = voxelRadianceTrace().at({}, ParameterValues({}, {}));
    return row;
}

const RowFiller<RadianceFinals>& voxelRadianceFinalRow() {
    static const RowFiller<RadianceFinals> row =
        voxelRadianceFinals().at({}, ParameterValues({}, {}));
    return row;
}

const std::vector<ColumnPattern>& voxelRadianceFactors() {
    static const std::vector<ColumnPattern> patterns{
        {.id = "fine_voxels", .label = "edge of the fine grid", .unit = "voxels"},
        {.id = "alpha_init_coarse", .label = "start opacity α_init, coarse"},
        {.id = "plane_size", .label = "points g along an edge"},
        {.id = "plane_shape", .label = "shape in the plane", .categories = {"disc", "half-plane"}}};
    return patterns;
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
        switch (traitsOf(radianceArms, arm).trained) {
        case Trained::plane:
            addPlaneTrials(values, arm, trials);
            break;
        case Trained::nerf:
            trials.push_back({.arm = arm, .steps = values.integer("nerf_steps")});
            break;
        case Trained::grid:
            addGridTrials(values, arm, trials);
            break;
        }
    }
    return trials;
}

radiance::TrainerOptions voxelRadianceTrainer(const ParameterValues& values,
                                              const TrialPlan& plan) {
    const RadianceArm& arm = traitsOf(radianceArms, plan.arm);
    const auto cubed = [](double edge) { return edge * edge * edge; };
    radiance::TrainerOptions options;
    options.coarse = {.steps = arm.coarseStage ? values.integer("coarse_steps") : 0,
                      .voxels = cubed(values.real("coarse_voxels")),
                      .initialOpacity = plan.factors.at("alpha_init_coarse"),
                      .threshold = values.real("threshold_coarse"),
                      .densityRate = values.real("density_rate"),
                      .featureRate = values.real("feature_rate"),
                      .networkRate = values.real("mlp_rate"),
                      .backgroundEntropy = values.real("background_entropy_coarse"),
                      .perPoint = values.real("per_point_coarse")};
    options.fine = options.coarse;
    options.fine.steps = arm.fineStage ? values.integer("fine_steps") : 0;
    options.fine.voxels = cubed(plan.factors.at("fine_voxels"));
    options.fine.initialOpacity = values.real("alpha_init_fine");
    options.fine.threshold = values.real("threshold_fine");
    options.fine.backgroundEntropy = values.real("background_entropy_fine");
    options.fine.perPoint = values.real("per_point_fine");
    options.rays = static_cast<int>(values.integer("rays"));
    options.activation = activationOf(arm, values);
    options.color = colorOf(values);
    options.stepsize = values.real("stepsize");
    options.checkpoints = arm.doublings ? checkpointsOf(values) : std::vector<std::int64_t>();
    options.shiftDecay = values.real("shift_decay");
    options.viewCountRate = arm.viewCounts && values.boolean("view_count_rate");
    options.skipFreeSpace = arm.skipping && values.boolean("skip_free_space");
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
        if (traitsOf(radianceArms, plan.arm).trained != Trained::grid)
            continue;
        const radiance::TrainerOptions options = voxelRadianceTrainer(values, plan);
        if (goesOn(values)) {
            std::error_code ignored; // loading it tells what is wrong
            const auto size = std::filesystem::file_size(
                std::filesystem::path(values.text("field")) / "density.npy", ignored);
            if (!ignored)
                bytes += radiance::Field::bytes(static_cast<double>(size) / sizeof(float),
                                                options.color, radiance::FieldUse::training);
            continue;
        }
        bytes += radiance::Trainer::gridBytes(options);
    }
    return bytes;
}

} // namespace convergence
