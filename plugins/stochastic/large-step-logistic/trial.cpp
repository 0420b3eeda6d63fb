// One trial: a method from θ = 0 until it separates the data, its limit alongside.

#include "plugins/stochastic/large-step-logistic/trial.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "core/math/statistics.h"
#include "plugins/stochastic/large-step-logistic/experiment.h"
#include "plugins/stochastic/large-step-logistic/frames.h"

namespace convergence::large_step {

namespace {

constexpr std::int64_t reductionSteps = 60; ///< over which θ_t/γ is compared with its limit
/// A separated iterate may have a loss of 1e-200, which would rule the scale.
constexpr double leastLossShown = 1e-6;

} // namespace

const Columns<State>& traceTable() {
    static const Columns<State> table{
        {"accuracy", "accuracy", "%", [](const State& s) { return s.accuracy; }},
        {"loss", "logistic loss f", [](const State& s) { return s.loss; }},
        {"gradient_norm", "gradient norm ‖∇f‖", [](const State& s) { return s.gradientNorm; }},
        {"mistakes", "samples with margin ≤ 0", [](const State& s) { return s.mistakes; }},
        {"smallest_margin", "smallest margin min zᵢᵀθ",
         [](const State& s) { return s.smallestMargin; }},
        {"reduction_distance", "distance ‖θₜ/γ − θ̂ₜ‖/‖θ̂ₜ‖",
         [](const State& s) { return s.reductionDistance; }},
        {"angle", "angle to the largest margin", "°", [](const State& s) { return s.angle; }},
        {"shown_loss", "logistic loss f, at least 1e-6",
         [](const State& s) { return std::max(s.loss, leastLossShown); }}};
    return table;
}

const Columns<State>& finalTable() {
    static const Columns<State> table{
        {"separated_at", "iterations to separate", [](const State& s) { return s.separatedAt; }},
        {"largest_loss", "largest loss before separation",
         [](const State& s) { return s.largestLoss; }},
        {"median_loss", "median loss before separation",
         [](const State& s) { return s.medianLoss; }},
        {"largest_reduction_distance", "largest distance to the perceptron, t ≤ 60",
         [](const State& s) { return s.largestReductionDistance; }},
        {"bound", "bound on the iterations", [](const State& s) { return s.bound; }},
        {"bound_ratio", "iterations over their bound",
         [](const State& s) { return s.separatedAt / s.bound; }},
        {"margin", "margin μ", [](const State& s) { return s.margin; }},
        {"radius", "radius R", [](const State& s) { return s.radius; }},
        {"classical_limit", "classical limit 2/L", [](const State& s) { return s.classicalLimit; }},
        {"final_angle", "angle to the largest margin", "°", [](const State& s) { return s.angle; }},
        {"mixed", "step size changed on the way",
         [](const State& s) { return s.isMixed ? 1.0 : 0.0; }}};
    return table;
}

Records records() {
    return {.trace = traceTable().patterns(),
            .factors = {{"gamma", "step size γ"}},
            .finals = finalTable().patterns(),
            .frames = {"theta", "mistakes", "plane", "path", "task"}};
}

Setting::Setting(const ParameterValues& given)
    : values(given), task(std::make_shared<const Task>(makeTask(given))),
      samples(task, &task->samples), traceRow(traceTable().at(parameters(), given)),
      finalRow(finalTable().at(parameters(), given)) {}

namespace {

class SeparationSolver final : public Solver {
public:
    SeparationSolver(std::shared_ptr<const Setting> setting, const TrialPlan& plan)
        : setting_(std::move(setting)), task_(*setting_->task),
          arm_(traitsOf(separationArms, plan.arm)),
          baseStep_(arm_.hasStepSize ? plan.factors.at("gamma") : 1.0),
          separator_(setting_->samples, arm_.method, options()) {
        setStep(setting_->values.real("step_factor"));
        if (arm_.hasStepSize && setting_->values.boolean("reduction")) {
            limit_.emplace(setting_->samples, arm_.limit, options());
            state_.largestReductionDistance = 0.0;
        }
        losses_.reserve(static_cast<std::size_t>(std::min<std::int64_t>(plan.steps, 100000)) + 1);
        losses_.push_back(logisticLoss(separator_.margins()));
    }

