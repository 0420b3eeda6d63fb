#include "core/experiment/key_frames.h"

#include <algorithm>
#include <cmath>

namespace convergence {

namespace {

struct FrameBytes {
    std::size_t operator()(const MatrixFrame& frame) const {
        return frame.values.size() * sizeof(float);
    }
    std::size_t operator()(const CurvesFrame& frame) const {
        std::size_t points = 0;
        for (const auto& curve : frame.curves)
            points += curve.x.size() + curve.y.size();
        return points * sizeof(double);
    }
    std::size_t operator()(const PathFrame& frame) const { return frame.x.size() * 24; }
    std::size_t operator()(const BarsFrame& frame) const {
        std::size_t bars = 0;
        for (const auto& series : frame.series)
            bars += series.values.size();
        return bars * sizeof(double);
    }
    std::size_t operator()(const FieldFrame& frame) const {
        return (frame.values.size() + 2 * frame.gradientX.size()) * sizeof(float);
    }
    std::size_t operator()(const TextFrame& frame) const { return frame.text.size(); }
    std::size_t operator()(const PicturesFrame& frame) const {
        std::size_t bytes = 0;
        for (const auto& picture : frame.pictures)
            bytes += picture.rgb.size();
        return bytes;
    }
    std::size_t operator()(const VolumeFrame& frame) const {
        std::size_t bytes = frame.opacity.size() * sizeof(float) + frame.rgb.size();
        for (const auto& layer : frame.layers)
            bytes += layer.values.size() * sizeof(float);
        return bytes;
    }
    std::size_t operator()(const TableFrame& frame) const {
        return frame.rows.size() * (32 + 40 * frame.columns.size());
    }
    std::size_t operator()(const TimelineFrame& frame) const {
        return frame.intervals.size() * sizeof(TimelineFrame::Interval) +
               frame.instants.size() * sizeof(TimelineFrame::Instant) +
               frame.arrows.size() * sizeof(TimelineFrame::Arrow);
    }
    std::size_t operator()(const PointsFrame& frame) const {
        return frame.x.size() * 8 + 4 * (frame.z.size() + frame.values.size()) +
               2 * frame.classes.size() + 40 * frame.names.size() + 8 * frame.behind.x.size() +
               4 * frame.behind.z.size() + frame.thumbnails.size();
    }
    std::size_t operator()(const GraphFrame& frame) const {
        return frame.x.size() * 8 + 4 * (frame.values.size() + frame.sizes.size()) +
               2 * frame.classes.size() + 40 * frame.labels.size() +
               frame.edges.size() * sizeof(GraphFrame::Edge);
    }
    std::size_t operator()(const SceneFrame& frame) const {
        std::size_t bytes = frame.poses.size() * sizeof(SceneFrame::Pose) + frame.times.size() * 8 +
                            40 * frame.captions.size();
        for (const auto& shape : frame.shapes)
            bytes += sizeof shape + 16 * shape.x.size();
        return bytes;
    }
    /// Its pictures are shared by all frames of a run.
    std::size_t operator()(const CamerasFrame&) const { return 0; }
};

std::size_t bytesOf(const FrameMap& frames) {
    constexpr std::size_t overhead = 256;
    std::size_t bytes = 0;
    for (const auto& [id, frame] : frames)
        bytes += overhead + std::visit(FrameBytes{}, frame);
    return bytes;
}

} // namespace

std::size_t bytesOf(const Frames& frames) {
    std::size_t bytes = bytesOf(frames.shared);
    for (const FrameMap& trial : frames.trials)
        bytes += bytesOf(trial);
    return bytes;
}

void KeyFrames::add(std::shared_ptr<const Frames> frames) {
    const double iteration = static_cast<double>(frames->iteration);
    next_ = std::max(frames->iteration + 1,
                     static_cast<std::int64_t>(iteration * std::pow(10.0, 1.0 / perDecade_)));
    bytes_ += bytesOf(*frames);
    frames_.push_back(std::move(frames));
    while (bytes_ > budget_ && frames_.size() > 2) {
        // The first and the newest stay.
        std::vector<std::shared_ptr<const Frames>> kept;
        bytes_ = 0;
        for (std::size_t i = 0; i < frames_.size(); ++i)
            if (i % 2 == 0 || i + 1 == frames_.size()) {
                kept.push_back(frames_[i]);
                bytes_ += bytesOf(*frames_[i]);
            }
        frames_ = std::move(kept);
        perDecade_ = std::max(5.0, perDecade_ / 2.0);
    }
}

} // namespace convergence
