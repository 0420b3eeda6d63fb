#include "app/sweeps/results.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <map>
#include <optional>

#include <QSqlDatabase>
#include <QSqlQuery>
#include <QUuid>
#include <QVariant>
#include <fmt/format.h>

#include "core/data/json_nesting.h"
#include "core/data/text_tokens.h"
#include "core/error.h"
#include "core/experiment/series_names.h"

namespace convergence {

namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

/// A connection that goes when it is no longer needed.
class Connection {
public:
    explicit Connection(const std::filesystem::path& file)
        : name_("sweep results " + QUuid::createUuid().toString()) {
        database = QSqlDatabase::addDatabase("QSQLITE", name_);
        database.setDatabaseName(QString::fromStdString(file.string()));
        database.setConnectOptions("QSQLITE_OPEN_READONLY;QSQLITE_BUSY_TIMEOUT=2000");
    }
    ~Connection() {
        database.close();
        database = {};
        QSqlDatabase::removeDatabase(name_);
    }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    [[nodiscard]] QSqlQuery select(const char* statement) const {
        QSqlQuery query(database);
        query.setForwardOnly(true);
        query.exec(statement);
        return query;
    }

    QSqlDatabase database;

private:
    QString name_;
};

/// An axis as a factor column: its numbers, or the place of its words in order of appearance.
class Factor {
public:
    explicit Factor(const Parameter& parameter)
        : column{.name = parameter.name,
                 .label = parameter.symbol.empty()
                              ? parameter.label
                              : fmt::format("{} {}", parameter.label, parameter.symbol),
                 .unit = parameter.unit,
                 .role = ColumnRole::factor,
                 .categories = {}} {}

    double valueOf(const std::string& cell) {
        if (column.categories.empty())
            if (const auto number = numberOf<double>(cell))
                return *number;
        auto& words = column.categories;
        const auto found = std::find(words.begin(), words.end(), cell);
        if (found != words.end())
            return static_cast<double>(found - words.begin());
        words.push_back(cell);
        return static_cast<double>(words.size() - 1);
    }

