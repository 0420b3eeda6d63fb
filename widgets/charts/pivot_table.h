#pragma once

#include <set>
#include <string>
#include <vector>

#include "widgets/charts/trial_selection.h"

namespace convergence {

/// A metric of the trials table over two factors.
struct PivotTable {
    std::vector<std::string> rowLabels, columnLabels;
    std::vector<double> values; ///< row-major; NaN where no trial is in
    /// Row-major, the trials that went into each cell, in order.
    std::vector<std::vector<std::size_t>> trials;
    std::vector<std::size_t> lost; ///< row-major, how many of these diverged or failed
};

/// Averages `value` over the selected trials of the first `rows` rows in each cell (after choosing
/// the tuned ones; those that diverged or failed count, but not in the average), then, where
/// `ranks` is set, replaces the numbers of each column by their ranks. Rows and columns are the
/// values that occur, in increasing order; arms in that of the recording. Trials of hidden arms are
/// left out.
PivotTable pivotTable(const Recording& recording, std::size_t rows, const PivotSpec& pivot,
                      const std::vector<TrialSelector>& selectors, const Description& description,
                      const std::set<std::string>& hiddenArms = {});

} // namespace convergence
