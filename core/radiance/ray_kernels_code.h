// The code of the ray kernels, included once for each instruction set, which the includer names by
// KERNEL_NAMESPACE and KERNEL_TILE_ROWS × KERNEL_TILE_VECTORS (accumulators of a product).

#include "core/radiance/ray_kernels.h"

namespace convergence::radiance::KERNEL_NAMESPACE {

namespace {

// ---- Vectors ---------------------------------------------------------------------------------
// 64 bytes wide whatever the processor, which the compiler splits where it has narrower ones, so
// that sums have the same order everywhere.

typedef float FloatLanes __attribute__((vector_size(64), aligned(4), may_alias));
typedef std::int32_t IntLanes __attribute__((vector_size(64), aligned(4), may_alias));
typedef double DoubleLanes __attribute__((vector_size(64), aligned(8), may_alias));
typedef std::int64_t LongLanes __attribute__((vector_size(64), aligned(8), may_alias));
typedef float FloatQuad __attribute__((vector_size(16), aligned(4), may_alias));
typedef double DoubleQuad __attribute__((vector_size(32), aligned(8), may_alias));
// Sixteen and eight numbers, whatever their size: rows of a cell's corners.
typedef double DoubleSixteen __attribute__((vector_size(128), aligned(8), may_alias));
typedef float FloatEight __attribute__((vector_size(32), aligned(4), may_alias));

template <typename Scalar>
struct VectorsOf;
template <>
struct VectorsOf<float> {
    using Lanes = FloatLanes;
    using Ints = IntLanes;
    using Int = std::int32_t;
    using Quad = FloatQuad;
    using Eight = FloatEight;
    using Sixteen = FloatLanes;
};
template <>
struct VectorsOf<double> {
    using Lanes = DoubleLanes;
    using Ints = LongLanes;
    using Int = std::int64_t;
    using Quad = DoubleQuad;
    using Eight = DoubleLanes;
    using Sixteen = DoubleSixteen;
};
template <typename Scalar>
using Lanes = typename VectorsOf<Scalar>::Lanes;
template <typename Scalar>
using Ints = typename VectorsOf<Scalar>::Ints;
template <typename Scalar>
using Quad = typename VectorsOf<Scalar>::Quad;
template <typename Scalar>
using Eight = typename VectorsOf<Scalar>::Eight;
template <typename Scalar>
using Sixteen = typename VectorsOf<Scalar>::Sixteen;
template <typename Scalar>
constexpr int laneCount = static_cast<int>(64 / sizeof(Scalar));

#define KERNEL_INLINE inline __attribute__((always_inline))

template <typename Scalar>
KERNEL_INLINE Lanes<Scalar> load(const Scalar* from) {
    return *reinterpret_cast<const Lanes<Scalar>*>(from);
}
template <typename Scalar>
KERNEL_INLINE void store(Scalar* to, const Lanes<Scalar>& value) {
    *reinterpret_cast<Lanes<Scalar>*>(to) = value;
}
template <typename Scalar>
KERNEL_INLINE Quad<Scalar> loadQuad(const Scalar* from) {
    return *reinterpret_cast<const Quad<Scalar>*>(from);
}
template <typename Scalar>
KERNEL_INLINE void storeQuad(Scalar* to, const Quad<Scalar>& value) {
    *reinterpret_cast<Quad<Scalar>*>(to) = value;
}
template <typename Scalar>
KERNEL_INLINE Lanes<Scalar> iota() {
    Lanes<Scalar> lanes;
    for (int i = 0; i < laneCount<Scalar>; ++i)
        lanes[i] = static_cast<Scalar>(i);
    return lanes;
}

// ---- Exponentials ----------------------------------------------------------------------------
// For float by argument reduction and polynomials, to about one unit in the last place over the
// ranges that occur; for double by the library, since only tests use it.

KERNEL_INLINE FloatLanes roundToInteger(FloatLanes x) {
    constexpr float shifter = 12582912.0F; // 1.5·2²³: what is added to it is rounded to an integer
    return (x + shifter) - shifter;
}

/// e^x, for −87 ≤ x ≤ 88; beyond as at the end.
KERNEL_INLINE FloatLanes exponential(FloatLanes x) {
    constexpr float low = -87.0F, high = 88.0F;
    x = x < low ? FloatLanes{} + low : x;
    x = x > high ? FloatLanes{} + high : x;
    const FloatLanes n = roundToInteger(x * 1.44269504F);
    // ln 2 in two parts, the first short enough for n·ln 2 to be exact.
    const FloatLanes r = (x - n * 0.693359375F) + n * 2.12194440e-4F;
    // Taylor's series on |r| ≤ ½ ln 2.
    FloatLanes p = r * (1.0F / 5040.0F) + 1.0F / 720.0F;
    p = p * r + 1.0F / 120.0F;
    p = p * r + 1.0F / 24.0F;
    p = p * r + 1.0F / 6.0F;
    p = p * r + 0.5F;
    p = p * r * r + r + 1.0F;
    const IntLanes power = (__builtin_convertvector(n, IntLanes) + 127) << 23;
    return p * reinterpret_cast<const FloatLanes&>(power);
}
KERNEL_INLINE DoubleLanes exponential(DoubleLanes x) {
    for (int i = 0; i < 8; ++i)
        x[i] = __builtin_exp(x[i]);
    return x;
}

/// log(1 + t) for 0 ≤ t ≤ 1, exact to the last places also where t is tiny.
KERNEL_INLINE FloatLanes logOnePlus(FloatLanes t) {
    // 2 artanh(s), s = t/(2 + t) ≤ ⅓.
    const FloatLanes s = t / (2.0F + t);
    const FloatLanes q = s * s;
    FloatLanes p = q * (1.0F / 15.0F) + 1.0F / 13.0F;
    p = p * q + 1.0F / 11.0F;
    p = p * q + 1.0F / 9.0F;
    p = p * q + 1.0F / 7.0F;
    p = p * q + 1.0F / 5.0F;
    p = p * q + 1.0F / 3.0F;
    p = p * q + 1.0F;
    return 2.0F * s * p;
}
KERNEL_INLINE DoubleLanes logOnePlus(DoubleLanes t) {
    for (int i = 0; i < 8; ++i)
        t[i] = __builtin_log1p(t[i]);
    return t;
}

/// 1 − e^{−y} for y ≥ 0, given e^{−y}; exact to the last places also where y is tiny.
KERNEL_INLINE FloatLanes oneMinusExponential(FloatLanes y, FloatLanes exponentialOfMinus) {
    FloatLanes p = y * (-1.0F / 5040.0F) + 1.0F / 720.0F;
    p = p * y - 1.0F / 120.0F;
    p = p * y + 1.0F / 24.0F;
    p = p * y - 1.0F / 6.0F;
    p = p * y + 0.5F;
    p = y - p * y * y;
    return y < 0.25F ? p : 1.0F - exponentialOfMinus;
}
KERNEL_INLINE DoubleLanes oneMinusExponential(DoubleLanes y, DoubleLanes) {
    for (int i = 0; i < 8; ++i)
        y[i] = -__builtin_expm1(-y[i]);
    return y;
}

template <typename Vector>
struct SoftplusOf {
    Vector value;   ///< softplus(x) = log(1 + e^x)
    Vector sigmoid; ///< its slope
};
template <typename Vector>
KERNEL_INLINE SoftplusOf<Vector> softplus(Vector x) {
    const Vector zero{};
    const Vector t = exponential(x < zero ? x : -x); // e^{−|x|}
    const Vector positive = x > zero ? x : zero;
    const Vector small = t / (1 + t);
    return {positive + logOnePlus(t), x > zero ? 1 - small : small};
}

// ---- Marching --------------------------------------------------------------------------------

template <typename Scalar>
KERNEL_INLINE bool occupiedAt(const std::uint32_t* words, std::uint32_t index) {
    return words[index >> 5] >> (index & 31) & 1;
}

/// Samples in occupied space that wait for their opacity.
template <typename Scalar>
struct Waiting {
    static constexpr int capacity = 2 * laneCount<Scalar>;
    alignas(64) Scalar fraction[3][capacity];
    alignas(64) Scalar place[capacity];
    std::int32_t cell[capacity];
    int count = 0;
};

/// interp(V) at one sample.
template <typename Scalar>
KERNEL_INLINE Scalar interpolate(const Scalar* at, std::ptrdiff_t strideX, std::ptrdiff_t strideY,
                                 Scalar fx, Scalar fy, Scalar fz) {
    const Scalar* upper = at + strideX;
    const Quad<Scalar> low{at[0], at[1], at[strideY], at[strideY + 1]};
    const Quad<Scalar> high{upper[0], upper[1], upper[strideY], upper[strideY + 1]};
    const Quad<Scalar> onX = low + fx * (high - low);
    const Scalar z0 = onX[0] + fy * (onX[2] - onX[0]);
    const Scalar z1 = onX[1] + fy * (onX[3] - onX[1]);
    return z0 + fz * (z1 - z0);
}

/// Opacity and its slope for the first lanes of what waits.
template <typename Scalar>
KERNEL_INLINE void opacities(const MarchGrid<Scalar>& grid, const Waiting<Scalar>& waiting,
                             int count, Scalar* opacity, Scalar* slope) {
    constexpr int lanes = laneCount<Scalar>;
    const std::ptrdiff_t strideY = grid.size[2];
    const std::ptrdiff_t strideX = strideY * grid.size[1];
    const Scalar delta = grid.interval;
    if (grid.activation == Activation::post || grid.activation == Activation::nearest) {
        alignas(64) Scalar density[lanes] = {};
        if (grid.activation == Activation::post) {
            for (int i = 0; i < count; ++i)
                density[i] = interpolate(grid.density + waiting.cell[i], strideX, strideY,
                                         waiting.fraction[0][i], waiting.fraction[1][i],
                                         waiting.fraction[2][i]);
        } else {
            constexpr Scalar half = static_cast<Scalar>(0.5);
            for (int i = 0; i < count; ++i)
                density[i] =
                    grid.density[waiting.cell[i] + (waiting.fraction[0][i] >= half ? strideX : 0) +
                                 (waiting.fraction[1][i] >= half ? strideY : 0) +
                                 (waiting.fraction[2][i] >= half ? 1 : 0)];
        }
        const auto s = softplus(load(density) + grid.shift);
        const Lanes<Scalar> y = delta * s.value;
        const Lanes<Scalar> e = exponential(-y);
        store(opacity, oneMinusExponential(y, e));
        store(slope, delta * s.sigmoid * e);
        return;
    }
    // Eight corners a sample, activated before they are interpolated.
    alignas(64) Scalar corners[lanes * 8] = {};
    for (int i = 0; i < count; ++i)
        for (int c = 0; c < 8; ++c)
            corners[8 * i + c] = grid.density[waiting.cell[i] + (c >> 2) * strideX +
                                              (c >> 1 & 1) * strideY + (c & 1)];
    for (int i = 0; i < count * 8; i += lanes) {
        const Lanes<Scalar> value = softplus(load(corners + i) + grid.shift).value;
        const Lanes<Scalar> y = delta * value;
        store(corners + i,
              grid.activation == Activation::in ? value : oneMinusExponential(y, exponential(-y)));
    }
    alignas(64) Scalar mixed[lanes] = {};
    for (int i = 0; i < count; ++i)
        mixed[i] = interpolate<Scalar>(corners + 8 * i, 4, 2, waiting.fraction[0][i],
                                       waiting.fraction[1][i], waiting.fraction[2][i]);
    const Lanes<Scalar> m = load(mixed);
    if (grid.activation == Activation::in) {
        const Lanes<Scalar> y = delta * m;
        const Lanes<Scalar> e = exponential(-y);
        store(opacity, oneMinusExponential(y, e));
        store(slope, delta * e);
    } else {
        store(opacity, m);
        store(slope, Lanes<Scalar>{} + 1);
    }
}

/// Coordinates of some consecutive samples of a ray.
template <typename Scalar>
struct Places {
    Lanes<Scalar> u[3];
    Ints<Scalar> inside; ///< all bits set where the sample lies in the box
};
template <typename Scalar>
KERNEL_INLINE Places<Scalar> placesOf(const std::int32_t size[3], const MarchRay<Scalar>& ray,
                                      std::int32_t first, const Lanes<Scalar>& steps) {
    Places<Scalar> places;
    const Lanes<Scalar> k = steps + static_cast<Scalar>(first);
    places.inside = k < static_cast<Scalar>(ray.count);
    for (int axis = 0; axis < 3; ++axis) {
        places.u[axis] = ray.start[axis] + k * ray.step[axis];
        places.inside &=
            (places.u[axis] >= 0) & (places.u[axis] <= static_cast<Scalar>(size[axis] - 1));
    }
    return places;
}

/// ⌊u⌋, at least 0 and at most the last point but one; and u − ⌊u⌋.
template <typename Scalar>
KERNEL_INLINE Ints<Scalar> lowerPoint(const Lanes<Scalar>& u, std::int32_t size,
                                      Lanes<Scalar>& fraction) {
    const Ints<Scalar> zero{};
    const Ints<Scalar> last = zero + (size - 2);
    Ints<Scalar> i = __builtin_convertvector(u, Ints<Scalar>);
    i = i > last ? last : i;
    i = i < zero ? zero : i;
    fraction = u - __builtin_convertvector(i, Lanes<Scalar>);
    return i;
}

/// T below which a ray has ended.
template <typename Scalar>
constexpr Scalar rayEnds = static_cast<Scalar>(1e-3);

template <typename Scalar>
MarchResult<Scalar> march(const MarchGrid<Scalar>& grid, const MarchRay<Scalar>& ray,
                          const Samples<Scalar>& out) {
    constexpr int lanes = laneCount<Scalar>;
    using Int = typename VectorsOf<Scalar>::Int;
    MarchResult<Scalar> result{0, 0, 0, 1};
    Waiting<Scalar> waiting;
    Scalar transmittance = 1;
    const Lanes<Scalar> steps = iota<Scalar>();
    alignas(64) Scalar opacity[lanes], slope[lanes], fraction[3][lanes];
    alignas(64) Int inside[lanes], nearest[lanes], cell[lanes];
    const Int strideY = grid.size[2];
    const Int strideX = strideY * grid.size[1];
    bool ended = false;

    const auto takeWaiting = [&](int count) {
        opacities(grid, waiting, count, opacity, slope);
        for (int i = 0; i < count; ++i) {
            if (!(opacity[i] > grid.threshold))
                continue;
            const std::int32_t n = result.active++;
            out.cell[n] = waiting.cell[i];
            for (int axis = 0; axis < 3; ++axis)
                out.fraction[axis][n] = waiting.fraction[axis][i];
            out.place[n] = waiting.place[i];
            out.opacity[n] = opacity[i];
            out.slope[n] = slope[i];
            out.transmittance[n] = transmittance;
            transmittance *= 1 - opacity[i];
            if (transmittance < rayEnds<Scalar>) {
                ended = true;
                return;
            }
        }
    };

    for (std::int32_t first = 0; first < ray.count; first += lanes) {
        const Places<Scalar> places = placesOf(grid.size, ray, first, steps);
        *reinterpret_cast<Ints<Scalar>*>(inside) = places.inside;
        Lanes<Scalar> f[3];
        Ints<Scalar> low[3], round[3];
        for (int axis = 0; axis < 3; ++axis) {
            low[axis] = lowerPoint<Scalar>(places.u[axis], grid.size[axis], f[axis]);
            round[axis] = low[axis] - (f[axis] >= static_cast<Scalar>(0.5));
            store(fraction[axis], f[axis]);
        }
        *reinterpret_cast<Ints<Scalar>*>(nearest) =
            round[0] * strideX + round[1] * strideY + round[2];
        *reinterpret_cast<Ints<Scalar>*>(cell) = low[0] * strideX + low[1] * strideY + low[2];
        // Samples after the ray's end still count as lying in the box and the mask.
        for (int i = 0; i < lanes; ++i) {
            result.inBox += inside[i] != 0;
            if (inside[i] == 0 ||
                !occupiedAt<Scalar>(grid.occupied, static_cast<std::uint32_t>(nearest[i])))
                continue;
            ++result.inMask;
            if (ended)
                continue;
            const int n = waiting.count++;
            waiting.cell[n] = static_cast<std::int32_t>(cell[i]);
            for (int axis = 0; axis < 3; ++axis)
                waiting.fraction[axis][n] = fraction[axis][i];
            waiting.place[n] = static_cast<Scalar>(first + i);
        }
        if (waiting.count >= lanes && !ended) {
            takeWaiting(lanes);
            waiting.count -= lanes;
            for (int i = 0; i < waiting.count; ++i) {
                waiting.cell[i] = waiting.cell[lanes + i];
                for (int axis = 0; axis < 3; ++axis)
                    waiting.fraction[axis][i] = waiting.fraction[axis][lanes + i];
                waiting.place[i] = waiting.place[lanes + i];
            }
        }
    }
    if (waiting.count > 0 && !ended)
        takeWaiting(waiting.count);
    result.lastTransmittance = transmittance;
    return result;
}

template <typename Scalar>
bool meetsOccupied(const MarchGrid<Scalar>& grid, const MarchRay<Scalar>& ray) {
    constexpr int lanes = laneCount<Scalar>;
    const Lanes<Scalar> steps = iota<Scalar>();
    for (std::int32_t first = 0; first < ray.count; first += lanes) {
        const Places<Scalar> places = placesOf(grid.size, ray, first, steps);
        Ints<Scalar> round[3];
        for (int axis = 0; axis < 3; ++axis)
            round[axis] =
                __builtin_convertvector(places.u[axis] + static_cast<Scalar>(0.5), Ints<Scalar>);
        const Ints<Scalar> nearest = (round[0] * grid.size[1] + round[1]) * grid.size[2] + round[2];
        for (int i = 0; i < lanes; ++i)
            if (places.inside[i] != 0 &&
                occupiedAt<Scalar>(grid.occupied, static_cast<std::uint32_t>(nearest[i])))
                return true;
    }
    return false;
}

/// ω of the corners that share x: (y, z), (y, z+1), (y+1, z), (y+1, z+1), times a factor.
template <typename Scalar>
KERNEL_INLINE Quad<Scalar> planeWeights(Scalar factor, Scalar fy, Scalar fz) {
    const Scalar upper = factor * fy, lower = factor - upper;
    const Scalar lowerUp = lower * fz, upperUp = upper * fz;
    return Quad<Scalar>{lower - lowerUp, lowerUp, upper - upperUp, upperUp};
}

template <typename Scalar>
void addWeights(const std::int32_t size[3], const MarchRay<Scalar>& ray, Scalar* sums) {
    constexpr int lanes = laneCount<Scalar>;
    const Lanes<Scalar> steps = iota<Scalar>();
    const std::ptrdiff_t strideY = size[2], strideX = strideY * size[1];
    for (std::int32_t first = 0; first < ray.count; first += lanes) {
        const Places<Scalar> places = placesOf(size, ray, first, steps);
        Lanes<Scalar> f[3];
        Ints<Scalar> low[3];
        for (int axis = 0; axis < 3; ++axis)
            low[axis] = lowerPoint<Scalar>(places.u[axis], size[axis], f[axis]);
        for (int i = 0; i < lanes; ++i) {
            if (places.inside[i] == 0)
                continue;
            Scalar* at = sums + low[0][i] * strideX + low[1][i] * strideY + low[2][i];
            const Scalar fx = f[0][i];
            const Quad<Scalar> lower = planeWeights<Scalar>(1 - fx, f[1][i], f[2][i]);
            const Quad<Scalar> upper = planeWeights<Scalar>(fx, f[1][i], f[2][i]);
            at[0] += lower[0];
            at[1] += lower[1];
            at[strideY] += lower[2];
            at[strideY + 1] += lower[3];
            at += strideX;
            at[0] += upper[0];
            at[1] += upper[1];
            at[strideY] += upper[2];
            at[strideY + 1] += upper[3];
        }
    }
}

// ---- Features --------------------------------------------------------------------------------

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

template <typename Scalar>
void sigmoid(Scalar* values, std::ptrdiff_t count) {
    const Lanes<Scalar> zero{};
    for (std::ptrdiff_t i = 0; i < count; i += laneCount<Scalar>) {
        const Lanes<Scalar> x = load(values + i);
        const Lanes<Scalar> t = exponential(x < zero ? x : -x);
        const Lanes<Scalar> small = t / (1 + t);
        store(values + i, x > zero ? 1 - small : small);
    }
}

// ---- Products --------------------------------------------------------------------------------

template <typename Scalar, ProductKind kind, int rows, int vectors>
KERNEL_INLINE void tile(const Product<Scalar>& product, std::int32_t i, std::int32_t j) {
    constexpr int lanes = laneCount<Scalar>;
    Lanes<Scalar> sum[rows][vectors];
    for (int r = 0; r < rows; ++r)
        for (int v = 0; v < vectors; ++v) {
            if (product.start) {
                const std::int32_t row = product.startOf ? product.startOf[i + r] : 0;
                sum[r][v] = load(product.start + row * product.startRow + j + v * lanes);
            } else {
                sum[r][v] = Lanes<Scalar>{};
            }
        }
    const Scalar* a = product.a + i * product.aRow;
    const Scalar* b = product.b + j;
    for (std::int32_t p = 0; p < product.depth; ++p) {
        Lanes<Scalar> right[vectors];
        for (int v = 0; v < vectors; ++v)
            right[v] = load(b + v * lanes);
        for (int r = 0; r < rows; ++r)
            for (int v = 0; v < vectors; ++v)
                sum[r][v] += a[r * product.aRow] * right[v];
        a += product.aStep;
        b += product.bRow;
    }
    const Lanes<Scalar> zero{};
    for (int r = 0; r < rows; ++r)
        for (int v = 0; v < vectors; ++v) {
            const std::ptrdiff_t at = (i + r) * product.cRow + j + v * lanes;
            Lanes<Scalar> value = sum[r][v];
            if constexpr (kind == ProductKind::rectified)
                value = value > zero ? value : zero;
            else if constexpr (kind == ProductKind::gated)
                value = load(product.gate + at) > zero ? value : zero;
            else if constexpr (kind == ProductKind::added)
                value += load(product.c + at);
            store(product.c + at, value);
        }
}

template <typename Scalar, ProductKind kind, int vectors>
KERNEL_INLINE void column(const Product<Scalar>& product, std::int32_t j) {
    std::int32_t i = 0;
    for (; i + KERNEL_TILE_ROWS <= product.rows; i += KERNEL_TILE_ROWS)
        tile<Scalar, kind, KERNEL_TILE_ROWS, vectors>(product, i, j);
    for (; i + 4 <= product.rows; i += 4)
        tile<Scalar, kind, 4, vectors>(product, i, j);
    for (; i < product.rows; ++i)
        tile<Scalar, kind, 1, vectors>(product, i, j);
}

template <typename Scalar, ProductKind kind>
void multiplyAs(const Product<Scalar>& product) {
    constexpr int lanes = laneCount<Scalar>;
    std::int32_t j = 0;
    for (; j + lanes * KERNEL_TILE_VECTORS <= product.columns; j += lanes * KERNEL_TILE_VECTORS)
        column<Scalar, kind, KERNEL_TILE_VECTORS>(product, j);
    for (; j < product.columns; j += lanes)
        column<Scalar, kind, 1>(product, j);
}

template <typename Scalar>
void multiply(ProductKind kind, const Product<Scalar>& product) {
    switch (kind) {
    case ProductKind::plain:
        return multiplyAs<Scalar, ProductKind::plain>(product);
    case ProductKind::rectified:
        return multiplyAs<Scalar, ProductKind::rectified>(product);
    case ProductKind::gated:
        return multiplyAs<Scalar, ProductKind::gated>(product);
    case ProductKind::added:
        return multiplyAs<Scalar, ProductKind::added>(product);
    }
}

template <typename Scalar>
void outputLayer(const Scalar* h, std::int32_t rows, std::int32_t width, const Scalar* w,
                 const Scalar* bias, Scalar* out) {
    std::int32_t i = 0;
    constexpr int together = 4;
    for (; i + together <= rows; i += together) {
        Quad<Scalar> sum[together];
        for (int r = 0; r < together; ++r)
            sum[r] = loadQuad(bias);
        for (std::int32_t k = 0; k < width; ++k)
            for (int r = 0; r < together; ++r)
                sum[r] += h[(i + r) * static_cast<std::ptrdiff_t>(width) + k] * loadQuad(w + 4 * k);
        for (int r = 0; r < together; ++r)
            storeQuad<Scalar>(out + 4 * (i + r), sum[r]);
    }
    for (; i < rows; ++i) {
        Quad<Scalar> sum = loadQuad(bias);
        for (std::int32_t k = 0; k < width; ++k)
            sum += h[i * static_cast<std::ptrdiff_t>(width) + k] * loadQuad(w + 4 * k);
        storeQuad<Scalar>(out + 4 * i, sum);
    }
}

template <typename Scalar>
void outputGradient(const Scalar* h, const Scalar* g, std::int32_t rows, std::int32_t width,
                    Scalar* gradient) {
    constexpr int lanes = laneCount<Scalar>;
    for (std::int32_t j = 0; j < width; j += lanes) {
        Lanes<Scalar> red{}, green{}, blue{};
        for (std::int32_t i = 0; i < rows; ++i) {
            const Lanes<Scalar> value = load(h + i * static_cast<std::ptrdiff_t>(width) + j);
            red += g[4 * i] * value;
            green += g[4 * i + 1] * value;
            blue += g[4 * i + 2] * value;
        }
        for (int lane = 0; lane < lanes; ++lane) {
            Scalar* at = gradient + 4 * (j + lane);
            at[0] += red[lane];
            at[1] += green[lane];
            at[2] += blue[lane];
        }
    }
}

template <typename Scalar>
void addRows(const Scalar* a, std::int32_t rows, std::int32_t width, Scalar* out) {
    for (std::int32_t j = 0; j < width; j += laneCount<Scalar>) {
        Lanes<Scalar> sum = load(out + j);
        for (std::int32_t i = 0; i < rows; ++i)
            sum += load(a + i * static_cast<std::ptrdiff_t>(width) + j);
        store(out + j, sum);
    }
}

// ---- Gradients of grids ----------------------------------------------------------------------

/// Marks the corners of a cell that lie in a plane; point and point + 1 mostly share a word.
KERNEL_INLINE void markCell(std::uint64_t* marks, std::ptrdiff_t point, std::ptrdiff_t rowPoints) {
    for (int row = 0; row < 2; ++row, point += rowPoints) {
        const auto bit = static_cast<unsigned>(point & 63);
        std::uint64_t* word = marks + (point >> 6);
        word[0] |= std::uint64_t{3} << bit;
        if (bit == 63)
            word[1] |= 1;
    }
}

/// Where a sample lies in its cell.
template <typename Scalar>
struct Fractions {
    Scalar x, y, z;
};
template <typename Scalar>
KERNEL_INLINE Fractions<Scalar> fractionsOf(const Place<Scalar>& place, bool snapped) {
    Fractions<Scalar> f{place.fraction[0], place.fraction[1], place.fraction[2]};
    if (snapped) {
        constexpr Scalar half = static_cast<Scalar>(0.5);
        f.x = f.x >= half ? 1 : 0;
        f.y = f.y >= half ? 1 : 0;
        f.z = f.z >= half ? 1 : 0;
    }
    return f;
}

template <typename Scalar>
KERNEL_INLINE void addQuad(Scalar* to, const Quad<Scalar>& value) {
    *reinterpret_cast<Quad<Scalar>*>(to) += value;
}
template <typename Scalar>
KERNEL_INLINE void addEight(Scalar* to, const Eight<Scalar>& value) {
    *reinterpret_cast<Eight<Scalar>*>(to) += value;
}
template <typename Scalar>
KERNEL_INLINE void addSixteen(Scalar* to, const Sixteen<Scalar>& value) {
    *reinterpret_cast<Sixteen<Scalar>*>(to) += value;
}

// What is summed up over the samples of one cell, for 1, 4 and 12 numbers a point. `lower` and
// `upper` are the corners in the two planes; in a plane, points z and z + 1 adjoin.

/// One number a point.
template <typename Scalar>
struct CellSum1 {
    static constexpr std::ptrdiff_t point = 1;
    Quad<Scalar> sum[2] = {};

