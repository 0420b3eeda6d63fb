// Measures of a run that holds replicates, of several runs taken together, and of parts that have
// thresholds of their own.

#include <cmath>
#include <limits>

#include <QtTest>

#include "core/experiment/measure_judges.h"
#include "core/experiment/not_applicable.h"
#include "tests/core/experiment/made_up_run.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::measures;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Arms "a" and "b" at rates 1, 2, 3 for replicates 7 and 8. The score of "a" is smallest, over
/// both, at rate 2, and for replicate 8 alone at rate 3.
EvidenceRun tunedRun() {
    std::vector<MadeUpTrial> trials;
    const double scores[2][3] = {{5.0, 1.0, 4.0}, {5.0, 3.0, 2.0}};
    for (const std::uint64_t replicate : {0U, 1U})
        for (const int rate : {1, 2, 3})
            for (const char* arm : {"a", "b"})
                trials.push_back(
                    {arm,
                     {{"rate", rate}},
                     7 + replicate,
                     {10.0 * static_cast<double>(replicate) + rate +
                          (*arm == 'b' ? 0.5 * static_cast<double>(replicate + 1) : 0.0),
                      scores[replicate][rate - 1]}});
    return madeUpRun(trials);
}

Tuning byScore(Tuning::Over over) {
    return {.factor = "rate", .validation = "score", .metric = "gap", .over = over};
}

Claim claimOf(Threshold threshold, std::vector<Threshold> also = {}) {
    return {.id = "made_up",
            .statement = "",
            .threshold = std::move(threshold),
            .also = std::move(also)};
}

} // namespace

class ReplicateMeasuresTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aReplicateIsLookedAtAlone() {
        const Evidence evidence{{tunedRun()}, {}};
        Place place{.evidence = evidence, .run = evidence.runs[0]};
        QCOMPARE(*meanOf("a", final("gap")).at(place), (1 + 2 + 3 + 11 + 12 + 13) / 6.0);
        place.replicate = 8;
        QCOMPARE(*meanOf("a", final("gap")).at(place), 12.0);
        QCOMPARE(*where("rate", 3, meanOf("a", final("gap"))).at(place), 13.0);
        QVERIFY(!where("rate", 4, meanOf("a", final("gap"))).at(place));
        QVERIFY(!where("nothing", 3, meanOf("a", final("gap"))).at(place));
    }

    void theBestRateIsChosenForAllReplicatesOrForEach() {
        const Evidence evidence{{tunedRun()}, {}};
        std::set<std::string> remarks;
        Place place{.evidence = evidence, .run = evidence.runs[0], .remarks = &remarks};
        QCOMPARE(*tuned("a", byScore(Tuning::Over::replicates)).at(place), (2.0 + 12.0) / 2.0);
        place.replicate = 8;
        QCOMPARE(*tuned("a", byScore(Tuning::Over::replicates)).at(place), 12.0);
        QVERIFY(remarks.empty());
        QCOMPARE(*tuned("a", byScore(Tuning::Over::each)).at(place), 13.0);
        QCOMPARE(remarks.size(), std::size_t{1}); // at the edge of the grid
    }

    void quantilesCountsAndSlopesAreThoseOfTheTrials() {
        std::vector<MadeUpTrial> trials;
        for (const double n : {1.0, 10.0, 100.0, 1000.0})
            for (const std::uint64_t replicate : {0U, 1U})
                trials.push_back({"a",
                                  {{"n", n}},
                                  replicate,
                                  {(replicate == 0 ? 3.0 : 1.0) / std::sqrt(n), std::log(n)}});
        const Evidence evidence{{madeUpRun(trials)}, {}};
        const Place place{.evidence = evidence, .run = evidence.runs[0]};
        expectNear(*slopeOf("a", factor("n"), final("gap")).at(place), -0.5, 1e-12);
        expectNear(*linearSlopeOf("a", log(factor("n")), final("score")).at(place), 1.0, 1e-12);
        expectNear(*slopeLowOf("a", factor("n"), final("gap")).at(place), -0.5, 1e-6);
        QCOMPARE(*countOf("a", final("gap"), [](double x) { return x >= 1.0; }).at(place), 2.0);
        QCOMPARE(*quantileOf("a", 1.0, final("gap")).at(place), 3.0);
        QCOMPARE(*atLargest("n", "a", factor("n")).at(place), 1000.0);
    }

    void linearSlopesLeaveOutWhatNeverCameAndKeepWhatWentWrong() {
        const auto slopeWith = [](double third) {
            const Evidence evidence{{madeUpRun({{"a", {{"n", 1}}, 0, {2.0, 0.0}},
                                                {"a", {{"n", 2}}, 0, {4.0, 0.0}},
                                                {"a", {{"n", 3}}, 0, {third, 0.0}},
                                                {"a", {{"n", 4}}, 0, {8.0, 0.0}}})},
                                    {}};
            return *linearSlopeOf("a", factor("n"), final("gap"))
                        .at({.evidence = evidence, .run = evidence.runs[0]});
        };
        expectNear(slopeWith(6.0), 2.0, 1e-12);
        expectNear(slopeWith(infinity), 2.0, 1e-12);
        QVERIFY(std::isnan(slopeWith(std::nan(""))));
    }

    void whatNeverCameCountsOnceTheTrialHasEnded() {
        const Evidence evidence{
            {madeUpRun({{"a", {}, 0, {notApplicable, 1.0}},
                        {"b", {}, 0, {notApplicable, 1.0}, TrialStatus::running},
                        {"c", {}, 0, {5.0, 1.0}, TrialStatus::diverged}})},
            {}};
        const Place place{.evidence = evidence, .run = evidence.runs[0]};
        QVERIFY(!of("a", final("gap")).at(place));
        QCOMPARE(*of("a", orOnceEnded(final("gap"), infinity)).at(place), infinity);
        QVERIFY(!of("b", orOnceEnded(final("gap"), infinity)).at(place));
        QCOMPARE(*of("c", ifDiverged(infinity, final("gap"))).at(place), infinity);
        QCOMPARE(*of("c", final("gap")).at(place), 5.0);
        const auto never = [](const EvidenceRun&) { return false; };
        QVERIFY(!given(never, of("c", final("gap"))).at(place));
    }

    void meansGoOverReplicatesOrOverAllRunsTogether() {
        const Measure difference = of("b", final("gap")) - of("a", final("gap"));
        const Judgement paired = MeanOverRuns{.numbers = {where("rate", 1, difference)},
                                              .what = "b − a",
                                              .per = Per::replicate}(
            {{tunedRun()}, {}}, claimOf(DifferenceAbove{"b − a", 0.0, ours("")}));
        expectNear(paired.measured, 0.75, 1e-15); // of 0.5 and 1
        expectVerdict(paired, Verdict::notEnoughData);
        QCOMPARE(paired.margins, (std::vector<double>{0.75}));

        const Evidence runs{{madeUpRun({{"a", {{"n", 1}}, 0, {1.0, 0.0}}}, 0),
                             madeUpRun({{"a", {{"n", 2}}, 0, {0.5, 0.0}}}, 1),
                             madeUpRun({{"a", {{"n", 4}}, 0, {0.25, 0.0}}}, 2)},
                            {}};
        const Measure slope = slopeOf("a", factor("n"), final("gap"));
        const Claim claim = claimOf(Within{"slope", -1.0, 0.1, ours("")});
        expectVerdict(EachRun{.numbers = {slope}, .what = "slope", .per = Per::pool}(runs, claim),
                      Verdict::holds);
        expectVerdict(EachRun{.numbers = {slope}, .what = "slope"}(runs, claim),
                      Verdict::notEnoughData);
    }

    void partsAreHeldAgainstThresholdsOfTheirOwn() {
        const Evidence evidence{{madeUpRun({{"a", {}, 0, {1.0, 0.0}}, {"b", {}, 0, {5.0, 0.0}}})},
                                {}};
        const EachPart judge{
            .parts = {{"a", of("a", final("gap"))}, {"b", of("b", final("gap")), 1}},
            .what = "gap"};
        const Judgement holds =
            judge(evidence, claimOf(AtMost{"a", 2.0, ours("")}, {AtLeast{"b", 4.0, ours("")}}));
        expectVerdict(holds, Verdict::holds);
        QCOMPARE(holds.measured, 3.0);
        QCOMPARE(holds.low, 1.0);
        QCOMPARE(holds.high, 5.0);
        QCOMPARE(holds.margins, (std::vector<double>{1.0, 1.0}));
        expectVerdict(
            judge(evidence, claimOf(AtMost{"a", 2.0, ours("")}, {AtLeast{"b", 6.0, ours("")}})),
            Verdict::fails);
        EachPart strict = judge;
        strict.parts.push_back({"c", of("c", final("gap"))});
        strict.missing = Missing::undecided;
        expectVerdict(
            strict(evidence, claimOf(AtMost{"a", 2.0, ours("")}, {AtLeast{"b", 4.0, ours("")}})),
            Verdict::notEnoughData);
    }
};

REGISTER_TEST(ReplicateMeasuresTest)
#include "replicate_measures_test.moc"
