#include "plugins/matrix/matrix-sensing/judges.h"

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

namespace convergence::matrix_sensing {

namespace {

using Names = std::vector<std::string>;
constexpr std::size_t fitSamples = 200; ///< log-spaced samples of every fit
constexpr double roundingFloor = 1e-13; ///< below this, e is rounding error

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

} // namespace

// ---- Power laws ----------------------------------------------------------------------------

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

} // namespace convergence::matrix_sensing
