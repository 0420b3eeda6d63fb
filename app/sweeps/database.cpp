#include "app/sweeps/database.h"

#include <cmath>

#include <QSqlError>
#include <QUuid>
#include <QVariant>
#include <fmt/format.h>

#include "core/data/text_tokens.h"
#include "core/error.h"
#include "core/experiment/run_files.h"

namespace convergence {

namespace {

constexpr int formatVersion = 1;

QString text(const std::string& words) {
    return QString::fromStdString(words);
}

/// Numbers as numbers, so that SQL can compare them; missing ones as NULL.
QVariant variantOf(const std::string& cell) {
    if (cell.empty())
        return {};
    if (const auto number = numberOf<double>(cell))
        return *number;
    return text(cell);
}

QVariant variantOf(double number) {
    return std::isfinite(number) ? QVariant(number) : QVariant();
}

} // namespace

SweepDatabase::SweepDatabase(const std::filesystem::path& folder, const SweepPlan& plan)
    : folder_(folder), plan_(plan), connection_("sweep " + QUuid::createUuid().toString()) {
    prepareOutputFolder(folder);
    lock_ = std::make_unique<QLockFile>(text((folder / "sweep.lock").string()));
    lock_->setStaleLockTime(0); // a lock is stale only once its process is gone
    if (!lock_->tryLock(0))
        refuse("is in use by another process; wait for it or choose another --out");
    database_ = QSqlDatabase::addDatabase("QSQLITE", connection_);
    database_.setDatabaseName(text((folder / "sweep.sqlite").string()));
    try {
        if (!database_.open())
            refuse(fmt::format("cannot be opened ({})",
                               database_.lastError().databaseText().toStdString()));
        prepare(plan.canonical().dump());
    } catch (...) {
        database_ = {};
        QSqlDatabase::removeDatabase(connection_);
        throw;
    }
}

SweepDatabase::~SweepDatabase() {
    database_.close();
    database_ = {};
    QSqlDatabase::removeDatabase(connection_);
}

void SweepDatabase::refuse(const std::string& reason) const {
    throw InputError(
        fmt::format("The sweep's database '{}' {}.", (folder_ / "sweep.sqlite").string(), reason));
}

void SweepDatabase::execute(const QString& statement) const {
    QSqlQuery query(database_);
    if (!query.exec(statement))
        refuse(fmt::format("cannot be used ({}); choose another --out or remove it",
                           query.lastError().databaseText().toStdString()));
}

void SweepDatabase::prepare(const std::string& plan) {
    QSqlQuery query(database_);
    if (!query.exec("PRAGMA quick_check") || !query.next() || query.value(0).toString() != "ok")
        refuse("is damaged; move it away or choose another --out");
    query.finish();
    execute("PRAGMA journal_mode = WAL");
    execute("PRAGMA synchronous = NORMAL");
    query.exec("PRAGMA user_version");
    const int version = query.next() ? query.value(0).toInt() : 0;
    query.finish();
    if (version == 0 && !database_.tables().isEmpty())
        refuse("is not one of a sweep; choose another --out");
    if (version > formatVersion)
        refuse(fmt::format("was written by a newer program (format {}, this one knows {})", version,
                           formatVersion));
    if (version == 0)
        return makeSchema(plan);
    query.exec("SELECT value FROM meta WHERE key = 'plan'");
    if (!query.next() || query.value(0).toString().toStdString() != plan)
        refuse("holds the results of another sweep; choose another --out");
    query.exec("SELECT id, name FROM columns");
    while (query.next())
        columnIds_[query.value(1).toString().toStdString()] = query.value(0).toLongLong();
}

void SweepDatabase::makeSchema(const std::string& plan) {
    database_.transaction();
    for (const char* statement :
         {"CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
          "CREATE TABLE tasks (task INTEGER PRIMARY KEY, state TEXT NOT NULL, message TEXT NOT "
          "NULL, seconds REAL NOT NULL)",
          "CREATE TABLE trials (task INTEGER, trial INTEGER, arm TEXT NOT NULL, replicate INTEGER "
          "NOT NULL, status TEXT NOT NULL, iterations INTEGER NOT NULL, PRIMARY KEY (task, trial)) "
          "WITHOUT ROWID",
          "CREATE TABLE columns (id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL)",
          "CREATE TABLE cells (task INTEGER, trial INTEGER, position INTEGER, column INTEGER NOT "
          "NULL, value, PRIMARY KEY (task, trial, position)) WITHOUT ROWID",
          "CREATE TABLE claims (task INTEGER, position INTEGER, claim TEXT NOT NULL, verdict TEXT "
          "NOT NULL, measured REAL, low REAL, high REAL, explanation TEXT NOT NULL, PRIMARY KEY "
          "(task, position)) WITHOUT ROWID"})
        execute(statement);
    QSqlQuery query(database_);
    query.prepare("INSERT INTO meta VALUES (?, ?)");
    for (const auto& [key, value] : {std::pair<std::string, std::string>{"plan", plan},
                                     {"experiment", plan_.type().description.id},
                                     {"program_version", programVersion()}}) {
        query.addBindValue(text(key));
        query.addBindValue(text(value));
        query.exec();
    }
    execute(QString("PRAGMA user_version = %1").arg(formatVersion));
    if (!database_.commit())
        refuse(fmt::format("cannot be written ({})",
                           database_.lastError().databaseText().toStdString()));
}

std::vector<bool> SweepDatabase::done() const {
    std::vector<bool> done(plan_.taskCount(), false);
    QSqlQuery query(database_);
    query.setForwardOnly(true);
    query.exec("SELECT task FROM tasks");
    while (query.next())
        if (const auto task = query.value(0).toULongLong(); task < done.size())
            done[task] = true;
    return done;
}

void SweepDatabase::forgetTroubled() {
    const QString troubled =
        "(SELECT task FROM tasks WHERE state IN ('failed', 'refused', 'killed'))";
    database_.transaction();
    for (const char* table : {"cells", "trials", "claims"})
        execute(QString("DELETE FROM %1 WHERE task IN %2").arg(table, troubled));
    execute("DELETE FROM tasks WHERE state IN ('failed', 'refused', 'killed')");
    database_.commit();
}

std::int64_t SweepDatabase::columnId(const std::string& name) {
    const auto [entry, isNew] =
        columnIds_.emplace(name, static_cast<std::int64_t>(columnIds_.size()) + 1);
    if (isNew) {
        QSqlQuery query(database_);
        query.prepare("INSERT INTO columns VALUES (?, ?)");
        query.addBindValue(qlonglong(entry->second));
        query.addBindValue(text(name));
        query.exec();
    }
    return entry->second;
}

void SweepDatabase::add(std::span<const TaskResult> results) {
    database_.transaction();
    QSqlQuery task(database_), trial(database_), cell(database_), claim(database_);
    task.prepare("INSERT OR REPLACE INTO tasks VALUES (?, ?, ?, ?)");
    trial.prepare("INSERT OR REPLACE INTO trials VALUES (?, ?, ?, ?, ?, ?)");
    cell.prepare("INSERT OR REPLACE INTO cells VALUES (?, ?, ?, ?, ?)");
    claim.prepare("INSERT OR REPLACE INTO claims VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    const auto insert = [&](QSqlQuery& query, std::initializer_list<QVariant> values) {
        int position = 0;
        for (const QVariant& value : values)
            query.bindValue(position++, value);
        if (!query.exec()) {
            const std::string reason = query.lastError().databaseText().toStdString();
            database_.rollback();
            refuse(fmt::format("does not take results ({})", reason));
        }
    };
    for (const TaskResult& result : results) {
        if (result.state == TaskState::interrupted)
            continue;
        const qlonglong number = qlonglong(result.task);
        insert(task, {number, text(std::string(nameOf(result.state))), text(result.message),
                      result.seconds});
        for (std::size_t i = 0; i < result.trials.size(); ++i) {
            const TaskResult::Trial& row = result.trials[i];
            insert(trial, {number, qlonglong(i), text(row.arm), qlonglong(row.replicate),
                           text(row.status), qlonglong(row.iterations)});
            for (std::size_t j = 0; j < row.cells.size(); ++j)
                insert(cell,
                       {number, qlonglong(i), qlonglong(j), qlonglong(columnId(row.cells[j].first)),
                        variantOf(row.cells[j].second)});
        }
        for (std::size_t i = 0; i < result.claims.size(); ++i) {
            const TaskResult::ClaimResult& row = result.claims[i];
            insert(claim, {number, qlonglong(i), text(row.claim), text(row.verdict),
                           variantOf(row.measured), variantOf(row.low), variantOf(row.high),
                           text(row.explanation)});
        }
    }
    if (!database_.commit())
        refuse(fmt::format("does not take results ({})",
                           database_.lastError().databaseText().toStdString()));
}

std::map<std::string, std::uint64_t> SweepDatabase::counts() const {
    std::map<std::string, std::uint64_t> counts;
    QSqlQuery query(database_);
    query.exec("SELECT state, COUNT(*) FROM tasks GROUP BY state");
    while (query.next())
        counts[query.value(0).toString().toStdString()] = query.value(1).toULongLong();
    return counts;
}

} // namespace convergence
