#pragma once

#include <string>

#include "core/experiment/description.h"

namespace convergence {

/// The command that runs an experiment at these values without a window, for a POSIX shell:
/// `convergence-lab run ID --set NAME=VALUE …`, with the values that differ from the defaults.
std::string commandText(const Description& description, const ParameterValues& values);

/// `text` as one word of a shell command.
std::string shellWord(const std::string& text);

} // namespace convergence
