#include "core/control/value_family.h"

#include <cmath>
#include <utility>

namespace convergence::control {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

constexpr Index powers = 3; ///< of τ in the basis poly

bool hasConstants(const ValueProcess& process) {
    return process.problem().dynamics == Dynamics::ornsteinUhlenbeck;
}

Index dimensionOf(const ValueProcess& process, Basis basis) {
    return (basis == Basis::poly ? powers : 1) * (hasConstants(process) ? 2 : 1);
}

} // namespace

ValueFamily::ValueFamily(std::shared_ptr<const ValueProcess> process, Basis basis)
    : process_(std::move(process)), dimension_(dimensionOf(*process_, basis)),
      isLinear_(hasConstants(*process_) || basis != Basis::exact),
      featureSquare_(MatrixXd::Zero(dimension_, process_->steps() + 1)),
      featureConstant_(featureSquare_), fixedSquare_(process_->steps() + 1) {
    const bool constants = hasConstants(*process_);
    for (Index i = 0; i <= process_->steps(); ++i)
        fixedSquare_[i] = process_->terminalRewardThen() * process_->discount(i);
    if (basis == Basis::exact)
        truth_ = constants ? VectorXd::Ones(2)
                           : VectorXd::Constant(1, 2.0 * process_->problem().drift +
                                                       std::pow(process_->problem().volatility, 2) -
                                                       process_->problem().discount);
    if (basis == Basis::exact && constants) {
        featureSquare_.row(0) = process_->value().square.transpose();
        featureConstant_.row(1) = process_->value().constant.transpose();
        return;
    }
    const Index count = constants ? dimension_ / 2 : dimension_;
    for (Index i = 0; i <= process_->steps(); ++i)
        for (Index k = 0; k < count; ++k) {
            const double power =
                process_->discount(i) * std::pow(process_->toGo(i), static_cast<double>(k + 1));
            featureSquare_(k, i) = power;
            if (constants)
                featureConstant_(count + k, i) = power;
        }
}

ValueTable ValueFamily::table(const VectorXd& theta) const {
    const Index times = process_->steps() + 1;
    ValueTable table{.square = VectorXd::Zero(times),
                     .constant = VectorXd::Zero(times),
                     .slopeSquare = featureSquare_,
                     .slopeConstant = featureConstant_,
                     .curvature = VectorXd::Zero(times)};
    evaluate(theta, table);
    return table;
}

void ValueFamily::evaluate(const VectorXd& theta, ValueTable& table) const {
    for (Index i = 0; i <= process_->steps(); ++i)
        evaluateAt(i, theta, table);
}

void ValueFamily::evaluateAt(Index i, const VectorXd& theta, ValueTable& table) const {
    if (isLinear_) {
        table.square[i] = fixedSquare_[i] + featureSquare_.col(i).dot(theta);
        table.constant[i] = featureConstant_.col(i).dot(theta);
        return;
    }
    const double tau = process_->toGo(i);
    const double value = process_->discount(i) * std::exp(theta[0] * tau);
    table.square[i] = value;
    table.slopeSquare(0, i) = tau * value;
    table.curvature[i] = tau * tau * value;
}

Eigen::ArrayXXd martingaleOf(const ValueProcess& process, const QuadraticOnMesh& value,
                             const Eigen::ArrayXXd& y) {
    Eigen::ArrayXXd martingale(y.rows(), y.cols());
    Eigen::ArrayXd earned = Eigen::ArrayXd::Zero(y.rows());
    for (Index i = 0; i < y.cols(); ++i) {
        martingale.col(i) = value.square[i] * y.col(i) + value.constant[i] + earned;
        if (i < process.steps())
            earned += process.stepReward(i) * y.col(i);
    }
    return martingale;
}

} // namespace convergence::control
