#include "app/start/gallery.h"

#include <algorithm>
#include <cmath>

#include <QKeyEvent>
#include <QLabel>
#include <QScrollBar>

#include "widgets/panels/experiment_browser.h"

namespace convergence {

namespace {

constexpr int cardSpace = 14;
constexpr int charactersOfCard = 38; ///< that a line of a card holds at least

} // namespace

Gallery::Gallery(const std::vector<std::shared_ptr<const ExperimentType>>& types,
                 const Theme& theme, QWidget* parent)
    : QScrollArea(parent) {
    setObjectName("gallery");
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::NoFocus);
    auto* content = new QWidget;
    setWidget(content);
    nothing_ = new QLabel(tr("No experiment has all of these words."), content);
    nothing_->setObjectName("nothingFound");
    nothing_->hide();
    for (const auto& type : types) {
        const QString words = familyInWords(type->description.family);
        auto family = std::find_if(families_.begin(), families_.end(), [&](const Family& known) {
            return known.heading->text() == words;
        });
        if (family == families_.end())
            family = families_.insert(families_.end(), {new QLabel(words, content), {}});
        auto* card = new ExperimentCard(type, theme, content);
        card->installEventFilter(this);
        const QString id = QString::fromStdString(type->description.id);
        connect(card, &QAbstractButton::clicked, this, [this, id] { Q_EMIT chosen(id); });
        family->cards.push_back(card);
    }
    if (!families_.empty())
        give(families_.front().cards.front());
}

std::vector<ExperimentCard*> Gallery::cards() const {
    std::vector<ExperimentCard*> all;
    for (const Family& family : families_)
        for (ExperimentCard* card : family.cards)
            if (!card->isHidden())
                all.push_back(card);
    return all;
}

void Gallery::filter(const QStringList& words) {
    for (const Family& family : families_)
        for (ExperimentCard* card : family.cards)
            card->setVisible(card->matches(words));
    nothing_->setVisible(cards().empty());
    if (const auto all = cards(); !all.empty() && (!current_ || current_->isHidden()))
        give(all.front());
    arrange();
    verticalScrollBar()->setValue(0);
}

void Gallery::setTheme(const Theme& theme) {
    QPalette colors = theme.palette();
    setPalette(colors);
    for (const Family& family : families_) {
        QFont bold = font();
        bold.setWeight(QFont::DemiBold);
        bold.setPointSizeF(1.15 * bold.pointSizeF());
        family.heading->setFont(bold);
        for (ExperimentCard* card : family.cards) {
            card->setFont(font());
            card->setTheme(theme);
        }
    }
    arrange();
}

void Gallery::setCurrent(const QString& id) {
    for (const Family& family : families_)
        for (ExperimentCard* card : family.cards)
            if (QString::fromStdString(card->description().id) == id)
                give(card);
}

/// One card alone is in the chain of Tab; arrows go to the others.
void Gallery::give(ExperimentCard* card) {
    if (current_)
        current_->setFocusPolicy(Qt::ClickFocus);
    current_ = card;
    current_->setFocusPolicy(Qt::StrongFocus);
}

void Gallery::focusCard() {
    const auto all = cards();
    if (all.empty())
        return;
    if (!current_ || current_->isHidden())
        give(all.front());
    current_->setFocus(Qt::TabFocusReason);
    ensureWidgetVisible(current_, 0, cardSpace);
}

QString Gallery::firstMatch() const {
    const auto all = cards();
    return all.empty() ? QString() : QString::fromStdString(all.front()->description().id);
}

void Gallery::resizeEvent(QResizeEvent* event) {
    QScrollArea::resizeEvent(event);
    arrange();
}

void Gallery::changeEvent(QEvent* event) {
    QScrollArea::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        arrange();
}

void Gallery::arrange() {
    const int whole = viewport()->width();
    const int least = charactersOfCard * fontMetrics().averageCharWidth();
    columns_ = std::max(1, (whole - cardSpace) / (least + cardSpace));
    // In a wide window cards grow rather than leave a side empty.
    std::ptrdiff_t most = 3;
    for (const Family& family : families_)
        most = std::max(
            most, std::count_if(family.cards.begin(), family.cards.end(),
                                [](const ExperimentCard* card) { return !card->isHidden(); }));
    columns_ = std::min(columns_, int(most));
    const int width = (whole - cardSpace * (columns_ + 1)) / columns_;
    int y = cardSpace / 2;
    nothing_->move(cardSpace, cardSpace);
    nothing_->adjustSize();
    for (const Family& family : families_) {
        int column = 0;
        const bool any = std::any_of(family.cards.begin(), family.cards.end(),
                                     [](const ExperimentCard* card) { return !card->isHidden(); });
        family.heading->setVisible(any);
        if (!any)
            continue;
        family.heading->adjustSize();
        family.heading->move(cardSpace, y);
        y += family.heading->height() + cardSpace / 2;
        const int height = family.cards.front()->heightForWidth(width);
        for (ExperimentCard* card : family.cards) {
            if (card->isHidden())
                continue;
            if (column == columns_) {
                column = 0;
                y += height + cardSpace;
            }
            card->setGeometry(cardSpace + column++ * (width + cardSpace), y, width, height);
        }
        y += height + cardSpace;
    }
    widget()->resize(whole, std::max(y, nothing_->geometry().bottom() + cardSpace));
}

/// To the nearest card in the direction of an arrow key.
void Gallery::move(const ExperimentCard& from, int key) {
    const bool vertical = key == Qt::Key_Up || key == Qt::Key_Down;
    const bool forward = key == Qt::Key_Down || key == Qt::Key_Right;
    const auto all = cards();
    const auto at = std::find(all.begin(), all.end(), &from) - all.begin();
    ExperimentCard* next = nullptr;
    if (!vertical) {
        const auto index = at + (forward ? 1 : -1);
        if (index >= 0 && index < std::ssize(all))
            next = all[std::size_t(index)];
    } else {
        double nearest = INFINITY;
        for (ExperimentCard* card : all) {
            const QPoint away = card->geometry().center() - from.geometry().center();
            const int ahead = forward ? away.y() : -away.y();
            const double distance = 1000.0 * ahead + std::abs(away.x());
            if (ahead > 0 && distance < nearest) {
                nearest = distance;
                next = card;
            }
        }
        if (!next && !forward) {
            Q_EMIT leftUpward();
            return;
        }
    }
    if (!next)
        return;
    give(next);
    focusCard();
}

bool Gallery::eventFilter(QObject* watched, QEvent* event) {
    auto* card = qobject_cast<ExperimentCard*>(watched);
    if (event->type() == QEvent::ShortcutOverride &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Space) {
        event->accept(); // it chooses the card
        return true;
    }
    if (!card || event->type() != QEvent::KeyPress)
        return QScrollArea::eventFilter(watched, event);
    switch (const int key = static_cast<QKeyEvent*>(event)->key()) {
    case Qt::Key_Left:
    case Qt::Key_Right:
    case Qt::Key_Up:
    case Qt::Key_Down:
        move(*card, key);
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        card->click();
        return true;
    default:
        return QScrollArea::eventFilter(watched, event);
    }
}

} // namespace convergence
