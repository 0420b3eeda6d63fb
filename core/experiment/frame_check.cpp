#include "core/experiment/frame_check.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace convergence {

namespace {

/// Sizes that have to fit: "column 'bytes' has 3 values, 4 are needed".
std::string sizeTrouble(const std::string& what, std::size_t size, std::size_t needed) {
    return size == needed ? std::string()
                          : fmt::format("{}, {} {} needed", fmt::format(fmt::runtime(what), size),
                                        needed, needed == 1 ? "is" : "are");
}

/// Of vectors that may be left out.
std::string optionalSizeTrouble(const std::string& what, std::size_t size, std::size_t needed) {
    return size == 0 ? std::string() : sizeTrouble(what, size, needed);
}

std::string mostTrouble(std::string_view what, std::size_t size, std::size_t most) {
    return size <= most ? std::string()
                        : fmt::format("it has {} {}, at most {} can be drawn", size, what, most);
}

/// "the y of point 3 is nan".
template <typename Number>
std::string finiteTrouble(const std::vector<Number>& numbers, std::string_view what) {
    const auto bad = std::find_if(numbers.begin(), numbers.end(),
                                  [](Number number) { return !std::isfinite(number); });
    return bad == numbers.end()
               ? std::string()
               : fmt::format("the {} {} is {}", what, bad - numbers.begin() + 1, *bad);
}

std::string indexTrouble(std::string_view what, std::size_t which, std::string_view to,
                         std::size_t index, std::size_t count) {
    return index < count ? std::string()
                         : fmt::format("{} {} is of {} {}, there {} {}, counted from 0", what,
                                       which, to, index, count == 1 ? "is" : "are", count);
}

std::string classTrouble(std::string_view of, const std::vector<std::uint16_t>& classes,
                         std::size_t count) {
    for (std::size_t i = 0; i < classes.size(); ++i)
        if (std::string trouble = indexTrouble(of, i + 1, "class", classes[i], count);
            !trouble.empty())
            return trouble;
    return {};
}

/// The first sentence that is not empty.
template <typename... Checks>
std::string firstOf(Checks&&... checks) {
    std::string trouble;
    static_cast<void>(((trouble = checks(), !trouble.empty()) || ...));
    return trouble;
}

} // namespace

std::string frameTrouble(const TableFrame& frame) {
    for (const TableFrame::Column& column : frame.columns) {
        const bool isText = column.values.empty() && !column.texts.empty();
        std::string trouble =
            sizeTrouble("a column of the table has {} entries",
                        isText ? column.texts.size() : column.values.size(), frame.rows.size());
        if (trouble.empty() && !column.values.empty() && !column.texts.empty())
            trouble = "a column of the table has values as well as texts, one of them is needed";
        if (trouble.empty() && (column.digits < 1 || column.digits > 17))
            trouble = fmt::format("a column of the table has {} significant digits, 1 to 17 are "
                                  "possible",
                                  column.digits);
        if (!trouble.empty())
            return fmt::format("{} (column '{}')", trouble, column.label);
    }
    return {};
}

std::string frameTrouble(const TimelineFrame& frame) {
    const std::size_t lanes = frame.lanes.size(), kinds = frame.kinds.size();
    const std::string sizes =
        firstOf([&] { return mostTrouble("intervals", frame.intervals.size(), frame.mostParts); },
                [&] { return mostTrouble("instants", frame.instants.size(), frame.mostParts); },
                [&] { return mostTrouble("arrows", frame.arrows.size(), frame.mostParts); });
    if (!sizes.empty())
        return sizes;
    for (std::size_t i = 0; i < frame.intervals.size(); ++i) {
        const auto& part = frame.intervals[i];
        std::string trouble =
            firstOf([&] { return indexTrouble("interval", i + 1, "lane", part.lane, lanes); },
                    [&] { return indexTrouble("interval", i + 1, "kind", part.kind, kinds); });
        if (trouble.empty() &&
            !(std::isfinite(part.start) && std::isfinite(part.end) && part.start <= part.end))
            trouble = fmt::format("interval {} lasts from {} to {}, finite times in this order are "
                                  "needed",
                                  i + 1, part.start, part.end);
        if (!trouble.empty())
            return trouble;
    }
    for (std::size_t i = 0; i < frame.instants.size(); ++i) {
        const auto& part = frame.instants[i];
        std::string trouble =
            firstOf([&] { return indexTrouble("instant", i + 1, "lane", part.lane, lanes); },
                    [&] { return indexTrouble("instant", i + 1, "kind", part.kind, kinds); });
        if (trouble.empty() && !std::isfinite(part.time))
            trouble = fmt::format("the time of instant {} is {}", i + 1, part.time);
        if (!trouble.empty())
            return trouble;
    }
    for (std::size_t i = 0; i < frame.arrows.size(); ++i) {
        const auto& part = frame.arrows[i];
        std::string trouble =
            firstOf([&] { return indexTrouble("arrow", i + 1, "lane", part.from, lanes); },
                    [&] { return indexTrouble("arrow", i + 1, "lane", part.to, lanes); },
                    [&] { return indexTrouble("arrow", i + 1, "kind", part.kind, kinds); });
        if (trouble.empty() && !(std::isfinite(part.start) && std::isfinite(part.end)))
            trouble = fmt::format("arrow {} goes from {} to {}, finite times are needed", i + 1,
                                  part.start, part.end);
        if (!trouble.empty())
            return trouble;
    }
    return {};
}

