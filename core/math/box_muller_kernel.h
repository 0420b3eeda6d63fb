#pragma once

#include <cstdint>

// Box–Muller pairs for one vector width. Compiled once for each instruction set, so nothing here
// may be shared between translation units: no inline functions of the standard library, everything
// in an unnamed namespace.
//
// A pair has the same bits whatever the width: lanes do not meet, every operation is correctly
// rounded, and all sets compiled together fuse multiplications and additions, or none does.

namespace convergence {

/// out[2i], out[2i + 1] = √(−2 ln(1 − u))·(cos 2πv, sin 2πv) of the words u = words[2i] and
/// v = words[2i + 1], for i < pairs, a multiple of the kernel's lanes.
using BoxMullerKernel = void (*)(const std::uint64_t* words, double* out, long pairs);

void boxMullerAvx512(const std::uint64_t* words, double* out, long pairs);

namespace {

template <int lanes>
struct Lanes {
    typedef double Real __attribute__((vector_size(8 * lanes)));
    typedef std::uint64_t Bits __attribute__((vector_size(8 * lanes)));
};

template <int lanes>
struct BoxMuller {
    using Real = typename Lanes<lanes>::Real;
    using Bits = typename Lanes<lanes>::Bits;

    static constexpr double twoTo52 = 0x1.0p52;
    static constexpr std::uint64_t twoTo52Bits = 0x4330000000000000;

    /// Whole numbers below 2⁵²: their bits are the mantissa of 2⁵² + n.
    [[gnu::always_inline]] static Real whole(Bits n) { return Real(n | twoTo52Bits) - twoTo52; }

    /// 53 random bits as a number in [0, 1), without rounding.
    [[gnu::always_inline]] static Real unit(Bits word) {
        const Bits n = word >> 11;
        return whole(n >> 32) * 0x1.0p-21 + whole(n & 0xffffffff) * 0x1.0p-53;
    }

    /// ln of numbers in [2⁻⁵³, 1]: Cephes' rational function on [√½, √2).
    [[gnu::always_inline]] static Real logarithm(Real of) {
        const Bits bits = Bits(of);
        Real exponent = whole(bits >> 52) - 1022.0;
        Real x = Real((bits & 0x000fffffffffffff) | 0x3fe0000000000000); // [½, 1)
        const Bits isLow = Bits(x < 0.70710678118654752440);
        exponent -= Real(Bits(Real{} + 1.0) & isLow);
        x = (x - 1.0) + Real(Bits(x) & isLow);
        const Real x2 = x * x, x3 = x2 * x;
        Real p = 1.01875663804580931796E-4 * x + 4.97494994976747001425E-1;
        p = p * x + 4.70579119878881725854E0;
        Real pLow = 1.44989225341610930846E1 * x + 1.79368678507819816313E1;
        pLow = pLow * x + 7.70838733755885391666E0;
        Real q = x + 1.12873587189167450590E1;
        q = q * x + 4.52279145837532221105E1;
        Real qLow = 8.29875266912776603211E1 * x + 7.11544750618563894466E1;
        qLow = qLow * x + 2.31251620126765340583E1;
        const Real ratio = (p * x3 + pLow) * x3 / (q * x3 + qLow);
        return exponent * 0.69314718055994530942 + (x + (-0.5 * x2 + ratio));
    }

    /// x/divisor, correctly rounded, without a division where multiply-adds are fused: 1/divisor is
    /// known to 106 bits, and x/divisor of a whole divisor < 2⁸ keeps 2⁻⁶² from where roundings
    /// change.
    [[gnu::always_inline]] static Real over(Real x, double divisor) {
#ifdef __FMA__
        const double high = 1.0 / divisor;
        const double low = __builtin_fma(-high, divisor, 1.0) / divisor;
        return low == 0.0 ? x * high : x * high + x * low;
#else
        return x / divisor;
#endif
    }

    [[gnu::always_inline]] static Real root(Real x) {
        Real y;
        for (int i = 0; i < lanes; ++i)
            y[i] = __builtin_sqrt(x[i]);
        return y;
    }

    [[gnu::always_inline]] static void pairs(Bits evens, Bits odds, double* out) {
        const Real radius = root(-2.0 * logarithm(1.0 - unit(evens)));
        // 2πv = quarter·π/2 + x with |x| ≤ π/4, where Taylor's series to these orders is exact to
        // 1e-16.
        const Real v = unit(odds), turn = 4.0 * v + 0.5;
        Real quarter = (turn + twoTo52) - twoTo52; // rounded, then down
        quarter -= Real(Bits(Real{} + 1.0) & Bits(quarter > turn));
        const Bits turns = Bits(quarter + twoTo52);
        const Real x = 2.0 * 3.14159265358979323846 * (v - 0.25 * quarter), x2 = x * x;
        Real sine = Real{} + 1.0, cosine = sine;
#pragma GCC unroll 8
        for (int n = 15; n > 1; n -= 2)
            sine = 1.0 - over(x2 * sine, n * (n - 1.0));
        sine *= x;
#pragma GCC unroll 8
        for (int n = 16; n > 0; n -= 2)
            cosine = 1.0 - over(x2 * cosine, n * (n - 1.0));
        // Quarter turns exchange the two and change their signs.
        const Bits odd = -(turns & 1), sign = turns >> 1;
        const Bits swap = (Bits(sine) ^ Bits(cosine)) & odd;
        const Real first = Real(Bits(cosine) ^ swap ^ ((sign ^ turns) << 63)) * radius;
        const Real second = Real(Bits(sine) ^ swap ^ (sign << 63)) * radius;
        for (int i = 0; i < lanes; ++i) {
            out[2 * i] = first[i];
            out[2 * i + 1] = second[i];
        }
    }

    static void fill(const std::uint64_t* words, double* out, long count) {
        for (long i = 0; i < count; i += lanes) {
            Bits evens, odds;
            for (int k = 0; k < lanes; ++k) {
                evens[k] = words[2 * (i + k)];
                odds[k] = words[2 * (i + k) + 1];
            }
            pairs(evens, odds, out + 2 * i);
        }
    }
};

} // namespace

} // namespace convergence
