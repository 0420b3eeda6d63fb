#include "core/math/decompositions_qr_code.h"

namespace convergence {

template QrDecomposition<float> thinQr<float>(MatrixArgument<float>);
template class Orthonormalizer<float>;

} // namespace convergence
