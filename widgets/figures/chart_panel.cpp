#include "widgets/figures/chart_panel.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include <QCoreApplication>
#include <QPainter>

#include "widgets/charts/chart_parts.h"
#include "widgets/charts/clipped_line.h"
#include "widgets/figures/apart.h"

namespace convergence {

namespace {

constexpr double endKey = 9.0;        // units, of the key before a name at a curve's end
constexpr double endGap = 4.0;        // between the plot and what is beside it
constexpr double mostForNames = 0.38; // of a panel's width, at the curves' ends
constexpr double mostForColumn = 0.4; // of a panel's width, right of the plot
constexpr double inset = 4.0;         // of what stands inside of the plot
const std::vector<double> predictionDashes{4.0, 2.5};
const std::vector<double> dotted{1.0, 2.0};

struct ChartEntry {
    CurveName name;
    std::size_t group = 0;
    bool isPrediction = false;
};

double curveWidth(const FigureStyle& style) {
    return style.lineWidth * unitsPerPoint;
}

/// Predictions lie on what they predict: dark, thin and dashed they are seen there.
QColor predictionColor(const QColor& color, const FigureStyle& style) {
    constexpr double share = 0.6;
    return QColor::fromRgbF(float(color.redF() * (1 - share) + style.text.redF() * share),
                            float(color.greenF() * (1 - share) + style.text.greenF() * share),
                            float(color.blueF() * (1 - share) + style.text.blueF() * share));
}

std::vector<double> dashesOf(StrokeStyle stroke) {
    switch (stroke) {
    case StrokeStyle::solid:
        return {};
    case StrokeStyle::dashed:
        return {6.0, 2.0};
    case StrokeStyle::dashDotted:
        return {6.0, 1.5, 1.0, 1.5};
    case StrokeStyle::dotted:
        return {1.2, 1.5};
    }
    return {};
}

CompanionLook lookOf(const ChartGroup& group, const FigureStyle& style) {
    if (group.isPrediction)
        return {-1, false, predictionDashes};
    CompanionLook look = companionOf(group.color, style.companion);
    if (group.hasMarkers && look.shape < 0)
        look.shape = companionOf(group.color, Companion::marks).shape;
    if (group.stroke != StrokeStyle::solid)
        look.dashes = dashesOf(group.stroke);
    return look;
}

std::vector<ChartEntry> entriesOf(const ChartModel& model, const ChartState& state,
                                  const FigureStyle& style) {
    std::vector<ChartEntry> entries;
    for (const LegendEntry& entry : chartLegend(model, state, themeOf(style))) {
        if (entry.isHidden || !entry.group)
            continue;
        const ChartGroup& group = model.groups()[*entry.group];
        const CompanionLook look = lookOf(group, style);
        entries.push_back(
            {{.text = entry.text,
              .color = group.isPrediction ? predictionColor(entry.color, style) : entry.color,
              .width = curveWidth(style) * (group.isPrediction ? 0.75 : 1.0),
              .dashes = look.dashes,
              .look = {look.shape, look.isHollow, {}}},
             *entry.group,
             group.isPrediction});
    }
    return entries;
}

/// Whether all values that are shown on an axis are integers.
bool areWhole(const ChartModel& model, bool ofX) {
    constexpr std::size_t samples = 200;
    bool any = false;
    for (const ChartCurve& curve : model.curves()) {
        if (!model.isVisible(curve))
            continue;
        const std::size_t rows = curve.data.rows(), step = std::max<std::size_t>(1, rows / samples);
        for (std::size_t row = 0; row < rows; row += step) {
            const double value = ofX ? curve.data.x(row) : curve.data.y(row);
            if (std::isfinite(value) && value != std::round(value))
                return false;
            any = any || std::isfinite(value);
        }
    }
    return any;
}

/// The names at the ends of curves, wrapped, and the room that they take; empty if there is none.
struct EndNames {
    std::vector<QStringList> lines;
    double width = 0.0;
};

std::optional<EndNames> fitEndNames(const std::vector<ChartEntry>& entries, const QRectF& area,
                                    const FigureStyle& style) {
    const QFont font = tickFontOf(style);
    EndNames names;
    double height = 0.0;
    const double room = mostForNames * area.width() - endKey - 2.0 * endGap;
    for (const ChartEntry& entry : entries) {
        names.lines.push_back(entry.isPrediction ? QStringList()
                                                 : wrapped(entry.name.text, font, room, false));
        for (const QString& line : names.lines.back())
            names.width = std::max(names.width, widthOf(line, font));
        height += double(names.lines.back().size()) * heightOf(font);
    }
    if (names.width > room || height > 0.8 * area.height())
        return std::nullopt;
    return names;
}

/// The curves of a content on the page.
std::vector<CurveLines> linesOf(const ChartContent& content, const ChartModel& model,
                                const FigureStyle& style, bool predictions) {
    std::vector<CurveLines> curves;
    const QPointF corner = content.frame.plot.topLeft();
    const auto drawn = drawnCurves(model);
    for (std::size_t i = 0; i < content.curves.size(); ++i) {
        const ChartContent::Curve& curve = content.curves[i];
        const ChartCurve& source = *drawn[i];
        const ChartGroup& group = model.groups()[source.group];
        if (group.isPrediction != predictions)
            continue;
        CurveLines lines{.color =
                             group.isPrediction ? predictionColor(curve.color, style) : curve.color,
                         .width = curveWidth(style) * (group.isPrediction ? 0.75 : 1.0),
                         .dashes = lookOf(group, style).dashes,
                         .lines = {},
                         .group = source.group};
        for (const Polyline& line : curve.lines) {
            QPolygonF points;
            for (const PlotPoint& p : line)
                points << corner + QPointF(p.x, p.y);
            lines.lines.push_back(std::move(points));
        }
        curves.push_back(std::move(lines));
    }
    return curves;
}

void addCurveMarks(ChartPanel& panel, const ChartContent& content, const ChartModel& model,
                   const FigureStyle& style) {
    const auto measured = linesOf(content, model, style, false);
    const double radius = 1.5 * curveWidth(style);
    const double distance = std::clamp(content.frame.plot.width() / 4.5, 30.0, 160.0);
    std::set<std::size_t> groups;
    for (const CurveLines& lines : measured)
        groups.insert(lines.group);
    const bool several = groups.size() > 1;
    std::size_t index = 0;
    const auto drawn = drawnCurves(model);
    for (std::size_t i = 0; i < content.curves.size(); ++i) {
        const ChartContent::Curve& curve = content.curves[i];
        const ChartGroup& group = model.groups()[drawn[i]->group];
        if (group.isPrediction)
            continue;
        const CompanionLook look = lookOf(group, style);
        const CurveLines& lines = measured[index++];
        if (!curve.points.isEmpty()) { // recorded points
            CompanionLook shown = look;
            shown.shape = std::max(0, look.shape);
            for (const QPointF& point : curve.points)
                panel.marks.push_back({point, curve.color, shown, radius});
        } else if (several && look.shape >= 0) {
            // Curves of one group have their marks at the same places.
            const auto place = groups.find(lines.group);
            const double share =
                (double(std::distance(groups.begin(), place)) + 0.5) / double(groups.size());
            for (const QPointF& at : markPlaces(lines, distance, share))
                if (content.frame.plot.contains(at))
                    panel.marks.push_back({at, curve.color, look, radius});
        }
    }
}

void addFitsAndGuides(ChartPanel& panel, const ChartContent& content, const FigureStyle& style) {
    const QRectF& plot = content.frame.plot;
    const QFont font = tickFontOf(style);
    const auto place = [&](const ChartContent::Line& line) {
        for (const double share : {0.35, 0.5, 0.65, 0.2, 0.8})
            for (const double side : {-1.0, 1.0}) {
                const QPointF at = line.points[qsizetype(share * double(line.points.size() - 1))];
                const FigureText text =
                    textAt(line.label, font, style.mutedText,
                           at + QPointF(5.0, side * 0.9 * heightOf(font)), TextAnchor::left);
                if (plot.adjusted(1, 1, -1, -1).contains(text.box) &&
                    !touches(panel.axes.texts, text.box)) {
                    panel.axes.texts.push_back(text);
                    return;
                }
            }
    };
    for (const ChartContent::Line& line : content.lines) {
        for (const QPolygonF& points : clippedTo(plot, line.points))
            panel.strokes.push_back({0, style.mutedText, 0.75 * curveWidth(style), dotted, points});
        if (!line.label.isEmpty() && line.points.size() > 2)
            place(line);
    }
}

void addBracket(ChartPanel& panel, const ChartContent& content, const ChartModel& model,
                const FigureStyle& style) {
    const QRectF& plot = content.frame.plot;
    const QFont font = tickFontOf(style);
    if (!style.hasFits || !content.fitWindow || content.fitWindow->width() > 0.97 * plot.width() ||
        content.fitWindow->width() < 6.0)
        return;
    const double y = plot.top() + inset, left = content.fitWindow->left(),
                 right = content.fitWindow->right();
    panel.bracket << QPointF(left, y + 3.0) << QPointF(left, y) << QPointF(right, y)
                  << QPointF(right, y + 3.0);
    const auto fitted = [&](const ChartCurve& curve) {
        return model.isVisible(curve) && curve.fit.valid();
    };
    const auto& curves = model.curves();
    if (std::count_if(curves.begin(), curves.end(), fitted) != 1)
        return; // which one a number belongs to is for the caption to say
    const auto curve = std::find_if(curves.begin(), curves.end(), fitted);
    const FigureText text =
        textAt(fitText(curve->fit, model.fitKind()).section(',', 0, 0), font, style.mutedText,
               {0.5 * (left + right), y + 2.0 + 0.5 * heightOf(font)}, TextAnchor::middle);
    if (plot.contains(text.box) && !touches(panel.axes.texts, text.box))
        panel.axes.texts.push_back(text);
}

/// The last point of a group's first curve that lies in the plot.
std::optional<QPointF> endOf(const ChartContent& content, const ChartModel& model,
                             std::size_t group) {
    const QRectF plot = content.frame.plot.adjusted(-1, 0, 1, 0);
    const auto drawn = drawnCurves(model);
    for (std::size_t i = 0; i < content.curves.size(); ++i) {
        const ChartContent::Curve& curve = content.curves[i];
        if (drawn[i]->group != group)
            continue;
        for (auto line = curve.lines.rbegin(); line != curve.lines.rend(); ++line)
            for (auto p = line->rbegin(); p != line->rend(); ++p) {
                const QPointF at = content.frame.plot.topLeft() + QPointF(p->x, p->y);
                if (at.x() >= plot.left() && at.x() <= plot.right())
                    return QPointF(std::min(at.x(), content.frame.plot.right()),
                                   std::clamp(at.y(), plot.top(), plot.bottom()));
            }
        if (!curve.points.isEmpty())
            return curve.points.back();
    }
    return std::nullopt;
}

/// Names beside the ends of their curves; returns those that have no end.
std::vector<CurveName> addEndNames(ChartPanel& panel, const ChartContent& content,
                                   const ChartModel& model, const std::vector<ChartEntry>& entries,
                                   const EndNames& names, const QRectF& area,
                                   const FigureStyle& style) {
    const QFont font = tickFontOf(style);
    std::vector<CurveName> left;
    std::vector<WantedPlace> wanted;
    std::vector<std::size_t> which;
    std::vector<QPointF> ends;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const auto end = endOf(content, model, entries[i].group);
        if (entries[i].isPrediction || !end) {
            left.push_back(entries[i].name);
            continue;
        }
        which.push_back(i);
        ends.push_back(*end);
        wanted.push_back({end->y(), double(names.lines[i].size()) * heightOf(font)});
    }
    const auto middles = movedApart(wanted, area.top(), area.bottom());
    const QRectF& plot = content.frame.plot;
    for (std::size_t k = 0; k < which.size(); ++k) {
        const ChartEntry& entry = entries[which[k]];
        const QPointF key(plot.right() + 2.0 * endGap, middles[k]);
        const bool isMoved = std::abs(middles[k] - ends[k].y()) > 0.6 * heightOf(font) ||
                             ends[k].x() < plot.right() - 2.0 * endGap;
        if (isMoved)
            panel.leaders.emplace_back(ends[k], key - QPointF(1.5, 0.0));
        const QStringList& lines = names.lines[which[k]];
        panel.keys.push_back({entry.name, key, endKey, lines});
        double y = middles[k] - 0.5 * double(lines.size() - 1) * heightOf(font);
        for (const QString& line : lines) {
            panel.axes.texts.push_back(
                textAt(line, font, style.text, {key.x() + endKey + endGap, y}, TextAnchor::left));
            y += heightOf(font);
        }
    }
    return left;
}

/// How much of the curves lies in a box.
double inkIn(const ChartPanel& panel, const QRectF& box) {
    double ink = 0.0;
    for (const CurveStroke& stroke : panel.strokes)
        for (qsizetype i = 1; i < stroke.points.size(); ++i) {
            const QLineF piece(stroke.points[i - 1], stroke.points[i]);
            const int steps = std::clamp(int(piece.length() / 3.0), 1, 200);
            for (int s = 0; s <= steps; ++s)
                if (box.contains(piece.pointAt(double(s) / steps)))
                    ink += piece.length() / steps;
        }
    for (const FigureMark& mark : panel.marks)
        if (box.contains(mark.at))
            ink += 4.0;
    for (const QLineF& leader : panel.leaders)
        for (int step = 0; step <= 100; ++step)
            if (box.contains(leader.pointAt(step / 100.0)))
                ink += leader.length() / 100.0;
    for (const ChartContent::Band& band : panel.bands)
        if (const QRectF common = band.outline.boundingRect().intersected(box); !common.isEmpty())
            ink += 0.05 * common.width();
    return ink;
}

void addInside(ChartPanel& panel, const std::vector<CurveName>& names, const FigureStyle& style) {
    if (names.empty())
        return;
    const QRectF plot = panel.axes.frame.plot.adjusted(inset, inset, -inset, -inset);
    std::vector<NamedKey> keys;
    std::vector<FigureText> texts;
    const QSizeF size = addLegendColumn(names, {}, 0.7 * plot.width(), style, keys, texts);
    const double right = plot.right() - size.width(), bottom = plot.bottom() - size.height();
    const std::array corners{QPointF(right, plot.top()), QPointF(plot.left(), plot.top()),
                             QPointF(plot.left(), bottom), QPointF(right, bottom)};
    const auto cost = [&](QPointF corner) {
        const QRectF box(corner, size);
        const bool isTaken = touches(panel.axes.texts, box) ||
                             panel.bracket.boundingRect().adjusted(0, -2, 0, 2).intersects(box);
        return inkIn(panel, box) + (isTaken ? 1e6 : 0.0);
    };
    const QPointF best = *std::min_element(corners.begin(), corners.end(),
                                           [&](QPointF a, QPointF b) { return cost(a) < cost(b); });
    panel.legendBox = QRectF(best, size).adjusted(-2, -1, 2, 1);
    addLegendColumn(names, best, 0.7 * plot.width(), style, panel.keys, panel.axes.texts);
}

std::vector<CurveName> namesIn(const std::vector<ChartEntry>& entries) {
    std::vector<CurveName> names;
    for (const ChartEntry& entry : entries)
        names.push_back(entry.name);
    return names;
}

} // namespace

