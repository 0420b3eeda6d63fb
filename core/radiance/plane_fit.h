#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <Eigen/Core>

#include "core/optim/optimizer.h"
#include "core/radiance/activation.h"

namespace convergence::radiance {

/// A binary picture on [0, 1]².
enum class PlaneShape {
    disc,      ///< centre (0.52, 0.47), radius 0.31
    halfPlane, ///< 0.8 x + 0.6 y < 0.72
};

/// Why density is interpolated before it is activated, in the plane: a picture of 64 × 64 opacities
/// is fitted by a g × g grid of raw values V that lie on the square's border and evenly between,
/// from zero, by Adam on the mean squared error. With interp bilinear and σ the logistic function:
///
///   post     α = 1 − exp(−softplus(interp V)) = σ(interp V)
///   in       α = 1 − exp(−interp softplus(V))
///   pre      α = interp(1 − exp(−softplus(V))) = interp σ(V)
///
/// Only post can put an edge of any sharpness through the middle of a cell. (Activation::nearest
/// takes the nearest value for interp V.)
class PlaneFit {
public:
    static constexpr int pixels = 64; ///< along an edge
    static constexpr std::int64_t steps = 400;
    static constexpr double learningRate = 0.3;

    /// `gridSize` ≥ 2, else std::logic_error.
    PlaneFit(PlaneShape shape, Activation activation, int gridSize);

    /// One step of Adam, β = (0.9, 0.999). Does not allocate.
    void step();

    /// Mean squared error of the present fit.
    [[nodiscard]] double error() const;
    /// Opacities, row-major; row j at y = (j + ½)/64.
    [[nodiscard]] std::vector<double> picture() const;
    [[nodiscard]] const std::vector<double>& truth() const { return truth_; }

    /// V, row-major g × g.
    [[nodiscard]] const Eigen::VectorXd& values() const { return values_; }
    void setValues(const Eigen::VectorXd& values) { values_ = values; }
    /// Gradient of error() by V.
    [[nodiscard]] Eigen::VectorXd gradient() const;

private:
    /// The corners around a pixel and their weights.
    struct Stencil {
        std::array<Eigen::Index, 4> index{};
        std::array<double, 4> weight{};
    };
    [[nodiscard]] double opacity(const Stencil& stencil) const;
    void addGradient(Eigen::VectorXd& gradient) const;

    Activation activation_;
    std::vector<Stencil> stencils_; ///< by pixel
    std::vector<double> truth_;
    Eigen::VectorXd values_;
    Eigen::VectorXd gradient_;
    Adam<double> optimizer_;
};

} // namespace convergence::radiance
