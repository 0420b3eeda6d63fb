// Measures over the trials of a run, and from run to run.
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include <fmt/format.h>

#include "core/experiment/measure_numbers.h"
#include "core/experiment/tuning.h"
#include "core/math/statistics.h"

namespace convergence::measures {

namespace {

std::vector<Number> numbersOf(const Place& place, const std::string& arm, const Measure& ofTrial) {
    std::vector<Number> numbers;
    for (const Place& inside : trialsAt(place, arm))
        numbers.push_back(ofTrial.at(inside));
    return numbers;
}

/// All of them; nothing if one is missing, or there are none.
std::optional<std::vector<double>> allOf(const Place& place, const std::string& arm,
                                         const Measure& ofTrial) {
    std::vector<double> all;
    for (const Number& number : numbersOf(place, arm, ofTrial)) {
        if (!number)
            return std::nullopt;
        all.push_back(*number);
    }
    return all.empty() ? std::nullopt : std::optional(std::move(all));
}

/// The fit to means of y over the trials with the same x; nothing with fewer than three x.
struct Means {
    std::vector<double> x, y;
};
std::optional<Means> meansBy(const Place& place, const std::string& arm, const Measure& x,
                             const Measure& y) {
    const auto across = allOf(place, arm, x), up = allOf(place, arm, y);
    if (!across || !up)
        return std::nullopt;
    std::map<double, std::vector<double>> byX;
    for (std::size_t i = 0; i < across->size(); ++i)
        byX[(*across)[i]].push_back((*up)[i]);
    Means means;
    for (const auto& [value, sample] : byX) {
        means.x.push_back(value);
        means.y.push_back(mean(sample));
    }
    return byX.size() < 3 ? std::nullopt : std::optional(std::move(means));
}

Measure ofPowerLaw(std::string arm, Measure x, Measure y, double LineFit::*part) {
    return Measure([=](const Place& place) -> Number {
        const auto means = meansBy(place, arm, x, y);
        if (!means)
            return std::nullopt;
        // A mean without a logarithm would be dropped, and the slope be of the others.
        const bool isWhole = std::all_of(means->y.begin(), means->y.end(),
                                         [](double m) { return m > 0 && std::isfinite(m); });
        return isWhole ? fitLogLog(means->x, means->y).*part
                       : std::numeric_limits<double>::quiet_NaN();
    });
}

template <typename Before>
Measure extremeOf(std::string arm, Measure ofTrial, Before before) {
    return Measure(
        [=](const Place& place) { return extreme(numbersOf(place, arm, ofTrial), before); });
}

} // namespace

std::vector<Place> trialsAt(const Place& place, const std::string& arm) {
    std::vector<Place> places;
    const auto add = [&](const EvidenceRun& run) {
        const std::vector<TrialPlan>& plans = run.recording->plans();
        for (const std::size_t trial : place.evidence.trialsOf(run, arm))
            if ((!place.replicate || plans[trial].replicate == *place.replicate) &&
                (!place.only || place.only(plans[trial])))
                places.push_back(place.in(run, trial));
    };
    if (place.pool)
        for (const EvidenceRun* run : *place.pool)
            add(*run);
    else
        add(place.run);
    return places;
}

// ---- From trials to a run ------------------------------------------------------------------

Measure of(std::string arm, Measure ofTrial) {
    return Measure([=](const Place& place) -> Number {
        const auto trials = trialsAt(place, arm);
        return trials.empty() ? std::nullopt : ofTrial.at(trials.front());
    });
}

namespace {

template <typename Before>
Measure atExtreme(std::string factor, std::string arm, Measure ofTrial, Before before) {
    return Measure([=](const Place& place) -> Number {
        const auto valueOf = [&](const Place& at) {
            return at.run.recording->plans()[*at.trial].factors.at(factor);
        };
        const auto trials = trialsAt(place, arm);
        const auto found =
            std::min_element(trials.begin(), trials.end(), [&](const Place& a, const Place& b) {
                return before(valueOf(a), valueOf(b));
            });
        return found == trials.end() ? std::nullopt : ofTrial.at(*found);
    });
}

} // namespace

Measure atSmallest(std::string factor, std::string arm, Measure ofTrial) {
    return atExtreme(std::move(factor), std::move(arm), std::move(ofTrial), std::less<>());
}
Measure atLargest(std::string factor, std::string arm, Measure ofTrial) {
    return atExtreme(std::move(factor), std::move(arm), std::move(ofTrial), std::greater<>());
}

Measure ofTwin(std::string arm, Measure ofTrial) {
    return Measure([=](const Place& place) -> Number {
        const TrialPlan& own = place.run.recording->plans()[trialOf(place, arm)];
        Place sameRun = place.in(place.run);
        sameRun.pool = nullptr;
        for (const Place& inside : trialsAt(sameRun, arm)) {
            const TrialPlan& plan = inside.run.recording->plans()[*inside.trial];
            if (plan.factors == own.factors && plan.replicate == own.replicate)
                return ofTrial.at(inside);
        }
        return std::nullopt;
    });
}

Measure meanOf(std::string arm, Measure ofTrial) {
    return Measure([=](const Place& place) -> Number {
        const auto all = allOf(place, arm, ofTrial);
        return all ? Number(mean(*all)) : std::nullopt;
    });
}
Measure quantileOf(std::string arm, double level, Measure ofTrial) {
    return Measure([=](const Place& place) -> Number {
        const auto all = allOf(place, arm, ofTrial);
        return all ? Number(quantile(*all, level)) : std::nullopt;
    });
}
Measure countOf(std::string arm, Measure ofTrial, std::function<bool(double)> test) {
    return Measure([=](const Place& place) -> Number {
        const auto all = allOf(place, arm, ofTrial);
        return all ? Number(std::count_if(all->begin(), all->end(), test)) : std::nullopt;
    });
}
Measure smallestOf(std::string arm, Measure ofTrial) {
    return extremeOf(std::move(arm), std::move(ofTrial), std::less<>());
}
Measure largestOf(std::string arm, Measure ofTrial) {
    return extremeOf(std::move(arm), std::move(ofTrial), std::greater<>());
}

Measure slopeOf(std::string arm, Measure x, Measure y) {
    return ofPowerLaw(std::move(arm), std::move(x), std::move(y), &LineFit::slope);
}
Measure slopeLowOf(std::string arm, Measure x, Measure y) {
    return ofPowerLaw(std::move(arm), std::move(x), std::move(y), &LineFit::slopeLow);
}
Measure slopeHighOf(std::string arm, Measure x, Measure y) {
    return ofPowerLaw(std::move(arm), std::move(x), std::move(y), &LineFit::slopeHigh);
}
Measure linearSlopeOf(std::string arm, Measure x, Measure y) {
    return Measure([=](const Place& place) -> Number {
        const auto means = meansBy(place, arm, x, y);
        if (!means)
            return std::nullopt;
        std::vector<double> xs, ys;
        for (std::size_t i = 0; i < means->x.size(); ++i) {
            if (std::isnan(means->y[i]))
                return means->y[i];
            if (std::isinf(means->y[i]))
                continue;
            xs.push_back(means->x[i]);
            ys.push_back(means->y[i]);
        }
        return fitLinear(xs, ys).slope;
    });
}

Measure tuned(std::string arm, Tuning by) {
    return Measure([=](const Place& place) -> Number {
        const bool each = by.over == Tuning::Over::each;
        Place among = place;
        if (!each)
            among.replicate.reset();
        std::vector<std::size_t> trials;
        for (const Place& inside : trialsAt(among, arm))
            trials.push_back(*inside.trial);
        const TunedResult best =
            tunedResult(*place.run.recording, trials, {},
                        {.factor = by.factor, .validation = by.validation, .metric = by.metric});
        if (best.metric.empty())
            return std::nullopt;
        if (best.atEdge && place.remarks)
            place.remarks->insert(fmt::format("The best {} of {} is at the edge of those tried{}.",
                                              by.factor, arm, each ? " at some seeds" : ""));
        std::vector<double> own;
        for (std::size_t i = 0; i < best.metric.size(); ++i)
            if (!place.replicate || best.replicates[i] == *place.replicate)
                own.push_back(best.metric[i]);
        return own.empty() ? std::nullopt : Number(mean(own));
    });
}

// ---- From run to run -----------------------------------------------------------------------

namespace {

/// The trial of another run that has the same arm and replicate; of several, the same factors too.
std::optional<std::size_t> counterpart(const EvidenceRun& run, std::size_t trial,
                                       const EvidenceRun& other) {
    const TrialPlan& own = run.recording->plans()[trial];
    const std::vector<TrialPlan>& plans = other.recording->plans();
    std::vector<std::size_t> alike;
    for (const std::size_t candidate : other.recording->trialsOf(own.arm)) {
        if (plans[candidate].replicate != own.replicate)
            continue;
        if (plans[candidate].factors == own.factors)
            return candidate;
        alike.push_back(candidate);
    }
    return alike.size() == 1 ? std::optional(alike.front()) : std::nullopt;
}

} // namespace

Measure inRun(std::string label, Measure measure) {
    return Measure([=](const Place& place) -> Number {
        for (const EvidenceRun* other : place.evidence.labelled(label)) {
            if (other->seed != place.run.seed)
                continue;
            Place there = place.in(*other);
            there.pool = nullptr;
            if (place.trial) {
                there.trial = counterpart(place.run, *place.trial, *other);
                if (!there.trial)
                    return std::nullopt;
            }
            return measure.at(there);
        }
        return std::nullopt;
    });
}

Measure smallestOverRuns(Measure ofRun, std::string label) {
    return Measure([=](const Place& place) -> Number {
        std::vector<Number> numbers;
        for (const EvidenceRun& run : place.evidence.runs)
            if (label.empty() || run.label == label)
                numbers.push_back(ofRun.at(place.in(run)));
        return extreme(numbers, std::less<>());
    });
}

} // namespace convergence::measures
