#pragma once

#include <concepts>
#include <optional>
#include <utility>

#include "core/nn/feed_forward.h"

namespace convergence {

enum class FeedForward { relu, gelu, swiglu };
enum class Positions { learned, rotary };
/// Where logits come from: the table of tokens, or a linear layer of their own.
enum class Logits { tied, own };
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
    autodiff::Centering norm = autodiff::Centering::mean; ///< layer norm, or RMS norm: none
    LinearSetting linear = {};                            ///< of all linear layers
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

/// Attention of several heads with its four projections (Vaswani et al. 2017). Positions enter by
/// rotation of queries and keys, or not at all: learned ones are added to the input.
class MultiHeadAttention {
public:
    using Index = autodiff::Index;
    struct Setting {
        Index width = 128;
        Index heads = 4;
        Positions positions = Positions::learned;
        autodiff::Attending attending = autodiff::Attending::toThePast;
        LinearSetting linear = {};
        /// How the projection of the result starts, unless all start uniform.
        std::optional<Initializer> last = std::nullopt;
    };
    MultiHeadAttention(ParameterLayout& layout, const std::string& name, const Setting& s)
        : heads_(s.heads), positions_(s.positions), attending_(s.attending),
          queries_(layout, name + "/queries", s.width, s.width, startOf(s.linear, s.width)),
          keys_(layout, name + "/keys", s.width, s.width, startOf(s.linear, s.width)),
          values_(layout, name + "/values", s.width, s.width, startOf(s.linear, s.width)),
          out_(layout, name + "/out", s.width, s.width, startOf(s.linear, s.width, s.last)) {}

    /// x: [batch × length × width]. `kept` multiplies the probabilities
    /// [batch·heads × length × length], for their dropout.
    template <typename Scalar>
    autodiff::Tensor<Scalar> operator()(autodiff::Tensor<Scalar> theta, autodiff::Tensor<Scalar> x,
                                        autodiff::Tensor<Scalar> kept = {}) const {
        const auto [q, k] = queriesAndKeys(theta, x);
        return out_(theta, attention(q, k, values_(theta, x), {heads_, attending_, kept}));
    }

    /// How much each position attends to each before it: [batch × heads × length × length].
    template <typename Scalar>
    autodiff::Tensor<Scalar> map(autodiff::Tensor<Scalar> theta, autodiff::Tensor<Scalar> x) const {
        const auto [q, k] = queriesAndKeys(theta, x);
        return attentionProbabilities(q, k, heads_);
    }

    [[nodiscard]] Index heads() const { return heads_; }

private:
    template <typename Scalar>
    std::pair<autodiff::Tensor<Scalar>, autodiff::Tensor<Scalar>>
    queriesAndKeys(autodiff::Tensor<Scalar> theta, autodiff::Tensor<Scalar> x) const {
        const auto q = queries_(theta, x), k = keys_(theta, x);
        if (positions_ == Positions::rotary)
            return {rotatePositions(q, heads_), rotatePositions(k, heads_)};
        return {q, k};
    }

    Index heads_;
    Positions positions_;
    autodiff::Attending attending_;
    Linear queries_, keys_, values_, out_;
};

/// Attention to the past and a feed-forward part, each behind a norm and beside a skip (Vaswani et
/// al. 2017, in the order of Radford et al. 2019; SwiGLU: Shazeer 2020).
class TransformerBlock {
public:
    TransformerBlock(ParameterLayout& layout, const std::string& name, const TransformerSizes& s)
        : feedForward_(s.feedForward),
          beforeAttention_(layout, name + "/attention norm", s.width, s.norm),
          attention_(layout, name,
                     {.width = s.width,
                      .heads = s.heads,
                      .positions = s.positions,
                      .linear = s.linear,
                      .last = residualStart(s.linear.start, s.layers, s.width)}),
          beforeHidden_(layout, name + "/hidden norm", s.width, s.norm),
          hidden_(layout, name,
                  {.width = s.width,
                   .hidden = s.hidden > 0 ? s.hidden : 4 * s.width,
                   .layers = s.layers,
                   .gate = s.feedForward == FeedForward::swiglu ? FeedForwardSizes::Gate::with
                                                                : FeedForwardSizes::Gate::without,
                   .linear = s.linear}) {}

    /// x: [batch × length × width]. `place`: number of the first of the three streams of dropout.
    template <typename Scalar>
    autodiff::Tensor<Scalar> operator()(autodiff::Tensor<Scalar> theta, autodiff::Tensor<Scalar> x,
                                        const TransformerDropout& drop = {},
                                        std::uint64_t place = 0) const {
        switch (feedForward_) {
        case FeedForward::relu:
            return apply(
                theta, x, [](auto h) { return relu(h); }, drop, place);
        case FeedForward::swiglu:
            return apply(
                theta, x, [](auto h) { return silu(h); }, drop, place);
        case FeedForward::gelu:
            break;
        }
        return apply(
            theta, x, [](auto h) { return gelu(h); }, drop, place);
    }
    /// With any other activation, a function from a tensor to one of its shape: of the hidden
    /// layer, or of the gate where there is one.
    template <typename Scalar, std::invocable<autodiff::Tensor<Scalar>> Activation>
    autodiff::Tensor<Scalar> operator()(autodiff::Tensor<Scalar> theta, autodiff::Tensor<Scalar> x,
                                        const Activation& activation) const {
        return apply(theta, x, activation, {}, 0);
    }

