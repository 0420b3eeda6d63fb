// What is kept, as it is read again.

#include <algorithm>

#include <nlohmann/json.hpp>

#include "app/runs/database.h"
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

std::vector<KeptRun> RunDatabase::list() {
    std::vector<KeptRun> runs;
    QSqlQuery query =
        connection_->run(entryColumns + "FROM run WHERE deleted = 0 "
                                        "ORDER BY pinned DESC, created DESC, id DESC");
    while (query.next())
        runs.push_back(entryOf(query));
    return runs;
}

std::shared_ptr<Recording> RunDatabase::readRecording(qint64 run,
                                                      const std::vector<Parameter>& parameters) {
    const std::string outline = unpackBytes(
        text(connection_->value("SELECT outline FROM run WHERE id = ?", {run}).toByteArray()),
        "The outline of a run");
    const auto recording = recordingFromOutline(json::parse(outline, nullptr, false));
    const std::size_t trials = recording->plans().size();
    std::vector<std::vector<std::string>> chunks[2]{std::vector<std::vector<std::string>>(trials),
                                                    std::vector<std::vector<std::string>>(trials)};
    QSqlQuery query = connection_->run("SELECT trial, timing, data FROM chunk WHERE run = ? "
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
    query = connection_->run("SELECT event FROM event WHERE run = ? ORDER BY number", {run});
    while (query.next())
        recording->addEvent(eventFromJson(
            json::parse(query.value(0).toString().toStdString(), nullptr, false), parameters));
    query = connection_->run("SELECT trial, status, iterations, message, finals FROM trial "
                             "WHERE run = ? ORDER BY trial",
                             {run});
    while (query.next()) {
        const auto trial = query.value(0).toULongLong();
        recording->setIterations(trial, query.value(2).toLongLong());
        recording->setStatus(trial, static_cast<TrialStatus>(query.value(1).toInt()),
                             query.value(3).toString().toStdString());
        if (!query.value(4).isNull())
            recording->conclude(trial, blobNumbers<double>(query.value(4).toByteArray()));
    }
    return recording;
}

LoadedRun RunDatabase::load(const QString& key, const Description& description) {
    // Another instance may be writing it: all that is read is of one moment.
    SqlTransaction transaction(*connection_, SqlPurpose::read);
    LoadedRun loaded;
    QSqlQuery query =
        connection_->run(entryColumns + "FROM run WHERE deleted = 0 AND key = ?", {key});
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
        throw InputError(std::string("The kept run is damaged: ") + error.what() + ".");
    } catch (const std::out_of_range&) {
        throw InputError("The kept run is damaged: it has rows of trials that it does not have.");
    }
    loaded.run.claims =
        connection_->value("SELECT claims FROM run WHERE id = ?", {id}).toString().toStdString();
    query = connection_->run("SELECT data FROM key_frame WHERE run = ? ORDER BY iteration", {id});
    while (query.next())
        loaded.keyFrames.push_back(unpackFrames(text(query.value(0).toByteArray())));
    query.finish();
    transaction.commit();
    return loaded;
}

} // namespace convergence
