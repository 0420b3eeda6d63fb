#include "app/report/machine.h"

#include <fstream>
#include <thread>

#include <QDateTime>
#include <QSysInfo>

namespace convergence {

namespace {

/// As the kernel names it; the architecture where it does not.
std::string processorName() {
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);)
        if (line.starts_with("model name")) {
            const std::size_t colon = line.find(": ");
            if (colon != std::string::npos)
                return QString::fromStdString(line.substr(colon + 2)).simplified().toStdString();
        }
    return QSysInfo::currentCpuArchitecture().toStdString();
}

} // namespace

Machine thisMachine() {
    return {.processor = processorName(),
            .cores = static_cast<int>(std::thread::hardware_concurrency()),
            .system = QSysInfo::prettyProductName().toStdString()};
}

std::string today() {
    return QDateTime::currentDateTimeUtc().toString("yyyy-MM-dd").toStdString();
}

} // namespace convergence
