#include "plugins/federated/trial.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "core/federated/measures.h"
#include "plugins/federated/frames.h"

namespace convergence::federated {

const Columns<TrialState>& traceTable() {
    using C = Columns<TrialState>;
    static const C table{
        C::clock({"samples", "gradients evaluated", "samples",
                  [](const TrialState& s) { return s.samples; }}),
        C::clock({"bytes", "sent", "bytes", [](const TrialState& s) { return s.bytes; }}),
        {"gap", "gap f − f*", [](const TrialState& s) { return s.gap; }},
        {"loss", "loss f", [](const TrialState& s) { return s.loss; }},
        {"gradient_norm", "gradient norm ‖∇f‖", [](const TrialState& s) { return s.gradientNorm; }},
        {"dissimilarity", "dissimilarity ζ(x)",
         [](const TrialState& s) { return s.dissimilarity; }},
        {"drift", "drift of clients", [](const TrialState& s) { return s.drift; }},
        {"cosine", "cosine between updates", [](const TrialState& s) { return s.cosine; }},
        {"angle", "angle of g to ∇f", "°", [](const TrialState& s) { return s.angle; }},
        {"test_accuracy", "test accuracy", [](const TrialState& s) { return s.testAccuracy; }},
        {"least_accuracy", "accuracy of the worst client",
         [](const TrialState& s) { return s.leastAccuracy; }},
        {"median_accuracy", "accuracy of the median client",
         [](const TrialState& s) { return s.medianAccuracy; }},
        {"correction", "correction of the mean", [](const TrialState& s) { return s.correction; }},
        {"floor", "gap at rest", [](const TrialState& s) { return s.floor; }},
        C::clock({"seconds", "virtual time", "s", [](const TrialState& s) { return s.seconds; }}),
        {"test_loss", "test loss", [](const TrialState& s) { return s.testLoss; }},
        {"tenth_accuracy", "accuracy that nine of ten clients reach",
         [](const TrialState& s) { return s.tenthAccuracy; }},
        {"validation_accuracy", "validation accuracy",
         [](const TrialState& s) { return s.validationAccuracy; }},
        {"consensus", "spread of clients about their mean",
         [](const TrialState& s) { return s.consensus; }},
        {"gap_of_mean", "gap of the clients' mean",
         [](const TrialState& s) { return s.gapOfMean; }},
        {"mean_gap_of_clients", "mean gap of the clients",
         [](const TrialState& s) { return s.meanGapOfClients; }}};
    return table;
}

const Columns<TrialState>& finalTable() {
    static const Columns<TrialState> table{
        {"final_gap", "final gap", [](const TrialState& s) { return s.gap; }},
        {"mean_gap", "mean gap over the run", [](const TrialState& s) { return s.meanGap; }},
        {"late_gap", "mean gap of the last fifth", [](const TrialState& s) { return s.lateGap; }},
        {"mean_gradient_square", "mean ‖∇f‖² over the rounds",
         [](const TrialState& s) { return s.meanGradientSquare; }},
        {"floor_gap", "gap at rest, closed form", [](const TrialState& s) { return s.floor; }},
        {"floor_gradient_square", "‖∇f‖² at rest, closed form",
         [](const TrialState& s) { return s.floorGradientSquare; }},
        {"off_floor", "distance from the closed form",
         [](const TrialState& s) { return s.offFloor; }},
        {"late_accuracy", "test accuracy, last fifth",
         [](const TrialState& s) { return s.lateAccuracy; }},
        {"sharpness", "largest eigenvalue of ∇²f", [](const TrialState& s) { return s.sharpness; }},
        {"rounds_to_target", "rounds to target",
         [](const TrialState& s) { return s.roundsToTarget; }},
        {"bytes_to_target", "bytes to target", "bytes",
         [](const TrialState& s) { return s.bytesToTarget; }},
        {"seconds_to_target", "virtual time to target", "s",
         [](const TrialState& s) { return s.secondsToTarget; }},
        {"late_validation_error", "validation error, last fifth",
         [](const TrialState& s) { return s.lateValidationError; }}};
    return table;
}

namespace {

/// Mean of the entries whose rounds come after `from`; not applicable without any.
double meanAfter(const std::vector<std::pair<double, double>>& roundsAndValues, double from) {
    double sum = 0.0, count = 0.0;
    for (const auto& [round, value] : roundsAndValues)
        if (round > from) {
            sum += value;
            ++count;
        }
    return count > 0.0 ? sum / count : notApplicable;
}

template <typename Scalar>
class FederatedSolver final : public Solver {
public:
    FederatedSolver(std::shared_ptr<const Rows> rows, TrialParts<Scalar> parts,
                    LiveChange<Scalar> change)
        : rows_(std::move(rows)), change_(std::move(change)), rest_(std::move(parts.rest)),
          target_(parts.target), targetAccuracy_(parts.targetAccuracy),
          isPictured_(parts.isPictured), isSprung_(parts.isSprung), ascent_(parts.ascent),
          hasSharpness_(parts.hasSharpness), quadratics_(quadraticsIn(parts.problem.get())),
          plan_(parts.options.plan), rounds_(std::move(parts.problem), std::move(parts.method),
                                             std::move(parts.participation), parts.options) {
        if constexpr (isDouble)
            if (rest_ && quadratics_) {
                constexpr double rounding = 1e-20; // the optimum itself: no floor
                if (const double gap = quadratics_->gap(*rest_); gap > rounding)
                    state_.floor = gap;
                state_.floorGradientSquare = quadratics_->gradient(*rest_).squaredNorm();
            }
        follow();
    }

