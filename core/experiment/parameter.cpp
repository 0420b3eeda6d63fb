#include "core/experiment/parameter.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>
#include <stdexcept>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/data/utf8.h"
#include "core/error.h"
#include "core/experiment/nearest_name.h"
#include "core/math/expression.h"

namespace convergence {

namespace {

[[noreturn]] void refuse(const Parameter& parameter, const std::string& value,
                         const std::map<std::string, double>& context) {
    constexpr std::size_t longest = 200;
    throw InputError(fmt::format("Parameter '{}': {} is not accepted, expected {}.", parameter.name,
                                 printable(value, longest), acceptedRange(parameter, context)));
}

bool isChoiceOf(const Parameter& parameter, const std::string& id) {
    return std::any_of(parameter.choices.begin(), parameter.choices.end(),
                       [&](const Choice& choice) { return choice.id == id; });
}

void checkNumber(const Parameter& parameter, double number,
                 const std::map<std::string, double>& context) {
    if (!std::isfinite(number) || number < evaluateBound(parameter.minimum, context) ||
        number > evaluateBound(parameter.maximum, context))
        refuse(parameter, fmt::format("{}", number), context);
}

template <typename T>
const T& require(const Parameter& parameter, const Value& value,
                 const std::map<std::string, double>& context) {
    if (const T* held = std::get_if<T>(&value))
        return *held;
    refuse(parameter, "'" + formatValue(value) + "'", context);
}

void checkSeed(const Parameter& parameter, double seed,
               const std::map<std::string, double>& context) {
    constexpr double largestExactInteger = 9007199254740992.0;
    if (!(seed >= 0 && seed <= largestExactInteger && seed == std::floor(seed)))
        refuse(parameter, fmt::format("{}", seed), context);
}

void checkCurve(const Parameter& parameter, const std::vector<CurvePoint>& points,
                const std::map<std::string, double>& context) {
    if (points.size() < 2)
        refuse(parameter, fmt::format("a curve of {} points", points.size()), context);
    for (std::size_t i = 0; i < points.size(); ++i) {
        const auto [x, y] = points[i];
        if (!(x >= 0 && x <= 1) || (i > 0 && x <= points[i - 1].x))
            refuse(parameter, fmt::format("the point {}:{}", x, y), context);
        checkNumber(parameter, y, context);
    }
}

const Value& lookUp(const std::map<std::string, Value, std::less<>>& values,
                    std::string_view name) {
    const auto found = values.find(name);
    if (found == values.end())
        throw std::logic_error(fmt::format("the experiment has no parameter '{}'", name));
    return found->second;
}

template <typename T>
const T& typed(const std::map<std::string, Value, std::less<>>& values, std::string_view name) {
    if (const T* held = std::get_if<T>(&lookUp(values, name)))
        return *held;
    throw std::logic_error(fmt::format("the parameter '{}' is of another type", name));
}

/// Whole numbers are accepted where reals are asked for.
Value widened(const Parameter& parameter, const Value& value) {
    if (parameter.kind == ParameterKind::real)
        if (const auto* whole = std::get_if<std::int64_t>(&value))
            return static_cast<double>(*whole);
    return value;
}

} // namespace

/// "<name>_is_<id>", with what no name may have as an underscore.
static std::string inExpressions(const Parameter& parameter, const Choice& choice) {
    std::string name = parameter.name + "_is_" + choice.id;
    std::replace_if(
        name.begin(), name.end(), [](unsigned char c) { return !std::isalnum(c); }, '_');
    return name;
}

double evaluateBound(const Bound& bound, const std::map<std::string, double>& context) {
    return bound.expression.empty() ? bound.value : evaluateExpression(bound.expression, context);
}

bool applies(const Parameter& parameter, const std::map<std::string, double>& context) {
    return parameter.appliesIf.empty() || evaluateExpression(parameter.appliesIf, context) != 0.0;
}

std::string acceptedRange(const Parameter& parameter,
                          const std::map<std::string, double>& context) {
    const auto bound = [&](const Bound& b) {
        if (b.expression.empty())
            return fmt::format("{}", b.value);
        return context.empty() ? b.expression
                               : fmt::format("{} ({})", evaluateBound(b, context), b.expression);
    };
    const auto range = [&] {
        return fmt::format("from {} to {}{}", bound(parameter.minimum), bound(parameter.maximum),
                           parameter.rangeNote.empty() ? "" : " (" + parameter.rangeNote + ")");
    };
    std::vector<std::string> ids;
    for (const Choice& choice : parameter.choices)
        ids.push_back(choice.id);
    switch (parameter.kind) {
    case ParameterKind::boolean:
        return "true or false";
    case ParameterKind::integer:
        return "an integer " + range();
    case ParameterKind::real:
        return fmt::format("a number {}{}", range(),
                           parameter.keyword.empty() ? "" : " or '" + parameter.keyword + "'");
    case ParameterKind::choice:
        return fmt::format("one of {}", fmt::join(ids, ", "));
    case ParameterKind::choiceSet:
        return fmt::format("one or more of {}, separated by commas", fmt::join(ids, ", "));
    case ParameterKind::numberList:
        return fmt::format("a list of numbers {}, separated by commas", range());
    case ParameterKind::curve:
        return fmt::format("two or more points x:y with x increasing from 0 to 1 and y {}",
                           range());
    case ParameterKind::file:
        return "the path of a file or folder, or nothing";
    case ParameterKind::formula:
        return "a formula";
    case ParameterKind::seed:
        return "an integer from 0 to 9007199254740992";
    case ParameterKind::seedList:
        return "a list of integers from 0 to 9007199254740992, separated by commas";
    }
    return {};
}

void validateValue(const Parameter& parameter, const Value& value,
                   const std::map<std::string, double>& context) {
    switch (parameter.kind) {
    case ParameterKind::boolean:
        require<bool>(parameter, value, context);
        break;
    case ParameterKind::integer: {
        const auto number = require<std::int64_t>(parameter, value, context);
        checkNumber(parameter, static_cast<double>(number), context);
        break;
    }
    case ParameterKind::seed: {
        const auto number = require<std::int64_t>(parameter, value, context);
        checkSeed(parameter, static_cast<double>(number), context);
        break;
    }
    case ParameterKind::real:
        if (!parameter.keyword.empty() && value == Value(parameter.keyword))
            break;
        checkNumber(parameter, require<double>(parameter, value, context), context);
        break;
    case ParameterKind::choice: {
        const auto& id = require<std::string>(parameter, value, context);
        if (!isChoiceOf(parameter, id))
            refuse(parameter, "'" + id + "'", context);
        break;
    }
    case ParameterKind::choiceSet: {
        const auto& ids = require<std::vector<std::string>>(parameter, value, context);
        if (ids.empty())
            refuse(parameter, "an empty set", context);
        for (const std::string& id : ids)
            if (!isChoiceOf(parameter, id) || std::count(ids.begin(), ids.end(), id) > 1)
                refuse(parameter, "'" + id + "'", context);
        break;
    }
    case ParameterKind::numberList:
    case ParameterKind::seedList: {
        const auto& numbers = require<std::vector<double>>(parameter, value, context);
        if (numbers.empty())
            refuse(parameter, "an empty list", context);
        for (const double number : numbers) {
            if (parameter.kind == ParameterKind::seedList)
                checkSeed(parameter, number, context);
            else
                checkNumber(parameter, number, context);
        }
        break;
    }
    case ParameterKind::curve:
        checkCurve(parameter, require<std::vector<CurvePoint>>(parameter, value, context), context);
        break;
    case ParameterKind::file:
    case ParameterKind::formula:
        require<std::string>(parameter, value, context);
        break;
    }
}

const Parameter& findParameter(std::span<const Parameter> parameters, std::string_view name) {
    std::vector<std::string> names;
    for (const Parameter& parameter : parameters) {
        if (parameter.name == name)
            return parameter;
        names.push_back(parameter.name);
    }
    throw InputError(fmt::format("There is no parameter '{}'{}", name, suggestion(name, names)));
}

ParameterValues::ParameterValues(std::span<const Parameter> parameters,
                                 const Overrides& overrides) {
    for (const auto& [name, value] : overrides)
        findParameter(parameters, name);
    for (const Parameter& parameter : parameters) {
        const auto found = overrides.find(parameter.name);
        values_.emplace(
            parameter.name,
            widened(parameter, found == overrides.end() ? parameter.defaultValue : found->second));
    }
    // Types first, so that bounds are only evaluated on values that are numbers.
    const auto context = numericView(parameters);
    for (const Parameter& parameter : parameters)
        validateValue(parameter, values_.find(parameter.name)->second, context);
}

bool ParameterValues::boolean(std::string_view name) const {
    return typed<bool>(values_, name);
}

std::int64_t ParameterValues::integer(std::string_view name) const {
    return typed<std::int64_t>(values_, name);
}

double ParameterValues::real(std::string_view name) const {
    return typed<double>(values_, name);
}

bool ParameterValues::isKeyword(std::string_view name) const {
    return std::holds_alternative<std::string>(lookUp(values_, name));
}

const std::string& ParameterValues::text(std::string_view name) const {
    return typed<std::string>(values_, name);
}

const std::vector<std::string>& ParameterValues::choices(std::string_view name) const {
    return typed<std::vector<std::string>>(values_, name);
}

bool ParameterValues::contains(std::string_view name, std::string_view choice) const {
    const auto& chosen = choices(name);
    return std::find(chosen.begin(), chosen.end(), choice) != chosen.end();
}

const std::vector<double>& ParameterValues::numbers(std::string_view name) const {
    return typed<std::vector<double>>(values_, name);
}

const std::vector<CurvePoint>& ParameterValues::curve(std::string_view name) const {
    return typed<std::vector<CurvePoint>>(values_, name);
}

const Value& ParameterValues::value(std::string_view name) const {
    return lookUp(values_, name);
}

std::map<std::string, double>
ParameterValues::numericView(std::span<const Parameter> parameters) const {
    std::map<std::string, double> view;
    for (const Parameter& parameter : parameters) {
        const Value& value = values_.find(parameter.name)->second;
        double number = std::numeric_limits<double>::quiet_NaN();
        if (const auto* flag = std::get_if<bool>(&value))
            number = *flag ? 1.0 : 0.0;
        else if (const auto* whole = std::get_if<std::int64_t>(&value))
            number = static_cast<double>(*whole);
        else if (const auto* real = std::get_if<double>(&value))
            number = *real;
        for (const Choice& choice : parameter.choices)
            if (const auto* id = std::get_if<std::string>(&value))
                view.emplace(inExpressions(parameter, choice), *id == choice.id ? 1.0 : 0.0);
        if (parameter.kind != ParameterKind::choice)
            view.emplace(parameter.name, number);
    }
    return view;
}

} // namespace convergence
