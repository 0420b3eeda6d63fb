#pragma once

#include <cstdint>

#include <Eigen/Core>

#include "core/matrix/orthonormal.h"

namespace convergence::matrix {

/// F(D) = −E ‖D y‖_p^p, p > 2, estimated on the columns of Y ∈ R^{N×b}. Its minimizers over
/// orthogonal D make D y sparse: a sum of |·|^p at fixed length is largest when few entries carry
/// it.
///
///   ∇F = −(p/b) (sign(Z)∘|Z|^{p−1}) Yᵀ,   Z = D Y.
class SparsityObjective {
public:
    /// `power` = p > 2 (std::logic_error otherwise).
    explicit SparsityObjective(double power);

    [[nodiscard]] double power() const { return power_; }
    [[nodiscard]] double value(const Eigen::MatrixXd& d, const Eigen::MatrixXd& y) const;
    /// Into `out` (N × N, already sized); `z` (N × b) is a workspace. Does not allocate.
    void gradient(const Eigen::MatrixXd& d, const Eigen::MatrixXd& y, Eigen::MatrixXd& z,
                  Eigen::MatrixXd& out) const;

private:
    double power_;
};

/// A weight that is a power of the step number, t^{−exponent}, or stays constant.
struct PowerWeight {
    double exponent = 0.5;
    double constant = 0.0; ///< in (0, 1] to take this instead
    [[nodiscard]] double at(std::int64_t t) const;
};

/// Online Frank–Wolfe for orthogonal dictionaries (Xue and Lau 2021, arXiv 2103.01484):
///
///   G_t = (1 − ρ_t) G_{t−1} + ρ_t ∇F(D_t; Y_t),    G₀ = 0
///   S_t = argmin over ‖S‖₂ ≤ 1 of ⟨S, G_t⟩ = polar(−G_t)
///   D_{t+1} = D_t + γ_t (S_t − D_t),               ρ_t = t^{−1/2}, γ_t = t^{−3/4}
///
/// The constraint D orthogonal is relaxed to its convex hull; the objective is concave (we minimize
/// minus a convex function), so that its stationary points are corners: orthogonal matrices.
/// Memory: D, G and one batch. γ₁ = 1 forgets D₁.
class OnlineFrankWolfe {
public:
    OnlineFrankWolfe(SparsityObjective objective, Eigen::MatrixXd start, PowerWeight averaging,
                     PowerWeight step);

    /// One step on a batch, N × b. Does not allocate after the first for one b.
    void step(const Eigen::MatrixXd& y);

    [[nodiscard]] const Eigen::MatrixXd& dictionary() const { return d_; }
    /// G_t.
    [[nodiscard]] const Eigen::MatrixXd& averagedGradient() const { return g_; }
    [[nodiscard]] PowerWeight& averaging() { return averaging_; }
    [[nodiscard]] PowerWeight& stepWeight() { return stepWeight_; }

private:
    SparsityObjective objective_;
    PowerWeight averaging_, stepWeight_;
    Eigen::MatrixXd d_, g_, gradient_, negative_; ///< N × N
    Eigen::MatrixXd z_;                           ///< N × b
    PolarFactor polar_;
    std::int64_t time_ = 0;
};

/// Riemannian stochastic gradient on the orthogonal group, the baseline with a rate to tune:
///
///   R = g − D(Dᵀg + gᵀD)/2,   D ← QR(D − (η/√t) R).
class RiemannianDictionary {
public:
    RiemannianDictionary(SparsityObjective objective, Eigen::MatrixXd start, double rate);
    void step(const Eigen::MatrixXd& y);
    [[nodiscard]] const Eigen::MatrixXd& dictionary() const { return d_; }
    void setRate(double rate) { rate_ = rate; }

private:
    SparsityObjective objective_;
    Eigen::MatrixXd d_, gradient_, inner_, z_;
    Orthonormalizer<double> retraction_;
    double rate_;
    std::int64_t time_ = 0;
};

/// One pass of the batch method on stored samples: D ← polar(−∇F(D; Y)). With p = 4 it is matching,
/// stretching and projection (Zhai et al. 2019, arXiv 1906.02435).
class BatchDictionary {
public:
    BatchDictionary(SparsityObjective objective, Eigen::MatrixXd start);
    void pass(const Eigen::MatrixXd& y);
    [[nodiscard]] const Eigen::MatrixXd& dictionary() const { return d_; }

private:
    SparsityObjective objective_;
    Eigen::MatrixXd d_, gradient_, z_;
    PolarFactor polar_;
};

/// Classical online dictionary learning (Mairal et al. 2009): sparse codes
/// α = argmin ½‖y − Bα‖² + λ‖α‖₁ by ISTA, statistics A += ααᵀ, C += yαᵀ, then each atom in turn,
/// b_j ← u/max(‖u‖, 1), u = (c_j − B a_j)/A_jj + b_j. Its atoms are columns and need not be
/// orthogonal.
class OnlineDictionaryCoding {
public:
    /// `start`: N × N atoms. λ > 0; `iterations` of ISTA, each from α = 0 at a new batch.
    OnlineDictionaryCoding(Eigen::MatrixXd start, double lambda, int iterations = 50);
    void step(const Eigen::MatrixXd& y);
    [[nodiscard]] const Eigen::MatrixXd& atoms() const { return b_; }
    /// The codes of the last batch, N × b.
    [[nodiscard]] const Eigen::MatrixXd& codes() const { return alpha_; }

private:
    Eigen::MatrixXd b_, a_, c_; ///< N × N
    Eigen::MatrixXd alpha_, residual_, correction_;
    Eigen::VectorXd u_;
    double lambda_;
    int iterations_;
};

/// The Frank–Wolfe gap max over ‖S‖₂ ≤ 1 of ⟨S − D, −∇F⟩ = ‖∇F‖_* + ⟨D, ∇F⟩: not negative for D in
/// the hull, zero exactly at stationary points.
double frankWolfeGap(const Eigen::MatrixXd& d, const Eigen::MatrixXd& gradient);

/// 1 − ‖P‖₄⁴/N (entrywise) of P = D D*: zero for signed permutations only, for ‖P‖₂ ≤ 1.
double recoveryError(const Eigen::MatrixXd& p);
/// Amari index of |P|, in [0, 1]: zero for scaled permutations, 1 for a constant matrix.
double amariIndex(const Eigen::MatrixXd& p);

/// Share of Σ‖y‖² that the s largest of the coefficients Q y keep, Q orthogonal.
double keptEnergy(const Eigen::MatrixXd& q, const Eigen::MatrixXd& y, Eigen::Index s);

/// Columns replaced by what the s largest coefficients of Q y give back.
Eigen::MatrixXd sparseReconstruction(const Eigen::MatrixXd& q, const Eigen::MatrixXd& y,
                                     Eigen::Index s);

/// The orthogonal DCT-II analysis matrix of side × side patches stored row by row: each row is one
/// cosine pattern, N = side².
Eigen::MatrixXd cosineBasis(Eigen::Index side);

} // namespace convergence::matrix
