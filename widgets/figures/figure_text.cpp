#include "widgets/figures/figure_text.h"

#include <algorithm>

#include <QFontMetricsF>
#include <QPainter>

namespace convergence {

double widthOf(const QString& text, const QFont& font) {
    return QFontMetricsF(font).horizontalAdvance(text);
}

double heightOf(const QFont& font) {
    return QFontMetricsF(font).height();
}

FigureText textAt(const QString& text, const QFont& font, const QColor& color, QPointF at,
                  TextAnchor anchor) {
    const double width = widthOf(text, font), height = heightOf(font);
    const double left = anchor == TextAnchor::left     ? at.x()
                        : anchor == TextAnchor::middle ? at.x() - 0.5 * width
                                                       : at.x() - width;
    return {text, font, color, QRectF(left, at.y() - 0.5 * height, width, height)};
}

FigureText uprightTextAt(const QString& text, const QFont& font, const QColor& color, QPointF at) {
    const double width = widthOf(text, font), height = heightOf(font);
    return {text, font, color, QRectF(at.x() - 0.5 * height, at.y() - 0.5 * width, height, width),
            true};
}

void paintText(QPainter& painter, const FigureText& text) {
    painter.save();
    painter.setFont(text.font);
    painter.setPen(text.color);
    const double ascent = QFontMetricsF(text.font).ascent();
    if (text.isUpright) {
        painter.translate(text.box.left() + ascent, text.box.bottom());
        painter.rotate(-90.0);
        painter.drawText(QPointF(0.0, 0.0), text.text);
    } else {
        painter.drawText(QPointF(text.box.left(), text.box.top() + ascent), text.text);
    }
    painter.restore();
}

QStringList wrapped(const QString& text, const QFont& font, double width, bool cut) {
    QStringList lines;
    QString line;
    const QFontMetricsF metrics(font);
    const auto finish = [&] {
        if (line.isEmpty())
            return;
        lines << (cut ? metrics.elidedText(line, Qt::ElideRight, width) : line);
        line.clear();
    };
    for (const QString& word : text.split(' ', Qt::SkipEmptyParts)) {
        const QString longer = line.isEmpty() ? word : line + ' ' + word;
        if (!line.isEmpty() && metrics.horizontalAdvance(longer) > width) {
            finish();
            line = word;
        } else {
            line = longer;
        }
    }
    finish();
    return lines;
}

bool touches(const std::vector<FigureText>& texts, const QRectF& box) {
    return std::any_of(texts.begin(), texts.end(),
                       [&](const FigureText& text) { return text.box.intersects(box); });
}

} // namespace convergence
