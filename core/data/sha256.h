#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace convergence {

/// The Secure Hash Algorithm with 256 bits (FIPS 180-4), to tell whether data is the same as
/// elsewhere: what `sha256sum` prints, so that a person can check it. Not for secrets.
class Sha256 {
public:
    /// Takes more of the message, in any pieces.
    void add(std::string_view bytes);
    /// The hash of all that was added, as 64 hexadecimal digits. Nothing can be added after it
    /// (std::logic_error).
    [[nodiscard]] std::string digest();

private:
    void addBlock(const unsigned char* block);

    std::array<std::uint32_t, 8> state_{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                        0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    std::array<unsigned char, 64> block_{};
    std::size_t filled_ = 0;   ///< of block_
    std::uint64_t length_ = 0; ///< bytes
    bool ended_ = false;
};

/// The hash of one message.
[[nodiscard]] std::string sha256(std::string_view bytes);

} // namespace convergence
