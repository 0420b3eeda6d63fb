#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/experiment/experiment.h"
#include "core/experiment/saved_files.h"

namespace convergence {

/// Drives one trial: steps its solver, records at the cadence, keeps time, ends it. Used by one
/// thread at a time.
class TrialRun {
public:
    /// Applies those of `events` that belong to this trial when it gets there.
    TrialRun(const Experiment& experiment, Recording& recording, std::size_t trial,
             const std::vector<LiveEvent>& events = {});

    /// Steps until `target` iterations are done, the trial ends, or a stop is requested. Never
    /// throws: what plugin code throws ends the trial as failed.
    void advanceTo(std::int64_t target, const StopToken& stop);
    /// Applies an event now (after recording it, unless it comes from the recording). Never throws:
    /// as advanceTo().
    void apply(const LiveEvent& event);
    /// Passes a probe (LiveEffect::framesOnly) on; nothing is recorded. What the solver throws is
    /// told when it is drawn.
    void probe(const std::string& name, const Value& value);
    /// Writes the solver's own files into `folder/<arm>`, or `folder/<arm>-<trial>`, where an arm
    /// has several trials. Never throws: what goes wrong is told.
    [[nodiscard]] SavedFiles save(const std::filesystem::path& folder) const;
    /// The same, but what goes wrong marks the trial failed. Returns what was written.
    std::vector<std::filesystem::path> saveOrFail(const std::filesystem::path& folder);
    /// Ends the trial where it is, if it has not ended.
    void end(TrialStatus status, std::string message = {});

    [[nodiscard]] bool ended() const { return ended_; }
    [[nodiscard]] std::int64_t iteration() const { return iteration_; }
    [[nodiscard]] std::int64_t plannedSteps() const { return plannedSteps_; }
    [[nodiscard]] std::size_t trial() const { return trial_; }
    /// What views show of it. Returns a sentence where that could not be drawn, or empty.
    [[nodiscard]] std::string draw(FrameMap& frames) const;

private:
    /// Calls; what is thrown ends the trial as failed.
    template <typename Call>
    void failOnTrouble(Call&& call);
    void begin();
    void stepOnce(const StopToken& stop);
    void record();

    const Experiment& experiment_;
    Recording& recording_;
    std::size_t trial_;
    std::int64_t plannedSteps_;
    bool keepTrace_;
    Cadence cadence_;
    std::vector<LiveEvent> pending_; ///< ordered by iteration
    std::size_t nextPending_ = 0;
    std::unique_ptr<Solver> solver_;
    std::int64_t iteration_ = 0;
    std::int64_t nextRecorded_ = 0;
    std::int64_t lastRecorded_ = -1;
    double seconds_ = 0.0;
    bool interrupted_ = false;
    bool ended_ = false;
    std::string probeTrouble_; ///< why the last probe is not seen
    std::string refusal_;      ///< of the last action that was refused
    std::vector<double> row_;
};

} // namespace convergence
