#pragma once

#include <cmath>

namespace convergence {

/// A value with its first and second derivatives in two variables: f, ∇f and the Hessian are exact
/// to rounding, carried through every operation by the chain rule (second-order forward mode).
///
///     const Jet x = Jet::variable(0, 1.5), y = Jet::variable(1, -0.5);
///     const Jet f = (1.0 - x) * (1.0 - x) + 100.0 * (y - x * x) * (y - x * x);
///
/// Where a function has a kink (abs, min, max, sign) the derivatives are those of the branch taken.
struct Jet {
    double value = 0.0;
    double x = 0.0, y = 0.0;             ///< ∂f/∂x, ∂f/∂y
    double xx = 0.0, xy = 0.0, yy = 0.0; ///< second derivatives

    Jet() = default;
    Jet(double constant) : value(constant) {} // NOLINT: numbers mix with jets as in formulas
    /// The variable x (index 0) or y (1) at a value.
    static Jet variable(int index, double at) {
        Jet jet(at);
        (index == 0 ? jet.x : jet.y) = 1.0;
        return jet;
    }
    /// g(f), given g, g′ and g″ at f.
    [[nodiscard]] Jet chain(double g, double g1, double g2) const {
        Jet jet(g);
        jet.x = g1 * x;
        jet.y = g1 * y;
        jet.xx = g2 * x * x + g1 * xx;
        jet.xy = g2 * x * y + g1 * xy;
        jet.yy = g2 * y * y + g1 * yy;
        return jet;
    }
};

inline Jet operator-(const Jet& a) {
    return a.chain(-a.value, -1.0, 0.0);
}
inline Jet operator+(const Jet& a, const Jet& b) {
    Jet jet(a.value + b.value);
    jet.x = a.x + b.x;
    jet.y = a.y + b.y;
    jet.xx = a.xx + b.xx;
    jet.xy = a.xy + b.xy;
    jet.yy = a.yy + b.yy;
    return jet;
}
inline Jet operator-(const Jet& a, const Jet& b) {
    return a + (-b);
}
inline Jet operator*(const Jet& a, const Jet& b) {
    Jet jet(a.value * b.value);
    jet.x = a.x * b.value + a.value * b.x;
    jet.y = a.y * b.value + a.value * b.y;
    jet.xx = a.xx * b.value + 2.0 * a.x * b.x + a.value * b.xx;
    jet.xy = a.xy * b.value + a.x * b.y + a.y * b.x + a.value * b.xy;
    jet.yy = a.yy * b.value + 2.0 * a.y * b.y + a.value * b.yy;
    return jet;
}
inline Jet operator/(const Jet& a, const Jet& b) {
    const double u = 1.0 / b.value;
    return a * b.chain(u, -u * u, 2.0 * u * u * u);
}

inline Jet exp(const Jet& a) {
    const double e = std::exp(a.value);
    return a.chain(e, e, e);
}
inline Jet log(const Jet& a) {
    return a.chain(std::log(a.value), 1.0 / a.value, -1.0 / (a.value * a.value));
}
inline Jet sqrt(const Jet& a) {
    const double root = std::sqrt(a.value);
    return a.chain(root, 0.5 / root, -0.25 / (root * a.value));
}
inline Jet sin(const Jet& a) {
    return a.chain(std::sin(a.value), std::cos(a.value), -std::sin(a.value));
}
inline Jet cos(const Jet& a) {
    return a.chain(std::cos(a.value), -std::sin(a.value), -std::cos(a.value));
}
inline Jet tan(const Jet& a) {
    const double t = std::tan(a.value), s = 1.0 + t * t;
    return a.chain(t, s, 2.0 * t * s);
}
inline Jet asin(const Jet& a) {
    const double u = 1.0 - a.value * a.value, root = std::sqrt(u);
    return a.chain(std::asin(a.value), 1.0 / root, a.value / (u * root));
}
inline Jet acos(const Jet& a) {
    const double u = 1.0 - a.value * a.value, root = std::sqrt(u);
    return a.chain(std::acos(a.value), -1.0 / root, -a.value / (u * root));
}
inline Jet atan(const Jet& a) {
    const double u = 1.0 / (1.0 + a.value * a.value);
    return a.chain(std::atan(a.value), u, -2.0 * a.value * u * u);
}
inline Jet sinh(const Jet& a) {
    return a.chain(std::sinh(a.value), std::cosh(a.value), std::sinh(a.value));
}
inline Jet cosh(const Jet& a) {
    return a.chain(std::cosh(a.value), std::sinh(a.value), std::cosh(a.value));
}
inline Jet tanh(const Jet& a) {
    const double t = std::tanh(a.value), s = 1.0 - t * t;
    return a.chain(t, s, -2.0 * t * s);
}
inline Jet abs(const Jet& a) {
    return a.value < 0.0 ? -a : a;
}
/// a^p for a constant p. At a = 0 an integer power has its polynomial derivatives.
inline Jet pow(const Jet& a, double p) {
    const auto power = [&](double exponent) {
        return exponent == 0.0 ? 1.0 : std::pow(a.value, exponent);
    };
    const double first = p == 0.0 ? 0.0 : p * power(p - 1.0);
    const double second = p == 0.0 || p == 1.0 ? 0.0 : p * (p - 1.0) * power(p - 2.0);
    return a.chain(std::pow(a.value, p), first, second);
}
/// a^b = e^{b ln a} where b varies; a > 0.
inline Jet pow(const Jet& a, const Jet& b) {
    const bool constant = b.x == 0.0 && b.y == 0.0 && b.xx == 0.0 && b.xy == 0.0 && b.yy == 0.0;
    return constant ? pow(a, b.value) : exp(b * log(a));
}

} // namespace convergence
