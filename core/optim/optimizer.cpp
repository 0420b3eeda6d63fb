#include "core/optim/optimizer.h"

#include <cmath>
#include <type_traits>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/error.h"
#include "core/optim/large_batch_optimizers.h"
#include "core/optim/parameter_groups.h"
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
Adam<Scalar>::Adam(Eigen::Index size, const AdamConstants<Scalar>& constants)
    : constants_(constants), mean_(Vector::Zero(size)), squares_(Vector::Zero(size)) {}

namespace {

template <typename Scalar>
struct AdamPass {
    Scalar beta1, beta2, epsilon, coupled, kept, rate, scale;
};

template <typename Scalar>
void adamPass(Eigen::Index count, const Scalar* __restrict gradient, Scalar* __restrict x,
              Scalar* __restrict mean, Scalar* __restrict squares, const AdamPass<Scalar> c) {
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
    const auto [weightDecay, decay, beta1, beta2, epsilon] = constants_;
    power1_ *= beta1;
    power2_ *= beta2;
    const Scalar coupled = decay == Decay::coupled ? weightDecay : Scalar(0);
    const Scalar kept = decay == Decay::decoupled ? 1 - learningRate * weightDecay : Scalar(1);
    const AdamPass<Scalar> pass{.beta1 = beta1,
                                .beta2 = beta2,
                                .epsilon = epsilon,
                                .coupled = coupled,
                                .kept = kept,
                                .rate = static_cast<Scalar>(learningRate / (1.0 - power1_)),
                                .scale = static_cast<Scalar>(1.0 / std::sqrt(1.0 - power2_))};
    // One pass: for networks of some size it is memory that takes the time.
    inChunks(x.size(), 32768, [&](Eigen::Index begin, Eigen::Index count) {
        adamPass(count, gradient.data() + begin, x.data() + begin, mean_.data() + begin,
                 squares_.data() + begin, pass);
    });
}

namespace {

/// A line of the table: what the optimizer has, and how one is made.
struct OptimizerLine {
    OptimizerTraits traits;
    std::unique_ptr<Optimizer<float>> (*single)(Eigen::Index, const OptimizerOptions&);
    std::unique_ptr<Optimizer<double>> (*twofold)(Eigen::Index, const OptimizerOptions&);
};

/// The constants of an optimizer in its own precision.
template <typename Scalar>
class Constants {
public:
    explicit Constants(const OptimizerOptions& options) : options_(options) {}
    [[nodiscard]] Scalar momentum() const { return static_cast<Scalar>(options_.momentum); }
    [[nodiscard]] Scalar weightDecay() const { return static_cast<Scalar>(options_.weightDecay); }
    [[nodiscard]] Scalar decay() const { return orUsual(options_.decay, 0.99); }
    [[nodiscard]] Scalar beta1() const { return orUsual(options_.beta1, 0.9); }
    [[nodiscard]] Scalar beta2(double usual) const { return orUsual(options_.beta2, usual); }
    [[nodiscard]] Scalar epsilon(double usual) const { return orUsual(options_.epsilon, usual); }

private:
    static Scalar orUsual(const std::optional<double>& value, double usual) {
        return static_cast<Scalar>(value.value_or(usual));
    }
    const OptimizerOptions& options_;
};

template <typename Scalar>
using Made = std::unique_ptr<Optimizer<Scalar>>;

template <typename Scalar>
Made<Scalar> makeSgd(Eigen::Index, const OptimizerOptions& options) {
    return std::make_unique<Sgd<Scalar>>(Constants<Scalar>(options).weightDecay());
}

template <typename Scalar, typename Momentum<Scalar>::Form form>
Made<Scalar> makeMomentum(Eigen::Index size, const OptimizerOptions& options) {
    const Constants<Scalar> c(options);
    return std::make_unique<Momentum<Scalar>>(size, c.momentum(), form, c.weightDecay());
}

template <typename Scalar>
Made<Scalar> makeAdaGrad(Eigen::Index size, const OptimizerOptions& options) {
    const Constants<Scalar> c(options);
    return std::make_unique<AdaGrad<Scalar>>(size, c.epsilon(1e-10), c.weightDecay());
}

template <typename Scalar>
Made<Scalar> makeRmsProp(Eigen::Index size, const OptimizerOptions& options) {
    const Constants<Scalar> c(options);
    return std::make_unique<RmsProp<Scalar>>(size, c.decay(), c.epsilon(1e-8), c.weightDecay());
}

template <typename Scalar, typename Adam<Scalar>::Decay decay>
Made<Scalar> makeAdam(Eigen::Index size, const OptimizerOptions& options) {
    const Constants<Scalar> c(options);
    return std::make_unique<Adam<Scalar>>(
        size,
        AdamConstants<Scalar>{c.weightDecay(), decay, c.beta1(), c.beta2(0.999), c.epsilon(1e-8)});
}

template <typename Scalar>
Made<Scalar> makeLamb(Eigen::Index size, const OptimizerOptions& options) {
    const Constants<Scalar> c(options);
    std::vector<ParameterBlock> blocks = options.blocks;
    if (blocks.empty())
        blocks.push_back({0, size});
    return std::make_unique<Lamb<Scalar>>(
        size, std::move(blocks),
        LambConstants<Scalar>{c.weightDecay(), c.beta1(), c.beta2(0.999), c.epsilon(1e-6)});
}

template <typename Scalar>
Made<Scalar> makeLion(Eigen::Index size, const OptimizerOptions& options) {
    const Constants<Scalar> c(options);
    return std::make_unique<Lion<Scalar>>(size, c.weightDecay(), c.beta1(), c.beta2(0.99));
}

const OptimizerLine lines[] = {
    {{.id = "sgd", .label = "SGD", .help = "x ← x − ηg."}, makeSgd<float>, makeSgd<double>},
    {{.id = "momentum",
      .label = "SGD with momentum",
      .help = "v ← μv + g, x ← x − ηv.",
      .hasMomentum = true},
     makeMomentum<float, Momentum<float>::Form::heavyBall>,
     makeMomentum<double, Momentum<double>::Form::heavyBall>},
    {{.id = "nesterov",
      .label = "Nesterov momentum",
      .help = "v ← μv + g, x ← x − η(g + μv).",
      .hasMomentum = true},
     makeMomentum<float, Momentum<float>::Form::nesterov>,
     makeMomentum<double, Momentum<double>::Form::nesterov>},
    {{.id = "adagrad",
      .label = "AdaGrad",
      .help = "s ← s + g², x ← x − ηg/√s.",
      .hasEpsilon = true},
     makeAdaGrad<float>,
     makeAdaGrad<double>},
    {{.id = "rmsprop",
      .label = "RMSProp",
      .help = "s ← ρs + (1 − ρ)g², x ← x − ηg/√s.",
      .hasDecay = true,
      .hasEpsilon = true},
     makeRmsProp<float>,
     makeRmsProp<double>},
    {{.id = "adam",
      .label = "Adam",
      .help = "Momentum and squares, both corrected for their start at 0.",
      .hasBetas = true,
      .hasEpsilon = true},
     makeAdam<float, Adam<float>::Decay::coupled>,
     makeAdam<double, Adam<double>::Decay::coupled>},
    {{.id = "adamw",
      .label = "AdamW",
      .help = "Adam, with the weights shrunk apart from the gradient.",
      .hasBetas = true,
      .hasEpsilon = true,
      .hasDecoupledDecay = true},
     makeAdam<float, Adam<float>::Decay::decoupled>,
     makeAdam<double, Adam<double>::Decay::decoupled>},
    {{.id = "lamb",
      .label = "LAMB",
      .help = "Adam's direction, as long in each layer as its weights.",
      .hasBetas = true,
      .hasEpsilon = true,
      .hasDecoupledDecay = true,
      .treatsBlocks = true},
     makeLamb<float>,
     makeLamb<double>},
    {{.id = "lion",
      .label = "Lion",
      .help = "The sign of a mean of gradients.",
      .hasBetas = true,
      .hasDecoupledDecay = true},
     makeLion<float>,
     makeLion<double>}};

const OptimizerLine& lineOf(std::string_view id) {
    std::vector<std::string_view> known;
    for (const OptimizerLine& line : lines) {
        if (line.traits.id == id)
            return line;
        known.push_back(line.traits.id);
    }
    throw InputError(
        fmt::format("There is no optimizer '{}'; known are {}.", id, fmt::join(known, ", ")));
}

} // namespace

std::span<const OptimizerTraits> optimizers() {
    static const std::vector<OptimizerTraits> all = [] {
        std::vector<OptimizerTraits> list;
        for (const OptimizerLine& line : lines)
            list.push_back(line.traits);
        return list;
    }();
    return all;
}

const OptimizerTraits& findOptimizer(std::string_view id) {
    return lineOf(id).traits;
}

template <typename Scalar>
std::unique_ptr<Optimizer<Scalar>> makeOptimizer(std::string_view name, Eigen::Index size,
                                                 const OptimizerOptions& options) {
    const OptimizerLine& line = lineOf(name);
    const auto make = [&](Eigen::Index count, const OptimizerOptions& constants) {
        if constexpr (std::is_same_v<Scalar, float>)
            return line.single(count, constants);
        else
            return line.twofold(count, constants);
    };
    if (options.groups.empty())
        return make(size, options);
    return std::make_unique<GroupedOptimizer<Scalar>>(size, options, make);
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

template std::unique_ptr<Optimizer<float>> makeOptimizer<float>(std::string_view, Eigen::Index,
                                                                const OptimizerOptions&);
template std::unique_ptr<Optimizer<double>> makeOptimizer<double>(std::string_view, Eigen::Index,
                                                                  const OptimizerOptions&);

} // namespace convergence
