#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>

#include <Eigen/Core>

namespace convergence {

/// The larger of two errors, where NaN counts as infinite: a fold by std::max(worst, error) drops
/// every NaN, and a check of derivatives that are all NaN passes.
double largerError(double a, double b);

/// How derivatives that were written by hand compare with central differences.
struct GradientCheck {
    std::size_t compared = 0;       ///< entries that were looked at
    std::size_t worst = 0;          ///< the entry that is furthest off,
    double derivative = 0.0;        ///< its derivative as written by hand
    double difference = 0.0;        ///< and its central difference
    double error = 0.0;             ///< |derivative − difference|; infinite where either is NaN
    double largestDerivative = 0.0; ///< largest |derivative| of the whole gradient

    /// error/largestDerivative. Infinite where it would say nothing: no entry was compared, or all
    /// derivatives are 0, or one is not finite.
    [[nodiscard]] double relativeError() const;
    /// "entry 7 is 1.5, by central difference 1.25".
    [[nodiscard]] std::string text() const;
};

struct GradientCheckOptions {
    /// h of (f(x + h e) − f(x − h e))/(2h), the same for every entry. Truncation costs h²|f‴|/6,
    /// rounding 10⁻¹⁶|f|/h: for values, derivatives and arguments of order one the sum is least,
    /// about 10⁻¹⁰, from 10⁻⁶ to 10⁻⁵. Less where f has kinks nearby.
    double step = 1e-6;
    /// Entries to compare, in this order; all where empty.
    std::span<const std::size_t> entries;
};

/// Compares the gradient of f at x with central differences. `value` gives f at what x then holds;
/// x is left as it was found. Throws std::invalid_argument where x and the gradient differ in
/// length.
GradientCheck checkGradient(const std::function<double()>& value, std::span<double> x,
                            std::span<const double> gradient,
                            const GradientCheckOptions& options = {});

/// The same for a vector or matrix of double and the gradient of its shape; entries count by
/// columns.
template <class X, class Gradient>
GradientCheck checkGradient(const std::function<double()>& value, Eigen::PlainObjectBase<X>& x,
                            const Eigen::PlainObjectBase<Gradient>& gradient,
                            const GradientCheckOptions& options = {}) {
    return checkGradient(
        value, std::span<double>(x.data(), static_cast<std::size_t>(x.size())),
        std::span<const double>(gradient.data(), static_cast<std::size_t>(gradient.size())),
        options);
}

} // namespace convergence
