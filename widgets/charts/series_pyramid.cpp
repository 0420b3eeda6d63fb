#include "widgets/charts/series_pyramid.h"

#include <algorithm>
#include <cmath>

#include "core/experiment/not_applicable.h"

namespace convergence {

namespace {
constexpr std::size_t mostWrongRows = 10'000;
}

void Extent::include(double value) {
    if (!std::isfinite(value))
        return;
    minimum = std::min(minimum, value);
    maximum = std::max(maximum, value);
    if (value > 0.0)
        minimumPositive = std::min(minimumPositive, value);
}

void Extent::include(const Extent& other) {
    minimum = std::min(minimum, other.minimum);
    maximum = std::max(maximum, other.maximum);
    minimumPositive = std::min(minimumPositive, other.minimumPositive);
}

bool SeriesPyramid::update() {
    const std::size_t ready = std::min(columns_.xTable->rows(), columns_.yTable->rows());
    if (ready <= rows_)
        return false;
    takeUpX(rows_, ready);
    takeUpWrong(rows_, ready);
    rows_ = ready;
    if (levels_.empty())
        levels_.emplace_back();
    while ((levels_[0].size() + 1) * blockRows <= ready) {
        const std::size_t begin = levels_[0].size() * blockRows;
        levels_[0].push_back(rawExtent(begin, begin + blockRows));
        for (std::size_t level = 0; levels_[level].size() % 2 == 0; ++level) {
            if (levels_.size() == level + 1)
                levels_.emplace_back();
            Extent both = *(levels_[level].end() - 2);
            both.include(levels_[level].back());
            levels_[level + 1].push_back(both);
        }
    }
    return true;
}

void SeriesPyramid::takeUpX(std::size_t begin, std::size_t end) {
    while (begin < end) {
        const auto run = columns_.xTable->contiguous(columns_.x, begin, end);
        for (const double value : run) {
            monotone_ = monotone_ && value >= lastX_; // false for NaN
            lastX_ = value;
            xExtent_.include(value);
        }
        begin += run.size();
    }
}

void SeriesPyramid::takeUpWrong(std::size_t begin, std::size_t end) {
    while (begin < end) {
        const auto run = columns_.yTable->contiguous(columns_.y, begin, end);
        for (std::size_t i = 0; i < run.size(); ++i)
            if (!std::isfinite(run[i]) && applies(run[i]) && wrongRows_.size() < mostWrongRows)
                wrongRows_.push_back(begin + i);
        begin += run.size();
    }
}

Extent SeriesPyramid::rawExtent(std::size_t begin, std::size_t end) const {
    // Written out: this loop sees every number once when it arrives, and many when it is drawn.
    Extent extent;
    constexpr double largest = std::numeric_limits<double>::max();
    while (begin < end) {
        const auto run = columns_.yTable->contiguous(columns_.y, begin, end);
        double low = extent.minimum, high = extent.maximum, positive = extent.minimumPositive;
        for (const double value : run) {
            const bool above = value >= -largest, below = value <= largest; // false for NaN
            low = above && value < low ? value : low;
            high = below && value > high ? value : high;
            positive = value > 0.0 && value < positive ? value : positive;
        }
        extent = {low, high, positive};
        begin += run.size();
    }
    return extent;
}

Extent SeriesPyramid::extent(std::size_t begin, std::size_t end) const {
    Extent extent;
    while (begin < end) {
        const std::size_t block = begin / blockRows;
        if (begin % blockRows != 0 || begin + blockRows > end) {
            const std::size_t stop = std::min(end, (block + 1) * blockRows);
            extent.include(rawExtent(begin, stop));
            begin = stop;
            continue;
        }
        // The largest block that starts here and ends in time.
        std::size_t level = 0;
        while (level + 1 < levels_.size() && (block >> level) % 2 == 0 &&
               begin + (blockRows << (level + 1)) <= end)
            ++level;
        extent.include(levels_[level][block >> level]);
        begin += blockRows << level;
    }
    return extent;
}

std::size_t SeriesPyramid::lowerBound(double value, std::size_t from) const {
    // Gallop, then bisect: neighboring pixel columns ask for neighboring rows.
    std::size_t low = from, step = 1;
    while (low + step < rows_ && x(low + step) < value) {
        low += step;
        step *= 2;
    }
    std::size_t high = std::min(low + step, rows_);
    while (low < high) {
        const std::size_t middle = low + (high - low) / 2;
        if (x(middle) < value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

} // namespace convergence
