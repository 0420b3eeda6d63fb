// Shared work over the ranks of an MPI job: rank 0 hands out tasks one by one, the others run them.

#include "app/sweeps/runner.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <deque>
#include <optional>
#include <thread>

#include "app/commands/command_line.h"
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

enum Tag : int { tagTask, tagGreeting, tagAnswer };
/// Sent in a task's place: a greeting of new work follows; there is nothing more to do.
constexpr std::uint64_t newWork = ~std::uint64_t{0} - 1;
constexpr std::uint64_t goHome = ~std::uint64_t{0};
constexpr std::size_t tasksInHand = 2;

/// MPI counts in int, and a recording may be larger: texts travel in pieces, after their size.
constexpr std::size_t largestPiece = std::size_t{1} << 16;

void sendText(const std::string& text, int rank, Tag tag) {
    const std::uint64_t size = text.size();
    MPI_Send(&size, 1, MPI_UINT64_T, rank, tag, MPI_COMM_WORLD);
    for (std::size_t at = 0; at < text.size(); at += largestPiece)
        MPI_Send(text.data() + at, static_cast<int>(std::min(largestPiece, text.size() - at)),
                 MPI_CHAR, rank, tag, MPI_COMM_WORLD);
}

void sendTask(std::uint64_t task, int rank) {
    MPI_Send(&task, 1, MPI_UINT64_T, rank, tagTask, MPI_COMM_WORLD);
}

std::string receiveText(int rank, Tag tag) {
    std::uint64_t size = 0;
    MPI_Recv(&size, 1, MPI_UINT64_T, rank, tag, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    std::string text; // grows with what arrives, whatever was announced
    while (text.size() < size) {
        const std::size_t before = text.size();
        const auto count = static_cast<int>(std::min<std::uint64_t>(largestPiece, size - before));
        text.resize(before + static_cast<std::size_t>(count));
        MPI_Recv(text.data() + before, count, MPI_CHAR, rank, tag, MPI_COMM_WORLD,
                 MPI_STATUS_IGNORE);
    }
    return text;
}

std::uint64_t receiveTask() {
    std::uint64_t task = goHome;
    MPI_Recv(&task, 1, MPI_UINT64_T, 0, tagTask, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    return task;
}

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds betweenFlushes(500);

/// The tasks one after another in this process.
void runAlone(const SharedWork& work, const Registry& registry) {
    const TaskServer answer = taskServer(work.greeting, registry);
    auto flushed = Clock::now();
    while (const auto task = work.stop.stopRequested() ? std::nullopt : work.queue.take()) {
        if (work.take(*task, answer(*task, work.stop)))
            work.queue.finished();
        if (Clock::now() - flushed > betweenFlushes) {
            work.flush();
            flushed = Clock::now();
        }
    }
    work.flush();
}

/// Waits for a message without keeping a core busy, as MPI_Probe would.
bool messageFrom(int& rank) {
    int arrived = 0;
    MPI_Status status;
    MPI_Iprobe(MPI_ANY_SOURCE, tagAnswer, MPI_COMM_WORLD, &arrived, &status);
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

void MpiProcess::release() {
    for (int rank = 1; rank < size_; ++rank)
        sendTask(goHome, rank);
}

void MpiProcess::handOut(const SharedWork& work, const Registry& registry) {
    if (size_ == 1)
        return runAlone(work, registry);
    std::vector<std::deque<std::uint64_t>> inHand(static_cast<std::size_t>(size_));
    const auto feed = [&](int rank) {
        auto& held = inHand[static_cast<std::size_t>(rank)];
        while (held.size() < tasksInHand && !work.stop.stopRequested()) {
            const auto task = work.queue.take();
            if (!task)
                return;
            sendTask(*task, rank);
            held.push_back(*task);
        }
    };
    for (int rank = 1; rank < size_; ++rank) {
        sendTask(newWork, rank);
        sendText(work.greeting, rank, tagGreeting);
        feed(rank);
    }
    auto flushed = Clock::now();
    const auto underWay = [&] {
        return std::any_of(inHand.begin(), inHand.end(),
                           [](const auto& held) { return !held.empty(); });
    };
    while (underWay()) {
        int rank = 0;
        if (messageFrom(rank)) {
            // A rank answers its tasks in the order in which it got them.
            auto& held = inHand[static_cast<std::size_t>(rank)];
            const std::uint64_t task = held.front();
            held.pop_front();
            if (work.take(task, receiveText(rank, tagAnswer)))
                work.queue.finished();
            feed(rank);
        }
        if (Clock::now() - flushed > betweenFlushes) {
            work.flush();
            flushed = Clock::now();
        }
    }
    work.flush();
}

void MpiProcess::serve(const Registry& registry) {
    const StopToken stop = stopOnSignals();
    TaskServer answer;
    for (;;) {
        const std::uint64_t task = receiveTask();
        if (task == goHome)
            return;
        if (task == newWork)
            answer = taskServer(receiveText(0, tagGreeting), registry);
        else
            sendText(answer(task, stop), 0, tagAnswer);
    }
}

#else

MpiProcess::MpiProcess(int&, char**&) {
    throw InputError("This program was built without MPI; start it without mpirun, or build it "
                     "where MPI is installed.");
}
MpiProcess::~MpiProcess() = default;
void MpiProcess::release() {}
void MpiProcess::handOut(const SharedWork&, const Registry&) {}
void MpiProcess::serve(const Registry&) {}

#endif

} // namespace convergence
