#pragma once

#include "core/nn/layers.h"

namespace convergence {

enum class FeedForward { relu, gelu, swiglu };
enum class Positions { learned, rotary };
/// Where logits come from: the table of tokens, or a linear layer of their own.
enum class Logits { tied, own };
/// How linear layers start. `scaled`: normal, 1/√inputs, smaller where it is added to a skip,
/// biases 0. `uniform`: weights and biases in ±1/√inputs.
enum class LinearStart { scaled, uniform };

struct TransformerSizes {
    autodiff::Index vocabulary = 256;
    autodiff::Index context = 128;
    autodiff::Index width = 128;
    autodiff::Index heads = 4;
    autodiff::Index layers = 4;
    autodiff::Index hidden = 0; ///< of the feed-forward part; 0: 4 × width
    FeedForward feedForward = FeedForward::gelu;
    Positions positions = Positions::learned;
    Logits logits = Logits::tied;
    LinearStart start = LinearStart::scaled;
};

/// Dropout of a transformer in training (Vaswani et al. 2017): of the embedded tokens, of attention
/// probabilities, and of what is added to the skips. Each place has a stream of its own.
struct TransformerDropout {
    double rate = 0.0; ///< 0: none
    std::uint64_t seed = 0;
};

/// Queries or keys [batch × length × width] turned by angles that grow with the position (Su et al.
/// 2021, base 10,000; the two halves of a head's axis are the pairs). The depth of a head must be
/// even: std::logic_error otherwise.
template <typename Scalar>
autodiff::Tensor<Scalar> rotatePositions(autodiff::Tensor<Scalar> x, autodiff::Index heads) {
    using namespace autodiff;
    const Index batch = x.shape()[0], length = x.shape()[1], width = x.shape()[2];
    const Index depth = width / heads, half = depth / 2;
    if (depth % 2 != 0)
        throw std::logic_error("Rotary positions need an even depth of each head.");
    std::vector<Scalar> cosines, sines;
    for (Index t = 0; t < length; ++t)
        for (Index i = 0; i < depth; ++i) {
            const double angle =
                static_cast<double>(t) *
                std::pow(1e4, -static_cast<double>(i % half) / static_cast<double>(half));
            cosines.push_back(static_cast<Scalar>(std::cos(angle)));
            sines.push_back(static_cast<Scalar>(i < half ? -std::sin(angle) : std::sin(angle)));
        }
    const auto apart = reshape(x, {batch, length, heads, depth});
    const auto swapped =
        concatenate<Scalar>({slice(apart, -1, half, half), slice(apart, -1, 0, half)}, -1);
    const Shape angles{length, 1, depth};
    return reshape(apart * x.graph().constant(angles, std::move(cosines)) +
                       swapped * x.graph().constant(angles, std::move(sines)),
                   x.shape());
}

/// Attention to the past and a feed-forward part, each behind a layer norm and beside a skip
/// (Vaswani et al. 2017, in the order of Radford et al. 2019; SwiGLU: Shazeer 2020).
class TransformerBlock {
public:
    TransformerBlock(ParameterLayout& layout, const std::string& name, const TransformerSizes& s)
        : sizes_(s), hidden_(s.hidden > 0 ? s.hidden : 4 * s.width),
          beforeAttention_(layout, name + "/attention norm", s.width),
          queries_(linear(layout, name + "/queries", s, s.width, s.width)),
          keys_(linear(layout, name + "/keys", s, s.width, s.width)),
          values_(linear(layout, name + "/values", s, s.width, s.width)),
          out_(towardsSkip(layout, name + "/out", s, s.width)),
          beforeHidden_(layout, name + "/hidden norm", s.width),
          up_(linear(layout, name + "/up", s, s.width, hidden_)),
          down_(towardsSkip(layout, name + "/down", s, hidden_)) {
        if (s.feedForward == FeedForward::swiglu)
            gate_ = linear(layout, name + "/gate", s, s.width, hidden_);
    }

    /// `place`: number of the first of the three streams of dropout.
    template <typename Scalar>
    autodiff::Tensor<Scalar> operator()(autodiff::Tensor<Scalar> theta, autodiff::Tensor<Scalar> x,
                                        const TransformerDropout& drop = {},
                                        std::uint64_t place = 0) const {
        const auto thinned = [&](autodiff::Tensor<Scalar> y) {
            return dropout(y, drop.rate, drop.seed, place++);
        };
        const auto a = beforeAttention_(theta, x);
        const auto [q, k] = queriesAndKeys(theta, a);
        autodiff::Tensor<Scalar> kept;
        if (drop.rate > 0.0) {
            const autodiff::Shape all{x.shape()[0] * sizes_.heads, x.shape()[1], x.shape()[1]};
            kept =
                randomMask(x.graph(), all, 1.0 - drop.rate, drop.seed, place++) / (1.0 - drop.rate);
        }
        x = x + thinned(out_(theta, attention(q, k, values_(theta, a), sizes_.heads,
                                              autodiff::Attending::toThePast, kept)));
        return x + thinned(feedForward(theta, beforeHidden_(theta, x)));
    }

