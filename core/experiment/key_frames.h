#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/experiment/frames.h"

namespace convergence {

/// Frames kept so that a person can scrub back: log-spaced in iterations, and thinned to every
/// second one whenever they outgrow the memory budget.
class KeyFrames {
public:
    explicit KeyFrames(std::size_t budgetBytes = 64u << 20) : budget_(budgetBytes) {}

    /// The iteration of which the next frame should be kept.
    [[nodiscard]] std::int64_t next() const { return next_; }
    void add(std::shared_ptr<const Frames> frames);
    [[nodiscard]] const std::vector<std::shared_ptr<const Frames>>& all() const { return frames_; }
    [[nodiscard]] std::size_t bytes() const { return bytes_; }

private:
    std::size_t budget_;
    std::size_t bytes_ = 0;
    std::int64_t next_ = 0;
    double perDecade_ = 40.0;
    std::vector<std::shared_ptr<const Frames>> frames_;
};

/// Approximate memory of a set of frames.
std::size_t bytesOf(const Frames& frames);

} // namespace convergence
