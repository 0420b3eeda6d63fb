#include "core/math/kernel_density.h"

#include <cmath>
#include <numbers>

#include "core/math/random.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::testing;

namespace {

constexpr std::uint64_t seed = 11;

struct Cloud {
    std::vector<float> x, y;
};

/// Two heaps of unequal size.
Cloud twoHeaps(std::size_t count) {
    Cloud cloud;
    RandomStream stream({.seed = seed, .purpose = "density test"});
    for (std::size_t i = 0; i < count; ++i) {
        const double side = i % 3 == 0 ? 2.0 : -1.0;
        cloud.x.push_back(float(side + 0.5 * stream.normal()));
        cloud.y.push_back(float(-side + 0.8 * stream.normal()));
    }
    return cloud;
}

double directSum(const Cloud& cloud, double u, double v, double hx, double hy) {
    double sum = 0.0;
    for (std::size_t i = 0; i < cloud.x.size(); ++i) {
        const double a = (u - cloud.x[i]) / hx, b = (v - cloud.y[i]) / hy;
        sum += std::exp(-0.5 * (a * a + b * b));
    }
    return sum / (double(cloud.x.size()) * 2.0 * std::numbers::pi * hx * hy);
}

/// Largest difference from the direct sum, relative to the largest value.
double errorOf(const Cloud& cloud, std::size_t count) {
    const KernelDensity density =
        kernelDensity(cloud.x, cloud.y, gridAround(cloud.x, cloud.y, count));
    double worst = 0.0, largest = 0.0;
    for (std::size_t j = 0; j < count; j += count / 16)
        for (std::size_t i = 0; i < count; i += count / 16) {
            const DensityGrid& g = density.grid;
            const double u = std::lerp(g.xMinimum, g.xMaximum, double(i) / double(count - 1));
            const double v = std::lerp(g.yMinimum, g.yMaximum, double(j) / double(count - 1));
            const double expected = directSum(cloud, u, v, density.xBandwidth, density.yBandwidth);
            const double error = std::abs(density.at(i, j) - expected);
            worst = error <= worst ? worst : error; // NaN stays
            largest = std::max(largest, expected);
        }
    return worst / largest;
}

double areaOf(const ContourLine& line) {
    double twice = 0.0;
    for (std::size_t i = 0; i < line.x.size(); ++i) {
        const std::size_t next = (i + 1) % line.x.size();
        twice += line.x[i] * line.y[next] - line.x[next] * line.y[i];
    }
    return std::abs(0.5 * twice);
}

} // namespace

class KernelDensityTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theGridHoldsTheDirectSum() {
        const Cloud cloud = twoHeaps(500);
        const double coarse = errorOf(cloud, 64), fine = errorOf(cloud, 128);
        QVERIFY2(fine < 0.01, qPrintable(QString("seed %1: %2").arg(seed).arg(fine)));
        // Second order.
        QVERIFY2(fine < 0.35 * coarse, qPrintable(QString("%1, %2").arg(fine).arg(coarse)));
    }

    void aPointOfTheGridGivesTheGaussianItself() {
        const DensityGrid grid{-5.0, 5.0, -5.0, 5.0, 101, 101};
        const std::vector<float> x{0.0F}, y{1.0F};
        const KernelDensity density = kernelDensity(x, y, grid, 1.0, 0.5);
        // Point (60, 50) is (1, 0).
        const double expected = std::exp(-0.5 * (1.0 + 4.0)) / (2.0 * std::numbers::pi * 1.0 * 0.5);
        expectNear(density.at(60, 50), expected, 1e-12);
    }

    void itIntegratesToOne() {
        const Cloud cloud = twoHeaps(1000);
        const KernelDensity density = kernelDensity(cloud.x, cloud.y, gridAround(cloud.x, cloud.y));
        double sum = 0.0;
        for (const double value : density.values)
            sum += value;
        const DensityGrid& g = density.grid;
        expectNear(sum * (g.xMaximum - g.xMinimum) / 127.0 * (g.yMaximum - g.yMinimum) / 127.0, 1.0,
                   1e-3);
    }

    void scottsRuleIsTheDeviationOverTheSixthRoot() {
        const std::vector<float> two{-1.0F, 1.0F};
        expectNear(scottBandwidth(two), std::sqrt(2.0) * std::pow(2.0, -1.0 / 6.0), 1e-12);
        QCOMPARE(scottBandwidth(std::vector{3.0F}), 0.0);
    }

    void levelsEncloseTheirShareOfAGaussian() {
        // A Gaussian holds 1 − exp(−r²/2) within r.
        const DensityGrid grid{-6.0, 6.0, -6.0, 6.0, 241, 241};
        const std::vector<float> x{0.0F}, y{0.0F};
        const KernelDensity density = kernelDensity(x, y, grid, 1.0, 1.0);
        for (const double share : {0.5, 0.8, 0.95}) {
            const double r = std::sqrt(-2.0 * std::log(1.0 - share));
            const double level = levelOfShare(density, share);
            expectNear(level, std::exp(-0.5 * r * r) / (2.0 * std::numbers::pi), 0.002);
            const auto lines = contourLines(grid, density.values, level);
            QCOMPARE(lines.size(), std::size_t{1});
            QVERIFY(lines[0].isClosed);
            expectNear(areaOf(lines[0]), std::numbers::pi * r * r, 0.02 * std::numbers::pi * r * r);
        }
    }

    void contoursOfAParaboloidAreCircles() {
        const DensityGrid grid{-2.0, 2.0, -2.0, 2.0, 81, 81};
        std::vector<double> values;
        for (std::size_t j = 0; j < 81; ++j)
            for (std::size_t i = 0; i < 81; ++i) {
                const double u = -2.0 + 0.05 * double(i), v = -2.0 + 0.05 * double(j);
                values.push_back(u * u + v * v);
            }
        const auto circles = contourLines(grid, values, 1.0);
        QCOMPARE(circles.size(), std::size_t{1});
        QVERIFY(circles[0].isClosed);
        for (std::size_t i = 0; i < circles[0].x.size(); ++i)
            expectNear(std::hypot(circles[0].x[i], circles[0].y[i]), 1.0, 1e-3);
        // Beyond the edges four arcs are left, which end there.
        const auto arcs = contourLines(grid, values, 5.0);
        QCOMPARE(arcs.size(), std::size_t{4});
        for (const ContourLine& arc : arcs) {
            QVERIFY(!arc.isClosed);
            expectNear(std::abs(std::abs(arc.x.front()) - 2.0) *
                           std::abs(std::abs(arc.y.front()) - 2.0),
                       0.0, 1e-12);
        }
        QVERIFY(contourLines(grid, values, 100.0).empty());
    }

    void aSaddleIsCutWhereItsMeanSays() {
        const DensityGrid grid{0.0, 1.0, 0.0, 1.0, 2, 2};
        // Corners (0,0) and (1,1) are high. The mean is above: they are joined, and each low corner
        // is cut off by itself.
        const std::vector<double> high{1.0, 0.0, 0.0, 1.0};
        const auto lines = contourLines(grid, high, 0.4);
        QCOMPARE(lines.size(), std::size_t{2});
        for (const ContourLine& line : lines) {
            QCOMPARE(line.x.size(), std::size_t{2});
            // Both ends are by the same low corner: (1, 0) or (0, 1).
            const double u = 0.5 * (line.x[0] + line.x[1]), v = 0.5 * (line.y[0] + line.y[1]);
            expectNear(std::abs(u - v), 0.6, 1e-12);
        }
    }

    void theEllipseOfAnEllipseIsItself() {
        // Points of the ellipse with semi-axes 3 and 1, turned by 0.4: its covariance as a set of
        // n even angles is n/(n − 1) · ½ diag(9, 1) in its axes.
        Cloud cloud;
        constexpr int n = 400;
        for (int i = 0; i < n; ++i) {
            const double t = 2.0 * std::numbers::pi * i / n;
            const double u = 3.0 * std::cos(t), v = std::sin(t);
            cloud.x.push_back(float(1.0 + u * std::cos(0.4) - v * std::sin(0.4)));
            cloud.y.push_back(float(2.0 + u * std::sin(0.4) + v * std::cos(0.4)));
        }
        const CovarianceEllipse e =
            covarianceEllipse(cloud.x, cloud.y, std::sqrt(2.0 * (n - 1.0) / n));
        expectNear(e.semiMajor, 3.0, 1e-5);
        expectNear(e.semiMinor, 1.0, 1e-5);
        expectNear(e.angle, 0.4, 1e-6);
        expectNear(e.x, 1.0, 1e-6);
        expectNear(e.y, 2.0, 1e-6);
    }

    void unusableCloudsAreRefused() {
        const std::vector<float> two{0.0F, 1.0F}, three{0.0F, 1.0F, 2.0F}, bad{0.0F, NAN},
            equal{1.0F, 1.0F};
        QVERIFY(refusalOf([&] {
                    static_cast<void>(kernelDensity(two, three, {}));
                }).startsWith("A cloud of 2 abscissas and 3 ordinates"));
        QVERIFY(refusalOf([&] { static_cast<void>(kernelDensity(two, bad, {})); }).contains("nan"));
        QVERIFY(refusalOf([&] {
                    static_cast<void>(kernelDensity(two, equal, {}));
                }).contains("bandwidths"));
        QVERIFY(refusalOf([&] {
                    static_cast<void>(kernelDensity(two, two, {.xCount = 1}));
                }).startsWith("A grid of 1 × 128"));
        QVERIFY(refusalOf([&] {
                    static_cast<void>(covarianceEllipse({}, {}, 1.0));
                }).startsWith("The covariance of 0 points"));
    }
};

REGISTER_TEST(KernelDensityTest)
#include "kernel_density_test.moc"
