#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <Eigen/Core>

#include "core/statistics/random_objects.h"

namespace convergence::statistics {

/// What the response columns of a table are together.
enum class TableResponse {
    numbers,    ///< one number, or several as a vector
    quantiles,  ///< a distribution's quantiles at even levels, which do not fall
    directions, ///< a vector of which only the direction counts
    labels      ///< one column of any text
};
ObjectMetric metricOf(TableResponse response);

/// A person's own predictors and responses.
struct SdrTable {
    Eigen::MatrixXd x;                              ///< rows × p, as in the file
    Eigen::MatrixXd objects;                        ///< a column a row, coded as of metricOf()
    std::vector<std::string> predictors, responses; ///< names of columns
    std::vector<std::string> labels;                ///< what the codes 0, 1, ... stand for
    std::vector<std::string> notes; ///< sentences: what was taken, left out, and divided
};

/// Reads a table (core/data/csv.h). `wanted`: names or numbers from 1 of the response columns,
/// between commas; empty: the last column. All other columns of numbers that are not constant are
/// predictors, but for a first one without a name or called "index". Rows with an empty cell are
/// left out. Several numbers are divided by their standard deviations, so that none decides by its
/// unit alone; directions by their lengths.
///
/// Throws InputError as CsvReader does, and naming the file and what was expected for a column
/// that is not there, cells of responses that are no finite number, a vector of length 0,
/// quantiles that fall, responses that are all the same, less than two columns of quantiles or
/// directions or more than one of labels, fewer than 30 rows, no predictors or more than 200, or
/// more than 4 million numbers.
SdrTable readSdrTable(const std::filesystem::path& path, std::string_view wanted,
                      TableResponse response);

} // namespace convergence::statistics
