#include "app/runs/instance_lock.h"

#include <system_error>

#include <QDir>
#include <QUuid>
#include <fmt/format.h>

#include "core/error.h"

namespace convergence {

namespace {

std::filesystem::path pathOf(const QString& file) {
    return file.toStdU16String();
}

std::unique_ptr<FileLock> lockOf(const QString& file) {
    try {
        return std::make_unique<FileLock>(pathOf(file));
    } catch (const std::system_error& error) {
        throw InputError(fmt::format("The file {} cannot be written: {}; runs need a data folder "
                                     "that can be.",
                                     file.toStdString(), error.code().message()));
    }
}

} // namespace

InstanceLock::InstanceLock(const QString& folder)
    : folder_(folder), name_(QUuid::createUuid().toString(QUuid::WithoutBraces)) {
    QDir().mkpath(folder_);
    lock_ = lockOf(folder_ + "/" + name_);
}

InstanceLock::~InstanceLock() {
    lock_.reset();
    QFile::remove(folder_ + "/" + name_);
}

bool InstanceLock::isAlive(const QString& name) const {
    if (name == name_)
        return true;
    const QString path = folder_ + "/" + name;
    const bool alive = FileLock::isHeld(pathOf(path));
    if (!alive)
        QFile::remove(path);
    return alive;
}

OpeningLock::OpeningLock(const QString& folder) : lock_(lockOf(folder + "/opening")) {}

} // namespace convergence
