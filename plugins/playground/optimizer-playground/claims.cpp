// What theory says about optimizers on simple surfaces, and how it is measured and refuted.

#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/experiment/measure_judges.h"
#include "core/math/statistics.h"
#include "plugins/playground/optimizer-playground/experiment.h"

namespace convergence::playground {

namespace {

using Names = std::vector<std::string>;

using namespace measures;

/// ηL/2 of gradient descent.
double product(const EvidenceRun& run) {
    return run.values->real("rate_sgd") * run.values->real("curvature") / 2.0;
}
bool isBelow(const EvidenceRun& run) {
    return product(run) < 1.0;
}
bool isAbove(const EvidenceRun& run) {
    return product(run) > 1.0;
}
/// Of gradient descent, the final distance over the first and the other way round; what diverged is
/// infinitely far.
Measure shrinkage() {
    return of("sgd", ifDiverged(std::numeric_limits<double>::infinity(),
                                final("final_distance") / first("distance")));
}
Measure growth() {
    return of("sgd", ifDiverged(0.0, first("distance") / final("final_distance")));
}

/// ln of the factor a step by which the distance of gradient descent shrinks, by a log-linear fit.
Measure logOfFactor() {
    return of("sgd", Measure([](const Place& place) -> Number {
                  if (!ended(place.run, *place.trial))
                      return std::nullopt;
                  const Table& trace = place.run.recording->trace(*place.trial);
                  const auto distance = trace.column("distance");
                  // Rounding ends the straight line far below.
                  const LineFit fit = fitLogLinear(trace.column("iteration"), distance,
                                                   {.yMinimum = 1e-12 * distance.front()});
                  return fit.valid() ? Number(fit.slope) : std::nullopt;
              }));
}
/// ln((κ − 1)/(κ + 1)).
Measure logOfTheory() {
    return log((parameter("condition") - 1.0) / (parameter("condition") + 1.0));
}

/// The exponent of κ in the steps to a millionth of the first distance; infinite steps where an arm
/// did not get there.
Measure growthWithCondition(const char* arm) {
    return slopeOf(
        arm, parameter("condition"),
        orOnceEnded(final("steps_to_tolerance"), std::numeric_limits<double>::infinity()));
}

Measure firstStepOverRate(const char* coordinate) {
    return of("adam", abs(atIteration(1, coordinate) - first(coordinate))) / parameter("rate_adam");
}

Measure exponential(Measure a) {
    return apply([](double x) { return std::exp(x); }, std::move(a));
}
Measure square(const Measure& a) {
    return a * a;
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
         .threshold = Below{"final over first distance below the rate 2/L", 0.01,
                            theorem("gradient descent on a quadratic; margin ours")},
         .also = {Below{"first over final distance above it", 1.0,
                        theorem("gradient descent on a quadratic")}},
         .protocol = threshold,
         .judge = EachPart{.parts = {{"final over first", given(isBelow, shrinkage())},
                                     {"first over final", given(isAbove, growth()), 1}},
                           .what = "Ratio of distances",
                           .missing = Missing::undecided},
         .refutations = {instead("sgd", "momentum")}},
        {.id = "descent_best_rate",
         .statement = "At the best rate η = 2/(L + μ) each step of gradient descent shrinks the "
                      "distance by (κ − 1)/(κ + 1).",
         .threshold =
             Within{"measured over predicted rate", 1.0, 0.01,
                    theorem("the factor (κ − 1)/(κ + 1) at the rate 2/(L + μ); margin ours")},
         .protocol = best,
         .judge = EachRun{.numbers = {logOfFactor() / logOfTheory()},
                          .what = "Measured over predicted rate",
                          .told = {" {place}: {:.5f} a step for {:.5f}.",
                                   {exponential(logOfFactor()), exponential(logOfTheory())}},
                          .missing = Missing::undecided},
         .refutations = {{"the rate 1/L in the place of the best", {{"rate_sgd", 1.0}}, {}},
                         instead("sgd", "momentum")}},
        {.id = "momentum_square_root",
         .statement = "With momentum at its best, the steps needed grow as √κ; without it, as κ.",
         .threshold = Within{"exponent of κ", 0.5, 0.06, theorem("Polyak 1964; margin ours")},
         .protocol = roots,
         .judge =
             EachRun{.numbers = {growthWithCondition("momentum")},
                     .what = "Exponent of κ in the steps to a millionth of the first distance, "
                             "κ = 10 to 10000",
                     .told = {" Momentum {:.3f}, gradient descent {:.3f}, each at its best "
                              "rate.",
                              {growthWithCondition("momentum"), growthWithCondition("sgd")}},
                     .per = Per::pool},
         .refutations = {instead("momentum", "sgd"),
                         {"momentum 0.9 whatever κ is", {{"momentum", 0.9}}, {}}}},
        {.id = "newton_in_one_step",
         .statement = "Newton's method is at the bottom of any bowl after one step.",
         .threshold = Below{"distance after one step over the first", 1e-9,
                            identity("a quadratic is its own Newton model; margin for rounding")},
         .protocol = newton,
         .judge = EachRun{.numbers = {of("newton", atIteration(1, "distance") / first("distance"))},
                          .what = "Distance after one step over the first",
                          .missing = Missing::undecided},
         .refutations = {instead("newton", "sgd"),
                         {"half of each step", {{"rate_newton", 0.5}}, {}}}},
        {.id = "newton_seeks_saddles",
         .statement = "Near a saddle, Newton's method goes to the saddle.",
         .threshold =
             Below{"distance from the saddle", 1e-6,
                   theorem("Newton's method converges to zeros of the gradient; margin ours")},
         .protocol = saddle,
         .judge = EachRun{.numbers = {of(
                              "newton", sqrt(square(final("final_x")) + square(final("final_y"))))},
                          .what = "Distance from the saddle at the origin, with minima at (0, ±1)",
                          .told = {" It started at ({:g}, {:g}) and ends {:.2g} from the saddle.",
                                   {parameter("start_x"), parameter("start_y"),
                                    of("newton", sqrt(square(final("final_x")) +
                                                      square(final("final_y"))))}}},
         .refutations = {instead("newton", "sgd")}},
        {.id = "adams_first_step",
         .statement = "Adam's first step is η long in each coordinate, whatever the gradient: "
                      "that is what its bias correction does.",
         .threshold = Within{"first step over η", 1.0, 1e-6,
                             identity("m̂ = g and ŝ = g² at t = 1; margin for ε")},
         .protocol = firstStep,
         .judge = EachPart{.parts = {{"x", firstStepOverRate("x")}, {"y", firstStepOverRate("y")}},
                           .what = "First step over η, by coordinate",
                           .missing = Missing::undecided},
         .refutations = {instead("adam", "rmsprop")}}};
}

} // namespace convergence::playground
