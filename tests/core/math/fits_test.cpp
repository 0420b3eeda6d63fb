#include <cmath>
#include <numeric>

#include <QtTest>

#include "core/math/statistics.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

std::vector<double> iterations(std::size_t count) {
    std::vector<double> x(count);
    std::iota(x.begin(), x.end(), 1.0);
    return x;
}

template <typename Function>
std::vector<double> mapped(const std::vector<double>& x, Function f) {
    std::vector<double> y;
    for (const double value : x)
        y.push_back(f(value));
    return y;
}

} // namespace

class FitsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void norrisDataGiveTheCertifiedLine() {
        // NIST Statistical Reference Datasets, Norris: calibration of ozone monitors.
        const std::vector<double> y{0.1,   338.8, 118.1, 888.0, 9.2,   228.1, 668.5, 998.5, 449.1,
                                    778.9, 559.2, 0.3,   0.1,   778.1, 668.8, 339.3, 448.9, 10.8,
                                    557.7, 228.3, 998.0, 888.8, 119.6, 0.3,   0.6,   557.6, 339.3,
                                    888.0, 998.5, 778.9, 10.2,  117.6, 228.9, 668.4, 449.2, 0.2};
        const std::vector<double> x{0.2,   337.4, 118.2, 884.6, 10.1,  226.5, 666.3, 996.3, 448.6,
                                    777.0, 558.2, 0.4,   0.6,   775.5, 666.9, 338.0, 447.5, 11.6,
                                    556.0, 228.1, 995.8, 887.6, 120.2, 0.3,   0.3,   556.8, 339.1,
                                    887.2, 999.0, 779.0, 11.1,  118.3, 229.2, 669.1, 448.9, 0.5};
        const LineFit fit = fitLinear(x, y);
        QVERIFY(fit.valid());
        QCOMPARE(fit.count, std::size_t{36});
        expectNear(fit.slope, 1.00211681802045, 1e-13);
        expectNear(fit.intercept, -0.262323073774029, 1e-11);
        expectNear(fit.slopeError, 0.429796848199937e-3, 1e-14);
        expectNear(fit.rSquared, 0.999993745883712, 1e-13);
        expectNear(fit.slopeHigh - fit.slope, 2.032244509317719 * fit.slopeError, 1e-12);
        expectNear(fit.slope - fit.slopeLow, fit.slopeHigh - fit.slope, 1e-15);
        QCOMPARE(fit.xMinimum, 0.2);
        QCOMPARE(fit.xMaximum, 999.0);
    }

    void powerLawIsFoundExactly() {
        const std::vector<double> x = iterations(1000);
        const LineFit fit =
            fitLogLog(x, mapped(x, [](double t) { return 3.0 * std::pow(t, -2.0); }));
        expectNear(fit.slope, -2.0, 1e-12);
        expectNear(std::exp(fit.intercept), 3.0, 1e-11);
        expectNear(fit.rSquared, 1.0, 1e-12);
        QVERIFY(fit.slopeLow <= fit.slope && fit.slope <= fit.slopeHigh);
    }

    void exponentialDecayIsFoundExactly() {
        const std::vector<double> x = iterations(200);
        const LineFit fit =
            fitLogLinear(x, mapped(x, [](double t) { return 0.5 * std::exp(-0.25 * t); }));
        expectNear(fit.slope, -0.25, 1e-13);
        expectNear(fit.intercept, std::log(0.5), 1e-11);
    }

    void windowLimitsWhatIsFitted() {
        // Two regimes: t^-1 up to 100, t^-3 afterwards.
        const std::vector<double> x = iterations(10000);
        const std::vector<double> y =
            mapped(x, [](double t) { return t <= 100.0 ? 1.0 / t : 1e4 / (t * t * t); });
        const LineFit late = fitLogLog(x, y, {.xMinimum = 100.0, .xMaximum = 1000.0});
        expectNear(late.slope, -3.0, 1e-11);
        QCOMPARE(late.count, std::size_t{901});
        QCOMPARE(late.xMinimum, 100.0);
        QCOMPARE(late.xMaximum, 1000.0);
        const LineFit byHeight = fitLogLog(x, y, {.yMinimum = 0.0101});
        expectNear(byHeight.slope, -1.0, 1e-12);
        QCOMPARE(byHeight.xMaximum, 99.0);
    }

    void logSpacedSamplesWeighDecadesEqually() {
        // Over all points the many late ones decide; log-spaced, each of the two decades counts.
        const std::vector<double> x = mapped(iterations(9901), [](double i) { return i + 99.0; });
        const std::vector<double> y =
            mapped(x, [](double t) { return t <= 1000.0 ? 1.0 / t : 0.001; });
        const LineFit spaced = fitLogLog(x, y, {.logSpacedSamples = 41});
        // Symmetric kink in ln t: the least-squares slope of a ramp and a plateau is −½.
        expectNear(spaced.slope, -0.5, 0.002);
        QVERIFY(spaced.count == 41);
        QCOMPARE(spaced.xMinimum, 100.0);
        QCOMPARE(spaced.xMaximum, 10000.0);
        QVERIFY(fitLogLog(x, y).slope > -0.45);
    }

    void noiseAtTheFloorIsLeftOut() {
        const std::vector<double> x = iterations(100);
        const std::vector<double> y = mapped(x, [](double t) {
            if (t <= 50.0)
                return std::exp(-t);
            return static_cast<int>(t) % 2 == 0 ? 1e-25 : 1e-18; // comes back above the bound
        });
        const FitWindow window{.yMinimum = 1e-20};
        expectNear(fitLogLinear(x, y, window).slope, -1.0, 1e-10);
        QCOMPARE(fitLogLinear(x, y, window).xMaximum, 46.0); // e⁻⁴⁶ ≈ 1.05e-20
        FitWindow throughout = window;
        throughout.stopAtFloor = false;
        QVERIFY(fitLogLinear(x, y, throughout).slope > -0.9);
    }

    void pointsWithoutALogarithmAreDroppedAndCounted() {
        std::vector<double> x = iterations(20);
        std::vector<double> y = mapped(x, [](double t) { return 1.0 / t; });
        x.insert(x.begin(), 0.0);
        y.insert(y.begin(), 2.0);
        y[4] = 0.0;
        y[6] = -1.0;
        y[8] = NAN;
        y[10] = INFINITY;
        const LineFit fit = fitLogLog(x, y);
        expectNear(fit.slope, -1.0, 1e-12);
        QCOMPARE(fit.count, std::size_t{16});
        QCOMPARE(fit.dropped, std::size_t{5});
        QCOMPARE(fit.xMinimum, 1.0);
    }

    void tooFewPointsGiveNoFit() {
        const std::vector<double> two{1.0, 2.0};
        QVERIFY(!fitLinear(two, two).valid());
        QVERIFY(std::isnan(fitLinear(two, two).slope));
        QVERIFY(!fitLinear({}, {}).valid());
        const std::vector<double> same{2.0, 2.0, 2.0}, values{1.0, 2.0, 3.0};
        QVERIFY(!fitLinear(same, values).valid());
        QVERIFY(std::isnan(fitLinear(same, values).slope));
        QVERIFY(!fitLogLog(iterations(50), iterations(50), {.logSpacedSamples = 1}).valid());
        QVERIFY_EXCEPTION_THROWN(fitLinear(two, values), std::logic_error);
    }

    void orderOfPointsDoesNotMatterWithoutSampling() {
        const std::vector<double> x{8.0, 1.0, 4.0, 2.0}, y{64.0, 1.0, 16.0, 4.0};
        const LineFit fit = fitLogLog(x, y);
        QVERIFY(fit.valid());
        expectNear(fit.slope, 2.0, 1e-14);
        QCOMPARE(fit.xMinimum, 1.0);
        QCOMPARE(fit.xMaximum, 8.0);
    }

    void intervalOfTheSlopeCoversTheTruthAsOftenAsItSays() {
        constexpr std::uint64_t seed = 20260103;
        constexpr int repetitions = 2000;
        const std::vector<double> x = iterations(12);
        int covered = 0;
        for (std::uint64_t i = 0; i < repetitions; ++i) {
            RandomStream stream({seed, "noise", i});
            const LineFit fit =
                fitLinear(x, mapped(x, [&](double t) { return 2.0 * t + stream.normal(); }));
            covered += fit.slopeLow <= 2.0 && 2.0 <= fit.slopeHigh ? 1 : 0;
        }
        // Binomial deviation of the fraction: 0.005.
        expectNear(covered / 2000.0, 0.95, 0.022,
                   qPrintable(QString("seed %1: %2 of 2000").arg(seed).arg(covered)));
    }
};

REGISTER_TEST(FitsTest)
#include "fits_test.moc"
