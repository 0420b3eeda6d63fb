#include "app/start/start_page.h"

#include <QApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

#include "app/start/gallery.h"
#include "app/start/teach_page.h"
#include "core/error.h"
#include "widgets/lessons/lesson.h"

namespace convergence {

namespace {

/// What can be read of the course; `trouble` says what cannot.
TeachPage* makeTeachPage(const Registry& registry, const Theme& theme, QWidget* parent,
                         QString& trouble) {
    std::vector<SyllabusPart> syllabus;
    std::vector<Lesson> lessons;
    try {
        const QString folder = resourceFolder("lessons");
        lessons = loadLessons(folder);
        syllabus = loadSyllabus(folder + "/syllabus.json");
    } catch (const InputError& error) {
        trouble = QString::fromUtf8(error.what());
    }
    return new TeachPage(registry, syllabus, lessons, theme, parent);
}

} // namespace

StartPage::StartPage(const Registry& registry, const Theme& theme, QWidget* parent)
    : QWidget(parent), title_(new QLabel("Convergence Lab", this)), search_(new QLineEdit(this)),
      tabs_(new QTabBar(this)), stack_(new QStackedWidget(this)),
      gallery_(new Gallery(registry.all(), theme, this)),
      resume_(new ContinuePage(registry, theme, this)) {
    setObjectName("startPage");
    setAutoFillBackground(true);
    search_->setObjectName("startSearch");
    search_->setPlaceholderText(
        tr("Search: a topic (momentum, privacy, federated), a title, an author"));
    search_->setAccessibleName(tr("Search experiments and lessons"));
    search_->setClearButtonEnabled(true);
    search_->installEventFilter(this);
    tabs_->setObjectName("startTabs");
    tabs_->setAccessibleName(tr("Explore, teach or continue"));
    tabs_->setDrawBase(false);
    tabs_->setExpanding(false);
    tabs_->addTab(tr("&Explore"));
    tabs_->addTab(tr("&Teach"));
    tabs_->addTab(tr("&Continue"));
    QString trouble;
    teach_ = makeTeachPage(registry, theme, this, trouble);
    for (QWidget* page : {static_cast<QWidget*>(gallery_), static_cast<QWidget*>(teach_),
                          static_cast<QWidget*>(resume_)})
        stack_->addWidget(page);

    auto* head = new QHBoxLayout;
    head->addWidget(title_);
    head->addSpacing(16);
    head->addWidget(search_, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(14, 10, 0, 0);
    head->setContentsMargins(0, 0, 14, 0);
    layout->addLayout(head);
    layout->addWidget(tabs_);
    layout->addWidget(stack_, 1);

    connect(tabs_, &QTabBar::currentChanged, stack_, &QStackedWidget::setCurrentIndex);
    connect(search_, &QLineEdit::textChanged, this, &StartPage::filter);
    connect(search_, &QLineEdit::returnPressed, this, &StartPage::chooseFirst);
    connect(gallery_, &Gallery::chosen, this, &StartPage::experimentChosen);
    connect(gallery_, &Gallery::leftUpward, search_, [this] { search_->setFocus(); });
    connect(teach_, &TeachPage::chosen, this, &StartPage::lessonChosen);
    connect(resume_, &ContinuePage::backWanted, this, &StartPage::left);
    connect(resume_, &ContinuePage::lastSessionWanted, this, &StartPage::lastSessionWanted);
    connect(resume_, &ContinuePage::runWanted, this, &StartPage::runWanted);
    connect(resume_, &ContinuePage::fileWanted, this, &StartPage::fileWanted);
    setTheme(theme);
    if (!trouble.isEmpty()) // once somebody listens
        QMetaObject::invokeMethod(
            this, [this, trouble] { Q_EMIT troubled(trouble); }, Qt::QueuedConnection);
}

void StartPage::enter(Page page, const QString& currentExperiment,
                      const ContinuePage::Offers& offers) {
    resume_->offer(offers);
    if (!currentExperiment.isEmpty())
        gallery_->setCurrent(currentExperiment);
    search_->clear();
    turnTo(page);
    search_->setFocus();
}

void StartPage::turnTo(Page page) {
    tabs_->setCurrentIndex(int(page));
}

StartPage::Page StartPage::page() const {
    return Page(tabs_->currentIndex());
}

void StartPage::setTheme(const Theme& theme) {
    setPalette(theme.palette());
    setFont(QApplication::font());
    QFont large = font();
    large.setPointSizeF(1.5 * large.pointSizeF());
    large.setWeight(QFont::DemiBold);
    title_->setFont(large);
    for (QWidget* part : {static_cast<QWidget*>(search_), static_cast<QWidget*>(tabs_),
                          static_cast<QWidget*>(gallery_), static_cast<QWidget*>(teach_),
                          static_cast<QWidget*>(resume_)})
        part->setFont(font());
    gallery_->setTheme(theme);
    teach_->setTheme(theme);
    resume_->setTheme(theme);
}

void StartPage::filter(const QString& text) {
    const QStringList words = text.split(' ', Qt::SkipEmptyParts);
    gallery_->filter(words);
    teach_->filter(words);
    if (!words.isEmpty() && page() == Page::resume)
        turnTo(Page::explore);
}

void StartPage::chooseFirst() {
    if (page() == Page::explore) {
        if (const QString id = gallery_->firstMatch(); !id.isEmpty())
            Q_EMIT experimentChosen(id);
    } else if (page() == Page::teach) {
        if (const QString id = teach_->firstMatch(); !id.isEmpty())
            Q_EMIT lessonChosen(id);
    }
}

void StartPage::focusContent() {
    switch (page()) {
    case Page::explore:
        return gallery_->focusCard();
    case Page::teach:
        return teach_->focusFirst();
    case Page::resume:
        return resume_->focusFirst();
    }
}

bool StartPage::eventFilter(QObject* watched, QEvent* event) {
    if (watched == search_ && event->type() == QEvent::KeyPress &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Down) {
        focusContent();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

void StartPage::keyPressEvent(QKeyEvent* event) {
    if (event->key() != Qt::Key_Escape)
        return QWidget::keyPressEvent(event);
    if (search_->text().isEmpty())
        Q_EMIT left();
    else
        search_->clear();
}

} // namespace convergence
