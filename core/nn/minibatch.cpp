#include "core/nn/minibatch.h"

#include <fmt/format.h>

#include "core/error.h"
#include "core/math/random.h"

namespace convergence {

MinibatchStream::MinibatchStream(std::size_t sampleCount, std::size_t batchSize, std::uint64_t seed)
    : sampleCount_(sampleCount), batchSize_(batchSize), seed_(seed), batchesPerEpoch_(0) {
    if (batchSize < 1 || batchSize > sampleCount)
        throw InputError(fmt::format("A batch of {} from {} samples is not accepted; it must be "
                                     "from 1 to {}.",
                                     batchSize, sampleCount, sampleCount));
    batchesPerEpoch_ = static_cast<std::int64_t>(sampleCount / batchSize);
}

std::span<const std::uint32_t> MinibatchStream::batch(std::int64_t t) {
    const std::int64_t epoch = t / batchesPerEpoch_;
    if (epoch != epoch_) {
        RandomStream stream(
            {.seed = seed_, .purpose = "mini-batches", .index = static_cast<std::uint64_t>(epoch)});
        order_ = stream.permutation(sampleCount_);
        epoch_ = epoch;
    }
    const auto first = static_cast<std::size_t>(t % batchesPerEpoch_) * batchSize_;
    return std::span(order_).subspan(first, batchSize_);
}

} // namespace convergence
