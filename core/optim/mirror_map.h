#pragma once

#include <Eigen/Core>

namespace convergence {

/// The geometry of composite mirror descent: a mirror map ψ on a closed convex set X and a simple
/// convex h. Its Bregman divergence is D(x, y) = ψ(x) − ψ(y) − ⟨∇ψ(y), x − y⟩.
///
/// A step solves  x⁺ = argmin_{u ∈ X} { h(u) + ⟨g, u − x⟩ + D(u, x)/η }  in closed form, without
/// allocating. Holds workspace: one object a solver.
class MirrorMap {
public:
    virtual ~MirrorMap() = default;
    /// x ∈ X, any g, η > 0.
    virtual void step(Eigen::Ref<Eigen::VectorXd> x, const Eigen::Ref<const Eigen::VectorXd>& g,
                      double eta) = 0;
    /// D(x, y) for x, y ∈ X.
    [[nodiscard]] virtual double divergence(const Eigen::Ref<const Eigen::VectorXd>& x,
                                            const Eigen::Ref<const Eigen::VectorXd>& y) const;
};

/// ψ = ½‖x‖², X = R^d, h = λ‖x‖₁ + (μ/2)‖x‖²: with z = (x − ηg)/(1 + ημ),
/// x⁺ = sign(z)·max(|z| − ηλ/(1 + ημ), 0). λ = μ = 0 is plain SGD.
class ProximalMap final : public MirrorMap {
public:
    explicit ProximalMap(double l1Weight = 0.0, double ridgeWeight = 0.0)
        : l1Weight_(l1Weight), ridgeWeight_(ridgeWeight) {}
    void step(Eigen::Ref<Eigen::VectorXd> x, const Eigen::Ref<const Eigen::VectorXd>& g,
              double eta) override;

private:
    double l1Weight_;
    double ridgeWeight_;
};

/// ψ = ½‖x‖², X the ball of that radius about 0.
class BallMap final : public MirrorMap {
public:
    explicit BallMap(double radius) : radius_(radius) {}
    void step(Eigen::Ref<Eigen::VectorXd> x, const Eigen::Ref<const Eigen::VectorXd>& g,
              double eta) override;

private:
    double radius_;
};

/// ψ = ½‖x‖², X the probability simplex.
class SimplexMap final : public MirrorMap {
public:
    explicit SimplexMap(Eigen::Index dimension) : workspace_(dimension) {}
    void step(Eigen::Ref<Eigen::VectorXd> x, const Eigen::Ref<const Eigen::VectorXd>& g,
              double eta) override;

private:
    Eigen::VectorXd workspace_;
};

/// ψ = Σ x log x, X the probability simplex: x⁺ ∝ x·e^{−ηg} (exponentiated gradient), taken in
/// log space. Coordinates stay positive as long as they can be told from 0.
class EntropicMap final : public MirrorMap {
public:
    explicit EntropicMap(Eigen::Index dimension) : logs_(dimension) {}
    void step(Eigen::Ref<Eigen::VectorXd> x, const Eigen::Ref<const Eigen::VectorXd>& g,
              double eta) override;
    [[nodiscard]] double divergence(const Eigen::Ref<const Eigen::VectorXd>& x,
                                    const Eigen::Ref<const Eigen::VectorXd>& y) const override;

private:
    Eigen::VectorXd logs_; ///< log x of the latest step, kept where x has rounded to 0
    bool started_ = false;
};

/// ψ = (c/q)‖x‖^q with q = p/(p − 1) ≥ 2 and c = 2^{q−2}, X = R^d, for noise with a finite p-th
/// moment, 1 < p ≤ 2: D(x, y) ≥ ‖x − y‖^q/q. With z = c‖x‖^{q−2}x − ηg,
/// x⁺ = (‖z‖/c)^{p−1} z/‖z‖. p = 2 is plain SGD. Powers are taken of logarithms.
class UniformlyConvexMap final : public MirrorMap {
public:
    /// Throws InputError unless 1 < moment ≤ 2.
    explicit UniformlyConvexMap(double moment);
    void step(Eigen::Ref<Eigen::VectorXd> x, const Eigen::Ref<const Eigen::VectorXd>& g,
              double eta) override;
    [[nodiscard]] double divergence(const Eigen::Ref<const Eigen::VectorXd>& x,
                                    const Eigen::Ref<const Eigen::VectorXd>& y) const override;

private:
    double moment_;
    double exponent_; ///< q
    double logC_;
};

} // namespace convergence
