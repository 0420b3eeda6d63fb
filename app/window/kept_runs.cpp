#include "app/window/kept_runs.h"

#include <algorithm>

#include <QAction>
#include <QDateTime>
#include <QPointer>
#include <QUndoStack>

#include "core/error.h"
#include "widgets/minus_signs.h"

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
        QString value = withMinusSigns(formatValue(values.value(parameter.name)));
        if (value.size() > longestValue)
            value = value.left(longestValue) + "…";
        words << QString::fromStdString(parameter.symbol.empty() ? parameter.name
                                                                 : parameter.symbol) +
                     " = " + value;
    }
    return words.isEmpty() ? QObject::tr("usual values") : words.join(", ");
}

double fractionOf(const KeptRun& run) {
    if (run.state == "finished" || run.state == "diverged")
        return 1.0;
    return run.stepsPlanned > 0 ? double(run.stepsDone) / double(run.stepsPlanned) : 0.0;
}

} // namespace

KeptRuns::KeptRuns(RunList& list, QUndoStack& undo, RunStore* store, QObject* parent)
    : QObject(parent), list_(list), undo_(undo), store_(store),
      earlier_(new QAction(tr("&Overlay earlier runs"), this)) {
    earlier_->setCheckable(true);
    earlier_->setShortcut(QKeySequence("Ctrl+L"));
    connect(earlier_, &QAction::toggled, this, &KeptRuns::overlaysChanged);
    connect(&list_, &RunList::openRequested, this, &KeptRuns::openRequested);
    connect(&list_, &RunList::continueRequested, this, &KeptRuns::continueRequested);
    connect(&list_, &RunList::overlayChanged, this, &KeptRuns::loadOverlays);
    connect(&list_, &RunList::compareRequested, this, &KeptRuns::differencesRequested);
    if (store_)
        connectStore();
}

void KeptRuns::connectStore() {
    connect(&list_, &RunList::labelsChanged, this,
            [this](const QString& key, const QString& name, const QString& notes,
                   const QStringList& tags, bool isPinned) {
                store_->setLabels(
                    key, {.name = name, .notes = notes, .tags = tags, .isPinned = isPinned});
            });
    connect(&list_, &RunList::deleteRequested, this, &KeptRuns::deleteRuns);
    connect(store_, &RunStore::listed, this, &KeptRuns::listRuns);
    connect(store_, &RunStore::told, this, &KeptRuns::troubled);
}

void KeptRuns::deleteRuns(const QStringList& keys) {
    undo_.push(new DeleteRuns(*store_, keys));
    Q_EMIT told(tr("%n run(s) deleted; Undo brings them back.", "", static_cast<int>(keys.size())));
}

void KeptRuns::open(std::shared_ptr<const ExperimentType> type) {
    type_ = std::move(type);
    overlaid_.clear();
    list_.setOverlaid({});
    listRuns();
}

void KeptRuns::setPresent(const QString& key) {
    list_.setPresent(key);
}

void KeptRuns::listRuns() {
    if (!type_ || !store_)
        return;
    std::vector<RunListEntry> entries;
    for (const KeptRun& run : store_->runs()) {
        if (run.experiment.toStdString() != type_->description.id)
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
        entry.fraction = fractionOf(run);
        entry.created = QDateTime::fromMSecsSinceEpoch(run.created, Qt::UTC);
        entry.sparkline = run.sparkline;
        entries.push_back(std::move(entry));
    }
    list_.setRuns(std::move(entries));
}

QString KeptRuns::nameOfRun(const KeptRun& run) const {
    if (!run.name.isEmpty())
        return run.name;
    try {
        return valuesInWords(type_->description,
                             overridesFromJson(type_->description, run.parameters));
    } catch (const InputError&) { // of another version of the experiment
        return tr("run of version %1").arg(run.version);
    }
}

const KeptRun* KeptRuns::find(const QString& key) const {
    return store_ ? store_->find(key) : nullptr;
}

QString KeptRuns::nameOf(const QString& key) const {
    const KeptRun* run = find(key);
    return run ? nameOfRun(*run) : tr("a run");
}

void KeptRuns::read(const QString& key,
                    const std::function<void(const LoadedRunPtr&, const QString&)>& then) {
    store_->load(key, type_,
                 [self = QPointer(this), type = type_, then](const LoadedRunPtr& run,
                                                             const QString& problem) {
                     if (self && self->type_ == type)
                         then(run, problem);
                 });
}

