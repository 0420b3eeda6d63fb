#pragma once

#include <complex>
#include <cstdint>
#include <memory>
#include <optional>
#include <type_traits>

#include <Eigen/Core>

/// Decompositions of matrices, compiled once, for float and double: singular values, eigenvalues,
/// QR, Cholesky and LU. Eigen's own templates take seconds to compile in each file that uses them.
///
///   singularValues(a - b * c)           // double, of any expression
///   singularValues<float>(weights)      // float is asked for by name
///
/// The functions return values and allocate; what a step needs without allocating are classes that
/// keep their memory. Empty matrices have empty decompositions. Where a matrix holds a number that
/// is not finite, all results are NaN, or the answer is "no".
namespace convergence {

/// A matrix as an argument: any expression of that number type.
template <typename Scalar>
using MatrixArgument = const std::type_identity_t<Eigen::MatrixX<Scalar>>&;

// ---- Singular values -----------------------------------------------------------------------

/// σ₁ ≥ σ₂ ≥ ... ≥ 0 of M, m × n: min(m, n) of them, from M itself and never from MᵀM, which would
/// lose those below √ε σ₁. One-sided Jacobi, which resolves small ones to high relative accuracy,
/// up to a smaller dimension of 32; beyond it bidiagonal divide and conquer.
template <typename Scalar = double>
Eigen::VectorX<Scalar> singularValues(MatrixArgument<Scalar> matrix);

/// M = U diag(σ) Vᵀ with σ falling and orthonormal columns in U and V.
template <typename Scalar>
struct SingularValueDecomposition {
    Eigen::MatrixX<Scalar> u;
    Eigen::VectorX<Scalar> values;
    Eigen::MatrixX<Scalar> v;
};
/// With min(m, n) columns in U and V, by divide and conquer.
template <typename Scalar = double>
SingularValueDecomposition<Scalar> thinSvd(MatrixArgument<Scalar> matrix);
/// With square U (m × m) and V (n × n), by Jacobi's method: for small matrices, singular ones too,
/// whose null spaces get orthonormal bases.
template <typename Scalar = double>
SingularValueDecomposition<Scalar> fullSvd(MatrixArgument<Scalar> matrix);

/// The same decomposition with one rule for the signs, which are free in pairs (u, v) → (−u, −v):
/// the entry of V's column that is largest in magnitude (the first of equals) is positive. What is
/// made of single vectors is then the same whatever computed them, up to rounding, and up to the
/// basis where singular values coincide.
template <typename Scalar>
SingularValueDecomposition<Scalar> withFixedSigns(SingularValueDecomposition<Scalar> svd);

struct RandomizedSvdOptions {
    Eigen::Index columns = 16; ///< q, of the range that is looked for; at most min(m, n)
    int powerIterations = 4;   ///< p
    std::uint64_t seed = 0;
};
/// The q largest singular values of M, m × n, and their vectors, about: M is projected onto the
/// range of (MMᵀ)ᵖMΩ, Ω n × q of normal numbers, orthonormalized after every product, and
/// QᵀM is decomposed (Halko, Martinsson, Tropp 2011, algorithms 4.4 and 5.1). 2p + 2 products with
/// M and no decomposition larger than q × n. Never above the exact values; σᵢ of the first k is off
/// by a factor of order (σ_{q+1}/σₖ)^{4p+2}, so ask for more columns than are needed, twice as
/// many. Exact to rounding for a rank of at most q. Signs as by withFixedSigns.
template <typename Scalar = double>
SingularValueDecomposition<Scalar> randomizedSvd(MatrixArgument<Scalar> matrix,
                                                 const RandomizedSvdOptions& options);

/// The min(m, n) left singular vectors of M, those of the largest singular values first. Of a
/// matrix with more columns than rows from the small R of Mᵀ = QR, whose right ones they are.
template <typename Scalar = double>
Eigen::MatrixX<Scalar> leftSingularVectors(MatrixArgument<Scalar> matrix);

// ---- Eigenvalues ---------------------------------------------------------------------------

/// S = V diag(λ) Vᵀ of a symmetric S, of which the lower triangle is read: λ rising, V orthogonal.
template <typename Scalar>
struct SymmetricEigen {
    Eigen::VectorX<Scalar> values;
    Eigen::MatrixX<Scalar> vectors;
};
/// Tridiagonalization and implicit QR steps. Throws std::logic_error unless S is square.
template <typename Scalar = double>
SymmetricEigen<Scalar> symmetricEigen(MatrixArgument<Scalar> symmetric);
/// λ alone, which is quicker.
template <typename Scalar = double>
Eigen::VectorX<Scalar> symmetricEigenvalues(MatrixArgument<Scalar> symmetric);

/// The generalized problem Av = λBv for symmetric A and positive definite B, of which the lower
/// triangles are read: λ rising and VᵀBV = I, so that VᵀAV = diag(λ) and AV = BV diag(λ). The last
/// columns are the directions in which vᵀAv is largest against vᵀBv. By Cholesky, B = LLᵀ, and the
/// eigenvalues of L⁻¹AL⁻ᵀ. Nothing unless B is positive definite. Throws std::logic_error unless
/// both are square, of one size.
template <typename Scalar = double>
std::optional<SymmetricEigen<Scalar>> generalizedSymmetricEigen(MatrixArgument<Scalar> a,
                                                                MatrixArgument<Scalar> b);

/// ln S = V diag(ln λ) Vᵀ, the symmetric matrix with exponential S, of a positive definite S, of
/// which the lower triangle is read; nothing unless it is. ‖ln S − ln T‖_F is the log-Euclidean
/// distance of S and T (Arsigny et al. 2006); from λ of Sv = λTv, √Σ ln²λ is the affine-invariant
/// one. Throws std::logic_error unless S is square.
template <typename Scalar = double>
std::optional<Eigen::MatrixX<Scalar>> symmetricLogarithm(MatrixArgument<Scalar> symmetric);

/// All eigenvalues of a square matrix, by Hessenberg form and QR steps, in no order; complex ones
/// in adjoining conjugate pairs. Throws std::logic_error unless the matrix is square.
template <typename Scalar = double>
Eigen::VectorX<std::complex<Scalar>> eigenvalues(MatrixArgument<Scalar> matrix);

// ---- QR ------------------------------------------------------------------------------------

/// M = QR by Householder's reflections: Q, m × min(m, n), has orthonormal columns, whatever the
/// rank of M; R is upper triangular. The diagonal of R has the signs that the reflections give it.
template <typename Scalar>
struct QrDecomposition {
    Eigen::MatrixX<Scalar> q;
    Eigen::MatrixX<Scalar> r;
};
template <typename Scalar = double>
QrDecomposition<Scalar> thinQr(MatrixArgument<Scalar> matrix);

/// Replaces matrices of one size, m × n with m ≥ n, by the Q of M = QR with no entry of R's
/// diagonal negative. Of full rank, that Q is unique and depends continuously on M; with the signs
/// that the reflections give, columns flip from one call to the next, and averages of such bases
/// cancel.
template <typename Scalar>
class Orthonormalizer {
public:
    Orthonormalizer(Eigen::Index rows, Eigen::Index columns);
    Orthonormalizer(Orthonormalizer&&) noexcept;
    Orthonormalizer& operator=(Orthonormalizer&&) noexcept;
    ~Orthonormalizer();

