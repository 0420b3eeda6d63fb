#pragma once

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "core/autodiff/program.h"
#include "core/nn/layers.h"

namespace convergence {

/// √(2/(1 + s²)): the gain that keeps the variance through a leaky ReLU of slope s (He et al.
/// 2015).
inline double leakyReluGain(double slope = 0.01) {
    return std::sqrt(2.0 / (1.0 + slope * slope));
}

struct HypernetworkSettings {
    using Block = ParameterLayout::Block;
    autodiff::Index inputs = 1;               ///< of the encoding
    std::vector<autodiff::Index> hidden = {}; ///< widths; at least one layer
    double gain = leakyReluGain();            ///< g, of the activation
    /// Where the base θ⁰ starts: at zero, or as the primary network's own layout says.
    enum class Base { zero, ordinary };
    Base base = Base::zero;
    /// How the rows that predict a block of the primary start, of `width` inputs each. If none is
    /// given N(0, g²/P_k), P_k the numbers of the block: the fan-out of each predicted tensor, not
    /// of all of them.
    std::function<Initializer(const Block& predicted, autodiff::Index width)> rows = {};
};

/// A network h(γ; ω) whose output is the parameter vector θ ∈ R^P of another, the primary (Ha, Dai,
/// Le 2017):
///
///   z⁰ = γ,  z^l = φ(W_l z^{l−1} + b_l),  θ = θ⁰ + W_o z^L.
///
/// One γ gives one θ: all samples of a batch see the same weights. W_l ~ N(0, g²/outputs), b_l = 0.
/// θ⁰ is the last bias; with Base::ordinary the primary starts as it would by itself, and the
/// network predicts changes. With zero biases and φ(cx) = cφ(x) for c > 0, W_o z^L is proportional
/// to γ (Gonzalez Ortiz, Guttag, Dalca 2023).
///
/// Blocks, for tuning or rescaling single tensors: name/layer l/weight and /bias,
/// name/rows/<primary's block> [P_k × width] and name/base/<primary's block>, of its shape.
class Hypernetwork {
public:
    using Index = autodiff::Index;
    /// Throws std::logic_error for no hidden layer, or a primary without parameters.
    Hypernetwork(ParameterLayout& layout, const std::string& name, const ParameterLayout& primary,
                 const HypernetworkSettings& settings)
        : layout_(&layout), predicted_(primary.size()) {
        if (settings.hidden.empty() || predicted_ < 1)
            throw std::logic_error("A hypernetwork needs a hidden layer, and weights to predict.");
        Index width = settings.inputs;
        for (std::size_t l = 0; l < settings.hidden.size(); ++l) {
            const auto outputs = static_cast<double>(settings.hidden[l]);
            hidden_.emplace_back(
                layout, name + "/layer " + std::to_string(l + 1), width, settings.hidden[l],
                Linear::Start{.weights = Initializer::normal(settings.gain / std::sqrt(outputs))});
            width = settings.hidden[l];
        }
        width_ = width;
        const auto rows = settings.rows ? settings.rows : [&](const auto& block, Index) {
            return Initializer::normal(settings.gain /
                                       std::sqrt(static_cast<double>(block.size())));
        };
        // One after another, so that all rows are one matrix [P × width], and θ⁰ one vector.
        rows_ = layout.size();
        for (const auto& block : primary.blocks())
            layout.add(name + "/rows/" + block.name, {block.size(), width}, rows(block, width));
        base_ = layout.size();
        for (const auto& block : primary.blocks())
            layout.add(name + "/base/" + block.name, block.shape,
                       settings.base == HypernetworkSettings::Base::ordinary
                           ? block.initializer
                           : Initializer::zeros());
    }

    /// θ [P] for γ of `inputs` numbers. `activation` maps a tensor to one of its shape.
    template <typename Scalar, typename Activation>
    autodiff::Tensor<Scalar> operator()(autodiff::Tensor<Scalar> omega,
                                        autodiff::Tensor<Scalar> gamma,
                                        const Activation& activation) const {
        return change(omega, gamma, activation) + autodiff::part(omega, base_, {predicted_});
    }
    /// W_o z^L alone, [P].
    template <typename Scalar, typename Activation>
    autodiff::Tensor<Scalar> change(autodiff::Tensor<Scalar> omega, autodiff::Tensor<Scalar> gamma,
                                    const Activation& activation) const {
        auto z = reshape(gamma, {1, gamma.shape().elements()});
        for (const Linear& layer : hidden_)
            z = activation(layer(omega, z));
        const auto rows = autodiff::part(omega, rows_, {predicted_, width_});
        return reshape(matmul(z, rows, autodiff::Transposed::right), {predicted_});
    }

private:
    const ParameterLayout* layout_;
    Index predicted_;
    Index width_ = 0;
    Index rows_ = 0, base_ = 0; ///< where they begin in ω
    std::vector<Linear> hidden_;
};

/// Weights that one recorded program makes and another one uses, where both cannot be one graph:
/// the primary is run several times on one θ, or trains θ by itself for some steps, or lies with a
/// client.
///
///     PredictedWeights<float> weights(graph, omega, hypernetwork(omega, gamma, phi));
///     primary.bind(theta, weights.theta());     // reads them where they are
///     weights.run(); primary.run();
///     weights.pullBack(primary.value(slope));   // v = ∂L/∂θ
///     weights.gradient()                        // ∂L/∂ω = (∂θ/∂ω)ᵀ v
///
/// By the chain rule that is the gradient of the loss of one graph that holds both. Any v will do:
/// with v = θ_before − θ_after it is the step towards what the primary has learned by itself.
/// gradient() and theta() stay where they are; neither run() nor pullBack() allocates.
template <typename Scalar>
class PredictedWeights {
public:
    using Tensor = autodiff::Tensor<Scalar>;
    /// θ: a tensor that depends on ω, of the same graph.
    PredictedWeights(autodiff::Graph<Scalar>& graph, Tensor omega, Tensor theta)
        : omega_(omega), theta_(theta), v_(graph.input(theta.shape())),
          slope_(autodiff::transposedJacobianProduct(theta, v_, omega)), forward_(graph, {theta_}),
          backward_(graph, {slope_}) {}

    /// Sets a leaf that θ depends on (ω, γ) in both programs.
    void bind(Tensor leaf, std::span<const Scalar> values) {
        if (forward_.uses(leaf))
            forward_.bind(leaf, values);
        if (backward_.uses(leaf))
            backward_.bind(leaf, values);
    }
    void run() { forward_.run(); }
    [[nodiscard]] std::span<const Scalar> theta() const { return forward_.value(theta_); }
    /// Throws std::logic_error if v is not of θ's size.
    void pullBack(std::span<const Scalar> v) {
        backward_.bind(v_, v);
        backward_.run();
    }
    [[nodiscard]] std::span<const Scalar> gradient() const { return backward_.value(slope_); }

private:
    Tensor omega_, theta_, v_, slope_;
    autodiff::Program<Scalar> forward_, backward_;
};

} // namespace convergence
