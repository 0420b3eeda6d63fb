// Sweeps on this machine: worker processes that are started once and fed through pipes.

#include <csignal>
#include <iostream>
#include <memory>

#include <QCoreApplication>
#include <QEventLoop>
#include <QProcess>
#include <QTimer>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/prctl.h>

#include "app/command_line.h"
#include "app/sweep_runner.h"
#include "core/error.h"

namespace convergence {

namespace {

/// Tasks that a worker has in hand: the one it runs and one more, so that it never waits.
constexpr std::size_t tasksInHand = 2;
/// Workers that may die in a row without a task before the sweep gives up.
constexpr int fruitlessStarts = 3;
constexpr int millisecondsBetweenBatches = 500;
/// In front of each result on the worker's standard output, where a plugin may print too.
const QByteArray resultMark = "\x1eresult ";

class Pool {
public:
    Pool(const SweepJob& job, int processes) : job_(job) {
        QObject::connect(&timer_, &QTimer::timeout, &loop_, [this] { tick(); });
        for (int i = 0; i < processes; ++i)
            workers_.push_back(std::make_unique<Worker>());
    }

    void run() {
        for (const auto& worker : workers_)
            start(*worker);
        timer_.start(millisecondsBetweenBatches);
        if (!isDone())
            loop_.exec();
        timer_.stop();
        for (const auto& worker : workers_)
            dismiss(*worker);
        flush();
        if (!problem_.empty())
            throw InputError(problem_);
    }

private:
    struct Worker {
        QProcess process;
        std::deque<std::uint64_t> inHand;
        bool dismissed = false;
    };

    [[nodiscard]] bool isDone() const {
        return job_.queue.left() == 0 || !problem_.empty() || stopping_;
    }

    void start(Worker& worker) {
        QProcess& process = worker.process;
        process.disconnect();
        QObject::connect(&process, &QProcess::readyReadStandardOutput, &loop_,
                         [this, &worker] { read(worker); });
        QObject::connect(&process, &QProcess::finished, &loop_, [this, &worker] { died(worker); });
        process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        process.start(QCoreApplication::applicationFilePath(), {"sweep-worker"});
        if (!process.waitForStarted()) {
            problem_ = fmt::format("A worker process cannot be started ({}).",
                                   process.errorString().toStdString());
            return;
        }
        const nlohmann::json greeting{{"plan", job_.plan.canonical()},
                                      {"folder", job_.folder.string()}};
        process.write(QByteArray::fromStdString(greeting.dump() + "\n"));
        feed(worker);
    }

    void feed(Worker& worker) {
        while (!stopping_ && worker.inHand.size() < tasksInHand) {
            const auto task = job_.queue.take();
            if (!task)
                return;
            worker.inHand.push_back(*task);
            worker.process.write(QByteArray::number(qulonglong(*task)) + "\n");
        }
    }

    void read(Worker& worker) {
        while (worker.process.canReadLine()) {
            const QByteArray line = worker.process.readLine();
            if (!line.startsWith(resultMark))
                continue;
            const auto json = nlohmann::json::parse(line.mid(resultMark.size()).toStdString());
            take(worker, taskResultFromJson(json));
        }
        feed(worker);
        if (isDone())
            loop_.quit();
    }

    void take(Worker& worker, TaskResult result) {
        std::erase(worker.inHand, result.task);
        fruitless_ = 0;
        if (result.state != TaskState::interrupted)
            job_.queue.finished();
        results_.push_back(std::move(result));
    }

    /// The first task in hand was running; the others did not begin.
    void died(Worker& worker) {
        if (worker.dismissed)
            return;
        read(worker);
        if (!worker.inHand.empty() && !stopping_) {
            const bool crashed = worker.process.exitStatus() == QProcess::CrashExit;
            TaskResult result{.task = worker.inHand.front(), .state = TaskState::killed};
            result.message = crashed ? "Its process was killed or crashed."
                                     : fmt::format("Its process ended with exit code {}.",
                                                   worker.process.exitCode());
            take(worker, std::move(result));
        } else if (++fruitless_ > fruitlessStarts) {
            problem_ = "Worker processes end as soon as they are started; see the messages above.";
        }
        for (const std::uint64_t task : worker.inHand)
            job_.queue.putBack(task);
        worker.inHand.clear();
        if (isDone())
            loop_.quit();
        else
            start(worker);
    }

    void tick() {
        flush();
        if (job_.stop.stopRequested() && !stopping_) {
            stopping_ = true;
            loop_.quit();
        }
    }

    void flush() {
        if (results_.empty())
            return;
        job_.keep(results_);
        results_.clear();
    }

    void dismiss(Worker& worker) {
        worker.dismissed = true;
        QProcess& process = worker.process;
        if (process.state() == QProcess::NotRunning)
            return;
        process.closeWriteChannel();
        if (stopping_)
            process.terminate();
        constexpr int patience = 10000;
        if (!process.waitForFinished(patience))
            process.kill();
        process.waitForFinished();
    }

    const SweepJob& job_;
    QEventLoop loop_;
    QTimer timer_;
    std::vector<std::unique_ptr<Worker>> workers_;
    std::vector<TaskResult> results_;
    std::string problem_;
    int fruitless_ = 0;
    bool stopping_ = false;
};

} // namespace

void runOnThisMachine(const SweepJob& job, int processes) {
    Pool(job, processes).run();
}

void runInThisProcess(const SweepJob& job) {
    std::vector<TaskResult> results;
    auto flushed = std::chrono::steady_clock::now();
    while (const auto task = job.stop.stopRequested() ? std::nullopt : job.queue.take()) {
        results.push_back(runTask(job.plan, *task, job.folder, job.stop));
        if (results.back().state != TaskState::interrupted)
            job.queue.finished();
        const auto now = std::chrono::steady_clock::now();
        if (now - flushed > std::chrono::milliseconds(millisecondsBetweenBatches)) {
            job.keep(results);
            results.clear();
            flushed = now;
        }
    }
    job.keep(results);
}

int serveTasks(const Registry& registry) {
    // A worker must not outlive a sweep that was killed.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    const StopToken stop = stopOnSignals();
    std::string line;
    if (!std::getline(std::cin, line))
        return exitFine;
    const auto greeting = nlohmann::json::parse(line);
    const SweepPlan plan = SweepPlan::fromJson(greeting.at("plan"), registry);
    const std::filesystem::path folder = greeting.at("folder").get<std::string>();
    while (!stop.stopRequested() && std::getline(std::cin, line)) {
        const TaskResult result = runTask(plan, std::stoull(line), folder, stop);
        const std::string text = resultMark.toStdString() + toJson(result).dump() + "\n";
        std::fwrite(text.data(), 1, text.size(), stdout);
        std::fflush(stdout);
    }
    return exitFine;
}

} // namespace convergence
