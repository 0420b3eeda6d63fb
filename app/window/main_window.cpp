#include "app/window/main_window.h"

#include <algorithm>

#include <QApplication>
#include <QCloseEvent>
#include <QFileInfo>
#include <QSettings>
#include <QStackedWidget>
#include <QStatusBar>
#include <QVBoxLayout>

#include "app/curves/own_curves.h"
#include "app/window/appearance.h"
#include "app/window/closed_view.h"
#include "app/window/entrance.h"
#include "app/window/experiment_header.h"
#include "app/window/experiment_panel.h"
#include "app/window/figures.h"
#include "app/window/films.h"
#include "app/window/lessons.h"
#include "app/window/log_over_run.h"
#include "app/window/made_files.h"
#include "app/window/menus.h"
#include "app/window/message_bar.h"
#include "app/window/run_desk.h"
#include "app/window/run_player.h"
#include "app/window/run_views.h"
#include "app/window/session_desk.h"
#include "app/window/side_panels.h"
#include "app/window/stage.h"
#include "app/window/sweeps.h"
#include "app/window/window_keys.h"
#include "app/window/worksheets.h"
#include "core/error.h"
#include "widgets/lessons/lesson_reader.h"
#include "widgets/panels/experiment_browser.h"
#include "widgets/panels/parameter_form.h"
#include "widgets/panels/transport_bar.h"

