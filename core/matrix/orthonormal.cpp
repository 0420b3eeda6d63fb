#include "core/matrix/orthonormal.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <Eigen/SVD>

#include "core/matrix/factored_descent.h"

namespace convergence::matrix {

namespace {

constexpr int polarIterations = 12; ///< seven suffice at a condition number of 1e6
constexpr double polarTolerance = 1e-14;
/// Above this condition number the decomposition takes over from the iteration.
constexpr double polarConditionLimit = 1e7;

} // namespace

QrRetraction::QrRetraction(Eigen::Index rows, Eigen::Index columns)
    : qr_(rows, columns), workspace_(columns), signs_(columns) {}

void QrRetraction::apply(Eigen::MatrixXd& matrix) {
    qr_.compute(matrix);
    signs_ = qr_.matrixQR().diagonal().unaryExpr([](double r) { return r < 0.0 ? -1.0 : 1.0; });
    matrix.setIdentity();
    matrix.applyOnTheLeft(qr_.householderQ().setLength(signs_.size()));
    matrix.array().rowwise() *= signs_.transpose().array();
}

Eigen::MatrixXd orthonormalized(const Eigen::MatrixXd& matrix) {
    Eigen::MatrixXd q = matrix;
    QrRetraction(matrix.rows(), matrix.cols()).apply(q);
    return q;
}

Eigen::MatrixXd randomOrthonormal(Eigen::Index rows, Eigen::Index columns, RandomStream stream) {
    Eigen::MatrixXd gaussian(rows, columns);
    stream.fillNormal({gaussian.data(), static_cast<std::size_t>(gaussian.size())});
    return orthonormalized(gaussian);
}

PolarFactor::PolarFactor(Eigen::Index size) : lu_(size), x_(size, size), inverse_(size, size) {}

bool PolarFactor::iterate(const Eigen::MatrixXd& matrix) {
    const double norm = matrix.norm();
    if (!(norm > 0.0) || !std::isfinite(norm))
        return false;
    x_ = matrix / norm;
    for (int i = 0; i < polarIterations; ++i) {
        lu_.compute(x_);
        const auto pivots = lu_.matrixLU().diagonal().cwiseAbs();
        if (!(pivots.minCoeff() > 0.0))
            return false;
        inverse_.setIdentity();
        inverse_ = lu_.permutationP() * inverse_;
        lu_.matrixLU().triangularView<Eigen::UnitLower>().solveInPlace(inverse_);
        lu_.matrixLU().triangularView<Eigen::Upper>().solveInPlace(inverse_);
        const double size = x_.norm(), inverseSize = inverse_.norm();
        if (i == 0 && !(size * inverseSize < polarConditionLimit))
            return false;
        const double mu = std::sqrt(inverseSize / size);
        double change = 0.0;
        for (Eigen::Index c = 0; c < x_.cols(); ++c)
            for (Eigen::Index r = 0; r < x_.rows(); ++r) {
                const double next = 0.5 * (mu * x_(r, c) + inverse_(c, r) / mu);
                change += (next - x_(r, c)) * (next - x_(r, c));
                x_(r, c) = next;
            }
        if (change < polarTolerance * static_cast<double>(x_.cols()))
            return true; // quadratic: the next change would be of the order of its square
    }
    return false;
}

const Eigen::MatrixXd& PolarFactor::operator()(const Eigen::MatrixXd& matrix) {
    if (!iterate(matrix)) {
        const Eigen::JacobiSVD<Eigen::MatrixXd> svd(matrix,
                                                    Eigen::ComputeFullU | Eigen::ComputeFullV);
        x_.noalias() = svd.matrixU() * svd.matrixV().transpose();
    }
    return x_;
}

Eigen::VectorXd principalAngles(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) {
    if (a.rows() != b.rows())
        throw std::logic_error("principalAngles: subspaces of different spaces");
    if (a.cols() < b.cols())
        return principalAngles(b, a);
    const Eigen::MatrixXd inner = a.transpose() * b; // k₁ × k₂, k₁ ≥ k₂
    const Eigen::VectorXd cosines = singularValues(inner);
    const Eigen::VectorXd sines = singularValues(b - a * inner).reverse(); // increasing
    return cosines.binaryExpr(sines.head(cosines.size()),
                              [](double c, double s) { return std::atan2(s, c); });
}

double subspaceDistance(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) {
    return (b - a * (a.transpose() * b)).norm();
}

Eigen::MatrixXd principalComponents(const Eigen::MatrixXd& x, Eigen::Index k) {
    if (x.cols() <= x.rows()) {
        const Eigen::BDCSVD<Eigen::MatrixXd> svd(x, Eigen::ComputeThinU);
        return svd.matrixU().leftCols(k);
    }
    // Xᵀ = QR first: the small R has the same singular values, and X's left vectors on the right.
    Eigen::HouseholderQR<Eigen::MatrixXd> qr(x.transpose());
    const Eigen::MatrixXd r =
        qr.matrixQR().topRows(x.rows()).triangularView<Eigen::Upper>().toDenseMatrix();
    const Eigen::BDCSVD<Eigen::MatrixXd> svd(r, Eigen::ComputeFullV);
    return svd.matrixV().leftCols(k);
}

} // namespace convergence::matrix
