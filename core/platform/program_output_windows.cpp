#include "core/platform/program_output.h"

namespace convergence {

// The programs that are asked for come with Debian.
bool forLinesOf(const std::string&, const std::function<bool(std::string_view)>&) {
    return false;
}

std::string quotedForShell(const std::string& text) {
    return '"' + text + '"';
}

} // namespace convergence
