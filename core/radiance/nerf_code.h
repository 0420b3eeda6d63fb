#pragma once

// The template of the network, which nerf_float.cpp and nerf_double.cpp compile.

#include <array>
#include <cmath>

#include "core/math/log_sum_exp.h"
#include "core/math/random.h"
#include "core/parallel/parallel_for.h"
#include "core/radiance/nerf.h"

namespace convergence::radiance {

namespace {

using Eigen::Dynamic;
using Eigen::Index;

constexpr Index positionFrequencies = 10;
constexpr Index viewFrequencies = 4;
constexpr Index positionNumbers = 3 + 2 * 3 * positionFrequencies;
constexpr Index viewNumbers = 3 + 2 * 3 * viewFrequencies;
constexpr Index width = 64;
constexpr Index colorWidth = 32;
constexpr int hiddenLayers = 4;
constexpr double positionScale = 1.5;
constexpr double densityBias = -1.0;
constexpr double intervalFactor = 5.0; ///< scene units are long: it makes a start visible

// Rays are worked on in blocks; a lane has memory of its own and takes every lanes-th block, so
// that sums are the same whichever thread takes which lane.
constexpr Index blockRays = 8;
constexpr Index laneCount = 8;

template <typename Scalar>
using RowMatrix = Eigen::Matrix<Scalar, Dynamic, Dynamic, Eigen::RowMajor>;

/// Where the weights (inputs × outputs, row-major) and biases lie in the vector of parameters.
struct Layer {
    Index inputs, outputs, weights, bias;
};
struct Layout {
    std::array<Layer, hiddenLayers> hidden{};
    Layer density{}, colorHidden{}, color{};
    Index total = 0;
};

constexpr Layout makeLayout() {
    Layout layout;
    const auto add = [&layout](Index inputs, Index outputs) {
        const Layer layer{inputs, outputs, layout.total, layout.total + inputs * outputs};
        layout.total = layer.bias + outputs;
        return layer;
    };
    for (std::size_t i = 0; i < hiddenLayers; ++i)
        layout.hidden[i] = add(i == 0 ? positionNumbers : width, width);
    layout.density = add(width, 1);
    layout.colorHidden = add(width + viewNumbers, colorWidth);
    layout.color = add(colorWidth, 3);
    return layout;
}
constexpr Layout layout = makeLayout();

template <typename Vector>
auto weightsOf(Vector& parameters, const Layer& layer) {
    using Scalar = typename Vector::Scalar;
    using Matrix =
        std::conditional_t<std::is_const_v<Vector>, const RowMatrix<Scalar>, RowMatrix<Scalar>>;
    return Eigen::Map<Matrix>(parameters.data() + layer.weights, layer.inputs, layer.outputs);
}

template <typename Vector>
auto biasOf(Vector& parameters, const Layer& layer) {
    return parameters.segment(layer.bias, layer.outputs).transpose();
}

/// [x, sin 2^q x_a, cos 2^q x_a] of three numbers.
template <typename Scalar, Index frequencies, typename Row>
void encode(const Eigen::Matrix<Scalar, 3, 1>& x, Row&& out) {
    Eigen::Array<Scalar, 3 * frequencies, 1> angles;
    for (Index axis = 0; axis < 3; ++axis)
        for (Index q = 0; q < frequencies; ++q)
            angles[axis * frequencies + q] = std::ldexp(x[axis], static_cast<int>(q));
    out.template head<3>() = x;
    out.template segment<3 * frequencies>(3) = angles.sin();
    out.template tail<3 * frequencies>() = angles.cos();
}

template <typename Scalar>
Scalar logistic(Scalar x) {
    return Scalar(1) / (Scalar(1) + std::exp(-x));
}

} // namespace

/// What one lane works with: rows are samples, block after block.
template <typename Scalar>
struct BasicNerf<Scalar>::Lane {
    using Matrix = RowMatrix<Scalar>;
    static constexpr Index rows = blockRays * samples;

