#include <cmath>

#include <QtTest>

#include "core/error.h"
#include "core/experiment/registry.h"
#include "core/experiment/tuning.h"
#include "core/experiment/verification.h"
#include "tests/core/experiment/quadratic_experiment.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::testing;

namespace {

/// "After the run |x| is below 0.01", which is so at η = 0.1 and not at the smallest η.
Claim smallInTheEnd() {
    return {.id = "small",
            .statement = "x goes to zero",
            .threshold =
                Below{.of = "|x|", .bound = 0.01, .origin = ours("any small number would do")},
            .protocol = {{{"default", {{"iterations", std::int64_t{100}}}}}, {0, 1}},
            .judge =
                [](const Evidence& evidence) {
                    Judgement judgement;
                    judgement.verdict = Verdict::holds;
                    for (const EvidenceRun& run : evidence.runs)
                        for (const std::size_t trial : evidence.trialsOf(run, "plain")) {
                            judgement.measured = run.recording->trace(trial).column("x").back();
                            if (!(judgement.measured <= 0.01))
                                judgement.verdict = Verdict::fails;
                        }
                    return judgement;
                },
            .refutations = {{"a tiny rate", {{"learning_rate", 1e-4}}, {}},
                            {"half the rate in its place", {}, {{"plain", "half"}}}}};
}

ExperimentType withClaim(Claim claim) {
    ExperimentType type = quadratic();
    type.description.claims = {std::move(claim)};
    return type;
}

} // namespace

class VerificationTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aClaimThatHoldsHoldsAndFailsWhenBroken() {
        Claim claim = smallInTheEnd();
        claim.refutations.pop_back(); // at half the rate |x| is 0.95^100 = 0.006: it holds there
        const auto type = withClaim(claim);
        const auto reports = verify(type, {}, StopToken());
        QCOMPARE(reports.size(), std::size_t{1});
        QVERIFY(reports[0].ok);
        QCOMPARE(reports[0].judgement.measured, std::pow(0.9, 100));
        const auto refuted = verify(type, {.refute = true}, StopToken());
        QVERIFY(refuted[0].ok);
        expectVerdict(refuted[0].judgement, Verdict::fails);
    }

    void aRefutationUnderWhichTheClaimHoldsIsADefect() {
        const auto reports = verify(withClaim(smallInTheEnd()), {.refute = true}, StopToken());
        QCOMPARE(reports.size(), std::size_t{2});
        QVERIFY(reports[0].ok);
        QVERIFY(!reports[1].ok);
        QCOMPARE(reports[1].judgement.measured, std::pow(0.95, 100));
    }

    void notEnoughDataRefutesNothing() {
        Claim claim = smallInTheEnd();
        claim.judge = [](const Evidence&) { return Judgement{}; };
        for (const auto& report : verify(withClaim(claim), {.refute = true}, StopToken()))
            QVERIFY(!report.ok);
    }

    void aJudgeThatThrowsIsNotEnoughDataWithItsMessage() {
        Claim claim = smallInTheEnd();
        claim.judge = [](const Evidence&) -> Judgement { throw std::runtime_error("no column"); };
        const auto reports = verify(withClaim(claim), {}, StopToken());
        expectVerdict(reports[0].judgement, Verdict::notEnoughData);
        QCOMPARE(reports[0].judgement.explanation, std::string("no column"));
    }

    void standInDataGivesNoVerdict() {
        const auto experiment = makeQuadratic({});
        auto recording = makeRecording(*experiment);
        recording->setProvenance({"made up", true});
        Evidence evidence;
        evidence.runs.push_back({"", 0, nullptr, recording});
        Claim claim = smallInTheEnd();
        expectVerdict(judgeClaim(claim, evidence), Verdict::notEnoughData);
    }

    /// An honest failure is a known verdict; that it now holds is news.
    void aVerdictThatIsNotTheKnownOneIsReported() {
        Claim claim = smallInTheEnd();
        claim.known = knownToFail("the rate is too small");
        QVERIFY(!verify(withClaim(claim), {}, StopToken())[0].ok);
        claim.protocol.runs[0].overrides["learning_rate"] = 1e-4;
        const auto reports = verify(withClaim(claim), {}, StopToken());
        expectVerdict(reports[0].judgement, Verdict::fails);
        QVERIFY(reports[0].ok);
        QCOMPARE(reports[0].known.reason, std::string("the rate is too small"));
        claim.known = {};
        QVERIFY(!verify(withClaim(claim), {}, StopToken())[0].ok);
    }

    void anObservationThatMeasuredIsObserved() {
        Claim claim = smallInTheEnd();
        claim.kind = ClaimKind::observation;
        claim.refutations.clear();
        const auto reports = verify(withClaim(claim), {}, StopToken());
        expectVerdict(reports[0].judgement, Verdict::observed);
        QVERIFY(reports[0].ok);
        claim.judge = [](const Evidence&) { return Judgement{}; };
        const auto empty = verify(withClaim(claim), {}, StopToken());
        expectVerdict(empty[0].judgement, Verdict::notEnoughData);
    }

    void theJudgeReadsTheClaimsOwnThreshold() {
        Claim claim = smallInTheEnd();
        claim.judge = [](const Evidence&, const Claim& judged) {
            Judgement judgement;
            judgement.measured = 0.009;
            judgement.verdict =
                judged.threshold.holds(judgement.measured) ? Verdict::holds : Verdict::fails;
            return judgement;
        };
        const Judgement judgement = judgeClaim(claim, {});
        expectVerdict(judgement, Verdict::holds);
        QCOMPARE(judgement.threshold, std::string("|x| < 0.01"));
    }

    void theSeedOffsetReachesEverySeed() {
        Claim claim = smallInTheEnd();
        std::vector<std::int64_t> seeds;
        claim.judge = [&seeds](const Evidence& evidence) {
            for (const EvidenceRun& run : evidence.runs)
                seeds.push_back(run.values->integer("seed"));
            return Judgement{};
        };
        verify(withClaim(claim), {.seedOffset = 1000}, StopToken());
        QCOMPARE(seeds, (std::vector<std::int64_t>{1000, 1001}));
        seeds.clear();
        claim.protocol.seeds.clear(); // the parameter's own seed, 0
        verify(withClaim(claim), {.seedOffset = 7}, StopToken());
        QCOMPARE(seeds, (std::vector<std::int64_t>{7}));
    }

    void stoppingReportsNotEnoughData() {
        StopToken stop;
        stop.requestStop();
        const auto reports = verify(withClaim(smallInTheEnd()), {}, stop);
        expectVerdict(reports[0].judgement, Verdict::notEnoughData);
    }

    void descriptionsThatContradictThemselvesAreRefused() {
        Registry registry;
        registry.add(quadratic());
        expectRefusal([&] { registry.add(quadratic()); },
                      "already an experiment 'quadratic'"); // taken id
        ExperimentType type = withClaim(smallInTheEnd());
        type.description.id = "other";
        type.description.claims[0].refutations.clear();
        expectRefusal([&] { registry.add(type); }, "has no refutation");
        type = quadratic();
        type.description.id = "other";
        type.description.presets = {{"p", "P", "", {{"no_such_parameter", 1.0}}}};
        expectRefusal([&] { registry.add(type); }, "'no_such_parameter'");
        expectRefusal([&] { (void)registry.find("quadratik"); }, "'quadratik'");
    }

    /// Validation chooses 0.3, whose test error is not the smallest: that must not matter.
    void tuningChoosesByValidationAndSaysWhenAtTheEdge() {
        std::vector<TrialPlan> plans;
        for (const double rate : {0.1, 0.3, 1.0})
            for (std::uint64_t seed : {0, 1})
                plans.push_back(
                    {.arm = "a", .factors = {{"rate", rate}}, .replicate = seed, .steps = 1});
        Recording recording({{"iteration"}}, {{"rate"}}, {{"validation"}, {"test"}}, {"a"}, plans);
        const double values[6][2] = {{5, 1}, {5, 1}, {3, 7}, {3, 9}, {4, 2}, {4, 2}};
        const auto result = [&] {
            return tunedResult(recording, recording.trialsOf("a"), {},
                               {.factor = "rate", .validation = "validation", .metric = "test"});
        };
        QVERIFY(result().metric.empty());
        for (std::size_t i = 0; i < 6; ++i) {
            recording.setStatus(i, TrialStatus::finished);
            recording.conclude(i, values[i]);
        }
        QCOMPARE(result().chosen, 0.3);
        QCOMPARE(result().metric, (std::vector<double>{7, 9}));
        QVERIFY(!result().atEdge);
    }
};

REGISTER_TEST(VerificationTest)
#include "verification_test.moc"
