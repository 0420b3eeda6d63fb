// Linear and kernel features and the network that is trained for them.

#include <cmath>

#include <QtTest>

#include "core/math/decompositions.h"
#include "core/math/random.h"
#include "core/statistics/frechet_covariance.h"
#include "core/statistics/sdr_data.h"
#include "core/statistics/sdr_directions.h"
#include "core/statistics/sdr_network.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::statistics;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

struct Problem {
    explicit Problem(Index n, SdrResponse response = SdrResponse::spd)
        : sample(drawSdrSample({.response = response, .samples = n, .predictors = 5})),
          weights(frechetWeights(distancesBetween(sample.objects, ObjectMetric::logEuclidean))) {}
    SdrSample sample;
    MatrixXd weights;
};

} // namespace

class SdrMethodsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // Unit covariance, and no direction holds more.
    void linearFeaturesAreTheBestOfTheirSize() {
        const Problem problem(120);
        const LinearDirections linear(problem.sample.x, problem.weights, 2);
        const MatrixXd f = linear.features(problem.sample.x);
        expectNear(VectorXd(f.colwise().mean()), VectorXd(VectorXd::Zero(2)), 1e-12);
        expectNear(MatrixXd(f.transpose() * f / 120.0), MatrixXd(MatrixXd::Identity(2, 2)), 1e-5);
        const auto held = [&](const VectorXd& g) {
            const VectorXd c = g.array() - g.mean();
            return c.dot(problem.weights * c) / c.squaredNorm();
        };
        QVERIFY(held(f.col(0)) >= held(f.col(1)));
        RandomStream stream({.seed = 2, .purpose = "directions"});
        for (int i = 0; i < 200; ++i) {
            VectorXd b(5);
            stream.fillNormal(std::span(b.data(), 5));
            QVERIFY(held(problem.sample.x * b) <= held(f.col(0)) * (1.0 + 1e-5));
        }
    }

    // Against the whole generalized problem of n × n matrices.
    void kernelFeaturesSolveTheGeneralizedProblem() {
        constexpr Index n = 60;
        const Problem problem(n);
        const MatrixXd& x = problem.sample.x;
        const KernelDirections kernel(x, problem.weights, 2, 0.01);
        MatrixXd squares(n, n);
        std::vector<double> pairs;
        for (Index k = 0; k < n; ++k)
            for (Index l = 0; l < n; ++l) {
                squares(k, l) = (x.row(k) - x.row(l)).squaredNorm();
                if (k > l)
                    pairs.push_back(squares(k, l));
            }
        std::sort(pairs.begin(), pairs.end());
        const MatrixXd k = (-squares / pairs[pairs.size() / 2]).array().exp();
        const MatrixXd h = MatrixXd::Identity(n, n) - MatrixXd::Constant(n, n, 1.0 / double(n));
        const double largest = symmetricEigenvalues(k)[n - 1] / double(n);
        const MatrixXd size =
            k * h * k / double(n) + 0.01 * largest * k + 1e-8 * MatrixXd::Identity(n, n);
        const auto eigen = generalizedSymmetricEigen(k * problem.weights * k, size);
        const MatrixXd f = kernel.features(x);
        for (Index e = 0; e < 2; ++e) {
            const VectorXd expected = k * eigen->vectors.col(n - 1 - e);
            const double sign = f.col(e).dot(expected) < 0.0 ? -1.0 : 1.0;
            expectNear(VectorXd(sign * f.col(e)), expected, 1e-3 * expected.norm());
        }
    }

    void theNetworkHoldsMoreAndMore() {
        const Problem problem(150);
        SdrNetwork network(problem.sample.x, problem.weights,
                           {.width = 16, .learningRate = 1e-2, .iterations = 120});
        QVERIFY(network.step());
        const double before = network.association();
        for (int i = 1; i < 120; ++i)
            QVERIFY(network.step());
        QVERIFY(network.association() > 3.0 * std::max(before, 0.02));
        QVERIFY(network.distortion() < 0.5);
        // What it tells is tr(FᵀWF)/(n tr W) of what its features are.
        const MatrixXd f = network.features(problem.sample.x);
        network.step();
        expectNear(network.association(),
                   (f.transpose() * problem.weights * f).trace() /
                       (150.0 * problem.weights.trace()),
                   1e-4);
        QCOMPARE(network.features(problem.sample.x.topRows(7)),
                 MatrixXd(network.features(problem.sample.x).topRows(7)));
    }

    void theNetworkOfDistancesHoldsMoreAndMore() {
        const Problem problem(150);
        const MatrixXd w =
            distanceWeights(distancesBetween(problem.sample.objects, ObjectMetric::logEuclidean));
        for (const Index batch : {0, 60}) {
            SdrNetwork network(problem.sample.x, w,
                               {.criterion = SdrCriterion::distanceCovariance,
                                .width = 16,
                                .learningRate = 1e-2,
                                .iterations = 120,
                                .batch = batch});
            QVERIFY(network.step());
            const double before = distanceCovariance(network.features(problem.sample.x), w);
            for (int i = 1; i < 119; ++i)
                QVERIFY(network.step());
            const MatrixXd f = network.features(problem.sample.x);
            QVERIFY(distanceCovariance(f, w) > 3.0 * std::max(before, 0.02));
            network.step();
            if (batch == 0)
                expectNear(network.association(), distanceCovariance(f, w), 1e-4);
            QVERIFY(network.distortion() < 0.5);
        }
    }

    void equalSeedsGiveEqualNetworks() {
        const Problem problem(80);
        const auto trained = [&](std::uint64_t seed, Index batch) {
            SdrNetwork network(problem.sample.x, problem.weights,
                               {.width = 8, .iterations = 10, .batch = batch, .seed = seed});
            for (int i = 0; i < 10; ++i)
                network.step();
            return network.features(problem.sample.x);
        };
        QCOMPARE(trained(1, 0), trained(1, 0));
        QCOMPARE(trained(1, 30), trained(1, 30));
        QVERIFY(trained(1, 0) != trained(2, 0));
        QVERIFY(trained(1, 0) != trained(1, 30));
    }

    void aConvolutionalNetworkTakesSquarePictures() {
        MatrixXd x(40, 16);
        RandomStream({.seed = 4, .purpose = "pictures"})
            .fillUniform(std::span(x.data(), static_cast<std::size_t>(x.size())));
        const MatrixXd y = x.leftCols(1).transpose();
        const MatrixXd w = frechetWeights(distancesBetween(y, ObjectMetric::euclidean));
        SdrNetworkOptions options{.form = SdrNetworkOptions::Form::convolutional,
                                  .dimension = 1,
                                  .iterations = 60,
                                  .batch = 30};
        SdrNetwork network(x, w, options);
        network.step();
        for (int i = 1; i < 60; ++i)
            QVERIFY(network.step());
        QCOMPARE(network.features(x).rows(), Index{40});
        QVERIFY_EXCEPTION_THROWN(SdrNetwork(x.leftCols(15), w, options), InputError);
    }
};

REGISTER_TEST(SdrMethodsTest)
#include "sdr_methods_test.moc"
