#include "widgets/charts/chart_content.h"
#include "widgets/charts/chart_parts.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <QCoreApplication>
#include <QFontMetricsF>

#include "core/experiment/not_applicable.h"
#include "widgets/charts/chart_legend.h"
#include "widgets/charts/label_place.h"
#include "widgets/minus_signs.h"

namespace convergence {

namespace {

constexpr std::size_t lineSamples = 40;

/// Of a curve, which fades while another arm is lifted.
QColor curveColor(const ChartModel& model, const ChartCurve& curve, const ChartState& state,
                  const Theme& theme) {
    QColor color = curveShade(curve.color, model.groups()[curve.group].isEarlierRun, theme);
    if (state.leavesOutArms && model.showsArms() && model.armLook().isFaded(curve.arm))
        color.setAlphaF(float(fadedStrength * color.alphaF()));
    return color;
}

/// Moves an end that data touch outward by a part of the axis, so that no curve hides behind the
/// border; an axis that begins at 0 goes on doing so.
AxisRange padded(AxisRange nice, AxisRange data, Scale scale, double part) {
    const double low = toAxis(nice.minimum, scale), high = toAxis(nice.maximum, scale);
    const double pad = part * (high - low);
    if (toAxis(data.minimum, scale) < low + 0.5 * pad &&
        !(scale == Scale::linear && nice.minimum == 0.0))
        nice.minimum = fromAxis(low - pad, scale);
    if (toAxis(data.maximum, scale) > high - 0.5 * pad)
        nice.maximum = fromAxis(high + pad, scale);
    return nice;
}

AxisRange shownRange(AxisRange data, const std::optional<AxisRange>& zoom, Scale scale,
                     double padding) {
    const bool usable = zoom && (scale == Scale::linear || zoom->minimum > 0.0);
    return usable ? *zoom : padded(niceRange(data, scale), data, scale, padding);
}

/// The range that holds both; an empty one (minimum above maximum) holds nothing.
AxisRange united(AxisRange data, const std::optional<AxisRange>& also) {
    if (!also)
        return data;
    return {std::min(data.minimum, also->minimum), std::max(data.maximum, also->maximum)};
}

/// y = f(x) over a part of the x axis as a line in chart coordinates.
template <typename Function>
QPolygonF sampled(const PlotFrame& frame, double from, double to, Function f) {
    QPolygonF points;
    const double a = toAxis(std::max(from, frame.x.range.minimum), frame.x.scale);
    const double b = toAxis(std::min(to, frame.x.range.maximum), frame.x.scale);
    for (std::size_t i = 0; a < b && i <= lineSamples; ++i) {
        const double x = fromAxis(a + (b - a) * double(i) / double(lineSamples), frame.x.scale);
        const QPointF at = frame.toPixel(x, f(x));
        if (std::isfinite(at.x()) && std::isfinite(at.y()))
            points << QPointF(at.x(), std::clamp(at.y(), -1e5, 1e5));
    }
    return points;
}

double fitted(FitKind kind, double slope, double intercept, double x) {
    return std::exp(intercept + slope * (kind == FitKind::logLog ? std::log(x) : x));
}

/// Beside the line that was added last, above it or below, where there is room and fewest curves.
void addFitLabel(ChartContent& content, const QString& text, const QColor& color,
                 const QFont& font) {
    const QPolygonF& line = content.lines.back().points;
    if (text.isEmpty() || line.isEmpty())
        return;
    const QFontMetricsF metrics(font);
    const QRectF& plot = content.frame.plot;
    std::optional<QRectF> best;
    int fewest = std::numeric_limits<int>::max();
    for (const double share : {0.5, 0.75, 0.25, 0.95, 0.05})
        for (const double side : {-1.0, 1.0}) {
            QRectF place(0, 0, metrics.horizontalAdvance(text) + 6.0, metrics.height());
            const QPointF at = line[qsizetype(share * double(line.size() - 1))];
            place.moveCenter(at + QPointF(0.0, side * (0.5 * place.height() + 5.0)));
            place.moveLeft(std::clamp(place.left(), plot.left() + 1.0,
                                      std::max(plot.left() + 1.0, plot.right() - place.width())));
            const bool isFree =
                fewest > 0 && plot.contains(place) &&
                std::none_of(content.labels.begin(), content.labels.end(),
                             [&](const auto& other) { return other.place.intersects(place); });
            if (const int covered = isFree ? pointsBelow(place, content) : fewest;
                covered < fewest) {
                fewest = covered;
                best = place;
            }
        }
    if (best)
        content.labels.push_back({*best, color, text});
}

void addFits(ChartContent& content, const ChartModel& model, const ChartState& state,
             const Theme& theme, const QFont& font) {
    const FitKind kind = model.fitKind();
    bool isFitted = false;
    for (const ChartCurve& curve : model.curves()) {
        if (!model.isVisible(curve) || !curve.fit.valid())
            continue;
        isFitted = true;
        if (model.showsArms() && model.armLook().isFaded(curve.arm))
            continue;
        const LineFit& fit = curve.fit;
        content.lines.push_back(
            {.color = theme.text,
             .width = theme.lineWidth,
             .style = Qt::DotLine,
             .points = sampled(content.frame, fit.xMinimum, fit.xMaximum, [&](double x) {
                 return fitted(kind, fit.slope, fit.intercept, x);
             })});
        addFitLabel(content, fitText(fit, kind).section(',', 0, 0),
                    curveShade(curve.color, false, theme), font);
    }
    for (const FitOverlay& fit : state.fits) {
        content.lines.push_back(
            {.color = theme.text,
             .width = theme.lineWidth,
             .style = Qt::DotLine,
             .points = sampled(content.frame, fit.xMinimum, fit.xMaximum, [&](double x) {
                 return fitted(fit.kind, fit.slope, fit.intercept, x);
             })});
        addFitLabel(content, withMinusSigns(fit.label), theme.text, font);
    }
    if (kind == FitKind::none || model.visibleCurves() == 0)
        return;
    const PixelMap map = content.frame.pixelMap();
    const auto place = [&](double value, double otherwise) {
        const double at = map.toPixelX(value);
        return std::isfinite(at) ? std::clamp(at, 0.0, map.width) : otherwise;
    };
    const AxisRange window = model.fitWindow();
    const double left = place(window.minimum, 0.0);
    const double right = window.maximum > 0.0 ? place(window.maximum, map.width) : map.width;
    const QRectF& plot = content.frame.plot;
    content.fitWindow = QRectF(plot.left() + left, plot.top(), right - left, plot.height());
    // A window that no data lie in, or too few, says so.
    content.fitText =
        (isFitted ? QCoreApplication::translate("Charts", "fit %1 – %2")
                  : QCoreApplication::translate("Charts", "nothing to fit in %1 – %2"))
            .arg(QString::fromStdString(readableNumber(window.minimum, 3)),
                 window.maximum > 0.0 ? QString::fromStdString(readableNumber(window.maximum, 3))
                                      : QCoreApplication::translate("Charts", "end"));
}

/// Guides pass through the last point of the highest measured curve.
void addGuides(ChartContent& content, const ChartModel& model, const Theme& theme) {
    double x = NAN, y = -INFINITY;
    for (const ChartCurve& curve : model.curves()) {
        if (!model.isVisible(curve) || model.groups()[curve.group].isPrediction ||
            curve.data.rows() == 0 || !model.setsScale(curve))
            continue;
        const std::size_t last = curve.data.rows() - 1;
        if (std::isfinite(curve.data.y(last)) && curve.data.x(last) > 0.0 &&
            curve.data.y(last) > y) {
            x = curve.data.x(last);
            y = curve.data.y(last);
        }
    }
    if (!(y > 0.0))
        return;
    for (const SlopeGuide& guide : model.view().guides) {
        const double from = std::max(content.frame.x.range.minimum, x / 30.0);
        content.lines.push_back(
            {.color = theme.mutedText,
             .width = 0.75 * theme.lineWidth,
             .style = Qt::DashDotLine,
             .points = sampled(content.frame, from, x,
                               [&](double at) { return y * std::pow(at / x, guide.slope); }),
             .label = QString::fromStdString(guide.label)});
    }
}

/// The area between two lines in chart coordinates.
QPolygonF outline(const Polyline& upper, const Polyline& lower, QPointF corner) {
    QPolygonF points;
    for (const PlotPoint& p : upper)
        points << corner + QPointF(p.x, p.y);
    for (auto p = lower.rbegin(); p != lower.rend(); ++p)
        points << corner + QPointF(p->x, p->y);
    return points;
}

/// Those of a curve that are neither covered by one before nor outside.
void addWrongValues(ChartContent& content, const SeriesPyramid& data, const QColor& color) {
    constexpr double leastDistance = 6.0;
    double last = -INFINITY;
    for (const std::size_t row : data.wrongRows()) {
        const QPointF at = placeOf(content.frame, data.x(row), data.y(row));
        if (!std::isfinite(at.x()) || at.x() < content.frame.plot.left() ||
            at.x() > content.frame.plot.right() || std::abs(at.x() - last) < leastDistance)
            continue;
        last = at.x();
        content.wrongValues.push_back({at, color, at.y() == content.frame.plot.top()});
    }
}

/// Looks back from the end, as a curve that diverges leaves once and soon.
void addEscape(ChartContent& content, const ChartModel& model, const ChartCurve& curve,
               const QColor& color) {
    constexpr std::size_t mostRows = 200000;
    if (!model.isLost(curve) || model.groups()[curve.group].isPrediction)
        return;
    const SeriesPyramid& data = curve.data;
    const std::size_t rows = data.rows(), first = rows > mostRows ? rows - mostRows : 0;
    const QRectF& plot = content.frame.plot;
    for (std::size_t row = rows; row-- > first;) {
        const QPointF at = content.frame.toPixel(data.x(row), data.y(row));
        if (!std::isfinite(at.x()) || !std::isfinite(at.y()) ||
            !plot.adjusted(-0.5, -0.5, 0.5, 0.5).contains(at))
            continue;
        for (std::size_t next = row + 1; next < rows; ++next) {
            const QPointF beyond = content.frame.toPixel(data.x(next), data.y(next));
            if (std::isfinite(beyond.x()) && std::isfinite(beyond.y()))
                return content.escapes.push_back(
                    {at, beyond, color, std::size_t(&curve - model.curves().data())});
        }
        return;
    }
}

void addCurves(ChartContent& content, const ChartModel& model, const ChartState& state,
               const Theme& theme, std::size_t pointBudget) {
    const PixelMap map = content.frame.pixelMap();
    const double visible = double(std::max<std::size_t>(1, model.visibleCurves()));
    const double columnWidth =
        pointBudget == 0 ? 0.5 : std::max(1.0, 2.0 * map.width * visible / double(pointBudget));
    const QPointF corner = content.frame.plot.topLeft();
    for (const ChartCurve* shown : drawnCurves(model)) {
        const ChartCurve& curve = *shown;
        const ChartGroup& group = model.groups()[curve.group];
        const QColor color = curveColor(model, curve, state, theme);
        if (curve.low && !group.isPrediction) {
            QColor tint = color;
            tint.setAlphaF(float(0.18 * color.alphaF()));
            const auto low = decimate(*curve.low, map, columnWidth).lines;
            const auto high = decimate(*curve.high, map, columnWidth).lines;
            for (std::size_t i = 0; i < std::min(low.size(), high.size()); ++i)
                content.bands.push_back({tint, outline(high[i], low[i], corner)});
        }
        DrawnSeries series = decimate(curve.data, map, columnWidth);
        for (const Envelope& envelope : series.envelopes)
            content.bands.push_back(
                {color, outline(envelope.upper, envelope.lower, corner), pointBudget == 0});
        content.curves.push_back({.color = color,
                                  .width = theme.lineWidth * (group.isPrediction ? 0.8 : 1.0),
                                  .style = strokeOf(group, theme),
                                  .lines = std::move(series.lines),
                                  .marker = markerOf(group)});
        addEscape(content, model, curve, color);
        addWrongValues(content, curve.data, color);
        if (!group.hasMarkers) {
            // Alone between two that are no numbers: no line shows it.
            ChartContent::Curve& now = content.curves.back();
            for (const Polyline& line : now.lines)
                if (line.size() == 1)
                    now.points << corner + QPointF(line.front().x, line.front().y);
            if (!now.points.isEmpty())
                now.marker = 0;
            continue;
        }
        for (std::size_t row = 0; row < curve.data.rows(); ++row) {
            const QPointF at = content.frame.toPixel(curve.data.x(row), curve.data.y(row));
            if (std::isfinite(at.x()) && std::isfinite(at.y()))
                content.curves.back().points << at;
        }
    }
}

QString emptyHint(const ChartModel& model, const QString& waitsFor) {
    const QString play = waitsFor.isEmpty()
                             ? QCoreApplication::translate("Charts", "Press play to start the run.")
                             : waitsFor;
    if (model.runs().empty())
        return play;
    const auto& plans = model.runs().front().recording->plans();
    if (std::none_of(plans.begin(), plans.end(),
                     [&](const TrialPlan& plan) { return isSelected(model.selectors(), plan); }))
        return QCoreApplication::translate("Charts",
                                           "No trial has this choice: choose another value above.");
    return model.view().fromTrials && waitsFor.isEmpty()
               ? QCoreApplication::translate("Charts", "Points appear here as trials finish.")
               : play;
}

void addCursor(ChartContent& content, const ChartModel& model, const ChartState& state,
               const Theme& theme) {
    if (!state.cursor || state.cursor->curve >= model.curves().size())
        return;
    const ChartCurve& curve = model.curves()[state.cursor->curve];
    if (!model.isVisible(curve) || state.cursor->row >= curve.data.rows())
        return;
    const double x = curve.data.x(state.cursor->row), y = curve.data.y(state.cursor->row);
    QPointF at = placeOf(content.frame, x, y);
    const auto escape = std::find_if(
        content.escapes.begin(), content.escapes.end(), [&](const ChartContent::Escape& mark) {
            return mark.curve == state.cursor->curve && state.cursor->row + 1 == curve.data.rows();
        });
    if (escape != content.escapes.end())
        at = escape->inside;
    // A rectangle takes NaN to be inside of it.
    if (!std::isfinite(at.y()) || !content.frame.plot.adjusted(-1, -1, 1, 1).contains(at))
        return;
    const ChartGroup& group = model.groups()[curve.group];
    const auto number = [](double value) {
        if (!std::isfinite(value))
            return QString(std::isnan(value) ? "NaN" : value > 0.0 ? "∞" : "−∞");
        return QString::fromStdString(readableNumber(value, 6));
    };
    QString text =
        QString("%1\n%2 = %3\n%4 = %5")
            .arg(QString::fromStdString(
                     group.label.empty() ? armLabel(model.description(), curve.arm) : group.label),
                 content.frame.x.label, number(x), content.frame.y.label, number(y));
    if (curve.low)
        text += "\n" + QCoreApplication::translate("Charts", "quartiles %1 … %2")
                           .arg(number(curve.low->y(state.cursor->row)),
                                number(curve.high->y(state.cursor->row)));
    if (curve.fit.valid())
        text += "\n" + fitText(curve.fit, model.fitKind());
    if (escape != content.escapes.end())
        text += "\n" + QCoreApplication::translate("Charts", "diverged");
    content.cursor = {at, curveShade(curve.color, group.isEarlierRun, theme), text};
}

/// Iterations are whole numbers: no ticks at 0.5.
void keepWholeTicks(AxisTicks& ticks) {
    const auto isBetween = [](double value) { return std::abs(value - std::round(value)) > 1e-9; };
    std::erase_if(ticks.minor, isBetween);
    if (std::erase_if(ticks.major, [&](const Tick& tick) { return isBetween(tick.value); }) > 0)
        for (Tick& tick : ticks.major) // not "1.0", as beside 0.5
            tick.label = readableNumber(tick.value);
}

} // namespace

QPointF placeOf(const PlotFrame& frame, double x, double y) {
    if (std::isfinite(y))
        return frame.toPixel(x, y);
    const double edge = y > 0.0 ? frame.plot.top() : frame.plot.bottom(); // false for NaN
    return {frame.toPixel(x, 1.0).x(), applies(y) ? edge : NAN};
}

Qt::PenStyle penStyle(StrokeStyle stroke) {
    switch (stroke) {
    case StrokeStyle::solid:
        return Qt::SolidLine;
    case StrokeStyle::dashed:
        return Qt::DashLine;
    case StrokeStyle::dashDotted:
        return Qt::DashDotLine;
    case StrokeStyle::dotted:
        return Qt::DotLine;
    }
    return Qt::SolidLine;
}

QString fitText(const LineFit& fit, FitKind kind) {
    const auto number = [](double value, int digits) {
        return QString::fromStdString(readableNumber(value, digits));
    };
    const double shortfall = 1.0 - fit.rSquared;
    const int digits = shortfall > 0.0 && shortfall < 0.5
                           ? std::clamp(int(std::ceil(-std::log10(shortfall))) + 1, 3, 5)
                           : 3;
    const double half = 0.5 * (fit.slopeHigh - fit.slopeLow);
    return QString("%1 %2%3, R² %4")
        .arg(kind == FitKind::logLog ? QCoreApplication::translate("Charts", "slope")
                                     : QCoreApplication::translate("Charts", "rate"),
             number(kind == FitKind::logLog ? fit.slope : -fit.slope, 4),
             half > 0.0 ? " ± " + number(half, 2) : QString(), number(fit.rSquared, digits));
}

ChartRanges chartRanges(const ChartModel& model, const ChartState& state) {
    return {shownRange(united(model.xData(state.xScale), state.xAlso), state.xZoom, state.xScale,
                       model.view().fromTrials ? 0.03 : 0.0),
            shownRange(united(model.yData(state.yScale), state.yAlso), state.yZoom, state.yScale,
                       0.03)};
}

std::vector<LegendEntry> chartLegend(const ChartModel& model, const ChartState& state,
                                     const Theme& theme) {
    return legendEntries(model, state, theme);
}

std::vector<const ChartCurve*> drawnCurves(const ChartModel& model) {
    std::vector<const ChartCurve*> drawn;
    for (const ChartCurve& curve : model.curves())
        if (model.isVisible(curve) && curve.data.rows() > 0)
            drawn.push_back(&curve);
    // Those of the lifted arm last.
    std::stable_partition(drawn.begin(), drawn.end(), [&](const ChartCurve* curve) {
        return curve->arm != model.armLook().lifted;
    });
    return drawn;
}

ChartContent chartInside(PlotFrame frame, const ChartModel& model, const ChartState& state,
                         const ChartPage& page) {
    ChartContent content;
    content.size = page.size;
    content.frame = std::move(frame);
    addCurves(content, model, state, page.theme, page.pointBudget);
    addFits(content, model, state, page.theme, page.font);
    addGuides(content, model, page.theme);
    const bool nothing = std::all_of(model.curves().begin(), model.curves().end(),
                                     [](const ChartCurve& c) { return c.data.rows() == 0; });
    if (nothing)
        content.hint = emptyHint(model, state.waitsFor);
    else if (model.visibleCurves() == 0)
        content.hint = QCoreApplication::translate(
            "Charts", "All curves are switched off: click an arm or a legend entry.");
    else if (state.yScale == Scale::logarithmic &&
             model.yData(state.yScale).minimum > model.yData(state.yScale).maximum)
        content.hint = QCoreApplication::translate(
            "Charts", "Nothing here is positive: press Y for a linear axis.");
    return content;
}

ChartContent layoutChart(const ChartModel& model, const ChartState& state, const ChartPage& page) {
    const auto& [size, theme, font, pointBudget] = page;
    std::vector<LegendEntry> legend = legendEntries(model, state, theme);
    const double ownHeight = layoutLegend(legend, size.width(), font);
    const double legendHeight = std::max(ownHeight, state.legendHeightAlso);
    const ChartRanges ranges = chartRanges(model, state);
    const QRectF area(0.0, legendHeight, size.width(), size.height() - legendHeight);
    PlotAxis xAxis = plotAxis(axisLabel(model.view().x), state.xScale, ranges.x);
    if (model.view().x.column == "iteration")
        keepWholeTicks(xAxis.ticks);
    ChartContent content = chartInside(
        layoutAxes(std::move(xAxis), plotAxis(axisLabel(model.view().y), state.yScale, ranges.y),
                   area, font),
        model, state, page);
    content.rubberBand = state.rubberBand;
    content.legend = std::move(legend);
    content.legendHeight = ownHeight;
    addCursor(content, model, state, theme);
    if (state.playHead)
        if (const auto at = model.xOfIteration(*state.playHead)) {
            const double pixel = content.frame.toPixel(*at, ranges.y.maximum).x();
            if (pixel >= content.frame.plot.left() && pixel <= content.frame.plot.right())
                content.playHead = pixel;
        }
    return content;
}

} // namespace convergence
