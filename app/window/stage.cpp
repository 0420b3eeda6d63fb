#include "app/window/stage.h"

#include <algorithm>

#include <QAction>
#include <QApplication>
#include <QDockWidget>
#include <QKeyEvent>
#include <QMainWindow>
#include <QMenuBar>
#include <QStatusBar>

#include "app/window/experiment_header.h"
#include "app/window/lessons.h"
#include "app/window/run_player.h"
#include "app/window/stage_cover.h"
#include "app/window/stage_parameters.h"
#include "app/window/view_area.h"
#include "widgets/lessons/lesson_reader.h"
#include "widgets/panels/transport_bar.h"

namespace convergence {

namespace {

/// Lines of text of the window's and of the lesson's type on a screen, from top to bottom.
constexpr double windowLines = 42.0, lessonLines = 29.0;
/// Letters that a view is wide at least where two stand beside each other.
constexpr int lettersOfView = 46;
constexpr double lessonShare = 0.34; ///< of the width

double pointsFor(double lines, int height) {
    constexpr double pointsPerPixel = 0.75, lineHeight = 1.35;
    return pointsPerPixel * height / (lines * lineHeight);
}

} // namespace

Stage::Stage(const Parts& parts, QObject* parent)
    : QObject(parent), parts_(parts), action_(new QAction(tr("&Stage"), this)),
      cover_(new StageCover(parts.window)) {
    action_->setObjectName("stage");
    action_->setShortcut(QKeySequence("F5"));
    action_->setCheckable(true);
    action_->setStatusTip(tr("For a lecture hall: one or two views, large, and nothing else"));
    connect(action_, &QAction::triggered, this, [this] {
        if (on_)
            leave();
        else
            Q_EMIT wanted();
    });
    connect(&parts.views, &ViewArea::opened, this, [this] {
        if (on_)
            showViews();
    });
    connect(&parts.sides, &Sides::prepared, this, [this] {
        if (on_)
            showParameters();
    });
}

Stage::~Stage() {
    if (on_)
        QApplication::restoreOverrideCursor();
}

bool Stage::hasLesson() const {
    return parts_.lessons.guide() && parts_.lessons.guide()->reader().current();
}

Theme Stage::stageTheme() const {
    Theme theme = before_.theme;
    const int height = parts_.window.height();
    theme.fontPointSize = std::max(theme.fontPointSize, pointsFor(windowLines, height));
    theme.lineWidth = std::max(theme.lineWidth, 2.6);
    return theme;
}

void Stage::enter(const Theme& theme, Room room) {
    if (on_ || !type_)
        return;
    QMainWindow& window = parts_.window;
    before_ = {.docks = window.saveState(),
               .state = window.windowState(),
               .arrangement = parts_.views.arrangement(),
               .hiddenViews = parts_.views.hiddenViews(),
               .theme = theme};
    on_ = true;
    shown_.clear();
    action_->setChecked(true);
    hidePanels();
    if (room == Room::screen)
        window.showFullScreen();
    Q_EMIT themeWanted(stageTheme());
    parts_.header.setLarge(true);
    showLesson();
    showViews();
    qApp->installEventFilter(this);
    QApplication::setOverrideCursor(stagePointer());
    window.setFocus();
}

void Stage::leave() {
    if (!on_)
        return;
    on_ = false;
    action_->setChecked(false);
    qApp->removeEventFilter(this);
    QApplication::restoreOverrideCursor();
    cover_->hide();
    parts_.header.setLarge(false);
    delete parameters_;
    if (LessonGuide* guide = parts_.lessons.guide()) {
        delete guide->titleBarWidget();
        guide->setTitleBarWidget(nullptr);
        guide->reader().setFont(QFont());
        guide->reader().setChooserShown(true);
        guide->reader().disconnect(this);
    }
    QMainWindow& window = parts_.window;
    window.menuBar()->show();
    window.statusBar()->show();
    window.setWindowState(before_.state);
    window.restoreState(before_.docks);
    // Before the views are arranged: it says what there is room for.
    Q_EMIT themeWanted(before_.theme);
    parts_.views.endShowingOnly();
    parts_.views.arrange();
    parts_.views.restoreArrangement(before_.arrangement);
    parts_.views.hideOnly(before_.hiddenViews);
}

void Stage::hidePanels() {
    QMainWindow& window = parts_.window;
    for (auto* dock : window.findChildren<QDockWidget*>(Qt::FindDirectChildrenOnly))
        dock->hide();
    window.menuBar()->hide();
    window.statusBar()->hide();
}

/// The lesson's text beside the views, with what the step is about below it.
void Stage::showLesson() {
    if (!hasLesson())
        return;
    LessonGuide* guide = parts_.lessons.guide();
    QMainWindow& window = parts_.window;
    window.addDockWidget(Qt::RightDockWidgetArea, guide);
    guide->setTitleBarWidget(new QWidget(guide));
    guide->reader().setChooserShown(false);
    QFont font = QApplication::font();
    font.setPointSizeF(std::max(font.pointSizeF(), pointsFor(lessonLines, window.height())));
    guide->reader().setFont(font);
    guide->show();
    const int width = int(lessonShare * window.width());
    window.resizeDocks({guide}, {width}, Qt::Horizontal);
    connect(&guide->reader(), &LessonReader::stepChanged, this, &Stage::showParameters,
            Qt::UniqueConnection);
    showParameters();
}

void Stage::showParameters() {
    delete parameters_;
    if (!hasLesson() || !type_ || !parts_.sides.first().form())
        return;
    const LessonReader& reader = parts_.lessons.guide()->reader();
    std::vector<std::string> names;
    for (const auto& setting : reader.current()->settings)
        names.push_back(setting.first.toStdString());
    if (names.empty() || reader.experiment().toStdString() != type_->description.id)
        return;
    parameters_ = new QDockWidget(&parts_.window);
    parameters_->setObjectName("stageParameters");
    parameters_->setTitleBarWidget(new QWidget(parameters_));
    parameters_->setWidget(
        new StageParameters(type_, *parts_.sides.first().form(), std::move(names), parameters_));
    parts_.window.addDockWidget(Qt::RightDockWidgetArea, parameters_);
    parts_.window.splitDockWidget(parts_.lessons.guide(), parameters_, Qt::Vertical);
    const int height = parts_.window.height();
    parts_.window.resizeDocks({parts_.lessons.guide(), parameters_}, {height * 3 / 4, height / 4},
                              Qt::Vertical);
}

/// The main views, one or both as there is room, or those that were chosen.
void Stage::showViews() {
    const std::vector<std::string> offered = parts_.views.offeredViews();
    std::vector<std::string> wanted;
    for (const std::string& id : shown_)
        if (std::find(offered.begin(), offered.end(), id) != offered.end())
            wanted.push_back(id);
    for (const std::string& id : offered)
        if (const View* view = type_->description.findView(id);
            shown_.empty() && view && view->isMain)
            wanted.push_back(id);
    if (wanted.empty() && !offered.empty())
        wanted.push_back(offered.front());
    const double share = hasLesson() ? 1.0 - lessonShare : 1.0;
    const int letters =
        int(share * parts_.window.width()) / QFontMetrics(QApplication::font()).averageCharWidth();
    const bool hasRoomForTwo = letters >= 2 * lettersOfView;
    if (wanted.size() > 1 && !hasRoomForTwo)
        wanted.resize(1);
    parts_.views.showOnly(wanted);
}

void Stage::setExperiment(std::shared_ptr<const ExperimentType> type) {
    type_ = std::move(type);
    shown_.clear();
    if (!on_)
        return;
    showViews();
    showParameters();
}

void Stage::setTheme(const Theme& theme) {
    before_.theme = theme;
    Q_EMIT themeWanted(stageTheme());
}

QWidget* Stage::focusOfView() const {
    QWidget* focus = QApplication::focusWidget();
    return focus && focus != &parts_.window && focus->window() == &parts_.window ? focus : nullptr;
}

bool Stage::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() != QEvent::KeyPress && event->type() != QEvent::ShortcutOverride)
        return false;
    auto* widget = qobject_cast<QWidget*>(watched);
    if (!widget || widget->window() != &parts_.window)
        return false; // a dialog, or a window of the system's
    auto* key = static_cast<QKeyEvent*>(event);
    if (cover_->isVisible()) { // any key ends that
        if (event->type() == QEvent::KeyPress)
            cover_->hide();
        event->accept();
        return true;
    }
    const auto pressed = stageKey(*key, focusOfView());
    if (!pressed)
        return false;
    event->accept(); // of a shortcut: it comes as a key press then
    if (event->type() == QEvent::KeyPress)
        act(pressed->key, pressed->number);
    return true;
}

