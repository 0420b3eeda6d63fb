// What theory says about optimizers on simple surfaces, and how it is measured and refuted.

#include <cmath>

#include <fmt/format.h>

#include "core/experiment/judging.h"
#include "core/math/statistics.h"
#include "plugins/playground/optimizer-playground/experiment.h"

namespace convergence::playground {

namespace {

using Names = std::vector<std::string>;

const Judgement notEnough{.explanation = "Not all runs of the claim are through."};

/// The only trial of an arm in a run, once it has ended.
std::optional<std::size_t> trialOf(const Evidence& evidence, const EvidenceRun& run,
                                   const std::string& arm) {
    const auto trials = evidence.trialsOf(run, arm);
    if (trials.empty() || !ended(run, trials.front()) ||
        trials.front() >= run.recording->trials().rows())
        return std::nullopt;
    return trials.front();
}

double firstDistance(const EvidenceRun& run, std::size_t trial) {
    return run.recording->trace(trial).column("distance").front();
}

/// Gradient descent shrinks the distance for η < 2/L and lets it grow for η > 2/L.
Judgement judgeThreshold(const Evidence& evidence, const Claim& claim) {
    std::vector<Sample> samples;
    for (const EvidenceRun& run : evidence.runs) {
        const auto trial = trialOf(evidence, run, "sgd");
        if (!trial)
            return notEnough;
        const double product = run.values->real("rate_sgd") * run.values->real("curvature") / 2.0;
        const bool diverged = run.recording->status(*trial) == TrialStatus::diverged;
        const double ratio = finalOf(run, *trial, "final_distance") / firstDistance(run, *trial);
        const bool converged = !diverged && ratio < 0.01;
        const bool grew = diverged || ratio > 1.0;
        samples.push_back(
            {product, product < 1.0 ? converged : grew,
             fmt::format("κ = {:g}, L = {:g} (distance × {:.3g})", run.values->real("condition"),
                         run.values->real("curvature"), ratio)});
    }
    return judgeAll(samples, claim.expected(), "ηL/2 of the runs, from below to above 1");
}

/// Factor a step of an arm's distance, by a log-linear fit over the recorded steps.
std::optional<double> fittedFactor(const EvidenceRun& run, std::size_t trial) {
    const Table& trace = run.recording->trace(trial);
    const auto t = trace.column("iteration");
    const auto distance = trace.column("distance");
    // Rounding ends the straight line far below.
    const LineFit fit = fitLogLinear(t, distance, {.yMinimum = 1e-12 * distance.front()});
    if (!fit.valid())
        return std::nullopt;
    return std::exp(fit.slope);
}

Judgement judgeBestRate(const Evidence& evidence, const Claim& claim) {
    std::vector<Sample> samples;
    std::string text;
    for (const EvidenceRun& run : evidence.runs) {
        const auto trial = trialOf(evidence, run, "sgd");
        const auto factor = trial ? fittedFactor(run, *trial) : std::nullopt;
        if (!factor)
            return notEnough;
        const double kappa = run.values->real("condition");
        const double theory = (kappa - 1.0) / (kappa + 1.0);
        const double ratio = std::log(*factor) / std::log(theory);
        samples.push_back({ratio, claim.threshold.holds(ratio), fmt::format("κ = {:g}", kappa)});
        text += fmt::format(" κ = {:g}: {:.5f} for {:.5f};", kappa, *factor, theory);
    }
    Judgement judgement = judgeAll(samples, claim.expected(), "Measured over predicted rate");
    text.back() = '.';
    judgement.explanation += " Factor a step, measured for predicted:" + text;
    return judgement;
}

/// Slope of ln(steps to a millionth) against ln κ; infinite if an arm did not get there.
std::optional<double> growthWithCondition(const Evidence& evidence, const std::string& arm,
                                          std::string& text) {
    std::vector<double> kappa, steps;
    for (const EvidenceRun& run : evidence.runs) {
        const auto trial = trialOf(evidence, run, arm);
        if (!trial)
            return std::nullopt;
        const double needed = finalOf(run, *trial, "steps_to_tolerance");
        if (!std::isfinite(needed))
            return std::numeric_limits<double>::infinity();
        kappa.push_back(run.values->real("condition"));
        steps.push_back(needed);
        text += fmt::format("{}{:g}", text.empty() ? "" : ", ", needed);
    }
    return fitLogLog(kappa, steps).slope;
}

Judgement judgeSquareRoot(const Evidence& evidence, const Claim& claim) {
    std::string momentumSteps, descentSteps;
    const auto momentum = growthWithCondition(evidence, "momentum", momentumSteps);
    const auto descent = growthWithCondition(evidence, "sgd", descentSteps);
    if (!momentum || !descent)
        return notEnough;
    Judgement judgement;
    judgement.measured = *momentum;
    judgement.threshold = claim.expected();
    judgement.verdict = claim.threshold.holds(*momentum) ? Verdict::holds : Verdict::fails;
    judgement.explanation =
        fmt::format("Steps to a millionth of the first distance for κ = 10, 100, 1000, 10000: "
                    "momentum {} (exponent {:.3f}), gradient descent {} (exponent {:.3f}), each at "
                    "its best rate.",
                    momentumSteps, *momentum, descentSteps, *descent);
    return judgement;
}

Judgement judgeNewton(const Evidence& evidence, const Claim& claim) {
    std::vector<Sample> samples;
    for (const EvidenceRun& run : evidence.runs) {
        const auto trial = trialOf(evidence, run, "newton");
        if (!trial)
            return notEnough;
        const auto distance = run.recording->trace(*trial).column("distance");
        if (distance.size() < 2)
            return notEnough;
        const double ratio = distance[1] / distance[0];
        samples.push_back({ratio, claim.threshold.holds(ratio),
                           fmt::format("κ = {:g}", run.values->real("condition"))});
    }
    return judgeAll(samples, claim.expected(), "Distance after one step over the first");
}

Judgement judgeAdamsFirstStep(const Evidence& evidence, const Claim& claim) {
    std::vector<Sample> samples;
    for (const EvidenceRun& run : evidence.runs) {
        const auto trial = trialOf(evidence, run, "adam");
        if (!trial)
            return notEnough;
        const Table& trace = run.recording->trace(*trial);
        for (const char* name : {"x", "y"}) {
            const auto path = trace.column(name);
            if (path.size() < 2)
                return notEnough;
            const double ratio = std::abs(path[1] - path[0]) / run.values->real("rate_adam");
            samples.push_back({ratio, claim.threshold.holds(ratio),
                               fmt::format("{} on {}", name, run.values->text("surface"))});
        }
    }
    return judgeAll(samples, claim.expected(), "First step over η, by coordinate");
}

Judgement judgeSaddle(const Evidence& evidence, const Claim& claim) {
    const EvidenceRun& run = evidence.runs.front();
    const auto trial = trialOf(evidence, run, "newton");
    if (!trial)
        return notEnough;
    const double fromSaddle =
        std::hypot(finalOf(run, *trial, "final_x"), finalOf(run, *trial, "final_y"));
    Judgement judgement;
    judgement.measured = fromSaddle;
    judgement.threshold = claim.expected();
    judgement.verdict = claim.threshold.holds(fromSaddle) ? Verdict::holds : Verdict::fails;
    judgement.explanation =
        fmt::format("Started at ({:g}, {:g}), beside the saddle at the origin, it ends {:.2g} from "
                    "it; the minima are at (0, ±1).",
                    run.values->real("start_x"), run.values->real("start_y"), fromSaddle);
    return judgement;
}

Overrides bowl(double kappa, Names arms, std::int64_t steps) {
    return {{"surface", std::string("quadratic")},
            {"condition", kappa},
            {"curvature", 1.0},
            {"arms", std::move(arms)},
            {"schedule", std::string("constant")},
            {"noise", 0.0},
            {"steps", steps}};
}

ProtocolRun thresholdRun(double kappa, double curvature, double product) {
    Overrides overrides = bowl(kappa, {"sgd", "momentum"}, 1000);
    overrides.insert_or_assign("curvature", curvature);
    overrides.insert_or_assign("rate_sgd", 2.0 * product / curvature);
    overrides.insert_or_assign("rate_momentum", 2.0 * product / curvature);
    return {fmt::format("κ = {:g}, L = {:g}, ηL/2 = {:g}", kappa, curvature, product), overrides};
}

} // namespace

std::vector<Claim> claims() {
    Protocol threshold, best, roots, newton;
    for (const double kappa : {4.0, 25.0})
        for (const double curvature : {1.0, 8.0})
            for (const double product : {0.2, 0.9, 0.99, 1.01, 1.1})
                threshold.runs.push_back(thresholdRun(kappa, curvature, product));
    for (const double kappa : {4.0, 20.0, 100.0}) {
        Overrides overrides = bowl(kappa, {"sgd", "momentum"}, 1000);
        overrides.insert_or_assign("rate_sgd", 2.0 / (1.0 + 1.0 / kappa));
        best.runs.push_back({fmt::format("κ = {:g}", kappa), overrides});
    }
    for (const double kappa : {10.0, 100.0, 1000.0, 10000.0}) {
        const double root = std::sqrt(1.0 / kappa);
        Overrides overrides = bowl(kappa, {"sgd", "momentum"}, 100000);
        overrides.insert_or_assign("rate_sgd", 2.0 / (1.0 + 1.0 / kappa));
        overrides.insert_or_assign("rate_momentum", 4.0 / ((1.0 + root) * (1.0 + root)));
        overrides.insert_or_assign("momentum", std::pow((1.0 - root) / (1.0 + root), 2.0));
        roots.runs.push_back({fmt::format("κ = {:g}", kappa), overrides});
    }
    for (const double kappa : {10.0, 1000.0, 100000.0})
        newton.runs.push_back({fmt::format("κ = {:g}", kappa), bowl(kappa, {"newton", "sgd"}, 5)});
    Protocol firstStep;
    for (const char* surface : {"quadratic", "rosenbrock", "himmelblau"})
        firstStep.runs.push_back({surface,
                                  {{"surface", std::string(surface)},
                                   {"arms", Names{"adam", "rmsprop"}},
                                   {"rate_rmsprop", 0.1},
                                   {"start_x", 0.7},
                                   {"start_y", -0.4},
                                   {"steps", std::int64_t{3}}}});
    const Protocol saddle{{{"saddle",
                            {{"surface", std::string("saddle")},
                             {"arms", Names{"newton", "sgd"}},
                             {"start_x", 0.6},
                             {"start_y", 0.25},
                             {"rate_sgd", 0.1},
                             {"steps", std::int64_t{200}}}}},
                          {}};

    const auto instead = [](const std::string& arm, const std::string& by) {
        return Refutation{fmt::format("{} in the place of {}", by, arm), {}, {{arm, by}}};
    };
    return {
        {.id = "descent_threshold",
         .statement = "Gradient descent on a quadratic converges if η < 2/L and diverges if "
                      "η > 2/L.",
         .threshold = Stated{"converges for ηL/2 < 1, grows for ηL/2 > 1",
                             theorem("gradient descent on a quadratic")},
         .protocol = threshold,
         .judge = judgeThreshold,
         .refutations = {instead("sgd", "momentum")}},
        {.id = "descent_best_rate",
         .statement = "At the best rate η = 2/(L + μ) each step of gradient descent shrinks the "
                      "distance by (κ − 1)/(κ + 1).",
         .threshold =
             Within{"measured over predicted rate", 1.0, 0.01,
                    theorem("the factor (κ − 1)/(κ + 1) at the rate 2/(L + μ); margin ours")},
         .protocol = best,
         .judge = judgeBestRate,
         .refutations = {{"the rate 1/L in the place of the best", {{"rate_sgd", 1.0}}, {}},
                         instead("sgd", "momentum")}},
        {.id = "momentum_square_root",
         .statement = "With momentum at its best, the steps needed grow as √κ; without it, as κ.",
         .threshold = Within{"exponent of κ", 0.5, 0.06, theorem("Polyak 1964; margin ours")},
         .protocol = roots,
         .judge = judgeSquareRoot,
         .refutations = {instead("momentum", "sgd"),
                         {"momentum 0.9 whatever κ is", {{"momentum", 0.9}}, {}}}},
        {.id = "newton_in_one_step",
         .statement = "Newton's method is at the bottom of any bowl after one step.",
         .threshold = Below{"distance after one step over the first", 1e-9,
                            identity("a quadratic is its own Newton model; margin for rounding")},
         .protocol = newton,
         .judge = judgeNewton,
         .refutations = {instead("newton", "sgd"),
                         {"half of each step", {{"rate_newton", 0.5}}, {}}}},
        {.id = "newton_seeks_saddles",
         .statement = "Near a saddle, Newton's method goes to the saddle.",
         .threshold =
             Below{"distance from the saddle", 1e-6,
                   theorem("Newton's method converges to zeros of the gradient; margin ours")},
         .protocol = saddle,
         .judge = judgeSaddle,
         .refutations = {instead("newton", "sgd")}},
        {.id = "adams_first_step",
         .statement = "Adam's first step is η long in each coordinate, whatever the gradient: "
                      "that is what its bias correction does.",
         .threshold = Within{"first step over η", 1.0, 1e-6,
                             identity("m̂ = g and ŝ = g² at t = 1; margin for ε")},
         .protocol = firstStep,
         .judge = judgeAdamsFirstStep,
         .refutations = {instead("adam", "rmsprop")}}};
}

} // namespace convergence::playground
