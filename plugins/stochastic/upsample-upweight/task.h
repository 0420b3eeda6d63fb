// What a method is tried on: a model with its data, as one trial has it.

#pragma once

#include <memory>

#include "core/experiment/frames.h"
#include "plugins/stochastic/upsample-upweight/trial.h"

namespace convergence::upsample {

class Task {
public:
    virtual ~Task() = default;
    [[nodiscard]] virtual domains::ExampleLearner& learner() = 0;
    [[nodiscard]] virtual const domains::ExampleLearner& learner() const = 0;
    /// A learner at the same start, for proxies.
    [[nodiscard]] virtual std::unique_ptr<domains::ExampleLearner> another() const = 0;
    /// Losses of the domains, and what else there is, of the model now, at a target temperature.
    virtual void refresh(std::int64_t iteration, double temperature, State& state) = 0;
    /// Objective gap now; only of what has an optimum.
    [[nodiscard]] virtual double gap(double /*temperature*/) const { return notApplicable; }
    virtual void conclude(const domains::Mixture& /*mixture*/, double /*temperature*/,
                          Finals& /*finals*/) const {}
    virtual void draw(std::int64_t iteration, FrameMap& frames) const = 0;
};

/// Softmax regression by SGD.
std::unique_ptr<Task> softmaxTask(std::shared_ptr<const Setting> setting, const TrialPlan& plan);
/// A model of bytes by Adam.
std::unique_ptr<Task> textTask(std::shared_ptr<const Setting> setting, const TrialPlan& plan);

/// What each example of a batch counts.
void fillWeights(const Setting& setting, const domains::Mixture& mixture,
                 std::span<const std::uint32_t> domains, std::span<double> weights);

/// Gradient descent both ways at once, for W to be the same to rounding.
class FullDescent {
public:
    FullDescent(std::shared_ptr<const domains::SoftmaxDomains> problem, double rate);
    void step(std::span<const double> shares, std::span<const double> weights);
    [[nodiscard]] const Eigen::VectorXd& of(Way way) const {
        return way == Way::fullByWeights ? byWeights_ : byDomains_;
    }
    [[nodiscard]] double gradientNorm() const { return gradient_.norm(); }
    [[nodiscard]] double largestGap() const {
        return (byDomains_ - byWeights_).lpNorm<Eigen::Infinity>();
    }

private:
    std::shared_ptr<const domains::SoftmaxDomains> problem_;
    double rate_;
    Eigen::VectorXd byDomains_, byWeights_, gradient_;
};

/// The state of softmax regression at W.
void refreshSoftmax(const Setting& setting, std::uint64_t replicate, const Eigen::VectorXd& W,
                    double temperature, State& state);
double softmaxGap(const Setting& setting, std::uint64_t replicate, const Eigen::VectorXd& W,
                  double temperature);

} // namespace convergence::upsample
