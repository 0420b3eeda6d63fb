#include "app/runs/writer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <set>

#include <QDateTime>

#include "core/experiment/key_frames.h"
#include "core/experiment/packed_rows.h"
#include "core/experiment/progress.h"
#include "core/experiment/recording_outline.h"
#include "core/experiment/run_files.h"

namespace convergence {

namespace {

constexpr std::size_t largestKeyFrame = std::size_t{1} << 20; ///< bytes in memory
constexpr std::size_t sparklinePoints = 40;
QString inQt(const std::string& utf8) {
    return QString::fromStdString(utf8);
}

constexpr std::array kinds{RunTables::Kind::trace, RunTables::Kind::timing};

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

struct RunWriter::Watched {
    RunToKeep run;
    qint64 id = 0;                                      ///< 0: not in the database yet
    std::array<std::vector<std::size_t>, 2> rows;       ///< written so far, by kind and trial
    std::vector<std::pair<TrialStatus, qint64>> trials; ///< status and iterations written
    std::size_t events = 0;
    std::set<std::int64_t> keyFrames; ///< iterations written
    std::vector<std::shared_ptr<const Frames>> newKeyFrames;
    std::optional<std::string> claims;
};

RunWriter::RunWriter(SqlConnection& connection, QString owner)
    : connection_(connection), tables_(connection), owner_(std::move(owner)) {}

RunWriter::~RunWriter() = default;

void RunWriter::watch(RunToKeep run) {
    auto watched = std::make_unique<Watched>();
    const std::size_t trials = run.recording->plans().size();
    for (auto& rows : watched->rows)
        rows.assign(trials, 0);
    watched->trials.assign(trials, {TrialStatus::pending, -1});
    watched->run = std::move(run);
    if (watched->run.isContinued)
        resume(*watched);
    watched_.push_back(std::move(watched));
}

/// Takes up what is kept of a run that goes on.
void RunWriter::resume(Watched& watched) {
    watched.id = tables_.find(watched.run.key);
    connection_.run("UPDATE run SET state = 'running', owner = ?, deleted = 0 WHERE id = ?",
                    {owner_, watched.id});
    QSqlQuery query =
        connection_.run("SELECT trial, timing, max(first_row + rows) FROM chunk WHERE run = ? "
                        "GROUP BY trial, timing",
                        {watched.id});
    while (query.next())
        watched.rows.at(query.value(1).toInt() ? 1 : 0).at(query.value(0).toULongLong()) =
            query.value(2).toULongLong();
    query = connection_.run("SELECT iteration FROM key_frame WHERE run = ?", {watched.id});
    while (query.next())
        watched.keyFrames.insert(query.value(0).toLongLong());
    watched.events =
        connection_.value("SELECT count(*) FROM event WHERE run = ?", {watched.id}).toULongLong();
}

void RunWriter::addKeyFrames(const QString& key,
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
    const qint64 id = tables_.find(key);
    if (id == 0)
        return;
    SqlTransaction transaction(connection_);
    for (const auto& set : frames)
        if (!tables_.hasKeyFrame(id, set->iteration))
            tables_.putKeyFrame(id, *set);
    transaction.commit();
}

void RunWriter::setClaims(const QString& key, const std::string& claims) {
    for (const auto& watched : watched_)
        if (watched->run.key == key) {
            watched->claims = claims;
            return;
        }
    tables_.setClaims(key, claims);
}

void RunWriter::begin(Watched& watched) {
    if (watched.id != 0)
        return;
    const RunToKeep& run = watched.run;
    watched.id = tables_.insertRun({.key = run.key,
                                    .experiment = inQt(run.type->description.id),
                                    .created = QDateTime::currentMSecsSinceEpoch(),
                                    .version = inQt(programVersion()),
                                    .fingerprint = inQt(run.fingerprint),
                                    .state = "running",
                                    .origin = run.origin,
                                    .parameters = valuesToJson(*run.values)},
                                   *run.recording, owner_);
}

void RunWriter::appendRows(Watched& watched, std::size_t trial, RunTables::Kind kind) {
    const Table& table = tableOf(*watched.run.recording, trial, kind);
    const std::size_t rows = table.rows();
    std::size_t& written = watched.rows.at(static_cast<std::size_t>(kind))[trial];
    while (written < rows) {
        const std::size_t end = std::min(rows, written + largestPackedRows);
        tables_.insertRows({watched.id, trial, kind}, table, written, end);
        written = end;
    }
}

bool RunWriter::append(Watched& watched) {
    const Recording& recording = *watched.run.recording;
    bool ended = true;
    for (std::size_t trial = 0; trial < recording.plans().size(); ++trial) {
        // The status is read before the rows, so that one that has ended has all of them; the
        // events below after the rows, so that no row is kept without what made it.
        const TrialRow row = trialRow(recording, trial);
        const std::pair now{row.status, row.iterations};
        ended = ended && row.finals.has_value();
        for (const RunTables::Kind kind : kinds)
            appendRows(watched, trial, kind);
        if (watched.trials[trial] == now)
            continue;
        watched.trials[trial] = now;
        tables_.putTrial(watched.id, trial, row);
    }
    const std::vector<LiveEvent> events = recording.events();
    for (; watched.events < events.size(); ++watched.events)
        tables_.insertEvent(watched.id, watched.events, events[watched.events]);
    for (const auto& frames : watched.newKeyFrames)
        tables_.putKeyFrame(watched.id, *frames);
    const Progress progress = countProgress(recording);
    connection_.run(
        "UPDATE run SET steps_done = max(steps_done, ?), steps_planned = ?, sparkline = ?, "
        "state = ?, claims = coalesce(?, claims) WHERE id = ?",
        {static_cast<qint64>(progress.stepsDone), static_cast<qint64>(progress.stepsPlanned),
         blob(sparkline(watched.run.type->description, recording)),
         ended ? inQt(std::string(nameOf(outcome(recording)))) : QString("running"),
         watched.claims ? QVariant(inQt(*watched.claims)) : QVariant(QMetaType(QMetaType::QString)),
         watched.id});
    return ended;
}

QString RunWriter::finish(const Watched& watched) {
    if (watched.run.isContinued) {
        const auto kept =
            tables_.readRecording(watched.id, watched.run.type->description.parameters);
        const std::string difference = firstDifference(*kept, *watched.run.recording);
        if (!difference.empty())
            return QString("The run was continued, but its replay differs from what was kept, "
                           "which stays as it was: %1")
                .arg(inQt(difference));
    }
    consolidate(watched);
    return {};
}

/// Rewrites the many small chunks of a run that was watched as few large ones.
void RunWriter::consolidate(const Watched& watched) {
    const Recording& recording = *watched.run.recording;
    for (std::size_t trial = 0; trial < recording.plans().size(); ++trial)
        for (const RunTables::Kind kind : kinds) {
            const Table& table = tableOf(recording, trial, kind);
            const std::size_t chunks = tables_.chunks({watched.id, trial, kind});
            if (chunks > RunTables::fewestChunks(table) || watched.run.isContinued)
                tables_.replaceRows({watched.id, trial, kind}, table);
        }
}

/// True if the run has ended and all of it is written.
bool RunWriter::writeOne(Watched& watched, QStringList& sentences) {
    const Watched before = watched;
    try {
        SqlTransaction transaction(connection_);
        begin(watched);
        const bool ended = append(watched);
        const QString sentence = ended ? finish(watched) : QString();
        if (!sentence.isEmpty())
            sentences << sentence;
        transaction.commit();
        watched.newKeyFrames.clear();
        watched.claims.reset();
        return ended;
    } catch (...) {
        watched = before; // the next attempt writes it again
        throw;
    }
}

QStringList RunWriter::write() {
    QStringList sentences;
    for (std::size_t i = 0; i < watched_.size();) {
        Watched& watched = *watched_[i];
        // A run that has not started and that nobody else holds will never start.
        const bool done = watched.id == 0 && !hasStarted(*watched.run.recording)
                              ? watched.run.recording.use_count() == 1
                              : writeOne(watched, sentences);
        if (done)
            watched_.erase(watched_.begin() + static_cast<std::ptrdiff_t>(i));
        else
            ++i;
    }
    return sentences;
}

} // namespace convergence
