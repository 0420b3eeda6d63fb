#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "core/nn/classifier.h"

namespace convergence {

/// Fully connected network with ReLU between layers and softmax cross-entropy at the end:
///
///   A₀ = X,  A_l = max(0, W_l A_{l−1} + b_l),  logits = W_L A_{L−1} + b_L,
///   loss = mean over the batch of −ln softmax(logits)[label].
///
/// One column a sample. All parameters are one flat vector (W₁ column by column, b₁, W₂, ...), so
/// that optimizers need not know the layers. Workspaces are for batches of up to `maximumBatch`;
/// no call allocates. One object a thread.
template <typename Scalar>
class MlpClassifier final : public Classifier<Scalar> {
public:
    using typename Classifier<Scalar>::Matrix;
    using typename Classifier<Scalar>::Vector;
    using typename Classifier<Scalar>::Evaluation;

    /// Layer sizes from input to classes, e.g. {784, 32, 10}. Throws InputError for fewer than two
    /// or a size below 1.
    MlpClassifier(std::vector<Eigen::Index> sizes, Eigen::Index maximumBatch);

    [[nodiscard]] Eigen::Index parameterCount() const override { return parameterCount_; }
    [[nodiscard]] Eigen::Index maximumBatch() const { return maximumBatch_; }

    /// He et al. 2015: weights N(0, 2/inputs), biases 0.
    void initialize(Eigen::Ref<Vector> parameters, std::uint64_t seed) const override;

    /// Loss on a batch (inputs × B, B ≤ maximumBatch) and its gradient.
    Scalar lossAndGradient(const Eigen::Ref<const Vector>& parameters,
                           const Eigen::Ref<const Matrix>& inputs,
                           std::span<const std::uint8_t> labels,
                           Eigen::Ref<Vector> gradient) override;

    /// Over any number of samples, in blocks of maximumBatch.
    Evaluation evaluate(const Eigen::Ref<const Vector>& parameters,
                        const Eigen::Ref<const Matrix>& inputs,
                        std::span<const std::uint8_t> labels) override;

private:
    struct Layer {
        Eigen::Index inputs, outputs, weightOffset, biasOffset;
    };
    void forward(const Eigen::Ref<const Vector>& parameters,
                 const Eigen::Ref<const Matrix>& inputs);
    /// Turns the logits of the last layer into probabilities; returns the summed loss.
    double softmaxLoss(std::span<const std::uint8_t> labels);

    std::vector<Layer> layers_;
    Eigen::Index parameterCount_ = 0;
    Eigen::Index maximumBatch_;
    std::vector<Matrix> activations_; ///< of each layer, outputs × maximumBatch
    std::vector<Matrix> deltas_;      ///< likewise
};

} // namespace convergence
