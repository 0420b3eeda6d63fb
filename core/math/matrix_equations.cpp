#include "core/math/matrix_equations.h"

#include <cmath>
#include <optional>
#include <stdexcept>

#include "core/error.h"
#include "core/math/decompositions.h"

namespace convergence {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;

MatrixXd symmetrized(const MatrixXd& p) {
    return 0.5 * (p + p.transpose());
}

/// The sign of Z by Newton's method on Z² = I, Z ← ½(cZ + (cZ)⁻¹), scaled by norms (Higham 2008,
/// chapter 5). `follow(c, Z⁻¹)` is called before each step. Nothing where it does not converge, as
/// with imaginary eigenvalues.
template <typename Follow>
std::optional<MatrixXd> matrixSign(MatrixXd z, const Follow& follow) {
    constexpr int mostSteps = 100;
    Inverter<double> invert(z.rows());
    bool isLast = false;
    for (int step = 0; step < mostSteps; ++step) {
        const MatrixXd* const inverse = invert(z);
        const double c = inverse ? std::sqrt(inverse->norm() / z.norm()) : 0.0;
        if (!(c > 0.0 && std::isfinite(c)))
            return std::nullopt;
        follow(c, *inverse);
        const MatrixXd next = 0.5 * (c * z + *inverse / c);
        const double change = (next - z).norm() / next.norm();
        z = next;
        if (isLast)
            return z;
        isLast = change < 1e-8; // quadratic: the next one is at rounding
    }
    return std::nullopt;
}

/// Where A is stable its sign is −I, and P is the same for all A and Q of the iteration: from
/// −2P + Q = 0 at its end. Nothing where A is not stable to rounding.
std::optional<MatrixXd> stableLyapunov(const MatrixXd& a, MatrixXd q) {
    constexpr double farFromMinusOne = 1e-6;
    const auto sign = matrixSign(a, [&](double c, const MatrixXd& inverse) {
        q = (0.5 * (c * q + inverse.transpose() * q * inverse / c)).eval();
    });
    if (!sign || !((*sign + MatrixXd::Identity(a.rows(), a.cols())).norm() < farFromMinusOne))
        return std::nullopt;
    return symmetrized(0.5 * q);
}

std::optional<MatrixXd> tryLyapunov(const MatrixXd& a, const MatrixXd& q) {
    std::optional<MatrixXd> p = stableLyapunov(a, q);
    if (!p)
        return std::nullopt;
    const MatrixXd residual = a.transpose() * *p + *p * a + q;
    if (const std::optional<MatrixXd> correction = stableLyapunov(a, residual))
        *p += *correction;
    return p->allFinite() ? p : std::nullopt;
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
    throw NumericalError("The Lyapunov equation is not that of a stable system: a number is not "
                         "finite, or an eigenvalue of A is not to the left of the imaginary axis.");
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
    const std::optional<MatrixXd> sign = matrixSign(hamiltonian, [](double, const MatrixXd&) {});
    if (!sign)
        throw refuse();
    // The stable subspace spanned by (I, P) is the kernel of sign + I.
    MatrixXd left(2 * n, n), right(2 * n, n);
    left << sign->topRightCorner(n, n), sign->bottomRightCorner(n, n) + MatrixXd::Identity(n, n);
    right << sign->topLeftCorner(n, n) + MatrixXd::Identity(n, n), sign->bottomLeftCorner(n, n);
    const QrDecomposition<double> qr = thinQr(left);
    Inverter<double> invert(n);
    const MatrixXd* const inverse = invert(qr.r);
    if (!inverse)
        throw refuse();
    MatrixXd p = symmetrized(-*inverse * (qr.q.transpose() * right));
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
