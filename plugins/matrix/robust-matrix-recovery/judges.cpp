#include "plugins/matrix/robust-matrix-recovery/judges.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include <fmt/format.h>

#include "core/experiment/not_applicable.h"
#include "core/experiment/samples.h"
#include "core/math/statistics.h"

namespace convergence::robust_recovery {

namespace {

/// A final metric of a trial that has ended; NaN while it has not. What diverged has no error.
double finalOrLost(const EvidenceRun& run, std::size_t trial, const std::string& column) {
    const Table& trials = run.recording->trials();
    if (!ended(run, trial) || trial >= trials.rows())
        return notApplicable;
    const double value = trials.at(trial, trials.columnIndex(column));
    const bool lost = run.recording->status(trial) == TrialStatus::diverged;
    return lost && column == "final_error" ? std::numeric_limits<double>::infinity() : value;
}

/// The same of an arm that has one trial in the run.
double finalOrLost(const Evidence& evidence, const EvidenceRun& run, const std::string& arm,
                   const std::string& column) {
    const auto trials = evidence.trialsOf(run, arm);
    return trials.empty() ? notApplicable : finalOrLost(run, trials.front(), column);
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
        result.y.push_back(finalOrLost(run, trial, column));
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

} // namespace

// ---- Clean data ----------------------------------------------------------------------------

Judgement judgeScale(const Evidence& evidence, const Claim& claim) {
    Samples samples(claim);
    std::string ends;
    for (const EvidenceRun& run : evidence.runs) {
        const Swept errors = sweptOf(evidence, run, "small", "initial_scale", "final_error");
        if (errors.x.size() < 4)
            continue;
        Swept below;
        double atOne = notApplicable, smallest = notApplicable, smallestScale = 1.0;
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
        samples.add(placeOf(run), {fit.slope, smallest, atOne});
        ends += fmt::format(" {}: {:.2g} at α = {:g}, {:.2g} at α = 1.", placeOf(run), smallest,
                            smallestScale, atOne);
    }
    Judgement judgement = samples.judged("Log–log slope of the final error against α");
    judgement.explanation += ends;
    return judgement;
}

Judgement judgeArrival(const Evidence& evidence, const Claim& claim) {
    Samples samples(claim);
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
        samples.add(placeOf(run), {fit.slope, static_cast<double>(fit.dropped)});
    }
    return samples.judged("Steps to relative error 0.1 for each decade of α");
}

Judgement judgeSurplus(const Evidence& evidence, const Claim& claim) {
    Samples samples(claim);
    std::string large;
    for (const auto& [seed, runs] : runsBySeed(evidence)) {
        const auto few = runs.find("r′ = 3"), many = runs.find("r′ = 20");
        if (few == runs.end() || many == runs.end())
            continue;
        const auto ratio = [&](const std::string& arm) {
            const double a = finalOrLost(evidence, *few->second, arm, "final_error");
            const double b = finalOrLost(evidence, *many->second, arm, "final_error");
            return a >= b ? a / b : b / a; // NaN where either is
        };
        const double small = ratio("small"), big = ratio("large");
        if (std::isnan(small) || std::isnan(big))
            continue;
        samples.add(fmt::format("seed {}", seed), {small, big});
        large += fmt::format("{}{:.2f}", large.empty() ? "" : ", ", big);
    }
    Judgement judgement =
        samples.judged("Ratio of the final errors at r′ = 3 and r′ = 20 from a small start");
    judgement.explanation += " From α = 1: " + large + ".";
    return judgement;
}

Judgement judgeExactRank(const Evidence& evidence, const Claim& claim) {
    Samples samples(claim);
    std::string finals;
    for (const EvidenceRun& run : evidence.runs) {
        if (!isClean(run))
            continue;
        for (const std::size_t trial : evidence.trialsOf(run, "small_exact")) {
            const double error = finalOrLost(run, trial, "final_error");
            if (std::isnan(error))
                continue;
            const double rSquared = finalOrLost(run, trial, "rate_r_squared");
            samples.add(placeOf(run), {rSquared, error});
            finals += fmt::format(" {}: rate {:.3f}, final error {:.1e}.", placeOf(run),
                                  finalOrLost(run, trial, "rate"), error);
        }
    }
    Judgement judgement = samples.judged("R² of ln e between 1e-1 and 1e-12");
    judgement.explanation += finals;
    return judgement;
}

// ---- Outliers ------------------------------------------------------------------------------

Judgement judgeOutliers(const Evidence& evidence, const Claim& claim) {
    Samples samples(claim);
    double leastGain = std::numeric_limits<double>::infinity();
    for (const EvidenceRun& run : evidence.runs) {
        const double p = run.values->real("outlier_fraction");
        const double small = finalOrLost(evidence, run, "small", "final_error");
        const double large = finalOrLost(evidence, run, "large", "final_error");
        if (p == 0.0 || p > 0.5 || std::isnan(small) || std::isnan(large))
            continue;
        const double gain = large / small;
        leastGain = std::min(leastGain, gain);
        samples.add(placeOf(run) + fmt::format(" ({:.0f} times below α = 1)", gain), {small, gain});
    }
    Judgement judgement = samples.judged("Final relative error from a small start");
    if (leastGain < std::numeric_limits<double>::infinity())
        judgement.explanation +=
            fmt::format(" Smallest gain over the large start: {:.0f}.", leastGain);
    return judgement;
}

Judgement judgeSquaredLoss(const Evidence& evidence, const Claim& claim) {
    // The best step of each p and seed.
    std::map<std::pair<double, std::uint64_t>, double> best;
    for (const EvidenceRun& run : evidence.runs) {
        const double error = finalOrLost(evidence, run, "l2", "least_error");
        if (std::isnan(error))
            continue;
        const auto [entry, isNew] = best.try_emplace(
            std::pair{run.values->real("outlier_fraction"), run.values->integer("seed")}, error);
        entry->second = std::min(entry->second, error);
    }
    Samples samples(claim);
    for (const auto& [key, error] : best)
        samples.add(fmt::format("p = {}, seed {}", key.first, key.second), {error});
    return samples.judged("Smallest relative error that ℓ₂ descent ever has, at its best step");
}

Judgement judgeDense(const Evidence& evidence, const Claim& claim) {
    Samples samples(claim);
    for (const EvidenceRun& run : evidence.runs) {
        const double error = finalOrLost(evidence, run, "small", "final_error");
        if (!std::isnan(error))
            samples.add(placeOf(run), {error});
    }
    return samples.judged("Final relative error");
}

Judgement judgeGauge(const Evidence& evidence, const Claim& claim) {
    std::vector<Sample> samples;
    for (const EvidenceRun& run : evidence.runs) {
        const double error = finalOrLost(evidence, run, "small", "final_error");
        const double spare = finalOrLost(evidence, run, "small", "growth_available") -
                             finalOrLost(evidence, run, "small", "growth_needed");
        if (std::isnan(error))
            continue;
        const bool tooSmall = run.label == "α = 1e-4";
        samples.push_back({error,
                           tooSmall ? spare < 0.0 && error > 0.3 : spare > 0.0 && error < 1e-3,
                           placeOf(run) + fmt::format(" (gauge {:+.2f})", spare)});
    }
    Judgement judgement = judgeAll(samples, claim.expected(), "Final relative error");
    if (judgement.verdict == Verdict::holds)
        judgement.explanation += " The gauge said so before the run.";
    return judgement;
}

// ---- Noise ---------------------------------------------------------------------------------

Judge powerOf(std::string factor) {
    return [factor = std::move(factor)](const Evidence& evidence, const Claim& claim) {
        Samples samples(claim);
        for (const EvidenceRun& run : evidence.runs) {
            const Swept errors = sweptOf(evidence, run, "small", factor, "final_error");
            if (errors.x.size() >= 3)
                samples.add(placeOf(run), {fitLogLog(errors.x, errors.y).slope});
        }
        return samples.judged("Log–log slope of the final error");
    };
}

Judgement judgeNoiseRank(const Evidence& evidence, const Claim& claim) {
    Samples samples(claim);
    for (const EvidenceRun& run : evidence.runs) {
        const double over = finalOrLost(evidence, run, "small", "final_error");
        const double exact = finalOrLost(evidence, run, "small_exact", "final_error");
        if (std::isnan(over) || std::isnan(exact))
            continue;
        const double difference = std::abs(over / exact - 1.0);
        samples.add(placeOf(run), {difference});
    }
    return samples.judged("Relative difference of the final errors at r′ = 20 and r′ = r");
}

Judgement judgeElsewhere(const Evidence& evidence, const Claim& claim) {
    Samples samples(claim);
    std::string table;
    for (const EvidenceRun& run : evidence.runs) {
        const double loss = finalOrLost(evidence, run, "large", "final_loss");
        const double truth = finalOrLost(evidence, run, "large", "loss_truth");
        const double large = finalOrLost(evidence, run, "large", "final_error");
        const double small = finalOrLost(evidence, run, "small", "final_error");
        if (std::isnan(loss) || std::isnan(large) || std::isnan(small))
            continue;
        samples.add(placeOf(run), {loss / truth, large / small});
        table += fmt::format(" {}: loss {:.3f} against {:.3f} at M*, error {:.3f} against {:.3f} "
                             "from the small start.",
                             placeOf(run), loss, truth, large, small);
    }
    Judgement judgement = samples.judged("Final loss of the large start over the loss at M*");
    judgement.explanation += table;
    return judgement;
}

// ---- Samples and Sign-RIP ------------------------------------------------------------------

Judgement judgeSampleCount(const Evidence& evidence, const Claim& claim) {
    std::map<std::string, std::pair<int, int>> successes; // by label: successes, runs
    Samples samples(claim);
    for (const EvidenceRun& run : evidence.runs) {
        const double error = finalOrLost(evidence, run, "small", "final_error");
        if (std::isnan(error))
            continue;
        auto& [good, all] = successes[run.label];
        good += claim.threshold.holds(error) ? 1 : 0;
        ++all;
        samples.add(placeOf(run), {error});
    }
    Judgement judgement = samples.judged("Final relative error");
    for (const auto& [label, count] : successes)
        judgement.explanation += fmt::format(" {}: {} of {}.", label, count.first, count.second);
    return judgement;
}

Judgement judgeSignRip(const Evidence& evidence, const Claim& claim) {
    Samples samples(claim);
    for (const EvidenceRun& run : evidence.runs) {
        const double ratio = finalOrLost(evidence, run, "small", "sign_rip_mean");
        if (!std::isnan(ratio))
            samples.add(placeOf(run), {ratio});
    }
    return samples.judged("Mean of ⟨Q(Z), Z⟩/φ over 20 random unit Z of rank at most 6");
}

} // namespace convergence::robust_recovery
