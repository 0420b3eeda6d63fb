#include "app/report/markup.h"

#include <algorithm>
#include <cctype>
#include <cmath>

#include <fmt/format.h>

#include "app/commands/command_line.h"
#include "core/error.h"
#include "widgets/charts/ticks.h"

namespace convergence {

namespace {

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

/// Whether the hyphen at `i` is a minus sign.
bool isMinus(std::string_view text, std::size_t i) {
    const auto at = [&](std::size_t k) { return k < text.size() ? text[k] : ' '; };
    if (!isDigit(at(i + 1)) && !(at(i + 1) == '.' && isDigit(at(i + 2))))
        return false;
    if (i == 0)
        return true;
    const char before = text[i - 1];
    if (std::string_view(" ([{=,;:/").find(before) != std::string_view::npos)
        return true;
    return (before == 'e' || before == 'E') && i >= 2 &&
           (isDigit(text[i - 2]) || text[i - 2] == '.');
}

} // namespace

std::string escaped(std::string_view text) {
    std::string result;
    for (const char c : text)
        switch (c) {
        case '&':
            result += "&amp;";
            break;
        case '<':
            result += "&lt;";
            break;
        case '>':
            result += "&gt;";
            break;
        case '"':
            result += "&quot;";
            break;
        default:
            if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t')
                result += c;
        }
    return result;
}

std::string typeset(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (text[i] == '-' && isMinus(text, i))
            result += "−";
        else
            result += text[i];
    return escaped(result);
}

std::string element(std::string_view name, std::string_view content, const Attributes& attributes) {
    std::string result = fmt::format("<{}", name);
    for (const auto& [attribute, value] : attributes)
        result += fmt::format(" {}=\"{}\"", attribute, escaped(value));
    return result + fmt::format(">{}</{}>", content, name);
}

std::string filled(std::string_view page,
                   const std::vector<std::pair<std::string, std::string>>& values) {
    std::string result;
    for (std::size_t from = 0;;) {
        const std::size_t open = page.find("{{", from);
        const std::size_t close = page.find("}}", open);
        if (open == std::string_view::npos || close == std::string_view::npos)
            return result += page.substr(from);
        result += page.substr(from, open - from);
        const std::string_view name = page.substr(open + 2, close - open - 2);
        const auto value = std::find_if(values.begin(), values.end(),
                                        [&](const auto& known) { return known.first == name; });
        if (value == values.end())
            throw InputError(
                fmt::format("The page of a report has the mark '{}', which is not known.", name));
        result += value->second;
        from = close + 2;
    }
}

std::string measuredText(const ReportedVerdict& verdict) {
    std::string text = readableNumber(verdict.measured);
    if (!std::isnan(verdict.low) && !std::isnan(verdict.high) && verdict.low != verdict.high)
        text += fmt::format(" [{}, {}]", readableNumber(verdict.low), readableNumber(verdict.high));
    return text;
}

std::string signedVerdict(Verdict verdict) {
    switch (verdict) {
    case Verdict::holds:
        return "✔ holds";
    case Verdict::fails:
        return "✘ fails";
    case Verdict::notEnoughData:
        return "… not enough data";
    case Verdict::observed:
        return "● observed";
    }
    return {};
}

namespace {

/// Numbers stay on the line of their units.
std::string unbroken(const std::string& text) {
    std::string kept;
    for (const char letter : text)
        kept += letter == ' ' ? std::string("\u00a0") : std::string(1, letter);
    return kept;
}

} // namespace

std::string costText(const VerdictCost& cost) {
    if (cost.runs == 0)
        return "no runs";
    std::string text = fmt::format("{} run{}", cost.runs, cost.runs == 1 ? "" : "s");
    if (cost.seconds > 0.0)
        text += fmt::format(", {}{}", cost.isComplete ? "" : "more than ",
                            unbroken(durationInWords(cost.seconds)));
    return text;
}

std::string seedsText(const VerdictCost& cost) {
    if (cost.seeds == 0)
        return cost.runs == 0 ? "–" : "nothing is random";
    return fmt::format("{} seed{}", cost.seeds, cost.seeds == 1 ? "" : "s");
}

} // namespace convergence
