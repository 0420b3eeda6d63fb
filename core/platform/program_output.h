#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace convergence {

/// Runs a command of the system's shell and hands on what it writes to standard output, a line at a
/// time without its end, until it ends or `take` returns false. Whether it ran to its end and said
/// that all was well. What it writes to standard error goes where this program's does.
bool forLinesOf(const std::string& command, const std::function<bool(std::string_view)>& take);

/// Text as one word of a command for the system's shell.
std::string quotedForShell(const std::string& text);

} // namespace convergence
