#include "app/runs/instance_lock.h"

#include <cerrno>
#include <cstring>

#include <QDir>
#include <QUuid>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include "core/error.h"

namespace convergence {

namespace {

/// Opens, or makes, the file and locks it; `flags` as flock() has them.
int openLocked(const QString& path, int flags) {
    const QByteArray name = QFile::encodeName(path);
    const int file = ::open(name.constData(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    int locked = -1;
    do
        locked = file < 0 ? -1 : ::flock(file, flags);
    while (locked != 0 && file >= 0 && errno == EINTR);
    if (locked != 0)
        throw InputError(fmt::format("The file {} cannot be written: {}; runs need a data folder "
                                     "that can be.",
                                     name.constData(), std::strerror(errno)));
    return file;
}

} // namespace

InstanceLock::InstanceLock(const QString& folder)
    : folder_(folder), name_(QUuid::createUuid().toString(QUuid::WithoutBraces)) {
    QDir().mkpath(folder_);
    file_ = openLocked(folder_ + "/" + name_, LOCK_EX | LOCK_NB);
}

InstanceLock::~InstanceLock() {
    QFile::remove(folder_ + "/" + name_);
    ::close(file_);
}

bool InstanceLock::isAlive(const QString& name) const {
    if (name == name_)
        return true;
    const QString path = folder_ + "/" + name;
    const int file = ::open(QFile::encodeName(path).constData(), O_RDWR | O_CLOEXEC);
    if (file < 0)
        return false;
    const bool alive = ::flock(file, LOCK_EX | LOCK_NB) != 0;
    if (!alive)
        QFile::remove(path);
    ::close(file);
    return alive;
}

OpeningLock::OpeningLock(const QString& folder) : file_(openLocked(folder + "/opening", LOCK_EX)) {}

OpeningLock::~OpeningLock() {
    ::close(file_);
}

} // namespace convergence
