#pragma once

#include "core/radiance/kernels/vectors.h"

namespace convergence::radiance::KERNEL_NAMESPACE {

namespace {

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

} // namespace

} // namespace convergence::radiance::KERNEL_NAMESPACE