void KeptRuns::load(const QString& key, const std::function<void(const LoadedRunPtr&)>& then) {
    if (!store_)
        return;
    read(key, [this, then](const LoadedRunPtr& run, const QString& problem) {
        if (run)
            then(run);
        else
            Q_EMIT troubled(problem);
    });
}

void KeptRuns::tryLoad(const QString& key, const std::function<void(const LoadedRunPtr&)>& then) {
    if (!store_ || key.isEmpty())
        return then(nullptr);
    read(key, [then](const LoadedRunPtr& run, const QString&) { then(run); });
}

void KeptRuns::tryLoad(const QString& key, std::shared_ptr<const ExperimentType> type,
                       const std::function<void(const LoadedRunPtr&)>& then) {
    if (!store_ || key.isEmpty())
        return then(nullptr);
    store_->load(key, std::move(type),
                 [self = QPointer(this), then](const LoadedRunPtr& run, const QString&) {
                     if (self)
                         then(run);
                 });
}

void KeptRuns::import(const LoadedRunPtr& run, std::function<void()> then) {
    if (store_)
        store_->import(run, std::move(then));
    else
        then();
}

void KeptRuns::setOverlaid(const QStringList& keys) {
    list_.setOverlaid(keys);
}

void KeptRuns::addLoaded(const LoadedRunPtr& run) {
    overlaid_[run->run.key] = run;
}

void KeptRuns::loadOverlays(const QStringList& keys) {
    std::erase_if(overlaid_, [&](const auto& entry) { return !keys.contains(entry.first); });
    for (const QString& key : keys)
        if (!overlaid_.contains(key))
            load(key, [this, key](const LoadedRunPtr& run) {
                if (overlaid().contains(key)) {
                    overlaid_[key] = run;
                    Q_EMIT overlaysChanged();
                }
            });
    Q_EMIT overlaysChanged();
}

void KeptRuns::readOverlays(std::function<void(const std::vector<LoadedRunPtr>&)> then,
                            QStringList unreadable) {
    for (const QString& key : overlaid()) {
        if (!store_ || overlaid_.contains(key) || unreadable.contains(key))
            continue;
        read(key, [this, key, unreadable, then = std::move(then)](const LoadedRunPtr& run,
                                                                  const QString& problem) {
            if (run)
                overlaid_[key] = run;
            else
                Q_EMIT troubled(problem);
            readOverlays(then, run ? unreadable : unreadable + QStringList{key});
        });
        return;
    }
    std::vector<LoadedRunPtr> runs;
    for (const auto& [key, run] : overlaid_)
        runs.push_back(run);
    then(runs);
}

void KeptRuns::showEarlier() {
    earlier_->setChecked(true);
}

std::vector<ShownRun> KeptRuns::shownRuns(const RunController& controller) const {
    std::vector<ShownRun> runs;
    if (!controller.recording())
        return runs;
    runs.push_back({.name = "", .recording = controller.recording(), .key = controller.key()});
    if (!overlaid_.empty())
        runs.front().color = 0;
    if (earlier_->isChecked())
        for (const ShownRun& run : controller.earlierRuns())
            if (!overlaid_.contains(run.key))
                runs.push_back(run);
    for (const QString& key : overlaid())
        if (const auto found = overlaid_.find(key);
            found != overlaid_.end() && key != controller.key())
            runs.push_back({.name = nameOfRun(found->second->run),
                            .recording = found->second->recording,
                            .key = key,
                            .color = list_.colorIndex(key)});
    // Names tell runs apart in the legend.
    for (std::size_t i = 1; i < runs.size(); ++i)
        for (std::size_t j = 1; j < i; ++j)
            if (runs[i].name == runs[j].name)
                runs[i].name += tr(" (%1)").arg(i);
    return runs;
}

std::vector<ParameterDifferences::Run>
KeptRuns::differences(std::vector<ParameterDifferences::Run> runs, const QString& present) {
    QStringList keys = overlaid();
    for (const QString& key : list_.selected())
        if (!keys.contains(key) && key != present)
            keys << key;
    for (const QString& key : keys)
        if (const KeptRun* run = find(key))
            try {
                runs.push_back(
                    {nameOfRun(*run), std::make_shared<const ParameterValues>(
                                          type_->description.parameters,
                                          overridesFromJson(type_->description, run->parameters))});
            } catch (const InputError& error) {
                Q_EMIT troubled(QString::fromUtf8(error.what()));
            }
    if (runs.size() >= 2)
        return runs;
    Q_EMIT told(tr("Tick or select runs in the list to compare them with the shown one."));
    return {};
}

} // namespace convergence
