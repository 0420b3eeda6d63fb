// Federated PCA against finite differences, rounds written out by hand, and central PCA.

#include <array>
#include <cmath>
#include <limits>

#include <QtTest>

#include "core/math/gradient_check.h"
#include "core/matrix/federated_pca.h"
#include "tests/core/matrix/gaussian_matrix.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::matrix;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

constexpr std::uint64_t seed = 13;

std::vector<PcaClient> someClients(std::size_t count, Index d) {
    std::vector<PcaClient> clients;
    for (std::size_t i = 0; i < count; ++i) {
        const auto n = static_cast<Index>(30 + 10 * i);
        const MatrixXd x = gaussianMatrix(seed, d, d, 1) * gaussianMatrix(seed, d, n, 10 + i) * 0.3;
        clients.push_back({x * x.transpose() / double(n), double(n)});
    }
    return clients;
}

double trueCost(const MatrixXd& x, const MatrixXd& u) {
    return (x - u * (u.transpose() * x)).squaredNorm() / double(x.cols());
}

} // namespace

class FederatedPcaTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { qInfo("seed %llu", static_cast<unsigned long long>(seed)); }

    void costIsTheReconstructionErrorOfTheData() {
        const MatrixXd x = gaussianMatrix(seed, 7, 40, 0), c = x * x.transpose() / 40.0;
        const MatrixXd u = gaussianMatrix(seed, 7, 3, 1); // not orthonormal
        expectNear(reconstructionCost(c, u), trueCost(x, u), 1e-10 * trueCost(x, u));
    }

    void gradientIsTheFiniteDifference() {
        const MatrixXd x = gaussianMatrix(seed, 7, 40, 2), c = x * x.transpose() / 40.0;
        const MatrixXd u = 0.5 * gaussianMatrix(seed, 7, 3, 3);
        const MatrixXd gradient = reconstructionGradient(c, u);
        MatrixXd at = u;
        const GradientCheck check = checkGradient([&] { return trueCost(x, at); }, at, gradient);
        QVERIFY2(check.relativeError() < 1e-6, check.text().c_str());
        // On the manifold the familiar −4CU is left, up to a normal component.
        const MatrixXd q = orthonormalized(u);
        const MatrixXd g = reconstructionGradient(c, q), familiar = -2.0 * c * q;
        expectNear(g - q * (q.transpose() * g), familiar - q * (q.transpose() * familiar), 1e-12);
    }

    /// One local step of each method is minus η times the finite difference of its Lagrangian.
    void localStepsDescendTheLagrangian() {
        const Index d = 6, k = 2;
        const MatrixXd z = 1.2 * gaussianMatrix(seed, d, k, 4);
        const auto clients = someClients(1, d);
        const double rho = 0.7, eta = 1e-3;
        ConsensusPca pca(clients,
                         {.geometry = ConsensusPca::Geometry::euclidean,
                          .penalty = rho,
                          .localSteps = 1,
                          .localRate = eta,
                          .fraction = 1.0},
                         z, seed);
        // At the start U = Z: Y stays 0 and T becomes ρh(Z).
        const auto h = [&](const MatrixXd& u) {
            return MatrixXd(
                (u.transpose() * u - MatrixXd::Identity(k, k)).cwiseMax(0.0).cwiseAbs2());
        };
        const MatrixXd t = rho * h(z);
        const auto lagrangian = [&](const MatrixXd& u) {
            return reconstructionCost(clients[0].covariance, u) +
                   0.5 * rho * (u - z).squaredNorm() + t.cwiseProduct(h(u)).sum() +
                   0.5 * rho * h(u).squaredNorm();
        };
        QVERIFY(pca.round());
        const MatrixXd moved = (pca.local(0) - z) / -eta;
        MatrixXd at = z;
        const GradientCheck check = checkGradient([&] { return lagrangian(at); }, at, moved);
        QVERIFY2(check.relativeError() < 1e-5, check.text().c_str());
    }

    void twoRoundsOnTheGrassmannManifoldAreThoseWrittenByHand() {
        const Index d = 6, k = 2;
        const auto clients = someClients(3, d);
        MatrixXd z = orthonormalized(gaussianMatrix(seed, d, k, 5));
        const double rho = 2.0, eta = 0.01;
        ConsensusPca pca(clients,
                         {.penalty = rho,
                          .couplingPerSample = true,
                          .localSteps = 3,
                          .localRate = eta,
                          .fraction = 1.0},
                         z, seed);
        std::vector<MatrixXd> u(3, z), y(3, MatrixXd::Zero(d, k));
        for (int round = 0; round < 2; ++round) {
            double total = 0.0;
            MatrixXd next = MatrixXd::Zero(d, k);
            for (std::size_t i = 0; i < 3; ++i) {
                y[i] += rho * (u[i] - z);
                for (int step = 0; step < 3; ++step) {
                    const MatrixXd g = reconstructionGradient(clients[i].covariance, u[i]) +
                                       (y[i] + rho * (u[i] - z)) / clients[i].samples;
                    u[i] = orthonormalized(u[i] - eta * (g - u[i] * (u[i].transpose() * g)));
                }
                next += clients[i].samples * u[i];
                total += clients[i].samples;
            }
            z = next / total;
            QVERIFY(pca.round());
            expectNear(pca.server(), z, 1e-12);
        }
        QVERIFY(pca.largestDeparture() < 1e-12);
    }

    /// A client without numbers leaves the manifold, however well the others stay.
    void theLargestDepartureKeepsNan() {
        std::vector<PcaClient> clients = someClients(3, 6);
        clients[0].covariance(2, 2) = std::numeric_limits<double>::quiet_NaN();
        ConsensusPca pca(clients, {.fraction = 1.0}, orthonormalized(gaussianMatrix(seed, 6, 2, 6)),
                         seed);
        QVERIFY(!pca.round());
        QCOMPARE(pca.largestDeparture(), std::numeric_limits<double>::infinity());
    }

    void aFractionTakesPartAndNobodyElseMoves() {
        const MatrixXd z = orthonormalized(gaussianMatrix(seed, 6, 2, 6));
        ConsensusPca pca(someClients(10, 6), {.fraction = 0.25}, z, seed);
        QVERIFY(pca.round());
        QCOMPARE(pca.participants().size(), std::size_t{2}); // ⌊2.5⌋
        for (std::uint32_t i = 0; i < 10; ++i) {
            const bool took = pca.participants()[0] == i || pca.participants()[1] == i;
            QCOMPARE((pca.local(i) - z).norm() < 1e-12, !took);
        }
        ConsensusPca tiny(someClients(3, 6), {.fraction = 0.02}, z, seed);
        QVERIFY(tiny.round());
        QCOMPARE(tiny.participants().size(), std::size_t{1}); // at least one
    }

    void bothMethodsFindCentralPca() {
        const auto clients = someClients(4, 6);
        MatrixXd mean = MatrixXd::Zero(6, 6);
        double total = 0.0;
        for (const PcaClient& client : clients) {
            mean += client.samples * client.covariance;
            total += client.samples;
        }
        const MatrixXd best = leadingEigenvectors(mean / total, 2);
        for (const auto geometry :
             {ConsensusPca::Geometry::grassmann, ConsensusPca::Geometry::euclidean}) {
            std::vector<PcaClient> equal = clients; // the optimum of the plain mean of costs
            for (PcaClient& client : equal) {
                client.samples = 1.0;
                client.covariance = mean / total;
            }
            ConsensusPca pca(equal, {.geometry = geometry, .penalty = 1.0, .fraction = 0.5},
                             orthonormalized(gaussianMatrix(seed, 6, 2, 7)), seed);
            for (int round = 0; round < 600; ++round)
                QVERIFY(pca.round());
            const double gap = reconstructionCost(mean / total, pca.basis()) /
                                   reconstructionCost(mean / total, best) -
                               1.0;
            QVERIFY2(gap < 1e-3, qPrintable(QString::number(gap)));
        }
    }

    void tooLargeARateIsNoticed() {
        ConsensusPca pca(someClients(2, 6),
                         {.geometry = ConsensusPca::Geometry::euclidean, .localRate = 5.0},
                         gaussianMatrix(seed, 6, 2, 8), seed);
        bool useful = true;
        for (int round = 0; round < 20 && useful; ++round)
            useful = pca.round();
        QVERIFY(!useful);
    }

    void eigenvectorsAreThoseOfTheLargestEigenvalues() {
        const MatrixXd q = orthonormalized(gaussianMatrix(seed, 5, 5, 9));
        const VectorXd lambda = VectorXd::Map(std::array{0.1, 3.0, 2.0, 0.5, 1.0}.data(), 5);
        const MatrixXd v = leadingEigenvectors(q * lambda.asDiagonal() * q.transpose(), 2);
        expectNear(std::abs(v.col(0).dot(q.col(1))), 1.0, 1e-12);
        expectNear(std::abs(v.col(1).dot(q.col(2))), 1.0, 1e-12);
    }

    void detectionCountsByHand() {
        const VectorXd normal = VectorXd::Map(std::array{1.0, 2.0, 3.0, 9.0}.data(), 4);
        const VectorXd attack = VectorXd::Map(std::array{2.0, 6.0, 7.0}.data(), 3);
        const Detection d = detect(normal, attack, {0, 0, 1}, 2, 4.0);
        expectNear(d.areaUnderRoc, (1.5 + 3.0 + 3.0) / 12.0, 0.0);
        expectNear(d.recall, 2.0 / 3.0, 1e-15);
        expectNear(d.precision, 2.0 / 3.0, 1e-15);
        expectNear(d.f1, 2.0 / 3.0, 1e-15);
        expectNear(d.falseAlarmRate, 0.25, 1e-15);
        expectNear(d.accuracy, 5.0 / 7.0, 1e-15);
        QCOMPARE(d.recallByKind, (std::vector<double>{0.5, 1.0}));
    }
};

REGISTER_TEST(FederatedPcaTest)
#include "federated_pca_test.moc"
