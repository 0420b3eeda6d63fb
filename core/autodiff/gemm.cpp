#include "core/autodiff/gemm.h"

#include <cstring>
#include <memory>
#include <type_traits>
#include <utility>

#include "core/autodiff/gemm_kernel.h"
#include "core/parallel/chunks.h"

namespace convergence::autodiff {

namespace {

constexpr Index depth = 256;        // terms of a block; fixes the order of summation
constexpr Index blockRows = 192;    // of A packed at a time; a multiple of 6 and 8
constexpr Index blockColumns = 512; // of B

template <typename Scalar>
const TileKernels<Scalar>& kernels() {
    static const TileKernels<Scalar> chosen = [] {
        const bool wide = __builtin_cpu_supports("avx512f") != 0;
        if constexpr (std::is_same_v<Scalar, float>)
            return wide ? tileKernelsAvx512Float() : tileKernelsAvx2Float();
        else
            return wide ? tileKernelsAvx512Double() : tileKernelsAvx2Double();
    }();
    return chosen;
}

template <typename Scalar>
struct PackingBuffers {
    static constexpr Index slack = 64;
    std::unique_ptr<Scalar[]> a{new Scalar[blockRows * depth + slack]};
    std::unique_ptr<Scalar[]> b{new Scalar[blockColumns * depth + slack]};
};

/// A square of eight rows of eight floats, or four of four doubles.
template <typename Scalar>
struct Square {
    static constexpr int size = 32 / static_cast<int>(sizeof(Scalar));
    typedef Scalar Row __attribute__((vector_size(32)));
    Row rows[size] = {};

