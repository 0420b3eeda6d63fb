#include "core/matrix/robust_recovery.h"

#include <cmath>
#include <limits>
#include <stdexcept>

#include "core/math/decompositions.h"

namespace convergence::matrix {

namespace {

/// Far beyond any target of spectral norm 1: the run is lost.
constexpr double largestUsefulNorm = 1e6;

double signOf(double x) {
    return static_cast<double>(x > 0.0) - static_cast<double>(x < 0.0);
}

} // namespace

MeasuredLoss::MeasuredLoss(std::shared_ptr<const SensingOperator> sensing, Eigen::VectorXd observed,
                           Kind kind)
    : sensing_(std::move(sensing)), kind_(kind), workspace_(sensing_->workspace()) {
    setObserved(std::move(observed));
}

void MeasuredLoss::setObserved(Eigen::VectorXd observed) {
    if (observed.size() != sensing_->measurements())
        throw std::logic_error("MeasuredLoss: one observation a measurement is needed");
    observed_ = std::move(observed);
}

double MeasuredLoss::evaluate(const Eigen::MatrixXd& z, Eigen::MatrixXd& average) {
    // The operator's rows are A_i/√m: √m makes inner products of its values, and what is left of
    // 1/m goes onto the weights.
    const double root = std::sqrt(static_cast<double>(sensing_->measurements()));
    sum_ = 0.0;
    if (kind_ == Kind::absolute) {
        sensing_->pass(
            z,
            [this, root](Eigen::Index first, std::span<double> values) {
                for (double& value : values) {
                    const double rho = root * value - observed_[first++];
                    sum_ += std::abs(rho);
                    value = signOf(rho) / root;
                }
            },
            workspace_, average);
        return sum_ / static_cast<double>(sensing_->measurements());
    }
    sensing_->pass(
        z,
        [this, root](Eigen::Index first, std::span<double> values) {
            for (double& value : values) {
                const double rho = root * value - observed_[first++];
                sum_ += rho * rho;
                value = rho / root;
            }
        },
        workspace_, average);
    return 0.5 * sum_ / static_cast<double>(sensing_->measurements());
}

Eigen::VectorXd MeasuredLoss::residuals(const Eigen::MatrixXd& z) const {
    return std::sqrt(static_cast<double>(sensing_->measurements())) * sensing_->apply(z) -
           observed_;
}

Eigen::MatrixXd spectralStart(const SensingOperator& sensing, const Eigen::VectorXd& observed,
                              Eigen::Index columns) {
    const Eigen::VectorXd signs = observed.unaryExpr(&signOf);
    const Eigen::MatrixXd c =
        sensing.adjoint(signs) / std::sqrt(static_cast<double>(sensing.measurements()));
    const auto eigen = symmetricEigen(0.5 * (c + c.transpose()));
    const Eigen::VectorXd positive =
        eigen.values.reverse().head(columns).cwiseMax(0.0); // decreasing
    Eigen::MatrixXd b =
        eigen.vectors.rowwise().reverse().leftCols(columns) * positive.cwiseSqrt().asDiagonal();
    const double norm = positive.norm(); // ‖BBᵀ‖_F
    return norm > 0.0 ? Eigen::MatrixXd(b / std::sqrt(norm)) : b;
}

double StepSchedule::at(std::int64_t t, double loss, double squaredGradientNorm) const {
    switch (rule) {
    case StepRule::residual:
        return first * loss;
    case StepRule::geometric:
        return first * std::pow(decay, static_cast<double>(t));
    case StepRule::constant:
        return first;
    case StepRule::inverseRoot:
        return first / std::sqrt(static_cast<double>(t) + 1.0);
    case StepRule::polyak:
        return squaredGradientNorm > 0.0 ? std::max(loss - polyakTarget, 0.0) / squaredGradientNorm
                                         : 0.0;
    }
    return first;
}

SubgradientRecovery::SubgradientRecovery(MeasuredLoss loss, StepSchedule schedule,
                                         Eigen::MatrixXd start)
    : loss_(std::move(loss)), schedule_(schedule), u_(std::move(start)),
      product_(u_.rows(), u_.rows()), average_(u_.rows(), u_.rows()),
      gradient_(u_.rows(), u_.cols()) {}

double SubgradientRecovery::computeGradient() {
    product_.noalias() = u_ * u_.transpose();
    const double f = loss_.evaluate(product_, average_);
    gradient_.noalias() = 2.0 * average_ * u_;
    return f;
}

bool SubgradientRecovery::step() {
    const double f = computeGradient();
    u_ -= schedule_.at(time_, f, gradient_.squaredNorm()) * gradient_;
    ++time_;
    return u_.squaredNorm() < largestUsefulNorm; // false for NaN too
}

Eigen::MatrixXd SubgradientRecovery::gradient() {
    computeGradient();
    return gradient_;
}

double SubgradientRecovery::loss() {
    product_.noalias() = u_ * u_.transpose();
    return loss_.evaluate(product_, average_);
}

void SubgradientRecovery::restart(Eigen::MatrixXd start) {
    u_ = std::move(start);
    time_ = 0;
}

IdealDynamics::IdealDynamics(const CorruptionModel& model, const StepSchedule& schedule,
                             Eigen::VectorXd eigenvalues, Eigen::VectorXd start)
    : model_(model), schedule_(schedule), sigma_(std::move(eigenvalues)), u_(std::move(start)),
      targetNorm_(sigma_.norm()) {}

double IdealDynamics::deltaNorm() const {
    return (u_.array().square() - sigma_.array()).matrix().norm();
}

void IdealDynamics::step() {
    const double norm = deltaNorm();
    if (norm > 0.0) {
        const Eigen::ArrayXd delta = u_.array().square() - sigma_.array();
        const double inner = (delta * sigma_.array()).sum();
        const IdealLoss ideal = idealLoss(model_, norm, inner, targetNorm_);
        const Eigen::VectorXd d = (2.0 * ideal.alignment / norm * delta * u_.array()).matrix(); // r
        u_ -= schedule_.at(time_, ideal.value, d.squaredNorm()) * d;
    }
    ++time_;
}

void IdealDynamics::retune(const CorruptionModel& model, const StepSchedule& schedule) {
    model_ = model;
    schedule_ = schedule;
}

double IdealDynamics::relativeError() const {
    return deltaNorm() / targetNorm_;
}

double growthBudget(const CorruptionModel& model, const StepSchedule& schedule,
                    const Eigen::VectorXd& eigenvalues, std::int64_t steps) {
    const double norm = eigenvalues.norm();
    const IdealLoss far = idealLoss(model, norm, -norm * norm, norm);
    const double perUnit = 2.0 * far.alignment * eigenvalues.minCoeff() / norm;
    const double count = static_cast<double>(steps);
    const bool forEver = steps == 0;
    constexpr double infinite = std::numeric_limits<double>::infinity();
    switch (schedule.rule) {
    case StepRule::geometric:
        return perUnit * schedule.first * (forEver ? 1.0 : 1.0 - std::pow(schedule.decay, count)) /
               (1.0 - schedule.decay);
    case StepRule::constant:
        return forEver ? infinite : perUnit * schedule.first * count;
    case StepRule::residual:
        return forEver ? infinite : perUnit * schedule.first * far.value * count;
    case StepRule::inverseRoot:
        return forEver ? infinite : perUnit * schedule.first * 2.0 * (std::sqrt(count + 1.0) - 1.0);
    case StepRule::polyak:
        break;
    }
    return std::numeric_limits<double>::quiet_NaN();
}

} // namespace convergence::matrix
