#pragma once

#include <cstdint>
#include <span>

#include <Eigen/Core>

namespace convergence {

/// A network with softmax cross-entropy at its end, whose parameters are one flat vector, so that
/// optimizers need not know its layers. One column an input. Workspaces are for batches of one
/// largest size. One object a thread.
template <typename Scalar>
class Classifier {
public:
    using Matrix = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>;
    using Vector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;

    virtual ~Classifier() = default;

    [[nodiscard]] virtual Eigen::Index parameterCount() const = 0;

    /// Weights as they are when training begins; the same for the same seed.
    virtual void initialize(Eigen::Ref<Vector> parameters, std::uint64_t seed) const = 0;

    /// Mean loss on a batch (inputs × B) and its gradient.
    virtual Scalar lossAndGradient(const Eigen::Ref<const Vector>& parameters,
                                   const Eigen::Ref<const Matrix>& inputs,
                                   std::span<const std::uint8_t> labels,
                                   Eigen::Ref<Vector> gradient) = 0;

    struct Evaluation {
        double loss = 0.0;      ///< mean cross-entropy
        double errorRate = 0.0; ///< fraction of samples whose largest logit is not the label
    };
    /// Over any number of samples, a batch at a time.
    virtual Evaluation evaluate(const Eigen::Ref<const Vector>& parameters,
                                const Eigen::Ref<const Matrix>& inputs,
                                std::span<const std::uint8_t> labels) = 0;
};

} // namespace convergence
