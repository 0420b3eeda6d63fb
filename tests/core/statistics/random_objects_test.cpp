#include <cmath>
#include <limits>
#include <numbers>

#include <QtTest>

#include "core/math/decompositions.h"
#include "core/math/random.h"
#include "core/statistics/random_objects.h"
#include "core/statistics/sdr_data.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::statistics;
using Eigen::Index;
using Eigen::MatrixXd;

namespace {

MatrixXd numbers(Index rows, Index columns) {
    MatrixXd matrix(rows, columns);
    RandomStream({.seed = 11, .purpose = "objects"})
        .fillNormal(std::span(matrix.data(), static_cast<std::size_t>(matrix.size())));
    return matrix;
}

MatrixXd square(const Eigen::Vector3d& a) {
    MatrixXd m(2, 2);
    m << a[0], a[1], a[1], a[2];
    return m;
}

} // namespace

class RandomObjectsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void allAreMetrics() {
        MatrixXd directions = numbers(3, 9);
        directions.colwise().normalize();
        const std::pair<ObjectMetric, MatrixXd> cases[] = {
            {ObjectMetric::euclidean, numbers(4, 9)},
            {ObjectMetric::wasserstein, numbers(2, 9)},
            {ObjectMetric::quantiles, numbers(20, 9)},
            {ObjectMetric::logEuclidean, numbers(3, 9)},
            {ObjectMetric::cholesky, numbers(3, 9)},
            {ObjectMetric::affineInvariant, numbers(3, 9)},
            {ObjectMetric::arc, directions},
            {ObjectMetric::labels, numbers(1, 9).array().sign()}};
        for (const auto& [metric, objects] : cases) {
            const MatrixXd d = distancesBetween(objects, metric);
            QCOMPARE(d, MatrixXd(d.transpose()));
            for (Index i = 0; i < 9; ++i) {
                QCOMPARE(d(i, i), 0.0);
                for (Index j = 0; j < 9; ++j)
                    for (Index k = 0; k < 9; ++k)
                        QVERIFY(d(i, k) <= d(i, j) + d(j, k) + 1e-12);
            }
        }
    }

    // Those between two samples are a block of those of both together.
    void distancesToOthersAreThoseOfOneSample() {
        MatrixXd directions = numbers(3, 9);
        directions.colwise().normalize();
        const std::pair<ObjectMetric, MatrixXd> cases[] = {
            {ObjectMetric::euclidean, numbers(4, 9)},
            {ObjectMetric::quantiles, numbers(20, 9)},
            {ObjectMetric::logEuclidean, numbers(3, 9)},
            {ObjectMetric::cholesky, numbers(3, 9)},
            {ObjectMetric::affineInvariant, numbers(3, 9)},
            {ObjectMetric::arc, directions},
            {ObjectMetric::labels, numbers(1, 9).array().sign()}};
        for (const auto& [metric, objects] : cases)
            expectNear(distancesBetween(objects.leftCols(4), objects.rightCols(5), metric),
                       MatrixXd(distancesBetween(objects, metric).topRightCorner(4, 5)), 1e-12);
    }

    // Against logarithms and eigenvalues of the matrices themselves.
    void distancesOfMatricesAreThoseOfTheDefinitions() {
        const MatrixXd logarithms = numbers(3, 2);
        const MatrixXd a = square(positiveMatrix(logarithms.col(0)));
        const MatrixXd b = square(positiveMatrix(logarithms.col(1)));
        expectNear(*symmetricLogarithm(a), square(logarithms.col(0)), 1e-12);
        expectNear(distancesBetween(logarithms, ObjectMetric::logEuclidean)(0, 1),
                   (*symmetricLogarithm(a) - *symmetricLogarithm(b)).norm(), 1e-12);
        expectNear(distancesBetween(logarithms, ObjectMetric::affineInvariant)(0, 1),
                   generalizedSymmetricEigen(a, b)->values.array().log().matrix().norm(), 1e-12);
        MatrixXd l = *choleskyFactor(a), m = *choleskyFactor(b);
        for (MatrixXd* factor : {&l, &m})
            factor->diagonal() = factor->diagonal().array().log();
        expectNear(distancesBetween(logarithms, ObjectMetric::cholesky)(0, 1), (l - m).norm(),
                   1e-12);
    }

    // The distance of two normal distributions is that of their quantiles.
    void normalDistributionsAgreeWithTheirQuantiles() {
        const std::vector<double> normalQuantiles{-1.6448536269514722, -0.6744897501960817, 0.0,
                                                  0.6744897501960817, 1.6448536269514722};
        MatrixXd quantiles(5, 2);
        for (Index i = 0; i < 5; ++i) { // same σ: all quantiles are μ − μ′ apart
            quantiles(i, 0) = 0.3 + 2.0 * normalQuantiles[static_cast<std::size_t>(i)];
            quantiles(i, 1) = 1.5 + 2.0 * normalQuantiles[static_cast<std::size_t>(i)];
        }
        MatrixXd coded(2, 2);
        coded << 0.3, 1.5, 2.0, 2.0;
        expectNear(distancesBetween(quantiles, ObjectMetric::quantiles)(0, 1), 1.2, 1e-14);
        expectNear(distancesBetween(coded, ObjectMetric::wasserstein)(0, 1), 1.2, 1e-14);
    }

    void whatIsNotCodedSoIsRefused() {
        MatrixXd bad = numbers(3, 2);
        const auto metric = [&](ObjectMetric of) {
            return [&bad, of] { return distancesBetween(bad, of); };
        };
        QVERIFY_EXCEPTION_THROWN(metric(ObjectMetric::arc)(), InputError);
        QVERIFY_EXCEPTION_THROWN(metric(ObjectMetric::wasserstein)(), InputError);
        QVERIFY_EXCEPTION_THROWN(metric(ObjectMetric::labels)(), InputError);
        bad(1, 1) = std::numeric_limits<double>::quiet_NaN();
        QVERIFY_EXCEPTION_THROWN(metric(ObjectMetric::euclidean)(), InputError);
    }

    // By pairs, as the definition says; 1 for a similar copy, small for what is independent.
    void distanceCorrelationTellsDependence() {
        const MatrixXd x = numbers(2, 200);
        MatrixXd turned(2, 200);
        turned.row(0) = -3.0 * x.row(1);
        turned.row(1) = (3.0 * x.row(0).array() + 5.0).matrix();
        expectNear(distanceCorrelation(x, turned), 1.0, 1e-12);
        const MatrixXd other = numbers(3, 400).rightCols(200);
        QVERIFY(distanceCorrelation(x, other) < 0.25);
        QCOMPARE(distanceCorrelation(x, MatrixXd::Ones(1, 200)), 0.0);
        // Two pairs of points: A = a[[−½ ½][½ −½]]…, so that it is 1 whatever the distances.
        expectNear(distanceCorrelation(x.leftCols(2), other.leftCols(2)), 1.0, 1e-12);
    }

    void samplesAreNumberedAndHaveOutliers() {
        for (const SdrResponse response : {SdrResponse::real, SdrResponse::distribution,
                                           SdrResponse::spd, SdrResponse::sphere}) {
            const SdrSample few = drawSdrSample({.response = response, .samples = 20});
            const SdrSample many =
                drawSdrSample({.response = response, .samples = 400, .outliers = 0.2});
            QCOMPARE(few.x, MatrixXd(many.x.topRows(20)));
            QCOMPARE(few.predictors, MatrixXd(many.predictors.topRows(20)));
            int outliers = 0;
            for (Index k = 0; k < 400; ++k) {
                const bool isOutlier = many.isOutlier[static_cast<std::size_t>(k)];
                outliers += isOutlier;
                if (k < 20)
                    QCOMPARE(few.objects.col(k) == many.objects.col(k), !isOutlier);
            }
            expectNear(outliers, 80.0, 4.5 * std::sqrt(400 * 0.16));
        }
        QVERIFY_EXCEPTION_THROWN(drawSdrSample({.predictors = 3}), InputError);
        QVERIFY_EXCEPTION_THROWN(drawSdrSample({.outliers = std::nan("")}), InputError);
    }
};

REGISTER_TEST(RandomObjectsTest)
#include "random_objects_test.moc"
