#include "core/optim/gradient_tools.h"

namespace convergence {

template <typename Scalar>
Scalar clipNorm(Eigen::Ref<Eigen::Matrix<Scalar, Eigen::Dynamic, 1>> gradient, Scalar bound) {
    const Scalar norm = gradient.norm();
    if (norm > bound)
        gradient *= bound / norm;
    return norm;
}

template <typename Scalar>
void clipEachAndAverage(Eigen::Ref<Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>> gradients,
                        Scalar bound, Eigen::Ref<Eigen::Matrix<Scalar, Eigen::Dynamic, 1>> mean) {
    mean.setZero();
    for (Eigen::Index sample = 0; sample < gradients.cols(); ++sample) {
        clipNorm<Scalar>(gradients.col(sample), bound);
        mean += gradients.col(sample);
    }
    mean /= static_cast<Scalar>(gradients.cols());
}

#define CONVERGENCE_INSTANTIATE(Scalar)                                                            \
    template Scalar clipNorm(Eigen::Ref<Eigen::Matrix<Scalar, Eigen::Dynamic, 1>>, Scalar);        \
    template void clipEachAndAverage(                                                              \
        Eigen::Ref<Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>>, Scalar,                 \
        Eigen::Ref<Eigen::Matrix<Scalar, Eigen::Dynamic, 1>>);
CONVERGENCE_INSTANTIATE(float)
CONVERGENCE_INSTANTIATE(double)
#undef CONVERGENCE_INSTANTIATE

} // namespace convergence
