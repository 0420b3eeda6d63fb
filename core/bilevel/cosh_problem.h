#pragma once

#include "core/bilevel/problem.h"

namespace convergence::bilevel {

/// A problem whose smoothness in x is unbounded, and of which all is known:
///
///   g = ½yᵀHy − yᵀBx,   f = Σ (cosh xᵢ − 1) + Σ log cosh(yⱼ − cⱼ),   y*(x) = H⁻¹Bx,
///   ∇Φ = sinh x + BᵀH⁻¹ tanh(y* − c),
///
/// d = p, H = Q diag(1 … 4) Qᵀ with an orthogonal Q, B normal/√d, c ~ N(0, I). ‖∇²ₓₓf‖ = max cosh
/// xᵢ ≤ 1 + ‖∇ₓf‖: (1, 1)-smooth in x, and not smooth. Gradients are seen with noise, products
/// times 1 + 0.1·N(0, 1).
class CoshModel {
public:
    explicit CoshModel(Eigen::Index dimension, std::uint64_t seed);

    [[nodiscard]] Eigen::Index dimension() const { return c.size(); }
    /// Φ, y*, z* = H⁻¹∇ᵧf at y*, and ∇Φ.
    [[nodiscard]] double value(const Eigen::VectorXd& x) const;
    [[nodiscard]] Eigen::VectorXd best(const Eigen::VectorXd& x) const;

    /// The same without allocation.
    struct Exact {
        Eigen::VectorXd best, solution, gradient; ///< y*, z*, ∇Φ
    };
    void exact(const Eigen::VectorXd& x, Exact& result) const;

    Eigen::MatrixXd H, B;
    Eigen::VectorXd c;
    Eigen::MatrixXd inverse;  ///< H⁻¹
    Eigen::MatrixXd response; ///< H⁻¹B
};

/// Mean 0 and variance 1, per coordinate.
enum class NoiseKind {
    normal,
    skewed ///< 3 with probability 0.1, −1/3 otherwise
};

/// The model with its noise.
class CoshProblem final : public Problem {
public:
    struct Options {
        Eigen::VectorXd upperStart, lowerStart;
        double upperNoise = 1.0, lowerNoise = 1.0; ///< σ_f, σ_g
        NoiseKind noise = NoiseKind::normal;
        std::uint64_t seed = 0, replicate = 0;
    };
    /// `model` outlives this.
    CoshProblem(const CoshModel& model, Options options);

    [[nodiscard]] Eigen::VectorXd upperStart() const override { return options_.upperStart; }
    [[nodiscard]] Eigen::VectorXd lowerStart() const override { return options_.lowerStart; }
    [[nodiscard]] std::uint32_t usualDraws() const override { return 1; }
    /// Noise of a finite sum: as many vectors, whose mean is 0.
    [[nodiscard]] std::uint32_t parts() const override { return partCount; }
    static constexpr std::uint32_t partCount = 256;

    void upperByX(const Eigen::VectorXd& x, const Eigen::VectorXd& y, const Sample& sample,
                  Eigen::VectorXd& result) override;
    void upperByY(const Eigen::VectorXd& x, const Eigen::VectorXd& y, const Sample& sample,
                  Eigen::VectorXd& result) override;
    void lowerByY(const Eigen::VectorXd& x, const Eigen::VectorXd& y, const Sample& sample,
                  Eigen::VectorXd& result) override;
    void hessianProduct(const Eigen::VectorXd& x, const Eigen::VectorXd& y,
                        const Eigen::VectorXd& z, const Sample& sample,
                        Eigen::VectorXd& result) override;
    void mixedProduct(const Eigen::VectorXd& x, const Eigen::VectorXd& y, const Eigen::VectorXd& z,
                      const Sample& sample, Eigen::VectorXd& result) override;

private:
    enum class Oracle : std::uint64_t { upperByX, upperByY, lowerByY, hessian, mixed };
    void addNoise(Oracle oracle, const Sample& sample, double deviation, Eigen::VectorXd& result);
    /// 1 + 0.1·N(0, 1), the mean of the sample's draws.
    double factor(Oracle oracle, const Sample& sample) const;
    void drawNoise(std::uint64_t oracle, std::uint64_t index, std::uint32_t draws,
                   Eigen::VectorXd& noise) const;

    const CoshModel& model_;
    Options options_;
    Eigen::VectorXd noise_;
    Eigen::MatrixXd parts_[3]; ///< noise of the parts of the three gradients, centered
    Eigen::VectorXd partFactors_[2];
};

} // namespace convergence::bilevel
