#include "core/experiment/measure.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <stdexcept>

#include <fmt/format.h>

#include "core/experiment/not_applicable.h"
#include "core/experiment/tuning.h"
#include "core/math/statistics.h"

namespace convergence::measures {

namespace {

template <typename F>
Measure combined(Measure a, Measure b, F f) {
    return Measure([a = std::move(a), b = std::move(b), f](const Place& place) -> Number {
        const Number x = a.at(place), y = b.at(place);
        return x && y ? Number(f(*x, *y)) : std::nullopt;
    });
}

template <typename F>
Measure mapped(Measure a, F f) {
    return Measure([a = std::move(a), f](const Place& place) -> Number {
        const Number x = a.at(place);
        return x ? Number(f(*x)) : std::nullopt;
    });
}

/// Of numbers that all have to be there. A NaN among them is the outcome.
template <typename Before>
Number extreme(const std::vector<Number>& numbers, Before before) {
    Number found;
    for (const Number& number : numbers) {
        if (!number)
            return std::nullopt;
        if (!found || std::isnan(*number) || (!std::isnan(*found) && before(*number, *found)))
            found = number;
    }
    return found;
}

Number orNothing(double recorded) {
    return applies(recorded) ? Number(recorded) : std::nullopt;
}

std::size_t trialOf(const Place& place, const std::string& what) {
    if (!place.trial)
        throw std::logic_error("'" + what + "' is measured of a trial, and there is none here");
    return *place.trial;
}

/// Of a trial's trace, once it has ended.
template <typename F>
Measure ofTrace(std::string column, F f) {
    return Measure([column = std::move(column), f](const Place& place) -> Number {
        const std::size_t trial = trialOf(place, column);
        if (!ended(place.run, trial))
            return std::nullopt;
        const std::vector<double> values = place.run.recording->trace(trial).column(column);
        return values.empty() ? std::nullopt : f(values);
    });
}

/// The slope of a fit to a trace, once it has ended.
template <typename Fit>
Measure ofFit(std::string column, Fit fit) {
    return Measure([column = std::move(column), fit](const Place& place) -> Number {
        const std::size_t trial = trialOf(place, column);
        if (!ended(place.run, trial))
            return std::nullopt;
        const Table& trace = place.run.recording->trace(trial);
        const LineFit line = fit(trace.column("iteration"), trace.column(column));
        return line.valid() ? Number(line.slope) : std::nullopt;
    });
}

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

TrialFilter both(TrialFilter a, TrialFilter b) {
    if (!a)
        return b;
    return
        [a = std::move(a), b = std::move(b)](const TrialPlan& plan) { return a(plan) && b(plan); };
}

template <typename Before>
Measure extremeOf(std::string arm, Measure ofTrial, Before before) {
    return Measure(
        [=](const Place& place) { return extreme(numbersOf(place, arm, ofTrial), before); });
}

template <typename Before>
Measure extremeAmong(std::vector<Measure> of, Before before) {
    return Measure([of = std::move(of), before](const Place& place) {
        std::vector<Number> numbers;
        for (const Measure& measure : of)
            numbers.push_back(measure.at(place));
        return extreme(numbers, before);
    });
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

// ---- Arithmetic ----------------------------------------------------------------------------

Measure operator+(Measure a, Measure b) {
    return combined(std::move(a), std::move(b), std::plus<>());
}
Measure operator-(Measure a, Measure b) {
    return combined(std::move(a), std::move(b), std::minus<>());
}
Measure operator*(Measure a, Measure b) {
    return combined(std::move(a), std::move(b), std::multiplies<>());
}
Measure operator/(Measure a, Measure b) {
    return combined(std::move(a), std::move(b), std::divides<>());
}
Measure operator-(Measure a) {
    return mapped(std::move(a), std::negate<>());
}
Measure abs(Measure a) {
    return mapped(std::move(a), [](double x) { return std::abs(x); });
}
Measure sqrt(Measure a) {
    return mapped(std::move(a), [](double x) { return std::sqrt(x); });
}
Measure log(Measure a) {
    return mapped(std::move(a), [](double x) { return std::log(x); });
}
Measure apply(std::function<double(double)> f, Measure a) {
    return mapped(std::move(a), std::move(f));
}
Measure log1p(Measure a) {
    return mapped(std::move(a), [](double x) { return std::log1p(x); });
}
Measure orElse(Measure a, double value) {
    return Measure(
        [a = std::move(a), value](const Place& place) { return a.at(place).value_or(value); });
}
Measure least(std::vector<Measure> of) {
    return extremeAmong(std::move(of), std::less<>());
}
Measure greatest(std::vector<Measure> of) {
    return extremeAmong(std::move(of), std::greater<>());
}

// ---- Of a run, of a trial ------------------------------------------------------------------

Measure parameter(std::string name) {
    return Measure([name = std::move(name)](const Place& place) -> Number {
        const Value& value = place.run.values->value(name);
        if (const auto* real = std::get_if<double>(&value))
            return *real;
        if (const auto* integer = std::get_if<std::int64_t>(&value))
            return static_cast<double>(*integer);
        if (const auto* boolean = std::get_if<bool>(&value))
            return *boolean ? 1.0 : 0.0;
        throw std::logic_error("the parameter '" + name + "' is no number");
    });
}

Measure where(TrialFilter only, Measure measure) {
    return Measure([only = std::move(only), measure = std::move(measure)](const Place& place) {
        Place inside = place;
        inside.only = both(place.only, only);
        return measure.at(inside);
    });
}
Measure where(std::string factor, double value, Measure measure) {
    return where(
        [factor = std::move(factor), value](const TrialPlan& plan) {
            const auto found = plan.factors.find(factor);
            return found != plan.factors.end() && found->second == value;
        },
        std::move(measure));
}

Measure given(RunFilter isSuch, Measure measure) {
    return Measure([isSuch = std::move(isSuch), measure = std::move(measure)](const Place& place) {
        return isSuch(place.run) ? measure.at(place) : std::nullopt;
    });
}

Measure factor(std::string name) {
    return Measure([name = std::move(name)](const Place& place) -> Number {
        const auto& factors = place.run.recording->plans()[trialOf(place, name)].factors;
        const auto found = factors.find(name);
        return found == factors.end() ? std::nullopt : Number(found->second);
    });
}

Measure final(std::string column) {
    return Measure([column = std::move(column)](const Place& place) {
        return orNothing(finalOf(place.run, trialOf(place, column), column));
    });
}

Measure orOnceEnded(Measure ofTrial, double value) {
    return Measure([ofTrial = std::move(ofTrial), value](const Place& place) -> Number {
        const Number number = ofTrial.at(place);
        return number || !ended(place.run, trialOf(place, "end")) ? number : Number(value);
    });
}
Measure ifDiverged(double value, Measure ofTrial) {
    return Measure([value, ofTrial = std::move(ofTrial)](const Place& place) -> Number {
        const std::size_t trial = trialOf(place, "divergence");
        const bool lost = place.run.recording->status(trial) == TrialStatus::diverged;
        return lost ? Number(value) : ofTrial.at(place);
    });
}

Measure last(std::string column) {
    return ofTrace(std::move(column), [](const auto& values) { return orNothing(values.back()); });
}
Measure last(std::string series, Measure number) {
    return Measure([=](const Place& place) -> Number {
        const Number index = number.at(place);
        return index ? last(fmt::format("{}{:g}", series, *index)).at(place) : std::nullopt;
    });
}
Measure first(std::string column) {
    return Measure([column = std::move(column)](const Place& place) -> Number {
        const std::size_t trial = trialOf(place, column);
        const std::vector<double> values = place.run.recording->trace(trial).column(column);
        return values.empty() ? std::nullopt : orNothing(values.front());
    });
}
Measure smallest(std::string column) {
    return ofTrace(std::move(column), [](const auto& values) {
        return extreme({values.begin(), values.end()}, std::less<>());
    });
}
Measure largest(std::string column) {
    return ofTrace(std::move(column), [](const auto& values) {
        return extreme({values.begin(), values.end()}, std::greater<>());
    });
}

Measure smallestWithin(std::string column, Measure after, Measure until) {
    return Measure([=](const Place& place) -> Number {
        const Table& trace = place.run.recording->trace(trialOf(place, column));
        const std::vector<double> values = trace.column(column), t = trace.column("iteration");
        const Number from = after.at(place), to = until.at(place);
        const std::size_t rows = std::min(t.size(), values.size());
        if (!from || !to || rows == 0 || t[rows - 1] < *to)
            return std::nullopt;
        std::vector<Number> inside;
        for (std::size_t i = 0; i < rows; ++i)
            if (t[i] > *from && t[i] <= *to)
                inside.emplace_back(values[i]);
        return extreme(inside, std::less<>());
    });
}

Measure decayRate(std::string column) {
    return ofFit(std::move(column),
                 [](const auto& t, const auto& y) { return fitLogLinear(t, y); });
}
Measure power(std::string column, double from) {
    return ofFit(std::move(column), [from](const auto& t, const auto& y) {
        return fitLogLog(t, y, {.xMinimum = from});
    });
}

Measure atIteration(double iteration, std::string column) {
    return Measure([iteration, column = std::move(column)](const Place& place) -> Number {
        const Table& trace = place.run.recording->trace(trialOf(place, column));
        const std::vector<double> values = trace.column(column), t = trace.column("iteration");
        const auto at = std::lower_bound(t.begin(), t.end(), iteration) - t.begin();
        if (static_cast<std::size_t>(at) >= std::min(t.size(), values.size()))
            return std::nullopt;
        return orNothing(values[static_cast<std::size_t>(at)]);
    });
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
        for (std::size_t i = 0; i < means->x.size(); ++i)
            if (std::isnan(means->y[i]))
                return means->y[i];
            else if (std::isfinite(means->y[i])) {
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
