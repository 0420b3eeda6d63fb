#include "core/nn/mlp_classifier.h"

#include <cmath>

#include <fmt/format.h>

#include "core/error.h"
#include "core/math/random.h"

namespace convergence {

template <typename Scalar>
MlpClassifier<Scalar>::MlpClassifier(std::vector<Eigen::Index> sizes, Eigen::Index maximumBatch)
    : maximumBatch_(maximumBatch) {
    if (sizes.size() < 2 || maximumBatch < 1)
        throw InputError(fmt::format("A network of {} layer sizes and batches of {} is not "
                                     "accepted; it takes at least 2 sizes and batches of 1.",
                                     sizes.size(), maximumBatch));
    for (std::size_t i = 0; i + 1 < sizes.size(); ++i) {
        if (sizes[i] < 1 || sizes[i + 1] < 1)
            throw InputError(
                "A layer of a network has a size below 1; every size must be positive.");
        const Eigen::Index weights = sizes[i] * sizes[i + 1];
        layers_.push_back({sizes[i], sizes[i + 1], parameterCount_, parameterCount_ + weights});
        parameterCount_ += weights + sizes[i + 1];
        activations_.emplace_back(sizes[i + 1], maximumBatch);
        deltas_.emplace_back(sizes[i + 1], maximumBatch);
    }
}

template <typename Scalar>
void MlpClassifier<Scalar>::initialize(Eigen::Ref<Vector> parameters, std::uint64_t seed) const {
    RandomStream stream({.seed = seed, .purpose = "initial weights"});
    parameters.setZero();
    for (const Layer& layer : layers_) {
        const Scalar deviation = std::sqrt(Scalar(2) / static_cast<Scalar>(layer.inputs));
        stream.fillNormal({parameters.data() + layer.weightOffset,
                           static_cast<std::size_t>(layer.inputs * layer.outputs)},
                          deviation);
    }
}

template <typename Scalar>
void MlpClassifier<Scalar>::forward(const Eigen::Ref<const Vector>& parameters,
                                    const Eigen::Ref<const Matrix>& inputs) {
    const Eigen::Index batch = inputs.cols();
    for (std::size_t l = 0; l < layers_.size(); ++l) {
        const Layer& layer = layers_[l];
        const Eigen::Map<const Matrix> weights(parameters.data() + layer.weightOffset,
                                               layer.outputs, layer.inputs);
        auto out = activations_[l].leftCols(batch); // outputs × B
        if (l == 0)
            out.noalias() = weights * inputs;
        else
            out.noalias() = weights * activations_[l - 1].leftCols(batch);
        out.colwise() += parameters.segment(layer.biasOffset, layer.outputs);
        if (l + 1 < layers_.size())
            out = out.cwiseMax(Scalar(0));
    }
}

template <typename Scalar>
double MlpClassifier<Scalar>::softmaxLoss(std::span<const std::uint8_t> labels) {
    double loss = 0.0;
    for (std::size_t n = 0; n < labels.size(); ++n) {
        auto column = activations_.back().col(static_cast<Eigen::Index>(n));
        const Scalar largest = column.maxCoeff();
        const Scalar own = column[labels[n]];
        column = (column.array() - largest).exp();
        const Scalar total = column.sum();
        loss += static_cast<double>(largest + std::log(total) - own);
        column /= total;
    }
    return loss;
}

template <typename Scalar>
Scalar MlpClassifier<Scalar>::lossAndGradient(const Eigen::Ref<const Vector>& parameters,
                                              const Eigen::Ref<const Matrix>& inputs,
                                              std::span<const std::uint8_t> labels,
                                              Eigen::Ref<Vector> gradient) {
    const Eigen::Index batch = inputs.cols();
    forward(parameters, inputs);
    const double loss = softmaxLoss(labels) / static_cast<double>(batch);

    // ∂loss/∂logits = (softmax − one-hot)/B.
    auto top = deltas_.back().leftCols(batch);
    top = activations_.back().leftCols(batch);
    for (Eigen::Index n = 0; n < batch; ++n)
        top(labels[static_cast<std::size_t>(n)], n) -= Scalar(1);
    top /= static_cast<Scalar>(batch);

    for (std::size_t l = layers_.size(); l-- > 0;) {
        const Layer& layer = layers_[l];
        const auto delta = deltas_[l].leftCols(batch); // outputs × B
        Eigen::Map<Matrix> weightGradient(gradient.data() + layer.weightOffset, layer.outputs,
                                          layer.inputs);
        if (l == 0) {
            weightGradient.noalias() = delta * inputs.transpose();
        } else {
            const auto below = activations_[l - 1].leftCols(batch); // inputs × B
            weightGradient.noalias() = delta * below.transpose();
            const Eigen::Map<const Matrix> weights(parameters.data() + layer.weightOffset,
                                                   layer.outputs, layer.inputs);
            auto passed = deltas_[l - 1].leftCols(batch);
            passed.noalias() = weights.transpose() * delta;
            passed.array() *= (below.array() > Scalar(0)).template cast<Scalar>();
        }
        gradient.segment(layer.biasOffset, layer.outputs) = delta.rowwise().sum();
    }
    return static_cast<Scalar>(loss);
}

template <typename Scalar>
typename MlpClassifier<Scalar>::Evaluation
MlpClassifier<Scalar>::evaluate(const Eigen::Ref<const Vector>& parameters,
                                const Eigen::Ref<const Matrix>& inputs,
                                std::span<const std::uint8_t> labels) {
    Evaluation evaluation;
    std::size_t wrong = 0;
    for (Eigen::Index first = 0; first < inputs.cols(); first += maximumBatch_) {
        const Eigen::Index count = std::min(maximumBatch_, inputs.cols() - first);
        forward(parameters, inputs.middleCols(first, count));
        const auto part =
            labels.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count));
        for (Eigen::Index n = 0; n < count; ++n) {
            Eigen::Index predicted = 0;
            activations_.back().col(n).maxCoeff(&predicted);
            wrong += predicted != part[static_cast<std::size_t>(n)];
        }
        evaluation.loss += softmaxLoss(part);
    }
    const auto total = static_cast<double>(inputs.cols());
    evaluation.loss /= total;
    evaluation.errorRate = static_cast<double>(wrong) / total;
    return evaluation;
}

template class MlpClassifier<float>;
template class MlpClassifier<double>;

} // namespace convergence
