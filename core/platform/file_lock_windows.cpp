#include <chrono>
#include <system_error>
#include <thread>

#ifndef NOMINMAX
#define NOMINMAX
#endif
#include <windows.h>

#include "core/platform/file_lock.h"

namespace convergence {

namespace {

/// Opens the file for nobody else, which is a lock there.
HANDLE openAlone(const std::filesystem::path& path, DWORD whetherToMake) {
    return ::CreateFileW(path.c_str(), GENERIC_READ | GENERIC_WRITE, 0, nullptr, whetherToMake,
                         FILE_ATTRIBUTE_NORMAL, nullptr);
}

} // namespace

FileLock::FileLock(const std::filesystem::path& path) {
    HANDLE file = openAlone(path, OPEN_ALWAYS);
    while (file == INVALID_HANDLE_VALUE && ::GetLastError() == ERROR_SHARING_VIOLATION) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        file = openAlone(path, OPEN_ALWAYS);
    }
    if (file == INVALID_HANDLE_VALUE)
        throw std::system_error(static_cast<int>(::GetLastError()), std::system_category());
    file_ = reinterpret_cast<std::intptr_t>(file);
}

FileLock::~FileLock() {
    ::CloseHandle(reinterpret_cast<HANDLE>(file_));
}

bool FileLock::isHeld(const std::filesystem::path& path) {
    const HANDLE file = openAlone(path, OPEN_EXISTING);
    if (file == INVALID_HANDLE_VALUE)
        return ::GetLastError() == ERROR_SHARING_VIOLATION;
    ::CloseHandle(file);
    return false;
}

} // namespace convergence
