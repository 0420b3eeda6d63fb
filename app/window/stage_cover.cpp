#include "app/window/stage_cover.h"

#include <QCursor>
#include <QEvent>
#include <QPainter>
#include <QPainterPath>
#include <QPixmap>

namespace convergence {

StageCover::StageCover(QWidget& window) : QWidget(&window) {
    hide();
    setCursor(Qt::BlankCursor);
    window.installEventFilter(this);
}

void StageCover::cover() {
    setGeometry(parentWidget()->rect());
    raise();
    show();
    update();
}

void StageCover::blank(const QColor& color) {
    keys_.clear();
    color_ = color;
    setAccessibleName(tr("Blank screen"));
    cover();
}

void StageCover::explain(const std::vector<std::pair<QString, QString>>& keys) {
    keys_ = keys;
    QString text;
    for (const auto& [key, what] : keys)
        text += key + ": " + what + "\n";
    setAccessibleName(tr("Keys on stage"));
    setAccessibleDescription(text);
    cover();
}

void StageCover::paintEvent(QPaintEvent* /*event*/) {
    QPainter painter(this);
    if (keys_.empty())
        return painter.fillRect(rect(), color_);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(rect(), QColor(0, 0, 0, 110));
    const QFontMetrics type(font());
    int keyWidth = 0, width = 0;
    for (const auto& [key, what] : keys_) {
        keyWidth = std::max(keyWidth, type.horizontalAdvance(key));
        width = std::max(width, type.horizontalAdvance(what));
    }
    const int gap = type.horizontalAdvance("MM");
    const int lineHeight =
        std::min(type.lineSpacing() * 5 / 4, (height() - 2 * gap) / int(keys_.size()));
    QRect box(0, 0, std::min(this->width(), keyWidth + width + 3 * gap),
              lineHeight * int(keys_.size()) + 2 * gap);
    box.moveCenter(rect().center());
    painter.setBrush(palette().window());
    painter.setPen(Qt::NoPen);
    painter.drawRoundedRect(box, 8, 8);
    painter.setPen(palette().color(QPalette::WindowText));
    QRect line(box.left() + gap, box.top() + gap, box.width() - 2 * gap, lineHeight);
    for (const auto& [key, what] : keys_) {
        painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, key);
        painter.drawText(line.adjusted(keyWidth + gap, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter,
                         what);
        line.translate(0, lineHeight);
    }
}

void StageCover::mousePressEvent(QMouseEvent* /*event*/) {
    hide();
}

bool StageCover::eventFilter(QObject* watched, QEvent* event) {
    if (watched == parentWidget() && event->type() == QEvent::Resize && isVisible())
        setGeometry(parentWidget()->rect());
    return QWidget::eventFilter(watched, event);
}

QCursor stagePointer() {
    constexpr int edge = 48;
    QPixmap picture(edge, edge);
    picture.fill(Qt::transparent);
    QPainter painter(&picture);
    painter.setRenderHint(QPainter::Antialiasing);
    QPainterPath arrow(QPointF(3, 3));
    for (const QPointF corner : {QPointF(3, 36), QPointF(11, 29), QPointF(17, 44), QPointF(24, 41),
                                 QPointF(18, 26), QPointF(29, 26)})
        arrow.lineTo(corner);
    arrow.closeSubpath();
    painter.setPen(QPen(Qt::white, 3.0, Qt::SolidLine, Qt::SquareCap, Qt::RoundJoin));
    painter.setBrush(QColor("#d3131f"));
    painter.drawPath(arrow);
    painter.setPen(QPen(Qt::black, 1.0));
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(arrow);
    painter.end();
    return QCursor(picture, 3, 3);
}

} // namespace convergence
