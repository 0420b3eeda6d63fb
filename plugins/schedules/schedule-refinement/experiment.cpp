#include "plugins/schedules/schedule-refinement/experiment.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/data/csv.h"
#include "core/data/output_file.h"
#include "core/error.h"
#include "core/experiment/not_applicable.h"
#include "plugins/schedules/schedule-refinement/frames.h"

namespace convergence {

namespace {

using Numbers = std::vector<double>;

/// What the trials of a run share.
struct Shared {
    explicit Shared(const ParameterValues& values) : ledger(values), frames(ledger) {}
    RefinementLedger ledger;
    RefinementFrames frames;
};

/// One training run with one schedule; without a task, a walk along the schedule.
class ScheduleSolver final : public Solver {
public:
    ScheduleSolver(std::shared_ptr<Shared> shared, const TrialPlan& plan)
        : shared_(std::move(shared)), arm_(plan.arm), rate_(plan.factors.at("learning_rate")),
          seed_(static_cast<double>(plan.replicate)) {
        norms_.reserve(ledger().steps());
        if (!ledger().isProfile())
            run_ = startTraining(ledger().training(), plan.replicate);
    }

    StepStatus step(const StopToken& stop) override {
        if (!schedule_) {
            if (!run_)
                norms_ = *ledger().norms(1, seed_, stop);
            schedule_ = ledger().schedule(arm_, seed_, stop);
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
        std::fill(metrics.begin(), metrics.end(), notApplicable);
        if (t_ > 0) {
            metrics[0] = (*schedule_)[t_ - 1];
            metrics[1] = rate_ * metrics[0];
            metrics[2] = norms_[t_ - 1];
        }
        if (run_) {
            const RunningLoss loss = run_->running();
            metrics[3] = loss.loss;
            metrics[4] = loss.lower;
            metrics[5] = loss.upper;
        }
    }

    void conclude(std::span<double> finals) override {
        std::fill(finals.begin(), finals.end(), notApplicable);
        if (run_) {
            const FinalLoss loss = run_->conclude();
            finals[0] = loss.loss;
            finals[1] = loss.testLoss;
            finals[2] = loss.testError;
        }
        if (!schedule_)
            return;
        const auto peak = std::max_element(schedule_->begin(), schedule_->end());
        finals[3] = schedule_->front() / *peak;
        finals[4] = static_cast<double>(peak - schedule_->begin() + 1) /
                    static_cast<double>(schedule_->size());
        const bool complete = t_ == ledger().steps();
        if (complete &&
            std::all_of(norms_.begin(), norms_.end(), [](double G) { return std::isfinite(G); })) {
            const double D = ledger().values().real("distance");
            finals[5] = boundAOfSchedule(*schedule_, norms_, D);
            finals[6] = scaledBoundB(*schedule_, norms_, D);
        }
        concludeRefinement(finals);
        if (run_ && (complete || !std::isfinite(finals[0]) || !std::isfinite(norms_.back())))
            ledger().report(arm_, rate_, seed_, norms_,
                            complete ? finals[0] : std::numeric_limits<double>::infinity());
    }

    void setLive(const std::string& name, const Value& value) override {
        ledger().show(name, value);
    }

    /// The refinement that starts from this arm's norms.
    void draw(const Recording&, FrameMap& frames) const override {
        if (arm_ == "linear")
            shared_->frames.drawRefinement(frames, 1, seed_);
        else if (arm_ == "refined" || arm_.starts_with("refined_"))
            shared_->frames.drawRefinement(frames, RefinementLedger::roundOf(arm_) + 1, seed_);
    }

    /// schedule.csv, one rate a line: in a training task the multipliers of a refined schedule,
    /// which do not depend on the base rate.
    void save(const std::filesystem::path& folder) const override {
        const int round = RefinementLedger::roundOf(arm_);
        if (run_ && (round == 0 || rate_ != ledger().rates().front()))
            return;
        const auto norms = ledger().knownNorms(std::max(1, round), seed_);
        if (!norms)
            return;
        const auto schedule = ledger().scheduleFrom(arm_, *norms, ledger().shown(), StopToken());
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

    /// Bound A of the refined schedule over that of linear decay, (D/√T)·rms(Ĝ).
    void concludeRefinement(std::span<double> finals) {
        const int round = RefinementLedger::roundOf(arm_);
        const auto source = round > 0 ? ledger().knownNorms(round, seed_) : nullptr;
        if (!source)
            return;
        Refinement refined = refineSchedule(*source, ledger().refinement());
        if (ledger().training()->norm == NormKind::l1)
            for (double& G : refined.filtered)
                G = std::sqrt(G);
        const Numbers ones(refined.filtered.size(), 1.0);
        finals[7] = scaledBoundA(refined.weights, refined.filtered, 1.0) /
                    scaledBoundA(ones, refined.filtered, 1.0);
        finals[8] = refined.concentration;
    }

    std::shared_ptr<Shared> shared_;
    std::string arm_;
    double rate_;
    double seed_;
    std::unique_ptr<TrainingRun> run_;
    std::shared_ptr<const Numbers> schedule_;
    Numbers norms_; ///< recorded so far; where nothing is trained, the given ones
    std::size_t t_ = 0;
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
        return {{"multiplier", "rate relative to the base rate"},
                {"learning_rate_now", "learning rate ηₜ"},
                {"gradient_norm", "gradient norm"},
                {"loss", shared_->ledger.task() == RefinementTask::noisyStream
                             ? "mean gap f − f*"
                             : "training loss, running mean"},
                {"loss_lower", "lower quartile of the gap"},
                {"loss_upper", "upper quartile of the gap"}};
    }
    [[nodiscard]] std::vector<Column> factorColumns() const override {
        return {{"learning_rate", "base learning rate", "", ColumnRole::factor}};
    }
    [[nodiscard]] std::vector<Column> finalColumns() const override {
        return {{"final_loss", "final loss"},
                {"test_loss", "test loss"},
                {"test_error", "test error", "%"},
                {"schedule_first", "first rate over the largest"},
                {"schedule_peak_at", "place of the largest rate, fraction of the run"},
                {"bound_a", "bound A at the best scale"},
                {"bound_b", "bound B at the best scale"},
                {"predicted_ratio", "bound A over that of linear decay"},
                {"concentration", "share of the largest 1 % of the weights"}};
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
