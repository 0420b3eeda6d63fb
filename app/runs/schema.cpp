#include "app/runs/schema.h"

#include <array>

#include <QStringList>

namespace convergence {

namespace {

/// What each version adds to the one before. A released step is never changed.
const std::array<QStringList, 2>& steps() {
    static const std::array<QStringList, 2> all{
        // 1: runs and what they recorded.
        QStringList{
            "CREATE TABLE run ("
            "id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, experiment TEXT NOT NULL, "
            "parameters TEXT NOT NULL, created INTEGER NOT NULL, version TEXT NOT NULL, "
            "fingerprint TEXT NOT NULL, outline BLOB NOT NULL, state TEXT NOT NULL, "
            "owner TEXT NOT NULL, origin TEXT NOT NULL DEFAULT '', "
            "steps_done INTEGER NOT NULL DEFAULT 0, steps_planned INTEGER NOT NULL DEFAULT 0, "
            "claims TEXT NOT NULL DEFAULT '[]')",
            "CREATE TABLE trial (run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE, "
            "trial INTEGER NOT NULL, status INTEGER NOT NULL, iterations INTEGER NOT NULL, "
            "message TEXT NOT NULL, finals BLOB, PRIMARY KEY (run, trial)) WITHOUT ROWID",
            "CREATE TABLE chunk (run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE, "
            "trial INTEGER NOT NULL, timing INTEGER NOT NULL, first_row INTEGER NOT NULL, "
            "rows INTEGER NOT NULL, data BLOB NOT NULL)",
            "CREATE UNIQUE INDEX chunk_place ON chunk (run, trial, timing, first_row)",
            "CREATE TABLE event (run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE, "
            "number INTEGER NOT NULL, event TEXT NOT NULL, PRIMARY KEY (run, number)) "
            "WITHOUT ROWID",
            "CREATE TABLE key_frame (run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE, "
            "iteration INTEGER NOT NULL, data BLOB NOT NULL)",
            "CREATE UNIQUE INDEX key_frame_place ON key_frame (run, iteration)"},
        // 2: what a person says about runs, and what the list shows of them.
        QStringList{"ALTER TABLE run ADD COLUMN name TEXT NOT NULL DEFAULT ''",
                    "ALTER TABLE run ADD COLUMN notes TEXT NOT NULL DEFAULT ''",
                    "ALTER TABLE run ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0",
                    "ALTER TABLE run ADD COLUMN deleted INTEGER NOT NULL DEFAULT 0",
                    "ALTER TABLE run ADD COLUMN sparkline BLOB",
                    "CREATE TABLE tag (run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE, "
                    "tag TEXT NOT NULL, PRIMARY KEY (run, tag)) WITHOUT ROWID"}};
    return all;
}

} // namespace

int currentSchemaVersion() {
    return static_cast<int>(steps().size());
}

void migrate(SqlConnection& connection, int version) {
    for (;;) {
        SqlTransaction transaction(connection); // another instance may be migrating too
        const int present = connection.value("PRAGMA user_version").toInt();
        if (present > currentSchemaVersion())
            throw DatabaseError(
                QString("The database %1 was written by a newer version of this program (tables "
                        "of version %2, this program knows up to %3); use that one, or another "
                        "data folder.")
                    .arg(connection.path())
                    .arg(present)
                    .arg(currentSchemaVersion())
                    .toStdString(),
                false);
        if (present >= version)
            return;
        for (const QString& statement : steps().at(static_cast<std::size_t>(present)))
            connection.run(statement);
        connection.run(QString("PRAGMA user_version = %1").arg(present + 1));
        transaction.commit();
    }
}

} // namespace convergence
