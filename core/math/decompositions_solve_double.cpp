#include "core/math/decompositions_solve_code.h"

namespace convergence {

template std::optional<MatrixX<double>> choleskyFactor<double>(MatrixArgument<double>);
template std::optional<MatrixX<double>> solvePositiveDefinite<double>(MatrixArgument<double>,
                                                                      MatrixArgument<double>);
template class Inverter<double>;

} // namespace convergence
