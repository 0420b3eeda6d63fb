#include "core/radiance/plane_fit.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "core/math/log_sum_exp.h"

namespace convergence::radiance {

namespace {

constexpr std::size_t pixelCount =
    static_cast<std::size_t>(PlaneFit::pixels) * static_cast<std::size_t>(PlaneFit::pixels);

double logistic(double x) {
    return 1.0 / (1.0 + std::exp(-x));
}

bool contains(PlaneShape shape, double x, double y) {
    if (shape == PlaneShape::halfPlane)
        return 0.8 * x + 0.6 * y < 0.72;
    return std::hypot(x - 0.52, y - 0.47) < 0.31;
}

double pixelCentre(std::size_t pixel) {
    return (static_cast<double>(pixel) + 0.5) / PlaneFit::pixels;
}

} // namespace

PlaneFit::PlaneFit(PlaneShape shape, Activation activation, int gridSize)
    : activation_(activation), values_(Eigen::VectorXd::Zero(gridSize * gridSize)),
      gradient_(values_.size()), optimizer_(values_.size()) {
    if (gridSize < 2)
        throw std::logic_error("PlaneFit: the grid needs at least 2 points along an edge");
    for (std::size_t k = 0; k < pixelCount; ++k) {
        const double x = pixelCentre(k % pixels);
        const double y = pixelCentre(k / pixels);
        truth_.push_back(contains(shape, x, y) ? 1.0 : 0.0);
        const double u = x * (gridSize - 1);
        const double v = y * (gridSize - 1);
        const int column = std::min(static_cast<int>(u), gridSize - 2);
        const int row = std::min(static_cast<int>(v), gridSize - 2);
        double fu = u - column;
        double fv = v - row;
        if (activation == Activation::nearest) {
            fu = std::round(fu);
            fv = std::round(fv);
        }
        const Eigen::Index first = row * gridSize + column;
        stencils_.push_back({{first, first + 1, first + gridSize, first + gridSize + 1},
                             {(1 - fu) * (1 - fv), fu * (1 - fv), (1 - fu) * fv, fu * fv}});
    }
}

double PlaneFit::opacity(const Stencil& stencil) const {
    double sum = 0.0;
    for (std::size_t c = 0; c < 4; ++c) {
        const double value = values_[stencil.index[c]];
        sum += stencil.weight[c] * (activation_ == Activation::in    ? softplus(value)
                                    : activation_ == Activation::pre ? logistic(value)
                                                                     : value);
    }
    if (activation_ == Activation::pre)
        return sum;
    return activation_ == Activation::in ? -std::expm1(-sum) : logistic(sum);
}

double PlaneFit::error() const {
    double sum = 0.0;
    for (std::size_t k = 0; k < pixelCount; ++k) {
        const double difference = opacity(stencils_[k]) - truth_[k];
        sum += difference * difference;
    }
    return sum / static_cast<double>(pixelCount);
}

void PlaneFit::addGradient(Eigen::VectorXd& gradient) const {
    for (std::size_t k = 0; k < pixelCount; ++k) {
        const Stencil& stencil = stencils_[k];
        const double alpha = opacity(stencil);
        const double g = 2.0 * (alpha - truth_[k]) / static_cast<double>(pixelCount);
        for (std::size_t c = 0; c < 4; ++c) {
            const double s = logistic(values_[stencil.index[c]]);
            const double slope = activation_ == Activation::in    ? s * (1.0 - alpha)
                                 : activation_ == Activation::pre ? s * (1.0 - s)
                                                                  : alpha * (1.0 - alpha);
            gradient[stencil.index[c]] += g * stencil.weight[c] * slope;
        }
    }
}

Eigen::VectorXd PlaneFit::gradient() const {
    Eigen::VectorXd gradient = Eigen::VectorXd::Zero(values_.size());
    addGradient(gradient);
    return gradient;
}

void PlaneFit::step() {
    gradient_.setZero();
    addGradient(gradient_);
    optimizer_.step(values_, gradient_, learningRate);
}

std::vector<double> PlaneFit::picture() const {
    std::vector<double> picture;
    for (const Stencil& stencil : stencils_)
        picture.push_back(opacity(stencil));
    return picture;
}

} // namespace convergence::radiance
