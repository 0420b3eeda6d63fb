#include "app/window/menus.h"

#include <QActionGroup>
#include <QMainWindow>
#include <QMenuBar>
#include <QMessageBox>
#include <QUndoStack>
#include <QWhatsThis>

#include "app/language.h"
#include "app/window/command_palette.h"
#include "app/window/figures.h"
#include "app/window/kept_runs.h"
#include "app/window/log_over_run.h"
#include "app/window/made_files.h"
#include "app/window/message_bar.h"
#include "app/window/run_player.h"
#include "app/window/session_desk.h"
#include "app/window/session_files.h"
#include "app/window/sides.h"
#include "app/window/view_area.h"
#include "core/error.h"
#include "core/experiment/run_files.h"
#include "widgets/lessons/lesson.h"

namespace convergence {

Menus::Menus(QMainWindow& window, const Parts& parts)
    : QObject(&window), window_(window), parts_(parts) {
    buildFile();
    buildEdit();
    buildView();
    buildRun();
    buildMessages();
    buildLessons();
    buildHelp();
}

void Menus::buildFile() {
    QMenu* file = window_.menuBar()->addMenu(tr("&File"));
    parts_.files.addCommands(*file);
    parts_.logs.addCommands(*file);
    file->addAction(tr("&Copy command line"), QKeySequence("Ctrl+Shift+X"), &parts_.desk,
                    &SessionDesk::copyCommandLine);
    file->addSeparator();
    parts_.figures.addCommands(*file);
    file->addAction(tr("&Export view …"), QKeySequence("Ctrl+E"), &parts_.views,
                    &ViewArea::exportCurrent);
    file->addAction(tr("&Film of view …"), QKeySequence("Ctrl+Shift+F"), &parts_.views,
                    &ViewArea::filmCurrent);
    file->addSeparator();
    file->addAction(tr("Start &page"), QKeySequence("Alt+Home"), this, &Menus::startPageWanted);
    file->addAction(tr("&Quit"), QKeySequence::Quit, &window_, &QWidget::close);
}

void Menus::buildEdit() {
    QMenu* edit = window_.menuBar()->addMenu(tr("&Edit"));
    QAction* undo = parts_.undo.createUndoAction(this, tr("Undo"));
    undo->setShortcut(QKeySequence::Undo);
    QAction* redo = parts_.undo.createRedoAction(this, tr("Redo"));
    redo->setShortcut(QKeySequence("Ctrl+Shift+Z"));
    edit->addActions({undo, redo});
    edit->addSeparator();
    edit->addAction(tr("&Find experiment"), QKeySequence::Find, this, &Menus::searchWanted);
}

void Menus::buildView() {
    ViewArea* views = &parts_.views;
    QMenu* view = window_.menuBar()->addMenu(tr("&View"));
    QMenu* list = view->addMenu(tr("&Views of the experiment"));
    connect(views, &ViewArea::opened, this, [this, list] { listViews(*list); });
    view->addAction(tr("One view, or all again"), QKeySequence("F11"), views, &ViewArea::maximize);
    QAction* full = view->addAction(tr("One view on the &full screen"), QKeySequence("Shift+F11"),
                                    views, &ViewArea::toggleFullScreen);
    full->setShortcutContext(Qt::ApplicationShortcut); // the view is a window of its own then
    view->addAction(tr("&Close view"), QKeySequence("Ctrl+W"), views, &ViewArea::closeCurrent);
    view->addAction(parts_.stage);
    view->addAction(tr("Reset &arrangement"), this, &Menus::arrangementReset);
    view->addSeparator();
    view->addActions(parts_.panels);
    buildThemes(*view->addMenu(tr("&Theme")));
    buildLanguages(*view->addMenu(tr("&Language")));
}

void Menus::listViews(QMenu& menu) {
    menu.clear();
    menu.addActions(parts_.views.showActions());
}

void Menus::buildThemes(QMenu& menu) {
    auto* group = new QActionGroup(this);
    for (const QString& id : Theme::available()) {
        QString label = Theme::load(id).label;
        for (const char* known : {QT_TR_NOOP("Light"), QT_TR_NOOP("Dark"), QT_TR_NOOP("Projector")})
            if (label == QLatin1String(known))
                label = tr(known);
        QAction* action = menu.addAction(label);
        action->setCheckable(true);
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, id] { Q_EMIT themeChosen(id); });
    }
}

