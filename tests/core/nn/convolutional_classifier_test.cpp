#include <cmath>

#include <QtTest>

#include <tbb/global_control.h>

#include "core/data/fashion_mnist.h"
#include "core/error.h"
#include "core/math/gradient_check.h"
#include "core/math/random.h"
#include "core/nn/convolutional_classifier.h"
#include "core/optim/optimizer.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using Eigen::Index;

namespace {

struct Problem {
    ConvolutionalClassifier network{144, 4, 6};
    Eigen::VectorXf parameters{network.parameterCount()};
    Eigen::MatrixXf inputs{144, 17};
    std::vector<std::uint8_t> labels;

    Problem() {
        network.initialize(parameters, 3);
        RandomStream stream({.seed = 4, .purpose = "images"});
        stream.fillNormal({inputs.data(), static_cast<std::size_t>(inputs.size())});
        for (Index i = 0; i < inputs.cols(); ++i)
            labels.push_back(static_cast<std::uint8_t>(stream.integer(4)));
    }
};

} // namespace

class ConvolutionalClassifierTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// 156 + 2,416 + 48,120 + 10,164 + 850 for 28 × 28 and ten classes, as in LeNet-5.
    void hasTheSizeOfLeNet() {
        QCOMPARE(ConvolutionalClassifier(784, 10, 1).parameterCount(), Index{61706});
    }

    /// Along random directions, in single precision.
    void gradientAgreesWithDifferences() {
        Problem p;
        const auto images = p.inputs.leftCols(6);
        const std::span<const std::uint8_t> labels(p.labels.data(), 6);
        Eigen::VectorXf gradient(p.parameters.size()), ignored(p.parameters.size());
        p.network.lossAndGradient(p.parameters, images, labels, gradient);
        RandomStream stream({.seed = 5, .purpose = "directions"});
        for (int trial = 0; trial < 5; ++trial) {
            Eigen::VectorXf direction(p.parameters.size());
            stream.fillNormal({direction.data(), static_cast<std::size_t>(direction.size())});
            direction.normalize();
            direction += gradient.normalized(); // so that there is something to measure
            double along = 0.0;
            const double slope = gradient.dot(direction);
            const auto loss = [&]() -> double {
                return p.network.lossAndGradient(p.parameters + float(along) * direction, images,
                                                 labels, ignored);
            };
            const GradientCheck check =
                checkGradient(loss, {&along, 1}, {&slope, 1}, {.step = 2e-3});
            expectNear(check.relativeError(), 0.0, 1e-2, check.text());
        }
    }

    void zeroParametersGiveTheLossOfAGuess() {
        Problem p;
        p.parameters.setZero();
        expectNear(p.network.evaluate(p.parameters, p.inputs, p.labels).loss, std::log(4.0), 1e-6);
    }

    /// 17 images in batches of 6, the last of which is not full, against one at a time.
    void evaluationDoesNotDependOnTheBatch() {
        Problem p;
        ConvolutionalClassifier single(144, 4, 1);
        const auto together = p.network.evaluate(p.parameters, p.inputs, p.labels);
        const auto apart = single.evaluate(p.parameters, p.inputs, p.labels);
        expectNear(together.loss, apart.loss, 1e-5);
        QCOMPARE(together.errorRate, apart.errorRate);
    }

    void learnsPictures() {
        const ImageDataset data = standInImages(512, 256, 1);
        ConvolutionalClassifier network(784, 10, 64);
        Eigen::VectorXf parameters(network.parameterCount()), gradient(network.parameterCount());
        network.initialize(parameters, 1);
        for (Index step = 0; step < 120; ++step) {
            const Index first = step % 8 * 64;
            network.lossAndGradient(
                parameters, data.train.images.middleCols(first, 64),
                std::span(data.train.labels).subspan(static_cast<std::size_t>(first), 64),
                gradient);
            parameters -= 0.1F * gradient;
        }
        const auto result = network.evaluate(parameters, data.test.images, data.test.labels);
        QVERIFY2(result.errorRate < 0.5, qPrintable(QString::number(result.errorRate)));
    }

    /// Twenty steps of Adam, with one, two and four threads.
    void trainingIsTheSameBitsForAnyNumberOfThreads() {
        const ImageDataset data = standInImages(256, 10, 2);
        std::vector<Eigen::VectorXf> results;
        for (const std::size_t threads : {1U, 2U, 4U}) {
            const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
            ConvolutionalClassifier network(784, 10, 64);
            Eigen::VectorXf parameters(network.parameterCount()),
                gradient(network.parameterCount());
            network.initialize(parameters, 1);
            Adam<float> adam(network.parameterCount());
            for (Index step = 0; step < 20; ++step) {
                const Index first = step % 4 * 64;
                network.lossAndGradient(
                    parameters, data.train.images.middleCols(first, 64),
                    std::span(data.train.labels).subspan(static_cast<std::size_t>(first), 64),
                    gradient);
                adam.step(parameters, gradient, 1e-3F);
            }
            results.push_back(parameters);
        }
        QVERIFY(results[1] == results[0]);
        QVERIFY(results[2] == results[0]);
    }

    void imagesThatDoNotFitAreRefused() {
        expectRefusal([&] { ConvolutionalClassifier(783, 10, 1); }, "783 pixels");
        expectRefusal([&] { ConvolutionalClassifier(121, 10, 1); }, "at least 12 × 12");
        expectRefusal([&] { ConvolutionalClassifier(784, 10, 0); }, "batches of 0");
    }
};

REGISTER_TEST(ConvolutionalClassifierTest)
#include "convolutional_classifier_test.moc"
