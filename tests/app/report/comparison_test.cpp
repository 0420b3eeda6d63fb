// What changed from one report to the next.

#include "app/report/comparison.h"
#include "tests/app/report/report_values.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::testing;

namespace {

ReportedVerdict measured(double value, double low = NAN, double high = NAN) {
    return {.verdict = Verdict::holds, .measured = value, .low = low, .high = high};
}

} // namespace

class ComparisonTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aReportIsEqualToItself() {
        const auto same = compareReports(sampleReport(), sampleReport(), ReportScope::everything);
        QVERIFY(same.isEmpty());
        QVERIFY(comparisonText(same).find("no verdict changed") != std::string::npos);
    }

    void movingIsLeavingTheInterval() {
        const auto before = measured(1.0, 0.9, 1.1);
        QVERIFY(!hasMoved(before, measured(1.1, 1.0, 1.2)));
        QVERIFY(hasMoved(before, measured(1.11, 1.0, 1.2)));
        QVERIFY(hasMoved(before, measured(1.05, 1.04, 1.06))); // outside of the later one
        QVERIFY(!hasMoved(before, measured(1.05)));            // which has no interval of its own
        QVERIFY(hasMoved(before, measured(NAN)));
        QVERIFY(hasMoved(measured(NAN), before));
        QVERIFY(!hasMoved(measured(NAN), measured(NAN)));
    }
    void withoutAnIntervalAPartInAThousandIsTold() {
        QVERIFY(!hasMoved(measured(1.0), measured(1.0005)));
        QVERIFY(hasMoved(measured(1.0), measured(1.002)));
        QVERIFY(hasMoved(measured(1.0, 1.0, 1.0), measured(-1.0, -1.0, -1.0)));
        QVERIFY(!hasMoved(measured(0.0), measured(0.0)));
        QVERIFY(!hasMoved(measured(INFINITY), measured(INFINITY)));
        QVERIFY(hasMoved(measured(INFINITY), measured(1.0)));
        QVERIFY(hasMoved(measured(1.0), measured(-INFINITY)));
    }

    void verdictsComeApartFromWhatMoved() {
        Report later = sampleReport();
        later.experiments[0].claims[0].own.verdict = Verdict::fails;
        later.experiments[0].claims[0].own.measured = -1.0;
        later.experiments[0].claims[1].own.measured = 4.0;
        later.experiments[0].claims[0].refutations[0].verdict = Verdict::holds;
        const auto changes = compareReports(sampleReport(), later, ReportScope::everything);
        QCOMPARE(changes.verdicts.size(), std::size_t{2});
        QCOMPARE(changes.verdicts[0].claim, std::string("rate"));
        QVERIFY(changes.verdicts[0].after.broken.empty());
        QCOMPARE(changes.verdicts[1].after.broken, std::string("no <momentum>"));
        QCOMPARE(changes.moved.size(), std::size_t{1});
        QCOMPARE(changes.moved[0].claim, std::string("seen"));
        const std::string text = comparisonText(changes);
        QVERIFY2(text.find("a/rate: holds −1.97 [−2.01, −1.93] → fails −1") != std::string::npos,
                 text.c_str());
        QVERIFY(text.find("another verdict") < text.find("moved by more"));
    }

    void claimsComeAndGo() {
        Report later = sampleReport();
        later.experiments.pop_back();
        later.experiments[0].claims.pop_back();
        const auto all = compareReports(sampleReport(), later, ReportScope::everything);
        QCOMPARE(all.gone.size(), std::size_t{2});
        QCOMPARE(all.gone[1].claim, std::string("lost"));
        // Only the first experiment was asked for.
        const auto some = compareReports(sampleReport(), later, ReportScope::itsExperiments);
        QCOMPARE(some.gone.size(), std::size_t{1});
        QCOMPARE(some.gone[0].claim, std::string("seen"));
        const auto added = compareReports(later, sampleReport(), ReportScope::everything);
        QCOMPARE(added.added.size(), std::size_t{2});
        QVERIFY(added.verdicts.empty() && added.gone.empty());
    }

    void aReportWithoutRefutationsSaysNothingOfThem() {
        Report quick = sampleReport();
        quick.withRefutations = false;
        quick.experiments[0].claims[0].refutations.clear();
        QVERIFY(compareReports(sampleReport(), quick, ReportScope::everything).isEmpty());
        QVERIFY(compareReports(quick, sampleReport(), ReportScope::everything).isEmpty());
    }
};

REGISTER_TEST(ComparisonTest)
#include "comparison_test.moc"
