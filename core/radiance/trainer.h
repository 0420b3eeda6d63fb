#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/radiance/field.h"
#include "core/radiance/scene.h"

namespace convergence::radiance {

/// What one stage is trained with. Rates and weights of losses may change between steps.
struct StageOptions {
    std::int64_t steps = 0; ///< 0: the stage is left out
    double voxels = 0.0;    ///< N, about as many grid points in the end; N_base too
    double initialOpacity = 1e-6;
    double threshold = 0.0;   ///< θ
    double densityRate = 0.1; ///< η of the density grid
    double featureRate = 0.1;
    double networkRate = 1e-3;
    double backgroundEntropy = 0.0; ///< λ_bg
    double perPoint = 0.0;          ///< λ_pt
};

/// Everything that defines a training run; defaults are those of the paper's improved release for
/// Blender scenes (its tables "coarse" and "fine").
struct TrainerOptions {
    StageOptions coarse{.steps = 5000,
                        .voxels = 1'024'000,
                        .initialOpacity = 1e-6,
                        .threshold = 1e-7,
                        .backgroundEntropy = 0.01,
                        .perPoint = 0.1};
    StageOptions fine{.steps = 20'000,
                      .voxels = 160.0 * 160.0 * 160.0,
                      .initialOpacity = 1e-2,
                      .threshold = 1e-4,
                      .backgroundEntropy = 0.001,
                      .perPoint = 0.01};
    int rays = 8192; ///< B, rays a step
    Activation activation = Activation::post;
    ColorOptions color{.features = 12, .width = 128}; ///< of the fine stage
    double stepsize = 0.5;                            ///< in voxels
    /// Fine steps before whose rays are drawn the number of voxels doubles; the stage starts at
    /// N/2^m. Increasing, ≥ 1.
    std::vector<std::int64_t> checkpoints{1000, 2000, 3000, 4000};
    double shiftDecay = 1.0; ///< taken off b at each doubling
    /// The coarse density rate times views / most views, and nothing where at most 2 pictures look.
    bool viewCountRate = true;
    bool skipFreeSpace = true; ///< false: everything stays occupied
    bool jitter = false;       ///< one random offset in [0, 1) steps a ray while training
    bool clampColor = false;   ///< clamp Ĉ to [0, 1] (the first release)
    double tvDensity = 0.0;    ///< weights of the total variation, fine stage
    double tvFeatures = 0.0;
    bool tvDense = false;        ///< also where the gradient is zero
    double boxThreshold = 1e-3;  ///< coarse opacity that the fine box must hold
    double maskThreshold = 1e-3; ///< coarse opacity that the fine mask keeps
    double boxScale = 1.05;      ///< of the fine box
    double background = 1.0;     ///< brightness behind everything
    std::uint64_t seed = 0;
    /// A trained field that the fine stage goes on with as it is, its own options included: no
    /// coarse stage then, and no checkpoints. Null: a new field.
    std::shared_ptr<const Field> start;
};

/// The stage a trainer is in.
enum class Phase { coarse, fine, finished };

/// What the last step did.
struct StepMetrics {
    double loss = 0.0;
    double colorLoss = 0.0;    ///< mean squared error of the batch
    double entropyLoss = 0.0;  ///< mean H(T_last), without λ_bg
    double perPointLoss = 0.0; ///< (1/B) Σ w ‖c − C‖², without λ_pt
    double samplesInBox = 0.0; ///< a ray
    double samplesInMask = 0.0;
    double samplesColored = 0.0;
    [[nodiscard]] bool finite() const;
};

/// Trains a radiance field: coarse stage, then fine stage. Sun, Sun, Chen 2021.
///
/// Deterministic for a seed whatever the number of threads: rays are drawn from streams keyed by
/// the step, and sums over samples have a fixed order. Used by one thread at a time.
class Trainer {
public:
    /// Throws InputError for options that cannot work, e.g. no step at all, or a scene without
    /// pictures. Allocates little; the grids come with the first step.
    Trainer(std::shared_ptr<const Scene> scene, TrainerOptions options);
    ~Trainer();

    enum class Outcome { stepped, interrupted, diverged };
    /// One optimizer step of the present phase, with what comes before it (setting up a stage,
    /// refreshing the mask, doubling the grid). `stop` is asked during long preparations; an
    /// interrupted step may be asked for again. Must not be called once finished.
    Outcome step(const std::function<bool()>& stop = {});

    [[nodiscard]] Phase phase() const;
    /// Steps done in the present phase, and in all.
    [[nodiscard]] std::int64_t stepInPhase() const;
    [[nodiscard]] std::int64_t steps() const;
    [[nodiscard]] std::int64_t plannedSteps() const;
    [[nodiscard]] const StepMetrics& metrics() const;
    /// Samples that were given a color since the beginning.
    [[nodiscard]] double coloredSamples() const;
    [[nodiscard]] const TrainerOptions& options() const;

    /// The field under training: null before the first step, unless it goes on with another.
    [[nodiscard]] const Field* field() const;
    /// The field at the end of the coarse stage; null before.
    [[nodiscard]] const Field* coarseField() const;
    /// Of the coarse stage: number of pictures that see each grid point; empty if not counted.
    [[nodiscard]] const std::vector<std::uint16_t>& viewCounts() const;
    /// All cameras' frusta, and what the coarse stage found of it to be worth the fine one.
    [[nodiscard]] const Box& frustumBox() const;
    /// The rates of the next step, after decay; 0 where the phase has none.
    struct Rates {
        double density = 0.0;
        double features = 0.0;
        double network = 0.0;
    };
    [[nodiscard]] Rates rates() const;

    /// Changes a stage's rates and loss weights before the next step.
    void setStage(Phase stage, const StageOptions& options);
    /// bit &= largest opacity around the point > θ, now.
    void refreshMask();
    /// What a checkpoint does, now: twice the voxels, a new optimizer, b less shiftDecay; in the
    /// coarse stage the views of the new points are counted. False before the first step, when
    /// there is no grid. Throws InputError, and does nothing, where the finer grid would take more
    /// than gridBytes() or the field that it began with: never asking the machine, so that a run
    /// that is made again does the same.
    bool doubleGrid();

    /// Bytes that grids of these options take at most, their moments included.
    static double gridBytes(const TrainerOptions& options);

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace convergence::radiance
