#include "app/runs/tables.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/data/json_nesting.h"
#include "core/error.h"
#include "core/experiment/packed_bytes.h"
#include "core/experiment/packed_frames.h"
#include "core/experiment/packed_rows.h"
#include "core/experiment/recording_outline.h"

namespace convergence {

namespace {

using nlohmann::json;

std::string text(const QByteArray& bytes) {
    return {bytes.constData(), static_cast<std::size_t>(bytes.size())};
}

template <typename Number>
std::vector<Number> blobNumbers(const QByteArray& bytes) {
    std::vector<Number> numbers(static_cast<std::size_t>(bytes.size()) / sizeof(Number));
    std::copy_n(bytes.constData(), numbers.size() * sizeof(Number),
                reinterpret_cast<char*>(numbers.data()));
    return numbers;
}

QByteArray bytes(const std::string& text) {
    return {text.data(), static_cast<qsizetype>(text.size())};
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

[[noreturn]] void refuseDamaged(const std::string& how) {
    throw InputError("The kept run is damaged: " + how + ".");
}

/// JSON as a database holds it, which anybody may have edited.
json jsonOf(const std::string& text) {
    requireShallowJson(text, "A damaged run");
    return json::parse(text, nullptr, false);
}

/// What a row says of a trial, once it is known that the recording has such a one.
void readTrial(const QSqlQuery& query, Recording& recording) {
    const auto trial = query.value(0).toULongLong();
    const int status = query.value(1).toInt();
    const qint64 iterations = query.value(2).toLongLong();
    if (trial >= recording.plans().size() || status < 0 ||
        status > static_cast<int>(TrialStatus::failed) || iterations < 0)
        refuseDamaged("it has a trial that it cannot have");
    recording.setIterations(trial, iterations);
    recording.setStatus(trial, static_cast<TrialStatus>(status),
                        query.value(3).toString().toStdString());
    if (query.value(4).isNull())
        return;
    const auto finals = blobNumbers<double>(query.value(4).toByteArray());
    if (finals.size() != recording.trials().columns().size() - recording.firstFinalColumn())
        refuseDamaged("it has a trial with another number of final metrics");
    recording.conclude(trial, finals);
}

/// Of a run as the list shows it; see entryOf().
const QString entryColumns =
    "SELECT key, experiment, name, notes, pinned, created, version, fingerprint, state, origin, "
    "steps_done, steps_planned, parameters, sparkline, "
    "(SELECT group_concat(tag, char(10)) FROM tag WHERE tag.run = run.id), id ";
constexpr int idColumn = 15;

KeptRun entryOf(const QSqlQuery& query) {
    KeptRun run;
    run.key = query.value(0).toString();
    run.experiment = query.value(1).toString();
    run.name = query.value(2).toString();
    run.notes = query.value(3).toString();
    run.isPinned = query.value(4).toBool();
    run.created = query.value(5).toLongLong();
    run.version = query.value(6).toString();
    run.fingerprint = query.value(7).toString();
    run.state = query.value(8).toString();
    run.origin = query.value(9).toString();
    run.stepsDone = query.value(10).toLongLong();
    run.stepsPlanned = query.value(11).toLongLong();
    run.parameters = query.value(12).toString().toStdString();
    run.sparkline = blobNumbers<float>(query.value(13).toByteArray());
    run.tags = query.value(14).toString().split('\n', Qt::SkipEmptyParts);
    return run;
}

} // namespace

QByteArray blob(const std::vector<double>& numbers) {
    return numbersBlob(numbers);
}

QByteArray blob(const std::vector<float>& numbers) {
    return numbersBlob(numbers);
}

TrialRow trialRow(const Recording& recording, std::size_t trial) {
    TrialRow row;
    row.finals = recording.finals(trial);
    row.status = recording.status(trial);
    row.iterations = static_cast<qint64>(recording.iterations(trial));
    row.message = recording.message(trial);
    return row;
}

const Table& tableOf(const Recording& recording, std::size_t trial, RunTables::Kind kind) {
    return kind == RunTables::Kind::timing ? recording.timing(trial) : recording.trace(trial);
}

qint64 RunTables::find(const QString& key) {
    return connection_.value("SELECT id FROM run WHERE key = ?", {key}).toLongLong();
}

std::vector<KeptRun> RunTables::list() {
    std::vector<KeptRun> runs;
    QSqlQuery query = connection_.run(entryColumns + "FROM run WHERE deleted = 0 "
                                                     "ORDER BY pinned DESC, created DESC, id DESC");
    while (query.next())
        runs.push_back(entryOf(query));
    return runs;
}

std::shared_ptr<Recording> RunTables::readRecording(qint64 run,
                                                    const std::vector<Parameter>& parameters) {
    const std::string outline = unpackBytes(
        text(connection_.value("SELECT outline FROM run WHERE id = ?", {run}).toByteArray()),
        "The outline of a run");
    const auto recording = recordingFromOutline(jsonOf(outline));
    const std::size_t trials = recording->plans().size();
    std::vector<std::vector<std::string>> chunks[2]{std::vector<std::vector<std::string>>(trials),
                                                    std::vector<std::vector<std::string>>(trials)};
    QSqlQuery query = connection_.run("SELECT trial, timing, data FROM chunk WHERE run = ? "
                                      "ORDER BY trial, timing, first_row",
                                      {run});
    while (query.next())
        chunks[query.value(1).toInt() ? 1 : 0]
            .at(query.value(0).toULongLong())
            .push_back(text(query.value(2).toByteArray()));
    for (std::size_t trial = 0; trial < trials; ++trial) {
        appendPackedRows(recording->traceForWriting(trial), chunks[0][trial]);
        appendPackedRows(recording->timingForWriting(trial), chunks[1][trial]);
    }
    query = connection_.run("SELECT event FROM event WHERE run = ? ORDER BY number", {run});
    while (query.next()) {
        LiveEvent event =
            eventFromJson(jsonOf(query.value(0).toString().toStdString()), parameters);
        if (event.trial >= trials)
            refuseDamaged("it has an event of a trial that it does not have");
        recording->addEvent(std::move(event));
    }
    query = connection_.run("SELECT trial, status, iterations, message, finals FROM trial "
                            "WHERE run = ? ORDER BY trial",
                            {run});
    while (query.next())
        readTrial(query, *recording);
    return recording;
}

LoadedRun RunTables::load(const QString& key, const Description& description) {
    // Another instance may be writing it: all that is read is of one moment.
    SqlTransaction transaction(connection_, SqlPurpose::read);
    LoadedRun loaded;
    QSqlQuery query =
        connection_.run(entryColumns + "FROM run WHERE deleted = 0 AND key = ?", {key});
    if (!query.next())
        throw InputError("There is no kept run '" + key.toStdString() + "'.");
    loaded.run = entryOf(query);
    const qint64 id = query.value(idColumn).toLongLong();
    query.finish();
    if (loaded.run.experiment.toStdString() != description.id)
        throw InputError("The kept run '" + key.toStdString() + "' is one of " +
                         loaded.run.experiment.toStdString() + ", not of " + description.id + ".");
    try {
        loaded.recording = readRecording(id, description.parameters);
    } catch (const json::exception& error) {
        refuseDamaged(error.what());
    } catch (const std::out_of_range&) {
        refuseDamaged("it has rows of trials that it does not have");
    }
    loaded.run.claims =
        connection_.value("SELECT claims FROM run WHERE id = ?", {id}).toString().toStdString();
    query = connection_.run("SELECT data FROM key_frame WHERE run = ? ORDER BY iteration", {id});
    while (query.next())
        loaded.keyFrames.push_back(unpackFrames(text(query.value(0).toByteArray())));
    query.finish();
    transaction.commit();
    return loaded;
}

qint64 RunTables::insertRun(const KeptRun& run, const Recording& recording, const QString& owner) {
    QSqlQuery query = connection_.run(
        "INSERT INTO run (key, experiment, parameters, created, version, fingerprint, outline, "
        "state, owner, origin, name, notes, claims, sparkline) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        {run.key, run.experiment, string(run.parameters), run.created, notNull(run.version),
         notNull(run.fingerprint), bytes(packBytes(outlineJson(recording).dump(), 6)), run.state,
         owner, notNull(run.origin), notNull(run.name), notNull(run.notes),
         string(run.claims.empty() ? "[]" : run.claims), blob(run.sparkline)});
    const qint64 id = query.lastInsertId().toLongLong();
    for (const QString& tag : run.tags)
        connection_.run("INSERT OR IGNORE INTO tag (run, tag) VALUES (?, ?)", {id, tag});
    return id;
}

void RunTables::insertRows(const TableKey& key, const Table& table, std::size_t first,
                           std::size_t end) {
    connection_.run("INSERT INTO chunk (run, trial, timing, first_row, rows, data) "
                    "VALUES (?, ?, ?, ?, ?, ?)",
                    {key.run, static_cast<qulonglong>(key.trial), static_cast<int>(key.kind),
                     static_cast<qulonglong>(first), static_cast<qulonglong>(end - first),
                     bytes(packRows(table, first, end))});
}

void RunTables::replaceRows(const TableKey& key, const Table& table) {
    connection_.run("DELETE FROM chunk WHERE run = ? AND trial = ? AND timing = ?",
                    {key.run, static_cast<qulonglong>(key.trial), static_cast<int>(key.kind)});
    for (std::size_t first = 0; first < table.rows(); first += largestPackedRows)
        insertRows(key, table, first, std::min(table.rows(), first + largestPackedRows));
}

std::size_t RunTables::chunks(const TableKey& key) {
    return connection_
        .value("SELECT count(*) FROM chunk WHERE run = ? AND trial = ? AND timing = ?",
               {key.run, static_cast<qulonglong>(key.trial), static_cast<int>(key.kind)})
        .toULongLong();
}

std::size_t RunTables::fewestChunks(const Table& table) {
    return (table.rows() + largestPackedRows - 1) / largestPackedRows;
}

void RunTables::putTrial(qint64 run, std::size_t trial, const TrialRow& row) {
    connection_.run(
        "INSERT INTO trial (run, trial, status, iterations, message, finals) "
        "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (run, trial) DO UPDATE SET "
        "status = excluded.status, iterations = max(iterations, excluded.iterations), "
        "message = excluded.message, finals = excluded.finals",
        {run, static_cast<qulonglong>(trial), static_cast<int>(row.status), row.iterations,
         notNull(string(row.message)),
         row.finals ? QVariant(blob(*row.finals)) : QVariant(QMetaType(QMetaType::QByteArray))});
}

void RunTables::insertEvent(qint64 run, std::size_t number, const LiveEvent& event) {
    connection_.run("INSERT INTO event (run, number, event) VALUES (?, ?, ?)",
                    {run, static_cast<qulonglong>(number), string(toJson(event).dump())});
}

void RunTables::putKeyFrame(qint64 run, const Frames& frames) {
    connection_.run("INSERT OR REPLACE INTO key_frame (run, iteration, data) VALUES (?, ?, ?)",
                    {run, static_cast<qint64>(frames.iteration), bytes(packFrames(frames))});
}

bool RunTables::hasKeyFrame(qint64 run, std::int64_t iteration) {
    return connection_
               .value("SELECT count(*) FROM key_frame WHERE run = ? AND iteration = ?",
                      {run, static_cast<qint64>(iteration)})
               .toInt() > 0;
}

bool RunTables::import(const LoadedRun& run, const QString& owner) {
    SqlTransaction transaction(connection_);
    if (find(run.run.key) != 0) {
        connection_.run("UPDATE run SET deleted = 0 WHERE key = ?", {run.run.key});
        transaction.commit();
        return false;
    }
    const Recording& recording = *run.recording;
    const qint64 id = insertRun(run.run, recording, owner);
    for (std::size_t trial = 0; trial < recording.plans().size(); ++trial) {
        for (const Kind kind : {Kind::trace, Kind::timing})
            replaceRows({id, trial, kind}, tableOf(recording, trial, kind));
        putTrial(id, trial, trialRow(recording, trial));
    }
    std::size_t number = 0;
    for (const LiveEvent& event : recording.events())
        insertEvent(id, number++, event);
    for (const auto& frames : run.keyFrames)
        putKeyFrame(id, *frames);
    connection_.run("UPDATE run SET steps_done = ?, steps_planned = ? WHERE id = ?",
                    {run.run.stepsDone, run.run.stepsPlanned, id});
    transaction.commit();
    return true;
}

void RunTables::setLabels(const QString& key, const RunLabels& labels) {
    SqlTransaction transaction(connection_);
    const qint64 id = find(key);
    connection_.run("UPDATE run SET name = ?, notes = ?, pinned = ? WHERE id = ?",
                    {notNull(labels.name), notNull(labels.notes), labels.isPinned ? 1 : 0, id});
    connection_.run("DELETE FROM tag WHERE run = ?", {id});
    for (const QString& tag : labels.tags)
        connection_.run("INSERT OR IGNORE INTO tag (run, tag) VALUES (?, ?)", {id, tag});
    transaction.commit();
}

void RunTables::setClaims(const QString& key, const std::string& claims) {
    connection_.run("UPDATE run SET claims = ? WHERE key = ?", {string(claims), key});
}

void RunTables::setDeleted(const QStringList& keys, qint64 when) {
    SqlTransaction transaction(connection_);
    for (const QString& key : keys)
        connection_.run("UPDATE run SET deleted = ? WHERE key = ?", {when, key});
    transaction.commit();
}

} // namespace convergence
