#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "core/autodiff/program.h"

/// Bilevel problems: min over x of Φ(x) = f(x, y*(x)) with y*(x) = argmin over y of g(x, y).
///
/// Where g is strongly convex in y, the implicit function theorem gives the hypergradient
///
///   ∇Φ(x) = ∇ₓf − ∇²ₓᵧg z,   z = (∇²ᵧᵧg)⁻¹ ∇ᵧf   at (x, y*(x)),
///
/// with ∇²ₓᵧg z = ∇ₓ⟨∇ᵧg, z⟩. It takes Hessian-vector products alone, each as dear as a few
/// gradients, and a way to solve for z: by conjugate gradients where products are exact, by a
/// Neumann series where each sees another sample, or one step of it at a time (Ghadimi and Wang
/// 2018; Ji, Yang, Liang 2021; Grazzi et al. 2020).
namespace convergence {

/// result = Hv for a symmetric H that is known by its products alone. `result` has v's length.
template <typename Scalar>
using SymmetricProduct =
    std::function<void(const Eigen::VectorX<Scalar>& v, Eigen::VectorX<Scalar>& result)>;

/// z = ν Σ_{q=0..Q} (I − νH)^q b, by v ← v − νHv from v = b: the first Q + 1 terms of the series
/// of H⁻¹b, with Q products. The remainder is (I − νH)^{Q+1} H⁻¹b, which vanishes geometrically for
/// 0 < ν < 2/‖H‖: each eigenvalue λ of H is inverted up to the factor 1 − (1 − νλ)^{Q+1}.
template <typename Scalar>
Eigen::VectorX<Scalar> neumannSolve(const SymmetricProduct<Scalar>& product,
                                    const Eigen::VectorX<Scalar>& right, Scalar step, int terms);

struct ConjugateGradientOptions {
    double tolerance = 1e-10; ///< on ‖b − Hz‖/‖b‖, by the recursion of the residual
    int maximumIterations = 1000;
};

template <typename Scalar>
struct ConjugateGradientResult {
    Eigen::VectorX<Scalar> z;
    double relativeResidual = 0.0; ///< ‖b − Hz‖/‖b‖ at the end, as above; 0 for b = 0
    int iterations = 0;            ///< products, but for the one of a start that is not 0
    bool converged = false;        ///< within the tolerance
};

/// z = H⁻¹b for a positive definite H by conjugate gradients (Hestenes and Stiefel 1952), from
/// `start` where one is given (the z of the step before). After k products the error in the norm of
/// H is at most 2((√κ − 1)/(√κ + 1))^k of its start; without rounding it is 0 after as many as H
/// has different eigenvalues. Where it meets a direction of curvature vᵀHv ≤ 0, or NaN, it stops
/// there with what it has, not converged.
template <typename Scalar>
ConjugateGradientResult<Scalar> conjugateGradients(const SymmetricProduct<Scalar>& product,
                                                   const Eigen::VectorX<Scalar>& right,
                                                   const ConjugateGradientOptions& options = {},
                                                   const Eigen::VectorX<Scalar>& start = {});

/// The oracles of a bilevel problem whose losses were recorded: f and g are nodes of one graph, of
/// one element each; x and y are leaves, vectors of any shape; other leaves hold data. Whatever
/// the graph holds between x and the losses is differentiated through, recurrences too.
///
/// Every oracle is a program of its own, so that a product costs what it needs and no more; leaves
/// are set in all of them. Each reads what leaves hold when it is called: a fresh sample for each
/// oracle is set() between calls. Not to be used from two threads at once; copies are independent.
template <typename Scalar>
class BilevelProgram {
public:
    using Vector = Eigen::VectorX<Scalar>;
    using Tensor = autodiff::Tensor<Scalar>;

    /// Throws std::logic_error unless the losses have one element.
    BilevelProgram(Tensor upper, Tensor lower, Tensor x, Tensor y);

    /// The elements of a leaf: x, y or data. Throws std::logic_error where the length is another.
    void set(Tensor leaf, std::span<const Scalar> values);
    void set(autodiff::Indices<Scalar> leaf, std::span<const std::int32_t> values);
    void setX(const Vector& x) { set(x_, {x.data(), static_cast<std::size_t>(x.size())}); }
    void setY(const Vector& y) { set(y_, {y.data(), static_cast<std::size_t>(y.size())}); }

    struct Upper {
        Scalar value = 0; ///< f
        Vector byX, byY;  ///< ∇ₓf, ∇ᵧf
    };
    [[nodiscard]] Upper upper();
    struct Lower {
        Scalar value = 0; ///< g
        Vector byY;       ///< ∇ᵧg
    };
    [[nodiscard]] Lower lower();
    /// ∇²ᵧᵧg z. Does not allocate once `result` has its length.
    void hessianProduct(const Vector& z, Vector& result);
    /// ∇²ₓᵧg z.
    [[nodiscard]] Vector mixedProduct(const Vector& z);
    /// hessianProduct as a function, valid as long as this object.
    [[nodiscard]] SymmetricProduct<Scalar> hessian();

private:
    Tensor x_, y_, z_;
    Tensor upper_, upperByX_, upperByY_, lower_, lowerByY_, hessianProduct_, mixedProduct_;
    std::vector<autodiff::Program<Scalar>> programs_; ///< upper, lower, Hessian, mixed
};

/// ∇ₓf − ∇²ₓᵧg z at the x and y that are set, with z = solve(H, ∇ᵧf) for H = ∇²ᵧᵧg, e.g.
///
///   hypergradient<double>(problem, [](const auto& hessian, const auto& right) {
///       return conjugateGradients<double>(hessian, right).z;
///   });
///
/// ∇Φ(x) where y = y*(x) and z is exact; otherwise off by O(‖y − y*‖ + ‖z − z*‖).
template <typename Scalar>
Eigen::VectorX<Scalar> hypergradient(
    BilevelProgram<Scalar>& problem,
    const std::function<Eigen::VectorX<Scalar>(const SymmetricProduct<Scalar>& hessian,
                                               const Eigen::VectorX<Scalar>& right)>& solve);

} // namespace convergence
