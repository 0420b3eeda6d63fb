#pragma once

#include <cstdint>
#include <memory>

#include <Eigen/Core>

namespace convergence::statistics {

/// What a network makes as large as its size allows.
enum class SdrCriterion {
    quadratic,         ///< tr(FᵀWF)/(n tr W)
    distanceCovariance ///< of features and responses, W being distanceWeights()
};

struct SdrNetworkOptions {
    SdrCriterion criterion = SdrCriterion::quadratic;
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
/// minimized by Adam at a rate that falls linearly, or the same with the distance covariance
/// (frechet_covariance.h) in the trace's place. Of a batch, W's rows and columns of its members
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
    /// Of the last step, before it: what is maximized, and ‖S − I‖².
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
