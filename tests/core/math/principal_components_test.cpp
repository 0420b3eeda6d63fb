#include <cmath>

#include <QtTest>

#include "core/math/decompositions.h"
#include "core/math/principal_components.h"
#include "core/math/random.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

constexpr std::uint64_t seed = 5;

/// Normal samples with deviations 4, 2, 1, ½, ... along turned axes, about (3, 3, ...).
MatrixXd samples(Index d, Index n) {
    MatrixXd normal(d, n), turn(d, d);
    RandomStream stream({.seed = seed, .purpose = "principal components test"});
    stream.fillNormal({normal.data(), static_cast<std::size_t>(normal.size())});
    stream.fillNormal({turn.data(), static_cast<std::size_t>(turn.size())});
    for (Index i = 0; i < d; ++i)
        normal.row(i) *= std::ldexp(4.0, -static_cast<int>(i));
    return ((thinQr(turn).q * normal).array() + 3.0).matrix();
}

MatrixXd covariance(const MatrixXd& x) {
    const MatrixXd centered = x.colwise() - x.rowwise().mean();
    return centered * centered.transpose() / static_cast<double>(x.cols() - 1);
}

} // namespace

class PrincipalComponentsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void areEigenvectorsOfTheCovariance() {
        for (const Index n : {8, 200}) { // fewer and more samples than numbers
            const MatrixXd x = samples(10, n);
            const PrincipalComponents pca = principalComponents(x, 3);
            expectNear(pca.center, x.rowwise().mean(), 1e-13);
            expectNear(covariance(x) * pca.directions, pca.directions * pca.variances.asDiagonal(),
                       1e-12);
            expectNear(pca.directions.transpose() * pca.directions, MatrixXd::Identity(3, 3),
                       1e-13);
            expectNear(pca.variances, symmetricEigenvalues(covariance(x)).reverse().head(3), 1e-11);
            for (Index i = 0; i < 3; ++i)
                QCOMPARE(pca.directions.col(i).maxCoeff(),
                         pca.directions.col(i).cwiseAbs().maxCoeff());
        }
    }

    void whitenedSamplesHaveUnitCovariance() {
        const MatrixXd x = samples(6, 300);
        const PrincipalComponents pca = principalComponents(x, 4);
        const MatrixXd z = pca.whiten(x);
        expectNear(z.rowwise().mean(), VectorXd::Zero(4), 1e-12);
        expectNear(covariance(z), MatrixXd::Identity(4, 4), 1e-12);
    }

    void allComponentsRestoreTheSamples() {
        const MatrixXd x = samples(6, 50);
        const PrincipalComponents all = principalComponents(x, 6);
        expectNear(all.restore(all.whiten(x)), x, 1e-11);
        // With fewer, what is lost is what varies along the others.
        const PrincipalComponents some = principalComponents(x, 2);
        expectNear((some.restore(some.whiten(x)) - x).squaredNorm(),
                   49.0 * all.variances.tail(4).sum(), 1e-10);
    }

    void aCenterFromElsewhereIsTaken() {
        const MatrixXd x = samples(5, 400);
        const VectorXd mean = x.rowwise().mean();
        const PrincipalComponents pca = principalComponents(x.leftCols(100), 5, mean);
        expectNear(pca.center, mean, 0.0);
        const MatrixXd centered = x.leftCols(100).colwise() - mean;
        expectNear(pca.directions * pca.variances.asDiagonal() * pca.directions.transpose(),
                   centered * centered.transpose() / 99.0, 1e-12);
    }

    void directionsWithoutVarianceAreZeroWhenWhitened() {
        MatrixXd x = MatrixXd::Zero(3, 4);
        x.row(1) << 1.0, 2.0, 3.0, 4.0;
        const PrincipalComponents pca = principalComponents(x, 2);
        const MatrixXd z = pca.whiten(x);
        expectNear(z.row(1), MatrixXd::Zero(1, 4), 0.0);
        expectNear(z.row(0).squaredNorm(), 3.0, 1e-13);
    }

    void asManyComponentsAsThereAre() {
        expectRefusal([] { return principalComponents(samples(4, 10), 5); }, "5", "10", "4");
        expectRefusal([] { return principalComponents(samples(4, 10), 0); }, "1 component");
        expectRefusal([] { return principalComponents(samples(4, 1), 1); }, "at least 2 samples");
    }

    void whatIsNotFiniteShows() {
        MatrixXd x = samples(4, 10);
        x(2, 3) = std::nan("");
        QVERIFY(std::isnan(principalComponents(x, 2).variances[0]));
    }
};

REGISTER_TEST(PrincipalComponentsTest)
#include "principal_components_test.moc"
