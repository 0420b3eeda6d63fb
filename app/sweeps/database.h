#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <QLockFile>
#include <QSqlDatabase>
#include <QSqlQuery>

#include "core/sweep/sweep_plan.h"
#include "core/sweep/sweep_task.h"

namespace convergence {

/// The results of one sweep: `sweep.sqlite` in its folder. One writer at a time; others may read.
///
/// Tables: meta(key, value); tasks(task, state, message, seconds); trials(task, trial, arm,
/// replicate, status, iterations); cells(task, trial, position, column, value) with the names in
/// columns(id, name); claims(task, position, claim, verdict, measured, low, high, explanation).
/// What was added is there after a crash. Used by one thread.
class SweepDatabase {
public:
    /// Makes the folder and the database, or continues the one that is there. Throws InputError:
    /// the folder cannot be written, the database is damaged, in use, of another version of the
    /// program's format, or holds another sweep.
    SweepDatabase(const std::filesystem::path& folder, const SweepPlan& plan);
    ~SweepDatabase();
    SweepDatabase(const SweepDatabase&) = delete;
    SweepDatabase& operator=(const SweepDatabase&) = delete;

    /// Tasks that need not run again, by number: those with a result.
    [[nodiscard]] std::vector<bool> done() const;
    /// Forgets the tasks that failed, were refused or killed, so that they run again.
    void forgetTroubled();
    /// Adds results in one transaction; interrupted ones are left out. Throws InputError if the
    /// disk does not take them.
    void add(std::span<const TaskResult> results);
    /// Tasks by state.
    [[nodiscard]] std::map<std::string, std::uint64_t> counts() const;

    /// Writes results.csv (a row a trial), tasks.csv (a row a task), timing.csv and, if claims
    /// were kept, claims.csv beside the database: RFC 4180, in the order of the tasks, and but for
    /// timing.csv equal byte for byte however the tasks were handed out.
    void writeTables() const;

private:
    void prepare(const std::string& plan);
    void makeSchema(const std::string& plan);
    std::int64_t columnId(const std::string& name);
    void execute(const QString& statement) const;
    [[noreturn]] void refuse(const std::string& reason) const;

    std::filesystem::path folder_;
    const SweepPlan& plan_;
    QString connection_;
    std::unique_ptr<QLockFile> lock_;
    QSqlDatabase database_;
    std::map<std::string, std::int64_t> columnIds_;
};

} // namespace convergence
