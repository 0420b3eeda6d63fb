#include "plugins/matrix/robust-matrix-recovery/trial.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "core/experiment/not_applicable.h"
#include "core/math/decompositions.h"
#include "core/math/random.h"
#include "core/math/statistics.h"
#include "core/matrix/robust_recovery.h"
#include "plugins/matrix/frames.h"

namespace convergence::robust_recovery {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using matrix::CorruptionModel;
using matrix::IdealDynamics;
using matrix::MeasuredLoss;
using matrix::StepRule;
using matrix::StepSchedule;
using matrix::SubgradientRecovery;

const Columns<Iterate>& iterateColumns() {
    static const Columns<Iterate> columns{
        {"error", "relative error ‖UUᵀ − M*‖/‖M*‖", [](const Iterate& i) { return i.error; }},
        {"predicted_error", "error of the ideal loss",
         [](const Iterate& i) { return i.predictedError; }},
        {"loss", "training loss f", [](const Iterate& i) { return i.loss; }},
        {"loss_truth", "training loss at M*", [](const Iterate& i) { return i.truthLoss; }},
        {"step", "step size η_t", [](const Iterate& i) { return i.step; }},
        {"growth_available", "growth that the steps provide",
         [](const Iterate& i) { return i.growthAvailable; }},
        {"growth_measured", "growth of the weakest signal direction",
         [](const Iterate& i) { return i.growthMeasured; }},
        {"growth_needed", "growth needed, ln(1/α)",
         [](const Iterate& i) { return i.growthNeeded; }},
        {"sign_rip_cosine", "cosine of the angle between Q(Δ) and Δ",
         [](const Iterate& i) { return i.cosine; }},
        {"sign_rip_length", "length of Q(Δ) over φ", [](const Iterate& i) { return i.length; }},
        {"sign_rip_projection", "part of Q(Δ) along Δ over φ",
         [](const Iterate& i) { return i.projection; }},
        // The rank and six surplus ones, of the widest factor.
        {"sigma_{}", "σ{_} of U",
         [](const Iterate& i) { return std::span<const double>(i.sigmas); },
         "min(true_rank + 6, sweep_is_factor_rank ? greatest_sweep_factor_rank : factor_rank)"}};
    return columns;
}

const Columns<Outcome>& outcomeColumns() {
    static const Columns<Outcome> columns{
        {"final_error", "final relative error", [](const Outcome& o) { return o.error; }},
        {"least_error", "smallest relative error of all steps",
         [](const Outcome& o) { return o.leastError; }},
        {"arrival", "steps to relative error 0.1", [](const Outcome& o) { return o.arrival; }},
        {"final_loss", "final training loss", [](const Outcome& o) { return o.loss; }},
        {"loss_truth", "training loss at M*", [](const Outcome& o) { return o.truthLoss; }},
        {"rate", "rate of ln e between 1e-1 and 1e-12", "1/iteration",
         [](const Outcome& o) { return o.rate; }},
        {"rate_r_squared", "R² of the rate", [](const Outcome& o) { return o.rateRSquared; }},
        {"largest_surplus", "largest surplus singular value of U",
         [](const Outcome& o) { return o.largestSurplus; }},
        {"zero_columns", "columns of U₀ that are zero",
         [](const Outcome& o) { return o.zeroColumns; }},
        {"growth_available", "growth that the steps can provide",
         [](const Outcome& o) { return o.growthAvailable; }},
        {"growth_needed", "growth needed, ln(1/α)",
         [](const Outcome& o) { return o.growthNeeded; }},
        {"sign_rip_mean", "mean ⟨Q(Z), Z⟩/φ over random low-rank Z",
         [](const Outcome& o) { return o.signRipMean; }}};
    return columns;
}

const std::vector<ColumnPattern>& factorPatterns() {
    static const std::vector<ColumnPattern> patterns{{"initial_scale", "initial scale α"},
                                                     {"outlier_fraction", "outlier fraction p"},
                                                     {"noise", "noise ν"},
                                                     {"measurements", "measurements m"},
                                                     {"factor_rank", "factor rank r′"}};
    return patterns;
}

Design designOf(const TrialPlan& plan) {
    return {.initialScale = plan.factors.at("initial_scale"),
            .outlierFraction = plan.factors.at("outlier_fraction"),
            .noise = plan.factors.at("noise"),
            .measurements = static_cast<Index>(plan.factors.at("measurements")),
            .factorRank = static_cast<Index>(plan.factors.at("factor_rank"))};
}

namespace {

/// Relative error at which a run has arrived.
constexpr double arrivedError = 0.1;

StepSchedule scheduleOf(const ParameterValues& values, const RobustArm& arm, double truthLoss) {
    StepSchedule schedule{.rule =
                              arm.rule.value_or(traitsOf(stepRules, values.text("step_rule")).rule),
                          .first = values.real(arm.firstStep),
                          .decay = values.real("decay")};
    if (arm.scale == StartScale::large && !values.isKeyword("large_decay"))
        schedule.decay = values.real("large_decay");
    if (traitsOf(polyakTargets, values.text("polyak_target")).target == PolyakTarget::lossAtTruth)
        schedule.polyakTarget = truthLoss;
    return schedule;
}

class RobustRecoverySolver final : public Solver {
public:
    RobustRecoverySolver(std::shared_ptr<const Setting> setting, const TrialPlan& plan)
        : setting_(std::move(setting)), arm_(traitsOf(robustArms, plan.arm)),
          design_(designOf(plan)), measured_(setting_->measured.at(design_.measurements)),
          values_(setting_->values), model_(setting_->corruption(design_)),
          corrupted_(matrix::corrupt(measured_.clean, model_, setting_->seed())),
          truthLoss_(lossAtTruth()),
          scale_(arm_.scale == StartScale::small ? design_.initialScale
                                                 : values_.real("large_scale")),
          unitStart_(unitStart()),
          recovery_(MeasuredLoss(measured_.sensing, corrupted_.observed, arm_.loss), schedule(),
                    scale_ * unitStart_),
          ideal_(idealFromHere()), needed_(growthNeeded()), q_(dimension(), dimension()) {
        zeroColumns_ = (unitStart_.colwise().norm().array() == 0.0).count();
        startSignal_ = weakestSignal();
        noteError();
    }

