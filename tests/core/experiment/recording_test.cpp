#include <array>
#include <atomic>
#include <cmath>
#include <limits>
#include <thread>

#include <QtTest>

#include "core/experiment/first_trials.h"
#include "core/experiment/key_frames.h"
#include "core/experiment/recording.h"
#include "core/experiment/run_files.h"
#include "tests/registered_test.h"

using namespace convergence;

class RecordingTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void rowsReadBackAcrossChunks() {
        Table table({{"iteration"}, {"square"}});
        constexpr std::size_t rows = 100000;
        for (std::size_t i = 0; i < rows; ++i) {
            const auto x = static_cast<double>(i);
            table.append(std::array{x, x * x});
        }
        QCOMPARE(table.rows(), rows);
        const auto squares = table.column("square");
        for (std::size_t i = 0; i < rows; i += 997) {
            QCOMPARE(table.at(i, 1), static_cast<double>(i * i));
            QCOMPARE(squares[i], static_cast<double>(i * i));
        }
        std::size_t covered = 0;
        while (covered < rows)
            covered += table.contiguous(0, covered, rows).size();
        QCOMPARE(covered, rows);
    }

    void theFirstTrialsAreARecordingThatEndedThere() {
        const std::vector<TrialPlan> plans(4,
                                           {.arm = "a", .factors = {}, .replicate = 0, .steps = 3});
        Recording whole({{"iteration"}, {"x"}}, {}, {{"best"}}, {"a"}, plans);
        for (std::size_t trial = 0; trial < 3; ++trial) {
            for (int i = 0; i <= 3; ++i)
                whole.traceForWriting(trial).append(std::array{double(i), double(trial) + 0.1 * i});
            whole.setIterations(trial, 3);
            whole.setStatus(trial, trial == 1 ? TrialStatus::diverged : TrialStatus::finished, "m");
            whole.conclude(trial, std::array{double(trial)});
        }
        const auto part = firstTrials(whole, 2);
        QCOMPARE(part->plans().size(), std::size_t{4});
        QCOMPARE(part->trials().rows(), std::size_t{2});
        QCOMPARE(part->trials().column("best"), (std::vector<double>{0.0, 1.0}));
        QCOMPARE(part->trace(1).column("x"), whole.trace(1).column("x"));
        QCOMPARE(part->trace(2).rows(), std::size_t{0});
        QVERIFY(part->status(1) == TrialStatus::diverged);
        QCOMPARE(part->message(1), std::string("m"));
        QVERIFY(part->status(2) == TrialStatus::pending);
        QCOMPARE(firstTrials(whole, 0)->trials().rows(), std::size_t{0});
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(firstTrials(whole, 4)), std::out_of_range);
    }

    void spansStayValidWhileTheTableGrows() {
        Table table({{"x"}});
        table.append(std::array{42.0});
        const auto early = table.contiguous(0, 0, 1);
        for (int i = 0; i < 50000; ++i)
            table.append(std::array{0.0});
        QCOMPARE(early[0], 42.0);
    }

    /// A row is seen whole or not at all: both columns always agree.
    void aReaderSeesOnlyCompleteRows() {
        Table table({{"a"}, {"b"}});
        std::atomic<bool> done{false};
        std::atomic<std::size_t> checked{0};
        bool consistent = true;
        std::jthread reader([&] {
            while (!done) {
                const std::size_t rows = table.rows();
                for (std::size_t row = rows > 64 ? rows - 64 : 0; row < rows; ++row) {
                    consistent &= table.at(row, 0) == static_cast<double>(row) &&
                                  table.at(row, 1) == -static_cast<double>(row);
                    ++checked;
                }
            }
        });
        for (int i = 0; i < 300000; ++i)
            table.append(std::array{static_cast<double>(i), -static_cast<double>(i)});
        while (checked == 0)
            std::this_thread::yield();
        done = true;
        reader.join();
        QVERIFY(consistent);
    }

    void trialRowsAppearInOrderOfThePlans() {
        Recording recording(
            {{"iteration"}}, {{"budget"}}, {{"error"}}, {"a", "b"},
            {{.arm = "a", .factors = {{"budget", 5}}, .steps = 1},
             {.arm = "b", .factors = {{"budget", 10}}, .replicate = 3, .steps = 1}});
        recording.setStatus(1, TrialStatus::finished);
        recording.conclude(1, std::array{0.25});
        QCOMPARE(recording.trials().rows(), std::size_t{0});
        recording.setStatus(0, TrialStatus::diverged, "why");
        recording.conclude(0, std::array{0.5});
        QCOMPARE(recording.trials().rows(), std::size_t{2});
        QCOMPARE(toCsv(recording.trials()),
                 std::string("trial,arm,budget,replicate,status,iterations,error\r\n"
                             "0,a,5,0,diverged,0,0.5\r\n1,b,10,3,finished,0,0.25\r\n"));
        QCOMPARE(recording.message(0), std::string("why"));
        QCOMPARE(recording.trialsOf("b"), std::vector<std::size_t>{1});
    }

    void csvQuotesAndKeepsFullPrecision() {
        Table table({{"a,b"}, {"say \"x\""}});
        table.append(std::array{0.1 + 0.2, std::numeric_limits<double>::quiet_NaN()});
        QCOMPARE(toCsv(table),
                 std::string("\"a,b\",\"say \"\"x\"\"\"\r\n0.30000000000000004,\r\n"));
    }

    void keyFramesStayWithinTheirBudgetAndKeepTheFirst() {
        constexpr std::size_t budget = 100000;
        KeyFrames frames(budget);
        for (std::int64_t t = 0; t < 1000000; t = frames.next()) {
            auto frame = std::make_shared<Frames>();
            frame->iteration = t;
            frame->shared["m"] = MatrixFrame{"m", 30, 30, std::vector<float>(900)};
            frames.add(frame);
            QVERIFY(frames.next() > t);
            QVERIFY(frames.bytes() <= budget);
        }
        QCOMPARE(frames.all().front()->iteration, std::int64_t{0});
        for (std::size_t i = 1; i < frames.all().size(); ++i)
            QVERIFY(frames.all()[i]->iteration > frames.all()[i - 1]->iteration);
    }
};

REGISTER_TEST(RecordingTest)
#include "recording_test.moc"
