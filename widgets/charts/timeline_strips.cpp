#include "widgets/charts/timeline_strips.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace convergence {

namespace {

constexpr double leastShare = 0.3;  ///< of what is drawn
constexpr double leastWidth = 0.05; ///< in pixels, of an interval without length

/// Short intervals of one pixel of a lane.
class Pixel {
public:
    Pixel(std::size_t kinds, std::vector<TimelineStrip>& strips)
        : filled_(kinds, 0.0), strips_(strips) {}

    void add(std::uint32_t lane, std::uint32_t kind, double column, double width) {
        if (lane != lane_ || column != column_)
            flush();
        lane_ = lane;
        column_ = column;
        filled_[kind] += std::max(width, leastWidth);
        isEmpty_ = false;
    }
    void flush() {
        if (!isEmpty_) {
            const auto most = std::max_element(filled_.begin(), filled_.end());
            const double all = std::accumulate(filled_.begin(), filled_.end(), 0.0);
            strips_.push_back({lane_, static_cast<std::uint32_t>(most - filled_.begin()), column_,
                               column_ + 1.0, std::clamp(all, leastShare, 1.0)});
        }
        std::fill(filled_.begin(), filled_.end(), 0.0);
        isEmpty_ = true;
    }

private:
    std::vector<double> filled_; ///< by kind, in pixels
    std::vector<TimelineStrip>& strips_;
    std::uint32_t lane_ = 0;
    double column_ = 0.0;
    bool isEmpty_ = true;
};

} // namespace

std::vector<std::uint32_t> timelineOrder(const TimelineFrame& frame) {
    std::vector<std::uint32_t> order(frame.intervals.size());
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
        const auto& x = frame.intervals[a];
        const auto& y = frame.intervals[b];
        return x.lane != y.lane ? x.lane < y.lane : x.start < y.start;
    });
    return order;
}

std::vector<TimelineStrip> timelineStrips(const TimelineFrame& frame,
                                          const std::vector<std::uint32_t>& order,
                                          const PixelMap& map) {
    std::vector<TimelineStrip> strips;
    Pixel pixel(frame.kinds.size(), strips);
    for (const std::uint32_t index : order) {
        const TimelineFrame::Interval& part = frame.intervals[index];
        const double left = map.toPixelX(part.start), right = map.toPixelX(part.end);
        if (!(right >= 0.0 && left <= map.width))
            continue;
        if (right - left < 1.0) {
            pixel.add(part.lane, part.kind, std::floor(std::max(0.0, left)), right - left);
            continue;
        }
        pixel.flush();
        strips.push_back(
            {part.lane, part.kind, std::max(left, -1.0), std::min(right, map.width + 1.0), 1.0});
    }
    pixel.flush();
    return strips;
}

} // namespace convergence
