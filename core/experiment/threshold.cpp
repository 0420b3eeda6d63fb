#include "core/experiment/threshold.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include <fmt/format.h>

namespace convergence {

namespace {

/// A number as a person writes it: a minus sign, no trailing zeros.
std::string number(double value) {
    const std::string digits = fmt::format("{:g}", std::abs(value));
    return value < 0.0 ? "−" + digits : digits;
}

std::string rangeOf(const Stated& stated) {
    return stated.text;
}
std::string rangeOf(const Within& within) {
    return number(within.center) + " ± " + number(within.tolerance);
}
std::string rangeOf(const WithinByFactor& within) {
    return fmt::format("{} ± {} (± {} where {} > {})", number(within.center),
                       number(within.tolerance), number(within.toleranceAbove), within.symbol,
                       number(within.limit));
}
std::string rangeOf(const AtLeast& least) {
    return "≥ " + number(least.bound);
}
std::string rangeOf(const AtMost& most) {
    return "≤ " + number(most.bound);
}
std::string rangeOf(const Above& above) {
    return "> " + number(above.bound);
}
std::string rangeOf(const Below& below) {
    return "< " + number(below.bound);
}
std::string rangeOf(const Between& between) {
    return fmt::format("from {} to {}", number(between.low), number(between.high));
}
std::string rangeOf(const DifferenceAbove& difference) {
    return fmt::format("> {} (paired, 95 %)", number(difference.bound));
}
std::string rangeOf(const DifferenceBelow& difference) {
    return fmt::format("< {} (paired, 95 %)", number(difference.bound));
}

/// The smallest and the largest accepted value.
using Accepted = std::pair<double, double>;
constexpr double infinity = std::numeric_limits<double>::infinity();

Accepted accepted(const Stated& stated) {
    throw std::logic_error("the threshold '" + stated.text + "' is words, which decide nothing");
}
Accepted accepted(const Within& within) {
    return {within.center - within.tolerance, within.center + within.tolerance};
}
Accepted accepted(const WithinByFactor& within) {
    throw std::logic_error("the threshold of '" + within.of + "' depends on the factor '" +
                           within.factor + "'");
}
template <typename T>
Accepted acceptedFrom(const T& threshold) {
    return {threshold.bound, infinity};
}
template <typename T>
Accepted acceptedTo(const T& threshold) {
    return {-infinity, threshold.bound};
}
Accepted accepted(const AtLeast& least) {
    return acceptedFrom(least);
}
Accepted accepted(const Above& above) {
    return acceptedFrom(above);
}
Accepted accepted(const DifferenceAbove& difference) {
    return acceptedFrom(difference);
}
Accepted accepted(const AtMost& most) {
    return acceptedTo(most);
}
Accepted accepted(const Below& below) {
    return acceptedTo(below);
}
Accepted accepted(const DifferenceBelow& difference) {
    return acceptedTo(difference);
}
Accepted accepted(const Between& between) {
    return {between.low, between.high};
}

/// Bounds that are excluded are `Above`, `Below` and those of differences.
template <typename T>
constexpr bool isStrict = std::is_same_v<T, Above> || std::is_same_v<T, Below> ||
                          std::is_same_v<T, DifferenceAbove> || std::is_same_v<T, DifferenceBelow>;

std::string quantityOf(const Stated&) {
    return {};
}
template <typename T>
std::string quantityOf(const T& threshold) {
    return threshold.of;
}

} // namespace

std::string_view nameOf(OriginKind kind) {
    constexpr std::array names = {"paper", "theorem", "identity", "baseline", "ablation", "ours"};
    return names[static_cast<std::size_t>(kind)];
}

std::string Threshold::text() const {
    const auto quantity = std::visit([](const auto& kind) { return quantityOf(kind); }, kind_);
    const auto range = std::visit([](const auto& kind) { return rangeOf(kind); }, kind_);
    return quantity.empty() ? range : quantity + " " + range;
}

const Origin& Threshold::origin() const {
    return std::visit([](const auto& kind) -> const Origin& { return kind.origin; }, kind_);
}

bool Threshold::holds(double value) const {
    return std::visit(
        [&]<typename T>(const T& kind) {
            const auto [first, last] = accepted(kind);
            return isStrict<T> ? value > first && value < last : value >= first && value <= last;
        },
        kind_);
}

bool Threshold::holds(double value, double factor) const {
    if (const auto* within = std::get_if<WithinByFactor>(&kind_))
        return std::abs(value - within->center) <=
               (factor > within->limit ? within->toleranceAbove : within->tolerance);
    return holds(value);
}

double Threshold::margin(double value, double factor) const {
    if (const auto* within = std::get_if<WithinByFactor>(&kind_))
        return (factor > within->limit ? within->toleranceAbove : within->tolerance) -
               std::abs(value - within->center);
    if (std::holds_alternative<Stated>(kind_) || std::isnan(value))
        return std::numeric_limits<double>::quiet_NaN();
    return std::visit(
        [value](const auto& kind) {
            const auto [first, last] = accepted(kind);
            return std::min(value - first, last - value);
        },
        kind_);
}

Verdict Threshold::decide(const Interval& interval, double factor) const {
    const auto* within = std::get_if<WithinByFactor>(&kind_);
    if (!within)
        return decide(interval);
    return Threshold(Within{.center = within->center,
                            .tolerance = factor > within->limit ? within->toleranceAbove
                                                                : within->tolerance})
        .decide(interval);
}

Verdict Threshold::decide(const Interval& interval) const {
    if (!(interval.low <= interval.high)) // also where an end is NaN
        return Verdict::notEnoughData;
    return std::visit(
        [&]<typename T>(const T& kind) {
            const auto [first, last] = accepted(kind);
            constexpr bool strict = isStrict<T>;
            const bool inside = strict ? interval.low > first && interval.high < last
                                       : interval.low >= first && interval.high <= last;
            const bool outside = strict ? interval.high <= first || interval.low >= last
                                        : interval.high < first || interval.low > last;
            return inside ? Verdict::holds : outside ? Verdict::fails : Verdict::notEnoughData;
        },
        kind_);
}

} // namespace convergence
