#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace convergence {

/// Bytes of the well-formed UTF-8 sequence that `text` begins with (RFC 3629: no surrogates, no
/// overlong forms); 0 if it begins with none.
std::size_t utf8Length(std::string_view text);

/// Appends a code point up to 0x10FFFF that is no surrogate.
void appendUtf8(std::string& out, std::uint32_t codePoint);

bool isUtf8(std::string_view text);

/// Text from elsewhere as a message may quote it: control characters and bytes that are not UTF-8
/// become '?', and beyond about `most` bytes it ends in "…".
std::string printable(std::string_view text, std::size_t most = 80);

} // namespace convergence
