#include <algorithm>
#include <cmath>
#include <set>

#include <QtTest>

#include "core/error.h"
#include "core/math/gradient_check.h"
#include "core/math/random.h"
#include "core/nn/minibatch.h"
#include "core/nn/mlp_classifier.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

constexpr std::uint64_t seed = 7;

struct Problem {
    MlpClassifier<double> network;
    Eigen::VectorXd parameters;
    Eigen::MatrixXd inputs;
    std::vector<std::uint8_t> labels;

    Problem(const std::vector<Eigen::Index>& sizes, Eigen::Index count, Eigen::Index batch)
        : network(sizes, batch), parameters(network.parameterCount()),
          inputs(sizes.front(), count) {
        RandomStream stream({.seed = seed, .purpose = "test problem"});
        stream.fillNormal({parameters.data(), static_cast<std::size_t>(parameters.size())}, 0.7);
        stream.fillNormal({inputs.data(), static_cast<std::size_t>(inputs.size())});
        for (Eigen::Index i = 0; i < count; ++i)
            labels.push_back(static_cast<std::uint8_t>(
                stream.integer(static_cast<std::uint64_t>(sizes.back()))));
    }
};

} // namespace

class MlpClassifierTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { qInfo("seed %llu", static_cast<unsigned long long>(seed)); }

    void gradientAgreesWithCentralDifferences_data() {
        QTest::addColumn<QList<int>>("sizes");
        QTest::newRow("linear") << QList<int>{5, 3};
        QTest::newRow("one hidden layer") << QList<int>{6, 4, 3};
        QTest::newRow("two hidden layers") << QList<int>{4, 7, 5, 2};
    }

    void gradientAgreesWithCentralDifferences() {
        QFETCH(QList<int>, sizes);
        Problem p({sizes.begin(), sizes.end()}, 9, 9);
        Eigen::VectorXd gradient(p.parameters.size()), ignored(p.parameters.size());
        p.network.lossAndGradient(p.parameters, p.inputs, p.labels, gradient);
        const GradientCheck check = checkGradient(
            [&] { return p.network.lossAndGradient(p.parameters, p.inputs, p.labels, ignored); },
            p.parameters, gradient);
        QVERIFY2(check.error < 1e-8, check.text().c_str());
    }

    void zeroParametersGiveTheLossOfAGuess() {
        Problem p({8, 4, 10}, 50, 16);
        p.parameters.setZero();
        const auto evaluation = p.network.evaluate(p.parameters, p.inputs, p.labels);
        expectNear(evaluation.loss, std::log(10.0), 1e-12);
    }

    void evaluationDoesNotDependOnTheSizeOfBlocks() {
        Problem small({6, 5, 4}, 103, 10);
        Problem whole({6, 5, 4}, 103, 103);
        const auto a = small.network.evaluate(small.parameters, small.inputs, small.labels);
        const auto b = whole.network.evaluate(whole.parameters, whole.inputs, whole.labels);
        QCOMPARE(a.errorRate, b.errorRate);
        expectNear(a.loss, b.loss, 1e-12);
    }

    void hugeLogitsStayFinite() {
        Problem p({3, 2}, 5, 5);
        p.inputs *= 1e5;
        Eigen::VectorXd gradient(p.parameters.size());
        QVERIFY(
            std::isfinite(p.network.lossAndGradient(p.parameters, p.inputs, p.labels, gradient)));
        QVERIFY(gradient.allFinite());
    }

    void initialWeightsHaveTheirVarianceAndBiasesAreZero() {
        const MlpClassifier<float> network({400, 300, 10}, 1);
        Eigen::VectorXf parameters(network.parameterCount());
        network.initialize(parameters, seed);
        const auto weights = parameters.head(400 * 300);
        // The mean square of N values of variance v scatters by v·√(2/N).
        const double meanSquare = static_cast<double>(weights.squaredNorm()) / (400.0 * 300.0);
        expectNear(meanSquare / (2.0 / 400.0), 1.0, 5.0 * std::sqrt(2.0 / 120000.0));
        QCOMPARE(parameters.segment(400 * 300, 300).norm(), 0.0F);
    }

    void anEpochVisitsNoSampleTwice() {
        MinibatchStream stream(103, 10, seed);
        QCOMPARE(stream.batchesPerEpoch(), std::int64_t{10});
        for (int epoch = 0; epoch < 3; ++epoch) {
            std::set<std::uint32_t> seen;
            for (int i = 0; i < 10; ++i)
                for (const std::uint32_t sample : stream.batch(10 * epoch + i)) {
                    QVERIFY(sample < 103);
                    QVERIFY(seen.insert(sample).second);
                }
        }
    }

    void anyBatchCanBeHadAlone() {
        MinibatchStream forward(50, 7, seed);
        std::vector<std::vector<std::uint32_t>> batches;
        for (int t = 0; t < 30; ++t) {
            const auto batch = forward.batch(t);
            batches.emplace_back(batch.begin(), batch.end());
        }
        for (const int t : {29, 3, 17, 0}) {
            MinibatchStream alone(50, 7, seed);
            const auto batch = alone.batch(t);
            QVERIFY(std::equal(batch.begin(), batch.end(),
                               batches[static_cast<std::size_t>(t)].begin()));
        }
        QVERIFY_EXCEPTION_THROWN(MinibatchStream(5, 6, seed), InputError);
    }
};

REGISTER_TEST(MlpClassifierTest)
#include "mlp_classifier_test.moc"
