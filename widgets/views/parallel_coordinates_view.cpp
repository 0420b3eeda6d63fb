#include "widgets/views/parallel_coordinates_view.h"

#include <algorithm>
#include <cmath>

#include <QPainter>
#include <QPainterPath>

#include "widgets/charts/axes_painter.h"
#include "widgets/charts/chart_pgfplots.h"
#include "widgets/charts/csv_text.h"
#include "widgets/charts/latex_text.h"

namespace convergence {

namespace {

constexpr double reach = 6.0; ///< pixels within which a line is under the pointer

/// Well over a decade, all above 0: the ends say more on a logarithmic axis.
bool wantsLogarithm(double minimum, double maximum) {
    return minimum > 0.0 && maximum > 30.0 * minimum;
}

double distanceToSegment(QPointF at, QPointF from, QPointF to) {
    const QPointF along = to - from;
    const double length = QPointF::dotProduct(along, along);
    const double share =
        length > 0.0 ? std::clamp(QPointF::dotProduct(at - from, along) / length, 0.0, 1.0) : 0.0;
    const QPointF gap = at - (from + share * along);
    return std::hypot(gap.x(), gap.y());
}

} // namespace

ParallelCoordinatesView::ParallelCoordinatesView(View view,
                                                 std::shared_ptr<const Description> description,
                                                 const Theme& theme, QWidget* parent)
    : FrameViewWidget(std::move(view), std::move(description), theme, parent, Choice::byView) {
    connect(&drawing(), &Canvas::pressed, this, [this](QPointF at) {
        const Layout shown = layout(QRectF(drawing().rect()));
        if (const auto line = lineAt(shown, at))
            Q_EMIT trialChosen(shown.lines[*line].trial);
    });
}

bool ParallelCoordinatesView::takeUp() {
    const std::size_t rows = recording() ? recording()->trials().rows() : 0;
    const bool fresh = rows != rowsSeen_;
    rowsSeen_ = rows;
    return fresh;
}

std::vector<ParallelCoordinatesView::Line> ParallelCoordinatesView::lines() const {
    std::vector<Line> lines;
    if (!recording())
        return lines;
    const Table& table = recording()->trials();
    std::vector<std::size_t> columns;
    for (const SeriesSpec& series : view().series) {
        if (!table.hasColumn(series.column))
            return lines;
        columns.push_back(table.columnIndex(series.column));
    }
    if (!table.hasColumn(view().y.column))
        return lines;
    const std::size_t colored = table.columnIndex(view().y.column);
    const std::size_t trialColumn = table.columnIndex("trial");
    for (std::size_t row = 0; row < rowsSeen_; ++row) {
        Line line{.trial = std::size_t(table.at(row, trialColumn)),
                  .values = {},
                  .color = table.at(row, colored)};
        const TrialPlan& plan = recording()->plans()[line.trial];
        if (!isSelected(selectors(), plan) || armLook().isHidden(plan.arm))
            continue;
        for (const std::size_t column : columns)
            line.values.push_back(table.at(row, column));
        const auto finite = [](double value) { return std::isfinite(value); };
        if (std::all_of(line.values.begin(), line.values.end(), finite))
            lines.push_back(std::move(line));
    }
    return lines;
}

ParallelCoordinatesView::Layout ParallelCoordinatesView::layout(const QRectF& area) const {
    Layout result;
    result.lines = lines();
    if (result.lines.empty())
        return result;
    const Table& table = recording()->trials();
    const QFontMetricsF metrics(plotFont());
    for (std::size_t i = 0; i < view().series.size(); ++i) {
        const SeriesSpec& series = view().series[i];
        const Column& column = table.columns()[table.columnIndex(series.column)];
        Axis axis{.label =
                      QString::fromStdString(series.label.empty() ? column.label : series.label),
                  .column = series.column};
        const auto [low, high] = std::minmax_element(
            result.lines.begin(), result.lines.end(),
            [i](const Line& a, const Line& b) { return a.values[i] < b.values[i]; });
        const AxisRange extent{low->values[i], high->values[i]};
        if (!column.categories.empty()) {
            axis.range = {-0.5, double(column.categories.size()) - 0.5};
            for (std::size_t c = 0; c < column.categories.size(); ++c)
                axis.ticks.major.push_back({double(c), column.categories[c]});
        } else {
            axis.scale =
                wantsLogarithm(extent.minimum, extent.maximum) ? Scale::logarithmic : Scale::linear;
            axis.range = niceRange(extent, axis.scale);
            axis.ticks = chooseTicks(axis.range, axis.scale);
        }
        result.axes.push_back(std::move(axis));
    }
    double left = 0.5 * metrics.horizontalAdvance(result.axes.front().label) - 12.0;
    for (const Tick& tick : result.axes.front().ticks.major)
        left = std::max(left, metrics.horizontalAdvance(QString::fromStdString(tick.label)));
    const double line = metrics.height();
    result.plot = area.adjusted(left + 16, 2.4 * line, -40 - line, -line);
    const double gap =
        result.axes.size() > 1 ? result.plot.width() / double(result.axes.size() - 1) : 0.0;
    for (std::size_t i = 0; i < result.axes.size(); ++i)
        result.axes[i].x = result.plot.left() + gap * double(i);

    double minimum = std::numeric_limits<double>::infinity();
    double maximum = -minimum;
    for (const Line& each : result.lines)
        if (std::isfinite(each.color)) {
            minimum = std::min(minimum, each.color);
            maximum = std::max(maximum, each.color);
        }
    result.colors = {.range = {minimum, maximum},
                     .dark = theme().dark,
                     .scale =
                         wantsLogarithm(minimum, maximum) ? Scale::logarithmic : Scale::linear};
    return result;
}

double ParallelCoordinatesView::shareOf(const Axis& axis, double value) {
    const double low = toAxis(axis.range.minimum, axis.scale);
    const double high = toAxis(axis.range.maximum, axis.scale);
    return (toAxis(value, axis.scale) - low) / (high - low);
}

QPointF ParallelCoordinatesView::pointOf(const Layout& layout, std::size_t axis, double value) {
    return {layout.axes[axis].x,
            layout.plot.bottom() - shareOf(layout.axes[axis], value) * layout.plot.height()};
}

QColor ParallelCoordinatesView::colorOf(const Layout& layout, const Line& line) const {
    if (!std::isfinite(line.color))
        return theme().failure; // diverged, or never measured
    QColor color = layout.colors.color(line.color);
    color.setAlphaF(layout.lines.size() > 200 ? 0.45F : 0.8F);
    if (armLook().isFaded(recording()->plans()[line.trial].arm))
        color.setAlphaF(float(fadedStrength * color.alphaF()));
    return color;
}

std::optional<std::size_t> ParallelCoordinatesView::lineAt(const Layout& layout, QPointF at) const {
    std::optional<std::size_t> nearest;
    double best = reach;
    for (std::size_t i = 0; i < layout.lines.size(); ++i)
        for (std::size_t a = 0; a + 1 < layout.axes.size(); ++a) {
            const double distance =
                distanceToSegment(at, pointOf(layout, a, layout.lines[i].values[a]),
                                  pointOf(layout, a + 1, layout.lines[i].values[a + 1]));
            if (distance < best) {
                best = distance;
                nearest = i;
            }
        }
    return nearest;
}

void ParallelCoordinatesView::paintPlot(QPainter& painter, const QRectF& area) {
    const Layout shown = layout(area);
    if (shown.lines.empty())
        return paintHint(painter, area, recording() ? tr("Lines appear as trials finish.") : hint(),
                         theme());
    painter.save();
    painter.setFont(plotFont());
    for (const Line& line : shown.lines) {
        QPainterPath path(pointOf(shown, 0, line.values[0]));
        for (std::size_t i = 1; i < shown.axes.size(); ++i)
            path.lineTo(pointOf(shown, i, line.values[i]));
        painter.setPen(QPen(colorOf(shown, line), theme().lineWidth));
        painter.drawPath(path);
    }
    const double height = QFontMetricsF(plotFont()).height();
    for (const Axis& axis : shown.axes) {
        painter.setPen(QPen(theme().text, 1.0));
        painter.drawLine(QPointF(axis.x, shown.plot.top()), QPointF(axis.x, shown.plot.bottom()));
        const double half =
            0.5 * shown.plot.width() / double(std::max<std::size_t>(shown.axes.size() - 1, 1));
        painter.drawText(QRectF(axis.x - half, area.top(), 2 * half, 2.0 * height),
                         Qt::AlignHCenter | Qt::AlignBottom | Qt::TextWordWrap, axis.label);
        painter.setPen(theme().mutedText);
        for (const Tick& tick : axis.ticks.major) {
            const double y = shown.plot.bottom() - shareOf(axis, tick.value) * shown.plot.height();
            painter.drawLine(QPointF(axis.x - 4, y), QPointF(axis.x, y));
            // A plate of the surface's color keeps numbers readable over lines.
            const QString text = QString::fromStdString(tick.label);
            const QRectF place(axis.x - 200 - 6, y - height / 2, 200, height);
            const QRectF used =
                painter.boundingRect(place, Qt::AlignRight | Qt::AlignVCenter, text);
            QColor plate = theme().surface;
            plate.setAlphaF(0.75F);
            painter.fillRect(used, plate);
            painter.drawText(place, Qt::AlignRight | Qt::AlignVCenter, text);
        }
    }
    painter.restore();
}

QString ParallelCoordinatesView::textAt(QPointF at, const QRectF& area) const {
    const Layout shown = layout(area);
    const auto line = shown.lines.empty() ? std::nullopt : lineAt(shown, at);
    if (!line)
        return {};
    QString text;
    for (std::size_t i = 0; i < shown.axes.size(); ++i)
        text += (i > 0 ? "\n" : "") + shown.axes[i].label + ": " +
                QString::fromStdString(
                    factorText(*recording(), shown.axes[i].column, shown.lines[*line].values[i]));
    return text;
}

QString ParallelCoordinatesView::csv() const {
    std::string text;
    for (const SeriesSpec& series : view().series)
        text += csvField(std::string_view(series.column)) + ",";
    text += csvField(std::string_view(view().y.column)) + "\r\n";
    for (const Line& line : lines()) {
        for (std::size_t i = 0; i < line.values.size(); ++i) {
            const Table& table = recording()->trials();
            const std::string& column = view().series[i].column;
            const bool named = !table.columns()[table.columnIndex(column)].categories.empty();
            text +=
                (named
                     ? csvField(std::string_view(factorText(*recording(), column, line.values[i])))
                     : csvField(line.values[i])) +
                ",";
        }
        text += csvField(line.color) + "\r\n";
    }
    return QString::fromStdString(text);
}

QString ParallelCoordinatesView::pgfplots() const {
    const Layout shown = layout(QRectF(0, 0, 640, 420));
    if (shown.lines.empty())
        return pgfDocument({}, {});
    // Shares of each axis, with its true values written beside it.
    QString body = "\\begin{axis}[width=14cm, height=9cm, axis y line=none, axis x line=top, "
                   "xtick=data, ymin=0, ymax=1, xticklabels={";
    for (const Axis& axis : shown.axes)
        body += "{" + QString::fromStdString(latexText(axis.label.toStdString())) + "},";
    body += "}]\n";
    for (const Line& line : shown.lines) {
        const QColor color = colorOf(shown, line);
        body += QString("\\addplot[color={rgb,255:red,%1;green,%2;blue,%3}] coordinates {")
                    .arg(color.red())
                    .arg(color.green())
                    .arg(color.blue());
        for (std::size_t i = 0; i < line.values.size(); ++i)
            body +=
                QString("(%1,%2) ").arg(i).arg(shareOf(shown.axes[i], line.values[i]), 0, 'f', 4);
        body += "};\n";
    }
    for (std::size_t i = 0; i < shown.axes.size(); ++i) {
        body += QString("\\draw (axis cs:%1,0) -- (axis cs:%1,1);\n").arg(i);
        for (const Tick& tick : shown.axes[i].ticks.major)
            body += QString("\\node[left, font=\\tiny] at (axis cs:%1,%2) {%3};\n")
                        .arg(i)
                        .arg(shareOf(shown.axes[i], tick.value), 0, 'f', 4)
                        .arg(QString::fromStdString(latexText(tick.label)));
    }
    return pgfDocument({}, body + "\\end{axis}\n");
}

} // namespace convergence
