// Numbers that a judge measured, held each by itself or on average over seeds. Intervals are
// written out by hand: Student's t of 0.975 with 2 degrees of freedom is 4.302653.

#include <cmath>
#include <limits>

#include <QtTest>

#include "core/experiment/curve_judges.h"
#include "core/experiment/samples.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

constexpr double studentTwo = 4.302652729911275;
constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();

Claim averagedClaim(Threshold threshold, Hold hold = Hold::onAverage) {
    return {.id = "made-up", .threshold = std::move(threshold), .hold = hold};
}

/// At seeds 0, 1, 2, ... of one group.
void addAll(Samples& samples, const std::string& group, std::initializer_list<double> numbers,
            std::map<std::string, double> factors = {}) {
    int seed = 0;
    for (const double number : numbers)
        samples.add({.place = group + std::to_string(seed++), .group = group, .factors = factors},
                    {number});
}

Verdict verdictOf(const Claim& claim, std::initializer_list<double> numbers) {
    Samples samples(claim);
    addAll(samples, "", numbers);
    return samples.judged("Number").verdict;
}

} // namespace

class SamplesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theMeanWithItsWholeIntervalDecides() {
        const double reach = studentTwo / std::sqrt(3.0); // of 1, 2, 3
        Samples samples(averagedClaim(Within{"number", 2.0, reach + 1e-6}));
        addAll(samples, "", {1.0, 2.0, 3.0});
        const Judgement judgement = samples.judged("Number");
        QCOMPARE(judgement.verdict, Verdict::holds);
        expectNear(judgement.measured, 2.0, 1e-14);
        expectNear(judgement.low, 2.0 - reach, 1e-8);
        expectNear(judgement.high, 2.0 + reach, 1e-8);
        QCOMPARE(judgement.margins.size(), 1U);
        expectNear(judgement.margins[0], reach + 1e-6, 1e-12);

        QCOMPARE(verdictOf(averagedClaim(Within{"number", 2.0, reach - 1e-6}), {1.0, 2.0, 3.0}),
                 Verdict::notEnoughData);
        QCOMPARE(verdictOf(averagedClaim(Below{"number", 2.0 - reach - 1e-6}), {1.0, 2.0, 3.0}),
                 Verdict::fails);
    }

    void oneNumberOutsideFailsOnlyWhereEachCounts() {
        const std::initializer_list<double> numbers{0.9, 1.0, 1.1, 1.0, 0.95, 1.05, 1.0, 2.1};
        QCOMPARE(verdictOf(averagedClaim(Below{"number", 2.0}), numbers), Verdict::holds);
        QCOMPARE(verdictOf(averagedClaim(Below{"number", 2.0}, Hold::each), numbers),
                 Verdict::fails);
    }

    void aNumberThatIsNoneFails() {
        QCOMPARE(verdictOf(averagedClaim(Below{"number", 2.0}), {1.0, notANumber, 1.0}),
                 Verdict::fails);
        Samples samples(averagedClaim(Below{"number", 2.0}));
        addAll(samples, "", {1.0, 1.1, 0.9});
        samples.addOutside({.place = "seed 3 (it never came)", .group = ""}, 0.0);
        const Judgement judgement = samples.judged("Number");
        QCOMPARE(judgement.verdict, Verdict::fails);
        QVERIFY(std::isnan(judgement.margins.at(0)));
    }

    /// The mean of what is infinite has no interval: it decides where all agree.
    void infiniteNumbersCountWhereTheyLie() {
        constexpr double infinity = std::numeric_limits<double>::infinity();
        const Claim claim = averagedClaim(Below{"number", 2.0});
        QCOMPARE(verdictOf(claim, {infinity, infinity, 5.0}), Verdict::fails);
        QCOMPARE(verdictOf(averagedClaim(AtLeast{"number", 1.0}), {infinity, 2.0, 3.0}),
                 Verdict::holds);
        QCOMPARE(verdictOf(claim, {infinity, 1.0, 1.0}), Verdict::notEnoughData);
        QCOMPARE(verdictOf(claim, {infinity, -infinity, 1.0}), Verdict::fails); // ∞ − ∞
    }

    void oneRunAloneIsJudgedAsItIs() {
        QCOMPARE(verdictOf(averagedClaim(Below{"number", 2.0}), {1.0}), Verdict::holds);
        QCOMPARE(verdictOf(averagedClaim(Below{"number", 2.0}), {3.0}), Verdict::fails);
    }

    void eachGroupHasItsMean() {
        const Claim claim = averagedClaim(WithinByFactor{.of = "ratio",
                                                         .center = 1.0,
                                                         .tolerance = 0.1,
                                                         .factor = "scale",
                                                         .symbol = "α",
                                                         .limit = 0.6,
                                                         .toleranceAbove = 0.5});
        const auto verdict = [&](std::initializer_list<double> small,
                                 std::initializer_list<double> large) {
            Samples samples(claim);
            addAll(samples, "scale = 0.5", small, {{"scale", 0.5}});
            addAll(samples, "scale = 0.9", large, {{"scale", 0.9}});
            return samples.judged("Ratio").verdict;
        };
        QCOMPARE(verdict({1.01, 1.0, 0.99}, {1.21, 1.2, 1.19}), Verdict::holds);
        // The mean of all would be inside.
        QCOMPARE(verdict({1.21, 1.2, 1.19}, {1.01, 1.0, 0.99}), Verdict::fails);
        QCOMPARE(verdict({1.01, 1.0, 0.99}, {1.6, 1.61, 1.59}), Verdict::fails);
    }

    void furtherThresholdsHaveMeansOfTheirOwn() {
        Claim claim = averagedClaim(Below{"error", 1.0});
        claim.also = {Above{"R²", 0.9}};
        const auto judgedAt = [&](double spread) {
            Samples samples(claim);
            for (const double sign : {-1.0, 0.0, 1.0})
                samples.add({.place = "", .group = ""}, {0.5, 0.95 + sign * spread});
            return samples.judged("Error");
        };
        expectNear(judgedAt(0.01).margins.at(1), 0.05, 1e-12);
        QCOMPARE(judgedAt(0.01).verdict, Verdict::holds); // reaches 0.925
        QCOMPARE(judgedAt(0.04).verdict, Verdict::notEnoughData);
        QVERIFY(QString::fromStdString(claim.expected()).contains("on average over seeds"));
    }

    void theWorstOfSeveralJudgesKeepsTheLeastMargin() {
        const Claim claim = averagedClaim(Below{"error", 1.0}, Hold::each);
        const auto says = [](double margin) {
            return Judge([margin](const Evidence&, const Claim&) {
                return Judgement{.verdict = Verdict::holds, .margins = {margin}};
            });
        };
        const Judge both = worstOf({says(0.5), says(0.2), says(0.3)});
        QCOMPARE(both({}, claim).margins, std::vector{0.2});
    }
};

REGISTER_TEST(SamplesTest)

#include "samples_test.moc"
