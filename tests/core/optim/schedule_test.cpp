// Profiles, sampling rates and schedules against their formulas and exact rational arithmetic.

#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <numbers>
#include <tuple>

#include <QtTest>

#include "core/optim/schedule.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

constexpr double exact = 1e-12;

/// A sampling point p/q of the budget: in force at iteration t of T once t·q ≥ p·T.
struct Fraction {
    std::int64_t numerator, denominator;
    [[nodiscard]] double value() const {
        return static_cast<double>(numerator) / static_cast<double>(denominator);
    }
};

std::vector<Fraction> everyNth(std::int64_t count) {
    std::vector<Fraction> points;
    for (std::int64_t i = 0; i < count; ++i)
        points.push_back({i, count});
    return points;
}

/// The profile that makes factor() show where it was sampled.
double identity(double z) {
    return z;
}

} // namespace

class ScheduleTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void rexHasItsPublishedValues();
    void rexIsNeverBelowLinearAndHasItsSlopes();
    void rexLimitsAreLinearAndConstant();
    void profilesStartAtOne();
    void profilesMatchTheirFormulas();
    void drawnProfileGoesThroughItsPoints();
    void samplingFloorsMatchRationalArithmetic_data();
    void samplingFloorsMatchRationalArithmetic();
    void samplingPointsAreListed();
    void stepSchedulesHaveExactValues();
    void progressIsOverTheBudgetAndNotOverTheLastIteration();
    void everyScheduleIsFiniteAtEveryIteration();
    void oneCycleMatchesItsHalfCosines();
    void oneCycleEndpoints();
    void plateauCutsTheRateOnlyWhenPatienceIsExceeded();
    void plateauNeedsARelativeImprovement();
    void plateauAsksAtTheRightInterval();
    void plateauTakesAnInfiniteOrUndefinedLossForNoProgress();
    void warmUpRisesToTheScheduleAfterIt();
    void aCosineWithAFloorGoesBehindAWarmUp();
    void warmUpPassesFeedbackAndMomentumOn();
    void badInputIsRefusedInASentence();
};

void ScheduleTest::rexHasItsPublishedValues() {
    const Profile rex = rexProfile();
    expectNear(rex(0.0), 1.0, exact);
    expectNear(rex(0.5), 2.0 / 3.0, exact);
    expectNear(rex(1.0), 0.0, exact);
    for (int i = 0; i <= 1000; ++i) {
        const double z = i / 1000.0;
        expectNear(rex(z), (1.0 - z) / (1.0 - z / 2.0), exact);
        // The re-implementations' shape, normalized to 1 at 0.
        expectNear(rexProfile(0.1, 0.9)(z), (1.0 - z) / (0.1 + 0.9 * (1.0 - z)), exact);
    }
}

void ScheduleTest::rexIsNeverBelowLinearAndHasItsSlopes() {
    const Profile rex = rexProfile();
    for (int i = 0; i <= 10000; ++i)
        QVERIFY(rex(i / 10000.0) >= 1.0 - i / 10000.0 - 1e-15);
    constexpr double h = 1e-6;
    expectNear((rex(h) - rex(0.0)) / h, -0.5, 1e-5);
    expectNear((rex(1.0) - rex(1.0 - h)) / h, -2.0, 1e-5);
    for (int i = 1; i < 1000; ++i) { // concave
        const double z = i / 1000.0;
        QVERIFY(rex(z - 0.001) + rex(z + 0.001) < 2.0 * rex(z));
    }
}

void ScheduleTest::rexLimitsAreLinearAndConstant() {
    for (const double z : {0.0, 0.3, 0.999, 1.0}) {
        expectNear(rexProfile(1.0, 0.0)(z), 1.0 - z, exact);
        expectNear(rexProfile(0.4, 0.0)(z), 1.0 - z, exact);
        expectNear(rexProfile(0.0, 1.0)(z), 1.0, exact);
    }
}

