#include "core/experiment/column_pattern.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <stdexcept>
#include <system_error>

#include <fmt/format.h>

#include "core/experiment/series_names.h"
#include "core/math/expression.h"

namespace convergence {

namespace {

constexpr std::string_view numberMark = "{}";
constexpr std::string_view subscriptMark = "{_}";

std::string replaced(std::string text, std::string_view mark, const std::string& by) {
    for (std::size_t at = text.find(mark); at != std::string::npos;
         at = text.find(mark, at + by.size()))
        text.replace(at, mark.size(), by);
    return text;
}

} // namespace

std::string subscript(std::size_t number) {
    std::string result;
    for (const char digit : std::to_string(number)) {
        result += "\xe2\x82"; // ₀ is U+2080
        result += static_cast<char>('\x80' + (digit - '0'));
    }
    return result;
}

std::optional<std::size_t> numberInSeries(const ColumnPattern& pattern, std::string_view name) {
    const std::size_t mark = pattern.id.find(numberMark);
    if (mark == std::string::npos)
        return std::nullopt;
    const std::string_view before = std::string_view(pattern.id).substr(0, mark);
    const std::string_view after = std::string_view(pattern.id).substr(mark + numberMark.size());
    if (name.size() <= before.size() + after.size() || !name.starts_with(before) ||
        !name.ends_with(after))
        return std::nullopt;
    const std::string_view digits =
        name.substr(before.size(), name.size() - before.size() - after.size());
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return error == std::errc() && end == digits.data() + digits.size() ? std::optional(number)
                                                                        : std::nullopt;
}

std::string labelInSeries(const ColumnPattern& pattern, std::size_t number) {
    return replaced(replaced(pattern.label, numberMark, std::to_string(number)), subscriptMark,
                    subscript(number));
}

bool ColumnPattern::matches(std::string_view name) const {
    return id.find(numberMark) == std::string::npos ? name == id
                                                    : numberInSeries(*this, name).has_value();
}

std::string ColumnPattern::viewName() const {
    return replaced(id, numberMark, "*");
}

std::size_t countOf(const ColumnPattern& pattern, std::span<const Parameter> parameters,
                    const ParameterValues& values) {
    if (pattern.count.empty())
        return 1;
    std::map<std::string, double> context = values.numericView(parameters);
    for (const Parameter& parameter : parameters)
        if (const auto* list = std::get_if<std::vector<double>>(&values.value(parameter.name))) {
            context.insert_or_assign(parameter.name, static_cast<double>(list->size()));
            // "greatest_" and its name stand for the greatest number of a list.
            if (!list->empty())
                context.insert_or_assign("greatest_" + parameter.name,
                                         *std::max_element(list->begin(), list->end()));
        }
    const double count = evaluateExpression(pattern.count, context);
    if (!(count >= 0.0 && count < 1e6) || count != std::floor(count))
        throw std::logic_error(fmt::format("the count '{}' of the columns '{}' is {}",
                                           pattern.count, pattern.id, count));
    return static_cast<std::size_t>(count);
}

ColumnLayout::ColumnLayout(std::span<const ColumnPattern> patterns,
                           std::span<const Parameter> parameters, const ParameterValues& values,
                           ColumnRole role) {
    for (std::size_t i = 0; i < patterns.size();) {
        const std::size_t count = countOf(patterns[i], parameters, values);
        std::size_t next = i + 1;
        for (; next < patterns.size() && patterns[next].alternates; ++next)
            if (countOf(patterns[next], parameters, values) != count)
                throw std::logic_error("the columns '" + patterns[next].id +
                                       "' alternate with others that are not as many");
        append(patterns.subspan(i, next - i), count, role);
        i = next;
    }
}

void ColumnLayout::append(std::span<const ColumnPattern> alternating, std::size_t count,
                          ColumnRole role) {
    for (std::size_t k = 0; k < alternating.size(); ++k)
        if (!places_
                 .emplace(alternating[k].id, Place{columns_.size() + k, count, alternating.size()})
                 .second)
            throw std::logic_error("the column '" + alternating[k].id + "' is listed twice");
    for (std::size_t i = 1; i <= count; ++i)
        for (const ColumnPattern& pattern : alternating)
            columns_.push_back({.name = replaced(pattern.id, numberMark, std::to_string(i)),
                                .label = labelInSeries(pattern, i),
                                .unit = pattern.unit,
                                .role = pattern.isClock ? ColumnRole::clock : role,
                                .categories = pattern.categories});
}

ColumnLayout::Place ColumnLayout::place(const std::string& id) const {
    const auto found = places_.find(id);
    if (found == places_.end())
        throw std::logic_error("there is no column '" + id + "' to fill");
    return found->second;
}

} // namespace convergence
