#pragma once

#include "core/radiance/kernels/corner_weights.h"

namespace convergence::radiance::KERNEL_NAMESPACE {

namespace {

/// With `quads` known when it is compiled, or 0 for any number.
template <typename Scalar, int quads>
void gatherQuads(const std::int32_t size[3], const Scalar* grid, std::int32_t stride,
                 const Samples<Scalar>& samples, const std::int32_t* chosen, std::int32_t count,
                 Scalar* out, std::ptrdiff_t outStride) {
    const std::ptrdiff_t n = quads ? quads : stride / 4;
    const std::ptrdiff_t point = 4 * n;
    const std::ptrdiff_t strideY = size[2] * point, strideX = strideY * size[1];
    constexpr std::int32_t ahead = 12;
    for (std::int32_t j = 0; j < count; ++j) {
        if (j + ahead < count) {
            const Scalar* next = grid + samples.cell[chosen[j + ahead]] * point;
            for (std::ptrdiff_t corner = 0; corner < 4; ++corner) {
                const Scalar* at = next + (corner >> 1) * strideX + (corner & 1) * strideY;
                __builtin_prefetch(at);
                __builtin_prefetch(at + 64 / sizeof(Scalar));
            }
        }
        const std::int32_t s = chosen[j];
        const Scalar* at = grid + samples.cell[s] * point;
        const Scalar fx = samples.fraction[0][s], fy = samples.fraction[1][s],
                     fz = samples.fraction[2][s];
        const Quad<Scalar> lower = planeWeights<Scalar>(1 - fx, fy, fz);
        const Quad<Scalar> upper = planeWeights<Scalar>(fx, fy, fz);
        for (std::ptrdiff_t q = 0; q < point; q += 4) {
            const Scalar* low = at + q;
            const Scalar* high = low + strideX;
            storeQuad<Scalar>(
                out + j * outStride + q,
                ((lower[0] * loadQuad<Scalar>(low) + lower[1] * loadQuad<Scalar>(low + point)) +
                 (lower[2] * loadQuad<Scalar>(low + strideY) +
                  lower[3] * loadQuad<Scalar>(low + strideY + point))) +
                    ((upper[0] * loadQuad<Scalar>(high) +
                      upper[1] * loadQuad<Scalar>(high + point)) +
                     (upper[2] * loadQuad<Scalar>(high + strideY) +
                      upper[3] * loadQuad<Scalar>(high + strideY + point))));
        }
    }
}

template <typename Scalar>
void gather(const std::int32_t size[3], const Scalar* grid, std::int32_t stride,
            const Samples<Scalar>& samples, const std::int32_t* chosen, std::int32_t count,
            Scalar* out, std::ptrdiff_t outStride) {
    if (stride == 4)
        gatherQuads<Scalar, 1>(size, grid, stride, samples, chosen, count, out, outStride);
    else if (stride == 12)
        gatherQuads<Scalar, 3>(size, grid, stride, samples, chosen, count, out, outStride);
    else
        gatherQuads<Scalar, 0>(size, grid, stride, samples, chosen, count, out, outStride);
}

} // namespace

} // namespace convergence::radiance::KERNEL_NAMESPACE
