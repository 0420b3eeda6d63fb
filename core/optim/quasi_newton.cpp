#include "core/optim/quasi_newton.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/optim/line_search.h"

namespace convergence {

namespace {

using Eigen::Index;
using Vector = Eigen::VectorXd;

/// Whether a pair keeps the inverse Hessian positive definite.
bool isUseful(const Vector& s, const Vector& y) {
    return s.dot(y) > 1e-14 * y.squaredNorm();
}

/// The last pairs s = x⁺ − x, y = ∇f⁺ − ∇f, as columns of a ring.
class PairMemory {
public:
    PairMemory(Index size, const MinimizationOptions& options)
        : s_(size, options.memory), y_(size, options.memory), rho_(options.memory) {}

    void add(const Vector& s, const Vector& y) {
        if (!isUseful(s, y))
            return;
        const Index column = next_ % s_.cols();
        s_.col(column) = s;
        y_.col(column) = y;
        rho_[column] = 1.0 / s.dot(y);
        ++next_;
    }

    void clear() { next_ = 0; }

    /// −H∇f.
    [[nodiscard]] Vector direction(const Vector& gradient) const {
        const Index count = std::min(next_, s_.cols());
        Vector q = gradient;
        Vector alpha(count);
        for (Index i = 0; i < count; ++i) {
            const Index column = (next_ - 1 - i) % s_.cols();
            alpha[i] = rho_[column] * s_.col(column).dot(q);
            q -= alpha[i] * y_.col(column);
        }
        if (count > 0) {
            const Index newest = (next_ - 1) % s_.cols();
            q /= rho_[newest] * y_.col(newest).squaredNorm();
        }
        for (Index i = count; i-- > 0;) {
            const Index column = (next_ - 1 - i) % s_.cols();
            q += (alpha[i] - rho_[column] * y_.col(column).dot(q)) * s_.col(column);
        }
        return -q;
    }

private:
    Eigen::MatrixXd s_, y_;
    Vector rho_;
    Index next_ = 0;
};

/// H itself.
class InverseHessian {
public:
    InverseHessian(Index size, const MinimizationOptions&) : h_(size, size) { clear(); }

    void add(const Vector& s, const Vector& y) {
        if (!isUseful(s, y))
            return;
        const double product = s.dot(y);
        if (isIdentity_)
            h_.diagonal().setConstant(product / y.squaredNorm());
        isIdentity_ = false;
        hy_.noalias() = h_.selfadjointView<Eigen::Lower>() * y;
        const double weight = (1.0 + y.dot(hy_) / product) / product;
        h_.selfadjointView<Eigen::Lower>().rankUpdate(s, hy_, -1.0 / product);
        h_.selfadjointView<Eigen::Lower>().rankUpdate(s, weight);
    }

    void clear() {
        h_.setIdentity();
        isIdentity_ = true;
    }

    [[nodiscard]] Vector direction(const Vector& gradient) const {
        return -(h_.selfadjointView<Eigen::Lower>() * gradient);
    }

private:
    Eigen::MatrixXd h_; ///< the lower triangle
    Vector hy_;
    bool isIdentity_ = true;
};

template <typename Curvature>
class Minimizer {
public:
    Minimizer(const Objective& objective, Vector start, const MinimizationOptions& options)
        : objective_(objective), options_(options), curvature_(start.size(), options),
          gradient_(start.size()), trial_(start.size()), trialGradient_(start.size()) {
        result_.x = std::move(start);
        result_.value = objective_(result_.x, gradient_);
        ++result_.evaluations;
        if (!std::isfinite(result_.value) || !gradient_.allFinite())
            throw NumericalError("The function to be minimized or its gradient is not finite at "
                                 "the starting point.");
    }

    MinimizationResult run() {
        while (!ends() && step()) {
        }
        result_.largestDerivative = gradient_.lpNorm<Eigen::Infinity>();
        return std::move(result_);
    }

private:
    bool ends() {
        if (gradient_.lpNorm<Eigen::Infinity>() <=
            options_.gradientTolerance * std::max(1.0, std::abs(result_.value)))
            result_.ending = Ending::gradientTolerance;
        else if (result_.iterations >= options_.maximumIterations)
            result_.ending = Ending::maximumIterations;
        else if (result_.evaluations >= options_.maximumEvaluations)
            result_.ending = Ending::maximumEvaluations;
        else if (options_.giveUp && options_.giveUp())
            result_.ending = Ending::gaveUp;
        else
            return false;
        return true;
    }

    LinePoint evaluate(const Vector& direction, double step) {
        trial_ = result_.x + step * direction;
        ++result_.evaluations;
        const double value = objective_(trial_, trialGradient_);
        return {.step = step, .value = value, .slope = trialGradient_.dot(direction)};
    }

    /// Leaves the point to go to in trial_ and its gradient in trialGradient_.
    LineSearchResult search(const Vector& direction, double slope) {
        LinePoint last;
        const AlongLine phi = [&](double step) { return last = evaluate(direction, step); };
        const LinePoint start{.step = 0.0, .value = result_.value, .slope = slope};
        const double first = result_.iterations == 0 ? std::min(1.0, 1.0 / gradient_.norm()) : 1.0;
        LineSearchResult found = options_.stepRule == StepRule::strongWolfe
                                     ? strongWolfeSearch(phi, start, first)
                                     : weakWolfeSearch(phi, start, first);
        if (found.end.step > 0.0 && found.end.step != last.step)
            found.end = phi(found.end.step);
        return found;
    }

    /// False where there is no going on.
    bool step() {
        Vector direction = curvature_.direction(gradient_);
        double slope = direction.dot(gradient_);
        if (!(slope < 0.0)) {
            curvature_.clear();
            direction = -gradient_;
            slope = -gradient_.squaredNorm();
        }
        const LineSearchResult found = search(direction, slope);
        if (!found.found && !(found.end.value < result_.value)) {
            result_.ending = Ending::noLowerValue;
            return false;
        }
        curvature_.add(trial_ - result_.x, trialGradient_ - gradient_);
        const double decrease = result_.value - found.end.value;
        result_.x.swap(trial_);
        gradient_.swap(trialGradient_);
        result_.value = found.end.value;
        ++result_.iterations;
        if (options_.decreaseTolerance > 0.0 &&
            decrease <= options_.decreaseTolerance * std::abs(result_.value)) {
            result_.ending = Ending::decreaseTolerance;
            return false;
        }
        return true;
    }

    const Objective& objective_;
    const MinimizationOptions& options_;
    Curvature curvature_;
    MinimizationResult result_;
    Vector gradient_, trial_, trialGradient_;
};

} // namespace

MinimizationResult minimizeBfgs(const Objective& objective, Vector start,
                                const MinimizationOptions& options) {
    return Minimizer<InverseHessian>(objective, std::move(start), options).run();
}

MinimizationResult minimizeLbfgs(const Objective& objective, Vector start,
                                 const MinimizationOptions& options) {
    return Minimizer<PairMemory>(objective, std::move(start), options).run();
}

} // namespace convergence
