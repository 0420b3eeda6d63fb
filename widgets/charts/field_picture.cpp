#include "widgets/charts/field_picture.h"

#include <algorithm>
#include <cmath>

#include "widgets/charts/color_maps.h"

namespace convergence {

namespace {

constexpr int levels = 14;
constexpr double arrowSpacing = 30.0;

bool isComplete(const FieldFrame& field) {
    return field.xCount >= 2 && field.yCount >= 2 &&
           field.values.size() == field.xCount * field.yCount;
}

/// The color map, calm enough to lie behind paths.
QColor levelColor(double share, const Theme& theme) {
    const QColor full = sequentialColor(share);
    const double strength = theme.dark ? 0.42 : 0.34;
    const auto mix = [&](double surface, double color) {
        return float(surface + (color - surface) * strength);
    };
    return QColor::fromRgbF(mix(theme.surface.redF(), full.redF()),
                            mix(theme.surface.greenF(), full.greenF()),
                            mix(theme.surface.blueF(), full.blueF()));
}

} // namespace

double fieldAt(const FieldFrame& field, const std::vector<float>& values, double x, double y) {
    const double column =
        (x - field.xMinimum) / (field.xMaximum - field.xMinimum) * double(field.xCount - 1);
    const double row =
        (y - field.yMinimum) / (field.yMaximum - field.yMinimum) * double(field.yCount - 1);
    if (!(column >= 0.0 && row >= 0.0 && column <= double(field.xCount - 1) &&
          row <= double(field.yCount - 1)))
        return NAN;
    const std::size_t i = std::min(std::size_t(column), field.xCount - 2);
    const std::size_t j = std::min(std::size_t(row), field.yCount - 2);
    const double u = column - double(i), v = row - double(j);
    const auto at = [&](std::size_t jj, std::size_t ii) {
        return double(values[jj * field.xCount + ii]);
    };
    return (1 - v) * ((1 - u) * at(j, i) + u * at(j, i + 1)) +
           v * ((1 - u) * at(j + 1, i) + u * at(j + 1, i + 1));
}

QImage filledContours(const FieldFrame& field, const PlotFrame& frame, const Theme& theme) {
    if (!isComplete(field))
        return {};
    double low = INFINITY, high = -INFINITY;
    for (const float value : field.values)
        if (std::isfinite(value)) {
            low = std::min(low, double(value));
            high = std::max(high, double(value));
        }
    if (!(low < high))
        return {};
    std::vector<QRgb> colors;
    for (int level = 0; level < levels; ++level)
        colors.push_back(levelColor((level + 0.5) / levels, theme).rgb());

    const PixelMap map = frame.pixelMap();
    QImage image(frame.plot.size().toSize(), QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    std::vector<double> xs;
    for (int column = 0; column < image.width(); ++column)
        xs.push_back(map.fromPixelX(column + 0.5));
    for (int row = 0; row < image.height(); ++row) {
        const double y = map.fromPixelY(row + 0.5);
        auto* line = reinterpret_cast<QRgb*>(image.scanLine(row));
        for (int column = 0; column < image.width(); ++column) {
            const double value = fieldAt(field, field.values, xs[std::size_t(column)], y);
            if (!std::isfinite(value))
                continue;
            const double share = std::sqrt((value - low) / (high - low));
            line[column] = colors[std::size_t(std::clamp(int(share * levels), 0, levels - 1))];
        }
    }
    return image;
}

std::vector<QLineF> descentArrows(const FieldFrame& field, const PlotFrame& frame) {
    std::vector<QLineF> arrows;
    const std::size_t size = field.xCount * field.yCount;
    if (!isComplete(field) || field.gradientX.size() != size || field.gradientY.size() != size)
        return arrows;
    double steepest = 0.0;
    for (std::size_t i = 0; i < size; ++i)
        if (const double slope = std::hypot(field.gradientX[i], field.gradientY[i]);
            std::isfinite(slope))
            steepest = std::max(steepest, slope);
    if (!(steepest > 0.0))
        return arrows;
    const PixelMap map = frame.pixelMap();
    for (double py = arrowSpacing / 2; py < map.height; py += arrowSpacing)
        for (double px = arrowSpacing / 2; px < map.width; px += arrowSpacing) {
            const double x = map.fromPixelX(px), y = map.fromPixelY(py);
            const double gx = fieldAt(field, field.gradientX, x, y);
            const double gy = fieldAt(field, field.gradientY, x, y);
            const double slope = std::hypot(gx, gy);
            if (!std::isfinite(slope) || slope < 1e-9 * steepest)
                continue;
            const double length = arrowSpacing * (0.15 + 0.6 * std::sqrt(slope / steepest));
            const QPointF half = 0.5 * length * QPointF(-gx / slope, gy / slope);
            const QPointF middle = frame.plot.topLeft() + QPointF(px, py);
            arrows.emplace_back(middle - half, middle + half);
        }
    return arrows;
}

} // namespace convergence
