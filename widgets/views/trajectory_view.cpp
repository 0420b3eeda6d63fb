#include "widgets/views/trajectory_view.h"

#include <algorithm>
#include <cmath>

#include <QKeyEvent>
#include <QPainter>

#include "widgets/charts/field_picture.h"
#include "widgets/views/pixel_rounding.h"
#include "widgets/views/plane_control.h"

namespace convergence {

namespace {

constexpr double grabDistance = 12.0;
constexpr double clickDistance = 4.0;

/// Makes the plot narrower or lower so that a unit is as long on both axes.
void narrowToEqual(PlotFrame& frame) {
    const double width = frame.x.range.maximum - frame.x.range.minimum;
    const double height = frame.y.range.maximum - frame.y.range.minimum;
    const double scale = std::min(frame.plot.width() / width, frame.plot.height() / height);
    QRectF plot(0, 0, std::round(scale * width), std::round(scale * height));
    plot.moveCenter(frame.plot.center());
    plot.moveTopLeft(QPointF(std::round(plot.left()), std::round(plot.top())));
    frame.plot = plot;
}

} // namespace

TrajectoryView::TrajectoryView(View view, std::shared_ptr<const Description> description,
                               const Theme& theme, QWidget* parent)
    : FrameViewWidget(std::move(view), std::move(description), theme, parent, Choice::byView) {
    if (this->view().gesture)
        drawing().setToolTip(QString::fromStdString(this->view().gesture->hint));
    QAction* reset =
        addMenuAction("resetZoom", tr("Show everything\tHome"), tr("Ends zooming and panning"));
    connect(reset, &QAction::triggered, this, &TrajectoryView::resetZoom);
    Canvas& canvas = drawing();
    connect(&canvas, &Canvas::doubleClicked, this, &TrajectoryView::resetZoom);
    connect(&canvas, &Canvas::wheeled, this,
            [this](double notches, QPointF at) { zoom(std::pow(1.2, notches), at); });
    connect(&canvas, &Canvas::pressed, this, [this](QPointF at) {
        pressed_ = last_ = at;
        const PlotFrame frame = layout(QRectF(drawing().rect())).frame;
        panning_ = !(this->view().gesture && isOverStart(at, frame));
    });
    connect(&canvas, &Canvas::dragged, this, [this](QPointF at) {
        if (panning_ && QLineF(at, pressed_).length() > clickDistance)
            pan(at - last_);
        else if (!panning_)
            newStart_ = at;
        last_ = at;
        drawing().update();
    });
    connect(&canvas, &Canvas::released, this, [this](QPointF at) {
        const PlotFrame frame = layout(QRectF(drawing().rect())).frame;
        const bool clicked = QLineF(at, pressed_).length() <= clickDistance;
        const bool dragged = newStart_.has_value();
        newStart_.reset();
        drawing().update();
        if (!this->view().gesture || !frame.plot.contains(at) || !(clicked || dragged))
            return;
        const PixelMap map = frame.pixelMap();
        const QPointF inside = at - frame.plot.topLeft();
        const GestureSpec& gesture = *this->view().gesture;
        Q_EMIT gestureMade(
            QString::fromStdString(gesture.xParameter),
            roundedToPixel(map.fromPixelX(inside.x()), map.fromPixelX(inside.x() + 1.0)),
            QString::fromStdString(gesture.yParameter),
            roundedToPixel(map.fromPixelY(inside.y()), map.fromPixelY(inside.y() + 1.0)));
    });
    connect(&canvas, &Canvas::keyPressed, this, [this](QKeyEvent* event) {
        const QPointF middle = QRectF(drawing().rect()).center();
        event->accept();
        switch (event->key()) {
        case Qt::Key_Home:
            return resetZoom();
        case Qt::Key_Plus:
        case Qt::Key_Equal:
            return zoom(1.2, middle);
        case Qt::Key_Minus:
            return zoom(1.0 / 1.2, middle);
        case Qt::Key_Left:
            return pan({40, 0});
        case Qt::Key_Right:
            return pan({-40, 0});
        case Qt::Key_Up:
            return pan({0, 40});
        case Qt::Key_Down:
            return pan({0, -40});
        default:
            event->ignore();
        }
    });
}

std::vector<TrajectoryView::Path> TrajectoryView::paths() const {
    std::vector<Path> list;
    const auto run = recording();
    if (!run || !frames())
        return list;
    for (std::size_t trial = 0; trial < run->plans().size(); ++trial) {
        if (!isSelected(selectors(), run->plans()[trial]) || trial >= frames()->trials.size() ||
            armLook().isHidden(run->plans()[trial].arm))
            continue;
        for (const std::string& id : view().frames) {
            const auto found = frames()->trials[trial].find(id);
            if (found == frames()->trials[trial].end())
                continue;
            const auto* path = std::get_if<PathFrame>(&found->second);
            if (path && !path->x.empty() && path->x.size() == path->y.size())
                list.push_back({trial, run->plans()[trial].arm, path,
                                run->status(trial) == TrialStatus::diverged});
        }
    }
    // The lifted one last, before the others.
    std::stable_partition(list.begin(), list.end(),
                          [&](const Path& path) { return path.arm != armLook().lifted; });
    return list;
}

const FieldFrame* TrajectoryView::field() const {
    if (frames())
        for (const std::string& id : view().frames)
            if (const auto found = frames()->shared.find(id); found != frames()->shared.end())
                if (const auto* field = std::get_if<FieldFrame>(&found->second))
                    return field;
    return nullptr;
}

/// How often colors were used up before this arm: then strokes and markers tell arms apart.
int TrajectoryView::lapOf(const Path& path) const {
    return armIndex(description(), path.arm) / std::max(1, int(theme().series.size()));
}

QColor TrajectoryView::colorOf(const Path& path) const {
    return armColor(path.arm);
}

TrajectoryView::Layout TrajectoryView::layout(const QRectF& area) const {
    Layout result;
    Extent x, y;
    std::vector<Path> all = paths();
    if (const auto* other = partner<TrajectoryView>())
        for (const Path& path : other->paths())
            all.push_back(path);
    const bool someLast =
        std::any_of(all.begin(), all.end(), [](const Path& path) { return !path.isLost; });
    for (const Path& path : all) {
        // Of one that diverged only where it began.
        const bool inFull = !path.isLost || !someLast || armLook().isDivergedInFull;
        const std::size_t points = inFull ? path.frame->x.size() : 1;
        for (std::size_t i = 0; i < points; ++i) {
            x.include(path.frame->x[i]);
            y.include(path.frame->y[i]);
        }
    }
    for (const Path& path : namesArms() ? paths() : std::vector<Path>()) {
        const QString label = QString::fromStdString(armLabel(description(), path.arm));
        const bool known = std::any_of(result.legend.begin(), result.legend.end(),
                                       [&](const LegendEntry& e) { return e.text == label; });
        if (!known)
            result.legend.push_back({.text = label,
                                     .color = colorOf(path),
                                     .style = lapOf(path) > 0 ? Qt::DashDotLine : Qt::SolidLine,
                                     .width = theme().lineWidth,
                                     .marker = lapOf(path) > 0 ? lapOf(path) : -1});
    }
    const double legendHeight = layoutLegend(result.legend, area.width(), plotFont());
    for (LegendEntry& entry : result.legend)
        entry.place.translate(area.topLeft());

    const Scale xScale = view().x.scale, yScale = view().y.scale;
    const auto wanted = [](const Extent& extent, Scale scale) {
        return niceRange(
            {scale == Scale::logarithmic ? extent.minimumPositive : extent.minimum, extent.maximum},
            scale);
    };
    AxisRange xRange = wanted(x, xScale), yRange = wanted(y, yScale);
    if (const FieldFrame* plane = field(); plane && !zoom_) {
        xRange = {plane->xMinimum, plane->xMaximum};
        yRange = {plane->yMinimum, plane->yMaximum};
    }
    if (zoom_)
        std::tie(xRange, yRange) = *zoom_;
    result.frame = layoutAxes(plotAxis(axisLabel(view().x), xScale, xRange),
                              plotAxis(axisLabel(view().y), yScale, yRange),
                              area.adjusted(0, legendHeight, 0, 0), plotFont());
    const bool fitsField = field() && !zoom_;
    if (fitsField)
        narrowToEqual(result.frame);
    else if (xScale == Scale::linear && yScale == Scale::linear)
        makeEqual(result.frame);
    return result;
}

QString TrajectoryView::textAt(QPointF at, const QRectF& area) const {
    const PlotFrame frame = layout(area).frame;
    if (!frame.plot.contains(at))
        return {};
    const auto number = [](double value) {
        return QString::fromStdString(readableNumber(value, 4));
    };
    const PixelMap map = frame.pixelMap();
    QString text = QString("%1, %2").arg(number(map.fromPixelX(at.x() - frame.plot.left())),
                                         number(map.fromPixelY(at.y() - frame.plot.top())));
    double nearest = grabDistance;
    for (const Path& path : paths())
        for (std::size_t i = 0; i < path.frame->x.size(); ++i) {
            const QPointF point = frame.toPixel(path.frame->x[i], path.frame->y[i]);
            if (const double distance = QLineF(at, point).length(); distance < nearest) {
                nearest = distance;
                text = QString("%1, t = %2\n%3 = %4\n%5 = %6")
                           .arg(QString::fromStdString(armLabel(description(), path.arm)),
                                i < path.frame->iteration.size()
                                    ? number(double(path.frame->iteration[i]))
                                    : QString("?"),
                                axisLabel(view().x), number(path.frame->x[i]), axisLabel(view().y),
                                number(path.frame->y[i]));
            }
        }
    if (view().gesture && nearest == grabDistance)
        text += "\n" + QString::fromStdString(view().gesture->hint);
    return text;
}

std::vector<QPolygonF> TrajectoryView::linesOf(const QRectF& area) const {
    std::vector<QPolygonF> lines;
    const PlotFrame frame = layout(area).frame;
    for (const Path& path : paths()) {
        QPolygonF& line = lines.emplace_back();
        for (std::size_t i = 0; i < path.frame->x.size(); ++i)
            line << frame.toPixel(path.frame->x[i], path.frame->y[i]);
    }
    return lines;
}

bool TrajectoryView::isOverStart(QPointF at, const PlotFrame& frame) const {
    const auto list = paths();
    return std::any_of(list.begin(), list.end(), [&](const Path& path) {
        const QPointF start = frame.toPixel(path.frame->x.front(), path.frame->y.front());
        return QLineF(at, start).length() <= grabDistance;
    });
}

void TrajectoryView::zoom(double factor, QPointF around) {
    const PlotFrame frame = layout(QRectF(drawing().rect())).frame;
    const PixelMap map = frame.pixelMap();
    const QPointF at = around - frame.plot.topLeft();
    const auto range = [&](double low, double high, Scale scale, double fixed) {
        const double a = toAxis(low, scale), b = toAxis(high, scale), c = toAxis(fixed, scale);
        return AxisRange{fromAxis(c + (a - c) / factor, scale),
                         fromAxis(c + (b - c) / factor, scale)};
    };
    const AxisRange x =
        range(frame.x.range.minimum, frame.x.range.maximum, frame.x.scale, map.fromPixelX(at.x()));
    const AxisRange y =
        range(frame.y.range.minimum, frame.y.range.maximum, frame.y.scale, map.fromPixelY(at.y()));
    const auto usable = [](AxisRange r) {
        return std::isfinite(r.minimum) && std::isfinite(r.maximum) &&
               r.maximum - r.minimum > 1e-9 * std::max(std::abs(r.minimum), std::abs(r.maximum)) &&
               r.maximum - r.minimum < 1e12;
    };
    if (usable(x) && usable(y))
        setZoom({{x, y}});
}

void TrajectoryView::pan(QPointF pixels) {
    const PlotFrame frame = layout(QRectF(drawing().rect())).frame;
    const PixelMap map = frame.pixelMap();
    setZoom({{{map.fromPixelX(-pixels.x()), map.fromPixelX(map.width - pixels.x())},
              {map.fromPixelY(map.height - pixels.y()), map.fromPixelY(-pixels.y())}}});
}

void TrajectoryView::lookLike(const ViewWidget& other) {
    FrameViewWidget::lookLike(other);
    if (const auto* paths = qobject_cast<const TrajectoryView*>(&other))
        zoom_ = paths->zoom_;
}

void TrajectoryView::resetZoom() {
    setZoom(std::nullopt);
}

void TrajectoryView::setZoom(std::optional<std::pair<AxisRange, AxisRange>> ranges) {
    for (TrajectoryView* view : {this, partner<TrajectoryView>()})
        if (view) {
            view->zoom_ = ranges;
            view->drawing().update();
        }
}

} // namespace convergence
