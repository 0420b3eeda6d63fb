#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <Eigen/Core>

#include "core/autodiff/program.h"
#include "core/nn/parameter_layout.h"

namespace convergence {

/// Non-linearities of the networks below; each keeps a variance of about 1.
enum class TangentActivation {
    relu,       ///< √2 max(0, u)
    erf,        ///< erf(u)
    tanh,       ///< tanh(u)
    polynomial, ///< (2u + u²)/√7: of degree 2
};
/// Throws InputError for an unknown name.
TangentActivation tangentActivation(std::string_view name);

/// Where the factors of a network's width are.
enum class TangentScaling {
    tangent,   ///< W ~ N(0, 1), h = W a/√n: Jacot, Gabriel, Hongler 2018
    standard,  ///< W ~ N(0, 1/n), h = W a: another kernel, which grows with n
    meanField, ///< as tangent, but the output is divided by √n once more: features move
};

struct TangentNetwork {
    Eigen::Index inputs = 2;
    Eigen::Index width = 512;
    Eigen::Index depth = 2; ///< hidden layers L
    double beta = 0.1;      ///< of biases, forward and in the gradient
    TangentActivation activation = TangentActivation::relu;
    TangentScaling scaling = TangentScaling::tangent;

    [[nodiscard]] Eigen::Index parameters() const;
};

/// h^{l+1} = W^l a^l/√n_l + β b^l, a^l = σ(h^l), f = h^{L+1}, trained on ½ ∑ (f(x_i) − y_i)², with
/// its tangent kernel
///
///   Θ = ∑_l (A^l A^lᵀ/n_l + β²) ∘ (D^l D^lᵀ),   D^l = ∂f/∂h^{l+1},
///
/// from activations and back-propagated signals, at O(N² n L), never forming a Jacobian. The same D
/// give the gradient: ∂/∂W^l = A^lᵀ (r ∘ D^l)/√n_l for residuals r. Double precision.
class TangentProgram {
public:
    /// Inputs are rows of `x` (N × inputs), targets y (N).
    TangentProgram(const TangentNetwork& network, const Eigen::MatrixXd& x,
                   const Eigen::VectorXd& y);

    /// Reads parameters from `theta` from now on; it must outlive the program.
    void bind(const Eigen::VectorXd& theta);
    void run() { program_->run(); }
    [[nodiscard]] Eigen::Map<const Eigen::VectorXd> values() const;   ///< f(x_i), N
    [[nodiscard]] Eigen::Map<const Eigen::VectorXd> gradient() const; ///< of the loss
    [[nodiscard]] Eigen::MatrixXd kernel() const;                     ///< Θ, N × N

private:
    std::unique_ptr<autodiff::Graph<double>> graph_;
    autodiff::Tensor<double> theta_, values_, gradient_, kernel_;
    std::unique_ptr<autodiff::Program<double>> program_;
};

/// W and b of a network, of stream (seed, network).
Eigen::VectorXd initialTangentParameters(const TangentNetwork& network, std::uint64_t seed,
                                         std::uint64_t replicate);

/// Kernels in the limit of infinite width, on the rows of x (N × inputs).
struct LimitKernels {
    Eigen::MatrixXd process; ///< Σ^{L+1}: covariance of the network at the start
    Eigen::MatrixXd tangent; ///< Θ^{L+1}
};
/// Σ¹ = x·x'/n₀ + β², Σ^{l+1} = E σ(u)σ(v) + β², Θ¹ = Σ¹, Θ^{l+1} = Θ^l E σ'(u)σ'(v) + Σ^{l+1} for
/// (u, v) ~ N(0, Σ^l): the arc-cosine formulas for ReLU, Gauss–Hermite quadrature with 64 nodes a
/// dimension otherwise.
LimitKernels limitKernels(const TangentNetwork& network, const Eigen::MatrixXd& x);

/// Nodes and weights for E g(z), z ~ N(0, 1), by Golub and Welsch.
struct NormalQuadrature {
    Eigen::VectorXd nodes, weights;
};
NormalQuadrature normalQuadrature(Eigen::Index count);

/// `count` points on the unit circle at equal angles from −π + 0.2, as rows.
Eigen::MatrixXd circlePoints(Eigen::Index count);

} // namespace convergence
