#include "widgets/views/timeline_view.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <QAction>
#include <QPainter>

namespace convergence {

namespace {

/// Part of the height of a lane that its strips fill.
constexpr double laneShare = 0.72;
constexpr double markerRadius = 4.0;
constexpr double headLength = 6.0;
/// From here on lines are drawn without antialiasing.
constexpr std::size_t manyArrows = 2000;
/// Under this height of a lane arrows and instants would cover it.
constexpr double leastArrowLane = 4.0;

AxisRange extentOf(const TimelineFrame& frame) {
    Extent extent;
    for (const auto& part : frame.intervals) {
        extent.include(part.start);
        extent.include(part.end);
    }
    for (const auto& part : frame.instants)
        extent.include(part.time);
    for (const auto& part : frame.arrows) {
        extent.include(part.start);
        extent.include(part.end);
    }
    return {extent.minimum, extent.maximum};
}

/// From the top: the axis counts upwards.
double heightOf(const TimelineFrame& frame, std::uint32_t lane) {
    return double(frame.lanes.size()) - 1.0 - double(lane);
}

} // namespace

QColor colorOfKind(const Theme& theme, std::size_t kind) {
    const QColor color = theme.seriesColor(int(kind));
    const std::size_t again = kind / std::size_t(theme.series.size());
    if (again == 0)
        return color;
    const double kept = std::pow(0.5, double(again));
    const auto blend = [&](double own, double surface) { return surface + (own - surface) * kept; };
    return QColor::fromRgbF(blend(color.redF(), theme.surface.redF()),
                            blend(color.greenF(), theme.surface.greenF()),
                            blend(color.blueF(), theme.surface.blueF()));
}

TimelineView::TimelineView(View view, std::shared_ptr<const Description> description,
                           const Theme& theme, QWidget* parent)
    : FrameViewWidget(std::move(view), std::move(description), theme, parent, Choice::oneTrial),
      control_(new PlaneControl(
          drawing(), [this] { return layout(timeline(), QRectF(drawing().rect())).frame; },
          PlaneControl::Axes::horizontal)) {
    QAction* all =
        addMenuAction("showAllAction", tr("Show everything\tHome"), tr("Ends zooming and panning"));
    connect(all, &QAction::triggered, control_, &PlaneControl::showAll);
}

const TimelineFrame* TimelineView::timeline() const {
    return firstFrame<TimelineFrame>(
        [](const TimelineFrame& shown) { return !shown.lanes.empty(); });
}

void TimelineView::takeOrder() {
    const TimelineFrame* shown = timeline();
    order_ = shown ? timelineOrder(*shown) : std::vector<std::uint32_t>();
    extent_ = shown ? extentOf(*shown) : AxisRange{0.0, 1.0};
}

void TimelineView::inputChanged() {
    FrameViewWidget::inputChanged();
    takeOrder();
}

void TimelineView::selected(std::size_t selector, std::size_t option) {
    FrameViewWidget::selected(selector, option);
    takeOrder();
}

void TimelineView::lookLike(const ViewWidget& other) {
    FrameViewWidget::lookLike(other);
    if (const auto* same = qobject_cast<const TimelineView*>(&other))
        control_->lookLike(*same->control_);
}

void TimelineView::paired() {
    if (auto* other = partner<TimelineView>())
        control_->pairWith(*other->control_);
}

TimelineView::Layout TimelineView::layout(const TimelineFrame* shown, const QRectF& area) const {
    Layout result;
    const std::size_t lanes = shown ? std::max<std::size_t>(1, shown->lanes.size()) : 1;
    AxisTicks names;
    for (std::size_t i = 0; shown && i < shown->lanes.size(); ++i)
        names.major.push_back({heightOf(*shown, std::uint32_t(i)), shown->lanes[i]});
    std::reverse(names.major.begin(), names.major.end()); // increasing
    for (std::size_t i = 0; shown && i < shown->kinds.size(); ++i)
        result.legend.push_back({.text = QString::fromStdString(shown->kinds[i]),
                                 .color = colorOfKind(theme(), i),
                                 .isFilled = true});
    const double legendHeight = layoutLegend(result.legend, area.width(), plotFont());
    for (LegendEntry& entry : result.legend)
        entry.place.translate(area.topLeft());
    AxisRange range = extent_;
    if (const auto* other = partner<TimelineView>(); other && other->timeline()) {
        range.minimum = std::min(range.minimum, other->extent_.minimum);
        range.maximum = std::max(range.maximum, other->extent_.maximum);
    }
    range = marginRange(range.minimum, range.maximum, 0.02);
    if (control_->ranges())
        range = control_->ranges()->x;
    const PlotAxis y{
        axisLabel(view().y), Scale::linear, {-0.5, double(lanes) - 0.5}, std::move(names)};
    result.frame = layoutAxes(plotAxis(axisLabel(view().x), Scale::linear, range), y,
                              area.adjusted(0, legendHeight, 0, 0), plotFont());
    return result;
}

QRectF TimelineView::laneRect(const PlotFrame& frame, std::uint32_t lane) const {
    const double lanes = frame.y.range.maximum + 0.5;
    const double height = frame.plot.height() / lanes;
    const double middle = frame.plot.top() + (double(lane) + 0.5) * height;
    const double half = std::max(0.5, 0.5 * (height < 6.0 ? 1.0 : laneShare) * height);
    return {frame.plot.left(), middle - half, frame.plot.width(), 2.0 * half};
}

void TimelineView::paintArrows(QPainter& painter, const TimelineFrame& shown,
                               const PlotFrame& frame) const {
    const double laneHeight = laneRect(frame, 0).height();
    if (laneHeight < leastArrowLane)
        return;
    painter.setRenderHint(QPainter::Antialiasing, shown.arrows.size() <= manyArrows);
    const PixelMap map = frame.pixelMap();
    // Arrows between the same pixels look the same.
    std::set<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t, int, int>> drawn;
    for (const auto& arrow : shown.arrows) {
        const double from = map.toPixelX(arrow.start), to = map.toPixelX(arrow.end);
        if (std::max(from, to) < 0.0 || std::min(from, to) > map.width ||
            !drawn.insert({arrow.from, arrow.to, arrow.kind, int(from), int(to)}).second)
            continue;
        const QRectF a = laneRect(frame, arrow.from), b = laneRect(frame, arrow.to);
        const bool down = arrow.to > arrow.from;
        const QLineF line(frame.plot.left() + from,
                          arrow.from == arrow.to ? a.center().y() : (down ? a.bottom() : a.top()),
                          frame.plot.left() + to,
                          arrow.from == arrow.to ? b.center().y() : (down ? b.top() : b.bottom()));
        QColor color = theme().text;
        color.setAlphaF(0.75F);
        painter.setPen(QPen(color, 1.0));
        painter.drawLine(line);
        const double angle = std::atan2(line.dy(), line.dx());
        for (const double turn : {2.7, -2.7})
            painter.drawLine(line.p2(), line.p2() + headLength * QPointF(std::cos(angle + turn),
                                                                         std::sin(angle + turn)));
    }
    painter.setRenderHint(QPainter::Antialiasing, true);
}

void TimelineView::paintInstants(QPainter& painter, const TimelineFrame& shown,
                                 const PlotFrame& frame) const {
    const PixelMap map = frame.pixelMap();
    std::set<std::tuple<std::uint32_t, std::uint32_t, int>> drawn;
    const double radius = std::min(markerRadius, 0.5 * laneRect(frame, 0).height());
    for (const auto& instant : shown.instants) {
        const double at = map.toPixelX(instant.time);
        if (at < 0.0 || at > map.width ||
            !drawn.insert({instant.lane, instant.kind, int(at)}).second)
            continue;
        const QPointF place(frame.plot.left() + at, laneRect(frame, instant.lane).center().y());
        paintMarker(painter, place, 2, radius + 1.2, theme().surface);
        paintMarker(painter, place, 2, radius, colorOfKind(theme(), instant.kind));
    }
}

void TimelineView::paintPlot(QPainter& painter, const QRectF& area) {
    const TimelineFrame* shown = timeline();
    if (!shown)
        return paintHint(painter, area, hint(), theme());
    const Layout place = layout(shown, area);
    PlotFrame grid = place.frame;
    grid.y.ticks = {}; // lines within lanes would say nothing
    paintGrid(painter, grid, theme());
    painter.save();
    painter.setClipRect(place.frame.plot, Qt::IntersectClip);
    painter.setRenderHint(QPainter::Antialiasing, false);
    std::vector<QColor> colors;
    for (std::size_t i = 0; i < shown->kinds.size(); ++i)
        colors.push_back(colorOfKind(theme(), i));
    for (const TimelineStrip& strip : timelineStrips(*shown, order_, place.frame.pixelMap())) {
        QRectF box = laneRect(place.frame, strip.lane);
        box.setLeft(place.frame.plot.left() + strip.left);
        box.setRight(place.frame.plot.left() + strip.right);
        if (box.width() > 3.0) // neighbors are told apart
            box.setRight(box.right() - 1.0);
        QColor color = colors[strip.kind];
        color.setAlphaF(float(strip.share));
        painter.fillRect(box, color);
    }
    painter.setRenderHint(QPainter::Antialiasing, true);
    paintArrows(painter, *shown, place.frame);
    paintInstants(painter, *shown, place.frame);
    painter.restore();
    paintAxes(painter, place.frame, theme(), plotFont());
    paintLegend(painter, place.legend, theme(), plotFont());
}

QString TimelineView::textAt(QPointF at, const QRectF& area) const {
    const TimelineFrame* shown = timeline();
    if (!shown)
        return {};
    const PlotFrame frame = layout(shown, area).frame;
    if (!frame.plot.contains(at))
        return {};
    const PixelMap map = frame.pixelMap();
    const double lanes = double(shown->lanes.size());
    const auto lane = std::uint32_t(
        std::clamp((at.y() - frame.plot.top()) / frame.plot.height() * lanes, 0.0, lanes - 1.0));
    const double time = map.fromPixelX(at.x() - frame.plot.left());
    const double reach = std::abs(map.fromPixelX(3.0) - map.fromPixelX(0.0));
    const auto number = [](double value) {
        return QString::fromStdString(readableNumber(value, 5));
    };
    const QString unit =
        view().x.unit.empty() ? QString() : " " + QString::fromStdString(view().x.unit);
    QString text = QString::fromStdString(shown->lanes[lane]);
    for (const auto& instant : shown->instants)
        if (instant.lane == lane && std::abs(instant.time - time) <= reach)
            text += QString("\n%1: %2%3")
                        .arg(QString::fromStdString(shown->kinds[instant.kind]),
                             number(instant.time), unit);
    // The last one that was drawn lies on top.
    for (auto index = order_.rbegin(); index != order_.rend(); ++index) {
        const auto& part = shown->intervals[*index];
        if (part.lane != lane || time < part.start - reach || time > part.end + reach)
            continue;
        text += QString("\n%1: %2–%3%4")
                    .arg(QString::fromStdString(shown->kinds[part.kind]), number(part.start),
                         number(part.end), unit);
        if (!std::isnan(part.value))
            text += QString("\n%1: %2")
                        .arg(QString::fromStdString(shown->valueLabel), number(part.value));
        return text;
    }
    return text + "\n" + tr("at %1").arg(number(time)) + unit;
}

} // namespace convergence
