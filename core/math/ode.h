#pragma once

#include <functional>

#include <Eigen/Core>

namespace convergence {

/// ẋ = f(t, x): fills `derivative`, which has x's length.
using OdeRight =
    std::function<void(double t, const Eigen::VectorXd& x, Eigen::VectorXd& derivative)>;

struct OdeOptions {
    double relativeTolerance = 1e-8;
    double absoluteTolerance = 1e-8;
    double firstStep = 0.0; ///< 0: chosen from f and its change (Hairer, Nørsett, Wanner II.4)
    int maximumSteps = 1'000'000; ///< between two times, rejected ones too
};

/// Integrates ordinary differential equations that are not stiff, with error control.
///
/// The Runge–Kutta pair of orders 5 and 4 of Dormand and Prince (1980). Each step of length h has
/// an estimate e of its error, and is taken where
///
///   √(1/n Σ (eᵢ/(a + r max(|xᵢ|, |xᵢ⁺|)))²) ≤ 1
///
/// for the tolerances a and r, with the value of order 5; the next h follows from e ~ h⁵ (Hairer,
/// Nørsett, Wanner, Solving Ordinary Differential Equations I, II.4). Six evaluations of f a step.
/// Tolerances bound the error of a step, not of the end: expect that to be about as large where
/// nearby solutions do not part, and to fall with them in proportion.
///
/// Steps end exactly at the times asked for, and h is kept from one to the next. advance() does not
/// allocate.
class OdeIntegrator {
public:
    /// Throws InputError unless the tolerances are finite, r ≥ 0 and a > 0.
    OdeIntegrator(OdeRight right, double time, Eigen::VectorXd state,
                  const OdeOptions& options = {});

    /// Goes on to `time`, which is not before time(). Throws NumericalError naming the time where
    /// it can go no further: the state is no longer finite, the step has become too short to add,
    /// or there were too many steps. The state is then the last that was reached.
    void advance(double time);

    [[nodiscard]] double time() const { return time_; }
    [[nodiscard]] const Eigen::VectorXd& state() const { return state_; }
    /// Of f, so far.
    [[nodiscard]] long evaluations() const { return evaluations_; }

private:
    void evaluate(double time, const Eigen::VectorXd& state, Eigen::VectorXd& derivative);
    [[nodiscard]] double errorNorm(double h) const;
    void chooseFirstStep(double span);
    void tryStep(double h);

    OdeRight right_;
    OdeOptions options_;
    double time_, step_ = 0.0;
    Eigen::VectorXd state_, trial_, next_;
    Eigen::VectorXd k1_, k2_, k3_, k4_, k5_, k6_, k7_; ///< slopes; k1 is that at the state
    long evaluations_ = 0;
};

/// The states at `times`, which do not fall, one a column, from `start` at the first of them.
/// Throws as OdeIntegrator does.
Eigen::MatrixXd integrateOde(const OdeRight& right, const Eigen::VectorXd& start,
                             const Eigen::VectorXd& times, const OdeOptions& options = {});

} // namespace convergence
