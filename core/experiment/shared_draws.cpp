#include "core/experiment/shared_draws.h"

#include <fmt/format.h>

#include "core/error.h"

namespace convergence {

std::vector<std::uint32_t> nestedSample(const StreamKey& key, std::size_t population,
                                        std::size_t size) {
    // Member i takes number i of the stream, whatever the size: Fisher–Yates from the front.
    return RandomStream(key).choice(population, size);
}

void drawBatch(const StreamKey& key, std::uint64_t population, std::span<std::uint32_t> batch) {
    constexpr std::uint64_t largest = std::uint64_t{1} << 32;
    if (population < 1 || population > largest)
        throw InputError(fmt::format("A batch from {} samples is not accepted; there must be from "
                                     "1 to {}.",
                                     population, largest));
    RandomStream stream(key);
    for (std::uint32_t& member : batch)
        member = static_cast<std::uint32_t>(stream.integer(population));
}

void drawMask(const StreamKey& key, double probability, std::span<std::uint8_t> mask) {
    if (!(probability >= 0.0 && probability <= 1.0))
        throw InputError(fmt::format("A mask that keeps each entry with probability {} is not "
                                     "accepted; it must be from 0 to 1.",
                                     probability));
    RandomStream stream(key);
    for (std::uint8_t& kept : mask)
        kept = stream.uniform() < probability ? 1 : 0;
}

} // namespace convergence
