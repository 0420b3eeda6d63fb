#include "widgets/charts/item_colors.h"

#include <algorithm>
#include <cmath>

#include <QFontMetricsF>
#include <QPainter>

namespace convergence {

namespace {

constexpr std::size_t steps = 64; ///< of a scale
constexpr double barWidth = 12.0, gap = 6.0;

} // namespace

ItemColors::ItemColors(const Items& items, const Theme& theme)
    : values_(items.values), classes_(items.classes), classLabels_(items.classLabels) {
    if (!classes_.empty()) {
        for (std::size_t i = 0; i < std::max<std::size_t>(1, classLabels_.size()); ++i)
            palette_.push_back(theme.seriesColor(int(i)));
        return;
    }
    if (values_.empty()) {
        palette_.push_back(theme.seriesColor(0));
        return;
    }
    double low = INFINITY, high = -INFINITY;
    const auto include = [&](const std::vector<float>& values) {
        for (const float value : values) {
            low = std::min(low, double(value));
            high = std::max(high, double(value));
        }
    };
    include(values_);
    if (items.alsoColored)
        include(*items.alsoColored);
    hasScale_ = true;
    if (!(low < high)) {
        low -= 0.5;
        high += 0.5;
    }
    scale_ = {.range = {low, high}, .dark = theme.dark};
    for (std::size_t i = 0; i < steps; ++i)
        palette_.push_back(scale_.color(scale_.valueAt((double(i) + 0.5) / double(steps))));
}

std::size_t ItemColors::indexOf(std::size_t item) const {
    if (!classes_.empty())
        return std::min<std::size_t>(classes_[item], palette_.size() - 1);
    if (!hasScale_)
        return 0;
    const double share = std::clamp(scale_.shareOf(double(values_[item])), 0.0, 1.0);
    return std::min(steps - 1, std::size_t(share * double(steps)));
}

int ItemColors::shapeOf(std::size_t item) const {
    return classes_.empty() ? 0 : int(classes_[item]);
}

std::vector<LegendEntry> ItemColors::legend(const Theme& theme) const {
    std::vector<LegendEntry> entries;
    for (std::size_t i = 0; !classes_.empty() && i < classLabels_.size(); ++i)
        entries.push_back({.text = QString::fromStdString(classLabels_[i]),
                           .color = palette_[i],
                           .style = Qt::NoPen,
                           .width = theme.lineWidth,
                           .marker = int(i)});
    return entries;
}

double colorBarWidth(const ColorScale& scale, const QFont& font) {
    const QFontMetricsF metrics(font);
    double widest = 0.0;
    for (const Tick& tick : chooseTicks(scale.range, scale.scale).major)
        widest = std::max(widest, metrics.horizontalAdvance(QString::fromStdString(tick.label)));
    return 3.0 * gap + barWidth + widest + 1.2 * metrics.height();
}

void paintColorBar(QPainter& painter, const QRectF& place, const ColorScale& scale,
                   const QString& label, const Theme& theme) {
    painter.save();
    const QFontMetricsF metrics(painter.font());
    const double half = 0.5 * metrics.height();
    const QRectF bar(place.left() + gap, place.top() + half, barWidth,
                     std::max(10.0, place.height() - 2.0 * half));
    painter.setRenderHint(QPainter::Antialiasing, false);
    const int pixels = std::max(1, int(bar.height()));
    for (int i = 0; i < pixels; ++i)
        painter.fillRect(QRectF(bar.left(), bar.bottom() - i - 1, barWidth, 1.5),
                         scale.color(scale.valueAt((i + 0.5) / pixels)));
    painter.setPen(QPen(theme.mutedText, 1.0));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(bar);
    painter.setRenderHint(QPainter::Antialiasing, true);
    double above = INFINITY;
    for (const Tick& tick : chooseTicks(scale.range, scale.scale).major) {
        const double y = bar.bottom() - scale.shareOf(tick.value) * bar.height();
        if (y > above - metrics.height())
            continue;
        above = y;
        painter.setPen(theme.text);
        painter.drawText(QRectF(bar.right() + gap, y - half, place.width(), 2.0 * half),
                         Qt::AlignLeft | Qt::AlignVCenter, QString::fromStdString(tick.label));
        painter.setPen(QPen(theme.mutedText, 1.0));
        painter.drawLine(QPointF(bar.right(), y), QPointF(bar.right() + 3.0, y));
    }
    painter.setPen(theme.text);
    painter.translate(place.right() - 0.5 * metrics.height(), place.center().y());
    painter.rotate(-90);
    painter.drawText(QRectF(-0.5 * place.height(), -half, place.height(), 2.0 * half),
                     Qt::AlignCenter, metrics.elidedText(label, Qt::ElideRight, place.height()));
    painter.restore();
}

} // namespace convergence
