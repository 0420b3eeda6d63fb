#include "widgets/figures/figure_axes.h"

#include <algorithm>
#include <cmath>

#include <QPainter>

#include "widgets/charts/shared_factor.h"

namespace convergence {

namespace {

constexpr double tickMark = 3.0;       ///< units
constexpr double axisSpace = 3.0;      ///< between marks, numbers and labels
constexpr double leastNumberGap = 5.0; ///< between numbers of the x axis

bool isWholeNumber(double value) {
    return std::abs(value - std::round(value)) < 1e-9 * std::max(1.0, std::abs(value));
}

void keepIntegers(AxisTicks& ticks) {
    std::vector<Tick> whole;
    for (const Tick& tick : ticks.major)
        if (isWholeNumber(tick.value))
            whole.push_back({tick.value, readableNumber(std::round(tick.value), 15)});
    if (whole.size() < 2)
        return;
    ticks.major = std::move(whole);
    std::erase_if(ticks.minor, [](double value) { return !isWholeNumber(value); });
}

/// Every how many-th of `count` places, of which neighbors are `distance(stride)` apart at least.
template <typename Fits>
std::size_t strideThatFits(std::size_t count, Fits fits) {
    for (std::size_t stride = 1; stride < count; ++stride)
        if (fits(stride))
            return stride;
    return std::max<std::size_t>(1, count);
}

/// The label in one line or, where that is too long, two; then cut short.
QStringList labelLines(const QString& label, const QFont& font, double room) {
    QStringList lines = wrapped(label, font, room);
    while (lines.size() > 2)
        lines.removeLast();
    return lines;
}

double widestLabel(const AxisTicks& ticks, const QFont& font) {
    double widest = 0.0;
    for (const Tick& tick : ticks.major)
        widest = std::max(widest, widthOf(QString::fromStdString(tick.label), font));
    return widest;
}

/// Lines as bottom-up as the label of a y axis, right of `left`.
void addUpright(std::vector<FigureText>& texts, const QStringList& lines, const FigureStyle& style,
                double left, double middle) {
    const QFont font = textFontOf(style);
    for (qsizetype i = 0; i < lines.size(); ++i)
        texts.push_back(uprightTextAt(lines[i], font, style.text,
                                      {left + (double(i) + 0.5) * heightOf(font), middle}));
}

void addXTexts(FigureFrame& result, const FigureStyle& style, const QString& factor,
               const QStringList& label) {
    const QFont ticks = tickFontOf(style), text = textFontOf(style);
    const PlotFrame& frame = result.frame;
    const PixelMap map = frame.pixelMap();
    const auto& major = frame.x.ticks.major;
    const auto box = [&](std::size_t i) {
        return textAt(QString::fromStdString(major[i].label), ticks, style.text,
                      {frame.plot.left() + map.toPixelX(major[i].value),
                       frame.plot.bottom() + tickMark + 1.0 + 0.5 * heightOf(ticks)},
                      TextAnchor::middle);
    };
    const std::size_t stride = strideThatFits(major.size(), [&](std::size_t every) {
        for (std::size_t i = every; i < major.size(); i += every)
            if (box(i).box.left() < box(i - every).box.right() + leastNumberGap)
                return false;
        return true;
    });
    for (std::size_t i = 0; i < major.size(); i += stride)
        result.texts.push_back(box(i));
    double y = frame.plot.bottom() + tickMark + 1.0 + heightOf(ticks) + 0.5 * heightOf(text);
    for (const QString& line : label) {
        result.texts.push_back(
            textAt(line, text, style.text, {frame.plot.center().x(), y}, TextAnchor::middle));
        y += heightOf(text);
    }
    if (factor.isEmpty())
        return;
    // At the right end, below the numbers; the label gives way.
    const double at = frame.plot.bottom() + tickMark + 1.0 + heightOf(ticks) + 0.5 * heightOf(text);
    FigureText written =
        textAt(factor, ticks, style.text, {frame.plot.right(), at}, TextAnchor::right);
    for (FigureText& other : result.texts)
        if (other.box.intersects(written.box))
            other.box.moveRight(written.box.left() - leastNumberGap);
    result.texts.push_back(std::move(written));
}

void addYTexts(FigureFrame& result, const FigureStyle& style, const QString& factor) {
    const QFont ticks = tickFontOf(style);
    const PlotFrame& frame = result.frame;
    const PixelMap map = frame.pixelMap();
    const auto& major = frame.y.ticks.major;
    const std::size_t stride = strideThatFits(major.size(), [&](std::size_t every) {
        for (std::size_t i = every; i < major.size(); i += every)
            if (std::abs(map.toPixelY(major[i].value) - map.toPixelY(major[i - every].value)) <
                heightOf(ticks))
                return false;
        return true;
    });
    for (std::size_t i = 0; i < major.size(); i += stride)
        result.texts.push_back(textAt(
            QString::fromStdString(major[i].label), ticks, style.text,
            {frame.plot.left() - tickMark - 2.0, frame.plot.top() + map.toPixelY(major[i].value)},
            TextAnchor::right));
    if (!factor.isEmpty())
        result.texts.push_back(textAt(factor, ticks, style.text,
                                      {frame.plot.left(), frame.plot.top() - 0.8 * heightOf(ticks)},
                                      TextAnchor::left));
}

QPen thinPen(const QColor& color, double points) {
    return {color, points * unitsPerPoint, Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin};
}

} // namespace

QFont textFontOf(const FigureStyle& style) {
    return figureFont(style, style.textSize);
}

QFont tickFontOf(const FigureStyle& style) {
    return figureFont(style, std::max(style.smallestText, 0.92 * style.textSize));
}

FigureAxis figureAxis(const QString& label, Scale scale, AxisRange range, bool isWhole) {
    FigureAxis result{plotAxis(label, scale, range), {}};
    if (scale == Scale::logarithmic)
        return result;
    if (isWhole)
        keepIntegers(result.axis.ticks);
    result.factor = QString::fromStdString(takeFactor(result.axis.ticks));
    return result;
}

FigureFrame layoutFigureAxes(FigureAxis x, FigureAxis y, const QRectF& area,
                             const FigureStyle& style, AxisNames names) {
    const QFont ticks = tickFontOf(style), text = textFontOf(style);
    const double tickHeight = heightOf(ticks), textHeight = heightOf(text);
    const QString xLabel = names.x ? x.axis.label : QString();
    const QString yLabel = names.y ? y.axis.label : QString();
    const double top = y.factor.isEmpty() ? 0.5 * tickHeight : 1.4 * tickHeight;
    const QStringList xLines = labelLines(xLabel, text, 0.9 * area.width());
    const bool hasXRow = !xLines.isEmpty() || !x.factor.isEmpty();
    const double bottom =
        tickMark + 1.0 + tickHeight +
        (hasXRow ? textHeight * double(std::max<qsizetype>(1, xLines.size())) : 0.0);
    const QStringList yLines = labelLines(yLabel, text, area.height() - top - 0.5 * bottom);
    const double left = double(yLines.size()) * textHeight + (yLines.isEmpty() ? 0.0 : axisSpace) +
                        widestLabel(y.axis.ticks, ticks) + tickMark + 2.0;
    const double lastLabel =
        x.axis.ticks.major.empty()
            ? 0.0
            : widthOf(QString::fromStdString(x.axis.ticks.major.back().label), ticks);
    const PixelMap across{x.axis.range, {}, x.axis.scale, Scale::linear, 1.0, 1.0};
    double right = 1.0;
    if (!x.axis.ticks.major.empty()) {
        const double beyond = 1.0 - across.toPixelX(x.axis.ticks.major.back().value);
        right = std::max(right, 0.5 * lastLabel - beyond * (area.width() - left));
    }
    FigureFrame result;
    result.hasGrid = style.hasGrid;
    result.xLabel = xLabel;
    result.yLabel = yLabel;
    result.xFactor = x.factor;
    result.yFactor = y.factor;
    const double width = area.width() - left - right, height = area.height() - top - bottom;
    result.frame = {
        std::move(x.axis), std::move(y.axis),
        QRectF(area.left() + left, area.top() + top, std::max(1.0, width), std::max(1.0, height))};
    addXTexts(result, style, x.factor, xLines);
    addYTexts(result, style, y.factor);
    const QRectF& plot = result.frame.plot;
    const double reach = 0.5 * std::max({1.0, yLines.isEmpty() ? 0.0 : widthOf(yLines[0], text),
                                         yLines.size() < 2 ? 0.0 : widthOf(yLines[1], text)});
    const double middle = std::clamp(plot.center().y(), area.top() + reach,
                                     std::max(area.top() + reach, area.bottom() - reach));
    addUpright(result.texts, yLines, style, area.left(), middle);
    return result;
}

void paintFigureGrid(QPainter& painter, const FigureFrame& frame, const FigureStyle& style) {
    if (!frame.hasGrid)
        return;
    const PixelMap map = frame.frame.pixelMap();
    const QRectF& plot = frame.frame.plot;
    painter.setPen(thinPen(style.grid, style.axisWidth));
    for (const Tick& tick : frame.frame.x.ticks.major) {
        const double at = plot.left() + map.toPixelX(tick.value);
        painter.drawLine(QPointF(at, plot.top()), QPointF(at, plot.bottom()));
    }
    for (const Tick& tick : frame.frame.y.ticks.major) {
        const double at = plot.top() + map.toPixelY(tick.value);
        painter.drawLine(QPointF(plot.left(), at), QPointF(plot.right(), at));
    }
}

void paintFigureAxes(QPainter& painter, const FigureFrame& frame, const FigureStyle& style) {
    const PixelMap map = frame.frame.pixelMap();
    const QRectF& plot = frame.frame.plot;
    painter.setPen(thinPen(style.mutedText, style.axisWidth));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(plot);
    constexpr std::size_t mostMinor = 60;
    const auto below = [&](double value, double length) {
        const double at = plot.left() + map.toPixelX(value);
        painter.drawLine(QPointF(at, plot.bottom()), QPointF(at, plot.bottom() + length));
    };
    const auto beside = [&](double value, double length) {
        const double at = plot.top() + map.toPixelY(value);
        painter.drawLine(QPointF(plot.left(), at), QPointF(plot.left() - length, at));
    };
    for (const Tick& tick : frame.frame.x.ticks.major)
        below(tick.value, tickMark);
    for (const Tick& tick : frame.frame.y.ticks.major)
        beside(tick.value, tickMark);
    if (frame.frame.x.ticks.minor.size() <= mostMinor)
        for (const double value : frame.frame.x.ticks.minor)
            below(value, 0.5 * tickMark);
    if (frame.frame.y.ticks.minor.size() <= mostMinor)
        for (const double value : frame.frame.y.ticks.minor)
            beside(value, 0.5 * tickMark);
    for (const FigureText& text : frame.texts)
        paintText(painter, text);
}

} // namespace convergence