    Matrix input{rows, positionNumbers};
    std::array<Matrix, hiddenLayers> hidden{Matrix(rows, width), Matrix(rows, width),
                                            Matrix(rows, width), Matrix(rows, width)};
    Matrix view{blockRays, viewNumbers};
    Matrix viewPart{blockRays, colorWidth};
    Matrix colorHidden{rows, colorWidth};
    Matrix color{rows, 3};
    Vector density{rows}; ///< head − 1
    Vector opacity{rows};
    Vector transmittance{rows};
    Matrix rendered{blockRays, 3};
    Vector depth{blockRays};
    Vector last{blockRays}; ///< T_last

    Matrix colorSlope{rows, 3};
    Vector densitySlope{rows};
    Matrix colorHiddenSlope{rows, colorWidth};
    Matrix slope{rows, width};
    Matrix nextSlope{rows, width};
    Vector gradient = Vector::Zero(layout.total);
    double loss = 0.0;
};

template <typename Scalar>
BasicNerf<Scalar>::BasicNerf(double nearest, double farthest, std::uint64_t seed)
    : nearest_(nearest), farthest_(farthest), parameters_(layout.total), gradient_(layout.total) {
    std::uint64_t index = 0;
    const auto initialize = [&](const Layer& layer) {
        const double limit = 1.0 / std::sqrt(static_cast<double>(layer.inputs));
        Eigen::VectorXd numbers(layer.inputs * layer.outputs + layer.outputs);
        RandomStream({.seed = seed, .purpose = "nerf weights", .index = index++})
            .fillUniform({numbers.data(), static_cast<std::size_t>(numbers.size())}, -limit, limit);
        parameters_.segment(layer.weights, numbers.size()) = numbers.cast<Scalar>();
    };
    for (const Layer& layer : layout.hidden)
        initialize(layer);
    for (const Layer& layer : {layout.density, layout.colorHidden, layout.color})
        initialize(layer);
    parameters_.segment(layout.color.bias, layout.color.outputs).setZero();
    for (Index i = 0; i < laneCount; ++i)
        lanes_.push_back(std::make_unique<Lane>());
}

template <typename Scalar>
BasicNerf<Scalar>::~BasicNerf() = default;

/// Everything up to the colors of rays first, ..., first + count − 1. The blocks at the end of a
/// batch may have fewer rays; the rows beyond hold what they held.
template <typename Scalar>
void BasicNerf<Scalar>::forward(const Rays& rays, Index first, Index count, Lane& lane) const {
    const Index rows = count * samples;
    const auto interval = static_cast<Scalar>(intervalFactor * (farthest_ - nearest_) / samples);
    for (Index r = 0; r < count; ++r) {
        const Eigen::Matrix<Scalar, 3, 1> direction = rays.directions.col(first + r);
        encode<Scalar, viewFrequencies>(direction, lane.view.row(r).transpose());
        for (Index k = 0; k < samples; ++k) {
            const Scalar t = static_cast<Scalar>(nearest_) +
                             static_cast<Scalar>((farthest_ - nearest_) / samples) *
                                 (static_cast<Scalar>(k) + rays.offsets[first + r]);
            const Eigen::Matrix<Scalar, 3, 1> point =
                (rays.origins.col(first + r) + t * direction) / static_cast<Scalar>(positionScale);
            encode<Scalar, positionFrequencies>(point, lane.input.row(r * samples + k).transpose());
        }
    }
    for (std::size_t i = 0; i < hiddenLayers; ++i) {
        const auto& input = i == 0 ? lane.input : lane.hidden[i - 1];
        auto output = lane.hidden[i].topRows(rows);
        output.noalias() = input.topRows(rows) * weightsOf(parameters_, layout.hidden[i]);
        output.rowwise() += biasOf(parameters_, layout.hidden[i]);
        output = output.cwiseMax(Scalar(0));
    }
    const auto h = lane.hidden.back().topRows(rows);
    lane.density.head(rows).noalias() = h * weightsOf(parameters_, layout.density).col(0);
    lane.density.head(rows).array() +=
        parameters_[layout.density.bias] + static_cast<Scalar>(densityBias);

    // The view's part of the color is the same for all samples of a ray.
    const auto W1 = weightsOf(parameters_, layout.colorHidden);
    lane.viewPart.topRows(count).noalias() = lane.view.topRows(count) * W1.bottomRows(viewNumbers);
    lane.viewPart.topRows(count).rowwise() += biasOf(parameters_, layout.colorHidden);
    auto colorHidden = lane.colorHidden.topRows(rows);
    colorHidden.noalias() = h * W1.topRows(width);
    for (Index r = 0; r < count; ++r)
        colorHidden.middleRows(r * samples, samples).rowwise() += lane.viewPart.row(r);
    colorHidden = colorHidden.cwiseMax(Scalar(0));
    auto color = lane.color.topRows(rows);
    color.noalias() = colorHidden * weightsOf(parameters_, layout.color);
    color.rowwise() += biasOf(parameters_, layout.color);
    color = color.unaryExpr([](Scalar x) { return logistic(x); });

    for (Index r = 0; r < count; ++r) {
        Scalar T = 1;
        Scalar depth = 0; // in samples
        Eigen::Matrix<Scalar, 1, 3> sum = Eigen::Matrix<Scalar, 1, 3>::Zero();
        for (Index row = r * samples; row < (r + 1) * samples; ++row) {
            const Scalar alpha = -std::expm1(-interval * softplus(lane.density[row]));
            lane.opacity[row] = alpha;
            lane.transmittance[row] = T;
            sum += T * alpha * color.row(row);
            depth += T * alpha * static_cast<Scalar>(row - r * samples);
            T *= Scalar(1) - alpha;
        }
        lane.last[r] = T;
        // Σ w (near + spacing (k + u)), with Σ w = 1 − T
        lane.depth[r] = static_cast<Scalar>(nearest_) * (Scalar(1) - T) +
                        static_cast<Scalar>((farthest_ - nearest_) / samples) *
                            (depth + rays.offsets[first + r] * (Scalar(1) - T));
        lane.rendered.row(r) = sum.array() + T;
    }
}

/// Adds the gradient of these rays' part of the loss to the lane's; returns the part.
template <typename Scalar>
double BasicNerf<Scalar>::backward(const Rays& rays, Index first, Index count, Lane& lane) const {
    const Index rows = count * samples;
    const auto interval = static_cast<Scalar>(intervalFactor * (farthest_ - nearest_) / samples);
    const Scalar scale = Scalar(2) / static_cast<Scalar>(3 * rays.origins.cols());
    double loss = 0.0;
    for (Index r = 0; r < count; ++r) {
        const Eigen::Matrix<Scalar, 1, 3> difference =
            lane.rendered.row(r) - rays.colors.col(first + r).transpose();
        loss += static_cast<double>(difference.squaredNorm());
        const Eigen::Matrix<Scalar, 1, 3> g = scale * difference;
        Scalar R = g.sum() * lane.last[r]; // what lies behind the sample adds to Ĉ, along g
        for (Index row = (r + 1) * samples - 1; row >= r * samples; --row) {
            const Scalar alpha = lane.opacity[row];
            const Scalar T = lane.transmittance[row];
            const auto c = lane.color.row(row).array();
            const Scalar a = g.dot(lane.color.row(row));
            const Scalar byAlpha = a * T - R / (Scalar(1) - alpha + Scalar(1e-10));
            R += a * T * alpha;
            lane.densitySlope[row] =
                byAlpha * interval * logistic(lane.density[row]) * (Scalar(1) - alpha);
            lane.colorSlope.row(row) = T * alpha * g.array() * c * (Scalar(1) - c);
        }
    }
    const auto addLayer = [&lane](const Layer& layer, const auto& input, const auto& slope) {
        weightsOf(lane.gradient, layer).noalias() += input.transpose() * slope;
        biasOf(lane.gradient, layer) += slope.colwise().sum();
    };
    const auto h = lane.hidden.back().topRows(rows);
    const auto colorHidden = lane.colorHidden.topRows(rows);
    const auto colorSlope = lane.colorSlope.topRows(rows);
    addLayer(layout.color, colorHidden, colorSlope);
    auto colorHiddenSlope = lane.colorHiddenSlope.topRows(rows);
    colorHiddenSlope.noalias() = colorSlope * weightsOf(parameters_, layout.color).transpose();
    colorHiddenSlope = (colorHidden.array() > Scalar(0)).select(colorHiddenSlope, Scalar(0));
    auto viewGradient = weightsOf(lane.gradient, layout.colorHidden);
    viewGradient.topRows(width).noalias() += h.transpose() * colorHiddenSlope;
    for (Index r = 0; r < count; ++r)
        lane.viewPart.row(r) = colorHiddenSlope.middleRows(r * samples, samples).colwise().sum();
    viewGradient.bottomRows(viewNumbers).noalias() +=
        lane.view.topRows(count).transpose() * lane.viewPart.topRows(count);
    biasOf(lane.gradient, layout.colorHidden) += lane.viewPart.topRows(count).colwise().sum();

    const auto densitySlope = lane.densitySlope.head(rows);
    addLayer(layout.density, h, densitySlope);
    lane.slope.topRows(rows).noalias() =
        colorHiddenSlope * weightsOf(parameters_, layout.colorHidden).topRows(width).transpose();
    lane.slope.topRows(rows).noalias() +=
        densitySlope * weightsOf(parameters_, layout.density).transpose();
    for (std::size_t i = hiddenLayers; i-- > 0;) {
        auto slope = lane.slope.topRows(rows);
        slope = (lane.hidden[i].topRows(rows).array() > Scalar(0)).select(slope, Scalar(0));
        const auto& input = i == 0 ? lane.input : lane.hidden[i - 1];
        addLayer(layout.hidden[i], input.topRows(rows), slope);
        if (i == 0)
            break;
        lane.nextSlope.topRows(rows).noalias() =
            slope * weightsOf(parameters_, layout.hidden[i]).transpose();
        lane.slope.swap(lane.nextSlope);
    }
    return loss;
}

template <typename Scalar>
double BasicNerf<Scalar>::lossAndGradient(const Rays& rays) {
    const Index total = rays.origins.cols();
    parallelFor(static_cast<std::size_t>(laneCount), [&](std::size_t index) {
        Lane& lane = *lanes_[index];
        lane.gradient.setZero();
        lane.loss = 0.0;
        for (Index first = static_cast<Index>(index) * blockRays; first < total;
             first += laneCount * blockRays) {
            const Index count = std::min(blockRays, total - first);
            forward(rays, first, count, lane);
            lane.loss += backward(rays, first, count, lane);
        }
    });
    gradient_.setZero();
    double loss = 0.0;
    for (const auto& lane : lanes_) {
        gradient_ += lane->gradient;
        loss += lane->loss;
    }
    return loss / static_cast<double>(3 * total);
}

template <typename Scalar>
typename BasicNerf<Scalar>::Seen BasicNerf<Scalar>::render(const Rays& rays) const {
    const Index total = rays.origins.cols();
    Seen seen{Matrix3X(3, total), Vector(total), Vector(total)};
    parallelFor(static_cast<std::size_t>(laneCount), [&](std::size_t index) {
        Lane lane; // training may be under way in the others
        for (Index first = static_cast<Index>(index) * blockRays; first < total;
             first += laneCount * blockRays) {
            const Index count = std::min(blockRays, total - first);
            forward(rays, first, count, lane);
            seen.colors.middleCols(first, count) = lane.rendered.topRows(count).transpose();
            seen.depth.segment(first, count) = lane.depth.head(count);
            seen.transparency.segment(first, count) = lane.last.head(count);
        }
    });
    return seen;
}

} // namespace convergence::radiance
