#pragma once

#include <string>

#include "core/nn/layers.h"

/// Activations beside those of core/autodiff/elementwise.h: some fixed, some with parameters that
/// are trained along with the weights. A layer that takes any activation takes a trained one
/// through a function that knows the parameter vector:
///
///     const PolynomialActivation sigma(layout, "sigma", {.order = 3});
///     block(theta, x, [&](auto h) { return sigma(theta, h); });
namespace convergence {

/// max(x, 0) + slope·min(x, 0); derivative `slope` at 0.
template <typename Scalar>
autodiff::Tensor<Scalar> leakyRelu(autodiff::Tensor<Scalar> x, double slope = 0.01) {
    return slope * x + (1.0 - slope) * relu(x);
}

/// max(x, 0)² (So et al. 2021); derivative 2 max(x, 0).
template <typename Scalar>
autodiff::Tensor<Scalar> squaredRelu(autodiff::Tensor<Scalar> x) {
    return square(relu(x));
}

/// What a polynomial activation is composed with.
enum class PolynomialBase {
    relu,       ///< PolyReLU
    leakyRelu,  ///< slope trained, 0.25 at the start (PReLU)
    tanh,       ///< as the next two: bounded or smooth in place of ReLU
    sigmoid,    ///< 1/(1 + e^{−x})
    silu,       ///< x/(1 + e^{−x})
    identity,   ///< the plain polynomial, a control
    normalized, ///< PolyNorm: each power over the root of its mean square in the row
};

struct PolynomialSettings {
    int order = 3; ///< r ≥ 1
    PolynomialBase base = PolynomialBase::relu;
};

/// Polynomial composition (Zhuo et al. 2024), order r, all powers element by element:
///
///   type I    P(x) = a₀ + ∑_{i=1..r} aᵢ ρ(x)^i
///   type II   P(x) = a₀ + ∑_{i=1..r} aᵢ N(x^i),  N(z) = z/√(mean z² + 10⁻⁶) over the last axis
///
/// type II with the base `normalized`, type I with the others. The coefficients are shared by all
/// elements and trained; they start at a₀ = 0, aᵢ = 1/r. They should not be decayed (see the blocks
/// name/offset, name/coefficients and, of leakyRelu, name/slope).
///
/// a₀ counts also where ρ(x) = 0, so that its derivative is the sum over all elements. ReLU is
/// r = 1 with a₁ = 1; x² is P(x) + P(−x) with a = (0, 0, 1). Type I grows like x^r: clip gradients.
class PolynomialActivation {
public:
    /// Throws std::logic_error for an order below 1.
    PolynomialActivation(ParameterLayout& layout, const std::string& name,
                         const PolynomialSettings& settings)
        : layout_(&layout), settings_(settings) {
        if (settings.order < 1)
            throw std::logic_error("A polynomial activation has an order of at least 1.");
        offset_ = layout.add(name + "/offset", {1}, Initializer::zeros());
        coefficients_ = layout.add(name + "/coefficients", {settings.order},
                                   Initializer::constant(1.0 / settings.order));
        if (settings.base == PolynomialBase::leakyRelu)
            slope_ = layout.add(name + "/slope", {1}, Initializer::constant(0.25));
    }

    template <typename Scalar>
    autodiff::Tensor<Scalar> operator()(autodiff::Tensor<Scalar> theta,
                                        autodiff::Tensor<Scalar> x) const {
        const auto offset = layout_->part(theta, offset_);
        const auto coefficients = layout_->part(theta, coefficients_);
        const auto a = [&](int i) { return slice(coefficients, 0, i - 1, 1); };
        if (settings_.base == PolynomialBase::normalized) {
            auto power = x, sum = offset + a(1) * normalized(x);
            for (int i = 2; i <= settings_.order; ++i) {
                power = power * x;
                sum = sum + a(i) * normalized(power);
            }
            return sum;
        }
        const auto u = composed(theta, x); // by Horner's rule
        auto sum = a(settings_.order) * u;
        for (int i = settings_.order - 1; i >= 1; --i)
            sum = (sum + a(i)) * u;
        return sum + offset;
    }

private:
    template <typename Scalar>
    static autodiff::Tensor<Scalar> normalized(autodiff::Tensor<Scalar> z) {
        return standardizeRows(z, autodiff::Centering::none, 1e-6);
    }
    template <typename Scalar>
    autodiff::Tensor<Scalar> composed(autodiff::Tensor<Scalar> theta,
                                      autodiff::Tensor<Scalar> x) const {
        switch (settings_.base) {
        case PolynomialBase::relu:
            return relu(x);
        case PolynomialBase::leakyRelu: // max(x, 0) + s·min(x, 0)
            return relu(x) - layout_->part(theta, *slope_) * relu(-x);
        case PolynomialBase::tanh:
            return autodiff::tanh(x);
        case PolynomialBase::sigmoid:
            return sigmoid(x);
        case PolynomialBase::silu:
            return silu(x);
        case PolynomialBase::identity:
        case PolynomialBase::normalized:
            break;
        }
        return x;
    }

    const ParameterLayout* layout_;
    PolynomialSettings settings_;
    std::size_t offset_ = 0, coefficients_ = 0;
    std::optional<std::size_t> slope_;
};

} // namespace convergence
