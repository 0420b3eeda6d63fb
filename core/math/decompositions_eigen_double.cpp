#include "core/math/decompositions_eigen_code.h"

namespace convergence {

template SymmetricEigen<double> symmetricEigen<double>(MatrixArgument<double>);
template VectorX<double> symmetricEigenvalues<double>(MatrixArgument<double>);
template std::optional<SymmetricEigen<double>>
    generalizedSymmetricEigen<double>(MatrixArgument<double>, MatrixArgument<double>);
template std::optional<MatrixX<double>> symmetricLogarithm<double>(MatrixArgument<double>);
template VectorX<std::complex<double>> eigenvalues<double>(MatrixArgument<double>);

} // namespace convergence
