#pragma once

#include "core/math/decompositions.h"
#include "core/math/random.h"

namespace convergence::matrix {

/// Matrices with orthonormal columns, and the steps that keep them so: the orthogonal group, the
/// Stiefel manifold {Q ∈ R^{d×k} : QᵀQ = I}, the Grassmann manifold of its column spaces, and the
/// convex hull {D : ‖D‖₂ ≤ 1}.

/// The Q of M = QR with the diagonal of R positive, d × k, d ≥ k: the retraction of the Stiefel and
/// Grassmann manifolds. Again and again, without allocating: Orthonormalizer.
Eigen::MatrixXd orthonormalized(const Eigen::MatrixXd& matrix);

/// Uniformly random (Haar) orthonormal columns: QR of a Gaussian matrix.
Eigen::MatrixXd randomOrthonormal(Eigen::Index rows, Eigen::Index columns, RandomStream stream);

/// The orthogonal polar factor UVᵀ of a square M = UΣVᵀ: the orthogonal matrix nearest to M, and
/// the maximizer of ⟨S, M⟩ over ‖S‖₂ ≤ 1, where it takes the nuclear norm.
///
/// By scaled Newton iteration X ← ½(μX + X⁻ᵀ/μ) (Higham 1986), quadratically convergent; matrices
/// that are singular, or too nearly so for the iteration, go through a full singular value
/// decomposition, which completes UVᵀ on the null space in a deterministic way.
class PolarFactor {
public:
    explicit PolarFactor(Eigen::Index size);
    /// UVᵀ of M, valid until the next call. Does not allocate unless M is nearly singular.
    const Eigen::MatrixXd& operator()(const Eigen::MatrixXd& matrix);

private:
    bool iterate(const Eigen::MatrixXd& matrix);

    Inverter<double> inverter_;
    Eigen::MatrixXd x_;
};

/// Principal angles between the column spaces of two orthonormal matrices, increasing, in
/// [0, π/2], min(k₁, k₂) of them. Small ones come from sines and large ones from cosines, so that
/// both are accurate (Björck and Golub 1973). Throws std::logic_error unless the rows agree.
Eigen::VectorXd principalAngles(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b);

/// √(k − ‖AᵀB‖²_F) for orthonormal A, B ∈ R^{d×k}, as ‖(I − AAᵀ)B‖_F, which is accurate for near
/// subspaces too: the root of the sum of squared sines of the principal angles.
double subspaceDistance(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b);

/// The k leading left singular vectors of X, d × n, n ≥ k (principal components of centered
/// columns), from X itself and not from XXᵀ.
Eigen::MatrixXd principalComponents(const Eigen::MatrixXd& x, Eigen::Index k);

} // namespace convergence::matrix
