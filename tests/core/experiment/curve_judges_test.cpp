// Judges of curves on made-up traces: exponentials and power laws of known rates, and NaN in them.

#include <cmath>
#include <functional>
#include <limits>

#include <QtTest>

#include "core/experiment/curve_judges.h"
#include "tests/core/experiment/quadratic_experiment.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using convergence::testing::quadratic;

namespace {

constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();
constexpr Levels levels{.from = 1e-1, .to = 1e-6};
const Curve error{"arm", "error", {}};

using Function = std::function<double(double)>;

Function decay(double rate) {
    return [=](double t) { return std::exp(-rate * t); };
}
/// The same curve, but NaN at one iteration.
Function withNan(Function curve, double at = 100.0) {
    return [=](double t) { return t == at ? notANumber : curve(t); };
}

/// A finished run with a trial for each curve, of which the first has factor 1, the next 2, 4, ...
EvidenceRun madeUp(const std::vector<Function>& curves, const std::string& label = "",
                   double learningRate = 0.1) {
    std::vector<TrialPlan> plans;
    for (std::size_t i = 0; i < curves.size(); ++i)
        plans.push_back(
            {.arm = "arm", .factors = {{"factor", std::exp2(double(i))}}, .steps = 200});
    auto recording = std::make_shared<Recording>(
        std::vector<Column>{{"iteration"}, {"error"}}, std::vector<Column>{{"factor"}},
        std::vector<Column>{}, std::vector<std::string>{"arm"}, plans);
    for (std::size_t i = 0; i < curves.size(); ++i) {
        for (int t = 0; t <= 200; ++t)
            recording->traceForWriting(i).append(std::array{double(t), curves[i](t)});
        recording->setStatus(i, TrialStatus::finished);
        recording->conclude(i, {});
    }
    auto values = std::make_shared<const ParameterValues>(
        quadratic().description.parameters, Overrides{{"learning_rate", learningRate}});
    return {label, 0, values, recording};
}

Judgement judged(const Judge& judge, const Claim& claim, std::vector<EvidenceRun> runs) {
    Evidence evidence;
    evidence.runs = std::move(runs);
    return judge(evidence, claim);
}

} // namespace

class CurveJudgesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aDecayHasItsRate() {
        const Decay found = decayOf(madeUp({decay(0.2)}), 0, "error", levels);
        QVERIFY(found.decided() && found.complete && !found.neverCame);
        expectNear(found.rate(), 0.2, 1e-12);
        expectNear(found.least, std::exp(-40.0), 1e-30);
        const Decay stuck = decayOf(madeUp({decay(0.001)}), 0, "error", levels);
        QVERIFY(stuck.decided() && stuck.neverCame);
        QCOMPARE(stuck.rate(), 0.0);
    }

    /// Above the levels, between them, and below.
    void aDecayWithNanIsNone() {
        for (const double at : {0.0, 50.0, 190.0}) {
            const Decay found = decayOf(madeUp({withNan(decay(0.2), at)}), 0, "error", levels);
            QVERIFY(std::isnan(found.least));
            QVERIFY(!found.complete);
        }
    }

    void ratesOfTrialsWithNanFail() {
        const Claim straight{.threshold = Above{"R²", 0.99}, .also = {Below{"least", 1e-6}}};
        const StraightDecay straightDecay{error, levels, "R²"};
        expectVerdict(judged(straightDecay, straight, {madeUp({decay(0.2)})}), Verdict::holds);
        const Judgement broken = judged(straightDecay, straight, {madeUp({withNan(decay(0.2))})});
        expectVerdict(broken, Verdict::fails);
        QVERIFY2(QString::fromStdString(broken.explanation).contains("not a number"),
                 broken.explanation.c_str());

        const Claim exponent{.threshold = Within{"exponent", 1.0, 0.01},
                             .also = {AtMost{"without decay", 0.0}}};
        const ExponentOfRate exponentOfRate{error, levels, "factor", "exponent"};
        const std::vector<Function> doubled{decay(0.1), decay(0.2), decay(0.4), decay(0.8)};
        expectVerdict(judged(exponentOfRate, exponent, {madeUp(doubled)}), Verdict::holds);
        std::vector<Function> one = doubled;
        one[1] = withNan(one[1]);
        expectVerdict(judged(exponentOfRate, exponent, {madeUp(one)}), Verdict::fails);

        const Claim spread{.threshold = Below{"spread", 1.3}};
        const SpreadOfRates spreadOfRates{error, levels, "factor", "spread"};
        const std::vector<Function> alike{decay(0.2), decay(0.21), decay(0.22)};
        expectVerdict(judged(spreadOfRates, spread, {madeUp(alike)}), Verdict::holds);
        for (std::size_t k = 0; k < 3; ++k) {
            std::vector<Function> curves = alike;
            curves[k] = withNan(curves[k]);
            expectVerdict(judged(spreadOfRates, spread, {madeUp(curves)}), Verdict::fails);
        }
    }

    void theRateIsAMeasureOfATrial() {
        const measures::Measure rate = measures::rateOfDecay("error", levels);
        const auto rateAt = [&](const Function& curve) {
            Evidence evidence;
            evidence.runs = {madeUp({curve})};
            return rate.at({.evidence = evidence, .run = evidence.runs.front(), .trial = 0});
        };
        expectNear(rateAt(decay(0.2)).value(), 0.2, 1e-12);
        QCOMPARE(rateAt(decay(0.001)).value(), 0.0);
        QVERIFY(std::isnan(rateAt(withNan(decay(0.2))).value()));
        const Evidence evidence{.runs = {madeUp({decay(0.2)})}, .replacedArms = {}};
        QVERIFY_THROWS_EXCEPTION(
            std::logic_error, (void)rate.at({.evidence = evidence, .run = evidence.runs.front()}));
    }

    void theFastestAmongNanIsNotKnown() {
        const Claim claim{.threshold = Within{"η", 0.2, 0.01},
                          .also = {Above{"over the second", 1.05}}};
        const FastestValue fastest{error, levels, "learning_rate", "η of the fastest rate"};
        const auto verdictOf = [&](const Function& first, const Function& last) {
            return judged(
                fastest, claim,
                {madeUp({first}, "", 0.1), madeUp({decay(0.8)}, "", 0.2), madeUp({last}, "", 0.3)});
        };
        expectVerdict(verdictOf(decay(0.5), decay(0.4)), Verdict::holds);
        expectVerdict(verdictOf(decay(0.5), decay(0.9)), Verdict::fails);
        expectVerdict(verdictOf(withNan(decay(0.5)), decay(0.4)), Verdict::fails);
        expectVerdict(verdictOf(decay(0.5), withNan(decay(0.4))), Verdict::fails);
    }

    void aPowerLawWithNanInItsWindowFails() {
        const Claim claim{.threshold = Within{"slope", -1.0, 0.01}};
        const PowerLaw law{.of = error, .from = 20.0, .to = 200.0, .what = "slope"};
        const Function inverse = [](double t) { return 1.0 / (t + 1e-9); };
        expectVerdict(judged(law, claim, {madeUp({inverse})}), Verdict::holds);
        expectVerdict(judged(law, claim, {madeUp({withNan(inverse, 30.0)})}), Verdict::fails);
        // Before the window nothing is said of it.
        expectVerdict(judged(law, claim, {madeUp({withNan(inverse, 10.0)})}), Verdict::holds);
    }

    void theWorstJudgementCounts() {
        const auto says = [](Verdict verdict, const char* text) {
            return [=](const Evidence&, const Claim&) {
                return Judgement{.verdict = verdict, .explanation = text};
            };
        };
        const Judge good = says(Verdict::holds, "Good."), bad = says(Verdict::fails, "Bad."),
                    none = says(Verdict::notEnoughData, "None.");
        expectVerdict(judged(worstOf({good, good}), {}, {}), Verdict::holds);
        expectVerdict(judged(worstOf({good, none}), {}, {}), Verdict::notEnoughData);
        const Judgement worst = judged(worstOf({good, none, bad}), {}, {});
        expectVerdict(worst, Verdict::fails);
        QCOMPARE(worst.explanation, std::string("Good. None. Bad."));
    }

    void theWorstOfNothingIsRefused() { QVERIFY_THROWS_EXCEPTION(std::logic_error, worstOf({})); }
};

REGISTER_TEST(CurveJudgesTest)
#include "curve_judges_test.moc"
