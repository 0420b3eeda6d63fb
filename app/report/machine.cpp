#include "app/report/machine.h"

#include <thread>

#include <QDateTime>
#include <QSysInfo>

#include "core/platform/machine.h"

namespace convergence {

namespace {

/// The architecture where nobody knows more.
std::string nameOfProcessor() {
    const std::string name = QString::fromStdString(processorName()).simplified().toStdString();
    return name.empty() ? QSysInfo::currentCpuArchitecture().toStdString() : name;
}

} // namespace

Machine thisMachine() {
    return {.processor = nameOfProcessor(),
            .cores = static_cast<int>(std::thread::hardware_concurrency()),
            .system = QSysInfo::prettyProductName().toStdString()};
}

std::string today() {
    return QDateTime::currentDateTimeUtc().toString("yyyy-MM-dd").toStdString();
}

} // namespace convergence
