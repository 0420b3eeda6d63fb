// What the paper claims about robust recovery, and how each claim is measured and refuted.

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include <fmt/format.h>

#include "core/experiment/judging.h"
#include "core/math/statistics.h"
#include "plugins/matrix/robust_recovery.h"

namespace convergence {

namespace {

using Names = std::vector<std::string>;

constexpr double notThere = std::numeric_limits<double>::quiet_NaN();

std::int64_t whole(std::int64_t value) {
    return value;
}

std::string placeOf(const EvidenceRun& run) {
    const std::string seed = fmt::format("seed {}", run.values->integer("seed"));
    return run.label.empty() ? seed : run.label + ", " + seed;
}

/// A final metric of a trial that has ended; NaN while it has not. What diverged has no error.
double finalOf(const EvidenceRun& run, std::size_t trial, const std::string& column) {
    const Table& trials = run.recording->trials();
    if (!ended(run, trial) || trial >= trials.rows())
        return notThere;
    const double value = trials.at(trial, trials.columnIndex(column));
    const bool lost = run.recording->status(trial) == TrialStatus::diverged;
    return lost && column == "final_error" ? std::numeric_limits<double>::infinity() : value;
}

/// The same of an arm that has one trial in the run.
double finalOf(const Evidence& evidence, const EvidenceRun& run, const std::string& arm,
               const std::string& column) {
    const auto trials = evidence.trialsOf(run, arm);
    return trials.empty() ? notThere : finalOf(run, trials.front(), column);
}

/// A final metric of an arm against a swept factor; empty while a trial is missing.
struct Swept {
    std::vector<double> x, y;
};
Swept sweptOf(const Evidence& evidence, const EvidenceRun& run, const std::string& arm,
              const std::string& factor, const std::string& column) {
    Swept result;
    for (const std::size_t trial : evidence.trialsOf(run, arm)) {
        if (!ended(run, trial))
            return {};
        result.x.push_back(run.recording->plans()[trial].factors.at(factor));
        result.y.push_back(finalOf(run, trial, column));
    }
    return result;
}

/// The runs of a seed by label.
std::map<std::uint64_t, std::map<std::string, const EvidenceRun*>>
runsBySeed(const Evidence& evidence) {
    std::map<std::uint64_t, std::map<std::string, const EvidenceRun*>> result;
    for (const EvidenceRun& run : evidence.runs)
        result[run.seed][run.label] = &run;
    return result;
}

bool isClean(const EvidenceRun& run) {
    return run.values->real("outlier_fraction") == 0.0 && run.values->real("noise") == 0.0;
}

// ---- Clean data ----------------------------------------------------------------------------

Judgement judgeScale(const Evidence& evidence) {
    std::vector<Sample> samples;
    std::string ends;
    for (const EvidenceRun& run : evidence.runs) {
        const Swept errors = sweptOf(evidence, run, "small", "initial_scale", "final_error");
        if (errors.x.size() < 4)
            continue;
        Swept below;
        double atOne = notThere, smallest = notThere, smallestScale = 1.0;
        for (std::size_t i = 0; i < errors.x.size(); ++i) {
            if (errors.x[i] == 1.0) {
                atOne = errors.y[i];
                continue;
            }
            below.x.push_back(errors.x[i]);
            below.y.push_back(errors.y[i]);
            if (errors.x[i] < smallestScale) {
                smallestScale = errors.x[i];
                smallest = errors.y[i];
            }
        }
        const LineFit fit = fitLogLog(below.x, below.y);
        const bool inside =
            fit.valid() && fit.slope >= 0.7 && fit.slope <= 2.0 && smallest < 1e-6 && atOne > 3e-3;
        samples.push_back({fit.slope, inside, placeOf(run)});
        ends += fmt::format(" {}: {:.2g} at α = {:g}, {:.2g} at α = 1.", placeOf(run), smallest,
                            smallestScale, atOne);
    }
    Judgement judgement = judgeAll(samples, "0.7 to 2, below 1e-6 at α = 1e-6, above 3e-3 at α = 1",
                                   "Log–log slope of the final error against α");
    judgement.explanation += ends;
    return judgement;
}

Judgement judgeArrival(const Evidence& evidence) {
    std::vector<Sample> samples;
    for (const EvidenceRun& run : evidence.runs) {
        const Swept arrivals = sweptOf(evidence, run, "small", "initial_scale", "arrival");
        std::vector<double> decades, steps;
        for (std::size_t i = 0; i < arrivals.x.size(); ++i)
            if (arrivals.x[i] < 1.0) {
                decades.push_back(-std::log10(arrivals.x[i]));
                steps.push_back(arrivals.y[i]);
            }
        if (decades.size() < 4)
            continue;
        const LineFit fit = fitLinear(decades, steps);
        const bool inside = fit.valid() && fit.dropped == 0 && std::abs(fit.slope - 4.67) <= 0.6;
        samples.push_back({fit.slope, inside, placeOf(run)});
    }
    return judgeAll(samples, "4.67 ± 0.6 (ln 10/ln(1 + 2/π))",
                    "Steps to relative error 0.1 for each decade of α");
}

Judgement judgeSurplus(const Evidence& evidence) {
    std::vector<Sample> samples;
    std::string large;
    for (const auto& [seed, runs] : runsBySeed(evidence)) {
        const auto few = runs.find("r′ = 3"), many = runs.find("r′ = 20");
        if (few == runs.end() || many == runs.end())
            continue;
        const auto ratio = [&](const std::string& arm) {
            const double a = finalOf(evidence, *few->second, arm, "final_error");
            const double b = finalOf(evidence, *many->second, arm, "final_error");
            return std::max(a, b) / std::min(a, b);
        };
        const double small = ratio("small"), big = ratio("large");
        if (std::isnan(small) || std::isnan(big))
            continue;
        samples.push_back({small, small <= 1.5 && big >= 3.0, fmt::format("seed {}", seed)});
        large += fmt::format("{}{:.2f}", large.empty() ? "" : ", ", big);
    }
    Judgement judgement =
        judgeAll(samples, "at most 1.5 from a small start, at least 3 from α = 1",
                 "Ratio of the final errors at r′ = 3 and r′ = 20 from a small start");
    judgement.explanation += " From α = 1: " + large + ".";
    return judgement;
}

Judgement judgeExactRank(const Evidence& evidence) {
    std::vector<Sample> samples;
    std::string finals;
    for (const EvidenceRun& run : evidence.runs) {
        if (!isClean(run))
            continue;
        for (const std::size_t trial : evidence.trialsOf(run, "small_exact")) {
            const double error = finalOf(run, trial, "final_error");
            if (std::isnan(error))
                continue;
            const double rSquared = finalOf(run, trial, "rate_r_squared");
            samples.push_back({rSquared, rSquared > 0.99 && error < 1e-12, placeOf(run)});
            finals += fmt::format(" {}: rate {:.3f}, final error {:.1e}.", placeOf(run),
                                  finalOf(run, trial, "rate"), error);
        }
    }
    Judgement judgement = judgeAll(samples, "R² > 0.99, final error below 1e-12",
                                   "R² of ln e between 1e-1 and 1e-12");
    judgement.explanation += finals;
    return judgement;
}

// ---- Outliers ------------------------------------------------------------------------------

Judgement judgeOutliers(const Evidence& evidence) {
    std::vector<Sample> samples;
    double leastGain = std::numeric_limits<double>::infinity();
    for (const EvidenceRun& run : evidence.runs) {
        const double p = run.values->real("outlier_fraction");
        const double small = finalOf(evidence, run, "small", "final_error");
        const double large = finalOf(evidence, run, "large", "final_error");
        if (p == 0.0 || p > 0.5 || std::isnan(small) || std::isnan(large))
            continue;
        const double gain = large / small;
        leastGain = std::min(leastGain, gain);
        samples.push_back({small, small < 1e-3 && gain >= 30.0,
                           placeOf(run) + fmt::format(" ({:.0f} times below α = 1)", gain)});
    }
    Judgement judgement =
        judgeAll(samples, "below 1e-3, and at least 30 times below the start at α = 1",
                 "Final relative error from a small start");
    if (!samples.empty())
        judgement.explanation +=
            fmt::format(" Smallest gain over the large start: {:.0f}.", leastGain);
    return judgement;
}

Judgement judgeSquaredLoss(const Evidence& evidence) {
    // The best step of each p and seed.
    std::map<std::pair<double, std::uint64_t>, double> best;
    for (const EvidenceRun& run : evidence.runs) {
        const double error = finalOf(evidence, run, "l2", "least_error");
        if (std::isnan(error))
            continue;
        const auto [entry, isNew] = best.try_emplace(
            std::pair{run.values->real("outlier_fraction"), run.values->integer("seed")}, error);
        entry->second = std::min(entry->second, error);
    }
    std::vector<Sample> samples;
    for (const auto& [key, error] : best)
        samples.push_back(
            {error, error > 0.3, fmt::format("p = {}, seed {}", key.first, key.second)});
    return judgeAll(samples, "above 0.3",
                    "Smallest relative error that ℓ₂ descent ever has, at its best step");
}

Judgement judgeDense(const Evidence& evidence) {
    std::vector<Sample> samples;
    for (const EvidenceRun& run : evidence.runs) {
        const double error = finalOf(evidence, run, "small", "final_error");
        if (!std::isnan(error))
            samples.push_back({error, error < 1e-3, placeOf(run)});
    }
    return judgeAll(samples, "below 1e-3", "Final relative error");
}

Judgement judgeGauge(const Evidence& evidence) {
    std::vector<Sample> samples;
    for (const EvidenceRun& run : evidence.runs) {
        const double error = finalOf(evidence, run, "small", "final_error");
        const double spare = finalOf(evidence, run, "small", "growth_available") -
                             finalOf(evidence, run, "small", "growth_needed");
        if (std::isnan(error))
            continue;
        const bool tooSmall = run.label == "α = 1e-4";
        samples.push_back({error,
                           tooSmall ? spare < 0.0 && error > 0.3 : spare > 0.0 && error < 1e-3,
                           placeOf(run) + fmt::format(" (gauge {:+.2f})", spare)});
    }
    Judgement judgement = judgeAll(
        samples, "gauge below 0 and error above 0.3 at α = 1e-4; above 0 and below 1e-3 at 1e-3",
        "Final relative error");
    if (judgement.verdict == Verdict::holds)
        judgement.explanation += " The gauge said so before the run.";
    return judgement;
}

// ---- Noise ---------------------------------------------------------------------------------

Judgement judgePower(const Evidence& evidence, const std::string& factor, double expected) {
    std::vector<Sample> samples;
    for (const EvidenceRun& run : evidence.runs) {
        const Swept errors = sweptOf(evidence, run, "small", factor, "final_error");
        if (errors.x.size() < 3)
            continue;
        const LineFit fit = fitLogLog(errors.x, errors.y);
        samples.push_back(
            {fit.slope, fit.valid() && std::abs(fit.slope - expected) <= 0.15, placeOf(run)});
    }
    return judgeAll(samples, fmt::format("{} ± 0.15", expected),
                    "Log–log slope of the final error");
}

Judgement judgeNoiseRank(const Evidence& evidence) {
    std::vector<Sample> samples;
    for (const EvidenceRun& run : evidence.runs) {
        const double over = finalOf(evidence, run, "small", "final_error");
        const double exact = finalOf(evidence, run, "small_exact", "final_error");
        if (std::isnan(over) || std::isnan(exact))
            continue;
        const double difference = std::abs(over / exact - 1.0);
        samples.push_back({difference, difference <= 0.02, placeOf(run)});
    }
    return judgeAll(samples, "at most 0.02",
                    "Relative difference of the final errors at r′ = 20 and r′ = r");
}

Judgement judgeElsewhere(const Evidence& evidence) {
    std::vector<Sample> samples;
    std::string table;
    for (const EvidenceRun& run : evidence.runs) {
        const double loss = finalOf(evidence, run, "large", "final_loss");
        const double truth = finalOf(evidence, run, "large", "loss_truth");
        const double large = finalOf(evidence, run, "large", "final_error");
        const double small = finalOf(evidence, run, "small", "final_error");
        if (std::isnan(loss) || std::isnan(large) || std::isnan(small))
            continue;
        samples.push_back({loss / truth, loss < 0.5 * truth && large >= 2.0 * small, placeOf(run)});
        table += fmt::format(" {}: loss {:.3f} against {:.3f} at M*, error {:.3f} against {:.3f} "
                             "from the small start.",
                             placeOf(run), loss, truth, large, small);
    }
    Judgement judgement =
        judgeAll(samples, "loss below half the truth's, error at least twice the small start's",
                 "Final loss of the large start over the loss at M*");
    judgement.explanation += table;
    return judgement;
}

// ---- Samples and Sign-RIP ------------------------------------------------------------------

Judgement judgeSampleCount(const Evidence& evidence) {
    std::map<std::string, std::pair<int, int>> successes; // by label: successes, runs
    std::vector<Sample> samples;
    for (const EvidenceRun& run : evidence.runs) {
        const double error = finalOf(evidence, run, "small", "final_error");
        if (std::isnan(error))
            continue;
        auto& [good, all] = successes[run.label];
        good += error < 0.05 ? 1 : 0;
        ++all;
        samples.push_back({error, error < 0.05, placeOf(run)});
    }
    Judgement judgement = judgeAll(samples, "below 0.05", "Final relative error");
    for (const auto& [label, count] : successes)
        judgement.explanation += fmt::format(" {}: {} of {}.", label, count.first, count.second);
    return judgement;
}

Judgement judgeSignRip(const Evidence& evidence) {
    std::vector<Sample> samples;
    for (const EvidenceRun& run : evidence.runs) {
        const double ratio = finalOf(evidence, run, "small", "sign_rip_mean");
        if (!std::isnan(ratio))
            samples.push_back({ratio, std::abs(ratio - 1.0) <= 0.03, placeOf(run)});
    }
    return judgeAll(samples, "1 ± 0.03",
                    "Mean of ⟨Q(Z), Z⟩/φ over 20 random unit Z of rank at most 6");
}

// ---- Protocols -----------------------------------------------------------------------------

const std::vector<std::uint64_t> threeSeeds = {0, 1, 2};

Overrides with(Overrides base, Overrides more) {
    for (auto& [name, value] : more)
        base.insert_or_assign(name, std::move(value));
    return base;
}

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
        threeSeeds};
    const Refutation largeInstead =
        replacedArm("small", "large", "the large start in its place, whatever α");
    return {
        {.id = "error_falls_with_scale",
         .statement = "On clean data with surplus columns the final error is a power of the scale "
                      "of the start.",
         .expected = "slope 0.7 to 2",
         .protocol = sweep,
         .judge = judgeScale,
         .refutations = {largeInstead,
                         {"a tenth of the data spoiled", {{"outlier_fraction", 0.1}}, {}}}},
        {.id = "arrival_time",
         .statement = "Each decade of α costs ln 10/ln(1 + 4η₀σ_r/π) steps: the signal grows "
                      "exponentially.",
         .expected = "4.67 ± 0.6 steps a decade",
         .protocol = sweep,
         .judge = judgeArrival,
         .refutations = {largeInstead}},
        {.id = "surplus_rank_ignored",
         .statement = "From a small start it makes no difference how many surplus columns there "
                      "are; from a large one it does.",
         .expected = "ratio ≤ 1.5, large ≥ 3",
         .protocol = {{{"r′ = 3", with(clean({"small", "large"}), {{"factor_rank", whole(3)}})},
                       {"r′ = 20", clean({"small", "large"})}},
                      threeSeeds},
         .judge = judgeSurplus,
         .refutations = {{"the large start in place of the small one", {}, {{"small", "large"}}}}},
        {.id = "exact_rank_linear",
         .statement = "With r′ = r, clean data and residual steps, convergence is exponential down "
                      "to rounding.",
         .expected = "R² > 0.99, error < 1e-12",
         .protocol = {{{"r′ = r", clean({"small_exact"})}}, threeSeeds},
         .judge = judgeExactRank,
         .refutations = {replacedArm("small_exact", "small", "surplus columns")},
         .live = true}};
}

