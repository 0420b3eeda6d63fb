#include "app/runs/database.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <nlohmann/json.hpp>

#include "app/runs/schema.h"
#include "core/error.h"
#include "core/experiment/key_frames.h"
#include "core/experiment/packed_bytes.h"
#include "core/experiment/packed_frames.h"
#include "core/experiment/packed_rows.h"
#include "core/experiment/progress.h"
#include "core/experiment/recording_outline.h"
#include "core/experiment/run_files.h"

namespace convergence {

namespace {

constexpr std::size_t largestKeyFrame = std::size_t{1} << 20; ///< bytes in memory
constexpr qint64 dayMilliseconds = 86'400'000;
constexpr std::size_t sparklinePoints = 40;
/// Runs are written once and seldom read: what SQLite keeps of them in memory is of little use.
constexpr int cacheKilobytes = 512;
/// Files up to this size are checked whole when they are opened.
constexpr qint64 quicklyChecked = qint64{64} << 20;

QByteArray blob(const std::string& bytes) {
    return {bytes.data(), static_cast<qsizetype>(bytes.size())};
}
QString string(const std::string& utf8) {
    return QString::fromStdString(utf8);
}
/// A null string would be bound as NULL.
QString notNull(const QString& value) {
    return value.isNull() ? QString("") : value;
}

template <typename Number>
QByteArray numbersBlob(const std::vector<Number>& numbers) {
    if (numbers.empty())
        return {"", 0}; // not null
    return {reinterpret_cast<const char*>(numbers.data()),
            static_cast<qsizetype>(numbers.size() * sizeof(Number))};
}
bool hasStarted(const Recording& recording) {
    for (std::size_t trial = 0; trial < recording.plans().size(); ++trial)
        if (recording.iterations(trial) > 0 || recording.status(trial) >= TrialStatus::diverged)
            return true;
    return false;
}

/// The first curve of the first chart: what a run looks like at a glance.
std::vector<float> sparkline(const Description& description, const Recording& recording) {
    for (const View& view : description.views) {
        if (view.kind != ViewKind::lineChart || view.fromTrials || view.series.empty())
            continue;
        const std::string pattern = view.series.front().column;
        const std::string start = pattern.substr(0, pattern.find('*'));
        const Table& trace = recording.trace(0);
        const auto& columns = trace.columns();
        const auto found = std::find_if(columns.begin(), columns.end(), [&](const Column& column) {
            return start == pattern ? column.name == pattern : column.name.starts_with(start);
        });
        if (found == columns.end())
            continue;
        const auto column = static_cast<std::size_t>(found - columns.begin());
        const std::size_t rows = trace.rows();
        std::vector<float> points;
        for (std::size_t i = 0; i < std::min(rows, sparklinePoints); ++i) {
            const double value = trace.at(
                rows <= sparklinePoints ? i : i * (rows - 1) / (sparklinePoints - 1), column);
            points.push_back(
                static_cast<float>(view.y.scale == Scale::logarithmic ? std::log10(value) : value));
        }
        return points;
    }
    return {};
}

} // namespace

struct RunDatabase::Watched {
    RunToKeep run;
    qint64 id = 0;                                      ///< 0: not in the database yet
    std::vector<std::size_t> traceRows, timingRows;     ///< written so far
    std::vector<std::pair<TrialStatus, qint64>> trials; ///< status and iterations written
    std::size_t events = 0;
    std::set<std::int64_t> keyFrames; ///< iterations written
    std::vector<std::shared_ptr<const Frames>> newKeyFrames;
    std::optional<std::string> claims;
};

RunDatabase::RunDatabase(const QString& folder) : folder_(folder), lock_(folder + "/instances") {
    {
        const OpeningLock lock(folder);
        try {
            open(folder);
        } catch (const DatabaseError& error) {
            if (!error.isDamage())
                throw;
            setAside(error.what());
            open(folder);
        }
    }
    markInterrupted();
    purge(QDateTime::currentMSecsSinceEpoch() - dayMilliseconds);
    dataVersion_ = connection_->value("PRAGMA data_version").toLongLong();
}

RunDatabase::~RunDatabase() = default;

void RunDatabase::open(const QString& folder) {
    const QString path = folder + "/runs.sqlite";
    connection_ = std::make_unique<SqlConnection>(path);
    connection_->value("PRAGMA journal_mode = WAL");
    connection_->run("PRAGMA synchronous = NORMAL");
    connection_->run("PRAGMA foreign_keys = ON");
    connection_->run(QString("PRAGMA cache_size = -%1").arg(cacheKilobytes));
    if (QFileInfo(path).size() <= quicklyChecked) {
        const QString verdict = connection_->value("PRAGMA quick_check(1)").toString();
        if (verdict != "ok")
            throw DatabaseError(
                QString("The database %1 is damaged: %2.").arg(path, verdict).toStdString(), true);
    }
    migrate(*connection_, currentSchemaVersion());
    connection_->value("SELECT count(*) FROM run");
}

void RunDatabase::setAside(const QString& why) {
    connection_.reset();
    const QString stamp = QDateTime::currentDateTimeUtc().toString("yyyyMMdd-HHmmss-zzz");
    const QString aside = "runs.damaged-" + stamp + ".sqlite";
    for (const QString suffix : {"", "-wal", "-shm"})
        if (QFileInfo::exists(folder_ + "/runs.sqlite" + suffix))
            QFile::rename(folder_ + "/runs.sqlite" + suffix, folder_ + "/" + aside + suffix);
    message_ =
        QString("%1 It was set aside as %2, and a new one begun.").arg(why, folder_ + "/" + aside);
}

void RunDatabase::markInterrupted() {
    QStringList owners;
    QSqlQuery query = connection_->run("SELECT DISTINCT owner FROM run WHERE state = 'running'");
    while (query.next())
        owners << query.value(0).toString();
    query.finish();
    for (const QString& owner : owners)
        if (!lock_.isAlive(owner))
            connection_->run("UPDATE run SET state = 'interrupted' WHERE state = 'running' AND "
                             "owner = ?",
                             {owner});
}

void RunDatabase::purge(qint64 deletedBefore) {
    connection_->run("DELETE FROM run WHERE deleted > 0 AND deleted < ?", {deletedBefore});
}

void RunDatabase::watch(RunToKeep run) {
    auto watched = std::make_unique<Watched>();
    const std::size_t trials = run.recording->plans().size();
    watched->traceRows.assign(trials, 0);
    watched->timingRows.assign(trials, 0);
    watched->trials.assign(trials, {TrialStatus::pending, -1});
    watched->run = std::move(run);
    if (watched->run.isContinued) {
        watched->id =
            connection_->value("SELECT id FROM run WHERE key = ?", {watched->run.key}).toLongLong();
        connection_->run("UPDATE run SET state = 'running', owner = ?, deleted = 0 WHERE id = ?",
                         {lock_.name(), watched->id});
        QSqlQuery query =
            connection_->run("SELECT trial, timing, max(first_row + rows) FROM chunk WHERE run = ? "
                             "GROUP BY trial, timing",
                             {watched->id});
        while (query.next()) {
            auto& rows = query.value(1).toInt() ? watched->timingRows : watched->traceRows;
            rows.at(query.value(0).toULongLong()) = query.value(2).toULongLong();
        }
        query = connection_->run("SELECT iteration FROM key_frame WHERE run = ?", {watched->id});
        while (query.next())
            watched->keyFrames.insert(query.value(0).toLongLong());
        watched->events =
            connection_->value("SELECT count(*) FROM event WHERE run = ?", {watched->id})
                .toULongLong();
    }
    watched_.push_back(std::move(watched));
}

void RunDatabase::addKeyFrames(const QString& key,
                               std::vector<std::shared_ptr<const Frames>> frames) {
    std::erase_if(frames, [](const auto& set) { return bytesOf(*set) > largestKeyFrame; });
    for (const auto& watched : watched_) {
        if (watched->run.key != key)
            continue;
        for (auto& set : frames)
            if (watched->keyFrames.insert(set->iteration).second)
                watched->newKeyFrames.push_back(std::move(set));
        return;
    }
    // The run has ended and is written; these are the last it drew.
    const qint64 id = connection_->value("SELECT id FROM run WHERE key = ?", {key}).toLongLong();
    if (id == 0)
        return;
    SqlTransaction transaction(*connection_);
    for (const auto& set : frames)
        if (connection_
                ->value("SELECT count(*) FROM key_frame WHERE run = ? AND iteration = ?",
                        {id, static_cast<qint64>(set->iteration)})
                .toInt() == 0)
            insertKeyFrame(id, *set);
    transaction.commit();
}

void RunDatabase::insertKeyFrame(qint64 run, const Frames& frames) {
    connection_->run("INSERT OR REPLACE INTO key_frame (run, iteration, data) VALUES (?, ?, ?)",
                     {run, static_cast<qint64>(frames.iteration), blob(packFrames(frames))});
}

void RunDatabase::setClaims(const QString& key, const std::string& claims) {
    for (const auto& watched : watched_)
        if (watched->run.key == key) {
            watched->claims = claims;
            return;
        }
    connection_->run("UPDATE run SET claims = ? WHERE key = ?", {string(claims), key});
}

qint64 RunDatabase::insertRun(const KeptRun& run, const Recording& recording,
                              const QString& owner) {
    QSqlQuery query = connection_->run(
        "INSERT INTO run (key, experiment, parameters, created, version, fingerprint, outline, "
        "state, owner, origin, name, notes, claims, sparkline) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        {run.key, run.experiment, string(run.parameters), run.created, notNull(run.version),
         notNull(run.fingerprint), blob(packBytes(outlineJson(recording).dump(), 6)), run.state,
         owner, notNull(run.origin), notNull(run.name), notNull(run.notes),
         string(run.claims.empty() ? "[]" : run.claims), numbersBlob(run.sparkline)});
    const qint64 id = query.lastInsertId().toLongLong();
    for (const QString& tag : run.tags)
        connection_->run("INSERT OR IGNORE INTO tag (run, tag) VALUES (?, ?)", {id, tag});
    return id;
}

