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
/// and what was expected; a dimension of 0 and more than 2 GiB are refused, and the memory used
/// grows only with what the file really holds.
IdxArray readIdx(const std::filesystem::path& file);

} // namespace convergence
