#include "core/experiment/packed_frames.h"

#include <variant>

#include "core/experiment/bytes.h"
#include "core/experiment/packed_bytes.h"
#include "core/experiment/packed_views.h"

namespace convergence {

namespace {

enum class Kind : std::uint8_t {
    matrix,
    curves,
    path,
    bars,
    field,
    text,
    pictures,
    table,
    timeline,
    points,
    graph,
    scene
};

/// True if rows × columns is count, without overflow.
bool isProduct(std::size_t rows, std::size_t columns, std::size_t count) {
    return columns == 0 ? count == 0 : count % columns == 0 && count / columns == rows;
}

struct Writer {
    ByteWriter& out;

    void kind(Kind value) const { out.put(static_cast<std::uint8_t>(value)); }
    void operator()(const MatrixFrame& frame) const {
        kind(Kind::matrix);
        out.put(std::string_view(frame.title));
        putSize(out, frame.rows);
        putSize(out, frame.columns);
        out.put(frame.values);
        out.put(static_cast<std::uint8_t>(frame.symmetricScale));
        putTexts(out, frame.rowLabels);
        putTexts(out, frame.columnLabels);
    }
    void operator()(const CurvesFrame& frame) const {
        kind(Kind::curves);
        putSize(out, frame.curves.size());
        for (const CurvesFrame::Curve& curve : frame.curves) {
            out.put(std::string_view(curve.label));
            out.put(curve.x);
            out.put(curve.y);
            out.put(static_cast<std::uint8_t>(curve.markers));
            out.put(static_cast<std::uint8_t>(curve.staircase));
        }
    }
    void operator()(const PathFrame& frame) const {
        kind(Kind::path);
        out.put(frame.x);
        out.put(frame.y);
        out.put(frame.iteration);
    }
    void operator()(const BarsFrame& frame) const {
        kind(Kind::bars);
        putTexts(out, frame.categories);
        putSize(out, frame.series.size());
        for (const BarsFrame::Series& series : frame.series) {
            out.put(std::string_view(series.label));
            out.put(series.values);
        }
    }
    void operator()(const FieldFrame& frame) const {
        kind(Kind::field);
        for (const double bound : {frame.xMinimum, frame.xMaximum, frame.yMinimum, frame.yMaximum})
            out.put(bound);
        putSize(out, frame.xCount);
        putSize(out, frame.yCount);
        out.put(frame.values);
        out.put(frame.gradientX);
        out.put(frame.gradientY);
    }
    void operator()(const TextFrame& frame) const {
        kind(Kind::text);
        out.put(std::string_view(frame.text));
    }
    void operator()(const PicturesFrame& frame) const {
        kind(Kind::pictures);
        putSize(out, frame.pictures.size());
        for (const PicturesFrame::Picture& picture : frame.pictures) {
            out.put(std::string_view(picture.title));
            putSize(out, picture.width);
            putSize(out, picture.height);
            out.put(picture.rgb);
        }
        out.put(frame.markedColumn);
        out.put(frame.markedRow);
    }
    void operator()(const TableFrame& frame) const { put(Kind::table, frame); }
    void operator()(const TimelineFrame& frame) const { put(Kind::timeline, frame); }
    void operator()(const PointsFrame& frame) const { put(Kind::points, frame); }
    void operator()(const GraphFrame& frame) const { put(Kind::graph, frame); }
    void operator()(const SceneFrame& frame) const { put(Kind::scene, frame); }
    template <typename Framed>
    void put(Kind value, const Framed& frame) const {
        kind(value);
        putFrame(out, frame);
    }
    template <typename Other>
    void operator()(const Other&) const {} // never written, see isKept
};

bool isKept(const Frame& frame) {
    return !std::holds_alternative<VolumeFrame>(frame) &&
           !std::holds_alternative<CamerasFrame>(frame);
}

void put(ByteWriter& out, const FrameMap& frames) {
    std::uint64_t count = 0;
    for (const auto& [id, frame] : frames)
        count += isKept(frame) ? 1 : 0;
    out.put(count);
    for (const auto& [id, frame] : frames)
        if (isKept(frame)) {
            out.put(std::string_view(id));
            std::visit(Writer{out}, frame);
        }
}

MatrixFrame getMatrix(ByteReader& in) {
    MatrixFrame frame;
    frame.title = in.text();
    frame.rows = getSize(in);
    frame.columns = getSize(in);
    frame.values = in.numbers<float>();
    frame.symmetricScale = in.flag();
    frame.rowLabels = getTexts(in);
    frame.columnLabels = getTexts(in);
    const auto fits = [](const std::vector<std::string>& labels, std::size_t count) {
        return labels.empty() || labels.size() == count;
    };
    if (!isProduct(frame.rows, frame.columns, frame.values.size()) ||
        !fits(frame.rowLabels, frame.rows) || !fits(frame.columnLabels, frame.columns))
        in.refuse("holds a matrix whose size does not fit its values");
    return frame;
}

CurvesFrame getCurves(ByteReader& in) {
    CurvesFrame frame;
    frame.curves.resize(in.count(3 * sizeof(std::uint64_t)));
    for (CurvesFrame::Curve& curve : frame.curves) {
        curve.label = in.text();
        curve.x = in.numbers<double>();
        curve.y = in.numbers<double>();
        curve.markers = in.flag();
        curve.staircase = in.flag();
        if (curve.x.size() != curve.y.size())
            in.refuse("holds a curve with more abscissas than ordinates, or fewer");
    }
    return frame;
}

PathFrame getPath(ByteReader& in) {
    PathFrame frame;
    frame.x = in.numbers<double>();
    frame.y = in.numbers<double>();
    frame.iteration = in.numbers<std::int64_t>();
    if (frame.x.size() != frame.y.size() || frame.x.size() != frame.iteration.size())
        in.refuse("holds a path whose coordinates differ in number");
    return frame;
}

BarsFrame getBars(ByteReader& in) {
    BarsFrame frame;
    frame.categories = getTexts(in);
    frame.series.resize(in.count(2 * sizeof(std::uint64_t)));
    for (BarsFrame::Series& series : frame.series) {
        series.label = in.text();
        series.values = in.numbers<double>();
        if (series.values.size() != frame.categories.size())
            in.refuse("holds bars that differ in number from their positions");
    }
    return frame;
}

FieldFrame getField(ByteReader& in) {
    FieldFrame frame;
    for (double* bound : {&frame.xMinimum, &frame.xMaximum, &frame.yMinimum, &frame.yMaximum})
        *bound = in.get<double>();
    frame.xCount = getSize(in);
    frame.yCount = getSize(in);
    frame.values = in.numbers<float>();
    frame.gradientX = in.numbers<float>();
    frame.gradientY = in.numbers<float>();
    const std::size_t arrows = frame.gradientX.size();
    if (!isProduct(frame.yCount, frame.xCount, frame.values.size()) ||
        arrows != frame.gradientY.size() || (arrows != 0 && arrows != frame.values.size()))
        in.refuse("holds a field whose size does not fit its values");
    return frame;
}

PicturesFrame getPictures(ByteReader& in) {
    PicturesFrame frame;
    frame.pictures.resize(in.count(4 * sizeof(std::uint64_t)));
    for (PicturesFrame::Picture& picture : frame.pictures) {
        picture.title = in.text();
        picture.width = getSize(in);
        picture.height = getSize(in);
        picture.rgb = in.numbers<std::uint8_t>();
        if (picture.rgb.size() % 3 != 0 ||
            !isProduct(picture.height, picture.width, picture.rgb.size() / 3))
            in.refuse("holds a picture whose size does not fit its pixels");
    }
    frame.markedColumn = in.get<int>();
    frame.markedRow = in.get<int>();
    return frame;
}

Frame getFrame(ByteReader& in) {
    switch (static_cast<Kind>(in.get<std::uint8_t>())) {
    case Kind::matrix:
        return getMatrix(in);
    case Kind::curves:
        return getCurves(in);
    case Kind::path:
        return getPath(in);
    case Kind::bars:
        return getBars(in);
    case Kind::field:
        return getField(in);
    case Kind::text:
        return TextFrame{in.text()};
    case Kind::pictures:
        return getPictures(in);
    case Kind::table:
        return getTable(in);
    case Kind::timeline:
        return getTimeline(in);
    case Kind::points:
        return getPoints(in);
    case Kind::graph:
        return getGraph(in);
    case Kind::scene:
        return getScene(in);
    }
    in.refuse("holds a frame of an unknown kind");
}

FrameMap getMap(ByteReader& in) {
    FrameMap frames;
    for (std::size_t left = in.count(sizeof(std::uint64_t) + 1); left > 0; --left) {
        std::string id = in.text();
        frames.insert_or_assign(std::move(id), getFrame(in));
    }
    return frames;
}

} // namespace

std::string packFrames(const Frames& frames) {
    ByteWriter out;
    out.put(frames.iteration);
    put(out, frames.shared);
    putSize(out, frames.trials.size());
    for (const FrameMap& trial : frames.trials)
        put(out, trial);
    if (!frames.trouble.empty()) // not there in what was kept before
        out.put(std::string_view(frames.trouble));
    return packBytes(out.take());
}

std::shared_ptr<const Frames> unpackFrames(std::string_view packed) {
    const std::string what = "A key frame";
    constexpr std::size_t largest = std::size_t{256} << 20;
    const std::string bytes = unpackBytes(packed, what, largest);
    ByteReader in(bytes, what);
    auto frames = std::make_shared<Frames>();
    frames->iteration = in.get<std::int64_t>();
    frames->shared = getMap(in);
    frames->trials.resize(in.count(sizeof(std::uint64_t)));
    for (FrameMap& trial : frames->trials)
        trial = getMap(in);
    if (!in.atEnd())
        frames->trouble = in.text();
    if (!in.atEnd())
        in.refuse("goes on after its end");
    return frames;
}

} // namespace convergence
