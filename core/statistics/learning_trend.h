#pragma once

#include <limits>
#include <optional>
#include <span>

#include <Eigen/Core>

namespace convergence::statistics {

/// A fitted learning curve: accuracy in percent after reading x words,
///
///     π(x) = c − a x^−b,     a ≥ 0, b > 0.
///
/// Concave, rising, and bounded by its asymptote c. It is kept as c − g (x/x₁)^−b, where x₁ is the
/// first observation's size and g = a x₁^−b its distance from the asymptote: a itself spans
/// decades.
struct LearningTrend {
    double asymptote = std::numeric_limits<double>::quiet_NaN(); ///< c
    double gap = 0.0;                                            ///< g, in points
    double exponent = 1.0;                                       ///< b
    double unit = 1.0;                                           ///< x₁, in words
    bool isAtBound = false; ///< b is at an end of its range: at 0.01 a nearly logarithmic curve

    /// Whether there is a fit.
    [[nodiscard]] bool valid() const { return asymptote == asymptote; }
    [[nodiscard]] double at(double words) const;
    /// a, in points · words^b.
    [[nodiscard]] double scale() const;
    /// Words at which the curve is so many points below its asymptote.
    [[nodiscard]] double wordsWithin(double points) const;
};

/// A virtual observation at infinity, where π is c: the residual √weight (c − asymptote).
struct TrendAnchor {
    double asymptote = 0.0;
    double weight = 1.0;
};

/// Least-squares fits of π by variable projection: for a given b the best c and g have a closed
/// form; b is found among 120 log-spaced values in [0.01, 3], then by 60 steps of golden section
/// between the neighbors of the best one. Where the best g would be negative it is 0, and c the
/// mean: a curve that falls is no learning curve.
class TrendFitter {
public:
    static constexpr double leastExponent = 0.01, greatestExponent = 3.0;

    /// Room for so many observations.
    explicit TrendFitter(std::size_t most);

    /// Sizes in words, > 0; as many accuracies. Without allocation. std::logic_error for fewer than
    /// three observations or more than there is room for.
    LearningTrend fit(std::span<const double> words, std::span<const double> accuracies,
                      std::optional<TrendAnchor> anchor = std::nullopt);

    /// Sum of squares of a trend's residuals, the anchor's among them.
    static double squares(const LearningTrend& trend, std::span<const double> words,
                          std::span<const double> accuracies,
                          std::optional<TrendAnchor> anchor = std::nullopt);

private:
    struct Linear {
        double squares, asymptote, gap;
    };
    Linear solve(double exponent);

    Eigen::ArrayXd logs_, powers_, accuracies_;
    Eigen::Index count_ = 0;
    TrendAnchor anchor_{0.0, 0.0};
};

/// The largest |A − B| on [from, to], over 400 log-spaced sizes.
double largestGap(const LearningTrend& a, const LearningTrend& b, double from, double to);

/// The standard deviation of the fitted asymptote where accuracies are those of a trend with
/// independent errors of deviation σ, linearized: σ √[(JᵀJ)⁻¹]_cc with the Jacobian of (c, g, b).
double asymptoteSpread(const LearningTrend& trend, std::span<const double> words, double deviation);

} // namespace convergence::statistics
