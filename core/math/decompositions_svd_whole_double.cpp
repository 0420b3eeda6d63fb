#include "core/math/decompositions_svd.h"

namespace Eigen {

CONVERGENCE_SVD_WHOLE(, double)

} // namespace Eigen
