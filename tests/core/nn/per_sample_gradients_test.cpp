#include <QtTest>

#include <tbb/global_control.h>

#include "core/error.h"
#include "core/nn/layers.h"
#include "core/nn/per_sample_gradients.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::autodiff;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

constexpr Index samples = 83; // no multiple of what is done at once

/// A small convolutional classifier, recorded for any number of pictures.
struct Classifier {
    ParameterLayout layout;
    Conv2d convolution{layout, "convolution", 1, 3, 3};
    Linear head{layout, "head", 3 * 4 * 4, 4};

    struct Recorded {
        Tensor<double> theta, x, losses;
        Indices<double> labels;
    };
    Recorded record(Graph<double>& graph, Index count) const {
        Recorded r;
        r.theta = graph.input({layout.size()});
        r.x = graph.input({count, 6, 6, 1});
        r.labels = graph.indexInput({count});
        const auto h = gelu(convolution(r.theta, r.x));
        r.losses = crossEntropy(head(r.theta, reshape(h, {count, 48})), r.labels);
        return r;
    }
};

struct Data {
    VectorXd theta;
    MatrixXd images = MatrixXd(36, samples);
    std::vector<std::int32_t> labels;

    explicit Data(const Classifier& model) : theta(model.layout.size()) {
        model.layout.initialize({theta.data(), static_cast<std::size_t>(theta.size())}, 3);
        RandomStream stream({.seed = 4, .purpose = "pictures"});
        stream.fillNormal({images.data(), static_cast<std::size_t>(images.size())});
        for (Index i = 0; i < samples; ++i)
            labels.push_back(static_cast<std::int32_t>(stream.integer(4)));
    }
    [[nodiscard]] auto setter(const Classifier::Recorded& r) const {
        return [this, r](Program<double>& program, Index i) {
            std::copy_n(images.col(i).data(), 36, program.value(r.x).begin());
            program.value(r.labels)[0] = labels[static_cast<std::size_t>(i)];
        };
    }
};

} // namespace

class PerSampleGradientsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Against the gradient of one loss at a time in a graph of all samples.
    void agreeWithGradientsTakenOneByOne() {
        const Classifier model;
        const Data data(model);
        Graph<double> graph;
        const auto one = model.record(graph, 1);
        PerSampleGradients<double> gradients(graph, sum(one.losses), one.theta);
        MatrixXd found(model.layout.size(), samples);
        VectorXd losses(samples);
        gradients.compute(data.theta, data.setter(one), found, losses);

        Graph<double> whole;
        const auto all = model.record(whole, samples);
        const auto chosen = whole.input({samples}); // one-hot
        const auto slope = gradient(dot(all.losses, chosen), all.theta);
        Program<double> program(whole, {slope, all.losses});
        program.bind(all.theta, {data.theta.data(), static_cast<std::size_t>(data.theta.size())});
        std::copy_n(data.images.data(), data.images.size(), program.value(all.x).begin());
        std::copy(data.labels.begin(), data.labels.end(), program.value(all.labels).begin());
        for (Index i = 0; i < samples; ++i) {
            program.vector(chosen).setZero();
            program.vector(chosen)[i] = 1.0;
            program.run();
            expectNear(found.col(i), program.vector(slope), 1e-12 * program.vector(slope).norm());
            expectNear(losses[i], program.vector(all.losses)[i], 1e-12);
        }
    }

    void clippedMeanIsTheMeanOfClippedGradients() {
        const Classifier model;
        const Data data(model);
        Graph<double> graph;
        const auto one = model.record(graph, 1);
        PerSampleGradients<double> gradients(graph, sum(one.losses), one.theta);
        MatrixXd each(model.layout.size(), samples);
        VectorXd losses(samples), mean(model.layout.size());
        gradients.compute(data.theta, data.setter(one), each, losses);
        std::vector<double> norms;
        for (Index i = 0; i < samples; ++i)
            norms.push_back(each.col(i).norm());
        std::nth_element(norms.begin(), norms.begin() + samples / 2, norms.end());
        const double bound = norms[samples / 2]; // half of them are clipped
        VectorXd expected = VectorXd::Zero(model.layout.size());
        for (Index i = 0; i < samples; ++i)
            expected += each.col(i) * std::min(1.0, bound / each.col(i).norm()) / samples;
        const double loss =
            gradients.clippedMean(data.theta, data.setter(one), samples, bound, mean);
        expectNear(mean, expected, 1e-13 * expected.norm());
        expectNear(loss, losses.mean(), 1e-12);
    }

    void resultsAreTheSameBitsForAnyNumberOfThreads() {
        const Classifier model;
        const Data data(model);
        std::vector<VectorXd> means;
        for (const std::size_t threads : {1U, 2U, 4U}) {
            const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
            Graph<double> graph;
            const auto one = model.record(graph, 1);
            PerSampleGradients<double> gradients(graph, sum(one.losses), one.theta);
            means.emplace_back(model.layout.size());
            gradients.clippedMean(data.theta, data.setter(one), samples, 0.5, means.back());
        }
        QVERIFY(means[1] == means[0]);
        QVERIFY(means[2] == means[0]);
    }

    void badSamplesAndShapesAreRefused() {
        const Classifier model;
        const Data data(model);
        Graph<double> graph;
        const auto one = model.record(graph, 1);
        PerSampleGradients<double> gradients(graph, sum(one.losses), one.theta);
        VectorXd mean(model.layout.size());
        const auto set = data.setter(one);
        const auto bad = [&](Program<double>& program, Index i) {
            set(program, i);
            if (i == 40)
                program.value(one.labels)[0] = 9;
        };
        QVERIFY_THROWS_EXCEPTION(InputError,
                                 gradients.clippedMean(data.theta, bad, samples, 1.0, mean));
        MatrixXd narrow(model.layout.size(), 2);
        VectorXd losses(3);
        QVERIFY_THROWS_EXCEPTION(std::logic_error,
                                 gradients.compute(data.theta, set, narrow, losses));
        QVERIFY_THROWS_EXCEPTION(
            std::logic_error, PerSampleGradients<double>(graph, sum(one.losses), graph.input({3})));
    }
};

REGISTER_TEST(PerSampleGradientsTest)
#include "per_sample_gradients_test.moc"
