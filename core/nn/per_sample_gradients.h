#pragma once

#include <functional>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "core/autodiff/program.h"

namespace convergence {

/// The gradient of each sample's loss by itself: for differential privacy, for gradient noise and
/// its scale, for influence.
///
///     Graph<float> graph; // of one sample
///     const auto theta = graph.input({layout.size()}), x = graph.input({1, 784});
///     const auto label = graph.indexInput({1});
///     PerSampleGradients<float> gradients(graph, mean(crossEntropy(model(theta, x), label)),
///     theta); gradients.compute(parameters, [&](auto& program, Eigen::Index i) {
///         std::ranges::copy(images.col(i), program.value(x).begin());
///         program.value(label)[0] = labels[i];
///     }, each, losses);
///
/// Replays the program of one sample, which costs a few nanoseconds an operation besides its
/// arithmetic, on copies side by side. Results are the same bits whatever the number of threads.
template <typename Scalar>
class PerSampleGradients {
public:
    using Vector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;
    using Matrix = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>;
    /// Puts sample i into the leaves of a program. Called from several threads, each with a program
    /// of its own. What it throws is passed on.
    using SetSample = std::function<void(autodiff::Program<Scalar>&, Eigen::Index i)>;

    /// `loss` [one element] of one sample in the vector `theta` [P]. Throws std::logic_error for
    /// other shapes.
    PerSampleGradients(autodiff::Graph<Scalar>& graph, autodiff::Tensor<Scalar> loss,
                       autodiff::Tensor<Scalar> theta);

    [[nodiscard]] Eigen::Index parameters() const { return size_; }

    /// Column i of `gradients` [P × B] and entry i of `losses` [B] are those of sample i at
    /// `parameters` [P]. Random operations see the number of the sample as their step.
    void compute(const Eigen::Ref<const Vector>& parameters, const SetSample& setSample,
                 Eigen::Ref<Matrix> gradients, Eigen::Ref<Vector> losses);

    /// The mean of the gradients of samples 0, ..., count − 1, each scaled down to norm `bound` if
    /// it is longer (Abadi et al. 2016, before noise), without storing them all. Returns the mean
    /// loss.
    Scalar clippedMean(const Eigen::Ref<const Vector>& parameters, const SetSample& setSample,
                       Eigen::Index count, Scalar bound, Eigen::Ref<Vector> mean);

private:
    /// Calls take(program, g, i) for all samples: groups of samples one after another, some groups
    /// at once, each with program number g.
    template <typename Take>
    void forSamples(const Eigen::Ref<const Vector>& parameters, const SetSample& setSample,
                    Eigen::Index first, Eigen::Index count, const Take& take);

    Eigen::Index size_;
    autodiff::Tensor<Scalar> loss_, theta_, slope_;
    std::vector<autodiff::Program<Scalar>> programs_;
    std::vector<Vector> sums_; ///< of clipped gradients, one a program
};

} // namespace convergence
