#pragma once

#include "core/federated/problem.h"

namespace convergence::federated {

/// Clients with quadratic losses, of which everything is known:
///
///   f_i(x) = ½(x − b_i)ᵀA_i(x − b_i),  x ∈ R^d,  A_i = U_i diag(s_i) U_iᵀ,  b_i ~ N(0, (ζ²/d) I),
///
/// s_i the same d values, log-spaced from μ to L, in an order of each client's own.
struct QuadraticsSetting {
    Index clients = 10;                   ///< N
    Index dimension = 20;                 ///< d
    double smallest = 0.1, largest = 1.0; ///< μ ≤ L
    double heterogeneity = 1.0;           ///< ζ
    double noise = 0.0; ///< σ: the gradient on B samples has noise ξ, E‖ξ‖² = σ²/max(B, 1)
    bool sameCurvature = false; ///< all A_i are equal
    bool sameOptimum = false;   ///< all b_i are equal: clients without conflict
    bool rotated = false;       ///< U_i uniform among rotations; else U_i = I
    std::uint64_t seed = 0, replicate = 0;
};

/// Uniform weights p_i = 1/N, one sample a client (so that an epoch is a step). x⁰ ~ N(0, I). All
/// depend on (seed, replicate) alone. Gaps and gradients are computed without cancellation, so that
/// they can be followed to 1e−28.
class Quadratics final : public Problem<double> {
public:
    /// Throws InputError naming the setting that is out of its range.
    explicit Quadratics(const QuadraticsSetting& setting);
    ~Quadratics() override;

    [[nodiscard]] Index clients() const override { return setting_.clients; }
    [[nodiscard]] Index dimension() const override { return setting_.dimension; }
    [[nodiscard]] Index samples(ClientId) const override { return 1; }
    void start(Eigen::Ref<Vector> x) const override;
    [[nodiscard]] std::unique_ptr<Batches<double>> batches(Index columns,
                                                           const LocalPlan& plan) const override;
    [[nodiscard]] std::unique_ptr<Evaluator<double>> evaluator() const override;

    [[nodiscard]] const QuadraticsSetting& setting() const { return setting_; }
    [[nodiscard]] const Vector& optimum() const { return optimum_; }               ///< x*
    [[nodiscard]] const MatrixOf<double>& clientOptima() const { return optima_; } ///< b_i, d × N
    [[nodiscard]] MatrixOf<double> curvature(ClientId client) const;               ///< A_i
    [[nodiscard]] MatrixOf<double> meanCurvature() const { return mean_; }         ///< Ā

    /// f(x) − f* = ½(x − x*)ᵀĀ(x − x*).
    [[nodiscard]] double gap(const Eigen::Ref<const Vector>& x) const;
    /// ∇f = Ā(x − x*).
    [[nodiscard]] Vector gradient(const Eigen::Ref<const Vector>& x) const;
    /// ζ*² = (1/N)Σ‖∇f_i(x*)‖².
    [[nodiscard]] double conflict() const;
    /// Where FedAvg of all clients with K exact steps at rate η comes to rest, whatever its server
    /// rate: Σ_i (I − (I − ηA_i)^K)(x − b_i) = 0. It is x* only for K = 1, equal A_i or equal b_i.
    [[nodiscard]] Vector restingPoint(double rate, Index steps) const;
    /// The same of any method whose clients go from x to M_i(x − b_i) + b_i, with
    /// pulls[i] = I − M_i: Σ_i pulls[i] (x − b_i) = 0.
    [[nodiscard]] Vector balance(std::span<const MatrixOf<double>> pulls) const;

private:
    class Draws;
    class Measures;
    void multiply(ClientId client, const Eigen::Ref<const Vector>& from, double* to) const;

    QuadraticsSetting setting_;
    MatrixOf<double> diagonals_;               ///< s_i, d × N
    std::vector<MatrixOf<double>> rotations_;  ///< U_i; none where they are I
    std::vector<MatrixOf<double>> curvatures_; ///< A_i, where rotated
    MatrixOf<double> optima_, mean_;
    Vector optimum_;
};

} // namespace convergence::federated
