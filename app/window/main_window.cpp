#include "app/window/main_window.h"
#include "app/sweeps/window.h"
#include "app/window/lock_step.h"

#include <cmath>

#include <QApplication>
#include <QCloseEvent>
#include <QDockWidget>
#include <QFileDialog>
#include <QLabel>
#include <QPlainTextEdit>
#include <QSettings>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTabWidget>
#include <QTime>
#include <QVBoxLayout>

#include "core/error.h"
#include "widgets/lessons/lesson_reader.h"
#include "widgets/panels/claims_panel.h"
#include "widgets/panels/experiment_browser.h"
#include "widgets/panels/paper_panel.h"
#include "widgets/panels/parameter_form.h"
#include "widgets/panels/run_list.h"
#include "widgets/panels/transport_bar.h"

namespace convergence {

namespace {
constexpr int pollMilliseconds = 50;
constexpr int ticksBetweenJudgements = 12;
} // namespace

MainWindow::MainWindow(const Registry& registry, const QString& theme, Memory memory,
                       std::unique_ptr<RunStore> store)
    : registry_(registry), memory_(memory), theme_(Theme::load(theme)), store_(std::move(store)) {
    setWindowTitle(tr("Convergence Lab"));
    setDockOptions(AnimatedDocks | AllowNestedDocks | AllowTabbedDocks);
    buildPanels(registry);
    buildRunList();
    buildMenus();
    setTheme(theme);
    connectController();
    connectTransport();
    setAcceptDrops(true);
    resize(1280, 800);
    restoreMemory();
    connect(&pollTimer_, &QTimer::timeout, this, &MainWindow::tick);
    pollTimer_.start(pollMilliseconds);
}

MainWindow::~MainWindow() = default;

void MainWindow::buildPanels(const Registry& registry) {
    browser_ = new ExperimentBrowser(registry.all(), this);
    browserDock_ = new QDockWidget(tr("Experiments"), this);
    browserDock_->setObjectName("experiments");
    browserDock_->setWidget(browser_);
    addDockWidget(Qt::LeftDockWidgetArea, browserDock_);
    connect(browser_, &ExperimentBrowser::chosen, this, [this](const QString& id) {
        const auto& presets = registry_.find(id.toStdString())->description.presets;
        openExperiment(id, presets.empty() ? Overrides{} : presets.front().overrides);
    });

    notes_ = new QPlainTextEdit(this);
    notes_->setObjectName("sessionNotes");
    notes_->setAccessibleName(tr("Notes"));
    notes_->setPlaceholderText(tr("Notes, kept with the session"));
    notes_->setTabChangesFocus(true);
    right_ = new QTabWidget(this);
    right_->setDocumentMode(true);
    rightDock_ = new QDockWidget(tr("Experiment"), this);
    rightDock_->setObjectName("experiment");
    rightDock_->setWidget(right_);
    addDockWidget(Qt::RightDockWidgetArea, rightDock_);

    auto* center = new QWidget(this);
    auto* layout = new QVBoxLayout(center);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    message_ = new QLabel(center);
    message_->setWordWrap(true);
    message_->setObjectName("messageBar");
    message_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    message_->hide();
    layout->addWidget(message_);
    header_ = new ComparisonHeader(center);
    header_->hide();
    layout->addWidget(header_);
    connect(header_, &ComparisonHeader::chosen, this, &MainWindow::chooseSide);
    viewArea_ = new QMainWindow(center);
    viewArea_->setWindowFlags(Qt::Widget); // the constructor always makes a window
    viewArea_->setDockOptions(AnimatedDocks | AllowNestedDocks | AllowTabbedDocks);
    viewArea_->installEventFilter(this);
    viewArea_->setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
    layout->addWidget(viewArea_, 1);
    transport_ = new TransportBar(center);
    layout->addWidget(transport_);
    setCentralWidget(center);
    statusBar()->showMessage(tr("Choose an experiment and press Play."));
    resizeDocks({browserDock_, rightDock_}, {180, 310}, Qt::Horizontal);
}

void MainWindow::openExperiment(const QString& id, const Overrides& overrides) {
    const auto type = registry_.find(id.toStdString());
    static_cast<void>(resolveValues(*type, "", overrides));
    endComparison();
    type_ = type;
    description_ = std::shared_ptr<const Description>(type_, &type_->description);
    browser_->setCurrent(id);
    undo_.clear();
    hideTrouble();
    rebuildRightPanel();
    side_.form()->setOverrides(overrides);
    transport_->setActions(description_->actions);
    transport_->setScrubbedByTrials(!description_->lockStep);
    rebuildViews();
    overlaid_.clear();
    runList_->setOverlaid({});
    if (store_)
        listRuns();
    restart(false);
    setWindowTitle(tr("%1 – Convergence Lab").arg(QString::fromStdString(description_->title)));
}

void MainWindow::rebuildRightPanel() {
    const int tab = std::max(0, right_->currentIndex());
    while (right_->count() > 0) {
        QWidget* page = right_->widget(0);
        right_->removeTab(0);
        if (page != notes_)
            page->deleteLater();
    }
    forms_ = new QStackedWidget(right_);
    judgements_ = new QStackedWidget(right_);
    side_.open(type_, undo_, theme_, right_);
    forms_->addWidget(side_.form());
    judgements_->addWidget(side_.claims());
    right_->addTab(forms_, tr("Parameters"));
    right_->addTab(judgements_, tr("Claims"));
    right_->addTab(new PaperPanel(*description_, right_), tr("Paper"));
    right_->addTab(notes_, tr("Notes"));
    right_->setCurrentIndex(tab);
}

void MainWindow::connectController() {
    connect(&controller_, &RunController::prepared, this, [this] {
        statusBar()->clearMessage(); // it said that the run is being prepared
        runList_->setPresent(controller_.key());
        sidePrepared();
        informLesson();
        if (wantedMoment_ && controller_.shownRun()) {
            const auto at = std::lower_bound(moments_.begin(), moments_.end(), *wantedMoment_);
            if (at != moments_.end())
                transport_->scrubTo(static_cast<int>(at - moments_.begin()));
            wantedMoment_.reset();
        }
    });
    connect(&controller_, &RunController::preparing, transport_, &TransportBar::setPreparing);
    connect(&controller_, &RunController::failed, this, [this] {
        transport_->setState(RunState::ready);
        transport_->setProgress({});
    });
    connect(&side_, &RunSide::restartNeeded, this, &MainWindow::restartAsPlaying);
    connect(&side_, &RunSide::playNeeded, this, [this] { restart(true); });
    connect(&side_, &RunSide::troubled, this,
            [this](const QString& sentence) { showMessage(sentence, true); });
    connect(&side_, &RunSide::noted, transport_, &TransportBar::setScrubNote);
    connect(&side_, &RunSide::judged, this,
            [this](const QString& claim, const Judgement& judgement) {
                if (lessons_)
                    lessons_->setJudgement(claim, judgement);
            });
}

void MainWindow::connectTransport() {
    connect(transport_, &TransportBar::playRequested, this, &MainWindow::play);
    connect(transport_, &TransportBar::pauseRequested, this, &MainWindow::pause);
    connect(transport_, &TransportBar::stepRequested, this, [this] {
        if (comparing_)
            lockStep_->stepOnce();
        else if (controller_.runner())
            controller_.runner()->stepOnce();
    });
    connect(transport_, &TransportBar::stopRequested, this, [this] {
        bool stoppedPreparing = false;
        for (RunSide* side : {&side_, beside()})
            if (side && side->controller().isPreparing()) {
                side->controller().stopPreparing();
                stoppedPreparing = true;
            }
        if (stoppedPreparing)
            return;
        if (comparing_)
            lockStep_->stop();
        else if (controller_.runner())
            controller_.runner()->stop();
    });
    connect(transport_, &TransportBar::restartRequested, this, [this] { restart(true); });
    connect(transport_, &TransportBar::playbackChanged, this, [this](double seconds) {
        if (comparing_)
            lockStep_->setPlaybackSeconds(seconds);
        else
            controller_.setPlayback({.seconds = seconds});
    });
    connect(transport_, &TransportBar::actionRequested, this, [this](const QString& id) {
        for (RunSide* side : {&side_, beside()})
            if (side && side->controller().runner())
                side->controller().runner()->act(id.toStdString());
    });
    connect(transport_, &TransportBar::scrubbed, this, &MainWindow::scrub);
}

void MainWindow::restart(bool play) {
    if (!type_)
        return;
    if (applicableDocks() != arranged_)
        arrangeViews();
    beginAnew();
    statusBar()->showMessage(tr("Preparing …"));
    side_.start(play && !comparing_);
    if (!comparing_)
        return;
    playWhenBothReady_ = play;
    beside_->start(false, {.origin = tr("beside another run")});
    showSides();
}

/// After a change that needs a new run.
void MainWindow::restartAsPlaying() {
    restart(lastState_ != RunState::ready && lastState_ != RunState::paused);
}

/// Forgets what was shown of the run before.
void MainWindow::beginAnew() {
    hideTrouble();
    if (comparing_) {
        lockStep_->pause();
        beside_->forget();
    }
    side_.forget();
    moments_.clear();
    branch_->setEnabled(false);
    lastState_ = RunState::ready;
    trialsEnded_ = 0;
}

void MainWindow::play() {
    if (lessons_ && lessonDock_->isVisible() && !lessons_->mayPlay())
        return;
    if (comparing_) {
        const bool bothThere = controller_.runner() && beside_->controller().runner();
        if (bothThere && lockStep_->state() < RunState::finished)
            lockStep_->play();
        else if (!controller_.isPreparing() && !beside_->controller().isPreparing())
            restart(true);
        else
            playWhenBothReady_ = true;
        return;
    }
    if (!controller_.runner()) {
        if (type_ && !controller_.isPreparing())
            restart(true);
        return;
    }
    if (controller_.runner()->state() >= RunState::finished)
        restart(true);
    else
        controller_.runner()->play();
}

void MainWindow::pause() {
    playWhenBothReady_ = false;
    if (comparing_)
        lockStep_->pause();
    else if (controller_.runner())
        controller_.runner()->pause();
}

void MainWindow::togglePlay() {
    const Runner* runner = controller_.runner();
    const bool playing = comparing_ ? lockStep_->state() == RunState::playing
                                    : runner && runner->state() == RunState::playing;
    if (playing)
        pause();
    else
        play();
}

void MainWindow::updateRuns() {
    for (RunSide* side : {&side_, beside()})
        if (side)
            side->showRuns(shownRuns(side->controller()));
}

void MainWindow::tick() {
    std::vector<RunSide*> sides{&side_};
    if (comparing_)
        sides.push_back(beside_.get());
    for (RunSide* side : sides)
        side->tick();
    std::erase_if(sides, [](RunSide* side) { return !side->controller().runner(); });
    if (sides.empty())
        return;
    Runner* runner = sides.front()->controller().runner();
    const RunState state = comparing_ ? lockStep_->state() : runner->state();
    const bool changed = state != lastState_;
    lastState_ = state;
    const Progress progress = comparing_ ? lockStep_->progress() : runner->progress();
    transport_->setState(state);
    transport_->setProgress(progress);
    if (progress.trialsDone != trialsEnded_)
        for (const RunSide* side : sides)
            showTroubles(*side->controller().runner());
    trialsEnded_ = progress.trialsDone;
    // While one looks at the past, its place on the slider stays.
    if ((state == RunState::playing || changed) && !side_.moment())
        listMoments();
    if (changed || (state == RunState::playing && ++ticks_ % ticksBetweenJudgements == 0))
        for (RunSide* side : sides)
            side->controller().judgeLive();
    if (changed) {
        informLesson();
        const std::string source = runner->recording()->provenance().data;
        statusBar()->showMessage(QString::fromStdString(source));
    }
}

/// An arm that diverges says so at once, while the others go on.
void MainWindow::showTroubles(const Runner& runner) {
    const QString message = QString::fromStdString(runner.message());
    if (message.isEmpty() || message == message_->text())
        return;
    // Where each arm is one trial, a diverged trial is a lost arm; in a grid it is a result.
    showMessage(message,
                description_->lockStep || outcome(*runner.recording()) == RunState::failed);
}

void MainWindow::refreshEverything() {
    tick();
    updateRuns();
    for (RunSide* side : {&side_, beside()})
        if (side)
            for (ViewWidget* view : side->views())
                view->refresh();
}

void MainWindow::showMessage(const QString& sentence, bool isProblem) {
    messages_ << QTime::currentTime().toString("HH:mm:ss") + "  " + sentence;
    const QColor back = isProblem ? theme_.failure : theme_.accent;
    message_->setStyleSheet(QString("QLabel { background: %1; color: %2; padding: 6px; }")
                                .arg(back.name(), theme_.dark ? "#101010" : "#ffffff"));
    message_->setText(sentence);
    message_->show();
}

void MainWindow::hideTrouble() {
    message_->hide();
}

void MainWindow::showTab(const QString& id) {
    const QStringList ids = {"parameters", "claims", "paper", "notes"};
    if (!ids.contains(id))
        throw InputError("There is no tab '" + id.toStdString() +
                         "'; known are parameters, claims, paper, notes.");
    right_->setCurrentIndex(static_cast<int>(ids.indexOf(id)));
}

void MainWindow::setTheme(const QString& id) {
    theme_ = Theme::load(id);
    qApp->setPalette(theme_.palette());
    QFont font = qApp->font();
    font.setPointSizeF(theme_.fontPointSize);
    qApp->setFont(font);
    for (const char* kind : {"QDockWidgetTitle", "QMenuBar", "QMenu", "QStatusBar", "QToolTip"})
        QApplication::setFont(font, kind); // platforms give them fonts of their own
    message_->setFont(font);
    for (QDockWidget* dock : {browserDock_, rightDock_, runDock_, lessonDock_})
        if (dock)
            dock->setFont(font); // of their titles
    fitViews();
    // Panels hold their contents at any size of type.
    const int character = QFontMetrics(font).averageCharWidth();
    right_->setMinimumWidth(24 * character);
    browser_->setMinimumWidth(14 * character);
    runList_->setTheme(theme_);
    side_.setTheme(theme_);
    if (comparing_)
        beside_->setTheme(theme_);
    header_->setTheme(theme_);
    if (sweep_)
        sweep_->setTheme(theme_);
    if (lessons_)
        lessons_->setTheme(theme_);
}

void MainWindow::restoreMemory() {
    if (memory_ == Memory::forget)
        return;
    const QSettings settings;
    restoreGeometry(settings.value("window/geometry").toByteArray());
    restoreState(settings.value("window/state").toByteArray());
    transport_->setPlaybackSeconds(settings.value("window/playback", 10.0).toDouble());
    recentFiles_ = settings.value("window/recent").toStringList();
    constexpr int autosaveMilliseconds = 10000;
    connect(&autosaveTimer_, &QTimer::timeout, this, &MainWindow::autosave);
    autosaveTimer_.start(autosaveMilliseconds);
}

bool MainWindow::eventFilter(QObject* watched, QEvent* event) {
    // Not at once: docks that move while their area is being resized would confuse it.
    if (watched == viewArea_ && event->type() == QEvent::Resize)
        QTimer::singleShot(0, this, &MainWindow::fitViews);
    return QMainWindow::eventFilter(watched, event);
}

void MainWindow::closeEvent(QCloseEvent* event) {
    autosave();
    if (memory_ == Memory::remember) {
        QSettings settings;
        settings.setValue("window/geometry", saveGeometry());
        settings.setValue("window/state", saveState());
        settings.setValue("window/theme", theme_.id);
        settings.setValue("window/playback", transport_->playbackSeconds());
        if (description_)
            settings.setValue("window/experiment", QString::fromStdString(description_->id));
    }
    event->accept();
}

} // namespace convergence
