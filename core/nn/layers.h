#pragma once

#include <cmath>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/autodiff/operations.h"
#include "core/nn/parameter_layout.h"

/// Layers: each adds its blocks to a layout when it is made, and is then a function of a parameter
/// vector and an input. The vector is a tensor like any other: an input of the graph, a point on a
/// line between two networks, or the output of another network (a hypernetwork).
namespace convergence {

/// y = x W + b, over the last axis.
class Linear {
public:
    using Index = autodiff::Index;
    enum class Bias { with, without };
    struct Start {
        std::optional<Initializer> weights = std::nullopt; ///< LeCun's if none is given
        Initializer biases = Initializer::zeros();
        Bias bias = Bias::with;
    };

    Linear(ParameterLayout& layout, const std::string& name, Index inputs, Index outputs)
        : Linear(layout, name, inputs, outputs, Start{}) {}
    Linear(ParameterLayout& layout, const std::string& name, Index inputs, Index outputs,
           const Start& start)
        : layout_(&layout),
          weight_(
              layout.add(name + "/weight", {inputs, outputs},
                         start.weights.value_or(Initializer::lecun(static_cast<double>(inputs))))) {
        if (start.bias == Bias::with)
            bias_ = layout.add(name + "/bias", {outputs}, start.biases);
    }

    /// Where W [inputs × outputs] is in the layout.
    [[nodiscard]] const ParameterLayout::Block& weightBlock() const {
        return layout_->blocks()[weight_];
    }
    template <typename Scalar>
    [[nodiscard]] autodiff::Tensor<Scalar> weight(autodiff::Tensor<Scalar> theta) const {
        return layout_->part(theta, weight_);
    }
    /// b; there must be one (std::bad_optional_access otherwise).
    template <typename Scalar>
    [[nodiscard]] autodiff::Tensor<Scalar> bias(autodiff::Tensor<Scalar> theta) const {
        return layout_->part(theta, bias_.value());
    }
    /// With another weight in place of its own.
    template <typename Scalar>
    [[nodiscard]] autodiff::Tensor<Scalar> withWeight(autodiff::Tensor<Scalar> theta,
                                                      autodiff::Tensor<Scalar> weight,
                                                      autodiff::Tensor<Scalar> x) const {
        const auto product = matmul(x, weight);
        return bias_ ? product + layout_->part(theta, *bias_) : product;
    }
    template <typename Scalar>
    autodiff::Tensor<Scalar> operator()(autodiff::Tensor<Scalar> theta,
                                        autodiff::Tensor<Scalar> x) const {
        return withWeight(theta, weight(theta), x);
    }

private:
    const ParameterLayout* layout_;
    std::size_t weight_;
    std::optional<std::size_t> bias_;
};

/// A linear layer whose weights and biases start uniform in ±1/√inputs.
inline Linear uniformLinear(ParameterLayout& layout, const std::string& name,
                            autodiff::Index inputs, autodiff::Index outputs) {
    const auto start = Initializer::uniform(1.0 / std::sqrt(static_cast<double>(inputs)));
    return {layout, name, inputs, outputs, {.weights = start, .biases = start}};
}

/// Convolution of [batch × height × width × channels] with a bias for each channel.
class Conv2d {
public:
    using Index = autodiff::Index;
    struct Sizes {
        Index inputs = 1, outputs = 1; ///< channels
        Index window = 3;              ///< window × window pixels
        Index stride = 1, padding = 0;
    };
    Conv2d(ParameterLayout& layout, const std::string& name, const Sizes& s)
        : layout_(&layout), stride_(s.stride), padding_(s.padding),
          kernel_(layout.add(name + "/kernel", {s.window, s.window, s.inputs, s.outputs},
                             Initializer::he(static_cast<double>(s.window * s.window * s.inputs)))),
          bias_(layout.add(name + "/bias", {s.outputs}, Initializer::zeros())) {}

    template <typename Scalar>
    autodiff::Tensor<Scalar> operator()(autodiff::Tensor<Scalar> theta,
                                        autodiff::Tensor<Scalar> x) const {
        return conv2d(x, layout_->part(theta, kernel_), stride_, padding_) +
               layout_->part(theta, bias_);
    }

private:
    const ParameterLayout* layout_;
    Index stride_, padding_;
    std::size_t kernel_, bias_;
};

/// Layer norm (gain and bias) or RMS norm (gain alone) over the last axis.
class RowNorm {
public:
    RowNorm(ParameterLayout& layout, const std::string& name, autodiff::Index width,
            autodiff::Centering centering = autodiff::Centering::mean)
        : layout_(&layout), centering_(centering),
          gain_(layout.add(name + "/gain", {width}, Initializer::ones())) {
        if (centering == autodiff::Centering::mean)
            bias_ = layout.add(name + "/bias", {width}, Initializer::zeros());
    }
    template <typename Scalar>
    autodiff::Tensor<Scalar> operator()(autodiff::Tensor<Scalar> theta,
                                        autodiff::Tensor<Scalar> x) const {
        const auto scaled = standardizeRows(x, centering_) * layout_->part(theta, gain_);
        return bias_ ? scaled + layout_->part(theta, *bias_) : scaled;
    }

private:
    const ParameterLayout* layout_;
    autodiff::Centering centering_;
    std::size_t gain_;
    std::optional<std::size_t> bias_;
};

/// A row of a table for each index; rows start N(0, deviation²).
class Embedding {
public:
    Embedding(ParameterLayout& layout, const std::string& name, autodiff::Index count,
              autodiff::Index width, double deviation = 0.02)
        : layout_(&layout),
          table_(layout.add(name + "/table", {count, width}, Initializer::normal(deviation))) {}
    template <typename Scalar>
    [[nodiscard]] autodiff::Tensor<Scalar> table(autodiff::Tensor<Scalar> theta) const {
        return layout_->part(theta, table_);
    }
    template <typename Scalar>
    autodiff::Tensor<Scalar> operator()(autodiff::Tensor<Scalar> theta,
                                        autodiff::Indices<Scalar> indices) const {
        return gatherRows(table(theta), indices);
    }

private:
    const ParameterLayout* layout_;
    std::size_t table_;
};

/// Fully connected layers with an activation between them, and optionally skips around the inner
/// ones: h ← h + σ(W h + b).
class Mlp {
public:
    enum class Skips { none, around };
    Mlp(ParameterLayout& layout, const std::string& name, const std::vector<autodiff::Index>& sizes,
        Skips skips = Skips::none)
        : skips_(skips) {
        for (std::size_t l = 0; l + 1 < sizes.size(); ++l) {
            const bool inner = l + 2 < sizes.size();
            const auto inputs = static_cast<double>(sizes[l]);
            layers_.emplace_back(layout, name + "/layer " + std::to_string(l + 1), sizes[l],
                                 sizes[l + 1],
                                 Linear::Start{.weights = inner ? Initializer::he(inputs)
                                                                : Initializer::lecun(inputs)});
        }
    }
    /// `activation` maps a tensor to one of its shape, e.g. [](auto h) { return gelu(h); }.
    template <typename Scalar, typename Activation>
    autodiff::Tensor<Scalar> operator()(autodiff::Tensor<Scalar> theta, autodiff::Tensor<Scalar> x,
                                        const Activation& activation) const {
        for (std::size_t l = 0; l + 1 < layers_.size(); ++l) {
            const auto h = activation(layers_[l](theta, x));
            x = skips_ == Skips::around && h.shape() == x.shape() ? x + h : h;
        }
        return layers_.back()(theta, x);
    }

private:
    Skips skips_;
    std::vector<Linear> layers_;
};

} // namespace convergence