std::string frameTrouble(const PointsFrame& frame) {
    const std::size_t count = frame.x.size(), behind = frame.behind.x.size();
    const std::size_t pixels = 3 * frame.thumbnailWidth * frame.thumbnailHeight;
    constexpr std::size_t mostPixels = 512; // along an edge: no product overflows
    std::string trouble = firstOf(
        [&] { return mostTrouble("points", count, frame.mostPoints); },
        [&] { return mostTrouble("points behind", behind, frame.mostPoints); },
        [&] { return sizeTrouble("there are {} ordinates of points", frame.y.size(), count); },
        [&] { return optionalSizeTrouble("there are {} heights", frame.z.size(), count); },
        [&] { return optionalSizeTrouble("there are {} values", frame.values.size(), count); },
        [&] { return optionalSizeTrouble("there are {} classes", frame.classes.size(), count); },
        [&] { return optionalSizeTrouble("there are {} names", frame.names.size(), count); },
        [&] {
            return sizeTrouble("there are {} ordinates of points behind", frame.behind.y.size(),
                               behind);
        },
        [&] {
            return frame.z.empty() ? optionalSizeTrouble("there are {} heights of points behind",
                                                         frame.behind.z.size(), 0)
                                   : sizeTrouble("there are {} heights of points behind",
                                                 frame.behind.z.size(), behind);
        },
        [&] { return finiteTrouble(frame.x, "abscissa of point"); },
        [&] { return finiteTrouble(frame.y, "ordinate of point"); },
        [&] { return finiteTrouble(frame.z, "height of point"); },
        [&] { return finiteTrouble(frame.values, "value of point"); },
        [&] { return finiteTrouble(frame.behind.x, "abscissa of point behind"); },
        [&] { return finiteTrouble(frame.behind.y, "ordinate of point behind"); },
        [&] { return finiteTrouble(frame.behind.z, "height of point behind"); },
        [&] { return classTrouble("point", frame.classes, frame.classLabels.size()); });
    if (!trouble.empty())
        return trouble;
    for (std::size_t i = 0; i < frame.ellipses.size(); ++i) {
        const auto& e = frame.ellipses[i];
        const double sum = e.x + e.y + e.semiMajor + e.semiMinor + e.angle;
        if (!std::isfinite(sum) || !(e.semiMajor > 0.0) || !(e.semiMinor > 0.0))
            return fmt::format("ellipse {} has its center at ({}, {}), semi-axes {} and {} and "
                               "angle {}, finite ones with positive semi-axes are needed",
                               i + 1, e.x, e.y, e.semiMajor, e.semiMinor, e.angle);
        if (e.classIndex < -1 || e.classIndex >= static_cast<int>(frame.classLabels.size()))
            return fmt::format("ellipse {} is of class {}, there are {}, counted from 0", i + 1,
                               e.classIndex, frame.classLabels.size());
    }
    if (frame.thumbnails.empty())
        return {};
    if (frame.thumbnailWidth > mostPixels || frame.thumbnailHeight > mostPixels)
        return fmt::format("thumbnails are {} × {} pixels, at most {} × {} are possible",
                           frame.thumbnailWidth, frame.thumbnailHeight, mostPixels, mostPixels);
    return firstOf([&] { return mostTrouble("thumbnails", count, frame.mostThumbnails); },
                   [&] {
                       return sizeTrouble("thumbnails have {} bytes", frame.thumbnails.size(),
                                          count * pixels);
                   });
}

