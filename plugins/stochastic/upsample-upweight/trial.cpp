// One way to balance domains, a step at a time.

#include "plugins/stochastic/upsample-upweight/trial.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "core/domains/proxy_shares.h"
#include "plugins/stochastic/upsample-upweight/frames.h"
#include "plugins/stochastic/upsample-upweight/task.h"

namespace convergence::upsample {

using namespace domains;

std::size_t NormBins::of(double norm) {
    const double bin = std::floor(perDecade * std::log10(norm / least));
    return bin > 0.0 ? std::min(static_cast<std::size_t>(bin), count - 1) : 0;
}

double NormBins::center(std::size_t bin) {
    return least * std::pow(10.0, (static_cast<double>(bin) + 0.5) / perDecade);
}

void fillWeights(const Setting& setting, const Mixture& mixture,
                 std::span<const std::uint32_t> domains, std::span<double> weights) {
    for (std::size_t b = 0; b < weights.size(); ++b)
        weights[b] = mixture.weights[domains[b]];
    if (!setting.control.normalizesBatch)
        return;
    const double mean =
        std::accumulate(weights.begin(), weights.end(), 0.0) / static_cast<double>(weights.size());
    for (double& weight : weights)
        weight /= mean;
}

namespace {

/// A state with room for the domains.
State stateOf(const Setting& setting) {
    State state;
    state.losses.assign(setting.sizes.size(), 0.0);
    state.repetitions.assign(setting.sizes.size(), 0.0);
    state.shares.assign(setting.sizes.size(), 0.0);
    return state;
}

class MixtureSolver final : public Solver {
public:
    MixtureSolver(std::shared_ptr<const Setting> setting, const TrialPlan& plan)
        : setting_(std::move(setting)), plan_(plan), arm_(traitsOf(methodArms, plan.arm)),
          task_(setting_->isText() ? textTask(setting_, plan) : softmaxTask(setting_, plan)),
          draws_(setting_->exampleCounts, setting_->order(), setting_->seed, plan.replicate),
          target_(plan.factors.at("temperature")),
          state_(stateOf(*setting_)), mixture_{setting_->sharesAt(1.0),
                                               Numbers(setting_->sizes.size(), 1.0)},
          examples_(static_cast<std::size_t>(setting_->values.integer("batch_size"))),
          domains_(examples_.size()), weights_(examples_.size()),
          skewness_(setting_->values.real("skewness")) {
        if (arm_.way == Way::proxy)
            proxies_.emplace(
                setting_->exampleCounts, [this] { return task_->another(); },
                ProxyShares::Options{.iterations = setting_->values.integer("proxy_iterations"),
                                     .batch = examples_.size(),
                                     .order = setting_->order(),
                                     .seed = setting_->seed,
                                     .replicate = plan.replicate});
        else
            policy_ = makePolicy(*setting_, plan);
    }

    StepStatus step(const StopToken& stop) override {
        // Shares are looked for before the first step, which a stop request cuts short.
        for (; proxies_ && !proxies_->isDone(); proxies_->step())
            if (stop.stopRequested())
                return StepStatus::interrupted;
        if (proxies_) {
            policy_ = std::make_unique<FixedShares>(proxies_->shares());
            proxies_.reset();
        }
        ++iteration_;
        policy_->at(static_cast<double>(iteration_) / static_cast<double>(plan_.steps),
                    draws_.repetitions(), mixture_);
        draws_.draw(iteration_, mixture_.shares, examples_, domains_);
        fillWeights(*setting_, mixture_, domains_, weights_);
        state_.gradientNorm = task_->learner().step(examples_, weights_);
        state_.examples += static_cast<double>(examples_.size());
        if (!std::isfinite(state_.gradientNorm))
            return StepStatus::diverged;
        state_.normCounts[NormBins::of(state_.gradientNorm)] += 1.0;
        countNorm();
        countGap();
        return StepStatus::running;
    }

    void measure(std::span<double> metrics) override {
        refresh();
        if (iteration_ > 0)
            least_ = std::min(least_, state_.losses.back());
        setting_->traceRow.fill(state_, metrics);
    }

    void conclude(std::span<double> finals) override {
        refresh();
        Finals found;
        found.losses = state_.losses;
        found.bestSmallest = std::min(least_, state_.losses.back());
        found.rise = state_.losses.back() - found.bestSmallest;
        found.repetitions = state_.repetitions.back();
        found.excess = excessOf(setting_->sharesAt(target_), setting_->sizes);
        if (norms_ > 1.0) {
            found.normMean = normMean_;
            found.normVariance = normSquares_ / (norms_ - 1.0);
        }
        if (gaps_ > 0.0)
            found.floorGap = gapSum_ / gaps_;
        task_->conclude(mixture_, target_, found);
        setting_->finalRow.fill(found, finals);
    }

    void setLive(const std::string& name, const Value& value) override {
        if (name == "skewness") {
            skewness_ = std::get<double>(value);
        } else if (name == "temperature") {
            target_ = std::get<double>(value);
            if (policy_)
                policy_->setTemperature(target_);
        }
    }

    void draw(const Recording&, FrameMap& frames) const override {
        frames["shares"] = shareBars(*setting_, mixture_);
        frames["excess"] =
            excessCurves(*setting_, policy_ ? policy_->temperature() : std::nullopt, skewness_);
        frames["domains"] = domainTable(*setting_, mixture_, state_);
        MomentBars bars = momentBars(*setting_, task_->learner(), target_);
        frames["moments"] = std::move(bars.moments);
        frames["terms"] = std::move(bars.terms);
        task_->draw(iteration_, frames);
    }

