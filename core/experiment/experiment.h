#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/experiment/description.h"
#include "core/experiment/frames.h"
#include "core/experiment/recording.h"
#include "core/stop_token.h"

namespace convergence {

enum class StepStatus {
    running,
    finished, ///< converged or otherwise done before the planned number of steps
    diverged,
    interrupted, ///< gave up because of a stop request; the iteration does not count
};

/// One trial in progress. Used by one thread at a time; different trials run in parallel, so a
/// solver shares nothing it writes.
class Solver {
public:
    virtual ~Solver() = default;

    /// Advances by one iteration, without allocating. A step of more than some 10 ms looks at
    /// `stop` and may return `interrupted`. Returns `diverged` as soon as the iterate is not finite
    /// (or beyond any use); measure() may still be called.
    virtual StepStatus step(const StopToken& stop) = 0;

    /// Fills the metrics of the present iterate, in the order of Experiment::traceColumns().
    /// NaN where a column does not apply to this arm. Must not change the iterate.
    virtual void measure(std::span<double> metrics) = 0;

    /// Fills the final metrics, in the order of Experiment::finalColumns(). Called once, after the
    /// last step, also when the trial was stopped or diverged.
    virtual void conclude(std::span<double> finals) = 0;

    /// A parameter with LiveEffect::nextStep or framesOnly changed. The value was validated.
    virtual void setLive(const std::string& /*name*/, const Value& /*value*/) {}
    /// An action of the description was taken. Throws InputError to refuse it: then nothing has
    /// changed, the trial goes on, and its message is the sentence.
    virtual void act(const std::string& /*action*/) {}

    /// What views show of this trial now. What a view needs of other trials, or of the past, is in
    /// the recording so far: finals of trials that ended, traces where they are kept.
    virtual void draw(const Recording& /*soFar*/, FrameMap& /*frames*/) const {}

    /// Writes what this trial made besides its tables (pictures, a trained model) into an empty
    /// folder; see ExperimentType::files. Throws InputError naming the file that cannot be written.
    virtual void save(const std::filesystem::path& /*folder*/) const {}

    /// One sentence on why step() returned diverged, without the iteration (the runner adds it).
    [[nodiscard]] virtual std::string divergence() const { return "the iterate is not finite"; }
};

/// Which iterations are recorded: every `every`-th, or for 0 log-spaced ones (all up to about 90,
/// then 200 a decade; fewer where measuring costs much). Iteration 0 and the last are always
/// recorded.
struct Cadence {
    std::int64_t every = 0;
    double perDecade = 200.0;
    /// The first recorded iteration after `iteration`.
    [[nodiscard]] std::int64_t next(std::int64_t iteration) const;
};

/// The parameter `record_every` by which an experiment lets people choose its cadence.
Parameter recordEveryParameter(std::int64_t defaultValue = 0);

/// An experiment at given values: a problem, and trials on it. All methods are const and may be
/// called from several threads.
class Experiment {
public:
    virtual ~Experiment() = default;

    /// In recorded order; not empty. Arms are ids of the description.
    [[nodiscard]] virtual std::vector<TrialPlan> trials() const = 0;
    /// Metrics of a trace, without the clock "iteration", which the runner adds.
    [[nodiscard]] virtual std::vector<Column> traceColumns() const = 0;
    /// Design factors (budget, learning rate, ...), without arm and replicate.
    [[nodiscard]] virtual std::vector<Column> factorColumns() const { return {}; }
    [[nodiscard]] virtual std::vector<Column> finalColumns() const = 0;
    [[nodiscard]] virtual Cadence cadence() const { return {}; }
    [[nodiscard]] virtual Provenance provenance() const { return {}; }

    /// A solver at iteration 0 of that trial.
    [[nodiscard]] virtual std::unique_ptr<Solver> start(const TrialPlan& plan) const = 0;

    /// Frames of the problem itself, and of all trials together.
    virtual void draw(const Recording& /*soFar*/, FrameMap& /*shared*/) const {}
};

/// A kind of experiment: its description, and how one is made. What plugins register.
struct ExperimentType {
    Description description;
    /// Throws InputError for combinations of values that cannot work. May be empty.
    std::function<void(const ParameterValues&)> check;
    /// Bytes needed, before anything is allocated. May be empty.
    std::function<double(const ParameterValues&)> memoryEstimate;
    std::function<std::unique_ptr<Experiment>(const ParameterValues&)> create;
    /// What its trials write besides their tables (Solver::save), for a sentence: "the trained
    /// field and held-out pictures". Empty: nothing.
    std::string files = "";
};

/// What `type` makes at these values. Throws InputError, whatever plugin code throws.
std::unique_ptr<Experiment> createExperiment(const ExperimentType& type,
                                             const ParameterValues& values);

/// Defaults, then the preset's values (none if `preset` is empty), then `overrides`, validated;
/// checked for combinations that cannot work and for memory. Throws InputError.
ParameterValues resolveValues(const ExperimentType& type, std::string_view preset,
                              const Overrides& overrides);

/// `overrides` with the experiment's seed (or list of seeds) set to `seed`.
/// Throws InputError if the experiment has no seed.
Overrides withSeed(const Description& description, Overrides overrides, std::uint64_t seed);

/// An empty recording for the trials of an experiment. Throws InputError, whatever plugin code
/// throws.
std::shared_ptr<Recording> makeRecording(const Experiment& experiment);

} // namespace convergence