std::vector<CurveName> namesOf(const ChartModel& model, const ChartState& state,
                               const FigureStyle& style) {
    return namesIn(entriesOf(model, state, style));
}

ChartPanel layoutChartPanel(const ChartModel& model, const ChartState& state,
                            const PanelPlace& place, const FigureStyle& style) {
    const Theme theme = themeOf(style);
    const auto entries = entriesOf(model, state, style);
    const ChartRanges ranges = chartRanges(model, state);
    LegendPlace legend = entries.size() < 2 ? LegendPlace::none : place.legend;
    const auto ends = fitEndNames(entries, place.area, style);
    if (legend == LegendPlace::ends && !ends)
        legend = LegendPlace::below;

    ChartPanel panel;
    QRectF area = place.area;
    std::vector<NamedKey> keys;
    std::vector<FigureText> texts;
    if (legend == LegendPlace::ends) {
        area.setRight(area.right() - (3.0 * endGap + endKey + ends->width));
    } else if (legend == LegendPlace::right) {
        const double most = mostForColumn * area.width();
        const QSizeF size = addLegendColumn(namesIn(entries), {}, most, style, keys, texts);
        area.setRight(area.right() - size.width() - 2.0 * endGap);
    } else if (legend == LegendPlace::below) {
        const double height = addLegendRows(namesIn(entries), {}, area.width(), style, keys, texts);
        area.setBottom(area.bottom() - height - endGap);
    }
    panel.axes = layoutFigureAxes(
        figureAxis(axisLabel(model.view().x), state.xScale, ranges.x, areWhole(model, true)),
        figureAxis(axisLabel(model.view().y), state.yScale, ranges.y, areWhole(model, false)), area,
        style, place.names);
    const ChartContent content = chartInside(panel.axes.frame, model, state,
                                             {place.area.size(), theme, textFontOf(style), 0});
    // What to press is of no use on paper.
    if (!content.hint.isEmpty())
        panel.hint = QCoreApplication::translate("Charts", "There is nothing to show here.");
    if (!panel.hint.isEmpty())
        return panel;
    panel.bands = content.bands;
    panel.wrongValues = content.wrongValues;
    panel.strokes = strokesOf(linesOf(content, model, style, false));
    for (const CurveLines& curve : linesOf(content, model, style, true))
        for (const QPolygonF& line : curve.lines)
            panel.strokes.push_back({0, curve.color, curve.width, curve.dashes, line});
    addCurveMarks(panel, content, model, style);
    addBracket(panel, content, model, style);
    const QRectF& plot = panel.axes.frame.plot;
    if (legend == LegendPlace::ends)
        addInside(panel, addEndNames(panel, content, model, entries, *ends, place.area, style),
                  style);
    else if (legend == LegendPlace::inside)
        addInside(panel, namesIn(entries), style);
    else if (legend == LegendPlace::right)
        addLegendColumn(namesIn(entries), {plot.right() + 2.0 * endGap, plot.top()},
                        mostForColumn * place.area.width(), style, panel.keys, panel.axes.texts);
    else if (legend == LegendPlace::below)
        addLegendRows(namesIn(entries), {place.area.left(), area.bottom() + endGap},
                      place.area.width(), style, panel.keys, panel.axes.texts);
    addFitsAndGuides(panel, content, style);
    return panel;
}

