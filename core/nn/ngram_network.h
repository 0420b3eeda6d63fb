#pragma once

#include "core/nn/layers.h"

namespace convergence {

/// The feed-forward language model (Bengio et al. 2003): the `order` last tokens, each a row of one
/// table, side by side; one tanh layer; logits. Tokens before the first are a row of their own.
class NgramNetwork {
public:
    struct Sizes {
        autodiff::Index vocabulary = 256;
        autodiff::Index order = 8;
        autodiff::Index embedding = 16;
        autodiff::Index hidden = 128;
    };

    NgramNetwork(ParameterLayout& layout, const Sizes& s)
        : sizes_(s), tokens_(layout, "tokens", s.vocabulary + 1, s.embedding),
          hidden_(uniformLinear(layout, "hidden", s.order * s.embedding, s.hidden)),
          logits_(uniformLinear(layout, "logits", s.hidden, s.vocabulary)) {}

    /// Tokens [batch × length] to logits of the next one [batch × length × vocabulary].
    template <typename Scalar>
    autodiff::Tensor<Scalar> operator()(autodiff::Tensor<Scalar> theta,
                                        autodiff::Indices<Scalar> tokens) const {
        using namespace autodiff;
        const Index batch = tokens.shape()[0], length = tokens.shape()[1], order = sizes_.order;
        const auto before =
            reshape(slice(tokens_.table(theta), 0, sizes_.vocabulary, 1), {1, 1, sizes_.embedding});
        const auto padded = concatenate<Scalar>(
            {broadcastTo(before, {batch, order - 1, sizes_.embedding}), tokens_(theta, tokens)}, 1);
        std::vector<Tensor<Scalar>> last;
        for (Index k = 0; k < order; ++k)
            last.push_back(slice(padded, 1, k, length));
        return logits_(theta, tanh(hidden_(theta, concatenate(last, -1))));
    }

private:
    Sizes sizes_;
    Embedding tokens_;
    Linear hidden_, logits_;
};

} // namespace convergence
