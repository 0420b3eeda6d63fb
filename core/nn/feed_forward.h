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

/// A linear layer that starts as asked; `scaled` and `narrow` with `initializer` where one is
/// given.
inline Linear startedLinear(ParameterLayout& layout, const std::string& name,
                            autodiff::Index inputs, autodiff::Index outputs, LinearStart start,
                            std::optional<Initializer> initializer = std::nullopt,
                            Linear::Bias bias = Linear::Bias::with) {
    const auto bound = Initializer::uniform(1.0 / std::sqrt(static_cast<double>(inputs)));
    switch (start) {
    case LinearStart::uniform:
        return {layout, name, inputs, outputs, bias, bound, bound};
    case LinearStart::narrow:
        return {layout,  name, inputs,
                outputs, bias, initializer.value_or(Initializer::normal(narrowDeviation))};
    case LinearStart::scaled:
        break;
    }
    return {layout, name, inputs, outputs, bias, initializer};
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
    LinearStart start = LinearStart::scaled;
    Linear::Bias bias = Linear::Bias::with;
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
        : up_(startedLinear(layout, name + "/up", s.width, s.hidden, s.start, std::nullopt,
                            s.bias)),
          down_(startedLinear(layout, name + "/down", s.hidden, s.width, s.start,
                              residualStart(s.start, s.layers, s.hidden), s.bias)) {
        if (s.gate == FeedForwardSizes::Gate::with)
            gate_ = startedLinear(layout, name + "/gate", s.width, s.hidden, s.start, std::nullopt,
                                  s.bias);
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
