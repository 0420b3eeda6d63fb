#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace convergence {

/// How the samples of one labelled data set are shared out among clients, so that the clients
/// differ as devices of different people do. A partition holds, for each client, the indices of its
/// samples; no sample is given twice. All depend on (seed, "partition") alone, so that every method
/// sees the same clients.
using Partition = std::vector<std::vector<std::uint32_t>>;

/// Samples 0, ..., n − 1 by their labels 0, ..., classes − 1.
struct LabelledSamples {
    std::span<const std::uint8_t> labels; ///< n
    std::uint32_t classes = 10;           ///< 1–256
};

/// Identically distributed clients: a random order cut into N runs whose sizes differ by at most 1,
/// the larger ones first. Throws InputError unless 1 ≤ N ≤ n.
Partition identicalPartition(std::size_t samples, std::size_t clients, std::uint64_t seed);

/// Clients of equal size ⌊n/N⌋ that prefer classes: each draws its own q ~ Dirichlet(α, ..., α)
/// over the classes. Until all are full: one of the clients that are not is picked uniformly, a
/// class is drawn from its q among those with samples left (uniformly if q gives them no mass), and
/// the next sample of that class in a random order is its. Less than one sample a client is left
/// over.
///
/// α → ∞ is near identical clients, α → 0 one class a client while there are enough. Throws
/// InputError unless α is positive and finite and 1 ≤ N ≤ n, and for a label that is no class.
Partition dirichletPartition(const LabelledSamples& samples, std::size_t clients,
                             double concentration, std::uint64_t seed);

/// Clients of unequal sizes: each class draws its own shares p ~ Dirichlet(α, ..., α) over the
/// clients, and its samples in random order are cut at ⌊n_c (p₁ + ... + p_i)⌋. All are drawn anew
/// until each client has at least `fewest` samples. All samples are given.
///
/// Throws InputError, naming α and N, if 200 draws were not enough, and as the above.
Partition unequalDirichletPartition(const LabelledSamples& samples, std::size_t clients,
                                    double concentration, std::uint64_t seed,
                                    std::size_t fewest = 10);

/// Clients with few classes (McMahan et al. 2017): the samples sorted by label, equal ones in their
/// order, are cut into N·s runs whose sizes differ by at most 1; s of them are dealt to each client
/// at random. Throws InputError unless N ≥ 1, s ≥ 1 and N·s ≤ n, and for a label that is no class.
Partition shardPartition(const LabelledSamples& samples, std::size_t clients,
                         std::size_t shardsPerClient, std::uint64_t seed);

/// counts[i][c]: samples of class c that client i has. Throws InputError for an index or label
/// outside of its range.
std::vector<std::vector<std::size_t>> labelCounts(const LabelledSamples& samples,
                                                  const Partition& partition);

/// Label skew: the mean over clients of the total-variation distance ½ ∑_c |P_i(c) − P(c)| between
/// a client's distribution of labels and that of all samples given. 0 where all are alike, at most
/// 1 − 1/N. Throws as labelCounts(), and InputError if a client has no samples.
double labelSkew(const LabelledSamples& samples, const Partition& partition);

} // namespace convergence
