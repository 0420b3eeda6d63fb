#include "widgets/lessons/prediction_canvas.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>

#include "widgets/charts/axes_painter.h"

namespace convergence {

namespace {

constexpr double empty = std::numeric_limits<double>::quiet_NaN();
/// Share of the axis that a drawing has to span.
constexpr double neededSpan = 0.6;

} // namespace

PredictionCanvas::PredictionCanvas(const Theme& theme, QWidget* parent)
    : QWidget(parent), theme_(theme), heights_(columns, empty) {
    setFocusPolicy(Qt::StrongFocus);
    setMinimumSize(200, 160);
    setAccessibleName(tr("Your prediction"));
    setAccessibleDescription(tr("Draw the curve that you expect with the pointer, or move the "
                                "cursor with the arrow keys; Delete begins anew."));
    setToolTip(accessibleDescription());
}

void PredictionCanvas::setAxes(const PredictionAxes& axes) {
    axes_ = axes;
    revealed_ = false;
    measured_ = {};
    clear();
}

void PredictionCanvas::setTheme(const Theme& theme) {
    theme_ = theme;
    update();
}

void PredictionCanvas::clear() {
    std::fill(heights_.begin(), heights_.end(), empty);
    lastColumn_ = cursor_ = -1;
    update();
    Q_EMIT edited();
}

PredictedCurve PredictionCanvas::prediction() const {
    PredictedCurve curve;
    const double left = toAxis(axes_.xMinimum, axes_.xScale);
    const double right = toAxis(axes_.xMaximum, axes_.xScale);
    const double bottom = toAxis(axes_.yMinimum, axes_.yScale);
    const double top = toAxis(axes_.yMaximum, axes_.yScale);
    for (int column = 0; column < columns; ++column)
        if (const double share = heights_[std::size_t(column)]; !std::isnan(share)) {
            curve.x.push_back(
                fromAxis(std::lerp(left, right, column / (columns - 1.0)), axes_.xScale));
            curve.y.push_back(fromAxis(std::lerp(bottom, top, share), axes_.yScale));
        }
    return curve;
}

bool PredictionCanvas::isComplete() const {
    const auto drawn = [](double share) { return !std::isnan(share); };
    const auto first = std::find_if(heights_.begin(), heights_.end(), drawn);
    const auto last = std::find_if(heights_.rbegin(), heights_.rend(), drawn);
    return first != heights_.end() && last.base() - first > neededSpan * columns;
}

void PredictionCanvas::reveal(const PredictedCurve& measured) {
    measured_ = measured;
    revealed_ = true;
    update();
}

PlotFrame PredictionCanvas::frame() const {
    return layoutAxes(plotAxis(axes_.xLabel, axes_.xScale, {axes_.xMinimum, axes_.xMaximum}),
                      plotAxis(axes_.yLabel, axes_.yScale, {axes_.yMinimum, axes_.yMaximum}),
                      QRectF(rect()).adjusted(2, 4, -8, -2), font());
}

QPointF PredictionCanvas::pixelOf(const PlotFrame& frame, double column, double share) const {
    return {frame.plot.left() + column / (columns - 1.0) * frame.plot.width(),
            frame.plot.bottom() - share * frame.plot.height()};
}

void PredictionCanvas::setHeightAt(int column, double share) {
    heights_[std::size_t(std::clamp(column, 0, columns - 1))] = std::clamp(share, 0.0, 1.0);
}

/// Columns that the pointer jumped over are filled in between.
void PredictionCanvas::drawTo(QPointF pixel, bool continues) {
    if (revealed_)
        return;
    const QRectF plot = frame().plot;
    const int column = std::clamp(
        int(std::lround((pixel.x() - plot.left()) / plot.width() * (columns - 1))), 0, columns - 1);
    const double height = (plot.bottom() - pixel.y()) / plot.height();
    if (continues && lastColumn_ >= 0)
        for (int between = std::min(column, lastColumn_); between <= std::max(column, lastColumn_);
             ++between)
            setHeightAt(between, column == lastColumn_
                                     ? height
                                     : std::lerp(lastHeight_, height,
                                                 double(between - lastColumn_) /
                                                     double(column - lastColumn_)));
    else
        setHeightAt(column, height);
    lastColumn_ = column;
    lastHeight_ = std::clamp(height, 0.0, 1.0);
    update();
    Q_EMIT edited();
}

void PredictionCanvas::mousePressEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton)
        drawTo(event->position(), false);
}

