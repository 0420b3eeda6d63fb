#include "widgets/charts/ticks.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>

#include <fmt/format.h>

#include "core/data/text_tokens.h"

namespace convergence {

namespace {

constexpr std::size_t fewestLabels = 4;
constexpr std::size_t mostLabels = 8;

/// Slack for multiples that rounding puts just outside the range, in steps.
constexpr double slack = 1e-9;

double powerOfTen(int exponent) {
    return std::pow(10.0, exponent);
}

/// A step of a linear axis: mantissa × 10^exponent.
struct Step {
    double mantissa = 1.0;
    int exponent = 0;
    [[nodiscard]] double size() const { return mantissa * powerOfTen(exponent); }
    /// Digits after the point that its multiples need.
    [[nodiscard]] int decimals() const { return std::max(0, (mantissa == 2.5 ? 1 : 0) - exponent); }
};

struct Multiples {
    double first = 0.0; ///< as a count of steps
    double last = 0.0;
    [[nodiscard]] double count() const { return std::max(0.0, last - first + 1.0); }
};

Multiples multiplesIn(AxisRange range, double step) {
    return {std::ceil(range.minimum / step - slack), std::floor(range.maximum / step + slack)};
}

/// The finest of the mantissas' steps with at most eight multiples in the range.
Step finestStep(AxisRange range, std::span<const double> mantissas) {
    int exponent = int(std::floor(std::log10(range.maximum - range.minimum))) - 2;
    for (;; ++exponent)
        for (const double mantissa : mantissas) {
            const Step step{mantissa, exponent};
            if (multiplesIn(range, step.size()).count() <= double(mostLabels))
                return step;
        }
}

Step linearStep(AxisRange range) {
    constexpr std::array usual{1.0, 2.0, 5.0};
    constexpr std::array more{1.0, 2.0, 2.5, 5.0};
    const Step step = finestStep(range, usual);
    const bool enough = multiplesIn(range, step.size()).count() >= double(fewestLabels);
    return enough ? step : finestStep(range, more);
}

std::string withMinusSign(std::string text) {
    for (std::size_t at = 0; (at = text.find('-', at)) != std::string::npos; at += 3)
        text.replace(at, 1, "−");
    return text;
}

/// Commas between groups of three digits before the point.
std::string grouped(std::string digits) {
    const std::size_t begin = digits.starts_with('-') ? 1 : 0;
    const std::size_t point = std::min(digits.find('.'), digits.size());
    for (std::size_t at = point; at > begin + 3; at -= 3)
        digits.insert(at - 3, ",");
    return digits;
}

bool isPlain(double magnitude) {
    return magnitude >= 1e-4 && magnitude < 1e6;
}

std::string trimmed(std::string number) {
    if (number.find('.') != std::string::npos) {
        number.erase(number.find_last_not_of('0') + 1);
        if (number.ends_with('.'))
            number.pop_back();
    }
    return number;
}

std::string scientific(double value, int decimals) {
    std::string text = fmt::format("{:.{}e}", value, std::clamp(decimals, 0, 16));
    const std::size_t e = text.find('e');
    const int exponent = std::stoi(text.substr(e + 1));
    std::string mantissa = trimmed(text.substr(0, e));
    if (mantissa == "1")
        return "10" + superscript(exponent);
    return withMinusSign(mantissa) + "×10" + superscript(exponent);
}

AxisTicks linearTicks(AxisRange range) {
    AxisTicks ticks;
    const Step step = linearStep(range);
    const double size = step.size();
    const double largest = std::max(std::abs(range.minimum), std::abs(range.maximum));
    const Multiples multiples = multiplesIn(range, size);
    // Plain numbers unless they would be long.
    const bool plain = largest < 1e6 && size >= 1e-5;
    const int magnitude = int(std::floor(std::log10(largest)));
    for (double k = multiples.first; k <= multiples.last; ++k) {
        const double value = k * size;
        std::string label;
        if (k == 0.0)
            label = "0";
        else if (plain)
            label = withMinusSign(grouped(fmt::format("{:.{}f}", value, step.decimals())));
        else
            label = scientific(value, magnitude - step.exponent + 1);
        ticks.major.push_back({std::clamp(value, range.minimum, range.maximum), label});
    }
    const int parts = step.mantissa == 2.0 ? 4 : 5;
    const Multiples fine = multiplesIn(range, size / parts);
    for (double k = fine.first; k <= fine.last; ++k)
        if (std::fmod(k, parts) != 0.0)
            ticks.minor.push_back(k * size / parts);
    return ticks;
}

/// Multiples m·10ⁿ of the mantissas in the range.
std::vector<double> multiplesOfPowers(AxisRange range, std::span<const double> mantissas) {
    std::vector<double> values;
    const int first = int(std::floor(std::log10(range.minimum)));
    const int last = int(std::floor(std::log10(range.maximum) + slack));
    for (int exponent = first; exponent <= last; ++exponent)
        for (const double mantissa : mantissas) {
            const double value = mantissa * powerOfTen(exponent);
            if (value >= range.minimum * (1 - slack) && value <= range.maximum * (1 + slack))
                values.push_back(value);
        }
    return values;
}

std::string powerLabel(double value, bool plain) {
    if (plain)
        return grouped(trimmed(fmt::format("{:.6f}", value)));
    const int exponent = int(std::floor(std::log10(value) + slack));
    const double mantissa = value / powerOfTen(exponent);
    const std::string power = "10" + superscript(exponent);
    return std::abs(mantissa - 1.0) < 1e-6 ? power : fmt::format("{:.0f}×{}", mantissa, power);
}

/// Multiples of ten to the stride: decades, or every second, third... of them.
AxisTicks decadeTicks(AxisRange range, int first, int last) {
    AxisTicks ticks;
    int stride = 1;
    for (const int candidate : {1, 2, 3, 5, 10, 20, 30, 50, 100}) {
        stride = candidate;
        if (multiplesIn({double(first), double(last)}, stride).count() <= double(mostLabels))
            break;
    }
    for (int exponent = first; exponent <= last; ++exponent) {
        const double value = powerOfTen(exponent);
        if (exponent % stride == 0)
            ticks.major.push_back({value, "10" + superscript(exponent)});
        else
            ticks.minor.push_back(value);
    }
    if (stride == 1)
        ticks.minor = multiplesOfPowers(range, std::array{2., 3., 4., 5., 6., 7., 8., 9.});
    return ticks;
}

AxisTicks logarithmicTicks(AxisRange range) {
    const int first = int(std::ceil(std::log10(range.minimum) - slack));
    const int last = int(std::floor(std::log10(range.maximum) + slack));
    if (last - first + 1 >= int(fewestLabels))
        return decadeTicks(range, first, last);

    static constexpr std::array<double, 2> threes{1, 3};
    static constexpr std::array<double, 3> fives{1, 2, 5};
    static constexpr std::array<double, 5> primes{1, 2, 3, 5, 7};
    static constexpr std::array<double, 9> all{1, 2, 3, 4, 5, 6, 7, 8, 9};
    for (const std::span<const double> mantissas :
         {std::span<const double>(threes), std::span<const double>(fives),
          std::span<const double>(primes)}) {
        const std::vector<double> values = multiplesOfPowers(range, mantissas);
        if (values.size() < fewestLabels || values.size() > mostLabels)
            continue;
        const bool plain = isPlain(values.front()) && isPlain(values.back()) &&
                           values.front() >= 1e-3 && values.back() < 1e5;
        AxisTicks ticks;
        for (const double value : values)
            ticks.major.push_back({value, powerLabel(value, plain)});
        for (const double value : multiplesOfPowers(range, all))
            if (std::none_of(values.begin(), values.end(),
                             [&](double v) { return std::abs(v - value) < 1e-9 * v; }))
                ticks.minor.push_back(value);
        return ticks;
    }
    return linearTicks(range);
}

} // namespace

AxisTicks chooseTicks(AxisRange range, Scale scale) {
    const bool usable = std::isfinite(range.minimum) && std::isfinite(range.maximum) &&
                        range.minimum <= range.maximum &&
                        (scale == Scale::linear || range.minimum > 0.0);
    if (!usable)
        throw std::logic_error(
            fmt::format("there are no ticks from {} to {}", range.minimum, range.maximum));
    const double magnitude = std::max(std::abs(range.minimum), std::abs(range.maximum));
    if (range.maximum - range.minimum <= 1e-12 * magnitude)
        return {.major = {{range.minimum, readableNumber(range.minimum, 15)}}, .minor = {}};
    return scale == Scale::linear ? linearTicks(range) : logarithmicTicks(range);
}

AxisTicks categoryTicks(std::span<const std::string> names) {
    AxisTicks ticks;
    for (std::size_t i = 0; i < names.size(); ++i)
        ticks.major.push_back({double(i), names[i]});
    constexpr std::size_t fewestOfAScale = 8;
    std::vector<double> values;
    for (const std::string& name : names) {
        if (const auto value = numberOf<double>(name); value && std::isfinite(*value))
            values.push_back(*value);
    }
    if (values.size() < names.size() || values.size() < fewestOfAScale)
        return ticks;
    const double step = (values.back() - values.front()) / double(values.size() - 1);
    constexpr double unevenness = 0.05; // in steps; names are rounded
    for (std::size_t i = 0; i < values.size(); ++i)
        if (!(step > 0.0) ||
            std::abs(values[i] - values.front() - double(i) * step) > unevenness * step)
            return ticks;
    const auto placeOf = [&](double value) { return (value - values.front()) / step; };
    constexpr double border = 0.51; // half a bin, and what rounding took
    AxisTicks round =
        chooseTicks({values.front() - border * step, values.back() + border * step}, Scale::linear);
    for (Tick& tick : round.major)
        tick.value = placeOf(tick.value);
    for (double& value : round.minor)
        value = placeOf(value);
    return round;
}

AxisRange niceRange(AxisRange data, Scale scale) {
    auto [low, high] = data;
    if (!std::isfinite(low) || !std::isfinite(high) || low > high ||
        (scale == Scale::logarithmic && high <= 0.0))
        return scale == Scale::linear ? AxisRange{0.0, 1.0} : AxisRange{1.0, 10.0};
    if (scale == Scale::logarithmic) {
        low = std::max(low, std::numeric_limits<double>::min());
        // Ends at 1, 2, 5 × 10ⁿ; over many decades at whole decades.
        const bool wide = high > 1e3 * low;
        const auto down = [&](double value) {
            const double power = powerOfTen(int(std::floor(std::log10(value) + slack)));
            const double mantissa = value / power * (1 + slack);
            return power * (wide || mantissa < 2 ? 1 : mantissa < 5 ? 2 : 5);
        };
        const auto up = [&](double value) {
            const double power = powerOfTen(int(std::floor(std::log10(value) + slack)));
            const double mantissa = value / power * (1 - slack);
            return power * (mantissa <= 1 ? 1 : wide || mantissa > 5 ? 10 : mantissa > 2 ? 5 : 2);
        };
        AxisRange nice{down(low), up(high)};
        if (!(nice.minimum > 0.0))
            nice.minimum = std::numeric_limits<double>::min();
        if (nice.minimum >= nice.maximum * (1 - slack))
            nice = {nice.minimum / 2.0, nice.maximum * 2.0};
        return nice;
    }
    const double magnitude = std::max({std::abs(low), std::abs(high), 1e-300});
    if (high - low <= 1e-11 * magnitude) {
        const double half = low == 0.0 ? 0.5 : 0.1 * magnitude;
        low -= half;
        high += half;
    }
    const double step = linearStep({low, high}).size() / 2.0;
    return {std::floor(low / step + slack) * step, std::ceil(high / step - slack) * step};
}

std::string readableNumber(double value, int digits) {
    if (std::isnan(value))
        return "–";
    if (std::isinf(value))
        return value > 0 ? "∞" : "−∞";
    if (value == 0.0)
        return "0";
    const double magnitude = std::abs(value);
    if (!isPlain(magnitude))
        return scientific(value, digits - 1);
    const int before = int(std::floor(std::log10(magnitude))) + 1;
    const std::string text = fmt::format("{:.{}f}", value, std::max(0, digits - before));
    return withMinusSign(grouped(trimmed(text)));
}

std::string superscript(int number) {
    static constexpr std::array digits = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
    std::string text;
    for (const char letter : std::to_string(number))
        text += letter == '-' ? "⁻" : digits[std::size_t(letter - '0')];
    return text;
}

double toAxis(double value, Scale scale) {
    if (scale == Scale::linear)
        return value;
    return value > 0.0 ? std::log10(value) : std::numeric_limits<double>::quiet_NaN();
}

double fromAxis(double coordinate, Scale scale) {
    return scale == Scale::linear ? coordinate : std::pow(10.0, coordinate);
}

} // namespace convergence
