#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "core/statistics/learning_trend.h"

namespace convergence::statistics {

/// The levels of a learning trace, counted from 1; nothing where they are not known yet.
struct TraceLevels {
    /// ω: the end of the irregular start.
    std::optional<std::size_t> working;
    /// ℘: the first from ω on whose asymptote is one that an accuracy can have.
    std::optional<std::size_t> prediction;
    /// The first from ℘ on whose layer of convergence is within the threshold.
    std::optional<std::size_t> convergence;
    /// When that was known, which is not before ω was: this is where a person could have stopped.
    std::optional<std::size_t> known;
};

/// The learning trace of Vilares Ferro, Darriba and Ribadas (2017): at every level ℓ ≥ 3 a trend
/// A_ℓ fitted to the first ℓ observations, with asymptote α_ℓ.
///
///   ω = the smallest ℓ with |α_{j+1} − α_j| / (x_{j+1} − x_j) ≤ ν^{1/ς} / (1 − ν), j = ℓ … ℓ + λ
///   ℘ = the smallest ℓ ≥ ω with α_ℓ ≤ 100
///   χ_ℓ = |α_ℓ − A_ℓ(x_ℓ)|, and convergence is the smallest ℓ ≥ ℘ with χ_ℓ ≤ τ
///
/// Beside this reference trace stands the anchored one: from ω on, Â_ℓ is fitted with a virtual
/// observation at infinity, whose value is Â's own asymptote one level before. It starts at α_ω.
///
/// Nothing is used before it is measured: ω is known only λ + 1 levels later, and the anchored
/// trends of the levels between are fitted then.
class LearningTrace {
public:
    enum class Anchoring {
        none,
        previous, ///< α̂_{ℓ−1}
        average,  ///< of α̂_{ℓ−1} and α_{ℓ−1}
    };
    enum class Pattern {
        power,     ///< c − a x^−b
        lastValue, ///< a control: it stays as it is
    };
    struct Options {
        double verticality = 2e-5; ///< ν, points per word
        double slowdown = 1.0;     ///< ς
        std::size_t lookAhead = 5; ///< λ
        double threshold = 2.0;    ///< τ, points
        Anchoring anchoring = Anchoring::previous;
        double anchorWeight = 1.0;
        std::size_t workingLevel = 0; ///< ω, where it is not to be found; 0: found
        Pattern pattern = Pattern::power;
        std::size_t memory = 0; ///< the last observations that a fit sees; 0: all
    };

    static constexpr std::size_t firstLevel = 3; ///< with a trend

    LearningTrace(std::size_t mostLevels, const Options& options);

    /// The next observation: more words than before. Without allocation. std::logic_error beyond
    /// the levels there is room for.
    void add(double words, double accuracy);
    /// Changes an observation, and with it every trend that has seen it.
    void distort(std::size_t level, double accuracy);
    void setOptions(const Options& options);
    [[nodiscard]] const Options& options() const { return options_; }

    [[nodiscard]] std::size_t levels() const { return words_.size(); }
    [[nodiscard]] std::span<const double> words() const { return words_; }
    [[nodiscard]] std::span<const double> accuracies() const { return accuracies_; }
    /// Of a level from 1 to levels(); not valid below firstLevel, and anchored below ω.
    [[nodiscard]] const LearningTrend& trend(std::size_t level) const {
        return trends_.at(level - 1);
    }
    [[nodiscard]] const LearningTrend& anchored(std::size_t level) const {
        return anchored_.at(level - 1);
    }
    /// χ_ℓ of either; NaN without a trend.
    [[nodiscard]] double layer(std::size_t level) const { return layerOf(trends_, level); }
    [[nodiscard]] double anchoredLayer(std::size_t level) const {
        return layerOf(anchored_, level);
    }
    [[nodiscard]] const TraceLevels& reference() const { return reference_; }
    [[nodiscard]] const TraceLevels& ofAnchored() const { return ofAnchored_; }

private:
    [[nodiscard]] double layerOf(const std::vector<LearningTrend>& trends, std::size_t level) const;
    LearningTrend fit(std::size_t level, std::optional<TrendAnchor> anchor);
    void fitFrom(std::size_t level);
    void update();
    [[nodiscard]] std::optional<std::size_t> workingLevel() const;
    [[nodiscard]] TraceLevels levelsOf(const std::vector<LearningTrend>& trends) const;
    void fitAnchored();

    Options options_;
    std::size_t most_;
    TrendFitter fitter_;
    std::vector<double> words_, accuracies_;
    std::vector<LearningTrend> trends_, anchored_;
    std::size_t anchoredFrom_ = 0, anchoredUntil_ = 0; ///< levels; 0: none
    TraceLevels reference_, ofAnchored_;
};

} // namespace convergence::statistics
