#pragma once

// The templates of eigenvalues, which decompositions_eigen_float.cpp and _double.cpp compile.

#include <stdexcept>

#include <Eigen/Eigenvalues>

#include "core/math/decompositions.h"
#include "core/math/decompositions_unknown.h"

namespace convergence {

namespace {

using Eigen::Index;
using Eigen::MatrixX;
using Eigen::VectorX;

inline void requireSquare(Index rows, Index columns) {
    if (rows != columns)
        throw std::logic_error("eigenvalues belong to square matrices");
}

template <typename Scalar>
SymmetricEigen<Scalar> decompose(const MatrixX<Scalar>& symmetric, int options) {
    requireSquare(symmetric.rows(), symmetric.cols());
    const Index n = symmetric.rows();
    if (n == 0)
        return {};
    const bool withVectors = options == Eigen::ComputeEigenvectors;
    // Eigen has no opinion on what is not finite; and the upper triangle is nobody's business.
    const bool isFinite =
        MatrixX<Scalar>(symmetric.template triangularView<Eigen::Lower>()).allFinite();
    if (isFinite) {
        const Eigen::SelfAdjointEigenSolver<MatrixX<Scalar>> solver(symmetric, options);
        if (solver.info() == Eigen::Success)
            return {solver.eigenvalues(), withVectors ? solver.eigenvectors() : MatrixX<Scalar>()};
    }
    return {unknownMatrix<Scalar>(n, 1),
            unknownMatrix<Scalar>(withVectors ? n : 0, withVectors ? n : 0)};
}

} // namespace

template <typename Scalar>
SymmetricEigen<Scalar> symmetricEigen(MatrixArgument<Scalar> symmetric) {
    return decompose<Scalar>(symmetric, Eigen::ComputeEigenvectors);
}

template <typename Scalar>
VectorX<Scalar> symmetricEigenvalues(MatrixArgument<Scalar> symmetric) {
    return decompose<Scalar>(symmetric, Eigen::EigenvaluesOnly).values;
}

template <typename Scalar>
std::optional<SymmetricEigen<Scalar>> generalizedSymmetricEigen(MatrixArgument<Scalar> a,
                                                                MatrixArgument<Scalar> b) {
    requireSquare(a.rows(), a.cols());
    if (a.rows() != b.rows())
        throw std::logic_error("the matrices of a generalized eigenproblem are of one size");
    const std::optional<MatrixX<Scalar>> factor = choleskyFactor<Scalar>(b);
    if (!factor)
        return std::nullopt;
    const auto l = factor->template triangularView<Eigen::Lower>();
    MatrixX<Scalar> c = a.template selfadjointView<Eigen::Lower>();
    l.solveInPlace(c);
    c.transposeInPlace();
    l.solveInPlace(c);
    SymmetricEigen<Scalar> result = symmetricEigen<Scalar>(c);
    l.transpose().solveInPlace(result.vectors);
    return result;
}

template <typename Scalar>
std::optional<MatrixX<Scalar>> symmetricLogarithm(MatrixArgument<Scalar> symmetric) {
    const SymmetricEigen<Scalar> s = symmetricEigen<Scalar>(symmetric);
    if (!(s.values.array() > Scalar(0)).all()) // false for NaN too
        return std::nullopt;
    return s.vectors * s.values.array().log().matrix().asDiagonal() * s.vectors.transpose();
}

template <typename Scalar>
VectorX<std::complex<Scalar>> eigenvalues(MatrixArgument<Scalar> matrix) {
    requireSquare(matrix.rows(), matrix.cols());
    if (matrix.size() == 0)
        return {};
    if (matrix.allFinite()) {
        const Eigen::EigenSolver<MatrixX<Scalar>> solver(matrix, /*computeEigenvectors=*/false);
        if (solver.info() == Eigen::Success)
            return solver.eigenvalues();
    }
    return VectorX<std::complex<Scalar>>::Constant(matrix.rows(), notANumber<Scalar>);
}

} // namespace convergence