    /// M becomes Q. Does not allocate.
    void apply(Eigen::MatrixX<Scalar>& matrix);

private:
    struct Workspace;
    std::unique_ptr<Workspace> workspace_;
};

// ---- Cholesky and LU -----------------------------------------------------------------------

/// The lower triangular L of S = LLᵀ, of whose lower triangle it is made; nothing unless S is
/// positive definite. Throws std::logic_error unless S is square.
template <typename Scalar = double>
std::optional<Eigen::MatrixX<Scalar>> choleskyFactor(MatrixArgument<Scalar> symmetric);

/// X = S⁻¹B for a positive definite S, by Cholesky; nothing unless S is positive definite. Throws
/// std::logic_error unless S is square and has as many rows as B.
template <typename Scalar = double>
std::optional<Eigen::MatrixX<Scalar>> solvePositiveDefinite(MatrixArgument<Scalar> symmetric,
                                                            MatrixArgument<Scalar> right);

/// Inverts square matrices of one size by LU decomposition with partial pivoting.
template <typename Scalar>
class Inverter {
public:
    explicit Inverter(Eigen::Index size);
    Inverter(Inverter&&) noexcept;
    Inverter& operator=(Inverter&&) noexcept;
    ~Inverter();

    /// M⁻¹, valid until the next call; null if a pivot is zero or not a number. Does not allocate.
    const Eigen::MatrixX<Scalar>* operator()(const Eigen::MatrixX<Scalar>& matrix);

private:
    struct Workspace;
    std::unique_ptr<Workspace> workspace_;
};

} // namespace convergence
