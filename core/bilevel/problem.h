#pragma once

#include <cstdint>

#include <Eigen/Core>

/// Bilevel problems of which only samples are seen: min over x of Φ(x) = f(x, y*(x)) with
/// y*(x) = argmin over y of g(x, y), g strongly convex in y. (For problems of which all is known
/// see core/optim/hypergradient.h.)
namespace convergence::bilevel {

/// Which sample an oracle sees. Equal samples see equal data or noise at any point, for any method;
/// each oracle has streams of its own, so that equal indices of two oracles are independent.
struct Sample {
    std::uint64_t index = 0;
    std::uint32_t draws = 0; ///< of which it is the mean; 0: as many as the problem takes usually
    /// One of Problem::parts(), by index, in the place of a fresh draw.
    bool isPart = false;
};

/// The five oracles of a problem. Unbiased over fresh samples; over the parts, their mean is that
/// of a finite sum. Results have their length already; nothing is allocated. Not for two threads at
/// once: oracles have workspaces.
class Problem {
public:
    virtual ~Problem() = default;

    [[nodiscard]] virtual Eigen::VectorXd upperStart() const = 0; ///< x₀ ∈ R^d
    [[nodiscard]] virtual Eigen::VectorXd lowerStart() const = 0; ///< y₀ ∈ R^p
    /// Draws of a sample whose `draws` are 0.
    [[nodiscard]] virtual std::uint32_t usualDraws() const = 0;
    [[nodiscard]] virtual std::uint32_t parts() const = 0;
    /// By which steps on y and z are multiplied, where the curvature of g in y changes with x.
    [[nodiscard]] virtual double stepScale(const Eigen::VectorXd& /*x*/) const { return 1.0; }

    /// ∇ₓf, ∇ᵧf, ∇ᵧg.
    virtual void upperByX(const Eigen::VectorXd& x, const Eigen::VectorXd& y, const Sample& sample,
                          Eigen::VectorXd& result) = 0;
    virtual void upperByY(const Eigen::VectorXd& x, const Eigen::VectorXd& y, const Sample& sample,
                          Eigen::VectorXd& result) = 0;
    virtual void lowerByY(const Eigen::VectorXd& x, const Eigen::VectorXd& y, const Sample& sample,
                          Eigen::VectorXd& result) = 0;
    /// ∇²ᵧᵧg z ∈ R^p and ∇²ₓᵧg z = ∇ₓ⟨∇ᵧg, z⟩ ∈ R^d.
    virtual void hessianProduct(const Eigen::VectorXd& x, const Eigen::VectorXd& y,
                                const Eigen::VectorXd& z, const Sample& sample,
                                Eigen::VectorXd& result) = 0;
    virtual void mixedProduct(const Eigen::VectorXd& x, const Eigen::VectorXd& y,
                              const Eigen::VectorXd& z, const Sample& sample,
                              Eigen::VectorXd& result) = 0;
};

} // namespace convergence::bilevel
