#include "core/math/decompositions_eigen_code.h"

namespace convergence {

template SymmetricEigen<float> symmetricEigen<float>(MatrixArgument<float>);
template VectorX<float> symmetricEigenvalues<float>(MatrixArgument<float>);
template std::optional<SymmetricEigen<float>>
    generalizedSymmetricEigen<float>(MatrixArgument<float>, MatrixArgument<float>);
template std::optional<MatrixX<float>> symmetricLogarithm<float>(MatrixArgument<float>);
template VectorX<std::complex<float>> eigenvalues<float>(MatrixArgument<float>);

} // namespace convergence