    StepStatus step(const StopToken&) override {
        const bool useful = recovery_.step();
        ideal_.step();
        ++iteration_;
        noteError();
        return useful ? StepStatus::running : StepStatus::diverged;
    }

    void measure(std::span<double> metrics) override;
    void conclude(std::span<double> finals) override;
    void draw(const Recording&, FrameMap& frames) const override;

    void setLive(const std::string& name, const Value& value) override {
        if (name == "step_size")
            overrideStep_ = std::get<double>(value);
        else if (name == "decay")
            overrideDecay_ = std::get<double>(value);
        else if (name == "outlier_fraction")
            model_.outlierFraction = std::get<double>(value);
        else if (name == "outlier_scale")
            model_.outlierScale = std::get<double>(value);
        else if (name == "noise")
            model_.noise = std::get<double>(value);
        takeUpChanges();
    }

    void act(const std::string& action) override {
        if (action == "fresh_corruption") {
            ++draw_;
            takeUpChanges();
        } else if (action == "restart_smaller" && arm_.scale == StartScale::small) {
            scale_ *= 0.1;
            recovery_.restart(scale_ * unitStart_);
            ideal_ = idealFromHere();
            needed_ = growthNeeded();
            startSignal_ = weakestSignal();
            arrival_ = notApplicable;
            idealArrived_ = false;
        }
    }

    [[nodiscard]] std::string divergence() const override {
        return fmt::format("the factor grew without bound; a step size of {} is too large here",
                           schedule_.first);
    }

private:
    [[nodiscard]] Index dimension() const { return setting_->dimension(); }
    [[nodiscard]] const MatrixXd& target() const { return setting_->problem.target; }
    [[nodiscard]] const VectorXd& sigma() const { return setting_->problem.singularValues; }

    [[nodiscard]] double lossAtTruth() const {
        const VectorXd rho = corrupted_.observed - measured_.clean;
        const auto m = static_cast<double>(rho.size());
        return arm_.loss == MeasuredLoss::Kind::absolute ? rho.cwiseAbs().sum() / m
                                                         : 0.5 * rho.squaredNorm() / m;
    }

    /// B: the start at scale 1.
    [[nodiscard]] MatrixXd unitStart() const {
        const Index columns =
            arm_.width == Width::exact ? setting_->problem.rank() : design_.factorRank;
        const Directions chosen = traitsOf(startChoices, values_.text("start")).directions;
        if (arm_.directions.value_or(chosen) == Directions::spectral)
            return matrix::spectralStart(*measured_.sensing, corrupted_.observed, columns);
        return matrix::gaussianFactor(
            dimension(), columns, 1.0,
            RandomStream({.seed = setting_->seed(), .purpose = "random start"}));
    }

