#pragma once

#include "core/optim/optimizer.h"

namespace convergence {

template <typename Scalar>
struct LambConstants {
    Scalar weightDecay = 0; ///< λ
    Scalar beta1 = Scalar(0.9), beta2 = Scalar(0.999), epsilon = Scalar(1e-6);
};

/// LAMB (You et al. 2020, algorithm 2, with Adam's corrected moments): m, s as in Adam,
/// r = m̂/(√ŝ + ε) + λx, and for each block x ← x − η (‖x‖/‖r‖) r; the ratio is 1 where a norm is 0.
template <typename Scalar>
class Lamb final : public Optimizer<Scalar> {
public:
    using typename Optimizer<Scalar>::Vector;
    /// Throws InputError unless the blocks cover 0, ..., size − 1 in order.
    Lamb(Eigen::Index size, std::vector<ParameterBlock> blocks,
         const LambConstants<Scalar>& constants = {});
    void step(Eigen::Ref<Vector> x, const Eigen::Ref<const Vector>& gradient,
              Scalar learningRate) override;

private:
    std::vector<ParameterBlock> blocks_;
    LambConstants<Scalar> constants_;
    double power1_ = 1.0, power2_ = 1.0; ///< β₁ᵗ, β₂ᵗ
    Vector mean_, squares_, direction_;
};

/// Lion (Chen et al. 2023, program 1): x ← x − η (sign(β₁m + (1 − β₁)g) + λx), then
/// m ← β₂m + (1 − β₂)g; g without decay, sign(0) = 0.
template <typename Scalar>
class Lion final : public Optimizer<Scalar> {
public:
    using typename Optimizer<Scalar>::Vector;
    explicit Lion(Eigen::Index size, Scalar weightDecay = 0, Scalar beta1 = Scalar(0.9),
                  Scalar beta2 = Scalar(0.99));
    void step(Eigen::Ref<Vector> x, const Eigen::Ref<const Vector>& gradient,
              Scalar learningRate) override;

private:
    Scalar weightDecay_, beta1_, beta2_;
    Vector mean_;
};

} // namespace convergence
