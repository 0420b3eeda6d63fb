#pragma once

#include <span>

#include <Eigen/Core>

/// Gaussian-process quadrature (Bayesian quadrature; O'Hagan 1991).
///
/// Of f only the values f(t₁), ..., f(t_N) are known. Where f is a draw of a Gaussian process with
/// mean 0 and covariance k, its integral over [0, T] has the posterior mean Σ βₙ f(tₙ) and variance
/// v,
///
///   β = K⁻¹z,   v = ∬k − zᵀβ,   K_ab = k(t_a, t_b),   z_a = ∫₀ᵀ k(t, t_a) dt.
///
/// Read without probabilities: of all rules on these nodes, β has the smallest worst-case error
/// over the unit ball of k's Hilbert space, and √v is that error. The kernel says how smooth f is;
/// a rough one (Wiener's) gives the trapezoidal rule, smooth ones give higher orders.
namespace convergence {

/// A covariance whose integrals over [0, T] are known in closed form. Numbers are long double,
/// since K is nearly singular where k is smooth.
class QuadratureKernel {
public:
    virtual ~QuadratureKernel() = default;
    /// k(s, t).
    [[nodiscard]] virtual long double covariance(long double s, long double t) const = 0;
    /// ∫₀ᵀ k(s, t) ds, for 0 ≤ t ≤ T.
    [[nodiscard]] virtual long double integral(long double t, long double T) const = 0;
    /// ∬ k over [0, T]².
    [[nodiscard]] virtual long double doubleIntegral(long double T) const = 0;
};

/// Matérn's covariance of half-integer smoothness ν = p + ½, with length scale ℓ, α = √(2ν)/ℓ and
/// u = α|s − t|: k = e^{−u} Σ_{j≤p} c_j uʲ with
///
///   ν = ½: 1    3/2: 1 + u    5/2: 1 + u + u²/3    7/2: 1 + u + 2u²/5 + u³/15
///
/// (Rasmussen and Williams 2006, 4.16). k(t, t) = 1; draws have p derivatives. The rule's error on
/// N evenly spaced nodes falls like N^{−(ν+½)} at least.
class MaternKernel final : public QuadratureKernel {
public:
    /// Throws InputError unless ν is one of these and 0 < ℓ < ∞.
    MaternKernel(double smoothness, double lengthScale);
    [[nodiscard]] long double covariance(long double s, long double t) const override;
    /// G(t) + G(T − t), where G(R) = ∫₀ᴿ k = (1/α) Σ_j c_j j! P(j + 1, αR) with the regularized
    /// incomplete gamma function P(a, u) = 1 − e^{−u} Σ_{i<a} uⁱ/i!.
    [[nodiscard]] long double integral(long double t, long double T) const override;
    /// 2∫₀ᵀ G = (2/α²) Σ_j c_j j! (αT P(j + 1, αT) − (j + 1) P(j + 2, αT)).
    [[nodiscard]] long double doubleIntegral(long double T) const override;

private:
    std::span<const long double> coefficients_; ///< c_j j!
    long double alpha_;
};

/// Brownian motion that starts at N(0, c): k = c + min(s, t). Its rule on nodes that include both
/// ends is the trapezoidal one, whatever c, since between nodes the mean of a bridge is a line; the
/// variance is Σ hₙ³/12.
class WienerKernel final : public QuadratureKernel {
public:
    /// Throws InputError unless 0 < c < ∞.
    explicit WienerKernel(double startVariance);
    [[nodiscard]] long double covariance(long double s, long double t) const override;
    [[nodiscard]] long double integral(long double t, long double T) const override;
    [[nodiscard]] long double doubleIntegral(long double T) const override;

private:
    long double startVariance_;
};

struct QuadratureRule {
    Eigen::VectorXd weights; ///< β
    double variance = 0.0;   ///< v ≥ 0
};

/// The rule for nodes in [0, T]. K is factored as it is, without anything added to its diagonal,
/// which would change the rule and spoil its order. In long double Matérn's of ν = 7/2 and ℓ = 3T
/// works for up to 41 evenly spaced nodes.
///
/// Throws InputError for no nodes, nodes outside [0, T] or not increasing, T that is not positive
/// and finite; NumericalError naming the number of nodes where K is singular to rounding.
QuadratureRule bayesianQuadrature(const QuadratureKernel& kernel, const Eigen::VectorXd& nodes,
                                  double T);

/// What samples of f say of it elsewhere: mean and standard deviation of the process at some times.
struct PosteriorProcess {
    Eigen::VectorXd mean, deviation;
};

/// mean = k(t)ᵀK⁻¹f, whose integral is that of bayesianQuadrature(), and deviation = σ √(k(t, t) −
/// k(t)ᵀK⁻¹k(t)) with the amplitude that makes the samples most likely, σ² = fᵀK⁻¹f/N. Throws as
/// bayesianQuadrature() does, and std::logic_error unless there is one value a node.
PosteriorProcess posteriorProcess(const QuadratureKernel& kernel, const Eigen::VectorXd& nodes,
                                  const Eigen::VectorXd& values, const Eigen::VectorXd& at);

} // namespace convergence
