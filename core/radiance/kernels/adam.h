#pragma once

#include "core/radiance/kernels/vectors.h"

namespace convergence::radiance::KERNEL_NAMESPACE {

namespace {

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

} // namespace

} // namespace convergence::radiance::KERNEL_NAMESPACE
