#include <cmath>
#include <functional>
#include <limits>
#include <numbers>

#include <QtTest>

#include "core/optim/line_search.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

struct Line {
    std::function<double(double)> value, slope;
    [[nodiscard]] LinePoint operator()(double step) const {
        return {step, value(step), slope(step)};
    }
};

/// The first three functions of Moré and Thuente (1994): one steep minimum far out; one behind an
/// almost flat start; one with wiggles that hide the valley.
Line moreThuente(int which) {
    if (which == 1)
        return {[](double a) { return -a / (a * a + 2.0); },
                [](double a) { return (a * a - 2.0) / std::pow(a * a + 2.0, 2.0); }};
    if (which == 2)
        return {[](double a) { return std::pow(a + 0.004, 5.0) - 2.0 * std::pow(a + 0.004, 4.0); },
                [](double a) {
                    return 5.0 * std::pow(a + 0.004, 4.0) - 8.0 * std::pow(a + 0.004, 3.0);
                }};
    constexpr double beta = 0.01, l = 39.0;
    const auto base = [](double a) {
        return a <= 1.0 - beta   ? 1.0 - a
               : a >= 1.0 + beta ? a - 1.0
                                 : (a - 1.0) * (a - 1.0) / (2.0 * beta) + 0.5 * beta;
    };
    const auto baseSlope = [](double a) {
        return a <= 1.0 - beta ? -1.0 : a >= 1.0 + beta ? 1.0 : (a - 1.0) / beta;
    };
    constexpr double pi = std::numbers::pi;
    return {[=](double a) {
                return base(a) + 2.0 * (1.0 - beta) / (l * pi) * std::sin(0.5 * l * pi * a);
            },
            [=](double a) { return baseSlope(a) + (1.0 - beta) * std::cos(0.5 * l * pi * a); }};
}

} // namespace

class LineSearchTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void strongConditionsHoldWhateverTheFirstStep() {
        for (const int which : {1, 2, 3})
            for (const double first : {1e-3, 0.1, 10.0, 1e3})
                for (const double c2 : {0.1, 0.9}) {
                    const Line line = moreThuente(which);
                    const LinePoint start = line(0.0);
                    int evaluations = 0;
                    double last = 0.0;
                    const auto result = strongWolfeSearch(
                        [&](double step) {
                            ++evaluations;
                            return line(last = step);
                        },
                        start, first, {.decrease = 1e-3, .curvature = c2});
                    const std::string context = fmt::format("{} from {}", which, first);
                    QVERIFY2(result.found, context.c_str());
                    QCOMPARE(result.evaluations, evaluations);
                    QCOMPARE(result.end.step, last);
                    QVERIFY2(result.end.value <= start.value + 1e-3 * last * start.slope,
                             context.c_str());
                    QVERIFY2(std::abs(result.end.slope) <= -c2 * start.slope, context.c_str());
                    QVERIFY2(evaluations <= 20, context.c_str());
                }
    }

    // (a − 1)²: up the far wall to 1.9 the decrease suffices, and the weak condition holds.
    void theFarWallIsNotTaken() {
        const Line line{[](double a) { return (a - 1.0) * (a - 1.0); },
                        [](double a) { return 2.0 * (a - 1.0); }};
        const LineSearchOptions tight{.curvature = 0.5};
        const auto weak = weakWolfeSearch(line, line(0.0), 1.9, tight);
        QVERIFY(weak.found);
        QCOMPARE(weak.end.step, 1.9);
        const auto strong = strongWolfeSearch(line, line(0.0), 1.9, tight);
        QVERIFY(strong.found);
        expectNear(strong.end.step, 1.0, 1e-12); // the cubic through a parabola is the parabola
        QCOMPARE(strong.evaluations, 2);
    }

    void aKinkHasAWeakStepAlone() {
        const Line line{[](double a) { return std::abs(a - 1.0); },
                        [](double a) { return a < 1.0 ? -1.0 : 1.0; }};
        QVERIFY(weakWolfeSearch(line, line(0.0), 0.3).found);
        const auto strong = strongWolfeSearch(line, line(0.0), 0.3, {.curvature = 0.5});
        QVERIFY(!strong.found);
        expectNear(strong.end.value, 0.0, 1e-3); // the lowest that was seen
    }

    // ln a of what is negative beyond 3: NaN, and infinite slopes on the way.
    void stepsOutOfTheDomainAreTooLong() {
        const Line line{[](double a) { return -std::log(3.0 - a) - 2.0 * std::log(1.0 + a); },
                        [](double a) { return 1.0 / (3.0 - a) - 2.0 / (1.0 + a); }};
        for (const double first : {1.0, 3.0, 50.0}) {
            const auto result = strongWolfeSearch(line, line(0.0), first, {.curvature = 0.1});
            QVERIFY(result.found);
            expectNear(result.end.slope, 0.0, 0.1 * 5.0 / 3.0);
        }
    }

    // Where the change of φ is below its rounding, slopes decide.
    void closeToTheMinimumSlopesAreEnough() {
        const auto withNoise = [](double noise) {
            return Line{[noise](double a) { return a > 0.0 ? 1e3 * (1.0 + noise) : 1e3; },
                        [](double a) { return 1e-18 * (a - 1.0); }};
        };
        const Line rounded = withNoise(2e-15), risen = withNoise(1e-12);
        const auto result = strongWolfeSearch(rounded, rounded(0.0), 1.1);
        QVERIFY(result.found);
        QCOMPARE(result.evaluations, 1);
        QVERIFY(!strongWolfeSearch(rounded, rounded(0.0), 0.05, {.maximumEvaluations = 1}).found);
        QVERIFY(!strongWolfeSearch(risen, risen(0.0), 1.1).found);
    }

    void withoutAMinimumItEndsWithTheLowestPoint() {
        const Line line{[](double a) { return -a; }, [](double) { return -1.0; }};
        const auto result = strongWolfeSearch(line, line(0.0), 1.0, {.maximumEvaluations = 12});
        QVERIFY(!result.found);
        QCOMPARE(result.evaluations, 12);
        QCOMPARE(result.end.value, -result.end.step);
        QVERIFY(result.end.step > 1e5);
    }
};

REGISTER_TEST(LineSearchTest)
#include "line_search_test.moc"
