#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include <QMainWindow>
#include <QPointer>
#include <QTimer>
#include <QUndoStack>

#include "app/sessions/bundle.h"
#include "app/window/comparison_header.h"
#include "app/window/run_side.h"
#include "core/experiment/registry.h"
#include "widgets/theme.h"
#include "widgets/view_widget.h"
#include "widgets/views/refresh_scheduler.h"

class QAction;
class QCheckBox;
class QDockWidget;
class QLabel;
class QPlainTextEdit;
class QStackedWidget;
class QTabWidget;

namespace convergence {

class ExperimentBrowser;
class ParameterDifferences;
class LockStep;
class RunList;
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

    /// `store` keeps the runs; none: they are forgotten.
    MainWindow(const Registry& registry, const QString& theme, Memory memory,
               std::unique_ptr<RunStore> store = nullptr);
    ~MainWindow() override;

    /// Throws InputError for an unknown experiment, preset or values that are not valid.
    void openExperiment(const QString& id, const Overrides& overrides);
    /// Throws InputError for an unknown theme.
    void setTheme(const QString& id);
    /// "parameters", "claims" or "paper".
    void showTab(const QString& id);

    /// What the window shows, as a document; and the other way round. Opening throws InputError,
    /// and changes nothing, if the experiment is unknown or its values do not fit.
    [[nodiscard]] SessionDocument session() const;
    void openSession(const SessionDocument& session);
    /// A session or a bundle, told apart by content. Throws InputError for a file that cannot be
    /// read; bundles open in the background, and their troubles are messages.
    void openDocument(const QString& path);
    void saveSession(const QString& path);
    /// In the background; the outcome is a message.
    void exportBundle(const QString& path);
    /// The command that makes the shown run without a window.
    [[nodiscard]] QString commandLine() const;
    /// False if there is no session of the last time, or it cannot be opened.
    bool restoreLastSession();
    /// Sentences shown since the window was opened, with the time.
    [[nodiscard]] const QStringList& messages() const { return messages_; }

