#include "widgets/views/points_view.h"

#include <algorithm>
#include <cmath>

#include <QAction>
#include <QKeyEvent>
#include <QPainter>
#include <QPainterPath>

#include "core/error.h"
#include "widgets/views/point_painting.h"

namespace convergence {

namespace {

constexpr double reach = 8.0; ///< pixels from the pointer to what it points at

void include(Extent& extent, const std::vector<float>& numbers) {
    for (const float number : numbers)
        extent.include(double(number));
}

} // namespace

PointsView::PointsView(View view, std::shared_ptr<const Description> description,
                       const Theme& theme, QWidget* parent)
    : FrameViewWidget(std::move(view), std::move(description), theme, parent, Choice::oneTrial),
      control_(new PlaneControl(
          drawing(), [this] { return layout(points(), QRectF(drawing().rect())).frame; },
          PlaneControl::Axes::both)) {
    if (this->view().gesture)
        drawing().setToolTip(QString::fromStdString(this->view().gesture->hint));
    connect(control_, &PlaneControl::clicked, this, &PointsView::click);
    connect(&drawing(), &Canvas::hovered, this, [this](QPointF at) { pointer_ = at; });
    connect(&drawing(), &Canvas::left, this, [this] { pointer_.reset(); });
    QAction* all =
        addMenuAction("showAllAction", tr("Show everything\tHome"), tr("Ends zooming and panning"));
    connect(all, &QAction::triggered, control_, &PlaneControl::showAll);
}

const PointsFrame* PointsView::points() const {
    return firstFrame<PointsFrame>([](const PointsFrame& cloud) { return !cloud.x.empty(); });
}

ItemColors PointsView::colors(const PointsFrame& shown) const {
    const auto* other = partner<PointsView>();
    return colorsOf(shown, other ? other->points() : nullptr, theme());
}

void PointsView::takeData() {
    x_ = y_ = {};
    contours_.clear();
    const PointsFrame* shown = points();
    if (!shown)
        return;
    include(x_, shown->x);
    include(x_, shown->behind.x);
    include(y_, shown->y);
    include(y_, shown->behind.y);
    if (shown->contours == PointsFrame::Contours::none)
        return;
    const bool ofPoints = shown->contours == PointsFrame::Contours::ofPoints;
    const auto onAxis = [](std::vector<float> numbers, Scale scale) {
        for (float& value : numbers)
            value = float(toAxis(double(value), scale));
        return numbers;
    };
    try {
        const auto x = onAxis(ofPoints ? shown->x : shown->behind.x, view().x.scale);
        const auto y = onAxis(ofPoints ? shown->y : shown->behind.y, view().y.scale);
        const KernelDensity density = kernelDensity(x, y, gridAround(x, y));
        for (const double share : {0.95, 0.8, 0.5})
            contours_.push_back(
                {share, contourLines(density.grid, density.values, levelOfShare(density, share))});
    } catch (const InputError&) {
        contours_.clear(); // a cloud on a line, or beyond a logarithmic axis, has no density
    }
}

void PointsView::inputChanged() {
    FrameViewWidget::inputChanged();
    takeData();
}

void PointsView::selected(std::size_t selector, std::size_t option) {
    FrameViewWidget::selected(selector, option);
    takeData();
}

void PointsView::lookLike(const ViewWidget& other) {
    FrameViewWidget::lookLike(other);
    if (const auto* same = qobject_cast<const PointsView*>(&other))
        control_->lookLike(*same->control_);
}

void PointsView::paired() {
    if (auto* other = partner<PointsView>())
        control_->pairWith(*other->control_);
}

PointsView::Layout PointsView::layout(const PointsFrame* shown, const QRectF& area) const {
    Layout result;
    QRectF rest = area;
    if (shown) {
        const ItemColors tints = colors(*shown);
        result.legend = tints.legend(theme());
        if (result.legend.empty() && !shown->label.empty() && !shown->behind.label.empty())
            result.legend.push_back({.text = QString::fromStdString(shown->label),
                                     .color = theme().seriesColor(0),
                                     .style = Qt::NoPen,
                                     .width = theme().lineWidth,
                                     .marker = 0});
        if (!shown->behind.label.empty() && !shown->behind.x.empty())
            result.legend.push_back({.text = QString::fromStdString(shown->behind.label),
                                     .color = theme().mutedText,
                                     .style = Qt::NoPen,
                                     .width = theme().lineWidth,
                                     .marker = 0});
        if (!contours_.empty())
            result.legend.push_back(
                {.text = tr("holds 50, 80, 95 %"), .color = theme().text, .width = 1.0});
        for (const auto& ellipse : shown->ellipses)
            if (!ellipse.label.empty())
                result.legend.push_back({.text = QString::fromStdString(ellipse.label),
                                         .color = ellipse.classIndex < 0
                                                      ? theme().text
                                                      : theme().seriesColor(ellipse.classIndex),
                                         .style = Qt::DashLine,
                                         .width = theme().lineWidth});
        const double legendHeight = layoutLegend(result.legend, area.width(), plotFont());
        for (LegendEntry& entry : result.legend)
            entry.place.translate(area.topLeft());
        rest.setTop(rest.top() + legendHeight);
        if (tints.hasScale()) {
            const double width = colorBarWidth(tints.scale(), plotFont());
            result.bar = QRectF(rest.right() - width, rest.top(), width, rest.height());
            rest.setRight(rest.right() - width);
        }
    }
    Extent x = x_, y = y_;
    if (const auto* other = partner<PointsView>()) {
        x.include(other->x_);
        y.include(other->y_);
    }
    const auto wanted = [](const Extent& extent, Scale scale) {
        if (scale == Scale::logarithmic)
            return niceRange({extent.minimumPositive, extent.maximum}, scale);
        return marginRange(extent.minimum, extent.maximum);
    };
    AxisRange xRange = wanted(x, view().x.scale), yRange = wanted(y, view().y.scale);
    if (control_->ranges()) {
        xRange = control_->ranges()->x;
        yRange = control_->ranges()->y;
    }
    result.frame =
        layoutAxes(plotAxis(axisLabel(view().x), view().x.scale, xRange),
                   plotAxis(axisLabel(view().y), view().y.scale, yRange), rest, plotFont());
    if (!result.bar.isEmpty()) {
        result.bar.setTop(result.frame.plot.top());
        result.bar.setBottom(result.frame.plot.bottom());
    }
    return result;
}

void PointsView::paintContours(QPainter& painter, const PlotFrame& frame) const {
    painter.setBrush(Qt::NoBrush);
    for (const Contour& contour : contours_) {
        QColor color = theme().text;
        color.setAlphaF(float(1.05 - contour.share));
        color.setAlphaF(std::max(0.35F, float(color.alphaF())));
        painter.setPen(QPen(color, contour.share < 0.6 ? 1.8 : 1.2));
        for (const ContourLine& line : contour.lines) {
            QPolygonF shape;
            for (std::size_t i = 0; i < line.x.size(); ++i)
                shape << frame.toPixel(fromAxis(line.x[i], frame.x.scale),
                                       fromAxis(line.y[i], frame.y.scale));
            if (line.isClosed)
                painter.drawPolygon(shape);
            else
                painter.drawPolyline(shape);
        }
    }
}

void PointsView::paintEllipses(QPainter& painter, const PointsFrame& shown,
                               const PlotFrame& frame) const {
    painter.setBrush(Qt::NoBrush);
    for (const auto& ellipse : shown.ellipses) {
        const QColor color =
            ellipse.classIndex < 0 ? theme().text : theme().seriesColor(ellipse.classIndex);
        painter.setPen(QPen(color, 1.2 * theme().lineWidth, Qt::DashLine));
        painter.drawPolygon(ellipseOutline(ellipse, frame));
    }
}

void PointsView::paintThumbnails(QPainter& painter, const PointsFrame& shown,
                                 const PlotFrame& frame) const {
    const double size = thumbnailSize(shown, frame.plot);
    const ItemColors tints = colors(shown);
    const bool isColored = tints.hasScale() || !shown.classes.empty();
    for (std::size_t i = 0; i < shown.x.size(); ++i) {
        const QPointF at = frame.toPixel(double(shown.x[i]), double(shown.y[i]));
        if (!frame.plot.adjusted(-size, -size, size, size).contains(at))
            continue;
        const QRectF place = thumbnailPlace(shown, at, size);
        painter.drawImage(place, thumbnailImage(shown, i));
        painter.setPen(QPen(isColored ? tints.of(i) : theme().grid, isColored ? 2.0 : 1.0));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(place);
    }
}

void PointsView::paintClouds(QPainter& painter, const PointsFrame& shown,
                             const PlotFrame& frame) const {
    const ItemColors tints = colors(shown);
    const bool hasPictures = !shown.thumbnails.empty();
    if (shown.x.size() + shown.behind.x.size() <= fewPoints) {
        paintFewPoints(painter, shown, frame, tints, theme());
    } else if (!drawing().isPainting()) {
        // Twice as fine as the screen, since it may be printed.
        painter.drawImage(frame.plot, cloudPicture(shown, frame, tints, theme(), 2.0));
    } else {
        const PlaneControl::Ranges ranges{frame.x.range, frame.y.range};
        const double ratio = drawing().devicePixelRatioF();
        if (clouds_.of != &shown || clouds_.frames != frames() || !(clouds_.ranges == ranges) ||
            clouds_.plot != frame.plot || !(clouds_.colors == tints.scale().range))
            clouds_ = {cloudPicture(shown, frame, tints, theme(), ratio),
                       &shown,
                       frames(),
                       ranges,
                       frame.plot,
                       tints.scale().range};
        painter.drawImage(frame.plot, clouds_.image);
    }
    if (hasPictures)
        paintThumbnails(painter, shown, frame);
}

void PointsView::paintMark(QPainter& painter, const PointsFrame& shown,
                           const PlotFrame& frame) const {
    const auto index = pointer_ ? nearest(shown, frame, *pointer_) : std::nullopt;
    if (!index)
        return;
    const QPointF at = frame.toPixel(double(shown.x[*index]), double(shown.y[*index]));
    painter.setBrush(Qt::NoBrush);
    for (const auto& [color, width] :
         {std::pair{theme().surface, 4.0}, std::pair{theme().accent, 2.0}}) {
        painter.setPen(QPen(color, width));
        if (shown.thumbnails.empty())
            painter.drawEllipse(at, 6.5, 6.5);
        else
            painter.drawRect(thumbnailPlace(shown, at, thumbnailSize(shown, frame.plot) + 2.0));
    }
}

void PointsView::paintPlot(QPainter& painter, const QRectF& area) {
    const PointsFrame* shown = points();
    if (!shown)
        return paintHint(painter, area, hint(), theme());
    const Layout place = layout(shown, area);
    paintGrid(painter, place.frame, theme());
    painter.save();
    painter.setClipRect(place.frame.plot, Qt::IntersectClip);
    paintClouds(painter, *shown, place.frame);
    paintContours(painter, place.frame);
    paintEllipses(painter, *shown, place.frame);
    if (drawing().isPainting())
        paintMark(painter, *shown, place.frame);
    painter.restore();
    paintAxes(painter, place.frame, theme(), plotFont());
    paintLegend(painter, place.legend, theme(), plotFont());
    if (!place.bar.isEmpty())
        paintColorBar(painter, place.bar, colors(*shown).scale(), valueText(*shown), theme());
}

std::optional<std::size_t> PointsView::nearest(const PointsFrame& shown, const PlotFrame& frame,
                                               QPointF at) const {
    if (!frame.plot.contains(at))
        return std::nullopt;
    const PixelMap map = frame.pixelMap();
    const QPointF inside = at - frame.plot.topLeft();
    const double size = shown.thumbnails.empty() ? 0.0 : 0.5 * thumbnailSize(shown, frame.plot);
    double least = std::max(reach, size);
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < shown.x.size(); ++i) {
        const double dx = map.toPixelX(double(shown.x[i])) - inside.x();
        if (!(std::abs(dx) <= least))
            continue;
        const double distance = std::hypot(dx, map.toPixelY(double(shown.y[i])) - inside.y());
        if (distance <= least) {
            least = distance;
            found = i;
        }
    }
    return found;
}

