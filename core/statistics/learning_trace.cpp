#include "core/statistics/learning_trace.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace convergence::statistics {

LearningTrace::LearningTrace(std::size_t mostLevels, const Options& options)
    : options_(options), most_(mostLevels), fitter_(mostLevels) {
    words_.reserve(most_);
    accuracies_.reserve(most_);
    trends_.reserve(most_);
    anchored_.reserve(most_);
}

void LearningTrace::add(double words, double accuracy) {
    if (levels() == most_)
        throw std::logic_error("a learning trace has no room for another level");
    words_.push_back(words);
    accuracies_.push_back(accuracy);
    trends_.emplace_back();
    anchored_.emplace_back();
    fitFrom(levels());
    update();
}

void LearningTrace::distort(std::size_t level, double accuracy) {
    accuracies_.at(level - 1) = accuracy;
    fitFrom(level);
    anchoredFrom_ = 0;
    update();
}

void LearningTrace::setOptions(const Options& options) {
    const bool sameTrends =
        options.pattern == options_.pattern && options.memory == options_.memory;
    options_ = options;
    if (!sameTrends)
        fitFrom(1);
    anchoredFrom_ = 0;
    update();
}

double LearningTrace::layerOf(const std::vector<LearningTrend>& trends, std::size_t level) const {
    const LearningTrend& trend = trends.at(level - 1);
    return std::abs(trend.asymptote - trend.at(words_[level - 1]));
}

LearningTrend LearningTrace::fit(std::size_t level, std::optional<TrendAnchor> anchor) {
    if (options_.pattern == Pattern::lastValue)
        return {.asymptote = accuracies_[level - 1], .unit = words_[0]};
    const std::size_t first =
        options_.memory > 0 && level > options_.memory ? level - options_.memory : 0;
    return fitter_.fit(std::span(words_).subspan(first, level - first),
                       std::span(accuracies_).subspan(first, level - first), anchor);
}

void LearningTrace::fitFrom(std::size_t level) {
    for (std::size_t l = std::max(level, firstLevel); l <= levels(); ++l)
        trends_[l - 1] = fit(l, std::nullopt);
}

std::optional<std::size_t> LearningTrace::workingLevel() const {
    if (options_.workingLevel > 0) {
        const std::size_t level = std::max(options_.workingLevel, firstLevel);
        return levels() >= level ? std::optional(level) : std::nullopt;
    }
    const double steepest =
        std::pow(options_.verticality, 1.0 / options_.slowdown) / (1.0 - options_.verticality);
    std::size_t level = firstLevel; // of which all so far were flat enough
    for (std::size_t j = firstLevel; j < levels(); ++j) {
        const double slope =
            std::abs(trends_[j].asymptote - trends_[j - 1].asymptote) / (words_[j] - words_[j - 1]);
        if (!(slope <= steepest))
            level = j + 1;
        else if (j == level + options_.lookAhead)
            return level;
    }
    return std::nullopt;
}

TraceLevels LearningTrace::levelsOf(const std::vector<LearningTrend>& trends) const {
    constexpr double mostAccurate = 100.0;
    TraceLevels found{
        .working = reference_.working, .prediction = {}, .convergence = {}, .known = {}};
    if (!found.working)
        return found;
    for (std::size_t l = *found.working; l <= levels(); ++l) {
        if (!found.prediction && trends[l - 1].asymptote <= mostAccurate)
            found.prediction = l;
        if (found.prediction && layerOf(trends, l) <= options_.threshold) {
            found.convergence = l;
            const std::size_t after = options_.workingLevel > 0 ? 0 : options_.lookAhead + 1;
            found.known = std::max(l, *found.working + after);
            break;
        }
    }
    return found;
}

void LearningTrace::fitAnchored() {
    if (!reference_.working || options_.anchoring == Anchoring::none) {
        std::fill(anchored_.begin(), anchored_.end(), LearningTrend());
        anchoredFrom_ = 0;
        return;
    }
    const std::size_t start = *reference_.working;
    if (anchoredFrom_ != start) {
        std::fill(anchored_.begin(), anchored_.end(), LearningTrend());
        anchored_[start - 1] = trends_[start - 1];
        anchoredFrom_ = anchoredUntil_ = start;
    }
    for (std::size_t l = anchoredUntil_ + 1; l <= levels(); ++l) {
        const double before = anchored_[l - 2].asymptote;
        const double anchor = options_.anchoring == Anchoring::average
                                  ? 0.5 * (before + trends_[l - 2].asymptote)
                                  : before;
        anchored_[l - 1] = fit(l, TrendAnchor{anchor, options_.anchorWeight});
    }
    anchoredUntil_ = levels();
}

void LearningTrace::update() {
    reference_.working = workingLevel();
    reference_ = levelsOf(trends_);
    fitAnchored();
    ofAnchored_ = options_.anchoring == Anchoring::none ? TraceLevels() : levelsOf(anchored_);
}

} // namespace convergence::statistics
