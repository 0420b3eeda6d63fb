#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/experiment/parameter.h"

namespace convergence {

/// A labelled place on an axis.
struct Tick {
    double value = 0.0;
    std::string label; ///< UTF-8: "0.5", "−2", "10⁻³", "3×10⁴"
};

struct AxisTicks {
    std::vector<Tick> major;   ///< increasing, inside the range
    std::vector<double> minor; ///< increasing, inside the range, no major ones
};

/// A range of values in which the smaller is first.
struct AxisRange {
    double minimum = 0.0;
    double maximum = 1.0;
    friend bool operator==(const AxisRange&, const AxisRange&) = default;
};

/// Four to eight labelled ticks for a range, the same on screen and in every export.
///
/// Linear axes use steps 1, 2, 5 × 10ⁿ (2.5 where none of these gives four to eight). Logarithmic
/// axes use whole decades, of many decades every second, third, fifth...; within fewer than four
/// decades also 3, or 2 and 5, times a power of ten; within one decade linear steps.
///
/// Requires minimum < maximum, both finite, and minimum > 0 on a logarithmic axis; a range that is
/// too narrow for doubles gives one tick. Throws std::logic_error otherwise.
AxisTicks chooseTicks(AxisRange range, Scale scale);

/// Ticks of bars at 0, 1, 2, ...: their names. Where these are eight or more numbers at even
/// distances, as the middles of a histogram's bins are, there are round numbers instead, at their
/// places between and beside the bars.
AxisTicks categoryTicks(std::span<const std::string> names);

/// The range in which data from `minimum` to `maximum` are shown: extended to whole steps (linear)
/// or to 1, 2, 5 × 10ⁿ (logarithmic), so that it changes seldom while data arrive. Equal or
/// unusable ends give a range around them.
AxisRange niceRange(AxisRange data, Scale scale);

/// A number for people, with `digits` significant digits: "0.00123", "20,000", "3.1×10⁻⁷".
std::string readableNumber(double value, int digits = 4);

/// An integer in superscript digits: "⁻¹²".
std::string superscript(int number);

/// log10 of a value on a logarithmic axis (NaN unless it is positive), the value on a linear one.
double toAxis(double value, Scale scale);
double fromAxis(double coordinate, Scale scale);

} // namespace convergence
