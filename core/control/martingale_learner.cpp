#include "core/control/martingale_learner.h"

#include <cmath>
#include <utility>

#include "core/error.h"

namespace convergence::control {

using Eigen::ArrayXXd;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

double DecayingRate::at(std::int64_t update) const {
    return start / std::pow(1.0 + static_cast<double>(update) / decayStart, power);
}

MartingaleLearner::MartingaleLearner(std::shared_ptr<const ValueFamily> family,
                                     const MartingaleCondition& condition, Index episodes)
    : family_(std::move(family)), process_(family_->process()), condition_(condition),
      theta_(VectorXd::Zero(family_->dimension())), table_(family_->table(theta_)),
      weights_(episodes, process_.steps()), lanes_(episodes, family_->dimension()),
      direction_(family_->dimension()) {}

bool MartingaleLearner::update(const ArrayXXd& y) {
    learn(y);
    ++updates_;
    return theta_.allFinite();
}

const VectorXd& MartingaleLearner::meanDirection(const ArrayXXd& y) {
    // Each episode by itself first, so that no order of addition depends on the batch.
    lanes_.setZero();
    for (Index i = 0; i < process_.steps(); ++i)
        for (Index k = 0; k < lanes_.cols(); ++k)
            lanes_.col(k) += (table_.slopeSquare(k, i) * y.col(i) + table_.slopeConstant(k, i)) *
                             weights_.col(i);
    direction_ = lanes_.colwise().mean().transpose();
    return direction_;
}

namespace {

class OfflineLearner final : public MartingaleLearner {
public:
    OfflineLearner(std::shared_ptr<const ValueFamily> family, const MartingaleCondition& condition,
                   Index episodes)
        : MartingaleLearner(std::move(family), condition, episodes) {}

private:
    void learn(const ArrayXXd& y) override {
        family_->evaluate(theta_, table_);
        weigh(condition_, process_, table_, y, weights_);
        theta_ += stepSize() * meanDirection(y);
    }
};

/// ΔM_i along a batch.
template <typename Out>
void difference(const ValueProcess& process, const ValueTable& value, const ArrayXXd& y, Index i,
                Out&& out) {
    const double reward = process.stepReward(i);
    out = value.square[i + 1] * y.col(i + 1) + (reward - value.square[i]) * y.col(i) +
          (value.constant[i + 1] - value.constant[i]);
}

class OnlineLearner final : public MartingaleLearner {
public:
    OnlineLearner(std::shared_ptr<const ValueFamily> family, const MartingaleCondition& condition,
                  Index episodes)
        : MartingaleLearner(std::move(family), condition, episodes), difference_(episodes),
          trace_(episodes, family_->dimension()) {}

private:
    void learn(const ArrayXXd& y) override {
        const bool decays = condition_.kind == Condition::traces;
        const double dt = process_.timeStep(), rate = stepSize();
        const double decay = decays ? std::pow(condition_.lambda, dt) : 0.0;
        const double scale = decays ? dt : 1.0;
        trace_.setZero();
        for (Index i = 0; i < process_.steps(); ++i) {
            family_->evaluateAt(i, theta_, table_);
            family_->evaluateAt(i + 1, theta_, table_);
            difference(process_, table_, y, i, difference_);
            for (Index k = 0; k < theta_.size(); ++k) {
                trace_.col(k) =
                    decay * trace_.col(k) +
                    scale * (table_.slopeSquare(k, i) * y.col(i) + table_.slopeConstant(k, i));
                theta_[k] += rate * (trace_.col(k) * difference_).mean();
            }
        }
    }

    Eigen::ArrayXd difference_;
    ArrayXXd trace_; ///< episodes × d
};

class LeastSquaresLearner final : public MartingaleLearner {
public:
    LeastSquaresLearner(std::shared_ptr<const ValueFamily> family,
                        const MartingaleCondition& condition, Index episodes)
        : MartingaleLearner(std::move(family), condition, episodes), trace_(theta_), now_(theta_),
          next_(theta_), difference_(theta_), step_(theta_), left_(theta_),
          inverse_(start * MatrixXd::Identity(theta_.size(), theta_.size())) {}

    [[nodiscard]] double stepSize() const override { return 0.0; }

private:
    static constexpr double start = 1e3;

    void learn(const ArrayXXd& y) override {
        const bool decays = condition_.kind == Condition::traces;
        const double dt = process_.timeStep();
        const double decay = decays ? std::pow(condition_.lambda, dt) : 0.0;
        const double scale = decays ? dt : 1.0;
        const double terminal = process_.terminalRewardThen(); // the part of J without θ is Hx²
        for (Index b = 0; b < y.rows(); ++b) {
            trace_.setZero();
            setFeatures(now_, 0, y(b, 0));
            for (Index i = 0; i < process_.steps(); ++i) {
                setFeatures(next_, i + 1, y(b, i + 1));
                trace_ = decay * trace_ + scale * now_;
                include(terminal * (process_.discount(i + 1) * y(b, i + 1) -
                                    process_.discount(i) * y(b, i)) +
                        process_.stepReward(i) * y(b, i));
                now_.swap(next_);
            }
        }
    }

