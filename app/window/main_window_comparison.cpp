// Two parameter sets of one experiment side by side, in lock step.

#include <algorithm>

#include <QDockWidget>
#include <QMenu>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTabWidget>
#include <QUndoStack>

#include "app/window/comparison_header.h"
#include "app/window/lock_step.h"
#include "app/window/main_window.h"
#include "core/error.h"
#include "widgets/panels/claims_panel.h"
#include "widgets/panels/parameter_form.h"
#include "widgets/panels/transport_bar.h"

namespace convergence {

namespace {

/// "rank = 20, learning rate = 0.5": what `mine` has where `theirs` differs.
QString differencesInWords(const Description& description, const ParameterValues& mine,
                           const ParameterValues& theirs) {
    constexpr qsizetype longestValue = 24;
    QStringList words;
    for (const Parameter& parameter : description.parameters) {
        if (mine.value(parameter.name) == theirs.value(parameter.name))
            continue;
        QString value = QString::fromStdString(formatValue(mine.value(parameter.name)));
        if (value.size() > longestValue)
            value = value.left(longestValue) + "…";
        words << QString::fromStdString(parameter.label) + " = " + value;
    }
    return words.join(", ");
}

} // namespace

void MainWindow::buildComparisonMenu(QMenu& run) {
    compare_ = run.addAction(tr("Side by side (&A/B)"));
    compare_->setObjectName("sideBySide");
    compare_->setCheckable(true);
    compare_->setShortcut(QKeySequence("F9"));
    compare_->setStatusTip(tr("Two parameter sets of this experiment, in lock step"));
    connect(compare_, &QAction::triggered, this, [this](bool on) {
        if (on && type_)
            compareWith(side_.form()->overrides());
        else
            endComparison();
    });
    const auto add = [&](const QString& text, const char* keys, auto slot) {
        sideActions_.push_back(run.addAction(text, QKeySequence(keys), this, slot));
        sideActions_.back()->setEnabled(false);
    };
    add(tr("Parameters of A"), "Ctrl+1", [this] { chooseSide(ComparisonHeader::a); });
    add(tr("Parameters of B"), "Ctrl+2", [this] { chooseSide(ComparisonHeader::b); });
    add(tr("Give B the values of A"), "Ctrl+Shift+B", [this] {
        beside_->form()->setOverrides(side_.form()->overrides());
        restart(false);
    });
}

void MainWindow::makeBeside() {
    beside_ = std::make_unique<RunSide>();
    RunController& controller = beside_->controller();
    controller.setStore(store_.get());
    lockStep_ = std::make_unique<LockStep>(std::vector{&controller_, &controller});
    connect(&controller, &RunController::prepared, this, &MainWindow::sidePrepared);
    connect(beside_.get(), &RunSide::troubled, this,
            [this](const QString& sentence) { showMessage(tr("B: %1").arg(sentence), true); });
    connect(beside_.get(), &RunSide::restartNeeded, this, &MainWindow::restartAsPlaying);
    connect(beside_.get(), &RunSide::playNeeded, this, [this] { restart(true); });
}

/// Shows a second run of these values beside the present one, which goes on being A.
void MainWindow::beginComparison(const Overrides& overrides) {
    if (comparing_)
        endComparison();
    if (!beside_)
        makeBeside();
    comparing_ = true;
    compare_->setChecked(true);
    for (QAction* action : sideActions_)
        action->setEnabled(true);
    // Two columns need the room.
    constexpr int roomy = 1400;
    for (QDockWidget* dock : {browserDock_, runDock_})
        if (width() < roomy && dock->isVisible()) {
            dock->hide();
            hiddenForComparison_.push_back(dock);
        }
    beside_->open(type_, undo_, theme_, right_);
    beside_->form()->setOverrides(overrides);
    forms_->addWidget(beside_->form());
    judgements_->addWidget(beside_->claims());
    lockStep_->setInLockStep(description_->lockStep);
    lockStep_->setPlaybackSeconds(transport_->playbackSeconds());
    rebuildViews();
    updateRuns();
    header_->show();
    chooseSide(ComparisonHeader::b); // the one that is to be changed
}

void MainWindow::compareWith(const Overrides& overrides) {
    if (!type_)
        return;
    beginComparison(overrides);
    const auto recording = controller_.recording();
    if (!recording || countProgress(*recording).stepsDone > 0 || controller_.shownRun())
        restart(false); // both from the start
    else
        beside_->start(false);
    showMessage(tr("Change a value on the right: A and B run in lock step. F9 ends it."), false);
}

void MainWindow::endComparison() {
    if (!comparing_)
        return;
    comparing_ = false;
    playWhenBothReady_ = false;
    compare_->setChecked(false);
    for (QAction* action : sideActions_)
        action->setEnabled(false);
    lockStep_->pause();
    chooseSide(ComparisonHeader::a);
    header_->hide();
    for (QWidget* page :
         {static_cast<QWidget*>(beside_->form()), static_cast<QWidget*>(beside_->claims())})
        if (page)
            page->deleteLater();
    beside_->setViews({});
    beside_->controller().clear();
    for (const QPointer<QDockWidget>& dock : hiddenForComparison_)
        if (dock)
            dock->show();
    hiddenForComparison_.clear();
    controller_.setPlayback({.seconds = transport_->playbackSeconds()});
    rebuildViews();
    updateRuns();
    scrub(-1);
    listMoments();
    lastState_ = RunState::ready;
    tick();
}

/// Parameters and claims of one side are shown, and runs of the list are opened there.
void MainWindow::chooseSide(ComparisonHeader::Side side) {
    header_->choose(side);
    forms_->setCurrentIndex(side);
    judgements_->setCurrentIndex(side);
    right_->setTabText(right_->indexOf(forms_), !comparing_ ? tr("Parameters")
                                                : side == ComparisonHeader::a
                                                    ? tr("Parameters of A")
                                                    : tr("Parameters of B"));
    right_->setTabText(right_->indexOf(judgements_), !comparing_ ? tr("Claims")
                                                     : side == ComparisonHeader::a
                                                         ? tr("Claims on A")
                                                         : tr("Claims on B"));
}

RunSide& MainWindow::chosenSide() {
    return comparing_ && header_->current() == ComparisonHeader::b ? *beside_ : side_;
}

/// Says above the columns what sets them apart.
void MainWindow::showSides() {
    if (!comparing_)
        return;
    const auto values = [&](const RunSide& side) {
        return side.controller().values() ? *side.controller().values() : side.form()->values();
    };
    const ParameterValues ofA = values(side_), ofB = values(*beside_);
    const QString same = tr("the same values");
    const QString a = differencesInWords(*description_, ofA, ofB);
    const QString b = differencesInWords(*description_, ofB, ofA);
    header_->setWords(a.isEmpty() ? same : a, b.isEmpty() ? same : b);
}

/// Of either side: begins to play once both are there.
void MainWindow::sidePrepared() {
    updateRuns();
    showSides();
    transport_->setKeyFrames({});
    if (const auto recording = controller_.recording()) // instead of "Preparing …"
        statusBar()->showMessage(QString::fromStdString(recording->provenance().data));
    showEnd();
    if (comparing_ && side_.moment())
        beside_->goTo(side_.moment());
    tick();
    if (comparing_ && playWhenBothReady_ && controller_.runner() &&
        beside_->controller().runner()) {
        playWhenBothReady_ = false;
        lockStep_->play();
    }
}

ViewWidget& MainWindow::viewBeside(const QString& id) const {
    if (comparing_)
        for (ViewWidget* view : beside_->views())
            if (QString::fromStdString(view->view().id) == id)
                return *view;
    throw InputError(QString("There is no view '%1' beside the first.").arg(id).toStdString());
}

} // namespace convergence
