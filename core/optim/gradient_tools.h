#pragma once

#include <cstdint>

#include <Eigen/Core>

namespace convergence {

/// Scales a gradient down to norm `bound` if it is longer (Pascanu, Mikolov, Bengio 2013); returns
/// the norm it had. bound > 0.
template <typename Scalar>
Scalar clipNorm(Eigen::Ref<Eigen::Matrix<Scalar, Eigen::Dynamic, 1>> gradient, Scalar bound);

/// Clips each column, the gradient of one sample, and returns their mean in `mean` (Abadi et al.
/// 2016, before noise). Columns are changed.
template <typename Scalar>
void clipEachAndAverage(Eigen::Ref<Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>> gradients,
                        Scalar bound, Eigen::Ref<Eigen::Matrix<Scalar, Eigen::Dynamic, 1>> mean);

/// Sharpness-aware minimization (Foret et al. 2021): the gradient at x + ρ g/‖g‖, g the gradient at
/// x, for any optimizer to step along. `gradientAt(x, g)` fills g; two evaluations a step. Does not
/// allocate after the first use.
template <typename Scalar>
class SharpnessAwareGradient {
public:
    using Vector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;
    SharpnessAwareGradient(Eigen::Index size, Scalar rho) : rho_(rho), shifted_(size) {}
    template <typename GradientAt>
    void operator()(const Eigen::Ref<const Vector>& x, Eigen::Ref<Vector> gradient,
                    const GradientAt& gradientAt) {
        gradientAt(x, gradient);
        const Scalar norm = gradient.norm();
        if (!(norm > 0))
            return;
        shifted_ = x + (rho_ / norm) * gradient;
        gradientAt(shifted_, gradient);
    }

private:
    Scalar rho_;
    Vector shifted_;
};

/// Averages of iterates. Exponential: x̄ ← δx̄ + (1 − δ)x, from x̄ = x at the first (Polyak and
/// Juditsky 1992 in the form of deep learning). Uniform: the mean of all (stochastic weight
/// averaging, Izmailov et al. 2018).
template <typename Scalar>
class WeightAverage {
public:
    using Vector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;
    static WeightAverage exponential(Eigen::Index size, Scalar decay) { return {size, decay}; }
    static WeightAverage uniform(Eigen::Index size) { return {size, Scalar(-1)}; }
    void add(const Eigen::Ref<const Vector>& x) {
        ++count_;
        const Scalar share = count_ == 1   ? Scalar(1)
                             : decay_ >= 0 ? 1 - decay_
                                           : Scalar(1) / static_cast<Scalar>(count_);
        average_ += share * (x - average_);
    }
    [[nodiscard]] const Vector& value() const { return average_; }
    [[nodiscard]] std::int64_t count() const { return count_; }

private:
    WeightAverage(Eigen::Index size, Scalar decay) : decay_(decay), average_(Vector::Zero(size)) {}
    Scalar decay_; ///< negative: uniform
    Vector average_;
    std::int64_t count_ = 0;
};

/// What an algorithm has asked for so far.
struct OracleCount {
    std::int64_t gradients = 0; ///< gradient evaluations
    std::int64_t samples = 0;   ///< samples they looked at
    std::int64_t bytes = 0;     ///< sent over a network

    void addGradient(std::int64_t batch) {
        ++gradients;
        samples += batch;
    }
    /// A vector of `size` numbers of `bytesEach`.
    void addMessage(std::int64_t size, std::int64_t bytesEach) { bytes += size * bytesEach; }
};

} // namespace convergence
