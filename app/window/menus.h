#pragma once

#include <QObject>

#include "core/experiment/registry.h"

class QAction;
class QMainWindow;
class QMenu;
class QUndoStack;

namespace convergence {

class Figures;
class KeptRuns;
class LogOverRun;
class MadeFiles;
class MessageBar;
class RunPlayer;
class SessionDesk;
class SessionFiles;
class Sides;
class ViewArea;

/// The menus of a window: the commands of its parts, each in its place. What no part can do by
/// itself is asked for by signals. Palette and key sheet are made from the menus.
class Menus : public QObject {
    Q_OBJECT

public:
    /// The parts whose commands are offered; they outlive the menus.
    struct Parts {
        const Registry& registry;
        SessionFiles& files;
        SessionDesk& desk;
        ViewArea& views;
        RunPlayer& player;
        KeptRuns& runs;
        Sides& sides;
        MadeFiles& made;
        LogOverRun& logs;
        Figures& figures;
        MessageBar& messages;
        QUndoStack& undo;
        /// Show or hide the docks beside the views.
        QList<QAction*> panels;
        QAction* stage;
    };
    Menus(QMainWindow& window, const Parts& parts);

Q_SIGNALS:
    void experimentChosen(const QString& id);
    void searchWanted();
    void themeChosen(const QString& id);
    /// Takes effect at the next start.
    void languageChosen(const QString& id, const QString& name);
    void lessonChosen(const QString& id);
    void startPageWanted();
    /// Of the lesson that is open, or of another one.
    void worksheetWanted();
    /// The views in their usual places.
    void arrangementReset();
    void sweepWanted();

private:
    void buildFile();
    void buildEdit();
    void buildView();
    void buildThemes(QMenu& menu);
    void buildLanguages(QMenu& menu);
    void buildRun();
    void buildMessages();
    void buildLessons();
    void buildHelp();
    void listViews(QMenu& menu);
    void listLessons(QMenu& menu);
    void showPalette();
    void showAbout();

    QMainWindow& window_;
    Parts parts_;
};

} // namespace convergence
