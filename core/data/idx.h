#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace convergence {

/// Array of unsigned bytes in the IDX format of the MNIST data sets (LeCun et al.): two zero bytes,
/// type 0x08, number of dimensions, each dimension as a big-endian 32-bit number, then the bytes.
struct IdxArray {
    std::vector<std::uint32_t> dimensions;
    std::vector<std::uint8_t> values; ///< last dimension fastest
};

/// Reads a file, plain or compressed with gzip. Throws InputError naming the file, what was found
/// and what was expected; the memory used never exceeds what the file holds.
IdxArray readIdx(const std::filesystem::path& file);

} // namespace convergence
