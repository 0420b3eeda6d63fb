// Kills the program at random moments while it runs, keeps, saves and exports, and looks at what is
// left. The seed is printed; CRASH_SEED repeats it, CRASH_ROUNDS changes the number of kills.

#include <atomic>
#include <bit>
#include <csignal>
#include <ctime>
#include <random>
#include <thread>

#include <QDir>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include "app/plugin_loader.h"
#include "app/runs/database.h"
#include "app/sessions/bundle.h"
#include "app/window/main_window.h"
#include "app/window/message_bar.h"
#include "app/window/run_desk.h"
#include "core/error.h"
#include "core/experiment/recording_outline.h"
#include "tests/app/runs/heartbeat.h"
#include "tests/registered_test.h"

using namespace convergence;
using testing::Heartbeat;

namespace {

constexpr int usualRounds = 50;
constexpr int patience = 120000; ///< milliseconds until something counts as never happening
constexpr std::int64_t second = 1'000'000'000;
/// What may be lost at most.
constexpr std::int64_t mostLost = second;

std::int64_t now() {
    timespec time{};
    ::clock_gettime(CLOCK_MONOTONIC, &time);
    return second * time.tv_sec + time.tv_nsec;
}

/// How late the machine wakes a thread that does nothing but sleep: it cannot be expected to wake
/// the one that keeps runs any sooner.
class Lateness {
public:
    Lateness() : thread_([this](const std::stop_token& stop) { measure(stop); }) {}
    std::int64_t take() { return worst_.exchange(0); }

private:
    void measure(const std::stop_token& stop) {
        constexpr std::int64_t nap = second / 50;
        while (!stop.stop_requested()) {
            const std::int64_t before = now();
            std::this_thread::sleep_for(std::chrono::nanoseconds(nap));
            worst_ = std::max(worst_.load(), now() - before - nap);
        }
    }
    std::atomic<std::int64_t> worst_ = 0;
    std::jthread thread_;
};

bool sameBits(double a, double b) {
    return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

/// Empty if all rows that `part` has are those of `whole`, bit for bit.
QString differenceOfPart(const Recording& part, const Recording& whole) {
    for (std::size_t trial = 0; trial < whole.plans().size(); ++trial) {
        const Table &a = part.trace(trial), &b = whole.trace(trial);
        if (a.rows() > b.rows())
            return QString("trial %1 has rows that it never made").arg(trial);
        for (std::size_t row = 0; row < a.rows(); ++row)
            for (std::size_t column = 0; column < b.columns().size(); ++column)
                if (!sameBits(a.at(row, column), b.at(row, column)))
                    return QString("trial %1 differs in row %2").arg(trial).arg(row);
    }
    return {};
}

/// Everything of a kept run that a crash might harm.
QString differenceOfRuns(const LoadedRun& now, const LoadedRun& before) {
    if (now.run.state != before.run.state || now.run.parameters != before.run.parameters ||
        now.run.stepsDone != before.run.stepsDone || now.run.sparkline != before.run.sparkline)
        return "its entry in the list changed";
    if (const std::string found = firstDifference(*now.recording, *before.recording);
        !found.empty())
        return QString::fromStdString(found);
    for (std::size_t trial = 0; trial < before.recording->plans().size(); ++trial)
        if (now.recording->timing(trial).column("seconds") !=
            before.recording->timing(trial).column("seconds"))
            return "its timing changed";
    if (now.keyFrames.size() != before.keyFrames.size())
        return "it lost key frames";
    return {};
}

QByteArray contentOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class CrashTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        QCOMPARE(loadPlugins(TEST_PLUGINS, registry_), std::vector<std::string>());
        type_ = registry_.find("heartbeat");
        QDir().mkpath(path("tmp"));
        heartbeat_ = testing::mapHeartbeat(qPrintable(path("heartbeat")));
        QVERIFY(heartbeat_);
    }

