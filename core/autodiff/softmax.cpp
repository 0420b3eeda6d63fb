#include "core/autodiff/softmax.h"

#include <cmath>

#include <fmt/format.h>

#include "core/autodiff/elementwise.h"
#include "core/autodiff/gradient.h"
#include "core/autodiff/indexing.h"
#include "core/autodiff/reductions.h"
#include "core/autodiff/shape_operations.h"
#include "core/error.h"
#include "core/parallel/chunks.h"

namespace convergence::autodiff {

namespace {

template <typename Scalar>
using Flow = Backward<Scalar>;
template <typename Scalar>
using Row = Eigen::Map<Eigen::Array<Scalar, Eigen::Dynamic, 1>>;
template <typename Scalar>
using ConstRow = Eigen::Map<const Eigen::Array<Scalar, Eigen::Dynamic, 1>>;

/// Calls work(row) for all rows of a tensor, in parallel if there are many.
template <typename Work>
void forRows(const Shape& shape, const Work& work) {
    inChunks(shape.rows(), std::max<Index>(1, 8192 / shape.columns()),
             [&](Index begin, Index count) {
                 for (Index row = begin; row < begin + count; ++row)
                     work(row);
             });
}

/// out ← e^{x − max x}; returns the sum.
template <typename Scalar>
Scalar shiftedExp(Index columns, const Scalar* x, Scalar largest, Scalar* out) {
    Row<Scalar>(out, columns) = (ConstRow<Scalar>(x, columns) - largest).exp();
    return laneSum<Scalar>(columns, [&](Index c) { return out[c]; });
}

/// ln ∑ e^x of a row, without overflow.
template <typename Scalar>
Scalar logSumExp(Index columns, const Scalar* x) {
    const Scalar largest = ConstRow<Scalar>(x, columns).maxCoeff();
    constexpr Index part = 256;
    Eigen::Array<Scalar, part, 1> buffer;
    Scalar total = 0;
    for (Index c = 0; c < columns; c += part)
        total += shiftedExp(std::min(part, columns - c), x + c, largest, buffer.data());
    return largest + std::log(total);
}

template <typename Scalar>
void softmaxKernel(const Call<Scalar>& call) {
    const Index columns = call.node.shape.columns();
    forRows(call.node.shape, [&](Index row) {
        const Scalar* const x = call.input(0) + row * columns;
        Scalar* const out = call.output() + row * columns;
        const Scalar total = shiftedExp(columns, x, ConstRow<Scalar>(x, columns).maxCoeff(), out);
        Row<Scalar>(out, columns) *= Scalar(1) / total;
    });
}

/// dx = y (g − ∑ g y), from y = softmax(x).
template <typename Scalar>
constexpr Operation<Scalar> softmaxSlope{
    .name = "softmax slope",
    .kernel =
        [](const Call<Scalar>& call) {
            const Index columns = call.node.shape.columns();
            forRows(call.node.shape, [&](Index row) {
                const Scalar* const y = call.input(0) + row * columns;
                const Scalar* const g = call.input(1) + row * columns;
                Scalar* const out = call.output() + row * columns;
                const Scalar along = laneSum<Scalar>(columns, [&](Index c) { return g[c] * y[c]; });
                for (Index c = 0; c < columns; ++c)
                    out[c] = y[c] * (g[c] - along);
            });
        },
    .differentiate =
        [](Flow<Scalar>& flow) {
            const auto y = flow.input(0), g = flow.input(1);
            differentiateAs(flow, y * (g - sum(g * y, -1, ReducedAxis::kept)));
        },
    .overwrites = true};

template <typename Scalar>
constexpr Operation<Scalar> softmaxOperation{
    .name = "softmax",
    .kernel = softmaxKernel<Scalar>,
    .differentiate =
        [](Flow<Scalar>& flow) {
            flow.add(
                0, {&flow.graph(), flow.graph().record(softmaxSlope<Scalar>,
                                                       {flow.output().id(), flow.cotangent().id()},
                                                       flow.node().shape)});
        },
    .overwrites = true};

template <typename Scalar>
constexpr Operation<Scalar> logSoftmaxOperation{
    .name = "log softmax",
    .kernel =
        [](const Call<Scalar>& call) {
            const Index columns = call.node.shape.columns();
            forRows(call.node.shape, [&](Index row) {
                const ConstRow<Scalar> x(call.input(0) + row * columns, columns);
                const Scalar largest = x.maxCoeff();
                Scalar total = 0;
                for (Index c = 0; c < columns; ++c)
                    total += std::exp(x[c] - largest);
                Row<Scalar>(call.output() + row * columns, columns) =
                    x - (largest + std::log(total));
            });
        },
    .differentiate =
        [](Flow<Scalar>& flow) {
            const auto g = flow.cotangent();
            flow.add(0, g - exp(flow.output()) * sum(g, -1, ReducedAxis::kept));
        },
    .overwrites = true};

Index checkedLabel(std::int32_t label, Index classes) {
    if (label < 0 || label >= classes)
        throw InputError(
            fmt::format("A label is {}; it must be from 0 to {}.", label, classes - 1));
    return label;
}

/// dlogits = g (softmax(logits) − onehot(labels)), for g of one row each.
template <typename Scalar>
constexpr Operation<Scalar> crossEntropySlope{
    .name = "cross-entropy slope",
    .kernel =
        [](const Call<Scalar>& call) {
            const Index columns = call.node.shape.columns();
            forRows(call.node.shape, [&](Index row) {
                const Scalar* const x = call.input(0) + row * columns;
                Scalar* const out = call.output() + row * columns;
                const Scalar g = call.input(2)[row];
                const Scalar total =
                    shiftedExp(columns, x, ConstRow<Scalar>(x, columns).maxCoeff(), out);
                Row<Scalar>(out, columns) *= g / total;
                out[call.indices(1)[row]] -= g;
            });
        },
    .differentiate =
        [](Flow<Scalar>& flow) {
            const auto logits = flow.input(0), g = flow.input(2);
            Shape column = g.shape();
            column.append(1);
            const auto ones = flow.graph().constant(g.shape(), 1.0);
            differentiateAs(flow, reshape(g, column) *
                                      (softmax(logits) - putIntoRows(ones, flow.indices(1),
                                                                     logits.shape().columns())));
        }};

template <typename Scalar>
constexpr Operation<Scalar> crossEntropyOperation{
    .name = "cross-entropy",
    .kernel =
        [](const Call<Scalar>& call) {
            const Shape& shape = call.node.inputShapes[0];
            const Index columns = shape.columns();
            for (Index row = 0; row < shape.rows(); ++row)
                checkedLabel(call.indices(1)[row], columns);
            forRows(shape, [&](Index row) {
                const Scalar* const x = call.input(0) + row * columns;
                call.output()[row] = logSumExp(columns, x) - x[call.indices(1)[row]];
            });
        },
    .differentiate =
        [](Flow<Scalar>& flow) {
            flow.add(0, {&flow.graph(),
                         flow.graph().record(
                             crossEntropySlope<Scalar>,
                             {flow.node().inputs[0], flow.node().inputs[1], flow.cotangent().id()},
                             flow.input(0).shape())});
        }};

/// dlogits = g ((∑ t) softmax(logits) − t), for g of one row each.
template <typename Scalar>
constexpr Operation<Scalar> softTargetSlope{
    .name = "soft cross-entropy slope",
    .kernel =
        [](const Call<Scalar>& call) {
            const Index columns = call.node.shape.columns();
            forRows(call.node.shape, [&](Index row) {
                const Scalar* const x = call.input(0) + row * columns;
                const Scalar* const t = call.input(1) + row * columns;
                Scalar* const out = call.output() + row * columns;
                const Scalar g = call.input(2)[row];
                const Scalar mass = laneSum<Scalar>(columns, [&](Index c) { return t[c]; });
                const Scalar total =
                    shiftedExp(columns, x, ConstRow<Scalar>(x, columns).maxCoeff(), out);
                const Scalar scale = g * mass / total;
                for (Index c = 0; c < columns; ++c)
                    out[c] = scale * out[c] - g * t[c];
            });
        },
    .differentiate =
        [](Flow<Scalar>& flow) {
            const auto logits = flow.input(0), targets = flow.input(1), g = flow.input(2);
            Shape column = g.shape();
            column.append(1);
            differentiateAs(flow,
                            reshape(g, column) *
                                (softmax(logits) * sum(targets, -1, ReducedAxis::kept) - targets));
        }};

template <typename Scalar>
constexpr Operation<Scalar> softTargetOperation{
    .name = "soft cross-entropy",
    .kernel =
        [](const Call<Scalar>& call) {
            const Shape& shape = call.node.inputShapes[0];
            const Index columns = shape.columns();
            forRows(shape, [&](Index row) {
                const Scalar* const x = call.input(0) + row * columns;
                const Scalar* const t = call.input(1) + row * columns;
                const Scalar level = logSumExp(columns, x);
                call.output()[row] =
                    laneSum<Scalar>(columns, [&](Index c) { return t[c] * (level - x[c]); });
            });
        },
    .differentiate =
        [](Flow<Scalar>& flow) {
            const auto logits = flow.input(0), targets = flow.input(1), g = flow.cotangent();
            if (flow.wants(0))
                flow.add(0, {&flow.graph(), flow.graph().record(softTargetSlope<Scalar>,
                                                                {logits.id(), targets.id(), g.id()},
                                                                logits.shape())});
            if (flow.wants(1)) {
                Shape column = g.shape();
                column.append(1);
                flow.add(1, -(reshape(g, column) * logSoftmax(logits)));
            }
        }};

} // namespace

template <typename Scalar>
Tensor<Scalar> softmax(Tensor<Scalar> x) {
    return {&x.graph(), x.graph().record(softmaxOperation<Scalar>, {x.id()}, x.shape())};
}

template <typename Scalar>
Tensor<Scalar> logSoftmax(Tensor<Scalar> x) {
    return {&x.graph(), x.graph().record(logSoftmaxOperation<Scalar>, {x.id()}, x.shape())};
}

template <typename Scalar>
Tensor<Scalar> crossEntropy(Tensor<Scalar> logits, Indices<Scalar> labels) {
    if (logits.shape().rows() != labels.shape().elements())
        throw std::logic_error("crossEntropy needs a label for each row of logits.");
    return {&logits.graph(), logits.graph().record(crossEntropyOperation<Scalar>,
                                                   {logits.id(), labels.id()}, labels.shape())};
}

template <typename Scalar>
Tensor<Scalar> crossEntropy(Tensor<Scalar> logits, Tensor<Scalar> targets) {
    const Shape& all = logits.shape();
    if (all != targets.shape() || all.rank() < 1)
        throw std::logic_error("crossEntropy needs targets of the logits' shape " + all.text() +
                               ", not " + targets.shape().text() + ".");
    Shape shape;
    for (int axis = 0; axis + 1 < all.rank(); ++axis)
        shape.append(all[axis]);
    return {&logits.graph(),
            logits.graph().record(softTargetOperation<Scalar>, {logits.id(), targets.id()}, shape)};
}

template <typename Scalar>
Tensor<Scalar> weightedMean(Tensor<Scalar> losses, Tensor<Scalar> weights) {
    if (losses.shape() != weights.shape())
        throw std::logic_error("weightedMean needs a weight for each of the losses " +
                               losses.shape().text() + ", not " + weights.shape().text() + ".");
    return dot(losses, weights) / static_cast<double>(losses.shape().elements());
}

#define CONVERGENCE_INSTANTIATE(Scalar)                                                            \
    template Tensor<Scalar> softmax(Tensor<Scalar>);                                               \
    template Tensor<Scalar> logSoftmax(Tensor<Scalar>);                                            \
    template Tensor<Scalar> crossEntropy(Tensor<Scalar>, Indices<Scalar>);                         \
    template Tensor<Scalar> crossEntropy(Tensor<Scalar>, Tensor<Scalar>);                          \
    template Tensor<Scalar> weightedMean(Tensor<Scalar>, Tensor<Scalar>);
CONVERGENCE_INSTANTIATE(float)
CONVERGENCE_INSTANTIATE(double)
#undef CONVERGENCE_INSTANTIATE

} // namespace convergence::autodiff