void paintChartPanel(QPainter& painter, const ChartPanel& panel, const FigureStyle& style) {
    const QRectF& plot = panel.axes.frame.plot;
    if (!panel.hint.isEmpty()) {
        painter.setFont(textFontOf(style));
        return paintHint(painter, plot, panel.hint, themeOf(style));
    }
    paintFigureGrid(painter, panel.axes, style);
    painter.save();
    painter.setClipRect(plot, Qt::IntersectClip);
    painter.setPen(Qt::NoPen);
    for (const ChartContent::Band& band : panel.bands) {
        painter.setBrush(band.color);
        // Files whose painter knows no clipping.
        painter.drawPolygon(plot.contains(band.outline.boundingRect())
                                ? band.outline
                                : band.outline.intersected(QPolygonF(plot)));
    }
    for (const CurveStroke& stroke : panel.strokes) {
        QPen pen(stroke.color, stroke.width, Qt::SolidLine, Qt::FlatCap, Qt::RoundJoin);
        if (!stroke.dashes.empty())
            pen.setDashPattern(QList<qreal>(stroke.dashes.begin(), stroke.dashes.end()));
        painter.setPen(pen);
        for (const QPolygonF& piece : clippedTo(plot.adjusted(-2, -2, 2, 2), stroke.points))
            painter.drawPolyline(piece);
    }
    painter.restore();
    for (const FigureMark& mark : panel.marks)
        if (plot.adjusted(-1, -1, 1, 1).contains(mark.at))
            paintFigureMark(painter, mark, style.surface);
    painter.setPen(QPen(style.surface, 0.5));
    for (const ChartContent::WrongValue& wrong : panel.wrongValues) {
        const double base = wrong.at.y() + (wrong.isAtTop ? 6.0 : -6.0);
        painter.setBrush(wrong.color);
        painter.drawPolygon(
            QPolygonF{wrong.at, {wrong.at.x() - 3.5, base}, {wrong.at.x() + 3.5, base}});
    }
    if (panel.legendBox) {
        QColor clear = style.surface;
        clear.setAlphaF(0.8F);
        painter.fillRect(*panel.legendBox, clear);
    }
    painter.setPen(QPen(style.mutedText, 0.35 * unitsPerPoint));
    for (const QLineF& leader : panel.leaders)
        painter.drawLine(leader);
    painter.setPen(QPen(style.mutedText, style.axisWidth * unitsPerPoint));
    painter.drawPolyline(panel.bracket);
    paintKeys(painter, panel.keys, style);
    paintFigureAxes(painter, panel.axes, style);
}

} // namespace convergence
