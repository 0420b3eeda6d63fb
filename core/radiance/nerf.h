#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include <Eigen/Core>

#include "core/optim/optimizer.h"
#include "core/radiance/renderer.h"
#include "core/radiance/scene.h"

namespace convergence::radiance {

/// A small neural radiance field (after Mildenhall et al. 2020): a network from position and view
/// to density and color, without any grid. The baseline that voxel grids are compared with; the
/// original is eight layers of 256 with two passes of sampling, and far slower still.
///
///   x_k = o + v t_k,  t_k = near + (far − near)(k + u)/64,  k = 0..63
///   h   = four layers of 64 with ReLU of γ₁₀(x/1.5)           (63 numbers)
///   α   = 1 − exp(−δ softplus(w·h + b − 1)),  δ = 5 (far − near)/64
///   c   = σ(W₂ ReLU(W₁ [h, γ₄(v)] + b₁) + b₂)                 (27 view numbers, 32 hidden)
///   Ĉ   = Σ w_k c_k + T_last, white behind everything
///
/// γ_n(x) = [x, sin 2^q x_a, cos 2^q x_a], q = 0..n−1, axis-major. Weights and biases uniform in
/// ±1/√fan_in, the last bias 0. double is for gradient tests.
template <typename Scalar>
class BasicNerf {
public:
    using Vector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;
    using Matrix3X = Eigen::Matrix<Scalar, 3, Eigen::Dynamic>;
    static constexpr int samples = 64; ///< a ray

    /// Rays with what they should show, one a column.
    struct Rays {
        Matrix3X origins;
        Matrix3X directions; ///< unit
        Matrix3X colors;     ///< targets, in [0, 1]
        Vector offsets;      ///< u in [0, 1): where in its interval each sample lies
    };

    BasicNerf(double nearest, double farthest, std::uint64_t seed);
    ~BasicNerf();

    [[nodiscard]] Vector& parameters() { return parameters_; }
    [[nodiscard]] const Vector& gradient() const { return gradient_; }

    /// Mean squared error over rays and channels, and its gradient. Parallel over rays; sums have
    /// the same order whatever the number of threads. Does not allocate after the first call with
    /// as many rays.
    double lossAndGradient(const Rays& rays);

    /// What rays see, one a column. Parallel.
    struct Seen {
        Matrix3X colors;
        Vector depth;        ///< Σ w t
        Vector transparency; ///< T_last
    };
    [[nodiscard]] Seen render(const Rays& rays) const;

private:
    struct Lane;
    void forward(const Rays& rays, Eigen::Index first, Eigen::Index count, Lane& lane) const;
    double backward(const Rays& rays, Eigen::Index first, Eigen::Index count, Lane& lane) const;

    double nearest_;
    double farthest_;
    Vector parameters_;
    Vector gradient_;
    std::vector<std::unique_ptr<Lane>> lanes_;
};

extern template class BasicNerf<float>;
extern template class BasicNerf<double>;

/// Trains a BasicNerf<float> on random pixels of a scene's training pictures, drawn with
/// replacement, by Adam with β = (0.9, 0.99).
class NerfTrainer {
public:
    /// `rays` a step.
    NerfTrainer(std::shared_ptr<const Scene> scene, int rays, std::uint64_t seed);

    /// One step at a learning rate. False when the loss is not finite.
    bool step(double learningRate);
    /// Of the last step: mean squared error of its batch before it.
    [[nodiscard]] double loss() const { return loss_; }
    /// Samples that the network was asked for by training so far.
    [[nodiscard]] double coloredSamples() const {
        return static_cast<double>(step_ * rays_.origins.cols() * BasicNerf<float>::samples);
    }

    /// The colors of a camera's pixels, three numbers each, in the order given.
    [[nodiscard]] std::vector<float> colors(const Camera& camera,
                                            const std::vector<Pixel>& pixels) const;
    /// A whole picture.
    [[nodiscard]] Rendering render(const Camera& camera) const;

private:
    void drawRays();
    [[nodiscard]] BasicNerf<float>::Seen see(const Camera& camera,
                                             const std::vector<Pixel>& pixels) const;

    std::shared_ptr<const Scene> scene_;
    std::uint64_t seed_;
    std::int64_t step_ = 0;
    double loss_ = 0.0;
    BasicNerf<float> network_;
    BasicNerf<float>::Rays rays_;
    Adam<float> optimizer_;
};

} // namespace convergence::radiance