    [[nodiscard]] RunController& controller() { return controller_; }
    /// Null if runs are not kept.
    [[nodiscard]] RunStore* store() const { return store_.get(); }
    /// Shows a kept run of the present experiment.
    void openRun(const QString& key);
    /// Replays a kept run of the present experiment from its seed and goes on.
    void continueRun(const QString& key);
    /// Starts a run that is the shown one up to the iteration gone back to.
    void branchFromHere();
    /// Throws InputError for an unknown view.
    [[nodiscard]] ViewWidget& view(const QString& id) const;
    /// The same view of the run beside. Throws InputError for an unknown view or without such a
    /// run.
    [[nodiscard]] ViewWidget& viewBeside(const QString& id) const;
    /// Shows a second run of these values beside the present one, both from the start and in lock
    /// step. Throws InputError for values that are not valid.
    void compareWith(const Overrides& overrides);
    /// Ends what compareWith() began; the first run stays.
    void endComparison();
    /// What plays the two runs; null unless they are compared.
    [[nodiscard]] LockStep* lockStep() const { return comparing_ ? lockStep_.get() : nullptr; }
    /// The second run; null unless two are compared.
    [[nodiscard]] RunSide* beside() const { return comparing_ ? beside_.get() : nullptr; }
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
    bool eventFilter(QObject* watched, QEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void buildPanels(const Registry& registry);
    void buildMenus();
    void buildThemeMenu(QMenu& menu);
    void buildLanguageMenu(QMenu& menu);
    void buildRunMenu();
    void rebuildViews();
    void arrangeViews();
    void fitViews();
    struct Cells {
        int columns = 2, rows = 2;
        friend bool operator==(const Cells&, const Cells&) = default;
    };
    [[nodiscard]] Cells roomyCells() const;
    [[nodiscard]] std::vector<QDockWidget*> applicableDocks() const;
    void rebuildRightPanel();
    void connectController();
    void connectTransport();
    void restart(bool play);
    void restartAsPlaying();
    void buildComparisonMenu(QMenu& run);
    void makeBeside();
    void beginComparison(const Overrides& overrides);
    void chooseSide(ComparisonHeader::Side side);
    [[nodiscard]] RunSide& chosenSide();
    void showSides();
    void sidePrepared();
    [[nodiscard]] const std::vector<ViewWidget*>& views() const { return side_.views(); }
    ViewWidget* makeView(const View& spec, QWidget* parent);
    /// Index of a view, or of the dock of the one beside it; none: −1.
    [[nodiscard]] int indexOf(const ViewWidget* view) const;
    void pause();
    void togglePlay();
    void tick();
    void showTroubles(const Runner& runner);
    void hideTrouble();
    void updateRuns();
    void buildSessionMenu(QMenu& file);
    void applyLayout(const SessionDocument& session);
    std::array<std::vector<LiveEvent>, 2> openSessionFrame(const SessionDocument& session);
    void openSessionRun(RunSide& side, const std::string& key,
                        const std::vector<LiveEvent>& events);
    [[nodiscard]] LoadedRun runOf(const RunSide& side) const;
    void openBundle(const QString& path);
    void showBundle(const Bundle& bundle);
    [[nodiscard]] Bundle bundle() const;
    void copyCommandLine();
    void attempt(const std::function<void()>& action);
    void askForFile(const QString& title, const QString& suggested, const QString& filter,
                    bool toSave, const std::function<void(const QString&)>& chosen);
    void rememberFile(const QString& path);
    void listRecentFiles();
    void autosave();
    /// Every command of the menus, with its path.
    [[nodiscard]] std::vector<std::pair<QString, QAction*>> commands() const;
    void showPalette();
    void showMessages();
    void toggleFullScreen();
    void buildRunList();
    void listRuns();
    using LoadedRunPtr = std::shared_ptr<const LoadedRun>;
    void loadRun(const QString& key, const std::function<void(const LoadedRunPtr&)>& then);
    void showRun(RunSide& side, const LoadedRunPtr& run);
    void showEnd();
    void loadOverlays(const QStringList& keys);
    /// Asks for a folder and has the solvers write their own files there.
    void saveMade();
    void compareRuns();
    [[nodiscard]] QString nameOfRun(const KeptRun& run) const;
    [[nodiscard]] std::vector<ShownRun> shownRuns(const RunController& controller) const;
    void beginAnew();
    void listMoments();
    void scrub(int index);
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
    [[nodiscard]] ViewWidget* currentView() const;
    void restoreMemory();

    const Registry& registry_;
    Memory memory_;
    Theme theme_;
    std::unique_ptr<RunStore> store_; ///< outlives the controller
    RunSide side_;
    RunController& controller_ = side_.controller();
    /// The run beside it, in lock step; kept once it was made, as ending a run takes time.
    std::unique_ptr<RunSide> beside_;
    std::unique_ptr<LockStep> lockStep_;
    bool comparing_ = false;
    bool playWhenBothReady_ = false;
    ComparisonHeader* header_ = nullptr;
    QAction* compare_ = nullptr;
    std::vector<QAction*> sideActions_;
    std::vector<QPointer<QDockWidget>> hiddenForComparison_;
    QStackedWidget* forms_ = nullptr; ///< A's, then B's
    QStackedWidget* judgements_ = nullptr;
    QUndoStack undo_;
    std::shared_ptr<const ExperimentType> type_;
    std::shared_ptr<const Description> description_;

    ExperimentBrowser* browser_ = nullptr;
    QMainWindow* viewArea_ = nullptr;
    QTabWidget* right_ = nullptr;
    QPointer<SweepWindow> sweep_;
    TransportBar* transport_ = nullptr;
    QLabel* message_ = nullptr;
    QDockWidget* browserDock_ = nullptr;
    QDockWidget* rightDock_ = nullptr;
    LessonReader* lessons_ = nullptr;
    QDockWidget* lessonDock_ = nullptr;
    std::int64_t lessonRunsTo_ = -1; ///< iterations a lesson waits for; −1: none
    QDockWidget* runDock_ = nullptr;
    RunList* runList_ = nullptr;
    QPointer<ParameterDifferences> differences_;
    QPlainTextEdit* notes_ = nullptr; ///< of the session
    QMenu* recentMenu_ = nullptr;
    QMenu* messageMenu_ = nullptr;
    QPointer<QDockWidget> fullScreen_;
    QStringList recentFiles_;
    QString sessionPath_;
    std::optional<std::int64_t> wantedMoment_; ///< of an opened session
    QTimer autosaveTimer_;
    std::map<QString, LoadedRunPtr> overlaid_; ///< by key
    QAction* overlay_ = nullptr;
    QAction* branch_ = nullptr;
    QMenu* viewMenu_ = nullptr;
    QMenu* viewListMenu_ = nullptr;
    std::vector<QDockWidget*> viewDocks_;
    std::vector<QDockWidget*> arranged_; ///< those of views that apply
    Cells cells_;                        ///< that they are arranged in
    bool arranging_ = false;
    bool arrangedByHand_ = false;
    RefreshScheduler refresher_;
    QTimer pollTimer_; ///< progress and frames
    int ticks_ = 0;
    std::vector<std::int64_t> moments_; ///< that can be gone back to
    std::size_t trialsEnded_ = 0;
    RunState lastState_ = RunState::ready;
    QStringList messages_;
};

} // namespace convergence
