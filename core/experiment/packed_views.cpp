#include "core/experiment/packed_views.h"

#include "core/experiment/frame_check.h"

namespace convergence {

namespace {

/// One member of all items, so that like numbers lie side by side and compress.
template <typename Item, typename Number>
void putMember(ByteWriter& out, const std::vector<Item>& items, Number Item::*member) {
    std::vector<Number> numbers;
    numbers.reserve(items.size());
    for (const Item& item : items)
        numbers.push_back(item.*member);
    out.put(numbers);
}

/// The first member that is read says how many items there are, the others have to agree.
template <typename Item, typename Number>
void getMember(ByteReader& in, std::vector<Item>& items, Number Item::*member, bool isFirst) {
    const std::vector<Number> numbers = in.numbers<Number>();
    if (isFirst)
        items.resize(numbers.size());
    if (numbers.size() != items.size())
        in.refuse("holds parts whose members differ in number");
    for (std::size_t i = 0; i < items.size(); ++i)
        items[i].*member = numbers[i];
}

template <typename Item, typename... Numbers>
void putItems(ByteWriter& out, const std::vector<Item>& items, Numbers Item::*... members) {
    (putMember(out, items, members), ...);
}

template <typename Item, typename... Numbers>
std::vector<Item> getItems(ByteReader& in, Numbers Item::*... members) {
    std::vector<Item> items;
    bool isFirst = true;
    ((getMember(in, items, members, isFirst), isFirst = false), ...);
    return items;
}

template <typename Enumeration>
void putChoice(ByteWriter& out, Enumeration choice) {
    out.put(static_cast<std::uint8_t>(choice));
}

template <typename Enumeration>
Enumeration getChoice(ByteReader& in, Enumeration last) {
    const auto choice = in.get<std::uint8_t>();
    if (choice > static_cast<std::uint8_t>(last))
        in.refuse("holds a choice that does not exist");
    return static_cast<Enumeration>(choice);
}

template <typename Kind>
Kind checked(ByteReader& in, Kind frame) {
    if (const std::string trouble = frameTrouble(frame); !trouble.empty())
        in.refuse("holds a frame that cannot be drawn, " + trouble);
    return frame;
}

} // namespace

void putTexts(ByteWriter& out, const std::vector<std::string>& texts) {
    out.put(static_cast<std::uint64_t>(texts.size()));
    for (const std::string& text : texts)
        out.put(std::string_view(text));
}

std::vector<std::string> getTexts(ByteReader& in) {
    std::vector<std::string> texts(in.count(sizeof(std::uint64_t)));
    for (std::string& text : texts)
        text = in.text();
    return texts;
}

void putFrame(ByteWriter& out, const TableFrame& frame) {
    out.put(std::string_view(frame.rowTitle));
    putTexts(out, frame.rows);
    putSize(out, frame.columns.size());
    for (const TableFrame::Column& column : frame.columns) {
        out.put(std::string_view(column.label));
        out.put(std::string_view(column.unit));
        out.put(column.values);
        putTexts(out, column.texts);
        putChoice(out, column.best);
        out.put(static_cast<std::uint8_t>(column.hasBars));
        out.put(static_cast<std::int32_t>(column.digits));
    }
}

TableFrame getTable(ByteReader& in) {
    TableFrame frame;
    frame.rowTitle = in.text();
    frame.rows = getTexts(in);
    frame.columns.resize(in.count(4 * sizeof(std::uint64_t)));
    for (TableFrame::Column& column : frame.columns) {
        column.label = in.text();
        column.unit = in.text();
        column.values = in.numbers<double>();
        column.texts = getTexts(in);
        column.best = getChoice(in, TableFrame::Best::largest);
        column.hasBars = in.flag();
        column.digits = in.get<std::int32_t>();
    }
    return checked(in, std::move(frame));
}

void putFrame(ByteWriter& out, const TimelineFrame& frame) {
    using F = TimelineFrame;
    putTexts(out, frame.lanes);
    putTexts(out, frame.kinds);
    putItems(out, frame.intervals, &F::Interval::lane, &F::Interval::kind, &F::Interval::start,
             &F::Interval::end, &F::Interval::value);
    putItems(out, frame.instants, &F::Instant::lane, &F::Instant::kind, &F::Instant::time);
    putItems(out, frame.arrows, &F::Arrow::from, &F::Arrow::to, &F::Arrow::kind, &F::Arrow::start,
             &F::Arrow::end);
    out.put(std::string_view(frame.valueLabel));
}

TimelineFrame getTimeline(ByteReader& in) {
    using F = TimelineFrame;
    TimelineFrame frame;
    frame.lanes = getTexts(in);
    frame.kinds = getTexts(in);
    frame.intervals = getItems(in, &F::Interval::lane, &F::Interval::kind, &F::Interval::start,
                               &F::Interval::end, &F::Interval::value);
    frame.instants = getItems(in, &F::Instant::lane, &F::Instant::kind, &F::Instant::time);
    frame.arrows = getItems(in, &F::Arrow::from, &F::Arrow::to, &F::Arrow::kind, &F::Arrow::start,
                            &F::Arrow::end);
    frame.valueLabel = in.text();
    return checked(in, std::move(frame));
}

void putFrame(ByteWriter& out, const PointsFrame& frame) {
    using Ellipse = PointsFrame::Ellipse;
    out.put(std::string_view(frame.label));
    for (const auto* numbers : {&frame.x, &frame.y, &frame.z, &frame.values})
        out.put(*numbers);
    out.put(std::string_view(frame.valueLabel));
    out.put(std::string_view(frame.valueUnit));
    out.put(frame.classes);
    putTexts(out, frame.classLabels);
    putTexts(out, frame.names);
    out.put(std::string_view(frame.behind.label));
    for (const auto* numbers : {&frame.behind.x, &frame.behind.y, &frame.behind.z})
        out.put(*numbers);
    putChoice(out, frame.contours);
    putItems(out, frame.ellipses, &Ellipse::x, &Ellipse::y, &Ellipse::semiMajor,
             &Ellipse::semiMinor, &Ellipse::angle, &Ellipse::classIndex);
    for (const Ellipse& ellipse : frame.ellipses)
        out.put(std::string_view(ellipse.label));
    putSize(out, frame.thumbnailWidth);
    putSize(out, frame.thumbnailHeight);
    out.put(frame.thumbnails);
}

PointsFrame getPoints(ByteReader& in) {
    using Ellipse = PointsFrame::Ellipse;
    PointsFrame frame;
    frame.label = in.text();
    for (auto* numbers : {&frame.x, &frame.y, &frame.z, &frame.values})
        *numbers = in.numbers<float>();
    frame.valueLabel = in.text();
    frame.valueUnit = in.text();
    frame.classes = in.numbers<std::uint16_t>();
    frame.classLabels = getTexts(in);
    frame.names = getTexts(in);
    frame.behind.label = in.text();
    for (auto* numbers : {&frame.behind.x, &frame.behind.y, &frame.behind.z})
        *numbers = in.numbers<float>();
    frame.contours = getChoice(in, PointsFrame::Contours::ofBehind);
    frame.ellipses = getItems(in, &Ellipse::x, &Ellipse::y, &Ellipse::semiMajor,
                              &Ellipse::semiMinor, &Ellipse::angle, &Ellipse::classIndex);
    for (Ellipse& ellipse : frame.ellipses)
        ellipse.label = in.text();
    frame.thumbnailWidth = getSize(in);
    frame.thumbnailHeight = getSize(in);
    frame.thumbnails = in.numbers<std::uint8_t>();
    return checked(in, std::move(frame));
}

void putFrame(ByteWriter& out, const GraphFrame& frame) {
    using Edge = GraphFrame::Edge;
    for (const auto* numbers : {&frame.x, &frame.y, &frame.values, &frame.sizes})
        out.put(*numbers);
    out.put(std::string_view(frame.valueLabel));
    out.put(std::string_view(frame.valueUnit));
    out.put(frame.classes);
    putTexts(out, frame.classLabels);
    putTexts(out, frame.labels);
    out.put(frame.isHighlighted);
    putItems(out, frame.edges, &Edge::from, &Edge::to, &Edge::weight);
    out.put(static_cast<std::uint8_t>(frame.isDirected));
    out.put(std::string_view(frame.weightLabel));
    out.put(frame.highlightedEdges);
}

GraphFrame getGraph(ByteReader& in) {
    using Edge = GraphFrame::Edge;
    GraphFrame frame;
    for (auto* numbers : {&frame.x, &frame.y, &frame.values, &frame.sizes})
        *numbers = in.numbers<float>();
    frame.valueLabel = in.text();
    frame.valueUnit = in.text();
    frame.classes = in.numbers<std::uint16_t>();
    frame.classLabels = getTexts(in);
    frame.labels = getTexts(in);
    frame.isHighlighted = in.numbers<std::uint8_t>();
    frame.edges = getItems(in, &Edge::from, &Edge::to, &Edge::weight);
    frame.isDirected = in.flag();
    frame.weightLabel = in.text();
    frame.highlightedEdges = in.numbers<std::uint32_t>();
    return checked(in, std::move(frame));
}

void putFrame(ByteWriter& out, const SceneFrame& frame) {
    using Pose = SceneFrame::Pose;
    putSize(out, frame.shapes.size());
    for (const SceneFrame::Shape& shape : frame.shapes) {
        putChoice(out, shape.kind);
        out.put(static_cast<std::int32_t>(shape.body));
        out.put(shape.x);
        out.put(shape.y);
        out.put(shape.radius);
        out.put(std::string_view(shape.text));
        out.put(static_cast<std::int32_t>(shape.color));
        out.put(static_cast<std::uint8_t>(shape.isFilled));
        out.put(shape.width);
    }
    putSize(out, frame.bodies);
    putTexts(out, frame.bodyLabels);
    out.put(frame.bodyColors);
    out.put(frame.times);
    out.put(std::string_view(frame.timeLabel));
    out.put(std::string_view(frame.timeUnit));
    putItems(out, frame.poses, &Pose::x, &Pose::y, &Pose::angle);
    out.put(frame.hasTrail);
    putTexts(out, frame.captions);
    out.put(frame.secondsToPlay);
    putChoice(out, frame.camera);
    putSize(out, frame.followed);
    out.put(frame.viewHeight);
}

SceneFrame getScene(ByteReader& in) {
    using Pose = SceneFrame::Pose;
    SceneFrame frame;
    frame.shapes.resize(in.count(5 * sizeof(std::uint64_t)));
    for (SceneFrame::Shape& shape : frame.shapes) {
        shape.kind = getChoice(in, SceneFrame::ShapeKind::text);
        shape.body = in.get<std::int32_t>();
        shape.x = in.numbers<double>();
        shape.y = in.numbers<double>();
        shape.radius = in.get<double>();
        shape.text = in.text();
        shape.color = in.get<std::int32_t>();
        shape.isFilled = in.flag();
        shape.width = in.get<double>();
    }
    frame.bodies = getSize(in);
    frame.bodyLabels = getTexts(in);
    frame.bodyColors = in.numbers<int>();
    frame.times = in.numbers<double>();
    frame.timeLabel = in.text();
    frame.timeUnit = in.text();
    frame.poses = getItems(in, &Pose::x, &Pose::y, &Pose::angle);
    frame.hasTrail = in.numbers<std::uint8_t>();
    frame.captions = getTexts(in);
    frame.secondsToPlay = in.get<double>();
    frame.camera = getChoice(in, SceneFrame::Camera::follows);
    frame.followed = getSize(in);
    frame.viewHeight = in.get<double>();
    return checked(in, std::move(frame));
}

} // namespace convergence
