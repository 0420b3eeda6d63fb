#include "core/experiment/column_pattern.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <fmt/format.h>

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

bool isNumber(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
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

bool ColumnPattern::matches(std::string_view name) const {
    const std::size_t mark = id.find(numberMark);
    if (mark == std::string::npos)
        return name == id;
    const std::string_view before = std::string_view(id).substr(0, mark);
    const std::string_view after = std::string_view(id).substr(mark + numberMark.size());
    return name.size() > before.size() + after.size() && name.starts_with(before) &&
           name.ends_with(after) &&
           isNumber(name.substr(before.size(), name.size() - before.size() - after.size()));
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
            columns_.push_back(
                {.name = replaced(pattern.id, numberMark, std::to_string(i)),
                 .label = replaced(replaced(pattern.label, numberMark, std::to_string(i)),
                                   subscriptMark, subscript(i)),
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
