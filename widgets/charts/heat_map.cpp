#include "widgets/charts/heat_map.h"

#include <algorithm>
#include <cmath>

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QImage>
#include <QPainter>

#include "widgets/charts/shared_factor.h"

namespace convergence {

namespace {

constexpr double barWidth = 12.0;
constexpr double gap = 6.0;

QFont smaller(const QFont& font, double factor) {
    QFont other = font;
    other.setPointSizeF(factor * font.pointSizeF());
    return other;
}

double widestLabel(std::size_t count, const QFontMetricsF& metrics, auto label) {
    double widest = 0.0;
    for (std::size_t i = 0; i < count; ++i)
        widest = std::max(widest, metrics.horizontalAdvance(label(i)));
    return widest;
}

/// Every how many-th label fits when each needs `needed` pixels.
std::size_t stride(double needed, double cell) {
    const double least = std::max(1.0, std::ceil(needed / std::max(cell, 1e-9)));
    for (const double nice : {1., 2., 5., 10., 20., 50., 100., 200., 500.})
        if (nice >= least)
            return std::size_t(nice);
    return std::size_t(least);
}

QString number(double value, int digits) {
    return QString::fromStdString(readableNumber(value, digits));
}

AxisRange extentOf(const HeatMap& map, Scale scale) {
    AxisRange range{INFINITY, -INFINITY};
    for (const auto* values : {&map.values, &map.alsoColored})
        for (const double value : *values)
            if (std::isfinite(value) && (scale == Scale::linear || value > 0.0)) {
                range.minimum = std::min(range.minimum, value);
                range.maximum = std::max(range.maximum, value);
            }
    return range;
}

void paintBar(QPainter& painter, const HeatMap& map, const QRectF& bar, const Theme& theme,
              const QFont& font) {
    const ColorScale scale = map.scale(theme);
    const int steps = std::max(2, int(bar.height()));
    QImage image(1, steps, QImage::Format_RGB32);
    for (int i = 0; i < steps; ++i) {
        const double share = 1.0 - (i + 0.5) / steps;
        image.setPixelColor(0, i, scale.color(scale.valueAt(share)));
    }
    painter.drawImage(bar, image);
    painter.setPen(QPen(theme.mutedText, 1.0));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(bar);
    painter.setPen(theme.text);
    painter.setFont(smaller(font, 0.85));
    const double height = QFontMetricsF(painter.font()).height();
    double above = bar.bottom() + 2 * height;
    AxisTicks ticks = chooseTicks(scale.range, scale.scale);
    if (const std::string factor = scale.scale == Scale::linear ? takeFactor(ticks) : std::string();
        !factor.empty()) {
        painter.drawText(QRectF(bar.left(), bar.bottom() + 0.6 * height, 200, height),
                         Qt::AlignLeft | Qt::AlignVCenter, QString::fromStdString(factor));
    }
    for (const Tick& tick : ticks.major) {
        const double y = bar.bottom() - scale.shareOf(tick.value) * bar.height();
        if (above - y < height)
            continue;
        above = y;
        painter.drawText(QRectF(bar.right() + 3.0, y - height / 2, 200, height),
                         Qt::AlignLeft | Qt::AlignVCenter, QString::fromStdString(tick.label));
    }
}

void paintLabels(QPainter& painter, const HeatMap& map, const QRectF& cells, const Theme& theme,
                 const QFont& font) {
    painter.setPen(theme.text);
    painter.setFont(smaller(font, 0.88));
    const QFontMetricsF metrics(painter.font());
    const double height = metrics.height();
    const double cellHeight = cells.height() / double(map.rows);
    const double cellWidth = cells.width() / double(map.columns);
    const std::size_t everyRow = stride(height, cellHeight);
    for (std::size_t row = everyRow - 1; row < map.rows; row += everyRow)
        painter.drawText(QRectF(cells.left() - 4.0 - 400,
                                cells.top() + (row + 0.5) * cellHeight - height / 2, 400, height),
                         Qt::AlignRight | Qt::AlignVCenter, map.rowLabel(row));
    const double widest =
        widestLabel(map.columns, metrics, [&](std::size_t i) { return map.columnLabel(i); });
    const bool elided = map.fillsArea && map.columns <= 16;
    const std::size_t everyColumn = elided ? 1 : stride(widest + 6.0, cellWidth);
    for (std::size_t column = everyColumn - 1; column < map.columns; column += everyColumn) {
        const double center = cells.left() + (column + 0.5) * cellWidth;
        const double room = elided ? cellWidth - 2.0 : 400.0;
        painter.drawText(QRectF(center - room / 2, cells.bottom() + 3.0, room, height),
                         Qt::AlignHCenter | Qt::AlignTop,
                         elided ? metrics.elidedText(map.columnLabel(column), Qt::ElideRight, room)
                                : map.columnLabel(column));
    }
    painter.setFont(font);
    const double textHeight = QFontMetricsF(font).height();
    if (!map.columnTitle.isEmpty())
        painter.drawText(QRectF(cells.left() - 200, cells.bottom() + 3.0 + height,
                                cells.width() + 400, textHeight),
                         Qt::AlignCenter, map.columnTitle);
    if (!map.rowTitle.isEmpty()) {
        const double widestRow =
            widestLabel(map.rows, metrics, [&](std::size_t i) { return map.rowLabel(i); });
        painter.save();
        painter.translate(cells.left() - widestRow - 2 * gap - textHeight, cells.center().y());
        painter.rotate(-90);
        painter.drawText(QRectF(-300, 0, 600, textHeight), Qt::AlignCenter, map.rowTitle);
        painter.restore();
    }
}

void paintNumbers(QPainter& painter, const HeatMap& map, const QRectF& cells, const Theme& theme,
                  const QFont& font) {
    const ColorScale scale = map.scale(theme);
    const double cellHeight = cells.height() / double(map.rows);
    const double cellWidth = cells.width() / double(map.columns);
    const QFontMetricsF metrics(font);
    painter.setFont(font);
    for (std::size_t row = 0; row < map.rows; ++row)
        for (std::size_t column = 0; column < map.columns; ++column) {
            const double value = map.at(row, column);
            const QString note = map.note(row, column);
            QString text = std::isfinite(value) ? number(value, map.digits) : QString();
            if (!note.isEmpty())
                text += (text.isEmpty() ? "" : "\n") + note;
            const QRectF cell(cells.left() + column * cellWidth, cells.top() + row * cellHeight,
                              cellWidth, cellHeight);
            const QRectF needed = metrics.boundingRect(cell, Qt::AlignCenter, text);
            if (text.isEmpty() || needed.width() > cellWidth || needed.height() > cellHeight + 4.0)
                continue;
            painter.setPen(std::isfinite(value) ? textOn(scale.color(value)) : theme.text);
            painter.drawText(cell, Qt::AlignCenter, text);
        }
}

/// Cells of which something is to be said, in so far as they have a color.
void paintHatching(QPainter& painter, const HeatMap& map, const QRectF& cells, const Theme& theme) {
    const double width = cells.width() / double(map.columns);
    const double height = cells.height() / double(map.rows);
    for (std::size_t row = 0; row < map.rows; ++row)
        for (std::size_t column = 0; column < map.columns; ++column)
            if (!map.note(row, column).isEmpty() && std::isfinite(map.at(row, column)))
                painter.fillRect(QRectF(cells.left() + column * width, cells.top() + row * height,
                                        width, height),
                                 QBrush(theme.surface, Qt::BDiagPattern));
}

} // namespace

QString HeatMap::rowLabel(std::size_t row) const {
    return row < rowLabels.size() ? rowLabels[row] : QString::number(row + 1);
}
QString HeatMap::note(std::size_t row, std::size_t column) const {
    const std::size_t at = row * columns + column;
    return at < notes.size() ? notes[at] : QString();
}
QString HeatMap::columnLabel(std::size_t column) const {
    return column < columnLabels.size() ? columnLabels[column] : QString::number(column + 1);
}

ColorScale HeatMap::scale(const Theme& theme) const {
    const Scale scale = isLogarithmic && !isSymmetric ? Scale::logarithmic : Scale::linear;
    AxisRange range = extentOf(*this, scale);
    if (scale == Scale::logarithmic && range.minimum < range.maximum)
        return {range, false, theme.dark, scale};
    if (range.minimum > range.maximum)
        range = {0.0, 1.0};
    if (isSymmetric) {
        const double most = std::max({std::abs(range.minimum), std::abs(range.maximum), 1e-300});
        range = {-most, most};
    } else if (!(range.minimum < range.maximum)) {
        range = niceRange(range, Scale::linear);
    }
    return {range, isSymmetric, theme.dark};
}

std::optional<HeatMapPlace::Cell> HeatMapPlace::cellAt(QPointF at, const HeatMap& map) const {
    if (!cells.contains(at))
        return std::nullopt;
    const QPointF inside = at - cells.topLeft();
    return Cell{std::min(map.rows - 1, std::size_t(inside.y() / cells.height() * map.rows)),
                std::min(map.columns - 1, std::size_t(inside.x() / cells.width() * map.columns))};
}

HeatMap heatMap(const MatrixFrame& frame) {
    const auto strings = [](const std::vector<std::string>& texts) {
        std::vector<QString> list;
        for (const std::string& text : texts)
            list.push_back(QString::fromStdString(text));
        return list;
    };
    return {.title = QString::fromStdString(frame.title),
            .rows = frame.rows,
            .columns = frame.columns,
            .values = {frame.values.begin(), frame.values.end()},
            .rowLabels = strings(frame.rowLabels),
            .columnLabels = strings(frame.columnLabels),
            .isSymmetric = frame.symmetricScale};
}

HeatMapPlace layoutHeatMap(const HeatMap& map, const QRectF& area, const QFont& font) {
    const QFontMetricsF text(font), labels(smaller(font, 0.88)), ticks(smaller(font, 0.85));
    const double left =
        widestLabel(map.rows, labels, [&](std::size_t i) { return map.rowLabel(i); }) + gap +
        (map.rowTitle.isEmpty() ? 0.0 : text.height() + gap);
    const double top = map.title.isEmpty() ? gap : text.height() + gap;
    const double bottom = labels.height() + gap + (map.columnTitle.isEmpty() ? 0.0 : text.height());
    const double right = gap + barWidth + 4.0 + ticks.horizontalAdvance("−0.0008") + 4.0;
    const QRectF room = area.adjusted(left, top, -right, -bottom);
    double cellWidth = std::max(0.01, room.width() / double(std::max<std::size_t>(1, map.columns)));
    double cellHeight = std::max(0.01, room.height() / double(std::max<std::size_t>(1, map.rows)));
    if (!map.fillsArea)
        cellWidth = cellHeight = std::min(cellWidth, cellHeight);
    // Figures, whose type is not hinted (fontAt96()), are not made of pixels.
    const bool isOfPixels = font.hintingPreference() != QFont::PreferNoHinting;
    cellWidth = isOfPixels && cellWidth >= 1.0 ? std::floor(cellWidth) : cellWidth;
    cellHeight = isOfPixels && cellHeight >= 1.0 ? std::floor(cellHeight) : cellHeight;
    QRectF cells(0, 0, cellWidth * double(map.columns), cellHeight * double(map.rows));
    cells.moveTopLeft(QPointF(std::round(room.left() + 0.5 * (room.width() - cells.width())),
                              std::round(room.top() + 0.5 * (room.height() - cells.height()))));
    const double barHeight = std::max(cells.height(), std::min(60.0, room.height()));
    // A bar that is higher than the cells begins with them, below their title.
    const double barTop = std::max(room.top(), std::min(cells.top(), room.bottom() - barHeight));
    return {cells, QRectF(cells.right() + gap, barTop, barWidth, barHeight), area};
}

void paintHeatMap(QPainter& painter, const HeatMap& map, const HeatMapPlace& place,
                  const Theme& theme, const QFont& font) {
    if (map.rows == 0 || map.columns == 0)
        return;
    painter.save();
    painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
    painter.setRenderHint(QPainter::Antialiasing, false);
    const ColorScale scale = map.scale(theme);
    QImage image(int(map.columns), int(map.rows), QImage::Format_ARGB32);
    for (std::size_t row = 0; row < map.rows; ++row)
        for (std::size_t column = 0; column < map.columns; ++column) {
            const double value = map.at(row, column);
            image.setPixelColor(int(column), int(row),
                                std::isfinite(value) ? scale.color(value)
                                                     : QColor(Qt::transparent));
        }
    painter.fillRect(place.cells, QBrush(theme.grid, Qt::BDiagPattern));
    painter.drawImage(place.cells, image);
    paintHatching(painter, map, place.cells, theme);
    painter.setPen(QPen(theme.mutedText, 1.0));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(place.cells);
    paintBar(painter, map, place.bar, theme, font);
    painter.setRenderHint(QPainter::Antialiasing, true);
    paintLabels(painter, map, place.cells, theme, font);
    if (map.digits > 0)
        paintNumbers(painter, map, place.cells, theme, font);
    if (!map.title.isEmpty()) {
        painter.setPen(theme.text);
        painter.setFont(font);
        const QFontMetricsF metrics(font);
        const QString title =
            metrics.elidedText(map.title, Qt::ElideRight, place.bar.right() - place.area.left());
        // Above the cells, moved as far as the area's end and the bar's numbers ask.
        const double width = metrics.horizontalAdvance(title) + 1.0;
        const double left = std::clamp(place.cells.center().x() - width / 2, place.area.left(),
                                       std::max(place.area.left(), place.bar.right() - width));
        painter.drawText(
            QRectF(left, place.cells.top() - metrics.height() - 3.0, width, metrics.height()),
            Qt::AlignCenter, title);
    }
    painter.restore();
}

QString cellText(const HeatMap& map, HeatMapPlace::Cell cell) {
    const QString row =
        map.rowLabels.empty()
            ? QCoreApplication::translate("Charts", "row %1").arg(map.rowLabel(cell.row))
            : map.rowLabel(cell.row);
    const QString column =
        map.columnLabels.empty()
            ? QCoreApplication::translate("Charts", "column %1").arg(map.columnLabel(cell.column))
            : map.columnLabel(cell.column);
    const QString head = map.title.isEmpty() ? QString() : map.title + "\n";
    const QString note = map.note(cell.row, cell.column);
    return head + row + ", " + column + ": " + number(map.at(cell.row, cell.column), 6) +
           (note.isEmpty() ? note : "\n" + note);
}

} // namespace convergence