    StepStatus step(const StopToken&) override {
        separator_.step();
        if (limit_)
            followLimit();
        const bool solved = separator_.solved();
        const double loss = logisticLoss(separator_.margins());
        if (solved && !isSeparated_) {
            isSeparated_ = true;
            state_.separatedAt = static_cast<double>(separator_.updates());
        }
        if (!isSeparated_)
            losses_.push_back(loss);
        if (!std::isfinite(separator_.theta().sum()))
            return StepStatus::diverged;
        return solved && !setting_->values.boolean("continue_after_separation")
                   ? StepStatus::finished
                   : StepStatus::running;
    }

    void measure(std::span<double> metrics) override {
        const auto n = static_cast<double>(task_.samples.count());
        state_.mistakes = static_cast<double>(separator_.mistakes());
        state_.accuracy = 100.0 * (1.0 - state_.mistakes / n);
        state_.loss = logisticLoss(separator_.margins());
        state_.gradientNorm = separator_.gradientNorm();
        state_.smallestMargin = separator_.margins().minCoeff();
        state_.angle = angle();
        setting_->traceRow.fill(state_, metrics);
        if (task_.isInPlane()) {
            const Eigen::VectorXd scaled = separator_.scaled();
            path_.x.push_back(scaled[0]);
            path_.y.push_back(scaled[1]);
            path_.iteration.push_back(separator_.updates());
        }
    }

    void conclude(std::span<double> finals) override {
        state_.largestLoss = *std::max_element(losses_.begin(), losses_.end());
        state_.medianLoss = median(losses_);
        state_.bound = task_.bound(arm_.method, baseStep_);
        state_.margin = task_.best ? task_.best->margin : notApplicable;
        state_.radius = task_.radius;
        state_.classicalLimit = task_.classicalLimit;
        state_.angle = angle();
        setting_->finalRow.fill(state_, finals);
    }

    void setLive(const std::string& name, const Value& value) override {
        if (name != "step_factor" || !arm_.hasStepSize)
            return;
        state_.isMixed = separator_.updates() > 0;
        setStep(std::get<double>(value));
    }

    void draw(const Recording&, FrameMap& frames) const override {
        if (task_.isInPlane()) {
            frames["plane"] = planeFrame(task_, separator_.theta());
            if (!path_.x.empty())
                frames["path"] = path_;
        } else if (task_.isOfImages()) {
            frames["theta"] = thetaFrame(separator_.theta());
            frames["mistakes"] = hardestImages(task_, separator_);
        }
    }

private:
    [[nodiscard]] SeparationOptions options() const {
        const ParameterValues& values = setting_->values;
        return {.stepSize = baseStep_,
                .halfFirstStep = traitsOf(firstSteps, values.text("first_step")).isHalf,
                .firstIndex = traitsOf(perceptronRules, values.text("perceptron_rule")).takesFirst,
                .stream = RandomStream({.seed = static_cast<std::uint64_t>(values.integer("seed")),
                                        .purpose = "perceptron"})};
    }
    void setStep(double factor) {
        if (arm_.hasStepSize)
            separator_.setStepSize(factor * baseStep_);
    }
    void followLimit() {
        state_.reductionDistance = notApplicable;
        if (separator_.updates() > reductionSteps)
            return;
        limit_->step();
        state_.reductionDistance =
            (separator_.scaled() - limit_->theta()).norm() / limit_->theta().norm();
        state_.largestReductionDistance =
            std::max(state_.largestReductionDistance, state_.reductionDistance);
    }
    /// Between θ and the direction of the largest margin, in degrees.
    [[nodiscard]] double angle() const {
        const double norm = separator_.theta().norm();
        if (!task_.best || norm == 0.0)
            return notApplicable;
        const double cosine = separator_.theta().dot(task_.best->direction) / norm;
        return std::acos(std::clamp(cosine, -1.0, 1.0)) * 180.0 / M_PI;
    }

    std::shared_ptr<const Setting> setting_;
    const Task& task_;
    const SeparationArm& arm_;
    double baseStep_;
    LinearSeparator separator_;
    std::optional<LinearSeparator> limit_; ///< the perceptron it tends to
    std::vector<double> losses_;           ///< before separation
    bool isSeparated_ = false;
    State state_;
    PathFrame path_;
};

} // namespace

std::unique_ptr<Solver> startTrial(std::shared_ptr<const Setting> setting, const TrialPlan& plan) {
    return std::make_unique<SeparationSolver>(std::move(setting), plan);
}

} // namespace convergence::large_step
