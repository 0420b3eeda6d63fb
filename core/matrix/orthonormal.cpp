#include "core/matrix/orthonormal.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace convergence::matrix {

namespace {

constexpr int polarIterations = 12; ///< seven suffice at a condition number of 1e6
constexpr double polarTolerance = 1e-14;
/// Above this condition number the decomposition takes over from the iteration.
constexpr double polarConditionLimit = 1e7;

} // namespace

Eigen::MatrixXd orthonormalized(const Eigen::MatrixXd& matrix) {
    Eigen::MatrixXd q = matrix;
    Orthonormalizer<double>(matrix.rows(), matrix.cols()).apply(q);
    return q;
}

Eigen::MatrixXd randomOrthonormal(Eigen::Index rows, Eigen::Index columns, RandomStream stream) {
    Eigen::MatrixXd gaussian(rows, columns);
    stream.fillNormal({gaussian.data(), static_cast<std::size_t>(gaussian.size())});
    return orthonormalized(gaussian);
}

PolarFactor::PolarFactor(Eigen::Index size) : inverter_(size), x_(size, size) {}

bool PolarFactor::iterate(const Eigen::MatrixXd& matrix) {
    const double norm = matrix.norm();
    if (!(norm > 0.0) || !std::isfinite(norm))
        return false;
    x_ = matrix / norm;
    for (int i = 0; i < polarIterations; ++i) {
        const Eigen::MatrixXd* inverse = inverter_(x_);
        if (!inverse)
            return false;
        const double size = x_.norm(), inverseSize = inverse->norm();
        if (i == 0 && !(size * inverseSize < polarConditionLimit))
            return false;
        const double mu = std::sqrt(inverseSize / size);
        double change = 0.0;
        for (Eigen::Index c = 0; c < x_.cols(); ++c)
            for (Eigen::Index r = 0; r < x_.rows(); ++r) {
                const double next = 0.5 * (mu * x_(r, c) + (*inverse)(c, r) / mu);
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
        const auto svd = fullSvd(matrix);
        x_.noalias() = svd.u * svd.v.transpose();
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
    return leftSingularVectors(x).leftCols(k);
}

} // namespace convergence::matrix
