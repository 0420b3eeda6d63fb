#pragma once

#include "core/autodiff/graph.h"

/// Operations element by element. Those of two tensors broadcast: shapes are aligned at the last
/// axis, and a size of 1 (or a missing axis) is repeated. Throw std::logic_error where they cannot.
namespace convergence::autodiff {

// Arithmetic of two tensors; of a tensor and a number.
template <typename Scalar>
Tensor<Scalar> add(Tensor<Scalar> a, Tensor<Scalar> b);
template <typename Scalar>
Tensor<Scalar> subtract(Tensor<Scalar> a, Tensor<Scalar> b);
template <typename Scalar>
Tensor<Scalar> multiply(Tensor<Scalar> a, Tensor<Scalar> b);
template <typename Scalar>
Tensor<Scalar> divide(Tensor<Scalar> a, Tensor<Scalar> b);
/// Where a = b the derivative goes to a.
template <typename Scalar>
Tensor<Scalar> maximum(Tensor<Scalar> a, Tensor<Scalar> b);
template <typename Scalar>
Tensor<Scalar> minimum(Tensor<Scalar> a, Tensor<Scalar> b);
/// 1 where a ≥ b, else 0; no derivative.
template <typename Scalar>
Tensor<Scalar> atLeast(Tensor<Scalar> a, Tensor<Scalar> b);
/// factor · x + summand.
template <typename Scalar>
Tensor<Scalar> affine(Tensor<Scalar> x, double factor, double summand);

/// x repeated to `shape`.
template <typename Scalar>
Tensor<Scalar> broadcastTo(Tensor<Scalar> x, const Shape& shape);

template <typename Scalar>
Tensor<Scalar> exp(Tensor<Scalar> x);
template <typename Scalar>
Tensor<Scalar> log(Tensor<Scalar> x);
template <typename Scalar>
Tensor<Scalar> sqrt(Tensor<Scalar> x);
template <typename Scalar>
Tensor<Scalar> square(Tensor<Scalar> x);
template <typename Scalar>
Tensor<Scalar> reciprocal(Tensor<Scalar> x);
/// x^p, elementwise; x > 0 unless p is a whole number.
template <typename Scalar>
Tensor<Scalar> power(Tensor<Scalar> x, double p);
/// Derivative sign(x), 0 at 0.
template <typename Scalar>
Tensor<Scalar> abs(Tensor<Scalar> x);
/// −1, 0 or 1; no derivative.
template <typename Scalar>
Tensor<Scalar> sign(Tensor<Scalar> x);
template <typename Scalar>
Tensor<Scalar> sin(Tensor<Scalar> x);
template <typename Scalar>
Tensor<Scalar> cos(Tensor<Scalar> x);
/// Error function.
template <typename Scalar>
Tensor<Scalar> erf(Tensor<Scalar> x);
/// x within [low, high]; derivative 0 outside.
template <typename Scalar>
Tensor<Scalar> clamp(Tensor<Scalar> x, double low, double high);

template <typename Scalar>
Tensor<Scalar> tanh(Tensor<Scalar> x);
/// 1/(1 + e^{−x}).
template <typename Scalar>
Tensor<Scalar> sigmoid(Tensor<Scalar> x);
/// max(0, x); derivative 0 at 0.
template <typename Scalar>
Tensor<Scalar> relu(Tensor<Scalar> x);
/// x Φ(x) with the normal distribution function Φ (Hendrycks and Gimpel 2016), not its
/// approximation by tanh.
template <typename Scalar>
Tensor<Scalar> gelu(Tensor<Scalar> x);
/// x · sigmoid(x).
template <typename Scalar>
Tensor<Scalar> silu(Tensor<Scalar> x);
/// ln(1 + eˣ).
template <typename Scalar>
Tensor<Scalar> softplus(Tensor<Scalar> x);

/// x, as a constant to derivatives.
template <typename Scalar>
Tensor<Scalar> stopGradient(Tensor<Scalar> x);
/// The value of `hard` with the derivative of `soft` (Bengio, Léonard, Courville 2013); of one
/// shape.
template <typename Scalar>
Tensor<Scalar> straightThrough(Tensor<Scalar> hard, Tensor<Scalar> soft);

template <typename Scalar>
Tensor<Scalar> operator+(Tensor<Scalar> a, Tensor<Scalar> b) {
    return add(a, b);
}
template <typename Scalar>
Tensor<Scalar> operator-(Tensor<Scalar> a, Tensor<Scalar> b) {
    return subtract(a, b);
}
template <typename Scalar>
Tensor<Scalar> operator*(Tensor<Scalar> a, Tensor<Scalar> b) {
    return multiply(a, b);
}
template <typename Scalar>
Tensor<Scalar> operator/(Tensor<Scalar> a, Tensor<Scalar> b) {
    return divide(a, b);
}
template <typename Scalar>
Tensor<Scalar> operator-(Tensor<Scalar> x) {
    return affine(x, -1.0, 0.0);
}
template <typename Scalar>
Tensor<Scalar> operator+(Tensor<Scalar> x, double number) {
    return affine(x, 1.0, number);
}
template <typename Scalar>
Tensor<Scalar> operator+(double number, Tensor<Scalar> x) {
    return affine(x, 1.0, number);
}
template <typename Scalar>
Tensor<Scalar> operator-(Tensor<Scalar> x, double number) {
    return affine(x, 1.0, -number);
}
template <typename Scalar>
Tensor<Scalar> operator-(double number, Tensor<Scalar> x) {
    return affine(x, -1.0, number);
}
template <typename Scalar>
Tensor<Scalar> operator*(Tensor<Scalar> x, double number) {
    return affine(x, number, 0.0);
}
template <typename Scalar>
Tensor<Scalar> operator*(double number, Tensor<Scalar> x) {
    return affine(x, number, 0.0);
}
template <typename Scalar>
Tensor<Scalar> operator/(Tensor<Scalar> x, double number) {
    return affine(x, 1.0 / number, 0.0);
}
template <typename Scalar>
Tensor<Scalar> operator/(double number, Tensor<Scalar> x) {
    return affine(reciprocal(x), number, 0.0);
}

} // namespace convergence::autodiff
