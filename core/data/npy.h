#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <vector>

namespace convergence {

/// An array of any number of dimensions, as NumPy saves it; values in C order (last index fastest).
struct NpyArray {
    std::vector<std::size_t> shape; ///< empty for a single number
    std::vector<double> values;     ///< as many as the product of the shape
};

/// Reads a file in the NPY format, versions 1 to 3, plain or compressed by gzip: float16, float32,
/// float64, signed and unsigned integers of 8 to 64 bits and bool, of either byte order, in C or
/// Fortran order. Memory is bounded by what the file really holds. Throws InputError naming the
/// file, what was found and what was expected: not NPY, another element type, a damaged header,
/// more than 2²⁸ elements, values missing or bytes left over, an integer beyond ±2⁵³, which a
/// double cannot hold.
NpyArray readNpy(const std::filesystem::path& path);

/// Writes version 1.0, float64, little-endian, C order; complete or not at all.
/// Throws InputError naming a file that cannot be written; std::logic_error if the number of values
/// is not the product of the shape.
void writeNpy(const std::filesystem::path& path, std::span<const std::size_t> shape,
              std::span<const double> values);
/// The same as float32.
void writeNpy(const std::filesystem::path& path, std::span<const std::size_t> shape,
              std::span<const float> values);

} // namespace convergence
