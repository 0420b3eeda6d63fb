// Shared work on this machine: worker processes that are started once and fed through pipes.

#include <iostream>
#include <memory>

#include <QCoreApplication>
#include <QEventLoop>
#include <QProcess>
#include <QTimer>
#include <fmt/format.h>

#include "app/commands/command_line.h"
#include "app/sweeps/runner.h"
#include "core/error.h"
#include "core/platform/process.h"

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
    Pool(const SharedWork& work, int processes) : work_(work) {
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
        work_.flush();
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
        return work_.queue.left() == 0 || !problem_.empty() || stopping_;
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
        process.write(QByteArray::fromStdString(work_.greeting + "\n"));
        feed(worker);
    }

    void feed(Worker& worker) {
        while (!stopping_ && worker.inHand.size() < tasksInHand) {
            const auto task = work_.queue.take();
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
            const QByteArray answer = line.mid(resultMark.size());
            const qsizetype space = answer.indexOf(' ');
            take(worker, answer.left(space).toULongLong(), answer.mid(space + 1).toStdString());
        }
        feed(worker);
        if (isDone())
            loop_.quit();
    }

    /// Answers to tasks that it was not given are none: a plugin may print what it likes.
    void take(Worker& worker, std::uint64_t task, const std::string& answer) {
        if (std::erase(worker.inHand, task) == 0)
            return;
        fruitless_ = 0;
        if (work_.take(task, answer))
            work_.queue.finished();
    }

    /// The first task in hand was running; the others did not begin.
    void died(Worker& worker) {
        if (worker.dismissed)
            return;
        read(worker);
        if (!worker.inHand.empty() && !stopping_) {
            const bool crashed = worker.process.exitStatus() == QProcess::CrashExit;
            const std::uint64_t task = worker.inHand.front();
            worker.inHand.pop_front();
            fruitless_ = 0;
            work_.killed(task, crashed ? "Its process was killed or crashed."
                                       : fmt::format("Its process ended with exit code {}.",
                                                     worker.process.exitCode()));
            work_.queue.finished();
        } else if (++fruitless_ > fruitlessStarts) {
            problem_ = "Worker processes end as soon as they are started; see the messages above.";
        }
        for (const std::uint64_t task : worker.inHand)
            work_.queue.putBack(task);
        worker.inHand.clear();
        if (isDone())
            loop_.quit();
        else
            start(worker);
    }

    void tick() {
        work_.flush();
        if (work_.stop.stopRequested() && !stopping_) {
            stopping_ = true;
            loop_.quit();
        }
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

    const SharedWork& work_;
    QEventLoop loop_;
    QTimer timer_;
    std::vector<std::unique_ptr<Worker>> workers_;
    std::string problem_;
    int fruitless_ = 0;
    bool stopping_ = false;
};

} // namespace

void runOverProcesses(const SharedWork& work, int processes) {
    Pool(work, processes).run();
}

int serveTasks(const Registry& registry) {
    // A worker must not outlive the one that it works for.
    endWithParent();
    const StopToken stop = stopOnSignals();
    std::string line;
    if (!std::getline(std::cin, line))
        return exitFine;
    const TaskServer answer = taskServer(line, registry);
    while (!stop.stopRequested() && std::getline(std::cin, line)) {
        const std::uint64_t task = std::stoull(line);
        const std::string text =
            fmt::format("{}{} {}\n", resultMark.toStdString(), task, answer(task, stop));
        std::fwrite(text.data(), 1, text.size(), stdout);
        std::fflush(stdout);
    }
    return exitFine;
}

} // namespace convergence
