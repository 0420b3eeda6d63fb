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
