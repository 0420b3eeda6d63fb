#include "core/data/partitions.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "core/error.h"
#include "core/math/random.h"

namespace convergence {

namespace {

constexpr std::uint64_t mostDraws = 200;

RandomStream partitionStream(std::uint64_t seed, std::uint64_t draw = 0) {
    return RandomStream({.seed = seed, .purpose = "partition", .index = draw});
}

void checkClients(std::size_t clients, std::size_t samples) {
    if (clients < 1 || clients > samples)
        throw InputError(fmt::format("A partition of {} samples among {} clients is not accepted; "
                                     "there must be from 1 client to as many as there are samples.",
                                     samples, clients));
}

void checkConcentration(double concentration) {
    if (!(concentration > 0.0) || std::isinf(concentration))
        throw InputError(fmt::format("A Dirichlet concentration of {} is not accepted; it must be "
                                     "positive and finite.",
                                     concentration));
}

/// The samples of each class in order of index.
std::vector<std::vector<std::uint32_t>> byClass(const LabelledSamples& samples) {
    std::vector<std::vector<std::uint32_t>> classes(samples.classes);
    for (std::size_t i = 0; i < samples.labels.size(); ++i) {
        const std::uint32_t label = samples.labels[i];
        if (label >= samples.classes)
            throw InputError(fmt::format("Sample {} has the label {}; expected one from 0 to {}.",
                                         i, label, static_cast<std::int64_t>(samples.classes) - 1));
        classes[label].push_back(static_cast<std::uint32_t>(i));
    }
    return classes;
}

void shuffle(std::vector<std::uint32_t>& members, RandomStream& stream) {
    const auto order = stream.permutation(members.size());
    std::vector<std::uint32_t> shuffled(members.size());
    std::transform(order.begin(), order.end(), shuffled.begin(),
                   [&](std::uint32_t place) { return members[place]; });
    members = std::move(shuffled);
}

/// A class drawn from `shares` restricted to classes that `left` has samples of; uniformly among
/// these where the shares give them nothing.
std::size_t drawClass(const std::vector<double>& shares, const std::vector<std::size_t>& left,
                      RandomStream& stream) {
    double mass = 0.0;
    std::size_t open = 0, last = 0;
    for (std::size_t c = 0; c < left.size(); ++c)
        if (left[c] > 0) {
            mass += shares[c];
            ++open;
            last = c;
        }
    const bool even = !(mass > 0.0);
    double u = stream.uniform() * (even ? static_cast<double>(open) : mass);
    for (std::size_t c = 0; c < last; ++c) {
        if (left[c] == 0)
            continue;
        const double share = even ? 1.0 : shares[c];
        if (u < share)
            return c;
        u -= share;
    }
    return last;
}

} // namespace

Partition identicalPartition(std::size_t samples, std::size_t clients, std::uint64_t seed) {
    checkClients(clients, samples);
    const auto order = partitionStream(seed).permutation(samples);
    Partition partition(clients);
    auto next = order.begin();
    for (std::size_t i = 0; i < clients; ++i) {
        const std::size_t size = samples / clients + (i < samples % clients ? 1 : 0);
        partition[i].assign(next, next + static_cast<std::ptrdiff_t>(size));
        next += static_cast<std::ptrdiff_t>(size);
    }
    return partition;
}

Partition dirichletPartition(const LabelledSamples& samples, std::size_t clients,
                             double concentration, std::uint64_t seed) {
    checkClients(clients, samples.labels.size());
    checkConcentration(concentration);
    auto classes = byClass(samples);
    RandomStream stream = partitionStream(seed);
    std::vector<std::vector<double>> preferences;
    for (std::size_t i = 0; i < clients; ++i)
        preferences.push_back(
            stream.dirichlet(std::vector<double>(samples.classes, concentration)));
    std::vector<std::size_t> left;
    for (auto& members : classes) {
        shuffle(members, stream);
        left.push_back(members.size());
    }
    const std::size_t size = samples.labels.size() / clients;
    Partition partition(clients);
    std::vector<std::size_t> open(clients);
    std::iota(open.begin(), open.end(), std::size_t{0});
    while (!open.empty()) {
        const std::size_t place = stream.integer(open.size());
        const std::size_t client = open[place];
        const std::size_t c = drawClass(preferences[client], left, stream);
        partition[client].push_back(classes[c][classes[c].size() - left[c]]);
        --left[c];
        if (partition[client].size() == size) {
            open[place] = open.back();
            open.pop_back();
        }
    }
    return partition;
}

Partition unequalDirichletPartition(const LabelledSamples& samples, std::size_t clients,
                                    double concentration, std::uint64_t seed, std::size_t fewest) {
    checkClients(clients, samples.labels.size());
    checkConcentration(concentration);
    const auto classes = byClass(samples);
    for (std::uint64_t draw = 0; draw < mostDraws; ++draw) {
        RandomStream stream = partitionStream(seed, draw);
        Partition partition(clients);
        for (const auto& sorted : classes) {
            auto members = sorted;
            shuffle(members, stream);
            const auto shares = stream.dirichlet(std::vector<double>(clients, concentration));
            double upTo = 0.0;
            std::size_t begin = 0;
            for (std::size_t i = 0; i < clients; ++i) {
                upTo += shares[i];
                const auto cut = static_cast<std::size_t>(
                    std::floor(static_cast<double>(members.size()) * std::min(upTo, 1.0)));
                const std::size_t end =
                    i + 1 == clients ? members.size() : std::clamp(cut, begin, members.size());
                partition[i].insert(partition[i].end(),
                                    members.begin() + static_cast<std::ptrdiff_t>(begin),
                                    members.begin() + static_cast<std::ptrdiff_t>(end));
                begin = end;
            }
        }
        if (std::all_of(partition.begin(), partition.end(),
                        [&](const auto& members) { return members.size() >= fewest; }))
            return partition;
    }
    throw InputError(fmt::format("In {} draws with concentration α = {} some of N = {} clients had "
                                 "fewer than {} of the {} samples; choose a larger α, fewer "
                                 "clients or more samples.",
                                 mostDraws, concentration, clients, fewest, samples.labels.size()));
}

Partition shardPartition(const LabelledSamples& samples, std::size_t clients,
                         std::size_t shardsPerClient, std::uint64_t seed) {
    const std::size_t count = samples.labels.size();
    checkClients(clients, count);
    if (shardsPerClient < 1 || shardsPerClient > count / clients)
        throw InputError(fmt::format("{} shards for each of {} clients are not accepted; with {} "
                                     "samples there must be from 1 to {}.",
                                     shardsPerClient, clients, count, count / clients));
    std::vector<std::uint32_t> sorted;
    for (const auto& members : byClass(samples))
        sorted.insert(sorted.end(), members.begin(), members.end());
    const std::size_t shards = clients * shardsPerClient;
    const auto dealt = partitionStream(seed).permutation(shards);
    // The first count mod shards runs are one longer.
    const auto beginOf = [&](std::size_t shard) {
        return shard * (count / shards) + std::min(shard, count % shards);
    };
    Partition partition(clients);
    for (std::size_t k = 0; k < shards; ++k) {
        auto& members = partition[k / shardsPerClient];
        members.insert(members.end(),
                       sorted.begin() + static_cast<std::ptrdiff_t>(beginOf(dealt[k])),
                       sorted.begin() + static_cast<std::ptrdiff_t>(beginOf(dealt[k] + 1)));
    }
    return partition;
}

std::vector<std::vector<std::size_t>> labelCounts(const LabelledSamples& samples,
                                                  const Partition& partition) {
    std::vector<std::vector<std::size_t>> counts;
    for (const auto& members : partition) {
        counts.emplace_back(samples.classes, 0);
        for (const std::uint32_t index : members) {
            if (index >= samples.labels.size() || samples.labels[index] >= samples.classes)
                throw InputError(fmt::format("A client has sample {}; expected one of {} samples "
                                             "with labels below {}.",
                                             index, samples.labels.size(), samples.classes));
            ++counts.back()[samples.labels[index]];
        }
    }
    return counts;
}

double labelSkew(const LabelledSamples& samples, const Partition& partition) {
    const auto counts = labelCounts(samples, partition);
    std::vector<double> all(samples.classes, 0.0);
    double total = 0.0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (partition[i].empty())
            throw InputError(fmt::format("Client {} of {} has no samples; label skew needs some of "
                                         "each.",
                                         i, partition.size()));
        for (std::size_t c = 0; c < all.size(); ++c)
            all[c] += static_cast<double>(counts[i][c]);
        total += static_cast<double>(partition[i].size());
    }
    double skew = 0.0;
    for (std::size_t i = 0; i < counts.size(); ++i)
        for (std::size_t c = 0; c < all.size(); ++c)
            skew += 0.5 * std::abs(static_cast<double>(counts[i][c]) /
                                       static_cast<double>(partition[i].size()) -
                                   all[c] / total);
    return counts.empty() ? 0.0 : skew / static_cast<double>(counts.size());
}

} // namespace convergence
