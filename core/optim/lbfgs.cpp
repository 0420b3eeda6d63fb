#include "core/optim/lbfgs.h"

#include <cmath>
#include <limits>

#include "core/error.h"

namespace convergence {

namespace {

using Vector = Eigen::VectorXd;

constexpr double sufficientDecrease = 1e-4;
constexpr double curvature = 0.9;
constexpr int longestSearch = 60;

/// The last pairs s = x⁺ − x, y = ∇f⁺ − ∇f, as columns of a ring.
class History {
public:
    History(Eigen::Index size, int memory) : s_(size, memory), y_(size, memory), rho_(memory) {}

    void add(const Vector& s, const Vector& y) {
        const double product = s.dot(y);
        // Without positive curvature the inverse Hessian would not stay positive definite.
        if (!(product > 1e-14 * y.squaredNorm()))
            return;
        const Eigen::Index column = next_ % s_.cols();
        s_.col(column) = s;
        y_.col(column) = y;
        rho_[column] = 1.0 / product;
        ++next_;
    }

    void clear() { next_ = 0; }

    /// −H∇f.
    [[nodiscard]] Vector direction(const Vector& gradient) const {
        const Eigen::Index count = std::min(next_, s_.cols());
        Vector q = gradient;
        Vector alpha(count);
        for (Eigen::Index i = 0; i < count; ++i) {
            const Eigen::Index column = (next_ - 1 - i) % s_.cols();
            alpha[i] = rho_[column] * s_.col(column).dot(q);
            q -= alpha[i] * y_.col(column);
        }
        if (count > 0) {
            const Eigen::Index newest = (next_ - 1) % s_.cols();
            q /= rho_[newest] * y_.col(newest).squaredNorm();
        }
        for (Eigen::Index i = count; i-- > 0;) {
            const Eigen::Index column = (next_ - 1 - i) % s_.cols();
            q += (alpha[i] - rho_[column] * y_.col(column).dot(q)) * s_.col(column);
        }
        return -q;
    }

private:
    Eigen::MatrixXd s_, y_;
    Vector rho_;
    Eigen::Index next_ = 0;
};

} // namespace

LbfgsResult minimizeLbfgs(const Objective& objective, Vector start, const LbfgsOptions& options) {
    LbfgsResult result{.x = std::move(start)};
    Vector gradient(result.x.size()), trial(result.x.size()), trialGradient(result.x.size());
    result.value = objective(result.x, gradient);
    if (!std::isfinite(result.value) || !gradient.allFinite())
        throw NumericalError("The function to be minimized or its gradient is not finite at the "
                             "starting point.");
    History history(result.x.size(), options.memory);
    while (result.iterations < options.maximumIterations) {
        if (gradient.lpNorm<Eigen::Infinity>() <=
            options.gradientTolerance * std::max(1.0, std::abs(result.value))) {
            result.converged = true;
            break;
        }
        if (options.giveUp && options.giveUp())
            break;
        Vector direction = history.direction(gradient);
        double slope = direction.dot(gradient);
        if (!(slope < 0.0)) {
            history.clear();
            direction = -gradient;
            slope = -gradient.squaredNorm();
        }
        double low = 0.0, high = std::numeric_limits<double>::infinity();
        double step = result.iterations == 0 ? std::min(1.0, 1.0 / gradient.norm()) : 1.0;
        double value = 0.0;
        bool found = false;
        for (int i = 0; i < longestSearch && !found; ++i) {
            trial = result.x + step * direction;
            value = objective(trial, trialGradient);
            if (!(value <= result.value + sufficientDecrease * step * slope))
                high = step;
            else if (trialGradient.dot(direction) < curvature * slope)
                low = step;
            else
                found = true;
            if (!found)
                step = std::isinf(high) ? 2.0 * step : 0.5 * (low + high);
        }
        if (!found && !(value < result.value)) {
            // Rounding hides any further decrease.
            result.converged = true;
            break;
        }
        history.add(trial - result.x, trialGradient - gradient);
        const double decrease = result.value - value;
        result.x.swap(trial);
        gradient.swap(trialGradient);
        result.value = value;
        ++result.iterations;
        if (decrease <= options.decreaseTolerance * std::abs(value)) {
            result.converged = true;
            break;
        }
    }
    return result;
}

} // namespace convergence
