#pragma once

#include <memory>

#include <QMainWindow>
#include <QUndoStack>

#include "app/runs/store.h"
#include "app/start/start_page.h"
#include "app/window/left_experiments.h"
#include "app/window/session_files.h"
#include "app/window/sides.h"
#include "app/window/view_area.h"
#include "core/experiment/registry.h"
#include "widgets/theme.h"

class QStackedWidget;

namespace convergence {

class Entrance;
class ExperimentBrowser;
class ExperimentHeader;
class ExperimentPanel;
class Figures;
class Films;
class KeptRuns;
class LessonReader;
class LogOverRun;
class Lessons;
class MadeFiles;
class MessageBar;
class RunList;
class RunDesk;
class RunPlayer;
class RunViews;
class SessionDesk;
class SidePanels;
class Stage;
class Sweeps;
class TransportBar;
class Worksheets;

/// The window: experiments on the left, the views of one experiment in the middle, its parameters,
/// claims and paper on the right, the transport bar below. It builds these parts and connects them;
/// what they do is theirs.
class MainWindow : public QMainWindow {
    Q_OBJECT

public:
    /// What the state of the window is restored from and saved to; none for pictures.
    enum class Memory { remember, forget };

    /// `store` keeps the runs; none: they are forgotten.
    MainWindow(const Registry& registry, const QString& theme, Memory memory,
               std::unique_ptr<RunStore> store = nullptr);
    ~MainWindow() override;

    /// Throws InputError for an unknown experiment, preset or values that are not valid.
    void openExperiment(const QString& id, const Overrides& overrides);
    /// The same for one that need not be registered.
    void openExperiment(const std::shared_ptr<const ExperimentType>& type,
                        const Overrides& overrides);
    /// An experiment as the person left it, else at its first preset. Throws InputError for an
    /// unknown one.
    void enter(const QString& id);
    /// The gallery of experiments in place of one.
    void showStartPage(StartPage::Page page = StartPage::Page::explore);
    [[nodiscard]] StartPage* startPage() const;
    /// The keyboard goes to the views, where Space plays.
    void focusViews() { views_->focusMain(); }
    /// See RunDesk.
    void compareWith(const Overrides& overrides);
    void play();
    /// Opens a lesson beside the views. Throws InputError for an unknown one.
    void openLesson(const QString& id);
    /// Throws InputError for an unknown theme.
    void setTheme(const QString& id);
    /// "parameters", "claims", "paper" or "notes". Throws InputError for others.
    void showTab(const QString& id);
    /// Hands the newest recording and frames to all views and lets each of them draw.
    void refreshEverything();

    /// Sessions and bundles.
    [[nodiscard]] SessionFiles& files() { return *files_; }
    [[nodiscard]] SessionDocument session() const;
    [[nodiscard]] RunDesk& runs() { return *runDesk_; }
    [[nodiscard]] MessageBar& messageBar() { return *messages_; }
    [[nodiscard]] RunController& controller() { return sides_->first().controller(); }
    [[nodiscard]] RunSide* beside() const { return sides_->beside(); }
    [[nodiscard]] LockStep* lockStep() const { return sides_->lockStep(); }
    [[nodiscard]] ViewWidget& view(const QString& id) const { return views_->view(id); }
    [[nodiscard]] ViewWidget& viewBeside(const QString& id) const { return views_->viewBeside(id); }
    /// Null if runs are not kept.
    [[nodiscard]] RunStore* store() const { return store_.get(); }
    /// Null until a lesson was opened.
    [[nodiscard]] LessonReader* lessonReader() const;
    [[nodiscard]] Stage& stage() { return *stage_; }
    /// The window's own, also while it is on stage.
    [[nodiscard]] const Theme& theme() const { return theme_; }

protected:
    void closeEvent(QCloseEvent* event) override;

private:
    void buildWidgets();
    void buildParts();
    void buildMenus();
    void connectParts();
    void connectRuns();
    template <typename Part>
    void hear(const Part& part);
    /// The same as openExperiment(); what is wrong is told.
    void sayBelow(const QString& sentence);
    void tryToOpen(const QString& id, const Overrides& overrides);
    void returnTo(LeftExperiment left);
    void leaveFor(const std::shared_ptr<const ExperimentType>& next);
    void becomeOpen(const std::shared_ptr<const ExperimentType>& type);
    void connectEntrance();
    void nameOwnCurves();
    void applyTheme(const Theme& theme);
    void showSweep();
    void restoreMemory();

    const Registry& registry_;
    Memory memory_;
    Theme theme_;
    QUndoStack undo_;
    std::shared_ptr<const ExperimentType> type_; ///< null until one was opened
    LeftExperiments left_;

    ExperimentBrowser* browser_ = nullptr;
    RunList* runList_ = nullptr;
    ExperimentPanel* panel_ = nullptr;
    SidePanels* panels_ = nullptr; ///< around these three
    MessageBar* messages_ = nullptr;
    ExperimentHeader* question_ = nullptr;
    ComparisonHeader* header_ = nullptr;
    ViewArea* views_ = nullptr;
    TransportBar* transport_ = nullptr;
    QStackedWidget* stack_ = nullptr; ///< of the experiment and the start page

    std::unique_ptr<RunStore> store_; ///< outlives what keeps runs in it
    std::unique_ptr<Sides> sides_;
    std::unique_ptr<RunPlayer> player_;
    std::unique_ptr<KeptRuns> runs_;
    std::unique_ptr<RunViews> runViews_;
    std::unique_ptr<RunDesk> runDesk_;
    std::unique_ptr<Films> films_;
    std::unique_ptr<Figures> figures_;
    std::unique_ptr<MadeFiles> made_;
    std::unique_ptr<LogOverRun> logs_;
    std::unique_ptr<Sweeps> sweeps_;
    std::unique_ptr<Lessons> lessons_;
    std::unique_ptr<Worksheets> worksheets_;
    std::unique_ptr<Stage> stage_;
    std::unique_ptr<SessionDesk> desk_;
    std::unique_ptr<SessionFiles> files_;
    std::unique_ptr<Entrance> entrance_;
};

} // namespace convergence