void ScheduleTest::profilesStartAtOne() {
    for (const Profile& profile :
         {constantProfile(), linearProfile(), cosineProfile(), exponentialProfile(5.0),
          rexProfile(), rexProfile(0.1, 0.9), delayedLinearProfile(0.25), delayedLinearProfile(0.0),
          stepProfile({0.3, 0.6, 0.9}), stepProfile({0.5})})
        expectNear(profile(0.0), 1.0, exact);
}

void ScheduleTest::profilesMatchTheirFormulas() {
    for (int i = 0; i < 1000; ++i) {
        const double z = i / 1000.0;
        expectNear(cosineProfile()(z), std::pow(std::cos(std::numbers::pi * z / 2.0), 2), exact);
        expectNear(exponentialProfile(3.0)(z), std::exp(-3.0 * z), exact);
        expectNear(delayedLinearProfile(0.75)(z), std::min(1.0, 4.0 * (1.0 - z)), exact);
        expectNear(stepProfile({0.3, 0.6, 0.9})(z), std::pow(10.0, -z / 0.3), exact);
        // 50-75: a decade over the first half, then a decade a quarter, the slope continued.
        const double decades = z < 0.5 ? 2.0 * z : 1.0 + 4.0 * (z - 0.5);
        expectNear(stepProfile({0.5, 0.75})(z), std::pow(10.0, -decades), exact);
    }
}

void ScheduleTest::drawnProfileGoesThroughItsPoints() {
    const Profile drawn = drawnProfile({{0.2, 1.0}, {0.6, 0.2}, {0.8, 0.4}});
    for (const auto& [z, expected] : {std::pair{0.0, 1.0},
                                      {0.2, 1.0},
                                      {0.4, 0.6},
                                      {0.6, 0.2},
                                      {0.7, 0.3},
                                      {0.8, 0.4},
                                      {1.0, 0.4}})
        expectNear(drawn(z), expected, exact, qPrintable(QString::number(z)));
}

void ScheduleTest::samplingFloorsMatchRationalArithmetic_data() {
    QTest::addColumn<QString>("name");
    for (const std::string& name : Sampling::names())
        if (name != "every_iteration")
            QTest::newRow(name.c_str()) << QString::fromStdString(name);
}

void ScheduleTest::samplingFloorsMatchRationalArithmetic() {
    QFETCH(QString, name);
    const std::map<std::string, std::vector<Fraction>> points = {
        {"10%", everyNth(10)},
        {"5%", everyNth(20)},
        {"1%", everyNth(100)},
        {"50-75", {{0, 1}, {1, 2}, {3, 4}}},
        {"33-66", {{0, 1}, {1, 3}, {2, 3}}},
        {"25-50-75", {{0, 1}, {1, 4}, {1, 2}, {3, 4}}},
        {"30-60-90", {{0, 1}, {3, 10}, {6, 10}, {9, 10}}}};
    const std::vector<Fraction>& own = points.at(name.toStdString());
    std::vector<std::int64_t> budgets = {1000, 1999, 3600, 7777, 10000, 100000};
    for (std::int64_t budget = 1; budget <= 400; ++budget)
        budgets.push_back(budget);
    for (const std::int64_t budget : budgets) {
        const ProfileSchedule schedule(identity, Sampling::named(name.toStdString()), budget);
        std::size_t last = 0;
        for (std::int64_t t = 0; t < budget; ++t) {
            while (last + 1 < own.size() &&
                   t * own[last + 1].denominator >= own[last + 1].numerator * budget)
                ++last;
            expectNear(schedule.factor(t), own[last].value(), exact,
                       QString("T = %1, t = %2").arg(budget).arg(t));
        }
    }
}

void ScheduleTest::samplingPointsAreListed() {
    QVERIFY(Sampling::everyIteration().points().empty());
    QCOMPARE(Sampling::named("1%").points().size(), std::size_t{100});
    QCOMPARE(Sampling::named("10%").points().size(), std::size_t{10});
    QVERIFY(Sampling::named("30-60-90").points() == (std::vector<double>{0.0, 0.3, 0.6, 0.9}));
    for (const std::string& name : Sampling::names())
        for (const double point : Sampling::named(name).points())
            expectNear(Sampling::named(name).lastSample(point), point, exact);
    QCOMPARE(Sampling::everyIteration().lastSample(0.12345), 0.12345);
}

