// Runs that a verification finds again instead of making them.

#include <atomic>

#include <QDir>
#include <QTemporaryDir>
#include <QtTest>

#include "core/experiment/recording_outline.h"
#include "core/experiment/run_cache.h"
#include "core/experiment/verification.h"
#include "tests/core/experiment/quadratic_experiment.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::testing;

namespace {

/// The quadratic experiment, which counts how often it is made.
ExperimentType counted(std::atomic<int>& made) {
    ExperimentType type = quadratic();
    const auto create = type.create;
    type.create = [create, &made](const ParameterValues& values) {
        ++made;
        return create(values);
    };
    type.description.claims = {
        {.id = "small",
         .statement = "x goes to zero",
         .threshold = Below{.of = "|x|", .bound = 0.01, .origin = ours("a small number")},
         .protocol = {{{"default", {{"iterations", std::int64_t{100}}}}}, {0, 1, 2}},
         .judge =
             [](const Evidence& evidence) {
                 Judgement judgement{.verdict = Verdict::holds};
                 judgement.measured = static_cast<double>(evidence.runs.size());
                 return judgement;
             },
         .refutations = {{"a tiny rate", {{"learning_rate", 1e-4}}, {}}}}};
    return type;
}

ParameterValues valuesOf(const ExperimentType& type, std::int64_t iterations) {
    return resolveValues(type, "", {{"iterations", iterations}});
}

std::shared_ptr<const Recording> recorded(const ExperimentType& type,
                                          const ParameterValues& values) {
    NeededRun run{.values = std::make_shared<const ParameterValues>(values),
                  .timing = false,
                  .title = {},
                  .recording = nullptr,
                  .failure = {}};
    makeRun(type, run, StopToken());
    return run.recording;
}

} // namespace

class RunCacheTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatWasKeptIsFoundBitForBit() {
        QTemporaryDir folder;
        std::atomic<int> made = 0;
        const ExperimentType type = counted(made);
        const RunCache cache((folder.path() + "/new").toStdString());
        const ParameterValues values = valuesOf(type, 50);
        QVERIFY(!cache.find(type, values));
        const auto recording = recorded(type, values);
        cache.keep(type, values, *recording);
        const auto found = cache.find(type, values);
        QVERIFY(found);
        QCOMPARE(firstDifference(*found, *recording), std::string());
        QVERIFY(!cache.find(type, valuesOf(type, 51)));
        ExperimentType other = type;
        other.description.id = "other";
        QVERIFY(!cache.find(other, values));
    }

    void aDamagedFileIsAsIfItWereNotThere() {
        QTemporaryDir folder;
        std::atomic<int> made = 0;
        const ExperimentType type = counted(made);
        const RunCache cache(folder.path().toStdString());
        const ParameterValues values = valuesOf(type, 50);
        cache.keep(type, values, *recorded(type, values));
        const QStringList files = QDir(folder.path()).entryList(QDir::Files);
        QCOMPARE(files.size(), 1);
        QFile file(folder.filePath(files.front()));
        QVERIFY(file.resize(file.size() - 20));
        QVERIFY(!cache.find(type, values));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("another key\n");
        file.close();
        QVERIFY(!cache.find(type, values));
    }

    /// The one that was used longest ago goes first.
    void thereIsRoomForSoMuch() {
        QTemporaryDir folder;
        std::atomic<int> made = 0;
        const ExperimentType type = counted(made);
        const RunCache roomy(folder.path().toStdString());
        for (const int iterations : {50, 60, 70}) {
            const ParameterValues values = valuesOf(type, iterations);
            roomy.keep(type, values, *recorded(type, values));
            QTest::qSleep(15); // files of one moment have no order
        }
        QVERIFY(roomy.find(type, valuesOf(type, 50)));
        std::uintmax_t bytes = 0;
        for (const QFileInfo& info : QDir(folder.path()).entryInfoList(QDir::Files))
            bytes += static_cast<std::uintmax_t>(info.size());
        const RunCache narrow(folder.path().toStdString(), bytes - 1);
        narrow.prune();
        QVERIFY(roomy.find(type, valuesOf(type, 50)));
        QVERIFY(!roomy.find(type, valuesOf(type, 60)));
        QVERIFY(roomy.find(type, valuesOf(type, 70)));
    }

    /// Also one that goes on after a stop, and one over other claims.
    void aSecondVerificationMakesNothing() {
        QTemporaryDir folder;
        std::atomic<int> made = 0;
        const ExperimentType type = counted(made);
        VerificationOptions options;
        options.cache = std::make_shared<const RunCache>(folder.path().toStdString());
        const auto first = verify(type, options, StopToken());
        QCOMPARE(made.load(), 3);
        std::vector<VerificationProgress> progress;
        const auto second = verify(type, options, StopToken(),
                                   [&](const VerificationProgress& p) { progress.push_back(p); });
        QCOMPARE(made.load(), 3);
        QCOMPARE(progress.back().runsDone, std::size_t{3});
        QCOMPARE(second.front().judgement.verdict, first.front().judgement.verdict);
        QCOMPARE(second.front().judgement.measured, 3.0);
        options.seedOffset = 1; // seeds 1 and 2 are there
        verify(type, options, StopToken());
        QCOMPARE(made.load(), 4);
        options.cache = nullptr;
        verify(type, options, StopToken());
        QCOMPARE(made.load(), 7);
    }

    void runsOfTimingClaimsAreAlwaysMade() {
        QTemporaryDir folder;
        std::atomic<int> made = 0;
        ExperimentType type = counted(made);
        type.description.claims.front().timing = true;
        VerificationOptions options;
        options.cache = std::make_shared<const RunCache>(folder.path().toStdString());
        verify(type, options, StopToken());
        verify(type, options, StopToken());
        QCOMPARE(made.load(), 6);
    }
};

REGISTER_TEST(RunCacheTest)
#include "run_cache_test.moc"
