#pragma once

// The innermost part of a matrix product, for one vector width. Compiled once for each instruction
// set, so nothing here may be shared between translation units: no inline functions of the
// standard library, everything in an unnamed namespace.

namespace convergence::autodiff {

/// C (rows × columns of a tile at ldc) ← or += A B, with contiguous rows of B ldb apart, all
/// tileColumns of which can be read, and A either packed as k × tileRows (rowStride 0),
/// zero-padded, or as it is, with contiguous rows rowStride apart.
template <typename Scalar>
using TileKernel = void (*)(long k, const Scalar* a, long rowStride, const Scalar* b, long ldb,
                            Scalar* c, long ldc, long rows, long columns, bool accumulate);

template <typename Scalar>
struct TileKernels {
    long rows;
    long columns;
    TileKernel<Scalar> wide;   ///< `columns` columns
    TileKernel<Scalar> narrow; ///< half of them
};

TileKernels<float> tileKernelsAvx2Float();
TileKernels<double> tileKernelsAvx2Double();
TileKernels<float> tileKernelsAvx512Float();
TileKernels<double> tileKernelsAvx512Double();

namespace {

template <typename Scalar, int width, int rows, int vectors>
void multiplyTile(long k, const Scalar* a, long rowStride, const Scalar* b, long ldb, Scalar* c,
                  long ldc, long validRows, long validColumns, bool accumulate) {
    typedef Scalar Vector __attribute__((vector_size(width)));
    constexpr long lanes = width / static_cast<long>(sizeof(Scalar));
    Vector sum[rows][vectors]; // in registers: only ever indexed by constants
#pragma GCC unroll 16
    for (int i = 0; i < rows; ++i)
#pragma GCC unroll 4
        for (int v = 0; v < vectors; ++v)
            sum[i][v] = Vector{};
    const auto addTerm = [&](auto factor) {
        Vector right[vectors];
#pragma GCC unroll 4
        for (int v = 0; v < vectors; ++v)
            __builtin_memcpy(&right[v], b + v * lanes, width); // not aligned
#pragma GCC unroll 16
        for (int i = 0; i < rows; ++i)
#pragma GCC unroll 4
            for (int v = 0; v < vectors; ++v)
                sum[i][v] += factor(i) * right[v];
        b += ldb;
    };
    if (rowStride == 0) {
        for (long p = 0; p < k; ++p, a += rows)
            addTerm([&](int i) { return a[i]; });
    } else {
        const Scalar* row[rows];
#pragma GCC unroll 16
        for (int i = 0; i < rows; ++i) // rows that C does not have are taken to be the last one
            row[i] = a + (i < validRows ? i : validRows - 1) * rowStride;
        for (long p = 0; p < k; ++p)
            addTerm([&](int i) { return row[i][p]; });
    }
    if (validRows == rows && validColumns == vectors * lanes) {
#pragma GCC unroll 16
        for (int i = 0; i < rows; ++i)
#pragma GCC unroll 4
            for (int v = 0; v < vectors; ++v) {
                Scalar* const target = c + i * ldc + v * lanes;
                if (accumulate) {
                    Vector before;
                    __builtin_memcpy(&before, target, width);
                    sum[i][v] += before;
                }
                __builtin_memcpy(target, &sum[i][v], width);
            }
        return;
    }
    Scalar whole[rows][vectors * lanes];
#pragma GCC unroll 16
    for (int i = 0; i < rows; ++i)
#pragma GCC unroll 4
        for (int v = 0; v < vectors; ++v)
            __builtin_memcpy(&whole[i][v * lanes], &sum[i][v], width);
    for (long i = 0; i < validRows; ++i)
        for (long j = 0; j < validColumns; ++j)
            c[i * ldc + j] = accumulate ? c[i * ldc + j] + whole[i][j] : whole[i][j];
}

template <typename Scalar, int width, int rows>
TileKernels<Scalar> tileKernels() {
    return {rows, 2 * width / static_cast<long>(sizeof(Scalar)),
            multiplyTile<Scalar, width, rows, 2>, multiplyTile<Scalar, width, rows, 1>};
}

} // namespace

} // namespace convergence::autodiff