    StepSchedule schedule() {
        schedule_ = scheduleOf(values_, arm_, truthLoss_);
        if (arm_.firstStep == "step_size" && std::isfinite(overrideStep_))
            schedule_.first = overrideStep_;
        if (std::isfinite(overrideDecay_))
            schedule_.decay = overrideDecay_;
        return schedule_;
    }

    void takeUpChanges() {
        corrupted_ = matrix::corrupt(measured_.clean, model_, setting_->seed(), draw_);
        truthLoss_ = lossAtTruth();
        recovery_.measuredLoss().setObserved(corrupted_.observed);
        recovery_.schedule() = schedule();
        ideal_.retune(model_, schedule_);
    }

    [[nodiscard]] VectorXd signal() const {
        return singularValues(setting_->problem.left.transpose() * recovery_.factor());
    }
    [[nodiscard]] double weakestSignal() const {
        const VectorXd s = signal();
        return s[s.size() - 1];
    }
    [[nodiscard]] IdealDynamics idealFromHere() { return {model_, schedule_, sigma(), signal()}; }
    [[nodiscard]] double growthNeeded() const { return scale_ < 1.0 ? -std::log(scale_) : 0.0; }
    [[nodiscard]] bool hasIdeal() const { return arm_.loss == MeasuredLoss::Kind::absolute; }
    [[nodiscard]] double budget(std::int64_t steps) const {
        return hasIdeal() ? matrix::growthBudget(model_, schedule_, sigma(), steps) : notApplicable;
    }
    [[nodiscard]] double error() const {
        return (recovery_.product() - target()).norm() / target().norm();
    }

    /// Arrival and the smallest error are of every step, not of the recorded ones.
    void noteError() {
        product_.noalias() = recovery_.factor() * recovery_.factor().transpose();
        product_ -= target();
        const double e = product_.norm() / target().norm();
        leastError_ = std::min(leastError_, e);
        if (std::isnan(arrival_) && e < arrivedError)
            arrival_ = static_cast<double>(iteration_);
    }

    /// Of the ideal loss, up to its arrival: beyond that, steps that do not shrink with the error
    /// only overshoot by turns. With clean data and residual steps it goes on to the end.
    [[nodiscard]] double predictedError() {
        const bool settles = schedule_.rule == StepRule::residual && model_.noise == 0.0 &&
                             model_.outlierFraction == 0.0;
        const double e = ideal_.relativeError();
        const bool shown = hasIdeal() && (settles || !idealArrived_);
        idealArrived_ = idealArrived_ || e < arrivedError;
        return shown ? e : notApplicable;
    }

    void setSignRip(const MatrixXd& delta);
    [[nodiscard]] double signRipOfRandomDirections();
    [[nodiscard]] std::string gauge() const;

