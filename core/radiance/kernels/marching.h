#pragma once

#include "core/radiance/kernels/corner_weights.h"
#include "core/radiance/kernels/exponentials.h"

namespace convergence::radiance::KERNEL_NAMESPACE {

namespace {

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

} // namespace

} // namespace convergence::radiance::KERNEL_NAMESPACE
