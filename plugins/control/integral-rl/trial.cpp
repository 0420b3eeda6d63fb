// One trial: policy iteration with the arm's rule, or its twin from the model.

#include "plugins/control/integral-rl/trial.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "core/control/quadrature_rules.h"
#include "core/error.h"
#include "plugins/control/integral-rl/experiment.h"
#include "plugins/control/integral-rl/frames.h"

namespace convergence::integral_rl {

using control::IntegralPolicyIteration;
using control::IntegralRule;
using Eigen::Index;
using Eigen::VectorXd;

const Columns<State>& traceTable() {
    static const Columns<State> table{
        {"error", "error of the value", [](const State& s) { return s.error; }},
        {"residual", "residual of the HJB equation", [](const State& s) { return s.residual; }},
        {"change", "change ‖ω − ω_old‖", [](const State& s) { return s.change; }},
        {"real_part", "largest real part", "1/s", [](const State& s) { return s.realPart; }},
        {"condition", "condition of the equations", [](const State& s) { return s.condition; }},
        {"data_error", "distance from perfect data", [](const State& s) { return s.dataError; }},
        {"weight_{}", "ω{_}", [](const State& s) { return std::span<const double>(s.weights); },
         "3 + 3 * system_is_third_order"}};
    return table;
}

const Columns<State>& finalTable() {
    static const Columns<State> table{
        {"error", "error of the value at the end", [](const State& s) { return s.error; }},
        {"floor", "floor of the error", [](const State& s) { return s.floor; }},
        {"controller_error", "mean |u − u*|", [](const State& s) { return s.controllerError; }},
        {"real_part", "largest real part of any policy", "1/s",
         [](const State& s) { return s.largestRealPart; }},
        {"condition", "largest condition of the equations",
         [](const State& s) { return s.largestCondition; }},
        {"deviation", "worst-case error √v of the rule",
         [](const State& s) { return s.deviation; }},
        {"samples", "samples N at the end", [](const State& s) { return s.samples; }}};
    return table;
}

Records records() {
    return {.trace = traceTable().patterns(),
            .factors = {{"intervals", "intervals N − 1"}, {"window", "window T", "s"}},
            .finals = finalTable().patterns(),
            .frames = {"close_up", "difference", "windows", "poles", "state_path", "loops"}};
}

IntegralRule ruleOf(const RuleArm& arm, Index samples, double length, double lengthScale,
                    double jitter, double* deviation) {
    const auto bayesian = [&](const QuadratureKernel& kernel) {
        const QuadratureRule rule = bayesianQuadrature(control::JitteredKernel(kernel, jitter),
                                                       control::evenNodes(samples, length), length);
        if (deviation)
            *deviation = std::sqrt(rule.variance);
        return IntegralRule{rule.weights};
    };
    switch (arm.method) {
    case Method::left:
        return {control::leftRule(samples, length)};
    case Method::trapezoid:
        return {control::trapezoidalRule(samples, length)};
    case Method::simpson:
        return {control::simpsonRule(samples, length)};
    case Method::wiener: {
        constexpr double startVariance = 100.0; // large beside T; the rule does not depend on it
        return bayesian(WienerKernel(startVariance));
    }
    case Method::matern:
        return bayesian(MaternKernel(arm.smoothness, lengthScale));
    case Method::exact:
    case Method::newton:
    case Method::derived:
        break;
    }
    return {};
}

// ---- What all trials share -----------------------------------------------------------------

Setting::Setting(const ParameterValues& given)
    : values(given), kind(traitsOf(systemChoices, given.text("system"))), system(kind.make()),
      seed(static_cast<std::uint64_t>(given.integer("seed"))),
      traceRow(traceTable().at(parameters(), given)),
      finalRow(finalTable().at(parameters(), given)) {
    constexpr Index count = 10'000;
    compared.resize(system->states(), count);
    RandomStream({.seed = seed, .purpose = "states compared"})
        .fillNormal(std::span(compared.data(), static_cast<std::size_t>(compared.size())),
                    system->spreadOfStates());
}

VectorXd Setting::start(std::uint64_t replicate) const {
    if (replicate > 0)
        return control::drawnStart(*system,
                                   {.seed = seed, .purpose = "starts", .replicate = replicate});
    const Eigen::Vector3d chosen(values.real("x1"), values.real("x2"), values.real("x3"));
    return chosen.head(system->states());
}

double Setting::controllerError(const VectorXd& weights) const {
    double sum = 0.0;
    VectorXd x(compared.rows());
    for (Index i = 0; i < compared.cols(); ++i) {
        x = compared.col(i);
        sum += std::abs(system->control(weights, x) - system->control(system->solution(), x));
    }
    return sum / static_cast<double>(compared.cols());
}

// ---- The solver ----------------------------------------------------------------------------

namespace {

class PolicySolver final : public Solver {
public:
    PolicySolver(std::shared_ptr<const Setting> setting, const TrialPlan& plan)
        : setting_(std::move(setting)), arm_(&traitsOf(ruleArms, plan.arm)),
          samples_(static_cast<Index>(plan.factors.at("intervals")) + 1),
          length_(plan.factors.at("window")), lengthScale_(setting_->values.real("length_scale")),
          shownWindow_(setting_->values.integer("shown_window")), isFollowed_(plan.replicate == 0),
          weights_(setting_->system->firstWeights()) {
        if (!arm_->usesModel()) {
            rule_ = ruleOf(*arm_, samples_, length_, lengthScale_, setting_->values.real("jitter"),
                           &state_.deviation);
            learner_.emplace(setting_->system,
                             IntegralPolicyIteration::Options{
                                 .start = setting_->start(plan.replicate),
                                 .length = length_,
                                 .windows = setting_->values.integer("rows"),
                                 .excitation = excitationOf(setting_->values.text("excitation")),
                                 .seed = setting_->seed,
                                 .replicate = plan.replicate},
                             rule_);
        }
        refresh();
    }

