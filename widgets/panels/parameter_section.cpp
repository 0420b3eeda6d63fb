#include "widgets/panels/parameter_section.h"

#include <QGridLayout>
#include <QToolButton>
#include <QVBoxLayout>

namespace convergence {

ParameterSection::ParameterSection(const QString& title, QWidget* parent)
    : QWidget(parent), title_(title), body_(new QWidget(this)), grid_(new QGridLayout(body_)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    grid_->setContentsMargins(title.isEmpty() ? 2 : 14, 2, 2, 6);
    grid_->setHorizontalSpacing(6);
    grid_->setVerticalSpacing(4);
    grid_->setColumnStretch(0, 1);
    if (!title.isEmpty()) {
        heading_ = new QToolButton(this);
        heading_->setObjectName("section");
        heading_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        heading_->setAutoRaise(true);
        heading_->setCheckable(true);
        heading_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
        layout->addWidget(heading_);
        connect(heading_, &QToolButton::toggled, this, &ParameterSection::show);
    }
    layout->addWidget(body_);
    show();
}

void ParameterSection::setOpen(bool open) {
    if (heading_)
        heading_->setChecked(open);
}

bool ParameterSection::isOpen() const {
    return !heading_ || heading_->isChecked() || searched_;
}

void ParameterSection::setSearched(bool searched) {
    searched_ = searched;
    show();
}

void ParameterSection::setCounts(int rows, int changed) {
    setVisible(rows > 0);
    if (!heading_)
        return;
    heading_->setText(changed > 0 ? tr("%1 (%2, changed: %3)").arg(title_).arg(rows).arg(changed)
                                  : tr("%1 (%2)").arg(title_).arg(rows));
    heading_->setAccessibleName(heading_->text());
}

void ParameterSection::show() {
    body_->setVisible(isOpen());
    if (heading_)
        heading_->setArrowType(isOpen() ? Qt::DownArrow : Qt::RightArrow);
}

} // namespace convergence