    StepStatus step(const StopToken& stop) override {
        const double square = cheap_ ? cheap_->gradientSquare : 0.0;
        if (!rounds_.step(stop))
            return StepStatus::interrupted;
        sumOfSquares_ += square; // of x⁰, ..., x^{R−1}
        if (!rounds_.isSound())
            return StepStatus::diverged;
        follow();
        return StepStatus::running;
    }

    void measure(std::span<double> metrics) override {
        refresh();
        rows_->trace.fill(state_, metrics);
        const auto round = static_cast<double>(rounds_.round());
        if (applies(state_.gap))
            gaps_.emplace_back(round, state_.gap);
        if (applies(state_.testAccuracy)) {
            accuracies_.emplace_back(round, state_.testAccuracy);
            reachAccuracy();
        }
        if (applies(state_.validationAccuracy))
            validations_.emplace_back(round, state_.validationAccuracy);
    }

    void conclude(std::span<double> finals) override {
        refresh();
        constexpr double late = 0.8;
        const auto rounds = static_cast<double>(rounds_.round());
        state_.meanGap = meanAfter(gaps_, -1.0);
        state_.lateGap = meanAfter(gaps_, late * rounds);
        state_.lateAccuracy = meanAfter(accuracies_, late * rounds);
        if (const double validated = meanAfter(validations_, late * rounds); applies(validated))
            state_.lateValidationError = 1.0 - validated;
        if (cheap_ && rounds > 0.0)
            state_.meanGradientSquare = sumOfSquares_ / rounds;
        if (rest_)
            state_.offFloor = static_cast<double>((rounds_.model() - *rest_).norm());
        if (hasSharpness_ && rounds_.isSound())
            state_.sharpness =
                sharpness(rounds_.problem(), rounds_.evaluator(), rounds_.model()).value;
        rows_->finals.fill(state_, finals);
    }

    void setLive(const std::string& name, const Value& value) override {
        change_(rounds_, name, value);
        rest_.reset(); // it was that of the weights before
        state_.floor = state_.floorGradientSquare = notApplicable;
    }
    void act(const std::string& action) override { setLive(action, true); }

    void draw(const Recording&, FrameMap& frames) const override {
        if (!isPictured_)
            return;
        if constexpr (isDouble)
            if (quadratics_ && quadratics_->dimension() == 2) {
                drawFan({*quadratics_, rounds_, isSprung_}, frames);
                drawRound({*quadratics_, rounds_, isSprung_}, frames);
            }
        if (rounds_.round() == 0)
            return;
        drawUpdates(rounds_, frames);
        frames["work"] = past_.timeline(rounds_.problem().clients());
        if (ascent_)
            drawUphill(rounds_, plan_, *ascent_, frames);
    }

