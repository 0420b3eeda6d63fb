#pragma once

// The innermost part of a matrix product, for one vector width. Compiled once for each instruction
// set, so nothing here may be shared between translation units: no inline functions of the
// standard library, everything in an unnamed namespace.

namespace convergence::autodiff {

/// C (rows × columns of a tile at ldc) ← or += A B, with A packed as k × tileRows and B as
/// k × tileColumns, zero-padded.
template <typename Scalar>
using TileKernel = void (*)(long k, const Scalar* a, const Scalar* b, Scalar* c, long ldc,
                            long rows, long columns, bool accumulate);

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
void multiplyTile(long k, const Scalar* a, const Scalar* b, Scalar* c, long ldc, long validRows,
                  long validColumns, bool accumulate) {
    typedef Scalar Vector __attribute__((vector_size(width)));
    constexpr long lanes = width / static_cast<long>(sizeof(Scalar));
    Vector sum[rows][vectors] = {};
    for (long p = 0; p < k; ++p) {
        Vector right[vectors];
#pragma GCC unroll 4
        for (int v = 0; v < vectors; ++v)
            __builtin_memcpy(&right[v], b + v * lanes, width); // not aligned
#pragma GCC unroll 16
        for (int i = 0; i < rows; ++i)
#pragma GCC unroll 4
            for (int v = 0; v < vectors; ++v)
                sum[i][v] += a[i] * right[v];
        a += rows;
        b += vectors * lanes;
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
    for (long i = 0; i < validRows; ++i) {
        const Scalar* const row = reinterpret_cast<const Scalar*>(sum[i]);
        for (long j = 0; j < validColumns; ++j)
            c[i * ldc + j] = accumulate ? c[i * ldc + j] + row[j] : row[j];
    }
}

template <typename Scalar, int width, int rows>
TileKernels<Scalar> tileKernels() {
    return {rows, 2 * width / static_cast<long>(sizeof(Scalar)),
            multiplyTile<Scalar, width, rows, 2>, multiplyTile<Scalar, width, rows, 1>};
}

} // namespace

} // namespace convergence::autodiff
