#include "core/experiment/measure.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <fmt/format.h>

#include "core/experiment/measure_numbers.h"
#include "core/experiment/not_applicable.h"
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

Number orNothing(double recorded) {
    return applies(recorded) ? Number(recorded) : std::nullopt;
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

TrialFilter both(TrialFilter a, TrialFilter b) {
    if (!a)
        return b;
    return
        [a = std::move(a), b = std::move(b)](const TrialPlan& plan) { return a(plan) && b(plan); };
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

std::size_t trialOf(const Place& place, const std::string& what) {
    if (!place.trial)
        throw std::logic_error("'" + what + "' is measured of a trial, and there is none here");
    return *place.trial;
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

} // namespace convergence::measures
