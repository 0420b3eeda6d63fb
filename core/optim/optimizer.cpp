#include "core/optim/optimizer.h"

#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/error.h"
#include "core/optim/large_batch_optimizers.h"
#include "core/parallel/chunks.h"

namespace convergence {

template <typename Scalar>
void Sgd<Scalar>::step(Eigen::Ref<Vector> x, const Eigen::Ref<const Vector>& gradient,
                       Scalar learningRate) {
    x -= learningRate * (gradient + weightDecay_ * x);
}

template <typename Scalar>
Momentum<Scalar>::Momentum(Eigen::Index size, Scalar momentum, Form form, Scalar weightDecay)
    : momentum_(momentum), form_(form), weightDecay_(weightDecay), velocity_(Vector::Zero(size)) {}

template <typename Scalar>
void Momentum<Scalar>::step(Eigen::Ref<Vector> x, const Eigen::Ref<const Vector>& gradient,
                            Scalar learningRate) {
    velocity_ = momentum_ * velocity_ + gradient + weightDecay_ * x;
    if (form_ == Form::nesterov)
        x -= learningRate * (gradient + weightDecay_ * x + momentum_ * velocity_);
    else
        x -= learningRate * velocity_;
}

template <typename Scalar>
AdaGrad<Scalar>::AdaGrad(Eigen::Index size, Scalar epsilon, Scalar weightDecay)
    : epsilon_(epsilon), weightDecay_(weightDecay), squares_(Vector::Zero(size)) {}

template <typename Scalar>
void AdaGrad<Scalar>::step(Eigen::Ref<Vector> x, const Eigen::Ref<const Vector>& gradient,
                           Scalar learningRate) {
    const auto g = gradient.array() + weightDecay_ * x.array();
    squares_.array() += g.square();
    x.array() -= learningRate * g / (squares_.array().sqrt() + epsilon_);
}

template <typename Scalar>
RmsProp<Scalar>::RmsProp(Eigen::Index size, Scalar decay, Scalar epsilon, Scalar weightDecay)
    : decay_(decay), epsilon_(epsilon), weightDecay_(weightDecay), squares_(Vector::Zero(size)) {}

template <typename Scalar>
void RmsProp<Scalar>::step(Eigen::Ref<Vector> x, const Eigen::Ref<const Vector>& gradient,
                           Scalar learningRate) {
    const auto g = gradient.array() + weightDecay_ * x.array();
    squares_.array() = decay_ * squares_.array() + (1 - decay_) * g.square();
    x.array() -= learningRate * g / (squares_.array().sqrt() + epsilon_);
}

template <typename Scalar>
Adam<Scalar>::Adam(Eigen::Index size, Scalar weightDecay, Decay decay, Scalar beta1, Scalar beta2,
                   Scalar epsilon)
    : weightDecay_(weightDecay), decay_(decay), beta1_(beta1), beta2_(beta2), epsilon_(epsilon),
      mean_(Vector::Zero(size)), squares_(Vector::Zero(size)) {}

namespace {

template <typename Scalar>
struct AdamConstants {
    Scalar beta1, beta2, epsilon, coupled, kept, rate, scale;
};

template <typename Scalar>
void adamPass(Eigen::Index count, const Scalar* __restrict gradient, Scalar* __restrict x,
              Scalar* __restrict mean, Scalar* __restrict squares, const AdamConstants<Scalar> c) {
    for (Eigen::Index i = 0; i < count; ++i) {
        const Scalar g = gradient[i] + c.coupled * x[i];
        const Scalar m = c.beta1 * mean[i] + (1 - c.beta1) * g;
        const Scalar s = c.beta2 * squares[i] + (1 - c.beta2) * g * g;
        mean[i] = m;
        squares[i] = s;
        x[i] = c.kept * x[i] - c.rate * m / (c.scale * std::sqrt(s) + c.epsilon);
    }
}

} // namespace

template <typename Scalar>
void Adam<Scalar>::step(Eigen::Ref<Vector> x, const Eigen::Ref<const Vector>& gradient,
                        Scalar learningRate) {
    power1_ *= beta1_;
    power2_ *= beta2_;
    const Scalar coupled = decay_ == Decay::coupled ? weightDecay_ : Scalar(0);
    const Scalar kept = decay_ == Decay::decoupled ? 1 - learningRate * weightDecay_ : Scalar(1);
    const auto rate = static_cast<Scalar>(learningRate / (1.0 - power1_));
    const auto scale = static_cast<Scalar>(1.0 / std::sqrt(1.0 - power2_));
    // One pass: for networks of some size it is memory that takes the time.
    inChunks(x.size(), 32768, [&](Eigen::Index begin, Eigen::Index count) {
        adamPass(count, gradient.data() + begin, x.data() + begin, mean_.data() + begin,
                 squares_.data() + begin, {beta1_, beta2_, epsilon_, coupled, kept, rate, scale});
    });
}

const std::vector<std::string>& optimizerNames() {
    static const std::vector<std::string> names = {
        "sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw", "lamb", "lion"};
    return names;
}

template <typename Scalar>
std::unique_ptr<Optimizer<Scalar>> makeOptimizer(std::string_view name, Eigen::Index size,
                                                 Scalar momentum, Scalar weightDecay,
                                                 std::vector<ParameterBlock> blocks) {
    using Form = typename Momentum<Scalar>::Form;
    using Decay = typename Adam<Scalar>::Decay;
    if (name == "sgd")
        return std::make_unique<Sgd<Scalar>>(weightDecay);
    if (name == "momentum")
        return std::make_unique<Momentum<Scalar>>(size, momentum, Form::heavyBall, weightDecay);
    if (name == "nesterov")
        return std::make_unique<Momentum<Scalar>>(size, momentum, Form::nesterov, weightDecay);
    if (name == "adagrad")
        return std::make_unique<AdaGrad<Scalar>>(size, Scalar(1e-10), weightDecay);
    if (name == "rmsprop")
        return std::make_unique<RmsProp<Scalar>>(size, Scalar(0.99), Scalar(1e-8), weightDecay);
    if (name == "adam")
        return std::make_unique<Adam<Scalar>>(size, weightDecay, Decay::coupled);
    if (name == "adamw")
        return std::make_unique<Adam<Scalar>>(size, weightDecay, Decay::decoupled);
    if (name == "lamb") {
        if (blocks.empty())
            blocks.push_back({0, size});
        return std::make_unique<Lamb<Scalar>>(size, std::move(blocks), weightDecay);
    }
    if (name == "lion")
        return std::make_unique<Lion<Scalar>>(size, weightDecay);
    throw InputError(fmt::format("There is no optimizer '{}'; known are {}.", name,
                                 fmt::join(optimizerNames(), ", ")));
}

template class Sgd<float>;
template class Sgd<double>;
template class Momentum<float>;
template class Momentum<double>;
template class AdaGrad<float>;
template class AdaGrad<double>;
template class RmsProp<float>;
template class RmsProp<double>;
template class Adam<float>;
template class Adam<double>;
template std::unique_ptr<Optimizer<float>>
makeOptimizer<float>(std::string_view, Eigen::Index, float, float, std::vector<ParameterBlock>);
template std::unique_ptr<Optimizer<double>>
makeOptimizer<double>(std::string_view, Eigen::Index, double, double, std::vector<ParameterBlock>);

} // namespace convergence