    StepStatus step(const StopToken&) override {
        try {
            advance();
            refresh();
        } catch (const NumericalError& error) {
            trouble_ = error.what();
            trouble_.pop_back(); // the runner ends the sentence
            isStable_ = false;
            return StepStatus::diverged;
        }
        const double farFromAll = 1e6 * setting_->system->solution().norm();
        if (applies(state_.realPart) && !(state_.realPart < 0.0))
            trouble_ = fmt::format("the policy is not stabilizing: the largest real part of its "
                                   "closed loop is {:.2g}",
                                   state_.realPart);
        else if (!(state_.error < farFromAll))
            trouble_ = fmt::format("the gain grows without end: the value is {:.2g} from P*",
                                   state_.error);
        isStable_ = trouble_.empty();
        if (!isStable_)
            return StepStatus::diverged;
        return state_.change < setting_->values.real("tolerance") ? StepStatus::finished
                                                                  : StepStatus::running;
    }

    void measure(std::span<double> metrics) override { setting_->traceRow.fill(state_, metrics); }

    void conclude(std::span<double> finals) override {
        state_.floor = isStable_ ? state_.error : notApplicable;
        state_.controllerError = setting_->controllerError(weights_);
        state_.samples = static_cast<double>(samples_);
        setting_->finalRow.fill(state_, finals);
    }

    void setLive(const std::string& name, const Value& value) override {
        if (name == "shown_window")
            shownWindow_ = std::get<std::int64_t>(value);
        else if (name == "length_scale")
            takeRule(*arm_, samples_, std::get<double>(value));
        else if (learner_)
            learner_->setExcitation(excitationOf(std::get<std::string>(value)));
    }

    void act(const std::string& action) override {
        constexpr Index mostSamples = 65;
        if (action == "more_samples")
            takeRule(*arm_, std::min(2 * samples_ - 1, mostSamples), lengthScale_);
        else if (action == "fewer_samples")
            takeRule(*arm_, samples_ / 2 + 1, lengthScale_);
        else if (!arm_->usesModel())
            takeRule(traitsOf(ruleArms, traitsOf(ruleActions, action).arm), samples_, lengthScale_);
    }

