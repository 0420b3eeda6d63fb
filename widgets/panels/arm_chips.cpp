#include "widgets/panels/arm_chips.h"

#include <algorithm>

#include <QKeyEvent>
#include <QPainter>

#include "widgets/panels/flow_layout.h"

namespace convergence {

namespace {

constexpr double swatchWidth = 22.0, swatchGap = 6.0, chipMargin = 7.0;

} // namespace

ArmChip::ArmChip(const Arm& arm, int index, const Theme& theme, QWidget* parent)
    : QAbstractButton(parent), arm_(arm.id), index_(index), theme_(theme) {
    const QString label = QString::fromStdString(arm.label.empty() ? arm.id : arm.label);
    setObjectName("chip_" + QString::fromStdString(arm.id));
    setText(label);
    setCheckable(true);
    setChecked(true);
    setFocusPolicy(Qt::ClickFocus);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setCursor(Qt::PointingHandCursor);
    setAccessibleName(tr("Arm %1").arg(label));
    setAccessibleDescription(QString::fromStdString(arm.help));
    setToolTip(QString("<p><b>%1</b></p><p>%2</p><p>%3</p>")
                   .arg(label.toHtmlEscaped(), QString::fromStdString(arm.help).toHtmlEscaped(),
                        tr("Click: hide or show it. Ctrl and click: it alone, or all.")));
}

void ArmChip::setTheme(const Theme& theme) {
    theme_ = theme;
    updateGeometry();
    update();
}

QSize ArmChip::sizeHint() const {
    const QFontMetricsF metrics(font());
    return QSizeF(2.0 * chipMargin + swatchWidth + swatchGap + metrics.horizontalAdvance(text()) +
                      2.0,
                  metrics.height() + 8.0)
        .toSize();
}

void ArmChip::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF box = QRectF(rect()).adjusted(1.0, 1.0, -1.0, -1.0);
    const bool isPointedAt = underMouse() || hasFocus();
    QColor tint = theme_.accent;
    tint.setAlphaF(isPointedAt ? 0.14F : 0.0F);
    painter.setPen(QPen(hasFocus() ? theme_.accent : theme_.grid, hasFocus() ? 2.0 : 1.0));
    painter.setBrush(tint);
    painter.drawRoundedRect(box, 0.5 * box.height(), 0.5 * box.height());

    QColor color = theme_.seriesColor(index_);
    if (!isChecked())
        color.setAlphaF(0.3F);
    // Colors repeat after the last: then the stroke tells arms apart, as in charts.
    const bool repeats = index_ >= int(theme_.series.size());
    QPen stroke(color, std::max(2.5, 1.5 * theme_.lineWidth), Qt::SolidLine, Qt::FlatCap);
    if (repeats)
        stroke.setDashPattern({1.6, 0.7, 0.5, 0.7}); // short enough for the swatch
    painter.setPen(stroke);
    painter.drawLine(QPointF(chipMargin + 2.0, box.center().y()),
                     QPointF(chipMargin + 2.0 + swatchWidth, box.center().y()));
    QFont type = font();
    type.setStrikeOut(!isChecked());
    painter.setFont(type);
    painter.setPen(isChecked() ? theme_.text : theme_.mutedText);
    painter.drawText(box.adjusted(chipMargin + swatchWidth + swatchGap, 0, 0, 0),
                     Qt::AlignLeft | Qt::AlignVCenter, text());
}

void ArmChip::enterEvent(QEnterEvent* event) {
    QAbstractButton::enterEvent(event);
    update();
    Q_EMIT pointedAt(true);
}

void ArmChip::leaveEvent(QEvent* event) {
    QAbstractButton::leaveEvent(event);
    update();
    Q_EMIT pointedAt(false);
}

void ArmChip::focusInEvent(QFocusEvent* event) {
    QAbstractButton::focusInEvent(event);
    if (event->reason() != Qt::MouseFocusReason && event->reason() != Qt::ActiveWindowFocusReason)
        Q_EMIT pointedAt(true);
}

void ArmChip::focusOutEvent(QFocusEvent* event) {
    QAbstractButton::focusOutEvent(event);
    if (!underMouse())
        Q_EMIT pointedAt(false);
}

void ArmChip::changeEvent(QEvent* event) {
    QAbstractButton::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        updateGeometry();
}

ArmChips::ArmChips(const Theme& theme, QWidget* parent) : QWidget(parent), theme_(theme) {
    setObjectName("armChips");
    setAccessibleName(tr("Arms"));
    auto* flow = new FlowLayout(this);
    flow->setContentsMargins(0, 0, 0, 0);
    flow->setSpacing(4);
}

