#pragma once

#include <cstdint>
#include <memory>

#include <Eigen/Core>

namespace convergence::statistics {

struct SdrNetworkOptions {
    enum class Form {
        dense, ///< p – width – width – d, ReLU, weights and biases uniform in ±1/√inputs
        convolutional, ///< of square pictures; below
    };
    Form form = Form::dense;
    Eigen::Index width = 64;
    Eigen::Index dimension = 2; ///< d
    double gain = 2.0;          ///< γ
    double penalty = 1.0;       ///< λ
    double learningRate = 3e-3; ///< at first; falls to 0 by a line
    double weightDecay = 1e-3;  ///< added to the gradient
    Eigen::Index iterations = 800;
    Eigen::Index batch = 0; ///< 0: all samples
    std::uint64_t seed = 0;
};

/// A network whose d outputs hold the most of what W asks for, at covariance I:
///
///     L(θ) = −γ tr(FᵀWF)/(n tr W) + λ‖S − I‖²_F,   S = F̄ᵀF̄/n,
///
/// minimized by Adam at a rate that falls linearly. Of a batch, W's rows and columns of its members
/// count, centered again. The scale n keeps S near I: without it a component would grow without
/// bound, and both would collapse onto one direction.
///
/// Convolutional: 3×3 convolution to 8 channels, ReLU, 2×2 means; a residual block x + conv(ReLU
/// (conv x)); ReLU; dense to 32, ReLU, dense to d.
class SdrNetwork {
public:
    /// x: n × p, W: n × n. Throws InputError for p that is no square picture of even size where the
    /// form is convolutional, and std::logic_error where sizes do not fit.
    SdrNetwork(const Eigen::MatrixXd& x, const Eigen::MatrixXd& weights,
               const SdrNetworkOptions& options);
    SdrNetwork(SdrNetwork&&) noexcept;
    ~SdrNetwork();

    /// One step of Adam. False once θ is not finite.
    bool step();
    /// Of the last step, before it: tr(FᵀWF)/(n tr W) and ‖S − I‖².
    [[nodiscard]] double association() const;
    [[nodiscard]] double distortion() const;
    /// f(x), a row a sample, of any number of them.
    [[nodiscard]] Eigen::MatrixXd features(const Eigen::MatrixXd& x);

    void setGain(double gain);
    void setPenalty(double penalty);

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace convergence::statistics
