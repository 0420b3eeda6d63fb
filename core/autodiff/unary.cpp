// Operations of one tensor, element by element, and the fused derivatives of activations.

#include <numbers>

#include <unsupported/Eigen/SpecialFunctions>

#include "core/autodiff/elementwise.h"
#include "core/autodiff/reductions.h"
#include "core/autodiff/shape_operations.h"
#include "core/parallel/chunks.h"

namespace convergence::autodiff {

namespace {

template <typename Scalar>
using Flow = Backward<Scalar>;
template <typename Scalar>
using Array = Eigen::Map<Eigen::Array<Scalar, Eigen::Dynamic, 1>>;
template <typename Scalar>
using ConstArray = Eigen::Map<const Eigen::Array<Scalar, Eigen::Dynamic, 1>>;

constexpr double inverseRootTwo = 1.0 / std::numbers::sqrt2;
constexpr double normalDensityAtZero = 0.3989422804014327; // 1/√(2π)

template <typename Scalar>
constexpr Index chunk = 8192; // elements of a function such as exp that are worth a task

/// f(x, node, out) on Eigen arrays.
template <auto f, typename Scalar>
void unaryKernel(const Call<Scalar>& call) {
    inChunks(call.node.shape.elements(), chunk<Scalar>, [&](Index begin, Index count) {
        Array<Scalar> out(call.output() + begin, count);
        f(ConstArray<Scalar>(call.input(0) + begin, count), call.node.attributes.reals, out);
    });
}

/// f(x, g, out): both operands of the result's shape.
template <auto f, typename Scalar>
void pairKernel(const Call<Scalar>& call) {
    inChunks(call.node.shape.elements(), chunk<Scalar>, [&](Index begin, Index count) {
        Array<Scalar> out(call.output() + begin, count);
        f(ConstArray<Scalar>(call.input(0) + begin, count),
          ConstArray<Scalar>(call.input(1) + begin, count), out);
    });
}

template <typename Scalar>
Tensor<Scalar> recordUnary(const Operation<Scalar>& operation, Tensor<Scalar> x, double first = 0.0,
                           double second = 0.0) {
    Attributes attributes;
    attributes.reals = {first, second};
    return {&x.graph(), x.graph().record(operation, {x.id()}, x.shape(), std::move(attributes))};
}

template <typename Scalar>
Tensor<Scalar> recordPair(const Operation<Scalar>& operation, Tensor<Scalar> x, Tensor<Scalar> g) {
    return {&x.graph(), x.graph().record(operation, {x.id(), g.id()}, x.shape())};
}

} // namespace

// A unary operation: its name, its value from x (an array; p are the constants), and the term that
// flows back, from `flow`.
#define CONVERGENCE_UNARY(identifier, text, value, derivative)                                     \
    namespace {                                                                                    \
    template <typename Scalar>                                                                     \
    constexpr Operation<Scalar> identifier{                                                        \
        .name = text,                                                                              \
        .kernel = unaryKernel<[](const auto& x, [[maybe_unused]] const auto& p, auto& out) {       \
            out = value;                                                                           \
        },                                                                                         \
                              Scalar>,                                                             \
        .differentiate = [](Flow<Scalar>& flow) { flow.add(0, derivative); },                      \
        .overwrites = true};                                                                       \
    }

CONVERGENCE_UNARY(affineOperation, "affine", x* Scalar(p[0]) + Scalar(p[1]),
                  affine(flow.cotangent(), flow.node().attributes.reals[0], 0.0))
CONVERGENCE_UNARY(expOperation, "exp", x.exp(), flow.cotangent() * flow.output())
CONVERGENCE_UNARY(logOperation, "log", x.log(), flow.cotangent() / flow.input(0))
CONVERGENCE_UNARY(sqrtOperation, "sqrt", x.sqrt(), 0.5 * (flow.cotangent() / flow.output()))
CONVERGENCE_UNARY(squareOperation, "square", x.square(), 2.0 * (flow.cotangent() * flow.input(0)))
CONVERGENCE_UNARY(reciprocalOperation, "reciprocal", x.inverse(),
                  -(flow.cotangent() * square(flow.output())))
CONVERGENCE_UNARY(powerOperation, "power", x.pow(Scalar(p[0])),
                  flow.node().attributes.reals[0] *
                      (flow.cotangent() *
                       power(flow.input(0), flow.node().attributes.reals[0] - 1.0)))
CONVERGENCE_UNARY(absOperation, "abs", x.abs(), flow.cotangent() * sign(flow.input(0)))
CONVERGENCE_UNARY(sinOperation, "sin", x.sin(), flow.cotangent() * cos(flow.input(0)))
CONVERGENCE_UNARY(cosOperation, "cos", x.cos(), -(flow.cotangent() * sin(flow.input(0))))
CONVERGENCE_UNARY(erfOperation, "erf", x.erf(),
                  (2.0 * std::numbers::inv_sqrtpi) *
                      (flow.cotangent() * exp(-square(flow.input(0)))))
CONVERGENCE_UNARY(clampOperation, "clamp", x.max(Scalar(p[0])).min(Scalar(p[1])),
                  flow.cotangent() *
                      atLeast(flow.input(0),
                              flow.graph().constant(Shape{}, flow.node().attributes.reals[0])) *
                      atLeast(flow.graph().constant(Shape{}, flow.node().attributes.reals[1]),
                              flow.input(0)))
CONVERGENCE_UNARY(softplusOperation, "softplus", x.max(Scalar(0)) + (-x.abs()).exp().log1p(),
                  flow.cotangent() * sigmoid(flow.input(0)))
#undef CONVERGENCE_UNARY

namespace {

template <typename Scalar>
constexpr Operation<Scalar> signOperation{
    .name = "sign",
    .kernel = unaryKernel<[](const auto& x, const auto&, auto& out) { out = x.sign(); }, Scalar>,
    .overwrites = true};

// Activations whose derivative is one pass: g · f'(x), from x or from y = f(x).

template <typename Scalar>
constexpr Operation<Scalar> reluSlope{
    .name = "relu slope",
    .kernel = pairKernel<[](const auto& x, const auto& g, auto& out) {
        out = (x > Scalar(0)).select(g, Scalar(0));
    },
                         Scalar>,
    .differentiate =
        [](Flow<Scalar>& flow) {
            if (flow.wants(1))
                flow.add(1, recordPair(reluSlope<Scalar>, flow.input(0), flow.cotangent()));
        },
    .overwrites = true};

/// From y = tanh x: g (1 − y²).
template <typename Scalar>
constexpr Operation<Scalar> tanhSlope{
    .name = "tanh slope",
    .kernel = pairKernel<[](const auto& y, const auto& g, auto& out) {
        out = g * (Scalar(1) - y.square());
    },
                         Scalar>,
    .differentiate =
        [](Flow<Scalar>& flow) {
            const auto y = flow.input(0), g = flow.input(1), c = flow.cotangent();
            if (flow.wants(0))
                flow.add(0, -2.0 * (c * g * y));
            if (flow.wants(1))
                flow.add(1, recordPair(tanhSlope<Scalar>, y, c));
        },
    .overwrites = true};

/// From y = sigmoid x: g y (1 − y).
template <typename Scalar>
constexpr Operation<Scalar> sigmoidSlope{
    .name = "sigmoid slope",
    .kernel =
        pairKernel<[](const auto& y, const auto& g, auto& out) { out = g * y * (Scalar(1) - y); },
                   Scalar>,
    .differentiate =
        [](Flow<Scalar>& flow) {
            const auto y = flow.input(0), g = flow.input(1), c = flow.cotangent();
            if (flow.wants(0))
                flow.add(0, c * g * (1.0 - 2.0 * y));
            if (flow.wants(1))
                flow.add(1, recordPair(sigmoidSlope<Scalar>, y, c));
        },
    .overwrites = true};

/// g (Φ(x) + x φ(x)); its own slope is φ(x)(2 − x²).
template <typename Scalar>
constexpr Operation<Scalar> geluSlope{
    .name = "gelu slope",
    .kernel = pairKernel<[](const auto& x, const auto& g, auto& out) {
        out = g * (Scalar(0.5) * (Scalar(1) + (x * Scalar(inverseRootTwo)).erf()) +
                   x * Scalar(normalDensityAtZero) * (Scalar(-0.5) * x.square()).exp());
    },
                         Scalar>,
    .differentiate =
        [](Flow<Scalar>& flow) {
            const auto x = flow.input(0), g = flow.input(1), c = flow.cotangent();
            if (flow.wants(0))
                flow.add(
                    0, c * g * ((2.0 - square(x)) * (normalDensityAtZero * exp(-0.5 * square(x)))));
            if (flow.wants(1))
                flow.add(1, recordPair(geluSlope<Scalar>, x, c));
        },
    .overwrites = true};

/// With s = sigmoid x: g s (1 + x (1 − s)); its own slope is s (1 − s)(2 + x (1 − 2s)).
template <typename Scalar>
constexpr Operation<Scalar> siluSlope{
    .name = "silu slope",
    .kernel = pairKernel<[](const auto& x, const auto& g, auto& out) {
        // Without a temporary array, the sigmoid is taken twice.
        out = g * x.logistic() * (Scalar(1) + x * (Scalar(1) - x.logistic()));
    },
                         Scalar>,
    .differentiate =
        [](Flow<Scalar>& flow) {
            const auto x = flow.input(0), g = flow.input(1), c = flow.cotangent();
            if (flow.wants(0)) {
                const auto s = sigmoid(x);
                flow.add(0, c * g * (s * (1.0 - s) * (2.0 + x * (1.0 - 2.0 * s))));
            }
            if (flow.wants(1))
                flow.add(1, recordPair(siluSlope<Scalar>, x, c));
        },
    .overwrites = true};

#define CONVERGENCE_ACTIVATION(identifier, text, value, slope, of)                                 \
    template <typename Scalar>                                                                     \
    constexpr Operation<Scalar> identifier{                                                        \
        .name = text,                                                                              \
        .kernel = unaryKernel<[](const auto& x, const auto&, auto& out) { out = value; }, Scalar>, \
        .differentiate =                                                                           \
            [](Flow<Scalar>& flow) {                                                               \
                flow.add(0, recordPair(slope<Scalar>, of, flow.cotangent()));                      \
            },                                                                                     \
        .overwrites = true};

CONVERGENCE_ACTIVATION(reluOperation, "relu", x.max(Scalar(0)), reluSlope, flow.input(0))
CONVERGENCE_ACTIVATION(tanhOperation, "tanh", x.tanh(), tanhSlope, flow.output())
CONVERGENCE_ACTIVATION(sigmoidOperation, "sigmoid", x.logistic(), sigmoidSlope, flow.output())
CONVERGENCE_ACTIVATION(geluOperation, "gelu",
                       Scalar(0.5) * x * (Scalar(1) + (x * Scalar(inverseRootTwo)).erf()),
                       geluSlope, flow.input(0))
CONVERGENCE_ACTIVATION(siluOperation, "silu", x* x.logistic(), siluSlope, flow.input(0))
#undef CONVERGENCE_ACTIVATION

template <typename Scalar>
constexpr Operation<Scalar> stopOperation{.name = "stop gradient",
                                          .storage = Operation<Scalar>::Storage::view};

template <typename Scalar>
constexpr Operation<Scalar> straightThroughOperation{
    .name = "straight through",
    .storage = Operation<Scalar>::Storage::view,
    .differentiate = [](Flow<Scalar>& flow) { flow.add(1, flow.cotangent()); }};

} // namespace

template <typename Scalar>
Tensor<Scalar> affine(Tensor<Scalar> x, double factor, double summand) {
    return recordUnary(affineOperation<Scalar>, x, factor, summand);
}
template <typename Scalar>
Tensor<Scalar> power(Tensor<Scalar> x, double p) {
    if (p == 0.0)
        return x.graph().constant(x.shape(), 1.0);
    if (p == 1.0)
        return x;
    if (p == 2.0)
        return square(x);
    return recordUnary(powerOperation<Scalar>, x, p);
}
template <typename Scalar>
Tensor<Scalar> clamp(Tensor<Scalar> x, double low, double high) {
    if (!(low <= high))
        throw std::logic_error("clamp needs low ≤ high.");
    return recordUnary(clampOperation<Scalar>, x, low, high);
}
template <typename Scalar>
Tensor<Scalar> stopGradient(Tensor<Scalar> x) {
    return recordUnary(stopOperation<Scalar>, x);
}
template <typename Scalar>
Tensor<Scalar> straightThrough(Tensor<Scalar> hard, Tensor<Scalar> soft) {
    if (hard.shape() != soft.shape())
        throw std::logic_error("straightThrough needs two tensors of one shape.");
    return recordPair(straightThroughOperation<Scalar>, hard, soft);
}

#define CONVERGENCE_FUNCTION(name, operation)                                                      \
    template <typename Scalar>                                                                     \
    Tensor<Scalar> name(Tensor<Scalar> x) {                                                        \
        return recordUnary(operation<Scalar>, x);                                                  \
    }                                                                                              \
    template Tensor<float> name(Tensor<float>);                                                    \
    template Tensor<double> name(Tensor<double>);
CONVERGENCE_FUNCTION(exp, expOperation)
CONVERGENCE_FUNCTION(log, logOperation)
CONVERGENCE_FUNCTION(sqrt, sqrtOperation)
CONVERGENCE_FUNCTION(square, squareOperation)
CONVERGENCE_FUNCTION(reciprocal, reciprocalOperation)
CONVERGENCE_FUNCTION(abs, absOperation)
CONVERGENCE_FUNCTION(sign, signOperation)
CONVERGENCE_FUNCTION(sin, sinOperation)
CONVERGENCE_FUNCTION(cos, cosOperation)
CONVERGENCE_FUNCTION(erf, erfOperation)
CONVERGENCE_FUNCTION(tanh, tanhOperation)
CONVERGENCE_FUNCTION(sigmoid, sigmoidOperation)
CONVERGENCE_FUNCTION(relu, reluOperation)
CONVERGENCE_FUNCTION(gelu, geluOperation)
CONVERGENCE_FUNCTION(silu, siluOperation)
CONVERGENCE_FUNCTION(softplus, softplusOperation)
#undef CONVERGENCE_FUNCTION

#define CONVERGENCE_INSTANTIATE(Scalar)                                                            \
    template Tensor<Scalar> affine(Tensor<Scalar>, double, double);                                \
    template Tensor<Scalar> power(Tensor<Scalar>, double);                                         \
    template Tensor<Scalar> clamp(Tensor<Scalar>, double, double);                                 \
    template Tensor<Scalar> stopGradient(Tensor<Scalar>);                                          \
    template Tensor<Scalar> straightThrough(Tensor<Scalar>, Tensor<Scalar>);
CONVERGENCE_INSTANTIATE(float)
CONVERGENCE_INSTANTIATE(double)
#undef CONVERGENCE_INSTANTIATE

} // namespace convergence::autodiff
