#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <Eigen/Core>

namespace convergence {

/// Turns gradients into steps. Parameters, gradient and state are flat vectors of one size; step()
/// does not allocate. Scalar is float or double.
///
/// Below g is the gradient plus λx (coupled weight decay) unless said otherwise, η the rate.
template <typename Scalar>
class Optimizer {
public:
    using Vector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;
    virtual ~Optimizer() = default;
    virtual void step(Eigen::Ref<Vector> x, const Eigen::Ref<const Vector>& gradient,
                      Scalar learningRate) = 0;
    /// Schedules that cycle the momentum set μ before a step; no effect where there is none.
    virtual void setMomentum(Scalar /*momentum*/) {}

    /// What it remembers from step to step, to look at; null where there is none.
    struct Memory {
        const Vector* momentum = nullptr; ///< v, or Adam's m before its bias correction
        const Vector* squares = nullptr;  ///< s
    };
    [[nodiscard]] virtual Memory memory() const { return {}; }
};

/// x ← x − ηg.
template <typename Scalar>
class Sgd final : public Optimizer<Scalar> {
public:
    using typename Optimizer<Scalar>::Vector;
    explicit Sgd(Scalar weightDecay = 0) : weightDecay_(weightDecay) {}
    void step(Eigen::Ref<Vector> x, const Eigen::Ref<const Vector>& gradient,
              Scalar learningRate) override;

private:
    Scalar weightDecay_;
};

/// Heavy ball (Polyak 1964, in the form of deep-learning libraries): v ← μv + g, x ← x − ηv.
/// Nesterov's look-ahead (Sutskever et al. 2013, same form): x ← x − η(g + μv) with the new v.
template <typename Scalar>
class Momentum final : public Optimizer<Scalar> {
public:
    using typename Optimizer<Scalar>::Vector;
    enum class Form { heavyBall, nesterov };
    Momentum(Eigen::Index size, Scalar momentum, Form form = Form::heavyBall,
             Scalar weightDecay = 0);
    void step(Eigen::Ref<Vector> x, const Eigen::Ref<const Vector>& gradient,
              Scalar learningRate) override;
    void setMomentum(Scalar momentum) override { momentum_ = momentum; }

    [[nodiscard]] typename Optimizer<Scalar>::Memory memory() const override {
        return {&velocity_, nullptr};
    }

private:
    Scalar momentum_;
    Form form_;
    Scalar weightDecay_;
    Vector velocity_;
};

/// Duchi, Hazan, Singer 2011: s ← s + g², x ← x − ηg/(√s + ε).
template <typename Scalar>
class AdaGrad final : public Optimizer<Scalar> {
public:
    using typename Optimizer<Scalar>::Vector;
    explicit AdaGrad(Eigen::Index size, Scalar epsilon = Scalar(1e-10), Scalar weightDecay = 0);
    void step(Eigen::Ref<Vector> x, const Eigen::Ref<const Vector>& gradient,
              Scalar learningRate) override;

    [[nodiscard]] typename Optimizer<Scalar>::Memory memory() const override {
        return {nullptr, &squares_};
    }

private:
    Scalar epsilon_;
    Scalar weightDecay_;
    Vector squares_;
};

/// Tieleman and Hinton 2012: s ← ρs + (1 − ρ)g², x ← x − ηg/(√s + ε).
template <typename Scalar>
class RmsProp final : public Optimizer<Scalar> {
public:
    using typename Optimizer<Scalar>::Vector;
    explicit RmsProp(Eigen::Index size, Scalar decay = Scalar(0.99), Scalar epsilon = Scalar(1e-8),
                     Scalar weightDecay = 0);
    void step(Eigen::Ref<Vector> x, const Eigen::Ref<const Vector>& gradient,
              Scalar learningRate) override;

