#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <QString>
#include <QStringList>

#include "app/runs/instance_lock.h"
#include "app/runs/kept_run.h"
#include "app/runs/sql_connection.h"
#include "core/experiment/experiment.h"

namespace convergence {

/// What a person says about a run.
struct RunLabels {
    QString name;
    QString notes;
    QStringList tags;
    bool isPinned = false;
};

/// A run that is under way, to be kept.
struct RunToKeep {
    QString key;
    std::shared_ptr<const ExperimentType> type;
    std::shared_ptr<const ParameterValues> values; ///< at the start
    std::shared_ptr<const Recording> recording;
    std::string fingerprint;
    QString origin;
    /// The key is that of a run in the database which is continued: replayed from its seed.
    bool isContinued = false;
};

/// The runs that a person made, in an SQLite file `runs.sqlite` of a folder. Used by one thread;
/// several instances (also in other processes) may use one folder. Statements that fail throw
/// DatabaseError.
///
/// Every write() is one transaction: what was written before a crash is whole and stays.
class RunDatabase {
public:
    /// Opens or makes the database; marks runs of dead instances interrupted; drops runs that were
    /// deleted more than a day ago. A damaged file is set aside under another name, never deleted,
    /// and a new one begun: see message(). Throws InputError or DatabaseError if the folder cannot
    /// be used.
    explicit RunDatabase(const QString& folder);
    ~RunDatabase();

    /// One sentence if a damaged file was set aside; empty otherwise.
    [[nodiscard]] const QString& message() const { return message_; }

    /// From now on write() keeps this run, as soon as it has made a step.
    void watch(RunToKeep run);
    /// Further key frames of a watched run; volumes and sets of more than a megabyte are left out.
    void addKeyFrames(const QString& key, std::vector<std::shared_ptr<const Frames>> frames);
    void setClaims(const QString& key, const std::string& claims);
    /// Appends what watched runs recorded since the last time. A run that has ended is written
    /// whole and watched no more; for a continued one whose replay differed a sentence is returned.
    QStringList write();
    [[nodiscard]] bool isWatching() const { return !watched_.empty(); }

    /// All runs that are not deleted, pinned ones first, then newest first.
    [[nodiscard]] std::vector<KeptRun> list();
    /// Throws InputError if there is none of that key, or what is kept does not fit the experiment.
    [[nodiscard]] LoadedRun load(const QString& key, const Description& description);
    /// A run from elsewhere; false if it was there already.
    bool import(const LoadedRun& run);
    void setLabels(const QString& key, const RunLabels& labels);
    /// Deleted runs are not listed; they can be restored until the program ends.
    void setDeleted(const QStringList& keys, bool isDeleted);
    /// Whether another connection changed anything since the last call.
    [[nodiscard]] bool changedElsewhere();

private:
    struct Watched;

    void open(const QString& folder);
    void setAside(const QString& why);
    void markInterrupted();
    void purge(qint64 deletedBefore);
    bool begin(Watched& watched);
    /// True if the run has ended and all of it is written.
    bool append(Watched& watched);
    void appendRows(Watched& watched, std::size_t trial, bool timing, std::size_t rows);
    void insertChunk(qint64 run, std::size_t trial, bool timing, std::size_t first, std::size_t end,
                     const Table& table);
    void insertKeyFrame(qint64 run, const Frames& frames);
    void consolidate(Watched& watched);
    qint64 insertRun(const KeptRun& run, const Recording& recording, const QString& owner);
    [[nodiscard]] std::shared_ptr<Recording>
    readRecording(qint64 run, const std::vector<Parameter>& parameters);

    QString folder_;
    QString message_;
    InstanceLock lock_;
    std::unique_ptr<SqlConnection> connection_;
    std::vector<std::unique_ptr<Watched>> watched_;
    qint64 dataVersion_ = 0;
};

} // namespace convergence
