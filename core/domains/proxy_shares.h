#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "core/domains/draws.h"
#include "core/domains/learner.h"
#include "core/domains/mixture.h"

namespace convergence::domains {

/// DoReMi's search for shares, by two small trainings before the true one (Xie et al. 2023):
/// a reference is trained in proportion to the domains' sizes; then a proxy whose batches are
/// uniform over domains and whose loss is Σ_i α_i (mean loss of domain i in the batch), with α by
/// ExcessReweighting from λ_i, the mean over the batch's examples of domain i of
/// max(ℓ(x; θ) − ℓ(x; θ_ref), 0), 0 for a domain that the batch has none of. The mean of α is what
/// is found.
class ProxyShares {
public:
    struct Options {
        std::int64_t iterations = 500; ///< I_p, of each of the two
        std::size_t batch = 16;
        DomainDraws::Order order = DomainDraws::Order::queues;
        std::uint64_t seed = 0, replicate = 0;
        double rate = 1.0, smoothing = 1e-3; ///< η and c
    };
    using MakeLearner = std::function<std::unique_ptr<ExampleLearner>()>;

    ProxyShares(std::vector<std::uint32_t> sizes, const MakeLearner& make, const Options& options);

    /// One step of the reference, or once that has ended of the proxy.
    void step();
    [[nodiscard]] bool isDone() const { return iteration_ >= 2 * options_.iterations; }
    /// The mean of α so far.
    [[nodiscard]] std::vector<double> shares() const { return reweighting_.mean(); }

private:
    void stepReference();
    void stepProxy(std::int64_t iteration);

    Options options_;
    std::unique_ptr<ExampleLearner> reference_, proxy_;
    DomainDraws referenceDraws_, proxyDraws_;
    std::vector<double> proportional_, uniform_;
    ExcessReweighting reweighting_;
    std::int64_t iteration_ = 0;
    std::vector<std::uint32_t> examples_, domains_;
    std::vector<double> weights_, losses_, referenceLosses_, excess_, counts_;
};

} // namespace convergence::domains
