#include "core/memory.h"

#include <algorithm>
#include <cmath>
#include <string>

#include <fmt/format.h>

#include "core/error.h"
#include "core/platform/machine.h"

namespace convergence {

namespace {

constexpr double shareOfOneRun = 0.9;
constexpr double shareOfProcesses = 0.8; ///< the program itself takes some too

std::string bytesInWords(double bytes) {
    return bytes >= 1e9 ? fmt::format("{:.1f} GB", bytes / 1e9)
                        : fmt::format("{:.0f} MB", std::ceil(bytes / 1e6));
}

} // namespace

void requireMemory(double bytes, std::string_view what, std::string_view remedy) {
    const double available = availableMemory();
    if (available > 0.0 && bytes > shareOfOneRun * available)
        throw InputError(fmt::format("{} needs {} of memory, but only {} are available; {}.", what,
                                     bytesInWords(bytes), bytesInWords(available), remedy));
}

int processesThatFit(double bytesEach, int most) {
    const double available = availableMemory();
    if (!(bytesEach > 0.0) || available == 0.0)
        return most;
    // Compared as numbers: the quotient may exceed every int.
    return std::max(1, static_cast<int>(std::min(shareOfProcesses * available / bytesEach,
                                                 static_cast<double>(most))));
}

} // namespace convergence
