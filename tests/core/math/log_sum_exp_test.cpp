#include <cmath>
#include <limits>

#include <QtTest>

#include "core/math/log_sum_exp.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();
using Logs = std::vector<double>;

} // namespace

class LogSumExpTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void isTheLogarithmOfTheSum() {
        expectNear(logSumExp(Logs{std::log(1.0), std::log(2.0), std::log(4.0)}), std::log(7.0),
                   1e-15);
        expectNear(logMeanExp(Logs{std::log(1.0), std::log(2.0), std::log(6.0)}), std::log(3.0),
                   1e-15);
    }

    void aCommonFactorOutsideTheRangeOfDoubleStaysAFactor() {
        for (const double shift : {-1e5, -800.0, 800.0, 1e5}) {
            expectNear(logSumExp(Logs{shift, shift + std::log(3.0)}), shift + std::log(4.0),
                       1e-15 * std::abs(shift), std::to_string(shift));
            const std::vector<double> p =
                normalizedExponentials({shift, shift + std::log(3.0), shift - 1000.0});
            expectNear(p, (Logs{0.25, 0.75, 0.0}), 1e-10, std::to_string(shift));
        }
    }

    void temperaturesTakeProportionsToUniform() {
        const std::vector<double> counts{1000.0, 100.0, 10.0};
        for (const double tau : {1.0, 5.0, 100.0}) {
            Logs logs;
            double total = 0.0;
            for (const double n : counts) {
                logs.push_back(std::log(n) / tau);
                total += std::pow(n, 1.0 / tau);
            }
            const std::vector<double> p = normalizedExponentials(logs);
            for (std::size_t i = 0; i < counts.size(); ++i)
                expectNear(p[i], std::pow(counts[i], 1.0 / tau) / total, 1e-14,
                           std::to_string(tau));
        }
    }

    void whatHasNoTermsOrNoNumbers() {
        QCOMPARE(logSumExp({}), -infinity);
        QCOMPARE(logSumExp(Logs{-infinity, -infinity}), -infinity);
        QCOMPARE(logSumExp(Logs{0.0, infinity}), infinity);
        QCOMPARE(logSumExp(Logs{-infinity, 0.0}), 0.0);
        QVERIFY(std::isnan(logMeanExp({})));
        for (const Logs& logs :
             {Logs{notANumber, 0.0}, Logs{0.0, notANumber}, Logs{infinity, notANumber},
              Logs{notANumber, infinity}, Logs{-infinity, notANumber}})
            QVERIFY(std::isnan(logSumExp(logs)));
        for (const Logs& logs : {Logs{0.0, notANumber}, Logs{infinity, 0.0}, Logs{-infinity}})
            for (const double p : normalizedExponentials(logs))
                QVERIFY(std::isnan(p));
    }

    void softplusIsTheLogSumExpOfZero() {
        for (const double x : {-1000.0, -30.0, -1.0, 0.0, 1.0, 30.0, 1000.0})
            expectNear(softplus(x), logSumExp(Logs{0.0, x}), 1e-15 * std::max(1.0, x),
                       std::to_string(x));
        expectNear(softplus(-30.0), std::exp(-30.0),
                   1e-26); // where 1 + e^x is 1 to thirteen digits
        QVERIFY(std::isnan(softplus(notANumber)));
    }
};

REGISTER_TEST(LogSumExpTest)
#include "log_sum_exp_test.moc"
