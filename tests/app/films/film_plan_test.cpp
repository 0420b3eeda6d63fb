#include <cmath>

#include "app/films/film_plan.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::testing;

class FilmPlanTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void picturesAreSecondsTimesPicturesASecond() {
        QCOMPARE(pictureCount({.seconds = 10.0, .picturesASecond = 30.0}), 300);
        QCOMPARE(pictureCount({.seconds = 0.1, .picturesASecond = 10.0}), 1);
    }

    void momentsGoFromStartToEndAndNeverBack() {
        for (const TrialOrder order : {TrialOrder::together, TrialOrder::oneAfterAnother}) {
            const auto moments = filmMoments({.from = 7, .to = 5000, .seconds = 2.0}, 10000, order);
            QCOMPARE(moments.size(), std::size_t(60));
            QCOMPARE(moments.front(), std::int64_t(7));
            QCOMPARE(moments.back(), std::int64_t(5000));
            QVERIFY(std::is_sorted(moments.begin(), moments.end()));
        }
    }

    /// In the middle of a film of n iterations the play head is at √(n + 1) − 1, or at n / 2.
    void paceIsThePlayHeads() {
        const FilmPlan plan{.seconds = 101.0, .picturesASecond = 1.0};
        const std::int64_t n = 9999;
        QCOMPARE(filmMoments(plan, n, TrialOrder::together)[50], std::int64_t(99));
        QCOMPARE(filmMoments(plan, n - 1, TrialOrder::oneAfterAnother)[50], std::int64_t(4999));
    }

    void oneMomentIsAFilmToo() {
        const auto moments =
            filmMoments({.from = 3, .to = 3, .seconds = 0.1}, 5, TrialOrder::together);
        QCOMPARE(moments, (std::vector<std::int64_t>{3, 3, 3}));
    }

    void whatIsNotInTheRunIsRefused_data() {
        QTest::addColumn<int>("from");
        QTest::addColumn<int>("to");
        QTest::addColumn<double>("seconds");
        QTest::addColumn<QString>("said");
        QTest::newRow("beyond") << 0 << 101 << 1.0 << "0 to 100";
        QTest::newRow("begins beyond") << 101 << 0 << 1.0 << "0 to 100";
        QTest::newRow("backwards") << 50 << 20 << 1.0 << "from 50 to 20";
        QTest::newRow("no length") << 0 << 0 << 0.0 << "0 seconds";
        QTest::newRow("too long") << 0 << 0 << 601.0 << "at most 600";
        QTest::newRow("no number") << 0 << 0 << std::nan("") << "at most 600";
        QTest::newRow("no picture") << 0 << 0 << 0.01 << "no picture";
    }
    void whatIsNotInTheRunIsRefused() {
        QFETCH(int, from);
        QFETCH(int, to);
        QFETCH(double, seconds);
        QFETCH(QString, said);
        const QString refusal = refusalOf([&] {
            filmMoments({.from = from, .to = to, .seconds = seconds}, 100, TrialOrder::together);
        });
        QVERIFY2(refusal.contains(said), qPrintable(refusal));
    }
};

REGISTER_TEST(FilmPlanTest)
#include "film_plan_test.moc"