    void everyKillLeavesEarlierRunsIntactAndLosesASecondAtMost() {
        const QByteArray wanted = qgetenv("CRASH_SEED");
        const unsigned seed = wanted.isEmpty() ? std::random_device()() : wanted.toUInt();
        qInfo("CRASH_SEED=%u", seed);
        random_.seed(seed);
        const int rounds = qEnvironmentVariableIsEmpty("CRASH_ROUNDS")
                               ? usualRounds
                               : qEnvironmentVariableIntValue("CRASH_ROUNDS");
        for (int round = 0; round < rounds; ++round) {
            round_ = round;
            const std::int64_t killed = runAndKill();
            examineFiles();
            examineRuns(killed);
            if (QTest::currentTestFailed())
                return;
        }
        std::sort(lost_.begin(), lost_.end());
        qInfo(
            "%d kills: %zu runs kept, %d of them were interrupted and continued; a run under way "
            "lost %.0f ms in the median, %.0f ms at most; the machine was late by %.0f ms at most",
            rounds, known_.size(), continued_,
            lost_.empty() ? 0.0 : double(lost_[lost_.size() / 2]) / 1e6,
            lost_.empty() ? 0.0 : double(lost_.back()) / 1e6, double(worstLateness_) / 1e6);
        QVERIFY2(rounds < usualRounds || (continued_ > rounds / 3 && bundles_ > 0),
                 "too few kills met a run under way for the test to mean anything");
    }

private:
    QString path(const QString& name) const { return folder_.path() + "/" + name; }
    QString runsFolder() const { return path("data/convergence-lab/runs"); }

    std::int64_t between(std::int64_t low, std::int64_t high) {
        return std::uniform_int_distribution<std::int64_t>(low, high)(random_);
    }

    /// Starts the program on a new session and kills it some time later; the time of the kill.
    std::int64_t runAndKill() {
        SessionDocument session;
        session.experiment = "heartbeat";
        session.parameters = {{"start", double(between(1, 99)) / 100.0},
                              {"iterations", between(500, 12000)},
                              {"microseconds", double(between(20, 200))}};
        QFile file(path("session.json"));
        if (!file.open(QIODevice::WriteOnly | QIODevice::Truncate))
            qFatal("no session can be written");
        file.write(QByteArray::fromStdString(toText(session)));
        file.close();

        QProcess program;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("QT_QPA_PLATFORM", "offscreen");
        environment.insert("LC_ALL", "C.UTF-8");
        environment.insert("XDG_DATA_HOME", path("data"));
        environment.insert("XDG_CONFIG_HOME", path("config"));
        environment.insert("TMPDIR", path("tmp"));
        environment.insert("XDG_RUNTIME_DIR", path("tmp"));
        environment.insert("CONVERGENCE_PLUGIN_PATH", TEST_PLUGINS);
        environment.insert("HEARTBEAT_FILE", path("heartbeat"));
        environment.insert("BUNDLE_FILE", path("bundle.clabz"));
        program.setProcessEnvironment(environment);
        program.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        heartbeat_->runs = heartbeat_->steps = heartbeat_->hasEnded = 0;
        program.start(CONVERGENCE_LAB, {path("session.json")});
        // One in five while it starts, the others after the first step.
        const bool early = between(0, 4) == 0;
        if (!early && !QTest::qWaitFor([&] { return heartbeat_->runs > 0; }, patience))
            qFatal("the program never began a run");
        lateness_.take();
        std::this_thread::sleep_for(std::chrono::milliseconds(between(0, early ? 800 : 3500)));
        const std::int64_t killed = now();
        ::kill(static_cast<pid_t>(program.processId()), SIGKILL);
        program.waitForFinished(patience);
        return killed;
    }

    /// Files are whole: as they were before, or as they were to become.
    void examineFiles() {
        for (const QString& name :
             {path("session.json"), path("data/convergence-lab/last-session.json")}) {
            const QByteArray text = contentOf(name);
            if (name.contains("last-") && !QFile::exists(name))
                continue;
            const SessionDocument session =
                parseSession({text.constData(), std::size_t(text.size())}, name.toStdString());
            QCOMPARE(session.experiment, std::string("heartbeat"));
        }
        QFile bundle(path("bundle.clabz"));
        if (!bundle.open(QIODevice::ReadOnly))
            return;
        const Bundle read =
            bundleFrom(readArchive(bundle, bundle.fileName()), bundle.fileName(),
                       [this](const std::string& id) { return registry_.find(id); });
        QCOMPARE(read.session.experiment, std::string("heartbeat"));
        ++bundles_;
    }

