#include "core/math/decompositions_svd.h"

// The way from a matrix to its bidiagonal form and back; the rest is in
// decompositions_svd_divide_double.cpp. In one source both take half a minute to compile.

template Eigen::BDCSVD<Eigen::MatrixXd>&
Eigen::BDCSVD<Eigen::MatrixXd>::compute(const Eigen::MatrixXd&, unsigned);
template void Eigen::BDCSVD<Eigen::MatrixXd>::allocate(Eigen::Index, Eigen::Index, unsigned);
