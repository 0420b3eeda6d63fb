#include "core/experiment/curve_judges.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include <fmt/format.h>

#include "core/experiment/not_applicable.h"
#include "core/math/gradient_check.h"

namespace convergence {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

struct Points {
    std::vector<double> t, y;
};
Points pointsOf(const EvidenceRun& run, std::size_t trial, const std::string& column) {
    const Table& table = run.recording->trace(trial);
    Points points{.t = {}, .y = table.column(column)};
    points.t = table.column("iteration");
    points.t.resize(points.y.size()); // the run may have gone on meanwhile
    return points;
}

/// Whether y is NaN at a t in [from, to].
bool hasNan(const Points& points, double from, double to) {
    for (std::size_t i = 0; i < points.t.size(); ++i)
        if (points.t[i] >= from && points.t[i] <= to && std::isnan(points.y[i]))
            return true;
    return false;
}
constexpr const char* hasNoNumber = " (a value is not a number)";

std::string between(Levels levels) {
    return fmt::format("between {:g} and {:g}", levels.from, levels.to);
}

/// decay.rate(), or NaN where the curve has one.
double rateOf(const Decay& decay) {
    return std::isnan(decay.least) ? decay.least : decay.rate();
}

/// The decays of all trials; `numbers` adds one that came below the lower level.
template <typename Add>
Samples decaysOf(const Evidence& evidence, const Claim& claim, const Curve& of, Levels levels,
                 Add add) {
    Samples samples(claim);
    for (std::size_t i = 0; i < evidence.runs.size(); ++i) {
        const EvidenceRun& run = evidence.runs[i];
        for (const std::size_t trial : evidence.trialsOf(run, of.arm)) {
            const Decay decay = decayOf(run, trial, of.column, levels);
            if (!decay.decided())
                continue;
            if (decay.neverCame) {
                Samples::Spot spot = spotOf(run, trial);
                spot.place += std::isnan(decay.least)
                                  ? hasNoNumber
                                  : fmt::format(" (it never fell to {:g})", levels.to);
                samples.addOutside(spot, 0.0);
                continue;
            }
            add(samples, run, trial, decay);
            samples.draw(
                {.view = of.view,
                 .run = i,
                 .trial = trial,
                 .kind = FitKind::logLinear,
                 .label = fmt::format("rate {:.4g} (R² {:.5f})", decay.rate(), decay.fit.rSquared)},
                decay.fit);
        }
    }
    return samples;
}

} // namespace

Judgement PowerLaw::operator()(const Evidence& evidence, const Claim& claim) const {
    Samples judged(claim);
    double fittedTo = from; // a run may end before the window does
    for (std::size_t i = 0; i < evidence.runs.size(); ++i) {
        const EvidenceRun& run = evidence.runs[i];
        for (const std::size_t trial : evidence.trialsOf(run, of.arm)) {
            Points points = pointsOf(run, trial, of.column);
            if ((points.t.empty() || points.t.back() < to) && !ended(run, trial))
                continue;
            if (hasNan(points, from, to)) {
                Samples::Spot spot = spotOf(run, trial);
                spot.place += hasNoNumber;
                judged.addOutside(spot, 0.0);
                continue;
            }
            if (power != 1.0)
                for (double& y : points.y)
                    y = power == 2.0 ? y * y : std::pow(y, power);
            const LineFit fit =
                fitLogLog(points.t, points.y,
                          {.xMinimum = from, .xMaximum = to, .logSpacedSamples = samples});
            if (!fit.valid()) // ended before the window, or a value of exactly zero
                continue;
            fittedTo = std::max(fittedTo, fit.xMaximum);
            std::vector<double> numbers{fit.slope};
            for (const measures::Measure& measure : also)
                numbers.push_back(measure.at({evidence, run, trial}).value_or(notApplicable));
            judged.add(spotOf(run, trial), numbers);
            judged.draw({.view = of.view,
                         .run = i,
                         .trial = trial,
                         .kind = FitKind::logLog,
                         .label = fmt::format("slope {:.3f} (R² {:.5f})", fit.slope, fit.rSquared)},
                        fit);
        }
    }
    return judged.judged(
        fmt::format("{} over [{:.0f}, {:.0f}], at most {} log-spaced samples a run", what, from,
                    fittedTo, samples));
}

Decay decayOf(const EvidenceRun& run, std::size_t trial, const std::string& column, Levels levels) {
    const Points points = pointsOf(run, trial, column);
    Decay decay;
    // NaN stays and is below no level.
    decay.least = infinity;
    for (const double y : points.y)
        decay.least = decay.least <= y || std::isnan(decay.least) ? decay.least : y;
    decay.complete = decay.least < levels.to;
    decay.neverCame = !decay.complete && ended(run, trial);
    decay.fit = fitLogLinear(
        points.t, points.y,
        {.yMinimum = levels.to, .yMaximum = levels.from, .logSpacedSamples = fitSamples});
    return decay;
}

measures::Measure measures::rateOfDecay(std::string column, Levels levels) {
    return Measure([column = std::move(column), levels](const Place& place) -> Number {
        if (!place.trial)
            throw std::logic_error("the rate of '" + column + "' is that of a trial");
        const Decay decay = decayOf(place.run, *place.trial, column, levels);
        return decay.decided() ? Number(rateOf(decay)) : std::nullopt;
    });
}