    [[nodiscard]] typename Optimizer<Scalar>::Memory memory() const override {
        return {nullptr, &squares_};
    }

private:
    Scalar decay_;
    Scalar epsilon_;
    Scalar weightDecay_;
    Vector squares_;
};

template <typename Scalar>
struct AdamConstants {
    enum class Decay { coupled, decoupled };
    Scalar weightDecay = 0; ///< λ
    Decay decay = Decay::coupled;
    Scalar beta1 = Scalar(0.9), beta2 = Scalar(0.999), epsilon = Scalar(1e-8);
};

/// Adam (Kingma and Ba 2015): m ← β₁m + (1 − β₁)g, s ← β₂s + (1 − β₂)g², m̂ = m/(1 − β₁ᵗ),
/// ŝ = s/(1 − β₂ᵗ), x ← x − η m̂/(√ŝ + ε). Decoupled decay (AdamW, Loshchilov and Hutter 2019)
/// leaves λx out of g and takes x ← (1 − ηλ)x first.
template <typename Scalar>
class Adam final : public Optimizer<Scalar> {
public:
    using typename Optimizer<Scalar>::Vector;
    using Decay = typename AdamConstants<Scalar>::Decay;
    explicit Adam(Eigen::Index size, const AdamConstants<Scalar>& constants = {});
    void step(Eigen::Ref<Vector> x, const Eigen::Ref<const Vector>& gradient,
              Scalar learningRate) override;

    [[nodiscard]] typename Optimizer<Scalar>::Memory memory() const override {
        return {&mean_, &squares_};
    }

private:
    AdamConstants<Scalar> constants_;
    double power1_ = 1.0, power2_ = 1.0; ///< β₁ᵗ, β₂ᵗ
    Vector mean_, squares_;
};

/// Blocks of a flat parameter vector (one a layer) for optimizers that treat layers differently.
struct ParameterBlock {
    Eigen::Index begin = 0;
    Eigen::Index size = 0;
};

/// What sets an optimizer apart, besides its step.
struct OptimizerTraits {
    std::string_view id;
    std::string_view label;
    std::string_view help;    ///< the step as a formula
    bool hasMomentum = false; ///< μ, which may be cycled: setMomentum() has an effect
    bool hasBetas = false;    ///< β₁ and β₂: means of gradients and of a second quantity
    bool hasDecay = false;    ///< ρ, by which squares are forgotten
    bool hasEpsilon = false;  ///< ε, beside the root of squares
    bool hasDecoupledDecay = false; ///< λ shrinks x and stays out of g
    bool treatsBlocks = false;      ///< layers have step sizes of their own
};

/// sgd, momentum, nesterov, adagrad, rmsprop, adam, adamw, and lamb and lion
/// (large_batch_optimizers.h).
std::span<const OptimizerTraits> optimizers();
/// Throws InputError for a name that there is not.
const OptimizerTraits& findOptimizer(std::string_view id);

/// Parameters that are trained at a rate, or decay with a weight, of their own: η·rateFactor and
/// λ·decayFactor. Without decay (0): gains, biases and coefficients, which it would starve; with a
/// higher rate: the second factor of an adapter (Hayou, Ghosh, Yu 2024: 16). Rate 0: frozen.
struct ParameterGroup {
    std::vector<ParameterBlock> blocks;
    double rateFactor = 1.0;
    double decayFactor = 1.0;
};

/// The constants of optimizers; each takes those that it has. What is left out has the value that
/// is usual for the optimizer (its constructor's default).
struct OptimizerOptions {
    double momentum = 0.9;         ///< μ of momentum and Nesterov
    std::optional<double> decay;   ///< ρ of RMSProp, 0.99
    std::optional<double> beta1;   ///< of Adam, AdamW, LAMB and Lion, 0.9
    std::optional<double> beta2;   ///< of Adam, AdamW and LAMB 0.999, of Lion 0.99
    std::optional<double> epsilon; ///< of AdaGrad 1e-10, RMSProp, Adam and AdamW 1e-8, LAMB 1e-6
    double weightDecay = 0.0;      ///< λ
    std::vector<ParameterBlock> blocks; ///< of LAMB; without any, all parameters are one
    /// Parameters in none have both factors 1. Of a block of LAMB that is cut by a group the pieces
    /// are blocks of their own. Optimizer::memory() is empty where there are groups, since what is
    /// remembered lies in pieces.
    std::vector<ParameterGroup> groups;
};

/// Throws InputError for an unknown name, as Lamb does, and for groups that overlap, leave the
/// vector, or have a factor that is negative or not finite.
template <typename Scalar>
std::unique_ptr<Optimizer<Scalar>> makeOptimizer(std::string_view name, Eigen::Index size,
                                                 const OptimizerOptions& options = {});

} // namespace convergence