    std::shared_ptr<const Setting> setting_;
    const RobustArm& arm_;
    Design design_;
    const Measured& measured_;
    const ParameterValues& values_;
    CorruptionModel model_;
    std::uint64_t draw_ = 0;
    double overrideStep_ = notApplicable;
    double overrideDecay_ = notApplicable;
    matrix::CorruptedMeasurements corrupted_;
    double truthLoss_;
    double scale_; ///< α of this arm
    StepSchedule schedule_;
    MatrixXd unitStart_; ///< B, d × r′
    SubgradientRecovery recovery_;
    IdealDynamics ideal_;
    double needed_;
    MatrixXd q_; ///< d × d
    MatrixXd product_;
    std::int64_t iteration_ = 0;
    Index zeroColumns_ = 0;
    double startSignal_ = 0.0;
    double leastError_ = std::numeric_limits<double>::infinity();
    double arrival_ = notApplicable;
    bool idealArrived_ = false;
    Iterate now_;                             ///< as last measured
    std::vector<double> iterations_, errors_; ///< what was measured, for the final fit
};

/// How near the averaged sub-gradient of the whole of Δ is to the ideal one.
void RobustRecoverySolver::setSignRip(const MatrixXd& delta) {
    const double norm = delta.norm();
    if (!hasIdeal() || norm <= 0.0) {
        now_.cosine = now_.length = now_.projection = notApplicable;
        return;
    }
    const double phi =
        matrix::idealLoss(model_, norm, delta.cwiseProduct(target()).sum(), target().norm())
            .alignment;
    const double inner = q_.cwiseProduct(delta).sum() / norm;
    now_.cosine = inner / q_.norm();
    now_.length = q_.norm() / phi;
    now_.projection = inner / phi;
}

/// Mean of ⟨Q(Z), Z⟩/φ over random unit Z of rank at most 6; Q(Z) is the loss's average with the
/// truth as origin.
double RobustRecoverySolver::signRipOfRandomDirections() {
    const auto count = values_.integer("probe_directions");
    if (count == 0)
        return notApplicable;
    double sum = 0.0;
    for (std::int64_t probe = 0; probe < count; ++probe) {
        RandomStream stream({.seed = setting_->seed(),
                             .purpose = "random low-rank directions",
                             .index = static_cast<std::uint64_t>(probe)});
        const auto rank = std::min<Index>(1 + static_cast<Index>(stream.integer(6)), dimension());
        MatrixXd g(dimension(), rank);
        stream.fillNormal({g.data(), static_cast<std::size_t>(g.size())});
        VectorXd signs(rank);
        stream.fillNormal({signs.data(), static_cast<std::size_t>(rank)});
        MatrixXd z = g * signs.asDiagonal() * g.transpose();
        z /= z.norm();
        recovery_.measuredLoss().evaluate(target() + z, q_);
        sum += q_.cwiseProduct(z).sum() /
               matrix::idealLoss(model_, 1.0, z.cwiseProduct(target()).sum(), target().norm())
                   .alignment;
    }
    return sum / static_cast<double>(count);
}

void RobustRecoverySolver::measure(std::span<double> metrics) {
    const MatrixXd z = recovery_.product();
    const MatrixXd delta = z - target();
    now_.error = delta.norm() / target().norm();
    now_.predictedError = predictedError();
    now_.loss = recovery_.measuredLoss().evaluate(z, q_);
    now_.truthLoss = truthLoss_;
    now_.step =
        schedule_.at(recovery_.time(), now_.loss, (2.0 * q_ * recovery_.factor()).squaredNorm());
    const double spent = std::max(budget(std::max<std::int64_t>(recovery_.time(), 1)), 0.0);
    now_.growthAvailable = recovery_.time() == 0 ? (hasIdeal() ? 0.0 : notApplicable) : spent;
    now_.growthMeasured = std::log(weakestSignal() / startSignal_);
    now_.growthNeeded = needed_;
    setSignRip(delta);
    // Columns that started at zero stay there: what is left of them is rounding.
    const VectorXd sigmas = singularValues(recovery_.factor());
    const Index shown = std::min<Index>(sigmas.size(), setting_->problem.rank() + recordedSurplus);
    now_.sigmas.assign(static_cast<std::size_t>(shown), notApplicable);
    for (Index i = 0; i < shown; ++i)
        if (sigmas[i] > 1e-15 * sigmas[0])
            now_.sigmas[static_cast<std::size_t>(i)] = sigmas[i];
    setting_->traceRow.fill(now_, metrics);
    iterations_.push_back(static_cast<double>(iteration_));
    errors_.push_back(now_.error);
}

void RobustRecoverySolver::conclude(std::span<double> finals) {
    const LineFit fit = fitLogLinear(
        iterations_, errors_, {.yMinimum = 1e-12, .yMaximum = 1e-1, .logSpacedSamples = 200});
    const VectorXd sigmas = singularValues(recovery_.factor());
    const Index r = setting_->problem.rank();
    setting_->finalRow.fill({.error = error(),
                             .leastError = leastError_,
                             .arrival = arrival_,
                             .loss = recovery_.loss(),
                             .truthLoss = truthLoss_,
                             .rate = -fit.slope,
                             .rateRSquared = fit.rSquared,
                             .largestSurplus = sigmas.size() > r ? sigmas[r] : notApplicable,
                             .zeroColumns = static_cast<double>(zeroColumns_),
                             .growthAvailable = budget(0),
                             .growthNeeded = needed_,
                             .signRipMean = signRipOfRandomDirections()},
                            finals);
}

std::string RobustRecoverySolver::gauge() const {
    if (!hasIdeal())
        return "The ℓ₂ loss has no growth gauge: its gradient averages the outliers themselves,\n"
               "not their signs.\n";
    const double all = budget(0), planned = budget(values_.integer("iterations"));
    const double spent = recovery_.time() > 0 ? budget(recovery_.time()) : 0.0;
    const double phi =
        matrix::idealLoss(model_, target().norm(), -target().squaredNorm(), target().norm())
            .alignment;
    std::string text = fmt::format("Growth gauge\n\n"
                                   "φ at ‖Δ‖ = ‖M*‖          {:8.3f}   (0.798 with clean data)\n"
                                   "needed   ln(1/α)         {:8.2f}   (α = {:.3g})\n"
                                   "spent    by step {:<8}{:8.2f}\n"
                                   "planned  by step {:<8}{:8.2f}\n",
                                   phi, needed_, scale_, recovery_.time(), spent,
                                   values_.integer("iterations"), planned);
    if (std::isfinite(all))
        text += fmt::format("in all   2η₀φσᵣ/(‖M*‖(1−ρ)) {:6.2f}\n", all);
    text += std::isnan(planned) ? "\nPolyak's rule has no budget to compute.\n"
            : all < needed_     ? "\nThis run cannot arrive: the steps shrink before the signal "
                                  "has grown.\nA larger α, ρ or η₀ would let it.\n"
            : planned < needed_ ? "\nThis run cannot arrive within the planned iterations.\n"
                                : "\nThe steps provide enough growth.\n";
    if (zeroColumns_ > 0)
        text += fmt::format("\n{} of {} columns of the start are zero and stay so.\n", zeroColumns_,
                            unitStart_.cols());
    return text;
}

void RobustRecoverySolver::draw(const Recording&, FrameMap& frames) const {
    const MatrixXd z = recovery_.product();
    frames["product"] = heatMap("recovered UUᵀ", z);
    frames["error"] = heatMap("error UUᵀ − M*", z - target());
    frames["gauge"] = TextFrame{gauge()};

    const VectorXd rho = recovery_.measuredLoss().residuals(z);
    std::vector<Index> order(static_cast<std::size_t>(rho.size()));
    std::iota(order.begin(), order.end(), Index{0});
    std::sort(order.begin(), order.end(), [&](Index a, Index b) { return rho[a] < rho[b]; });
    CurvesFrame::Curve clean{.label = "clean", .x = {}, .y = {}, .markers = true};
    CurvesFrame::Curve outliers{.label = "outliers", .x = {}, .y = {}, .markers = true};
    for (std::size_t place = 0; place < order.size(); ++place) {
        const bool isOutlier = corrupted_.isOutlier[static_cast<std::size_t>(order[place])];
        CurvesFrame::Curve& curve = isOutlier ? outliers : clean;
        curve.x.push_back(static_cast<double>(place + 1));
        curve.y.push_back(rho[order[place]]);
    }
    frames["residuals"] = CurvesFrame{{std::move(clean), std::move(outliers)}};

    const MatrixXd delta = z - target();
    const double norm = delta.norm();
    if (hasIdeal() && norm > 0.0) {
        const double phi =
            matrix::idealLoss(model_, norm, delta.cwiseProduct(target()).sum(), target().norm())
                .alignment;
        MatrixXd q(dimension(), dimension());
        MeasuredLoss(measured_.sensing, corrupted_.observed, arm_.loss).evaluate(z, q);
        CurvesFrame::Curve points{.label = "entries of Q(Δ)/φ", .x = {}, .y = {}, .markers = true};
        double largest = 0.0;
        for (Index j = 0; j < delta.cols(); ++j)
            for (Index i = 0; i <= j; ++i) {
                points.x.push_back(delta(i, j) / norm);
                points.y.push_back(q(i, j) / phi);
                largest = std::max(largest, std::abs(points.x.back()));
            }
        CurvesFrame::Curve ideal{
            .label = "ideal", .x = {-largest, largest}, .y = {-largest, largest}};
        frames["sign_rip"] = CurvesFrame{{std::move(points), std::move(ideal)}};
    }

    frames["spectrum"] = spectrumBars(target(), z, setting_->problem.rank() + 6);
}

} // namespace

std::unique_ptr<Solver> makeSolver(std::shared_ptr<const Setting> setting, const TrialPlan& plan) {
    return std::make_unique<RobustRecoverySolver>(std::move(setting), plan);
}

} // namespace convergence::robust_recovery
