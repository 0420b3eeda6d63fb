// Sweeps over the ranks of an MPI job: rank 0 hands out tasks one by one, the others run them.

#include "app/sweep_runner.h"

#include <chrono>
#include <cstdlib>
#include <numeric>
#include <thread>

#include <nlohmann/json.hpp>

#include "app/command_line.h"
#include "core/error.h"

#ifdef CONVERGENCE_MPI
#include <mpi.h>
#endif

namespace convergence {

bool startedByMpi() {
    for (const char* name : {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"})
        if (std::getenv(name))
            return true;
    return false;
}

#ifdef CONVERGENCE_MPI

namespace {

enum Tag : int { tagPlan, tagTask, tagResult };
/// Sent in a task's place when there is nothing more to do.
constexpr std::uint64_t goHome = ~std::uint64_t{0};
constexpr std::size_t tasksInHand = 2;

void sendText(const std::string& text, int rank, Tag tag) {
    MPI_Send(text.data(), static_cast<int>(text.size()), MPI_CHAR, rank, tag, MPI_COMM_WORLD);
}

void sendTask(std::uint64_t task, int rank) {
    MPI_Send(&task, 1, MPI_UINT64_T, rank, tagTask, MPI_COMM_WORLD);
}

std::string receiveText(int rank, Tag tag) {
    MPI_Status status;
    MPI_Probe(rank, tag, MPI_COMM_WORLD, &status);
    int size = 0;
    MPI_Get_count(&status, MPI_CHAR, &size);
    std::string text(static_cast<std::size_t>(size), '\0');
    MPI_Recv(text.data(), size, MPI_CHAR, status.MPI_SOURCE, tag, MPI_COMM_WORLD,
             MPI_STATUS_IGNORE);
    return text;
}

/// Waits for a message without keeping a core busy, as MPI_Probe would.
bool messageFrom(int& rank) {
    int arrived = 0;
    MPI_Status status;
    MPI_Iprobe(MPI_ANY_SOURCE, tagResult, MPI_COMM_WORLD, &arrived, &status);
    if (arrived)
        rank = status.MPI_SOURCE;
    else
        std::this_thread::sleep_for(std::chrono::microseconds(200));
    return arrived != 0;
}

} // namespace

MpiProcess::MpiProcess(int& argc, char**& argv) {
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
    MPI_Comm_size(MPI_COMM_WORLD, &size_);
}

MpiProcess::~MpiProcess() {
    MPI_Finalize();
}

void MpiProcess::cancel() {
    for (int rank = 1; rank < size_; ++rank)
        sendText("", rank, tagPlan);
}

void MpiProcess::handOut(const SweepJob& job) {
    if (size_ == 1)
        return runInThisProcess(job);
    const nlohmann::json greeting{{"plan", job.plan.canonical()}, {"folder", job.folder.string()}};
    std::vector<std::size_t> inHand(static_cast<std::size_t>(size_), 0);
    const auto feed = [&](int rank) {
        std::size_t& held = inHand[static_cast<std::size_t>(rank)];
        while (held < tasksInHand && !job.stop.stopRequested()) {
            const auto task = job.queue.take();
            if (!task)
                return;
            sendTask(*task, rank);
            ++held;
        }
    };
    for (int rank = 1; rank < size_; ++rank) {
        sendText(greeting.dump(), rank, tagPlan);
        feed(rank);
    }
    std::vector<TaskResult> results;
    auto flushed = std::chrono::steady_clock::now();
    std::size_t underWay = 0;
    do {
        int rank = 0;
        if (messageFrom(rank)) {
            results.push_back(
                taskResultFromJson(nlohmann::json::parse(receiveText(rank, tagResult))));
            --inHand[static_cast<std::size_t>(rank)];
            if (results.back().state != TaskState::interrupted)
                job.queue.finished();
            feed(rank);
        }
        const auto now = std::chrono::steady_clock::now();
        if (now - flushed > std::chrono::milliseconds(500)) {
            job.keep(results);
            results.clear();
            flushed = now;
        }
        underWay = std::accumulate(inHand.begin(), inHand.end(), std::size_t{0});
    } while (underWay > 0);
    job.keep(results);
    for (int rank = 1; rank < size_; ++rank)
        sendTask(goHome, rank);
}

void MpiProcess::serve(const Registry& registry) {
    const std::string text = receiveText(0, tagPlan);
    if (text.empty())
        return;
    const auto greeting = nlohmann::json::parse(text);
    const SweepPlan plan = SweepPlan::fromJson(greeting.at("plan"), registry);
    const std::filesystem::path folder = greeting.at("folder").get<std::string>();
    const StopToken stop = stopOnSignals();
    for (;;) {
        std::uint64_t task = goHome;
        MPI_Recv(&task, 1, MPI_UINT64_T, 0, tagTask, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        if (task == goHome)
            return;
        sendText(toJson(runTask(plan, task, folder, stop)).dump(), 0, tagResult);
    }
}

#else

MpiProcess::MpiProcess(int&, char**&) {
    throw InputError("This program was built without MPI; start it without mpirun, or build it "
                     "where MPI is installed.");
}
MpiProcess::~MpiProcess() = default;
void MpiProcess::cancel() {}
void MpiProcess::handOut(const SweepJob&) {}
void MpiProcess::serve(const Registry&) {}

#endif

} // namespace convergence