    /// Exchanges the off-diagonal quarters, then those of each quarter, and so on.
    void transpose() {
        constexpr auto lanes = std::make_integer_sequence<int, size>();
        exchange<size / 2>(lanes);
        exchange<size / 4>(lanes);
        if constexpr (size == 8)
            exchange<1>(lanes);
    }

private:
    template <int half, int... lane>
    void exchange(std::integer_sequence<int, lane...>) {
#pragma GCC unroll 8
        for (int row = 0; row < size; ++row)
            if ((row & half) == 0) {
                const Row top = rows[row], bottom = rows[row + half];
                rows[row] = __builtin_shufflevector(
                    top, bottom, ((lane & half) != 0 ? size + lane - half : lane)...);
                rows[row + half] = __builtin_shufflevector(
                    top, bottom, ((lane & half) != 0 ? size + lane : lane + half)...);
            }
    }
};

/// A panel of `tile` rows that each are contiguous: their transpose, a square at a time.
template <typename Scalar, Index tile>
void packRows(Index k, const Scalar* source, Index rowStride, Scalar* to) {
    constexpr Index lanes = Square<Scalar>::size;
    Index p = 0;
    for (; p + lanes <= k; p += lanes)
        for (Index first = 0; first < tile; first += lanes) {
            const Index valid = std::min(lanes, tile - first);
            const auto bytes = static_cast<std::size_t>(valid) * sizeof(Scalar);
            Square<Scalar> square;
            for (Index i = 0; i < valid; ++i)
                std::memcpy(&square.rows[i], source + (first + i) * rowStride + p, 32);
            square.transpose();
            for (Index q = 0; q < lanes; ++q)
                std::memcpy(to + (p + q) * tile + first, &square.rows[q], bytes);
        }
    for (; p < k; ++p)
        for (Index i = 0; i < tile; ++i)
            to[p * tile + i] = source[i * rowStride + p];
}

/// A panel of `tile` rows whose columns are contiguous.
template <typename Scalar, Index tile>
void packColumns(Index k, const Scalar* source, Index columnStride, Scalar* to) {
    for (Index p = 0; p < k; ++p)
        std::memcpy(to + p * tile, source + p * columnStride, tile * sizeof(Scalar));
}

/// Packs rows × k of `from` into panels of `tile` rows, each k × tile, padded with zeros.
template <typename Scalar, Index tile>
void packTiles(Index rows, Index k, Strided<const Scalar> from, Scalar* to) {
    for (Index first = 0; first < rows; first += tile, to += tile * k) {
        const Index count = std::min(tile, rows - first);
        const Scalar* const source = from.data + first * from.rowStride;
        if (count == tile && from.rowStride == 1) {
            packColumns<Scalar, tile>(k, source, from.columnStride, to);
        } else if (count == tile && from.columnStride == 1) {
            packRows<Scalar, tile>(k, source, from.rowStride, to);
        } else if (from.rowStride == 1) {
            constexpr Index lanes = Square<Scalar>::size;
            for (Index p = 0; p < k; ++p) {
                const Scalar* const column = source + p * from.columnStride;
                Scalar* const target = to + p * tile;
                Index i = 0;
                for (; i + lanes <= count; i += lanes)
                    std::memcpy(target + i, column + i, 32);
                for (; i < count; ++i)
                    target[i] = column[i];
                for (; i < tile; ++i)
                    target[i] = Scalar(0);
            }
        } else {
            for (Index p = 0; p < k; ++p) {
                for (Index i = 0; i < count; ++i)
                    to[p * tile + i] = source[i * from.rowStride + p * from.columnStride];
                for (Index i = count; i < tile; ++i)
                    to[p * tile + i] = Scalar(0);
            }
        }
    }
}

template <typename Scalar>
void pack(Index rows, Index k, Strided<const Scalar> from, Index tile, Scalar* to) {
    switch (tile) { // those that the kernels have
    case 4:
        return packTiles<Scalar, 4>(rows, k, from, to);
    case 6:
        return packTiles<Scalar, 6>(rows, k, from, to);
    case 8:
        return packTiles<Scalar, 8>(rows, k, from, to);
    case 16:
        return packTiles<Scalar, 16>(rows, k, from, to);
    case 32:
        return packTiles<Scalar, 32>(rows, k, from, to);
    default:
        throw std::logic_error("Tiles of " + std::to_string(tile) + " cannot be packed.");
    }
}

/// One row of C as a combination of rows of B: the order of terms is that of the tiles.
template <typename Scalar>
void multiplyRow(Index n, Index k, const Scalar* a, Index strideA, Strided<const Scalar> b,
                 Scalar* c, Product product) {
    if (product == Product::replaces)
        std::fill_n(c, n, Scalar(0));
    for (Index p = 0; p < k; ++p) {
        const Scalar factor = a[p * strideA];
        const Scalar* const row = b.data + p * b.rowStride;
        for (Index j = 0; j < n; ++j)
            c[j] += factor * row[j];
    }
}

/// Whether a product is done row by row. Decided for the whole of it: the order of its terms is
/// another than that of tiles.
template <typename Scalar>
bool byRows(Index m, Strided<const Scalar> b) {
    return m <= 2 && b.columnStride == 1;
}

template <typename Scalar>
void multiplyTiles(Index m, Index n, Index k, Strided<const Scalar> a, Strided<const Scalar> b,
                   Strided<Scalar> c, Product product) {
    thread_local const PackingBuffers<Scalar> buffers;
    const auto& tiles = kernels<Scalar>();
    Scalar* const packedA = buffers.a.get();
    Scalar* const packedB = buffers.b.get();
    for (Index column = 0; column < n; column += blockColumns) {
        const Index columns = std::min(blockColumns, n - column);
        for (Index term = 0; term < k; term += depth) {
            const Index terms = std::min(depth, k - term);
            const bool accumulate = term > 0 || product == Product::adds;
            // A last panel of at most half a tile is packed and multiplied at half width.
            const Index rest = columns % tiles.columns;
            const Index narrow = rest > 0 && rest <= tiles.columns / 2 ? rest : 0;
            const Index wide = columns - narrow;
            // Panels that few rows of A meet are not worth packing.
            const Index inPlace = b.columnStride == 1 && m <= 2 * tiles.rows
                                      ? columns / tiles.columns * tiles.columns
                                      : 0;
            const Strided<const Scalar> blockB{
                b.data + term * b.rowStride + column * b.columnStride, b.columnStride, b.rowStride};
            const auto from = [&](Index first) {
                return Strided<const Scalar>{blockB.data + first * blockB.rowStride,
                                             blockB.rowStride, blockB.columnStride};
            };
            pack<Scalar>(wide - inPlace, terms, from(inPlace), tiles.columns, packedB);
            Scalar* const narrowB = packedB + (wide - inPlace + tiles.columns - 1) / tiles.columns *
                                                  tiles.columns * terms;
            if (narrow > 0)
                pack<Scalar>(narrow, terms, from(wide), tiles.columns / 2, narrowB);
            for (Index row = 0; row < m; row += blockRows) {
                const Index rows = std::min(blockRows, m - row);
                const Strided<const Scalar> blockA{a.data + row * a.rowStride +
                                                       term * a.columnStride,
                                                   a.rowStride, a.columnStride};
                const bool packed = a.columnStride != 1;
                if (packed)
                    pack<Scalar>(rows, terms, blockA, tiles.rows, packedA);
                const auto multiply = [&](TileKernel<Scalar> kernel, const Scalar* panelB,
                                          Index ldb, Index firstColumn, Index validColumns) {
                    for (Index i = 0; i < rows; i += tiles.rows)
                        kernel(terms, packed ? packedA + i * terms : blockA.data + i * a.rowStride,
                               packed ? 0 : a.rowStride, panelB, ldb,
                               c.data + (row + i) * c.rowStride + column + firstColumn, c.rowStride,
                               std::min<Index>(tiles.rows, rows - i), validColumns, accumulate);
                };
                for (Index j = 0; j < inPlace; j += tiles.columns)
                    multiply(tiles.wide, from(j).data, b.rowStride, j, tiles.columns);
                for (Index j = inPlace; j < wide; j += tiles.columns)
                    multiply(tiles.wide, packedB + (j - inPlace) * terms, tiles.columns, j,
                             std::min<Index>(tiles.columns, wide - j));
                if (narrow > 0)
                    multiply(tiles.narrow, narrowB, tiles.columns / 2, wide, narrow);
            }
        }
    }
}

} // namespace

template <typename Scalar>
void gemmInThread(Index m, Index n, Index k, Strided<const Scalar> a, Strided<const Scalar> b,
                  Strided<Scalar> c, Product product) {
    if (!byRows(m, b)) {
        multiplyTiles(m, n, k, a, b, c, product);
        return;
    }
    for (Index i = 0; i < m; ++i)
        multiplyRow(n, k, a.data + i * a.rowStride, a.columnStride, b, c.data + i * c.rowStride,
                    product);
}

template <typename Scalar>
void gemm(Index m, Index n, Index k, Strided<const Scalar> a, Strided<const Scalar> b,
          Strided<Scalar> c, Product product) {
    constexpr Index worthATask = 1 << 20; // multiply-adds
    // Each task packs all of the operand that is not divided, so there are no more than threads.
    const Index tasks = std::min<Index>(
        m * n * k / worthATask, static_cast<Index>(tbb::this_task_arena::max_concurrency()));
    if (tasks <= 1) {
        gemmInThread(m, n, k, a, b, c, product);
        return;
    }
    constexpr Index tile = 24; // of rows: a multiple of both kernels'
    const auto partOf = [&](Index total, Index unit) {
        return std::max(unit, (total / tasks + unit - 1) / unit * unit);
    };
    if (byRows(m, b))
        inChunks(n, partOf(n, 32), [&](Index begin, Index count) {
            gemmInThread<Scalar>(m, count, k, a, {b.data + begin, b.rowStride, 1},
                                 {c.data + begin, c.rowStride, 1}, product);
        });
    else if (m >= n)
        inChunks(m, partOf(m, tile), [&](Index begin, Index count) {
            multiplyTiles<Scalar>(
                count, n, k, {a.data + begin * a.rowStride, a.rowStride, a.columnStride}, b,
                {c.data + begin * c.rowStride, c.rowStride, c.columnStride}, product);
        });
    else
        inChunks(n, partOf(n, 32), [&](Index begin, Index count) {
            multiplyTiles<Scalar>(m, count, k, a,
                                  {b.data + begin * b.columnStride, b.rowStride, b.columnStride},
                                  {c.data + begin, c.rowStride, c.columnStride}, product);
        });
}

#define CONVERGENCE_INSTANTIATE(Scalar)                                                            \
    template void gemm(Index, Index, Index, Strided<const Scalar>, Strided<const Scalar>,          \
                       Strided<Scalar>, Product);                                                  \
    template void gemmInThread(Index, Index, Index, Strided<const Scalar>, Strided<const Scalar>,  \
                               Strided<Scalar>, Product);
CONVERGENCE_INSTANTIATE(float)
CONVERGENCE_INSTANTIATE(double)
#undef CONVERGENCE_INSTANTIATE

} // namespace convergence::autodiff
