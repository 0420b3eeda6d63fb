#include "core/autodiff/indexing.h"

#include <fmt/format.h>

#include "core/autodiff/shape_operations.h"
#include "core/error.h"

namespace convergence::autodiff {

namespace {

template <typename Scalar>
using Flow = Backward<Scalar>;

Index checked(std::int32_t index, Index bound) {
    if (index < 0 || index >= bound)
        throw InputError(fmt::format("An index is {}; it must be from 0 to {}.", index, bound - 1));
    return index;
}

template <typename Scalar>
constexpr Operation<Scalar> gatherOperation{
    .name = "gather rows",
    .kernel =
        [](const Call<Scalar>& call) {
            const Index bound = call.node.inputShapes[0][0];
            const Index width = call.node.inputShapes[0].elements() / bound;
            const Index count = call.node.inputShapes[1].elements();
            for (Index i = 0; i < count; ++i)
                std::copy_n(call.input(0) + checked(call.indices(1)[i], bound) * width, width,
                            call.output() + i * width);
        },
    .differentiate =
        [](Flow<Scalar>& flow) {
            const Shape table = flow.input(0).shape();
            flow.add(0,
                     reshape(scatterAddRows(flow.cotangent(), flow.indices(1), table[0]), table));
        }};

template <typename Scalar>
constexpr Operation<Scalar> scatterOperation{
    .name = "scatter rows",
    .kernel =
        [](const Call<Scalar>& call) {
            const Index bound = call.node.shape[0], width = call.node.shape[1];
            const Index count = call.node.inputShapes[1].elements();
            std::fill_n(call.output(), bound * width, Scalar(0));
            for (Index i = 0; i < count; ++i) {
                Scalar* const row = call.output() + checked(call.indices(1)[i], bound) * width;
                const Scalar* const x = call.input(0) + i * width;
                for (Index c = 0; c < width; ++c)
                    row[c] += x[c];
            }
        },
    .differentiate =
        [](Flow<Scalar>& flow) {
            flow.add(0,
                     reshape(gatherRows(flow.cotangent(), flow.indices(1)), flow.input(0).shape()));
        }};

template <typename Scalar>
constexpr Operation<Scalar> takeOperation{
    .name = "take from rows",
    .kernel =
        [](const Call<Scalar>& call) {
            const Index width = call.node.inputShapes[0].columns();
            for (Index i = 0; i < call.node.shape.elements(); ++i)
                call.output()[i] = call.input(0)[i * width + checked(call.indices(1)[i], width)];
        },
    .differentiate =
        [](Flow<Scalar>& flow) {
            flow.add(
                0, putIntoRows(flow.cotangent(), flow.indices(1), flow.input(0).shape().columns()));
        }};

template <typename Scalar>
constexpr Operation<Scalar> putOperation{
    .name = "put into rows",
    .kernel =
        [](const Call<Scalar>& call) {
            const Index width = call.node.shape.columns();
            std::fill_n(call.output(), call.node.shape.elements(), Scalar(0));
            for (Index i = 0; i < call.node.shape.rows(); ++i)
                call.output()[i * width + checked(call.indices(1)[i], width)] = call.input(0)[i];
        },
    .differentiate =
        [](Flow<Scalar>& flow) { flow.add(0, takeFromRows(flow.cotangent(), flow.indices(1))); }};

} // namespace

template <typename Scalar>
Tensor<Scalar> gatherRows(Tensor<Scalar> table, Indices<Scalar> rows) {
    if (table.shape().rank() != 2)
        throw std::logic_error("gatherRows needs a table with two axes.");
    Shape shape = rows.shape();
    shape.append(table.shape()[1]);
    return {&table.graph(),
            table.graph().record(gatherOperation<Scalar>, {table.id(), rows.id()}, shape)};
}

template <typename Scalar>
Tensor<Scalar> scatterAddRows(Tensor<Scalar> x, Indices<Scalar> rows, Index count) {
    const Index number = rows.shape().elements();
    if (x.shape().elements() % number != 0)
        throw std::logic_error("scatterAddRows needs a row for each index.");
    return {&x.graph(), x.graph().record(scatterOperation<Scalar>, {x.id(), rows.id()},
                                         {count, x.shape().elements() / number})};
}

template <typename Scalar>
Tensor<Scalar> takeFromRows(Tensor<Scalar> x, Indices<Scalar> columns) {
    if (x.shape().rows() != columns.shape().elements())
        throw std::logic_error("takeFromRows needs an index for each row.");
    return {&x.graph(),
            x.graph().record(takeOperation<Scalar>, {x.id(), columns.id()}, columns.shape())};
}

template <typename Scalar>
Tensor<Scalar> putIntoRows(Tensor<Scalar> x, Indices<Scalar> columns, Index width) {
    if (x.shape() != columns.shape())
        throw std::logic_error("putIntoRows needs an index for each element.");
    Shape shape = x.shape();
    shape.append(width);
    return {&x.graph(), x.graph().record(putOperation<Scalar>, {x.id(), columns.id()}, shape)};
}

#define CONVERGENCE_INSTANTIATE(Scalar)                                                            \
    template Tensor<Scalar> gatherRows(Tensor<Scalar>, Indices<Scalar>);                           \
    template Tensor<Scalar> scatterAddRows(Tensor<Scalar>, Indices<Scalar>, Index);                \
    template Tensor<Scalar> takeFromRows(Tensor<Scalar>, Indices<Scalar>);                         \
    template Tensor<Scalar> putIntoRows(Tensor<Scalar>, Indices<Scalar>, Index);
CONVERGENCE_INSTANTIATE(float)
CONVERGENCE_INSTANTIATE(double)
#undef CONVERGENCE_INSTANTIATE

} // namespace convergence::autodiff
