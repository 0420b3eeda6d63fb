// What the paper claims about the tangent kernel, and how each claim is measured and refuted.

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/experiment/measure_judges.h"
#include "core/math/decompositions.h"
#include "core/math/gradient_check.h"
#include "core/math/statistics.h"
#include "plugins/neural-networks/neural-tangent-kernel/experiment.h"
#include "plugins/neural-networks/neural-tangent-kernel/trial.h"

namespace convergence {

namespace {

using namespace measures;
using Numbers = std::vector<double>;

/// The mean of a final metric at one of the run's widths.
template <typename Pick>
Measure meanAt(Pick pick, const char* column) {
    return Measure([pick, column](const Place& place) {
        return where("width", pick(place.run.values->numbers("widths")),
                     meanOf("ensemble", final(column)))
            .at(place);
    });
}

/// The exponent of a final metric in the width, of its mean over ensembles and seeds.
Judge powerOfWidth(const char* column) {
    const Measure width = factor("width");
    const Measure value = ifDiverged(std::numeric_limits<double>::quiet_NaN(), final(column));
    return EachRun{
        .numbers = {slopeOf("ensemble", width, value)},
        .what = fmt::format("Log–log slope against width of {}", column),
        .told = {" {:.4f} at the narrowest and {:.4f} at the widest, on average.",
                 {meanAt(std::ranges::min, column), meanAt(std::ranges::max, column)}},
        .per = Per::pool,
        .interval = {slopeLowOf("ensemble", width, value), slopeHighOf("ensemble", width, value)}};
}

/// After the last step; a value that was not finite on the way stays.
Measure distanceToLinear() {
    return last("linear_distance") + 0.0 * largest("linear_distance");
}

/// Decay of each component against −ln(1 − ηλ), over the time in which it falls to a twentieth.
/// ηλ alone is the rate of gradient flow; a step of size c/λ_max is too long for that. A component
/// that starts below a twentieth of the error is left out: the kernel of width 2,048 moves by about
/// one hundredth, and what that carries over from the large components drowns a small one.
Judgement judgeSpectralBias(const Evidence& evidence, const Claim& claim) {
    Samples samples(claim);
    for (std::size_t r = 0; r < evidence.runs.size(); ++r) {
        const EvidenceRun& run = evidence.runs[r];
        for (const std::size_t trial : evidence.trialsOf(run, "ensemble")) {
            if (run.recording->status(trial) != TrialStatus::finished)
                continue;
            const Table& table = run.recording->trace(trial);
            const auto steps = table.column("iteration");
            const auto finished = [&](const std::string& column) {
                return finalOf(run, trial, column);
            };
            const double largest = finished("eta_lambda_1");
            double startSquared = 0.0;
            for (std::size_t i = 1; i <= tangent_kernel::recordedComponents; ++i)
                if (const double c = table.column(fmt::format("component_{}", i)).front();
                    std::isfinite(c))
                    startSquared += c * c;
            for (std::size_t i = 1; i <= tangent_kernel::recordedComponents; ++i) {
                const double etaLambda = finished(fmt::format("eta_lambda_{}", i));
                if (!(etaLambda > 0.02 * largest))
                    continue;
                const auto component = table.column(fmt::format("component_{}", i));
                if (!(component.front() > 0.05 * std::sqrt(startSquared)))
                    continue;
                const LineFit fit =
                    fitLogLinear(steps, component, {.yMinimum = 0.05 * component.front()});
                if (!fit.valid())
                    continue;
                const double ratio = -fit.slope / -std::log1p(-etaLambda);
                const std::string vector = fmt::format("eigenvector {}", i);
                samples.add({.place = placeOf(run) + ", " + vector, .group = vector}, {ratio});
                samples.draw({.view = "components",
                              .run = r,
                              .trial = trial,
                              .kind = FitKind::logLinear,
                              .label = fmt::format("rate {:.4f}", -fit.slope)},
                             fit);
            }
        }
    }
    return samples.judged("Decay rate over −ln(1 − ηλ) of each component with λ > 0.02 λ_max that "
                          "starts above a twentieth of the error, until it has fallen to a "
                          "twentieth of itself");
}

/// Smallest over largest eigenvalue of the limit kernel on N points of the circle.
double condition(const ParameterValues& values, Eigen::Index points) {
    const auto eigenvalues = symmetricEigenvalues(
        limitKernels(tangentNetwork(values, 1.0), circlePoints(points)).tangent);
    return eigenvalues[0] / eigenvalues[points - 1];
}

constexpr double degenerate = 1e-12; ///< relative eigenvalue that rounding cannot tell from 0

std::vector<EachPart::Part> conditions() {
    std::vector<EachPart::Part> parts;
    for (const Eigen::Index points : {4, 8, 16, 32, 64})
        parts.push_back({fmt::format("{} points", points), Measure([points](const Place& place) {
                             return Number(condition(*place.run.values, points));
                         })});
    return parts;
}

/// The first N at which the limit kernel is singular; infinite beyond 32.
Measure firstSingular() {
    return Measure([](const Place& place) -> Number {
        for (Eigen::Index points = 4; points <= 32; ++points)
            if (condition(*place.run.values, points) <= degenerate)
                return static_cast<double>(points);
        return std::numeric_limits<double>::infinity();
    });
}
/// More points than harmonics that σ spans: degree 2ᴸ gives 2·2ᴸ + 1.
Measure harmonicsAndOne() {
    return 2.0 * apply([](double depth) { return std::exp2(depth); }, parameter("depth")) + 2.0;
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
             Within{
                 "slope", -0.5, 0.15,
                 theorem("Theorem 1 by the law of large numbers over n units: n^−½; margin ours")},
         .protocol = {{widths}, {0, 1}},
         .judge = powerOfWidth("initial_distance"),
         .refutations = {with("scaling", "standard",
                              "the standard scaling, whose kernel grows with the width")}},
        {.id = "constancy",
         .statement = "In training the kernel moves the less the wider the network, at least like "
                      "n^−½.",
         .threshold = AtMost{"slope", -0.5,
                             theorem("Theorem 2: the kernel stays constant as n → ∞; that "
                                     "it does so at least like n^−½ is a margin of ours")},
         .protocol = {{widths}, {0, 1}},
         .judge = powerOfWidth("final_change"),
         .refutations = {meanField}},
        {.id = "linear-dynamics",
         .statement =
             "A network of width 1,024 follows, on average, the linear dynamics of its own "
             "initial kernel.",
         .threshold = Below{"distance", 0.002,
                            ours("the theorem says only that the distance vanishes with the "
                                 "width; 0.002 of the norm cannot be seen in the chart")},
         .hold = Hold::onAverage,
         .protocol = {{runOf("width 1024", {{"widths", Numbers{1024}}})}, {0, 1, 2, 3, 4, 5}},
         .judge = EachTrial{.arms = {"ensemble"},
                            .numbers = {distanceToLinear()},
                            .what = "‖f − f_linear‖/‖f_linear‖ on the training points after the "
                                    "last step",
                            .told = {" {place}: {:.4f} on the way.", {largest("linear_distance")}}},
         .refutations = {with("scaling", "mean_field", "the output divided by √n once more")}},
        {.id = "spectral-bias",
         .statement = "The error along eigenvector i of the initial kernel decays at the rate of "
                      "its eigenvalue, −ln(1 − ηλᵢ) a step, if it is no negligible part of the "
                      "error.",
         .threshold = Within{"ratio", 1.0, 0.1,
                             theorem("gradient descent on the linear dynamics "
                                     "decays by 1 − ηλᵢ a step; margin ours")},
         .protocol = {{{"width 2048", {{"widths", Numbers{2048}}, {"networks", std::int64_t{1}}}}},
                      {0, 1, 2}},
         .judge = judgeSpectralBias,
         .refutations = {meanField}},
        {.id = "positive-definite",
         .statement = "The limit kernel of ReLU is positive definite on distinct points of the "
                      "circle.",
         .threshold =
             Above{"λ_min/λ_max", degenerate,
                   theorem("Proposition 2: positive definite for non-polynomial activations")},
         .protocol = {{{"relu",
                        {{"widths", Numbers{16}},
                         {"networks", std::int64_t{1}},
                         {"steps", std::int64_t{1}}}}},
                      {}},
         .judge = EachPart{.parts = conditions(),
                           .what = "λ_min/λ_max of the limit kernel on 4 to 64 points of the "
                                   "circle"},
         .refutations = {with("activation", "polynomial", "a polynomial in ReLU's place")}},
        {.id = "degeneration",
         .statement = "The limit kernel of a polynomial of degree 2 is singular once there are "
                      "more points than harmonics up to degree 2ᴸ.",
         .threshold =
             Within{"first singular N less 2·2ᴸ + 2", 0.0, 0.0,
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
         .judge = EachRun{.numbers = {firstSingular() - harmonicsAndOne()},
                          .what = "First N at which the limit kernel is singular less 2·2ᴸ + 2",
                          .told = {" {place}: {:g}.", {firstSingular()}}},
         .refutations = {with("activation", "relu", "ReLU, which spans all harmonics")}}};
}

} // namespace convergence
