#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include <Eigen/Core>

#include "core/autodiff/program.h"
#include "core/nn/classifier.h"
#include "core/nn/parameter_layout.h"

namespace convergence {

/// A small convolutional network for square gray images, of the size of LeNet-5 (LeCun et al. 1998)
/// with ReLU: 5 × 5 convolutions of 6 and 16 channels, each followed by 2 × 2 pooling, then fully
/// connected layers of 120, 84 and the classes, and softmax cross-entropy.
///
/// One column an image; batches are all of one size.
class ConvolutionalClassifier final : public Classifier<float> {
public:
    enum class Pooling { average, maximum };
    /// Throws InputError unless `pixels` is the square of at least 12, and for sizes below 1.
    ConvolutionalClassifier(Eigen::Index pixels, Eigen::Index classes, Eigen::Index batch,
                            Pooling pooling = Pooling::average);
    ~ConvolutionalClassifier() override;

    [[nodiscard]] Eigen::Index parameterCount() const override { return layout_.size(); }
    /// He et al. 2015; LeCun's for the last layer; biases 0.
    void initialize(Eigen::Ref<Vector> parameters, std::uint64_t seed) const override;

    /// Loss on a batch (pixels × batch) and its gradient.
    float lossAndGradient(const Eigen::Ref<const Vector>& parameters,
                          const Eigen::Ref<const Matrix>& inputs,
                          std::span<const std::uint8_t> labels,
                          Eigen::Ref<Vector> gradient) override;
    /// Over any number of samples, a batch at a time.
    Evaluation evaluate(const Eigen::Ref<const Vector>& parameters,
                        const Eigen::Ref<const Matrix>& inputs,
                        std::span<const std::uint8_t> labels) override;

private:
    struct Recorded;
    ParameterLayout layout_;
    Eigen::Index batch_;
    std::unique_ptr<Recorded> recorded_;
};

} // namespace convergence
