// What the paper claims about robust recovery, and how each claim is measured and refuted.

#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/experiment/judging.h"
#include "core/experiment/measure_judges.h"
#include "core/experiment/parameter_builders.h"
#include "plugins/matrix/robust-matrix-recovery/experiment.h"

namespace convergence::robust_recovery {

namespace {

using namespace measures;
using Names = std::vector<std::string>;

// ---- What is measured ----------------------------------------------------------------------

/// Final relative error of a trial; what diverged has none.
Measure error() {
    return ifDiverged(std::numeric_limits<double>::infinity(), final("final_error"));
}
Measure error(const char* arm) {
    return of(arm, error());
}

/// The starts below the size of the truth, of a sweep of them.
Measure ofSmallStarts(Measure measure) {
    return where([](const TrialPlan& plan) { return plan.factors.at("initial_scale") < 1.0; },
                 std::move(measure));
}
/// Steps to relative error 0.1; infinite where it never came there.
Measure arrival() {
    return orOnceEnded(final("arrival"), std::numeric_limits<double>::infinity());
}
Measure decadesOfScale() {
    return apply([](double scale) { return -std::log10(scale); }, factor("initial_scale"));
}

/// The final errors with 3 and with 20 columns, the larger over the smaller.
Measure changeWithColumns(const char* arm) {
    return apply([](double ratio) { return ratio >= 1.0 ? ratio : 1.0 / ratio; },
                 inRun("r′ = 3", error(arm)) / error(arm));
}

/// The least error that ℓ₂ descent ever has at a share of outliers, at its best step.
constexpr double squaredLossSteps[] = {0.01, 0.03, 0.1, 0.3};
std::string squaredLossRun(double p, double step) {
    return fmt::format("p = {}, η = {}", p, step);
}
EachPart::Part leastOfSquaredLoss(double p) {
    std::vector<Measure> errors;
    for (const double step : squaredLossSteps)
        errors.push_back(inRun(squaredLossRun(p, step), of("l2", final("least_error"))));
    return {"best step", least(std::move(errors)), 0, squaredLossRun(p, squaredLossSteps[0])};
}

/// Growth that the steps add up to beyond what the signal needs.
Measure gauge() {
    return of("small", final("growth_available") - final("growth_needed"));
}

bool isClean(const EvidenceRun& run) {
    return run.values->real("outlier_fraction") == 0.0 && run.values->real("noise") == 0.0;
}
bool hasFewOutliers(const EvidenceRun& run) {
    const double p = run.values->real("outlier_fraction");
    return p > 0.0 && p <= 0.5;
}

Judge errorOfSmallStart() {
    return EachRun{.numbers = {error("small")}, .what = "Final relative error"};
}
/// The exponent of the final error in a swept factor.
Judge powerOf(const char* swept) {
    return EachRun{.numbers = {slopeOf("small", factor(swept), error())},
                   .what = "Log–log slope of the final error"};
}

// ---- Protocols -----------------------------------------------------------------------------

/// Clean data, m = 400, residual step.
Overrides clean(Names arms) {
    return {{"arms", std::move(arms)},    {"outlier_fraction", 0.0},
            {"measurements", whole(400)}, {"step_rule", std::string("residual")},
            {"step_size", 0.5},           {"iterations", whole(400)}};
}

/// Gaussian noise, 0.3·0.98ᵗ.
Overrides noisy(Names arms) {
    return {{"arms", std::move(arms)},
            {"outlier_fraction", 0.0},
            {"noise", 0.3},
            {"decay", 0.98},
            {"iterations", whole(500)}};
}

std::vector<Claim> cleanClaims() {
    const Protocol sweep{
        {{"α sweep",
          with(clean({"small"}),
               {{"sweep", std::string("initial_scale")},
                {"sweep_initial_scale", std::vector<double>{1, 1e-1, 1e-2, 1e-3, 1e-4, 1e-6}}})}},
        twentySeeds};
    const Refutation largeInstead =
        replacedArm("small", "large", "the large start in its place, whatever α");
    return {
        {.id = "error_falls_with_scale",
         .statement = "On clean data with surplus columns the final error is a power of the scale "
                      "of the start.",
         .threshold = Between{"slope of the error in α", 0.7, 2.0,
                              paper("the error is a power of α; the range is ours")},
         .also = {AtLeast{"decades of error between α = 1 and the smallest α", 3.0,
                          ours("half of the six decades of α")},
                  Above{"error at α = 1", 3e-3,
                        ours("a start as large as the truth keeps its surplus")}},
         .hold = Hold::onAverage,
         .protocol = sweep,
         .judge =
             EachRun{.numbers = {ofSmallStarts(slopeOf("small", factor("initial_scale"), error())),
                                 (log(where("initial_scale", 1.0, error("small"))) -
                                  log(atSmallest("initial_scale", "small", error()))) /
                                     std::log(10.0),
                                 where("initial_scale", 1.0, error("small"))},
                     .what = "Log–log slope of the final error against α",
                     .told = {" {place}: {:.2g} at α = {:g}, {:.2g} at α = 1.",
                              {atSmallest("initial_scale", "small", error()),
                               atSmallest("initial_scale", "small", factor("initial_scale")),
                               where("initial_scale", 1.0, error("small"))}}},
         .refutations = {largeInstead,
                         {"a tenth of the data spoiled", {{"outlier_fraction", 0.1}}, {}}}},
        {.id = "arrival_time",
         .statement = "Each decade of α costs ln 10/ln(1 + 4η₀σ_r/π) steps: the signal grows "
                      "exponentially.",
         .threshold = Within{"steps a decade", 4.67, 0.6,
                             theorem("ln 10/ln(1 + 4η₀σ_r/π) of the ideal loss; margin ours")},
         .also = {AtMost{"starts that never arrive", 0.0, paper("every small start arrives")}},
         .hold = Hold::onAverage,
         .protocol = sweep,
         .judge =
             EachRun{
                 .numbers = {ofSmallStarts(linearSlopeOf("small", decadesOfScale(), arrival())),
                             ofSmallStarts(countOf("small", arrival(),
                                                   [](double t) { return !std::isfinite(t); }))},
                 .what = "Steps to relative error 0.1 for each decade of α"},
         .refutations = {largeInstead}},
        {.id = "surplus_rank_ignored",
         .statement = "From a small start it makes no difference how many surplus columns there "
                      "are; from a large one it does.",
         .threshold = AtMost{"ratio from a small start", 1.5,
                             paper("the error does not depend on r′; margin ours")},
         .also = {AtLeast{"ratio from α = 1", 3.0,
                          ablation("the large start in place of the small one; margin ours")}},
         .hold = Hold::onAverage,
         .protocol = {{{"r′ = 3", with(clean({"small", "large"}), {{"factor_rank", whole(3)}})},
                       {"r′ = 20", clean({"small", "large"})}},
                      twentySeeds},
         .judge = EachRun{.numbers = {changeWithColumns("small"), changeWithColumns("large")},
                          .what = "Ratio of the final errors at r′ = 3 and r′ = 20 from a small "
                                  "start",
                          .told = {" {place}: {:.2f} from α = 1.", {changeWithColumns("large")}},
                          .label = "r′ = 20"},
         .refutations = {{"the large start in place of the small one", {}, {{"small", "large"}}}}},
        {.id = "exact_rank_linear",
         .statement = "With r′ = r, clean data and residual steps, convergence is exponential down "
                      "to rounding.",
         .threshold = Above{"R² of ln e", 0.99, paper("linear convergence; margin ours")},
         .also = {Below{"final error", 1e-12, ours("rounding")}},
         .protocol = {{{"r′ = r", clean({"small_exact"})}}, threeSeeds},
         .judge = EachTrial{.arms = {"small_exact"},
                            .numbers = {orOnceEnded(final("rate_r_squared"),
                                                    std::numeric_limits<double>::quiet_NaN()),
                                        error()},
                            .what = "R² of ln e between 1e-1 and 1e-12",
                            .told = {" {place}: rate {:.3f}, final error {:.1e}.",
                                     {final("rate"), error()}},
                            .where = isClean},
         .refutations = {replacedArm("small_exact", "small", "surplus columns")},
         .live = true}};
}

std::vector<Claim> outlierClaims() {
    const auto spoiled = [](double p, std::int64_t m) {
        return Overrides{
            {"arms", Names{"small", "large"}}, {"outlier_fraction", p}, {"measurements", whole(m)}};
    };
    Protocol squared{{}, twentySeeds};
    for (const double p : {0.1, 0.3})
        for (const double step : squaredLossSteps)
            squared.runs.push_back(
                {squaredLossRun(p, step),
                 {{"arms", Names{"l2"}}, {"outlier_fraction", p}, {"l2_step", step}}});
    const auto dense = [](double scale) {
        return Overrides{{"arms", Names{"small"}},
                         {"outlier_fraction", 0.7},
                         {"measurements", whole(4000)},
                         {"initial_scale", scale}};
    };
    return {
        {.id = "outliers_are_harmless",
         .statement = "With up to half of the measurements grossly wrong the small start recovers "
                      "M*, far better than the large one.",
         .threshold = Below{"error", 1e-3, ours("far below the scale of M*")},
         .also = {AtLeast{"gain over α = 1", 30.0,
                          ablation("the large start in place of the small one; margin ours")}},
         .hold = Hold::onAverage,
         .protocol = {{{"p = 0.1", spoiled(0.1, 1000)},
                       {"p = 0.3", spoiled(0.3, 1000)},
                       {"p = 0.5", spoiled(0.5, 2000)}},
                      twentySeeds},
         .judge = EachRun{.numbers = {error("small"), error("large") / error("small")},
                          .what = "Final relative error from a small start",
                          .told = {" {place}: {:.0f} times below α = 1.",
                                   {error("large") / error("small")}},
                          .where = hasFewOutliers},
         .refutations = {{"too few measurements (100)", {{"measurements", whole(100)}}, {}},
                         {"the ℓ₂ loss", {{"arms", Names{"l2", "large"}}}, {{"small", "l2"}}}},
         .live = true},
        {.id = "squared_loss_fails",
         .statement = "Gradient descent on the ℓ₂ loss never comes near M*, whatever its step.",
         .threshold =
             Above{"smallest error", 0.3, baseline("ℓ₂ descent at its best step; margin ours")},
         .hold = Hold::onAverage,
         .protocol = squared,
         .judge = EachPart{.parts = {leastOfSquaredLoss(0.1), leastOfSquaredLoss(0.3)},
                           .what = "Smallest relative error that ℓ₂ descent ever has"},
         .refutations = {replacedArm("l2", "small", "SubGM in its place"),
                         {"clean data", {{"outlier_fraction", 0.0}}, {}}}},
        {.id = "dense_outliers",
         .statement = "Even with seven tenths of garbage the small start recovers M*, given 4,000 "
                      "measurements.",
         .threshold = Below{"error", 1e-3, ours("far below the scale of M*")},
         .protocol = {{{"p = 0.7", dense(1e-3)}}, threeSeeds},
         .judge = errorOfSmallStart(),
         .refutations = {{"nine tenths of garbage", {{"outlier_fraction", 0.9}}, {}}}},
        {.id = "start_must_not_be_too_small",
         .statement = "Geometric steps add up to a finite growth: at p = 0.7 it is too little for "
                      "α = 1e-4 and enough for 1e-3, as can be computed beforehand.",
         .threshold = Below{"error at α = 1e-3", 1e-3, ours("far below the scale of M*")},
         .also = {Above{"growth to spare there", 0.0,
                        theorem("geometric steps add up to a growth of at most "
                                "2η₀φσ_r/(‖M*‖(1 − ρ))")},
                  Above{"error at α = 1e-4", 0.3, ours("no better than a guess")},
                  Below{"growth to spare there", 0.0, theorem("the same sum")}},
         .hold = Hold::onAverage,
         .protocol = {{{"α = 1e-4", dense(1e-4)}, {"α = 1e-3", dense(1e-3)}}, twentySeeds},
         .judge = EachRun{.numbers = {error("small"), gauge(), inRun("α = 1e-4", error("small")),
                                      inRun("α = 1e-4", gauge())},
                          .what = "Final relative error at α = 1e-3",
                          .told = {" {place}: {:.2g} with {:+.2f} to spare, {:.2g} at α = 1e-4 "
                                   "with {:+.2f}; the gauge said so before the run.",
                                   {error("small"), gauge(), inRun("α = 1e-4", error("small")),
                                    inRun("α = 1e-4", gauge())}},
                          .label = "α = 1e-3"},
         .refutations = {{"steps that shrink more slowly (ρ = 0.99)", {{"decay", 0.99}}, {}}}}};
}

std::vector<Claim> noiseClaims() {
    const Refutation tooShort{
        "steps that end before the signal has grown (ρ = 0.9)", {{"decay", 0.9}}, {}};
    return {
        {.id = "error_proportional_to_noise",
         .statement = "With Gaussian noise the final error is proportional to ν.",
         .threshold =
             Within{"slope in ν", 1.0, 0.15, paper("the error is proportional to ν; margin ours")},
         .protocol = {{{"ν sweep", with(noisy({"small"}), {{"sweep", std::string("noise")}})}},
                      threeSeeds},
         .judge = powerOf("noise"),
         .refutations = {tooShort}},
        {.id = "error_falls_with_measurements",
         .statement = "With Gaussian noise the final error falls like 1/√m.",
         .threshold =
             Within{"slope in m", -0.5, 0.15, paper("the error falls like 1/√m; margin ours")},
         .hold = Hold::onAverage,
         .protocol = {{{"m sweep",
                        with(noisy({"small"}), {{"sweep", std::string("measurements")}})}},
                      twentySeeds},
         .judge = powerOf("measurements"),
         .refutations = {tooShort}},
        {.id = "noise_ignores_surplus_rank",
         .statement = "With Gaussian noise the surplus columns cost nothing.",
         .threshold = AtMost{"relative difference", 0.02,
                             baseline("as many columns as the rank; margin ours")},
         .protocol = {{{"ν = 0.3", noisy({"small", "small_exact"})}}, threeSeeds},
         .judge = EachRun{.numbers = {abs(error("small") / error("small_exact") - 1.0)},
                          .what = "Relative difference of the final errors at r′ = 20 and r′ = r"},
         .refutations = {{"the large start in place of the small one",
                          {{"arms", Names{"large", "small_exact"}}},
                          {{"small", "large"}}}}},
        {.id = "minimum_is_elsewhere",
         .statement = "With few noisy measurements the large start finds a smaller loss than the "
                      "truth has, and a larger error than the small start.",
         .threshold =
             Below{"loss over the truth's", 0.5, ours("well below 1, so that noise is fitted")},
         .also = {AtLeast{"error over the small start's", 2.0,
                          ablation("the small start; margin ours")}},
         .hold = Hold::onAverage,
         .protocol = {{{"m = 150",
                        {{"arms", Names{"small", "large"}},
                         {"outlier_fraction", 0.0},
                         {"noise", 0.3},
                         {"measurements", whole(150)},
                         {"decay", 0.98},
                         {"large_decay", 0.998},
                         {"iterations", whole(3000)}}}},
                      twentySeeds},
         .judge =
             EachRun{.numbers = {of("large", final("final_loss") / final("loss_truth")),
                                 error("large") / error("small")},
                     .what = "Final loss of the large start over the loss at M*",
                     .told = {" {place}: loss {:.3f} against {:.3f} at M*, error {:.3f} "
                              "against {:.3f} from the small start.",
                              {of("large", final("final_loss")), of("large", final("loss_truth")),
                               error("large"), error("small")}}},
         .refutations = {{"enough measurements (2,000)", {{"measurements", whole(2000)}}, {}}}}};
}

std::vector<Claim> sampleClaims() {
    Protocol count{{}, twelveSeeds};
    for (const std::int64_t m : {120, 200, 400})
        for (const std::int64_t rank : {2, 4, 20})
            count.runs.push_back({fmt::format("m = {}, r′ = {}", m, rank),
                                  {{"arms", Names{"small"}},
                                   {"measurements", m},
                                   {"factor_rank", rank},
                                   {"initial_scale", 1e-5},
                                   {"decay", 0.98},
                                   {"iterations", whole(400)}}});
    const auto probe = [](double p) {
        return Overrides{{"arms", Names{"small"}},
                         {"outlier_fraction", p},
                         {"measurements", whole(4000)},
                         {"iterations", whole(10)},
                         {"probe_directions", whole(20)}};
    };
    return {
        {.id = "samples_do_not_depend_on_rank",
         .statement = "The number of measurements needed does not depend on r′: with 120 and more "
                      "M* is recovered on average, at r′ = 2, 4 and 20 alike.",
         .threshold = Below{"error", 0.05, ours("far below the scale of M*")},
         .hold = Hold::onAverage,
         .protocol = count,
         .judge = errorOfSmallStart(),
         .refutations = {{"too few measurements (60)", {{"measurements", whole(60)}}, {}}}},
        {.id = "sign_rip",
         .statement = "The averaged sub-gradient is the ideal one: ⟨Q(Z), Z⟩ is φ for low-rank Z, "
                      "with and without outliers.",
         .threshold = Within{"⟨Q(Z), Z⟩/φ", 1.0, 0.03, paper("Sign-RIP; margin ours")},
         .protocol = {{{"clean", probe(0.0)}, {"p = 0.3", probe(0.3)}}, threeSeeds},
         .judge = EachRun{.numbers = {of("small", final("sign_rip_mean"))},
                          .what = "Mean of ⟨Q(Z), Z⟩/φ over 20 random unit Z of rank at most 6"},
         .refutations = {replacedArm("small", "l2", "the gradient of the ℓ₂ loss in its place")}}};
}

} // namespace

std::vector<Claim> claims() {
    return joined({outlierClaims(), cleanClaims(), noiseClaims(), sampleClaims()});
}

} // namespace convergence::robust_recovery
