// Kept runs in the window: the list, overlays, differences, going back in time, branches.

#include <algorithm>
#include <cmath>

#include <QApplication>
#include <QDateTime>
#include <QDockWidget>
#include <QFileDialog>
#include <QLocale>
#include <QStatusBar>
#include <QTabWidget>
#include <QUndoStack>

#include "app/window/lock_step.h"
#include "app/window/main_window.h"
#include "core/error.h"
#include "widgets/panels/parameter_differences.h"
#include "widgets/panels/parameter_form.h"
#include "widgets/panels/run_list.h"
#include "widgets/panels/run_words.h"
#include "widgets/panels/transport_bar.h"

namespace convergence {

namespace {

/// Deleting runs, which can be taken back.
class DeleteRuns final : public QUndoCommand {
public:
    DeleteRuns(RunStore& store, QStringList keys)
        : QUndoCommand(QObject::tr("delete %n run(s)", "", static_cast<int>(keys.size()))),
          store_(&store), keys_(std::move(keys)) {}
    void undo() override {
        if (store_)
            store_->setDeleted(keys_, false);
    }
    void redo() override {
        if (store_)
            store_->setDeleted(keys_, true);
    }

private:
    QPointer<RunStore> store_;
    QStringList keys_;
};

/// What sets the values apart from those that the experiment starts with, in a few words.
QString valuesInWords(const Description& description, const Overrides& overrides) {
    const ParameterValues values(description.parameters, overrides);
    const ParameterValues usual(
        description.parameters,
        description.presets.empty() ? Overrides{} : description.presets.front().overrides);
    constexpr int most = 3;
    constexpr qsizetype longestValue = 16;
    QStringList words;
    for (const Parameter& parameter : description.parameters) {
        if (values.value(parameter.name) == usual.value(parameter.name))
            continue;
        if (words.size() == most)
            return words.join(", ") + ", …";
        QString value = QString::fromStdString(formatValue(values.value(parameter.name)));
        if (value.size() > longestValue)
            value = value.left(longestValue) + "…";
        words << QString::fromStdString(parameter.symbol.empty() ? parameter.name
                                                                 : parameter.symbol) +
                     " = " + value;
    }
    return words.isEmpty() ? QObject::tr("usual values") : words.join(", ");
}

Overrides overridesOf(const ParameterValues& values) {
    return {values.all().begin(), values.all().end()};
}

RunState stateOf(const KeptRun& run) {
    for (const RunState state :
         {RunState::finished, RunState::stopped, RunState::diverged, RunState::failed}) {
        const std::string_view name = nameOf(state);
        if (run.state == QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size())))
            return state;
    }
    return RunState::stopped; // interrupted
}

} // namespace

void MainWindow::saveMade() {
    if (!controller_.runner()) {
        showMessage(tr("There is no run whose files could be saved; start one first."), false);
        return;
    }
    auto* dialog = new QFileDialog(this, tr("Folder for what the trials made"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& folder) {
        if (!controller_.runner())
            return;
        const auto done = [self = QPointer(this), folder](const SavedFiles& saved) {
            QMetaObject::invokeMethod(qApp, [self, folder, saved] {
                if (!self)
                    return;
                QStringList said;
                for (const std::string& trouble : saved.troubles)
                    said << QString::fromStdString(trouble);
                if (!saved.files.empty())
                    said << tr("%n file(s) saved in %1: %2.", nullptr,
                               static_cast<int>(saved.files.size()))
                                .arg(folder, QString::fromStdString(namesInWords(saved.files)));
                else if (said.isEmpty())
                    said << tr("Nothing was saved: the trials have made nothing yet.");
                self->showMessage(said.join(' '), !saved.troubles.empty());
            });
        };
        controller_.runner()->save(folder.toStdString(), done);
    });
    dialog->open();
}

void MainWindow::buildRunList() {
    runList_ = new RunList(theme_, this);
    runDock_ = new QDockWidget(tr("Runs"), this);
    runDock_->setObjectName("runs");
    runDock_->setWidget(runList_);
    addDockWidget(Qt::LeftDockWidgetArea, runDock_);
    tabifyDockWidget(browserDock_, runDock_);
    browserDock_->raise();
    connect(runList_, &RunList::openRequested, this, &MainWindow::openRun);
    connect(runList_, &RunList::continueRequested, this, &MainWindow::continueRun);
    connect(runList_, &RunList::overlayChanged, this, &MainWindow::loadOverlays);
    connect(runList_, &RunList::compareRequested, this, &MainWindow::compareRuns);
    if (!store_) {
        runDock_->hide();
        return;
    }
    controller_.setStore(store_.get());
    connect(runList_, &RunList::labelsChanged, this,
            [this](const QString& key, const QString& name, const QString& notes,
                   const QStringList& tags, bool isPinned) {
                store_->setLabels(
                    key, {.name = name, .notes = notes, .tags = tags, .isPinned = isPinned});
            });
    connect(runList_, &RunList::deleteRequested, this, [this](const QStringList& keys) {
        undo_.push(new DeleteRuns(*store_, keys));
        showMessage(
            tr("%n run(s) deleted; Undo brings them back.", "", static_cast<int>(keys.size())),
            false);
    });
    connect(store_.get(), &RunStore::listed, this, &MainWindow::listRuns);
    connect(store_.get(), &RunStore::told, this,
            [this](const QString& sentence) { showMessage(sentence, true); });
}

