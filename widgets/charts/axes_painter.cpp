#include "widgets/charts/axes_painter.h"

#include <algorithm>
#include <cmath>

#include <QFontMetricsF>
#include <QPainter>
#include <QStringList>

namespace convergence {

namespace {

constexpr double tickLength = 4.0;
constexpr double gap = 4.0;

/// Tick labels a step smaller than text.
QFont tickFont(const QFont& font) {
    QFont smaller = font;
    smaller.setPointSizeF(0.92 * font.pointSizeF());
    return smaller;
}

/// Pixels along the axis from the left or the top.
double along(const PixelMap& map, bool horizontal, double value) {
    return horizontal ? map.toPixelX(value) : map.toPixelY(value);
}

QPen hairline(const QColor& color) {
    return {color, 1.0};
}

/// Of the widest line.
double widthOf(const std::string& label, const QFontMetricsF& metrics) {
    double width = 0.0;
    const auto lines = QString::fromStdString(label).split('\n');
    for (const QString& line : lines)
        width = std::max(width, metrics.horizontalAdvance(line));
    return width;
}

/// Lines of the labels below an axis.
int linesOf(const AxisTicks& ticks) {
    std::ptrdiff_t most = 1;
    for (const Tick& tick : ticks.major)
        most = std::max(most, 1 + std::count(tick.label.begin(), tick.label.end(), '\n'));
    return int(most);
}

/// Every how many-th label is drawn so that neighbors keep a distance.
std::size_t labelStride(const PlotFrame& frame, const QFontMetricsF& metrics) {
    const PixelMap map = frame.pixelMap();
    const auto& ticks = frame.x.ticks.major;
    for (std::size_t stride = 1; stride < ticks.size(); ++stride) {
        bool fits = true;
        double right = -1e9;
        for (std::size_t i = 0; i < ticks.size(); i += stride) {
            const double half = 0.5 * widthOf(ticks[i].label, metrics);
            const double at = map.toPixelX(ticks[i].value);
            fits = fits && at - half > right + 6.0;
            right = at + half;
        }
        if (fits)
            return stride;
    }
    return std::max<std::size_t>(1, ticks.size());
}

} // namespace

PixelMap PlotFrame::pixelMap() const {
    return {x.range, y.range, x.scale, y.scale, plot.width(), plot.height()};
}

QPointF PlotFrame::toPixel(double xValue, double yValue) const {
    const PixelMap map = pixelMap();
    return plot.topLeft() + QPointF(map.toPixelX(xValue), map.toPixelY(yValue));
}

QString axisLabel(const AxisSpec& axis) {
    const QString label = QString::fromStdString(axis.label.empty() ? axis.column : axis.label);
    return axis.unit.empty() ? label : label + " [" + QString::fromStdString(axis.unit) + "]";
}

PlotAxis plotAxis(const QString& label, Scale scale, AxisRange range) {
    return {label, scale, range, chooseTicks(range, scale)};
}

PlotFrame layoutAxes(PlotAxis x, PlotAxis y, const QRectF& area, const QFont& font) {
    const QFontMetricsF ticks(tickFont(font)), text(font);
    double widest = 0.0;
    for (const Tick& tick : y.ticks.major)
        widest = std::max(widest, ticks.horizontalAdvance(QString::fromStdString(tick.label)));
    // In steps, so that the plot does not move with every digit.
    widest = 8.0 * std::ceil(widest / 8.0);
    const double left = (y.label.isEmpty() ? gap : text.height() + 2 * gap) + widest + gap;
    const double bottom =
        (x.label.isEmpty() ? gap : text.height() + gap) + linesOf(x.ticks) * ticks.height() + gap;
    const double top = 0.5 * ticks.height();
    double right = 12.0;
    if (!x.ticks.major.empty())
        right = std::max(right, 0.5 * widthOf(x.ticks.major.back().label, ticks) + 2.0);
    QRectF plot = area.adjusted(left, top, -right, -bottom);
    plot =
        QRectF(std::round(plot.left()), std::round(plot.top()),
               std::max(20.0, std::round(plot.width())), std::max(20.0, std::round(plot.height())));
    return {std::move(x), std::move(y), plot};
}

void paintGrid(QPainter& painter, const PlotFrame& frame, const Theme& theme) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing, false);
    const PixelMap map = frame.pixelMap();
    const QRectF& plot = frame.plot;
    QColor faint = theme.grid;
    faint.setAlphaF(0.45);
    for (const bool horizontal : {true, false}) {
        const PlotAxis& axis = horizontal ? frame.x : frame.y;
        const auto line = [&](double value) {
            const double at = along(map, horizontal, value);
            if (horizontal)
                painter.drawLine(QPointF(plot.left() + at, plot.top()),
                                 QPointF(plot.left() + at, plot.bottom()));
            else
                painter.drawLine(QPointF(plot.left(), plot.top() + at),
                                 QPointF(plot.right(), plot.top() + at));
        };
        if (axis.scale == Scale::logarithmic && axis.ticks.minor.size() <= 40) {
            painter.setPen(hairline(faint));
            for (const double value : axis.ticks.minor)
                line(value);
        }
        painter.setPen(hairline(theme.grid));
        for (const Tick& tick : axis.ticks.major)
            line(tick.value);
    }
    painter.restore();
}

