#include "app/window/entrance.h"

#include <QAction>
#include <QStackedWidget>

#include "app/runs/store.h"
#include "app/window/session_files.h"
#include "app/window/side_panels.h"

namespace convergence {

Entrance::Entrance(const Parts& parts, const Theme& theme, QObject* parent)
    : QObject(parent), parts_(parts), theme_(theme) {}

/// Only now: a window that opens on an experiment does not wait for it.
void Entrance::makePage() {
    page_ = new StartPage(parts_.registry, theme_);
    parts_.stack.addWidget(page_);
    connect(page_, &StartPage::experimentChosen, this, &Entrance::experimentChosen);
    connect(page_, &StartPage::lessonChosen, this, &Entrance::lessonChosen);
    connect(page_, &StartPage::left, this, &Entrance::leftUnchosen);
    connect(page_, &StartPage::runWanted, this, &Entrance::runWanted);
    connect(page_, &StartPage::lastSessionWanted, this, &Entrance::lastSessionWanted);
    connect(page_, &StartPage::fileWanted, this, &Entrance::fileWanted);
    connect(page_, &StartPage::troubled, this, &Entrance::troubled);
}

void Entrance::show(StartPage::Page page, const Description* open) {
    if (!page_)
        makePage();
    if (!isShown()) {
        parts_.panels.putAside();
        for (QAction* action : parts_.resting)
            action->setEnabled(false);
    }
    parts_.stack.setCurrentWidget(page_);
    page_->enter(page, open ? QString::fromStdString(open->id) : QString(),
                 {.open = open ? QString::fromStdString(open->title) : QString(),
                  .hasLastSession = !open && parts_.files.hasLast(),
                  .runs = parts_.store ? parts_.store->runs() : std::vector<KeptRun>(),
                  .files = parts_.files.recent()});
}

bool Entrance::isShown() const {
    return page_ && parts_.stack.currentWidget() == page_;
}

void Entrance::leave() {
    if (!isShown())
        return;
    parts_.stack.setCurrentIndex(0);
    parts_.panels.takeBack();
    for (QAction* action : parts_.resting)
        action->setEnabled(true);
}

void Entrance::setTheme(const Theme& theme) {
    theme_ = theme;
    if (page_)
        page_->setTheme(theme);
}

} // namespace convergence
