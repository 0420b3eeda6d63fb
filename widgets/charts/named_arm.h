#pragma once

#include <string>
#include <string_view>

#include "core/experiment/description.h"

namespace convergence {

/// The arm that a text in a frame is about: its label or id alone, or before a comma, a colon, a
/// dot in the middle or brackets ("LD-BFGS", "LD-BFGS, K = 5", "LD-BFGS (mean)"). Empty: none.
std::string namedArm(const Description& description, std::string_view text);

} // namespace convergence
