#pragma once

#include <filesystem>
#include <string>

#include <sys/mman.h>
#include <unistd.h>

#include "tests/fuzz/fuzz_target.h"

namespace convergence::fuzz {

/// A file in memory, for readers that want a path.
class FuzzFile {
public:
    FuzzFile(const std::uint8_t* data, std::size_t size) : file_(::memfd_create("fuzz", 0)) {
        if (file_ < 0 || ::write(file_, data, size) != static_cast<ssize_t>(size))
            fail("No file can be made in memory.");
    }
    ~FuzzFile() { ::close(file_); }
    FuzzFile(const FuzzFile&) = delete;
    FuzzFile& operator=(const FuzzFile&) = delete;
    [[nodiscard]] std::filesystem::path path() const {
        return "/proc/self/fd/" + std::to_string(file_);
    }

private:
    int file_;
};

} // namespace convergence::fuzz