void ArmChips::setArms(const std::vector<Arm>& arms, const std::vector<std::string>& ids) {
    std::vector<std::string> shown;
    for (const ArmChip* chip : chips_)
        shown.push_back(chip->arm());
    std::vector<std::string> wanted; // in the order of the description
    for (const Arm& arm : arms)
        if (std::find(ids.begin(), ids.end(), arm.id) != ids.end())
            wanted.push_back(arm.id);
    if (wanted == shown)
        return;
    for (ArmChip* chip : chips_)
        delete chip;
    chips_.clear();
    for (std::size_t i = 0; i < arms.size(); ++i) {
        if (std::find(wanted.begin(), wanted.end(), arms[i].id) == wanted.end())
            continue;
        auto* chip = new ArmChip(arms[i], int(i), theme_, this);
        chip->setFont(font());
        chip->setChecked(!hidden_.contains(arms[i].id));
        chip->installEventFilter(this);
        connect(chip, &QAbstractButton::clicked, this, [this, chip] { toggle(*chip); });
        connect(chip, &ArmChip::pointedAt, this, [this, chip](bool pointed) {
            const std::string lifted = pointed ? chip->arm() : std::string();
            if (lifted == lifted_)
                return;
            lifted_ = lifted;
            Q_EMIT changed();
        });
        layout()->addWidget(chip);
        chip->show();
        chips_.push_back(chip);
    }
    if (!chips_.empty())
        chips_.front()->setFocusPolicy(Qt::StrongFocus);
    lifted_.clear();
    updateGeometry();
}

void ArmChips::setTheme(const Theme& theme) {
    theme_ = theme;
    for (ArmChip* chip : chips_) {
        chip->setFont(font());
        chip->setTheme(theme);
    }
}

void ArmChips::setHidden(const std::set<std::string>& hidden) {
    hidden_ = hidden;
    for (ArmChip* chip : chips_)
        chip->setChecked(!hidden_.contains(chip->arm()));
}

ArmChip* ArmChips::chip(const std::string& arm) const {
    const auto found = std::find_if(chips_.begin(), chips_.end(),
                                    [&](const ArmChip* chip) { return chip->arm() == arm; });
    return found == chips_.end() ? nullptr : *found;
}

void ArmChips::toggle(const ArmChip& chip) {
    if (chip.isChecked())
        hidden_.erase(chip.arm());
    else
        hidden_.insert(chip.arm());
    Q_EMIT changed();
}

/// All again if it is the only one already.
void ArmChips::showOnly(const std::string& arm) {
    std::set<std::string> others;
    for (const ArmChip* chip : chips_)
        if (chip->arm() != arm)
            others.insert(chip->arm());
    setHidden(hidden_ == others ? std::set<std::string>() : others);
    Q_EMIT changed();
}

void ArmChips::move(ArmChip& from, int step) {
    const auto at = std::find(chips_.begin(), chips_.end(), &from) - chips_.begin();
    const auto next = std::clamp<std::ptrdiff_t>(at + step, 0, std::ssize(chips_) - 1);
    if (next == at)
        return;
    // Tab comes to the one that was left last.
    for (ArmChip* chip : chips_)
        chip->setFocusPolicy(Qt::ClickFocus);
    ArmChip* chip = chips_[std::size_t(next)];
    chip->setFocusPolicy(Qt::StrongFocus);
    chip->setFocus(Qt::TabFocusReason);
}

bool ArmChips::eventFilter(QObject* watched, QEvent* event) {
    auto* chip = qobject_cast<ArmChip*>(watched);
    if (event->type() == QEvent::ShortcutOverride &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Space) {
        event->accept(); // it is the chip's, not the command's that plays
        return true;
    }
    if (event->type() == QEvent::MouseButtonPress &&
        static_cast<QMouseEvent*>(event)->modifiers() & Qt::ControlModifier) {
        showOnly(chip->arm());
        return true;
    }
    if (event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    const auto* key = static_cast<QKeyEvent*>(event);
    switch (key->key()) {
    case Qt::Key_Left:
    case Qt::Key_Up:
        move(*chip, -1);
        return true;
    case Qt::Key_Right:
    case Qt::Key_Down:
        move(*chip, 1);
        return true;
    case Qt::Key_Home:
        move(*chip, -int(chips_.size()));
        return true;
    case Qt::Key_End:
        move(*chip, int(chips_.size()));
        return true;
    case Qt::Key_Space:
        if (!(key->modifiers() & Qt::ControlModifier))
            break;
        showOnly(chip->arm());
        return true;
    default:
        break;
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace convergence
