#include "core/math/decompositions_svd.h"

template class Eigen::JacobiSVD<Eigen::MatrixXf>;
