#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "app/sweeps/results.h"
#include "core/experiment/view.h"

namespace convergence {

/// Views of what a sweep found, as data; axes are named as in the sweep file, and "arm" is one.

/// The mean of a metric over two axes.
[[nodiscard]] View pivotView(const SweepResults& results, const std::string& metric,
                             const std::string& across, const std::string& down);

/// A metric against an axis, a curve an arm; `used` axes are not offered for choice, since they are
/// shown otherwise.
[[nodiscard]] View lineView(const SweepResults& results, const std::string& metric,
                            const std::string& across, const std::set<std::string>& used);

/// All axes side by side, a line a run, colored by the metric.
[[nodiscard]] View parallelView(const SweepResults& results, const std::string& metric);

/// The part of the results in which a factor has one value.
[[nodiscard]] std::shared_ptr<const Recording> facetOf(const Recording& whole,
                                                       const std::string& factor, double value);

} // namespace convergence
