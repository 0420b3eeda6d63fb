#pragma once

#include <cstddef>
#include <cstdint>

#include "core/radiance/activation.h"

/// The inner loops of rendering and training a radiance field. They are compiled twice, for
/// x86-64-v3 and for AVX-512, and chosen when the program starts; so that no code for the wrong
/// processor can leak out of them, they work on plain pointers and include nothing.
namespace convergence::radiance {

/// A grid as rays see it.
template <typename Scalar>
struct MarchGrid {
    std::int32_t size[3];
    const Scalar* density;
    const std::uint32_t* occupied; ///< a bit a point
    Activation activation;
    Scalar shift, interval, threshold;
};

/// Samples of a ray: u_k = start + k·step in grid coordinates, k = 0 .. count − 1.
template <typename Scalar>
struct MarchRay {
    Scalar start[3], step[3];
    std::int32_t count;
};

/// Samples whose opacity exceeds the threshold, in order along the rays; an array an attribute.
template <typename Scalar>
struct Samples {
    std::int32_t* cell;    ///< index of the lower of the eight grid points around
    Scalar* fraction[3];   ///< position within the cell
    Scalar* place;         ///< k
    Scalar* opacity;       ///< α
    Scalar* transmittance; ///< T before it
    /// post, nearest: ∂α/∂D; in: δ exp(−δ interp(softplus)); pre: 1.
    Scalar* slope;
};

template <typename Scalar>
struct MarchResult {
    std::int32_t inBox;
    std::int32_t inMask;
    std::int32_t active; ///< samples written; with early stop
    Scalar lastTransmittance;
};

/// C = start + A·B with rows, columns and inner dimension `depth`. A's element (i, p) lies at
/// a[i·aRow + p·aStep]; B and C are row-major; columns are a multiple of 16 (lanes), all of whose
/// memory may be written.
template <typename Scalar>
struct Product {
    const Scalar* a;
    std::ptrdiff_t aRow, aStep;
    const Scalar* b;
    std::ptrdiff_t bRow;
    Scalar* c;
    std::ptrdiff_t cRow;
    std::int32_t rows, columns, depth;
    /// What sums begin with: row startOf[i] (or 0 where startOf is null) of `start`; nothing if
    /// null.
    const Scalar* start;
    std::ptrdiff_t startRow;
    const std::int32_t* startOf;
    /// Results are set to 0 where this is not positive: the gradient of ReLU. May be null.
    const Scalar* gate; ///< laid out as C
};

enum class ProductKind {
    plain,
    rectified, ///< C = max(0, ·)
    gated,     ///< C = · where gate > 0, else 0
    added,     ///< C += ·
};

/// Two neighboring planes of the grid, x and x + 1, into which gradients of the samples between
/// them are gathered.
template <typename Scalar>
struct PlanePair {
    std::int32_t size[3];
    std::int32_t x;
    Scalar* sums[2];         ///< size[1]·size[2] points × stride, zero at first; null: not wanted
    std::uint64_t* marks[2]; ///< a bit a point: touched
    std::int32_t stride;
};

/// Where a sample lies: the lower of the eight grid points around, and the position within.
template <typename Scalar>
struct Place {
    std::int32_t cell;
    Scalar fraction[3];
};

/// The samples between two planes.
template <typename Scalar>
struct PlaneSamples {
    const Place<Scalar>* places;
    std::int32_t count;
    const std::int32_t* entry; ///< which entry of `gradient` is a sample's; null: in order
    /// By entry, `gradientStride` apart; with 4 or 12 numbers an entry, 16 may be read.
    const Scalar* gradient;
    std::int32_t gradientStride;
    bool snapped; ///< to the nearest grid point
};

/// One tensor's optimizer step.
template <typename Scalar>
struct AdamStep {
    Scalar size; ///< h = η √(1 − β₂ᵗ) / (1 − β₁ᵗ)
    Scalar beta1, beta2, epsilon;
    bool skipZero; ///< where the gradient is exactly 0 nothing changes
};

template <typename Scalar>
struct RayKernels {
    /// Steps 4(i)–(iii): writes active samples from `out` on; there must be room for ray.count.
    MarchResult<Scalar> (*march)(const MarchGrid<Scalar>&, const MarchRay<Scalar>&,
                                 const Samples<Scalar>& out);
    /// True if any sample of the ray lies in occupied space.
    bool (*meetsOccupied)(const MarchGrid<Scalar>&, const MarchRay<Scalar>&);
    /// sums[c] += ω_c for all samples of the ray that lie in the box.
    void (*addWeights)(const std::int32_t size[3], const MarchRay<Scalar>&, Scalar* sums);
    /// out[j] = interp(grid) at the chosen samples; `stride` numbers a point, a multiple of 4.
    void (*gather)(const std::int32_t size[3], const Scalar* grid, std::int32_t stride,
                   const Samples<Scalar>&, const std::int32_t* chosen, std::int32_t count,
                   Scalar* out, std::ptrdiff_t outStride);
    /// σ of each number, in place; count is a multiple of 16.
    void (*sigmoid)(Scalar*, std::ptrdiff_t count);
    /// Product by kind.
    void (*multiply)(ProductKind, const Product<Scalar>&);
    /// out (rows × 4) = bias + H W with H rows × width and W width × 4; width a multiple of 16.
    void (*outputLayer)(const Scalar* h, std::int32_t rows, std::int32_t width, const Scalar* w,
                        const Scalar* bias, Scalar* out);
    /// dW += HᵀG, (width × 4), G rows × 4.
    void (*outputGradient)(const Scalar* h, const Scalar* g, std::int32_t rows, std::int32_t width,
                           Scalar* gradient);
    /// out[j] += Σ_i a[i, j]; width a multiple of 16.
    void (*addRows)(const Scalar* a, std::int32_t rows, std::int32_t width, Scalar* out);
    /// sums += ω_c × gradient for the eight corners of each sample's cell.
    void (*scatter)(const PlanePair<Scalar>&, const PlaneSamples<Scalar>&);
    /// For in and pre: the gradient of what was interpolated becomes that of the raw density.
    void (*chain)(Activation, Scalar shift, Scalar interval, const Scalar* density,
                  Scalar* gradient, std::ptrdiff_t count);
    /// p −= h·rate·m/(√v + ε) with updated moments; `rate` may be null. The gradient becomes 0.
    void (*adam)(const AdamStep<Scalar>&, Scalar* p, Scalar* m, Scalar* v, Scalar* gradient,
                 const Scalar* rate, std::ptrdiff_t count);
};

/// The best kernels for this processor, for float or double.
template <typename Scalar>
const RayKernels<Scalar>& rayKernels();

// The two builds.
namespace baseline {
RayKernels<float> floatKernels();
RayKernels<double> doubleKernels();
} // namespace baseline
namespace avx512 {
RayKernels<float> floatKernels();
RayKernels<double> doubleKernels();
} // namespace avx512

} // namespace convergence::radiance
