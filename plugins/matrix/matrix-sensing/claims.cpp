// What the paper claims about matrix sensing, and how each claim is measured and refuted.

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "core/experiment/judging.h"
#include "core/experiment/parameter_builders.h"
#include "core/math/statistics.h"
#include "plugins/matrix/matrix-sensing/experiment.h"
#include "plugins/matrix/matrix-sensing/judges.h"

namespace convergence {

namespace {

using namespace matrix_sensing;
using Names = std::vector<std::string>;
constexpr std::size_t fitSamples = 200; ///< log-spaced samples of every fit
constexpr double roundingFloor = 1e-13; ///< below this, e is rounding error

// ---- Protocols -----------------------------------------------------------------------------

Overrides only(Names arms, std::int64_t iterations, Overrides more = {}) {
    more.insert_or_assign("arms", std::move(arms));
    more.insert_or_assign("iterations", iterations);
    return more;
}

std::vector<Claim> symmetricClaims() {
    const Protocol power{{{"n = 20", only({"s_over"}, 20000)},
                          {"n = 50, r = 3, k = 6", only({"s_over"}, 20000,
                                                        {{"rows", whole(50)},
                                                         {"columns", whole(50)},
                                                         {"true_rank", whole(3)},
                                                         {"factor_rank", whole(6)}})}},
                         threeSeeds};
    const auto fast = [](const std::string& arm) {
        return replacedArm(arm, "a_over",
                           "asymmetric factors from an imbalanced start in its place");
    };
    return {{.id = "symmetric_power_law",
             .statement =
                 "With superfluous columns, the symmetric arm's squared error falls like 1/T², "
                 "no faster.",
             .threshold = Stated{"slope of e² −2 ± 0.1", {}},
             .protocol = power,
             .judge = inPopulationLimit(
                 [](const Evidence& e) { return judgeSlope(e, "s_over", 2000, 20000, -2.0, 0.1); }),
             .refutations = {fast("s_over")},
             .live = true},
            {.id = "symmetric_constant",
             .statement = "The error is √(k − r)/(2ηT), with no constant to fit.",
             .threshold = Stated{"e·2ηT/√(k−r) = 1 ± 0.03", {}},
             .protocol = {{power.runs.front()}, threeSeeds},
             .judge = inPopulationLimit([](const Evidence& e) { return judgeConstant(e, 0.03); }),
             .refutations = {replacedArm("s_over", "s_exact", "no superfluous columns")},
             .live = true},
            {.id = "exact_rank_linear",
             .statement =
                 "With k = r the symmetric arm converges exponentially, at −ln(1 − η/κ) a step.",
             .threshold = Stated{"rate within 2 %, R² > 0.999", {}},
             .protocol = {{{"n = 20", only({"s_exact"}, 2000)}}, threeSeeds},
             .judge = inPopulationLimit(judgeExact),
             .refutations = {replacedArm("s_exact", "s_over", "superfluous columns")},
             .live = true},
            {.id = "equal_start_is_symmetric",
             .statement =
                 "Asymmetric factors that start equal are exactly as slow: it is imbalance "
                 "that helps.",
             .threshold = Stated{"slope of e² −2 ± 0.15", {}},
             .protocol = {{{"n = 20", only({"a_equal"}, 20000)}}, threeSeeds},
             .judge = inPopulationLimit([](const Evidence& e) {
                 return judgeSlope(e, "a_equal", 500, 20000, -2.0, 0.15);
             }),
             .refutations = {fast("a_equal")},
             .live = true}};
}

std::vector<Claim> asymmetricClaims() {
    const Overrides sweep = only({"a_over", "a_mod"}, 40000, {{"sweep_scale", true}});
    const Protocol protocol{{{"α sweep", sweep}}, threeSeeds};
    const Protocol imbalance{
        {{"ι = 3", only({"a_over"}, 40000, {{"initial_scale", 0.6}, {"imbalance", 3.0}})},
         {"ι = 1", only({"a_over"}, 40000, {{"initial_scale", 0.6}, {"imbalance", 1.0}})}},
        {0, 1, 2, 3, 4, 5, 6, 7}};
    const Refutation modifiedInstead{
        "the arm with the modified step in its place", {}, {{"a_over", "a_mod"}}};
    const Refutation plainInstead{"the modified step left out", {}, {{"a_mod", "a_over"}}};
    return {{.id = "asymmetric_rate",
             .statement = "From an imbalanced start the asymmetric arm is exponential, at "
                          "−ln(1 − ησ_k(F)²) a step.",
             .threshold = Stated{"rate within 3 % (12 % at α = 0.9), R² > 0.99", {}},
             .protocol = protocol,
             .judge = inPopulationLimit(judgeSurplusRate),
             .refutations = {modifiedInstead},
             .live = true},
            {.id = "rate_grows_as_scale_squared",
             .statement = "The plain asymmetric rate grows like α².",
             .threshold = Stated{"exponent 2 ± 0.3", {}},
             .protocol = protocol,
             .judge = inPopulationLimit(judgeExponent),
             .refutations = {modifiedInstead}},
            {.id = "modified_rate_ignores_scale",
             .statement = "After one modified step the rate does not depend on α.",
             .threshold = Stated{"spread of rates below 1.3", {}},
             .protocol = protocol,
             .judge = inPopulationLimit(judgeModifiedSpread),
             .refutations = {plainInstead}},
            {.id = "modified_step_gains",
             .statement =
                 "The modified step leaves FGᵀ as it is and speeds up the smallest start at "
                 "least tenfold.",
             .threshold = Stated{"gain ≥ 10, change < 1e-12", {}},
             .protocol = protocol,
             .judge = inPopulationLimit(judgeModifiedGain),
             .refutations = {plainInstead,
                             {"a badly chosen balance, β = 0.1", {{"balance", 0.1}}, {}}}},
            {.id = "imbalance_helps",
             .statement =
                 "The slowest imbalanced start is at least three times faster than the slowest "
                 "balanced one.",
             .threshold = Stated{"ratio ≥ 3", {}},
             .protocol = imbalance,
             .judge = inPopulationLimit(judgeImbalance),
             .refutations = {{"both starts balanced", {{"imbalance", 1.0}}, {}}}}};
}

std::vector<Claim> measuredClaims() {
    const Overrides measured{{"measurements", whole(800)}, {"condition_number", 2.0}};
    Overrides rectangular = measured;
    rectangular.insert({{"columns", whole(15)}, {"initial_scale", 0.6}});
    Protocol balance{{}, threeSeeds};
    for (const double beta : {0.5, 0.7, 1.0, 1.5}) {
        Overrides overrides = only({"a_mod"}, 5000, rectangular);
        overrides.insert_or_assign("balance", beta);
        balance.runs.push_back({fmt::format("β = {}", beta), overrides});
    }
    const Protocol symmetric{{{"m = 800, κ = 2", only({"s_over"}, 8000, measured)}}, threeSeeds};
    return {
        {.id = "measured_power_law",
         .statement = "The power law of the symmetric arm is there with 800 random measurements "
                      "too.",
         .threshold = Stated{"slope of e² −2 ± 0.25", {}},
         .protocol = symmetric,
         .judge = [](const Evidence& e) { return judgeSlope(e, "s_over", 500, 8000, -2.0, 0.25); },
         .refutations = {replacedArm("s_over", "a_over", "asymmetric factors in its place")}},
        {.id = "measured_constant",
         .statement = "With 800 measurements the constant of the population limit still holds "
                      "roughly.",
         .threshold = Stated{"e·2ηT/√(k−r) = 1 ± 0.35", {}},
         .protocol = symmetric,
         .judge = [](const Evidence& e) { return judgeConstant(e, 0.35); },
         .refutations = {replacedArm("s_over", "s_exact", "no superfluous columns")}},
        {.id = "measured_rectangular",
         .statement =
             "On a measured 20 × 15 matrix both asymmetric arms are exact and exponential.",
         .threshold = Stated{"e reaches 1e-12, R² > 0.999", {}},
         .protocol = {{{"20 × 15", only({"a_over", "a_mod"}, 5000, rectangular)}}, threeSeeds},
         .judge = judgeRectangular,
         .refutations = {{"too few measurements (100)", {{"measurements", whole(100)}}, {}}}},
        {.id = "best_balance",
         .statement = "The modified step is fastest with β = √σ_r.",
         .threshold = Stated{"peak at β = 0.7", {}},
         .protocol = balance,
         .judge = judgeBalancePeak,
         .refutations = {
             {"the modified step left out", {{"arms", Names{"a_over"}}}, {{"a_mod", "a_over"}}}}}};
}

} // namespace

std::vector<Claim> matrixSensingClaims() {
    std::vector<Claim> claims = symmetricClaims();
    for (auto part : {asymmetricClaims(), measuredClaims()})
        claims.insert(claims.end(), part.begin(), part.end());
    return claims;
}

} // namespace convergence
