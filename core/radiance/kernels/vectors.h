#pragma once

#include "core/radiance/ray_kernels.h"

namespace convergence::radiance::KERNEL_NAMESPACE {

namespace {

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

} // namespace

} // namespace convergence::radiance::KERNEL_NAMESPACE
