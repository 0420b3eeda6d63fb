#include "core/nn/convolutional_classifier.h"

#include <cmath>

#include <fmt/format.h>

#include "core/error.h"
#include "core/nn/layers.h"

namespace convergence {

using namespace autodiff;

/// The network on a batch of images: its loss and slope, and apart from them what evaluation takes.
struct ConvolutionalClassifier::Recorded {
    Graph<float> graph;
    Tensor<float> theta, images, logits, losses, loss, slope;
    Indices<float> labels;
    std::unique_ptr<Program<float>> training, evaluation;

    Recorded(ParameterLayout& layout, Index side, Index classes, Index batch, Pooling pooling) {
        const auto pooled = [&](Tensor<float> x) {
            return pooling == Pooling::average ? averagePool(x, 2, 2) : maxPool(x, 2, 2);
        };
        const Conv2d first(layout, "first", {.outputs = 6, .window = 5, .padding = 2}),
            second(layout, "second", {.inputs = 6, .outputs = 16, .window = 5});
        const Index small = (side / 2 - 4) / 2;
        const Mlp head(layout, "head", {small * small * 16, 120, 84, classes});
        theta = graph.input({layout.size()});
        images = graph.input({batch, side, side, 1});
        labels = graph.indexInput({batch});
        const auto a = pooled(relu(first(theta, images)));
        const auto b = pooled(relu(second(theta, a)));
        logits =
            head(theta, reshape(b, {batch, small * small * 16}), [](auto h) { return relu(h); });
        losses = crossEntropy(logits, labels);
        loss = mean(losses);
        slope = gradient(loss, theta);
        training = std::make_unique<Program<float>>(graph, std::vector{loss, slope});
        evaluation = std::make_unique<Program<float>>(graph, std::vector{logits, losses});
    }

    void set(Program<float>& program, const Eigen::Ref<const Vector>& parameters,
             const Eigen::Ref<const Matrix>& inputs, std::span<const std::uint8_t> given) const {
        program.bind(theta, {parameters.data(), static_cast<std::size_t>(parameters.size())});
        Eigen::Map<Matrix>(program.value(images).data(), inputs.rows(), inputs.cols()) = inputs;
        std::copy(given.begin(), given.end(), program.value(labels).begin());
    }
};

ConvolutionalClassifier::ConvolutionalClassifier(Eigen::Index pixels, Eigen::Index classes,
                                                 Eigen::Index batch, Pooling pooling)
    : batch_(batch) {
    const auto side = static_cast<Index>(std::lround(std::sqrt(static_cast<double>(pixels))));
    if (side * side != pixels || side < 12)
        throw InputError(fmt::format("Images of {} pixels are not accepted by the convolutional "
                                     "network; they must be square, of at least 12 × 12.",
                                     pixels));
    if (classes < 1 || batch < 1)
        throw InputError(fmt::format("A convolutional network for {} classes and batches of {} is "
                                     "not accepted; it takes at least 1 of each.",
                                     classes, batch));
    recorded_ = std::make_unique<Recorded>(layout_, side, classes, batch, pooling);
}

ConvolutionalClassifier::~ConvolutionalClassifier() = default;

void ConvolutionalClassifier::initialize(Eigen::Ref<Vector> parameters, std::uint64_t seed) const {
    layout_.initialize({parameters.data(), static_cast<std::size_t>(parameters.size())}, seed);
}

float ConvolutionalClassifier::lossAndGradient(const Eigen::Ref<const Vector>& parameters,
                                               const Eigen::Ref<const Matrix>& inputs,
                                               std::span<const std::uint8_t> labels,
                                               Eigen::Ref<Vector> gradient) {
    auto& program = *recorded_->training;
    recorded_->set(program, parameters, inputs, labels);
    program.run();
    gradient = program.vector(recorded_->slope);
    return program.scalar(recorded_->loss);
}

ConvolutionalClassifier::Evaluation
ConvolutionalClassifier::evaluate(const Eigen::Ref<const Vector>& parameters,
                                  const Eigen::Ref<const Matrix>& inputs,
                                  std::span<const std::uint8_t> labels) {
    auto& program = *recorded_->evaluation;
    Evaluation evaluation;
    std::size_t wrong = 0;
    for (Index first = 0; first < inputs.cols(); first += batch_) {
        const Index count = std::min(batch_, inputs.cols() - first);
        const auto part =
            labels.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count));
        recorded_->set(program, parameters, inputs.middleCols(first, count), part);
        program.run(); // after the last images lie some of the batch before, which do not count
        const auto logits = program.matrix(recorded_->logits);
        for (Index n = 0; n < count; ++n) {
            Index predicted = 0;
            logits.row(n).maxCoeff(&predicted);
            wrong += predicted != part[static_cast<std::size_t>(n)];
            evaluation.loss +=
                static_cast<double>(program.value(recorded_->losses)[static_cast<std::size_t>(n)]);
        }
    }
    const auto total = static_cast<double>(inputs.cols());
    evaluation.loss /= total;
    evaluation.errorRate = static_cast<double>(wrong) / total;
    return evaluation;
}

} // namespace convergence
