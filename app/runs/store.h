#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include <QObject>

#include "app/runs/database.h"

namespace convergence {

/// Keeps runs in the background: a thread of its own writes what watched runs recorded twice a
/// second. All methods return at once; answers arrive in the thread of this object.
class RunStore : public QObject {
    Q_OBJECT

public:
    explicit RunStore(const QString& folder, QObject* parent = nullptr);
    /// Writes what is left, which may take a moment.
    ~RunStore() override;

    /// The folder for this person's runs: under the user's data folder.
    static QString defaultFolder();

    /// A new key for a run.
    static QString newKey();
    void keep(RunToKeep run);
    void addKeyFrames(const QString& key, std::vector<std::shared_ptr<const Frames>> frames);
    void setClaims(const QString& key, const std::string& claims);
    void setLabels(const QString& key, const RunLabels& labels);
    void setDeleted(const QStringList& keys, bool isDeleted);
    /// The run, or a sentence on why it cannot be had.
    using Loaded = std::function<void(const std::shared_ptr<const LoadedRun>&, const QString&)>;
    void load(const QString& key, std::shared_ptr<const ExperimentType> type, Loaded done);
    void import(std::shared_ptr<const LoadedRun> run, std::function<void()> done);

    /// The list as last told by listed().
    [[nodiscard]] const std::vector<KeptRun>& runs() const { return runs_; }
    [[nodiscard]] const KeptRun* find(const QString& key) const;
    /// Waits until everything asked for so far is done and written (for tests and the end).
    void flush();

Q_SIGNALS:
    /// The runs changed; runs() has the new list.
    void listed();
    /// One sentence for the person: a damaged file was set aside, the disk is full, ...
    void told(const QString& sentence);

private:
    using Task = std::function<void(RunDatabase&)>;
    void post(Task task);
    void work(const QString& folder);
    void attempt(RunDatabase& database, const Task& task);
    void tell(const QString& sentence);
    void publish(RunDatabase& database);
    /// Runs `call` in the thread of this object.
    void answer(std::function<void()> call);

    std::vector<KeptRun> runs_;
    QString lastTold_; ///< only the worker touches it
    std::mutex mutex_; ///< guards what follows
    std::condition_variable wake_;
    std::condition_variable idle_;
    std::deque<Task> tasks_;
    bool busy_ = false;
    bool stop_ = false;
    std::thread thread_; ///< last: uses the rest
};

} // namespace convergence
