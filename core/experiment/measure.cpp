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
    for (const std::size_t trial : place.evidence.trialsOf(place.run, arm)) {
        Place inside = place;
        inside.trial.emplace(trial);
        numbers.push_back(ofTrial.at(inside));
    }
    return numbers;
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
        const auto trials = place.evidence.trialsOf(place.run, arm);
        if (trials.empty())
            return std::nullopt;
        Place inside = place;
        inside.trial.emplace(trials.front());
        return ofTrial.at(inside);
    });
}

namespace {

template <typename Before>
Measure atExtreme(std::string factor, std::string arm, Measure ofTrial, Before before) {
    return Measure([=](const Place& place) -> Number {
        const std::vector<TrialPlan>& plans = place.run.recording->plans();
        Place found = place;
        found.trial.reset();
        for (const std::size_t trial : place.evidence.trialsOf(place.run, arm))
            if (!found.trial ||
                before(plans[trial].factors.at(factor), plans[*found.trial].factors.at(factor)))
                found.trial.emplace(trial);
        return found.trial ? ofTrial.at(found) : std::nullopt;
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
        const std::vector<TrialPlan>& plans = place.run.recording->plans();
        const TrialPlan& own = plans[trialOf(place, arm)];
        for (const std::size_t trial : place.evidence.trialsOf(place.run, arm))
            if (plans[trial].factors == own.factors && plans[trial].replicate == own.replicate) {
                Place inside = place;
                inside.trial.emplace(trial);
                return ofTrial.at(inside);
            }
        return std::nullopt;
    });
}

Measure meanOf(std::string arm, Measure ofTrial) {
    return Measure([=](const Place& place) -> Number {
        std::vector<double> all;
        for (const Number& number : numbersOf(place, arm, ofTrial)) {
            if (!number)
                return std::nullopt;
            all.push_back(*number);
        }
        return all.empty() ? std::nullopt : Number(mean(all));
    });
}
Measure smallestOf(std::string arm, Measure ofTrial) {
    return extremeOf(std::move(arm), std::move(ofTrial), std::less<>());
}
Measure largestOf(std::string arm, Measure ofTrial) {
    return extremeOf(std::move(arm), std::move(ofTrial), std::greater<>());
}

Measure slopeOf(std::string arm, Measure x, Measure y) {
    return Measure([=](const Place& place) -> Number {
        const std::vector<Number> across = numbersOf(place, arm, x), up = numbersOf(place, arm, y);
        std::map<double, std::vector<double>> byX;
        for (std::size_t i = 0; i < across.size(); ++i) {
            if (!across[i] || !up[i])
                return std::nullopt;
            byX[*across[i]].push_back(*up[i]);
        }
        std::vector<double> xs, means;
        for (const auto& [value, sample] : byX) {
            xs.push_back(value);
            means.push_back(mean(sample));
        }
        // A mean without a logarithm would be dropped, and the slope be of the others.
        const bool isWhole =
            std::all_of(means.begin(), means.end(), [](double m) { return m > 0; });
        if (xs.size() < 3)
            return std::nullopt;
        return isWhole ? fitLogLog(xs, means).slope : std::numeric_limits<double>::quiet_NaN();
    });
}

Measure tuned(std::string arm, Tuning by) {
    return Measure([=](const Place& place) -> Number {
        const auto trials = place.evidence.trialsOf(place.run, arm);
        const TunedResult best =
            tunedResult(*place.run.recording, trials, {},
                        {.factor = by.factor, .validation = by.validation, .metric = by.metric});
        if (best.metric.empty())
            return std::nullopt;
        if (best.atEdge && place.remarks)
            place.remarks->insert(
                fmt::format("The best {} of {} is at the edge of those tried.", by.factor, arm));
        return mean(best.metric);
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
            Place there{place.evidence, *other, std::nullopt, place.remarks};
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
                numbers.push_back(ofRun.at({place.evidence, run, std::nullopt, place.remarks}));
        return extreme(numbers, std::less<>());
    });
}

} // namespace convergence::measures