void PredictionCanvas::mouseMoveEvent(QMouseEvent* event) {
    if (event->buttons() & Qt::LeftButton)
        drawTo(event->position(), true);
}

void PredictionCanvas::keyPressEvent(QKeyEvent* event) {
    const int step = event->modifiers() & Qt::ShiftModifier ? 10 : 2;
    if (revealed_)
        return QWidget::keyPressEvent(event);
    if (event->key() == Qt::Key_Delete || event->key() == Qt::Key_Backspace)
        return clear();
    if (cursor_ < 0) {
        cursor_ = 0;
        lastColumn_ = 0;
        lastHeight_ = 1.0;
    }
    const double share =
        std::isnan(heights_[std::size_t(cursor_)]) ? lastHeight_ : heights_[std::size_t(cursor_)];
    switch (event->key()) {
    case Qt::Key_Up:
        setHeightAt(cursor_, share + 0.01 * step);
        break;
    case Qt::Key_Down:
        setHeightAt(cursor_, share - 0.01 * step);
        break;
    case Qt::Key_Right:
        for (int i = 0; i < step && cursor_ < columns - 1; ++i)
            setHeightAt(++cursor_, share);
        break;
    case Qt::Key_Left:
        cursor_ = std::max(0, cursor_ - step);
        break;
    default:
        return QWidget::keyPressEvent(event);
    }
    lastColumn_ = cursor_;
    lastHeight_ =
        std::isnan(heights_[std::size_t(cursor_)]) ? share : heights_[std::size_t(cursor_)];
    update();
    Q_EMIT edited();
}

void PredictionCanvas::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(rect(), theme_.surface);
    const PlotFrame axes = frame();
    paintGrid(painter, axes, theme_);
    QPainterPath drawn;
    bool begun = false;
    for (int column = 0; column < columns; ++column) {
        const double share = heights_[std::size_t(column)];
        if (std::isnan(share))
            continue;
        const QPointF point = pixelOf(axes, column, share);
        begun ? drawn.lineTo(point) : drawn.moveTo(point);
        begun = true;
    }
    painter.setPen(QPen(theme_.warning, 2.0 * theme_.lineWidth, Qt::DashLine));
    painter.drawPath(drawn);
    if (cursor_ >= 0 && !revealed_ && hasFocus()) {
        painter.setPen(QPen(theme_.mutedText, 1.0, Qt::DotLine));
        const double x = pixelOf(axes, cursor_, 0.0).x();
        painter.drawLine(QPointF(x, axes.plot.top()), QPointF(x, axes.plot.bottom()));
    }
    if (revealed_) {
        painter.setClipRect(axes.plot);
        QPainterPath truth;
        bool first = true;
        for (std::size_t i = 0; i < measured_.x.size(); ++i) {
            if ((axes_.xScale == Scale::logarithmic && !(measured_.x[i] > 0.0)) ||
                (axes_.yScale == Scale::logarithmic && !(measured_.y[i] > 0.0)) ||
                !std::isfinite(measured_.y[i]))
                continue;
            const QPointF point = axes.toPixel(measured_.x[i], measured_.y[i]);
            first ? truth.moveTo(point) : truth.lineTo(point);
            first = false;
        }
        painter.setPen(QPen(theme_.accent, 1.5 * theme_.lineWidth));
        painter.drawPath(truth);
        painter.setClipping(false);
    }
    paintAxes(painter, axes, theme_, font());
    if (!begun)
        paintHint(painter, axes.plot, tr("Draw the curve that you expect."), theme_);
}

} // namespace convergence
