#pragma once

#include "core/radiance/kernels/corner_weights.h"
#include "core/radiance/kernels/exponentials.h"

namespace convergence::radiance::KERNEL_NAMESPACE {

namespace {

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

} // namespace

} // namespace convergence::radiance::KERNEL_NAMESPACE
