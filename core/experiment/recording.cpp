#include "core/experiment/recording.h"

#include <algorithm>
#include <array>
#include <stdexcept>

#include <fmt/format.h>

#include "core/experiment/not_applicable.h"

namespace convergence {

namespace {

constexpr std::array statusNames = {"pending", "running",  "finished",
                                    "stopped", "diverged", "failed"};

std::vector<Column> trialColumns(const std::vector<Column>& factors,
                                 const std::vector<Column>& finals,
                                 const std::vector<std::string>& arms) {
    std::vector<Column> columns{{.name = "trial",
                                 .label = "trial",
                                 .unit = "",
                                 .role = ColumnRole::factor,
                                 .categories = {}},
                                {.name = "arm",
                                 .label = "arm",
                                 .unit = "",
                                 .role = ColumnRole::factor,
                                 .categories = arms}};
    columns.insert(columns.end(), factors.begin(), factors.end());
    columns.push_back({.name = "replicate",
                       .label = "replicate",
                       .unit = "",
                       .role = ColumnRole::factor,
                       .categories = {}});
    columns.push_back({.name = "status",
                       .label = "status",
                       .unit = "",
                       .role = ColumnRole::factor,
                       .categories = {statusNames.begin(), statusNames.end()}});
    columns.push_back({.name = "iterations",
                       .label = "iterations",
                       .unit = "",
                       .role = ColumnRole::metric,
                       .categories = {}});
    columns.insert(columns.end(), finals.begin(), finals.end());
    return columns;
}

std::vector<Column> timingColumns() {
    return {{.name = "iteration",
             .label = "iteration",
             .unit = "",
             .role = ColumnRole::clock,
             .categories = {}},
            {.name = "seconds",
             .label = "time in the arm's own steps",
             .unit = "s",
             .role = ColumnRole::clock,
             .categories = {}}};
}

} // namespace

std::string_view nameOf(TrialStatus status) {
    return statusNames[static_cast<int>(status)];
}

Recording::Recording(std::vector<Column> traceColumns, std::vector<Column> factorColumns,
                     std::vector<Column> finalColumns, std::vector<std::string> arms,
                     std::vector<TrialPlan> plans)
    : plans_(std::move(plans)), arms_(std::move(arms)), factorColumns_(std::move(factorColumns)),
      trials_(trialColumns(factorColumns_, finalColumns, arms_)) {
    if (traceColumns.empty() || traceColumns.front().name != "iteration")
        throw std::logic_error("the first trace column must be 'iteration'");
    for (const TrialPlan& plan : plans_) {
        if (std::find(arms_.begin(), arms_.end(), plan.arm) == arms_.end())
            throw std::logic_error(
                fmt::format("a trial belongs to the unknown arm '{}'", plan.arm));
        traces_.push_back(std::make_unique<Table>(traceColumns));
        timings_.push_back(std::make_unique<Table>(timingColumns()));
        states_.push_back(std::make_unique<State>());
    }
}

TrialStatus Recording::status(std::size_t trial) const {
    return states_.at(trial)->status.load(std::memory_order_acquire);
}

std::int64_t Recording::iterations(std::size_t trial) const {
    return states_.at(trial)->iterations.load(std::memory_order_relaxed);
}

std::string Recording::message(std::size_t trial) const {
    const std::lock_guard lock(mutex_);
    return states_.at(trial)->message;
}

std::vector<LiveEvent> Recording::events() const {
    const std::lock_guard lock(mutex_);
    return events_;
}

std::optional<std::vector<double>> Recording::finals(std::size_t trial) const {
    const std::lock_guard lock(mutex_);
    return states_.at(trial)->finals;
}

std::vector<std::size_t> Recording::trialsOf(std::string_view arm) const {
    std::vector<std::size_t> result;
    for (std::size_t i = 0; i < plans_.size(); ++i)
        if (arm.empty() || plans_[i].arm == arm)
            result.push_back(i);
    return result;
}

void Recording::setStatus(std::size_t trial, TrialStatus status, std::string message) {
    {
        const std::lock_guard lock(mutex_);
        states_.at(trial)->message = std::move(message);
    }
    states_.at(trial)->status.store(status, std::memory_order_release);
}

void Recording::setIterations(std::size_t trial, std::int64_t iterations) {
    states_.at(trial)->iterations.store(iterations, std::memory_order_relaxed);
}

void Recording::addEvent(LiveEvent event) {
    const std::lock_guard lock(mutex_);
    events_.push_back(std::move(event));
}

void Recording::conclude(std::size_t trial, std::span<const double> finals) {
    const std::lock_guard lock(mutex_);
    states_.at(trial)->finals.emplace(finals.begin(), finals.end());
    appendReadyRows();
}

void Recording::appendReadyRows() {
    while (nextRow_ < plans_.size() && states_[nextRow_]->finals) {
        const TrialPlan& plan = plans_[nextRow_];
        const State& state = *states_[nextRow_];
        const auto arm = std::find(arms_.begin(), arms_.end(), plan.arm) - arms_.begin();
        std::vector<double> row{static_cast<double>(nextRow_), static_cast<double>(arm)};
        for (const Column& factor : factorColumns_) {
            const auto found = plan.factors.find(factor.name);
            row.push_back(found == plan.factors.end() ? notApplicable : found->second);
        }
        row.push_back(static_cast<double>(plan.replicate));
        row.push_back(static_cast<double>(state.status.load(std::memory_order_relaxed)));
        row.push_back(static_cast<double>(state.iterations.load(std::memory_order_relaxed)));
        row.insert(row.end(), state.finals->begin(), state.finals->end());
        trials_.append(row);
        ++nextRow_;
    }
}

} // namespace convergence