namespace convergence {

MainWindow::MainWindow(const Registry& registry, const QString& theme, Memory memory,
                       std::unique_ptr<RunStore> store)
    : registry_(registry), memory_(memory), theme_(Theme::load(theme)), store_(std::move(store)) {
    setWindowTitle(tr("Convergence Lab"));
    setDockOptions(AnimatedDocks | AllowNestedDocks | AllowTabbedDocks);
    buildWidgets();
    buildParts();
    new WindowKeys(*this);
    buildMenus();
    connectParts();
    connectRuns();
    connectEntrance();
    setTheme(theme);
    resize(1280, 800);
    restoreMemory();
}

MainWindow::~MainWindow() = default;

void MainWindow::buildWidgets() {
    browser_ = new ExperimentBrowser(registry_.all(), this);
    panel_ = new ExperimentPanel(this);
    auto* whole = new QWidget(this);
    auto* rows = new QVBoxLayout(whole);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(0);
    rows->addWidget(messages_ = new MessageBar(theme_, whole));
    rows->addWidget(stack_ = new QStackedWidget(whole), 1);
    auto* center = new QWidget(stack_);
    auto* layout = new QVBoxLayout(center);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(question_ = new ExperimentHeader(theme_, center));
    layout->addWidget(header_ = new ComparisonHeader(center));
    layout->addWidget(views_ = new ViewArea(theme_, center), 1);
    layout->addWidget(transport_ = new TransportBar(center));
    stack_->addWidget(center);
    setCentralWidget(whole);
    runList_ = new RunList(theme_, this);
    panels_ =
        new SidePanels(*this, {.experiments = browser_, .runs = runList_, .experiment = panel_});
    if (!store_)
        panels_->hideRuns();
    statusBar()->showMessage(tr("Choose an experiment and press Play."));
}

void MainWindow::buildParts() {
    RunStore* store = store_.get();
    sides_ = std::make_unique<Sides>(
        Sides::Surroundings{.panel = *panel_, .header = *header_, .undo = undo_, .store = store},
        theme_, this);
    player_ = std::make_unique<RunPlayer>(*sides_, *transport_, this);
    runs_ = std::make_unique<KeptRuns>(*runList_, undo_, store, this);
    runViews_ = std::make_unique<RunViews>(
        RunViews::Parts{.sides = *sides_, .runs = *runs_, .views = *views_, .header = *question_},
        this);
    runDesk_ = std::make_unique<RunDesk>(
        RunDesk::Parts{.sides = *sides_, .player = *player_, .runs = *runs_, .panel = *panel_},
        this);
    films_ = std::make_unique<Films>(*sides_, this);
    figures_ = std::make_unique<Figures>(*sides_, *views_, this);
    made_ = std::make_unique<MadeFiles>(controller(), this);
    logs_ = std::make_unique<LogOverRun>(*sides_, *runs_, this);
    sweeps_ = std::make_unique<Sweeps>(registry_, theme_, this);
    lessons_ = std::make_unique<Lessons>(Lessons::Parts{.registry = registry_,
                                                        .sides = *sides_,
                                                        .player = *player_,
                                                        .views = *views_,
                                                        .panel = *panel_},
                                         theme_, this);
    worksheets_ = std::make_unique<Worksheets>(registry_, this);
    stage_ = std::make_unique<Stage>(Stage::Parts{.window = *this,
                                                  .header = *question_,
                                                  .views = *views_,
                                                  .transport = *transport_,
                                                  .player = *player_,
                                                  .sides = *sides_,
                                                  .lessons = *lessons_},
                                     this);
    desk_ = std::make_unique<SessionDesk>(SessionDesk::Parts{.registry = registry_,
                                                             .sides = *sides_,
                                                             .player = *player_,
                                                             .runs = *runs_,
                                                             .views = *views_,
                                                             .panel = *panel_},
                                          this);
    files_ = std::make_unique<SessionFiles>(*desk_, registry_, this);
    entrance_ = std::make_unique<Entrance>(Entrance::Parts{.registry = registry_,
                                                           .stack = *stack_,
                                                           .panels = *panels_,
                                                           .files = *files_,
                                                           .store = store,
                                                           .resting = player_->playActions()},
                                           theme_, this);
}

void MainWindow::buildMenus() {
    const auto* menus = new Menus(*this, {.registry = registry_,
                                          .files = *files_,
                                          .desk = *desk_,
                                          .views = *views_,
                                          .player = *player_,
                                          .runs = *runs_,
                                          .sides = *sides_,
                                          .made = *made_,
                                          .logs = *logs_,
                                          .figures = *figures_,
                                          .messages = *messages_,
                                          .undo = undo_,
                                          .panels = panels_->showActions(),
                                          .stage = stage_->action()});
    connect(menus, &Menus::experimentChosen, this, [this](const QString& id) {
        enter(id);
        focusViews();
    });
    connect(menus, &Menus::startPageWanted, this, [this] { showStartPage(); });
    connect(menus, &Menus::searchWanted, browser_, &ExperimentBrowser::focusSearch);
    connect(menus, &Menus::themeChosen, this, &MainWindow::setTheme);
    connect(menus, &Menus::languageChosen, this, [this](const QString& id) {
        if (memory_ == Memory::remember)
            QSettings().setValue("window/language", id);
    });
    connect(menus, &Menus::lessonChosen, lessons_.get(), &Lessons::tryToOpen);
    connect(menus, &Menus::worksheetWanted, this,
            [this] { worksheets_->ask(lessonReader() ? lessonReader()->lesson() : QString()); });
    connect(menus, &Menus::arrangementReset, runViews_.get(), &RunViews::resetArrangement);
    connect(menus, &Menus::sweepWanted, this, &MainWindow::showSweep);
}

/// Lets the message bar, and in passing the status bar, tell what a part says.
template <typename Part>
void MainWindow::hear(const Part& part) {
    if constexpr (requires { &Part::told; })
        connect(&part, &Part::told, messages_, &MessageBar::tell);
    if constexpr (requires { &Part::troubled; })
        connect(&part, &Part::troubled, messages_, &MessageBar::warn);
    if constexpr (requires { &Part::status; })
        connect(&part, &Part::status, this, &MainWindow::sayBelow);
}

/// In full as a tooltip: where data comes from may be longer than the window is wide.
void MainWindow::sayBelow(const QString& sentence) {
    constexpr int margins = 32;
    statusBar()->setToolTip(sentence);
    statusBar()->showMessage(statusBar()->fontMetrics().elidedText(
        sentence, Qt::ElideRight, std::max(0, statusBar()->width() - margins)));
}

void MainWindow::tryToOpen(const QString& id, const Overrides& overrides) {
    try {
        openExperiment(id, overrides);
    } catch (const InputError& error) {
        messages_->warn(QString::fromUtf8(error.what()));
    }
}

void MainWindow::connectParts() {
    hear(*views_);
    hear(*sides_);
    hear(*player_);
    hear(*runs_);
    hear(*runDesk_);
    hear(*made_);
    hear(*logs_);
    hear(*films_);
    hear(*figures_);
    hear(*lessons_);
    hear(*worksheets_);
    hear(*desk_);
    hear(*files_);
    connect(views_, &ViewArea::filmWanted, films_.get(), &Films::ask);
    connect(views_, &ViewArea::closed, this, [this](const QString& id, const QString& title) {
        undo_.push(new ClosedView(*views_, id, title));
    });
    // A document that does not open leads to the start page rather than to an empty window.
    const auto showSomething = [this] {
        if (!type_)
            showStartPage();
    };
    connect(files_.get(), &SessionFiles::troubled, this, showSomething);
    connect(desk_.get(), &SessionDesk::troubled, this, showSomething);
    connect(files_.get(), &SessionFiles::figureOpened, figures_.get(), &Figures::follow);
    connect(figures_.get(), &Figures::playWanted, this, &MainWindow::play);
    connect(browser_, &ExperimentBrowser::chosen, this, &MainWindow::enter);
    connect(desk_.get(), &SessionDesk::experimentWanted, this,
            [this](const auto& type, const Overrides& overrides) {
                openExperiment(type, overrides);
                focusViews();
            });
    connect(runDesk_.get(), &RunDesk::curvesWanted, desk_.get(), &SessionDesk::openKeptCurves);
    connect(desk_.get(), &SessionDesk::themeWanted, this, &MainWindow::setTheme);
    connect(lessons_.get(), &Lessons::experimentWanted, this, &MainWindow::tryToOpen);
    connect(sweeps_.get(), &Sweeps::runChosen, this, &MainWindow::tryToOpen);
    connect(sweeps_.get(), &Sweeps::runChosen, this, &QWidget::activateWindow);
    connect(stage_.get(), &Stage::wanted, this, [this] { stage_->enter(theme_); });
    connect(stage_.get(), &Stage::themeWanted, this, &MainWindow::applyTheme);
    connect(lessons_.get(), &Lessons::guideMade, this,
            [this](LessonGuide* guide) { panels_->addLeft(guide, 340); });
}

void MainWindow::connectRuns() {
    connect(sides_.get(), &Sides::compared, this, [this] {
        if (sides_->areCompared())
            panels_->makeRoom();
        else
            panels_->giveBack();
        runViews_->rebuild();
        runViews_->showRuns();
        player_->sidesChanged();
    });
    connect(player_.get(), &RunPlayer::restarting, runViews_.get(), &RunViews::followForm);
    connect(player_.get(), &RunPlayer::begun, messages_, &QWidget::hide);
    connect(player_.get(), &RunPlayer::held, runViews_.get(), &RunViews::setWaitsFor);
    connect(player_.get(), &RunPlayer::stateChanged, runViews_.get(), &RunViews::followArms);
    connect(player_.get(), &RunPlayer::armsTroubled, this, [this](const ArmSentence& sentence) {
        messages_->warnOf(sentence, type_->description);
        runViews_->followArms();
    });
    connect(messages_, &MessageBar::armPointedAt, this,
            [this](const QString& arm) { question_->lift(arm.toStdString()); });
    connect(messages_, &MessageBar::armClicked, this, [this](const QString& arm) {
        if (ArmChip* chip = question_->chips().chip(arm.toStdString()))
            chip->click();
    });
    if (store_)
        connect(store_.get(), &RunStore::listed, this, &MainWindow::nameOwnCurves);
    connect(player_.get(), &RunPlayer::prepared, this, [this] {
        runs_->setPresent(controller().key());
        runViews_->showRuns();
    });
}

void MainWindow::connectEntrance() {
    hear(*entrance_);
    Entrance* entrance = entrance_.get();
    connect(entrance, &Entrance::experimentChosen, this, [this](const QString& id) {
        if (type_ && type_->description.id == id.toStdString())
            entrance_->leave();
        else
            enter(id);
        focusViews();
    });
    connect(entrance, &Entrance::lessonChosen, this, [this](const QString& id) {
        entrance_->leave();
        lessons_->tryToOpen(id);
    });
    connect(entrance, &Entrance::leftUnchosen, this, [this] {
        const auto types = registry_.all();
        if (type_)
            entrance_->leave();
        else if (!types.empty())
            enter(QString::fromStdString(types.front()->description.id));
        focusViews();
    });
    connect(entrance, &Entrance::runWanted, this, [this](const QString& id, const QString& key) {
        entrance_->leave();
        if (id.toStdString() == ownCurvesId) {
            desk_->openKeptCurves(key);
        } else {
            enter(id);
            runDesk_->open(key);
        }
        focusViews();
    });
    connect(entrance, &Entrance::lastSessionWanted, this, [this] {
        if (files_->restoreLast())
            focusViews();
    });
    connect(entrance, &Entrance::fileWanted, files_.get(), &SessionFiles::tryToOpen);
}

void MainWindow::showStartPage(StartPage::Page page) {
    entrance_->show(page, type_ ? &type_->description : nullptr);
}

StartPage* MainWindow::startPage() const {
    return entrance_->isShown() ? entrance_->page() : nullptr;
}

void MainWindow::enter(const QString& id) {
    if (auto left = left_.take(id.toStdString()))
        return returnTo(std::move(*left));
    const auto& presets = registry_.find(id.toStdString())->description.presets;
    openExperiment(id, presets.empty() ? Overrides{} : presets.front().overrides);
}

/// Puts aside what is open, unless that is the next one.
void MainWindow::leaveFor(const std::shared_ptr<const ExperimentType>& next) {
    RunSide& side = sides_->first();
    if (!type_ || type_ == next || !side.form())
        return;
    sides_->endComparison();
    left_.keep({.type = type_,
                .overrides = side.form()->overrides(),
                .run = controller().putAside(),
                .views = runViews_->putAside(),
                .moment = side.moment()});
}

/// Tells all parts but the views of the experiment that the sides have opened.
void MainWindow::becomeOpen(const std::shared_ptr<const ExperimentType>& type) {
    type_ = type;
    browser_->setCurrent(QString::fromStdString(type_->description.id));
    player_->open(type_);
    // A log is there as a whole; nobody waits for it to be played.
    if (type_->description.id == ownCurvesId)
        controller().setPlayback({.seconds = 0.0});
    else
        controller().setPlayback({.seconds = transport_->playbackSeconds()});
    runDesk_->setExperiment(type_);
    desk_->open(type_);
    runs_->open(type_);
    setWindowTitle(
        tr("%1 – Convergence Lab").arg(QString::fromStdString(type_->description.title)));
}

void MainWindow::openExperiment(const QString& id, const Overrides& overrides) {
    openExperiment(registry_.find(id.toStdString()), overrides);
}

void MainWindow::openExperiment(const std::shared_ptr<const ExperimentType>& type,
                                const Overrides& overrides) {
    static_cast<void>(resolveValues(*type, "", overrides));
    entrance_->leave();
    leaveFor(type);
    left_.forget(type->description.id);
    sides_->open(type, overrides);
    becomeOpen(type);
    runViews_->open(type_);
    player_->restart(RunPlayer::Start::paused);
    lessons_->setExperiment(type_);
    stage_->setExperiment(type_);
}

void MainWindow::returnTo(LeftExperiment left) {
    entrance_->leave();
    leaveFor(left.type);
    sides_->open(left.type, left.overrides);
    becomeOpen(left.type);
    runViews_->takeUp(type_, std::move(left.views));
    if (left.run.runner || left.run.shown)
        player_->takeUp(std::move(left.run), left.moment);
    else
        player_->restart(RunPlayer::Start::paused);
    lessons_->setExperiment(type_);
    stage_->setExperiment(type_);
}

/// A log goes by its file's name among the kept runs, unless a person gives it another.
void MainWindow::nameOwnCurves() {
    const KeptRun* kept = store_->find(controller().key());
    if (!kept || !kept->name.isEmpty() || !type_ || type_->description.id != ownCurvesId)
        return;
    RunLabels labels{
        .name = {}, .notes = kept->notes, .tags = kept->tags, .isPinned = kept->isPinned};
    labels.name = QFileInfo(QString::fromStdString(controller().values()->text("file"))).fileName();
    store_->setLabels(controller().key(), labels);
}

void MainWindow::compareWith(const Overrides& overrides) {
    runDesk_->compareWith(overrides);
}

void MainWindow::showSweep() {
    sweeps_->show(type_, type_ ? sides_->first().form()->overrides() : Overrides{});
}

void MainWindow::openLesson(const QString& id) {
    lessons_->open(id);
}

LessonReader* MainWindow::lessonReader() const {
    return lessons_->guide() ? &lessons_->guide()->reader() : nullptr;
}

void MainWindow::play() {
    player_->play();
}

void MainWindow::refreshEverything() {
    player_->tick();
    runViews_->refresh();
}

void MainWindow::showTab(const QString& id) {
    panel_->showTab(id);
}

SessionDocument MainWindow::session() const {
    return desk_->session();
}

void MainWindow::setTheme(const QString& id) {
    theme_ = Theme::load(id);
    desk_->setTheme(theme_.id);
    if (stage_->isOn())
        stage_->setTheme(theme_);
    else
        applyTheme(theme_);
}

/// On stage the theme is the window's, larger.
void MainWindow::applyTheme(const Theme& theme) {
    useTheme(theme);
    panels_->setFont(qApp->font());
    messages_->setTheme(theme);
    question_->setTheme(theme);
    views_->setTheme(theme);
    runList_->setTheme(theme);
    sides_->setTheme(theme);
    lessons_->setTheme(theme);
    sweeps_->setTheme(theme);
    entrance_->setTheme(theme);
}

void MainWindow::restoreMemory() {
    if (memory_ == Memory::forget)
        return;
    const QSettings settings;
    restoreGeometry(settings.value("window/geometry").toByteArray());
    restoreState(settings.value("window/state").toByteArray());
    transport_->setPlaybackSeconds(settings.value("window/playback", 10.0).toDouble());
    files_->remember();
    figures_->remember();
}

void MainWindow::closeEvent(QCloseEvent* event) {
    entrance_->leave(); // so that the panels are kept as they were
    stage_->leave();    // what is remembered is the window
    files_->autosave();
    if (memory_ == Memory::remember) {
        QSettings settings;
        settings.setValue("window/geometry", saveGeometry());
        settings.setValue("window/state", saveState());
        settings.setValue("window/theme", theme_.id);
        settings.setValue("window/playback", transport_->playbackSeconds());
        if (type_)
            settings.setValue("window/experiment", QString::fromStdString(type_->description.id));
    }
    event->accept();
}

} // namespace convergence
