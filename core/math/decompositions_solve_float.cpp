#include "core/math/decompositions_solve_code.h"

namespace convergence {

template std::optional<MatrixX<float>> choleskyFactor<float>(MatrixArgument<float>);
template std::optional<MatrixX<float>> solvePositiveDefinite<float>(MatrixArgument<float>,
                                                                    MatrixArgument<float>);
template class Inverter<float>;

} // namespace convergence
