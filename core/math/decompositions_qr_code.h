#pragma once

// The templates of QR decompositions, which decompositions_qr_float.cpp and _double.cpp compile:
// in one source they would take twice as long.

#include <Eigen/QR>

#include "core/math/decompositions.h"
#include "core/math/decompositions_unknown.h"

namespace convergence {

using Eigen::Index;
using Eigen::MatrixX;
using Eigen::VectorX;

template <typename Scalar>
QrDecomposition<Scalar> thinQr(MatrixArgument<Scalar> matrix) {
    const Index count = std::min(matrix.rows(), matrix.cols());
    if (count == 0)
        return {MatrixX<Scalar>(matrix.rows(), 0), MatrixX<Scalar>(0, matrix.cols())};
    if (!matrix.allFinite())
        return {unknownMatrix<Scalar>(matrix.rows(), count),
                unknownMatrix<Scalar>(count, matrix.cols())};
    const Eigen::HouseholderQR<MatrixX<Scalar>> qr(matrix);
    MatrixX<Scalar> q = MatrixX<Scalar>::Identity(matrix.rows(), count);
    q.applyOnTheLeft(qr.householderQ());
    return {std::move(q), qr.matrixQR().topRows(count).template triangularView<Eigen::Upper>()};
}

template <typename Scalar>
struct Orthonormalizer<Scalar>::Workspace {
    Eigen::HouseholderQR<MatrixX<Scalar>> qr;
    VectorX<Scalar> signs;
    Eigen::RowVectorX<Scalar> row;
};

template <typename Scalar>
Orthonormalizer<Scalar>::Orthonormalizer(Index rows, Index columns)
    : workspace_(new Workspace{Eigen::HouseholderQR<MatrixX<Scalar>>(rows, columns),
                               VectorX<Scalar>(columns), Eigen::RowVectorX<Scalar>(columns)}) {}
template <typename Scalar>
Orthonormalizer<Scalar>::Orthonormalizer(Orthonormalizer&&) noexcept = default;
template <typename Scalar>
Orthonormalizer<Scalar>& Orthonormalizer<Scalar>::operator=(Orthonormalizer&&) noexcept = default;
template <typename Scalar>
Orthonormalizer<Scalar>::~Orthonormalizer() = default;

template <typename Scalar>
void Orthonormalizer<Scalar>::apply(MatrixX<Scalar>& matrix) {
    auto& [qr, signs, row] = *workspace_;
    qr.compute(matrix);
    signs = qr.matrixQR().diagonal().unaryExpr(
        [](Scalar r) { return r < Scalar(0) ? Scalar(-1) : Scalar(1); });
    matrix.setIdentity();
    qr.householderQ().setLength(signs.size()).applyThisOnTheLeft(matrix, row);
    matrix.array().rowwise() *= signs.transpose().array();
}

} // namespace convergence
