// What the trials of a run share.

#include <algorithm>
#include <cmath>

#include "plugins/stochastic/bilevel-borep/experiment.h"
#include "plugins/stochastic/bilevel-borep/trial.h"

namespace convergence::borep {

namespace {

constexpr Eigen::Index dimension = 10; ///< d = p
constexpr double spreadFrom = 4.0;

} // namespace

Setting::Setting(const ParameterValues& given)
    : values(given), problem(traitsOf(problemChoices, given.text("problem"))),
      seed(static_cast<std::uint64_t>(given.integer("seed"))), cosh(dimension, seed),
      lines(problem.isText ? loadLines(given) : LanguageLines{}),
      traceRow(traceTable().at(parameters(), given)),
      finalRow(finalTable().at(parameters(), given)) {}

std::shared_ptr<const LineTask> Setting::lineTask(std::uint64_t replicate) const {
    return tasks_.get(replicate, [&] {
        return std::make_shared<const LineTask>(drawTask(lines, values, replicate));
    });
}

Eigen::VectorXd Setting::upperStart(double top) const {
    if (traitsOf(startChoices, values.text("start")).isSpread)
        return Eigen::VectorXd::LinSpaced(dimension, spreadFrom, top);
    return Eigen::VectorXd::Constant(dimension, top);
}

Setting::Rates Setting::ratesOf(const MethodArm& arm, double step, double horizon) const {
    Rates rates{step, values.real("momentum")};
    const StepRule rule = traitsOf(scheduleChoices, values.text("schedule")).rule;
    if (rule != StepRule::fixed) {
        const auto& horizons = values.numbers("iterations");
        const double T = rule == StepRule::frozen
                             ? *std::min_element(horizons.begin(), horizons.end())
                             : horizon;
        rates.momentum = std::max(0.0, 1.0 - values.real("momentum_scale") / std::sqrt(T));
        if (arm.isNormalized)
            rates.step = values.real("step_scale") * std::pow(T, -0.75);
    }
    if (!arm.averages)
        rates.momentum = 0.0;
    return rates;
}

bilevel::MethodOptions Setting::optionsOf(const TrialPlan& plan) const {
    const MethodArm& arm = traitsOf(methodArms, plan.arm);
    // The factor is the step already.
    const double momentum =
        ratesOf(arm, plan.factors.at("step"), plan.factors.at("horizon")).momentum;
    const double gamma = values.real("lower_step");
    bilevel::MethodOptions options{
        .upperStep = plan.factors.at("step"),
        .momentum = momentum,
        .lowerStep = gamma,
        .linearStep = values.real("linear_step"),
        .normalizes = arm.isNormalized,
        .moves = arm.moves,
        .period = values.integer("period"),
        .lowerSteps = values.integer("lower_steps"),
        .refinement = arm.refines ? values.integer("refinement_steps") : 0,
        .refinementStep =
            values.isKeyword("refinement_step") ? gamma : values.real("refinement_step"),
        .refinesByEpochs = traitsOf(refinementChoices, values.text("refinement")).byEpochs,
        .neumannTerms = values.integer("neumann_terms"),
        .innerSteps = values.integer("inner_steps"),
        .seed = seed,
        .replicate = plan.replicate,
        .addsMixedProduct = traitsOf(controlChoices, values.text("control")).addsMixedProduct};
    if (!values.isKeyword("radius"))
        options.radius = values.real("radius");
    return options;
}

} // namespace convergence::borep
