// Predictions of objects known by distances alone, against those of numbers and of labels.

#include <cmath>
#include <map>
#include <numeric>

#include <QtTest>

#include "core/math/random.h"
#include "core/statistics/frechet_regression.h"
#include "core/statistics/random_objects.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence::statistics;
using convergence::RandomStream;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

constexpr Index seen = 80, asked = 25;

MatrixXd normalNumbers(Index rows, Index columns, const char* purpose) {
    MatrixXd matrix(rows, columns);
    RandomStream({.seed = 5, .purpose = purpose})
        .fillNormal(std::span(matrix.data(), static_cast<std::size_t>(matrix.size())));
    return matrix;
}

/// The number that was seen nearest to `wanted`.
Index nearest(const VectorXd& numbers, double wanted) {
    Index place = 0;
    (numbers.array() - wanted).abs().minCoeff(&place);
    return place;
}

} // namespace

class FrechetRegressionTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // Of numbers the Fréchet mean is the mean, here the number next to it.
    void theMeanOfNumbersIsNextToTheirMean() {
        const MatrixXd y = normalNumbers(1, seen, "numbers");
        QCOMPARE(frechetMean(distancesBetween(y, ObjectMetric::euclidean)),
                 nearest(y.transpose(), y.mean()));
    }

    void globalRegressionOfNumbersIsLeastSquares() {
        const MatrixXd f = normalNumbers(seen, 2, "features"),
                       at = normalNumbers(asked, 2, "places");
        const VectorXd y = f * Eigen::Vector2d(1.5, -0.5) + normalNumbers(seen, 1, "noise");
        MatrixXd design(seen, 3);
        design << VectorXd::Ones(seen), f;
        const VectorXd slopes = (design.transpose() * design).ldlt().solve(design.transpose() * y);
        const auto predicted = predictGlobally(
            f, distancesBetween(MatrixXd(y.transpose()), ObjectMetric::euclidean), at);
        for (Index row = 0; row < asked; ++row)
            QCOMPARE(predicted[static_cast<std::size_t>(row)],
                     nearest(y, slopes[0] + at.row(row).dot(slopes.tail(2))));
    }

    void neighborsPredictTheirMean() {
        const MatrixXd f = normalNumbers(seen, 2, "features"),
                       at = normalNumbers(asked, 2, "places");
        const VectorXd y = normalNumbers(seen, 1, "numbers");
        const auto predicted = predictByNeighbors(
            f, distancesBetween(MatrixXd(y.transpose()), ObjectMetric::euclidean), at, 7);
        for (Index row = 0; row < asked; ++row) {
            std::vector<std::pair<double, Index>> away;
            for (Index k = 0; k < seen; ++k)
                away.emplace_back((f.row(k) - at.row(row)).norm(), k);
            std::sort(away.begin(), away.end());
            double mean = 0.0;
            for (std::size_t k = 0; k < 7; ++k)
                mean += y[away[k].second] / 7.0;
            QCOMPARE(predicted[static_cast<std::size_t>(row)], nearest(y, mean));
        }
    }

    void neighborsPredictTheirMostFrequentLabel() {
        const MatrixXd f = normalNumbers(seen, 1, "features"),
                       at = normalNumbers(asked, 1, "places");
        const VectorXd labels = (2.0 * f.col(0)).array().round().max(-1.0).min(1.0);
        const auto predicted = predictByNeighbors(
            f, distancesBetween(MatrixXd(labels.transpose()), ObjectMetric::labels), at, 9);
        for (Index row = 0; row < asked; ++row) {
            std::vector<std::pair<double, Index>> away;
            for (Index k = 0; k < seen; ++k)
                away.emplace_back(std::abs(f(k, 0) - at(row, 0)), k);
            std::sort(away.begin(), away.end());
            std::map<double, int> counts;
            for (std::size_t k = 0; k < 9; ++k)
                ++counts[labels[away[k].second]];
            const double label = labels[predicted[static_cast<std::size_t>(row)]];
            for (const auto& [other, count] : counts)
                QVERIFY(count <= counts[label]);
        }
    }

    void constantFeaturesSayNothing() {
        const MatrixXd y = normalNumbers(1, seen, "numbers");
        const MatrixXd d = distancesBetween(y, ObjectMetric::euclidean);
        for (const Index place : predictGlobally(MatrixXd::Zero(seen, 2), d, MatrixXd::Zero(3, 2)))
            QCOMPARE(place, frechetMean(d));
    }

    void errorsAreMeansOfSquares() {
        MatrixXd from(2, 3);
        from << 1.0, 2.0, 3.0, 4.0, 5.0, 6.0;
        expectNear(meanSquaredDistance(from, {2, 0}), 0.5 * (9.0 + 16.0), 1e-14);
    }

    void sizesMustFit() {
        const MatrixXd f = normalNumbers(4, 2, "features"), d = MatrixXd::Zero(4, 4);
        QVERIFY_EXCEPTION_THROWN(predictByNeighbors(f, d, f, 0), std::logic_error);
        QVERIFY_EXCEPTION_THROWN(predictByNeighbors(f, d.topRows(3), f, 1), std::logic_error);
        QVERIFY_EXCEPTION_THROWN(predictGlobally(f, d, f.leftCols(1)), std::logic_error);
    }
};

REGISTER_TEST(FrechetRegressionTest)
#include "frechet_regression_test.moc"
