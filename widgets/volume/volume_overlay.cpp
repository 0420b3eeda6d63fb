#include "widgets/volume/volume_overlay.h"

#include <algorithm>
#include <cmath>

#include <Eigen/Geometry>
#include <QCoreApplication>
#include <QPainter>
#include <QPainterPath>

#include "widgets/charts/axes_painter.h"
#include "widgets/charts/color_maps.h"
#include "widgets/charts/ticks.h"

namespace convergence {

namespace {

class Words {
    Q_DECLARE_TR_FUNCTIONS(VolumeOverlay)
};

/// Text that can be read on any picture.
void paintText(QPainter& painter, const QRectF& area, int flags, const QString& text,
               const QColor& color, const QColor& surface) {
    const QFontMetricsF metrics(painter.font());
    const double width = metrics.horizontalAdvance(text);
    double x = area.left(), baseline = area.top() + metrics.ascent();
    if (flags & Qt::AlignRight)
        x = area.right() - width;
    else if (flags & Qt::AlignHCenter)
        x = area.center().x() - 0.5 * width;
    if (flags & Qt::AlignVCenter)
        baseline = area.center().y() + 0.5 * (metrics.ascent() - metrics.descent());
    QPainterPath path;
    path.addText(x, baseline, painter.font(), text);
    painter.strokePath(path, QPen(surface, 3.0, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.fillPath(path, color);
}

void paintAxes(QPainter& painter, const QRectF& area, const Viewpoint& viewpoint,
               const Theme& theme) {
    const Eigen::Vector3d forward = (viewpoint.target - viewpoint.position).normalized();
    const Eigen::Vector3d right = forward.cross(viewpoint.up).normalized();
    const Eigen::Vector3d upward = right.cross(forward);
    const double length = 2.2 * painter.fontMetrics().height();
    const QPointF origin(area.left() + 1.6 * length, area.bottom() - 1.5 * length);
    const char* const names[] = {"x", "y", "z"};
    for (int axis = 0; axis < 3; ++axis) {
        const QPointF direction(right[axis], -upward[axis]);
        painter.setPen(QPen(theme.text, theme.lineWidth));
        painter.drawLine(origin, origin + length * direction);
        const QPointF label = origin + 1.3 * length * direction;
        paintText(painter, QRectF(label - QPointF(20, 20), QSizeF(40, 40)), Qt::AlignCenter,
                  names[axis], theme.text, theme.surface);
    }
}

void paintColorBar(QPainter& painter, const QRectF& area, const QString& label,
                   const ValueRange& range, const Theme& theme) {
    const double line = painter.fontMetrics().height();
    const double width = std::min(12.0 * line, 0.4 * area.width());
    const QRectF bar(area.right() - width - 0.8 * line, area.bottom() - 2.0 * line, width,
                     0.6 * line);
    for (int i = 0; i < int(width); ++i)
        painter.fillRect(QRectF(bar.left() + i, bar.top(), 1.5, bar.height()),
                         sequentialColor(i / width));
    const QRectF below(bar.left(), bar.bottom() + 1.0, bar.width(), line);
    const auto number = [](double value) {
        return QString::fromStdString(readableNumber(value, 4));
    };
    paintText(painter, below, Qt::AlignLeft | Qt::AlignTop, number(range.low), theme.text,
              theme.surface);
    paintText(painter, below, Qt::AlignRight | Qt::AlignTop, number(range.high), theme.text,
              theme.surface);
    paintText(painter, bar.adjusted(-40, -1.2 * line, 40, -bar.height()), Qt::AlignCenter, label,
              theme.text, theme.surface);
}

void paintBoxNames(QPainter& painter, const QRectF& area, const VolumeFrame& volume,
                   const Viewpoint& viewpoint, const Theme& theme) {
    for (const VolumeFrame::Outline& outline : volume.outlines) {
        // At the corner of the box that is highest in the picture.
        QPointF place(0.0, INFINITY);
        for (int corner = 0; corner < 8; ++corner) {
            const auto side = [&](int axis) {
                const auto a = std::size_t(axis);
                return corner >> axis & 1 ? outline.high[a] : outline.low[a];
            };
            const Eigen::Vector3d at =
                viewpoint.project({side(0), side(1), side(2)}, area.width(), area.height());
            if (at.z() > 0.0 && at.y() < place.y())
                place = {at.x(), at.y()};
        }
        place += area.topLeft();
        if (!area.contains(place))
            continue;
        const double line = painter.fontMetrics().height();
        const QString label = QString::fromStdString(outline.label);
        // Whole, also where the corner is near the edge of the picture.
        QRectF box(0, 0, painter.fontMetrics().horizontalAdvance(label) + 8.0, 1.2 * line);
        box.moveCenter(place - QPointF(0.0, 0.6 * line));
        box.moveLeft(
            std::clamp(box.left(), area.left(), std::max(area.left(), area.right() - box.width())));
        box.moveTop(std::max(area.top(), box.top()));
        paintText(painter, box, Qt::AlignCenter, label, theme.accent, theme.surface);
    }
}

} // namespace

void paintVolumeOverlay(QPainter& painter, const QRectF& area, const VolumePicture& picture,
                        const VolumeParts& parts, const QFont& font) {
    const VolumeContent& content = picture.content;
    const VolumeSettings& settings = picture.settings;
    const Theme& theme = picture.theme;
    if (!content.volume)
        return;
    painter.save();
    painter.setFont(font);
    painter.setClipRect(area, Qt::IntersectClip);
    const VolumeFrame& volume = *content.volume;
    if (settings.showsOutlines)
        paintBoxNames(painter, area, volume, picture.viewpoint, theme);
    paintAxes(painter, area, picture.viewpoint, theme);
    const VolumeQuantity& quantity = settings.quantity;
    const bool isLayer = quantity.layer >= 0 && quantity.layer < int(volume.layers.size());
    QString label = Words::tr("opacity");
    if (isLayer) {
        const VolumeFrame::Layer& layer = volume.layers[std::size_t(quantity.layer)];
        label = QString::fromStdString(layer.label);
        if (!layer.unit.empty())
            label += QString(" [%1]").arg(QString::fromStdString(layer.unit));
    }
    if (!usesOwnColors(volume, quantity))
        paintColorBar(painter, area, label, parts.range, theme);
    const double line = painter.fontMetrics().height();
    const QRectF top = area.adjusted(0.8 * line, 0.5 * line, -0.8 * line, 0.0);
    if (content.cameras && settings.camera >= 0 && settings.camera < int(content.cameras->size()))
        paintText(painter, top, Qt::AlignLeft | Qt::AlignTop,
                  QString::fromStdString((*content.cameras)[std::size_t(settings.camera)].label),
                  theme.accent, theme.surface);
    if (settings.showsVolume && parts.grid.isEmpty())
        paintText(painter, top.translated(0.0, line), Qt::AlignHCenter | Qt::AlignTop,
                  std::isfinite(parts.largest)
                      ? Words::tr("Nothing to see yet: the largest value (%1) is %2.")
                            .arg(label, QString::fromStdString(readableNumber(parts.largest, 3)))
                      : Words::tr("Nothing to see: no value (%1) is a finite number.").arg(label),
                  theme.text, theme.surface);
    painter.restore();
}

} // namespace convergence