    void examineRuns(std::int64_t killed) {
        const std::int64_t allowed = mostLost + lateness_.take();
        worstLateness_ = std::max(worstLateness_, allowed - mostLost);
        // Steps that are too old to be lost.
        const std::int64_t steps = heartbeat_->steps;
        const auto isDue = [&](std::int64_t time) { return time <= killed - allowed; };
        const auto* first = heartbeat_->nanoseconds + 1;
        const std::int64_t due = std::partition_point(first, first + steps, isDue) - first;

        QString interrupted;
        {
            RunDatabase database(runsFolder());
            QCOMPARE(database.message(), QString());
            std::vector<KeptRun> fresh;
            for (const KeptRun& run : database.list()) {
                QVERIFY(run.state != "running");
                if (!known_.contains(run.key))
                    fresh.push_back(run);
            }
            examineKnown(database);
            std::sort(fresh.begin(), fresh.end(),
                      [](const KeptRun& a, const KeptRun& b) { return a.created < b.created; });
            // The last run may have been too young to be kept, all before it may not.
            QVERIFY2(
                std::int64_t(fresh.size()) >= heartbeat_->runs - (due > 0 ? 0 : 1),
                qPrintable(
                    QString("%1 of %2 runs are kept").arg(fresh.size()).arg(heartbeat_->runs)));
            for (const KeptRun& run : fresh) {
                const LoadedRun loaded = database.load(run.key, type_->description);
                examineFresh(loaded);
                known_[run.key] = loaded;
            }
            if (!fresh.empty()) {
                const LoadedRun& last = known_[fresh.back().key];
                const auto kept = std::int64_t(last.recording->trace(0).rows()) - 1;
                const bool isCurrent = std::int64_t(fresh.size()) == heartbeat_->runs;
                if (isCurrent)
                    QVERIFY2(kept >= due, qPrintable(QString("%1 steps are kept, %2 were older "
                                                             "than %3 ms")
                                                         .arg(kept)
                                                         .arg(due)
                                                         .arg(allowed / 1'000'000)));
                if (isCurrent && last.run.state == "interrupted") {
                    interrupted = last.run.key;
                    // The oldest step that is lost.
                    lost_.push_back(kept < steps ? killed - heartbeat_->nanoseconds[kept + 1] : 0);
                }
            }
        }
        if (!interrupted.isEmpty())
            continueInterrupted(interrupted);
    }

    void examineKnown(RunDatabase& database) {
        for (const auto& [key, before] : known_) {
            const QString difference =
                differenceOfRuns(database.load(key, type_->description), before);
            QVERIFY2(
                difference.isEmpty(),
                qPrintable(QString("after kill %1, run %2: %3").arg(round_).arg(key, difference)));
        }
    }

    void examineFresh(const LoadedRun& run) {
        const auto whole = truth(run);
        const QString difference = differenceOfPart(*run.recording, *whole);
        QVERIFY2(difference.isEmpty(), qPrintable(difference));
        if (run.run.state == "finished")
            QCOMPARE(firstDifference(*run.recording, *whole), std::string());
        else
            QVERIFY2(run.run.state == "interrupted" || run.run.state == "stopped",
                     qPrintable(run.run.state));
    }

    /// The recording of these values when nobody disturbs it.
    std::shared_ptr<const Recording> truth(const LoadedRun& run) const {
        const auto experiment = type_->create(
            resolveValues(*type_, "", overridesFromJson(type_->description, run.run.parameters)));
        auto recording = makeRecording(*experiment);
        runToEnd(*experiment, *recording, {.threads = 1});
        return recording;
    }

    /// In a window, as a person would.
    void continueInterrupted(const QString& key) {
        {
            MainWindow window(registry_, "light", MainWindow::Memory::forget,
                              std::make_unique<RunStore>(runsFolder()));
            window.show();
            window.openExperiment("heartbeat", {});
            QTRY_VERIFY_WITH_TIMEOUT(window.controller().runner(), patience);
            window.controller().setPlayback({.seconds = 0.0});
            window.runs().continueRun(key);
            QTRY_VERIFY_WITH_TIMEOUT(
                window.controller().key() == key && window.controller().runner() &&
                    window.controller().runner()->state() == RunState::finished,
                patience);
            window.store()->flush();
            QCOMPARE(window.messageBar().history(), QStringList());
        }
        RunDatabase database(runsFolder());
        const LoadedRun whole = database.load(key, type_->description);
        QCOMPARE(whole.run.state, QString("finished"));
        QCOMPARE(firstDifference(*whole.recording, *truth(whole)), std::string());
        known_[key] = whole;
        ++continued_;
    }

    QTemporaryDir folder_;
    Registry registry_;
    std::shared_ptr<const ExperimentType> type_;
    Heartbeat* heartbeat_ = nullptr;
    Lateness lateness_;
    std::mt19937_64 random_;
    std::map<QString, LoadedRun> known_; ///< as they have to stay
    std::vector<std::int64_t> lost_;
    std::int64_t worstLateness_ = 0;
    int round_ = 0;
    int continued_ = 0;
    int bundles_ = 0;
};

REGISTER_GUI_TEST(CrashTest)
#include "crash_test.moc"
