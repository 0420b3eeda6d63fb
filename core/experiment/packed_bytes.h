#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace convergence {

/// `bytes`, compressed by zlib, with their size in front. `level` as zlib's: 1 is fast.
std::string packBytes(std::string_view bytes, int level = 1);

/// The inverse. Throws InputError, naming `what`, for bytes that are damaged, or whose content
/// would be larger than `limit` or than zlib could have made of it.
std::string unpackBytes(std::string_view packed, const std::string& what,
                        std::size_t limit = std::size_t{1} << 30);

/// The same into `bytes`, whose memory is used again.
void unpackBytes(std::string_view packed, const std::string& what, std::string& bytes,
                 std::size_t limit);

/// What unpackBytes() would give, in bytes, as `packed` claims. Throws InputError as it does.
std::uint64_t unpackedSize(std::string_view packed, const std::string& what);

} // namespace convergence
