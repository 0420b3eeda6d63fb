#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/experiment/table.h"

namespace convergence {

/// Rows of a table as a compressed chunk of columns.
///
/// Each column is stored as differences of the bit patterns of neighboring values (clocks become
/// constants, smooth curves small numbers), byte planes together, and deflated except for planes
/// that are noise. Exact: every bit pattern comes back, NaNs with their payload too.
inline constexpr std::size_t largestPackedRows = std::size_t{1} << 16;

/// Rows [first, end) of `table`; at most largestPackedRows of them.
std::string packRows(const Table& table, std::size_t first, std::size_t end);

/// The values of a chunk, column by column. Throws InputError if the bytes are damaged or do not
/// hold `columns` columns.
std::vector<double> unpackRows(std::string_view packed, std::size_t columns);

/// Appends the rows of chunks, decoded in parallel, to a table, in their order. Throws InputError.
void appendPackedRows(Table& table, std::span<const std::string> chunks);

} // namespace convergence
