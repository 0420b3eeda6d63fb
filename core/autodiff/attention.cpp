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

/// Sizes of one node. integers[0]: heads; integers[1]: whether only the past is seen.
struct Sizes {
    Index batch, length, width, heads, depth;
    bool causal;
    explicit Sizes(const Shape& q, const Attributes& attributes)
        : batch(q[0]), length(q[1]), width(q[2]), heads(attributes.integers[0]),
          depth(width / heads), causal(attributes.integers[1] != 0) {}
    [[nodiscard]] Index headsInAll() const { return batch * heads; }
    [[nodiscard]] Index scores() const { return length * length; }
    /// Where head h of all starts.
    [[nodiscard]] Index offset(Index h) const {
        return h / heads * length * width + h % heads * depth;
    }
    [[nodiscard]] double scale() const { return 1.0 / std::sqrt(static_cast<double>(depth)); }
};

/// P = softmax(Q Kᵀ/√d) of one head into `p`, with zeros for the future.
template <typename Scalar>
void probabilities(const Sizes& s, const Scalar* q, const Scalar* k, Scalar* p) {
    gemmInThread<Scalar>(s.length, s.length, s.depth, {q, s.width, 1}, {k, 1, s.width},
                         {p, s.length, 1});
    for (Index i = 0; i < s.length; ++i) {
        const Index seen = s.causal ? i + 1 : s.length;
        Scalar* const row = p + i * s.length;
        Eigen::Map<Eigen::Array<Scalar, Eigen::Dynamic, 1>> scores(row, seen);
        scores = (static_cast<Scalar>(s.scale()) * (scores - scores.maxCoeff())).exp();
        scores *= Scalar(1) / laneSum<Scalar>(seen, [&](Index j) { return row[j]; });
        std::fill(row + seen, row + s.length, Scalar(0));
    }
}

template <typename Scalar>
void scaleBy(const Sizes& s, const Scalar* kept, Scalar* p) {
    for (Index i = 0; i < s.scores(); ++i)
        p[i] *= kept[i];
}

template <typename Scalar>
void attentionKernel(const Call<Scalar>& call) {
    const Sizes s(call.node.shape, call.node.attributes);
    inChunks(s.headsInAll(), 1, [&](Index begin, Index count) {
        for (Index h = begin; h < begin + count; ++h) {
            const Index at = s.offset(h);
            Scalar* const p = call.scratch + h * s.scores();
            probabilities(s, call.input(0) + at, call.input(1) + at, p);
            if (call.node.inputs.size() > 3)
                scaleBy(s, call.input(3) + h * s.scores(), p);
            gemmInThread<Scalar>(s.length, s.depth, s.length, {p, s.length, 1},
                                 {call.input(2) + at, s.width, 1},
                                 {call.output() + at, s.width, 1});
        }
    });
}

/// dV = (P∘M)ᵀG, dP = M∘GVᵀ, dS = P ∘ (dP − (dP ∘ P)1), dQ = dS K/√d, dK = dSᵀQ/√d, one after
/// another; M is the mask of dropout, or 1.
template <typename Scalar>
void attentionSlopeKernel(const Call<Scalar>& call) {
    const Sizes s(call.node.inputShapes[0], call.node.attributes);
    const Index all = s.batch * s.length * s.width;
    inChunks(s.headsInAll(), 1, [&](Index begin, Index count) {
        for (Index h = begin; h < begin + count; ++h) {
            const Index at = s.offset(h);
            const Scalar *const q = call.input(0) + at, *const k = call.input(1) + at,
                                *const v = call.input(2) + at, *const g = call.input(3) + at;
            Scalar* const p = call.scratch + 2 * h * s.scores();
            Scalar* const ds = p + s.scores();
            Scalar* const dq = call.output() + at;
            const Index n = s.length;
            const bool masked = call.node.inputs.size() > 4;
            const Scalar* const kept = masked ? call.input(4) + h * s.scores() : nullptr;
            probabilities(s, q, k, p);
            if (masked)
                for (Index i = 0; i < s.scores(); ++i)
                    ds[i] = p[i] * kept[i];
            gemmInThread<Scalar>(n, s.depth, n, {masked ? ds : p, 1, n}, {g, s.width, 1},
                                 {dq + 2 * all, s.width, 1});
            gemmInThread<Scalar>(n, n, s.depth, {g, s.width, 1}, {v, 1, s.width}, {ds, n, 1});
            if (masked)
                scaleBy(s, kept, ds);
            const auto scale = static_cast<Scalar>(s.scale());
            for (Index i = 0; i < n; ++i) {
                Scalar* const slope = ds + i * n;
                const Scalar* const row = p + i * n;
                const Scalar along = laneSum<Scalar>(n, [&](Index j) { return slope[j] * row[j]; });
                for (Index j = 0; j < n; ++j)
                    slope[j] = scale * row[j] * (slope[j] - along);
            }
            gemmInThread<Scalar>(n, s.depth, n, {ds, n, 1}, {k, s.width, 1}, {dq, s.width, 1});
            gemmInThread<Scalar>(n, s.depth, n, {ds, 1, n}, {q, s.width, 1},
                                 {dq + all, s.width, 1});
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
            return 2 * s.headsInAll() * s.scores();
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
            return s.headsInAll() * s.scores();
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
                         Index heads, Attending attending, Tensor<Scalar> kept) {
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
    template Tensor<Scalar> attention(Tensor<Scalar>, Tensor<Scalar>, Tensor<Scalar>, Index,       \
                                      Attending, Tensor<Scalar>);                                  \
    template Tensor<Scalar> attentionProbabilities(Tensor<Scalar>, Tensor<Scalar>, Index,          \
                                                   Attending);
CONVERGENCE_INSTANTIATE(float)
CONVERGENCE_INSTANTIATE(double)
#undef CONVERGENCE_INSTANTIATE

} // namespace convergence::autodiff
