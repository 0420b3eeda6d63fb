#include "app/films/film_dialog.h"

#include <algorithm>
#include <limits>

#include <QComboBox>
#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QFormLayout>

#include "widgets/theme.h"

namespace convergence {

namespace {

QSpinBox* wholeNumber(QWidget* parent, const QString& name, int least, int most, int value) {
    auto* box = new QSpinBox(parent);
    box->setObjectName(name);
    box->setRange(least, most);
    box->setValue(value);
    box->setGroupSeparatorShown(true);
    return box;
}

QDoubleSpinBox* realNumber(QWidget* parent, const QString& name, double most, double value) {
    auto* box = new QDoubleSpinBox(parent);
    box->setObjectName(name);
    box->setDecimals(1);
    box->setRange(0.1, most);
    box->setValue(value);
    return box;
}

int whole(std::int64_t value) {
    return int(std::min<std::int64_t>(value, std::numeric_limits<int>::max()));
}

} // namespace

FilmDialog::FilmDialog(const FilmPlan& start, std::int64_t last, TrialOrder order, QWidget* parent)
    : QDialog(parent) {
    setWindowTitle(tr("Film"));
    const int most = last > 0 ? whole(last) : std::numeric_limits<int>::max();
    from_ = wholeNumber(this, "filmFrom", 0, most, whole(start.from));
    to_ = wholeNumber(this, "filmTo", 0, most, whole(start.to));
    to_->setSpecialValueText(tr("the end"));
    seconds_ = realNumber(this, "filmSeconds", 600.0, start.seconds);
    seconds_->setSuffix(tr(" s"));
    picturesASecond_ = realNumber(this, "filmPictures", 60.0, start.picturesASecond);
    width_ = wholeNumber(this, "filmWidth", 16, 8192, start.size.width());
    height_ = wholeNumber(this, "filmHeight", 16, 8192, start.size.height());
    for (QSpinBox* edge : {width_, height_}) {
        edge->setSingleStep(2); // WebM needs even ones
        edge->setSuffix(tr(" pixels"));
    }
    theme_ = new QComboBox(this);
    theme_->setObjectName("filmTheme");
    for (const QString& id : Theme::available())
        theme_->addItem(Theme::load(id).label, id);
    theme_->setCurrentIndex(theme_->findData(start.theme));

    auto* form = new QFormLayout(this);
    const bool together = order == TrialOrder::together;
    form->addRow(together ? tr("From &iteration") : tr("From &step, over all trials"), from_);
    form->addRow(together ? tr("T&o iteration") : tr("T&o step, over all trials"), to_);
    form->addRow(tr("&Length"), seconds_);
    form->addRow(tr("&Pictures a second"), picturesASecond_);
    form->addRow(tr("&Width"), width_);
    form->addRow(tr("&Height"), height_);
    form->addRow(tr("&Theme"), theme_);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    buttons->addButton(tr("Choose a file …"), QDialogButtonBox::AcceptRole);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    form->addRow(buttons);
}

FilmPlan FilmDialog::plan() const {
    return {.from = from_->value(),
            .to = to_->value(),
            .seconds = seconds_->value(),
            .picturesASecond = picturesASecond_->value(),
            .size = QSize(width_->value(), height_->value()),
            .theme = theme_->currentData().toString()};
}

} // namespace convergence
