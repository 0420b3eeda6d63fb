#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace convergence {

/// One column of numbers out of a table, and how it was found.
struct NumericColumn {
    std::string name;
    std::vector<double> values;     ///< empty cells are left out; may hold nan and inf
    std::vector<std::size_t> lines; ///< where each stands in the file, from 1
    /// Sentences: which column was taken of how many, what was left out, names that changed.
    std::vector<std::string> notes;
};

/// Whether a column is a step or a time, by the last word of its name.
bool isClockName(std::string_view name);
/// Whether a column is an end of the range that Weights & Biases writes beside another.
bool isRangeName(std::string_view name);

/// Reads the one column of a table (core/data/csv.h) that is wanted: by its name, or by its number
/// from 1. With nothing wanted it is found: `norm`, `gradient_norm` or `Value` (as TensorBoard
/// writes it), in this order; else the only column; else the first one of numbers that is not a
/// step or time by the last word of its name (Step, trainer/global_step, Relative Time (Wall),
/// epoch, index, ...) and does not end in __MIN or __MAX (as Weights & Biases writes them).
///
/// Throws InputError as CsvReader does; if there is no such column, naming those that exist; for a
/// cell that is no number; for more than `most` numbers.
NumericColumn readColumn(const std::filesystem::path& path, std::string_view wanted,
                         std::size_t most);

} // namespace convergence
