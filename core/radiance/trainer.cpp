#include "core/radiance/trainer.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/error.h"
#include "core/math/random.h"
#include "core/radiance/coarse_geometry.h"
#include "core/radiance/grid_optimizer.h"
#include "core/radiance/ray_pass.h"

namespace convergence::radiance {

namespace {

constexpr std::int64_t refreshEvery = 1000;
constexpr std::int64_t refreshOffset = 500;

std::size_t pixelsOf(const Camera& camera) {
    return static_cast<std::size_t>(camera.width) * static_cast<std::size_t>(camera.height);
}

} // namespace

bool StepMetrics::finite() const {
    return std::isfinite(loss);
}

struct Trainer::State {
    std::shared_ptr<const Scene> scene;
    TrainerOptions options;
    Box frustum;

    std::int64_t steps = 0;
    Phase phase = Phase::coarse;
    bool stageReady = false;
    std::unique_ptr<Field> field;
    std::unique_ptr<Field> coarse; ///< kept when the fine stage begins
    std::vector<std::uint16_t> views;
    AlignedArray<float> relativeRates; ///< by grid point of the coarse stage; empty: all equal
    std::unique_ptr<GridOptimizer> optimizer;
    RayPass<float> pass;
    StepMetrics metrics;
    double colored = 0.0;

    // Where rays come from: pixels of all training pictures, one after the other.
    std::vector<std::size_t> firstPixel;
    std::vector<std::uint32_t> eligible; ///< of the fine stage: pixels whose ray meets the mask
    std::vector<std::uint32_t> order;    ///< a permutation of them
    std::size_t next = 0;
    std::uint64_t epoch = 0;
    std::vector<PassRay> rays;

    [[nodiscard]] const StageOptions& stage() const {
        return phase == Phase::coarse ? options.coarse : options.fine;
    }
    [[nodiscard]] std::int64_t stepInPhase() const {
        return phase == Phase::coarse ? steps : steps - options.coarse.steps;
    }
    [[nodiscard]] std::size_t pixelCount() const { return firstPixel.back(); }