void MainWindow::listRuns() {
    if (!description_)
        return;
    std::vector<RunListEntry> entries;
    for (const KeptRun& run : store_->runs()) {
        if (run.experiment.toStdString() != description_->id)
            continue;
        RunListEntry entry;
        entry.key = run.key;
        entry.ownName = run.name;
        entry.name = nameOfRun(run);
        entry.state = run.state;
        entry.notes = run.notes;
        entry.tags = run.tags;
        entry.isPinned = run.isPinned;
        entry.canContinue = run.state == "interrupted" || run.state == "stopped";
        entry.fraction =
            run.stepsPlanned > 0 ? double(run.stepsDone) / double(run.stepsPlanned) : 0.0;
        if (run.state == "finished" || run.state == "diverged")
            entry.fraction = 1.0;
        entry.created = QDateTime::fromMSecsSinceEpoch(run.created, Qt::UTC);
        entry.sparkline = run.sparkline;
        entries.push_back(std::move(entry));
    }
    runList_->setRuns(std::move(entries));
}

QString MainWindow::nameOfRun(const KeptRun& run) const {
    if (!run.name.isEmpty())
        return run.name;
    try {
        return valuesInWords(*description_, overridesFromJson(*description_, run.parameters));
    } catch (const InputError&) { // of another version of the experiment
        return tr("run of version %1").arg(run.version);
    }
}

void MainWindow::loadRun(const QString& key, const std::function<void(const LoadedRunPtr&)>& then) {
    store_->load(key, type_,
                 [self = QPointer(this), type = type_, then](const LoadedRunPtr& run,
                                                             const QString& problem) {
                     if (!self || self->type_ != type)
                         return;
                     if (!run)
                         self->showMessage(problem, true);
                     else
                         then(run);
                 });
}

void MainWindow::openRun(const QString& key) {
    RunSide& side = chosenSide();
    if (!store_ || key == side.controller().key())
        return;
    loadRun(key, [this, &side](const LoadedRunPtr& run) {
        if (&side == &side_ || comparing_)
            showRun(side, run);
    });
}

void MainWindow::showRun(RunSide& side, const LoadedRunPtr& run) {
    try {
        static_cast<void>(overridesFromJson(*description_, run->run.parameters));
        if (&side == &side_)
            beginAnew();
        else
            lockStep_->pause();
        side.show(run);
    } catch (const InputError& error) {
        showMessage(QString::fromUtf8(error.what()), true);
    }
}

void MainWindow::continueRun(const QString& key) {
    if (!store_)
        return;
    loadRun(key, [this](const LoadedRunPtr& run) {
        endComparison();
        try {
            const Overrides values = overridesFromJson(*description_, run->run.parameters);
            side_.form()->setOverrides(values);
            Beginning beginning{.events = run->recording->events(),
                                .key = run->run.key,
                                .fingerprint = run->run.fingerprint};
            const Progress done = countProgress(*run->recording);
            beginning.until = description_->lockStep ? done.iteration : done.stepsDone;
            beginAnew();
            statusBar()->showMessage(tr("Replaying the run from its seed …"));
            controller_.start(type_, values, true, beginning);
        } catch (const InputError& error) {
            showMessage(QString::fromUtf8(error.what()), true);
        }
    });
}

void MainWindow::loadOverlays(const QStringList& keys) {
    std::erase_if(overlaid_, [&](const auto& entry) { return !keys.contains(entry.first); });
    for (const QString& key : keys)
        if (store_ && !overlaid_.contains(key))
            loadRun(key, [this, key](const LoadedRunPtr& run) {
                if (runList_->overlaid().contains(key)) {
                    overlaid_[key] = run;
                    updateRuns();
                }
            });
    updateRuns();
}

