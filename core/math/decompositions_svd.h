#pragma once

#include <Eigen/SVD>

/// What takes longest to compile, each in a source of its own (decompositions_svd_*.cpp).
extern template class Eigen::JacobiSVD<Eigen::MatrixXf>;
extern template class Eigen::JacobiSVD<Eigen::MatrixXd>;
extern template class Eigen::BDCSVD<Eigen::MatrixXf>;
extern template class Eigen::BDCSVD<Eigen::MatrixXd>;
