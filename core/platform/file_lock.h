#pragma once

#include <cstdint>
#include <filesystem>

namespace convergence {

/// A file that this lock alone holds, among all processes. The system gives it back with the
/// process, however that ends; the file itself stays.
class FileLock {
public:
    /// Makes the file where there is none, and waits until nobody else holds it. Throws
    /// std::system_error with the system's reason if it cannot be opened or locked.
    explicit FileLock(const std::filesystem::path& path);
    ~FileLock();
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;

    /// Whether somebody holds the file, this process included; nobody holds one that does not exist
    /// or cannot be opened.
    [[nodiscard]] static bool isHeld(const std::filesystem::path& path);

private:
    std::intptr_t file_; ///< as the system names what is open
};

} // namespace convergence