void paintAxes(QPainter& painter, const PlotFrame& frame, const Theme& theme, const QFont& font) {
    painter.save();
    const PixelMap map = frame.pixelMap();
    const QRectF& plot = frame.plot;
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(hairline(theme.mutedText));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(plot);
    const auto mark = [&](bool horizontal, double value, double length) {
        const double at = along(map, horizontal, value);
        if (horizontal)
            painter.drawLine(QPointF(plot.left() + at, plot.bottom()),
                             QPointF(plot.left() + at, plot.bottom() + length));
        else
            painter.drawLine(QPointF(plot.left() - length, plot.top() + at),
                             QPointF(plot.left(), plot.top() + at));
    };
    for (const bool horizontal : {true, false}) {
        const AxisTicks& ticks = (horizontal ? frame.x : frame.y).ticks;
        for (const Tick& tick : ticks.major)
            mark(horizontal, tick.value, tickLength);
        if (ticks.minor.size() <= 80)
            for (const double value : ticks.minor)
                mark(horizontal, value, 0.5 * tickLength);
    }

    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setPen(theme.text);
    painter.setFont(tickFont(font));
    const QFontMetricsF metrics(painter.font());
    const double lineHeight = metrics.height();
    const double below = linesOf(frame.x.ticks) * lineHeight; // that labels take
    const std::size_t stride = labelStride(frame, metrics);
    for (std::size_t i = 0; i < frame.x.ticks.major.size(); i += stride) {
        const Tick& tick = frame.x.ticks.major[i];
        const double at = plot.left() + map.toPixelX(tick.value);
        painter.drawText(QRectF(at - 100, plot.bottom() + gap, 200, below),
                         Qt::AlignHCenter | Qt::AlignTop, QString::fromStdString(tick.label));
    }
    double above = plot.bottom() + lineHeight; // labels from below; skip what would overlap
    for (const Tick& tick : frame.y.ticks.major) {
        const double at = plot.top() + map.toPixelY(tick.value);
        if (at > above - lineHeight)
            continue;
        above = at;
        painter.drawText(QRectF(plot.left() - gap - 2 - 300, at - lineHeight / 2, 300, lineHeight),
                         Qt::AlignRight | Qt::AlignVCenter, QString::fromStdString(tick.label));
    }

    painter.setFont(font);
    const double textHeight = QFontMetricsF(font).height();
    painter.drawText(
        QRectF(plot.left() - 200, plot.bottom() + gap + below, plot.width() + 400, textHeight),
        Qt::AlignCenter, frame.x.label);
    double widest = 0.0;
    for (const Tick& tick : frame.y.ticks.major)
        widest = std::max(widest, metrics.horizontalAdvance(QString::fromStdString(tick.label)));
    widest = 8.0 * std::ceil(widest / 8.0);
    // A label that is longer than its axis has the room beside the labels below, too.
    const double room = plot.height() + 0.5 * lineHeight + below + textHeight;
    const bool isLong =
        QFontMetricsF(font).horizontalAdvance(frame.y.label) > plot.height() + lineHeight;
    const double middle = isLong ? plot.top() - 0.5 * lineHeight + 0.5 * room : plot.center().y();
    painter.translate(plot.left() - widest - 2 * gap - textHeight, middle);
    painter.rotate(-90);
    painter.drawText(QRectF(-room / 2, 0, room, textHeight), Qt::AlignCenter,
                     QFontMetricsF(font).elidedText(frame.y.label, Qt::ElideRight, room));
    painter.restore();
}

void paintHint(QPainter& painter, const QRectF& area, const QString& hint, const Theme& theme) {
    painter.save();
    painter.setPen(theme.mutedText);
    painter.drawText(area.adjusted(16, 8, -16, -8), Qt::AlignCenter | Qt::TextWordWrap, hint);
    painter.restore();
}

} // namespace convergence
