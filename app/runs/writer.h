#pragma once

#include <memory>
#include <string>
#include <vector>

#include <QString>
#include <QStringList>

#include "app/runs/tables.h"
#include "core/experiment/experiment.h"

namespace convergence {

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

/// Keeps runs that are under way: knows how much of each is in the tables, and appends the rest.
/// Every write() is one transaction a run: what was written before a crash is whole and stays.
class RunWriter {
public:
    /// Runs that are written belong to `owner`, the instance. `connection` outlives the writer.
    RunWriter(SqlConnection& connection, QString owner);
    ~RunWriter();

    /// From now on write() keeps this run, as soon as it has made a step.
    void watch(RunToKeep run);
    /// Further key frames of a watched run, or of one that was; volumes and sets of more than a
    /// megabyte are left out.
    void addKeyFrames(const QString& key, std::vector<std::shared_ptr<const Frames>> frames);
    void setClaims(const QString& key, const std::string& claims);
    /// Appends what watched runs recorded since the last time. A run that has ended is written
    /// whole and watched no more; for a continued one whose replay differed a sentence is returned.
    QStringList write();
    [[nodiscard]] bool isWatching() const { return !watched_.empty(); }

private:
    struct Watched;

    void resume(Watched& watched);
    void begin(Watched& watched);
    /// True if the run has ended and all of it is written.
    bool append(Watched& watched);
    void appendRows(Watched& watched, std::size_t trial, RunTables::Kind kind);
    /// A sentence if a continued run differs from what was kept, which then stays.
    QString finish(const Watched& watched);
    void consolidate(const Watched& watched);
    bool writeOne(Watched& watched, QStringList& sentences);

    SqlConnection& connection_;
    RunTables tables_;
    QString owner_;
    std::vector<std::unique_ptr<Watched>> watched_;
};

} // namespace convergence
