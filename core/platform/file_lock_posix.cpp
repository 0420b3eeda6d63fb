#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "core/platform/file_lock.h"

namespace convergence {

namespace {

/// As flock(), which a signal may interrupt.
int locked(int file, int how) {
    int result = -1;
    do
        result = ::flock(file, how);
    while (result != 0 && errno == EINTR);
    return result;
}

} // namespace

FileLock::FileLock(const std::filesystem::path& path) {
    const int file = ::open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    if (file < 0 || locked(file, LOCK_EX) != 0) {
        const int reason = errno;
        if (file >= 0)
            ::close(file);
        throw std::system_error(reason, std::generic_category());
    }
    file_ = file;
}

FileLock::~FileLock() {
    ::close(static_cast<int>(file_));
}

bool FileLock::isHeld(const std::filesystem::path& path) {
    const int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
    if (file < 0)
        return false;
    const bool held = locked(file, LOCK_EX | LOCK_NB) != 0;
    ::close(file);
    return held;
}

} // namespace convergence
