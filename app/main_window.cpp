#include "app/main_window.h"
#include "app/sweep_window.h"

#include <cmath>

#include <QApplication>
#include <QCloseEvent>
#include <QDockWidget>
#include <QFileDialog>
#include <QLabel>
#include <QPlainTextEdit>
#include <QSettings>
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
    connectReplay();
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
    viewArea_ = new QMainWindow(center);
    viewArea_->setWindowFlags(Qt::Widget); // the constructor always makes a window
    viewArea_->setDockOptions(AnimatedDocks | AllowNestedDocks | AllowTabbedDocks);
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
    type_ = type;
    description_ = std::shared_ptr<const Description>(type_, &type_->description);
    browser_->setCurrent(id);
    undo_.clear();
    hideTrouble();
    rebuildRightPanel();
    form_->setOverrides(overrides);
    transport_->setActions(description_->actions);
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
    form_ = new ParameterForm(type_, undo_, right_);
    claims_ = new ClaimsPanel(type_, theme_, right_);
    right_->addTab(form_, tr("Parameters"));
    right_->addTab(claims_, tr("Claims"));
    right_->addTab(new PaperPanel(*description_, right_), tr("Paper"));
    right_->addTab(notes_, tr("Notes"));
    right_->setCurrentIndex(tab);
    connect(form_, &ParameterForm::restartNeeded, this,
            [this] { restart(lastState_ != RunState::ready && lastState_ != RunState::paused); });
    connect(form_, &ParameterForm::liveChanged, this,
            [this](const QString& name, const Value& value) {
                const Parameter& parameter =
                    findParameter(description_->parameters, name.toStdString());
                if (controller_.replayingUntil() > 0)
                    heldChanges_.emplace_back(parameter.name, value);
                else if (controller_.runner() && parameter.effect == LiveEffect::framesOnly)
                    controller_.runner()->probe(name.toStdString(), value);
                else if (controller_.runner() && lastState_ < RunState::finished)
                    controller_.runner()->setLive(name.toStdString(), value);
                else
                    restart(false);
            });
    connect(claims_, &ClaimsPanel::verifyRequested, &controller_, &RunController::verifyClaim);
    connect(claims_, &ClaimsPanel::cancelRequested, &controller_,
            &RunController::cancelVerification);
}

void MainWindow::connectController() {
    connect(&controller_, &RunController::prepared, this, [this] {
        statusBar()->clearMessage(); // it said that the run is being prepared
        updateRuns();
        transport_->setKeyFrames({});
        informLesson();
        runList_->setPresent(controller_.key());
        showEnd();
        tick();
        if (wantedMoment_ && controller_.shownRun()) {
            const auto at = std::lower_bound(moments_.begin(), moments_.end(), *wantedMoment_);
            if (at != moments_.end())
                transport_->scrubTo(static_cast<int>(at - moments_.begin()));
            wantedMoment_.reset();
        }
    });
    connect(&controller_, &RunController::preparing, transport_, &TransportBar::setPreparing);
    connect(&controller_, &RunController::failed, this, [this](const QString& sentence) {
        transport_->setState(RunState::ready);
        transport_->setProgress({});
        showMessage(sentence, true);
    });
    connect(&controller_, &RunController::judged, this,
            [this](const QString& claim, const Judgement& judgement, bool fromProtocol) {
                if (!claims_)
                    return;
                claims_->setJudgement(claim, judgement, fromProtocol);
                if (lessons_)
                    lessons_->setJudgement(claim, judgement);
                for (ViewWidget* view : views_) {
                    std::vector<FitOverlay> fits;
                    for (const FitOverlay& fit : judgement.fits)
                        if (fit.view == view->view().id)
                            fits.push_back(fit);
                    if (!fromProtocol && !fits.empty())
                        view->setFits(fits);
                }
            });
    connect(&controller_, &RunController::verificationProgress, this,
            [this](const QString& claim, double fraction) {
                if (claims_)
                    claims_->setVerifying(claim, fraction);
            });
}