    void draw(const Recording&, FrameMap& frames) const override {
        if (!isFollowed_)
            return;
        drawLoop(*setting_->system, weights_, setting_->start(0), frames);
        if (setting_->kind.isLinear)
            drawPoles(*setting_->system, policies_, frames);
        if (learner_)
            drawWindows({.system = *setting_->system,
                         .policy = learner_->evaluated(),
                         .starts = learner_->windowStarts(),
                         .length = length_,
                         .samples = samples_,
                         .smoothness = arm_->smoothness,
                         .lengthScale = lengthScale_},
                        shownWindow_, frames);
    }

    [[nodiscard]] std::string divergence() const override { return trouble_; }

private:
    static Excitation excitationOf(const std::string& id) {
        return traitsOf(excitationChoices, id).excitation;
    }
    /// All or nothing: a rule that cannot be leaves everything as it was.
    void takeRule(const RuleArm& arm, Index samples, double lengthScale) {
        double deviation = notApplicable;
        IntegralRule rule;
        try {
            rule = ruleOf(arm, samples, length_, lengthScale, setting_->values.real("jitter"),
                          &deviation);
        } catch (const NumericalError& error) {
            throw InputError(error.what());
        }
        arm_ = &arm;
        samples_ = samples;
        lengthScale_ = lengthScale;
        state_.deviation = deviation;
        rule_ = std::move(rule);
        if (learner_)
            learner_->setRule(rule_);
    }

    void advance() {
        const control::ControlledSystem& system = *setting_->system;
        const VectorXd before = weights_;
        if (learner_) {
            learner_->step();
            weights_ = learner_->weights();
            state_.condition = learner_->condition();
        } else if (arm_->method == Method::derived) {
            weights_ = system.trapezoidalStep(weights_, length_ / double(samples_ - 1));
        } else {
            weights_ = system.newtonStep(weights_);
        }
        state_.change = (weights_ - before).norm();
        if (learner_ && setting_->kind.isLinear)
            state_.dataError = distanceFromPerfectData(before);
    }
    [[nodiscard]] double distanceFromPerfectData(const VectorXd& before) const {
        try {
            const VectorXd perfect =
                rule_.isExact() ? setting_->system->newtonStep(before)
                                : setting_->system->ruleStep(before, rule_.weights, length_);
            return (weights_ - perfect).norm() / perfect.norm();
        } catch (const NumericalError&) {
            return notApplicable;
        }
    }
    void refresh() {
        const control::ControlledSystem& system = *setting_->system;
        state_.error = system.error(weights_);
        state_.residual = system.residual(weights_);
        state_.weights.assign(weights_.begin(), weights_.end());
        if (isFollowed_)
            policies_.push_back(weights_);
        if (setting_->kind.isLinear)
            state_.realPart = system.poles(weights_).real().maxCoeff();
        const auto raise = [](double& largest, double value) {
            if (applies(value) && !(value <= largest))
                largest = value;
        };
        if (applies(state_.change)) // a policy that was learned
            raise(state_.largestRealPart, state_.realPart);
        raise(state_.largestCondition, state_.condition);
    }

    std::shared_ptr<const Setting> setting_;
    const RuleArm* arm_; ///< whose rule is in use
    Index samples_;
    double length_, lengthScale_;
    std::int64_t shownWindow_;
    bool isFollowed_; ///< its frames are drawn
    VectorXd weights_;
    std::vector<VectorXd> policies_; ///< so far, where they are drawn
    IntegralRule rule_;
    std::optional<IntegralPolicyIteration> learner_; ///< none: from the model
    bool isStable_ = true;
    std::string trouble_;
    State state_;
};

} // namespace

std::unique_ptr<Solver> startTrial(std::shared_ptr<const Setting> setting, const TrialPlan& plan) {
    return std::make_unique<PolicySolver>(std::move(setting), plan);
}

} // namespace convergence::integral_rl
