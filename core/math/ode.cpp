#include "core/math/ode.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/error.h"

namespace convergence {

using Eigen::VectorXd;

namespace {

constexpr double safety = 0.9, leastFactor = 0.2, mostFactor = 5.0;
constexpr double order = 5.0; ///< of the error of a step, e ~ h⁵

} // namespace

OdeIntegrator::OdeIntegrator(OdeRight right, double time, VectorXd state, const OdeOptions& options)
    : right_(std::move(right)), options_(options), time_(time), step_(options.firstStep),
      state_(std::move(state)) {
    if (!(options.relativeTolerance >= 0.0 && std::isfinite(options.relativeTolerance) &&
          options.absoluteTolerance > 0.0 && std::isfinite(options.absoluteTolerance)))
        throw InputError(fmt::format("A relative tolerance of {} with an absolute one of {} is not "
                                     "accepted; the first must be at least 0, the second positive.",
                                     options.relativeTolerance, options.absoluteTolerance));
    for (VectorXd* vector : {&trial_, &next_, &k1_, &k2_, &k3_, &k4_, &k5_, &k6_, &k7_})
        vector->resize(state_.size());
    evaluate(time_, state_, k1_);
}

void OdeIntegrator::evaluate(double time, const VectorXd& state, VectorXd& derivative) {
    right_(time, state, derivative);
    ++evaluations_;
}

/// Of the difference of both orders, in units of the tolerance; NaN where a number is not finite.
double OdeIntegrator::errorNorm(double h) const {
    double sum = 0.0;
    for (Eigen::Index i = 0; i < state_.size(); ++i) {
        const double error =
            h * (71.0 / 57600.0 * k1_[i] - 71.0 / 16695.0 * k3_[i] + 71.0 / 1920.0 * k4_[i] -
                 17253.0 / 339200.0 * k5_[i] + 22.0 / 525.0 * k6_[i] - 1.0 / 40.0 * k7_[i]);
        const double scale =
            options_.absoluteTolerance +
            options_.relativeTolerance * std::max(std::abs(state_[i]), std::abs(next_[i]));
        sum += error / scale * (error / scale);
    }
    const double norm =
        std::sqrt(sum / static_cast<double>(std::max<Eigen::Index>(1, state_.size())));
    return next_.allFinite() ? norm : std::numeric_limits<double>::quiet_NaN();
}

/// So that an explicit Euler step would err by about a hundredth of the tolerance.
void OdeIntegrator::chooseFirstStep(double span) {
    const auto norm = [&](const VectorXd& v) {
        double sum = 0.0;
        for (Eigen::Index i = 0; i < v.size(); ++i) {
            const double scale =
                options_.absoluteTolerance + options_.relativeTolerance * std::abs(state_[i]);
            sum += v[i] / scale * (v[i] / scale);
        }
        return std::sqrt(sum / static_cast<double>(std::max<Eigen::Index>(1, v.size())));
    };
    const double size = norm(state_), slope = norm(k1_);
    const double guess = size < 1e-5 || slope < 1e-5 ? 1e-6 : 0.01 * size / slope;
    trial_ = state_ + guess * k1_;
    evaluate(time_ + guess, trial_, k2_);
    next_ = k2_ - k1_;
    const double bend = norm(next_) / guess;
    const double largest = std::max(slope, bend);
    const double byBend =
        largest <= 1e-15 ? std::max(1e-6, 1e-3 * guess) : std::pow(0.01 / largest, 1.0 / order);
    step_ = std::min({100.0 * guess, byBend, span});
    if (!(step_ > 0.0)) // NaN too
        step_ = 1e-6 * span;
}

/// From the state to next_, with the slope there in k7.
void OdeIntegrator::tryStep(double h) {
    trial_ = state_ + h * (1.0 / 5.0) * k1_;
    evaluate(time_ + h / 5.0, trial_, k2_);
    trial_ = state_ + h * (3.0 / 40.0 * k1_ + 9.0 / 40.0 * k2_);
    evaluate(time_ + 3.0 * h / 10.0, trial_, k3_);
    trial_ = state_ + h * (44.0 / 45.0 * k1_ - 56.0 / 15.0 * k2_ + 32.0 / 9.0 * k3_);
    evaluate(time_ + 4.0 * h / 5.0, trial_, k4_);
    trial_ = state_ + h * (19372.0 / 6561.0 * k1_ - 25360.0 / 2187.0 * k2_ +
                           64448.0 / 6561.0 * k3_ - 212.0 / 729.0 * k4_);
    evaluate(time_ + 8.0 * h / 9.0, trial_, k5_);
    trial_ = state_ + h * (9017.0 / 3168.0 * k1_ - 355.0 / 33.0 * k2_ + 46732.0 / 5247.0 * k3_ +
                           49.0 / 176.0 * k4_ - 5103.0 / 18656.0 * k5_);
    evaluate(time_ + h, trial_, k6_);
    next_ = state_ + h * (35.0 / 384.0 * k1_ + 500.0 / 1113.0 * k3_ + 125.0 / 192.0 * k4_ -
                          2187.0 / 6784.0 * k5_ + 11.0 / 84.0 * k6_);
    evaluate(time_ + h, next_, k7_);
}

void OdeIntegrator::advance(double time) {
    if (!(time >= time_))
        throw InputError(fmt::format("An integration at time {} cannot go to {}; it only goes "
                                     "forward.",
                                     time_, time));
    if (time > time_ && step_ <= 0.0)
        chooseFirstStep(time - time_);
    for (int steps = 0; time_ < time; ++steps) {
        const bool isLast = step_ >= time - time_;
        const double h = isLast ? time - time_ : step_;
        if (steps >= options_.maximumSteps || !(time_ + h > time_))
            throw NumericalError(fmt::format("The differential equation could not be integrated "
                                             "beyond time {}: its steps have become too short.",
                                             time_));
        tryStep(h);
        const double error = errorNorm(h);
        const double factor = error == 0.0 ? mostFactor
                                           : std::clamp(safety * std::pow(error, -1.0 / order),
                                                        leastFactor, mostFactor);
        if (error <= 1.0) {
            time_ = isLast ? time : time_ + h;
            state_.swap(next_);
            k1_.swap(k7_);
            // A step that was cut short says nothing against a longer one.
            step_ = isLast ? std::max(step_, factor * h) : factor * h;
        } else {
            step_ = std::isfinite(error) ? std::min(1.0, factor) * h : leastFactor * h;
        }
    }
}

Eigen::MatrixXd integrateOde(const OdeRight& right, const VectorXd& start, const VectorXd& times,
                             const OdeOptions& options) {
    Eigen::MatrixXd states(start.size(), times.size());
    if (times.size() == 0)
        return states;
    OdeIntegrator integrator(right, times[0], start, options);
    for (Eigen::Index i = 0; i < times.size(); ++i) {
        integrator.advance(times[i]);
        states.col(i) = integrator.state();
    }
    return states;
}

} // namespace convergence
