#include <cmath>
#include <limits>
#include <vector>

#include <QtTest>

#include "core/math/importance_weights.h"
#include "core/math/random.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

class ImportanceWeightsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void countsEqualWeightsAndOneHeavyOne() {
        expectNear(effectiveSampleSize(std::vector<double>(7, 900.0)), 7.0, 1e-14);
        expectNear(effectiveSampleSize(std::vector<double>{0.0, -800.0, -900.0}), 1.0, 1e-15);
        // (1 + 2 + 3)²/(1 + 4 + 9)
        expectNear(
            effectiveSampleSize(std::vector<double>{std::log(1.0), std::log(2.0), std::log(3.0)}),
            36.0 / 14.0, 1e-14);
    }

    // p = N(R, 1), q = N(0, s²): E_q[(p/q)²] = s²/√(2s² − 1) exp(R²/(2s² − 1)).
    void itsShareEstimatesTheInverseSecondMoment() {
        constexpr double R = 1.0, s = 2.0;
        constexpr std::size_t count = 200000;
        constexpr std::uint64_t seed = 7;
        RandomStream stream({.seed = seed, .purpose = "effective sample size"});
        std::vector<double> logs(count);
        for (double& log : logs) {
            const double z = s * stream.normal();
            log = -0.5 * (z - R) * (z - R) + 0.5 * z * z / (s * s) + 500.0;
        }
        const double secondMoment =
            s * s / std::sqrt(2.0 * s * s - 1.0) * std::exp(R * R / (2.0 * s * s - 1.0));
        expectNear(effectiveSampleSize(logs) / count, 1.0 / secondMoment, 0.005,
                   "seed " + std::to_string(seed));
    }

    void noWeightsAndWhatIsNotANumber() {
        constexpr double infinity = std::numeric_limits<double>::infinity();
        constexpr double nan = std::numeric_limits<double>::quiet_NaN();
        QCOMPARE(effectiveSampleSize({}), 0.0);
        QCOMPARE(effectiveSampleSize(std::vector<double>{-infinity, -infinity}), 0.0);
        expectNear(effectiveSampleSize(std::vector<double>{-infinity, 3.0, 3.0}), 2.0, 1e-15);
        QVERIFY(std::isnan(effectiveSampleSize(std::vector<double>{0.0, nan})));
        QVERIFY(std::isnan(effectiveSampleSize(std::vector<double>{infinity, 0.0})));
    }
};

REGISTER_TEST(ImportanceWeightsTest)
#include "importance_weights_test.moc"
