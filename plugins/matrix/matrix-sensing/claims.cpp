// What the paper claims about matrix sensing, and how each claim is measured and refuted. What is
// accepted stands in the thresholds alone.

#include <cmath>

#include <fmt/format.h>

#include "core/experiment/curve_judges.h"
#include "core/experiment/measure_judges.h"
#include "core/experiment/parameter_builders.h"
#include "core/experiment/trait_table.h"
#include "plugins/matrix/matrix-sensing/experiment.h"
#include "plugins/matrix/matrix-sensing/trial.h"

namespace convergence::matrix_sensing {

namespace {

using namespace measures;
using Names = std::vector<std::string>;

/// Between these errors an exponential decay is fitted.
constexpr Levels decayLevels{.from = matrix::SensingRun::decayFrom,
                             .to = matrix::SensingRun::decayTo};

const Measure learningRate = parameter("learning_rate");
const Measure surplusColumns = parameter("factor_rank") - parameter("true_rank");

/// −ln(1 − η·squared): what theory has for the rate of ln e.
Measure rateFor(Measure squared) {
    return -log1p(-learningRate * std::move(squared));
}

/// The smallest singular value of the larger factor at the end.
const Measure governing = greatest(
    {last("sigma_f_", parameter("factor_rank")), last("sigma_g_", parameter("factor_rank"))});

const Measure rate = rateOfDecay("error", decayLevels);

Measure rateAtSmallestStart(const std::string& arm) {
    return atSmallest("initial_scale", arm, rate);
}

const EachTrial constantOfTheError{
    .arms = {"s_over"},
    .numbers = {last("error") * 2.0 * learningRate * last("iteration") / sqrt(surplusColumns)},
    .what = "e_T·2ηT/√(k − r) at the last step",
    .where = [](const EvidenceRun& run) {
        return run.values->integer("factor_rank") > run.values->integer("true_rank");
    }};

/// A watched run with random measurements, or of a drawn problem, says nothing.
Judge inPopulationLimit(Judge judge) {
    return about(
        [](const EvidenceRun& run) {
            return run.values->integer("measurements") == 0 &&
                   !traitsOf(sensingProblems, run.values->text("problem")).fixed;
        },
        "The claim is about a random target in the population limit; set measurements to 0.",
        std::move(judge));
}

Overrides only(Names arms, std::int64_t iterations, Overrides more = {}) {
    return with(std::move(more), {{"arms", std::move(arms)}, {"iterations", iterations}});
}

Refutation fastInstead(const std::string& arm) {
    return replacedArm(arm, "a_over", "asymmetric factors from an imbalanced start in its place");
}

Judge slopeOfSquare(const std::string& arm, double from, double to) {
    return PowerLaw{.of = {arm, "error", "squared_error"},
                    .power = 2.0,
                    .from = from,
                    .to = to,
                    .what = "Slope of ln e² against ln t"};
}

std::vector<Claim> symmetricClaims() {
    const ProtocolRun small{"n = 20", only({"s_over"}, 20000)};
    const ProtocolRun large{"n = 50, r = 3, k = 6", only({"s_over"}, 20000,
                                                         {{"rows", whole(50)},
                                                          {"columns", whole(50)},
                                                          {"true_rank", whole(3)},
                                                          {"factor_rank", whole(6)}})};
    return {{.id = "symmetric_power_law",
             .statement = "With superfluous columns, the symmetric arm's squared error falls like "
                          "1/T², no faster.",
             .threshold = Within{"slope of e²", -2.0, 0.1,
                                 theorem("the lower bound Ω(1/T²); the margin for a window that "
                                         "starts at 2,000 is ours")},
             .protocol = {{small, large}, threeSeeds},
             .judge = inPopulationLimit(slopeOfSquare("s_over", 2000, 20000)),
             .refutations = {fastInstead("s_over")},
             .live = true},
            {.id = "symmetric_constant",
             .statement = "The error is √(k − r)/(2ηT), with no constant to fit.",
             .threshold =
                 Within{"e·2ηT/√(k−r)", 1.0, 0.03,
                        theorem("s ← s(1 − ηs²) of each superfluous singular value; margin ours")},
             .protocol = {{small}, threeSeeds},
             .judge = inPopulationLimit(constantOfTheError),
             .refutations = {replacedArm("s_over", "s_exact", "no superfluous columns")},
             .live = true},
            {.id = "exact_rank_linear",
             .statement =
                 "With k = r the symmetric arm converges exponentially, at −ln(1 − η/κ) a step.",
             .threshold = Within{"rate over −ln(1 − η/κ)", 1.0, 0.02,
                                 theorem("the linearization at M*; margin ours")},
             .also = {Above{"R²", 0.999, ours("a straight line to the eye")}},
             .protocol = {{{"n = 20", only({"s_exact"}, 2000)}}, threeSeeds},
             .judge = inPopulationLimit(
                 DecayRate{.of = {"s_exact", "error", "error"},
                           .levels = {.from = 1e-1, .to = 1e-12},
                           .predicted = rateFor(1.0 / parameter("condition_number")),
                           .what = "Rate of ln e over −ln(1 − η/κ)"}),
             .refutations = {replacedArm("s_exact", "s_over", "superfluous columns")},
             .live = true},
            {.id = "equal_start_is_symmetric",
             .statement = "Asymmetric factors that start equal are exactly as slow: it is "
                          "imbalance that helps.",
             .threshold = Within{"slope of e²", -2.0, 0.15,
                                 theorem("F = G for ever, hence the lower bound Ω(1/T²); the "
                                         "margin for a window that starts at 500 is ours")},
             .protocol = {{{"n = 20", only({"a_equal"}, 20000)}}, threeSeeds},
             .judge = inPopulationLimit(slopeOfSquare("a_equal", 500, 20000)),
             .refutations = {fastInstead("a_equal")},
             .live = true}};
}

std::vector<Claim> asymmetricClaims() {
    const Curve plain{"a_over", "error", "error"}, modified{"a_mod", "error", "error"};
    const Protocol sweep{{{"α sweep", only({"a_over", "a_mod"}, 40000, {{"sweep_scale", true}})}},
                         twelveSeeds};
    const Measure change = largestOf("a_mod", final("product_change"));
    const auto start = [](double imbalance) {
        return only({"a_over"}, 40000, {{"initial_scale", 0.6}, {"imbalance", imbalance}});
    };
    // A start that never decays has the rate 0, of which there is no logarithm.
    const Measure isFaster =
        apply([](double more) { return more > 0.0   ? 1.0
                                       : more < 0.0 ? 0.0
                                                    : 0.5; },
              of("a_over", rate) - inRun("ι = 1", of("a_over", rate)));
    const Refutation modifiedInstead{
        "the arm with the modified step in its place", {}, {{"a_over", "a_mod"}}};
    const Refutation plainInstead{"the modified step left out", {}, {{"a_mod", "a_over"}}};
    return {
        {.id = "asymmetric_rate",
         .statement = "From an imbalanced start the asymmetric arm is exponential, on average over "
                      "starts at −ln(1 − ησ_k(F)²) a step.",
         .threshold =
             WithinByFactor{.of = "rate over −ln(1 − ησ_k(F)²)",
                            .center = 1.0,
                            .tolerance = 0.03,
                            .factor = "initial_scale",
                            .symbol = "α",
                            .limit = 0.6,
                            .toleranceAbove = 0.12,
                            .origin = theorem("G shrinks by I − ηFᵀF off the signal space; the "
                                              "margins are ours, wider where the surplus is "
                                              "no longer small")},
         .also = {Above{"R²", 0.99, ours("a straight line to the eye")}},
         .hold = Hold::onAverage,
         .protocol = sweep,
         .judge = inPopulationLimit(DecayRate{plain, decayLevels, rateFor(governing * governing),
                                              "Rate of ln e over −ln(1 − ησ_k(F_T)²)"}),
         .refutations = {modifiedInstead},
         .live = true},
        {.id = "rate_grows_as_scale_squared",
         .statement = "The plain asymmetric rate grows like α², on average over starts.",
         .threshold = Within{"exponent", 2.0, 0.3, paper("exp(−Ω(α²T)); margin ours")},
         .also = {AtMost{"starts without decay", 0.0, paper("exponential from every start")}},
         .hold = Hold::onAverage,
         .protocol = sweep,
         .judge =
             inPopulationLimit(ExponentOfRate{plain, decayLevels, "initial_scale",
                                              "Exponent of the rate in α over the initial scales"}),
         .refutations = {modifiedInstead}},
        {.id = "modified_rate_ignores_scale",
         .statement = "After one modified step the rate does not depend on α.",
         .threshold = Below{"largest over smallest rate", 1.3,
                            paper("a rate independent of α; the margin is ours, for modes "
                                  "that resonate")},
         .protocol = sweep,
         .judge = inPopulationLimit(
             SpreadOfRates{modified, decayLevels, "initial_scale",
                           "Largest over smallest rate among the initial scales"}),
         .refutations = {plainInstead}},
        {.id = "modified_step_gains",
         .statement = "The modified step leaves FGᵀ as it is and speeds up the smallest start "
                      "at least tenfold on average.",
         .threshold = AtLeast{"gain at the smallest α", 10.0,
                              ours("far above 1; theory has β² over the α² that froze in F")},
         .also = {Below{"change of FGᵀ", 1e-12, identity("FGᵀ is kept, up to rounding")}},
         .hold = Hold::onAverage,
         .protocol = sweep,
         .judge = inPopulationLimit(
             EachRun{.numbers = {rateAtSmallestStart("a_mod") / rateAtSmallestStart("a_over"),
                                 orElse(change, INFINITY)}, // no step was taken
                     .what = "Rate after the modified step over the plain rate at the smallest α",
                     .told = {" {place}: FGᵀ changed by {:.1e}.", {change}}}),
         .refutations = {plainInstead,
                         {"a badly chosen balance, β = 0.1", {{"balance", 0.1}}, {}}}},
        {.id = "imbalance_helps",
         .statement = "An imbalanced start is faster than a balanced one of the same seed, more "
                      "often than not.",
         .threshold =
             DifferenceAbove{"share of seeds at which it is", 0.5, baseline("the balanced start")},
         .hold = Hold::onAverage,
         .protocol = {{{"ι = 3", start(3.0)}, {"ι = 1", start(1.0)}}, twentySeeds},
         .judge = inPopulationLimit(
             MeanOverRuns{.numbers = {isFaster},
                          .what = "Share of seeds at which the rate is larger with ι = 3 than "
                                  "with ι = 1 (half, where they are equal)",
                          .told = {" {place}: {:.2g} against {:.2g}.",
                                   {of("a_over", rate), inRun("ι = 1", of("a_over", rate))}},
                          .label = "ι = 3"}),
         .refutations = {{"both starts balanced", {{"imbalance", 1.0}}, {}}}}};
}

std::vector<Claim> measuredClaims() {
    const Overrides measured{{"measurements", whole(800)}, {"condition_number", 2.0}};
    const Overrides rectangular = with(measured, {{"columns", whole(15)}, {"initial_scale", 0.6}});
    Protocol balance{{}, threeSeeds};
    for (const double beta : {0.5, 0.7, 1.0, 1.5})
        balance.runs.push_back({fmt::format("β = {}", beta),
                                only({"a_mod"}, 5000, with(rectangular, {{"balance", beta}}))});
    const Protocol symmetric{{{"m = 800, κ = 2", only({"s_over"}, 8000, measured)}}, twelveSeeds};
    constexpr double rounding = 1e-12;
    const auto straight = [](const char* arm) {
        return StraightDecay{{arm, "error", "error"},
                             {.from = decayLevels.from, .to = rounding},
                             fmt::format("{}: R² of ln e", arm)};
    };
    return {
        {.id = "measured_power_law",
         .statement = "The power law of the symmetric arm is there with 800 random "
                      "measurements too.",
         .threshold =
             Within{"slope of e²", -2.0, 0.25, theorem("the lower bound Ω(1/T²); margin ours")},
         .hold = Hold::onAverage,
         .protocol = symmetric,
         .judge = slopeOfSquare("s_over", 500, 8000),
         .refutations = {fastInstead("s_over")}},
        {.id = "measured_constant",
         .statement = "By how much 800 measurements move the constant of the population limit.",
         .threshold = Stated{"e·2ηT/√(k−r) is 1 in the population limit",
                             theorem("s ← s(1 − ηs²) of each superfluous singular value, for "
                                     "infinitely many measurements")},
         .kind = ClaimKind::observation,
         .protocol = symmetric,
         .judge = Observe{.number = of("s_over", constantOfTheError.numbers.front()),
                          .what = constantOfTheError.what}},
        {.id = "measured_rectangular",
         .statement =
             "On a measured 20 × 15 matrix both asymmetric arms are exact and exponential.",
         .threshold = Above{"R² of ln e", 0.999, paper("exp(−Ω(α²T)); margin ours")},
         .also = {Below{"smallest error", rounding, paper("exact recovery, up to rounding")}},
         .hold = Hold::onAverage,
         .protocol = {{{"20 × 15", only({"a_over", "a_mod"}, 5000, rectangular)}}, twelveSeeds},
         .judge = worstOf({straight("a_over"), straight("a_mod")}),
         .refutations = {{"too few measurements (100)", {{"measurements", whole(100)}}, {}}}},
        {.id = "best_balance",
         .statement = "The modified step is fastest with β = √σ_r.",
         .threshold = Within{"β of the fastest rate", std::sqrt(0.5), 0.1,
                             theorem("η·min(β², σ_r²/β²) is largest at √σ_r; the grid is "
                                     "ours")},
         .also = {Above{"rate over the second", 1.05, ours("or equal rates would count")}},
         .protocol = balance,
         .judge =
             FastestValue{{"a_mod", "error", {}}, decayLevels, "balance", "β of the fastest rate"},
         .refutations = {
             {"the modified step left out", {{"arms", Names{"a_over"}}}, {{"a_mod", "a_over"}}}}}};
}

} // namespace

std::vector<Claim> claims() {
    return joined({symmetricClaims(), asymmetricClaims(), measuredClaims()});
}

} // namespace convergence::matrix_sensing
