#pragma once

#include <cmath>
#include <concepts>
#include <optional>
#include <string>

#include "core/nn/layers.h"

namespace convergence {

/// How linear layers start. `scaled`: normal, 1/√inputs, smaller where it is added to a skip,
/// biases 0. `uniform`: weights and biases in ±1/√inputs. `narrow`: normal, 0.02, divided by
/// √(2 layers) where it is added to a skip, biases 0 (Radford et al. 2019).
enum class LinearStart { scaled, uniform, narrow };

constexpr double narrowDeviation = 0.02;

/// How the layers of a network start, and whether they have biases.
struct LinearSetting {
    LinearStart start = LinearStart::scaled;
    Linear::Bias bias = Linear::Bias::with;
};

/// How a linear layer starts in such a network; in `scaled` and `narrow` its weights by `weights`
/// where that is given.
inline Linear::Start startOf(const LinearSetting& setting, autodiff::Index inputs,
                             const std::optional<Initializer>& weights = std::nullopt) {
    const auto bound = Initializer::uniform(1.0 / std::sqrt(static_cast<double>(inputs)));
    switch (setting.start) {
    case LinearStart::uniform:
        return {.weights = bound, .biases = bound, .bias = setting.bias};
    case LinearStart::narrow:
        return {.weights = weights.value_or(Initializer::normal(narrowDeviation)),
                .bias = setting.bias};
    case LinearStart::scaled:
        break;
    }
    return {.weights = weights, .bias = setting.bias};
}

/// How a layer starts whose result is added to a skip that `layers` blocks add to twice each, in
/// the starts that take an initializer.
inline Initializer residualStart(LinearStart start, autodiff::Index layers,
                                 autodiff::Index inputs) {
    if (start == LinearStart::narrow)
        return Initializer::normal(narrowDeviation / std::sqrt(2.0 * static_cast<double>(layers)));
    return Initializer::normal(1.0 / std::sqrt(static_cast<double>(2 * layers * inputs)));
}

struct FeedForwardSizes {
    enum class Gate { without, with };
    autodiff::Index width = 128;  ///< d
    autodiff::Index hidden = 512; ///< F
    autodiff::Index layers = 1;   ///< of the network; see residualStart()
    Gate gate = Gate::without;
    LinearSetting linear = {};
};

/// The part of a transformer block that treats each position by itself (Vaswani et al. 2017), for
/// any activation σ:
///
///   y = W₂ σ(W₁ x + b₁) + b₂,      gated (Shazeer 2020)  y = W₂ (σ(W_g x + b_g) ∘ (W₁ x + b₁)) +
///   b₂
///
/// W₁, W₂ and W_g are the layers name/up, name/down and name/gate. Without attention, behind a norm
/// and beside a skip, it is a residual network in which nothing but σ decides.
class FeedForwardPart {
public:
    FeedForwardPart(ParameterLayout& layout, const std::string& name, const FeedForwardSizes& s)
        : up_(layout, name + "/up", s.width, s.hidden, startOf(s.linear, s.width)),
          down_(layout, name + "/down", s.hidden, s.width,
                startOf(s.linear, s.hidden, residualStart(s.linear.start, s.layers, s.hidden))) {
        if (s.gate == FeedForwardSizes::Gate::with)
            gate_ = Linear(layout, name + "/gate", s.width, s.hidden, startOf(s.linear, s.width));
    }

    /// x: [... × width]. `activation` maps a tensor to one of its shape; one with parameters of its
    /// own (core/nn/activations.h) knows their vector.
    template <typename Scalar, std::invocable<autodiff::Tensor<Scalar>> Activation>
    autodiff::Tensor<Scalar> operator()(autodiff::Tensor<Scalar> theta, autodiff::Tensor<Scalar> x,
                                        const Activation& activation) const {
        const auto h = up_(theta, x);
        return down_(theta, gate_ ? activation((*gate_)(theta, x)) * h : activation(h));
    }

private:
    Linear up_, down_;
    std::optional<Linear> gate_;
};

} // namespace convergence