std::vector<Claim> outlierClaims() {
    const auto spoiled = [](double p, std::int64_t m) {
        return Overrides{
            {"arms", Names{"small", "large"}}, {"outlier_fraction", p}, {"measurements", whole(m)}};
    };
    Protocol squared{{}, threeSeeds};
    for (const double p : {0.1, 0.3})
        for (const double step : {0.01, 0.03, 0.1, 0.3})
            squared.runs.push_back(
                {fmt::format("p = {}, η = {}", p, step),
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
         .expected = "error < 1e-3, gain ≥ 30",
         .protocol = {{{"p = 0.1", spoiled(0.1, 1000)},
                       {"p = 0.3", spoiled(0.3, 1000)},
                       {"p = 0.5", spoiled(0.5, 2000)}},
                      threeSeeds},
         .judge = judgeOutliers,
         .refutations = {{"too few measurements (100)", {{"measurements", whole(100)}}, {}},
                         {"the ℓ₂ loss", {{"arms", Names{"l2", "large"}}}, {{"small", "l2"}}}},
         .live = true},
        {.id = "squared_loss_fails",
         .statement = "Gradient descent on the ℓ₂ loss never comes near M*, whatever its step.",
         .expected = "error > 0.3",
         .protocol = squared,
         .judge = judgeSquaredLoss,
         .refutations = {replacedArm("l2", "small", "SubGM in its place"),
                         {"clean data", {{"outlier_fraction", 0.0}}, {}}}},
        {.id = "dense_outliers",
         .statement = "Even with seven tenths of garbage the small start recovers M*, given 4,000 "
                      "measurements.",
         .expected = "error < 1e-3",
         .protocol = {{{"p = 0.7", dense(1e-3)}}, threeSeeds},
         .judge = judgeDense,
         .refutations = {{"nine tenths of garbage", {{"outlier_fraction", 0.9}}, {}}}},
        {.id = "start_must_not_be_too_small",
         .statement = "Geometric steps add up to a finite growth: at p = 0.7 it is too little for "
                      "α = 1e-4 and enough for 1e-3, as can be computed beforehand.",
         .expected = "fails at 1e-4, arrives at 1e-3",
         .protocol = {{{"α = 1e-4", dense(1e-4)}, {"α = 1e-3", dense(1e-3)}}, threeSeeds},
         .judge = judgeGauge,
         .refutations = {{"steps that shrink more slowly (ρ = 0.99)", {{"decay", 0.99}}, {}}}}};
}

