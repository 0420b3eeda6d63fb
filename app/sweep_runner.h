#pragma once

#include <filesystem>
#include <functional>
#include <vector>

#include "app/sweep_queue.h"
#include "core/sweep/sweep_plan.h"
#include "core/sweep/sweep_task.h"

namespace convergence {

/// What runs the tasks of a sweep: worker processes on this machine, or the ranks of an MPI job.
struct SweepJob {
    const SweepPlan& plan;
    std::filesystem::path folder; ///< of the sweep, which every worker can write to
    TaskQueue& queue;
    StopToken stop;
    /// Takes results, about twice a second; after a crash those that it took are safe.
    std::function<void(std::span<const TaskResult>)> keep;
};

/// Runs the tasks over `processes` worker processes, each started once. A worker that dies costs
/// the task that it was at, which is recorded as killed, and is replaced. Needs an application
/// object. Throws InputError if workers cannot be started.
void runOnThisMachine(const SweepJob& job, int processes);

/// The worker's side: reads the plan and task numbers from standard input, writes results to
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
    /// alone. Call on rank 0 once all is ready.
    void handOut(const SweepJob& job);
    /// Rank 0: sends the others home without a sweep, e.g. because the file was refused.
    void cancel();
    /// Other ranks: run what rank 0 hands out until there is nothing left.
    void serve(const Registry& registry);

private:
    int rank_ = 0;
    int size_ = 1;
};

/// Runs the tasks one after another in this process.
void runInThisProcess(const SweepJob& job);

} // namespace convergence
