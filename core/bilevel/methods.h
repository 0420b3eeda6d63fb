#pragma once

#include <limits>
#include <memory>
#include <string_view>
#include <vector>

#include "core/bilevel/problem.h"

namespace convergence::bilevel {

struct MethodOptions {
    double upperStep = 0.1;  ///< η
    double momentum = 0.9;   ///< β
    double lowerStep = 0.1;  ///< γ
    double linearStep = 0.1; ///< ν
    bool normalizes = true;  ///< BO-REP: x ← x − ηm/‖m‖; otherwise x ← x − ηm
    bool moves = true;       ///< false: x stays where it is, for comparison

    // Of BO-REP.
    std::int64_t period = 4;      ///< I: y moves once in so many steps,
    std::int64_t lowerSteps = 4;  ///< N: by so many
    std::int64_t refinement = 50; ///< K₀: steps on y before the first
    double refinementStep = 0.1;  ///< γ₀
    bool refinesByEpochs = false; ///< the step halves and the stage doubles, from its average
    double convexity = 1.0;       ///< μ of g
    double radius = std::numeric_limits<double>::infinity(); ///< R_y, around y at a period's start

    // Of StocBio, TTSA and VRBO.
    std::int64_t neumannTerms = 10; ///< Q
    std::int64_t innerSteps = 5;    ///< D

    // Of VRBO.
    std::int64_t refreshEvery = 10; ///< q
    std::int64_t recursiveSteps = 3;
    std::uint32_t largeBatch = 256, smallBatch = 32; ///< S₁, S₂
    std::int64_t recursiveTerms = 3;

    std::uint64_t seed = 0, replicate = 0; ///< of choices of the method's own
    bool addsMixedProduct = false;         ///< the wrong sign of the hypergradient, to break it
};

/// A method that moves x, y and, where it has one, z ≈ (∇²ᵧᵧg)⁻¹∇ᵧf, by samples alone.
///
/// Methods share samples: the k-th call of an oracle in step t sees the sample (t, k), whoever
/// calls. Steps allocate nothing.
class Method {
public:
    virtual ~Method() = default;
    Method(const Method&) = delete;
    Method& operator=(const Method&) = delete;

    void step();

    [[nodiscard]] const Eigen::VectorXd& x() const { return x_; }
    [[nodiscard]] const Eigen::VectorXd& y() const { return y_; }
    [[nodiscard]] const Eigen::VectorXd& z() const { return z_; }
    /// Along which x moved last, before any normalization.
    [[nodiscard]] const Eigen::VectorXd& direction() const { return direction_; }
    /// Oracle calls so far, counted in samples of the usual size.
    [[nodiscard]] double calls() const { return calls_; }
    [[nodiscard]] std::int64_t iteration() const { return t_; }
    /// May change between steps.
    [[nodiscard]] MethodOptions& options() { return options_; }
    [[nodiscard]] const MethodOptions& options() const { return options_; }

protected:
    Method(std::unique_ptr<Problem> problem, const MethodOptions& options);
    virtual void advance() = 0;

    /// γ and ν at x.
    [[nodiscard]] double lowerStep() const;
    [[nodiscard]] double linearStep() const;
    [[nodiscard]] Sample sample(std::int64_t call, std::uint32_t draws = 0) const;
    void count(const Sample& sample);

    // Each is a call, and counted.
    void lowerGradient(const Eigen::VectorXd& x, const Eigen::VectorXd& y, const Sample& sample,
                       Eigen::VectorXd& result);
    /// ∇²ᵧᵧg z − ∇ᵧf.
    void linearResidual(const Eigen::VectorXd& x, const Eigen::VectorXd& y,
                        const Eigen::VectorXd& z, const Sample& sample, Eigen::VectorXd& result);
    /// ∇ₓf − ∇²ₓᵧg z.
    void hypergradient(const Eigen::VectorXd& x, const Eigen::VectorXd& y, const Eigen::VectorXd& z,
                       const Sample& sample, Eigen::VectorXd& result);
    /// z = ν Σ_{q ≤ Q} (I − ν∇²ᵧᵧg)^q ∇ᵧf, each product of another sample from `call` on.
    void neumann(const Eigen::VectorXd& x, const Eigen::VectorXd& y, std::int64_t terms,
                 std::int64_t call, std::uint32_t draws, Eigen::VectorXd& z);

    std::unique_ptr<Problem> problem_;
    MethodOptions options_;
    Eigen::VectorXd x_, y_, z_, direction_;
    Eigen::VectorXd upper_, lower_, product_, power_, mixed_; ///< workspaces
    std::int64_t t_ = 0;
    double calls_ = 0.0;
};

/// Normalized momentum for x, a refined first y, and y updated once a period (Hao, Gong, Liu 2024):
///
///   y: K₀ steps of SGD at x₀, γ_k = γ₀/(1 + kγ₀μ/4)
///   if t mod I = 0: N times y ← y − γ∇ᵧg
///   z ← z − ν(∇²ᵧᵧg z − ∇ᵧf),   h = ∇ₓf − ∇²ₓᵧg z
///   m ← βm + (1 − β)h  (m = h at first),   x ← x − ηm/‖m‖
std::unique_ptr<Method> boRep(std::unique_ptr<Problem> problem, const MethodOptions& options);
/// y, z and x move once a step, all from the old (x, y, z) (Dagréou et al. 2022). With averaging:
/// m ← βm + (1 − β)h, x ← x − ηm (MA-SOBA: Chen et al. 2023).
std::unique_ptr<Method> soba(std::unique_ptr<Problem> problem, const MethodOptions& options);
std::unique_ptr<Method> averagedSoba(std::unique_ptr<Problem> problem,
                                     const MethodOptions& options);
/// D steps on y, a Neumann series for z (Ji, Yang, Liang 2021).
std::unique_ptr<Method> stocBio(std::unique_ptr<Problem> problem, const MethodOptions& options);
/// Steps that fall at two rates, γ(1 + t)^{−2/5} and η(1 + t)^{−3/5}; one term of the Neumann
/// series, drawn at random (Hong et al. 2023).
std::unique_ptr<Method> twoTimescale(std::unique_ptr<Problem> problem,
                                     const MethodOptions& options);
/// SOBA with SAGA's estimates over the problem's parts (Dagréou et al. 2022).
std::unique_ptr<Method> saba(std::unique_ptr<Problem> problem, const MethodOptions& options);
/// Recursive differences between large batches (Yang, Ji, Liang 2021).
std::unique_ptr<Method> varianceReduced(std::unique_ptr<Problem> problem,
                                        const MethodOptions& options);

} // namespace convergence::bilevel
