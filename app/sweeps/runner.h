#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "app/sweeps/queue.h"
#include "core/experiment/registry.h"
#include "core/experiment/verification.h"
#include "core/sweep/sweep_plan.h"
#include "core/sweep/sweep_task.h"

namespace convergence {

/// Numbered tasks that worker processes, or the ranks of an MPI job, can work on without knowing
/// more than the greeting: the tasks of a sweep, or the runs that a verification needs.
struct SharedWork {
    std::string
        greeting; ///< JSON in one line, from which a worker knows what a task's number means
    TaskQueue& queue;
    StopToken stop;
    /// Takes a worker's answer to a task (JSON); false if the task was interrupted.
    std::function<bool(std::uint64_t task, const std::string& answer)> take;
    /// A task whose process died, with one sentence.
    std::function<void(std::uint64_t task, const std::string& reason)> killed;
    /// Called about twice a second, and at the end: what take() was given can be kept now.
    std::function<void()> flush;
};

/// A sweep as shared work: results go to `keep`; after a crash those that it took are safe.
/// `folder` is the sweep's, which every worker can write to. All arguments outlive the work.
SharedWork sweepWork(const SweepPlan& plan, const std::string& folder, TaskQueue& queue,
                     const StopToken& stop, std::function<void(std::span<const TaskResult>)> keep);

/// The runs of a verification as shared work: fills in their recordings or why they failed.
SharedWork protocolWork(const ExperimentType& type, std::span<NeededRun* const> runs,
                        TaskQueue& queue, const StopToken& stop,
                        std::function<void(const NeededRun&)> done);

/// Answers the tasks of a piece of work, by its greeting, on the calling thread.
using TaskServer = std::function<std::string(std::uint64_t task, const StopToken& stop)>;
/// Throws InputError if the greeting fits nothing that this program knows.
TaskServer taskServer(const std::string& greeting, const Registry& registry);

/// Runs the tasks over `processes` worker processes, each started once. A worker that dies costs
/// the task that it was at, and is replaced. Needs an application object. Throws InputError if
/// workers cannot be started.
void runOverProcesses(const SharedWork& work, int processes);

/// The worker's side: reads the greeting and task numbers from standard input, writes answers to
/// standard output, ends when the input does. Returns the exit code.
int serveTasks(const Registry& registry);

/// True in a process that mpirun or srun started as part of a job.
bool startedByMpi();

/// A process of an MPI job; MPI is initialized and finalized with it. Throws InputError where the
/// program was built without MPI.
class MpiProcess {
public:
    MpiProcess(int& argc, char**& argv);
    ~MpiProcess();
    MpiProcess(const MpiProcess&) = delete;
    MpiProcess& operator=(const MpiProcess&) = delete;

    [[nodiscard]] int rank() const { return rank_; }
    [[nodiscard]] int size() const { return size_; }

    /// Rank 0: hands tasks to the other ranks as they ask for them, or runs them itself if it is
    /// alone. May be called several times.
    void handOut(const SharedWork& work, const Registry& registry);
    /// Rank 0: sends the others home; once, at the end.
    void release();
    /// Other ranks: work on what rank 0 hands out until it releases them.
    void serve(const Registry& registry);

private:
    int rank_ = 0;
    int size_ = 1;
};

} // namespace convergence
