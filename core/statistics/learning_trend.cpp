#include "core/statistics/learning_trend.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>

#include <Eigen/LU>

namespace convergence::statistics {

using Eigen::Index;

double LearningTrend::at(double words) const {
    return asymptote - gap * std::pow(words / unit, -exponent);
}

double LearningTrend::scale() const {
    return gap * std::pow(unit, exponent);
}

double LearningTrend::wordsWithin(double points) const {
    return unit * std::pow(gap / points, 1.0 / exponent);
}

TrendFitter::TrendFitter(std::size_t most)
    : logs_(static_cast<Index>(most)), powers_(logs_.size()), accuracies_(logs_.size()) {}

TrendFitter::Linear TrendFitter::solve(double exponent) {
    const auto n = static_cast<double>(count_);
    const double w = anchor_.weight;
    const auto y = accuracies_.head(count_);
    auto p = powers_.head(count_);
    p = (-exponent * logs_.head(count_)).exp();
    const double meanP = p.sum() / (n + w);
    const double meanY = (y.sum() + w * anchor_.asymptote) / (n + w);
    const double squaresP = (p - meanP).square().sum() + w * meanP * meanP;
    const double products = ((p - meanP) * (y - meanY)).sum() - //
                            w * meanP * (anchor_.asymptote - meanY);
    const double gap = squaresP > 0.0 ? std::max(0.0, -products / squaresP) : 0.0;
    const double c = meanY + gap * meanP;
    const double squares =
        (y - c + gap * p).square().sum() + w * (c - anchor_.asymptote) * (c - anchor_.asymptote);
    return {squares, c, gap};
}

LearningTrend TrendFitter::fit(std::span<const double> words, std::span<const double> accuracies,
                               std::optional<TrendAnchor> anchor) {
    constexpr std::size_t fewest = 3;
    if (words.size() < fewest || words.size() != accuracies.size() ||
        words.size() > static_cast<std::size_t>(logs_.size()))
        throw std::logic_error("a trend needs three observations, and room for all of them");
    count_ = static_cast<Index>(words.size());
    anchor_ = anchor.value_or(TrendAnchor{0.0, 0.0});
    for (Index i = 0; i < count_; ++i) {
        logs_[i] = std::log(words[static_cast<std::size_t>(i)] / words[0]);
        accuracies_[i] = accuracies[static_cast<std::size_t>(i)];
    }

    constexpr int grid = 120, steps = 60;
    const double low = std::log(leastExponent), high = std::log(greatestExponent);
    const auto at = [&](int i) { return low + (high - low) * i / (grid - 1); };
    int best = 0;
    double least = std::numeric_limits<double>::infinity();
    for (int i = 0; i < grid; ++i)
        if (const double squares = solve(std::exp(at(i))).squares; squares < least) {
            least = squares;
            best = i;
        }
    const double golden = (std::sqrt(5.0) - 1.0) / 2.0;
    double from = at(std::max(0, best - 1)), to = at(std::min(grid - 1, best + 1));
    double left = to - golden * (to - from), right = from + golden * (to - from);
    double ofLeft = solve(std::exp(left)).squares, ofRight = solve(std::exp(right)).squares;
    for (int step = 0; step < steps; ++step)
        if (ofLeft < ofRight) {
            to = right;
            right = left;
            ofRight = ofLeft;
            left = to - golden * (to - from);
            ofLeft = solve(std::exp(left)).squares;
        } else {
            from = left;
            left = right;
            ofLeft = ofRight;
            right = from + golden * (to - from);
            ofRight = solve(std::exp(right)).squares;
        }
    const double logExponent = 0.5 * (from + to);
    const double exponent = std::exp(logExponent);
    const Linear found = solve(exponent);
    constexpr double near = 1e-4;
    return {.asymptote = found.asymptote,
            .gap = found.gap,
            .exponent = exponent,
            .unit = words[0],
            .isAtBound = logExponent < low + near || logExponent > high - near};
}

double TrendFitter::squares(const LearningTrend& trend, std::span<const double> words,
                            std::span<const double> accuracies, std::optional<TrendAnchor> anchor) {
    double sum = 0.0;
    for (std::size_t i = 0; i < words.size(); ++i)
        sum += std::pow(accuracies[i] - trend.at(words[i]), 2);
    return anchor ? sum + anchor->weight * std::pow(trend.asymptote - anchor->asymptote, 2) : sum;
}

double largestGap(const LearningTrend& a, const LearningTrend& b, double from, double to) {
    constexpr int marks = 400;
    double largest = 0.0;
    for (int i = 0; i <= marks; ++i) {
        const double words = from * std::pow(to / from, double(i) / marks);
        largest = std::max(largest, std::abs(a.at(words) - b.at(words)));
    }
    return largest;
}

double asymptoteSpread(const LearningTrend& trend, std::span<const double> words,
                       double deviation) {
    Eigen::Matrix3d information = Eigen::Matrix3d::Zero();
    for (const double x : words) {
        const double log = std::log(x / trend.unit), p = std::exp(-trend.exponent * log);
        const Eigen::Vector3d slope(1.0, -p, trend.gap * log * p);
        information += slope * slope.transpose();
    }
    return deviation * std::sqrt(information.inverse()(0, 0));
}

} // namespace convergence::statistics
