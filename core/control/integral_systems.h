#pragma once

#include <memory>

#include <Eigen/Core>

/// The systems on which integral reinforcement learning is tried (Cao and Pan 2024).
///
///   ẋ = f(x) + g(x)u,   J = ∫₀^∞ l dt,   l = q(x) + R u²,   V(x) = ω·φ(x)
///
/// with one input u. The weights ω ∈ Rᵖ stand for the policy that improves on the value they
/// describe, u(x) = −½ R⁻¹ g(x)ᵀ ∇φ(x)ᵀ ω.
namespace convergence::control {

/// A policy at work from some state on, seen through windows of length T that follow one another,
/// with N evenly spaced samples each.
class ClosedLoop {
public:
    virtual ~ClosedLoop() = default;
    /// Goes through the next window: states() and costs() become those of its nodes. Returns ∫₀ᵀ l,
    /// to rounding or to a relative 1e-11. Throws NumericalError where the state is no longer
    /// finite.
    virtual double next() = 0;
    [[nodiscard]] const Eigen::MatrixXd& states() const { return states_; } ///< n × N
    [[nodiscard]] const Eigen::VectorXd& costs() const { return costs_; }   ///< N
    /// Where the last window ended; at first where it all begins.
    [[nodiscard]] const Eigen::VectorXd& end() const { return end_; }
    /// The next window begins there.
    void beginAt(const Eigen::VectorXd& x) { end_ = x; }

protected:
    ClosedLoop(Eigen::VectorXd start, Eigen::Index samples);
    Eigen::MatrixXd states_;
    Eigen::VectorXd costs_, end_;
};

class ControlledSystem {
public:
    virtual ~ControlledSystem() = default;

    [[nodiscard]] Eigen::Index states() const { return start_.size(); }          ///< n
    [[nodiscard]] Eigen::Index featureCount() const { return solution_.size(); } ///< p
    /// ω⁰, whose policy is stabilizing.
    [[nodiscard]] const Eigen::VectorXd& firstWeights() const { return first_; }
    /// ω*, of the best policy.
    [[nodiscard]] const Eigen::VectorXd& solution() const { return solution_; }
    /// x⁰ of the paper.
    [[nodiscard]] const Eigen::VectorXd& start() const { return start_; }

    /// φ(x), into p entries.
    virtual void features(const Eigen::VectorXd& x, Eigen::VectorXd& phi) const = 0;
    /// u(x) of the policy ω.
    [[nodiscard]] virtual double control(const Eigen::VectorXd& weights,
                                         const Eigen::VectorXd& x) const = 0;
    /// The policy ω from x on. N ≥ 2, T > 0.
    [[nodiscard]] virtual std::unique_ptr<ClosedLoop> closedLoop(const Eigen::VectorXd& weights,
                                                                 const Eigen::VectorXd& x, double T,
                                                                 Eigen::Index samples) const = 0;
    /// How far ω is from ω*.
    [[nodiscard]] virtual double error(const Eigen::VectorXd& weights) const = 0;
    /// The residual of the Hamilton–Jacobi–Bellman equation at ω, 0 at ω*.
    [[nodiscard]] virtual double residual(const Eigen::VectorXd& weights) const = 0;

    /// The value of the policy ω from the model: one step of Newton's method on the
    /// Hamilton–Jacobi–Bellman equation (Kleinman 1968). Throws NumericalError where the policy is
    /// not stabilizing.
    [[nodiscard]] virtual Eigen::VectorXd newtonStep(const Eigen::VectorXd& weights) const = 0;
    /// The value that the trapezoidal rule of spacing h gives the policy ω, up to O(h⁴); only where
    /// the system is linear (std::logic_error).
    [[nodiscard]] virtual Eigen::VectorXd trapezoidalStep(const Eigen::VectorXd& weights,
                                                          double h) const;
    /// The value that any rule β gives the policy ω on windows of length T from states that leave
    /// nothing open: the solution of P − FᵀPF = Σ βₙ Fₙᵀ S Fₙ with Fₙ = e^{A_c tₙ}, F = e^{A_c T},
    /// which all data agree on. Only where the system is linear (std::logic_error). Throws
    /// NumericalError where that has no solution.
    [[nodiscard]] virtual Eigen::VectorXd ruleStep(const Eigen::VectorXd& weights,
                                                   const Eigen::VectorXd& beta, double T) const;
    /// Eigenvalues of the closed loop of a linear system; of others none.
    [[nodiscard]] virtual Eigen::VectorXcd poles(const Eigen::VectorXd& weights) const;