/// False while there is nothing to keep.
bool RunDatabase::begin(Watched& watched) {
    if (watched.id != 0)
        return true;
    const RunToKeep& run = watched.run;
    if (!hasStarted(*run.recording))
        return false;
    watched.id = insertRun({.key = run.key,
                            .experiment = string(run.type->description.id),
                            .created = QDateTime::currentMSecsSinceEpoch(),
                            .version = string(programVersion()),
                            .fingerprint = string(run.fingerprint),
                            .state = "running",
                            .origin = run.origin,
                            .parameters = valuesToJson(*run.values)},
                           *run.recording, lock_.name());
    return true;
}

void RunDatabase::insertChunk(qint64 run, std::size_t trial, bool timing, std::size_t first,
                              std::size_t end, const Table& table) {
    connection_->run("INSERT INTO chunk (run, trial, timing, first_row, rows, data) "
                     "VALUES (?, ?, ?, ?, ?, ?)",
                     {run, static_cast<qulonglong>(trial), timing ? 1 : 0,
                      static_cast<qulonglong>(first), static_cast<qulonglong>(end - first),
                      blob(packRows(table, first, end))});
}

void RunDatabase::appendRows(Watched& watched, std::size_t trial, bool timing, std::size_t rows) {
    const Recording& recording = *watched.run.recording;
    const Table& table = timing ? recording.timing(trial) : recording.trace(trial);
    std::size_t& written = (timing ? watched.timingRows : watched.traceRows)[trial];
    while (written < rows) {
        const std::size_t end = std::min(rows, written + largestPackedRows);
        insertChunk(watched.id, trial, timing, written, end, table);
        written = end;
    }
}

