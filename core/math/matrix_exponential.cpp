#include "core/math/matrix_exponential.h"

#include <limits>
#include <stdexcept>

#include <unsupported/Eigen/MatrixFunctions>

namespace convergence {

Eigen::MatrixXd matrixExponential(const Eigen::MatrixXd& a) {
    if (a.rows() != a.cols())
        throw std::logic_error("exponentials belong to square matrices");
    if (!a.allFinite())
        return Eigen::MatrixXd::Constant(a.rows(), a.cols(),
                                         std::numeric_limits<double>::quiet_NaN());
    if (a.size() == 0)
        return a;
    return a.exp();
}

} // namespace convergence
