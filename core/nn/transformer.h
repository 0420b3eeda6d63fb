#pragma once

#include "core/nn/layers.h"

namespace convergence {

enum class FeedForward { relu, gelu, swiglu };
enum class Positions { learned, rotary };

struct TransformerSizes {
    autodiff::Index vocabulary = 256;
    autodiff::Index context = 128;
    autodiff::Index width = 128;
    autodiff::Index heads = 4;
    autodiff::Index layers = 4;
    autodiff::Index hidden = 0; ///< of the feed-forward part; 0: 4 × width
    FeedForward feedForward = FeedForward::gelu;
    Positions positions = Positions::learned;
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
    /// `last` starts the projection of the result.
    MultiHeadAttention(ParameterLayout& layout, const std::string& name, Index width, Index heads,
                       Positions positions = Positions::learned,
                       autodiff::Attending attending = autodiff::Attending::toThePast,
                       std::optional<Initializer> last = std::nullopt)
        : heads_(heads), positions_(positions), attending_(attending),
          queries_(layout, name + "/queries", width, width),
          keys_(layout, name + "/keys", width, width),
          values_(layout, name + "/values", width, width),
          out_(layout, name + "/out", width, width, Linear::Bias::with, last) {}

    /// x: [batch × length × width].
    template <typename Scalar>
    autodiff::Tensor<Scalar> operator()(autodiff::Tensor<Scalar> theta,
                                        autodiff::Tensor<Scalar> x) const {
        auto q = queries_(theta, x), k = keys_(theta, x);
        if (positions_ == Positions::rotary) {
            q = rotatePositions(q, heads_);
            k = rotatePositions(k, heads_);
        }
        return out_(theta, attention(q, k, values_(theta, x), heads_, attending_));
    }

private:
    Index heads_;
    Positions positions_;
    autodiff::Attending attending_;
    Linear queries_, keys_, values_, out_;
};

/// Attention to the past and a feed-forward part, each behind a layer norm and beside a skip
/// (Vaswani et al. 2017, in the order of Radford et al. 2019; SwiGLU: Shazeer 2020).
class TransformerBlock {
public:
    TransformerBlock(ParameterLayout& layout, const std::string& name, const TransformerSizes& s)
        : feedForward_(s.feedForward), beforeAttention_(layout, name + "/attention norm", s.width),
          attention_(layout, name, s.width, s.heads, s.positions, autodiff::Attending::toThePast,
                     residual(s, s.width)),
          beforeHidden_(layout, name + "/hidden norm", s.width),
          up_(layout, name + "/up", s.width, hidden(s)),
          down_(layout, name + "/down", hidden(s), s.width, Linear::Bias::with,
                residual(s, hidden(s))) {
        if (s.feedForward == FeedForward::swiglu)
            gate_.emplace(layout, name + "/gate", s.width, hidden(s));
    }

    /// x: [batch × length × width].
    template <typename Scalar>
    autodiff::Tensor<Scalar> operator()(autodiff::Tensor<Scalar> theta,
                                        autodiff::Tensor<Scalar> x) const {
        switch (feedForward_) {
        case FeedForward::relu:
            return (*this)(theta, x, [](auto h) { return relu(h); });
        case FeedForward::swiglu:
            return (*this)(theta, x, [](auto h) { return silu(h); });
        case FeedForward::gelu:
            break;
        }
        return (*this)(theta, x, [](auto h) { return gelu(h); });
    }
    /// With any other activation, a function from a tensor to one of its shape: of the hidden
    /// layer, or of the gate where there is one.
    template <typename Scalar, typename Activation>
    autodiff::Tensor<Scalar> operator()(autodiff::Tensor<Scalar> theta, autodiff::Tensor<Scalar> x,
                                        const Activation& activation) const {
        x = x + attention_(theta, beforeAttention_(theta, x));
        const auto b = beforeHidden_(theta, x);
        const auto h = up_(theta, b);
        return x + down_(theta, gate_ ? activation((*gate_)(theta, b)) * h : activation(h));
    }

private:
    static autodiff::Index hidden(const TransformerSizes& s) {
        return s.hidden > 0 ? s.hidden : 4 * s.width;
    }
    /// What is added to the skip starts smaller the more is added.
    static Initializer residual(const TransformerSizes& s, autodiff::Index inputs) {
        return Initializer::normal(1.0 / std::sqrt(static_cast<double>(2 * s.layers * inputs)));
    }

    FeedForward feedForward_;
    RowNorm beforeAttention_;
    MultiHeadAttention attention_;
    RowNorm beforeHidden_;
    Linear up_, down_;
    std::optional<Linear> gate_;
};

/// A language model: tokens [batch × length] to logits of the next one
/// [batch × length × vocabulary]. The table of tokens also gives the logits.
class Transformer {
public:
    Transformer(ParameterLayout& layout, const TransformerSizes& s)
        : layout_(&layout), tokens_(layout, "tokens", s.vocabulary, s.width),
          last_(layout, "last norm", s.width) {
        if (s.positions == Positions::learned)
            positions_ = layout.add("positions", {s.context, s.width}, Initializer::normal(0.02));
        for (autodiff::Index l = 1; l <= s.layers; ++l)
            blocks_.emplace_back(layout, "block " + std::to_string(l), s);
    }

    template <typename Scalar>
    autodiff::Tensor<Scalar> operator()(autodiff::Tensor<Scalar> theta,
                                        autodiff::Indices<Scalar> tokens) const {
        return apply(theta, tokens, [&](const auto& block, auto x) { return block(theta, x); });
    }
    /// With another activation in all blocks; see TransformerBlock.
    template <typename Scalar, typename Activation>
    autodiff::Tensor<Scalar> operator()(autodiff::Tensor<Scalar> theta,
                                        autodiff::Indices<Scalar> tokens,
                                        const Activation& activation) const {
        return apply(theta, tokens,
                     [&](const auto& block, auto x) { return block(theta, x, activation); });
    }

private:
    template <typename Scalar, typename Apply>
    autodiff::Tensor<Scalar> apply(autodiff::Tensor<Scalar> theta, autodiff::Indices<Scalar> tokens,
                                   const Apply& applyBlock) const {
        auto x = tokens_(theta, tokens);
        if (positions_)
            x = x + slice(layout_->part(theta, *positions_), 0, 0, tokens.shape()[1]);
        for (const auto& block : blocks_)
            x = applyBlock(block, x);
        return matmul(last_(theta, x), tokens_.table(theta), autodiff::Transposed::right);
    }

    const ParameterLayout* layout_;
    Embedding tokens_;
    RowNorm last_;
    std::optional<std::size_t> positions_;
    std::vector<TransformerBlock> blocks_;
};

} // namespace convergence
