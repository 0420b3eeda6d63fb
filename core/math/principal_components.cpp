#include "core/math/principal_components.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <fmt/format.h>

#include "core/error.h"
#include "core/math/decompositions.h"

namespace convergence {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

constexpr double smallestShare = 1e-12; ///< of the first variance, that counts as one

/// Per direction, 0 where there is no variance.
VectorXd inverseDeviations(const VectorXd& variances) {
    const double least = variances.size() > 0 ? smallestShare * variances[0] : 0.0;
    return variances.unaryExpr(
        [least](double variance) { return variance <= least ? 0.0 : 1.0 / std::sqrt(variance); });
}

} // namespace

MatrixXd PrincipalComponents::whiten(const MatrixXd& x) const {
    return inverseDeviations(variances).asDiagonal() *
           (directions.transpose() * (x.colwise() - center));
}

MatrixXd PrincipalComponents::restore(const MatrixXd& z) const {
    return (directions * (variances.cwiseSqrt().asDiagonal() * z)).colwise() + center;
}

PrincipalComponents principalComponents(const MatrixXd& samples, Index count,
                                        const std::optional<VectorXd>& center) {
    const Index n = samples.cols();
    if (count < 1 || count > std::min(samples.rows(), n) || n < 2)
        throw InputError(fmt::format("{} principal components of {} samples of {} numbers were "
                                     "asked for; there must be at least 2 samples, and from 1 "
                                     "component to as many as there are samples or numbers.",
                                     count, n, samples.rows()));
    if (center && center->size() != samples.rows())
        throw std::logic_error("the center has another length than the samples");
    PrincipalComponents result;
    result.center = center ? *center : VectorXd(samples.rowwise().mean());
    const MatrixXd centered = samples.colwise() - result.center;
    // With more samples than numbers the small R of Xᵀ = QR has the same singular values, and the
    // directions on its right.
    SingularValueDecomposition<double> svd = thinSvd(
        n > samples.rows() ? thinQr(centered.transpose()).r : MatrixXd(centered.transpose()));
    svd = withFixedSigns(std::move(svd));
    result.directions = svd.v.leftCols(count);
    result.variances = svd.values.head(count).array().square() / static_cast<double>(n - 1);
    return result;
}

} // namespace convergence
