#include "widgets/charts/trial_selection.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <tuple>

namespace convergence {

std::vector<std::size_t> tunedRows(const Recording& recording, std::size_t rows,
                                   const PivotSpec* pivot) {
    const Table& trials = recording.trials();
    std::vector<std::size_t> chosen;
    if (!pivot || pivot->tunedFactor.empty() || !trials.hasColumn(pivot->tunedBy)) {
        for (std::size_t row = 0; row < rows; ++row)
            chosen.push_back(row);
        return chosen;
    }
    const std::size_t tunedBy = trials.columnIndex(pivot->tunedBy);
    const std::size_t trialColumn = trials.columnIndex("trial");
    const auto score = [&](std::size_t row) {
        const double value = trials.at(row, tunedBy);
        return std::isnan(value) ? std::numeric_limits<double>::infinity() : value;
    };
    std::map<std::tuple<std::string, std::uint64_t, std::map<std::string, double>>, std::size_t>
        best;
    for (std::size_t row = 0; row < rows; ++row) {
        const TrialPlan& plan = recording.plans()[std::size_t(trials.at(row, trialColumn))];
        auto factors = plan.factors;
        factors.erase(pivot->tunedFactor);
        const auto [entry, isNew] =
            best.emplace(std::tuple{plan.arm, plan.replicate, factors}, row);
        if (!isNew && score(row) < score(entry->second))
            entry->second = row;
    }
    for (const auto& [key, row] : best)
        chosen.push_back(row);
    std::sort(chosen.begin(), chosen.end());
    return chosen;
}

} // namespace convergence
