#include "core/optim/linear_separation.h"

#include <cmath>

#include "core/math/log_sum_exp.h"

namespace convergence {

using Eigen::Index;
using Eigen::VectorXd;

double SeparationTask::radius() const {
    return std::sqrt(z.colwise().squaredNorm().maxCoeff());
}

double SeparationTask::smoothness() const {
    constexpr int maximumIterations = 200;
    constexpr double tolerance = 1e-9;
    VectorXd v = VectorXd::Constant(dimension(), 1.0), image(count());
    double value = 0.0;
    for (int i = 0; i < maximumIterations; ++i) {
        v.normalize();
        image.noalias() = z.transpose() * v;
        const double next = image.squaredNorm();
        v.noalias() = z * image;
        if (std::abs(next - value) <= tolerance * next)
            break;
        value = next;
    }
    return image.squaredNorm() / (4.0 * static_cast<double>(count()));
}

SeparationTask worstCaseTask(Index samples) {
    SeparationTask task{Eigen::MatrixXd(2, samples)};
    task.z.colwise() = Eigen::Vector2d(0.5, 1.0);
    task.z.col(0) = Eigen::Vector2d(0.5, -1.0);
    return task;
}

SeparationTask twoPointTask() {
    SeparationTask task{Eigen::MatrixXd(2, 2)};
    task.z << 1.0, 1.0, -1.0, 4.0;
    return task;
}

std::optional<MaximumMargin> maximumMargin(const SeparationTask& task, int sweeps) {
    constexpr double tolerance = 1e-6;
    constexpr int innerSweeps = 20; ///< over the support only, between two over all samples
    const Index n = task.count();
    const VectorXd squares = task.z.colwise().squaredNorm();
    VectorXd alpha = VectorXd::Zero(n), theta = VectorXd::Zero(task.dimension());
    const auto ascend = [&](Index i) {
        const double slack = 1.0 - task.z.col(i).dot(theta);
        const double next = std::max(0.0, alpha[i] + slack / squares[i]);
        if (next != alpha[i])
            theta += (next - alpha[i]) * task.z.col(i);
        alpha[i] = next;
        return slack;
    };
    for (int sweep = 0; sweep < sweeps; ++sweep) {
        for (Index i = 0; i < n; ++i)
            if (squares[i] > 0.0)
                ascend(i);
        for (int inner = 0; inner < innerSweeps; ++inner)
            for (Index i = 0; i < n; ++i)
                if (alpha[i] > 0.0)
                    ascend(i);
        if ((task.z.transpose() * theta).minCoeff() >= 1.0 - tolerance) {
            const double norm = theta.norm();
            return MaximumMargin{1.0 / norm, theta / norm};
        }
    }
    return std::nullopt;
}

double logisticLoss(const Eigen::Ref<const VectorXd>& margins) {
    double sum = 0.0;
    for (const double m : margins)
        sum += softplus(-m);
    return sum / static_cast<double>(margins.size());
}

double logisticWeight(double margin) {
    const double small = std::exp(-std::abs(margin));
    return margin > 0.0 ? small / (1.0 + small) : 1.0 / (1.0 + small);
}

double updateBound(SeparationMethod method, const UpdateBoundOptions& options) {
    const double mu = options.margin, ratio = std::pow(options.radius / mu, 2);
    switch (method) {
    case SeparationMethod::logistic:
    case SeparationMethod::batchPerceptron:
        return options.samples * ratio;
    case SeparationMethod::normalizedLogistic:
        if (options.stepSize > 0.0)
            return ratio +
                   2.0 * std::log(2.0 * options.samples - 1.0) / (options.stepSize * mu * mu);
        break;
    case SeparationMethod::normalizedPerceptron:
    case SeparationMethod::perceptron:
        break;
    }
    return ratio;
}

LinearSeparator::LinearSeparator(std::shared_ptr<const SeparationTask> task,
                                 SeparationMethod method, const SeparationOptions& options)
    : task_(std::move(task)), method_(method), options_(options),
      theta_(VectorXd::Zero(task_->dimension())), margins_(VectorXd::Zero(task_->count())),
      weights_(task_->count()) {}

/// Weights of the z_i in the next update, for the logistic methods those of the gradient.
void LinearSeparator::weigh() {
    if (isLogistic())
        for (Index i = 0; i < margins_.size(); ++i)
            weights_[i] = logisticWeight(margins_[i]);
    else
        for (Index i = 0; i < margins_.size(); ++i)
            weights_[i] = margins_[i] <= 0.0 ? 1.0 : 0.0;
}

void LinearSeparator::step() {
    weigh();
    const double sum = weights_.sum();
    ++updates_;
    if (sum == 0.0)
        return;
    if (method_ == SeparationMethod::perceptron) {
        // The k-th of those with weight 1.
        auto k = options_.firstIndex ? std::uint64_t{0}
                                     : options_.stream.integer(static_cast<std::uint64_t>(sum));
        Index j = 0;
        while (weights_[j] == 0.0 || k-- > 0)
            ++j;
        theta_ += task_->z.col(j);
    } else {
        const auto n = static_cast<double>(task_->count());
        double factor = 1.0 / sum;
        if (method_ == SeparationMethod::logistic)
            factor = options_.stepSize / n;
        else if (method_ == SeparationMethod::normalizedLogistic)
            factor = options_.stepSize / sum;
        else if (method_ == SeparationMethod::batchPerceptron)
            factor = (updates_ == 1 && options_.halfFirstStep ? 0.5 : 1.0) / n;
        // Most weights are 0 once steps are large; then a sum over the rest is cheaper.
        constexpr Index sparseShare = 4;
        if ((weights_.array() != 0.0).count() * sparseShare > weights_.size()) {
            theta_.noalias() += task_->z * (factor * weights_);
        } else {
            for (Index i = 0; i < weights_.size(); ++i)
                if (weights_[i] != 0.0)
                    theta_ += factor * weights_[i] * task_->z.col(i);
        }
    }
    margins_.noalias() = task_->z.transpose() * theta_;
}

VectorXd LinearSeparator::scaled() const {
    return isLogistic() ? VectorXd(theta_ / options_.stepSize) : theta_;
}

double LinearSeparator::gradientNorm() const {
    VectorXd p(margins_.size());
    for (Index i = 0; i < p.size(); ++i)
        p[i] = logisticWeight(margins_[i]);
    return (task_->z * p).norm() / static_cast<double>(task_->count());
}

} // namespace convergence
