#include "plugins/radiance/voxel-radiance/experiment.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/experiment/preparation.h"
#include "plugins/radiance/voxel-radiance/arms.h"
#include "plugins/radiance/voxel-radiance/companion_solvers.h"
#include "plugins/radiance/voxel-radiance/field_frames.h"
#include "plugins/radiance/voxel-radiance/grid_solver.h"
#include "plugins/radiance/voxel-radiance/trials.h"

namespace convergence {

namespace {

void tellPicture(std::size_t done, std::size_t pictures) {
    Preparation::tell(static_cast<double>(done) / static_cast<double>(pictures),
                      fmt::format("picture {} of {}", done, pictures));
}

/// All arms at given values: one scene that they share, and trials on it.
class VoxelRadianceExperiment final : public Experiment {
public:
    explicit VoxelRadianceExperiment(const ParameterValues& values) : values_(values) {
        checkVoxelRadiance(values_);
        if (!needsScene(values_))
            return;
        if (goesOn(values_))
            field_ =
                std::make_shared<const radiance::Field>(radiance::loadField(values_.text("field")));
        scene_ = std::make_shared<const radiance::Scene>(
            radiance::loadScene(values_.text("scene"), voxelRadianceScene(values_), tellPicture,
                                Preparation::stopToken()));
        cameras_ = camerasFrame(*scene_);
    }

    [[nodiscard]] std::vector<TrialPlan> trials() const override {
        return voxelRadianceTrials(values_);
    }
    [[nodiscard]] std::vector<Column> traceColumns() const override {
        return voxelRadianceTrace().layout({}, values_).columns();
    }
    [[nodiscard]] std::vector<Column> factorColumns() const override {
        return ColumnLayout(voxelRadianceFactors(), {}, values_, ColumnRole::factor).columns();
    }
    [[nodiscard]] std::vector<Column> finalColumns() const override {
        return voxelRadianceFinals().layout({}, values_).columns();
    }
    [[nodiscard]] Cadence cadence() const override { return {values_.integer("record_every")}; }

    [[nodiscard]] Provenance provenance() const override {
        return {.data = scene_ ? fmt::format("{}", fmt::join(scene_->notes, " ")) : std::string()};
    }

    [[nodiscard]] std::unique_ptr<Solver> start(const TrialPlan& plan) const override {
        switch (traitsOf(radianceArms, plan.arm).trained) {
        case Trained::plane:
            return makePlaneSolver(plan);
        case Trained::nerf:
            return makeNerfSolver(scene_, values_);
        case Trained::grid:
            break;
        }
        return makeGridSolver(scene_, values_, plan, field_);
    }

    void draw(const Recording&, FrameMap& shared) const override {
        if (scene_)
            shared["cameras"] = cameras_;
    }

private:
    ParameterValues values_;
    std::shared_ptr<const radiance::Scene> scene_;
    std::shared_ptr<const radiance::Field> field_; ///< to go on with; may be null
    CamerasFrame cameras_;
};

} // namespace

ExperimentType voxelRadiance() {
    return {.description = voxelRadianceDescription(),
            .check = checkVoxelRadiance,
            .memoryEstimate = voxelRadianceMemory,
            .create = [](const ParameterValues& values) -> std::unique_ptr<Experiment> {
                return std::make_unique<VoxelRadianceExperiment>(values);
            },
            .files = "held-out pictures, the trained field and a scene that was rendered"};
}

} // namespace convergence
