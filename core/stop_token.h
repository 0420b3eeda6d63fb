#pragma once

#include <atomic>
#include <memory>

namespace convergence {

/// Asked by long computations whether to give up. Copies share the request.
class StopToken {
public:
    StopToken() : requested_(std::make_shared<std::atomic<bool>>(false)) {}
    void requestStop() { requested_->store(true, std::memory_order_relaxed); }
    [[nodiscard]] bool stopRequested() const { return requested_->load(std::memory_order_relaxed); }
    /// The flag itself, for a signal handler; lives as long as any copy of the token.
    [[nodiscard]] std::atomic<bool>* flag() const { return requested_.get(); }

private:
    std::shared_ptr<std::atomic<bool>> requested_;
};

} // namespace convergence
