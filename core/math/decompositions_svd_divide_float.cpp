#include "core/math/decompositions_svd.h"

namespace Eigen {

CONVERGENCE_SVD_DIVIDE(, float)

} // namespace Eigen
