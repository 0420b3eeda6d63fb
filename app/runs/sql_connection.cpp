#include "app/runs/sql_connection.h"

#include <QSqlError>
#include <QUuid>

namespace convergence {

namespace {

[[noreturn]] void refuse(const QString& path, const QSqlError& error) {
    // Primary codes of SQLite: 11 "malformed", 26 "not a database".
    const int code = error.nativeErrorCode().toInt() & 0xff;
    throw DatabaseError(QString("The database %1 cannot be used: %2.")
                            .arg(path, error.text().trimmed())
                            .toStdString(),
                        code == 11 || code == 26);
}

} // namespace

SqlConnection::SqlConnection(const QString& path)
    : path_(path), name_("runs-" + QUuid::createUuid().toString(QUuid::WithoutBraces)) {
    QSqlDatabase database = QSqlDatabase::addDatabase("QSQLITE", name_);
    database.setDatabaseName(path);
    database.setConnectOptions("QSQLITE_BUSY_TIMEOUT=10000");
    if (!database.open()) {
        const QSqlError error = database.lastError();
        database = {};
        QSqlDatabase::removeDatabase(name_);
        refuse(path, error);
    }
}

SqlConnection::~SqlConnection() {
    QSqlDatabase::database(name_, false).close();
    QSqlDatabase::removeDatabase(name_);
}

QSqlQuery SqlConnection::run(const QString& statement, const QVariantList& values) {
    QSqlQuery query(QSqlDatabase::database(name_, false));
    query.setForwardOnly(true);
    if (!query.prepare(statement))
        refuse(path_, query.lastError());
    for (const QVariant& value : values)
        query.addBindValue(value);
    if (!query.exec())
        refuse(path_, query.lastError());
    return query;
}

QVariant SqlConnection::value(const QString& statement, const QVariantList& values) {
    QSqlQuery query = run(statement, values);
    if (query.next())
        return query.value(0);
    if (query.lastError().isValid())
        refuse(path_, query.lastError());
    return {};
}

SqlTransaction::SqlTransaction(SqlConnection& connection, SqlPurpose purpose)
    : connection_(connection) {
    connection_.run(purpose == SqlPurpose::write ? "BEGIN IMMEDIATE" : "BEGIN");
}

SqlTransaction::~SqlTransaction() {
    if (!open_)
        return;
    try {
        connection_.run("ROLLBACK");
    } catch (const DatabaseError&) { // the cause is already on its way
    }
}

void SqlTransaction::commit() {
    connection_.run("COMMIT");
    open_ = false;
}

} // namespace convergence
