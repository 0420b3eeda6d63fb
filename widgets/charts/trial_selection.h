#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "core/experiment/description.h"
#include "core/experiment/recording.h"

namespace convergence {

/// One thing that the viewer chooses a value of: the arm, the replicate or a design factor.
struct TrialSelector {
    std::string column; ///< "arm", "replicate" or a factor
    std::string label;
    struct Option {
        std::string label;
        std::string arm;    ///< for "arm"
        double value = 0.0; ///< otherwise
        friend bool operator==(const Option&, const Option&) = default;
    };
    std::vector<Option> options;
    std::size_t current = 0;
    [[nodiscard]] const Option& chosen() const { return options[current]; }
};

/// The selectors that a recording has something to choose for, each with all values that occur.
/// Choices of `previous` are kept by label.
std::vector<TrialSelector> trialSelectors(const std::vector<SelectorSpec>& specs,
                                          const Recording& recording,
                                          const Description& description,
                                          const std::vector<TrialSelector>& previous);

/// Whether a trial is one of those chosen. A factor that the trial does not have does not matter.
bool isSelected(const std::vector<TrialSelector>& selectors, const TrialPlan& plan);

/// "Arm: S-over, α = 0.3"; empty without selectors.
std::string selectionText(const std::vector<TrialSelector>& selectors);

/// A factor's value for people: the name of its category, or the number.
std::string factorText(const Recording& recording, const std::string& column, double value);

/// Label of an arm, or its id if the description does not know it.
std::string armLabel(const Description& description, const std::string& arm);
/// Its place in the description, by which it is colored; the number of arms if it has none.
int armIndex(const Description& description, const std::string& arm);

/// Rows of the trials table (of the first `rows`) that a view takes: all, or with a tuned factor,
/// of the rows that agree in arm, replicate and every other factor only the one with the smallest
/// `tunedBy` (the first of equal ones; rows without that number only if there is no other).
/// `pivot` may be null.
std::vector<std::size_t> tunedRows(const Recording& recording, std::size_t rows,
                                   const PivotSpec* pivot);

} // namespace convergence
