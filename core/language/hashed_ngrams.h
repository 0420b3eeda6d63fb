#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "core/data/text_chunks.h"
#include "core/domains/learner.h"

namespace convergence::language {

/// A log-linear model of the next byte, convex in its parameters. Logits at position j of a chunk,
/// j = 3 … C, are
///
///   b + A₁[x_{j−1}] + A₂[h(x_{j−1}, x_{j−2})] + A₃[h(x_{j−1}, x_{j−2}, x_{j−3})],
///
/// tables of V, 2^m and 2^m rows of V logits. h is 32-bit FNV-1a over the bytes, the nearest first,
/// from 2166136261 + order − 1, folded by h ⊕ (h ≫ 15) to its low m bits: contexts that fall on one
/// row share it. All parameters start at 0. A chunk's loss is the mean of −ln p over its C − 2
/// positions, in nats a byte.
///
/// Scalar is float to train with, double to check derivatives with.
template <typename Scalar>
class HashedNgrams {
public:
    using Row = Eigen::Array<Scalar, Eigen::Dynamic, 1>;
    using Table = Eigen::Array<Scalar, Eigen::Dynamic, Eigen::Dynamic>;

    /// The chunks are of bytes (TextChunks::bytesOf); C ≥ 3.
    HashedNgrams(std::shared_ptr<const TextChunks> chunks, int hashBits);

    [[nodiscard]] Eigen::Index vocabulary() const { return vocabulary_; }
    [[nodiscard]] Eigen::Index rows() const { return rows_; }
    /// V parameters in each of rows() rows, as columns: b, A₁, A₂, A₃.
    [[nodiscard]] Table& parameters() { return theta_; }
    [[nodiscard]] const Table& parameters() const { return theta_; }

    [[nodiscard]] double loss(std::uint32_t chunk) const;
    /// (1/B) Σ_b w_b loss(x_b) and its gradient, of which only rows in touched() are not 0 (and
    /// were written).
    double gradient(std::span<const std::uint32_t> chunks, std::span<const double> weights);
    [[nodiscard]] const Table& gradient() const { return gradient_; }
    [[nodiscard]] std::span<const std::uint32_t> touched() const { return touched_; }
    /// ‖∇‖² of what gradient() found.
    [[nodiscard]] double squaredNorm() const;

    /// Probabilities of the symbol that follows at least three.
    void next(std::span<const std::int32_t> text, std::span<double> probabilities) const;

private:
    using Context = std::array<std::uint32_t, 4>;
    [[nodiscard]] Context contextAt(const std::int32_t* next) const;
    /// Softmax of the logits into `row`; returns the logarithm of what they were divided by.
    void probabilities(const Context& context, Row& row) const;
    void touch(std::uint32_t row);

    std::shared_ptr<const TextChunks> chunks_;
    std::vector<std::uint8_t> bytes_; ///< of each symbol
    Eigen::Index vocabulary_, rows_;
    std::uint32_t hashRows_;
    Table theta_, gradient_;
    std::vector<std::uint32_t> touched_;
    std::vector<std::uint64_t> stamps_; ///< of each row: the call that touched it last
    std::uint64_t call_ = 0;
    mutable Row row_;
};

/// Trains one by Adam with β = 0.9, 0.98 and ε = 1e−6 at η·min(t/100, √(100/t)): warm-up and decay
/// by the inverse square root.
///
/// A row that no batch has touched for 200 steps rests until the next one does: its first moment
/// has fallen by 0.9²⁰⁰ = 7e−10 then, and what it would still move is below the rounding of float.
class HashedNgramTrainer final : public domains::ExampleLearner {
public:
    HashedNgramTrainer(std::shared_ptr<const TextChunks> chunks, int hashBits, double rate);

    double step(std::span<const std::uint32_t> chunks, std::span<const double> weights) override;
    void losses(std::span<const std::uint32_t> chunks, std::span<double> losses) const override;
    void squaredNorms(std::span<const std::uint32_t> chunks,
                      std::span<double> norms) const override;

    [[nodiscard]] const HashedNgrams<float>& model() const { return model_; }
    [[nodiscard]] std::int64_t iteration() const { return iteration_; }
    /// Of iteration t = 1 ….
    [[nodiscard]] static double rateAt(std::int64_t t, double rate);

private:
    void move(std::uint32_t row, bool hasGradient);

    HashedNgrams<float> model_;
    mutable std::unique_ptr<HashedNgrams<float>> probe_; ///< for gradients of single chunks
    std::shared_ptr<const TextChunks> chunks_;
    int hashBits_;
    double rate_;
    std::int64_t iteration_ = 0;
    HashedNgrams<float>::Table mean_, squares_;
    std::vector<std::int64_t> lastTouched_; ///< iteration; 0: never
    float step_ = 0.0F, root_ = 1.0F; ///< of this iteration: η/(1 − β₁ᵗ), 1/√(1 − β₂ᵗ)
};

/// Bytes that a trainer takes.
double hashedNgramMemory(std::int32_t vocabulary, int hashBits);

} // namespace convergence::language
