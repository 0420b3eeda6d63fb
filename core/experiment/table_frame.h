#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace convergence {

/// Rows and columns of numbers and words, e.g. clients with their data and their errors. The viewer
/// sorts by any column.
struct TableFrame {
    enum class Best { none, smallest, largest };
    struct Column {
        std::string label;
        std::string unit;
        /// One a row. `notApplicable` is shown as a dash; any other NaN is shown as one and is
        /// neither the best value nor has a bar.
        std::vector<double> values;
        std::vector<std::string> texts = {}; ///< words in the place of values, one a row
        Best best = Best::none;              ///< which value is marked
        bool hasBars = false;                ///< the value as a bar from 0, behind the number
        int digits = 4;                      ///< significant ones, 1 to 17
    };
    std::string rowTitle;          ///< head of the labels: "client"
    std::vector<std::string> rows; ///< labels
    std::vector<Column> columns;
};

} // namespace convergence
