#include "core/platform/process.h"

#include <csignal>

namespace convergence {

namespace {

std::atomic<std::atomic<bool>*> interruptFlag{nullptr};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may only use these");

void onInterrupt(int signal) {
    if (auto* flag = interruptFlag.load())
        flag->store(true);
    std::signal(signal, SIG_DFL);
}

} // namespace

void setOnInterrupt(std::atomic<bool>& flag) {
    interruptFlag = &flag;
    std::signal(SIGINT, onInterrupt);
    std::signal(SIGTERM, onInterrupt);
}

} // namespace convergence
