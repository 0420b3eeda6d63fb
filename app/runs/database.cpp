#include "app/runs/database.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>

#include "app/runs/schema.h"

namespace convergence {

namespace {

constexpr qint64 dayMilliseconds = 86'400'000;
/// Runs are written once and seldom read: what SQLite keeps of them in memory is of little use.
constexpr int cacheKilobytes = 512;
/// Files up to this size are checked whole when they are opened.
constexpr qint64 quicklyChecked = qint64{64} << 20;

} // namespace

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
    tables_.emplace(*connection_);
    writer_.emplace(*connection_, lock_.name());
    dataVersion_ = connection_->value("PRAGMA data_version").toLongLong();
}

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

bool RunDatabase::import(const LoadedRun& run) {
    return tables_->import(run, lock_.name());
}

void RunDatabase::setDeleted(const QStringList& keys, bool isDeleted) {
    tables_->setDeleted(keys, isDeleted ? QDateTime::currentMSecsSinceEpoch() : 0);
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
