#pragma once

// The templates of Cholesky and LU decompositions, which decompositions_solve_float.cpp and
// _double.cpp compile.

#include <stdexcept>

#include <Eigen/Cholesky>
#include <Eigen/LU>

#include "core/math/decompositions.h"

namespace convergence {

using Eigen::Index;
using Eigen::MatrixX;

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

} // namespace convergence
