#include "widgets/views/plane_control.h"

#include <cmath>

#include <QApplication>
#include <QKeyEvent>

#include "widgets/views/frame_view.h"

namespace convergence {

namespace {

constexpr double zoomOfNotch = 1.2;
constexpr double panOfKey = 40.0; ///< pixels
constexpr int settleMilliseconds = 160;

bool isUsable(AxisRange range) {
    const double size = range.maximum - range.minimum;
    return std::isfinite(size) && size < 1e12 &&
           size > 1e-9 * std::max(std::abs(range.minimum), std::abs(range.maximum));
}

AxisRange zoomed(AxisRange range, Scale scale, double fixed, double factor) {
    const double a = toAxis(range.minimum, scale), b = toAxis(range.maximum, scale),
                 c = toAxis(fixed, scale);
    return {fromAxis(c + (a - c) / factor, scale), fromAxis(c + (b - c) / factor, scale)};
}

} // namespace

PlaneControl::PlaneControl(Canvas& canvas, std::function<PlotFrame()> frame, Axes axes)
    : QObject(&canvas), canvas_(canvas), frame_(std::move(frame)), axes_(axes) {
    settling_.setSingleShot(true);
    settling_.setInterval(settleMilliseconds);
    connect(&settling_, &QTimer::timeout, this, &PlaneControl::settled);
    connect(&canvas, &Canvas::doubleClicked, this, &PlaneControl::showAll);
    connect(&canvas, &Canvas::wheeled, this,
            [this](double notches, QPointF at) { zoom(std::pow(zoomOfNotch, notches), at); });
    connect(&canvas, &Canvas::pressed, this, [this](QPointF at) {
        pressed_ = last_ = at;
        isDragged_ = false;
    });
    connect(&canvas, &Canvas::dragged, this, [this](QPointF at) {
        if (!isDragged_ && (at - pressed_).manhattanLength() < QApplication::startDragDistance())
            return;
        isDragged_ = true;
        pan(at - last_);
        last_ = at;
    });
    connect(&canvas, &Canvas::released, this, [this](QPointF at) {
        if (!isDragged_)
            Q_EMIT clicked(at);
    });
    connect(&canvas, &Canvas::keyPressed, this, &PlaneControl::key);
}

void PlaneControl::key(QKeyEvent* event) {
    const QPointF middle = frame_().plot.center();
    event->accept();
    switch (event->key()) {
    case Qt::Key_Home:
        return showAll();
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        return zoom(zoomOfNotch, middle);
    case Qt::Key_Minus:
        return zoom(1.0 / zoomOfNotch, middle);
    case Qt::Key_Left:
        return pan({panOfKey, 0});
    case Qt::Key_Right:
        return pan({-panOfKey, 0});
    case Qt::Key_Up:
        if (axes_ == Axes::both)
            return pan({0, panOfKey});
        break;
    case Qt::Key_Down:
        if (axes_ == Axes::both)
            return pan({0, -panOfKey});
        break;
    default:
        break;
    }
    event->ignore();
}

void PlaneControl::zoom(double factor, QPointF around) {
    const PlotFrame frame = frame_();
    const PixelMap map = frame.pixelMap();
    const QPointF at = around - frame.plot.topLeft();
    Ranges next{zoomed(frame.x.range, frame.x.scale, map.fromPixelX(at.x()), factor),
                frame.y.range};
    if (axes_ == Axes::both)
        next.y = zoomed(frame.y.range, frame.y.scale, map.fromPixelY(at.y()), factor);
    if (isUsable(next.x) && isUsable(next.y))
        setRanges(next);
}

void PlaneControl::pan(QPointF pixels) {
    const PlotFrame frame = frame_();
    const PixelMap map = frame.pixelMap();
    Ranges next{{map.fromPixelX(-pixels.x()), map.fromPixelX(map.width - pixels.x())},
                frame.y.range};
    if (axes_ == Axes::both)
        next.y = {map.fromPixelY(map.height - pixels.y()), map.fromPixelY(-pixels.y())};
    if (isUsable(next.x) && isUsable(next.y))
        setRanges(next);
}

void PlaneControl::setRanges(std::optional<Ranges> ranges) {
    take(ranges);
    if (partner_)
        partner_->take(ranges);
}

void PlaneControl::take(const std::optional<Ranges>& ranges) {
    ranges_ = ranges;
    settling_.start();
    canvas_.update();
    Q_EMIT moved();
}

void makeEqual(PlotFrame& frame) {
    const double perPixelX = (frame.x.range.maximum - frame.x.range.minimum) / frame.plot.width();
    const double perPixelY = (frame.y.range.maximum - frame.y.range.minimum) / frame.plot.height();
    PlotAxis& axis = perPixelX < perPixelY ? frame.x : frame.y;
    const double factor = std::max(perPixelX, perPixelY) / std::min(perPixelX, perPixelY);
    const double middle = 0.5 * (axis.range.minimum + axis.range.maximum);
    const double half = 0.5 * factor * (axis.range.maximum - axis.range.minimum);
    axis = plotAxis(axis.label, axis.scale, {middle - half, middle + half});
}

AxisRange marginRange(double minimum, double maximum, double share) {
    if (!(minimum <= maximum))
        return {-1.0, 1.0};
    const double size = maximum - minimum;
    const double margin = size > 1e-9 * std::max(std::abs(minimum), std::abs(maximum))
                              ? share * size
                              : std::max(0.5, 0.5 * std::max(std::abs(minimum), std::abs(maximum)));
    return {minimum - margin, maximum + margin};
}

} // namespace convergence