    KERNEL_INLINE void add(const Fractions<Scalar>& f, const Scalar* gradient) {
        sum[0] += planeWeights<Scalar>(1 - f.x, f.y, f.z) * gradient[0];
        sum[1] += planeWeights<Scalar>(f.x, f.y, f.z) * gradient[0];
    }
    KERNEL_INLINE void flush(int side, Scalar* low, Scalar* high) const {
        low[0] += sum[side][0];
        low[1] += sum[side][1];
        high[0] += sum[side][2];
        high[1] += sum[side][3];
    }
};

/// Four numbers a point: all corners in a plane are sixteen numbers.
template <typename Scalar>
struct CellSum4 {
    static constexpr std::ptrdiff_t point = 4;
    Sixteen<Scalar> sum[2] = {};

    KERNEL_INLINE void add(const Fractions<Scalar>& f, const Scalar* gradient) {
        const Sixteen<Scalar> startY{1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0};
        const Sixteen<Scalar> startZ{1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0};
        const Sixteen<Scalar> weights =
            (startY + f.y * (1 - 2 * startY)) * (startZ + f.z * (1 - 2 * startZ));
        const auto g = *reinterpret_cast<const Sixteen<Scalar>*>(gradient);
        const Sixteen<Scalar> terms =
            weights * __builtin_shufflevector(g, g, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3);
        sum[0] += (1 - f.x) * terms;
        sum[1] += f.x * terms;
    }
    KERNEL_INLINE void flush(int side, Scalar* low, Scalar* high) const {
        addEight<Scalar>(low,
                         __builtin_shufflevector(sum[side], sum[side], 0, 1, 2, 3, 4, 5, 6, 7));
        addEight<Scalar>(
            high, __builtin_shufflevector(sum[side], sum[side], 8, 9, 10, 11, 12, 13, 14, 15));
    }
};

/// Twelve numbers a point: the 24 numbers of points z and z + 1 are sixteen and eight.
template <typename Scalar>
struct CellSum12 {
    static constexpr std::ptrdiff_t point = 12;
    Sixteen<Scalar> first[2][2] = {};
    Eight<Scalar> rest[2][2] = {};