    Column column;
};

struct Row {
    TrialPlan plan;
    TrialStatus status = TrialStatus::finished;
    std::map<std::string, double> numbers;
};

TrialStatus statusFrom(const std::string& name) {
    for (const TrialStatus status :
         {TrialStatus::finished, TrialStatus::stopped, TrialStatus::diverged, TrialStatus::failed})
        if (nameOf(status) == name)
            return status;
    return TrialStatus::failed;
}

void readTasks(const Connection& connection, SweepResults& results) {
    for (QSqlQuery query =
             connection.select("SELECT task, state, message, seconds FROM tasks ORDER BY task");
         query.next();)
        results.tasks.push_back({.task = query.value(0).toULongLong(),
                                 .state = taskStateFrom(query.value(1).toString().toStdString()),
                                 .message = query.value(2).toString().toStdString(),
                                 .seconds = query.value(3).toDouble(),
                                 .trials = {},
                                 .claims = {}});
}

std::vector<Row> readRows(const Connection& connection, SweepResults& results,
                          std::vector<Factor>& factors) {
    std::map<qlonglong, std::string> names;
    for (QSqlQuery query = connection.select("SELECT id, name FROM columns"); query.next();)
        names[query.value(0).toLongLong()] = query.value(1).toString().toStdString();
    std::vector<Row> rows;
    std::map<std::string, std::uint64_t> repetitions;
    QSqlQuery cells = connection.select(
        "SELECT task, trial, column, value FROM cells ORDER BY task, trial, position");
    bool more = cells.next();
    for (QSqlQuery trial = connection.select("SELECT task, trial, arm, status, iterations FROM "
                                             "trials ORDER BY task, trial");
         trial.next();) {
        const auto task = trial.value(0).toULongLong();
        Row row;
        row.plan.arm = trial.value(2).toString().toStdString();
        row.plan.steps = std::max<qlonglong>(1, trial.value(4).toLongLong());
        row.plan.keepTrace = false;
        row.status = statusFrom(trial.value(3).toString().toStdString());
        const std::vector<std::string> values = results.plan->cells(task);
        std::string key = row.plan.arm;
        for (std::size_t i = 0; i < factors.size(); ++i) {
            row.plan.factors[factors[i].column.name] = factors[i].valueOf(values[i]);
            key += "," + values[i];
        }
        row.plan.replicate = repetitions[key]++;
        for (; more && cells.value(0) == trial.value(0) && cells.value(1) == trial.value(1);
             more = cells.next()) {
            const std::string& name = names[cells.value(2).toLongLong()];
            const QVariant value = cells.value(3);
            if (value.typeId() != QMetaType::Double && !value.isNull())
                continue; // a named factor of the experiment's own
            row.numbers[name] = value.isNull() ? missing : value.toDouble();
            if (std::find(results.metrics.begin(), results.metrics.end(), name) ==
                    results.metrics.end() &&
                !row.plan.factors.contains(name))
                results.metrics.push_back(name);
        }
        results.taskOfTrial.push_back(task);
        rows.push_back(std::move(row));
    }
    return rows;
}

/// A metric as the experiment names it.
Column metricColumn(const Records& records, const std::string& metric) {
    Column column{.name = metric, .label = metric, .unit = "", .categories = {}};
    for (const auto* patterns : {&records.finals, &records.trace, &records.factors})
        for (const ColumnPattern& pattern : *patterns)
            if (pattern.matches(metric) && !pattern.label.empty()) {
                const auto number = numberInSeries(pattern, metric);
                column.label = number ? labelInSeries(pattern, *number) : pattern.label;
                column.unit = pattern.unit;
                return column;
            }
    return column;
}

/// Labels that tell the metrics apart.
std::vector<Column> metricColumns(const Records& records, const std::vector<std::string>& metrics) {
    std::vector<Column> columns;
    std::map<std::string, int> uses;
    for (const std::string& metric : metrics)
        ++uses[columns.emplace_back(metricColumn(records, metric)).label];
    for (Column& column : columns)
        if (uses[column.label] > 1)
            column.label += " (" + column.name + ")";
    return columns;
}

std::shared_ptr<Recording> recordingOf(const std::vector<Row>& rows,
                                       const std::vector<Factor>& factors,
                                       const std::vector<std::string>& metrics,
                                       const Records& records) {
    std::vector<Column> factorColumns;
    for (const Factor& factor : factors)
        factorColumns.push_back(factor.column);
    std::vector<TrialPlan> plans;
    std::vector<std::string> arms;
    for (const Row& row : rows) {
        plans.push_back(row.plan);
        if (std::find(arms.begin(), arms.end(), row.plan.arm) == arms.end())
            arms.push_back(row.plan.arm);
    }
    auto recording =
        std::make_shared<Recording>(std::vector<Column>{{.name = "iteration",
                                                         .label = "iteration",
                                                         .unit = "",
                                                         .role = ColumnRole::clock,
                                                         .categories = {}}},
                                    factorColumns, metricColumns(records, metrics), arms, plans);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        std::vector<double> finals;
        for (const std::string& metric : metrics) {
            const auto found = rows[i].numbers.find(metric);
            finals.push_back(found == rows[i].numbers.end() ? missing : found->second);
        }
        recording->setStatus(i, rows[i].status);
        recording->setIterations(i, rows[i].plan.steps);
        recording->conclude(i, finals);
    }
    return recording;
}

} // namespace

SweepResults readSweepResults(const std::string& path, const Registry& registry) {
    std::filesystem::path file(path);
    if (std::filesystem::is_directory(file))
        file /= "sweep.sqlite";
    const auto refuse = [&](const std::string& reason) -> InputError {
        return InputError(
            fmt::format("The sweep's results '{}' cannot be read: {}.", file.string(), reason));
    };
    if (!std::filesystem::is_regular_file(file))
        throw refuse("there is no such file; choose the folder or the sweep.sqlite of a sweep");
    Connection connection(file);
    if (!connection.database.open())
        throw refuse("it cannot be opened");
    QSqlQuery meta = connection.select("SELECT value FROM meta WHERE key = 'plan'");
    if (!meta.next())
        throw refuse("it is damaged or not the database of a sweep");
    SweepResults results;
    try {
        const std::string plan = meta.value(0).toString().toStdString();
        requireShallowJson(plan, "Its plan");
        const auto json = nlohmann::json::parse(plan);
        results.plan = std::make_shared<const SweepPlan>(SweepPlan::fromJson(json, registry));
    } catch (const nlohmann::json::exception&) {
        throw refuse("its plan is not JSON");
    }
    meta.finish();
    readTasks(connection, results);
    std::vector<Factor> factors;
    for (const SweepAxis& axis : results.plan->axes()) {
        factors.emplace_back(
            findParameter(results.plan->type().description.parameters, axis.parameter));
        results.axes.push_back(axis.parameter);
    }
    const std::vector<Row> rows = readRows(connection, results, factors);
    results.recording =
        recordingOf(rows, factors, results.metrics, results.plan->type().description.records);
    return results;
}

} // namespace convergence
