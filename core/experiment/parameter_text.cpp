// Parameter values as text and as JSON.

#include <cmath>
#include <limits>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "core/data/text_tokens.h"
#include "core/data/utf8.h"
#include "core/error.h"
#include "core/experiment/parameter.h"

namespace convergence {

namespace {

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (;;) {
        const std::size_t at = text.find(separator);
        std::string_view part = text.substr(0, at);
        while (!part.empty() && part.front() == ' ')
            part.remove_prefix(1);
        while (!part.empty() && part.back() == ' ')
            part.remove_suffix(1);
        parts.push_back(part);
        if (at == std::string_view::npos)
            return parts;
        text.remove_prefix(at + 1);
    }
}

[[noreturn]] void refuse(const Parameter& parameter, std::string_view text) {
    throw InputError(fmt::format("Parameter '{}': '{}' is not accepted, expected {}.",
                                 parameter.name, printable(text, 200), acceptedRange(parameter)));
}

Value parseNumbers(const Parameter& parameter, std::string_view text) {
    std::vector<double> numbers;
    for (const std::string_view part : split(text, ',')) {
        const auto value = numberOf<double>(part);
        if (!value)
            refuse(parameter, text);
        numbers.push_back(*value);
    }
    return numbers;
}

Value parseCurve(const Parameter& parameter, std::string_view text) {
    std::vector<CurvePoint> points;
    for (const std::string_view part : split(text, ',')) {
        const auto pair = split(part, ':');
        const auto x = numberOf<double>(pair.front());
        const auto y = pair.size() == 2 ? numberOf<double>(pair.back()) : std::nullopt;
        if (!x || !y)
            refuse(parameter, text);
        points.push_back({*x, *y});
    }
    return points;
}

Value parseInteger(const Parameter& parameter, std::string_view text) {
    if (const auto whole = numberOf<std::int64_t>(text))
        return *whole;
    // "2e4" is a fair way to write an integer.
    const auto real = numberOf<double>(text);
    constexpr double exactlyRepresentable = 9007199254740992.0;
    if (!real || std::abs(*real) > exactlyRepresentable || *real != std::floor(*real))
        refuse(parameter, text);
    return static_cast<std::int64_t>(*real);
}

Value parseChoices(std::string_view text) {
    std::vector<std::string> chosen;
    for (const std::string_view part : split(text, ','))
        if (!part.empty())
            chosen.emplace_back(part);
    return chosen;
}

struct Formatter {
    std::string operator()(bool flag) const { return flag ? "true" : "false"; }
    std::string operator()(std::int64_t whole) const { return fmt::format("{}", whole); }
    std::string operator()(double real) const { return fmt::format("{}", real); }
    std::string operator()(const std::string& text) const { return text; }
    std::string operator()(const std::vector<std::string>& chosen) const {
        return fmt::format("{}", fmt::join(chosen, ","));
    }
    std::string operator()(const std::vector<double>& numbers) const {
        return fmt::format("{}", fmt::join(numbers, ","));
    }
    std::string operator()(const std::vector<CurvePoint>& points) const {
        std::string text;
        for (const auto& [x, y] : points)
            text += fmt::format("{}{}:{}", text.empty() ? "" : ",", x, y);
        return text;
    }
};

struct JsonWriter {
    template <typename T>
    nlohmann::json operator()(const T& held) const {
        return held;
    }
    nlohmann::json operator()(const std::vector<CurvePoint>& points) const {
        nlohmann::json list = nlohmann::json::array();
        for (const auto& [x, y] : points)
            list.push_back({x, y});
        return list;
    }
};

} // namespace

Value parseValue(const Parameter& parameter, std::string_view text) {
    switch (parameter.kind) {
    case ParameterKind::boolean:
        if (text == "true" || text == "1" || text == "yes" || text == "on")
            return true;
        if (text == "false" || text == "0" || text == "no" || text == "off")
            return false;
        refuse(parameter, text);
    case ParameterKind::integer:
    case ParameterKind::seed:
        return parseInteger(parameter, text);
    case ParameterKind::real: {
        if (!parameter.keyword.empty() && text == parameter.keyword)
            return parameter.keyword;
        const auto real = numberOf<double>(text);
        if (!real)
            refuse(parameter, text);
        return *real;
    }
    case ParameterKind::choice:
    case ParameterKind::file:
    case ParameterKind::formula:
        return std::string(text);
    case ParameterKind::choiceSet:
        return parseChoices(text);
    case ParameterKind::numberList:
    case ParameterKind::seedList:
        return parseNumbers(parameter, text);
    case ParameterKind::curve:
        return parseCurve(parameter, text);
    }
    refuse(parameter, text);
}

std::string formatValue(const Value& value) {
    return std::visit(Formatter{}, value);
}

nlohmann::json toJson(const Value& value) {
    return std::visit(JsonWriter{}, value);
}

namespace {
/// Unsigned numbers from 2⁶³ on would become negative.
bool isBeyondSigned(const nlohmann::json& number) {
    return number.is_number_unsigned() &&
           number.get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max();
}
} // namespace

Value valueFromJson(const Parameter& parameter, const nlohmann::json& json) {
    try {
        switch (parameter.kind) {
        case ParameterKind::boolean:
            return json.get<bool>();
        case ParameterKind::integer:
        case ParameterKind::seed:
            if (json.is_number_integer() && !isBeyondSigned(json))
                return json.get<std::int64_t>();
            break;
        case ParameterKind::real:
            if (json.is_string())
                return json.get<std::string>();
            return json.get<double>();
        case ParameterKind::choice:
        case ParameterKind::file:
        case ParameterKind::formula:
            return json.get<std::string>();
        case ParameterKind::choiceSet:
            return json.get<std::vector<std::string>>();
        case ParameterKind::numberList:
        case ParameterKind::seedList:
            return json.get<std::vector<double>>();
        case ParameterKind::curve: {
            std::vector<CurvePoint> points;
            for (const auto& pair : json.get<std::vector<std::array<double, 2>>>())
                points.push_back({pair[0], pair[1]});
            return points;
        }
        }
    } catch (const nlohmann::json::exception&) { // answered below
    }
    refuse(parameter, json.dump());
}

} // namespace convergence
