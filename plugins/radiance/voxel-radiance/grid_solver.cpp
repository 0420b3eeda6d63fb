#include "plugins/radiance/voxel-radiance/grid_solver.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/data/png_image.h"
#include "core/error.h"
#include "core/experiment/not_applicable.h"
#include "core/radiance/quality_sample.h"
#include "core/radiance/renderer.h"
#include "core/radiance/scene_files.h"
#include "core/radiance/trainer.h"
#include "plugins/radiance/voxel-radiance/field_frames.h"
#include "plugins/radiance/voxel-radiance/rendering_frames.h"
#include "plugins/radiance/voxel-radiance/trials.h"

namespace convergence {

namespace {

using radiance::Camera;
using radiance::Field;
using radiance::Pixel;
using radiance::StageOptions;
using radiance::Trainer;

/// At most so many pictures, evenly chosen: what the training views' final quality is taken from.
std::vector<radiance::PosedPicture> someOf(const std::vector<radiance::PosedPicture>& pictures,
                                           std::size_t most) {
    std::vector<radiance::PosedPicture> chosen;
    const std::size_t count = std::min(most, pictures.size());
    for (std::size_t i = 0; i < count; ++i)
        chosen.push_back(pictures[i * pictures.size() / count]);
    return chosen;
}

/// Trials share a scene; the first one writes it.
bool isFirst(const ParameterValues& values, const TrialPlan& plan) {
    const TrialPlan first = voxelRadianceTrials(values).front();
    return first.arm == plan.arm && first.factors == plan.factors;
}

bool isRendered(const std::string& scene) {
    const radiance::SceneKind kind = radiance::sceneKindOf(scene);
    return kind == radiance::SceneKind::analytic || kind == radiance::SceneKind::mesh;
}

radiance::TrainerOptions trainerOptions(const ParameterValues& values, const TrialPlan& plan,
                                        std::shared_ptr<const Field> start) {
    radiance::TrainerOptions options = voxelRadianceTrainer(values, plan);
    options.start = std::move(start);
    return options;
}

class GridSolver final : public Solver {
public:
    GridSolver(std::shared_ptr<const radiance::Scene> scene, const ParameterValues& values,
               const TrialPlan& plan, std::shared_ptr<const Field> start)
        : scene_(std::move(scene)),
          trainer_(scene_, trainerOptions(values, plan, std::move(start))),
          coarse_(trainer_.options().coarse),
          fine_(trainer_.options().fine), render_{.nearest = scene_->nearest,
                                                  .background = trainer_.options().background},
          heldOut_(scene_->heldOut, samplePictures, samplePixels, 0),
          training_(scene_->training, samplePictures, samplePixels, 0),
          camera_(values.integer("view_camera")), pixel_{static_cast<int>(
                                                             values.integer("pixel_column")),
                                                         static_cast<int>(
                                                             values.integer("pixel_row"))},
          savesScene_(isRendered(values.text("scene")) && isFirst(values, plan)) {}

    StepStatus step(const StopToken& stop) override {
        switch (trainer_.step([&stop] { return stop.stopRequested(); })) {
        case Trainer::Outcome::interrupted:
            return StepStatus::interrupted;
        case Trainer::Outcome::diverged:
            return StepStatus::diverged;
        case Trainer::Outcome::stepped:
            break;
        }
        return StepStatus::running;
    }

    void measure(std::span<double> metrics) override {
        voxelRadianceTraceRow().fill(measured(), metrics);
    }
    void conclude(std::span<double> finals) override {
        voxelRadianceFinalRow().fill(concluded(), finals);
    }
    void setLive(const std::string& name, const Value& value) override;
    void draw(const Recording&, FrameMap& frames) const override;
    void save(const std::filesystem::path& folder) const override;

    void act(const std::string& action) override {
        if (!trainer_.field())
            return;
        if (action == "refresh_mask")
            trainer_.refreshMask();
        else if (action == "double_grid")
            trainer_.doubleGrid();
    }

    [[nodiscard]] std::string divergence() const override {
        return fmt::format("the loss is not finite; the rates are {} (density_rate), {} "
                           "(feature_rate) and {} (mlp_rate)",
                           fine_.densityRate, fine_.featureRate, fine_.networkRate);
    }

private:
    static constexpr int samplePictures = 6;
    static constexpr int samplePixels = 1500;
    static constexpr std::size_t concludedTrainingPictures = 12;
    static constexpr int shownPointsPerEdge = 64;

    [[nodiscard]] RadianceRow measured() const;
    [[nodiscard]] RadianceFinals concluded() const;

    [[nodiscard]] bool inCoarseStage() const {
        return trainer_.steps() <= coarse_.steps && !trainer_.options().start;
    }
    [[nodiscard]] Pixel pixelOf(const Camera& camera) const {
        return {std::min(pixel_.column, camera.width - 1), std::min(pixel_.row, camera.height - 1)};
    }

