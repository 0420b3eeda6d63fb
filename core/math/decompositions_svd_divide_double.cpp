#include "core/math/decompositions_svd.h"

namespace Eigen {

CONVERGENCE_SVD_DIVIDE(, double)

} // namespace Eigen
