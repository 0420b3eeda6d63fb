#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <QString>
#include <QStringList>

#include "app/runs/instance_lock.h"
#include "app/runs/sql_connection.h"
#include "app/runs/tables.h"
#include "app/runs/writer.h"

namespace convergence {

/// The runs that a person made, in an SQLite file `runs.sqlite` of a folder. Used by one thread;
/// several instances (also in other processes) may use one folder. Statements that fail throw
/// DatabaseError.
///
/// The database is the file: opened, mended, shared with other instances. What it holds is
/// RunTables' to read, and RunWriter's to add to.
class RunDatabase {
public:
    /// Opens or makes the database; marks runs of dead instances interrupted; drops runs that were
    /// deleted more than a day ago. A damaged file is set aside under another name, never deleted,
    /// and a new one begun: see message(). Throws InputError or DatabaseError if the folder cannot
    /// be used.
    explicit RunDatabase(const QString& folder);

    /// One sentence if a damaged file was set aside; empty otherwise.
    [[nodiscard]] const QString& message() const { return message_; }

    /// Runs that are under way; see RunWriter.
    void watch(RunToKeep run) { writer_->watch(std::move(run)); }
    void addKeyFrames(const QString& key, std::vector<std::shared_ptr<const Frames>> frames) {
        writer_->addKeyFrames(key, std::move(frames));
    }
    void setClaims(const QString& key, const std::string& claims) {
        writer_->setClaims(key, claims);
    }
    QStringList write() { return writer_->write(); }
    [[nodiscard]] bool isWatching() const { return writer_->isWatching(); }

    /// Runs that are kept; see RunTables.
    [[nodiscard]] std::vector<KeptRun> list() { return tables_->list(); }
    [[nodiscard]] LoadedRun load(const QString& key, const Description& description) {
        return tables_->load(key, description);
    }
    /// A run from elsewhere; false if it was there already.
    bool import(const LoadedRun& run);
    void setLabels(const QString& key, const RunLabels& labels) { tables_->setLabels(key, labels); }
    /// Deleted runs are not listed; they can be restored until the program ends.
    void setDeleted(const QStringList& keys, bool isDeleted);
    /// Whether another connection changed anything since the last call.
    [[nodiscard]] bool changedElsewhere();

private:
    void open(const QString& folder);
    void setAside(const QString& why);
    void markInterrupted();
    void purge(qint64 deletedBefore);

    QString folder_;
    QString message_;
    InstanceLock lock_;
    std::unique_ptr<SqlConnection> connection_;
    std::optional<RunTables> tables_;
    std::optional<RunWriter> writer_;
    qint64 dataVersion_ = 0;
};

} // namespace convergence
