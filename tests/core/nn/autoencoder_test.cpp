// The autoencoder's gradient against finite differences, and that training lowers the loss.

#include <cmath>

#include <QtTest>

#include "core/math/gradient_check.h"
#include "core/nn/autoencoder.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

Eigen::MatrixXd samples(Eigen::Index rows, Eigen::Index columns) {
    Eigen::MatrixXd x(rows, columns);
    RandomStream({.seed = 1, .purpose = "samples"})
        .fillNormal({x.data(), static_cast<std::size_t>(x.size())});
    return x;
}

RandomStream stream() {
    return RandomStream({.seed = 1, .purpose = "weights"});
}

} // namespace

class AutoencoderTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void itHasAsManyNumbersAsCounted() {
        // 2·16·(d + k) + 32 + k + d with d = 39, k = 6.
        QCOMPARE(Autoencoder(39, 6, stream()).parameters().size(), Eigen::Index{1517});
    }

    void gradientIsTheFiniteDifference() {
        Autoencoder network(5, 2, stream());
        const Eigen::MatrixXd x = samples(5, 9);
        Eigen::VectorXd gradient, unused;
        const double loss = network.lossAndGradient(x, gradient);
        expectNear(loss, network.scores(x).sum() / 45.0, 1e-12);
        Eigen::VectorXd at = network.parameters();
        const GradientCheck check = checkGradient(
            [&] {
                network.setParameters(at);
                return network.lossAndGradient(x, unused);
            },
            at, gradient);
        QVERIFY2(check.error < 1e-7, check.text().c_str());
    }

    void trainingLowersTheLossTheSameEveryTime() {
        const Eigen::MatrixXd x = samples(5, 1) * samples(1, 300); // one factor
        Autoencoder network(5, 1, stream()), twin(5, 1, stream());
        const double before = network.scores(x).sum();
        for (std::uint64_t epoch = 0; epoch < 30; ++epoch)
            for (Autoencoder* each : {&network, &twin})
                each->trainEpoch(x, 3e-3, 32,
                                 RandomStream({.seed = 1, .purpose = "order", .index = epoch}));
        QVERIFY(network.scores(x).sum() < 0.2 * before);
        QVERIFY(network.parameters() == twin.parameters());
    }
};

REGISTER_TEST(AutoencoderTest)
#include "autoencoder_test.moc"
