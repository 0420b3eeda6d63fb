#include <algorithm>
#include <cmath>

#include <QtTest>

#include "core/math/gradient_check.h"
#include "core/math/heavy_tails.h"
#include "core/math/statistics.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

constexpr std::size_t count = 40000;

/// Largest distance between the empirical distribution of `count` draws and `cdf`; infinite where
/// NaN was drawn.
template <typename Draw, typename Cdf>
double kolmogorovDistance(Draw draw, Cdf cdf) {
    RandomStream stream({.seed = 7, .purpose = "tails"});
    std::vector<double> sample(count);
    for (double& x : sample)
        x = draw(stream);
    if (std::ranges::any_of(sample, [](double x) { return std::isnan(x); }))
        return INFINITY;
    std::sort(sample.begin(), sample.end());
    double distance = 0.0;
    for (std::size_t i = 0; i < count; ++i) {
        const double f = cdf(sample[i]);
        distance = largerError(distance, std::max(std::abs(f - double(i) / count),
                                                  std::abs(f - double(i + 1) / count)));
    }
    return distance;
}

/// Exceeded with probability about 1e-6 by the right distribution (Kolmogorov).
const double threshold = 2.7 / std::sqrt(double(count));

} // namespace

class HeavyTailsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void laplaceHasItsDistribution() {
        const auto cdf = [](double x) {
            return x < 0.0 ? 0.5 * std::exp(x / 0.3) : 1.0 - 0.5 * std::exp(-x / 0.3);
        };
        QVERIFY(kolmogorovDistance([](auto& s) { return laplace(s, 0.3); }, cdf) < threshold);
    }
    void lomaxHasAPolynomialTail() {
        for (const double alpha : {0.7, 1.6, 3.0}) {
            const auto cdf = [&](double x) { return 1.0 - std::pow(1.0 + x, -alpha); };
            QVERIFY(kolmogorovDistance([&](auto& s) { return lomax(s, alpha); }, cdf) < threshold);
        }
    }
    void subWeibullIsAPowerOfANormal() {
        for (const double p : {0.5, 1.0, 2.0}) {
            const auto cdf = [&](double x) { return 2.0 * normalCdf(std::pow(x, p / 2.0)) - 1.0; };
            QVERIFY(kolmogorovDistance([&](auto& s) { return subWeibull(s, p); }, cdf) < threshold);
        }
    }
    void directionsAreOfUnitLengthAndBalanced() {
        RandomStream stream({.seed = 3, .purpose = "directions"});
        std::vector<double> u(3);
        double mean = 0.0, square = 0.0;
        for (std::size_t i = 0; i < count; ++i) {
            unitDirection(stream, u);
            expectNear(u[0] * u[0] + u[1] * u[1] + u[2] * u[2], 1.0, 1e-14);
            mean += u[2] / count;
            square += u[2] * u[2] / count;
        }
        // On the sphere in space, a coordinate is uniform on [−1, 1] (Archimedes).
        expectNear(mean, 0.0, 5.0 / std::sqrt(3.0 * count));
        expectNear(square, 1.0 / 3.0, 5.0 * std::sqrt(4.0 / 45.0 / count));
    }
    void badParametersAreRefused() {
        RandomStream stream({});
        QVERIFY_EXCEPTION_THROWN(laplace(stream, 0.0), std::logic_error);
        QVERIFY_EXCEPTION_THROWN(lomax(stream, -1.0), std::logic_error);
        QVERIFY_EXCEPTION_THROWN(subWeibull(stream, NAN), std::logic_error);
    }
};

REGISTER_TEST(HeavyTailsTest)
#include "heavy_tails_test.moc"
