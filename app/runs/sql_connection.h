#pragma once

#include <stdexcept>

#include <QSqlDatabase>
#include <QSqlQuery>
#include <QVariantList>

namespace convergence {

/// A statement that the database refused. what() is one sentence.
class DatabaseError : public std::runtime_error {
public:
    DatabaseError(const std::string& sentence, bool isDamage)
        : std::runtime_error(sentence), isDamage_(isDamage) {}
    /// The file is not a database, or a part of it is unreadable.
    [[nodiscard]] bool isDamage() const { return isDamage_; }

private:
    bool isDamage_;
};

/// A connection to one SQLite file, used by the thread that made it. Other processes may use the
/// same file: statements wait for them for up to ten seconds.
class SqlConnection {
public:
    /// Opens or makes the file. Throws DatabaseError.
    explicit SqlConnection(const QString& path);
    ~SqlConnection();
    SqlConnection(const SqlConnection&) = delete;
    SqlConnection& operator=(const SqlConnection&) = delete;

    /// Runs one statement with its `?` bound in order. Throws DatabaseError.
    QSqlQuery run(const QString& statement, const QVariantList& values = {});
    /// First column of the first row; invalid without rows.
    QVariant value(const QString& statement, const QVariantList& values = {});

    [[nodiscard]] const QString& path() const { return path_; }

private:
    QString path_;
    QString name_;
};

/// What a transaction is for. Writers wait for each other; readers see the database as it was at
/// their first statement, whatever others write meanwhile.
enum class SqlPurpose { write, read };

/// Everything until commit() happens, or nothing does.
class SqlTransaction {
public:
    explicit SqlTransaction(SqlConnection& connection, SqlPurpose purpose = SqlPurpose::write);
    ~SqlTransaction();
    void commit();

private:
    SqlConnection& connection_;
    bool open_ = true;
};

} // namespace convergence
