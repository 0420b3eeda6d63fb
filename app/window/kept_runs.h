#pragma once

#include <functional>
#include <map>
#include <memory>

#include <QObject>

#include "app/runs/store.h"
#include "app/window/run_controller.h"
#include "widgets/panels/parameter_differences.h"
#include "widgets/panels/run_list.h"

class QAction;
class QUndoStack;

namespace convergence {

/// The kept runs of the open experiment: lists them, reads those that a person opens, and knows
/// which of them are drawn over the present one. Shows nothing itself but the list.
class KeptRuns : public QObject {
    Q_OBJECT

public:
    using LoadedRunPtr = std::shared_ptr<const LoadedRun>;

    /// `store` may be null: there are none then. Deleting runs is undone by `undo`. `list`, `undo`
    /// and `store` outlive this.
    KeptRuns(RunList& list, QUndoStack& undo, RunStore* store, QObject* parent = nullptr);

    /// Another experiment: its runs are listed, none is drawn over the present one.
    void open(std::shared_ptr<const ExperimentType> type);
    /// The run that is shown, which is marked in the list.
    void setPresent(const QString& key);

    /// Reads a run of the open experiment, for as long as that is open; trouble is told.
    void load(const QString& key, const std::function<void(const LoadedRunPtr&)>& then);
    /// The same, telling a run that cannot be had (any more) by null.
    void tryLoad(const QString& key, const std::function<void(const LoadedRunPtr&)>& then);
    /// The same for a run of another experiment than the open one.
    void tryLoad(const QString& key, std::shared_ptr<const ExperimentType> type,
                 const std::function<void(const LoadedRunPtr&)>& then);
    /// A run from elsewhere; calls `then` once it is listed, or at once where no runs are kept.
    void import(const LoadedRunPtr& run, std::function<void()> then);
    /// What is kept of a run, without what it recorded; null if it is not kept.
    [[nodiscard]] const KeptRun* find(const QString& key) const;
    /// As a person named it, or its values in words; "a run" for one that is not kept.
    [[nodiscard]] QString nameOf(const QString& key) const;

    /// Runs drawn over the present one, in the order in which they were ticked.
    [[nodiscard]] QStringList overlaid() const { return list_.overlaid(); }
    void setOverlaid(const QStringList& keys);
    /// Of these, with one that need not be read, as it is here already.
    void addLoaded(const LoadedRunPtr& run);
    /// Calls `then` with all of them once they are read; what cannot be read is told, and missing.
    void whenOverlaysAreLoaded(std::function<void(const std::vector<LoadedRunPtr>&)> then) {
        readOverlays(std::move(then), {});
    }
    /// Earlier runs of this sitting are drawn as well.
    void showEarlier();

    /// The run of a controller, and those drawn over it; empty if it has none.
    [[nodiscard]] std::vector<ShownRun> shownRuns(const RunController& controller) const;
    /// The parameters of these runs beside those that are ticked or selected in the list, but for
    /// the run `present`; fewer than two say in a sentence what to do, and give none.
    [[nodiscard]] std::vector<ParameterDifferences::Run>
    differences(std::vector<ParameterDifferences::Run> runs, const QString& present);

    /// Whether earlier runs are drawn; checkable.
    [[nodiscard]] QAction* earlierAction() const { return earlier_; }

Q_SIGNALS:
    /// Other runs are to be drawn over the present one.
    void overlaysChanged();
    void openRequested(const QString& key);
    void continueRequested(const QString& key);
    void differencesRequested();
    void told(const QString& sentence);
    void troubled(const QString& sentence);

private:
    void listRuns();
    /// Calls `then` with the run, or null and why, unless another experiment is open by then.
    void read(const QString& key,
              const std::function<void(const LoadedRunPtr&, const QString&)>& then);
    void loadOverlays(const QStringList& keys);
    void readOverlays(std::function<void(const std::vector<LoadedRunPtr>&)> then,
                      QStringList unreadable);
    void deleteRuns(const QStringList& keys);
    void connectStore();
    [[nodiscard]] QString nameOfRun(const KeptRun& run) const;

    RunList& list_;
    QUndoStack& undo_;
    RunStore* store_;
    std::shared_ptr<const ExperimentType> type_;
    std::map<QString, LoadedRunPtr> overlaid_; ///< by key; those that are read
    QAction* earlier_;
};

} // namespace convergence
