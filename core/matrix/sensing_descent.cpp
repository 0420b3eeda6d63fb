#include "core/matrix/sensing_descent.h"

#include <cmath>
#include <limits>

namespace convergence::matrix {

using Eigen::MatrixXd;

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

} // namespace

SensingDescent::SensingDescent(SymmetricDescent descent) : descent_(std::move(descent)) {}

SensingDescent::SensingDescent(AsymmetricDescent descent)
    : descent_(std::move(descent)), startImbalance_(imbalance()) {}

bool SensingDescent::isSymmetric() const {
    return std::holds_alternative<SymmetricDescent>(descent_);
}

AsymmetricDescent& SensingDescent::asymmetric() {
    return std::get<AsymmetricDescent>(descent_);
}

bool SensingDescent::step(double learningRate) {
    return std::visit([&](auto& descent) { return descent.step(learningRate); }, descent_);
}

double SensingDescent::balance(double beta) {
    const double change = asymmetric().balance(beta);
    startImbalance_ = imbalance();
    return change;
}

double SensingDescent::automaticBalance() const {
    return std::get<AsymmetricDescent>(descent_).automaticBalance();
}

void SensingDescent::setNoise(double noise) {
    std::visit([&](auto& descent) { descent.residual().setNoise(noise); }, descent_);
}

const MatrixXd& SensingDescent::left() const {
    const auto* symmetric = std::get_if<SymmetricDescent>(&descent_);
    return symmetric ? symmetric->factor() : std::get<AsymmetricDescent>(descent_).left();
}

const MatrixXd& SensingDescent::right() const {
    const auto* symmetric = std::get_if<SymmetricDescent>(&descent_);
    return symmetric ? symmetric->factor() : std::get<AsymmetricDescent>(descent_).right();
}

MatrixXd SensingDescent::product() const {
    return std::visit([](const auto& descent) { return descent.product(); }, descent_);
}

double SensingDescent::error() const {
    const MatrixXd& target = std::visit(
        [](const auto& descent) -> const MatrixXd& { return descent.residual().target(); },
        descent_);
    return (product() - target).norm();
}

double SensingDescent::loss() {
    return std::visit([](auto& descent) { return descent.loss(); }, descent_);
}

double SensingDescent::residualNorm() {
    return std::sqrt((isSymmetric() ? 4.0 : 2.0) * loss()); // f is ¼‖·‖² or ½‖·‖²
}

double SensingDescent::gradientNorm() {
    if (auto* symmetric = std::get_if<SymmetricDescent>(&descent_))
        return symmetric->gradient().norm();
    const auto [gradientF, gradientG] = asymmetric().gradients();
    return std::hypot(gradientF.norm(), gradientG.norm());
}

MatrixXd SensingDescent::imbalance() const {
    return left().transpose() * left() - right().transpose() * right();
}

double SensingDescent::imbalanceDrift() const {
    return isSymmetric() ? none : (imbalance() - startImbalance_).norm();
}

double decayPerStep(double x) {
    return x < 1.0 ? -std::log1p(-x) : none;
}

double superfluousValue(double learningRate, double t) {
    return 1.0 / std::sqrt(2.0 * learningRate * t);
}

double superfluousError(double surplus, double learningRate, double t) {
    return std::sqrt(surplus) / (2.0 * learningRate * t);
}

double HangingExponential::advance(double t, double error, double rate, bool isSettled) {
    if (!logarithm_ && isSettled && std::isfinite(rate))
        logarithm_ = std::log(error);
    else if (logarithm_)
        *logarithm_ -= rate_ * (t - t_);
    t_ = t;
    rate_ = rate;
    return logarithm_ ? std::exp(*logarithm_) : none;
}

} // namespace convergence::matrix
