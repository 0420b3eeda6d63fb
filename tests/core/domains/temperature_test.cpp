#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include <QtTest>

#include "core/domains/temperature.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::domains;
using namespace convergence::testing;

namespace {

using Values = std::vector<double>;

double excessAt(const Values& sizes, double temperature) {
    return excessOf(temperatureShares(sizes, temperature), sizes);
}

} // namespace

class TemperatureTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void sharesAreProportionalToRootsOfSizes() {
        const Values sizes{1, 4, 9};
        expectNear(temperatureShares(sizes, 1.0), Values{1.0 / 14, 4.0 / 14, 9.0 / 14}, 1e-15);
        expectNear(temperatureShares(sizes, 2.0), Values{1.0 / 6, 2.0 / 6, 3.0 / 6}, 1e-15);
        expectNear(temperatureShares(sizes, std::numeric_limits<double>::infinity()),
                   Values(3, 1.0 / 3), 1e-15);
    }

    void sizesBeyondTheRangeOfPowersAreNoTrouble() {
        expectNear(temperatureShares(Values{1e300, 1e-300}, 0.5), Values{1.0, 0.0}, 0.0);
    }

    void weightsAverageToOneOverAllData() {
        const Values sizes{2000, 400, 60};
        for (const double temperature : {1.0, 2.0, 5.0, 1000.0}) {
            const Values p = temperatureShares(sizes, temperature);
            const Values w = weightsOf(p, sizes), q = temperatureShares(sizes, 1.0);
            expectNear(std::inner_product(q.begin(), q.end(), w.begin(), 0.0), 1.0, 1e-14);
        }
        for (const double weight : weightsOf(temperatureShares(sizes, 1.0), sizes))
            QCOMPARE(weight, 1.0);
    }

    void equalSizesNeedNoWeights() {
        const Values sizes(3, 184.0);
        for (const double weight : weightsOf(temperatureShares(sizes, 5.0), sizes))
            QCOMPARE(weight, 1.0);
    }

    void theExcessIsThatOfTheClosedForms() {
        expectNear(excessAt({2000, 400, 60}, 1.0), 1.0, 1e-14);
        expectNear(excessAt({2000, 400, 60}, 5.0), 2.949, 5e-4); // by an independent computation
        // At τ = ∞: K^{−2} Σ 1/q_i.
        const double limit = (2460.0 / 2000 + 2460.0 / 400 + 2460.0 / 60) / 9.0;
        expectNear(excessAt({2000, 400, 60}, std::numeric_limits<double>::infinity()), limit,
                   1e-12);
    }

    /// d ln F/ds = 2 (E_{∝q^{2s−1}} ln q − E_{∝q^s} ln q) with s = 1/τ.
    void theExcessRisesAsItsDerivativeSays() {
        for (const double skewness : {0.5, 1.0, 2.0}) {
            const Values sizes = powerLawSizes(10, skewness);
            for (const double s : {0.05, 0.3, 0.7, 0.95}) {
                constexpr double h = 1e-5;
                const double difference = (std::log(excessAt(sizes, 1.0 / (s + h))) -
                                           std::log(excessAt(sizes, 1.0 / (s - h)))) /
                                          (2.0 * h);
                const Values q = temperatureShares(sizes, 1.0);
                const auto meanLog = [&](double power) {
                    double sum = 0.0, total = 0.0;
                    for (const double each : q) {
                        sum += std::pow(each, power) * std::log(each);
                        total += std::pow(each, power);
                    }
                    return sum / total;
                };
                const double derivative = 2.0 * (meanLog(2.0 * s - 1.0) - meanLog(s));
                expectNear(difference, derivative, 1e-6);
                QVERIFY(derivative < 0.0);
            }
        }
    }

    void schedulesBeginAndEndWhereTheyShould() {
        using Shape = TemperatureSchedule::Shape;
        const auto schedule = [](Shape shape) {
            return TemperatureSchedule{.shape = shape, .first = 5, .last = 1, .switchAt = 0.5};
        };
        QCOMPARE(schedule(Shape::constant).at(1.0), 5.0);
        QCOMPARE(schedule(Shape::step).at(0.5), 5.0);
        QCOMPARE(schedule(Shape::step).at(0.501), 1.0);
        for (const double z : {0.0, 0.25, 0.5, 1.0}) {
            expectNear(schedule(Shape::linear).at(z), 5.0 - 4.0 * z, 1e-14);
            expectNear(schedule(Shape::cosine).at(z), 1.0 + 2.0 * (1.0 + std::cos(M_PI * z)),
                       1e-14);
        }
        TemperatureSchedule neverHot = schedule(Shape::step);
        neverHot.switchAt = 0.0;
        QCOMPARE(neverHot.at(0.001), 1.0);
    }

    void whatIsNoSizeOrTemperatureIsRefused() {
        QVERIFY_EXCEPTION_THROWN(temperatureShares(Values{1, 0}, 5.0), InputError);
        QVERIFY_EXCEPTION_THROWN(temperatureShares(Values{1, 2}, 0.0), InputError);
        QVERIFY_EXCEPTION_THROWN(
            temperatureShares(Values{1, std::numeric_limits<double>::quiet_NaN()}, 5.0),
            InputError);
        QVERIFY_EXCEPTION_THROWN(
            temperatureShares(Values{1, 2}, std::numeric_limits<double>::quiet_NaN()), InputError);
    }
};

REGISTER_TEST(TemperatureTest)
#include "temperature_test.moc"
