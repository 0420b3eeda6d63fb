#pragma once

#include "widgets/theme.h"

namespace convergence {

/// Lets everything of the application have the colors and the type of a theme, also what platforms
/// would give a font of their own.
void useTheme(const Theme& theme);

} // namespace convergence
