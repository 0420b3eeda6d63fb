#include "core/math/decompositions_svd.h"

template class Eigen::BDCSVD<Eigen::MatrixXd>;
