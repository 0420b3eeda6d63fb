#include <algorithm>
#include <stdexcept>

#include "core/math/decompositions.h"
#include "core/math/random.h"

namespace convergence {

using Eigen::Index;
using Eigen::MatrixX;

template <typename Scalar>
SingularValueDecomposition<Scalar> withFixedSigns(SingularValueDecomposition<Scalar> svd) {
    for (Index i = 0; i < svd.values.size(); ++i) {
        Index largest = 0;
        svd.v.col(i).cwiseAbs().maxCoeff(&largest);
        if (svd.v(largest, i) < Scalar(0)) {
            svd.u.col(i) *= Scalar(-1);
            svd.v.col(i) *= Scalar(-1);
        }
    }
    return svd;
}

template <typename Scalar>
SingularValueDecomposition<Scalar> randomizedSvd(MatrixArgument<Scalar> matrix,
                                                 const RandomizedSvdOptions& options) {
    const Index rows = matrix.rows(), columns = matrix.cols();
    if (options.columns < 1 || options.powerIterations < 0)
        throw std::logic_error("a randomized decomposition takes at least one column and no "
                               "negative number of iterations");
    const Index q = std::min({options.columns, rows, columns});
    if (q == 0 || !matrix.allFinite()) {
        SingularValueDecomposition<Scalar> unknown = thinSvd<Scalar>(matrix);
        return {unknown.u.leftCols(q), unknown.values.head(q), unknown.v.leftCols(q)};
    }
    Eigen::MatrixXd normal(columns, q);
    RandomStream({.seed = options.seed, .purpose = "randomized svd"})
        .fillNormal({normal.data(), static_cast<std::size_t>(normal.size())});
    MatrixX<Scalar> left = matrix * normal.cast<Scalar>(), right(columns, q);
    Orthonormalizer<Scalar> orthonormalizeLeft(rows, q), orthonormalizeRight(columns, q);
    orthonormalizeLeft.apply(left);
    for (int i = 0; i < options.powerIterations; ++i) {
        right.noalias() = matrix.transpose() * left;
        orthonormalizeRight.apply(right);
        left.noalias() = matrix * right;
        orthonormalizeLeft.apply(left);
    }
    right.noalias() = matrix.transpose() * left;
    SingularValueDecomposition<Scalar> small = thinSvd<Scalar>(right); // MᵀQ: its U is M's V
    return withFixedSigns<Scalar>({left * small.v, std::move(small.values), std::move(small.u)});
}

template SingularValueDecomposition<float> withFixedSigns(SingularValueDecomposition<float>);
template SingularValueDecomposition<double> withFixedSigns(SingularValueDecomposition<double>);
template SingularValueDecomposition<float> randomizedSvd<float>(MatrixArgument<float>,
                                                                const RandomizedSvdOptions&);
template SingularValueDecomposition<double> randomizedSvd<double>(MatrixArgument<double>,
                                                                  const RandomizedSvdOptions&);

} // namespace convergence
