#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace convergence {

/// One SVG picture that follows the reader's choice of light or dark, from the same picture drawn
/// in both: the colors of the light one, and a style that replaces each by the dark one's in its
/// place on a dark screen. None where the two differ in more than colors, or where one light color
/// stands for two dark ones.
std::optional<std::string> forBothThemes(std::string_view light, std::string_view dark);

} // namespace convergence