void ScheduleTest::stepSchedulesHaveExactValues() {
    for (std::int64_t budget = 1; budget <= 1000; budget += budget < 50 ? 1 : 37) {
        const auto named = makeSchedule("step_30_60_90", budget);
        const auto two = makeSchedule("step_50_75", budget);
        const ProfileSchedule sampled(stepProfile({0.3, 0.6, 0.9}), Sampling::named("30-60-90"),
                                      budget);
        const ProfileSchedule power([](double z) { return std::pow(10.0, -z / 0.3); },
                                    Sampling::named("30-60-90"), budget);
        for (std::int64_t t = 0; t < budget; ++t) {
            const int passed =
                (10 * t >= 3 * budget) + (10 * t >= 6 * budget) + (10 * t >= 9 * budget);
            const double expected[] = {1.0, 0.1, 0.01, 0.001};
            expectNear(named->factor(t), expected[passed], exact);
            expectNear(sampled.factor(t), expected[passed], exact);
            expectNear(power.factor(t), expected[passed], exact);
            expectNear(two->factor(t), expected[(2 * t >= budget) + (4 * t >= 3 * budget)], exact);
        }
    }
}

void ScheduleTest::progressIsOverTheBudgetAndNotOverTheLastIteration() {
    for (const std::int64_t budget : {1, 8, 40, 800}) {
        const auto linear = makeSchedule("linear", budget);
        QCOMPARE(linear->factor(0), 1.0);
        expectNear(linear->factor(budget - 1), 1.0 / static_cast<double>(budget), exact); // not 0
    }
}

void ScheduleTest::everyScheduleIsFiniteAtEveryIteration() {
    for (const std::string& name : scheduleNames())
        for (const std::int64_t budget : {1, 2, 3, 7, 8, 40, 800, 12345}) {
            const auto schedule = makeSchedule(name, budget);
            for (std::int64_t t = 0; t < budget; ++t) {
                const double factor = schedule->factor(t);
                QVERIFY2(std::isfinite(factor) && factor > 0.0 && factor <= 1.0 + exact,
                         name.c_str());
            }
        }
}

void ScheduleTest::oneCycleMatchesItsHalfCosines() {
    constexpr std::int64_t budget = 1000;
    const OneCycleSchedule schedule(budget);
    for (std::int64_t t = 0; t < budget; ++t) {
        const double z = static_cast<double>(t) / budget;
        const double f = 4e-6;
        const double up =
            1.0 + (1.0 / 25.0 - 1.0) / 2.0 * (1.0 + std::cos(std::numbers::pi * z / 0.3));
        const double down =
            f + (1.0 - f) / 2.0 * (1.0 + std::cos(std::numbers::pi * (z - 0.3) / 0.7));
        expectNear(schedule.factor(t), z < 0.3 ? up : down, exact);
        // The momentum is the mirror image: 0.95 − 0.1·(rise), by the same half-cosines.
        const double rise = z < 0.3 ? (up - 0.04) / 0.96 : (down - f) / (1.0 - f);
        expectNear(*schedule.momentum(t), 0.95 - 0.1 * rise, exact);
    }
}

void ScheduleTest::oneCycleEndpoints() {
    const OneCycleSchedule schedule(1000000);
    expectNear(schedule.factor(0), 1.0 / 25.0, exact);
    expectNear(schedule.factor(300000), 1.0, exact);
    expectNear(schedule.factor(999999), 4e-6, 1e-10);
    expectNear(*schedule.momentum(0), 0.95, exact);
    expectNear(*schedule.momentum(300000), 0.85, exact);
    expectNear(*schedule.momentum(999999), 0.95, 1e-10);
    QVERIFY(!makeSchedule("rex", 10)->momentum(3));
    const OneCycleSchedule own(100, 0.5, 10.0, 100.0);
    expectNear(own.factor(0), 0.1, exact);
    expectNear(own.factor(50), 1.0, exact);
    expectNear(own.factor(25), 0.55, exact); // half-way up a half-cosine
}