/// The run of a controller, and those drawn over it.
std::vector<ShownRun> MainWindow::shownRuns(const RunController& controller) const {
    std::vector<ShownRun> runs;
    if (!controller.recording())
        return runs;
    runs.push_back({.name = "", .recording = controller.recording(), .key = controller.key()});
    if (!overlaid_.empty())
        runs.front().color = 0;
    if (overlay_->isChecked())
        for (const ShownRun& run : controller.earlierRuns())
            if (!overlaid_.contains(run.key))
                runs.push_back(run);
    for (const QString& key : runList_->overlaid())
        if (const auto found = overlaid_.find(key);
            found != overlaid_.end() && key != controller.key())
            runs.push_back({.name = nameOfRun(found->second->run),
                            .recording = found->second->recording,
                            .key = key,
                            .color = runList_->colorIndex(key)});
    // Names tell runs apart in the legend.
    for (std::size_t i = 1; i < runs.size(); ++i)
        for (std::size_t j = 1; j < i; ++j)
            if (runs[i].name == runs[j].name)
                runs[i].name += tr(" (%1)").arg(i);
    return runs;
}

void MainWindow::compareRuns() {
    if (!controller_.values())
        return;
    std::vector<ParameterDifferences::Run> runs{
        {comparing_ ? tr("A") : tr("shown"), controller_.values()}};
    if (comparing_ && beside_->controller().values())
        runs.push_back({tr("B"), beside_->controller().values()});
    QStringList keys = runList_->overlaid();
    for (const QString& key : runList_->selected())
        if (!keys.contains(key) && key != controller_.key())
            keys << key;
    for (const QString& key : keys)
        if (const KeptRun* run = store_ ? store_->find(key) : nullptr)
            try {
                runs.push_back(
                    {nameOfRun(*run), std::make_shared<const ParameterValues>(
                                          description_->parameters,
                                          overridesFromJson(*description_, run->parameters))});
            } catch (const InputError& error) {
                showMessage(QString::fromUtf8(error.what()), true);
            }
    if (runs.size() < 2) {
        showMessage(tr("Tick or select runs in the list to compare them with the shown one."),
                    false);
        return;
    }
    if (!differences_) {
        differences_ = new ParameterDifferences(right_);
        right_->addTab(differences_, tr("Differences"));
    }
    differences_->setRuns(*description_, runs);
    right_->setCurrentWidget(differences_);
}

void MainWindow::listMoments() {
    moments_ = side_.moments();
    if (comparing_) {
        const std::vector<std::int64_t> others = beside_->moments();
        moments_.insert(moments_.end(), others.begin(), others.end());
        std::sort(moments_.begin(), moments_.end());
        moments_.erase(std::unique(moments_.begin(), moments_.end()), moments_.end());
    }
    transport_->setKeyFrames(moments_);
}

void MainWindow::scrub(int index) {
    const bool past = index >= 0 && index < static_cast<int>(moments_.size());
    branch_->setEnabled(past && description_->lockStep && !comparing_);
    std::optional<std::int64_t> moment;
    if (past)
        moment = moments_[static_cast<std::size_t>(index)];
    side_.goTo(moment);
    if (comparing_)
        beside_->goTo(moment);
}

void MainWindow::branchFromHere() {
    if (!side_.moment() || !controller_.recording() || !description_->lockStep || comparing_)
        return;
    const std::int64_t iteration = *side_.moment();
    const Overrides start = overridesOf(*controller_.values());
    Overrides now = start;
    Beginning beginning;
    for (const LiveEvent& event : controller_.recording()->events())
        if (event.iteration < iteration) {
            beginning.events.push_back(event);
            if (!event.isAction)
                now.insert_or_assign(event.name, event.value);
        }
    beginning.until = iteration;
    const KeptRun* parent = store_ ? store_->find(controller_.key()) : nullptr;
    beginning.origin = tr("branch of %1 at iteration %2")
                           .arg(parent ? nameOfRun(*parent) : tr("a run"))
                           .arg(iteration);
    // The present run stays in sight.
    overlay_->setChecked(true);
    side_.form()->setOverrides(now);
    beginAnew();
    showMessage(tr("A new run is at iteration %1 of the old one. Change parameters marked as live "
                   "and play on.")
                    .arg(QLocale(QLocale::English).toString(qlonglong(iteration))),
                false);
    controller_.start(type_, start, false, beginning);
}

/// What a kept run's end looks like in the transport bar.
void MainWindow::showEnd() {
    const LoadedRun* run = controller_.shownRun();
    if (!run && comparing_)
        run = beside_->controller().shownRun();
    if (!run)
        return;
    lastState_ = stateOf(run->run);
    transport_->setState(lastState_);
    transport_->setProgress(countProgress(*run->recording));
    statusBar()->showMessage(
        tr("A kept run of version %1, %2.").arg(run->run.version, stateInWords(run->run.state)));
    listMoments();
    for (RunSide* side : {&side_, beside()})
        if (side && side->controller().shownRun())
            side->controller().judgeLive();
}

} // namespace convergence
