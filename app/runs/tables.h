#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/runs/kept_run.h"
#include "app/runs/sql_connection.h"
#include "core/experiment/parameter.h"

namespace convergence {

/// What a person says about a run.
struct RunLabels {
    QString name;
    QString notes;
    QStringList tags;
    bool isPinned = false;
};

/// How far a trial of a run is.
struct TrialRow {
    TrialStatus status = TrialStatus::pending;
    qint64 iterations = 0;
    std::string message;
    std::optional<std::vector<double>> finals; ///< once it has ended
};
/// As it is now, also while the trial goes on: one that has finals here has ended, so that rows
/// read afterwards are all it has.
[[nodiscard]] TrialRow trialRow(const Recording& recording, std::size_t trial);

/// The rows that runs are kept as: a run, its trials, chunks of what they recorded, events, key
/// frames. Reads and writes them; which runs there are to write is decided elsewhere. Statements
/// that fail throw DatabaseError. Inserting is part of a transaction of the caller's.
class RunTables {
public:
    /// `connection` outlives the tables, which are of the present version.
    explicit RunTables(SqlConnection& connection) : connection_(connection) {}

    /// All runs that are not deleted, pinned ones first, then newest first.
    [[nodiscard]] std::vector<KeptRun> list();
    /// Throws InputError if there is none of that key, or what is kept does not fit the experiment.
    [[nodiscard]] LoadedRun load(const QString& key, const Description& description);
    [[nodiscard]] std::shared_ptr<Recording>
    readRecording(qint64 run, const std::vector<Parameter>& parameters);
    /// Row of a run; 0: there is none.
    [[nodiscard]] qint64 find(const QString& key);

    /// A whole run from elsewhere; false if it was there already, which undeletes it.
    bool import(const LoadedRun& run, const QString& owner);
    void setLabels(const QString& key, const RunLabels& labels);
    void setClaims(const QString& key, const std::string& claims);
    /// `when`: milliseconds since 1970; 0: not deleted.
    void setDeleted(const QStringList& keys, qint64 when);

    /// The row of a run, its labels and the outline of its recording; returns the row.
    qint64 insertRun(const KeptRun& run, const Recording& recording, const QString& owner);
    /// Which table of a trial.
    enum class Kind { trace = 0, timing = 1 };
    struct TableKey {
        qint64 run;
        std::size_t trial;
        Kind kind;
    };
    /// Rows [first, end) of a trial's table.
    void insertRows(const TableKey& key, const Table& table, std::size_t first, std::size_t end);
    /// The whole table in place of all that is kept of it, in as few chunks as can be.
    void replaceRows(const TableKey& key, const Table& table);
    /// In how many chunks a table is kept, and in how few it could be.
    [[nodiscard]] std::size_t chunks(const TableKey& key);
    [[nodiscard]] static std::size_t fewestChunks(const Table& table);
    /// How far a trial is; iterations only grow.
    void putTrial(qint64 run, std::size_t trial, const TrialRow& row);
    void insertEvent(qint64 run, std::size_t number, const LiveEvent& event);
    void putKeyFrame(qint64 run, const Frames& frames);
    [[nodiscard]] bool hasKeyFrame(qint64 run, std::int64_t iteration);

private:
    SqlConnection& connection_;
};

/// The table of a trial that a kind names.
[[nodiscard]] const Table& tableOf(const Recording& recording, std::size_t trial,
                                   RunTables::Kind kind);

/// Values as SQLite keeps them.
[[nodiscard]] QByteArray blob(const std::vector<double>& numbers);
[[nodiscard]] QByteArray blob(const std::vector<float>& numbers);

} // namespace convergence