    /// How much each position attends to each before it: [batch × heads × length × length].
    template <typename Scalar>
    autodiff::Tensor<Scalar> attentionMap(autodiff::Tensor<Scalar> theta,
                                          autodiff::Tensor<Scalar> x) const {
        return attention_.map(theta, beforeAttention_(theta, x));
    }

private:
    template <typename Scalar, typename Activation>
    autodiff::Tensor<Scalar> apply(autodiff::Tensor<Scalar> theta, autodiff::Tensor<Scalar> x,
                                   const Activation& activation, const TransformerDropout& drop,
                                   std::uint64_t place) const {
        const auto thinned = [&](autodiff::Tensor<Scalar> y) {
            return dropout(y, drop.rate, drop.seed, place++);
        };
        autodiff::Tensor<Scalar> kept;
        if (drop.rate > 0.0) {
            const autodiff::Shape all{x.shape()[0] * attention_.heads(), x.shape()[1],
                                      x.shape()[1]};
            kept =
                randomMask(x.graph(), all, 1.0 - drop.rate, drop.seed, place++) / (1.0 - drop.rate);
        }
        x = x + thinned(attention_(theta, beforeAttention_(theta, x), kept));
        return x + thinned(hidden_(theta, beforeHidden_(theta, x), activation));
    }

    FeedForward feedForward_;
    RowNorm beforeAttention_;
    MultiHeadAttention attention_;
    RowNorm beforeHidden_;
    FeedForwardPart hidden_;
};

/// A language model: tokens [batch × length] to logits of the next one
/// [batch × length × vocabulary].
class Transformer {
public:
    Transformer(ParameterLayout& layout, const TransformerSizes& s)
        : layout_(&layout), tokens_(layout, "tokens", s.vocabulary, s.width),
          last_(layout, "last norm", s.width, s.norm) {
        if (s.positions == Positions::learned)
            positions_ = layout.add("positions", {s.context, s.width}, Initializer::normal(0.02));
        for (autodiff::Index l = 1; l <= s.layers; ++l)
            blocks_.emplace_back(layout, "block " + std::to_string(l), s);
        if (s.logits == Logits::own)
            logits_ = Linear(layout, "logits", s.width, s.vocabulary, startOf(s.linear, s.width));
    }

    template <typename Scalar>
    autodiff::Tensor<Scalar> operator()(autodiff::Tensor<Scalar> theta,
                                        autodiff::Indices<Scalar> tokens,
                                        const TransformerDropout& drop = {}) const {
        std::uint64_t place = 1;
        return apply(theta, tokens, drop, [&](const auto& block, auto x) {
            const auto y = block(theta, x, drop, place);
            place += 3;
            return y;
        });
    }
    /// With another activation in all blocks; see TransformerBlock.
    template <typename Scalar, std::invocable<autodiff::Tensor<Scalar>> Activation>
    autodiff::Tensor<Scalar> operator()(autodiff::Tensor<Scalar> theta,
                                        autodiff::Indices<Scalar> tokens,
                                        const Activation& activation) const {
        return apply(theta, tokens, {},
                     [&](const auto& block, auto x) { return block(theta, x, activation); });
    }
    /// With an activation for each block: activation(h, l) in block l, from 0. Each may have
    /// parameters of its own.
    template <typename Scalar, std::invocable<autodiff::Tensor<Scalar>, std::size_t> Activation>
    autodiff::Tensor<Scalar> operator()(autodiff::Tensor<Scalar> theta,
                                        autodiff::Indices<Scalar> tokens,
                                        const Activation& activation) const {
        std::size_t l = 0;
        return apply(theta, tokens, {}, [&](const auto& block, auto x) {
            const auto own = [&activation, l](autodiff::Tensor<Scalar> h) {
                return activation(h, l);
            };
            ++l;
            return block(theta, x, own);
        });
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
    template <typename Scalar, typename Apply>
    autodiff::Tensor<Scalar> apply(autodiff::Tensor<Scalar> theta, autodiff::Indices<Scalar> tokens,
                                   const TransformerDropout& drop, const Apply& applyBlock) const {
        auto x = dropout(embedded(theta, tokens), drop.rate, drop.seed, 0);
        for (const auto& block : blocks_)
            x = applyBlock(block, x);
        const auto y = last_(theta, x);
        return logits_ ? (*logits_)(theta, y)
                       : matmul(y, tokens_.table(theta), autodiff::Transposed::right);
    }

    const ParameterLayout* layout_;
    Embedding tokens_;
    RowNorm last_;
    std::optional<std::size_t> positions_;
    std::vector<TransformerBlock> blocks_;
    std::optional<Linear> logits_;
};

} // namespace convergence