void ScheduleTest::plateauCutsTheRateOnlyWhenPatienceIsExceeded() {
    PlateauSchedule schedule(100); // factor 0.1, patience 2
    const std::vector<std::pair<double, double>> lossesAndFactors = {
        {1.0, 1.0},                           // the first is the best so far
        {0.8, 1.0},                           // better
        {0.9, 1.0},                           // 1
        {0.9, 1.0},                           // 2
        {0.7, 1.0},                           // better: back to 0
        {0.7, 1.0},                           // 1
        {0.75, 1.0},                          // 2
        {0.9, 0.1},                           // 3 exceeds 2
        {0.9, 0.1},  {0.9, 0.1}, {0.9, 0.01}, // the counter started again
        {0.6, 0.01}, {0.6, 0.01}};
    for (std::size_t i = 0; i < lossesAndFactors.size(); ++i) {
        schedule.observe(lossesAndFactors[i].first);
        expectNear(schedule.factor(0), lossesAndFactors[i].second, exact,
                   qPrintable(QString("observation %1").arg(i)));
    }
}

void ScheduleTest::plateauNeedsARelativeImprovement() {
    PlateauSchedule tooSmall(100, 0.5, 0);
    tooSmall.observe(1.0);
    tooSmall.observe(0.99991);
    QCOMPARE(tooSmall.factor(0), 0.5);
    PlateauSchedule enough(100, 0.5, 0);
    enough.observe(1.0);
    enough.observe(0.99989);
    QCOMPARE(enough.factor(0), 1.0);
    enough.observe(0.99985); // compared with the new best
    QCOMPARE(enough.factor(0), 0.5);
}

void ScheduleTest::plateauAsksAtTheRightInterval() {
    QCOMPARE(PlateauSchedule(800).feedbackInterval(), 40);
    QCOMPARE(PlateauSchedule(8).feedbackInterval(), 1); // never less than one iteration
    QCOMPARE(PlateauSchedule(59).feedbackInterval(), 2);
    QCOMPARE(PlateauSchedule(100, 0.1, 2, 4).feedbackInterval(), 25);
    QCOMPARE(makeSchedule("rex", 100)->feedbackInterval(), 0);
}

void ScheduleTest::plateauTakesAnInfiniteOrUndefinedLossForNoProgress() {
    PlateauSchedule schedule(100, 0.1, 1);
    schedule.observe(1.0);
    schedule.observe(std::numeric_limits<double>::quiet_NaN());
    schedule.observe(std::numeric_limits<double>::infinity());
    expectNear(schedule.factor(0), 0.1, exact);
}

void ScheduleTest::warmUpRisesToTheScheduleAfterIt() {
    const WarmUpSchedule schedule(5, 0.1, makeSchedule("linear", 20));
    for (std::int64_t t = 0; t <= 5; ++t)
        expectNear(schedule.factor(t), 0.1 + 0.18 * static_cast<double>(t), exact);
    for (std::int64_t t = 5; t < 25; ++t) // the other spans the rest
        expectNear(schedule.factor(t), 1.0 - static_cast<double>(t - 5) / 20.0, exact);
    const WarmUpSchedule none(0, 0.1, makeSchedule("linear", 20));
    QCOMPARE(none.factor(0), 1.0);
}

// As large language models are trained: then half a cosine down to a tenth.
void ScheduleTest::aCosineWithAFloorGoesBehindAWarmUp() {
    constexpr std::int64_t T = 200, W = 10;
    const WarmUpSchedule schedule(W, 0.0, makeSchedule("cosine", T - W, {.cosineFloor = 0.1}));
    for (std::int64_t t = 0; t < T; ++t) {
        const double z = static_cast<double>(t - W) / static_cast<double>(T - W);
        const double expected = t < W ? static_cast<double>(t) / static_cast<double>(W)
                                      : 0.1 + 0.45 * (1.0 + std::cos(std::numbers::pi * z));
        expectNear(schedule.factor(t), expected, 1e-14, std::to_string(t));
    }
    expectNear(cosineProfile(0.1)(1.0), 0.1, 1e-16);
    for (double z = 0.0; z < 1.0; z += 0.01) // without a floor the formula as it stands, bit by bit
        QCOMPARE(cosineProfile()(z), 0.5 * (1.0 + std::cos(std::numbers::pi * z)));
    expectRefusal([] { cosineProfile(1.5); }, "floor of 1.5");
    expectRefusal([] { makeSchedule("cosine", 10, {.cosineFloor = -0.1}); }, "-0.1");
}

