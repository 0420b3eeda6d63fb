#include "plugins/schedules/schedule-refinement/experiment.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/data/csv.h"
#include "core/data/output_file.h"
#include "core/error.h"
#include "plugins/schedules/schedule-refinement/arms.h"
#include "plugins/schedules/schedule-refinement/frames.h"
#include "plugins/schedules/schedule-refinement/records.h"

namespace convergence {

namespace {

using Numbers = std::vector<double>;
using namespace schedule_refinement;

/// What the trials of a run share.
struct Shared {
    explicit Shared(const ParameterValues& values)
        : ledger(values), frames(ledger),
          traceRow(traceTable().at(scheduleRefinementDescription().parameters, values)),
          finalRow(finalTable().at(scheduleRefinementDescription().parameters, values)) {}
    RefinementLedger ledger;
    RefinementFrames frames;
    RowFiller<State> traceRow, finalRow;
};

/// One training run with one schedule; without a task, a walk along the schedule.
class ScheduleSolver final : public Solver {
public:
    ScheduleSolver(std::shared_ptr<Shared> shared, const TrialPlan& plan)
        : shared_(std::move(shared)), arm_(traitsOf(scheduleArms, plan.arm)), armId_(plan.arm),
          rate_(plan.factors.at("learning_rate")), seed_(static_cast<double>(plan.replicate)) {
        norms_.reserve(ledger().steps());
        if (!ledger().isProfile())
            run_ = startTraining(ledger().training(), plan.replicate);
    }

    StepStatus step(const StopToken& stop) override {
        if (!schedule_) {
            if (!run_)
                norms_ = *ledger().norms(1, seed_, stop);
            schedule_ = ledger().schedule(armId_, seed_, stop);
            if (!schedule_)
                return StepStatus::interrupted;
        }
        const std::size_t t = t_++;
        if (!run_)
            return StepStatus::running;
        norms_.push_back(run_->step(rate_ * (*schedule_)[t]));
        return std::isfinite(norms_.back()) ? StepStatus::running : StepStatus::diverged;
    }

    void measure(std::span<double> metrics) override {
        if (t_ > 0) {
            state_.multiplier = (*schedule_)[t_ - 1];
            state_.rate = rate_ * state_.multiplier;
            state_.gradientNorm = norms_[t_ - 1];
        }
        if (run_) {
            const RunningLoss loss = run_->running();
            state_.loss = loss.loss;
            state_.lossLower = loss.lower;
            state_.lossUpper = loss.upper;
        }
        shared_->traceRow.fill(state_, metrics);
    }

    void conclude(std::span<double> finals) override {
        refreshFinals();
        shared_->finalRow.fill(state_, finals);
    }

    void setLive(const std::string& name, const Value& value) override {
        ledger().show(name, value);
    }

    /// The refinement that starts from this arm's norms.
    void draw(const Recording&, FrameMap& frames) const override {
        if (arm_.startsRound > 0)
            shared_->frames.drawRefinement(frames, arm_.startsRound, seed_);
    }

    /// schedule.csv, one rate a line: in a training task the multipliers of a refined schedule,
    /// which do not depend on the base rate.
    void save(const std::filesystem::path& folder) const override {
        const int round = arm_.round;
        if (run_ && (round == 0 || rate_ != ledger().rates().front()))
            return;
        const auto norms = ledger().knownNorms(std::max(1, round), seed_);
        if (!norms)
            return;
        const auto schedule = ledger().scheduleFrom(armId_, *norms, ledger().shown(), StopToken());
        fmt::memory_buffer text;
        for (const double rate : *schedule) {
            appendCsvNumber(text, rate);
            text.push_back('\n');
        }
        writeWholeFile(folder / "schedule.csv", {text.data(), text.size()});
    }

    [[nodiscard]] std::string divergence() const override {
        return fmt::format("the gradient is not finite at base rate {:g}", rate_);
    }

private:
    [[nodiscard]] RefinementLedger& ledger() const { return shared_->ledger; }

    void refreshFinals() {
        if (run_) {
            const FinalLoss loss = run_->conclude();
            state_.finalLoss = loss.loss;
            state_.testLoss = loss.testLoss;
            state_.testError = loss.testError;
        }
        if (!schedule_)
            return;
        const auto peak = std::max_element(schedule_->begin(), schedule_->end());
        state_.first = schedule_->front() / *peak;
        state_.peakAt = static_cast<double>(peak - schedule_->begin() + 1) /
                        static_cast<double>(schedule_->size());
        const bool complete = t_ == ledger().steps();
        if (complete &&
            std::all_of(norms_.begin(), norms_.end(), [](double G) { return std::isfinite(G); })) {
            const double D = ledger().values().real("distance");
            state_.boundA = boundAOfSchedule(*schedule_, norms_, D);
            state_.boundB = scaledBoundB(*schedule_, norms_, D);
        }
        concludeRefinement();
        if (run_ && (complete || !std::isfinite(state_.finalLoss) || !std::isfinite(norms_.back())))
            ledger().report(armId_, rate_, seed_, norms_,
                            complete ? state_.finalLoss : std::numeric_limits<double>::infinity());
    }

