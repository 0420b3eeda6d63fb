#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace convergence {

/// Indices of mini-batches drawn without replacement: a fresh permutation of the samples whenever
/// fewer than a batch of the old one remain. The permutation of epoch e is a stream of its own, so
/// that the batch of any iteration can be had without those before it.
class MinibatchStream {
public:
    /// Throws InputError unless 1 ≤ batchSize ≤ sampleCount.
    MinibatchStream(std::size_t sampleCount, std::size_t batchSize, std::uint64_t seed);

    /// The samples of iteration t ≥ 0; valid until the next call. Allocates once an epoch.
    std::span<const std::uint32_t> batch(std::int64_t t);
    [[nodiscard]] std::int64_t batchesPerEpoch() const { return batchesPerEpoch_; }

private:
    std::size_t sampleCount_;
    std::size_t batchSize_;
    std::uint64_t seed_;
    std::int64_t batchesPerEpoch_;
    std::int64_t epoch_ = -1;
    std::vector<std::uint32_t> order_;
};

} // namespace convergence
