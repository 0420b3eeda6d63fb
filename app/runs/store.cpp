#include "app/runs/store.h"

#include <algorithm>
#include <chrono>
#include <optional>

#include <QStandardPaths>
#include <QUuid>

#include "core/error.h"

namespace convergence {

namespace {
constexpr auto writeEvery = std::chrono::milliseconds(500);
/// Looks for what other instances did, and refreshes the list, once in so many writes.
constexpr int writesBetweenLooks = 4;
} // namespace

RunStore::RunStore(const QString& folder, QObject* parent) : QObject(parent) {
    thread_ = std::thread([this, folder] { work(folder); });
}

RunStore::~RunStore() {
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;
        wake_.notify_all();
    }
    thread_.join();
}

QString RunStore::defaultFolder() {
    return QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + "/runs";
}

QString RunStore::newKey() {
    return QUuid::createUuid().toString(QUuid::WithoutBraces);
}

void RunStore::post(Task task) {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
    wake_.notify_all();
}

void RunStore::answer(std::function<void()> call) {
    QMetaObject::invokeMethod(this, std::move(call), Qt::QueuedConnection);
}

/// The same trouble twice a second is told once.
void RunStore::tell(const QString& sentence) {
    if (sentence == lastTold_)
        return;
    lastTold_ = sentence;
    answer([this, sentence] { Q_EMIT told(sentence); });
}

void RunStore::publish(RunDatabase& database) {
    answer([this, runs = database.list()]() mutable {
        runs_ = std::move(runs);
        Q_EMIT listed();
    });
}

void RunStore::attempt(RunDatabase& database, const Task& task) {
    try {
        task(database);
    } catch (const std::exception& error) {
        tell(QString::fromUtf8(error.what()));
    }
}

void RunStore::work(const QString& folder) {
    std::optional<RunDatabase> database;
    try {
        database.emplace(folder);
        if (!database->message().isEmpty())
            tell(database->message());
        publish(*database);
    } catch (const std::exception& error) {
        tell(tr("Runs are not kept: %1").arg(QString::fromUtf8(error.what())));
    }
    int writes = 0;
    bool changed = false; // by this instance, since the list was last told
    auto nextWrite = std::chrono::steady_clock::now() + writeEvery;
    std::unique_lock lock(mutex_);
    for (;;) {
        wake_.wait_until(lock, nextWrite, [&] { return stop_ || !tasks_.empty(); });
        busy_ = true;
        const bool stopping = stop_;
        std::deque<Task> tasks = std::move(tasks_);
        tasks_.clear();
        lock.unlock();
        if (database) {
            for (const Task& task : tasks)
                attempt(*database, task);
            if (stopping || std::chrono::steady_clock::now() >= nextWrite) {
                nextWrite = std::chrono::steady_clock::now() + writeEvery;
                attempt(*database, [&](RunDatabase& runs) {
                    changed = changed || runs.isWatching();
                    for (const QString& sentence : runs.write())
                        tell(sentence);
                    if (++writes % writesBetweenLooks != 0)
                        return;
                    if (runs.changedElsewhere() || changed)
                        publish(runs);
                    changed = false;
                });
            }
        } else {
            nextWrite = std::chrono::steady_clock::now() + writeEvery;
        }
        lock.lock();
        busy_ = false;
        if (tasks_.empty())
            idle_.notify_all();
        if (stopping && tasks_.empty())
            return;
    }
}

void RunStore::flush() {
    post([this](RunDatabase& database) {
        for (const QString& sentence : database.write())
            tell(sentence);
        publish(database);
    });
    std::unique_lock lock(mutex_);
    idle_.wait(lock, [&] { return tasks_.empty() && !busy_; });
}

const KeptRun* RunStore::find(const QString& key) const {
    const auto found = std::find_if(runs_.begin(), runs_.end(),
                                    [&](const KeptRun& run) { return run.key == key; });
    return found == runs_.end() ? nullptr : &*found;
}

void RunStore::keep(RunToKeep run) {
    post([run = std::move(run)](RunDatabase& database) { database.watch(run); });
}

void RunStore::addKeyFrames(const QString& key, std::vector<std::shared_ptr<const Frames>> frames) {
    post([key, frames = std::move(frames)](RunDatabase& database) {
        database.addKeyFrames(key, frames);
    });
}

void RunStore::setClaims(const QString& key, const std::string& claims) {
    post([key, claims](RunDatabase& database) { database.setClaims(key, claims); });
}

void RunStore::setLabels(const QString& key, const RunLabels& labels) {
    post([this, key, labels](RunDatabase& database) {
        database.setLabels(key, labels);
        publish(database);
    });
}

void RunStore::setDeleted(const QStringList& keys, bool isDeleted) {
    post([this, keys, isDeleted](RunDatabase& database) {
        database.setDeleted(keys, isDeleted);
        publish(database);
    });
}

void RunStore::load(const QString& key, std::shared_ptr<const ExperimentType> type, Loaded done) {
    post([this, key, type = std::move(type), done = std::move(done)](RunDatabase& database) {
        std::shared_ptr<const LoadedRun> run;
        QString problem;
        try {
            for (const QString& sentence : database.write()) // what is still in memory as well
                tell(sentence);
            run = std::make_shared<const LoadedRun>(database.load(key, type->description));
        } catch (const std::exception& error) {
            problem = QString::fromUtf8(error.what());
        }
        answer([done, run, problem] { done(run, problem); });
    });
}

void RunStore::import(std::shared_ptr<const LoadedRun> run, std::function<void()> done) {
    post([this, run = std::move(run), done = std::move(done)](RunDatabase& database) {
        database.import(*run);
        publish(database);
        answer(done);
    });
}

} // namespace convergence