void ScheduleTest::warmUpPassesFeedbackAndMomentumOn() {
    WarmUpSchedule plateau(5, 0.0, std::make_unique<PlateauSchedule>(100, 0.1, 0));
    QCOMPARE(plateau.feedbackInterval(), 5);
    plateau.observe(1.0);
    plateau.observe(1.0);
    expectNear(plateau.factor(50), 0.1, exact);
    const WarmUpSchedule cycle(5, 0.0, makeSchedule("one_cycle", 100));
    expectNear(*cycle.momentum(2), 0.95, exact);
    expectNear(*cycle.momentum(35), 0.85, exact);
}

void ScheduleTest::badInputIsRefusedInASentence() {
    const std::vector<std::tuple<std::function<void()>, std::string>> cases = {
        {[] { exponentialProfile(0.0); },
         "An exponential profile of rate 0 was asked for; the rate must be positive."},
        {[] { rexProfile(-0.1, 0.5); },
         "REX with α = -0.1 and β = 0.5 is not accepted; both must be at least 0 and one of them "
         "positive."},
        {[] { rexProfile(0.0, 0.0); },
         "REX with α = 0 and β = 0 is not accepted; both must be at least 0 and one of them "
         "positive."},
        {[] { delayedLinearProfile(1.0); },
         "A delay of 1 is not accepted; it must be from 0 to below 1."},
        {[] {
             stepProfile({0.6, 0.3});
         },
         "The milestones 0.6, 0.3 are not accepted; they must increase between 0 and 1."},
        {[] { stepProfile({}); }, "A step profile needs at least one milestone, none was given."},
        {[] { drawnProfile({}); }, "A drawn profile needs at least one point, none was given."},
        {[] {
             Sampling::at({0.5, 1.0});
         },
         "The milestones 0.5, 1 are not accepted; they must increase between 0 and 1."},
        {[] { Sampling::interval(0.0); },
         "A sampling interval of 0 of the budget is not accepted; it must be above 0 and at most "
         "1."},
        {[] { ProfileSchedule(linearProfile(), Sampling::everyIteration(), 0); },
         "A budget of 0 iterations is not accepted; it must be at least 1."}};
    for (const auto& [action, sentence] : cases)
        QCOMPARE(refusalOf(action), QString::fromStdString(sentence));
    expectRefusal([] { Sampling::named("2%"); }, "'2%'; known are 50-75");
    expectRefusal([] { makeSchedule("rexx", 10); }, "no schedule 'rexx'; known are rex");
    expectRefusal([] { OneCycleSchedule(100, 1.0); }, "warm-up 1");
    expectRefusal([] { OneCycleSchedule(100, 0.3, 0.5); }, "div 0.5");
    expectRefusal([] { PlateauSchedule(100, 1.0); }, "factor 1,");
    expectRefusal([] { PlateauSchedule(100, 0.1, -1); }, "patience -1");
    expectRefusal([] { PlateauSchedule(100, 0.1, 2, 0); }, "0 evaluations");
    expectRefusal([] { WarmUpSchedule(-1, 0.1, makeSchedule("rex", 10)); }, "-1 iterations");
    expectRefusal([] { WarmUpSchedule(3, 1.5, makeSchedule("rex", 10)); }, "from 1.5");
    for (const std::string& name : scheduleNames())
        expectRefusal([&] { makeSchedule(name, 0); }, "budget of 0");
}

REGISTER_TEST(ScheduleTest)
#include "schedule_test.moc"
