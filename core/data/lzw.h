#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace convergence {

/// Expands codes of Unix compress (Welch 1984, as in .Z files, without their three-byte header):
/// 9 to 16 bits a code, lowest bits first, code 256 clears the table, and codes of one width come
/// in groups of eight. A code may stand for up to 65,279 characters, so that the text can be some
/// thirty thousand times as long as its codes: it has at most `most` characters, which is checked
/// before room is made for them. `source` is the name used in messages. Throws InputError naming it
/// if a code stands for nothing or the text is longer.
std::string expandLzw(std::span<const std::byte> codes, std::size_t most,
                      const std::string& source);

} // namespace convergence