Judgement DecayRate::operator()(const Evidence& evidence, const Claim& claim) const {
    return decaysOf(evidence, claim, of, levels,
                    [&](Samples& samples, const EvidenceRun& run, std::size_t trial,
                        const Decay& decay) {
                        const auto rate = predicted.at({evidence, run, trial});
                        samples.add(
                            spotOf(run, trial),
                            {decay.rate() / rate.value_or(notApplicable), decay.fit.rSquared});
                    })
        .judged(what + ", " + between(levels));
}

Judgement StraightDecay::operator()(const Evidence& evidence, const Claim& claim) const {
    return decaysOf(
               evidence, claim, of, levels,
               [](Samples& samples, const EvidenceRun& run, std::size_t trial, const Decay& decay) {
                   samples.add(spotOf(run, trial), {decay.fit.rSquared, decay.least});
               })
        .judged(what + ", " + between(levels));
}

Rates ratesBy(const std::string& factor, const Evidence& evidence, const EvidenceRun& run,
              const Curve& of, Levels levels) {
    Rates rates;
    for (const std::size_t trial : evidence.trialsOf(run, of.arm)) {
        const Decay decay = decayOf(run, trial, of.column, levels);
        if (!decay.decided())
            return {};
        rates[run.recording->plans()[trial].factors.at(factor)] = rateOf(decay);
    }
    return rates;
}

Judgement ExponentOfRate::operator()(const Evidence& evidence, const Claim& claim) const {
    Samples samples(claim);
    for (const EvidenceRun& run : evidence.runs) {
        std::vector<double> x, y;
        for (const auto& [factor, rate] : ratesBy(by, evidence, run, of, levels)) {
            x.push_back(factor);
            y.push_back(rate);
        }
        if (x.size() < 3)
            continue;
        const LineFit fit = fitLogLog(x, y);
        samples.add(spotOf(run), {fit.slope, static_cast<double>(fit.dropped)});
    }
    return samples.judged(what);
}

Judgement SpreadOfRates::operator()(const Evidence& evidence, const Claim& claim) const {
    Samples samples(claim);
    for (const EvidenceRun& run : evidence.runs) {
        const Rates rates = ratesBy(by, evidence, run, of, levels);
        double low = infinity, high = 0.0;
        for (const auto& [factor, rate] : rates) {
            low = std::min(low, rate);
            high = largerError(high, rate);
        }
        if (rates.size() >= 3) // infinite where one does not decay, or is NaN
            samples.add(spotOf(run), {high / low});
    }
    return samples.judged(what);
}

Judgement FastestValue::operator()(const Evidence& evidence, const Claim& claim) const {
    std::map<std::uint64_t, Rates> rates; // by seed, then value
    for (const EvidenceRun& run : evidence.runs)
        for (const std::size_t trial : evidence.trialsOf(run, of.arm)) {
            const Decay decay = decayOf(run, trial, of.column, levels);
            if (!decay.decided())
                return {};
            rates[run.seed][run.values->real(parameter)] = rateOf(decay);
        }
    Samples samples(claim);
    std::string table;
    for (const auto& [seed, byValue] : rates) {
        double best = 0.0, bestRate = -1.0, second = -1.0;
        bool known = true;
        for (const auto& [value, rate] : byValue) {
            known = known && !std::isnan(rate);
            second = std::max(second, std::min(rate, bestRate));
            best = rate > bestRate ? value : best;
            bestRate = std::max(bestRate, rate);
            table += fmt::format(" {} {}: {:.4f}", parameter, value, rate);
        }
        table += ";";
        samples.add({.place = fmt::format("seed {}", seed), .group = {}},
                    {best, known ? bestRate / second : std::numeric_limits<double>::quiet_NaN()});
    }
    Judgement judgement = samples.judged(what);
    judgement.explanation += table;
    return judgement;
}

Judge worstOf(std::vector<Judge> judges) {
    if (judges.empty())
        throw std::logic_error("the worst of no judgements is none");
    return [judges = std::move(judges)](const Evidence& evidence, const Claim& claim) {
        std::vector<Judgement> judgements;
        std::string explanations;
        for (const Judge& judge : judges) {
            judgements.push_back(judge(evidence, claim));
            explanations += (explanations.empty() ? "" : " ") + judgements.back().explanation;
        }
        auto worst = judgements.begin();
        for (const Verdict verdict : {Verdict::notEnoughData, Verdict::fails}) {
            const auto found = std::find_if(judgements.begin(), judgements.end(),
                                            [&](const auto& j) { return j.verdict == verdict; });
            worst = found == judgements.end() ? worst : found;
        }
        worst->explanation = explanations;
        std::vector<double> margins = worst->margins;
        for (const Judgement& judgement : judgements)
            for (std::size_t i = 0; i < std::min(margins.size(), judgement.margins.size()); ++i)
                margins[i] = lesserMargin(margins[i], judgement.margins[i]);
        worst->margins = std::move(margins);
        return *worst;
    };
}

} // namespace convergence
