#include "core/domains/draws.h"

#include <numeric>
#include <stdexcept>

#include "core/math/random.h"

namespace convergence::domains {

DomainDraws::DomainDraws(std::vector<std::uint32_t> sizes, Order order, std::uint64_t seed,
                         std::uint64_t replicate)
    : sizes_(std::move(sizes)), order_(order), seed_(seed), replicate_(replicate),
      draws_(sizes_.size(), 0.0), repetitions_(sizes_.size(), 0.0) {
    std::uint32_t begin = 0;
    for (const std::uint32_t size : sizes_) {
        if (size == 0)
            throw std::logic_error("a domain without examples cannot be drawn from");
        begins_.push_back(begin);
        begin += size;
    }
    if (order_ == Order::independent)
        return;
    for (const std::uint32_t size : sizes_) {
        queues_.push_back({.order = std::vector<std::uint32_t>(size)});
        std::iota(queues_.back().order.begin(), queues_.back().order.end(), 0U);
        shuffle(queues_.size() - 1);
    }
}

void DomainDraws::shuffle(std::size_t domain) {
    constexpr unsigned epochBits = 32;
    Queue& queue = queues_[domain];
    RandomStream stream(
        {.seed = seed_,
         .purpose = "queue of a domain",
         .replicate = replicate_,
         .index = (static_cast<std::uint64_t>(domain) << epochBits) + queue.epoch++});
    // Fisher and Yates in place.
    for (std::size_t last = queue.order.size(); last > 1; --last)
        std::swap(queue.order[last - 1], queue.order[stream.integer(last)]);
    queue.next = 0;
}

std::uint32_t DomainDraws::fromQueue(std::size_t domain) {
    Queue& queue = queues_[domain];
    if (queue.next == queue.order.size())
        shuffle(domain);
    return queue.order[queue.next++];
}

void DomainDraws::draw(std::int64_t iteration, std::span<const double> shares,
                       std::span<std::uint32_t> examples, std::span<std::uint32_t> domains) {
    RandomStream stream({.seed = seed_,
                         .purpose = "examples of a step",
                         .replicate = replicate_,
                         .index = static_cast<std::uint64_t>(iteration)});
    for (std::size_t b = 0; b < examples.size(); ++b) {
        double left = stream.uniform();
        std::size_t domain = 0, drawable = 0;
        // What rounding leaves over at the end goes to the last domain that has a share.
        for (; domain < shares.size(); ++domain) {
            if (shares[domain] > 0.0)
                drawable = domain;
            if (left < shares[domain])
                break;
            left -= shares[domain];
        }
        if (domain == shares.size())
            domain = drawable;
        const std::uint32_t example =
            order_ == Order::independent
                ? static_cast<std::uint32_t>(stream.integer(sizes_[domain]))
                : fromQueue(domain);
        domains[b] = static_cast<std::uint32_t>(domain);
        examples[b] = begins_[domain] + example;
        draws_[domain] += 1.0;
        repetitions_[domain] = draws_[domain] / static_cast<double>(sizes_[domain]);
    }
}

} // namespace convergence::domains