    /// Some other start, from standard numbers: n normals and n uniforms in [0, 1).
    [[nodiscard]] virtual Eigen::VectorXd startFrom(const Eigen::VectorXd& normals,
                                                    const Eigen::VectorXd& uniforms) const = 0;
    /// Deviation of the states over which controllers are compared.
    [[nodiscard]] virtual double spreadOfStates() const = 0;

protected:
    ControlledSystem(Eigen::VectorXd start, Eigen::VectorXd first, Eigen::VectorXd solution)
        : start_(std::move(start)), first_(std::move(first)), solution_(std::move(solution)) {}

private:
    Eigen::VectorXd start_, first_, solution_;
};

/// ẋ = Ax + Bu, l = xᵀQx + R u², V = xᵀPx. φ has x_i² and 2x_i x_j for i < j by rows, so that the
/// weights are the upper triangle of P. Loops are propagated by matrix exponentials; K = R⁻¹BᵀP,
/// the closed loop A_c = A − BK, its cost xᵀSx with S = Q + KᵀRK. ‖P − P*‖_F is the error, the
/// Frobenius norm of G(P) = AᵀP + PA + Q − PBR⁻¹BᵀP the residual.
class LinearQuadraticSystem final : public ControlledSystem {
public:
    /// K⁰ = 0. Throws NumericalError unless A is stable and there is a stabilizing solution,
    /// std::logic_error where sizes do not fit.
    LinearQuadraticSystem(Eigen::MatrixXd a, Eigen::VectorXd b, Eigen::MatrixXd q, double r,
                          Eigen::VectorXd start);

    [[nodiscard]] Eigen::MatrixXd matrixOf(const Eigen::VectorXd& weights) const; ///< P
    [[nodiscard]] Eigen::VectorXd weightsOf(const Eigen::MatrixXd& p) const;
    [[nodiscard]] Eigen::RowVectorXd gain(const Eigen::VectorXd& weights) const;    ///< K
    [[nodiscard]] Eigen::MatrixXd loopMatrix(const Eigen::VectorXd& weights) const; ///< A_c
    [[nodiscard]] Eigen::MatrixXd costMatrix(const Eigen::VectorXd& weights) const; ///< S

    void features(const Eigen::VectorXd& x, Eigen::VectorXd& phi) const override;
    [[nodiscard]] double control(const Eigen::VectorXd& weights,
                                 const Eigen::VectorXd& x) const override;
    [[nodiscard]] std::unique_ptr<ClosedLoop> closedLoop(const Eigen::VectorXd& weights,
                                                         const Eigen::VectorXd& x, double T,
                                                         Eigen::Index samples) const override;
    [[nodiscard]] double error(const Eigen::VectorXd& weights) const override;
    [[nodiscard]] double residual(const Eigen::VectorXd& weights) const override;
    /// P with A_cᵀP + PA_c + S = 0.
    [[nodiscard]] Eigen::VectorXd newtonStep(const Eigen::VectorXd& weights) const override;
    /// P − (h²/12)(A_cᵀS + SA_c): the error (h²/12)(l′(T) − l′(0)) of the rule is a difference of a
    /// function of the state, which least squares take for value.
    [[nodiscard]] Eigen::VectorXd trapezoidalStep(const Eigen::VectorXd& weights,
                                                  double h) const override;
    /// From p windows that begin at eᵢ and eᵢ + eⱼ.
    [[nodiscard]] Eigen::VectorXd ruleStep(const Eigen::VectorXd& weights,
                                           const Eigen::VectorXd& beta, double T) const override;
    [[nodiscard]] Eigen::VectorXcd poles(const Eigen::VectorXd& weights) const override;
    /// Normal with deviation 2.5.
    [[nodiscard]] Eigen::VectorXd startFrom(const Eigen::VectorXd& normals,
                                            const Eigen::VectorXd& uniforms) const override;
    [[nodiscard]] double spreadOfStates() const override { return 1.0; }

private:
    Eigen::MatrixXd a_, q_;
    Eigen::VectorXd b_;
    double r_;
};

/// The paper's third-order system: a chain of integrators with feedback, stable by itself.
std::shared_ptr<const LinearQuadraticSystem> thirdOrderSystem();

/// The paper's nonlinear system, whose solution is known:
///
///   f = (−x₁ + x₂, −½(x₁ + x₂) + ½ x₂ sin²x₁),  g = (0, sin x₁),  q = x₁² + x₂²,  R = 1,
///   φ = (x₁², x₁x₂, x₂²),  V* = ½x₁² + x₂²,  u* = −x₂ sin x₁.
///
/// Loops are integrated with error control. Values of policies other than the best are no sums of
/// these features: newtonStep() fits them to the linear equation ∇V·(f + gu) + l = 0 on 9 × 9
/// states of [−3/2, 3/2]², over which residual() is the root of the mean square. ‖ω − ω*‖₂ is the
/// error.
class SineSystem final : public ControlledSystem {
public:
    SineSystem();
    void features(const Eigen::VectorXd& x, Eigen::VectorXd& phi) const override;
    [[nodiscard]] double control(const Eigen::VectorXd& weights,
                                 const Eigen::VectorXd& x) const override;
    [[nodiscard]] std::unique_ptr<ClosedLoop> closedLoop(const Eigen::VectorXd& weights,
                                                         const Eigen::VectorXd& x, double T,
                                                         Eigen::Index samples) const override;
    [[nodiscard]] double error(const Eigen::VectorXd& weights) const override;
    [[nodiscard]] double residual(const Eigen::VectorXd& weights) const override;
    [[nodiscard]] Eigen::VectorXd newtonStep(const Eigen::VectorXd& weights) const override;
    /// Entries uniform in ½ to 3/2, with the signs of the normals.
    [[nodiscard]] Eigen::VectorXd startFrom(const Eigen::VectorXd& normals,
                                            const Eigen::VectorXd& uniforms) const override;
    [[nodiscard]] double spreadOfStates() const override { return 100.0; }
};

} // namespace convergence::control
