#pragma once

#include <memory>
#include <vector>

#include <QMainWindow>
#include <QPointer>
#include <QTimer>
#include <QUndoStack>

#include "app/run_controller.h"
#include "core/experiment/registry.h"
#include "widgets/theme.h"
#include "widgets/view_widget.h"
#include "widgets/views/refresh_scheduler.h"

class QAction;
class QCheckBox;
class QDockWidget;
class QLabel;
class QTabWidget;

namespace convergence {

class ClaimsPanel;
class ExperimentBrowser;
class ParameterForm;
class SweepWindow;
class LessonReader;
class TransportBar;

/// The window: experiments on the left, the views of one experiment in the middle, its parameters,
/// claims and paper on the right, the transport bar below.
class MainWindow : public QMainWindow {
    Q_OBJECT

public:
    /// What the state of the window is restored from and saved to; none for pictures.
    enum class Memory { remember, forget };

    MainWindow(const Registry& registry, const QString& theme, Memory memory);
    ~MainWindow() override;

    /// Throws InputError for an unknown experiment, preset or values that are not valid.
    void openExperiment(const QString& id, const Overrides& overrides);
    /// Throws InputError for an unknown theme.
    void setTheme(const QString& id);
    /// "parameters", "claims" or "paper".
    void showTab(const QString& id);

    [[nodiscard]] RunController& controller() { return controller_; }
    /// Throws InputError for an unknown view.
    [[nodiscard]] ViewWidget& view(const QString& id) const;
    void showMessage(const QString& sentence, bool isProblem);
    /// Opens a lesson beside the views. Throws InputError for an unknown one.
    void openLesson(const QString& id);
    /// The reader of lessons; null until a lesson was opened.
    [[nodiscard]] LessonReader* lessonReader() const { return lessons_; }
    void play();
    /// Hands the newest recording and frames to all views and lets each of them draw.
    void refreshEverything();

protected:
    void closeEvent(QCloseEvent* event) override;

private:
    void buildPanels(const Registry& registry);
    void buildMenus();
    void buildThemeMenu(QMenu& menu);
    void buildRunMenu();
    void rebuildViews();
    void arrangeViews();
    void rebuildRightPanel();
    void connectController();
    void connectTransport();
    void restart(bool play);
    void togglePlay();
    void tick();
    void showTroubles(const Runner& runner);
    void hideTrouble();
    void updateRuns();
    void scrub(int keyFrame);
    void exportView(ViewWidget& view);
    void exportCurrentView();
    void maximizeView();
    void showSweep();
    void buildLessonMenu();
    void makeLessonReader();
    void openForLesson(const QString& experiment, const QString& preset,
                       const std::vector<std::pair<QString, QString>>& settings);
    void runForLesson(std::int64_t iterations);
    /// Tells the reader of lessons what is open and how its run goes.
    void informLesson();
    void pointAt(const QString& viewOrClaim);
    void showShortcuts();
    void showAbout();
    void gesture(const QString& xParameter, double x, const QString& yParameter, double y);
    [[nodiscard]] ViewWidget* currentView() const;
    void restoreMemory();

    const Registry& registry_;
    Memory memory_;
    Theme theme_;
    RunController controller_;
    QUndoStack undo_;
    std::shared_ptr<const ExperimentType> type_;
    std::shared_ptr<const Description> description_;

    ExperimentBrowser* browser_ = nullptr;
    QMainWindow* viewArea_ = nullptr;
    QTabWidget* right_ = nullptr;
    QPointer<ParameterForm> form_;
    QPointer<ClaimsPanel> claims_;
    QPointer<SweepWindow> sweep_;
    TransportBar* transport_ = nullptr;
    QLabel* message_ = nullptr;
    QDockWidget* browserDock_ = nullptr;
    QDockWidget* rightDock_ = nullptr;
    LessonReader* lessons_ = nullptr;
    QDockWidget* lessonDock_ = nullptr;
    std::int64_t lessonRunsTo_ = -1; ///< iterations a lesson waits for; −1: none
    QAction* overlay_ = nullptr;
    QMenu* viewMenu_ = nullptr;
    QMenu* viewListMenu_ = nullptr;
    std::vector<QDockWidget*> viewDocks_;
    std::vector<ViewWidget*> views_;
    RefreshScheduler refresher_;
    QTimer pollTimer_; ///< progress and frames
    int ticks_ = 0;
    int scrubbedTo_ = -1;
    std::size_t trialsEnded_ = 0;
    RunState lastState_ = RunState::ready;
    QStringList messages_;
};

} // namespace convergence
