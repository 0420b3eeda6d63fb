#include <atomic>
#include <cmath>
#include <fstream>
#include <thread>

#include <QTemporaryDir>
#include <QtTest>

#include "core/error.h"
#include "core/experiment/run_files.h"
#include "core/experiment/runner.h"
#include "tests/core/experiment/quadratic_experiment.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::testing;

namespace {

std::string tables(const Recording& recording) {
    std::string text = toCsv(recording.trials());
    for (std::size_t i = 0; i < recording.plans().size(); ++i)
        text += toCsv(recording.trace(i));
    return text;
}

std::shared_ptr<Recording> runHeadless(const Experiment& experiment, int threads,
                                       const std::vector<LiveEvent>& events = {}) {
    auto recording = makeRecording(experiment);
    runToEnd(experiment, *recording, {.threads = threads, .events = events});
    return recording;
}

/// A solver that throws at its third step.
class ThrowingExperiment final : public Experiment {
    class Thrower final : public Solver {
        int steps_ = 0;
        StepStatus step(const StopToken&) override {
            if (++steps_ == 3)
                throw std::runtime_error("the matrix is singular");
            return StepStatus::running;
        }
        void measure(std::span<double> metrics) override { metrics[0] = steps_; }
        void conclude(std::span<double> finals) override { finals[0] = steps_; }
    };
    std::vector<TrialPlan> trials() const override { return {{.arm = "bad", .steps = 10}}; }
    std::vector<Column> traceColumns() const override { return {{"x"}}; }
    std::vector<Column> finalColumns() const override { return {{"y"}}; }
    std::unique_ptr<Solver> start(const TrialPlan&) const override {
        return std::make_unique<Thrower>();
    }
};

/// Counts its steps, and refuses whatever it is told to do.
class RefusingExperiment final : public Experiment {
    class Refuser final : public Solver {
        int steps_ = 0;
        StepStatus step(const StopToken&) override {
            ++steps_;
            return StepStatus::running;
        }
        void measure(std::span<double> metrics) override { metrics[0] = steps_; }
        void conclude(std::span<double> finals) override { finals[0] = steps_; }
        void act(const std::string&) override { throw InputError("The grid is full."); }
    };
    std::vector<TrialPlan> trials() const override { return {{.arm = "only", .steps = 10}}; }
    std::vector<Column> traceColumns() const override { return {{"x"}}; }
    std::vector<Column> finalColumns() const override { return {{"y"}}; }
    std::unique_ptr<Solver> start(const TrialPlan&) const override {
        return std::make_unique<Refuser>();
    }
};

/// Saves one file, and draws what it was last asked to show.
class SavingExperiment final : public Experiment {
public:
    std::chrono::milliseconds drawing{0}; ///< how long a draw takes
    mutable std::atomic<bool> draws = false;

private:
    void draw(const Recording&, FrameMap&) const override {
        draws = true;
        std::this_thread::sleep_for(drawing);
    }
    class Saver final : public Solver {
        std::int64_t shown_ = 0;
        StepStatus step(const StopToken&) override { return StepStatus::running; }
        void measure(std::span<double> metrics) override { metrics[0] = 0.0; }
        void conclude(std::span<double> finals) override { finals[0] = 0.0; }
        void setLive(const std::string&, const Value& value) override {
            shown_ = std::get<std::int64_t>(value);
        }
        void draw(const Recording&, FrameMap& frames) const override {
            frames["shown"] = TextFrame{std::to_string(shown_)};
        }
        void save(const std::filesystem::path& folder) const override {
            std::ofstream(folder / "made.txt") << "made";
        }
    };
    std::vector<TrialPlan> trials() const override { return {{.arm = "only", .steps = 1'000'000}}; }
    std::vector<Column> traceColumns() const override { return {{"x"}}; }
    std::vector<Column> finalColumns() const override { return {{"y"}}; }
    std::unique_ptr<Solver> start(const TrialPlan&) const override {
        return std::make_unique<Saver>();
    }
};

constexpr int patience = 20000; ///< milliseconds until something counts as never happening

} // namespace

class RunnerTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void recordsTheClosedForm() {
        const auto experiment = makeQuadratic({{"learning_rate", 0.5}});
        const auto recording = runHeadless(*experiment, 1);
        const Table& plain = recording->trace(0);
        QCOMPARE(plain.rows(), std::size_t{1001});
        for (std::size_t t = 0; t < 40; ++t)
            QCOMPARE(plain.at(t, 1), std::pow(0.5, static_cast<double>(t)));
        QCOMPARE(outcome(*recording), RunState::finished);
    }

    void theRecordingDoesNotDependOnThreadsOrPauses() {
        const auto experiment =
            std::shared_ptr<const Experiment>(makeQuadratic({{"iterations", std::int64_t{30000}}}));
        const std::string expected = tables(*runHeadless(*experiment, 1));
        QCOMPARE(tables(*runHeadless(*experiment, 2)), expected);
        for (const bool lockStep : {true, false}) {
            Runner runner(experiment, {.lockStep = lockStep, .threads = 2});
            runner.setPlayback({.seconds = 0.2});
            for (int i = 0; i < 5; ++i) {
                runner.stepOnce();
                runner.play();
                std::this_thread::sleep_for(std::chrono::milliseconds(7));
                runner.requestFrames();
                runner.pause();
            }
            runner.setPlayback({.seconds = 0.0});
            runner.wait();
            QCOMPARE(runner.state(), RunState::finished);
            QCOMPARE(tables(*runner.recording()), expected);
        }
    }

    void liveChangesAreEventsThatReplayToTheSameRecording() {
        const auto experiment = std::shared_ptr<const Experiment>(
            makeQuadratic({{"iterations", std::int64_t{50000}}, {"learning_rate", 0.001}}));
        Runner runner(experiment, {.threads = 1});
        runner.setPlayback({.seconds = 0.5});
        runner.play();
        QTRY_VERIFY(runner.recording()->iterations(0) > 0);
        runner.setLive("learning_rate", Value(0.0005));
        std::this_thread::sleep_for(std::chrono::milliseconds(60));
        runner.act("reset");
        runner.setPlayback({.seconds = 0.0});
        runner.wait();
        const auto events = runner.recording()->events();
        QCOMPARE(events.size(), std::size_t{4}); // two arms, two events
        QVERIFY(events.front().iteration > 0);
        const auto replayed = runHeadless(*experiment, 2, events);
        QCOMPARE(tables(*replayed), tables(*runner.recording()));
    }

    void stepOnceAdvancesEveryArmByOne() {
        Runner runner(std::shared_ptr<const Experiment>(makeQuadratic({})), {.threads = 1});
        for (int i = 1; i <= 3; ++i) {
            runner.stepOnce();
            QTRY_COMPARE(runner.recording()->iterations(0), std::int64_t{i});
            QTRY_COMPARE(runner.recording()->iterations(1), std::int64_t{i});
        }
        QTRY_COMPARE(runner.state(), RunState::paused);
    }

    void playbackStopsWhereItIsToldTo() {
        Runner runner(std::shared_ptr<const Experiment>(makeQuadratic({})), {.threads = 1});
        runner.setPlayback({.seconds = 0.0, .until = 137});
        runner.play();
        QTRY_COMPARE(runner.state(), RunState::paused);
        QCOMPARE(runner.recording()->iterations(0), std::int64_t{137});
        QCOMPARE(runner.recording()->iterations(1), std::int64_t{137});
    }

    void stoppingKeepsWhatWasRecorded() {
        Runner runner(std::shared_ptr<const Experiment>(
                          makeQuadratic({{"iterations", std::int64_t{100000000}}})),
                      {.threads = 1});
        runner.setPlayback({.seconds = 0.0});
        runner.play();
        QTRY_VERIFY(runner.recording()->iterations(0) > 1000);
        runner.stop();
        QTRY_COMPARE(runner.state(), RunState::stopped);
        QCOMPARE(runner.recording()->trials().rows(), std::size_t{2});
        const Table& trace = runner.recording()->trace(0);
        QCOMPARE(static_cast<std::int64_t>(trace.at(trace.rows() - 1, 0)),
                 runner.recording()->iterations(0));
    }

    void aStoppedRunStillSavesAndShows() {
        const QTemporaryDir folder;
        Runner runner(std::make_shared<SavingExperiment>(), {.threads = 1});
        runner.stepOnce();
        QTRY_COMPARE(runner.recording()->iterations(0), std::int64_t{1});
        runner.stop();
        QTRY_COMPARE(runner.state(), RunState::stopped);
        runner.probe("shown", std::int64_t{7});
        std::atomic<bool> answered = false;
        runner.save(folder.path().toStdString(), [&](const auto&) { answered = true; });
        QTRY_VERIFY_WITH_TIMEOUT(answered, patience);
        QVERIFY(QFile::exists(folder.filePath("only/made.txt")));
        QTRY_COMPARE(std::get<TextFrame>(runner.frames()->trials[0].at("shown")).text,
                     std::string("7"));
    }

    /// What was asked for before the end is not lost with it.
    void savingIsFinishedBeforeTheRunnerGoes() {
        const QTemporaryDir folder;
        std::atomic<bool> answered = false;
        {
            Runner runner(std::make_shared<SavingExperiment>(), {.threads = 1});
            runner.stepOnce();
            QTRY_COMPARE(runner.recording()->iterations(0), std::int64_t{1});
            runner.save(folder.path().toStdString(), [&](const auto&) { answered = true; });
        }
        QVERIFY(answered);
        QVERIFY(QFile::exists(folder.filePath("only/made.txt")));
    }

    /// Also while the thread draws and does not look.
    void savingIsFinishedThoughTheRunnerGoesWhileItDraws() {
        const QTemporaryDir folder;
        const auto experiment = std::make_shared<SavingExperiment>();
        experiment->drawing = std::chrono::milliseconds(200);
        std::atomic<bool> answered = false;
        {
            Runner runner(experiment, {.threads = 1});
            runner.stepOnce();
            QTRY_COMPARE(runner.recording()->iterations(0), std::int64_t{1});
            runner.stop();
            QTRY_COMPARE(runner.state(), RunState::stopped);
            experiment->draws = false;
            runner.requestFrames();
            QTRY_VERIFY(experiment->draws);
            runner.save(folder.path().toStdString(), [&](const auto&) { answered = true; });
        }
        QVERIFY(answered);
        QVERIFY(QFile::exists(folder.filePath("only/made.txt")));
    }

    void framesArePublishedOnRequestAlsoAfterAStop() {
        Runner runner(std::make_shared<SavingExperiment>(), {.threads = 1});
        runner.stepOnce();
        QTRY_COMPARE(runner.recording()->iterations(0), std::int64_t{1});
        runner.stop();
        QTRY_COMPARE(runner.state(), RunState::stopped);
        const auto last = runner.frames();
        runner.requestFrames();
        QTRY_VERIFY(runner.frames() != last);
    }

    /// What the trial could not do is told, and it goes on as it was.
    void aRefusedActionIsToldAndTheTrialGoesOn() {
        const RefusingExperiment experiment;
        const auto recording = runHeadless(
            experiment, 1, {{.trial = 0, .iteration = 4, .name = "double", .isAction = true}});
        QCOMPARE(recording->status(0), TrialStatus::finished);
        QCOMPARE(recording->trace(0).rows(), std::size_t{11});
        QCOMPARE(recording->finals(0)->front(), 10.0);
        QCOMPARE(recording->message(0), std::string("The grid is full."));
    }

    void divergenceNamesTheIterationAndKeepsTheRecording() {
        // |x| grows by |1 − ηL| = 9 a step and passes 10⁶ at the seventh.
        const auto experiment = makeQuadratic({{"learning_rate", 10.0}});
        const auto recording = runHeadless(*experiment, 1);
        QCOMPARE(recording->status(0), TrialStatus::diverged);
        QCOMPARE(recording->iterations(0), std::int64_t{7});
        QCOMPARE(outcome(*recording), RunState::diverged);
        QVERIFY(QString::fromStdString(troubles(*recording).front())
                    .startsWith("plain diverged at iteration 7"));
        QCOMPARE(recording->trace(0).rows(), std::size_t{8});
    }

    void aSolverThatThrowsFailsItsTrialOnly() {
        const ThrowingExperiment experiment;
        const auto recording = runHeadless(experiment, 2);
        QCOMPARE(recording->status(0), TrialStatus::failed);
        QVERIFY(QString::fromStdString(troubles(*recording).front()).contains("singular"));
    }

    void logSpacedCadenceRecordsEveryEarlyStepAndTheLast() {
        const auto experiment = makeQuadratic(
            {{"record_every", std::int64_t{0}}, {"iterations", std::int64_t{100000}}});
        const auto recording = runHeadless(*experiment, 1);
        const auto iterations = recording->trace(0).column("iteration");
        for (std::size_t i = 0; i < 80; ++i)
            QCOMPARE(iterations[i], static_cast<double>(i));
        QCOMPARE(iterations.back(), 100000.0);
        QVERIFY(iterations.size() < 1000);
    }

    void framesArePublishedOnRequest() {
        Runner runner(std::shared_ptr<const Experiment>(makeQuadratic({})), {.threads = 1});
        runner.stepOnce();
        QTRY_COMPARE(runner.recording()->iterations(1), std::int64_t{1});
        runner.requestFrames();
        QTRY_VERIFY(runner.frames() && runner.frames()->iteration == 1);
        QCOMPARE(std::get<TextFrame>(runner.frames()->trials[0].at("x")).text, std::to_string(0.9));
    }
};

REGISTER_TEST(RunnerTest)
#include "runner_test.moc"
