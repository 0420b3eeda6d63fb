#include "core/autodiff/sparse.h"

#include <cstring>
#include <limits>
#include <span>

#include <fmt/format.h>

#include "core/parallel/chunks.h"

namespace convergence::autodiff {

SparsePattern::SparsePattern(Index rows, Index columns, std::vector<Place> places)
    : rows_(rows), columns_(columns) {
    constexpr Index most = std::numeric_limits<std::int32_t>::max();
    if (rows < 1 || columns < 1 || rows > most || columns > most || places.empty() ||
        static_cast<Index>(places.size()) > most)
        throw std::logic_error("A sparse matrix has from 1 to 2³¹ − 1 rows, columns and entries.");
    std::sort(places.begin(), places.end(), [](const Place& a, const Place& b) {
        return std::pair(a.row, a.column) < std::pair(b.row, b.column);
    });
    byRow_.begin.assign(static_cast<std::size_t>(rows) + 1, 0);
    byColumn_.begin.assign(static_cast<std::size_t>(columns) + 1, 0);
    for (std::size_t i = 0; i < places.size(); ++i) {
        const auto [row, column] = places[i];
        if (row < 0 || row >= rows || column < 0 || column >= columns)
            throw std::logic_error(fmt::format("A sparse matrix of {} × {} has no place ({}, {}).",
                                               rows, columns, row, column));
        if (i > 0 && places[i - 1].row == row && places[i - 1].column == column)
            throw std::logic_error(
                fmt::format("A sparse matrix got the place ({}, {}) twice.", row, column));
        ++byRow_.begin[static_cast<std::size_t>(row) + 1];
        ++byColumn_.begin[static_cast<std::size_t>(column) + 1];
        byRow_.other.push_back(static_cast<std::int32_t>(column));
        byRow_.entry.push_back(static_cast<std::int32_t>(i));
    }
    for (auto* lines : {&byRow_, &byColumn_})
        for (std::size_t i = 1; i < lines->begin.size(); ++i)
            lines->begin[i] += lines->begin[i - 1];
    byColumn_.other.resize(places.size());
    byColumn_.entry.resize(places.size());
    std::vector<std::int32_t> next(byColumn_.begin.begin(), byColumn_.begin.end() - 1);
    for (std::size_t i = 0; i < places.size(); ++i) {
        const auto at =
            static_cast<std::size_t>(next[static_cast<std::size_t>(places[i].column)]++);
        byColumn_.other[at] = static_cast<std::int32_t>(places[i].row);
        byColumn_.entry[at] = static_cast<std::int32_t>(i);
    }
}

SparsePattern::Place SparsePattern::place(Index entry) const {
    const auto after = std::upper_bound(byRow_.begin.begin(), byRow_.begin.end(),
                                        static_cast<std::int32_t>(entry));
    return {after - byRow_.begin.begin() - 1, byRow_.other[static_cast<std::size_t>(entry)]};
}

namespace {

template <typename Scalar>
using Flow = Backward<Scalar>;

template <typename Scalar>
const SparsePattern& patternOf(const Node<Scalar>& node) {
    return *static_cast<const SparsePattern*>(node.attributes.data.get());
}

template <typename Scalar>
std::shared_ptr<const SparsePattern> sharedPattern(const Node<Scalar>& node) {
    return std::static_pointer_cast<const SparsePattern>(node.attributes.data);
}

/// Lines worth a task of their own, at `entries` in all and D numbers each.
Index grainOf(Index lines, Index entries, Index width) {
    return std::max<Index>(1, 32768 * lines / std::max<Index>(1, entries * width));
}

/// out ← ∑ over the entries of a line of value · row of x, for `bytes` of a row, in registers.
template <typename Scalar, int bytes, int vectors>
void addLine(std::span<const std::int32_t> others, const std::int32_t* entries,
             const Scalar* values, const Scalar* x, Index width, Scalar* out) {
    typedef Scalar Vector __attribute__((vector_size(bytes)));
    constexpr Index lanes = bytes / static_cast<Index>(sizeof(Scalar));
    Vector sum[vectors];
#pragma GCC unroll 8
    for (int v = 0; v < vectors; ++v)
        sum[v] = Vector{};
    for (std::size_t e = 0; e < others.size(); ++e) {
        const Scalar value = values[entries[e]];
        const Scalar* const row = x + others[e] * width;
#pragma GCC unroll 8
        for (int v = 0; v < vectors; ++v) {
            Vector part;
            std::memcpy(&part, row + v * lanes, bytes);
            sum[v] += value * part;
        }
    }
#pragma GCC unroll 8
    for (int v = 0; v < vectors; ++v)
        std::memcpy(out + v * lanes, &sum[v], bytes);
}

/// The widest pieces first, down to one column.
template <typename Scalar>
void addWholeLine(std::span<const std::int32_t> others, const std::int32_t* entries,
                  const Scalar* values, const Scalar* x, Index width, Scalar* out) {
    constexpr auto size = static_cast<int>(sizeof(Scalar));
    Index c = 0;
    const auto pieces = [&]<int bytes, int vectors>() {
        constexpr Index columns = bytes * vectors / size;
        for (; c + columns <= width; c += columns)
            addLine<Scalar, bytes, vectors>(others, entries, values, x + c, width, out + c);
    };
    pieces.template operator()<32, 8>();
    pieces.template operator()<32, 2>();
    pieces.template operator()<32, 1>();
    pieces.template operator()<16, 1>();
    if constexpr (size < 8)
        pieces.template operator()<8, 1>();
    pieces.template operator()<size, 1>();
}

template <typename Scalar>
void sparseProductKernel(const Call<Scalar>& call) {
    const SparsePattern& pattern = patternOf(call.node);
    const bool transposed = call.node.attributes.integers[0] != 0;
    const auto& lines = transposed ? pattern.byColumn() : pattern.byRow();
    const Index width = call.node.shape[1];
    const Scalar* const values = call.input(0);
    inChunks(call.node.shape[0], grainOf(call.node.shape[0], pattern.entries(), width),
             [&](Index first, Index count) {
                 for (Index i = first; i < first + count; ++i) {
                     const auto line = static_cast<std::size_t>(i);
                     const auto begin = static_cast<std::size_t>(lines.begin[line]);
                     const auto entries = static_cast<std::size_t>(lines.begin[line + 1]) - begin;
                     addWholeLine(std::span(lines.other).subspan(begin, entries),
                                  lines.entry.data() + begin, values, call.input(1), width,
                                  call.output() + i * width);
                 }
             });
}

template <typename Scalar>
constexpr Operation<Scalar> sparseProductOperation{
    .name = "sparse product",
    .kernel = sparseProductKernel<Scalar>,
    .differentiate = [](Flow<Scalar>& flow) {
        const auto pattern = sharedPattern(flow.node());
        const bool transposed = flow.node().attributes.integers[0] != 0;
        const auto values = flow.input(0), x = flow.input(1), g = flow.cotangent();
        if (flow.wants(0))
            flow.add(0, transposed ? sampledProduct(pattern, x, g) : sampledProduct(pattern, g, x));
        if (flow.wants(1))
            flow.add(1, sparseProduct(pattern, values, g,
                                      transposed ? SparseSide::plain : SparseSide::transposed));
    }};

template <typename Scalar>
constexpr Operation<Scalar> sampledProductOperation{
    .name = "sampled product",
    .kernel =
        [](const Call<Scalar>& call) {
            const SparsePattern& pattern = patternOf(call.node);
            const auto& lines = pattern.byRow();
            const Index width = call.node.inputShapes[0][1];
            inChunks(pattern.rows(), grainOf(pattern.rows(), pattern.entries(), width),
                     [&](Index first, Index count) {
                         for (Index i = first; i < first + count; ++i) {
                             const Scalar* const u = call.input(0) + i * width;
                             for (auto e = lines.begin[static_cast<std::size_t>(i)];
                                  e < lines.begin[static_cast<std::size_t>(i) + 1]; ++e) {
                                 const Scalar* const x =
                                     call.input(1) +
                                     lines.other[static_cast<std::size_t>(e)] * width;
                                 call.output()[e] =
                                     laneSum<Scalar>(width, [&](Index c) { return u[c] * x[c]; });
                             }
                         }
                     });
        },
    .differentiate =
        [](Flow<Scalar>& flow) {
            const auto pattern = sharedPattern(flow.node());
            const auto u = flow.input(0), x = flow.input(1), g = flow.cotangent();
            if (flow.wants(0))
                flow.add(0, sparseProduct(pattern, g, x));
            if (flow.wants(1))
                flow.add(1, sparseProduct(pattern, g, u, SparseSide::transposed));
        }};

Attributes packed(std::shared_ptr<const SparsePattern> pattern, SparseSide side) {
    Attributes attributes;
    attributes.integers[0] = side == SparseSide::transposed ? 1 : 0;
    attributes.data = std::move(pattern);
    return attributes;
}

} // namespace

template <typename Scalar>
Tensor<Scalar> sparseProduct(std::shared_ptr<const SparsePattern> pattern, Tensor<Scalar> values,
                             Tensor<Scalar> x, SparseSide side) {
    const bool plain = side == SparseSide::plain;
    const Index inner = plain ? pattern->columns() : pattern->rows();
    const Index outer = plain ? pattern->rows() : pattern->columns();
    if (values.shape() != Shape{pattern->entries()} || x.shape().rank() != 2 ||
        x.shape()[0] != inner)
        throw std::logic_error(fmt::format(
            "A sparse matrix of {} × {} with {} entries does not fit values {} and a factor {}.",
            pattern->rows(), pattern->columns(), pattern->entries(), values.shape().text(),
            x.shape().text()));
    return {&x.graph(), x.graph().record(sparseProductOperation<Scalar>, {values.id(), x.id()},
                                         {outer, x.shape()[1]}, packed(std::move(pattern), side))};
}

template <typename Scalar>
Tensor<Scalar> sampledProduct(std::shared_ptr<const SparsePattern> pattern, Tensor<Scalar> u,
                              Tensor<Scalar> x) {
    if (u.shape().rank() != 2 || x.shape().rank() != 2 || u.shape()[0] != pattern->rows() ||
        x.shape()[0] != pattern->columns() || u.shape()[1] != x.shape()[1])
        throw std::logic_error(fmt::format("Matrices {} and {} do not fit a sparse pattern of {} × "
                                           "{}.",
                                           u.shape().text(), x.shape().text(), pattern->rows(),
                                           pattern->columns()));
    const Shape shape{pattern->entries()};
    return {&u.graph(), u.graph().record(sampledProductOperation<Scalar>, {u.id(), x.id()}, shape,
                                         packed(std::move(pattern), SparseSide::plain))};
}

#define CONVERGENCE_INSTANTIATE(Scalar)                                                            \
    template Tensor<Scalar> sparseProduct(std::shared_ptr<const SparsePattern>, Tensor<Scalar>,    \
                                          Tensor<Scalar>, SparseSide);                             \
    template Tensor<Scalar> sampledProduct(std::shared_ptr<const SparsePattern>, Tensor<Scalar>,   \
                                           Tensor<Scalar>);
CONVERGENCE_INSTANTIATE(float)
CONVERGENCE_INSTANTIATE(double)
#undef CONVERGENCE_INSTANTIATE

} // namespace convergence::autodiff
