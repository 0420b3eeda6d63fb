#pragma once

#include "core/autodiff/shape.h"

namespace convergence::autodiff {

/// A matrix somewhere in memory: element (i, j) at data[i·rowStride + j·columnStride].
template <typename Scalar>
struct Strided {
    Scalar* data;
    Index rowStride;
    Index columnStride;
    [[nodiscard]] Strided transposed() const { return {data, columnStride, rowStride}; }
};

enum class Product { replaces, adds };

/// C ← A B or C ← C + A B, A m × k, B k × n. Rows of C are contiguous (columnStride 1).
///
/// Each element is the sum over k in order, by fused multiply-adds, in blocks of 256 terms. So
/// the result is the same bits whatever the number of threads, the tiles, and the vector width of
/// the processor (kernels for AVX2 and AVX-512 are chosen at run time). Packs into buffers that
/// each thread allocates once.
template <typename Scalar>
void gemm(Index m, Index n, Index k, Strided<const Scalar> a, Strided<const Scalar> b,
          Strided<Scalar> c, Product product = Product::replaces);

/// The same in the calling thread alone.
template <typename Scalar>
void gemmInThread(Index m, Index n, Index k, Strided<const Scalar> a, Strided<const Scalar> b,
                  Strided<Scalar> c, Product product = Product::replaces);

} // namespace convergence::autodiff
