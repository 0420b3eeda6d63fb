#include "core/domains/softmax_domains.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "core/domains/temperature.h"
#include "core/error.h"
#include "core/math/random.h"
#include "core/optim/quasi_newton.h"

namespace convergence::domains {

namespace {

constexpr Eigen::Index mostClasses = 64; ///< of which residuals lie on the stack

double gumbel(RandomStream& stream) {
    return -std::log(-std::log(std::max(stream.uniform(), 1e-300)));
}

} // namespace

SoftmaxDomains::SoftmaxDomains(const Options& options)
    : sizes_(options.sizes), features_(options.features), classes_(options.classes),
      ridge_(options.ridge) {
    if (options.sizes.size() != options.scales.size())
        throw InputError(fmt::format("{} scales of features are not accepted for {} domains; "
                                     "expected one each.",
                                     options.scales.size(), options.sizes.size()));
    if (classes_ < 2 || classes_ > mostClasses)
        throw InputError(
            fmt::format("{} classes are not accepted; expected 2 to {}.", classes_, mostClasses));
    proportional_ = temperatureShares(std::vector<double>(sizes_.begin(), sizes_.end()), 1.0);
    const std::uint32_t count = std::accumulate(sizes_.begin(), sizes_.end(), 0U);
    phi_.resize(features_, count);
    labels_.reserve(count);
    RandomStream truth(
        {.seed = options.seed, .purpose = "true weights", .replicate = options.replicate});
    const auto drawn = [&] {
        Eigen::MatrixXd weights(classes_, features_);
        truth.fillNormal(std::span(weights.data(), static_cast<std::size_t>(weights.size())));
        return weights;
    };
    const Eigen::MatrixXd common = drawn();
    constexpr double spread = 2.0, sharpness = 1.5;
    std::uint32_t example = 0;
    for (std::size_t k = 0; k < sizes_.size(); ++k) {
        begins_.push_back(example);
        const Eigen::MatrixXd own = common + drawn();
        RandomStream data({.seed = options.seed,
                           .purpose = "examples of a domain",
                           .replicate = options.replicate,
                           .index = k});
        const double deviation =
            spread * options.scales[k] / std::sqrt(static_cast<double>(features_));
        for (std::uint32_t n = 0; n < sizes_[k]; ++n, ++example) {
            auto column = phi_.col(example);
            data.fillNormal(std::span(column.data(), static_cast<std::size_t>(features_)),
                            deviation);
            Eigen::VectorXd scores = sharpness * own * column;
            for (double& score : scores)
                score += gumbel(data);
            Eigen::Index label = 0;
            scores.maxCoeff(&label);
            labels_.push_back(static_cast<std::int32_t>(label));
        }
    }
}

double SoftmaxDomains::residual(const Eigen::VectorXd& W, std::uint32_t example,
                                double* residual) const {
    const double* phi = phi_.data() + static_cast<Eigen::Index>(example) * features_;
    const double* column = W.data();
    std::fill(residual, residual + classes_, 0.0);
    for (Eigen::Index j = 0; j < features_; ++j, column += classes_)
        for (Eigen::Index c = 0; c < classes_; ++c)
            residual[c] += column[c] * phi[j];
    const double largest = *std::max_element(residual, residual + classes_);
    const Eigen::Index y = labels_[example];
    const double own = residual[y] - largest;
    double sum = 0.0;
    for (Eigen::Index c = 0; c < classes_; ++c) {
        residual[c] = std::exp(residual[c] - largest);
        sum += residual[c];
    }
    for (Eigen::Index c = 0; c < classes_; ++c)
        residual[c] /= sum;
    residual[y] -= 1.0;
    return std::log(sum) - own;
}

double SoftmaxDomains::add(const Eigen::VectorXd& W, std::uint32_t example, double factor,
                           Eigen::VectorXd& gradient) const {
    std::array<double, mostClasses> r; // NOLINT: filled by residual()
    const double loss = residual(W, example, r.data());
    for (Eigen::Index c = 0; c < classes_; ++c)
        r[static_cast<std::size_t>(c)] *= factor;
    const double* phi = phi_.data() + static_cast<Eigen::Index>(example) * features_;
    double* column = gradient.data();
    for (Eigen::Index j = 0; j < features_; ++j, column += classes_)
        for (Eigen::Index c = 0; c < classes_; ++c)
            column[c] += r[static_cast<std::size_t>(c)] * phi[j];
    return loss;
}

template <typename Coefficient>
void SoftmaxDomains::addAll(const Eigen::VectorXd& W, const Coefficient& ofDomain,
                            Eigen::VectorXd& gradient) const {
    for (std::size_t i = 0; i < sizes_.size(); ++i)
        for (std::uint32_t x = begin(i); x < end(i); ++x)
            add(W, x, ofDomain(i), gradient);
}

double SoftmaxDomains::objective(const Eigen::VectorXd& W, std::span<const double> shares) const {
    const std::vector<double> means = losses(W);
    return std::inner_product(means.begin(), means.end(), shares.begin(), 0.0) +
           0.5 * ridge_ * W.squaredNorm();
}

double SoftmaxDomains::objective(const Eigen::VectorXd& W, std::span<const double> shares,
                                 Eigen::VectorXd& gradient) const {
    gradient = ridge_ * W;
    double value = 0.5 * ridge_ * W.squaredNorm();
    Eigen::VectorXd sum(dimension());
    for (std::size_t i = 0; i < sizes_.size(); ++i) {
        double losses = 0.0;
        sum.setZero();
        for (std::uint32_t x = begin(i); x < end(i); ++x)
            losses += add(W, x, 1.0, sum);
        const double factor = shares[i] / static_cast<double>(sizes_[i]);
        value += factor * losses;
        gradient += factor * sum;
    }
    return value;
}

std::vector<double> SoftmaxDomains::losses(const Eigen::VectorXd& W) const {
    std::vector<double> means(sizes_.size(), 0.0);
    for (std::size_t i = 0; i < sizes_.size(); ++i) {
        for (std::uint32_t x = begin(i); x < end(i); ++x)
            means[i] += loss(W, x);
        means[i] /= static_cast<double>(sizes_[i]);
    }
    return means;
}

void SoftmaxDomains::gradientByDomains(const Eigen::VectorXd& W, std::span<const double> shares,
                                       Eigen::VectorXd& gradient) const {
    objective(W, shares, gradient);
}

void SoftmaxDomains::gradientByWeights(const Eigen::VectorXd& W, std::span<const double> weights,
                                       Eigen::VectorXd& gradient) const {
    Eigen::VectorXd sum = Eigen::VectorXd::Zero(dimension());
    addAll(
        W, [&](std::size_t i) { return weights[i]; }, sum);
    gradient = sum / static_cast<double>(phi_.cols()) + ridge_ * W;
}

void SoftmaxDomains::gradient(const Eigen::VectorXd& W, std::span<const std::uint32_t> examples,
                              std::span<const double> weights, Eigen::VectorXd& gradient) const {
    gradient.noalias() = ridge_ * W;
    const double share = 1.0 / static_cast<double>(examples.size());
    for (std::size_t b = 0; b < examples.size(); ++b)
        add(W, examples[b], share * weights[b], gradient);
}

double SoftmaxDomains::loss(const Eigen::VectorXd& W, std::uint32_t example) const {
    std::array<double, mostClasses> r; // NOLINT: filled by residual()
    return residual(W, example, r.data());
}

double SoftmaxDomains::squaredNorm(const Eigen::VectorXd& W, std::uint32_t example) const {
    // ‖(p − e_y)φᵀ‖² = ‖p − e_y‖²‖φ‖².
    std::array<double, mostClasses> r; // NOLINT: filled by residual()
    residual(W, example, r.data());
    return std::inner_product(r.begin(), r.begin() + classes_, r.begin(), 0.0) *
           phi_.col(example).squaredNorm();
}

Eigen::VectorXd SoftmaxDomains::minimum(std::span<const double> shares) const {
    constexpr double gradientTolerance = 1e-10;
    return minimizeLbfgs([&](const Eigen::VectorXd& W,
                             Eigen::VectorXd& gradient) { return objective(W, shares, gradient); },
                         Eigen::VectorXd::Zero(dimension()),
                         {.gradientTolerance = gradientTolerance, .decreaseTolerance = 0.0})
        .x;
}

SoftmaxDomains::Noise SoftmaxDomains::noise(const Eigen::VectorXd& W,
                                            std::span<const double> shares) const {
    Noise noise{.moments = std::vector<double>(sizes_.size(), 0.0)};
    Eigen::VectorXd full(dimension());
    gradientByDomains(W, shares, full);
    full -= ridge_ * W;
    noise.sampled = noise.weighted = -full.squaredNorm();
    for (std::size_t i = 0; i < sizes_.size(); ++i) {
        for (std::uint32_t x = begin(i); x < end(i); ++x)
            noise.moments[i] += squaredNorm(W, x);
        noise.moments[i] /= static_cast<double>(sizes_[i]);
        noise.sampled += shares[i] * noise.moments[i];
        noise.weighted += shares[i] * shares[i] / proportional_[i] * noise.moments[i];
    }
    return noise;
}

SoftmaxDomains::Noise SoftmaxDomains::enumeratedNoise(const Eigen::VectorXd& W,
                                                      std::span<const double> shares) const {
    Noise noise{.moments = std::vector<double>(sizes_.size(), 0.0)};
    Eigen::VectorXd full(dimension()), one(dimension());
    gradientByDomains(W, shares, full);
    full -= ridge_ * W;
    for (std::size_t i = 0; i < sizes_.size(); ++i) {
        const auto n = static_cast<double>(sizes_[i]);
        const double weight = shares[i] / proportional_[i];
        for (std::uint32_t x = begin(i); x < end(i); ++x) {
            one.setZero();
            add(W, x, 1.0, one);
            noise.moments[i] += one.squaredNorm() / n;
            noise.sampled += shares[i] / n * (one - full).squaredNorm();
            noise.weighted += proportional_[i] / n * (weight * one - full).squaredNorm();
        }
    }
    return noise;
}

SoftmaxLearner::SoftmaxLearner(std::shared_ptr<const SoftmaxDomains> problem, double rate)
    : problem_(std::move(problem)), rate_(rate), W_(Eigen::VectorXd::Zero(problem_->dimension())),
      gradient_(problem_->dimension()) {}

double SoftmaxLearner::step(std::span<const std::uint32_t> examples,
                            std::span<const double> weights) {
    problem_->gradient(W_, examples, weights, gradient_);
    W_ -= rate_ * gradient_;
    return gradient_.norm();
}

void SoftmaxLearner::losses(std::span<const std::uint32_t> examples,
                            std::span<double> losses) const {
    for (std::size_t b = 0; b < examples.size(); ++b)
        losses[b] = problem_->loss(W_, examples[b]);
}

void SoftmaxLearner::squaredNorms(std::span<const std::uint32_t> examples,
                                  std::span<double> norms) const {
    for (std::size_t b = 0; b < examples.size(); ++b)
        norms[b] = problem_->squaredNorm(W_, examples[b]);
}

} // namespace convergence::domains
