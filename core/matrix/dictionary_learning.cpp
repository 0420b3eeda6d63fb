#include "core/matrix/dictionary_learning.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <stdexcept>
#include <vector>

#include "core/math/decompositions.h"

namespace convergence::matrix {

namespace {

constexpr double unusedAtom = 1e-12; ///< statistics below this say nothing about an atom

/// The s entries of `column` largest in size, by index.
void keepLargest(const Eigen::VectorXd& column, Eigen::Index s, std::vector<Eigen::Index>& order) {
    order.resize(static_cast<std::size_t>(column.size()));
    std::iota(order.begin(), order.end(), Eigen::Index{0});
    std::nth_element(
        order.begin(), order.begin() + s - 1, order.end(),
        [&](Eigen::Index a, Eigen::Index b) { return std::abs(column[a]) > std::abs(column[b]); });
    order.resize(static_cast<std::size_t>(s));
}

} // namespace

SparsityObjective::SparsityObjective(double power) : power_(power) {
    if (!(power > 2.0))
        throw std::logic_error("SparsityObjective: the power must exceed 2");
}

double SparsityObjective::value(const Eigen::MatrixXd& d, const Eigen::MatrixXd& y) const {
    const Eigen::ArrayXXd size = (d * y).array().abs();
    return -size.pow(power_).sum() / static_cast<double>(y.cols());
}

void SparsityObjective::gradient(const Eigen::MatrixXd& d, const Eigen::MatrixXd& y,
                                 Eigen::MatrixXd& z, Eigen::MatrixXd& out) const {
    z.noalias() = d * y;
    if (power_ == 3.0)
        z.array() *= z.array().abs();
    else if (power_ == 4.0)
        z = z.array().cube();
    else
        z = z.array().sign() * z.array().abs().pow(power_ - 1.0);
    out.noalias() = z * y.transpose();
    out *= -power_ / static_cast<double>(y.cols());
}

double PowerWeight::at(std::int64_t t) const {
    if (constant > 0.0)
        return constant;
    const double x = static_cast<double>(t);
    if (exponent == 0.5)
        return 1.0 / std::sqrt(x);
    if (exponent == 0.75)
        return 1.0 / (std::sqrt(x) * std::sqrt(std::sqrt(x)));
    return std::pow(x, -exponent);
}

OnlineFrankWolfe::OnlineFrankWolfe(SparsityObjective objective, Eigen::MatrixXd start,
                                   PowerWeight averaging, PowerWeight step)
    : objective_(objective), averaging_(averaging), stepWeight_(step), d_(std::move(start)),
      g_(Eigen::MatrixXd::Zero(d_.rows(), d_.cols())), gradient_(d_.rows(), d_.cols()),
      negative_(d_.rows(), d_.cols()), polar_(d_.rows()) {}

void OnlineFrankWolfe::step(const Eigen::MatrixXd& y) {
    ++time_;
    const double rho = averaging_.at(time_), gamma = stepWeight_.at(time_);
    objective_.gradient(d_, y, z_, gradient_);
    g_ += rho * (gradient_ - g_);
    negative_ = -g_;
    d_ += gamma * (polar_(negative_) - d_);
}

RiemannianDictionary::RiemannianDictionary(SparsityObjective objective, Eigen::MatrixXd start,
                                           double rate)
    : objective_(objective), d_(std::move(start)), gradient_(d_.rows(), d_.cols()),
      inner_(d_.rows(), d_.cols()), retraction_(d_.rows(), d_.cols()), rate_(rate) {}

void RiemannianDictionary::step(const Eigen::MatrixXd& y) {
    ++time_;
    objective_.gradient(d_, y, z_, gradient_);
    inner_.noalias() = d_.transpose() * gradient_;
    const double eta = rate_ / std::sqrt(static_cast<double>(time_));
    // D − ηR = D − ηg + (η/2) D(Dᵀg + gᵀD)
    gradient_.noalias() -= 0.5 * d_ * inner_;
    inner_.transposeInPlace();
    gradient_.noalias() -= 0.5 * d_ * inner_;
    d_ -= eta * gradient_;
    retraction_.apply(d_);
}

BatchDictionary::BatchDictionary(SparsityObjective objective, Eigen::MatrixXd start)
    : objective_(objective), d_(std::move(start)), gradient_(d_.rows(), d_.cols()),
      polar_(d_.rows()) {}

void BatchDictionary::pass(const Eigen::MatrixXd& y) {
    objective_.gradient(d_, y, z_, gradient_);
    gradient_ *= -1.0;
    d_ = polar_(gradient_);
}

OnlineDictionaryCoding::OnlineDictionaryCoding(Eigen::MatrixXd start, double lambda, int iterations)
    : b_(std::move(start)), a_(Eigen::MatrixXd::Zero(b_.cols(), b_.cols())),
      c_(Eigen::MatrixXd::Zero(b_.rows(), b_.cols())), u_(b_.rows()), lambda_(lambda),
      iterations_(iterations) {}

void OnlineDictionaryCoding::step(const Eigen::MatrixXd& y) {
    const double largest = singularValues(b_)[0];
    const double rate = 1.0 / (largest * largest), threshold = lambda_ * rate;
    alpha_.setZero(b_.cols(), y.cols());
    for (int i = 0; i < iterations_; ++i) {
        residual_ = y;
        residual_.noalias() -= b_ * alpha_;
        correction_.noalias() = b_.transpose() * residual_;
        alpha_ += rate * correction_;
        alpha_ = alpha_.array().sign() * (alpha_.array().abs() - threshold).max(0.0);
    }
    a_.noalias() += alpha_ * alpha_.transpose();
    c_.noalias() += y * alpha_.transpose();
    for (Eigen::Index j = 0; j < b_.cols(); ++j) {
        if (a_(j, j) < unusedAtom)
            continue;
        u_ = c_.col(j);
        u_.noalias() -= b_ * a_.col(j);
        u_ = u_ / a_(j, j) + b_.col(j);
        b_.col(j) = u_ / std::max(u_.norm(), 1.0);
    }
}

double frankWolfeGap(const Eigen::MatrixXd& d, const Eigen::MatrixXd& gradient) {
    return singularValues(gradient).sum() + d.cwiseProduct(gradient).sum();
}

double recoveryError(const Eigen::MatrixXd& p) {
    return 1.0 - p.array().square().square().sum() / static_cast<double>(p.rows());
}

double amariIndex(const Eigen::MatrixXd& p) {
    const Eigen::ArrayXXd size = p.array().abs();
    const double n = static_cast<double>(p.rows());
    const double rows = (size.rowwise().sum() / size.rowwise().maxCoeff() - 1.0).sum();
    const double columns = (size.colwise().sum() / size.colwise().maxCoeff() - 1.0).sum();
    return (rows + columns) / (2.0 * n * (n - 1.0));
}

Eigen::MatrixXd sparseReconstruction(const Eigen::MatrixXd& q, const Eigen::MatrixXd& y,
                                     Eigen::Index s) {
    Eigen::MatrixXd z = q * y;
    std::vector<Eigen::Index> kept;
    Eigen::VectorXd column(z.rows());
    for (Eigen::Index j = 0; j < z.cols(); ++j) {
        column = z.col(j);
        keepLargest(column, std::min(s, z.rows()), kept);
        z.col(j).setZero();
        for (const Eigen::Index i : kept)
            z(i, j) = column[i];
    }
    return q.transpose() * z;
}

double keptEnergy(const Eigen::MatrixXd& q, const Eigen::MatrixXd& y, Eigen::Index s) {
    return 1.0 - (y - sparseReconstruction(q, y, s)).squaredNorm() / y.squaredNorm();
}

Eigen::MatrixXd cosineBasis(Eigen::Index side) {
    const double n = static_cast<double>(side);
    Eigen::MatrixXd one(side, side); // one[k, i], rows are patterns
    for (Eigen::Index k = 0; k < side; ++k)
        for (Eigen::Index i = 0; i < side; ++i)
            one(k, i) = std::sqrt((k == 0 ? 1.0 : 2.0) / n) *
                        std::cos(std::numbers::pi * (static_cast<double>(i) + 0.5) *
                                 static_cast<double>(k) / n);
    Eigen::MatrixXd basis(side * side, side * side);
    for (Eigen::Index k = 0; k < side; ++k)
        for (Eigen::Index l = 0; l < side; ++l)
            for (Eigen::Index i = 0; i < side; ++i)
                for (Eigen::Index j = 0; j < side; ++j)
                    basis(k * side + l, i * side + j) = one(k, i) * one(l, j);
    return basis;
}

} // namespace convergence::matrix