bool RunDatabase::append(Watched& watched) {
    const Recording& recording = *watched.run.recording;
    bool ended = true;
    for (std::size_t trial = 0; trial < recording.plans().size(); ++trial) {
        // The status is read before the rows, so that one that has ended has all of them; the
        // events below after the rows, so that no row is kept without what made it.
        const auto finals = recording.finals(trial);
        const TrialStatus status = recording.status(trial);
        const std::pair now{status, static_cast<qint64>(recording.iterations(trial))};
        ended = ended && finals.has_value();
        appendRows(watched, trial, false, recording.trace(trial).rows());
        appendRows(watched, trial, true, recording.timing(trial).rows());
        if (watched.trials[trial] == now)
            continue;
        watched.trials[trial] = now;
        connection_->run(
            "INSERT INTO trial (run, trial, status, iterations, message, finals) "
            "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (run, trial) DO UPDATE SET "
            "status = excluded.status, iterations = max(iterations, excluded.iterations), "
            "message = excluded.message, finals = excluded.finals",
            {watched.id, static_cast<qulonglong>(trial), static_cast<int>(status), now.second,
             notNull(string(recording.message(trial))),
             finals ? QVariant(numbersBlob(*finals)) : QVariant(QMetaType(QMetaType::QByteArray))});
    }
    const std::vector<LiveEvent> events = recording.events();
    for (; watched.events < events.size(); ++watched.events)
        connection_->run("INSERT INTO event (run, number, event) VALUES (?, ?, ?)",
                         {watched.id, static_cast<qulonglong>(watched.events),
                          string(toJson(events[watched.events]).dump())});
    for (const auto& frames : watched.newKeyFrames)
        insertKeyFrame(watched.id, *frames);
    const Progress progress = countProgress(recording);
    connection_->run(
        "UPDATE run SET steps_done = max(steps_done, ?), steps_planned = ?, sparkline = ?, "
        "state = ?, claims = coalesce(?, claims) WHERE id = ?",
        {static_cast<qint64>(progress.stepsDone), static_cast<qint64>(progress.stepsPlanned),
         numbersBlob(sparkline(watched.run.type->description, recording)),
         ended ? string(std::string(nameOf(outcome(recording)))) : QString("running"),
         watched.claims ? QVariant(string(*watched.claims))
                        : QVariant(QMetaType(QMetaType::QString)),
         watched.id});
    return ended;
}

