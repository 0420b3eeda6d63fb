#include "core/domains/proxy_shares.h"

#include <algorithm>

namespace convergence::domains {

namespace {

constexpr std::uint64_t ofReference = 1, ofProxy = 2;

/// Streams of the proxies are not those of the training that follows.
std::uint64_t streamOf(const ProxyShares::Options& options, std::uint64_t which) {
    constexpr std::uint64_t apart = std::uint64_t{1} << 40U;
    return options.replicate + which * apart;
}

} // namespace

ProxyShares::ProxyShares(std::vector<std::uint32_t> sizes, const MakeLearner& make,
                         const Options& options)
    : options_(options), reference_(make()), proxy_(make()),
      referenceDraws_(sizes, options.order, options.seed, streamOf(options, ofReference)),
      proxyDraws_(sizes, options.order, options.seed, streamOf(options, ofProxy)),
      proportional_(temperatureShares(std::vector<double>(sizes.begin(), sizes.end()), 1.0)),
      uniform_(sizes.size(), 1.0 / static_cast<double>(sizes.size())),
      reweighting_(sizes.size(), options.rate, options.smoothing), examples_(options.batch),
      domains_(options.batch), weights_(options.batch), losses_(options.batch),
      referenceLosses_(options.batch), excess_(sizes.size()), counts_(sizes.size()) {}

void ProxyShares::step() {
    if (iteration_ < options_.iterations)
        stepReference();
    else if (!isDone())
        stepProxy(iteration_ - options_.iterations);
    ++iteration_;
}

void ProxyShares::stepReference() {
    referenceDraws_.draw(iteration_, proportional_, examples_, domains_);
    std::fill(weights_.begin(), weights_.end(), 1.0);
    reference_->step(examples_, weights_);
}

void ProxyShares::stepProxy(std::int64_t iteration) {
    proxyDraws_.draw(iteration, uniform_, examples_, domains_);
    proxy_->losses(examples_, losses_);
    reference_->losses(examples_, referenceLosses_);
    std::fill(excess_.begin(), excess_.end(), 0.0);
    std::fill(counts_.begin(), counts_.end(), 0.0);
    for (std::size_t b = 0; b < examples_.size(); ++b) {
        excess_[domains_[b]] += std::max(losses_[b] - referenceLosses_[b], 0.0);
        counts_[domains_[b]] += 1.0;
    }
    for (std::size_t i = 0; i < excess_.size(); ++i)
        if (counts_[i] > 0.0)
            excess_[i] /= counts_[i];
    reweighting_.update(excess_);
    const auto& shares = reweighting_.shares();
    for (std::size_t b = 0; b < examples_.size(); ++b)
        weights_[b] =
            shares[domains_[b]] * static_cast<double>(examples_.size()) / counts_[domains_[b]];
    proxy_->step(examples_, weights_);
}

} // namespace convergence::domains
