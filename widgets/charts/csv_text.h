#pragma once

#include <string>
#include <string_view>

namespace convergence {

/// A field of a CSV file after RFC 4180: quoted where it has to be.
std::string csvField(std::string_view text);
/// A number with the digits that give the same double back; NaN is an empty field.
std::string csvField(double value);

} // namespace convergence
