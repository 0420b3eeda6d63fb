#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/math/random.h"

/// Random choices that several arms, sizes or rates make alike, so that their curves are paired:
/// each is a function of its key alone (core/math/random.h), whoever makes it and in whatever
/// order.
///
///     drawBatch({.seed = seed, .purpose = "batches", .replicate = r, .index = step}, n, batch);
///
/// The arm is not in the key: all arms see the same batch at the same step. Only where randomness
/// belongs to an arm is its id part of the purpose.
namespace convergence {

/// Two numbers as the index of a key: client and round, task and step.
constexpr std::uint64_t indexPair(std::uint32_t first, std::uint32_t second) {
    return static_cast<std::uint64_t>(first) << 32 | second;
}

/// `size` different members of {0, ..., population − 1} in random order, such that a smaller sample
/// with the same key and population is the beginning of a larger one. Learning curves over n then
/// differ by the samples that were added, not by a new draw. With size = population it is a random
/// order of all, of which any prefix is a sample.
///
/// Throws InputError if size > population, or population > 2³².
std::vector<std::uint32_t> nestedSample(const StreamKey& key, std::size_t population,
                                        std::size_t size);

/// Independent uniform members of {0, ..., population − 1}, with replacement, one for each entry of
/// `batch`. A smaller batch is the beginning of a larger one. Does not allocate.
///
/// Throws InputError for a population of 0 or above 2³².
void drawBatch(const StreamKey& key, std::uint64_t population, std::span<std::uint32_t> batch);

/// 1 with the given probability, else 0, independently for each entry. The mask of a smaller
/// probability lies within that of a larger one, and a shorter one is the beginning of a longer
/// one, so that sweeps over how much is kept are nested too. Does not allocate.
///
/// Throws InputError unless 0 ≤ probability ≤ 1.
void drawMask(const StreamKey& key, double probability, std::span<std::uint8_t> mask);

} // namespace convergence