    [[nodiscard]] std::string divergence() const override {
        return fmt::format("the gradient is not finite at learning rate {:.4g}", setting_->rate());
    }

private:
    void refresh() {
        task_->refresh(iteration_, target_, state_);
        std::copy(draws_.repetitions().begin(), draws_.repetitions().end(),
                  state_.repetitions.begin());
        state_.shares = mixture_.shares;
        const auto now = policy_ && iteration_ > 0 ? policy_->temperature() : std::nullopt;
        state_.temperature = now ? *now : notApplicable;
    }
    /// Mean and sum of squares (Welford) after the first quarter.
    void countNorm() {
        if (4 * iteration_ <= plan_.steps)
            return;
        norms_ += 1.0;
        const double off = state_.gradientNorm - normMean_;
        normMean_ += off / norms_;
        normSquares_ += off * (state_.gradientNorm - normMean_);
    }
    /// Every fifty steps of the second half.
    void countGap() {
        constexpr std::int64_t every = 50;
        if (2 * iteration_ < plan_.steps || iteration_ % every != 0)
            return;
        const double gap = task_->gap(target_);
        if (!applies(gap))
            return;
        gapSum_ += gap;
        gaps_ += 1.0;
    }

    std::shared_ptr<const Setting> setting_;
    TrialPlan plan_;
    const MethodArm& arm_;
    std::unique_ptr<Task> task_;
    DomainDraws draws_;
    double target_; ///< τ of the objective
    State state_;
    Mixture mixture_;
    std::optional<ProxyShares> proxies_; ///< until they have found shares
    std::unique_ptr<MixturePolicy> policy_;
    std::vector<std::uint32_t> examples_, domains_;
    Numbers weights_;
    double skewness_;
    std::int64_t iteration_ = 0;
    double least_ = std::numeric_limits<double>::infinity();
    double norms_ = 0.0, normMean_ = 0.0, normSquares_ = 0.0;
    double gaps_ = 0.0, gapSum_ = 0.0;
};

/// Gradient descent both ways; the arm says which of the two is shown.
class FullSolver final : public Solver {
public:
    FullSolver(std::shared_ptr<const Setting> setting, const TrialPlan& plan)
        : setting_(std::move(setting)), plan_(plan), way_(traitsOf(methodArms, plan.arm).way),
          temperature_(plan.factors.at("temperature")),
          descent_(setting_->softmax(plan.replicate), setting_->rate()), state_(stateOf(*setting_)),
          path_(*setting_, plan) {
        setTemperature(temperature_);
    }

    StepStatus step(const StopToken&) override {
        descent_.step(sampled_.shares, weighted_.weights);
        ++iteration_;
        state_.gradientNorm = descent_.gradientNorm();
        return std::isfinite(state_.gradientNorm) ? StepStatus::running : StepStatus::diverged;
    }
    void measure(std::span<double> metrics) override {
        refresh();
        setting_->traceRow.fill(state_, metrics);
    }
    void conclude(std::span<double> finals) override {
        refresh();
        Finals found;
        found.losses = state_.losses;
        found.excess = excessOf(setting_->sharesAt(temperature_), setting_->sizes);
        setting_->finalRow.fill(found, finals);
    }
    void setLive(const std::string& name, const Value& value) override {
        if (name == "temperature")
            setTemperature(std::get<double>(value));
    }
    void draw(const Recording&, FrameMap& frames) const override {
        frames["shares"] = shareBars(*setting_, sampled_);
        path_.draw(frames);
    }

private:
    void setTemperature(double temperature) {
        temperature_ = temperature;
        sampled_ = weighted_ = {Numbers(setting_->sizes.size()), Numbers(setting_->sizes.size())};
        TemperatureSampling(setting_->sizes, {.first = temperature}).at(1.0, {}, sampled_);
        Scalarization(setting_->sizes, {.first = temperature}, setting_->control.scale)
            .at(1.0, {}, weighted_);
    }
    void refresh() {
        refreshSoftmax(*setting_, plan_.replicate, descent_.of(way_), temperature_, state_);
        state_.examples = static_cast<double>(iteration_) *
                          std::accumulate(setting_->sizes.begin(), setting_->sizes.end(), 0.0);
        state_.repetitions.assign(setting_->sizes.size(), static_cast<double>(iteration_));
        state_.shares = sampled_.shares;
        state_.temperature = temperature_;
        state_.twinGap = descent_.largestGap();
        path_.add(iteration_, descent_.of(way_));
    }

    std::shared_ptr<const Setting> setting_;
    TrialPlan plan_;
    Way way_;
    double temperature_;
    FullDescent descent_;
    State state_;
    Mixture sampled_, weighted_;
    SlicePath path_;
    std::int64_t iteration_ = 0;
};

} // namespace

std::unique_ptr<Solver> startTrial(std::shared_ptr<const Setting> setting, const TrialPlan& plan) {
    if (traitsOf(methodArms, plan.arm).isFull())
        return std::make_unique<FullSolver>(std::move(setting), plan);
    return std::make_unique<MixtureSolver>(std::move(setting), plan);
}

} // namespace convergence::upsample
