#include <cmath>

#include <QtTest>

#include "core/math/gradient_check.h"
#include "core/math/random.h"
#include "core/statistics/frechet_covariance.h"
#include "core/statistics/random_objects.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::statistics;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

MatrixXd normals(Index rows, Index columns, const char* purpose) {
    MatrixXd matrix(rows, columns);
    RandomStream({.seed = 7, .purpose = purpose})
        .fillNormal(std::span(matrix.data(), static_cast<std::size_t>(matrix.size())));
    return matrix;
}

/// Distances of points in the plane, and the same rounded, with many ties.
std::vector<MatrixXd> distancesWithAndWithoutTies(Index n) {
    const MatrixXd d = distancesBetween(normals(2, n, "objects"), ObjectMetric::euclidean);
    return {d, (2.0 * d).array().round() / 2.0};
}

} // namespace

class FrechetCovarianceTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void threeFormsAreOneNumber() {
        const MatrixXd f = normals(31, 3, "features");
        for (const MatrixXd& d : distancesWithAndWithoutTies(31)) {
            const double defined = frechetCovarianceByDefinition(d, f);
            QVERIFY(defined > 0.0);
            expectNear(BallOrder(d).covariance(f) / defined, 1.0, 1e-12);
            expectNear((f.transpose() * frechetWeights(d) * f).trace() / defined, 1.0, 1e-12);
            expectNear(BallOrder(d, Ball::open).covariance(f) /
                           frechetCovarianceByDefinition(d, f, Ball::open),
                       1.0, 1e-12);
        }
    }

    void openBallsDifferWhereThereAreTies() {
        const MatrixXd f = normals(31, 2, "features");
        const MatrixXd tied = distancesWithAndWithoutTies(31)[1];
        QVERIFY(std::abs(BallOrder(tied, Ball::open).covariance(f) / BallOrder(tied).covariance(f) -
                         1.0) > 1e-3);
    }

    void gradientsAreThoseOfDifferences() {
        MatrixXd f = normals(23, 2, "features");
        for (const MatrixXd& d : distancesWithAndWithoutTies(23))
            for (const Ball ball : {Ball::closed, Ball::open}) {
                const BallOrder order(d, ball);
                const GradientCheck check =
                    checkGradient([&] { return order.covariance(f); }, f, order.gradient(f));
                QVERIFY2(check.relativeError() < 1e-7, check.text().c_str());
                if (ball == Ball::closed)
                    expectNear(order.gradient(f), MatrixXd(2.0 * frechetWeights(d) * f), 1e-15);
            }
    }

    // What it is for: it is large for a feature that goes with Y, and that of an independent one
    // is of the order of chance.
    void itTellsWhatGoesWithTheResponse() {
        constexpr Index n = 400;
        const MatrixXd y = normals(1, n, "objects");
        const MatrixXd w = frechetWeights(distancesBetween(y, ObjectMetric::euclidean));
        const auto of = [&](const VectorXd& f) { return f.dot(w * f) / w.trace(); };
        QVERIFY(of(y.transpose()) > 10.0 * of(normals(n, 1, "independent")));
    }

    // One response moved away: distances notice by how far, their order does not.
    void oneOutlierMovesOnlyItsPlaces() {
        constexpr Index n = 50;
        MatrixXd near = normals(1, n, "objects"), far = near;
        near(0, 3) = 1e3;
        far(0, 3) = 1e6;
        const auto between = [](const MatrixXd& y) {
            return distancesBetween(y, ObjectMetric::euclidean);
        };
        QCOMPARE(frechetWeights(between(near)), frechetWeights(between(far)));
        QVERIFY(distanceWeights(between(far)).norm() >
                100.0 * distanceWeights(between(near)).norm());
    }

    void kernelWeightsAreThoseOfTheDefinition() {
        const MatrixXd d = distancesWithAndWithoutTies(13)[0];
        std::vector<double> squares;
        for (Index l = 0; l < 13; ++l)
            for (Index k = 0; k < l; ++k)
                squares.push_back(d(k, l) * d(k, l));
        std::sort(squares.begin(), squares.end());
        const double middle = 0.5 * (squares[38] + squares[39]);
        const MatrixXd h = MatrixXd::Identity(13, 13) - MatrixXd::Constant(13, 13, 1.0 / 13.0);
        const MatrixXd k = (-d.array().square() / middle).exp();
        expectNear(kernelWeights(d), MatrixXd(h * k * h / 169.0), 1e-15);
        // What is far away is merely far.
        MatrixXd far = d, farther = d;
        far.row(2) *= 1e3, far.col(2) *= 1e3, far(2, 2) = 0.0;
        farther.row(2) *= 1e6, farther.col(2) *= 1e6, farther(2, 2) = 0.0;
        expectNear(kernelWeights(far), kernelWeights(farther), 1e-15);
    }

    // Against doubly centered distances of both, and against differences.
    void distanceCovarianceIsThatOfTheDefinition() {
        constexpr Index n = 17;
        MatrixXd f = normals(n, 2, "features");
        const MatrixXd d = distancesWithAndWithoutTies(n)[0], w = distanceWeights(d);
        const MatrixXd h = MatrixXd::Identity(n, n) - MatrixXd::Constant(n, n, 1.0 / double(n));
        const MatrixXd a =
            h * distancesBetween(MatrixXd(f.transpose()), ObjectMetric::euclidean) * h;
        const MatrixXd b = h * d * h;
        expectNear(distanceCovariance(f, w),
                   a.cwiseProduct(b).mean() / std::sqrt(b.cwiseAbs2().mean()), 1e-14);
        MatrixXd form(n, n);
        distanceCovarianceForm(f, w, form);
        expectNear((f.transpose() * form * f).trace(), distanceCovariance(f, w), 1e-14);
        expectNear(VectorXd(form.rowwise().sum()), VectorXd(VectorXd::Zero(n)), 1e-14);
        const GradientCheck check =
            checkGradient([&] { return distanceCovariance(f, w); }, f, MatrixXd(form * f));
        QVERIFY2(check.relativeError() < 1e-7, check.text().c_str());
        f.row(1) = f.row(0); // no force between what coincides
        distanceCovarianceForm(f, w, form);
        QVERIFY(form.allFinite());
    }

    void distanceWeightsAreCentered() {
        const MatrixXd d = distancesWithAndWithoutTies(12)[0];
        const MatrixXd w = distanceWeights(d);
        expectNear(VectorXd(w.rowwise().sum()), VectorXd(VectorXd::Zero(12)), 1e-14);
        // Its form is the mean of −D_kl times centered products.
        const VectorXd f = normals(12, 1, "features");
        const VectorXd c = f.array() - f.mean();
        double sum = 0.0;
        for (Index k = 0; k < 12; ++k)
            for (Index l = 0; l < 12; ++l)
                sum -= d(k, l) * c[k] * c[l];
        expectNear(f.dot(w * f), sum / 144.0, 1e-13);
    }
};

REGISTER_TEST(FrechetCovarianceTest)
#include "frechet_covariance_test.moc"
