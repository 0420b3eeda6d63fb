#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace convergence {

/// Expands codes of Unix compress (Welch 1984, as in .Z files, without their three-byte header):
/// 9 to 16 bits a code, lowest bits first, code 256 clears the table, and codes of one width come
/// in groups of eight. `source` is the name used in messages. Throws InputError naming it if a code
/// stands for nothing.
std::string expandLzw(std::span<const std::byte> codes, const std::string& source);

} // namespace convergence
