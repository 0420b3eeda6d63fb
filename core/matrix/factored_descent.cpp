#include "core/matrix/factored_descent.h"

#include <cmath>

#include "core/math/decompositions.h"

namespace convergence::matrix {

namespace {

/// Beyond this squared norm of a factor nothing can come back: the target has norm about √r.
constexpr double hopelessSquaredNorm = 1e12;

bool isUseful(double squaredNorm) {
    return squaredNorm < hopelessSquaredNorm;
} // false for NaN

/// Below this inner dimension, Eigen's blocked product spends more on packing than on multiplying.
constexpr Eigen::Index smallInner = 12;

/// Z = A Bᵀ with few columns in A and B.
void outerProduct(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b, Eigen::MatrixXd& z) {
    if (a.cols() <= smallInner)
        z.noalias() = a.lazyProduct(b.transpose());
    else
        z.noalias() = a * b.transpose();
}

/// Below this many rows the product of a square by a thin matrix is made without packing.
constexpr Eigen::Index smallSquare = 40;

void thinProduct(const Eigen::MatrixXd& r, const Eigen::MatrixXd& b, Eigen::MatrixXd& out) {
    if (r.rows() <= smallSquare && b.cols() <= smallInner)
        out.noalias() = r.lazyProduct(b);
    else
        out.noalias() = r * b;
}

void thinProductTransposed(const Eigen::MatrixXd& r, const Eigen::MatrixXd& b,
                           Eigen::MatrixXd& out) {
    if (r.rows() <= smallSquare && b.cols() <= smallInner)
        out.noalias() = r.transpose().lazyProduct(b);
    else
        out.noalias() = r.transpose() * b;
}

/// (A Bᵀ − M) B = A (BᵀB) − M B, with A n₁ × k, B n₂ × k, M n₁ × n₂: k² instead of kn work a row.
void populationGradient(const Eigen::MatrixXd& target, const Eigen::MatrixXd& a,
                        const Eigen::MatrixXd& b, Eigen::MatrixXd& gram, Eigen::MatrixXd& out) {
    gram.noalias() = b.transpose().lazyProduct(b);
    thinProduct(target, b, out);
    out = -out;
    out.noalias() += a.lazyProduct(gram);
}

/// (A Bᵀ − M)ᵀ A = B (AᵀA) − MᵀA.
void populationGradientTransposed(const Eigen::MatrixXd& target, const Eigen::MatrixXd& a,
                                  const Eigen::MatrixXd& b, Eigen::MatrixXd& gram,
                                  Eigen::MatrixXd& out) {
    gram.noalias() = a.transpose().lazyProduct(a);
    thinProductTransposed(target, a, out);
    out = -out;
    out.noalias() += b.lazyProduct(gram);
}

} // namespace

SymmetricDescent::SymmetricDescent(MeasuredResidual residual, Eigen::MatrixXd start)
    : residual_(std::move(residual)), x_(std::move(start)), gram_(x_.cols(), x_.cols()),
      product_(x_.rows(), x_.rows()), r_(x_.rows(), x_.rows()), gradient_(x_.rows(), x_.cols()) {}

void SymmetricDescent::computeGradient() {
    if (residual_.isPopulationLimit()) { // (XXᵀ − M*) X without the n × n product
        populationGradient(residual_.target(), x_, x_, gram_, gradient_);
        return;
    }
    outerProduct(x_, x_, product_);  // XXᵀ, n × n
    residual_.compute(product_, r_); // R(XXᵀ), n × n
    thinProduct(r_, x_, gradient_);  // R X, n × k
}

bool SymmetricDescent::step(double learningRate) {
    computeGradient();
    x_ -= learningRate * gradient_;
    return isUseful(x_.squaredNorm());
}

Eigen::MatrixXd SymmetricDescent::gradient() {
    computeGradient();
    return gradient_;
}

double SymmetricDescent::loss() {
    outerProduct(x_, x_, product_);
    residual_.compute(product_, r_);
    return 0.25 * residual_.squaredNorm();
}

AsymmetricDescent::AsymmetricDescent(MeasuredResidual residual, Eigen::MatrixXd left,
                                     Eigen::MatrixXd right, Update update)
    : residual_(std::move(residual)), update_(update), gram_(left.cols(), left.cols()),
      f_(std::move(left)), g_(std::move(right)), product_(f_.rows(), g_.rows()),
      r_(f_.rows(), g_.rows()), gradientF_(f_.rows(), f_.cols()), gradientG_(g_.rows(), g_.cols()) {
}

void AsymmetricDescent::computeResidual() {
    outerProduct(f_, g_, product_);  // FGᵀ, n₁ × n₂
    residual_.compute(product_, r_); // R(FGᵀ), n₁ × n₂
}

void AsymmetricDescent::computeGradientF() {
    if (residual_.isPopulationLimit())
        populationGradient(residual_.target(), f_, g_, gram_, gradientF_);
    else
        thinProduct(r_, g_, gradientF_); // R G, n₁ × k
}

void AsymmetricDescent::computeGradientG() {
    if (residual_.isPopulationLimit())
        populationGradientTransposed(residual_.target(), f_, g_, gram_, gradientG_);
    else
        thinProductTransposed(r_, f_, gradientG_); // Rᵀ F, n₂ × k
}

bool AsymmetricDescent::step(double learningRate) {
    const bool measured = !residual_.isPopulationLimit();
    if (measured)
        computeResidual();
    computeGradientF();
    if (update_ == Update::simultaneous)
        computeGradientG();
    f_ -= learningRate * gradientF_;
    if (update_ == Update::sequential) {
        if (measured)
            computeResidual();
        computeGradientG();
    }
    g_ -= learningRate * gradientG_;
    return isUseful(f_.squaredNorm() + g_.squaredNorm());
}

double AsymmetricDescent::balance(double beta) {
    const Eigen::MatrixXd before = product();
    const auto svd = thinSvd(f_);
    f_ = beta * svd.u;
    g_ = (g_ * svd.v * svd.values.asDiagonal()) / beta;
    return (product() - before).norm() / before.norm();
}

double AsymmetricDescent::automaticBalance() const {
    const Eigen::VectorXd sigma = singularValues(product());
    Eigen::Index count = 0;
    while (count < sigma.size() && sigma[count] > 0.1 * sigma[0])
        ++count;
    return std::sqrt(sigma[std::max<Eigen::Index>(count, 1) - 1]);
}

std::pair<Eigen::MatrixXd, Eigen::MatrixXd> AsymmetricDescent::gradients() {
    if (!residual_.isPopulationLimit())
        computeResidual();
    computeGradientF();
    computeGradientG();
    return {gradientF_, gradientG_};
}

double AsymmetricDescent::loss() {
    computeResidual();
    return 0.5 * residual_.squaredNorm();
}

} // namespace convergence::matrix
