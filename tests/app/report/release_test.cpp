// What was verified for the release, and whether this build repeated it.

#include "app/report/release.h"
#include "core/experiment/run_files.h"
#include "tests/app/report/claiming_experiment.h"
#include "tests/app/report/report_values.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::testing;

namespace {

void write(const QString& path, const std::string& content) {
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray::fromStdString(content));
}

} // namespace

class ReleaseTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void onlyThisReleasesReportSpeaks() {
        const QTemporaryDir folder;
        const std::string path = folder.path().toStdString();
        QVERIFY(!releaseReport(path)); // no file
        write(folder.filePath("report.json"), "damaged");
        QVERIFY(!releaseReport(path));
        Report report = sampleReport();
        write(folder.filePath("report.json"), reportText(report));
        QVERIFY(!releaseReport(path)); // another version
        report.version = programVersion();
        write(folder.filePath("report.json"), reportText(report));
        QVERIFY(releaseReport(path));
    }

    void repeatingMeansThatAllRunsAreKept() {
        const QTemporaryDir folder;
        const auto cache = std::make_shared<const RunCache>(folder.path().toStdString());
        auto type = claimingExperiment();
        const Claim& claim = type.description.claims[0];
        QVERIFY(!repeatedVerdict(type, claim, cache, StopToken()));
        QVERIFY(QDir(folder.path()).isEmpty()); // nothing was run for it
        verify(type, {.cache = cache}, StopToken());
        QVERIFY(repeatedVerdict(type, claim, cache, StopToken()) == Verdict::holds);
        StopToken stopped;
        stopped.requestStop();
        QVERIFY(!repeatedVerdict(type, claim, cache, stopped));
        type.description.claims[0].protocol.seeds.push_back(2); // one run is missing
        QVERIFY(!repeatedVerdict(type, claim, cache, StopToken()));
        type.description.claims[0].timing = true;
        QVERIFY(!repeatedVerdict(type, claim, cache, StopToken()));
    }
};

REGISTER_TEST(ReleaseTest)
#include "release_test.moc"
