#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace convergence {

/// Hands out the tasks of a sweep that have no result yet, in order.
class TaskQueue {
public:
    explicit TaskQueue(std::vector<bool> done) : done_(std::move(done)) {
        for (const bool finished : done_)
            left_ += !finished;
    }

    /// The next task; none when all are handed out.
    std::optional<std::uint64_t> take() {
        if (!returned_.empty()) {
            const std::uint64_t task = returned_.front();
            returned_.pop_front();
            return task;
        }
        while (next_ < done_.size() && done_[next_])
            ++next_;
        if (next_ >= done_.size())
            return std::nullopt;
        return next_++;
    }
    /// A task that was handed out and could not be run.
    void putBack(std::uint64_t task) { returned_.push_back(task); }
    void finished() { --left_; }

    /// Tasks without a result, handed out or not.
    [[nodiscard]] std::uint64_t left() const { return left_; }
    [[nodiscard]] std::uint64_t count() const { return done_.size(); }

private:
    std::vector<bool> done_;
    std::deque<std::uint64_t> returned_;
    std::uint64_t next_ = 0;
    std::uint64_t left_ = 0;
};

} // namespace convergence
