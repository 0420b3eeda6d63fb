// The checker of gradients against functions whose derivatives are known.

#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include <QtTest>

#include "core/math/gradient_check.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

/// f(x) = Σ (k + 1) sin x_k.
struct Waves {
    std::vector<double> x{0.3, -1.2, 2.0, 0.7};

    [[nodiscard]] double value() const {
        double sum = 0.0;
        for (std::size_t k = 0; k < x.size(); ++k)
            sum += static_cast<double>(k + 1) * std::sin(x[k]);
        return sum;
    }
    [[nodiscard]] std::vector<double> gradient() const {
        std::vector<double> slopes;
        for (std::size_t k = 0; k < x.size(); ++k)
            slopes.push_back(static_cast<double>(k + 1) * std::cos(x[k]));
        return slopes;
    }
    GradientCheck check(const std::vector<double>& slopes,
                        const GradientCheckOptions& options = {}) {
        return checkGradient([this] { return value(); }, x, slopes, options);
    }
};

} // namespace

class GradientCheckTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theLargerErrorKeepsNan() {
        QCOMPARE(largerError(1.0, 2.0), 2.0);
        QCOMPARE(largerError(notANumber, 2.0), infinity);
        QCOMPARE(largerError(2.0, notANumber), infinity);
        // A fold keeps it, wherever it stood.
        double worst = 0.0;
        for (const double error : {0.1, notANumber, 0.2})
            worst = largerError(worst, error);
        QCOMPARE(worst, infinity);
    }

    void aRightGradientAgreesAndTheArgumentsStayAsTheyWere() {
        Waves waves;
        const std::vector<double> before = waves.x;
        const GradientCheck check = waves.check(waves.gradient());
        QCOMPARE(check.compared, std::size_t{4});
        QVERIFY2(check.relativeError() < 1e-9, check.text().c_str());
        QCOMPARE(waves.x, before);
    }

    void theWorstEntryIsNamedWithBothValues() {
        Waves waves;
        std::vector<double> slopes = waves.gradient();
        slopes[0] += 0.01;
        slopes[2] += 0.5;
        const GradientCheck check = waves.check(slopes);
        QCOMPARE(check.worst, std::size_t{2});
        QCOMPARE(check.derivative, slopes[2]);
        expectNear(check.difference, 3.0 * std::cos(2.0), 1e-8);
        expectNear(check.error, 0.5, 1e-8);
        QVERIFY2(check.text().starts_with("entry 2 is -0.748"), check.text().c_str());
    }

    void onlyTheChosenEntriesAreCompared() {
        Waves waves;
        std::vector<double> slopes = waves.gradient();
        slopes[2] += 0.5;
        const std::vector<std::size_t> chosen{3, 0};
        const GradientCheck check = waves.check(slopes, {.entries = chosen});
        QCOMPARE(check.compared, std::size_t{2});
        QVERIFY2(check.relativeError() < 1e-9, check.text().c_str());
    }

    void nanNeverPasses() {
        Waves waves;
        const auto refuted = [](const GradientCheck& check) {
            return check.error == infinity && check.relativeError() == infinity;
        };
        QVERIFY(refuted(waves.check(std::vector<double>(4, notANumber))));
        for (std::size_t k = 0; k < 4; ++k) {
            std::vector<double> slopes = waves.gradient();
            slopes[k] = notANumber;
            const GradientCheck check = waves.check(slopes);
            QVERIFY2(refuted(check), check.text().c_str());
            QCOMPARE(check.worst, k);
        }
        // Also in an entry that is not compared.
        std::vector<double> elsewhere = waves.gradient();
        elsewhere[1] = notANumber;
        const std::vector<std::size_t> chosen{3, 0};
        QCOMPARE(waves.check(elsewhere, {.entries = chosen}).relativeError(), infinity);
        // Values that are NaN.
        const std::vector<double> slopes = waves.gradient();
        QCOMPARE(checkGradient([] { return notANumber; }, waves.x, slopes).error, infinity);
    }

    void whatSaysNothingIsNoAgreement() {
        std::vector<double> none, x{1.0, 2.0};
        QCOMPARE(checkGradient([] { return 3.0; }, none, none).relativeError(), infinity);
        const std::vector<double> zero{0.0, 0.0};
        QCOMPARE(checkGradient([] { return 3.0; }, x, zero).relativeError(), infinity);
        QVERIFY_THROWS_EXCEPTION(std::invalid_argument, checkGradient([] { return 3.0; }, x, none));
    }
};

REGISTER_TEST(GradientCheckTest)
#include "gradient_check_test.moc"
