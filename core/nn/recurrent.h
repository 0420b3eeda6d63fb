#pragma once

#include <string>
#include <vector>

#include "core/nn/layers.h"

/// Layers that read a sequence one position after another. Sequences lie time first,
/// [length × batch × inputs], so that a position is a part of them that costs nothing to take;
/// tokens [length × batch] looked up in a table come out that way.
namespace convergence {

/// The simple recurrent layer (Elman 1990):
///
///   h_t = tanh(W_x e_t + b_x + W_h h_{t−1} + b_h),  t = 1, ..., T,  h_0 = 0,
///
/// with weights and both biases uniform in ±1/√width at the start, whatever the number of inputs,
/// as PyTorch's RNN has them. The second bias adds nothing that the first cannot say; it is there
/// because a gradient step then moves their sum twice, as in the programs that are compared.
///
/// W_x e_t of all positions is one product, made before the recurrence. The Jacobian of h_T in h_t
/// is a product of T − t factors diag(1 − h²) W_h: gradients may vanish or explode with the length.
/// (That their smoothness grows with the gradient is why bilevel optimization clips or normalizes
/// them.) Every operation has second derivatives.
class TanhRecurrent {
public:
    TanhRecurrent(ParameterLayout& layout, const std::string& name, autodiff::Index inputs,
                  autodiff::Index width)
        : width_(width), input_(uniform(layout, name + "/input", inputs, width)),
          state_(uniform(layout, name + "/state", width, width)) {}

    /// h_1, ..., h_T, each [batch × width], for x [length × batch × inputs].
    template <typename Scalar>
    [[nodiscard]] std::vector<autodiff::Tensor<Scalar>> states(autodiff::Tensor<Scalar> theta,
                                                               autodiff::Tensor<Scalar> x) const {
        using namespace autodiff;
        const Index length = x.shape()[0], batch = x.shape()[1];
        // b_h joins here: the same for all positions.
        const auto fromInput = input_(theta, x) + state_.bias(theta);
        std::vector<Tensor<Scalar>> all;
        for (Index t = 0; t < length; ++t) {
            const auto own = reshape(slice(fromInput, 0, t, 1), {batch, width_});
            all.push_back(tanh(t == 0 ? own : own + matmul(all.back(), state_.weight(theta))));
        }
        return all;
    }

    /// (1/T) ∑ h_t, [batch × width]: the sequence as one vector. (The maximum over time, which some
    /// use instead, passes a gradient to one position of each unit alone.)
    template <typename Scalar>
    [[nodiscard]] autodiff::Tensor<Scalar> meanOverTime(autodiff::Tensor<Scalar> theta,
                                                        autodiff::Tensor<Scalar> x) const {
        const auto all = states(theta, x);
        auto total = all.front();
        for (std::size_t t = 1; t < all.size(); ++t)
            total = total + all[t];
        return total / static_cast<double>(all.size());
    }

private:
    static Linear uniform(ParameterLayout& layout, const std::string& name, autodiff::Index inputs,
                          autodiff::Index width) {
        const auto start = Initializer::uniform(1.0 / std::sqrt(static_cast<double>(width)));
        return {layout, name, inputs, width, {.weights = start, .biases = start}};
    }

    autodiff::Index width_;
    Linear input_, state_;
};

/// Gated recurrent unit (Cho et al. 2014): z = σ(W_z[x, h]), r = σ(W_r[x, h]),
/// n = tanh(W_n[x, r∘h]), h ← (1 − z)∘n + z∘h.
class GatedRecurrentUnit {
public:
    GatedRecurrentUnit(ParameterLayout& layout, const std::string& name, autodiff::Index inputs,
                       autodiff::Index width)
        : update_(layout, name + "/update", inputs + width, width),
          reset_(layout, name + "/reset", inputs + width, width),
          candidate_(layout, name + "/candidate", inputs + width, width) {}
    /// x: [batch × inputs], h: [batch × width]; returns the next h.
    template <typename Scalar>
    autodiff::Tensor<Scalar> operator()(autodiff::Tensor<Scalar> theta, autodiff::Tensor<Scalar> x,
                                        autodiff::Tensor<Scalar> h) const {
        using autodiff::concatenate;
        const auto both = concatenate<Scalar>({x, h}, -1);
        const auto z = sigmoid(update_(theta, both)), r = sigmoid(reset_(theta, both));
        const auto n = tanh(candidate_(theta, concatenate<Scalar>({x, r * h}, -1)));
        return n + z * (h - n);
    }

private:
    Linear update_, reset_, candidate_;
};

} // namespace convergence
