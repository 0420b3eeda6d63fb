#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/experiment/parameter.h"
#include "core/experiment/table.h"

namespace convergence {

/// One trial: an arm at one combination of design factors, one replicate.
struct TrialPlan {
    std::string arm;                       ///< id of the arm, e.g. "s_over"
    std::map<std::string, double> factors; ///< by factor column, e.g. {"budget", 5}
    std::uint64_t replicate = 0;
    std::int64_t steps = 0; ///< iterations planned; > 0
    bool keepTrace = true;  ///< false: only its row in the trials table is kept
};

enum class TrialStatus { pending, running, finished, stopped, diverged, failed };
std::string_view nameOf(TrialStatus status);

/// Something a person did while the run was under way, stored before it is applied. A replay
/// applies it to the same trial after the same number of iterations.
struct LiveEvent {
    std::size_t trial = 0;
    std::int64_t iteration = 0; ///< iterations completed when it was applied
    std::string name;           ///< parameter or action
    Value value = false;        ///< new value; unused for actions
    bool isAction = false;
};

/// Where data came from. Claims on stand-in data give "not enough data".
struct Provenance {
    std::string data; ///< one sentence; empty when the experiment makes its own problem
    bool standIn = false;
};

/// Everything a run measured: per trial a trace (one row a recorded step) and a timing table
/// (outside the deterministic part), one table of trials, and the live events.
///
/// Tables may be read while the run goes on. Trial rows are in the order of the plans.
class Recording {
public:
    /// `traceColumns`: the first is the clock "iteration". The trials table gets the columns
    /// trial, arm, the factors, replicate, status, iterations, and then `finalColumns`.
    Recording(std::vector<Column> traceColumns, std::vector<Column> factorColumns,
              std::vector<Column> finalColumns, std::vector<std::string> arms,
              std::vector<TrialPlan> plans);

    [[nodiscard]] const std::vector<TrialPlan>& plans() const { return plans_; }
    /// Ids of the arms that have trials, in order of first appearance.
    [[nodiscard]] const std::vector<std::string>& arms() const { return arms_; }

    [[nodiscard]] const Table& trace(std::size_t trial) const { return *traces_[trial]; }
    /// Columns: iteration, seconds (the trial's own steps only).
    [[nodiscard]] const Table& timing(std::size_t trial) const { return *timings_[trial]; }
    [[nodiscard]] const Table& trials() const { return trials_; }

    [[nodiscard]] const std::vector<Column>& factorColumns() const { return factorColumns_; }
    /// Index of the first of the final metrics in the trials table.
    [[nodiscard]] std::size_t firstFinalColumn() const { return factorColumns_.size() + 5; }

    [[nodiscard]] TrialStatus status(std::size_t trial) const;
    /// Iterations completed so far.
    [[nodiscard]] std::int64_t iterations(std::size_t trial) const;
    /// Why a trial diverged or failed; empty otherwise.
    [[nodiscard]] std::string message(std::size_t trial) const;
    [[nodiscard]] std::vector<LiveEvent> events() const;
    /// Final metrics once they are handed in, also while the trial's row waits for earlier ones.
    [[nodiscard]] std::optional<std::vector<double>> finals(std::size_t trial) const;

    /// Trials of one arm (all arms if empty), in order.
    [[nodiscard]] std::vector<std::size_t> trialsOf(std::string_view arm) const;

    [[nodiscard]] const Provenance& provenance() const { return provenance_; }
    /// Before the run starts.
    void setProvenance(Provenance provenance) { provenance_ = std::move(provenance); }

    // For the one that runs the trials. Each trial has one writer at a time.
    [[nodiscard]] Table& traceForWriting(std::size_t trial) { return *traces_[trial]; }
    [[nodiscard]] Table& timingForWriting(std::size_t trial) { return *timings_[trial]; }
    void setStatus(std::size_t trial, TrialStatus status, std::string message = {});
    void setIterations(std::size_t trial, std::int64_t iterations);
    void addEvent(LiveEvent event);
    /// Hands in a trial's final metrics (order of finalColumns). Rows of the trials table appear
    /// in the order of the plans, as soon as all before them are in.
    void conclude(std::size_t trial, std::span<const double> finals);

private:
    struct State {
        std::atomic<TrialStatus> status{TrialStatus::pending};
        std::atomic<std::int64_t> iterations{0};
        std::string message;
        std::optional<std::vector<double>> finals;
    };
    void appendReadyRows();

    Provenance provenance_;
    std::vector<TrialPlan> plans_;
    std::vector<std::string> arms_;
    std::vector<Column> factorColumns_;
    std::vector<std::unique_ptr<Table>> traces_;
    std::vector<std::unique_ptr<Table>> timings_;
    Table trials_;
    std::vector<std::unique_ptr<State>> states_;
    std::size_t nextRow_ = 0;
    mutable std::mutex mutex_; ///< guards messages, finals, events, the trials table's writer
    std::vector<LiveEvent> events_;
};

} // namespace convergence