/// Rewrites the many small chunks of a run that was watched as few large ones.
void RunDatabase::consolidate(Watched& watched) {
    const Recording& recording = *watched.run.recording;
    for (std::size_t trial = 0; trial < recording.plans().size(); ++trial)
        for (const bool timing : {false, true}) {
            const Table& table = timing ? recording.timing(trial) : recording.trace(trial);
            const std::size_t least = (table.rows() + largestPackedRows - 1) / largestPackedRows;
            const QVariantList place{watched.id, static_cast<qulonglong>(trial), timing ? 1 : 0};
            const auto chunks =
                connection_
                    ->value("SELECT count(*) FROM chunk WHERE run = ? AND trial = ? AND timing = ?",
                            place)
                    .toULongLong();
            if (chunks <= least && !watched.run.isContinued)
                continue;
            connection_->run("DELETE FROM chunk WHERE run = ? AND trial = ? AND timing = ?", place);
            for (std::size_t first = 0; first < table.rows(); first += largestPackedRows)
                insertChunk(watched.id, trial, timing, first,
                            std::min(table.rows(), first + largestPackedRows), table);
        }
}

QStringList RunDatabase::write() {
    QStringList sentences;
    for (std::size_t i = 0; i < watched_.size();) {
        Watched& watched = *watched_[i];
        if (watched.id == 0 && !hasStarted(*watched.run.recording)) {
            // A run that nobody else holds will never start.
            const bool isOrphan = watched.run.recording.use_count() == 1;
            i += isOrphan ? 0 : 1;
            if (isOrphan)
                watched_.erase(watched_.begin() + static_cast<std::ptrdiff_t>(i));
            continue;
        }
        const Watched before = watched;
        bool ended = false;
        try {
            SqlTransaction transaction(*connection_);
            begin(watched);
            ended = append(watched);
            if (ended && watched.run.isContinued) {
                const auto kept =
                    readRecording(watched.id, watched.run.type->description.parameters);
                const std::string difference = firstDifference(*kept, *watched.run.recording);
                if (!difference.empty())
                    sentences << QString("The run was continued, but its replay differs from what "
                                         "was kept, which stays as it was: %1")
                                     .arg(string(difference));
                else
                    consolidate(watched);
            } else if (ended) {
                consolidate(watched);
            }
            transaction.commit();
        } catch (...) {
            watched = before; // the next attempt writes it again
            throw;
        }
        watched.newKeyFrames.clear();
        watched.claims.reset();
        if (ended)
            watched_.erase(watched_.begin() + static_cast<std::ptrdiff_t>(i));
        else
            ++i;
    }
    return sentences;
}

