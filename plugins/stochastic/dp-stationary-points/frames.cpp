// What the views of dp-stationary-points draw.

#include "plugins/stochastic/dp-stationary-points/frames.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace convergence::private_points {

namespace {

using Eigen::Index;

constexpr Index landscapeSamples = 2000, dotsShown = 600;

struct PlanText {
    const PrivateConstants problem;

    std::string operator()(const NoisyDescentPlan& plan) const {
        return fmt::format("T = {} steps, each a noisy gradient of all samples\n"
                           "  sensitivity 2L₀/n          {:.3g}\n"
                           "  deviation   σ              {:.3g}\n",
                           plan.steps, 2.0 * problem.lipschitz / static_cast<double>(problem.count),
                           plan.deviation);
    }
    std::string operator()(const SpiderBoostPlan& plan) const {
        const auto n = static_cast<double>(problem.count), b = static_cast<double>(plan.batch);
        return fmt::format("T = {} steps in phases of q = {}, batches b₁ = {}, b₂ = {}\n"
                           "  gradient:   sensitivity    {:.3g}\n"
                           "              deviation σ₁   {:.3g}\n"
                           "  difference: sensitivity    {:.3g} · ‖Δw‖\n"
                           "              deviation σ₂   {:.3g} · ‖Δw‖, at most {:.3g}\n",
                           plan.steps, plan.phase, problem.count, plan.batch,
                           2.0 * problem.lipschitz / n, plan.gradientNoise,
                           2.0 * problem.smoothness / b, plan.variationNoise,
                           plan.variationNoiseCap) +
               (plan.batch < problem.count
                    ? "b₂ < n: private by subsampling, up to the constant c. The sum below counts\n"
                      "no such amplification. Exact accounting sets b₂ = n.\n"
                    : "b₂ = n: exact accounting.\n");
    }
    std::string operator()(const TreeSpiderPlan& plan) const {
        return fmt::format("T = {} trees of depth D = {}, roots of b = {} samples\n"
                           "  root:        deviation σ   {:.3g}\n"
                           "  right child: deviation σ_s {:.3g}\n"
                           "stop level α̃ = κα            {:.4g}   (2α̃ against L₀ = {:.3g})\n"
                           "the theorem's κ is at least  {:.0f}: 2α̃ = {:.3g}, it stops at once\n"
                           "No sample is used twice: what counts is the dearest release.\n",
                           plan.rounds, plan.depth, plan.batch, plan.rootNoise, plan.variationNoise,
                           plan.stopLevel, problem.lipschitz, plan.theoremStopFactor,
                           2.0 * plan.theoremStopFactor * plan.accuracy);
    }
    std::string operator()(const RecursivePlan& plan) const {
        return fmt::format("T = {} rounds of m = {} samples of their own, {} steps in all\n"
                           "  first weight λ             {:.3g}, doubled each round\n"
                           "  a release of sensitivity 2L₀s gets deviation {:.3g} s\n"
                           "The regularizer is public: it needs no noise.\n",
                           plan.rounds, plan.block, plan.steps, plan.lambda,
                           plan.noiseInflation * plan.noiseScale);
    }
};

} // namespace

TextFrame privacyFrame(const MethodPlan& plan, const PrivateDescent& method,
                       const PrivateProblem& problem) {
    const PrivateConstants constants = problem.constants();
    const double rho = method.accountant().rho(), delta = plan.budget.delta;
    std::string text =
        fmt::format("budget ε = {:g}, δ = {:g}; n = {}, d = {}\n", plan.budget.epsilon, delta,
                    constants.count, constants.dimension);
    if (plan.embedding > 0)
        text += fmt::format("embedded in k = {} dimensions: constants 2L₀ and 4L₁, δ halved\n",
                            plan.embedding);
    text += std::visit(PlanText{constants}, plan.method);
    if (plan.budget.noiseConstant == 0.0)
        return {text + "\nNo noise: no privacy.\n"};
    text += fmt::format("\nspent so far\n  ρ = Σ Δ²/(2σ²)             {:.4g}\n"
                        "  ε(δ) = ρ + 2√(ρ log(1/δ))  {:.4g} of {:g}\n",
                        rho, method.accountant().epsilon(delta), plan.budget.epsilon);
    return {std::move(text)};
}

MatrixFrame treeFrame(const TreeSpider& tree) {
    const TreeSpiderPlan& plan = tree.plan();
    const std::size_t levels = static_cast<std::size_t>(plan.depth) + 1;
    const std::size_t leaves = std::size_t{1} << plan.depth;
    MatrixFrame frame{.title = fmt::format("‖v‖ in round {} of {}; right children b/2ˢ samples",
                                           std::min(tree.round() + 1, plan.rounds), plan.rounds),
                      .rows = levels,
                      .columns = leaves};
    for (std::size_t s = 0; s < levels; ++s) {
        frame.rowLabels.push_back(fmt::format("{}", s));
        for (std::size_t leaf = 0; leaf < leaves; ++leaf) {
            const std::size_t position = leaf >> (levels - 1 - s);
            const double norm = tree.estimateNorms()[(std::size_t{1} << s) - 1 + position];
            frame.values.push_back(norm < 0.0 ? std::numeric_limits<float>::quiet_NaN()
                                              : static_cast<float>(norm));
        }
    }
    return frame;
}

FieldFrame landscapeFrame(const PrivateProblem& problem) {
    constexpr std::size_t count = 101;
    const bool isLocation = problem.loss() == PrivateLoss::robustLocation;
    const double half = isLocation ? 2.2 : 4.0;
    FieldFrame field{.xMinimum = -half,
                     .xMaximum = half,
                     .yMinimum = -half,
                     .yMaximum = half,
                     .xCount = count,
                     .yCount = count};
    const Index used = std::min(landscapeSamples, problem.count());
    std::vector<std::uint32_t> order;
    for (Index i = 0; i < used; ++i)
        order.push_back(static_cast<std::uint32_t>(i));
    const PrivateProblem part = reordered(problem, order);
    const auto coordinate = [&](std::size_t i) {
        return half * (2.0 * static_cast<double>(i) / (count - 1) - 1.0);
    };
    for (std::size_t j = 0; j < count; ++j)
        for (std::size_t i = 0; i < count; ++i) {
            const Eigen::Vector2d w(coordinate(i), coordinate(j));
            field.values.push_back(static_cast<float>(part.value(w)));
        }
    return field;
}

CurvesFrame samplesFrame(const PrivateProblem& problem) {
    CurvesFrame::Curve dots{.label = "samples", .markers = true};
    for (Index i = 0; i < std::min(dotsShown, problem.count()); ++i) {
        dots.x.push_back(problem.samples()(0, i));
        dots.y.push_back(problem.samples()(1, i));
    }
    CurvesFrame frame;
    frame.curves.push_back(std::move(dots));
    return frame;
}

} // namespace convergence::private_points