    /// Bound A of the refined schedule over that of linear decay, (D/√T)·rms(Ĝ).
    void concludeRefinement() {
        const int round = arm_.round;
        const auto source = round > 0 ? ledger().knownNorms(round, seed_) : nullptr;
        if (!source)
            return;
        Refinement refined = refineSchedule(*source, ledger().refinement());
        if (ledger().training()->norm == NormKind::l1)
            for (double& G : refined.filtered)
                G = std::sqrt(G);
        const Numbers ones(refined.filtered.size(), 1.0);
        state_.predictedRatio = scaledBoundA(refined.weights, refined.filtered, 1.0) /
                                scaledBoundA(ones, refined.filtered, 1.0);
        state_.concentration = refined.concentration;
    }

    std::shared_ptr<Shared> shared_;
    const ScheduleArm& arm_;
    std::string armId_;
    double rate_;
    double seed_;
    std::unique_ptr<TrainingRun> run_;
    std::shared_ptr<const Numbers> schedule_;
    Numbers norms_; ///< recorded so far; where nothing is trained, the given ones
    std::size_t t_ = 0;
    State state_;
};

class RefinementExperiment final : public Experiment {
public:
    explicit RefinementExperiment(const ParameterValues& values)
        : shared_(std::make_shared<Shared>(values)) {}

    [[nodiscard]] std::vector<TrialPlan> trials() const override {
        std::vector<TrialPlan> plans;
        const RefinementLedger& ledger = shared_->ledger;
        for (const std::string& arm : ledger.arms())
            for (const double rate : ledger.rates())
                for (const double seed : ledger.seeds())
                    plans.push_back({.arm = arm,
                                     .factors = {{"learning_rate", rate}},
                                     .replicate = static_cast<std::uint64_t>(seed),
                                     .steps = static_cast<std::int64_t>(ledger.steps()),
                                     .keepTrace = true});
        return plans;
    }
    [[nodiscard]] std::vector<Column> traceColumns() const override {
        std::vector<ColumnPattern> patterns = records().trace;
        if (shared_->ledger.task() == RefinementTask::noisyStream)
            for (ColumnPattern& pattern : patterns)
                if (pattern.id == "loss")
                    pattern.label = "mean gap f − f*";
        return columnsOf(patterns);
    }
    [[nodiscard]] std::vector<Column> factorColumns() const override {
        return columnsOf(records().factors, ColumnRole::factor);
    }
    [[nodiscard]] std::vector<Column> finalColumns() const override {
        return columnsOf(records().finals);
    }
    [[nodiscard]] Cadence cadence() const override {
        return {shared_->ledger.values().integer("record_every")};
    }
    [[nodiscard]] Provenance provenance() const override {
        return shared_->ledger.training()->provenance;
    }
    [[nodiscard]] std::unique_ptr<Solver> start(const TrialPlan& plan) const override {
        return std::make_unique<ScheduleSolver>(shared_, plan);
    }
    void draw(const Recording&, FrameMap& shared) const override {
        shared_->frames.drawRun(shared);
    }

private:
    [[nodiscard]] std::vector<Column> columnsOf(const std::vector<ColumnPattern>& patterns,
                                                ColumnRole role = ColumnRole::metric) const {
        return ColumnLayout(patterns, scheduleRefinementDescription().parameters,
                            shared_->ledger.values(), role)
            .columns();
    }

    std::shared_ptr<Shared> shared_;
};

/// Everything but the images, so that mistakes show at once.
void check(const ParameterValues& values) {
    if (!values.text("norms").empty())
        static_cast<void>(RefinementLedger(values));
    else if (values.integer("steps") > 0 && values.integer("steps") < 50)
        throw InputError(fmt::format("Parameter 'steps': {} is not accepted, expected 0 (as the "
                                     "task has it) or an integer from 50 to 1000000.",
                                     values.integer("steps")));
}

double memoryEstimate(const ParameterValues& values) {
    constexpr double pixels = 784.0, images = 60000.0 + 40000.0 + 10000.0;
    const std::string& task = values.text("task");
    const bool hasImages = task == "softmax" || task == "network";
    const double steps = std::max(2500.0, static_cast<double>(values.integer("steps")));
    const double trials = static_cast<double>(
        (values.choices("schedules").size() + 4) * values.numbers("seeds").size() *
        std::max({values.numbers("stream_learning_rates").size(),
                  values.numbers("softmax_learning_rates").size(),
                  values.numbers("adam_learning_rates").size()}));
    const double rows = values.integer("record_every") > 0
                            ? steps / static_cast<double>(values.integer("record_every"))
                            : std::min(steps, 1500.0);
    return (hasImages ? 4.0 * pixels * images : 0.0) + trials * 8.0 * (steps + 2.0 * 9.0 * rows);
}

} // namespace

ExperimentType scheduleRefinement() {
    return {.description = scheduleRefinementDescription(),
            .check = check,
            .memoryEstimate = memoryEstimate,
            .create =
                [](const ParameterValues& values) {
                    return std::make_unique<RefinementExperiment>(values);
                },
            .files = "the refined schedule"};
}

} // namespace convergence