    [[nodiscard]] std::string divergence() const override {
        return "the model is not finite, or a million times farther out than it began";
    }

private:
    static constexpr bool isDouble = std::is_same_v<Scalar, double>;
    /// Null for another problem.
    static const Quadratics* quadraticsIn([[maybe_unused]] const Problem<Scalar>* problem) {
        if constexpr (isDouble)
            return dynamic_cast<const Quadratics*>(problem);
        return nullptr;
    }
    /// What is told after every round, recorded or not.
    void follow() {
        cheap_ = rounds_.evaluator().everyRound(rounds_.model());
        if (cheap_ && cheap_->gap <= target_)
            arrive();
        if (isPictured_ && rounds_.round() > 0)
            past_.add({rounds_.beginOfRound(), rounds_.totals().seconds}, rounds_.replies());
    }
    /// The first time counts.
    void arrive() {
        if (applies(state_.roundsToTarget))
            return;
        state_.roundsToTarget = static_cast<double>(rounds_.round());
        state_.bytesToTarget = static_cast<double>(rounds_.totals().bytes());
        state_.secondsToTarget = rounds_.totals().seconds;
    }
    void reachAccuracy() {
        constexpr std::size_t evaluations = 5;
        if (accuracies_.size() < evaluations)
            return;
        double mean = 0.0;
        for (std::size_t k = accuracies_.size() - evaluations; k < accuracies_.size(); ++k)
            mean += accuracies_[k].second / static_cast<double>(evaluations);
        if (mean >= targetAccuracy_)
            arrive();
    }
    void refresh() {
        const Measured measured = rounds_.evaluator().at(rounds_.model());
        const RoundMeasures round = rounds_.measures();
        const auto orNot = [](const std::optional<double>& x) { return x.value_or(notApplicable); };
        state_.samples = static_cast<double>(rounds_.totals().samples);
        state_.bytes = static_cast<double>(rounds_.totals().bytes());
        state_.seconds = rounds_.totals().seconds;
        state_.gap = orNot(measured.gap);
        state_.loss = measured.loss;
        state_.gradientNorm = std::sqrt(measured.gradientSquare);
        state_.dissimilarity = std::sqrt(measured.dissimilarity);
        state_.drift = round.drift ? std::sqrt(*round.drift) : notApplicable;
        state_.cosine = orNot(round.cosine);
        state_.consensus = round.consensus ? std::sqrt(*round.consensus) : notApplicable;
        state_.angle = angle();
        state_.correction = orNot(rounds_.method().correctionLength());
        state_.testAccuracy = orNot(measured.testAccuracy);
        state_.leastAccuracy = orNot(measured.leastAccuracy);
        state_.medianAccuracy = orNot(measured.medianAccuracy);
        state_.testLoss = orNot(measured.testLoss);
        state_.tenthAccuracy = orNot(measured.tenthAccuracy);
        state_.validationAccuracy = orNot(measured.validationAccuracy);
        if (measured.gap) {
            if (*measured.gap <= target_)
                arrive();
            compareGaps();
        }
    }
    /// Of where the round's clients came to, where an optimum is known.
    void compareGaps() {
        const auto& cohort = rounds_.work().cohort();
        if (rounds_.round() == 0 || cohort.size() == 0)
            return;
        const auto gaps = gapsOf<Scalar>(rounds_.evaluator(), cohort.x.leftCols(cohort.size()));
        state_.gapOfMean = gaps->ofMean;
        state_.meanGapOfClients = gaps->mean;
    }
    /// To the gradient that was measured just now.
    [[nodiscard]] double angle() {
        const VectorOf<Scalar>* g = rounds_.method().serverDirection();
        if (!g)
            return notApplicable;
        const VectorOf<Scalar>& gradient = rounds_.evaluator().lastGradient();
        const auto norms = static_cast<double>(g->norm()) * static_cast<double>(gradient.norm());
        if (!(norms > 0.0))
            return notApplicable;
        return std::acos(std::clamp(static_cast<double>(g->dot(gradient)) / norms, -1.0, 1.0)) *
               180.0 / std::numbers::pi;
    }

    std::shared_ptr<const Rows> rows_;
    LiveChange<Scalar> change_;
    std::optional<VectorOf<Scalar>> rest_;
    double target_, targetAccuracy_;
    bool isPictured_, isSprung_;
    std::optional<AscentOptions> ascent_;
    bool hasSharpness_;
    const Quadratics* quadratics_; ///< null: another problem
    LocalPlan plan_;
    Rounds<Scalar> rounds_;
    TrialState state_;
    std::optional<typename Evaluator<Scalar>::Cheap> cheap_; ///< of the present x
    double sumOfSquares_ = 0.0;
    std::vector<std::pair<double, double>> gaps_, accuracies_, validations_; ///< by round
    PastRounds past_;
};

} // namespace

template <typename Scalar>
std::unique_ptr<Solver> startFederatedTrial(std::shared_ptr<const Rows> rows,
                                            TrialParts<Scalar> parts, LiveChange<Scalar> change) {
    return std::make_unique<FederatedSolver<Scalar>>(std::move(rows), std::move(parts),
                                                     std::move(change));
}
template std::unique_ptr<Solver> startFederatedTrial(std::shared_ptr<const Rows>, TrialParts<float>,
                                                     LiveChange<float>);
template std::unique_ptr<Solver> startFederatedTrial(std::shared_ptr<const Rows>,
                                                     TrialParts<double>, LiveChange<double>);

} // namespace convergence::federated
