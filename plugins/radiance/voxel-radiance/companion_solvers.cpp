#include "plugins/radiance/voxel-radiance/companion_solvers.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/data/png_image.h"
#include "core/experiment/not_applicable.h"
#include "core/radiance/image_quality.h"
#include "core/radiance/nerf.h"
#include "core/radiance/plane_fit.h"
#include "core/radiance/quality_sample.h"
#include "plugins/radiance/voxel-radiance/arms.h"
#include "plugins/radiance/voxel-radiance/experiment.h"
#include "plugins/radiance/voxel-radiance/rendering_frames.h"
#include "plugins/radiance/voxel-radiance/trials.h"

namespace convergence {

namespace {

using radiance::NerfTrainer;
using radiance::PlaneFit;

PicturesFrame::Picture grayPicture(std::string title, const std::vector<double>& values) {
    PicturesFrame::Picture picture{std::move(title), PlaneFit::pixels, PlaneFit::pixels, {}};
    for (const double value : values)
        picture.rgb.insert(
            picture.rgb.end(), 3,
            static_cast<std::uint8_t>(std::lround(255.0 * std::clamp(value, 0.0, 1.0))));
    return picture;
}

class PlaneSolver final : public Solver {
public:
    explicit PlaneSolver(const TrialPlan& plan)
        : fit_(planeShapes[static_cast<std::size_t>(plan.factors.at("plane_shape"))].shape,
               traitsOf(radianceArms, plan.arm).activation.value(),
               static_cast<int>(plan.factors.at("plane_size"))) {}

    StepStatus step(const StopToken&) override {
        fit_.step();
        return StepStatus::running;
    }
    void measure(std::span<double> metrics) override {
        RadianceRow row;
        row.planePsnr = radiance::psnr(fit_.error());
        voxelRadianceTraceRow().fill(row, metrics);
    }
    void conclude(std::span<double> finals) override {
        RadianceFinals row;
        row.planePsnr = radiance::psnr(fit_.error());
        voxelRadianceFinalRow().fill(row, finals);
    }
    void draw(const Recording&, FrameMap& frames) const override {
        const std::vector<double> picture = fit_.picture();
        std::vector<double> error;
        for (std::size_t i = 0; i < picture.size(); ++i)
            error.push_back(std::abs(picture[i] - fit_.truth()[i]));
        frames["plane"] = PicturesFrame{.pictures = {grayPicture("truth", fit_.truth()),
                                                     grayPicture("fit", picture),
                                                     grayPicture("absolute error", error)}};
    }

private:
    PlaneFit fit_;
};

class NerfSolver final : public Solver {
public:
    NerfSolver(std::shared_ptr<const radiance::Scene> scene, const ParameterValues& values)
        : scene_(std::move(scene)), learningRate_(values.real("mlp_rate")),
          camera_(values.integer("view_camera")), pixel_{static_cast<int>(
                                                             values.integer("pixel_column")),
                                                         static_cast<int>(
                                                             values.integer("pixel_row"))},
          trainer_(scene_, static_cast<int>(values.integer("rays")),
                   static_cast<std::uint64_t>(values.integer("seed"))),
          heldOut_(scene_->heldOut, samplePictures, samplePixels, 0),
          training_(scene_->training, samplePictures, samplePixels, 0) {}

    StepStatus step(const StopToken&) override {
        return trainer_.step(learningRate_) ? StepStatus::running : StepStatus::diverged;
    }
    void measure(std::span<double> metrics) override {
        RadianceRow row;
        const auto render = [this](const radiance::Camera& camera,
                                   const std::vector<radiance::Pixel>& pixels) {
            return trainer_.colors(camera, pixels);
        };
        row.psnrHeldOut = heldOut_.psnr(render);
        row.psnrTrain = training_.psnr(render);
        row.coloredSamples = trainer_.coloredSamples();
        row.networkRate = learningRate_;
        if (trainer_.coloredSamples() > 0.0) {
            row.colorLoss = trainer_.loss();
            row.samplesColored = radiance::BasicNerf<float>::samples;
        }
        voxelRadianceTraceRow().fill(row, metrics);
    }
    void conclude(std::span<double> finals) override {
        RadianceFinals row;
        const auto render = [this](const radiance::Camera& camera) {
            return trainer_.render(camera).rgb;
        };
        const radiance::Quality heldOut = qualityOf(scene_->heldOut, render);
        row.psnr = heldOut.psnr;
        row.ssim = heldOut.ssim;
        row.trainPsnr = qualityOf(scene_->training, render).psnr;
        voxelRadianceFinalRow().fill(row, finals);
    }
    void setLive(const std::string& name, const Value& value) override {
        if (name == "mlp_rate")
            learningRate_ = std::get<double>(value);
        else if (name == "view_camera")
            camera_ = std::get<std::int64_t>(value);
        else if (name == "pixel_column")
            pixel_.column = static_cast<int>(std::get<std::int64_t>(value));
        else if (name == "pixel_row")
            pixel_.row = static_cast<int>(std::get<std::int64_t>(value));
    }
    void draw(const Recording&, FrameMap& frames) const override {
        const radiance::PosedPicture& truth = heldOutPicture(*scene_, camera_);
        frames["rendering"] = renderingFrame(trainer_.render(truth.camera), truth, pixel_);
    }
    void save(const std::filesystem::path& folder) const override {
        for (std::size_t k = 0; k < scene_->heldOut.size(); ++k) {
            const radiance::Picture picture = trainer_.render(scene_->heldOut[k].camera).picture();
            writePng(folder / fmt::format("held_out_{}.png", k), picture.width, picture.height, 3,
                     picture.rgb);
        }
    }
    [[nodiscard]] std::string divergence() const override {
        return fmt::format("the loss of the NeRF is not finite; its rate mlp_rate is {}, expected "
                           "about 0.001",
                           learningRate_);
    }

private:
    static constexpr int samplePictures = 6;
    static constexpr int samplePixels = 1500;

    std::shared_ptr<const radiance::Scene> scene_;
    double learningRate_;
    std::int64_t camera_;
    radiance::Pixel pixel_;
    NerfTrainer trainer_;
    radiance::QualitySample heldOut_;
    radiance::QualitySample training_;
};

} // namespace

std::unique_ptr<Solver> makePlaneSolver(const TrialPlan& plan) {
    return std::make_unique<PlaneSolver>(plan);
}

std::unique_ptr<Solver> makeNerfSolver(std::shared_ptr<const radiance::Scene> scene,
                                       const ParameterValues& values) {
    return std::make_unique<NerfSolver>(std::move(scene), values);
}

} // namespace convergence