QString PointsView::textAt(QPointF at, const QRectF& area) const {
    const PointsFrame* shown = points();
    if (!shown)
        return {};
    const PlotFrame frame = layout(shown, area).frame;
    const auto index = nearest(*shown, frame, at);
    const bool canClick = view().gesture && !view().gesture->hint.empty();
    if (!index)
        return canClick && frame.plot.contains(at) ? QString::fromStdString(view().gesture->hint)
                                                   : QString();
    QString text = pointText(*shown, *index, view());
    if (canClick)
        text += "\n" + QString::fromStdString(view().gesture->hint);
    return text;
}

void PointsView::click(QPointF at) {
    const PointsFrame* shown = points();
    if (!view().gesture || !shown)
        return;
    const PlotFrame frame = layout(shown, QRectF(drawing().rect())).frame;
    if (!frame.plot.contains(at))
        return;
    const PixelMap map = frame.pixelMap();
    const auto index = nearest(*shown, frame, at);
    const double x = index ? double(shown->x[*index]) : map.fromPixelX(at.x() - frame.plot.left());
    const double y = index ? double(shown->y[*index]) : map.fromPixelY(at.y() - frame.plot.top());
    Q_EMIT gestureMade(QString::fromStdString(view().gesture->xParameter), x,
                       QString::fromStdString(view().gesture->yParameter), y);
}

} // namespace convergence