    void setFeatures(VectorXd& phi, Index i, double y) const {
        phi = table_.slopeSquare.col(i) * y + table_.slopeConstant.col(i);
    }

    /// The step z = trace_, v = now_ − next_, by Sherman and Morrison's formula.
    void include(double rho) {
        difference_ = now_ - next_;
        step_.noalias() = inverse_ * trace_;
        left_.noalias() = inverse_.transpose() * difference_;
        const double denominator = 1.0 + difference_.dot(step_);
        theta_ += ((rho - difference_.dot(theta_)) / denominator) * step_;
        inverse_.noalias() -= (step_ / denominator) * left_.transpose();
    }

    VectorXd trace_, now_, next_, difference_, step_, left_;
    MatrixXd inverse_; ///< C
};

class GradientLearner final : public MartingaleLearner {
public:
    GradientLearner(std::shared_ptr<const ValueFamily> family, Index episodes,
                    bool isPreconditioned)
        : MartingaleLearner(std::move(family), {Condition::orthogonality}, episodes),
          isPreconditioned_(isPreconditioned), auxiliary_(theta_), change_(theta_),
          jacobian_(MatrixXd::Zero(theta_.size(), theta_.size())), gram_(jacobian_) {}

private:
    void learn(const ArrayXXd& y) override {
        family_->evaluate(theta_, table_);
        weigh(condition_, process_, table_, y, weights_);
        const VectorXd& moment = meanDirection(y);
        setMatrices(y);
        change_ = moment;
        if (isPreconditioned_)
            change_.noalias() -= gram_ * auxiliary_;
        else
            change_ -= auxiliary_;
        auxiliary_ += auxiliaryRate_.at(updates()) * change_;
        change_.noalias() = jacobian_.transpose() * auxiliary_;
        theta_ -= stepSize() * change_;
    }

    /// G = mean Σ[∂²J_iΔM_i + g_i(g_{i+1} − g_i)ᵀ] and C, by the moments of the batch.
    void setMatrices(const ArrayXXd& y) {
        jacobian_.setZero();
        gram_.setZero();
        for (Index i = 0; i < process_.steps(); ++i) {
            const auto p = table_.slopeSquare.col(i), r = table_.slopeConstant.col(i);
            const auto pNext = table_.slopeSquare.col(i + 1),
                       rNext = table_.slopeConstant.col(i + 1);
            const double m = y.col(i).mean(), mNext = y.col(i + 1).mean();
            const double c = y.col(i).square().mean(), cNext = (y.col(i) * y.col(i + 1)).mean();
            jacobian_.noalias() += p * (cNext * pNext + m * rNext - c * p - m * r).transpose();
            jacobian_.noalias() += r * (mNext * pNext + rNext - m * p - r).transpose();
            if (!family_->isLinear())
                jacobian_(0, 0) += table_.curvature[i] * (y.col(i) * weights_.col(i)).mean();
            gram_.noalias() += p * (c * p + m * r).transpose();
            gram_.noalias() += r * (m * p + r).transpose();
        }
        gram_ *= process_.timeStep();
    }

    bool isPreconditioned_;
    VectorXd auxiliary_, change_;
    MatrixXd jacobian_, gram_;
};

} // namespace

std::unique_ptr<MartingaleLearner> makeLearner(Method method, const MartingaleCondition& condition,
                                               std::shared_ptr<const ValueFamily> family,
                                               Index episodes) {
    if (episodes < 1)
        throw InputError("A martingale learner without episodes is not accepted; expected a batch "
                         "of at least 1.");
    const bool tests = condition.kind == Condition::orthogonality;
    switch (method) {
    case Method::offline:
        return std::make_unique<OfflineLearner>(std::move(family), condition, episodes);
    case Method::online:
    case Method::leastSquares:
        if (!tests && condition.kind != Condition::traces)
            throw InputError("Learning online and by least squares takes an orthogonality "
                             "condition, with or without traces.");
        if (method == Method::online)
            return std::make_unique<OnlineLearner>(std::move(family), condition, episodes);
        if (!family->isLinear())
            throw InputError("Least squares takes a value that is linear in θ.");
        return std::make_unique<LeastSquaresLearner>(std::move(family), condition, episodes);
    case Method::gradient:
    case Method::preconditionedGradient:
        break;
    }
    if (!tests)
        throw InputError("Gradient methods take the orthogonality condition without traces.");
    return std::make_unique<GradientLearner>(std::move(family), episodes,
                                             method == Method::preconditionedGradient);
}

} // namespace convergence::control
