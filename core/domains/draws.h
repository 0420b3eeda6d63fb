#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace convergence::domains {

/// Which examples a step sees. Examples of domain i are numbered from begin(i) on, one domain after
/// another.
///
/// First a domain is drawn, then an example of it: any of them each time (independent), or the next
/// of a shuffled queue of the domain's own, which is shuffled again once it is through (queues). So
/// it is counted how often a domain was repeated: r_i = draws of it over n_i.
///
/// The domains of an iteration depend on (seed, replicate, iteration) and the shares alone, by one
/// uniform an example; equal shares draw equal examples.
class DomainDraws {
public:
    enum class Order { independent, queues };

    /// Every domain has examples (std::logic_error otherwise).
    DomainDraws(std::vector<std::uint32_t> sizes, Order order, std::uint64_t seed,
                std::uint64_t replicate);

    /// Fills `examples`, and their domains. Shares sum to 1. Iterations are drawn in turn.
    void draw(std::int64_t iteration, std::span<const double> shares,
              std::span<std::uint32_t> examples, std::span<std::uint32_t> domains);

    [[nodiscard]] std::uint32_t begin(std::size_t domain) const { return begins_[domain]; }
    [[nodiscard]] std::span<const double> repetitions() const { return repetitions_; }

private:
    struct Queue {
        std::vector<std::uint32_t> order;
        std::size_t next = 0;
        std::uint64_t epoch = 0;
    };
    std::uint32_t fromQueue(std::size_t domain);
    void shuffle(std::size_t domain);

    std::vector<std::uint32_t> sizes_, begins_;
    Order order_;
    std::uint64_t seed_, replicate_;
    std::vector<Queue> queues_;
    std::vector<double> draws_, repetitions_;
};

} // namespace convergence::domains
