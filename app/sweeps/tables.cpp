// A sweep's results as CSV files.

#include <map>

#include <QVariant>
#include <fmt/format.h>

#include "app/sweeps/database.h"
#include "core/data/csv.h"
#include "core/data/output_file.h"

namespace convergence {

namespace {

using Text = fmt::memory_buffer;

void appendVariant(Text& out, const QVariant& value) {
    if (value.isNull())
        return;
    if (value.typeId() == QMetaType::Double)
        appendCsvNumber(out, value.toDouble());
    else
        appendCsvText(out, value.toString().toStdString());
}

/// Comma-separated rows, one cell after the other.
class Rows {
public:
    template <typename Cell>
    void add(const Cell& cell) {
        separate();
        if constexpr (std::is_same_v<Cell, QVariant>)
            appendVariant(text_, cell);
        else
            appendCsvText(text_, cell);
    }
    void addAll(const std::vector<std::string>& cells) {
        for (const std::string& cell : cells)
            add(cell);
    }
    void end() {
        text_.append(std::string_view("\r\n"));
        atStart_ = true;
    }
    void write(const std::filesystem::path& path) const {
        writeWholeFile(path, {text_.data(), text_.size()});
    }

private:
    void separate() {
        if (!atStart_)
            text_.push_back(',');
        atStart_ = false;
    }
    Text text_;
    bool atStart_ = true;
};

QSqlQuery select(const QSqlDatabase& database, const char* statement) {
    QSqlQuery query(database);
    query.setForwardOnly(true);
    query.exec(statement);
    return query;
}

/// Columns of the cells by id: their place in the table, in order of first appearance by task,
/// whatever the order in which results came in.
std::vector<std::string> cellColumns(const QSqlDatabase& database,
                                     std::map<qlonglong, std::size_t>& places) {
    std::map<qlonglong, std::string> names;
    for (QSqlQuery query = select(database, "SELECT id, name FROM columns"); query.next();)
        names[query.value(0).toLongLong()] = query.value(1).toString().toStdString();
    std::vector<std::string> ordered;
    QSqlQuery query = select(database, "SELECT column FROM cells ORDER BY task, trial, position");
    while (places.size() < names.size() && query.next())
        if (places.emplace(query.value(0).toLongLong(), ordered.size()).second)
            ordered.push_back(names[query.value(0).toLongLong()]);
    return ordered;
}

} // namespace

void SweepDatabase::writeTables() const {
    Rows tasks;
    Rows timing;
    tasks.add(std::string("task"));
    tasks.addAll(plan_.columns());
    tasks.addAll({"state", "message"});
    tasks.end();
    timing.addAll({"task", "seconds"});
    timing.end();
    for (QSqlQuery query =
             select(database_, "SELECT task, state, message, seconds FROM tasks ORDER BY task");
         query.next();) {
        tasks.add(query.value(0));
        tasks.addAll(plan_.cells(query.value(0).toULongLong()));
        tasks.add(query.value(1));
        tasks.add(query.value(2));
        tasks.end();
        timing.add(query.value(0));
        timing.add(query.value(3));
        timing.end();
    }
    tasks.write(folder_ / "tasks.csv");
    timing.write(folder_ / "timing.csv");

    std::map<qlonglong, std::size_t> places;
    const std::vector<std::string> names = cellColumns(database_, places);
    Rows results;
    results.add(std::string("task"));
    results.addAll(plan_.columns());
    results.addAll({"arm", "replicate", "status", "iterations"});
    results.addAll(names);
    results.end();
    QSqlQuery cells = select(database_, "SELECT task, trial, column, value FROM cells "
                                        "ORDER BY task, trial, position");
    bool more = cells.next();
    for (QSqlQuery trial = select(database_, "SELECT task, trial, arm, replicate, status, "
                                             "iterations FROM trials ORDER BY task, trial");
         trial.next();) {
        results.add(trial.value(0));
        results.addAll(plan_.cells(trial.value(0).toULongLong()));
        for (int column = 2; column < 6; ++column)
            results.add(trial.value(column));
        std::vector<QVariant> row(names.size());
        for (; more && cells.value(0) == trial.value(0) && cells.value(1) == trial.value(1);
             more = cells.next())
            row[places.at(cells.value(2).toLongLong())] = cells.value(3);
        for (const QVariant& cell : row)
            results.add(cell);
        results.end();
    }
    results.write(folder_ / "results.csv");

    if (!plan_.keepsClaims())
        return;
    Rows claims;
    claims.add(std::string("task"));
    claims.addAll(plan_.columns());
    claims.addAll({"claim", "verdict", "measured", "low", "high", "explanation"});
    claims.end();
    for (QSqlQuery query =
             select(database_, "SELECT task, claim, verdict, measured, low, high, explanation "
                               "FROM claims ORDER BY task, position");
         query.next();) {
        claims.add(query.value(0));
        claims.addAll(plan_.cells(query.value(0).toULongLong()));
        for (int column = 1; column < 7; ++column)
            claims.add(query.value(column));
        claims.end();
    }
    claims.write(folder_ / "claims.csv");
}

} // namespace convergence
