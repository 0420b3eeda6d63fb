#include "widgets/views/picture_pager.h"

#include <algorithm>

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QMenu>
#include <QToolButton>

namespace convergence {

std::size_t picturesAtOnce(
    std::size_t count, double least,
    const std::function<std::vector<double>(std::size_t first, std::size_t count)>& sides) {
    constexpr double nearlyAsLarge = 0.8;
    std::vector<double> alone;
    for (std::size_t i = 0; i < count; ++i)
        alone.push_back(sides(i, 1).front());
    for (std::size_t atOnce = count; atOnce > 1; --atOnce) {
        bool areLarge = true;
        for (std::size_t first = 0; areLarge && first < count; first += atOnce) {
            // The last page is as full as the others.
            const std::size_t from = std::min(first, count - atOnce);
            const std::vector<double> page = sides(from, atOnce);
            for (std::size_t i = 0; i < page.size(); ++i)
                areLarge =
                    areLarge && (page[i] >= least || page[i] >= nearlyAsLarge * alone[from + i]);
        }
        if (areLarge)
            return atOnce;
    }
    return 1;
}

PicturePager::PicturePager(QWidget* parent)
    : QWidget(parent), back_(new QToolButton(this)), list_(new QToolButton(this)),
      on_(new QToolButton(this)) {
    setObjectName("picturePager");
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    const auto add = [&](QToolButton* button, const char* name, const QString& tip) {
        button->setObjectName(name);
        button->setAutoRaise(true);
        button->setToolTip(tip);
        button->setAccessibleName(tip);
        layout->addWidget(button);
    };
    add(back_, "picturesBack", tr("Pictures before (Left)"));
    add(list_, "picturesList", tr("Choose the picture to begin with"));
    add(on_, "picturesOn", tr("Further pictures (Right)"));
    back_->setText("‹");
    on_->setText("›");
    list_->setPopupMode(QToolButton::InstantPopup);
    list_->setMenu(new QMenu(list_));
    connect(list_->menu(), &QMenu::aboutToShow, this, &PicturePager::listPictures);
    connect(back_, &QToolButton::clicked, this, [this] { turn(-1); });
    connect(on_, &QToolButton::clicked, this, [this] { turn(1); });
    hide();
}

PicturePager::Page PicturePager::page(const QStringList& names, std::size_t atOnce) {
    const auto count = std::size_t(names.size());
    const std::size_t shown =
        std::clamp<std::size_t>(atOnce, std::min<std::size_t>(1, count), count);
    const std::size_t first = std::min(first_, count - shown);
    if (names != names_ || shown != atOnce_ || first != first_) {
        names_ = names;
        atOnce_ = shown;
        first_ = first;
        QMetaObject::invokeMethod(this, &PicturePager::tell, Qt::QueuedConnection);
    }
    return {first, shown};
}

void PicturePager::tell() {
    const auto count = std::size_t(names_.size());
    const bool areSeveral = atOnce_ < count;
    if (areSeveral) {
        const QString from = QString::number(first_ + 1), to = QString::number(first_ + atOnce_);
        list_->setText(tr("%1 of %2").arg(atOnce_ == 1 ? from : from + "–" + to).arg(count));
        back_->setEnabled(first_ > 0);
        on_->setEnabled(first_ + atOnce_ < count);
    }
    setVisible(areSeveral);
}

void PicturePager::listPictures() {
    QMenu& menu = *list_->menu();
    menu.clear();
    for (qsizetype i = 0; i < names_.size(); ++i) {
        const QString name = names_[i].isEmpty() ? tr("picture %1").arg(i + 1) : names_[i];
        QAction* action = menu.addAction(name, this, [this, i] { goTo(std::size_t(i)); });
        action->setCheckable(true);
        action->setChecked(std::size_t(i) >= first_ && std::size_t(i) < first_ + atOnce_);
    }
}

void PicturePager::goTo(std::size_t picture) {
    if (names_.isEmpty()) { // not drawn yet
        first_ = picture;
        return;
    }
    const auto count = std::size_t(names_.size());
    const std::size_t first = std::min(picture, count - std::min(count, atOnce_));
    if (first == first_)
        return;
    first_ = first;
    tell();
    Q_EMIT turned(first_);
}

void PicturePager::turn(int pages) {
    const auto at = std::ptrdiff_t(first_) + pages * std::ptrdiff_t(atOnce_);
    goTo(std::size_t(std::max<std::ptrdiff_t>(0, at)));
}

bool PicturePager::takeKey(const QKeyEvent& key) {
    if (atOnce_ >= std::size_t(names_.size()))
        return false;
    if (key.key() == Qt::Key_Left || key.key() == Qt::Key_PageUp)
        turn(-1);
    else if (key.key() == Qt::Key_Right || key.key() == Qt::Key_PageDown)
        turn(1);
    else
        return false;
    return true;
}

} // namespace convergence