void Stage::act(StageKey key, int number) {
    switch (key) {
    case StageKey::view:
        if (const auto offered = parts_.views.offeredViews();
            number <= static_cast<int>(offered.size())) {
            shown_ = {offered[static_cast<std::size_t>(number - 1)]};
            showViews();
        }
        return;
    case StageKey::mainView:
        shown_.clear();
        return showViews();
    case StageKey::next:
        return step(1);
    case StageKey::previous:
        return step(-1);
    case StageKey::first:
    case StageKey::last:
        return goToStep(key);
    case StageKey::play:
        return parts_.player.togglePlay();
    case StageKey::stepOnce:
        return parts_.player.stepOnce();
    case StageKey::restart:
        return parts_.player.restart(RunPlayer::Start::playing);
    case StageKey::black:
        return cover_->blank(Qt::black);
    case StageKey::white:
        return cover_->blank(Qt::white);
    case StageKey::help:
        return help();
    case StageKey::escape:
        return escape();
    case StageKey::leave:
        return leave();
    }
}

void Stage::step(int steps) {
    if (hasLesson()) {
        LessonReader& reader = parts_.lessons.guide()->reader();
        reader.goTo(reader.step() + steps);
    } else {
        parts_.transport.scrubBy(steps);
    }
}

void Stage::goToStep(StageKey key) {
    constexpr int beyondAll = 1'000'000;
    const bool first = key == StageKey::first;
    if (hasLesson())
        parts_.lessons.guide()->reader().goTo(first ? 0 : beyondAll);
    else
        parts_.transport.scrubBy(first ? -beyondAll : beyondAll);
}

/// First the arrows are the stage's again, then one leaves it.
void Stage::escape() {
    if (focusOfView())
        parts_.window.setFocus();
    else
        leave();
}

void Stage::help() {
    std::vector<std::pair<QString, QString>> keys{
        {"→ ←", hasLesson() ? tr("next and previous step of the lesson")
                            : tr("later and earlier in the run")},
        {tr("Page Up, Page Down"), tr("the same, for a clicker")},
        {tr("Space"), tr("play or pause")},
        {"⇧.", tr("one iteration")},
        {"B  .  W", tr("black or white screen")},
        {tr("Esc  F5"), tr("leave the stage")},
        {"0", tr("the main views")}};
    int number = 0;
    for (const std::string& id : parts_.views.offeredViews())
        if (const View* view = type_->description.findView(id); view && ++number <= 9)
            keys.emplace_back(QString::number(number), QString::fromStdString(view->title));
    cover_->setFont(QApplication::font());
    cover_->explain(keys);
}

} // namespace convergence
