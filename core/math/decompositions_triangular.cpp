#include <stdexcept>

#include <Eigen/Cholesky>
#include <Eigen/LU>
#include <Eigen/QR>

#include "core/math/decompositions.h"
#include "core/math/decompositions_unknown.h"

namespace convergence {

namespace {

using Eigen::Index;
using Eigen::MatrixX;
using Eigen::VectorX;

} // namespace

// ---- QR ------------------------------------------------------------------------------------

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

// ---- Cholesky ------------------------------------------------------------------------------

namespace {

template <typename Scalar>
std::optional<Eigen::LLT<MatrixX<Scalar>>> cholesky(const MatrixX<Scalar>& symmetric) {
    if (symmetric.rows() != symmetric.cols())
        throw std::logic_error("Cholesky's factor belongs to square matrices");
    if (!symmetric.allFinite())
        return std::nullopt;
    Eigen::LLT<MatrixX<Scalar>> llt(symmetric);
    if (llt.info() != Eigen::Success)
        return std::nullopt;
    return llt;
}

} // namespace

template <typename Scalar>
std::optional<MatrixX<Scalar>> choleskyFactor(MatrixArgument<Scalar> symmetric) {
    const auto llt = cholesky<Scalar>(symmetric);
    return llt ? std::optional<MatrixX<Scalar>>(llt->matrixL()) : std::nullopt;
}

template <typename Scalar>
std::optional<MatrixX<Scalar>> solvePositiveDefinite(MatrixArgument<Scalar> symmetric,
                                                     MatrixArgument<Scalar> right) {
    if (symmetric.rows() != right.rows())
        throw std::logic_error("a system of equations has as many right-hand sides as rows");
    const auto llt = cholesky<Scalar>(symmetric);
    return llt ? std::optional<MatrixX<Scalar>>(llt->solve(right)) : std::nullopt;
}

// ---- LU ------------------------------------------------------------------------------------

template <typename Scalar>
struct Inverter<Scalar>::Workspace {
    Eigen::PartialPivLU<MatrixX<Scalar>> lu;
    MatrixX<Scalar> inverse;
};

template <typename Scalar>
Inverter<Scalar>::Inverter(Index size)
    : workspace_(
          new Workspace{Eigen::PartialPivLU<MatrixX<Scalar>>(size), MatrixX<Scalar>(size, size)}) {}
template <typename Scalar>
Inverter<Scalar>::Inverter(Inverter&&) noexcept = default;
template <typename Scalar>
Inverter<Scalar>& Inverter<Scalar>::operator=(Inverter&&) noexcept = default;
template <typename Scalar>
Inverter<Scalar>::~Inverter() = default;

template <typename Scalar>
const MatrixX<Scalar>* Inverter<Scalar>::operator()(const MatrixX<Scalar>& matrix) {
    auto& [lu, inverse] = *workspace_;
    lu.compute(matrix);
    if (!(lu.matrixLU().diagonal().array().abs() > Scalar(0)).all()) // false for NaN too
        return nullptr;
    inverse.setZero();
    for (Index i = 0; i < inverse.cols(); ++i)
        inverse(lu.permutationP().indices()[i], i) = Scalar(1);
    lu.matrixLU().template triangularView<Eigen::UnitLower>().solveInPlace(inverse);
    lu.matrixLU().template triangularView<Eigen::Upper>().solveInPlace(inverse);
    return &inverse;
}

template QrDecomposition<float> thinQr<float>(MatrixArgument<float>);
template QrDecomposition<double> thinQr<double>(MatrixArgument<double>);
template class Orthonormalizer<float>;
template class Orthonormalizer<double>;
template std::optional<MatrixX<float>> choleskyFactor<float>(MatrixArgument<float>);
template std::optional<MatrixX<double>> choleskyFactor<double>(MatrixArgument<double>);
template std::optional<MatrixX<float>> solvePositiveDefinite<float>(MatrixArgument<float>,
                                                                    MatrixArgument<float>);
template std::optional<MatrixX<double>> solvePositiveDefinite<double>(MatrixArgument<double>,
                                                                      MatrixArgument<double>);
template class Inverter<float>;
template class Inverter<double>;

} // namespace convergence
