#include "core/domains/mixture.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/math/log_sum_exp.h"

namespace convergence::domains {

namespace {

/// A domain that is drawn from while those of at least this share of the largest are.
constexpr double shareOfLargest = 0.1;

void unweighted(Mixture& mixture) {
    std::fill(mixture.weights.begin(), mixture.weights.end(), 1.0);
}

} // namespace

TemperatureSampling::TemperatureSampling(std::vector<double> sizes,
                                         const TemperatureSchedule& schedule)
    : sizes_(std::move(sizes)), schedule_(schedule), temperature_(schedule.at(0.0)) {
    temperatureShares(sizes_, temperature_); // refuses what is no size
}

void TemperatureSampling::at(double progress, std::span<const double>, Mixture& mixture) {
    temperature_ = schedule_.at(progress);
    fillTemperatureShares(sizes_, temperature_, mixture.shares);
    unweighted(mixture);
}

Scalarization::Scalarization(std::vector<double> sizes, const TemperatureSchedule& schedule,
                             Scale scale)
    : sizes_(std::move(sizes)), proportional_(temperatureShares(sizes_, 1.0)), schedule_(schedule),
      scale_(scale), temperature_(schedule.at(0.0)) {}

void Scalarization::at(double progress, std::span<const double>, Mixture& mixture) {
    temperature_ = schedule_.at(progress);
    fillTemperatureShares(sizes_, temperature_, mixture.weights);
    for (std::size_t i = 0; i < sizes_.size(); ++i) {
        mixture.shares[i] = proportional_[i];
        mixture.weights[i] /= proportional_[i];
    }
    if (scale_ == Scale::meanOneOverDomains) {
        const double mean = std::accumulate(mixture.weights.begin(), mixture.weights.end(), 0.0) /
                            static_cast<double>(sizes_.size());
        for (double& weight : mixture.weights)
            weight /= mean;
    }
}

void UniMax::at(double, std::span<const double> repetitions, Mixture& mixture) {
    const auto isActive = [this](double r) { return r < cap_; };
    while (std::none_of(repetitions.begin(), repetitions.end(), isActive))
        cap_ += step_;
    const auto active =
        static_cast<double>(std::count_if(repetitions.begin(), repetitions.end(), isActive));
    for (std::size_t i = 0; i < repetitions.size(); ++i)
        mixture.shares[i] = isActive(repetitions[i]) ? 1.0 / active : 0.0;
    unweighted(mixture);
}

LargestFirst::LargestFirst(std::vector<double> sizes, double temperature, double switchAt)
    : sizes_(std::move(sizes)), temperature_(temperature), switchAt_(switchAt) {
    temperatureShares(sizes_, temperature_);
}

void LargestFirst::at(double progress, std::span<const double>, Mixture& mixture) {
    isOver_ = progress > switchAt_;
    unweighted(mixture);
    if (isOver_) {
        fillTemperatureShares(sizes_, temperature_, mixture.shares);
        return;
    }
    const double least = shareOfLargest * *std::max_element(sizes_.begin(), sizes_.end());
    double sum = 0.0;
    for (std::size_t i = 0; i < sizes_.size(); ++i) {
        mixture.shares[i] = sizes_[i] >= least ? sizes_[i] : 0.0;
        sum += mixture.shares[i];
    }
    for (double& share : mixture.shares)
        share /= sum;
}

std::optional<double> LargestFirst::temperature() const {
    return isOver_ ? std::optional(temperature_) : std::nullopt;
}

void FixedShares::at(double, std::span<const double>, Mixture& mixture) {
    mixture.shares = shares_;
    unweighted(mixture);
}

ExcessReweighting::ExcessReweighting(std::size_t domains, double rate, double smoothing)
    : shares_(domains, 1.0 / static_cast<double>(domains)), sum_(domains, 0.0), rate_(rate),
      smoothing_(smoothing) {}

void ExcessReweighting::update(std::span<const double> excess) {
    std::vector<double> logs;
    logs.reserve(shares_.size());
    for (std::size_t i = 0; i < shares_.size(); ++i)
        logs.push_back(std::log(shares_[i]) + rate_ * excess[i]);
    shares_ = normalizedExponentials(std::move(logs));
    for (std::size_t i = 0; i < shares_.size(); ++i) {
        shares_[i] =
            (1.0 - smoothing_) * shares_[i] + smoothing_ / static_cast<double>(shares_.size());
        sum_[i] += shares_[i];
    }
    updates_ += 1.0;
}

std::vector<double> ExcessReweighting::mean() const {
    if (updates_ == 0.0)
        return shares_;
    std::vector<double> mean = sum_;
    for (double& share : mean)
        share /= updates_;
    return mean;
}

} // namespace convergence::domains