    std::shared_ptr<const radiance::Scene> scene_;
    Trainer trainer_;
    StageOptions coarse_;
    StageOptions fine_;
    radiance::RenderOptions render_;
    radiance::QualitySample heldOut_;
    radiance::QualitySample training_;
    std::int64_t camera_;
    Pixel pixel_;
    bool savesScene_; ///< rendered scenes can be opened again, by other tools too
};

RadianceRow GridSolver::measured() const {
    RadianceRow row;
    row.coloredSamples = trainer_.coloredSamples();
    row.phase = inCoarseStage() ? 0.0 : 1.0;
    const Field* field = trainer_.field();
    if (!field)
        return row;
    const auto render = [&](const Camera& camera, const std::vector<Pixel>& pixels) {
        return renderPixels(*field, camera, pixels, render_);
    };
    row.psnrHeldOut = heldOut_.psnr(render);
    row.psnrTrain = training_.psnr(render);
    const radiance::StepMetrics& step = trainer_.metrics();
    row.colorLoss = step.colorLoss;
    row.entropyLoss = step.entropyLoss;
    row.perPointLoss = step.perPointLoss;
    row.samplesInBox = step.samplesInBox;
    row.samplesInMask = step.samplesInMask;
    row.samplesColored = step.samplesColored;
    const Trainer::Rates rates = trainer_.rates();
    row.densityRate = rates.density;
    row.featureRate = rates.features;
    row.networkRate = inCoarseStage() ? notApplicable : rates.network;
    row.gridPoints = static_cast<double>(field->shape.count());
    row.occupied = field->occupancy.fraction();
    return row;
}

RadianceFinals GridSolver::concluded() const {
    RadianceFinals row;
    const Field* field = trainer_.field();
    if (!field)
        return row;
    const auto image = [&](const Camera& camera) {
        return radiance::render(*field, camera, render_).rgb;
    };
    const radiance::Quality heldOut = qualityOf(scene_->heldOut, image);
    row.psnr = heldOut.psnr;
    row.ssim = heldOut.ssim;
    row.trainPsnr = qualityOf(someOf(scene_->training, concludedTrainingPictures), image).psnr;
    if (!inCoarseStage())
        row.boxShare = field->shape.box.extent().prod() / trainer_.frustumBox().extent().prod();
    return row;
}

void GridSolver::setLive(const std::string& name, const Value& value) {
    const auto forBoth = [&](double StageOptions::*member) {
        coarse_.*member = fine_.*member = std::get<double>(value);
    };
    if (name == "density_rate")
        forBoth(&StageOptions::densityRate);
    else if (name == "feature_rate")
        forBoth(&StageOptions::featureRate);
    else if (name == "mlp_rate")
        forBoth(&StageOptions::networkRate);
    else if (name == "background_entropy_coarse")
        coarse_.backgroundEntropy = std::get<double>(value);
    else if (name == "background_entropy_fine")
        fine_.backgroundEntropy = std::get<double>(value);
    else if (name == "per_point_coarse")
        coarse_.perPoint = std::get<double>(value);
    else if (name == "per_point_fine")
        fine_.perPoint = std::get<double>(value);
    else if (name == "view_camera")
        camera_ = std::get<std::int64_t>(value);
    else if (name == "pixel_column")
        pixel_.column = static_cast<int>(std::get<std::int64_t>(value));
    else if (name == "pixel_row")
        pixel_.row = static_cast<int>(std::get<std::int64_t>(value));
    trainer_.setStage(radiance::Phase::coarse, coarse_);
    trainer_.setStage(radiance::Phase::fine, fine_);
}

void GridSolver::draw(const Recording&, FrameMap& frames) const {
    const radiance::PosedPicture& truth = heldOutPicture(*scene_, camera_);
    frames["field"] = fieldFrame(trainer_, truth.camera.position(), shownPointsPerEdge);
    const Field* field = trainer_.field();
    if (!field)
        return;
    frames["rendering"] =
        renderingFrame(radiance::render(*field, truth.camera, render_), truth, pixel_);
    const radiance::RayCurves ray = traceRay(*field, truth.camera, pixelOf(truth.camera), render_);
    frames["ray"] = rayFrame(ray);
    frames["ray_density"] = rayDensityFrame(ray);
}

void GridSolver::save(const std::filesystem::path& folder) const {
    const Field* field = trainer_.field();
    if (!field)
        return;
    for (std::size_t k = 0; k < scene_->heldOut.size(); ++k) {
        const radiance::Picture picture =
            radiance::render(*field, scene_->heldOut[k].camera, render_).picture();
        writePng(folder / fmt::format("held_out_{}.png", k), picture.width, picture.height, 3,
                 picture.rgb);
    }
    const std::filesystem::path fieldFolder = folder / "field";
    std::error_code error;
    std::filesystem::create_directories(fieldFolder, error);
    if (error)
        throw InputError(fmt::format("The folder {} cannot be made ({}); choose a place that is "
                                     "writable.",
                                     fieldFolder.string(), error.message()));
    saveField(*field, fieldFolder);
    if (savesScene_)
        exportNerfSynthetic(*scene_, folder / "scene");
}

} // namespace

std::unique_ptr<Solver> makeGridSolver(std::shared_ptr<const radiance::Scene> scene,
                                       const ParameterValues& values, const TrialPlan& plan,
                                       std::shared_ptr<const Field> start) {
    return std::make_unique<GridSolver>(std::move(scene), values, plan, std::move(start));
}

} // namespace convergence