std::string frameTrouble(const GraphFrame& frame) {
    const std::size_t count = frame.x.size();
    std::string trouble = firstOf(
        [&] { return mostTrouble("nodes", count, frame.mostNodes); },
        [&] { return mostTrouble("edges", frame.edges.size(), frame.mostEdges); },
        [&] { return sizeTrouble("there are {} ordinates of nodes", frame.y.size(), count); },
        [&] { return optionalSizeTrouble("there are {} values", frame.values.size(), count); },
        [&] { return optionalSizeTrouble("there are {} classes", frame.classes.size(), count); },
        [&] { return optionalSizeTrouble("there are {} sizes", frame.sizes.size(), count); },
        [&] { return optionalSizeTrouble("there are {} labels", frame.labels.size(), count); },
        [&] {
            return optionalSizeTrouble("there are {} highlights of nodes",
                                       frame.isHighlighted.size(), count);
        },
        [&] { return finiteTrouble(frame.x, "abscissa of node"); },
        [&] { return finiteTrouble(frame.y, "ordinate of node"); },
        [&] { return finiteTrouble(frame.values, "value of node"); },
        [&] { return finiteTrouble(frame.sizes, "size of node"); },
        [&] { return classTrouble("node", frame.classes, frame.classLabels.size()); });
    if (!trouble.empty())
        return trouble;
    for (std::size_t i = 0; i < frame.sizes.size(); ++i)
        if (frame.sizes[i] < 0.0F)
            return fmt::format("the size of node {} is {}, 0 or more is needed", i + 1,
                               frame.sizes[i]);
    for (std::size_t i = 0; i < frame.edges.size(); ++i) {
        const auto& edge = frame.edges[i];
        trouble = firstOf([&] { return indexTrouble("edge", i + 1, "node", edge.from, count); },
                          [&] { return indexTrouble("edge", i + 1, "node", edge.to, count); });
        if (trouble.empty() && !(std::isfinite(edge.weight) && edge.weight >= 0.0F))
            trouble = fmt::format("the weight of edge {} is {}, a finite one of 0 or more is "
                                  "needed",
                                  i + 1, edge.weight);
        if (!trouble.empty())
            return trouble;
    }
    for (std::size_t i = 0; i < frame.highlightedEdges.size(); ++i)
        if (trouble = indexTrouble("highlight", i + 1, "edge", frame.highlightedEdges[i],
                                   frame.edges.size());
            !trouble.empty())
            return trouble;
    return {};
}

namespace {

std::string shapeTrouble(const SceneFrame::Shape& shape, std::size_t bodies) {
    using Kind = SceneFrame::ShapeKind;
    if (shape.body < -1 || (shape.body >= 0 && static_cast<std::size_t>(shape.body) >= bodies))
        return fmt::format("is of body {}, there are {}, counted from 0", shape.body, bodies);
    if (shape.color < -1)
        return fmt::format("has the color {}, −1 or the number of an arm is needed", shape.color);
    const std::size_t least = shape.kind == Kind::line ? 2 : (shape.kind == Kind::polygon ? 3 : 1);
    const bool isPoint = shape.kind == Kind::circle || shape.kind == Kind::text;
    if (shape.x.size() != shape.y.size() || shape.x.size() < least ||
        (isPoint && shape.x.size() != 1))
        return fmt::format("has {} abscissas and {} ordinates, {} {} of each {} needed",
                           shape.x.size(), shape.y.size(), isPoint ? "exactly" : "at least", least,
                           least == 1 ? "is" : "are");
    const auto isFinite = [](double number) { return std::isfinite(number); };
    if (!std::all_of(shape.x.begin(), shape.x.end(), isFinite) ||
        !std::all_of(shape.y.begin(), shape.y.end(), isFinite))
        return "has a corner that is not finite";
    if (shape.kind == Kind::circle && !(std::isfinite(shape.radius) && shape.radius > 0.0))
        return fmt::format("has the radius {}, a positive one is needed", shape.radius);
    if (!(std::isfinite(shape.width) && shape.width > 0.0 && shape.width <= 100.0))
        return fmt::format("has the width {}, one of up to 100 is needed", shape.width);
    return {};
}

} // namespace

