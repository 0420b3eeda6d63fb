// Softmax regression, of which everything is known.

#include <cmath>

#include "core/math/random.h"
#include "plugins/stochastic/upsample-upweight/frames.h"
#include "plugins/stochastic/upsample-upweight/task.h"

namespace convergence::upsample {

using namespace domains;

double softmaxGap(const Setting& setting, std::uint64_t replicate, const Eigen::VectorXd& W,
                  double temperature) {
    const Numbers shares = setting.sharesAt(temperature);
    const auto problem = setting.softmax(replicate);
    return problem->objective(W, shares) -
           problem->objective(*setting.optimum(replicate, temperature), shares);
}

void refreshSoftmax(const Setting& setting, std::uint64_t replicate, const Eigen::VectorXd& W,
                    double temperature, State& state) {
    const auto problem = setting.softmax(replicate);
    state.losses = problem->losses(W);
    state.gap = softmaxGap(setting, replicate, W, temperature);
    const auto noise = problem->noise(W, setting.sharesAt(temperature));
    state.sampledNoise = noise.sampled;
    state.weightedNoise = noise.weighted;
}

namespace {

/// How far the mean of the estimate that training uses lies from the gradient, in standard errors
/// √(V/n) of its norm. By batches, since what breaks it breaks batches.
double biasOf(const Setting& setting, const TrialPlan& plan, const Eigen::VectorXd& W,
              const Mixture& mixture, double temperature, double variance) {
    constexpr std::int64_t samples = 200'000;
    const auto problem = setting.softmax(plan.replicate);
    const auto batch = static_cast<std::size_t>(setting.values.integer("batch_size"));
    const auto batches = std::max<std::int64_t>(1, samples / static_cast<std::int64_t>(batch));
    constexpr std::uint64_t apart = std::uint64_t{1} << 41U; // of streams of the training
    DomainDraws draws(setting.exampleCounts, DomainDraws::Order::independent, setting.seed,
                      plan.replicate + apart);
    std::vector<std::uint32_t> examples(batch), ofDomain(batch);
    Numbers weights(batch);
    Eigen::VectorXd one(W.size()), mean = Eigen::VectorXd::Zero(W.size()), full(W.size());
    for (std::int64_t t = 0; t < batches; ++t) {
        draws.draw(t, mixture.shares, examples, ofDomain);
        fillWeights(setting, mixture, ofDomain, weights);
        problem->gradient(W, examples, weights, one);
        mean += one / static_cast<double>(batches);
    }
    problem->gradientByDomains(W, setting.sharesAt(temperature), full);
    const double count = static_cast<double>(batches) * static_cast<double>(batch);
    return (mean - full).norm() / std::sqrt(variance / count);
}

class SoftmaxTask final : public Task {
public:
    SoftmaxTask(std::shared_ptr<const Setting> setting, const TrialPlan& plan)
        : setting_(std::move(setting)), plan_(plan), problem_(setting_->softmax(plan.replicate)),
          learner_(problem_, setting_->rate()), path_(*setting_, plan) {}

    ExampleLearner& learner() override { return learner_; }
    const ExampleLearner& learner() const override { return learner_; }
    std::unique_ptr<ExampleLearner> another() const override {
        return std::make_unique<SoftmaxLearner>(problem_, setting_->rate());
    }
    void refresh(std::int64_t iteration, double temperature, State& state) override {
        refreshSoftmax(*setting_, plan_.replicate, learner_.parameters(), temperature, state);
        path_.add(iteration, learner_.parameters());
    }
    double gap(double temperature) const override {
        return softmaxGap(*setting_, plan_.replicate, learner_.parameters(), temperature);
    }
    void conclude(const Mixture& mixture, double temperature, Finals& finals) const override {
        const Numbers shares = setting_->sharesAt(temperature);
        const Eigen::VectorXd& best = *setting_->optimum(plan_.replicate, temperature);
        const auto atBest = problem_->noise(best, shares);
        finals.sampledNoise = atBest.sampled;
        finals.weightedNoise = atBest.weighted;
        if (!traitsOf(methodArms, plan_.arm).isStatic())
            return;
        const auto formula = problem_->noise(learner_.parameters(), shares);
        const auto counted = problem_->enumeratedNoise(learner_.parameters(), shares);
        finals.identityError = std::max(std::abs(formula.sampled / counted.sampled - 1.0),
                                        std::abs(formula.weighted / counted.weighted - 1.0));
        const bool weighs = traitsOf(methodArms, plan_.arm).way == Way::weight;
        finals.bias = biasOf(*setting_, plan_, learner_.parameters(), mixture, temperature,
                             weighs ? counted.weighted : counted.sampled);
    }
    void draw(std::int64_t, FrameMap& frames) const override { path_.draw(frames); }

private:
    std::shared_ptr<const Setting> setting_;
    TrialPlan plan_;
    std::shared_ptr<const SoftmaxDomains> problem_;
    SoftmaxLearner learner_;
    SlicePath path_;
};

} // namespace

std::unique_ptr<Task> softmaxTask(std::shared_ptr<const Setting> setting, const TrialPlan& plan) {
    return std::make_unique<SoftmaxTask>(std::move(setting), plan);
}

FullDescent::FullDescent(std::shared_ptr<const SoftmaxDomains> problem, double rate)
    : problem_(std::move(problem)), rate_(rate),
      byDomains_(Eigen::VectorXd::Zero(problem_->dimension())), byWeights_(byDomains_),
      gradient_(byDomains_) {}

void FullDescent::step(std::span<const double> shares, std::span<const double> weights) {
    problem_->gradientByWeights(byWeights_, weights, gradient_);
    byWeights_ -= rate_ * gradient_;
    problem_->gradientByDomains(byDomains_, shares, gradient_);
    byDomains_ -= rate_ * gradient_;
}

} // namespace convergence::upsample
