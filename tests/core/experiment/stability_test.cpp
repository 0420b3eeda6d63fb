// Stability against closed forms: the standard error of a mean, and all draws of a small pool.

#include <algorithm>
#include <array>
#include <cmath>

#include <QtTest>

#include "core/experiment/measure_judges.h"
#include "core/experiment/stability.h"
#include "core/math/statistics.h"
#include "tests/core/experiment/made_up_run.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::measures;

namespace {

Evidence poolOf(const std::vector<double>& gaps) {
    Evidence pool;
    for (std::size_t i = 0; i < gaps.size(); ++i)
        pool.runs.push_back(madeUpRun({{"a", {}, 0, {gaps[i], 0.0}}}, i));
    return pool;
}

Claim claimOf(Threshold threshold, Judge judge, std::vector<std::uint64_t> seeds) {
    return {.id = "made_up",
            .statement = "",
            .threshold = std::move(threshold),
            .protocol = {.runs = {{"run", {}}}, .seeds = std::move(seeds)},
            .judge = std::move(judge)};
}

const MeanOverRuns meanGap{
    .numbers = {of("a", final("gap"))}, .what = "gap", .decidedBy = DecidedBy::estimate};

} // namespace

class StabilityTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theStandardErrorIsThatOfAMean() {
        const std::vector<double> gaps = {1.0, 2.0, 4.0, 7.0, 1.5, 3.5, 2.5, 6.0};
        const Claim claim = claimOf(AtMost{"gap", 6.0, ours("")}, meanGap, {0, 1, 2, 3});
        const Stability stability = stabilityOf(claim, poolOf(gaps), {.draws = 20'000});
        QCOMPARE(stability.pool, gaps.size());
        const double n = static_cast<double>(gaps.size());
        const double error = standardDeviation(gaps) * std::sqrt((n - 1.0) / n) / 2.0;
        expectNear(stability.estimate, mean(gaps), 0.03);
        expectNear(stability.standardError, error, 0.03 * error);
        expectNear(stability.distance, (6.0 - mean(gaps)) / error, 0.2);
        QVERIFY(stability.stable() == (stability.distance >= Stability::least));
    }

    void theLeastFavorableOfEachDrawCounts() {
        const std::vector<double> gaps = {1.0, 2.0, 4.0};
        const Claim claim =
            claimOf(AtMost{"gap", 5.0, ours("")},
                    EachRun{.numbers = {of("a", final("gap"))}, .what = "gap"}, {0, 1});
        std::vector<double> margins;
        for (const double first : gaps)
            for (const double second : gaps)
                margins.push_back(5.0 - std::max(first, second));
        const Stability stability = stabilityOf(claim, poolOf(gaps), {.draws = 50'000});
        const double deviation = standardDeviation(margins) * std::sqrt(8.0 / 9.0);
        expectNear(stability.distance, mean(margins) / deviation, 0.05);
        QVERIFY(!stability.stable());
    }

    void aFailureIsAsFarOnTheOtherSide() {
        const Claim claim = claimOf(AtMost{"gap", 0.0, ours("")}, meanGap, {0, 1, 2});
        const Stability stability = stabilityOf(claim, poolOf({1.0, 1.1, 0.9, 1.05}));
        QVERIFY(stability.distance < -Stability::least);
        QVERIFY(stability.stable());
    }

    void replicatesInsideOneRunAreDrawnWhereAProtocolHasNoSeeds() {
        std::vector<MadeUpTrial> trials;
        const std::vector<double> gaps = {1.0, 3.0, 5.0, 7.0};
        for (std::size_t i = 0; i < gaps.size(); ++i)
            trials.push_back({"a", {}, i, {gaps[i], 0.0}});
        MeanOverRuns judge = meanGap;
        judge.per = Per::replicate;
        const Claim claim = claimOf(AtMost{"gap", 9.0, ours("")}, judge, {});
        const Stability stability =
            stabilityOf(claim, {{madeUpRun(trials)}, {}}, {.draws = 20'000});
        QCOMPARE(stability.pool, std::size_t{4});
        const double error = standardDeviation(gaps) * std::sqrt(3.0 / 4.0) / 2.0;
        expectNear(stability.standardError, error, 0.03 * error);
    }

    void whatIsNotRandomIsStable() {
        const Claim claim = claimOf(AtMost{"gap", 2.0, ours("")},
                                    EachRun{.numbers = {of("a", final("gap"))}, .what = "gap"}, {});
        const Stability stability = stabilityOf(claim, poolOf({1.0}));
        QCOMPARE(stability.pool, std::size_t{0});
        QCOMPARE(stability.standardError, 0.0);
        QVERIFY(stability.stable());
    }

    void drawsThatNeverCameThereMakeAVerdictUnstable() {
        const double never = std::numeric_limits<double>::infinity();
        const Claim claim =
            claimOf(AtMost{"gap", 2.0, ours("")},
                    EachRun{.numbers = {of("a", final("gap"))}, .what = "gap"}, {0});
        const Stability stability = stabilityOf(claim, poolOf({1.0, never, 1.0, 1.0}));
        QCOMPARE(stability.distance, 0.0);
        QVERIFY(!stability.stable());
    }

    void aNumberThatWentWrongIsNotLeftOut() {
        const Claim claim =
            claimOf(AtMost{"gap", 2.0, ours("")},
                    EachRun{.numbers = {of("a", final("gap"))}, .what = "gap"}, {0});
        const Stability stability = stabilityOf(claim, poolOf({1.0, std::nan(""), 1.0, 1.0}));
        QCOMPARE(stability.draws, std::size_t{2000});
        QVERIFY(std::isnan(stability.estimate));
        QVERIFY(!stability.stable());
    }
};

REGISTER_TEST(StabilityTest)
#include "stability_test.moc"