void MainWindow::connectTransport() {
    connect(transport_, &TransportBar::playRequested, this, &MainWindow::play);
    connect(transport_, &TransportBar::pauseRequested, this, [this] {
        if (controller_.runner())
            controller_.runner()->pause();
    });
    connect(transport_, &TransportBar::stepRequested, this, [this] {
        if (controller_.runner())
            controller_.runner()->stepOnce();
    });
    connect(transport_, &TransportBar::stopRequested, this, [this] {
        if (controller_.isPreparing())
            controller_.stopPreparing();
        else if (controller_.runner())
            controller_.runner()->stop();
    });
    connect(transport_, &TransportBar::restartRequested, this, [this] { restart(true); });
    connect(transport_, &TransportBar::playbackChanged, this,
            [this](double seconds) { controller_.setPlayback({.seconds = seconds}); });
    connect(transport_, &TransportBar::actionRequested, this, [this](const QString& id) {
        if (controller_.runner())
            controller_.runner()->act(id.toStdString());
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
    controller_.start(type_, form_->overrides(), play);
}

/// Forgets what was shown of the run before.
void MainWindow::beginAnew() {
    hideTrouble();
    replayDelay_.stop();
    replay_.cancel();
    heldChanges_.clear();
    moments_.clear();
    transport_->setScrubNote({});
    branch_->setEnabled(false);
    scrubbedTo_ = -1;
    lastState_ = RunState::ready;
    trialsEnded_ = 0;
    claims_->clearLive();
    for (ViewWidget* view : views_)
        view->setFits({});
}

void MainWindow::play() {
    if (lessons_ && lessonDock_->isVisible() && !lessons_->mayPlay())
        return;
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

void MainWindow::togglePlay() {
    if (controller_.runner() && controller_.runner()->state() == RunState::playing)
        controller_.runner()->pause();
    else
        play();
}

void MainWindow::updateRuns() {
    const std::vector<ShownRun> runs = shownRuns();
    if (runs.empty())
        return;
    for (ViewWidget* view : views_) {
        view->setRuns(runs);
        if (scrubbedTo_ < 0) {
            view->setPlayHead(std::nullopt);
            view->setFrames(controller_.frames());
        }
    }
}

void MainWindow::tick() {
    Runner* runner = controller_.runner();
    if (!runner)
        return;
    const RunState state = runner->state();
    const bool changed = state != lastState_;
    lastState_ = state;
    const Progress progress = runner->progress();
    transport_->setState(state);
    transport_->setProgress(progress);
    if (progress.trialsDone != trialsEnded_)
        showTroubles(*runner);
    trialsEnded_ = progress.trialsDone;
    if (scrubbedTo_ < 0) {
        const auto frames = runner->frames();
        for (ViewWidget* view : views_)
            view->setFrames(frames);
        if (state == RunState::playing)
            runner->requestFrames();
    }
    // While one looks at the past, its place on the slider stays.
    if ((state == RunState::playing || changed) && scrubbedTo_ < 0)
        listMoments();
    if (controller_.replayingUntil() == 0 && !heldChanges_.empty()) {
        for (const auto& [name, value] : heldChanges_)
            runner->setLive(name, value);
        heldChanges_.clear();
    }
    if (changed || (state == RunState::playing && ++ticks_ % ticksBetweenJudgements == 0))
        controller_.judgeLive();
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
    for (ViewWidget* view : views_)
        view->refresh();
}

void MainWindow::gesture(const QString& xParameter, double x, const QString& yParameter, double y) {
    Overrides changed = form_->overrides();
    std::vector<std::pair<std::string, Value>> values;
    bool isProbe = controller_.runner() != nullptr;
    try {
        for (const auto& [name, number] : {std::pair{xParameter, x}, std::pair{yParameter, y}}) {
            const Parameter& parameter =
                findParameter(description_->parameters, name.toStdString());
            const bool isWhole = parameter.kind == ParameterKind::integer;
            values.emplace_back(parameter.name, isWhole ? Value(std::int64_t(std::llround(number)))
                                                        : Value(number));
            changed.insert_or_assign(parameter.name, values.back().second);
            isProbe = isProbe && parameter.effect == LiveEffect::framesOnly;
        }
        form_->setOverrides(changed);
        if (!isProbe)
            return restart(true);
        for (const auto& [name, value] : values)
            controller_.runner()->probe(name, value);
    } catch (const InputError& error) {
        showMessage(QString::fromUtf8(error.what()), true);
    }
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
    // Panels hold their contents at any size of type.
    const int character = QFontMetrics(font).averageCharWidth();
    right_->setMinimumWidth(34 * character);
    browser_->setMinimumWidth(18 * character);
    runList_->setTheme(theme_);
    for (ViewWidget* view : views_)
        view->setTheme(theme_);
    if (claims_)
        claims_->setTheme(theme_);
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