std::vector<Claim> noiseClaims() {
    const Refutation tooShort{
        "steps that end before the signal has grown (ρ = 0.9)", {{"decay", 0.9}}, {}};
    return {
        {.id = "error_proportional_to_noise",
         .statement = "With Gaussian noise the final error is proportional to ν.",
         .expected = "slope 1 ± 0.15",
         .protocol = {{{"ν sweep", with(noisy({"small"}), {{"sweep", std::string("noise")}})}},
                      threeSeeds},
         .judge = [](const Evidence& e) { return judgePower(e, "noise", 1.0); },
         .refutations = {tooShort}},
        {.id = "error_falls_with_measurements",
         .statement = "With Gaussian noise the final error falls like 1/√m.",
         .expected = "slope −0.5 ± 0.15",
         .protocol = {{{"m sweep",
                        with(noisy({"small"}), {{"sweep", std::string("measurements")}})}},
                      threeSeeds},
         .judge = [](const Evidence& e) { return judgePower(e, "measurements", -0.5); },
         .refutations = {tooShort}},
        {.id = "noise_ignores_surplus_rank",
         .statement = "With Gaussian noise the surplus columns cost nothing.",
         .expected = "difference ≤ 2 %",
         .protocol = {{{"ν = 0.3", noisy({"small", "small_exact"})}}, threeSeeds},
         .judge = judgeNoiseRank,
         .refutations = {{"the large start in place of the small one",
                          {{"arms", Names{"large", "small_exact"}}},
                          {{"small", "large"}}}}},
        {.id = "minimum_is_elsewhere",
         .statement = "With few noisy measurements the large start finds a smaller loss than the "
                      "truth has, and a larger error than the small start.",
         .expected = "loss < ½ truth's, error ≥ 2×",
         .protocol = {{{"m = 150",
                        {{"arms", Names{"small", "large"}},
                         {"outlier_fraction", 0.0},
                         {"noise", 0.3},
                         {"measurements", whole(150)},
                         {"decay", 0.98},
                         {"large_decay", 0.998},
                         {"iterations", whole(3000)}}}},
                      threeSeeds},
         .judge = judgeElsewhere,
         .refutations = {{"enough measurements (2,000)", {{"measurements", whole(2000)}}, {}}}}};
}

std::vector<Claim> sampleClaims() {
    Protocol count{{}, {0, 1, 2, 3, 4}};
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
                      "every run recovers M*, at r′ = 2, 4 and 20 alike.",
         .expected = "error < 0.05 in every run",
         .protocol = count,
         .judge = judgeSampleCount,
         .refutations = {{"too few measurements (60)", {{"measurements", whole(60)}}, {}}}},
        {.id = "sign_rip",
         .statement = "The averaged sub-gradient is the ideal one: ⟨Q(Z), Z⟩ is φ for low-rank Z, "
                      "with and without outliers.",
         .expected = "within 3 % of φ",
         .protocol = {{{"clean", probe(0.0)}, {"p = 0.3", probe(0.3)}}, threeSeeds},
         .judge = judgeSignRip,
         .refutations = {replacedArm("small", "l2", "the gradient of the ℓ₂ loss in its place")}}};
}

} // namespace

std::vector<Claim> robustRecoveryClaims() {
    std::vector<Claim> claims = outlierClaims();
    for (auto part : {cleanClaims(), noiseClaims(), sampleClaims()})
        claims.insert(claims.end(), part.begin(), part.end());
    return claims;
}

} // namespace convergence
