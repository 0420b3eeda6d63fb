// What the paper claims about the tangent kernel, and how each claim is measured and refuted.

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "core/experiment/judging.h"
#include "core/math/decompositions.h"
#include "core/math/gradient_check.h"
#include "core/math/statistics.h"
#include "plugins/neural-networks/neural-tangent-kernel/experiment.h"
#include "plugins/neural-networks/neural-tangent-kernel/trial.h"

namespace convergence {

namespace {

using Numbers = std::vector<double>;

/// A final metric of a trial that ran to its end.
std::optional<double> finishedOf(const EvidenceRun& run, std::size_t trial,
                                 std::string_view column) {
    const auto finals = run.recording->finals(trial);
    if (!finals || run.recording->status(trial) != TrialStatus::finished)
        return std::nullopt;
    const std::size_t index = run.recording->trials().columnIndex(column);
    return (*finals)[index - run.recording->firstFinalColumn()];
}

/// Log–log slope against width of a final metric, averaged over ensembles and seeds.
Judgement judgeSlope(const Evidence& evidence, std::string_view column, double low, double high) {
    std::map<double, Numbers> byWidth;
    for (const EvidenceRun& run : evidence.runs)
        for (const std::size_t trial : evidence.trialsOf(run, "ensemble"))
            if (const auto value = finishedOf(run, trial, column))
                byWidth[run.recording->plans()[trial].factors.at("width")].push_back(*value);
    Judgement judgement{.threshold = high < 0.0 && !std::isfinite(low)
                                         ? fmt::format("at most {}", high)
                                         : fmt::format("from {} to {}", low, high)};
    Numbers widths, means;
    std::string list;
    for (const auto& [width, values] : byWidth) {
        widths.push_back(width);
        means.push_back(mean(values));
        list += fmt::format("{}{:.4f} at {}", list.empty() ? "" : ", ", means.back(), width);
    }
    const LineFit fit = fitLogLog(widths, means);
    if (!fit.valid()) {
        judgement.explanation = "Fewer than three widths have run to their end.";
        return judgement;
    }
    judgement.measured = fit.slope;
    judgement.low = fit.slopeLow;
    judgement.high = fit.slopeHigh;
    judgement.verdict = fit.slope >= low && fit.slope <= high ? Verdict::holds : Verdict::fails;
    judgement.explanation = fmt::format("Log–log slope against width of {}: {}.", column, list);
    return judgement;
}

Judgement judgeInitialization(const Evidence& evidence) {
    return judgeSlope(evidence, "initial_distance", -0.65, -0.35);
}

Judgement judgeConstancy(const Evidence& evidence) {
    return judgeSlope(evidence, "final_change", -std::numeric_limits<double>::infinity(), -0.5);
}

Judgement judgeLinearDynamics(const Evidence& evidence) {
    std::vector<Sample> samples;
    double largest = 0.0;
    for (const EvidenceRun& run : evidence.runs)
        for (const std::size_t trial : evidence.trialsOf(run, "ensemble")) {
            if (run.recording->status(trial) != TrialStatus::finished)
                continue;
            const auto distances = run.recording->trace(trial).column("linear_distance");
            const double last = distances.back();
            double onTheWay = 0.0;
            for (const double distance : distances)
                onTheWay = largerError(onTheWay, distance);
            largest = largerError(largest, onTheWay);
            samples.push_back({last, last < 0.002 && std::isfinite(onTheWay), placeOf(run)});
        }
    return judgeAll(samples, "below 0.002",
                    fmt::format("‖f − f_linear‖/‖f_linear‖ on the training points after the last "
                                "step (on the way it reaches {:.4f})",
                                largest));
}

/// Decay of each component against −ln(1 − ηλ), over the time in which it falls to a twentieth.
/// ηλ alone is the rate of gradient flow; a step of size c/λ_max is too long for that. A component
/// that starts below a twentieth of the error is left out: the kernel of width 2,048 moves by about
/// one hundredth, and what that carries over from the large components drowns a small one.
Judgement judgeSpectralBias(const Evidence& evidence) {
    std::vector<Sample> samples;
    std::vector<FitOverlay> fits;
    for (std::size_t r = 0; r < evidence.runs.size(); ++r) {
        const EvidenceRun& run = evidence.runs[r];
        for (const std::size_t trial : evidence.trialsOf(run, "ensemble")) {
            if (run.recording->status(trial) != TrialStatus::finished)
                continue;
            const Table& table = run.recording->trace(trial);
            const auto steps = table.column("iteration");
            const double largest = finishedOf(run, trial, "eta_lambda_1").value_or(0.0);
            double startSquared = 0.0;
            for (std::size_t i = 1; i <= tangent_kernel::recordedComponents; ++i)
                if (const double c = table.column(fmt::format("component_{}", i)).front();
                    std::isfinite(c))
                    startSquared += c * c;
            for (std::size_t i = 1; i <= tangent_kernel::recordedComponents; ++i) {
                const auto etaLambda = finishedOf(run, trial, fmt::format("eta_lambda_{}", i));
                if (!etaLambda || !(*etaLambda > 0.02 * largest))
                    continue;
                const auto component = table.column(fmt::format("component_{}", i));
                if (!(component.front() > 0.05 * std::sqrt(startSquared)))
                    continue;
                const LineFit fit =
                    fitLogLinear(steps, component, {.yMinimum = 0.05 * component.front()});
                if (!fit.valid())
                    continue;
                const double ratio = -fit.slope / -std::log1p(-*etaLambda);
                samples.push_back({ratio, std::abs(ratio - 1.0) <= 0.1,
                                   fmt::format("{}, eigenvector {}", placeOf(run), i)});
                fits.push_back({"components", r, trial, FitKind::logLinear, fit.slope,
                                fit.intercept, fit.xMinimum, fit.xMaximum,
                                fmt::format("rate {:.4f}", -fit.slope)});
            }
        }
    }
    Judgement judgement = judgeAll(samples, "1 ± 0.1",
                                   "Decay rate over −ln(1 − ηλ) of each component with "
                                   "λ > 0.02 λ_max that starts above a twentieth of the "
                                   "error, until it has fallen to a twentieth of itself");
    judgement.fits = std::move(fits);
    return judgement;
}

/// Smallest over largest eigenvalue of the limit kernel on N points of the circle.
double condition(const ParameterValues& values, Eigen::Index points) {
    const auto eigenvalues = symmetricEigenvalues(
        limitKernels(tangentNetwork(values, 1.0), circlePoints(points)).tangent);
    return eigenvalues[0] / eigenvalues[points - 1];
}

constexpr double degenerate = 1e-12; ///< relative eigenvalue that rounding cannot tell from 0

Judgement judgePositive(const Evidence& evidence) {
    std::vector<Sample> samples;
    for (const EvidenceRun& run : evidence.runs)
        for (const Eigen::Index points : {4, 8, 16, 32, 64}) {
            const double smallest = condition(*run.values, points);
            samples.push_back({smallest, smallest > degenerate, fmt::format("{} points", points)});
        }
    return judgeAll(samples, fmt::format("above {}", degenerate),
                    "λ_min/λ_max of the limit kernel on 4 to 64 points of the circle");
}

/// The first N at which the limit kernel is singular, against the harmonics that σ spans: degree
/// 2^L gives 2·2^L + 1.
Judgement judgeDegeneration(const Evidence& evidence) {
    std::vector<Sample> samples;
    for (const EvidenceRun& run : evidence.runs) {
        const double expected = 2.0 * std::pow(2.0, run.values->integer("depth")) + 2.0;
        double found = std::numeric_limits<double>::infinity();
        for (Eigen::Index points = 4; points <= 32 && !std::isfinite(found); ++points)
            if (condition(*run.values, points) <= degenerate)
                found = static_cast<double>(points);
        samples.push_back(
            {found, found == expected, fmt::format("depth {}", run.values->integer("depth"))});
    }
    return judgeAll(samples, "2·2ᴸ + 2", "First N at which the limit kernel is singular");
}

ProtocolRun runOf(std::string label, Overrides overrides) {
    overrides.emplace("networks", std::int64_t{5});
    return {std::move(label), std::move(overrides)};
}

Refutation with(const char* name, const char* value, std::string description) {
    return {std::move(description), {{name, std::string(value)}}, {}};
}

} // namespace

std::vector<Claim> neuralTangentKernelClaims() {
    const ProtocolRun widths = runOf("widths", {{"widths", Numbers{64, 256, 1024, 2048}}});
    // Without biases: theirs would be the larger part of the kernel, and that part stays.
    const Refutation meanField{"the output divided by √n once more: features move",
                               {{"scaling", std::string("mean_field")}, {"beta", 0.0}},
                               {}};
    return {
        {.id = "initialization",
         .statement = "At the start the kernel approaches its limit as the width grows, like "
                      "n^−½.",
         .threshold =
             Stated{
                 "slope −0.5 ± 0.15",
                 theorem("Theorem 1 by the law of large numbers over n units: n^−½; margin ours")},
         .protocol = {{widths}, {0, 1}},
         .judge = judgeInitialization,
         .refutations = {with("scaling", "standard",
                              "the standard scaling, whose kernel grows with the width")}},
        {.id = "constancy",
         .statement = "In training the kernel moves the less the wider the network, at least like "
                      "n^−½.",
         .threshold =
             Stated{"slope ≤ −0.5", theorem("Theorem 2: the kernel stays constant as n → ∞; that "
                                            "it does so at least like n^−½ is a margin of ours")},
         .protocol = {{widths}, {0, 1}},
         .judge = judgeConstancy,
         .refutations = {meanField}},
        {.id = "linear-dynamics",
         .statement = "A network of width 1,024 follows the linear dynamics of its own initial "
                      "kernel.",
         .threshold =
             Stated{"below 0.002", ours("the theorem says only that the distance vanishes with the "
                                        "width; 0.002 of the norm cannot be seen in the chart")},
         .protocol = {{runOf("width 1024", {{"widths", Numbers{1024}}})}, {0, 1, 2}},
         .judge = judgeLinearDynamics,
         .refutations = {with("scaling", "mean_field", "the output divided by √n once more")}},
        {.id = "spectral-bias",
         .statement = "The error along eigenvector i of the initial kernel decays at the rate of "
                      "its eigenvalue, −ln(1 − ηλᵢ) a step, if it is no negligible part of the "
                      "error.",
         .threshold = Stated{"ratio 1 ± 0.1", theorem("gradient descent on the linear dynamics "
                                                      "decays by 1 − ηλᵢ a step; margin ours")},
         .protocol = {{{"width 2048", {{"widths", Numbers{2048}}, {"networks", std::int64_t{1}}}}},
                      {0, 1, 2}},
         .judge = judgeSpectralBias,
         .refutations = {meanField}},
        {.id = "positive-definite",
         .statement = "The limit kernel of ReLU is positive definite on distinct points of the "
                      "circle.",
         .threshold =
             Stated{"λ_min > 0",
                    theorem("Proposition 2: positive definite for non-polynomial activations")},
         .protocol = {{{"relu",
                        {{"widths", Numbers{16}},
                         {"networks", std::int64_t{1}},
                         {"steps", std::int64_t{1}}}}},
                      {}},
         .judge = judgePositive,
         .refutations = {with("activation", "polynomial", "a polynomial in ReLU's place")}},
        {.id = "degeneration",
         .statement = "The limit kernel of a polynomial of degree 2 is singular once there are "
                      "more points than harmonics up to degree 2ᴸ.",
         .threshold =
             Stated{"N = 10 at L = 2, 6 at L = 1",
                    theorem("a polynomial of degree 2ᴸ has 2·2ᴸ + 1 harmonics on the circle")},
         .protocol = {{{"depth 1",
                        {{"activation", std::string("polynomial")},
                         {"depth", std::int64_t{1}},
                         {"widths", Numbers{16}},
                         {"networks", std::int64_t{1}},
                         {"steps", std::int64_t{1}}}},
                       {"depth 2",
                        {{"activation", std::string("polynomial")},
                         {"widths", Numbers{16}},
                         {"networks", std::int64_t{1}},
                         {"steps", std::int64_t{1}}}}},
                      {}},
         .judge = judgeDegeneration,
         .refutations = {with("activation", "relu", "ReLU, which spans all harmonics")}}};
}

} // namespace convergence
