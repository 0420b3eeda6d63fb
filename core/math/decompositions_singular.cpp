#include <algorithm>

#include "core/math/decompositions.h"
#include "core/math/decompositions_svd.h"
#include "core/math/decompositions_unknown.h"

namespace convergence {

namespace {

using Eigen::Index;
using Eigen::MatrixX;
using Eigen::VectorX;

/// Up to this smaller dimension, singular values alone come from Jacobi's method.
constexpr Index jacobiLimit = 32;

template <typename Solver, typename Scalar>
VectorX<Scalar> valuesOf(const MatrixX<Scalar>& matrix) {
    const Solver svd(matrix);
    if (svd.info() != Eigen::Success)
        return unknownMatrix<Scalar>(std::min(matrix.rows(), matrix.cols()), 1);
    return svd.singularValues();
}

template <typename Scalar>
SingularValueDecomposition<Scalar> unknown(Index rows, Index columns, Index left, Index right) {
    return {unknownMatrix<Scalar>(rows, left), unknownMatrix<Scalar>(std::min(rows, columns), 1),
            unknownMatrix<Scalar>(columns, right)};
}

} // namespace

template <typename Scalar>
VectorX<Scalar> singularValues(MatrixArgument<Scalar> matrix) {
    const Index count = std::min(matrix.rows(), matrix.cols());
    if (count == 0)
        return {};
    if (!matrix.allFinite())
        return unknownMatrix<Scalar>(count, 1);
    return count <= jacobiLimit ? valuesOf<Eigen::JacobiSVD<MatrixX<Scalar>>, Scalar>(matrix)
                                : valuesOf<Eigen::BDCSVD<MatrixX<Scalar>>, Scalar>(matrix);
}

template <typename Scalar>
SingularValueDecomposition<Scalar> thinSvd(MatrixArgument<Scalar> matrix) {
    const Index rows = matrix.rows(), columns = matrix.cols(), count = std::min(rows, columns);
    if (count == 0)
        return {MatrixX<Scalar>(rows, 0), VectorX<Scalar>(0), MatrixX<Scalar>(columns, 0)};
    if (!matrix.allFinite())
        return unknown<Scalar>(rows, columns, count, count);
    const Eigen::BDCSVD<MatrixX<Scalar>> svd(matrix, Eigen::ComputeThinU | Eigen::ComputeThinV);
    if (svd.info() != Eigen::Success)
        return unknown<Scalar>(rows, columns, count, count);
    return {svd.matrixU(), svd.singularValues(), svd.matrixV()};
}

template <typename Scalar>
SingularValueDecomposition<Scalar> fullSvd(MatrixArgument<Scalar> matrix) {
    const Index rows = matrix.rows(), columns = matrix.cols();
    if (matrix.size() == 0)
        return {MatrixX<Scalar>::Identity(rows, rows), VectorX<Scalar>(0),
                MatrixX<Scalar>::Identity(columns, columns)};
    if (!matrix.allFinite())
        return unknown<Scalar>(rows, columns, rows, columns);
    const Eigen::JacobiSVD<MatrixX<Scalar>> svd(matrix, Eigen::ComputeFullU | Eigen::ComputeFullV);
    if (svd.info() != Eigen::Success)
        return unknown<Scalar>(rows, columns, rows, columns);
    return {svd.matrixU(), svd.singularValues(), svd.matrixV()};
}

template <typename Scalar>
MatrixX<Scalar> leftSingularVectors(MatrixArgument<Scalar> matrix) {
    const Index rows = matrix.rows(), count = std::min(rows, matrix.cols());
    if (count == 0)
        return MatrixX<Scalar>(rows, 0);
    if (!matrix.allFinite())
        return unknownMatrix<Scalar>(rows, count);
    if (matrix.cols() <= rows) {
        const Eigen::BDCSVD<MatrixX<Scalar>> svd(matrix, Eigen::ComputeThinU);
        return svd.info() == Eigen::Success ? svd.matrixU() : unknownMatrix<Scalar>(rows, count);
    }
    // R has the same singular values, and the left vectors of M on its right. Where the columns'
    // norms overflow, R is not finite.
    const MatrixX<Scalar> r = thinQr<Scalar>(matrix.transpose()).r;
    const Eigen::BDCSVD<MatrixX<Scalar>> svd(r, Eigen::ComputeFullV);
    return svd.info() == Eigen::Success ? svd.matrixV() : unknownMatrix<Scalar>(rows, count);
}

template VectorX<float> singularValues<float>(MatrixArgument<float>);
template VectorX<double> singularValues<double>(MatrixArgument<double>);
template SingularValueDecomposition<float> thinSvd<float>(MatrixArgument<float>);
template SingularValueDecomposition<double> thinSvd<double>(MatrixArgument<double>);
template SingularValueDecomposition<float> fullSvd<float>(MatrixArgument<float>);
template SingularValueDecomposition<double> fullSvd<double>(MatrixArgument<double>);
template MatrixX<float> leftSingularVectors<float>(MatrixArgument<float>);
template MatrixX<double> leftSingularVectors<double>(MatrixArgument<double>);

} // namespace convergence
