#include "core/optim/hypergradient.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <fmt/format.h>

#include "core/autodiff/gradient.h"
#include "core/autodiff/operations.h"

namespace convergence {

template <typename Scalar>
Eigen::VectorX<Scalar> neumannSolve(const SymmetricProduct<Scalar>& product,
                                    const Eigen::VectorX<Scalar>& right, Scalar step, int terms) {
    Eigen::VectorX<Scalar> term = right, sum = right, image(right.size());
    for (int q = 0; q < terms; ++q) {
        product(term, image);
        term -= step * image;
        sum += term;
    }
    return step * sum;
}

template <typename Scalar>
ConjugateGradientResult<Scalar>
conjugateGradients(const SymmetricProduct<Scalar>& product, const Eigen::VectorX<Scalar>& right,
                   const ConjugateGradientOptions& options, const Eigen::VectorX<Scalar>& start) {
    using Vector = Eigen::VectorX<Scalar>;
    ConjugateGradientResult<Scalar> result;
    Vector residual = right, image(right.size());
    if (start.size() > 0) {
        result.z = start;
        product(start, image);
        residual -= image;
    } else {
        result.z = Vector::Zero(right.size());
    }
    const double scale = static_cast<double>(right.norm());
    Vector direction = residual;
    Scalar square = residual.squaredNorm();
    const auto relative = [&] {
        return square == Scalar(0) ? 0.0 : std::sqrt(static_cast<double>(square)) / scale;
    };
    while (relative() > options.tolerance && result.iterations < options.maximumIterations) {
        product(direction, image);
        ++result.iterations;
        const Scalar curvature = direction.dot(image);
        if (!(curvature > Scalar(0)))
            break;
        const Scalar length = square / curvature;
        result.z += length * direction;
        residual -= length * image;
        const Scalar before = square;
        square = residual.squaredNorm();
        direction = residual + square / before * direction;
    }
    result.relativeResidual = relative();
    result.converged = result.relativeResidual <= options.tolerance;
    return result;
}

namespace {

enum { upperProgram, lowerProgram, hessianProgram, mixedProgram };

void requireLength(std::size_t given, std::size_t expected) {
    if (given != expected)
        throw std::logic_error(
            fmt::format("a leaf of {} elements was set to {} numbers", expected, given));
}

} // namespace

template <typename Scalar>
BilevelProgram<Scalar>::BilevelProgram(Tensor upper, Tensor lower, Tensor x, Tensor y)
    : x_(x), y_(y), z_(y.graph().input(y.shape())), upper_(upper), upperByX_(gradient(upper, x)),
      upperByY_(gradient(upper, y)), lower_(lower), lowerByY_(gradient(lower, y)),
      hessianProduct_(autodiff::hessianProduct(lower, y, z_)),
      mixedProduct_(gradient(dot(lowerByY_, z_), x)) {
    const auto& graph = y.graph();
    programs_.emplace_back(graph, std::vector<Tensor>{upper_, upperByX_, upperByY_});
    programs_.emplace_back(graph, std::vector<Tensor>{lower_, lowerByY_});
    programs_.emplace_back(graph, std::vector<Tensor>{hessianProduct_});
    programs_.emplace_back(graph, std::vector<Tensor>{mixedProduct_});
}

template <typename Scalar>
void BilevelProgram<Scalar>::set(Tensor leaf, std::span<const Scalar> values) {
    for (autodiff::Program<Scalar>& program : programs_)
        if (program.uses(leaf)) {
            const std::span<Scalar> elements = program.value(leaf);
            requireLength(values.size(), elements.size());
            std::copy(values.begin(), values.end(), elements.begin());
        }
}

template <typename Scalar>
void BilevelProgram<Scalar>::set(autodiff::Indices<Scalar> leaf,
                                 std::span<const std::int32_t> values) {
    for (autodiff::Program<Scalar>& program : programs_)
        if (program.uses(leaf)) {
            const std::span<std::int32_t> elements = program.value(leaf);
            requireLength(values.size(), elements.size());
            std::copy(values.begin(), values.end(), elements.begin());
        }
}

template <typename Scalar>
typename BilevelProgram<Scalar>::Upper BilevelProgram<Scalar>::upper() {
    autodiff::Program<Scalar>& program = programs_[upperProgram];
    program.run();
    return {program.scalar(upper_), program.vector(upperByX_), program.vector(upperByY_)};
}

template <typename Scalar>
typename BilevelProgram<Scalar>::Lower BilevelProgram<Scalar>::lower() {
    autodiff::Program<Scalar>& program = programs_[lowerProgram];
    program.run();
    return {program.scalar(lower_), program.vector(lowerByY_)};
}

template <typename Scalar>
void BilevelProgram<Scalar>::hessianProduct(const Vector& z, Vector& result) {
    autodiff::Program<Scalar>& program = programs_[hessianProgram];
    if (program.uses(z_))
        program.vector(z_) = z;
    program.run();
    result = program.vector(hessianProduct_);
}

template <typename Scalar>
typename BilevelProgram<Scalar>::Vector BilevelProgram<Scalar>::mixedProduct(const Vector& z) {
    autodiff::Program<Scalar>& program = programs_[mixedProgram];
    if (program.uses(z_))
        program.vector(z_) = z;
    program.run();
    return program.vector(mixedProduct_);
}

template <typename Scalar>
SymmetricProduct<Scalar> BilevelProgram<Scalar>::hessian() {
    return [this](const Vector& v, Vector& result) { hessianProduct(v, result); };
}

template <typename Scalar>
Eigen::VectorX<Scalar>
hypergradient(BilevelProgram<Scalar>& problem,
              const std::function<Eigen::VectorX<Scalar>(const SymmetricProduct<Scalar>&,
                                                         const Eigen::VectorX<Scalar>&)>& solve) {
    const auto upper = problem.upper();
    return upper.byX - problem.mixedProduct(solve(problem.hessian(), upper.byY));
}

#define CONVERGENCE_HYPERGRADIENT(Scalar)                                                          \
    template Eigen::VectorX<Scalar> neumannSolve(const SymmetricProduct<Scalar>&,                  \
                                                 const Eigen::VectorX<Scalar>&, Scalar, int);      \
    template ConjugateGradientResult<Scalar> conjugateGradients(                                   \
        const SymmetricProduct<Scalar>&, const Eigen::VectorX<Scalar>&,                            \
        const ConjugateGradientOptions&, const Eigen::VectorX<Scalar>&);                           \
    template class BilevelProgram<Scalar>;                                                         \
    template Eigen::VectorX<Scalar> hypergradient(                                                 \
        BilevelProgram<Scalar>&,                                                                   \
        const std::function<Eigen::VectorX<Scalar>(const SymmetricProduct<Scalar>&,                \
                                                   const Eigen::VectorX<Scalar>&)>&);
CONVERGENCE_HYPERGRADIENT(float)
CONVERGENCE_HYPERGRADIENT(double)
#undef CONVERGENCE_HYPERGRADIENT

} // namespace convergence