bool RunDatabase::import(const LoadedRun& run) {
    SqlTransaction transaction(*connection_);
    if (connection_->value("SELECT count(*) FROM run WHERE key = ?", {run.run.key}).toInt() > 0) {
        connection_->run("UPDATE run SET deleted = 0 WHERE key = ?", {run.run.key});
        transaction.commit();
        return false;
    }
    const qint64 id = insertRun(run.run, *run.recording, lock_.name());
    for (std::size_t trial = 0; trial < run.recording->plans().size(); ++trial) {
        for (const bool timing : {false, true}) {
            const Table& table =
                timing ? run.recording->timing(trial) : run.recording->trace(trial);
            for (std::size_t first = 0; first < table.rows(); first += largestPackedRows)
                insertChunk(id, trial, timing, first,
                            std::min(table.rows(), first + largestPackedRows), table);
        }
        const auto finals = run.recording->finals(trial);
        connection_->run(
            "INSERT INTO trial (run, trial, status, iterations, message, finals) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            {id, static_cast<qulonglong>(trial), static_cast<int>(run.recording->status(trial)),
             static_cast<qint64>(run.recording->iterations(trial)),
             notNull(string(run.recording->message(trial))),
             finals ? QVariant(numbersBlob(*finals)) : QVariant(QMetaType(QMetaType::QByteArray))});
    }
    qulonglong number = 0;
    for (const LiveEvent& event : run.recording->events())
        connection_->run("INSERT INTO event (run, number, event) VALUES (?, ?, ?)",
                         {id, number++, string(toJson(event).dump())});
    for (const auto& frames : run.keyFrames)
        insertKeyFrame(id, *frames);
    connection_->run("UPDATE run SET steps_done = ?, steps_planned = ? WHERE id = ?",
                     {run.run.stepsDone, run.run.stepsPlanned, id});
    transaction.commit();
    return true;
}

void RunDatabase::setLabels(const QString& key, const RunLabels& labels) {
    SqlTransaction transaction(*connection_);
    const qint64 id = connection_->value("SELECT id FROM run WHERE key = ?", {key}).toLongLong();
    connection_->run("UPDATE run SET name = ?, notes = ?, pinned = ? WHERE id = ?",
                     {notNull(labels.name), notNull(labels.notes), labels.isPinned ? 1 : 0, id});
    connection_->run("DELETE FROM tag WHERE run = ?", {id});
    for (const QString& tag : labels.tags)
        connection_->run("INSERT OR IGNORE INTO tag (run, tag) VALUES (?, ?)", {id, tag});
    transaction.commit();
}

void RunDatabase::setDeleted(const QStringList& keys, bool isDeleted) {
    SqlTransaction transaction(*connection_);
    const qint64 when = isDeleted ? QDateTime::currentMSecsSinceEpoch() : 0;
    for (const QString& key : keys)
        connection_->run("UPDATE run SET deleted = ? WHERE key = ?", {when, key});
    transaction.commit();
}

bool RunDatabase::changedElsewhere() {
    const qint64 version = connection_->value("PRAGMA data_version").toLongLong();
    const bool changed = version != dataVersion_;
    dataVersion_ = version;
    if (changed)
        markInterrupted();
    return changed;
}

} // namespace convergence