    /// How much each position attends to each before it: [batch × heads × length × length].
    template <typename Scalar>
    autodiff::Tensor<Scalar> attentionMap(autodiff::Tensor<Scalar> theta,
                                          autodiff::Tensor<Scalar> x) const {
        const auto [q, k] = queriesAndKeys(theta, beforeAttention_(theta, x));
        return attentionProbabilities(q, k, sizes_.heads);
    }

private:
    template <typename Scalar>
    std::pair<autodiff::Tensor<Scalar>, autodiff::Tensor<Scalar>>
    queriesAndKeys(autodiff::Tensor<Scalar> theta, autodiff::Tensor<Scalar> a) const {
        const auto q = queries_(theta, a), k = keys_(theta, a);
        if (sizes_.positions == Positions::rotary)
            return {rotatePositions(q, sizes_.heads), rotatePositions(k, sizes_.heads)};
        return {q, k};
    }
    template <typename Scalar>
    autodiff::Tensor<Scalar> feedForward(autodiff::Tensor<Scalar> theta,
                                         autodiff::Tensor<Scalar> b) const {
        const auto h = up_(theta, b);
        switch (sizes_.feedForward) {
        case FeedForward::relu:
            return down_(theta, relu(h));
        case FeedForward::swiglu:
            return down_(theta, silu((*gate_)(theta, b)) * h);
        case FeedForward::gelu:
            break;
        }
        return down_(theta, gelu(h));
    }
    static Linear linear(ParameterLayout& layout, const std::string& name,
                         const TransformerSizes& s, autodiff::Index inputs,
                         autodiff::Index outputs) {
        return s.start == LinearStart::uniform ? uniformLinear(layout, name, inputs, outputs)
                                               : Linear(layout, name, inputs, outputs);
    }
    /// What is added to the skip starts smaller the more is added.
    static Linear towardsSkip(ParameterLayout& layout, const std::string& name,
                              const TransformerSizes& s, autodiff::Index inputs) {
        if (s.start == LinearStart::uniform)
            return uniformLinear(layout, name, inputs, s.width);
        const double deviation = 1.0 / std::sqrt(static_cast<double>(2 * s.layers * inputs));
        return {layout, name, inputs, s.width, Linear::Bias::with, Initializer::normal(deviation)};
    }

    TransformerSizes sizes_;
    autodiff::Index hidden_;
    RowNorm beforeAttention_;
    Linear queries_, keys_, values_, out_;
    RowNorm beforeHidden_;
    Linear up_, down_;
    std::optional<Linear> gate_;
};

/// A language model: tokens [batch × length] to logits of the next one
/// [batch × length × vocabulary].
class Transformer {
public:
    Transformer(ParameterLayout& layout, const TransformerSizes& s)
        : sizes_(s), layout_(&layout), tokens_(layout, "tokens", s.vocabulary, s.width),
          last_(layout, "last norm", s.width) {
        if (s.positions == Positions::learned)
            positions_ = layout.add("positions", {s.context, s.width}, Initializer::normal(0.02));
        for (autodiff::Index l = 1; l <= s.layers; ++l)
            blocks_.emplace_back(layout, "block " + std::to_string(l), s);
        if (s.logits == Logits::own)
            logits_ = s.start == LinearStart::uniform
                          ? uniformLinear(layout, "logits", s.width, s.vocabulary)
                          : Linear(layout, "logits", s.width, s.vocabulary);
    }

    template <typename Scalar>
    autodiff::Tensor<Scalar> operator()(autodiff::Tensor<Scalar> theta,
                                        autodiff::Indices<Scalar> tokens,
                                        const TransformerDropout& drop = {}) const {
        auto x = dropout(embedded(theta, tokens), drop.rate, drop.seed, 0);
        std::uint64_t place = 1;
        for (const auto& block : blocks_) {
            x = block(theta, x, drop, place);
            place += 3;
        }
        const auto y = last_(theta, x);
        return logits_ ? (*logits_)(theta, y)
                       : matmul(y, tokens_.table(theta), autodiff::Transposed::right);
    }

    /// The attention of each layer, [batch × heads × length × length].
    template <typename Scalar>
    std::vector<autodiff::Tensor<Scalar>> attentionMaps(autodiff::Tensor<Scalar> theta,
                                                        autodiff::Indices<Scalar> tokens) const {
        auto x = embedded(theta, tokens);
        std::vector<autodiff::Tensor<Scalar>> maps;
        for (const auto& block : blocks_) {
            maps.push_back(block.attentionMap(theta, x));
            x = block(theta, x);
        }
        return maps;
    }

private:
    template <typename Scalar>
    autodiff::Tensor<Scalar> embedded(autodiff::Tensor<Scalar> theta,
                                      autodiff::Indices<Scalar> tokens) const {
        const auto x = tokens_(theta, tokens);
        return positions_ ? x + slice(layout_->part(theta, *positions_), 0, 0, tokens.shape()[1])
                          : x;
    }

    TransformerSizes sizes_;
    const ParameterLayout* layout_;
    Embedding tokens_;
    RowNorm last_;
    std::optional<std::size_t> positions_;
    std::vector<TransformerBlock> blocks_;
    std::optional<Linear> logits_;
};

} // namespace convergence
