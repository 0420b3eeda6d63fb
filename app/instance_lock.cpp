#include "app/instance_lock.h"

#include <cstring>

#include <QDir>
#include <QUuid>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include "core/error.h"

namespace convergence {

InstanceLock::InstanceLock(const QString& folder)
    : folder_(folder), name_(QUuid::createUuid().toString(QUuid::WithoutBraces)) {
    QDir().mkpath(folder_);
    const QByteArray path = QFile::encodeName(folder_ + "/" + name_);
    file_ = ::open(path.constData(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    if (file_ < 0 || ::flock(file_, LOCK_EX | LOCK_NB) != 0)
        throw InputError(fmt::format("The file {} cannot be written: {}; runs need a data folder "
                                     "that can be.",
                                     path.constData(), std::strerror(errno)));
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

} // namespace convergence
