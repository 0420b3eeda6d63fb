#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace convergence {

/// Who did what when: lanes over (virtual) time, e.g. a lane a client. Times are in the unit of the
/// view's horizontal axis, finite, and need not be in order.
struct TimelineFrame {
    static constexpr std::size_t mostParts = 1'000'000; ///< intervals, instants and arrows each

    struct Interval {
        std::uint32_t lane = 0; ///< from the top
        std::uint32_t kind = 0; ///< index into `kinds`: its color
        double start = 0.0;
        double end = 0.0; ///< not before `start`
        /// A number told beside the pointer, such as a cost; NaN: none.
        double value = std::numeric_limits<double>::quiet_NaN();
    };
    /// A mark at one moment, e.g. a message that was lost.
    struct Instant {
        std::uint32_t lane = 0;
        std::uint32_t kind = 0;
        double time = 0.0;
    };
    /// From a moment in a lane to one in another, e.g. a message.
    struct Arrow {
        std::uint32_t from = 0, to = 0; ///< lanes
        std::uint32_t kind = 0;
        double start = 0.0, end = 0.0;
    };
    std::vector<std::string> lanes; ///< labels
    std::vector<std::string> kinds; ///< labels: "computes", "waits", "sends"
    std::vector<Interval> intervals;
    std::vector<Instant> instants;
    std::vector<Arrow> arrows;
    std::string valueLabel; ///< what Interval::value is: "local cost"
};

} // namespace convergence
