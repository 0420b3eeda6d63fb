#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace convergence {

/// The log of somebody's training: quantities over steps and times.
struct CurveLog {
    static constexpr std::size_t mostCurves = 24;
    static constexpr std::size_t mostNumbers = std::size_t{1} << 22; ///< in the curves together

    struct Clock {
        std::string name; ///< as in the file; "row" where the file has none
        std::string unit; ///< "s" of what counts seconds; may be empty
    };
    struct Curve {
        /// Its column's name, with _ for what names of files cannot have on every system; all
        /// different. A column that TensorBoard calls Value goes by the file's name.
        std::string id;
        std::vector<double> values;              ///< may hold NaN and infinities
        std::vector<std::vector<double>> clocks; ///< one for each of the log's, as long as values
    };
    std::vector<Clock> clocks;      ///< not empty; the first is the one to draw against
    std::vector<Curve> curves;      ///< not empty, each of two values or more
    std::vector<std::string> notes; ///< sentences: what was left out, and how clocks were taken
};

/// Reads a table (core/data/csv.h) as people, TensorBoard and Weights & Biases write it: steps and
/// times are the clocks (csv_column.h), a step before an epoch before others; all other columns of
/// numbers are curves. Empty cells are left out of their curve. Left out with a note are columns of
/// words, the __MIN and __MAX of Weights & Biases, and columns with fewer than two numbers. Times
/// in seconds since 1970 are counted from the first.
///
/// Throws InputError as CsvReader does; if there is no curve, naming the columns; for more than
/// mostNumbers.
CurveLog readCurveLog(const std::filesystem::path& path);

/// Whether a file that is no document of the program's own can be tried as such a log: it is text
/// and does not begin like JSON.
bool mayBeCurveLog(const std::filesystem::path& path);

} // namespace convergence
