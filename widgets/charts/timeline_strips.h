#pragma once

#include <cstdint>
#include <vector>

#include "core/experiment/timeline_frame.h"
#include "widgets/charts/decimation.h"

namespace convergence {

/// A colored piece of a lane, in pixels from the left of the plot.
struct TimelineStrip {
    std::uint32_t lane = 0, kind = 0;
    double left = 0.0, right = 0.0;
    double share = 1.0; ///< how much of it is filled; below 1 where many short intervals are
};

/// Indices of the intervals by lane, within it by their start.
std::vector<std::uint32_t> timelineOrder(const TimelineFrame& frame);

/// The visible intervals as they are drawn. Those of at least a pixel are drawn as they are; of
/// shorter ones each pixel of a lane becomes one strip in the color of the kind that fills most of
/// it, the fainter the less is filled, but never invisible: at most (pixels + 1) × lanes strips
/// come of them, however many they are.
std::vector<TimelineStrip> timelineStrips(const TimelineFrame& frame,
                                          const std::vector<std::uint32_t>& order,
                                          const PixelMap& map);

} // namespace convergence
