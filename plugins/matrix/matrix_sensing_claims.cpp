// What the paper claims about matrix sensing, and how each claim is measured and refuted.

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "core/experiment/judging.h"
#include "core/math/statistics.h"
#include "plugins/matrix/matrix_sensing.h"

namespace convergence {

namespace {

using Names = std::vector<std::string>;
constexpr std::size_t fitSamples = 200; ///< log-spaced samples of every fit
constexpr double roundingFloor = 1e-13; ///< below this, e is rounding error

std::int64_t whole(std::int64_t value) {
    return value;
}

std::string placeOf(const EvidenceRun& run, std::size_t trial) {
    std::string place = fmt::format("seed {}", run.values->integer("seed"));
    if (!run.label.empty())
        place = run.label + ", " + place;
    const auto& plan = run.recording->plans()[trial];
    if (run.values->boolean("sweep_scale"))
        place += fmt::format(", α = {}", plan.factors.at("initial_scale"));
    return place;
}

struct Trace {
    std::vector<double> t;
    std::vector<double> error;
};

Trace traceOf(const EvidenceRun& run, std::size_t trial) {
    const Table& table = run.recording->trace(trial);
    Trace trace{table.column("iteration"), table.column("error")};
    const std::size_t rows = std::min(trace.t.size(), trace.error.size());
    trace.t.resize(rows);
    trace.error.resize(rows);
    return trace;
}

std::vector<double> squared(std::vector<double> values) {
    for (double& value : values)
        value *= value;
    return values;
}

/// Largest surplus that a trial has: columns beyond the rank.
double surplusOf(const EvidenceRun& run) {
    return static_cast<double>(run.values->integer("factor_rank") -
                               run.values->integer("true_rank"));
}

// ---- Power laws ----------------------------------------------------------------------------

/// Slope of ln e² against ln t over [first, last] for every trial of an arm.
Judgement judgeSlope(const Evidence& evidence, const std::string& arm, double first, double last,
                     double expected, double tolerance) {
    std::vector<Sample> samples;
    std::vector<FitOverlay> fits;
    for (std::size_t i = 0; i < evidence.runs.size(); ++i) {
        const EvidenceRun& run = evidence.runs[i];
        for (const std::size_t trial : evidence.trialsOf(run, arm)) {
            const Trace trace = traceOf(run, trial);
            const bool reached = !trace.t.empty() && trace.t.back() >= last;
            if (!reached && !ended(run, trial))
                continue;
            const LineFit fit =
                fitLogLog(trace.t, squared(trace.error),
                          {.xMinimum = first, .xMaximum = last, .logSpacedSamples = fitSamples});
            if (!fit.valid()) // ended before the window, or an error of exactly zero
                continue;
            samples.push_back(
                {fit.slope, std::abs(fit.slope - expected) <= tolerance, placeOf(run, trial)});
            fits.push_back({"squared_error", i, trial, FitKind::logLog, fit.slope, fit.intercept,
                            fit.xMinimum, fit.xMaximum,
                            fmt::format("slope {:.3f} (R² {:.5f})", fit.slope, fit.rSquared)});
        }
    }
    double fittedTo = first; // a watched run may end before `last`
    for (const FitOverlay& fit : fits)
        fittedTo = std::max(fittedTo, fit.xMaximum);
    Judgement judgement =
        judgeAll(samples, fmt::format("{} ± {}", expected, tolerance),
                 fmt::format("Slope of ln e² against ln t over [{:.0f}, {:.0f}], at most {} "
                             "log-spaced samples a run",
                             first, fittedTo, fitSamples));
    judgement.fits = std::move(fits);
    return judgement;
}

/// e_T · 2ηT/√(k − r), which the theory says is 1.
Judgement judgeConstant(const Evidence& evidence, double tolerance) {
    std::vector<Sample> samples;
    for (const EvidenceRun& run : evidence.runs)
        for (const std::size_t trial : evidence.trialsOf(run, "s_over")) {
            const Trace trace = traceOf(run, trial);
            if (!ended(run, trial) || trace.t.empty() || surplusOf(run) <= 0.0)
                continue;
            const double ratio = trace.error.back() * 2.0 * run.values->real("learning_rate") *
                                 trace.t.back() / std::sqrt(surplusOf(run));
            samples.push_back({ratio, std::abs(ratio - 1.0) <= tolerance, placeOf(run, trial)});
        }
    return judgeAll(samples, fmt::format("1 ± {}", tolerance), "e_T·2ηT/√(k − r) at the last step");
}

// ---- Exponential decay ---------------------------------------------------------------------

/// Exponential fit of e between two levels. None while the run has not come through both; a run
/// that ended without doing so is reported as never having done it.
struct Decay {
    bool complete = false;
    bool neverCame = false;
    LineFit fit;
    [[nodiscard]] double rate() const { return -fit.slope; }
};

Decay decayOf(const EvidenceRun& run, std::size_t trial, double from, double to) {
    const Trace trace = traceOf(run, trial);
    Decay decay;
    decay.complete =
        std::any_of(trace.error.begin(), trace.error.end(), [&](double e) { return e < to; });
    decay.neverCame = !decay.complete && ended(run, trial);
    decay.fit = fitLogLinear(trace.t, trace.error,
                             {.yMinimum = std::max(to, roundingFloor),
                              .yMaximum = from,
                              .logSpacedSamples = fitSamples});
    return decay;
}

/// Rate of e against a predicted one, and straightness, for every trial of an arm.
/// `value` turns a decay into (measured, inside).
template <typename Judge>
Judgement judgeDecays(const Evidence& evidence, const std::string& arm, double from, double to,
                      std::string threshold, const std::string& what, Judge value) {
    std::vector<Sample> samples;
    std::vector<FitOverlay> fits;
    for (std::size_t i = 0; i < evidence.runs.size(); ++i) {
        const EvidenceRun& run = evidence.runs[i];
        for (const std::size_t trial : evidence.trialsOf(run, arm)) {
            const Decay decay = decayOf(run, trial, from, to);
            if (decay.neverCame) {
                samples.push_back(
                    {0.0, false,
                     placeOf(run, trial) + fmt::format(" (the error never fell to {:g})", to)});
                continue;
            }
            if (!decay.complete || !decay.fit.valid())
                continue;
            const auto [measured, inside] = value(run, trial, decay);
            samples.push_back({measured, inside, placeOf(run, trial)});
            fits.push_back(
                {"error", i, trial, FitKind::logLinear, decay.fit.slope, decay.fit.intercept,
                 decay.fit.xMinimum, decay.fit.xMaximum,
                 fmt::format("rate {:.4g} (R² {:.5f})", decay.rate(), decay.fit.rSquared)});
        }
    }
    Judgement judgement = judgeAll(samples, std::move(threshold), what);
    judgement.fits = std::move(fits);
    return judgement;
}

Judgement judgeExact(const Evidence& evidence) {
    return judgeDecays(
        evidence, "s_exact", 1e-1, 1e-12, "1 ± 0.02, R² > 0.999",
        "Rate of ln e between 1e-1 and 1e-12 over −ln(1 − η/κ)",
        [](const EvidenceRun& run, std::size_t, const Decay& decay) {
            const double predicted = -std::log1p(-run.values->real("learning_rate") /
                                                 run.values->real("condition_number"));
            const double ratio = decay.rate() / predicted;
            return std::pair{ratio, std::abs(ratio - 1.0) <= 0.02 && decay.fit.rSquared > 0.999};
        });
}

/// −ln(1 − ησ_k(F_T)²) from the recorded singular values of the larger factor at the end.
double surplusRate(const EvidenceRun& run, std::size_t trial) {
    const Table& table = run.recording->trace(trial);
    const std::size_t last = table.rows() - 1;
    const auto k = run.values->integer("factor_rank");
    double smallest = table.at(last, table.columnIndex(fmt::format("sigma_f_{}", k)));
    const double other = table.at(last, table.columnIndex(fmt::format("sigma_g_{}", k)));
    if (other > smallest)
        smallest = other;
    return -std::log1p(-run.values->real("learning_rate") * smallest * smallest);
}

double scaleOf(const EvidenceRun& run, std::size_t trial) {
    return run.recording->plans()[trial].factors.at("initial_scale");
}

Judgement judgeSurplusRate(const Evidence& evidence) {
    return judgeDecays(evidence, "a_over", 1e-3, 1e-9, "1 ± 0.03 (± 0.12 above α = 0.6), R² > 0.99",
                       "Rate of ln e between 1e-3 and 1e-9 over −ln(1 − ησ_k(F_T)²)",
                       [](const EvidenceRun& run, std::size_t trial, const Decay& decay) {
                           const double ratio = decay.rate() / surplusRate(run, trial);
                           const double tolerance = scaleOf(run, trial) > 0.6 ? 0.12 : 0.03;
                           return std::pair{ratio, std::abs(ratio - 1.0) <= tolerance &&
                                                       decay.fit.rSquared > 0.99};
                       });
}

/// Rates of an arm by α within one run; empty while one of them is missing. A trial that ended
/// without decaying counts with rate 0.
struct RatesByScale {
    std::vector<double> scales;
    std::vector<double> rates;
};

RatesByScale ratesOf(const Evidence& evidence, const EvidenceRun& run, const std::string& arm) {
    RatesByScale result;
    for (const std::size_t trial : evidence.trialsOf(run, arm)) {
        const Decay decay = decayOf(run, trial, 1e-3, 1e-9);
        if (!decay.neverCame && (!decay.complete || !decay.fit.valid()))
            return {};
        result.scales.push_back(scaleOf(run, trial));
        result.rates.push_back(decay.neverCame ? 0.0 : decay.rate());
    }
    return result;
}

Judgement judgeExponent(const Evidence& evidence) {
    std::vector<Sample> samples;
    for (const EvidenceRun& run : evidence.runs) {
        const RatesByScale by = ratesOf(evidence, run, "a_over");
        if (by.scales.size() < 3)
            continue;
        const LineFit fit = fitLogLog(by.scales, by.rates);
        const bool allDecay = fit.dropped == 0;
        samples.push_back({fit.slope, allDecay && std::abs(fit.slope - 2.0) <= 0.3,
                           fmt::format("seed {}{}", run.values->integer("seed"),
                                       allDecay ? "" : " (some runs do not decay)")});
    }
    return judgeAll(samples, "2 ± 0.3", "Exponent of the rate in α over the initial scales");
}

Judgement judgeModifiedSpread(const Evidence& evidence) {
    std::vector<Sample> samples;
    for (const EvidenceRun& run : evidence.runs) {
        const RatesByScale by = ratesOf(evidence, run, "a_mod");
        if (by.rates.size() < 3)
            continue;
        const auto [low, high] = std::minmax_element(by.rates.begin(), by.rates.end());
        const double spread = *high / *low; // infinite when one does not decay
        samples.push_back(
            {spread, spread < 1.3, fmt::format("seed {}", run.values->integer("seed"))});
    }
    return judgeAll(samples, "below 1.3", "Largest over smallest rate among the initial scales");
}

Judgement judgeModifiedGain(const Evidence& evidence) {
    std::vector<Sample> samples;
    double largestChange = 0.0;
    for (const EvidenceRun& run : evidence.runs) {
        const RatesByScale modified = ratesOf(evidence, run, "a_mod");
        const RatesByScale plain = ratesOf(evidence, run, "a_over");
        if (modified.rates.empty() || plain.rates.empty())
            continue;
        const auto smallest =
            std::min_element(plain.scales.begin(), plain.scales.end()) - plain.scales.begin();
        const double gain = modified.rates[static_cast<std::size_t>(smallest)] /
                            plain.rates[static_cast<std::size_t>(smallest)];
        const Table& trials = run.recording->trials();
        const std::size_t column = trials.columnIndex("product_change");
        double change = 0.0;
        for (const std::size_t trial : evidence.trialsOf(run, "a_mod"))
            if (trial < trials.rows() && std::isfinite(trials.at(trial, column)))
                change = std::max(change, trials.at(trial, column));
        largestChange = std::max(largestChange, change);
        samples.push_back({gain, gain >= 10.0 && change < 1e-12,
                           fmt::format("seed {}", run.values->integer("seed"))});
    }
    Judgement judgement = judgeAll(samples, "at least 10, FGᵀ changed by less than 1e-12",
                                   "Rate after the modified step over the plain rate at the "
                                   "smallest α");
    judgement.explanation +=
        fmt::format(" Largest relative change of FGᵀ by the step: {:.1e}.", largestChange);
    return judgement;
}

// ---- Measured operator ---------------------------------------------------------------------

Judgement judgeRectangular(const Evidence& evidence) {
    Judgement both;
    for (const std::string arm : {"a_over", "a_mod"}) {
        Judgement judgement =
            judgeDecays(evidence, arm, 1e-3, 1e-12, "e reaches 1e-12, R² > 0.999",
                        arm + ": R² of ln e between 1e-3 and 1e-12",
                        [](const EvidenceRun&, std::size_t, const Decay& decay) {
                            return std::pair{decay.fit.rSquared, decay.fit.rSquared > 0.999};
                        });
        if (arm == "a_over" || judgement.verdict != Verdict::holds) {
            const std::string before = both.explanation;
            const bool worse = both.verdict == Verdict::fails;
            if (!worse)
                both = judgement;
            if (!before.empty())
                both.explanation = before + " " + judgement.explanation;
        } else {
            both.explanation += " " + judgement.explanation;
        }
    }
    return both;
}

Judgement judgeBalancePeak(const Evidence& evidence) {
    std::vector<Sample> samples;
    std::map<std::uint64_t, std::map<double, double>> rates; // by seed and β
    for (const EvidenceRun& run : evidence.runs)
        for (const std::size_t trial : evidence.trialsOf(run, "a_mod")) {
            const Decay decay = decayOf(run, trial, 1e-3, 1e-9);
            if (!decay.neverCame && !decay.complete)
                return {};
            rates[run.seed][run.values->real("balance")] = decay.neverCame ? 0.0 : decay.rate();
        }
    std::string table;
    for (const auto& [seed, byBeta] : rates) {
        double best = 0.0, bestRate = -1.0, second = -1.0;
        for (const auto& [beta, rate] : byBeta) {
            if (rate > bestRate) {
                second = bestRate;
                bestRate = rate;
                best = beta;
            } else {
                second = std::max(second, rate);
            }
            table += fmt::format(" β {}: {:.4f}", beta, rate);
        }
        table += ";";
        // A peak has to stand out, or equal rates would count as one.
        samples.push_back(
            {best, best == 0.7 && bestRate > 1.05 * second, fmt::format("seed {}", seed)});
    }
    Judgement judgement =
        judgeAll(samples, "0.7 (√σ_r = 0.707)", "β of the fastest rate among 0.5, 0.7, 1, 1.5");
    judgement.explanation += table;
    return judgement;
}

Judgement judgeImbalance(const Evidence& evidence) {
    const auto smallest = [&](const std::string& label) -> std::optional<double> {
        double low = std::numeric_limits<double>::infinity();
        for (const EvidenceRun* run : evidence.labelled(label))
            for (const std::size_t trial : evidence.trialsOf(*run, "a_over")) {
                const Decay decay = decayOf(*run, trial, 1e-3, 1e-9);
                if (decay.neverCame || (decay.complete && decay.fit.valid()))
                    low = std::min(low, decay.neverCame ? 0.0 : decay.rate());
            }
        return std::isfinite(low) ? std::optional(low) : std::nullopt;
    };
    Judgement judgement;
    judgement.threshold = "at least 3";
    const auto imbalanced = smallest("ι = 3");
    const auto balanced = smallest("ι = 1");
    if (!imbalanced || !balanced) {
        judgement.explanation = "Some of the sixteen runs are missing.";
        return judgement;
    }
    judgement.measured = *imbalanced / *balanced;
    judgement.verdict = judgement.measured >= 3.0 ? Verdict::holds : Verdict::fails;
    judgement.explanation = fmt::format(
        "Smallest rate over the seeds: {:.4g} with ι = 3 against {:.4g} with ι = 1 (single seeds "
        "can go the other way).",
        *imbalanced, *balanced);
    return judgement;
}

/// For claims about the population limit: a watched run with random measurements says nothing.
std::function<Judgement(const Evidence&)>
inPopulationLimit(std::function<Judgement(const Evidence&)> judge) {
    return [judge = std::move(judge)](const Evidence& evidence) {
        for (const EvidenceRun& run : evidence.runs)
            if (run.values->integer("measurements") > 0 ||
                run.values->text("problem") != "random") {
                Judgement judgement;
                judgement.explanation = "The claim is about a random target in the population "
                                        "limit; set measurements to 0.";
                return judgement;
            }
        return judge(evidence);
    };
}

// ---- Protocols -----------------------------------------------------------------------------

const std::vector<std::uint64_t> threeSeeds = {0, 1, 2};

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
             .expected = "slope of e² −2 ± 0.1",
             .protocol = power,
             .judge = inPopulationLimit(
                 [](const Evidence& e) { return judgeSlope(e, "s_over", 2000, 20000, -2.0, 0.1); }),
             .refutations = {fast("s_over")},
             .live = true},
            {.id = "symmetric_constant",
             .statement = "The error is √(k − r)/(2ηT), with no constant to fit.",
             .expected = "e·2ηT/√(k−r) = 1 ± 0.03",
             .protocol = {{power.runs.front()}, threeSeeds},
             .judge = inPopulationLimit([](const Evidence& e) { return judgeConstant(e, 0.03); }),
             .refutations = {replacedArm("s_over", "s_exact", "no superfluous columns")},
             .live = true},
            {.id = "exact_rank_linear",
             .statement =
                 "With k = r the symmetric arm converges exponentially, at −ln(1 − η/κ) a step.",
             .expected = "rate within 2 %, R² > 0.999",
             .protocol = {{{"n = 20", only({"s_exact"}, 2000)}}, threeSeeds},
             .judge = inPopulationLimit(judgeExact),
             .refutations = {replacedArm("s_exact", "s_over", "superfluous columns")},
             .live = true},
            {.id = "equal_start_is_symmetric",
             .statement =
                 "Asymmetric factors that start equal are exactly as slow: it is imbalance "
                 "that helps.",
             .expected = "slope of e² −2 ± 0.15",
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
             .expected = "rate within 3 % (12 % at α = 0.9), R² > 0.99",
             .protocol = protocol,
             .judge = inPopulationLimit(judgeSurplusRate),
             .refutations = {modifiedInstead},
             .live = true},
            {.id = "rate_grows_as_scale_squared",
             .statement = "The plain asymmetric rate grows like α².",
             .expected = "exponent 2 ± 0.3",
             .protocol = protocol,
             .judge = inPopulationLimit(judgeExponent),
             .refutations = {modifiedInstead}},
            {.id = "modified_rate_ignores_scale",
             .statement = "After one modified step the rate does not depend on α.",
             .expected = "spread of rates below 1.3",
             .protocol = protocol,
             .judge = inPopulationLimit(judgeModifiedSpread),
             .refutations = {plainInstead}},
            {.id = "modified_step_gains",
             .statement =
                 "The modified step leaves FGᵀ as it is and speeds up the smallest start at "
                 "least tenfold.",
             .expected = "gain ≥ 10, change < 1e-12",
             .protocol = protocol,
             .judge = inPopulationLimit(judgeModifiedGain),
             .refutations = {plainInstead,
                             {"a badly chosen balance, β = 0.1", {{"balance", 0.1}}, {}}}},
            {.id = "imbalance_helps",
             .statement =
                 "The slowest imbalanced start is at least three times faster than the slowest "
                 "balanced one.",
             .expected = "ratio ≥ 3",
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
         .expected = "slope of e² −2 ± 0.25",
         .protocol = symmetric,
         .judge = [](const Evidence& e) { return judgeSlope(e, "s_over", 500, 8000, -2.0, 0.25); },
         .refutations = {replacedArm("s_over", "a_over", "asymmetric factors in its place")}},
        {.id = "measured_constant",
         .statement = "With 800 measurements the constant of the population limit still holds "
                      "roughly.",
         .expected = "e·2ηT/√(k−r) = 1 ± 0.35",
         .protocol = symmetric,
         .judge = [](const Evidence& e) { return judgeConstant(e, 0.35); },
         .refutations = {replacedArm("s_over", "s_exact", "no superfluous columns")}},
        {.id = "measured_rectangular",
         .statement =
             "On a measured 20 × 15 matrix both asymmetric arms are exact and exponential.",
         .expected = "e reaches 1e-12, R² > 0.999",
         .protocol = {{{"20 × 15", only({"a_over", "a_mod"}, 5000, rectangular)}}, threeSeeds},
         .judge = judgeRectangular,
         .refutations = {{"too few measurements (100)", {{"measurements", whole(100)}}, {}}}},
        {.id = "best_balance",
         .statement = "The modified step is fastest with β = √σ_r.",
         .expected = "peak at β = 0.7",
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
