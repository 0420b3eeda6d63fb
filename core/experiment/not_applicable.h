#pragma once

#include <bit>
#include <cstdint>
#include <limits>

namespace convergence {

/// What a row says where a metric does not apply, or is not there yet: a quiet NaN of one fixed
/// payload, which files, packing and other processes keep. Any other NaN is a number that went
/// wrong.
inline constexpr double notApplicable =
    std::bit_cast<double>(std::uint64_t{0x7ff8'0000'6e2f'6100}); // "n/a"

/// Whether a recorded number is one, be it a NaN that went wrong. A comparison of values cannot
/// tell: NaN equals nothing.
inline bool applies(double value) {
    return std::bit_cast<std::uint64_t>(value) != std::bit_cast<std::uint64_t>(notApplicable);
}

} // namespace convergence
