#include "app/window/comparison_header.h"

#include <QButtonGroup>
#include <QEvent>
#include <QHBoxLayout>

namespace convergence {

ElidedButton::ElidedButton(QWidget* parent) : QToolButton(parent) {
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    setToolButtonStyle(Qt::ToolButtonTextOnly);
}

void ElidedButton::setFullText(const QString& text) {
    text_ = text;
    setToolTip(text);
    setAccessibleName(text);
    elide();
}

void ElidedButton::elide() {
    constexpr int margins = 24;
    setText(fontMetrics().elidedText(text_, Qt::ElideRight, std::max(0, width() - margins)));
}

void ElidedButton::resizeEvent(QResizeEvent* event) {
    QToolButton::resizeEvent(event);
    elide();
}

void ElidedButton::changeEvent(QEvent* event) {
    QToolButton::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        elide();
}

ComparisonHeader::ComparisonHeader(QWidget* parent) : QWidget(parent) {
    setObjectName("comparisonHeader");
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    auto* group = new QButtonGroup(this);
    for (const Side side : {a, b}) {
        auto* button = new ElidedButton(this);
        button->setObjectName(side == a ? "sideA" : "sideB");
        button->setCheckable(true);
        button->setFocusPolicy(Qt::TabFocus);
        button->setWhatsThis(tr("Shows the parameters and claims of this side; runs of the list "
                                "are opened in it."));
        group->addButton(button, side);
        layout->addWidget(button, 1);
        sides_[side] = button;
    }
    sides_[a]->setChecked(true);
    setWords({}, {});
    connect(group, &QButtonGroup::idToggled, this, [this](int side, bool checked) {
        if (checked)
            Q_EMIT chosen(static_cast<Side>(side));
    });
}

ComparisonHeader::Side ComparisonHeader::current() const {
    return sides_[b]->isChecked() ? b : a;
}

void ComparisonHeader::choose(Side side) {
    sides_[side]->setChecked(true);
}

void ComparisonHeader::setWords(const QString& ofA, const QString& ofB) {
    sides_[a]->setFullText(tr("A:  %1").arg(ofA));
    sides_[b]->setFullText(tr("B:  %1").arg(ofB));
}

void ComparisonHeader::setTheme(const Theme& theme) {
    QFont bold = font();
    bold.setPointSizeF(theme.fontPointSize);
    bold.setWeight(QFont::DemiBold);
    for (ElidedButton* side : sides_)
        side->setFont(bold);
    setStyleSheet(
        QString("QToolButton { border: none; border-bottom: 3px solid %1; padding: 4px 8px; "
                "color: %2; background: %3; text-align: left; }"
                "QToolButton:checked { border-bottom-color: %4; }"
                "QToolButton:focus { text-decoration: underline; }")
            .arg(theme.grid.name(), theme.text.name(), theme.surface.name(), theme.accent.name()));
}

} // namespace convergence
