#include "plugins/control/integral-rl/experiment.h"

#include <cmath>

#include <fmt/format.h>

#include "core/error.h"
#include "core/experiment/recorded_experiment.h"
#include "core/experiment/whole_numbers.h"
#include "plugins/control/integral-rl/frames.h"
#include "plugins/control/integral-rl/trial.h"

namespace convergence {

namespace integral_rl {

namespace {

class IntegralExperiment final : public RecordedExperiment {
public:
    explicit IntegralExperiment(const ParameterValues& values)
        : RecordedExperiment(records(), parameters(), values),
          setting_(std::make_shared<const Setting>(values)) {}

    [[nodiscard]] std::vector<TrialPlan> trials() const override {
        std::vector<TrialPlan> plans;
        for (const double window : values().numbers("window"))
            for (const double samples : values().numbers("samples"))
                for (const std::string& arm : values().choices("arms"))
                    for (std::int64_t start = 0; start < values().integer("starts"); ++start)
                        plans.push_back(
                            {.arm = arm,
                             .factors = {{"intervals", samples - 1.0}, {"window", window}},
                             .replicate = static_cast<std::uint64_t>(start),
                             .steps = values().integer("iterations")});
        return plans;
    }
    [[nodiscard]] Cadence cadence() const override { return {1}; }
    [[nodiscard]] std::unique_ptr<Solver> start(const TrialPlan& plan) const override {
        return startTrial(setting_, plan);
    }
    void draw(const Recording& soFar, FrameMap& shared) const override {
        shared["loops"] = loopsOf(soFar, *setting_->system, setting_->start(0));
    }

private:
    std::shared_ptr<const Setting> setting_;
};

/// That every rule can be had.
void checkRule(const RuleArm& arm, double samples, double window, const ParameterValues& values) {
    try {
        if (!arm.usesModel())
            ruleOf(arm, static_cast<Eigen::Index>(samples), window, values.real("length_scale"),
                   values.real("jitter"));
    } catch (const std::runtime_error& error) {
        throw InputError(fmt::format("Parameter 'samples': {} is not accepted for {} in a window "
                                     "of {} s: {}",
                                     samples, arm.id, window, error.what()));
    }
}

void check(const ParameterValues& values) {
    const SystemChoice& system = traitsOf(systemChoices, values.text("system"));
    requireWholeNumbers(values, "samples");
    for (const std::string& id : values.choices("arms")) {
        const RuleArm& arm = traitsOf(ruleArms, id);
        if (arm.method == Method::derived && !system.isLinear)
            throw InputError(fmt::format("Parameter 'arms': {} is derived for linear systems, but "
                                         "system = {}; expected system = third_order.",
                                         arm.id, system.id));
        for (const double samples : values.numbers("samples"))
            for (const double window : values.numbers("window"))
                checkRule(arm, samples, window, values);
    }
    const Setting setting(values);
    if (setting.start(0).norm() == 0.0)
        throw InputError("Parameter 'x1': 0 is not accepted while the other entries of the start "
                         "are 0 too: nothing moves; expected a start that is not the origin.");
}

double memoryEstimate(const ParameterValues& values) {
    constexpr double bytesOfTrial = 3e4, bytesOfRow = 120.0;
    return static_cast<double>(values.numbers("samples").size() * values.numbers("window").size() *
                               values.choices("arms").size()) *
           static_cast<double>(values.integer("starts")) *
           (bytesOfTrial + bytesOfRow * static_cast<double>(values.integer("iterations")));
}

std::vector<Action> actions() {
    std::vector<Action> list;
    for (const RuleAction& action : ruleActions)
        list.push_back(
            {std::string(action.id), std::string(action.label), std::string(action.help)});
    list.push_back({"more_samples", "Halve h", "Half the spacing: N becomes 2N − 1, at most 65."});
    list.push_back({"fewer_samples", "Double h", "Twice the spacing: N becomes ⌊N/2⌋ + 1."});
    return list;
}

} // namespace

} // namespace integral_rl

ExperimentType integralRl() {
    using namespace integral_rl;
    return {.description =
                {.id = "integral-rl",
                 .title = "Integral reinforcement learning",
                 .family = "control",
                 .paper = {.title = "Impact of Computation in Integral Reinforcement Learning for "
                                    "Continuous-Time Control",
                           .authors = "Wenhan Cao, Wei Pan",
                           .year = 2024,
                           .venue = "ICLR 2024",
                           .arxiv = "2402.17375"},
                 .summary =
                     "A learner that sees a system only through samples replaces the integral of "
                     "the running cost by a quadrature rule. Its policy iteration is Newton's "
                     "method down to a floor that the rule sets: O(N⁻²) for the trapezoid, O(N⁻ᵇ) "
                     "for Bayesian quadrature with a Matérn kernel.",
                 .question = "How much does the rule that adds up N samples of the cost decide "
                             "about the controller that is learned from them?",
                 .topics = {"reinforcement learning", "control", "second order", "Newton",
                            "quadrature", "policy iteration", "Gaussian process"},
                 .parameters = parameters(),
                 .mainParameters = {"system", "arms", "samples", "window", "excitation",
                                    "length_scale", "iterations", "starts"},
                 .records = records(),
                 .presets = presets(),
                 .arms = armsOf(ruleArms),
                 .actions = actions(),
                 .views = views(),
                 .claims = claims(),
                 .questions = questions(),
                 .lockStep = true},
            .check = check,
            .memoryEstimate = memoryEstimate,
            .create = [](const ParameterValues& values) {
                return std::make_unique<IntegralExperiment>(values);
            }};
}

} // namespace convergence
