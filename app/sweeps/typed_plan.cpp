#include "app/sweeps/typed_plan.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "core/data/text_tokens.h"
#include "core/error.h"

namespace convergence {

namespace {

using nlohmann::json;

constexpr std::string_view accepted = "expected NAME=2,3,4 or NAME=FROM..TO:COUNT or "
                                      "NAME=FROM..TO:log:COUNT, for example "
                                      "learning_rate=0.01..1:log:5";

[[noreturn]] void refuse(const std::string& vary, const std::string& why) {
    throw InputError(fmt::format("--vary {}: {}.", vary, why));
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    for (std::size_t end = 0; end != std::string_view::npos; text.remove_prefix(end + 1)) {
        end = text.find(separator);
        parts.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos)
            break;
    }
    return parts;
}

/// A value in brackets is a list, whose parts have semicolons between them.
json valueFrom(const Parameter& parameter, std::string text) {
    if (text.starts_with('[') && text.ends_with(']')) {
        text = text.substr(1, text.size() - 2);
        std::replace(text.begin(), text.end(), ';', ',');
    }
    return toJson(parseValue(parameter, text));
}

json axisFrom(const Description& description, const std::string& vary) {
    const std::size_t equals = vary.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == vary.size())
        refuse(vary, std::string(accepted));
    const Parameter& parameter =
        findParameter(description.parameters, std::string_view(vary).substr(0, equals));
    const std::string values = vary.substr(equals + 1);
    const std::size_t dots = values.find("..");
    const bool isNumber =
        parameter.kind == ParameterKind::real || parameter.kind == ParameterKind::integer;
    if (dots == std::string::npos || !isNumber) {
        json list = json::array();
        for (const std::string& value : split(values, ','))
            list.push_back(valueFrom(parameter, value));
        return {{"parameter", parameter.name}, {"list", list}};
    }
    const std::vector<std::string> parts = split(std::string_view(values).substr(dots + 2), ':');
    const bool isLogarithmic = parts.size() == 3 && parts[1] == "log";
    if (parts.size() != 2 && !isLogarithmic)
        refuse(vary, std::string(accepted));
    const auto from = numberOf<double>(std::string_view(values).substr(0, dots));
    const auto to = numberOf<double>(parts.front());
    const auto count = numberOf<std::uint64_t>(parts.back());
    if (!from || !to)
        refuse(vary, fmt::format("'{}' is no range of numbers; {}",
                                 values.substr(0, values.find(':')), accepted));
    if (!count)
        refuse(vary, fmt::format("'{}' is no number of values; {}", parts.back(), accepted));
    return {{"parameter", parameter.name},
            {isLogarithmic ? "log" : "linear", {{"from", *from}, {"to", *to}, {"count", *count}}}};
}

json seedsFrom(const std::string& text) {
    std::vector<std::uint64_t> seeds;
    for (const std::string& part : split(text, ',')) {
        const auto seed = numberOf<std::uint64_t>(part);
        if (!seed)
            throw InputError(fmt::format("--seeds {}: expected how many, for example 10 for the "
                                         "seeds 0 to 9, or seeds with commas, for example 3,5,8.",
                                         text));
        seeds.push_back(*seed);
    }
    if (seeds.size() == 1)
        return {{"count", seeds.front()}};
    return seeds;
}

} // namespace

json sweepJson(const Description& description, const TypedSweep& typed) {
    json plan{{"experiment", description.id}};
    if (!typed.preset.empty())
        plan["preset"] = typed.preset;
    for (const auto& [name, value] : typed.fixed)
        plan["fixed"][name] = toJson(value);
    for (const std::string& vary : typed.vary)
        plan["axes"].push_back(axisFrom(description, vary));
    if (!typed.seeds.empty())
        plan["seeds"] = seedsFrom(typed.seeds);
    return plan;
}

} // namespace convergence
