#include "core/math/matrix_equations.h"

#include <cmath>
#include <complex>
#include <limits>
#include <optional>
#include <stdexcept>

#include <Eigen/Eigenvalues>
#include <Eigen/LU>

#include "core/error.h"
#include "core/math/decompositions.h"

namespace convergence {

namespace {

using Eigen::Index;
using Eigen::MatrixXcd;
using Eigen::MatrixXd;

constexpr double epsilon = std::numeric_limits<double>::epsilon();

MatrixXd symmetrized(const MatrixXd& p) {
    return 0.5 * (p + p.transpose());
}

/// Solves AᵀP + PA + Q = 0 for several Q.
class LyapunovSolver {
public:
    explicit LyapunovSolver(const MatrixXd& a) : schur_(a.cast<std::complex<double>>()) {}

    /// With A = UTUᴴ: Tᴴ Y + Y T = −UᴴQU for Y = UᴴPU, column by column, each by forward
    /// substitution. Nothing where a pivot is zero to rounding.
    [[nodiscard]] std::optional<MatrixXd> solve(const MatrixXd& q) const {
        const MatrixXcd &u = schur_.matrixU(), &t = schur_.matrixT();
        const Index n = t.rows();
        const double smallestPivot = 4.0 * epsilon * t.norm();
        MatrixXcd y = -(u.adjoint() * q.cast<std::complex<double>>() * u);
        for (Index k = 0; k < n; ++k) {
            y.col(k) -= y.leftCols(k) * t.col(k).head(k);
            for (Index i = 0; i < n; ++i) {
                const std::complex<double> pivot = std::conj(t(i, i)) + t(k, k);
                if (!(std::abs(pivot) > smallestPivot))
                    return std::nullopt;
                const std::complex<double> known = t.col(i).head(i).dot(y.col(k).head(i));
                y(i, k) = (y(i, k) - known) / pivot;
            }
        }
        return symmetrized((u * y * u.adjoint()).real());
    }

private:
    Eigen::ComplexSchur<MatrixXcd> schur_;
};

std::optional<MatrixXd> tryLyapunov(const MatrixXd& a, const MatrixXd& q) {
    const LyapunovSolver solver(a);
    std::optional<MatrixXd> p = solver.solve(q);
    if (!p)
        return std::nullopt;
    const MatrixXd residual = a.transpose() * *p + *p * a + q;
    if (const std::optional<MatrixXd> correction = solver.solve(residual))
        *p += *correction;
    return p->allFinite() ? p : std::nullopt;
}

/// The sign of a matrix without imaginary eigenvalues, by Newton's method on Z² = I, scaled by the
/// determinant (Byers 1987). Nothing where it does not converge.
std::optional<MatrixXd> matrixSign(MatrixXd z) {
    constexpr int mostSteps = 100;
    const auto n = static_cast<double>(z.rows());
    for (int step = 0; step < mostSteps; ++step) {
        const Eigen::PartialPivLU<MatrixXd> lu(z);
        const double logDeterminant = lu.matrixLU().diagonal().array().abs().log().sum();
        const double scale = std::exp(-logDeterminant / n);
        if (!std::isfinite(scale))
            return std::nullopt;
        const MatrixXd next = 0.5 * (scale * z + lu.inverse() / scale);
        const double change = (next - z).norm() / next.norm();
        z = next;
        if (!std::isfinite(change))
            return std::nullopt;
        if (change < 1e-8) { // quadratic: the next one is at rounding
            const Eigen::PartialPivLU<MatrixXd> last(z);
            return MatrixXd(0.5 * (z + last.inverse()));
        }
    }
    return std::nullopt;
}

bool isStable(const MatrixXd& a) {
    return (eigenvalues(a).real().array() < 0.0).all(); // false for NaN too
}

} // namespace

MatrixXd solveLyapunov(const MatrixXd& a, const MatrixXd& q) {
    const Index n = a.rows();
    if (a.cols() != n || q.rows() != n || q.cols() != n)
        throw std::logic_error("the matrices of a Lyapunov equation are square and of one size");
    if (n == 0)
        return q;
    if (a.allFinite() && q.allFinite())
        if (const std::optional<MatrixXd> p = tryLyapunov(a, q))
            return *p;
    throw NumericalError("The Lyapunov equation has no single solution: a number is not finite, or "
                         "two eigenvalues of A add up to zero.");
}

MatrixXd solveRiccati(const MatrixXd& a, const MatrixXd& b, const MatrixXd& q, const MatrixXd& r) {
    const Index n = a.rows();
    if (a.cols() != n || q.rows() != n || q.cols() != n || b.rows() != n || r.rows() != b.cols() ||
        r.cols() != b.cols())
        throw std::logic_error("the matrices of a Riccati equation do not fit together");
    if (n == 0)
        return q;
    const auto refuse = [] {
        return NumericalError("The Riccati equation has no stabilizing solution: a number is not "
                              "finite, R is not positive definite, or no control u = −Kx moves all "
                              "eigenvalues to the left of the imaginary axis.");
    };
    const std::optional<MatrixXd> gainOf = solvePositiveDefinite(r, b.transpose()); // R⁻¹Bᵀ
    if (!gainOf || !a.allFinite() || !q.allFinite() || !gainOf->allFinite())
        throw refuse();
    const MatrixXd g = b * *gainOf;
    MatrixXd hamiltonian(2 * n, 2 * n);
    hamiltonian << a, -g, -q, -a.transpose();
    const std::optional<MatrixXd> sign = matrixSign(hamiltonian);
    if (!sign)
        throw refuse();
    // The stable subspace spanned by (I, P) is the kernel of sign + I.
    MatrixXd left(2 * n, n), right(2 * n, n);
    left << sign->topRightCorner(n, n), sign->bottomRightCorner(n, n) + MatrixXd::Identity(n, n);
    right << sign->topLeftCorner(n, n) + MatrixXd::Identity(n, n), sign->bottomLeftCorner(n, n);
    MatrixXd p = symmetrized(-left.householderQr().solve(right));
    const auto residualOf = [&](const MatrixXd& candidate) {
        return MatrixXd(a.transpose() * candidate + candidate * a + q - candidate * g * candidate);
    };
    double residual = residualOf(p).norm();
    constexpr int mostSteps = 20;
    for (int step = 0; step < mostSteps; ++step) {
        const MatrixXd closed = a - g * p;
        if (!isStable(closed))
            throw refuse();
        const std::optional<MatrixXd> next = tryLyapunov(closed, q + p * g * p);
        if (!next)
            throw refuse();
        const double nextResidual = residualOf(*next).norm();
        if (!(nextResidual < residual))
            break;
        p = *next;
        residual = nextResidual;
    }
    return p;
}

} // namespace convergence
