#include "core/nn/tangent_kernel.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include <fmt/format.h>

#include "core/autodiff/operations.h"
#include "core/error.h"
#include "core/math/decompositions.h"

namespace convergence {

namespace {

using autodiff::Tensor;
using autodiff::Transposed;
using Eigen::Index;

Tensor<double> activate(TangentActivation activation, Tensor<double> u) {
    switch (activation) {
    case TangentActivation::relu:
        return std::numbers::sqrt2 * relu(u);
    case TangentActivation::erf:
        return erf(u);
    case TangentActivation::tanh:
        return tanh(u);
    case TangentActivation::polynomial:
        break;
    }
    return (2.0 * u + square(u)) / std::sqrt(7.0);
}

/// σ(u) and σ'(u) where there is no closed form for their expectations.
struct ValueAndSlope {
    double value, slope;
};
ValueAndSlope activate(TangentActivation activation, double u) {
    if (activation == TangentActivation::erf)
        return {std::erf(u), 2.0 * std::numbers::inv_sqrtpi * std::exp(-u * u)};
    if (activation == TangentActivation::tanh)
        return {std::tanh(u), 1.0 - std::tanh(u) * std::tanh(u)};
    return {(2.0 * u + u * u) / std::sqrt(7.0), (2.0 + 2.0 * u) / std::sqrt(7.0)};
}

Index layerInputs(const TangentNetwork& n, Index layer) {
    return layer == 0 ? n.inputs : n.width;
}
Index layerOutputs(const TangentNetwork& n, Index layer) {
    return layer == n.depth ? 1 : n.width;
}

/// The factor of W a in layer `layer`.
double layerScale(const TangentNetwork& n, Index layer) {
    const double root = std::sqrt(static_cast<double>(layerInputs(n, layer)));
    if (n.scaling == TangentScaling::standard)
        return 1.0;
    if (n.scaling == TangentScaling::meanField && layer == n.depth)
        return 1.0 / (root * root);
    return 1.0 / root;
}

Tensor<double> constantOf(autodiff::Graph<double>& graph, const Eigen::MatrixXd& matrix) {
    const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> rows = matrix;
    return graph.constant({matrix.rows(), matrix.cols()},
                          std::vector<double>(rows.data(), rows.data() + rows.size()));
}

} // namespace

TangentActivation tangentActivation(std::string_view name) {
    if (name == "relu")
        return TangentActivation::relu;
    if (name == "erf")
        return TangentActivation::erf;
    if (name == "tanh")
        return TangentActivation::tanh;
    if (name == "polynomial")
        return TangentActivation::polynomial;
    throw InputError(
        fmt::format("There is no activation '{}'; known are relu, erf, tanh, polynomial.", name));
}

Index TangentNetwork::parameters() const {
    Index count = 0;
    for (Index l = 0; l <= depth; ++l)
        count += (layerInputs(*this, l) + 1) * layerOutputs(*this, l);
    return count;
}

TangentProgram::TangentProgram(const TangentNetwork& n, const Eigen::MatrixXd& x,
                               const Eigen::VectorXd& y)
    : graph_(std::make_unique<autodiff::Graph<double>>()) {
    theta_ = graph_->input({n.parameters()});
    std::vector<Tensor<double>> activations{constantOf(*graph_, x)}, signals;
    std::vector<Index> begins;
    Index begin = 0;
    for (Index l = 0; l <= n.depth; ++l) {
        const Index in = layerInputs(n, l), out = layerOutputs(n, l);
        begins.push_back(begin);
        const auto weights = part(theta_, begin, {in, out});
        const auto biases = part(theta_, begin + in * out, {out});
        begin += (in + 1) * out;
        signals.push_back(layerScale(n, l) * matmul(activations.back(), weights) + n.beta * biases);
        if (l < n.depth)
            activations.push_back(activate(n.activation, signals.back()));
    }
    const auto f = signals.back(); // N × 1
    values_ = reshape(f, {x.rows()});
    // Each f(x_i) depends on its own row alone, so the gradient of the sum has all rows D^l.
    const auto slopes = autodiff::gradient(sum(f), signals);
    const auto residuals = f - constantOf(*graph_, y);
    std::vector<Tensor<double>> pieces;
    std::vector<Index> places;
    for (Index l = 0; l <= n.depth; ++l) {
        const auto i = static_cast<std::size_t>(l);
        const double scale = layerScale(n, l);
        const auto term =
            (scale * scale * matmul(activations[i], activations[i], Transposed::right) +
             n.beta * n.beta) *
            matmul(slopes[i], slopes[i], Transposed::right);
        kernel_ = l == 0 ? term : kernel_ + term;
        const auto weighted = residuals * slopes[i];
        pieces.push_back(matmul(activations[i], scale * weighted, Transposed::left));
        places.push_back(begins[i]);
        pieces.push_back(n.beta * sum(weighted, 0));
        places.push_back(begins[i] + layerInputs(n, l) * layerOutputs(n, l));
    }
    gradient_ = assemble(theta_.shape(), pieces, places);
    program_ = std::make_unique<autodiff::Program<double>>(
        *graph_, std::vector{values_, gradient_, kernel_});
}

void TangentProgram::bind(const Eigen::VectorXd& theta) {
    program_->bind(theta_, {theta.data(), static_cast<std::size_t>(theta.size())});
}

Eigen::Map<const Eigen::VectorXd> TangentProgram::values() const {
    const auto values = std::as_const(*program_).value(values_);
    return {values.data(), static_cast<Index>(values.size())};
}

Eigen::Map<const Eigen::VectorXd> TangentProgram::gradient() const {
    const auto values = std::as_const(*program_).value(gradient_);
    return {values.data(), static_cast<Index>(values.size())};
}

Eigen::MatrixXd TangentProgram::kernel() const {
    return program_->matrix(kernel_);
}

Eigen::VectorXd initialTangentParameters(const TangentNetwork& n, std::uint64_t seed,
                                         std::uint64_t replicate) {
    Eigen::VectorXd theta(n.parameters());
    RandomStream stream({.seed = seed, .purpose = "tangent network", .replicate = replicate});
    stream.fillNormal({theta.data(), static_cast<std::size_t>(theta.size())});
    if (n.scaling == TangentScaling::standard) {
        Index begin = 0;
        for (Index l = 0; l <= n.depth; ++l) {
            const Index in = layerInputs(n, l), out = layerOutputs(n, l);
            theta.segment(begin, in * out) /= std::sqrt(static_cast<double>(in));
            begin += (in + 1) * out;
        }
    }
    return theta;
}

NormalQuadrature normalQuadrature(Index count) {
    // The Jacobi matrix of the Hermite polynomials of the standard normal.
    Eigen::MatrixXd jacobi = Eigen::MatrixXd::Zero(count, count);
    for (Index i = 1; i < count; ++i)
        jacobi(i, i - 1) = jacobi(i - 1, i) = std::sqrt(static_cast<double>(i));
    const auto eigen = symmetricEigen(jacobi);
    return {eigen.values, eigen.vectors.row(0).array().square().transpose()};
}

namespace {

struct Expectations {
    double values, slopes; ///< E σ(u)σ(v), E σ'(u)σ'(v)
};

Expectations reluExpectations(double q, double r, double c) {
    const double rho = std::clamp(c / std::sqrt(q * r), -1.0, 1.0);
    const double angle = std::acos(rho);
    return {std::sqrt(q * r) * (std::sin(angle) + (std::numbers::pi - angle) * rho) /
                std::numbers::pi,
            (std::numbers::pi - angle) / std::numbers::pi};
}

Expectations quadratureExpectations(TangentActivation activation, const NormalQuadrature& rule,
                                    double q, double r, double c) {
    const double rho = std::clamp(c / std::sqrt(q * r), -1.0, 1.0);
    const double rest = std::sqrt(1.0 - rho * rho);
    Expectations sum{0.0, 0.0};
    for (Index i = 0; i < rule.nodes.size(); ++i) {
        const auto u = activate(activation, std::sqrt(q) * rule.nodes[i]);
        double value = 0.0, slope = 0.0;
        for (Index j = 0; j < rule.nodes.size(); ++j) {
            const auto v =
                activate(activation, std::sqrt(r) * (rho * rule.nodes[i] + rest * rule.nodes[j]));
            value += rule.weights[j] * v.value;
            slope += rule.weights[j] * v.slope;
        }
        sum.values += rule.weights[i] * u.value * value;
        sum.slopes += rule.weights[i] * u.slope * slope;
    }
    return sum;
}

} // namespace

LimitKernels limitKernels(const TangentNetwork& n, const Eigen::MatrixXd& x) {
    const double bias = n.beta * n.beta;
    LimitKernels kernels;
    kernels.process = (x * x.transpose()).array() / static_cast<double>(n.inputs) + bias;
    kernels.tangent = kernels.process;
    const NormalQuadrature rule = normalQuadrature(64);
    const Index count = x.rows();
    for (Index l = 0; l < n.depth; ++l) {
        const Eigen::MatrixXd before = kernels.process;
        for (Index i = 0; i < count; ++i)
            for (Index j = 0; j <= i; ++j) {
                const double q = before(i, i), r = before(j, j), c = before(i, j);
                const Expectations e = n.activation == TangentActivation::relu
                                           ? reluExpectations(q, r, c)
                                           : quadratureExpectations(n.activation, rule, q, r, c);
                kernels.process(i, j) = kernels.process(j, i) = e.values + bias;
                kernels.tangent(i, j) = kernels.tangent(j, i) =
                    kernels.tangent(i, j) * e.slopes + e.values + bias;
            }
    }
    return kernels;
}

Eigen::MatrixXd circlePoints(Index count) {
    Eigen::MatrixXd points(count, 2);
    for (Index i = 0; i < count; ++i) {
        const double angle =
            -std::numbers::pi + 0.2 +
            2.0 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(count);
        points.row(i) << std::cos(angle), std::sin(angle);
    }
    return points;
}

} // namespace convergence
