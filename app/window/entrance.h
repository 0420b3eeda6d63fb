#pragma once

#include <QObject>

#include "app/start/start_page.h"

class QAction;
class QStackedWidget;

namespace convergence {

class RunStore;
class SessionFiles;
class SidePanels;

/// Shows the start page in place of an experiment, and leads back: the panels beside the views are
/// put aside meanwhile, and commands that need a run in sight rest.
class Entrance : public QObject {
    Q_OBJECT

public:
    /// All outlive this.
    struct Parts {
        const Registry& registry;
        QStackedWidget& stack; ///< the experiment is its first page
        SidePanels& panels;
        SessionFiles& files;
        RunStore* store; ///< null: runs are not kept
        QList<QAction*> resting;
    };
    Entrance(const Parts& parts, const Theme& theme, QObject* parent = nullptr);

    /// `open`: the experiment that one can go back to; null: none is open.
    void show(StartPage::Page page, const Description* open);
    /// Back to the experiment; nothing happens if it is shown.
    void leave();
    [[nodiscard]] bool isShown() const;
    void setTheme(const Theme& theme);
    /// Null until it was shown.
    [[nodiscard]] StartPage* page() const { return page_; }

Q_SIGNALS:
    void experimentChosen(const QString& id);
    void lessonChosen(const QString& id);
    void runWanted(const QString& experiment, const QString& key);
    void lastSessionWanted();
    void fileWanted(const QString& path);
    /// The person leaves it without a choice.
    void leftUnchosen();
    void troubled(const QString& sentence);

private:
    void makePage();

    Parts parts_;
    Theme theme_;
    StartPage* page_ = nullptr;
};

} // namespace convergence
