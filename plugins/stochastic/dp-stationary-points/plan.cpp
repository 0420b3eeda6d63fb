// Steps, batches and noise of the methods of dp-stationary-points, and deliberate mistakes in them.

#include "plugins/stochastic/dp-stationary-points/plan.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <fmt/format.h>

#include "core/error.h"

namespace convergence::private_points {

namespace {

constexpr std::int64_t smallestBlock = 8; ///< of recursive regularization

PrivateRate rateOf(Method method) {
    switch (method) {
    case Method::noisyDescent:
        return PrivateRate::noisyDescent;
    case Method::spiderBoost:
        return PrivateRate::spiderBoost;
    case Method::recursive:
        return PrivateRate::recursive;
    case Method::treeSpider:
        break;
    }
    throw std::logic_error("the tree mechanism has a rate of its own");
}

double noiseConstantOf(const ParameterValues& values, Method method) {
    if (!values.isKeyword("noise_constant"))
        return values.real("noise_constant");
    return method == Method::noisyDescent ? 2.0 * std::sqrt(2.0) : 4.0;
}

double boundOf(const PrivateArm& arm, const PrivateConstants& problem, double rows,
               const PrivacyBudget& budget) {
    const auto n = static_cast<double>(problem.count), d = static_cast<double>(problem.dimension);
    if (arm.method == Method::treeSpider)
        return problem.lipschitz *
               (1.0 / std::cbrt(n) + std::sqrt(std::sqrt(d) / (n * budget.epsilon)));
    const double rate = privateRate(rateOf(arm.method), problem, budget);
    return arm.isEmbedded ? rate + rows / std::sqrt(n) : rate;
}

SpiderBoostPlan spiderBoost(const ParameterValues& values, const PrivateConstants& problem,
                            const PrivacyBudget& budget) {
    SpiderBoostPlan plan =
        spiderBoostPlan(problem, budget,
                        values.boolean("exact_accounting") ? SpiderBatch::all : SpiderBatch::small);
    if (mistakeOf(values) == Mistake::onePhase)
        plan.phase = plan.steps;
    return plan;
}

TreeSpiderPlan treeSpider(const ParameterValues& values, const PrivateConstants& problem,
                          const PrivacyBudget& budget) {
    const TreeSpiderPlan plan = treeSpiderPlan(problem, budget, values.real("stop_factor"));
    if (plan.rounds < 1)
        throw InputError(fmt::format(
            "Parameter 'sample_counts': {} is not accepted for the tree mechanism with d = {} and "
            "ε = {}; one round of it takes {} samples.",
            problem.count, problem.dimension, budget.epsilon,
            std::ceil(static_cast<double>(plan.batch) * (0.5 * plan.depth + 1.0))));
    return plan;
}

RecursivePlan recursive(const ParameterValues& values, RecursiveSolver solver,
                        const PrivateConstants& problem, const PrivacyBudget& budget) {
    const RecursivePlan plan = recursivePlan(problem, budget, values.real("radius"), solver);
    if (plan.rounds < 1 || plan.block < smallestBlock)
        throw InputError(fmt::format(
            "Parameter 'radius': {} is not accepted for recursive regularization with n = {}, d = "
            "{} and ε = {}: the first weight λ = {:.3g} leaves {} rounds of {} samples. Expected "
            "λ ≤ L₁/2 = {:.3g}: a larger radius, or more samples.",
            values.real("radius"), problem.count, problem.dimension, budget.epsilon, plan.lambda,
            std::max<std::int64_t>(0, plan.rounds), plan.block, 0.5 * problem.smoothness));
    return plan;
}

/// Noise for a release of sensitivity 2L₀ in the place of 2L₀/b.
void putNoiseOnTheSum(MethodPlan& plan, std::int64_t count) {
    const auto n = static_cast<double>(count);
    if (auto* descent = std::get_if<NoisyDescentPlan>(&plan.method)) {
        descent->deviation *= n;
    } else if (auto* boost = std::get_if<SpiderBoostPlan>(&plan.method)) {
        boost->gradientNoise *= n;
        boost->variationNoise *= n;
        boost->variationNoiseCap *= n;
    } else if (auto* tree = std::get_if<TreeSpiderPlan>(&plan.method)) {
        tree->rootNoise *= static_cast<double>(tree->batch);
        tree->variationNoise *= static_cast<double>(tree->batch);
    } else if (auto* nested = std::get_if<RecursivePlan>(&plan.method)) {
        nested->noiseInflation = static_cast<double>(nested->block);
    }
}

} // namespace

MethodPlan planOf(const ParameterValues& values, const PrivateArm& arm,
                  const PrivateDesign& design) {
    const PrivateLoss loss = problemOf(values).loss;
    MethodPlan plan;
    plan.budget = {design.epsilon, values.real("delta"), noiseConstantOf(values, arm.method)};
    PrivateConstants problem = privateConstants(loss, design.count, design.dimension);
    const double lipschitz = problem.lipschitz;
    if (arm.isEmbedded) {
        plan.embedding =
            values.boolean("embedding_automatic")
                ? embeddingDimension(problem, design.rank, rateOf(arm.method), plan.budget)
                : values.integer("embedding_dimension");
        plan.budget.delta /= 2.0;
        problem = privateConstants(loss, design.count, plan.embedding, 2.0);
    }
    plan.bound = boundOf(arm, problem, lipschitz, plan.budget);
    switch (arm.method) {
    case Method::noisyDescent:
        plan.method = noisyDescentPlan(problem, plan.budget);
        break;
    case Method::spiderBoost:
        plan.method = spiderBoost(values, problem, plan.budget);
        break;
    case Method::treeSpider:
        plan.method = treeSpider(values, problem, plan.budget);
        break;
    case Method::recursive:
        plan.method = recursive(values, arm.solver, problem, plan.budget);
        break;
    }
    if (mistakeOf(values) == Mistake::noiseOnSum)
        putNoiseOnTheSum(plan, design.count);
    return plan;
}

} // namespace convergence::private_points