    bool prepareStage(const std::function<bool()>& stop);
    bool prepareCoarse(const std::function<bool()>& stop);
    bool prepareFine(const std::function<bool()>& stop);
    [[nodiscard]] std::unique_ptr<Field> freshFineField() const;
    bool takeViewCounts(Field& of, const std::function<bool()>& stop);
    void newOptimizer();
    void refreshMask();
    void scaleTo(double voxels);
    [[nodiscard]] PassRay rayThrough(std::size_t pixel) const;
    void reorder();
    void drawRays();
    void takeStep();
};

// ---- Stages ----------------------------------------------------------------------------------

bool Trainer::State::prepareStage(const std::function<bool()>& stop) {
    if (phase == Phase::coarse && steps >= options.coarse.steps)
        phase = Phase::fine;
    const bool ready = phase == Phase::coarse ? prepareCoarse(stop) : prepareFine(stop);
    if (!ready)
        return false;
    newOptimizer();
    stageReady = true;
    return true;
}

bool Trainer::State::prepareCoarse(const std::function<bool()>& stop) {
    const StageOptions& coarseStage = options.coarse;
    const GridShape shape = GridShape::forVoxels(frustum, coarseStage.voxels, coarseStage.voxels);
    auto fresh = std::make_unique<Field>(shape, options.activation, coarseStage.initialOpacity,
                                         ColorOptions{.features = 3, .width = 0}, options.seed);
    fresh->stepsize = options.stepsize;
    fresh->threshold = coarseStage.threshold;
    emptyNearCameras(*fresh, *scene);
    if (!takeViewCounts(*fresh, stop))
        return false;
    field = std::move(fresh);
    return true;
}

/// Rates by the number of views, and nothing where hardly anyone looks. Both are one device: with
/// the rate off, points are not counted and none is emptied for it.
bool Trainer::State::takeViewCounts(Field& of, const std::function<bool()>& stop) {
    if (!options.viewCountRate)
        return true;
    auto counts = countViews(of, *scene, stop);
    if (!counts)
        return false;
    views = std::move(*counts);
    constexpr std::uint16_t fewViews = 2;
    if (options.skipFreeSpace)
        for (std::size_t i = 0; i < views.size(); ++i)
            if (views[i] <= fewViews)
                of.occupancy.clear(i);
    const double most = std::max<double>(1.0, *std::max_element(views.begin(), views.end()));
    relativeRates = AlignedArray<float>(views.size());
    for (std::size_t i = 0; i < views.size(); ++i)
        relativeRates[i] = static_cast<float>(views[i] / most);
    return true;
}

std::unique_ptr<Field> Trainer::State::freshFineField() const {
    const StageOptions& fineStage = options.fine;
    const Box box = field ? tightBox(*field, options.boxThreshold, options.boxScale) : frustum;
    const double voxels =
        fineStage.voxels / std::exp2(static_cast<double>(options.checkpoints.size()));
    const GridShape shape = GridShape::forVoxels(box, voxels, fineStage.voxels);
    auto fresh = std::make_unique<Field>(shape, options.activation, fineStage.initialOpacity,
                                         options.color, options.seed);
    fresh->stepsize = options.stepsize;
    fresh->threshold = fineStage.threshold;
    if (field && options.skipFreeSpace)
        keepWhereOpaque(*fresh, *field, options.maskThreshold);
    return fresh;
}

bool Trainer::State::prepareFine(const std::function<bool()>& stop) {
    auto fresh = options.start ? std::make_unique<Field>(*options.start) : freshFineField();
    std::vector<std::uint32_t> meeting;
    if (options.skipFreeSpace) {
        const auto found = pixelsMeetingMask(*fresh, *scene, stop);
        if (!found)
            return false;
        meeting = *found;
    }
    if (meeting.empty()) { // nothing to skip, or nothing found: every ray counts
        meeting.resize(pixelCount());
        for (std::size_t i = 0; i < meeting.size(); ++i)
            meeting[i] = static_cast<std::uint32_t>(i);
    }
    eligible = std::move(meeting);
    order.resize(eligible.size());
    next = eligible.size();
    if (!options.start)
        coarse = std::move(field);
    field = std::move(fresh);
    relativeRates = {};
    return true;
}

void Trainer::State::newOptimizer() {
    optimizer = std::make_unique<GridOptimizer>(
        *field, phase == Phase::fine ? GridOptimizer::AtZero::keep : GridOptimizer::AtZero::step);
}

void Trainer::State::refreshMask() {
    if (options.skipFreeSpace)
        field->occupancy.keepAbove(field->pooledOpacity(field->shape.ratio),
                                   static_cast<float>(field->threshold));
}

/// Both grids at another number of points; what they made of α decides what stays occupied, before
/// b falls.
void Trainer::State::scaleTo(double voxels) {
    const double reference = stage().voxels;
    *field = field->resampled(GridShape::forVoxels(field->shape.box, voxels, reference));
    refreshMask();
    field->shift -= options.shiftDecay;
    newOptimizer();
}

// ---- Rays ------------------------------------------------------------------------------------

PassRay Trainer::State::rayThrough(std::size_t pixel) const {
    const auto after = std::upper_bound(firstPixel.begin(), firstPixel.end(), pixel);
    const auto picture = static_cast<std::size_t>(after - firstPixel.begin()) - 1;
    const PosedPicture& posed = scene->training[picture];
    const std::size_t place = pixel - firstPixel[picture];
    const auto width = static_cast<std::size_t>(posed.camera.width);
    PassRay ray{.origin = posed.camera.position(),
                .direction = posed.camera.direction(static_cast<int>(place % width),
                                                    static_cast<int>(place / width))};
    for (std::size_t channel = 0; channel < 3; ++channel)
        ray.target[channel] = static_cast<float>(posed.picture.rgb[3 * place + channel]) / 255.0F;
    return ray;
}

/// A new permutation, in place (Fisher–Yates).
void Trainer::State::reorder() {
    RandomStream stream({.seed = options.seed, .purpose = "order of rays", .index = epoch++});
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = static_cast<std::uint32_t>(i);
    for (std::size_t i = 0; i + 1 < order.size(); ++i)
        std::swap(order[i], order[i + stream.integer(order.size() - i)]);
}

void Trainer::State::drawRays() {
    RandomStream stream(
        {.seed = options.seed, .purpose = "rays", .index = static_cast<std::uint64_t>(steps)});
    const auto count = static_cast<std::size_t>(options.rays);
    rays.clear();
    rays.reserve(count);
    if (phase == Phase::coarse) {
        for (std::size_t i = 0; i < count; ++i)
            rays.push_back(rayThrough(stream.integer(pixelCount())));
    } else {
        for (std::size_t i = 0; i < count; ++i) {
            // A scene may have fewer pixels than a batch: then it is gone through more than once.
            if (next == eligible.size() || (i == 0 && next + count > eligible.size())) {
                reorder();
                next = 0;
            }
            rays.push_back(rayThrough(eligible[order[next++]]));
        }
    }
    if (options.jitter)
        for (PassRay& ray : rays)
            ray.offset = stream.uniform();
}

void Trainer::State::takeStep() {
    const StageOptions& now = stage();
    const PassOptions passOptions{.nearest = scene->nearest,
                                  .background = options.background,
                                  .backgroundEntropy = now.backgroundEntropy,
                                  .perPoint = now.perPoint,
                                  .clampColor = options.clampColor};
    drawRays();
    const PassSums sums = pass.differentiate(*field, rays, passOptions);
    const auto count = static_cast<double>(rays.size());
    metrics = {.loss = RayPass<float>::loss(sums, rays.size(), passOptions),
               .colorLoss = sums.squares / (3.0 * count),
               .entropyLoss = sums.entropy / count,
               .perPointLoss = sums.perPoint / count,
               .samplesInBox = sums.inBox / count,
               .samplesInMask = sums.inMask / count,
               .samplesColored = sums.colored / count};
    colored += sums.colored;
    if (!metrics.finite())
        return;
    GridSmoothing smoothing;
    if (phase == Phase::fine)
        smoothing = {.density = options.tvDensity,
                     .features = options.tvFeatures,
                     .dense = options.tvDense,
                     .rays = options.rays};
    optimizer->step(*field, pass, {now.densityRate, now.featureRate, now.networkRate},
                    relativeRates, smoothing);
}

// ---- The trainer -----------------------------------------------------------------------------

Trainer::Trainer(std::shared_ptr<const Scene> scene, TrainerOptions options)
    : state_(std::make_unique<State>()) {
    if (!scene || scene->training.empty())
        throw InputError("The scene has no picture to train on; expected at least one.");
    if (options.start) {
        options.coarse.steps = 0;
        options.checkpoints.clear();
        state_->phase = Phase::fine;
        state_->field = std::make_unique<Field>(*options.start);
    }
    if (options.coarse.steps + options.fine.steps < 1)
        throw InputError(fmt::format("There are {} coarse and {} fine steps; expected at least one "
                                     "step in all.",
                                     options.coarse.steps, options.fine.steps));
    if (options.rays < 1)
        throw InputError(fmt::format("A step has {} rays; expected at least 1.", options.rays));
    state_->frustum = frustumOf(*scene);
    std::size_t total = 0;
    state_->firstPixel.push_back(0);
    for (const PosedPicture& posed : scene->training)
        state_->firstPixel.push_back(total += pixelsOf(posed.camera));
    if (total > std::numeric_limits<std::uint32_t>::max())
        throw InputError(fmt::format("The training pictures have {} pixels; expected at most {}.",
                                     total, std::numeric_limits<std::uint32_t>::max()));
    state_->scene = std::move(scene);
    state_->options = std::move(options);
}

Trainer::~Trainer() = default;

Trainer::Outcome Trainer::step(const std::function<bool()>& stop) {
    State& s = *state_;
    if (s.stageReady && s.phase == Phase::coarse && s.steps == s.options.coarse.steps)
        s.stageReady = false;
    if (!s.stageReady && !s.prepareStage(stop))
        return Outcome::interrupted;
    const std::int64_t step = s.stepInPhase() + 1;
    if ((step + refreshOffset) % refreshEvery == 0)
        s.refreshMask();
    if (s.phase == Phase::fine) {
        const auto& checkpoints = s.options.checkpoints;
        const auto found = std::find(checkpoints.begin(), checkpoints.end(), step);
        if (found != checkpoints.end())
            s.scaleTo(s.options.fine.voxels /
                      std::exp2(static_cast<double>(checkpoints.end() - found - 1)));
    }
    s.takeStep();
    ++s.steps;
    return s.metrics.finite() ? Outcome::stepped : Outcome::diverged;
}

Phase Trainer::phase() const {
    return steps() >= plannedSteps() ? Phase::finished : state_->phase;
}
std::int64_t Trainer::stepInPhase() const {
    return state_->stepInPhase();
}
std::int64_t Trainer::steps() const {
    return state_->steps;
}
std::int64_t Trainer::plannedSteps() const {
    return state_->options.coarse.steps + state_->options.fine.steps;
}
const StepMetrics& Trainer::metrics() const {
    return state_->metrics;
}
double Trainer::coloredSamples() const {
    return state_->colored;
}
const TrainerOptions& Trainer::options() const {
    return state_->options;
}
const Field* Trainer::field() const {
    return state_->field.get();
}
const Field* Trainer::coarseField() const {
    return state_->coarse.get();
}
const std::vector<std::uint16_t>& Trainer::viewCounts() const {
    return state_->views;
}
const Box& Trainer::frustumBox() const {
    return state_->frustum;
}

Trainer::Rates Trainer::rates() const {
    const StageOptions& stage = state_->stage();
    const double decay = state_->optimizer ? state_->optimizer->decay() : 1.0;
    return {stage.densityRate * decay, stage.featureRate * decay,
            state_->phase == Phase::coarse ? 0.0 : stage.networkRate * decay};
}

void Trainer::setStage(Phase stage, const StageOptions& options) {
    StageOptions& target = stage == Phase::coarse ? state_->options.coarse : state_->options.fine;
    target.densityRate = options.densityRate;
    target.featureRate = options.featureRate;
    target.networkRate = options.networkRate;
    target.backgroundEntropy = options.backgroundEntropy;
    target.perPoint = options.perPoint;
}

void Trainer::refreshMask() {
    if (state_->stageReady)
        state_->refreshMask();
}

bool Trainer::doubleGrid() {
    State& s = *state_;
    if (!s.stageReady)
        return false;
    const double points = static_cast<double>(s.field->shape.count());
    const double voxels = 2.0 * points;
    const double reserved = s.options.start
                                ? Field::bytes(static_cast<double>(s.options.start->shape.count()),
                                               s.field->color, FieldUse::training)
                                : gridBytes(s.options);
    if (Field::bytes(voxels, s.field->color, FieldUse::training) > reserved)
        throw InputError(fmt::format(
            "A grid of {:.0f} points cannot be doubled: {:.0f} points take {:.1f} MB, and the "
            "run's parameters reserve {:.1f} MB; begin with more voxels.",
            points, voxels, Field::bytes(voxels, s.field->color, FieldUse::training) / 1e6,
            reserved / 1e6));
    s.scaleTo(voxels);
    if (s.phase == Phase::coarse) // counts belong to the points of one grid
        s.takeViewCounts(*s.field, {});
    return true;
}

double Trainer::gridBytes(const TrainerOptions& options) {
    const double coarse =
        options.coarse.steps > 0
            ? Field::bytes(options.coarse.voxels, ColorOptions{.features = 3, .width = 0},
                           FieldUse::training)
            : 0.0;
    const double fine = options.fine.steps > 0
                            ? Field::bytes(options.fine.voxels, options.color, FieldUse::training)
                            : 0.0;
    return std::max(coarse, fine);
}

} // namespace convergence::radiance
