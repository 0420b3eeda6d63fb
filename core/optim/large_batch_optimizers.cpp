#include "core/optim/large_batch_optimizers.h"

#include <cmath>

#include <fmt/format.h>

#include "core/error.h"

namespace convergence {

template <typename Scalar>
Lamb<Scalar>::Lamb(Eigen::Index size, std::vector<ParameterBlock> blocks,
                   const LambConstants<Scalar>& constants)
    : blocks_(std::move(blocks)), constants_(constants), mean_(Vector::Zero(size)),
      squares_(Vector::Zero(size)), direction_(size) {
    Eigen::Index covered = 0;
    for (const ParameterBlock& block : blocks_) {
        if (block.begin != covered || block.size < 1)
            throw InputError(fmt::format("A block of parameters begins at {}; it must begin at {} "
                                         "and have at least one entry.",
                                         block.begin, covered));
        covered += block.size;
    }
    if (covered != size)
        throw InputError(fmt::format(
            "Blocks of {} parameters are not accepted; there are {} parameters.", covered, size));
}

template <typename Scalar>
void Lamb<Scalar>::step(Eigen::Ref<Vector> x, const Eigen::Ref<const Vector>& gradient,
                        Scalar learningRate) {
    const auto [weightDecay, beta1, beta2, epsilon] = constants_;
    mean_ = beta1 * mean_ + (1 - beta1) * gradient;
    squares_.array() = beta2 * squares_.array() + (1 - beta2) * gradient.array().square();
    power1_ *= beta1;
    power2_ *= beta2;
    const auto meanScale = static_cast<Scalar>(1.0 / (1.0 - power1_));
    const auto rootScale = static_cast<Scalar>(1.0 / std::sqrt(1.0 - power2_));
    direction_.array() =
        meanScale * mean_.array() / (rootScale * squares_.array().sqrt() + epsilon) +
        weightDecay * x.array();
    for (const ParameterBlock& block : blocks_) {
        auto own = x.segment(block.begin, block.size);
        const auto r = direction_.segment(block.begin, block.size);
        const Scalar size = own.norm(), length = r.norm();
        const Scalar ratio = size > 0 && length > 0 ? size / length : Scalar(1);
        own -= learningRate * ratio * r;
    }
}

template <typename Scalar>
Lion<Scalar>::Lion(Eigen::Index size, Scalar weightDecay, Scalar beta1, Scalar beta2)
    : weightDecay_(weightDecay), beta1_(beta1), beta2_(beta2), mean_(Vector::Zero(size)) {}

template <typename Scalar>
void Lion<Scalar>::step(Eigen::Ref<Vector> x, const Eigen::Ref<const Vector>& gradient,
                        Scalar learningRate) {
    x.array() -= learningRate * ((beta1_ * mean_.array() + (1 - beta1_) * gradient.array()).sign() +
                                 weightDecay_ * x.array());
    mean_ = beta2_ * mean_ + (1 - beta2_) * gradient;
}

template class Lamb<float>;
template class Lamb<double>;
template class Lion<float>;
template class Lion<double>;

} // namespace convergence
