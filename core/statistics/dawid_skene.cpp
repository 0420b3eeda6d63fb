#include "core/statistics/dawid_skene.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace convergence::statistics {

namespace {

constexpr Index lanes = 4;
using Lanes = Eigen::Array<double, lanes, 1>;
using Map = Eigen::Map<Lanes>;
using ConstMap = Eigen::Map<const Lanes>;

Index padded(Index choices) {
    return (choices + lanes - 1) / lanes * lanes;
}

} // namespace

DawidSkene::DawidSkene(std::shared_ptr<const CrowdTable> table)
    : table_(std::move(table)), width_(padded(table_->choices())),
      posterior_(static_cast<std::size_t>(table_->tasks() * width_), 0.0),
      logPosterior_(posterior_.size(), 0.0),
      logConfusion_(static_cast<std::size_t>(table_->workers() * table_->choices() * width_), 0.0) {
    for (Index j = 0; j < table_->tasks(); ++j) {
        const auto answers = table_->of(j);
        for (const CrowdTable::Answer& answer : answers)
            row(posterior_, j)[answer.choice] += 1.0 / static_cast<double>(answers.size());
        for (Index c = 0; c < table_->choices(); ++c) // votes decide before the first round
            row(logPosterior_, j)[c] = row(posterior_, j)[c];
    }
    estimate_.pairs.resize(static_cast<std::size_t>(table_->tasks()));
}

bool DawidSkene::advance() {
    maximize();
    expect();
    isFresh_ = false;
    return true;
}

void DawidSkene::maximize() {
    const Index K = table_->choices();
    std::fill(logConfusion_.begin(), logConfusion_.end(), pseudoCount);
    for (Index first = 0; first < width_; first += lanes)
        for (Index j = 0; j < table_->tasks(); ++j) {
            const Lanes mass = ConstMap(row(posterior_, j) + first);
            for (const CrowdTable::Answer& answer : table_->of(j))
                Map(row(logConfusion_, answer.worker * K + answer.choice) + first) += mass;
        }
    for (Index i = 0; i < table_->workers(); ++i)
        for (Index first = 0; first < width_; first += lanes) {
            Lanes sum = Lanes::Zero();
            for (Index k = 0; k < K; ++k)
                sum += Map(row(logConfusion_, i * K + k) + first);
            for (Index k = 0; k < K; ++k) {
                Map of(row(logConfusion_, i * K + k) + first);
                of = (of / sum).log();
            }
        }
}

void DawidSkene::expect() {
    const Index K = table_->choices();
    for (Index j = 0; j < table_->tasks(); ++j) {
        const auto answers = table_->of(j);
        for (Index first = 0; first < width_; first += lanes) {
            Lanes sum = Lanes::Zero();
            for (const CrowdTable::Answer& answer : answers)
                sum += Map(row(logConfusion_, answer.worker * K + answer.choice) + first);
            Map(row(logPosterior_, j) + first) = sum;
        }
        double* logs = row(logPosterior_, j);
        const double largest = *std::max_element(logs, logs + K);
        double* mass = row(posterior_, j);
        for (Index first = 0; first < width_; first += lanes)
            Map(mass + first) = (Map(logs + first) - largest).exp();
        std::fill(mass + K, mass + width_, 0.0);
        Eigen::Map<Eigen::ArrayXd> all(mass, width_);
        all /= all.sum();
    }
}

const CrowdEstimate& DawidSkene::estimate() {
    if (!std::exchange(isFresh_, true))
        for (Index j = 0; j < table_->tasks(); ++j)
            estimate_.pairs[static_cast<std::size_t>(j)] =
                largestTwo(row(logPosterior_, j), table_->choices());
    return estimate_;
}

Eigen::VectorXd DawidSkene::scores(Index task) const {
    return Eigen::Map<const Eigen::VectorXd>(logPosterior_.data() + task * width_,
                                             table_->choices());
}

Eigen::VectorXd DawidSkene::posterior(Index task) const {
    return Eigen::Map<const Eigen::VectorXd>(posterior_.data() + task * width_, table_->choices());
}

Eigen::MatrixXd DawidSkene::confusion(Index worker) const {
    const Index K = table_->choices();
    Eigen::MatrixXd matrix(K, K);
    for (Index k = 0; k < K; ++k)
        for (Index c = 0; c < K; ++c)
            matrix(k, c) =
                std::exp(logConfusion_[static_cast<std::size_t>((worker * K + k) * width_ + c)]);
    return matrix;
}

} // namespace convergence::statistics
