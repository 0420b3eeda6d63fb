// Measures of a made-up run, against the same sums written out; and the judges that are made of
// them.

#include <cmath>
#include <limits>

#include <QtTest>

#include "core/experiment/measure_judges.h"
#include "core/experiment/not_applicable.h"
#include "core/experiment/parameter_builders.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::measures;

namespace {

constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();

std::shared_ptr<const ParameterValues> valuesOf(std::int64_t seed) {
    return std::make_shared<const ParameterValues>(
        std::vector{
            seedParameter(),
            realParameter({"rate", "", "Rate", ""}, {.from = 0, .to = 10, .value = 0.5}, ""),
            integerParameter({"rank", "", "Rank", ""}, {.from = 1, .to = 9, .value = 3}, ""),
            choiceParameter({"kind", "Kind", ""}, {{"a", "a", ""}}, "a", "")},
        Overrides{{"seed", seed}});
}

struct Trial {
    std::string arm;
    double horizon;
    std::vector<double> errors; ///< a row an iteration
    double gap;
    TrialStatus status = TrialStatus::finished;
};

EvidenceRun runOf(const std::vector<Trial>& trials, std::uint64_t seed = 0,
                  std::string label = "run") {
    std::vector<TrialPlan> plans;
    std::vector<std::string> arms;
    for (const Trial& trial : trials) {
        plans.push_back({.arm = trial.arm, .factors = {{"horizon", trial.horizon}}, .steps = 10});
        arms.push_back(trial.arm);
    }
    auto recording = std::make_shared<Recording>(
        std::vector<Column>{{"iteration"}, {"error"}, {"sigma_3"}},
        std::vector<Column>{{"horizon"}}, std::vector<Column>{{"gap"}, {"score"}}, arms, plans);
    for (std::size_t i = 0; i < trials.size(); ++i) {
        double t = 0.0;
        for (const double error : trials[i].errors)
            recording->traceForWriting(i).append(std::vector{t++, error, 7.0});
        recording->setStatus(i, trials[i].status);
        recording->conclude(i, std::vector{trials[i].gap, -trials[i].gap});
    }
    return {std::move(label), seed, valuesOf(static_cast<std::int64_t>(seed)), recording};
}

Claim claimOf(Threshold threshold, std::vector<Threshold> also = {}) {
    return {.id = "made_up",
            .statement = "",
            .threshold = std::move(threshold),
            .also = std::move(also)};
}

} // namespace

class MeasureTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void formulasReadAsTheyAreWritten() {
        const Evidence evidence{{runOf({{"a", 4.0, {8.0, 2.0, 3.0}, 0.25}})}, {}};
        const Place place{evidence, evidence.runs[0], 0};
        expectNear(
            *(last("error") * 2.0 * parameter("rate") / sqrt(parameter("rank") - 1.0)).at(place),
            3.0 * 2.0 * 0.5 / std::sqrt(2.0), 1e-15);
        expectNear(*(-log1p(-parameter("rate") * final("gap")) + factor("horizon")).at(place),
                   -std::log1p(-0.125) + 4.0, 1e-15);
        QCOMPARE(*first("error").at(place), 8.0);
        QCOMPARE(*smallest("error").at(place), 2.0);
        QCOMPARE(*largest("error").at(place), 8.0);
        QCOMPARE(*last("sigma_", parameter("rank")).at(place), 7.0);
        QCOMPARE(*atIteration(1.0, "error").at(place), 2.0);
        QCOMPARE(*atIteration(0.5, "error").at(place), 2.0);
        QVERIFY(!atIteration(3.0, "error").at(place));
        QCOMPARE(*abs(1.0 - last("error")).at(place), 2.0);
        QCOMPARE(*greatest({1.0, last("error"), final("gap")}).at(place), 3.0);
        QCOMPARE(*least({1.0, last("error"), final("gap")}).at(place), 0.25);
    }

    void aNumberThatWentWrongStaysOne() {
        const Evidence evidence{
            {runOf({{"a", 1.0, {2.0, notANumber, 1.0}, notANumber}, {"a", 2.0, {3.0}, 5.0}})}, {}};
        const Place place{evidence, evidence.runs[0], 0};
        for (const Measure& measure : {smallest("error"), largest("error"), final("gap"),
                                       least({1.0, final("gap")}), greatest({final("gap"), 1.0}),
                                       smallestOf("a", final("gap")), meanOf("a", final("gap"))}) {
            const Number number = measure.at(place);
            QVERIFY(number && std::isnan(*number));
        }
    }

    void whatIsNotThereIsNothing() {
        const Evidence evidence{
            {runOf({{"a", 1.0, {}, notApplicable}, {"b", 1.0, {1.0}, 2.0, TrialStatus::running}})},
            {}};
        const EvidenceRun& run = evidence.runs[0];
        QVERIFY(!final("gap").at({evidence, run, 0})); // does not apply
        QVERIFY(!final("gap").at({evidence, run, 1})); // is under way
        QVERIFY(!last("error").at({evidence, run, 0}));
        QVERIFY(!(1.0 + final("gap")).at({evidence, run, 0}));
        QVERIFY(!of("c", final("gap")).at({evidence, run}));
        QVERIFY(!meanOf("c", final("gap")).at({evidence, run}));
        QVERIFY(!inRun("elsewhere", 1.0).at({evidence, run}));
        QCOMPARE(*orElse(final("gap"), 9.0).at({evidence, run, 0}), 9.0);
        QVERIFY_THROWS_EXCEPTION(std::logic_error, (void) final("gap").at({evidence, run}));
        QVERIFY_THROWS_EXCEPTION(std::logic_error, (void)parameter("kind").at({evidence, run}));
    }

    void severalTrialsMakeOneNumber() {
        std::vector<Trial> trials;
        double sum = 0.0;
        for (const double T : {10.0, 20.0, 40.0, 80.0})
            for (const double noise : {0.9, 1.1}) {
                trials.push_back({"a", T, {1.0}, noise * 3.0 / std::sqrt(T)});
                sum += trials.back().gap / 8.0;
            }
        const Evidence evidence{{runOf(trials)}, {}};
        const Place place{evidence, evidence.runs[0]};
        expectNear(*slopeOf("a", factor("horizon"), final("gap")).at(place), -0.5, 1e-12);
        expectNear(*meanOf("a", final("gap")).at(place), sum, 1e-12);
        expectNear(*largestOf("a", final("gap")).at(place), 3.3 / std::sqrt(10.0), 1e-12);
        QCOMPARE(*of("a", final("gap")).at(place), trials[0].gap);

        trials[7].gap = -1.0; // a mean without a logarithm
        const Evidence broken{{runOf(trials)}, {}};
        QVERIFY(std::isnan(
            *slopeOf("a", factor("horizon"), final("gap")).at({broken, broken.runs[0]})));
    }

    /// The best of a grid by validation, and a remark where it is at the grid's edge.
    void armsAreComparedAtTheirBest() {
        const Evidence evidence{
            {runOf({{"a", 1.0, {1.0}, 3.0}, {"a", 2.0, {1.0}, 5.0}, {"a", 4.0, {1.0}, 4.0}})}, {}};
        std::set<std::string> remarks;
        const Place place{evidence, evidence.runs[0], std::nullopt, &remarks};
        // The score is minus the gap: the best by it is in the middle.
        QCOMPARE(*tuned("a", {"horizon", "score", "gap"}).at(place), 5.0);
        QVERIFY(remarks.empty());
        QCOMPARE(*tuned("a", {"horizon", "gap", "gap"}).at(place), 3.0);
        QCOMPARE(remarks.size(), std::size_t{1});
    }

    void runsOfOneSeedArePaired() {
        const Evidence evidence{{runOf({{"a", 1.0, {1.0}, 1.0}}, 0, "low"),
                                 runOf({{"a", 1.0, {1.0}, 2.0}}, 1, "low"),
                                 runOf({{"a", 1.0, {1.0}, 10.0}}, 1, "high"),
                                 runOf({{"a", 1.0, {1.0}, 30.0}}, 0, "high")},
                                {}};
        const Measure gap = of("a", final("gap"));
        const Measure ratio = inRun("high", gap) / gap;
        QCOMPARE(*ratio.at({evidence, evidence.runs[0]}), 30.0);
        QCOMPARE(*ratio.at({evidence, evidence.runs[1]}), 5.0);

        const EachRun judge{.numbers = {ratio},
                            .what = "Ratio",
                            .told = {" {place}: {:.0f} for {:.0f}.", {inRun("high", gap), gap}},
                            .where = {},
                            .label = "low"};
        const Judgement judgement = judge(evidence, claimOf(AtLeast{"ratio", 5.0, ours("a test")}));
        expectVerdict(judgement, Verdict::holds);
        QCOMPARE(judgement.measured, 17.5);
        QVERIFY2(judgement.explanation.ends_with(" low, seed 0: 30 for 1. low, seed 1: 10 for 2."),
                 judgement.explanation.c_str());
        expectVerdict(judge(evidence, claimOf(AtLeast{"ratio", 6.0, ours("a test")})),
                      Verdict::fails);
    }

    /// e^(−0.3 t) and 5 t^(−2), and what is not told before the end.
    void slopesOfATrace() {
        std::vector<double> exponential, power_;
        for (int t = 0; t < 40; ++t) {
            exponential.push_back(std::exp(-0.3 * t));
            power_.push_back(5.0 * std::pow(t, -2.0));
        }
        const Evidence evidence{{runOf({{"a", 1.0, exponential, 1.0},
                                        {"b", 1.0, power_, 1.0},
                                        {"c", 1.0, exponential, 1.0, TrialStatus::running}})},
                                {}};
        const EvidenceRun& run = evidence.runs[0];
        expectNear(*decayRate("error").at({evidence, run, 0}), -0.3, 1e-12);
        expectNear(*power("error", 1.0).at({evidence, run, 1}), -2.0, 1e-12);
        QVERIFY(!decayRate("error").at({evidence, run, 2}));
        QVERIFY(!last("error").at({evidence, run, 2}));
        QCOMPARE(*first("error").at({evidence, run, 2}), 1.0);
    }

    void trialsAreFoundByTheirFactors() {
        const Evidence evidence{
            {runOf({{"a", 1.0, {1.0}, 1.0},
                    {"a", 3.0, {1.0}, 2.0},
                    {"a", 2.0, {1.0}, 3.0},
                    {"b", 3.0, {1.0}, 8.0}}),
             runOf({{"a", 3.0, {1.0}, 50.0}, {"a", 9.0, {1.0}, 60.0}}, 0, "other"),
             runOf({{"a", 7.0, {1.0}, 70.0}}, 0, "lone")},
            {}};
        const EvidenceRun& run = evidence.runs[0];
        QCOMPARE(*atSmallest("horizon", "a", final("gap")).at({evidence, run}), 1.0);
        QCOMPARE(*atLargest("horizon", "a", final("gap")).at({evidence, run}), 2.0);
        QCOMPARE(*ofTwin("b", final("gap")).at({evidence, run, 1}), 8.0);
        QVERIFY(!ofTwin("b", final("gap")).at({evidence, run, 0}));
        QCOMPARE(*inRun("other", final("gap")).at({evidence, run, 1}), 50.0);
        QVERIFY(!inRun("other", final("gap")).at({evidence, run, 2}));
        QCOMPARE(*inRun("lone", final("gap")).at({evidence, run, 2}), 70.0);
    }

    void runsThatLackANumber() {
        const Measure gap = of("a", final("gap"));
        const Evidence evidence{{runOf({{"a", 1.0, {1.0}, 2.0}}, 0),
                                 runOf({{"a", 1.0, {1.0}, 4.0}}, 1),
                                 runOf({{"a", 1.0, {1.0}, 6.0, TrialStatus::stopped}}, 2)},
                                {}};
        QVERIFY(!smallestOverRuns(gap).at({evidence, evidence.runs[0]}));
        const Claim claim = claimOf(Below{"gap", 5.0, ours("a test")});
        EachRun judge{.numbers = {gap}, .what = "Gap", .told = {}, .where = {}, .label = {}};
        judge.shown = Shown::meanInterval;
        const Judgement judgement = judge(evidence, claim);
        expectVerdict(judgement, Verdict::holds);
        expectNear(judgement.high, 3.0 + 12.706204736174707 * std::sqrt(2.0) / std::sqrt(2.0),
                   1e-9);
        judge.missing = Missing::undecided;
        expectVerdict(judge(evidence, claim), Verdict::notEnoughData);
        const Observe observed{.number = gap, .what = "Gap", .told = {}, .where = {}, .label = {}};
        QCOMPARE(observed(evidence, claim).measured, 3.0);
    }

    void replacedArmsAreMeasuredInThePlaceOfTheOld() {
        Evidence evidence{{runOf({{"a", 1.0, {1.0}, 1.0}, {"b", 1.0, {1.0}, 7.0}})}, {}};
        QCOMPARE(*of("a", final("gap")).at({evidence, evidence.runs[0]}), 1.0);
        evidence.replacedArms = {{"a", "b"}};
        QCOMPARE(*of("a", final("gap")).at({evidence, evidence.runs[0]}), 7.0);
    }

    void everyTrialHasToSatisfyAllThresholds() {
        const Claim claim =
            claimOf(Below{"gap", 3.0, ours("a test")}, {AtMost{"last error", 1.0, ours("a test")}});
        const EachTrial judge{.arms = {"a"},
                              .numbers = {final("gap"), last("error")},
                              .what = "Gap",
                              .told = {},
                              .where = {}};
        const auto judged = [&](const std::vector<Trial>& trials) {
            return judge({{runOf(trials)}, {}}, claim);
        };
        expectVerdict(judged({{"a", 1.0, {1.0}, 1.0}, {"a", 2.0, {1.0}, 2.0}}), Verdict::holds);
        expectVerdict(judged({{"a", 1.0, {1.0}, 1.0}, {"a", 2.0, {2.0}, 2.0}}), Verdict::fails);
        expectVerdict(judged({{"a", 1.0, {1.0}, notANumber}}), Verdict::fails);
        expectVerdict(judged({{"a", 1.0, {1.0}, 1.0, TrialStatus::running}}),
                      Verdict::notEnoughData);
        expectVerdict(judged({{"a", 1.0, {1.0}, notApplicable}}), Verdict::notEnoughData);
        const EachTrial short_{
            .arms = {"a"}, .numbers = {final("gap")}, .what = "Gap", .told = {}, .where = {}};
        QVERIFY_THROWS_EXCEPTION(std::logic_error,
                                 short_({{runOf({{"a", 1.0, {1.0}, 1.0}})}, {}}, claim));
    }

    /// Student's interval of 1, 2, 3, 4: 2.5 ± 3.1824·√(5/3)/2.
    void meansAreDecidedByTheirInterval() {
        const Measure gap = of("a", final("gap"));
        const MeanOverRuns judge{
            .numbers = {gap}, .what = "Gap", .told = {}, .where = {}, .label = {}};
        const auto judged = [&](const std::vector<double>& gaps, double bound) {
            Evidence evidence;
            for (std::size_t seed = 0; seed < gaps.size(); ++seed)
                evidence.runs.push_back(runOf({{"a", 1.0, {1.0}, gaps[seed]}}, seed));
            return judge(evidence, claimOf(DifferenceAbove{"gap", bound, ours("a test")}));
        };
        const double half = 3.182446305284263 * std::sqrt(5.0 / 3.0) / 2.0;
        const Judgement judgement = judged({1, 2, 3, 4}, 0.0);
        expectVerdict(judgement, Verdict::holds);
        expectNear(judgement.low, 2.5 - half, 1e-9);
        expectNear(judgement.high, 2.5 + half, 1e-9);
        expectVerdict(judged({1, 2, 3, 4}, 1.0), Verdict::notEnoughData);
        expectVerdict(judged({1, 2, 3, 4}, 5.0), Verdict::fails);
        expectVerdict(judged({1}, 0.0), Verdict::notEnoughData);
        expectVerdict(judged({1, notANumber, 3}, 0.0), Verdict::fails);
        expectVerdict(judged({1, notApplicable, 3}, 0.0), Verdict::notEnoughData);
    }

    void runsOfAnotherKindSayWhatTheClaimIsAbout() {
        const Judge judge =
            about([](const EvidenceRun& run) { return run.label == "such"; },
                  "The claim is about such runs.",
                  EachRun{.numbers = {1.0}, .what = "One", .told = {}, .where = {}, .label = {}});
        const Claim claim = claimOf(AtLeast{"one", 1.0, ours("a test")});
        const auto trials = std::vector<Trial>{{"a", 1.0, {1.0}, 1.0}};
        expectVerdict(judge({{runOf(trials, 0, "such")}, {}}, claim), Verdict::holds);
        const Judgement other = judge({{runOf(trials, 0, "other")}, {}}, claim);
        expectVerdict(other, Verdict::notEnoughData);
        QCOMPARE(other.explanation, std::string("The claim is about such runs."));
    }
};

REGISTER_TEST(MeasureTest)
#include "measure_test.moc"
