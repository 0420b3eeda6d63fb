#include "core/autodiff/attention.h"

#include <cmath>

#include "core/autodiff/elementwise.h"
#include "core/autodiff/gemm.h"
#include "core/autodiff/gradient.h"
#include "core/autodiff/linear.h"
#include "core/autodiff/reductions.h"
#include "core/autodiff/shape_operations.h"
#include "core/autodiff/softmax.h"
#include "core/parallel/chunks.h"

namespace convergence::autodiff {

namespace {

template <typename Scalar>
using Flow = Backward<Scalar>;

/// Queries of a head that are taken together. Where the future is not seen, its scores are not
/// computed but for those within the block.
constexpr Index blockRows = 32;

/// Sizes of one node. integers[0]: heads; integers[1]: whether only the past is seen.
struct Sizes {
    Index batch, length, width, heads, depth;
    bool causal;
    explicit Sizes(const Shape& q, const Attributes& attributes)
        : batch(q[0]), length(q[1]), width(q[2]), heads(attributes.integers[0]),
          depth(width / heads), causal(attributes.integers[1] != 0) {}
    [[nodiscard]] Index headsInAll() const { return batch * heads; }
    [[nodiscard]] Index scores() const { return length * length; }
    /// Scratch for the scores of a block of queries.
    [[nodiscard]] Index blockScores() const { return blockRows * length; }
    /// Where head h of all starts.
    [[nodiscard]] Index offset(Index h) const {
        return h / heads * length * width + h % heads * depth;
    }
    [[nodiscard]] double scale() const { return 1.0 / std::sqrt(static_cast<double>(depth)); }
};

/// Positions first, ..., first + rows − 1 of a head, and how many positions the last of them sees.
struct Block {
    Index first, rows, seen;
};

template <typename Work>
void forBlocks(const Sizes& s, const Work& work) {
    for (Index first = 0; first < s.length; first += blockRows) {
        const Index rows = std::min(blockRows, s.length - first);
        work(Block{first, rows, s.causal ? first + rows : s.length});
    }
}

/// P = softmax(Q Kᵀ/√d) of a block of queries of one head into `p` [rows × seen], with zeros for
/// the future.
template <typename Scalar>
void probabilities(const Sizes& s, const Block& block, const Scalar* q, const Scalar* k,
                   Scalar* p) {
    gemmInThread<Scalar>(block.rows, block.seen, s.depth, {q + block.first * s.width, s.width, 1},
                         {k, 1, s.width}, {p, block.seen, 1});
    for (Index i = 0; i < block.rows; ++i) {
        const Index seen = s.causal ? block.first + i + 1 : s.length;
        Scalar* const row = p + i * block.seen;
        Eigen::Map<Eigen::Array<Scalar, Eigen::Dynamic, 1>> scores(row, seen);
        scores = (static_cast<Scalar>(s.scale()) * (scores - scores.maxCoeff())).exp();
        scores *= Scalar(1) / laneSum<Scalar>(seen, [&](Index j) { return row[j]; });
        std::fill(row + seen, row + block.seen, Scalar(0));
    }
}

/// to ← from ∘ the rows of a mask [length × length] that belong to a block.
template <typename Scalar>
void scaleBy(const Sizes& s, const Block& block, const Scalar* mask, const Scalar* from,
             Scalar* to) {
    for (Index i = 0; i < block.rows; ++i) {
        const Scalar* const kept = mask + (block.first + i) * s.length;
        for (Index j = 0; j < block.seen; ++j)
            to[i * block.seen + j] = from[i * block.seen + j] * kept[j];
    }
}

template <typename Scalar>
void attentionKernel(const Call<Scalar>& call) {
    const Sizes s(call.node.shape, call.node.attributes);
    inChunks(s.headsInAll(), 1, [&](Index begin, Index count) {
        for (Index h = begin; h < begin + count; ++h) {
            const Index at = s.offset(h);
            Scalar* const p = call.scratch + h * s.blockScores();
            forBlocks(s, [&](const Block& block) {
                probabilities(s, block, call.input(0) + at, call.input(1) + at, p);
                if (call.node.inputs.size() > 3)
                    scaleBy(s, block, call.input(3) + h * s.scores(), p, p);
                gemmInThread<Scalar>(block.rows, s.depth, block.seen, {p, block.seen, 1},
                                     {call.input(2) + at, s.width, 1},
                                     {call.output() + at + block.first * s.width, s.width, 1});
            });
        }
    });
}

/// Of a block of queries: dV += (P∘M)ᵀG, dP = M∘GVᵀ, dS = P ∘ (dP − (dP ∘ P)1), dQ = dS K/√d,
/// dK += dSᵀQ/√d; M is the mask of dropout, or 1.
template <typename Scalar>
void attentionSlopeKernel(const Call<Scalar>& call) {
    const Sizes s(call.node.inputShapes[0], call.node.attributes);
    const Index all = s.batch * s.length * s.width;
    const auto scale = static_cast<Scalar>(s.scale());
    inChunks(s.headsInAll(), 1, [&](Index begin, Index count) {
        for (Index h = begin; h < begin + count; ++h) {
            const Index at = s.offset(h), w = s.width;
            const Scalar *const q = call.input(0) + at, *const k = call.input(1) + at,
                                *const v = call.input(2) + at, *const g = call.input(3) + at;
            Scalar* const p = call.scratch + 2 * h * s.blockScores();
            Scalar* const ds = p + s.blockScores();
            Scalar* const dq = call.output() + at;
            const Scalar* const mask =
                call.node.inputs.size() > 4 ? call.input(4) + h * s.scores() : nullptr;
            for (Index i = 0; i < s.length; ++i) {
                std::fill_n(dq + all + i * w, s.depth, Scalar(0));
                std::fill_n(dq + 2 * all + i * w, s.depth, Scalar(0));
            }
            forBlocks(s, [&](const Block& block) {
                const Index rows = block.rows, n = block.seen, from = block.first * w;
                probabilities(s, block, q, k, p);
                if (mask != nullptr)
                    scaleBy(s, block, mask, p, ds);
                gemmInThread<Scalar>(n, s.depth, rows, {mask != nullptr ? ds : p, 1, n},
                                     {g + from, w, 1}, {dq + 2 * all, w, 1}, Product::adds);
                gemmInThread<Scalar>(rows, n, s.depth, {g + from, w, 1}, {v, 1, w}, {ds, n, 1});
                if (mask != nullptr)
                    scaleBy(s, block, mask, ds, ds);
                for (Index i = 0; i < rows; ++i) {
                    Scalar* const slope = ds + i * n;
                    const Scalar* const row = p + i * n;
                    const Scalar along =
                        laneSum<Scalar>(n, [&](Index j) { return slope[j] * row[j]; });
                    for (Index j = 0; j < n; ++j)
                        slope[j] = scale * row[j] * (slope[j] - along);
                }
                gemmInThread<Scalar>(rows, s.depth, n, {ds, n, 1}, {k, w, 1}, {dq + from, w, 1});
                gemmInThread<Scalar>(n, s.depth, rows, {ds, 1, n}, {q + from, w, 1},
                                     {dq + all, w, 1}, Product::adds);
            });
        }
    });
}

/// [batch × length × width] as [batch × heads × length × depth], and back.
template <typename Scalar>
Tensor<Scalar> apart(Tensor<Scalar> x, const Sizes& s) {
    return permute(reshape(x, {s.batch, s.length, s.heads, s.depth}), {0, 2, 1, 3});
}
template <typename Scalar>
Tensor<Scalar> together(Tensor<Scalar> x, const Sizes& s) {
    return reshape(permute(x, {0, 2, 1, 3}), {s.batch, s.length, s.width});
}

/// P of all heads, from queries and keys that are apart().
template <typename Scalar>
Tensor<Scalar> probabilities(const Sizes& s, Tensor<Scalar> q, Tensor<Scalar> k) {
    auto scores = matmul(q, k, Transposed::right) * s.scale();
    if (s.causal) {
        std::vector<Scalar> future(static_cast<std::size_t>(s.scores()), Scalar(0));
        for (Index i = 0; i < s.length; ++i)
            for (Index j = i + 1; j < s.length; ++j)
                future[static_cast<std::size_t>(i * s.length + j)] = Scalar(-1e30);
        scores = scores + q.graph().constant({s.length, s.length}, std::move(future));
    }
    return softmax(scores);
}

/// The same written with simpler operations, for derivatives of the derivative.
template <typename Scalar>
Tensor<Scalar> slopesWithSimplerOperations(Flow<Scalar>& flow) {
    const Sizes s(flow.input(0).shape(), flow.node().attributes);
    const auto q = apart(flow.input(0), s), k = apart(flow.input(1), s),
               v = apart(flow.input(2), s), g = apart(flow.input(3), s);
    const auto p = probabilities(s, q, k);
    auto dp = matmul(g, v, Transposed::right);
    auto dropped = p;
    if (flow.node().inputs.size() > 4) {
        const auto kept = reshape(flow.input(4), p.shape());
        dp = dp * kept;
        dropped = p * kept;
    }
    const auto ds = s.scale() * (p * (dp - sum(dp * p, -1, ReducedAxis::kept)));
    const auto dq = together(matmul(ds, k), s);
    const auto dk = together(matmul(ds, q, Transposed::left), s);
    const auto dv = together(matmul(dropped, g, Transposed::left), s);
    return concatenate<Scalar>({dq, dk, dv}, 0);
}

template <typename Scalar>
constexpr Operation<Scalar> attentionSlope{
    .name = "attention slope",
    .kernel = attentionSlopeKernel<Scalar>,
    .differentiate =
        [](Flow<Scalar>& flow) { differentiateAs(flow, slopesWithSimplerOperations(flow)); },
    .scratch =
        [](const Node<Scalar>& node) {
            const Sizes s(node.inputShapes[0], node.attributes);
            return 2 * s.headsInAll() * s.blockScores();
        }};

template <typename Scalar>
constexpr Operation<Scalar> attentionOperation{
    .name = "attention",
    .kernel = attentionKernel<Scalar>,
    .differentiate =
        [](Flow<Scalar>& flow) {
            const Shape shape = flow.node().shape;
            std::vector<NodeId> inputs = flow.node().inputs;
            inputs.insert(inputs.begin() + 3, flow.cotangent().id());
            const Tensor<Scalar> slopes(
                &flow.graph(),
                flow.graph().record(attentionSlope<Scalar>, std::move(inputs),
                                    {3 * shape[0], shape[1], shape[2]}, flow.node().attributes));
            for (std::size_t k = 0; k < 3; ++k)
                if (flow.wants(k))
                    flow.add(k, part(slopes, static_cast<Index>(k) * shape.elements(), shape));
        },
    .scratch =
        [](const Node<Scalar>& node) {
            const Sizes s(node.shape, node.attributes);
            return s.headsInAll() * s.blockScores();
        }};

} // namespace

namespace {

void checkShapes(const Shape& queries, const Shape& keys, Index heads) {
    if (queries.rank() != 3 || keys != queries || heads < 1 || queries[2] % heads != 0)
        throw std::logic_error("attention needs queries, keys and values of one shape [batch × "
                               "length × width] and a width that the heads divide.");
}

Attributes attributesOf(Index heads, Attending attending) {
    Attributes attributes;
    attributes.integers[0] = heads;
    attributes.integers[1] = attending == Attending::toThePast ? 1 : 0;
    return attributes;
}

} // namespace

template <typename Scalar>
Tensor<Scalar> attention(Tensor<Scalar> queries, Tensor<Scalar> keys, Tensor<Scalar> values,
                         const AttentionSetting<Scalar>& setting) {
    const auto& [heads, attending, kept] = setting;
    const Shape& shape = queries.shape();
    checkShapes(shape, keys.shape(), heads);
    checkShapes(shape, values.shape(), heads);
    std::vector<NodeId> inputs{queries.id(), keys.id(), values.id()};
    if (kept.exists()) {
        if (kept.shape() != Shape{shape[0] * heads, shape[1], shape[1]})
            throw std::logic_error("The mask of attention must be [batch · heads × length × "
                                   "length].");
        inputs.push_back(kept.id());
    }
    return {&queries.graph(), queries.graph().record(attentionOperation<Scalar>, std::move(inputs),
                                                     shape, attributesOf(heads, attending))};
}

template <typename Scalar>
Tensor<Scalar> attentionProbabilities(Tensor<Scalar> queries, Tensor<Scalar> keys, Index heads,
                                      Attending attending) {
    checkShapes(queries.shape(), keys.shape(), heads);
    const Sizes s(queries.shape(), attributesOf(heads, attending));
    return probabilities(s, apart(queries, s), apart(keys, s));
}

#define CONVERGENCE_INSTANTIATE(Scalar)                                                            \
    template Tensor<Scalar> attention(Tensor<Scalar>, Tensor<Scalar>, Tensor<Scalar>,              \
                                      const AttentionSetting<Scalar>&);                            \
    template Tensor<Scalar> attentionProbabilities(Tensor<Scalar>, Tensor<Scalar>, Index,          \
                                                   Attending);
CONVERGENCE_INSTANTIATE(float)
CONVERGENCE_INSTANTIATE(double)
#undef CONVERGENCE_INSTANTIATE

} // namespace convergence::autodiff