std::string frameTrouble(const SceneFrame& frame) {
    const std::size_t times = frame.times.size(), bodies = frame.bodies;
    if (times > frame.mostPoses || bodies > frame.mostPoses ||
        (bodies > 0 && times > frame.mostPoses / bodies))
        return fmt::format("it has {} bodies at {} times, at most {} poses can be played", bodies,
                           times, frame.mostPoses);
    std::string trouble = firstOf(
        [&] { return mostTrouble("shapes", frame.shapes.size(), frame.mostShapes); },
        [&] { return sizeTrouble("there are {} poses", frame.poses.size(), times * bodies); },
        [&] {
            return optionalSizeTrouble("there are {} labels of bodies", frame.bodyLabels.size(),
                                       bodies);
        },
        [&] {
            return optionalSizeTrouble("there are {} colors of bodies", frame.bodyColors.size(),
                                       bodies);
        },
        [&] {
            return optionalSizeTrouble("there are {} trails of bodies", frame.hasTrail.size(),
                                       bodies);
        },
        [&] { return optionalSizeTrouble("there are {} captions", frame.captions.size(), times); },
        [&] { return finiteTrouble(frame.times, "time of pose"); });
    if (!trouble.empty())
        return trouble;
    if (bodies > 0 && times == 0)
        return "it has bodies but no time at which they are anywhere";
    for (std::size_t i = 1; i < times; ++i)
        if (!(frame.times[i] > frame.times[i - 1]))
            return fmt::format("time {} is {} after {}, times have to increase", i + 1,
                               frame.times[i], frame.times[i - 1]);
    for (std::size_t i = 0; i < frame.poses.size(); ++i)
        if (const auto& pose = frame.poses[i];
            !std::isfinite(pose.x) || !std::isfinite(pose.y) || !std::isfinite(pose.angle))
            return fmt::format("body {} is at ({}, {}), turned by {}, at time {}", i % bodies,
                               pose.x, pose.y, pose.angle, frame.times[i / bodies]);
    for (std::size_t i = 0; i < frame.bodyColors.size(); ++i)
        if (frame.bodyColors[i] < -1)
            return fmt::format("body {} has the color {}, −1 or the number of an arm is needed", i,
                               frame.bodyColors[i]);
    for (std::size_t i = 0; i < frame.shapes.size(); ++i)
        if (trouble = shapeTrouble(frame.shapes[i], bodies); !trouble.empty())
            return fmt::format("shape {} {}", i + 1, trouble);
    if (frame.camera == SceneFrame::Camera::follows && frame.followed >= bodies)
        return fmt::format("its camera follows body {}, there are {}, counted from 0",
                           frame.followed, bodies);
    if (!(std::isfinite(frame.secondsToPlay) && frame.secondsToPlay > 0.0))
        return fmt::format("it is played in {} s, a positive time is needed", frame.secondsToPlay);
    if (!(std::isfinite(frame.viewHeight) && frame.viewHeight >= 0.0))
        return fmt::format("its camera sees a height of {}, 0 or more is needed", frame.viewHeight);
    return {};
}

namespace {

struct Check {
    std::string operator()(const TableFrame& frame) const { return frameTrouble(frame); }
    std::string operator()(const TimelineFrame& frame) const { return frameTrouble(frame); }
    std::string operator()(const PointsFrame& frame) const { return frameTrouble(frame); }
    std::string operator()(const GraphFrame& frame) const { return frameTrouble(frame); }
    std::string operator()(const SceneFrame& frame) const { return frameTrouble(frame); }
    template <typename Other>
    std::string operator()(const Other&) const {
        return {};
    }
};

} // namespace

std::string frameTrouble(const Frame& frame) {
    return std::visit(Check{}, frame);
}

std::string dropTroubled(FrameMap& frames) {
    std::string all;
    for (auto entry = frames.begin(); entry != frames.end();) {
        const std::string trouble = frameTrouble(entry->second);
        if (trouble.empty()) {
            ++entry;
            continue;
        }
        all += fmt::format("{}frame '{}': {}", all.empty() ? "" : "; ", entry->first, trouble);
        entry = frames.erase(entry);
    }
    return all;
}

} // namespace convergence