    KERNEL_INLINE void add(const Fractions<Scalar>& f, const Scalar* gradient) {
        const Sixteen<Scalar> startZ{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0};
        const auto g = *reinterpret_cast<const Sixteen<Scalar>*>(gradient);
        const Sixteen<Scalar> terms =
            (startZ + f.z * (1 - 2 * startZ)) *
            __builtin_shufflevector(g, g, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0, 1, 2, 3);
        const Eight<Scalar> restTerms = f.z * *reinterpret_cast<const Eight<Scalar>*>(gradient + 4);
        for (int side = 0; side < 2; ++side) {
            const Scalar onX = side ? f.x : 1 - f.x;
            const Scalar upper = onX * f.y, lower = onX - upper;
            first[side][0] += lower * terms;
            rest[side][0] += lower * restTerms;
            first[side][1] += upper * terms;
            rest[side][1] += upper * restTerms;
        }
    }
    KERNEL_INLINE void flush(int side, Scalar* low, Scalar* high) const {
        addSixteen<Scalar>(low, first[side][0]);
        addEight<Scalar>(low + 16, rest[side][0]);
        addSixteen<Scalar>(high, first[side][1]);
        addEight<Scalar>(high + 16, rest[side][1]);
    }
};

/// Neighbors along a ray often share their cell: their sum stays in registers, where adding does
/// not wait for memory.
template <typename Scalar, typename CellSum>
void scatterAs(const PlanePair<Scalar>& planes, const PlaneSamples<Scalar>& samples) {
    constexpr std::int32_t ahead = 8;
    const std::ptrdiff_t rowPoints = planes.size[2];
    const std::int32_t base = planes.x * planes.size[1] * planes.size[2];
    const std::ptrdiff_t stride = samples.gradientStride;
    CellSum sum;
    std::ptrdiff_t present = -1;
    const auto flush = [&] {
        for (int side = 0; side < 2; ++side) {
            if (!planes.sums[side])
                continue;
            markCell(planes.marks[side], present, rowPoints);
            Scalar* low = planes.sums[side] + present * CellSum::point;
            sum.flush(side, low, low + rowPoints * CellSum::point);
        }
    };
    for (std::int32_t n = 0; n < samples.count; ++n) {
        if (samples.entry && n + ahead < samples.count)
            __builtin_prefetch(samples.gradient + samples.entry[n + ahead] * stride);
        const std::int32_t entry = samples.entry ? samples.entry[n] : n;
        const Place<Scalar>& place = samples.places[n];
        const std::ptrdiff_t at = place.cell - base;
        if (at != present) {
            if (present >= 0)
                flush();
            present = at;
            sum = CellSum();
        }
        sum.add(fractionsOf(place, samples.snapped), samples.gradient + entry * stride);
    }
    if (present >= 0)
        flush();
}

/// Any number of quads a point.
template <typename Scalar>
void scatterQuads(const PlanePair<Scalar>& planes, const PlaneSamples<Scalar>& samples) {
    const std::ptrdiff_t rowPoints = planes.size[2], point = planes.stride;
    const std::int32_t base = planes.x * planes.size[1] * planes.size[2];
    for (std::int32_t n = 0; n < samples.count; ++n) {
        const std::int32_t entry = samples.entry ? samples.entry[n] : n;
        const std::ptrdiff_t at = samples.places[n].cell - base;
        const Fractions<Scalar> f = fractionsOf(samples.places[n], samples.snapped);
        const Scalar* gradient =
            samples.gradient + entry * static_cast<std::ptrdiff_t>(samples.gradientStride);
        for (int side = 0; side < 2; ++side) {
            if (!planes.sums[side])
                continue;
            const Quad<Scalar> weight = planeWeights<Scalar>(side ? f.x : 1 - f.x, f.y, f.z);
            markCell(planes.marks[side], at, rowPoints);
            Scalar* low = planes.sums[side] + at * point;
            Scalar* high = low + rowPoints * point;
            for (std::ptrdiff_t q = 0; q < point; q += 4) {
                const Quad<Scalar> g = loadQuad(gradient + q);
                addQuad<Scalar>(low + q, weight[0] * g);
                addQuad<Scalar>(low + point + q, weight[1] * g);
                addQuad<Scalar>(high + q, weight[2] * g);
                addQuad<Scalar>(high + point + q, weight[3] * g);
            }
        }
    }
}

template <typename Scalar>
void scatter(const PlanePair<Scalar>& planes, const PlaneSamples<Scalar>& samples) {
    if (planes.stride == 1)
        scatterAs<Scalar, CellSum1<Scalar>>(planes, samples);
    else if (planes.stride == 4)
        scatterAs<Scalar, CellSum4<Scalar>>(planes, samples);
    else if (planes.stride == 12)
        scatterAs<Scalar, CellSum12<Scalar>>(planes, samples);
    else
        scatterQuads(planes, samples);
}

template <typename Scalar>
void chain(Activation activation, Scalar shift, Scalar interval, const Scalar* density,
           Scalar* gradient, std::ptrdiff_t count) {
    constexpr int lanes = laneCount<Scalar>;
    for (std::ptrdiff_t first = 0; first < count; first += lanes) {
        const auto n = static_cast<int>(count - first < lanes ? count - first : lanes);
        alignas(64) Scalar raw[lanes] = {}, factor[lanes];
        for (int i = 0; i < n; ++i)
            raw[i] = density[first + i];
        const auto s = softplus(load(raw) + shift);
        store(factor, activation == Activation::in
                          ? s.sigmoid
                          : interval * s.sigmoid * exponential(-(interval * s.value)));
        for (int i = 0; i < n; ++i)
            gradient[first + i] *= factor[i];
    }
}

// ---- Adam ------------------------------------------------------------------------------------

KERNEL_INLINE FloatLanes squareRoot(FloatLanes x) {
    for (int i = 0; i < 16; ++i)
        x[i] = __builtin_sqrtf(x[i]);
    return x;
}
KERNEL_INLINE DoubleLanes squareRoot(DoubleLanes x) {
    for (int i = 0; i < 8; ++i)
        x[i] = __builtin_sqrt(x[i]);
    return x;
}

KERNEL_INLINE FloatQuad squareRoot(FloatQuad x) {
    for (int i = 0; i < 4; ++i)
        x[i] = __builtin_sqrtf(x[i]);
    return x;
}
KERNEL_INLINE DoubleQuad squareRoot(DoubleQuad x) {
    for (int i = 0; i < 4; ++i)
        x[i] = __builtin_sqrt(x[i]);
    return x;
}

// Ways to read and write: as template arguments the vector types would lose their alignment.
template <typename Scalar>
struct ByLanes {
    KERNEL_INLINE static Lanes<Scalar> read(const Scalar* from) { return load(from); }
    KERNEL_INLINE static void write(Scalar* to, const Lanes<Scalar>& value) { store(to, value); }
};
template <typename Scalar>
struct ByQuad {
    KERNEL_INLINE static Quad<Scalar> read(const Scalar* from) { return loadQuad(from); }
    KERNEL_INLINE static void write(Scalar* to, const Quad<Scalar>& value) { storeQuad(to, value); }
};

template <typename By, bool skipZero, bool perEntry, typename Scalar>
KERNEL_INLINE void adamVector(const AdamStep<Scalar>& step, Scalar* p, Scalar* m, Scalar* v,
                              Scalar* gradient, const Scalar* rate) {
    const auto g = By::read(gradient), oldP = By::read(p), oldM = By::read(m), oldV = By::read(v);
    const auto newM = step.beta1 * oldM + (1 - step.beta1) * g;
    const auto newV = step.beta2 * oldV + (1 - step.beta2) * (g * g);
    auto change = step.size * newM / (squareRoot(newV) + step.epsilon);
    if constexpr (perEntry)
        change *= By::read(rate);
    if constexpr (skipZero) {
        const auto moves = g != 0;
        By::write(p, moves ? oldP - change : oldP);
        By::write(m, moves ? newM : oldM);
        By::write(v, moves ? newV : oldV);
    } else {
        By::write(p, oldP - change);
        By::write(m, newM);
        By::write(v, newV);
    }
    By::write(gradient, decltype(g){});
}

template <typename Scalar, bool skipZero, bool perEntry>
void adamAs(const AdamStep<Scalar>& step, Scalar* p, Scalar* m, Scalar* v, Scalar* gradient,
            const Scalar* rate, std::ptrdiff_t count) {
    constexpr int lanes = laneCount<Scalar>;
    std::ptrdiff_t i = 0;
    for (; i + lanes <= count; i += lanes)
        adamVector<ByLanes<Scalar>, skipZero, perEntry>(step, p + i, m + i, v + i, gradient + i,
                                                        rate + i);
    for (; i + 4 <= count; i += 4) // features come in fours
        adamVector<ByQuad<Scalar>, skipZero, perEntry>(step, p + i, m + i, v + i, gradient + i,
                                                       rate + i);
    if (i == count)
        return;
    alignas(64) Scalar rest[5][4] = {};
    const auto n = static_cast<int>(count - i);
    const Scalar* from[5] = {p + i, m + i, v + i, gradient + i, perEntry ? rate + i : nullptr};
    for (int array = 0; array < (perEntry ? 5 : 4); ++array)
        for (int k = 0; k < n; ++k)
            rest[array][k] = from[array][k];
    adamVector<ByQuad<Scalar>, skipZero, perEntry>(step, rest[0], rest[1], rest[2], rest[3],
                                                   static_cast<const Scalar*>(rest[4]));
    for (int k = 0; k < n; ++k) {
        p[i + k] = rest[0][k];
        m[i + k] = rest[1][k];
        v[i + k] = rest[2][k];
        gradient[i + k] = 0;
    }
}

template <typename Scalar>
void adam(const AdamStep<Scalar>& step, Scalar* p, Scalar* m, Scalar* v, Scalar* gradient,
          const Scalar* rate, std::ptrdiff_t count) {
    if (step.skipZero)
        rate ? adamAs<Scalar, true, true>(step, p, m, v, gradient, rate, count)
             : adamAs<Scalar, true, false>(step, p, m, v, gradient, rate, count);
    else
        rate ? adamAs<Scalar, false, true>(step, p, m, v, gradient, rate, count)
             : adamAs<Scalar, false, false>(step, p, m, v, gradient, rate, count);
}

template <typename Scalar>
constexpr RayKernels<Scalar> kernelTable{
    march<Scalar>,   meetsOccupied<Scalar>, addWeights<Scalar>,  gather<Scalar>,
    sigmoid<Scalar>, multiply<Scalar>,      outputLayer<Scalar>, outputGradient<Scalar>,
    addRows<Scalar>, scatter<Scalar>,       chain<Scalar>,       adam<Scalar>};

} // namespace

RayKernels<float> floatKernels() {
    return kernelTable<float>;
}
RayKernels<double> doubleKernels() {
    return kernelTable<double>;
}

} // namespace convergence::radiance::KERNEL_NAMESPACE
