#include "core/language/hashed_ngrams.h"

#include <array>
#include <cmath>
#include <stdexcept>

namespace convergence::language {

namespace {

constexpr std::int64_t firstPredicted = 3; ///< j: three bytes come before it
constexpr float beta1 = 0.9F, beta2 = 0.98F, epsilon = 1e-6F;
constexpr std::int64_t restAfter = 200; ///< iterations
constexpr double warmUp = 100.0;

/// FNV-1a over the `order` bytes before `next`, the nearest first.
std::uint32_t hashOf(const std::vector<std::uint8_t>& bytes, const std::int32_t* next, int order) {
    constexpr std::uint32_t start = 2166136261U, prime = 16777619U;
    constexpr unsigned fold = 15;
    std::uint32_t h = start + static_cast<std::uint32_t>(order) - 1U;
    for (int k = 1; k <= order; ++k) {
        h ^= bytes[static_cast<std::size_t>(next[-k])];
        h *= prime;
    }
    return h ^ (h >> fold);
}

} // namespace

template <typename Scalar>
HashedNgrams<Scalar>::HashedNgrams(std::shared_ptr<const TextChunks> chunks, int hashBits)
    : chunks_(std::move(chunks)), vocabulary_(chunks_->vocabulary()),
      hashRows_(std::uint32_t{1} << static_cast<unsigned>(hashBits)) {
    if (chunks_->context() < firstPredicted)
        throw std::logic_error("chunks are too short for three bytes before a fourth");
    for (const std::string& name : chunks_->names()) {
        if (name.size() != 1)
            throw std::logic_error("hashed n-grams are of bytes");
        bytes_.push_back(static_cast<std::uint8_t>(name.front()));
    }
    rows_ = 1 + vocabulary_ + 2 * static_cast<Eigen::Index>(hashRows_);
    theta_ = Table::Zero(vocabulary_, rows_);
    gradient_ = Table::Zero(vocabulary_, rows_);
    stamps_.assign(static_cast<std::size_t>(rows_), 0);
    touched_.reserve(static_cast<std::size_t>(rows_));
    row_.resize(vocabulary_);
}

template <typename Scalar>
auto HashedNgrams<Scalar>::contextAt(const std::int32_t* next) const -> Context {
    const auto V = static_cast<std::uint32_t>(vocabulary_);
    const std::uint32_t mask = hashRows_ - 1U;
    return {0U, 1U + static_cast<std::uint32_t>(next[-1]),
            1U + V + (hashOf(bytes_, next, 2) & mask),
            1U + V + hashRows_ + (hashOf(bytes_, next, 3) & mask)};
}

template <typename Scalar>
void HashedNgrams<Scalar>::probabilities(const Context& context, Row& row) const {
    row = theta_.col(context[0]) + theta_.col(context[1]) + theta_.col(context[2]) +
          theta_.col(context[3]);
    row = (row - row.maxCoeff()).exp();
    row *= Scalar(1) / row.sum();
}

template <typename Scalar>
double HashedNgrams<Scalar>::loss(std::uint32_t chunk) const {
    const auto symbols = chunks_->chunk(chunk);
    double sum = 0.0;
    for (std::size_t j = firstPredicted; j < symbols.size(); ++j) {
        probabilities(contextAt(symbols.data() + j), row_);
        sum -= std::log(static_cast<double>(row_[symbols[j]]));
    }
    return sum / static_cast<double>(symbols.size() - firstPredicted);
}

template <typename Scalar>
void HashedNgrams<Scalar>::touch(std::uint32_t row) {
    if (stamps_[row] == call_)
        return;
    stamps_[row] = call_;
    touched_.push_back(row);
    gradient_.col(row).setZero();
}

template <typename Scalar>
double HashedNgrams<Scalar>::gradient(std::span<const std::uint32_t> chunks,
                                      std::span<const double> weights) {
    ++call_;
    touched_.clear();
    double total = 0.0;
    for (std::size_t b = 0; b < chunks.size(); ++b) {
        const auto symbols = chunks_->chunk(chunks[b]);
        const double factor =
            weights[b] / static_cast<double>(chunks.size() * (symbols.size() - firstPredicted));
        for (std::size_t j = firstPredicted; j < symbols.size(); ++j) {
            const Context context = contextAt(symbols.data() + j);
            probabilities(context, row_);
            total -= factor * std::log(static_cast<double>(row_[symbols[j]]));
            row_[symbols[j]] -= Scalar(1);
            row_ *= static_cast<Scalar>(factor);
            for (const std::uint32_t row : context) {
                touch(row);
                gradient_.col(row) += row_;
            }
        }
    }
    return total;
}

template <typename Scalar>
double HashedNgrams<Scalar>::squaredNorm() const {
    double sum = 0.0;
    for (const std::uint32_t row : touched_)
        sum += static_cast<double>(gradient_.col(row).matrix().squaredNorm());
    return sum;
}

template <typename Scalar>
void HashedNgrams<Scalar>::next(std::span<const std::int32_t> text,
                                std::span<double> probabilities) const {
    if (text.size() < firstPredicted)
        throw std::logic_error("three bytes are needed to predict a fourth");
    this->probabilities(contextAt(text.data() + text.size()), row_);
    for (Eigen::Index v = 0; v < vocabulary_; ++v)
        probabilities[static_cast<std::size_t>(v)] = static_cast<double>(row_[v]);
}

template class HashedNgrams<float>;
template class HashedNgrams<double>;

HashedNgramTrainer::HashedNgramTrainer(std::shared_ptr<const TextChunks> chunks, int hashBits,
                                       double rate)
    : model_(chunks, hashBits), chunks_(std::move(chunks)), hashBits_(hashBits), rate_(rate),
      mean_(HashedNgrams<float>::Table::Zero(model_.vocabulary(), model_.rows())), squares_(mean_),
      lastTouched_(static_cast<std::size_t>(model_.rows()), 0) {}

double HashedNgramTrainer::rateAt(std::int64_t t, double rate) {
    const auto at = static_cast<double>(t);
    return rate * std::min(at / warmUp, std::sqrt(warmUp / at));
}

double HashedNgramTrainer::step(std::span<const std::uint32_t> chunks,
                                std::span<const double> weights) {
    const double loss = model_.gradient(chunks, weights);
    const double norm = std::sqrt(model_.squaredNorm());
    if (!std::isfinite(loss))
        return loss;
    ++iteration_;
    const auto t = static_cast<double>(iteration_);
    step_ = static_cast<float>(rateAt(iteration_, rate_) /
                               (1.0 - std::pow(static_cast<double>(beta1), t)));
    root_ = static_cast<float>(1.0 / std::sqrt(1.0 - std::pow(static_cast<double>(beta2), t)));
    for (const std::uint32_t row : model_.touched()) {
        const std::int64_t idle = iteration_ - 1 - lastTouched_[row];
        if (lastTouched_[row] > 0 && idle > restAfter) {
            mean_.col(row).setZero();
            squares_.col(row) *= std::pow(beta2, static_cast<float>(idle - restAfter));
        }
        lastTouched_[row] = iteration_;
    }
    for (std::uint32_t row = 0; row < lastTouched_.size(); ++row) {
        const std::int64_t last = lastTouched_[row];
        if (last > 0 && iteration_ - last <= restAfter)
            move(row, last == iteration_);
    }
    return norm;
}

/// m ← β₁m + (1 − β₁)g, s ← β₂s + (1 − β₂)g², θ ← θ − η m̂/(√ŝ + ε).
void HashedNgramTrainer::move(std::uint32_t row, bool hasGradient) {
    auto m = mean_.col(row);
    auto s = squares_.col(row);
    if (hasGradient) {
        const auto g = model_.gradient().col(row);
        m = beta1 * m + (1.0F - beta1) * g;
        s = beta2 * s + (1.0F - beta2) * g.square();
    } else {
        m *= beta1;
        s *= beta2;
    }
    model_.parameters().col(row) -= step_ * m / (s.sqrt() * root_ + epsilon);
}

void HashedNgramTrainer::losses(std::span<const std::uint32_t> chunks,
                                std::span<double> losses) const {
    for (std::size_t b = 0; b < chunks.size(); ++b)
        losses[b] = model_.loss(chunks[b]);
}

void HashedNgramTrainer::squaredNorms(std::span<const std::uint32_t> chunks,
                                      std::span<double> norms) const {
    if (!probe_)
        probe_ = std::make_unique<HashedNgrams<float>>(chunks_, hashBits_);
    probe_->parameters() = model_.parameters();
    const double one = 1.0;
    for (std::size_t b = 0; b < chunks.size(); ++b) {
        probe_->gradient(chunks.subspan(b, 1), std::span(&one, 1));
        norms[b] = probe_->squaredNorm();
    }
}

double hashedNgramMemory(std::int32_t vocabulary, int hashBits) {
    const double rows = 1.0 + vocabulary + 2.0 * std::pow(2.0, hashBits);
    constexpr double tables = 7.0; // parameters and gradient, here and to probe, and two moments
    return tables * rows * vocabulary * static_cast<double>(sizeof(float));
}

} // namespace convergence::language
