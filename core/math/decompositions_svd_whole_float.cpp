#include "core/math/decompositions_svd.h"

// The way from a matrix to its bidiagonal form and back; the rest is in
// decompositions_svd_divide_float.cpp. In one source both take half a minute to compile.

template Eigen::BDCSVD<Eigen::MatrixXf>&
Eigen::BDCSVD<Eigen::MatrixXf>::compute(const Eigen::MatrixXf&, unsigned);
template void Eigen::BDCSVD<Eigen::MatrixXf>::allocate(Eigen::Index, Eigen::Index, unsigned);
