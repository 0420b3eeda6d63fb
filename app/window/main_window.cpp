#include "app/window/main_window.h"

#include <QApplication>
#include <QCloseEvent>
#include <QSettings>
#include <QStatusBar>
#include <QVBoxLayout>

#include "app/window/appearance.h"
#include "app/window/experiment_panel.h"
#include "app/window/films.h"
#include "app/window/lessons.h"
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
    setTheme(theme);
    resize(1280, 800);
    restoreMemory();
}

MainWindow::~MainWindow() = default;

void MainWindow::buildWidgets() {
    browser_ = new ExperimentBrowser(registry_.all(), this);
    panel_ = new ExperimentPanel(this);
    auto* center = new QWidget(this);
    auto* layout = new QVBoxLayout(center);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(messages_ = new MessageBar(theme_, center));
    layout->addWidget(header_ = new ComparisonHeader(center));
    layout->addWidget(views_ = new ViewArea(theme_, center), 1);
    layout->addWidget(transport_ = new TransportBar(center));
    setCentralWidget(center);
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
    runViews_ = std::make_unique<RunViews>(*sides_, *runs_, *views_, this);
    runDesk_ = std::make_unique<RunDesk>(
        RunDesk::Parts{.sides = *sides_, .player = *player_, .runs = *runs_, .panel = *panel_},
        this);
    films_ = std::make_unique<Films>(*sides_, this);
    made_ = std::make_unique<MadeFiles>(controller(), this);
    sweeps_ = std::make_unique<Sweeps>(registry_, theme_, this);
    lessons_ = std::make_unique<Lessons>(Lessons::Parts{.registry = registry_,
                                                        .sides = *sides_,
                                                        .player = *player_,
                                                        .views = *views_,
                                                        .panel = *panel_},
                                         theme_, this);
    worksheets_ = std::make_unique<Worksheets>(registry_, this);
    stage_ = std::make_unique<Stage>(
        Stage::Parts{.window = *this,
                     .center = *static_cast<QVBoxLayout*>(centralWidget()->layout()),
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
                                          .messages = *messages_,
                                          .undo = undo_,
                                          .panels = panels_->showActions(),
                                          .stage = stage_->action()});
    connect(menus, &Menus::experimentChosen, this, &MainWindow::openAtFirstPreset);
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
        connect(&part, &Part::status, this,
                [this](const QString& sentence) { statusBar()->showMessage(sentence); });
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
    hear(*films_);
    hear(*lessons_);
    hear(*worksheets_);
    hear(*desk_);
    hear(*files_);
    connect(views_, &ViewArea::filmWanted, films_.get(), &Films::ask);
    connect(browser_, &ExperimentBrowser::chosen, this, &MainWindow::openAtFirstPreset);
    connect(desk_.get(), &SessionDesk::experimentWanted, this, &MainWindow::openExperiment);
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
    connect(player_.get(), &RunPlayer::prepared, this, [this] {
        runs_->setPresent(controller().key());
        runViews_->showRuns();
    });
}

void MainWindow::openAtFirstPreset(const QString& id) {
    const auto& presets = registry_.find(id.toStdString())->description.presets;
    openExperiment(id, presets.empty() ? Overrides{} : presets.front().overrides);
}

void MainWindow::openExperiment(const QString& id, const Overrides& overrides) {
    const auto type = registry_.find(id.toStdString());
    sides_->open(type, overrides);
    type_ = type;
    browser_->setCurrent(id);
    player_->open(type_);
    runDesk_->setExperiment(type_);
    desk_->open(type_);
    runs_->open(type_);
    runViews_->open(type_);
    player_->restart(RunPlayer::Start::paused);
    lessons_->setExperiment(type_);
    stage_->setExperiment(type_);
    setWindowTitle(
        tr("%1 – Convergence Lab").arg(QString::fromStdString(type_->description.title)));
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
    views_->setTheme(theme);
    runList_->setTheme(theme);
    sides_->setTheme(theme);
    lessons_->setTheme(theme);
    sweeps_->setTheme(theme);
}

void MainWindow::restoreMemory() {
    if (memory_ == Memory::forget)
        return;
    const QSettings settings;
    restoreGeometry(settings.value("window/geometry").toByteArray());
    restoreState(settings.value("window/state").toByteArray());
    transport_->setPlaybackSeconds(settings.value("window/playback", 10.0).toDouble());
    files_->remember();
}

void MainWindow::closeEvent(QCloseEvent* event) {
    stage_->leave(); // what is remembered is the window
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
