#pragma once

#include <atomic>
#include <cstdint>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace convergence::testing {

/// When each step of a run was made: memory shared through a file, which outlives a process that is
/// killed. The process under test writes, the test reads afterwards.
struct Heartbeat {
    static constexpr std::int64_t mostSteps = 1 << 20;

    std::atomic<std::int64_t> runs;      ///< that made a step so far
    std::atomic<std::int64_t> steps;     ///< of the last one's first trial
    std::atomic<std::int64_t> hasEnded;  ///< 1: that trial has made all its steps
    std::int64_t nanoseconds[mostSteps]; ///< CLOCK_MONOTONIC after each of these steps, from 1
};

/// Maps the file, which is made if need be; null if it cannot be.
inline Heartbeat* mapHeartbeat(const char* path) {
    const int file = ::open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0)
        return nullptr;
    void* memory = MAP_FAILED;
    if (::ftruncate(file, sizeof(Heartbeat)) == 0)
        memory = ::mmap(nullptr, sizeof(Heartbeat), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    ::close(file);
    return memory == MAP_FAILED ? nullptr : static_cast<Heartbeat*>(memory);
}

} // namespace convergence::testing
