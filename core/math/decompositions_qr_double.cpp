#include "core/math/decompositions_qr_code.h"

namespace convergence {

template QrDecomposition<double> thinQr<double>(MatrixArgument<double>);
template class Orthonormalizer<double>;

} // namespace convergence
