#include <cstdint>
#include <fstream>

#include <sys/mman.h>

#include "core/platform/machine.h"

namespace convergence {

double availableMemory() {
    std::ifstream file("/proc/meminfo");
    std::string key;
    double kibibytes = 0.0;
    std::string unit;
    while (file >> key >> kibibytes) {
        std::getline(file, unit);
        if (key == "MemAvailable:")
            return kibibytes * 1024.0;
    }
    return 0.0;
}

std::string processorName() {
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);)
        if (line.starts_with("model name")) {
            const std::size_t colon = line.find(": ");
            if (colon != std::string::npos)
                return line.substr(colon + 2);
        }
    return {};
}

void preferLargePages(void* begin, std::size_t bytes) {
    constexpr std::uintptr_t page = 4096;
    const auto first = (reinterpret_cast<std::uintptr_t>(begin) + page - 1) / page * page;
    const auto end = (reinterpret_cast<std::uintptr_t>(begin) + bytes) / page * page;
    if (end > first)
        ::madvise(reinterpret_cast<void*>(first), end - first, MADV_HUGEPAGE); // only advice
}

} // namespace convergence
