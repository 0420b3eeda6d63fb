#include <cmath>

#include <QtTest>

#include "core/error.h"
#include "core/math/statistics.h"
#include "core/optim/privacy_accountant.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

/// log E_{x ~ N(0, σ²)} [((1 − q) + q e^{(2x − 1)/(2σ²)})^α] / (α − 1), by the trapezium rule.
double divergenceByQuadrature(int alpha, double q, double sigma) {
    const double low = -30.0 * sigma, high = 30.0 * sigma + alpha;
    constexpr int steps = 400000;
    const double h = (high - low) / steps;
    double sum = 0.0;
    for (int i = 0; i <= steps; ++i) {
        const double x = low + h * i;
        const double ratio = (1.0 - q) + q * std::exp((2.0 * x - 1.0) / (2.0 * sigma * sigma));
        sum += std::exp(alpha * std::log(ratio) - x * x / (2.0 * sigma * sigma));
    }
    return std::log(sum * h / (sigma * std::sqrt(2.0 * M_PI))) / (alpha - 1);
}

/// The exact δ of one Gaussian release at ε (Balle and Wang 2018), sensitivity 1.
double exactDelta(double epsilon, double sigma) {
    return normalCdf(0.5 / sigma - epsilon * sigma) -
           std::exp(epsilon) * normalCdf(-0.5 / sigma - epsilon * sigma);
}

} // namespace

class PrivacyAccountantTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void divergencesAgreeWithQuadrature() {
        for (const int alpha : {2, 3, 8, 20})
            for (const double q : {0.01, 0.1, 0.5})
                for (const double sigma : {0.8, 1.1, 4.0}) {
                    const double expected = divergenceByQuadrature(alpha, q, sigma);
                    expectNear(subsampledGaussianDivergence(alpha, q, sigma), expected,
                               1e-8 * (1.0 + expected));
                }
    }

    void theFullSampleIsTheGaussianMechanism() {
        QCOMPARE(subsampledGaussianDivergence(7, 1.0, 2.0), 7.0 / 8.0);
        QCOMPARE(subsampledGaussianDivergence(7, 0.0, 2.0), 0.0);
        expectNear(subsampledGaussianDivergence(7, 1.0 - 1e-12, 2.0), 7.0 / 8.0, 1e-9);
    }

    void subsamplingAmplifiesPrivacy() {
        double last = 0.0;
        for (const double q : {0.001, 0.01, 0.1, 0.5, 1.0}) {
            const double divergence = subsampledGaussianDivergence(10, q, 1.5);
            QVERIFY(divergence > last);
            last = divergence;
        }
    }

    /// No accountant may promise more than is true.
    void neitherAccountantPromisesMoreThanTheExactCurve() {
        for (const double sigma : {0.7, 1.5, 4.0, 10.0})
            for (const double delta : {1e-3, 1e-5, 1e-8}) {
                RenyiAccountant renyi;
                renyi.addSubsampledGaussian(1.0, sigma, 1);
                ZeroConcentratedAccountant zero;
                zero.addGaussian(1.0, sigma);
                QVERIFY(exactDelta(renyi.epsilon(delta), sigma) <= delta);
                QVERIFY(exactDelta(zero.epsilon(delta), sigma) <= delta);
                QVERIFY(renyi.epsilon(delta) <= zero.epsilon(delta) + 1e-3);
            }
    }

    /// Abadi et al. 2016: q = 0.01, σ = 4, 10,000 steps, δ = 1e-5 cost ε = 1.26 by the moments
    /// accountant; the conversion used here is a little tighter.
    void thePublishedExampleIsNotExceeded() {
        RenyiAccountant accountant;
        accountant.addSubsampledGaussian(0.01, 4.0, 10000);
        const double epsilon = accountant.epsilon(1e-5);
        QVERIFY2(epsilon < 1.26 && epsilon > 0.9, qPrintable(QString::number(epsilon)));
        QVERIFY(accountant.bestOrder(1e-5) > 2);
    }

    void releasesAddUp() {
        ZeroConcentratedAccountant one, many;
        one.addGaussian(2.0, 3.0, 50);
        for (int i = 0; i < 50; ++i)
            many.addGaussian(2.0, 3.0);
        expectNear(one.rho(), many.rho(), 1e-12);
        QCOMPARE(one.rho(), 50 * 4.0 / 18.0);
        // c = 2√2 in σ = cL√(T log(1/δ))/(nε) with sensitivity 2L/n gives ε + ε²/(4 log(1/δ)).
        ZeroConcentratedAccountant calibrated;
        const double epsilon = 0.7, delta = 1e-5, n = 1000, T = 37;
        calibrated.addGaussian(
            2.0 / n, 2.0 * std::sqrt(2.0) * std::sqrt(T * std::log(1.0 / delta)) / (n * epsilon),
            37);
        expectNear(calibrated.epsilon(delta),
                   epsilon + epsilon * epsilon / (4.0 * std::log(1.0 / delta)), 1e-9);
    }

    void noNoiseHasNoPrivacy() {
        ZeroConcentratedAccountant accountant;
        accountant.addGaussian(1.0, 0.0);
        QVERIFY(std::isinf(accountant.epsilon(1e-5)));
        QVERIFY_EXCEPTION_THROWN(subsampledGaussianDivergence(2, 0.1, 0.0), InputError);
        QVERIFY_EXCEPTION_THROWN(subsampledGaussianDivergence(2, 1.5, 1.0), InputError);
    }
};

REGISTER_TEST(PrivacyAccountantTest)
#include "privacy_accountant_test.moc"
