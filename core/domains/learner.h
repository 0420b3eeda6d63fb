#pragma once

#include <cstdint>
#include <span>

namespace convergence::domains {

/// A model that is trained on examples with weights.
class ExampleLearner {
public:
    virtual ~ExampleLearner() = default;
    /// One step on (1/B) Σ_b w_b ℓ(x_b), with a regularizer once and outside the weights. Returns
    /// the norm of this mini-batch gradient before the step; not finite once training has diverged.
    virtual double step(std::span<const std::uint32_t> examples,
                        std::span<const double> weights) = 0;
    /// ℓ(x_b) of the model now, without regularizer.
    virtual void losses(std::span<const std::uint32_t> examples,
                        std::span<double> losses) const = 0;
    /// ‖∇ℓ(x_b)‖² of the model now.
    virtual void squaredNorms(std::span<const std::uint32_t> examples,
                              std::span<double> norms) const = 0;
};

} // namespace convergence::domains
