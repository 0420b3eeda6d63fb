#include <QtTest>

#include "core/error.h"
#include "core/math/random.h"
#include "core/nn/client_gradients.h"
#include "core/nn/convolutional_classifier.h"
#include "core/nn/mlp_classifier.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

using Index = Eigen::Index;

/// Points and batches of some clients, made at random.
template <typename Scalar>
struct Round {
    using Matrix = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>;
    Matrix points, inputs, gradients;
    std::vector<std::uint8_t> labels;

    Round(ClientGradients<Scalar>& clients, std::size_t classes, std::uint64_t seed)
        : points(clients.parameterCount(), clients.clients()),
          inputs(clients.features(), clients.clients() * clients.batch()),
          gradients(points.rows(), points.cols()) {
        RandomStream stream({.seed = seed, .purpose = "round"});
        for (Index c = 0; c < points.cols(); ++c)
            clients.initialize(points.col(c), seed + static_cast<std::uint64_t>(c));
        stream.fillNormal({inputs.data(), static_cast<std::size_t>(inputs.size())});
        for (Index i = 0; i < inputs.cols(); ++i)
            labels.push_back(static_cast<std::uint8_t>(stream.integer(classes)));
    }
    [[nodiscard]] std::span<const std::uint8_t> labelsOf(Index first, Index count) const {
        return std::span(labels).subspan(static_cast<std::size_t>(first),
                                         static_cast<std::size_t>(count));
    }
};

} // namespace

class ClientGradientsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sizesAreThoseOfTheTestbed() {
        QCOMPARE(ClientGradients<float>({.sizes = {784, 10}}, 1, 1).parameterCount(), Index{7850});
        QCOMPARE(ClientGradients<float>({.sizes = {784, 64, 10}}, 1, 1).parameterCount(),
                 Index{50890});
        QCOMPARE(ClientGradients<float>({.sizes = {196, 32, 10}}, 1, 1).parameterCount(),
                 Index{6634});
        QCOMPARE(ClientGradients<float>(ClientNetwork::lenet(), 1, 1).parameterCount(),
                 Index{61706});
    }
    /// Softmax regression at 0, others uniform in ±1/√fan-in.
    void startsAreThoseOfTheTestbed() {
        Eigen::VectorXd softmax(60 * 10 + 10), mlp(60 * 16 + 16 + 16 * 10 + 10);
        ClientGradients<double>({.sizes = {60, 10}}, 1, 1).initialize(softmax, 1);
        ClientGradients<double>({.sizes = {60, 16, 10}}, 1, 1).initialize(mlp, 1);
        expectNear(softmax.norm(), 0.0, 0.0);
        const double first = mlp.head(60 * 16 + 16).cwiseAbs().maxCoeff(),
                     second = mlp.tail(16 * 10 + 10).cwiseAbs().maxCoeff();
        QVERIFY(first <= 1.0 / std::sqrt(60.0) && first > 0.99 / std::sqrt(60.0));
        QVERIFY(second <= 0.25 && second > 0.24);
    }

    /// Against the hand-written network, client by client: the parameters lie in the same order.
    void eachClientIsAClassifierOfItsOwn() {
        constexpr Index clientCount = 5, batch = 8;
        for (const std::vector<Index>& sizes :
             std::vector<std::vector<Index>>{{12, 4}, {12, 7, 4}, {12, 7, 6, 4}}) {
            ClientGradients<double> clients({.sizes = sizes}, clientCount, batch);
            Round<double> round(clients, 4, 11);
            round.points.array() += 0.01; // softmax regression starts at 0
            const auto losses = clients.run(
                round.points, {.inputs = round.inputs, .labels = round.labels}, round.gradients);
            MlpClassifier<double> alone(sizes, batch);
            Eigen::VectorXd gradient(alone.parameterCount());
            for (Index c = 0; c < clientCount; ++c) {
                const double loss = alone.lossAndGradient(
                    round.points.col(c), round.inputs.middleCols(c * batch, batch),
                    round.labelsOf(c * batch, batch), gradient);
                expectNear(losses[c], loss, 1e-13);
                expectNear(round.gradients.col(c), gradient, 1e-13);
            }
        }
    }
    void lenetIsTheConvolutionalClassifier() {
        constexpr Index clientCount = 2, batch = 3;
        ClientGradients<float> clients(ClientNetwork::lenet(), clientCount, batch);
        Round<float> round(clients, 10, 12);
        const auto losses = clients.run(
            round.points, {.inputs = round.inputs, .labels = round.labels}, round.gradients);
        ConvolutionalClassifier alone(784, 10, batch, ConvolutionalClassifier::Pooling::maximum);
        Eigen::VectorXf gradient(alone.parameterCount());
        for (Index c = 0; c < clientCount; ++c) {
            const float loss = alone.lossAndGradient(round.points.col(c),
                                                     round.inputs.middleCols(c * batch, batch),
                                                     round.labelsOf(c * batch, batch), gradient);
            expectNear(losses[c], loss, 1e-5F);
            expectNear(round.gradients.col(c), gradient, 1e-4F * gradient.norm());
        }
    }
    /// Along a random direction, in double precision.
    void lenetSlopeIsThatOfTheLoss() {
        ClientGradients<double> clients(ClientNetwork::lenet(), 1, 2);
        Round<double> round(clients, 10, 13);
        Eigen::VectorXd direction(clients.parameterCount());
        RandomStream({.seed = 13, .purpose = "direction"})
            .fillNormal({direction.data(), static_cast<std::size_t>(direction.size())});
        const ClientGradients<double>::Batches batches{.inputs = round.inputs,
                                                       .labels = round.labels};
        Eigen::MatrixXd ignored = round.gradients;
        const double h = 1e-6 / direction.norm();
        const double ahead = clients.run(round.points + h * direction, batches, ignored)[0],
                     behind = clients.run(round.points - h * direction, batches, ignored)[0];
        clients.run(round.points, batches, round.gradients);
        const double slope = round.gradients.col(0).dot(direction);
        expectNear((ahead - behind) / (2.0 * h), slope,
                   1e-5 * round.gradients.norm() * direction.norm());
        QVERIFY(std::abs(slope) > 1e-3);
    }

    /// Only the first columns of a short batch count, whatever the others hold.
    void shortBatchesAreMeansOfWhatIsThere() {
        constexpr Index batch = 6;
        ClientGradients<double> clients({.sizes = {5, 4, 3}}, 3, batch);
        Round<double> round(clients, 3, 14);
        const std::vector<Index> counts{4, 0, 6};
        round.inputs.middleCols(4, 2).setConstant(std::numeric_limits<double>::quiet_NaN());
        round.labels[5] = 200;
        const auto losses = clients.run(
            round.points, {.inputs = round.inputs, .labels = round.labels, .counts = counts},
            round.gradients);
        MlpClassifier<double> alone({5, 4, 3}, batch);
        Eigen::VectorXd gradient(alone.parameterCount());
        const double loss = alone.lossAndGradient(round.points.col(0), round.inputs.leftCols(4),
                                                  round.labelsOf(0, 4), gradient);
        expectNear(losses[0], loss, 1e-13);
        expectNear(round.gradients.col(0), gradient, 1e-13);
        expectNear(losses[1], 0.0, 0.0);
        expectNear(round.gradients.col(1).norm(), 0.0, 0.0);
        QVERIFY(losses[2] > 0.0);
    }

    /// The bits of a client do not depend on who else is there.
    void clientsDoNotSeeEachOther() {
        constexpr Index batch = 4;
        ClientGradients<float> three({.sizes = {20, 8, 3}}, 3, batch);
        ClientGradients<float> one({.sizes = {20, 8, 3}}, 1, batch);
        Round<float> round(three, 3, 15);
        three.run(round.points, {.inputs = round.inputs, .labels = round.labels}, round.gradients);
        const Eigen::MatrixXf together = round.gradients;
        for (Index c = 0; c < 3; ++c) {
            Eigen::MatrixXf alone(together.rows(), 1);
            one.run(round.points.col(c),
                    {.inputs = round.inputs.middleCols(c * batch, batch),
                     .labels = round.labelsOf(c * batch, batch)},
                    alone);
            QVERIFY(alone.col(0) == together.col(c));
        }
    }

    void whatDoesNotFitIsRefused() {
        expectRefusal([] { ClientGradients<float>({.sizes = {4, 2}}, 0, 3); }, "0 clients");
        expectRefusal([] { ClientGradients<float>({.sizes = {4}}, 1, 3); }, "1 layer sizes");
        ClientGradients<float> clients({.sizes = {4, 2}}, 2, 3);
        Round<float> round(clients, 2, 16);
        round.labels[3] = 2;
        expectRefusal(
            [&] {
                clients.run(round.points, {.inputs = round.inputs, .labels = round.labels},
                            round.gradients);
            },
            "A label is 2", "from 0 to 1");
        const std::vector<Index> counts{4, 1};
        QVERIFY_THROWS_EXCEPTION(
            std::logic_error,
            clients.run(round.points,
                        {.inputs = round.inputs, .labels = round.labels, .counts = counts},
                        round.gradients));
        QVERIFY_THROWS_EXCEPTION(
            std::logic_error,
            clients.run(round.points, {.inputs = round.inputs.leftCols(5), .labels = round.labels},
                        round.gradients));
    }
};

REGISTER_TEST(ClientGradientsTest)
#include "client_gradients_test.moc"