void Menus::buildLanguages(QMenu& menu) {
    auto* group = new QActionGroup(this);
    for (const auto& [id, name] : availableLanguages()) {
        QAction* action = menu.addAction(name);
        action->setCheckable(true);
        action->setChecked(id == usedLanguage());
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, id, name] {
            Q_EMIT languageChosen(id, name);
            parts_.messages.tell(
                tr("%1 is used when the program is started the next time.").arg(name));
        });
    }
}

void Menus::buildRun() {
    QMenu* run = window_.menuBar()->addMenu(tr("&Run"));
    run->addActions(parts_.player.playActions());
    run->addSeparator();
    run->addAction(parts_.runs.earlierAction());
    run->addAction(parts_.player.branchAction());
    run->addSeparator();
    run->addActions(parts_.sides.actions());
    run->addAction(tr("&Differences of runs"), QKeySequence("Ctrl+D"), &parts_.runs,
                   &KeptRuns::differencesRequested);
    run->addSeparator();
    run->addAction(parts_.made.action());
    run->setToolTipsVisible(true);
    connect(run, &QMenu::aboutToShow, &parts_.made, &MadeFiles::refresh);
    run->addAction(tr("S&weep …"), QKeySequence("Ctrl+Shift+W"), this, &Menus::sweepWanted);
}

void Menus::buildMessages() {
    QMenu* messages = window_.menuBar()->addMenu(tr("&Messages"));
    messages->menuAction()->setProperty("isRecord", true);
    parts_.messages.listIn(*messages);
}

void Menus::buildLessons() {
    QMenu* menu = window_.menuBar()->addMenu(tr("&Lessons"));
    menu->addAction(tr("&Print worksheet …"), this, &Menus::worksheetWanted);
    menu->addSeparator();
    const auto own = menu->actions().size();
    connect(menu, &QMenu::aboutToShow, this, [this, menu, own] {
        if (menu->actions().size() == own)
            listLessons(*menu);
    });
}

void Menus::listLessons(QMenu& menu) {
    try {
        for (const Lesson& lesson : loadLessons(resourceFolder("lessons")))
            menu.addAction(lesson.title, this, [this, id = lesson.id] { Q_EMIT lessonChosen(id); });
    } catch (const InputError& error) {
        parts_.messages.warn(QString::fromUtf8(error.what()));
    }
}

void Menus::buildHelp() {
    QMenu* help = window_.menuBar()->addMenu(tr("&Help"));
    QAction* keys = help->addAction(tr("&Keys"), this,
                                    [this] { showKeys(&window_, commandsOf(*window_.menuBar())); });
    keys->setShortcuts({QKeySequence("F1"), QKeySequence("?")});
    help->addAction(tr("&Commands …"), QKeySequence("Ctrl+K"), this, &Menus::showPalette);
    help->addAction(QWhatsThis::createAction(this));
    help->addAction(tr("&Messages of this session"), QKeySequence("Ctrl+M"), &parts_.messages,
                    &MessageBar::showHistory);
    help->addAction(tr("&About"), this, &Menus::showAbout);
}

void Menus::showPalette() {
    std::vector<PaletteEntry> entries = paletteEntries(commandsOf(*window_.menuBar()));
    for (const auto& type : parts_.registry.all()) {
        const QString id = QString::fromStdString(type->description.id);
        entries.push_back(
            {.text = tr("Experiment › %1").arg(QString::fromStdString(type->description.title)),
             .run = [self = QPointer(this), id] {
                 if (self)
                     Q_EMIT self->experimentChosen(id);
             }});
    }
    convergence::showPalette(&window_, entries);
}

void Menus::showAbout() {
    auto* box = new QMessageBox(QMessageBox::NoIcon, tr("About"),
                                tr("<b>Convergence Lab %1</b><p>Watch the algorithms of papers on "
                                   "convergence run live, and see whether their claims hold.</p>")
                                    .arg(QString::fromStdString(programVersion())),
                                QMessageBox::Close, &window_);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setModal(false);
    box->show();
}

} // namespace convergence
