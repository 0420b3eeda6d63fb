#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "core/data/text_chunks.h"
#include "core/optim/optimizer.h"

namespace convergence {

enum class LanguageModelKind {
    transformer, ///< decoder of width d: learned positions, pre-norm, GELU, logits of its own
    ngram,       ///< NgramNetwork of the 8 last symbols; width, layers and heads are not used
};

struct LanguageModelSpec {
    LanguageModelKind kind = LanguageModelKind::transformer;
    std::int64_t vocabulary = 256;
    std::int64_t context = 64; ///< C
    std::int64_t width = 32;   ///< d; the heads divide it
    std::int64_t layers = 2;   ///< L
    std::int64_t heads = 2;    ///< h
};

/// P. Of the transformer: Vd + Cd + L(12d² + 13d) + 2d + Vd + V.
std::int64_t parameterCount(const LanguageModelSpec& spec);

/// What becomes of the learning rate η over iterations it = 1..I.
enum class RateDecay {
    linear,      ///< η·min(1, it/50)·(1 − (it − 1)/I)
    constant,    ///< η·min(1, it/50)
    inverseRoot, ///< η·min(it/100, √(100/it))
};

struct LanguageTrainingSpec {
    std::int64_t batch = 8; ///< B, chunks
    double learningRate = 3e-3;
    std::int64_t iterations = 500; ///< I, which the decay spans
    RateDecay decay = RateDecay::linear;
    double dropout = 0.0;   ///< p, of a transformer
    std::uint64_t seed = 0; ///< of initial parameters and dropout
    AdamConstants<float> adam = {};
    float longestGradient = 1.0F; ///< to which longer ones are clipped; 0: none is
    bool weighs = false;          ///< each chunk of a batch has a weight

    /// Rate of iteration it = 1..I.
    [[nodiscard]] double rate(std::int64_t iteration) const;
};

/// Trains a language model by Adam (unless told otherwise with β = 0.9, 0.999, ε = 1e−8 on
/// gradients clipped to norm 1) on chunks of a text. Losses are mean cross-entropies in nats a
/// symbol, without dropout.
///
/// One step is one replay of a recorded program (core/autodiff) and allocates nothing. Results are
/// the same bits whatever the number of threads. Used by one thread at a time.
class LanguageTrainer {
public:
    /// The chunks have the model's context and vocabulary (std::logic_error otherwise).
    LanguageTrainer(std::shared_ptr<const TextChunks> chunks, const LanguageModelSpec& model,
                    const LanguageTrainingSpec& training);
    ~LanguageTrainer();

    /// One iteration on `batch` chunks (B of them). Returns their loss before the step, NaN or
    /// infinite once training has diverged.
    double step(std::span<const std::uint32_t> batch);
    /// The same on (1/B) Σ w_b loss(x_b); returns that. For a specification that weighs, and
    /// without dropout (std::logic_error otherwise).
    double step(std::span<const std::uint32_t> batch, std::span<const double> weights);
    /// Norm of the gradient of the last step, before it was clipped.
    [[nodiscard]] double gradientNorm() const;
    /// ‖∇ loss(x)‖² of one chunk, for a specification that weighs (std::logic_error otherwise).
    [[nodiscard]] double squaredNorm(std::uint32_t chunk) const;
    /// Mean loss over these chunks.
    [[nodiscard]] double loss(std::span<const std::uint32_t> chunks) const;
    /// Of each of them.
    void losses(std::span<const std::uint32_t> chunks, std::span<double> losses) const;

    /// Symbols drawn from softmax(logits/temperature), each given the C before it, after `prompt`.
    [[nodiscard]] std::vector<std::int32_t> sample(std::span<const std::int32_t> prompt,
                                                   std::size_t count, double temperature,
                                                   std::uint64_t seed) const;
    /// How much each of the C positions of a chunk attends to those before it: row-major C × C.
    /// Layer and head from 0. Of a transformer (std::logic_error otherwise).
    [[nodiscard]] std::vector<float> attentionMap(std::uint32_t chunk, std::int64_t layer,
                                                  std::int64_t head) const;

    [[nodiscard]] std::int64_t iteration() const; ///< steps done
    [[nodiscard]] double rate() const;            ///< of the last step
    [[nodiscard]] const Eigen::VectorXf& parameters() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Bytes that a trainer takes at most, roughly.
double trainerMemory(const LanguageModelSpec& model, std::int64_t batch);

} // namespace convergence
