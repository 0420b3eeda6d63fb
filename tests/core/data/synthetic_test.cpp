#include <QtTest>

#include "core/data/synthetic.h"
#include "core/error.h"
#include "core/math/decompositions.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

class SyntheticTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Least squares finds w* up to its own standard error, and x has the spectrum that is stated.
    void regressionHasTheTruthThatItStates() {
        constexpr Index n = 20000;
        const RegressionSetting setting{.dimension = 8, .decay = 1.5, .noise = 0.3, .seed = 4};
        const Regression data = syntheticRegression(setting, n);
        expectNear(data.truth.norm(), 1.0, 1e-14);
        const MatrixXd covariance = data.x * data.x.transpose() / static_cast<double>(n);
        for (Index j = 0; j < 8; ++j) {
            const double expected = std::pow(static_cast<double>(j + 1), -1.5);
            QCOMPARE(data.spectrum[j], expected);
            // The mean of n squares of normals deviates by √(2/n); five times that.
            expectNear(covariance(j, j) / expected, 1.0, 5.0 * std::sqrt(2.0 / n));
        }
        const VectorXd fitted =
            solvePositiveDefinite(data.x * data.x.transpose(), data.x * data.y).value();
        for (Index j = 0; j < 8; ++j)
            expectNear(fitted[j], data.truth[j],
                       5.0 * setting.noise / std::sqrt(n * data.spectrum[j]));
        const double residual = (data.y - data.x.transpose() * data.truth).squaredNorm() / n;
        expectNear(residual / 0.09, 1.0, 5.0 * std::sqrt(2.0 / n));
    }

    void sparseTruthHasTheNonzerosAskedFor() {
        const Regression data = syntheticRegression({.dimension = 50, .nonzeros = 5}, 3);
        QCOMPARE((data.truth.array() != 0.0).count(), Index{5});
    }

    void samplesDependOnSeedAndNumberAlone() {
        const RegressionSetting setting{.dimension = 3};
        const Regression all = syntheticRegression(setting, 10);
        const Regression tail = syntheticRegression(setting, 4, 6);
        QVERIFY(all.x.rightCols(4) == tail.x && all.y.tail(4) == tail.y);
        QVERIFY(all.truth == tail.truth);
        RegressionSetting other = setting;
        other.seed = 2;
        QVERIFY(syntheticRegression(other, 10).truth != all.truth);
        const Mixture mixture = syntheticMixture({}, 10), end = syntheticMixture({}, 4, 6);
        QVERIFY(mixture.x.rightCols(4) == end.x && mixture.means == end.means);
    }

    void mixtureHasTheMomentsThatItStates() {
        constexpr Index n = 30000;
        const MixtureSetting setting{.dimension = 3,
                                     .components = 3,
                                     .separation = 4.0,
                                     .deviation = 0.5,
                                     .weights = {1.0, 2.0, 5.0},
                                     .seed = 7};
        const Mixture data = syntheticMixture(setting, n);
        expectNear(data.weights, Eigen::Vector3d(0.125, 0.25, 0.625), 1e-15);
        for (Index k = 0; k < 3; ++k) {
            expectNear(data.means.col(k).norm(), 4.0, 1e-13);
            VectorXd sum = VectorXd::Zero(3);
            double squares = 0.0, count = 0.0;
            for (Index i = 0; i < n; ++i)
                if (data.labels[static_cast<std::size_t>(i)] == k) {
                    sum += data.x.col(i);
                    squares += (data.x.col(i) - data.means.col(k)).squaredNorm();
                    count += 1.0;
                }
            const double p = data.weights[k];
            expectNear(count / n, p, 5.0 * std::sqrt(p * (1.0 - p) / n));
            expectNear(sum / count, data.means.col(k), 5.0 * 0.5 * std::sqrt(3.0 / count));
            expectNear(squares / (3.0 * count) / 0.25, 1.0, 5.0 * std::sqrt(2.0 / (3.0 * count)));
        }
    }

    /// The density sums up to 1 over a fine grid.
    void densityIsOne() {
        const MixtureSetting setting{.components = 4, .separation = 2.0, .deviation = 0.7};
        const Mixture data = syntheticMixture(setting, 1);
        double total = 0.0;
        constexpr double step = 0.1;
        for (double x = -8.0; x < 8.0; x += step)
            for (double y = -8.0; y < 8.0; y += step)
                total += std::exp(logDensity(data, 0.7, Eigen::Vector2d(x, y))) * step * step;
        expectNear(total, 1.0, 1e-8);
    }

    void badSettingsAreRefusedByName() {
        expectRefusal([] { (void)syntheticRegression({.dimension = 0}, 1); }, "dimension");
        expectRefusal([] { (void)syntheticRegression({.dimension = 2, .nonzeros = 3}, 1); },
                      "nonzeros");
        expectRefusal([] { (void)syntheticRegression({.noise = -1.0}, 1); }, "noise");
        expectRefusal([] { (void)syntheticRegression({}, 0); }, "samples");
        expectRefusal([] { (void)syntheticMixture({.deviation = 0.0}, 1); }, "deviation");
        expectRefusal([] { (void)syntheticMixture({.weights = {1.0}}, 1); }, "weights");
        expectRefusal([] { (void)syntheticMixture({.weights = {1.0, 0.0, 1.0}}, 1); }, "weight");
    }
};

REGISTER_TEST(SyntheticTest)
#include "synthetic_test.moc"
