#include "core/autodiff/linear.h"

#include "core/autodiff/gemm.h"
#include "core/autodiff/shape_operations.h"
#include "core/parallel/chunks.h"

namespace convergence::autodiff {

namespace {

template <typename Scalar>
using Flow = Backward<Scalar>;

bool leftTransposed(Transposed t) {
    return t == Transposed::left || t == Transposed::both;
}
bool rightTransposed(Transposed t) {
    return t == Transposed::right || t == Transposed::both;
}

Transposed flags(bool left, bool right) {
    return left ? (right ? Transposed::both : Transposed::left)
                : (right ? Transposed::right : Transposed::neither);
}

template <typename Scalar>
void matmulKernel(const Call<Scalar>& call) {
    const auto transposed = static_cast<Transposed>(call.node.attributes.integers[0]);
    const Shape& shapeA = call.node.inputShapes[0];
    const Shape& shapeB = call.node.inputShapes[1];
    const Index m = call.node.shape[-2], n = call.node.shape[-1];
    const Index k = leftTransposed(transposed) ? shapeA[-2] : shapeA[-1];
    const auto matrix = [](const Scalar* data, const Shape& shape, bool transpose) {
        const Strided<const Scalar> plain{data, shape[-1], 1};
        return transpose ? plain.transposed() : plain;
    };
    const auto multiply = [&](Index i, auto product) {
        product(m, n, k, matrix(call.input(0) + i * m * k, shapeA, leftTransposed(transposed)),
                matrix(call.input(1) + i * k * n, shapeB, rightTransposed(transposed)),
                Strided<Scalar>{call.output() + i * m * n, n, 1}, Product::replaces);
    };
    const Index count = call.node.shape.elements() / (m * n);
    if (count == 1) {
        multiply(0, gemm<Scalar>);
        return;
    }
    inChunks(count, std::max<Index>(1, (1 << 20) / (m * n * k)), [&](Index begin, Index part) {
        for (Index i = begin; i < begin + part; ++i)
            multiply(i, gemmInThread<Scalar>);
    });
}

template <typename Scalar>
constexpr Operation<Scalar> matmulOperation{
    .name = "matmul", .kernel = matmulKernel<Scalar>, .differentiate = [](Flow<Scalar>& flow) {
        const auto t = static_cast<Transposed>(flow.node().attributes.integers[0]);
        const auto a = flow.input(0), b = flow.input(1), g = flow.cotangent();
        const bool left = leftTransposed(t), right = rightTransposed(t);
        if (flow.wants(0)) // C = A B: G Bᵀ; C = Aᵀ B: B Gᵀ
            flow.add(0,
                     left ? matmul(b, g, flags(right, true)) : matmul(g, b, flags(false, !right)));
        if (flow.wants(1)) // C = A B: Aᵀ G; C = A Bᵀ: Gᵀ A
            flow.add(1,
                     right ? matmul(g, a, flags(true, left)) : matmul(a, g, flags(!left, false)));
    }};

} // namespace

template <typename Scalar>
Tensor<Scalar> matmul(Tensor<Scalar> a, Tensor<Scalar> b, Transposed transposed) {
    const Shape &shapeA = a.shape(), &shapeB = b.shape();
    const auto refuse = [&] {
        throw std::logic_error("Matrices " + shapeA.text() + " and " + shapeB.text() +
                               " do not fit for a product.");
    };
    if (shapeA.rank() < 2 || shapeB.rank() < 2)
        refuse();
    const bool left = leftTransposed(transposed), right = rightTransposed(transposed);
    if (shapeA.rank() > 2 && shapeB.rank() == 2) {
        if (left)
            refuse();
        Shape shape = shapeA;
        shape.resize(-1, right ? shapeB[0] : shapeB[1]);
        return reshape(matmul(reshape(a, {shapeA.rows(), shapeA.columns()}), b, transposed), shape);
    }
    if (shapeA.rank() != shapeB.rank() ||
        (left ? shapeA[-2] : shapeA[-1]) != (right ? shapeB[-1] : shapeB[-2]))
        refuse();
    Shape shape;
    for (int axis = 0; axis < shapeA.rank() - 2; ++axis) {
        if (shapeA[axis] != shapeB[axis])
            refuse();
        shape.append(shapeA[axis]);
    }
    shape.append(left ? shapeA[-1] : shapeA[-2]);
    shape.append(right ? shapeB[-2] : shapeB[-1]);
    Attributes attributes;
    attributes.integers[0] = static_cast<std::int64_t>(transposed);
    return {&a.graph(),
            a.graph().record(matmulOperation<Scalar>, {a.id(), b.id()}, shape, attributes)};
}

template Tensor<float> matmul(Tensor<float>, Tensor<float>, Transposed);
template Tensor<double> matmul(Tensor<double>, Tensor<double>, Transposed);

} // namespace convergence::autodiff
