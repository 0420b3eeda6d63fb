#include "widgets/views/point_painting.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <QCoreApplication>
#include <QPainter>

namespace convergence {

namespace {

double radiusOf(std::size_t count) {
    return count <= 300 ? 4.0 : (count <= 1500 ? 3.0 : 2.2);
}

/// One color blended onto a premultiplied picture.
class Stamp {
public:
    Stamp(QImage& image, double radius) : image_(image) {
        const int reach = int(std::ceil(radius));
        for (int y = -reach; y <= reach; ++y)
            for (int x = -reach; x <= reach; ++x)
                if (std::hypot(double(x), double(y)) <= radius)
                    offsets_.push_back({x, y});
    }
    void put(double x, double y, QRgb premultiplied) {
        const int column = int(std::floor(x)), row = int(std::floor(y));
        const int alpha = 255 - qAlpha(premultiplied);
        for (const auto& [dx, dy] : offsets_) {
            const int c = column + dx, r = row + dy;
            if (c < 0 || r < 0 || c >= image_.width() || r >= image_.height())
                continue;
            QRgb& pixel = reinterpret_cast<QRgb*>(bits_ + r * stride_)[c];
            pixel = alpha == 0 ? premultiplied
                               : qRgba(qRed(premultiplied) + qRed(pixel) * alpha / 255,
                                       qGreen(premultiplied) + qGreen(pixel) * alpha / 255,
                                       qBlue(premultiplied) + qBlue(pixel) * alpha / 255,
                                       qAlpha(premultiplied) + qAlpha(pixel) * alpha / 255);
        }
    }

private:
    QImage& image_;
    uchar* bits_ = image_.bits();
    qsizetype stride_ = image_.bytesPerLine();
    std::vector<std::pair<int, int>> offsets_;
};

} // namespace

void paintFewPoints(QPainter& painter, const PointsFrame& points, const PlotFrame& frame,
                    const ItemColors& colors, const Theme& theme) {
    QColor gray = theme.mutedText;
    gray.setAlphaF(0.45F);
    const double behindRadius = radiusOf(points.behind.x.size()) - 0.8;
    for (std::size_t i = 0; i < points.behind.x.size(); ++i)
        paintMarker(painter, frame.toPixel(double(points.behind.x[i]), double(points.behind.y[i])),
                    0, behindRadius, gray);
    if (!points.thumbnails.empty())
        return;
    const double radius = radiusOf(points.x.size());
    for (std::size_t i = 0; i < points.x.size(); ++i) {
        const QPointF at = frame.toPixel(double(points.x[i]), double(points.y[i]));
        if (!std::isfinite(at.x()) || !std::isfinite(at.y()) ||
            !frame.plot.adjusted(-8, -8, 8, 8).contains(at))
            continue;
        QColor color = colors.of(i);
        color.setAlphaF(points.x.size() > 300 ? 0.8F : 0.95F);
        paintMarker(painter, at, colors.shapeOf(i), radius, color);
    }
}

QImage cloudPicture(const PointsFrame& points, const PlotFrame& frame, const ItemColors& colors,
                    const Theme& theme, double ratio) {
    QImage image((frame.plot.size() * ratio).toSize(), QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    if (image.isNull())
        return image;
    const PixelMap map = frame.pixelMap();
    const bool isHuge = points.x.size() > 30000;
    Stamp stamp(image, ratio * (isHuge ? 1.0 : 1.5));
    const auto put = [&](float x, float y, QRgb color) {
        const double column = map.toPixelX(double(x)), row = map.toPixelY(double(y));
        if (column >= -4.0 && row >= -4.0 && column <= map.width + 4.0 && row <= map.height + 4.0)
            stamp.put(column * ratio, row * ratio, color);
    };
    QColor gray = theme.mutedText;
    gray.setAlphaF(0.35F);
    const QRgb behind = qPremultiply(gray.rgba());
    for (std::size_t i = 0; i < points.behind.x.size(); ++i)
        put(points.behind.x[i], points.behind.y[i], behind);
    if (!points.thumbnails.empty())
        return image;
    std::vector<QRgb> palette;
    for (QColor color : colors.palette()) {
        color.setAlphaF(isHuge ? 0.55F : 0.75F);
        palette.push_back(qPremultiply(color.rgba()));
    }
    for (std::size_t i = 0; i < points.x.size(); ++i)
        put(points.x[i], points.y[i], palette[colors.indexOf(i)]);
    return image;
}

QPolygonF ellipseOutline(const PointsFrame::Ellipse& ellipse, const PlotFrame& frame) {
    constexpr int corners = 96;
    QPolygonF outline;
    const double c = std::cos(ellipse.angle), s = std::sin(ellipse.angle);
    for (int i = 0; i < corners; ++i) {
        const double t = 2.0 * std::numbers::pi * i / corners;
        const double u = ellipse.semiMajor * std::cos(t), v = ellipse.semiMinor * std::sin(t);
        const QPointF at = frame.toPixel(ellipse.x + c * u - s * v, ellipse.y + s * u + c * v);
        if (std::isfinite(at.x()) && std::isfinite(at.y()))
            outline << at;
    }
    return outline;
}

double thumbnailSize(const PointsFrame& points, const QRectF& plot) {
    const double area = plot.width() * plot.height();
    const double count = double(std::max<std::size_t>(1, points.x.size()));
    return std::clamp(std::sqrt(0.5 * area / count), 12.0, 56.0);
}

QRectF thumbnailPlace(const PointsFrame& points, QPointF at, double size) {
    QSizeF fit(double(points.thumbnailWidth), double(points.thumbnailHeight));
    fit.scale(size, size, Qt::KeepAspectRatio);
    return {at - QPointF(0.5 * fit.width(), 0.5 * fit.height()), fit};
}

QImage thumbnailImage(const PointsFrame& points, std::size_t index) {
    const std::size_t bytes = 3 * points.thumbnailWidth * points.thumbnailHeight;
    return QImage(points.thumbnails.data() + index * bytes, int(points.thumbnailWidth),
                  int(points.thumbnailHeight), 3 * qsizetype(points.thumbnailWidth),
                  QImage::Format_RGB888);
}

QString pointText(const PointsFrame& points, std::size_t index, const View& view) {
    const auto number = [](float value) {
        return QString::fromStdString(readableNumber(double(value), 5));
    };
    QString text =
        points.names.empty()
            ? QCoreApplication::translate("convergence::PointsView", "point %1").arg(index + 1)
            : QString::fromStdString(points.names[index]);
    if (!points.classes.empty())
        text +=
            QString(" (%1)").arg(QString::fromStdString(points.classLabels[points.classes[index]]));
    text += QString("\n%1 = %2\n%3 = %4")
                .arg(axisLabel(view.x), number(points.x[index]), axisLabel(view.y),
                     number(points.y[index]));
    if (!points.values.empty())
        text += QString("\n%1 = %2")
                    .arg(QString::fromStdString(points.valueLabel), number(points.values[index]));
    return text;
}

QString valueText(const PointsFrame& points) {
    QString label = QString::fromStdString(points.valueLabel);
    if (!points.valueUnit.empty())
        label += " [" + QString::fromStdString(points.valueUnit) + "]";
    return label;
}

} // namespace convergence
