#include "core/control/value_process.h"

#include <cmath>
#include <span>

#include <fmt/format.h>

#include "core/error.h"

namespace convergence::control {

using Eigen::Index;

namespace {

void requireWithin(bool isWithin, const char* name, double value, const char* accepted) {
    if (!isWithin || !std::isfinite(value))
        throw InputError(
            fmt::format("The value problem's {} is {}, expected {}.", name, value, accepted));
}

bool isOrnsteinUhlenbeck(const ValueProblem& problem) {
    return problem.dynamics == Dynamics::ornsteinUhlenbeck;
}

/// Of X, or of ln X.
GaussianTransition transitionOf(const ValueProblem& problem, double duration) {
    const double sigma = problem.volatility;
    return isOrnsteinUhlenbeck(problem)
               ? ornsteinUhlenbeckTransition({.reversion = problem.reversion, .volatility = sigma},
                                             duration)
               : brownianTransition(problem.drift - 0.5 * sigma * sigma, sigma, duration);
}

} // namespace

ValueProcess::ValueProcess(const ValueProblem& problem, Index steps)
    : problem_(problem), steps_(steps), timeStep_(problem.horizon / static_cast<double>(steps)),
      terminalReward_(0.0), discount_(steps + 1), stepReward_(steps) {
    requireWithin(steps >= 2, "number of steps", static_cast<double>(steps), "at least 2");
    requireWithin(problem.horizon > 0.0, "horizon", problem.horizon, "a time above 0");
    requireWithin(problem.volatility > 0.0, "volatility", problem.volatility, "a number above 0");
    requireWithin(problem.reversion > 0.0, "reversion", problem.reversion, "a rate above 0");
    requireWithin(true, "drift", problem.drift, "a finite rate");
    requireWithin(problem.discount >= 0.0, "discount", problem.discount, "a rate of at least 0");
    requireWithin(problem.startVariance >= 0.0, "start variance", problem.startVariance,
                  "at least 0");
    const double reward = isOrnsteinUhlenbeck(problem) ? 1.0 : 0.0;
    for (Index i = 0; i <= steps_; ++i)
        discount_[i] = std::exp(-problem_.discount * time(i));
    stepReward_ = discount_.head(steps_) * (reward * timeStep_);
    terminalReward_ = discount_[steps_] * (1.0 - reward);
    transition_ = transitionOf(problem_, timeStep_);
    setMoments();
    setValue();
}

double ValueProcess::time(Index i) const {
    return problem_.horizon * static_cast<double>(i) / static_cast<double>(steps_);
}

double ValueProcess::toGo(Index i) const {
    return time(steps_ - i);
}

void ValueProcess::setMoments() {
    const double sigma = problem_.volatility, variance = sigma * sigma;
    mean_.resize(steps_ + 1);
    square_.resize(steps_ + 1);
    roughness_.resize(steps_ + 1);
    for (Index i = 0; i <= steps_; ++i) {
        const double t = time(i);
        if (isOrnsteinUhlenbeck(problem_)) {
            const GaussianTransition since = transitionOf(problem_, t);
            mean_[i] = since.factor * since.factor * problem_.startVariance +
                       since.deviation * since.deviation;
            square_[i] = 3.0 * mean_[i] * mean_[i];
            roughness_[i] = 4.0 * variance * mean_[i];
        } else {
            mean_[i] = std::exp((2.0 * problem_.drift + variance) * t);
            square_[i] = std::exp((4.0 * problem_.drift + 6.0 * variance) * t);
            roughness_[i] = 4.0 * variance * square_[i];
        }
    }
    if (problem_.pairing == Pairing::shuffled) {
        growth_ = Eigen::VectorXd::Zero(steps_);
        gain_ = mean_.tail(steps_);
        return;
    }
    const bool isLinear = isOrnsteinUhlenbeck(problem_);
    growth_ = Eigen::VectorXd::Constant(
        steps_, isLinear ? transition_.factor * transition_.factor
                         : std::exp((2.0 * problem_.drift + variance) * timeStep_));
    gain_ = Eigen::VectorXd::Constant(
        steps_, isLinear ? transition_.deviation * transition_.deviation : 0.0);
}

void ValueProcess::setValue() {
    const double kappa = problem_.reversion;
    const double variance = problem_.volatility * problem_.volatility, beta = problem_.discount;
    const auto earned = [](double rate, double tau) { // ∫₀^τ e^{−rate·s}ds
        return rate > 0.0 ? -std::expm1(-rate * tau) / rate : tau;
    };
    value_.square.resize(steps_ + 1);
    value_.constant = Eigen::VectorXd::Zero(steps_ + 1);
    for (Index i = 0; i <= steps_; ++i) {
        const double tau = toGo(i);
        if (!isOrnsteinUhlenbeck(problem_)) {
            value_.square[i] = std::exp((2.0 * problem_.drift + variance - beta) * tau);
            continue;
        }
        value_.square[i] = earned(2.0 * kappa + beta, tau);
        value_.constant[i] = variance * (earned(beta, tau) - value_.square[i]) / (2.0 * kappa);
    }
    value_.square.array() *= discount_.array();
    value_.constant.array() *= discount_.array();
}

/// X_i (or ln X_i) from nothing.
GaussianTransition ValueProcess::marginal(Index i) const {
    GaussianTransition law = transitionOf(problem_, time(i));
    if (isOrnsteinUhlenbeck(problem_))
        law.deviation = std::sqrt(mean_[i]);
    return law;
}

void ValueProcess::sample(RandomStream& stream, Eigen::ArrayXXd& y) const {
    const Index episodes = y.rows();
    const bool isLinear = isOrnsteinUhlenbeck(problem_);
    // Normals first, then states in their place, then squares.
    stream.fillNormal(std::span(y.data(), static_cast<std::size_t>(y.size())));
    y.col(0) *= isLinear ? std::sqrt(problem_.startVariance) : 0.0;
    for (Index i = 1; i <= steps_; ++i) {
        if (problem_.pairing == Pairing::shuffled) {
            const GaussianTransition law = marginal(i);
            y.col(i) = law.shift + law.deviation * y.col(i);
            continue;
        }
        const double* before = y.data() + (i - 1) * episodes;
        double* now = y.data() + i * episodes;
        const auto [factor, shift, deviation] = transition_;
        for (Index b = 0; b < episodes; ++b)
            now[b] = factor * before[b] + shift + deviation * now[b];
    }
    if (isLinear)
        y = y.square();
    else
        y = (2.0 * y).exp();
}

} // namespace convergence::control
