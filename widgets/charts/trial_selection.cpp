#include "widgets/charts/trial_selection.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "widgets/charts/ticks.h"

namespace convergence {

std::vector<TrialSelector> trialSelectors(const std::vector<SelectorSpec>& specs,
                                          const Recording& recording,
                                          const Description& description,
                                          const std::vector<TrialSelector>& previous) {
    std::vector<TrialSelector> selectors;
    for (const SelectorSpec& spec : specs) {
        TrialSelector selector{.column = spec.column, .label = spec.label};
        std::set<double> values;
        std::optional<double> first; // listed, and so shown: it need not be the smallest
        const auto insert = [&](double value) {
            values.insert(value);
            first = first.value_or(value);
        };
        for (const TrialPlan& plan : recording.plans()) {
            if (spec.column == "replicate")
                insert(double(plan.replicate));
            else if (const auto value = plan.factors.find(spec.column); value != plan.factors.end())
                insert(value->second);
        }
        if (spec.column == "arm")
            for (const std::string& arm : recording.arms())
                selector.options.push_back({.label = armLabel(description, arm), .arm = arm});
        else
            for (const double value : values)
                selector.options.push_back(
                    {.label = factorText(recording, spec.column, value), .value = value});
        if (selector.options.empty())
            continue;
        if (first)
            selector.current = std::size_t(std::distance(values.begin(), values.find(*first)));
        for (const TrialSelector& old : previous)
            for (std::size_t i = 0; old.column == spec.column && i < selector.options.size(); ++i)
                if (selector.options[i].label == old.chosen().label)
                    selector.current = i;
        selectors.push_back(std::move(selector));
    }
    return selectors;
}

bool isSelected(const std::vector<TrialSelector>& selectors, const TrialPlan& plan) {
    return std::all_of(selectors.begin(), selectors.end(), [&](const TrialSelector& selector) {
        if (selector.column == "arm")
            return plan.arm == selector.chosen().arm;
        if (selector.column == "replicate")
            return double(plan.replicate) == selector.chosen().value;
        const auto factor = plan.factors.find(selector.column);
        return factor == plan.factors.end() || factor->second == selector.chosen().value;
    });
}

std::string selectionText(const std::vector<TrialSelector>& selectors) {
    std::string text;
    for (const TrialSelector& selector : selectors)
        text += fmt::format("{}{}{}{}", text.empty() ? "" : ", ", selector.label,
                            selector.column == "arm" ? ": " : " = ", selector.chosen().label);
    return text;
}

namespace {

/// As many significant digits as tell the values of a factor apart: 0.0316, not 0.0316228. Whole
/// numbers are written out.
int digitsOf(const Recording& recording, const std::string& column, double value) {
    constexpr int fewest = 3, most = 6;
    if (value == std::round(value))
        return most;
    std::set<double> values;
    for (const TrialPlan& plan : recording.plans())
        if (const auto factor = plan.factors.find(column); factor != plan.factors.end())
            values.insert(factor->second);
    for (int digits = fewest; digits < most; ++digits) {
        std::set<std::string> texts;
        for (const double each : values)
            texts.insert(readableNumber(each, digits));
        if (texts.size() == values.size())
            return digits;
    }
    return most;
}

} // namespace

std::string factorText(const Recording& recording, const std::string& column, double value) {
    const Table& trials = recording.trials();
    if (trials.hasColumn(column)) {
        const auto& categories = trials.columns()[trials.columnIndex(column)].categories;
        if (value >= 0.0 && value < double(categories.size()))
            return categories[std::size_t(value)];
    }
    return readableNumber(value, digitsOf(recording, column, value));
}

std::string armLabel(const Description& description, const std::string& arm) {
    const Arm* found = description.findArm(arm);
    return found && !found->label.empty() ? found->label : arm;
}

int armIndex(const Description& description, const std::string& arm) {
    const auto& arms = description.arms;
    const auto found =
        std::find_if(arms.begin(), arms.end(), [&](const Arm& a) { return a.id == arm; });
    return int(found - arms.begin());
}

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
