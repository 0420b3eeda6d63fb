// One trial: a private method on its sample, and what it has spent.

#include "plugins/stochastic/dp-stationary-points/trial.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "plugins/stochastic/dp-stationary-points/experiment.h"
#include "plugins/stochastic/dp-stationary-points/frames.h"

namespace convergence::private_points {

const Columns<State>& traceTable() {
    static const Columns<State> table{
        {"gradient_norm", "gradient norm ‖∇F(wₜ)‖ on the sample",
         [](const State& s) { return s.gradientNorm; }},
        {"estimator_error", "error of the estimate ‖vₜ − ∇F(wₜ)‖",
         [](const State& s) { return s.estimatorError; }},
        {"noise_deviation", "deviation of the noise added",
         [](const State& s) { return s.noiseDeviation; }},
        {"estimate_norm", "norm of the estimate ‖vₜ‖",
         [](const State& s) { return s.estimateNorm; }},
        {"epsilon_spent", "privacy spent ε(δ), by zCDP",
         [](const State& s) { return s.epsilonSpent; }},
        {"epsilon_budget", "budget ε", [](const State& s) { return s.epsilonBudget; }},
        Columns<State>::clock({"oracle_calls", "gradients of single samples",
                               [](const State& s) { return s.oracleCalls; }})};
    return table;
}

const Columns<State>& finalTable() {
    static const Columns<State> table{
        {"gradient_norm", "gradient norm of the output",
         [](const State& s) { return s.outputGradient; }},
        {"bound", "rate without its constant", [](const State& s) { return s.bound; }},
        {"oracle_calls", "gradients of single samples",
         [](const State& s) { return s.oracleCalls; }},
        {"samples_used", "samples used", [](const State& s) { return s.samplesUsed; }},
        {"epsilon_spent", "privacy spent ε(δ), by zCDP",
         [](const State& s) { return s.epsilonSpent; }},
        {"start_gradient", "gradient norm at w = 0",
         [](const State& s) { return s.startGradient; }},
        {"phase", "phase length q", [](const State& s) { return s.phase; }},
        {"batch", "batch b₂, or b of a root", [](const State& s) { return s.batch; }},
        {"stopped_early", "stopped by the leaf test",
         [](const State& s) { return s.stoppedEarly; }},
        {"stop_level", "stop level α̃ = κα", [](const State& s) { return s.stopLevel; }},
        {"embedding_dimension", "embedding dimension k",
         [](const State& s) { return s.embeddingDimension; }}};
    return table;
}

Records records() {
    return {.trace = traceTable().patterns(),
            .factors = {{"sample_count", "samples n"},
                        {"dimension", "dimension d"},
                        {"epsilon", "budget ε"}},
            .finals = finalTable().patterns(),
            .frames = {"privacy", "tree", "path", "landscape", "samples"}};
}

Setting::Setting(const ParameterValues& given)
    : values(given), task(given), traceRow(traceTable().at(parameters(), given)),
      finalRow(finalTable().at(parameters(), given)) {}

PrivateDesign Setting::designOf(const TrialPlan& plan) const {
    const auto d = static_cast<std::int64_t>(plan.factors.at("dimension"));
    return {.count = static_cast<std::int64_t>(plan.factors.at("sample_count")),
            .dimension = d,
            .rank = task.rank(d),
            .epsilon = plan.factors.at("epsilon")};
}

namespace {

using Eigen::Index;
using Eigen::VectorXd;

constexpr std::size_t outputsDrawn = 100; ///< random iterates over which a gradient is averaged
constexpr Index freshForTree = 40000, freshForConvex = 200000;
constexpr std::size_t arrowsShown = 24;

std::unique_ptr<PrivateDescent> makeMethod(const MethodPlan& plan,
                                           std::shared_ptr<const PrivateProblem> problem,
                                           RandomStream stream) {
    if (const auto* descent = std::get_if<NoisyDescentPlan>(&plan.method))
        return std::make_unique<NoisyGradientDescent>(std::move(problem), *descent, stream);
    if (const auto* boost = std::get_if<SpiderBoostPlan>(&plan.method))
        return std::make_unique<SpiderBoost>(std::move(problem), *boost, stream);
    if (const auto* tree = std::get_if<TreeSpiderPlan>(&plan.method))
        return std::make_unique<TreeSpider>(std::move(problem), *tree, stream);
    return std::make_unique<RecursiveRegularization>(std::move(problem),
                                                     std::get<RecursivePlan>(plan.method), stream);
}

class PrivateSolver final : public Solver {
public:
    PrivateSolver(std::shared_ptr<const Setting> setting, const TrialPlan& trial)
        : setting_(std::move(setting)), design_(setting_->designOf(trial)),
          plan_(planOf(setting_->values, traitsOf(privateArms, trial.arm), design_)),
          problem_(setting_->task.sample(design_.dimension, design_.count, trial.replicate)),
          solved_(problem_), isFollowed_(trial.keepTrace && design_.dimension == 2) {
        const auto n = static_cast<std::uint64_t>(design_.count);
        const StreamKey key{
            .seed = setting_->task.seed(), .replicate = trial.replicate, .index = n};
        const auto streamFor = [&](std::string_view purpose) {
            StreamKey named = key;
            named.purpose = purpose;
            return RandomStream(named);
        };
        if (plan_.embedding > 0) {
            embedding_ = signEmbedding(plan_.embedding, design_.dimension, streamFor("embedding"));
            solved_ = std::make_shared<const PrivateProblem>(embedded(*problem_, *embedding_));
        }
        method_ = makeMethod(plan_, solved_, streamFor("private noise of " + trial.arm));
        tree_ = dynamic_cast<const TreeSpider*>(method_.get());
        nested_ = dynamic_cast<const RecursiveRegularization*>(method_.get());
        if (!tree_ && !nested_) {
            RandomStream stream = streamFor("output iterates");
            for (std::size_t i = 0; i < outputsDrawn; ++i)
                outputs_.push_back(1 + static_cast<std::int64_t>(stream.integer(
                                           static_cast<std::uint64_t>(method_->plannedSteps()))));
            std::sort(outputs_.begin(), outputs_.end());
        }
        describePlan();
        gradient_.resize(design_.dimension);
        estimated_.resize(solved_->dimension());
        state_.startGradient = gradientNorm(method_->iterate());
        if (isFollowed_)
            follow();
    }

    StepStatus step(const StopToken&) override {
        method_->step();
        ++t_;
        if (nextOutput_ < outputs_.size() && outputs_[nextOutput_] == t_) {
            const double square = std::pow(gradientNorm(method_->iterate()), 2);
            for (; nextOutput_ < outputs_.size() && outputs_[nextOutput_] == t_; ++nextOutput_)
                squares_ += square;
        }
        if (isFollowed_)
            follow();
        if (!std::isfinite(method_->iterate().sum()))
            return StepStatus::diverged;
        return method_->stopped() ? StepStatus::finished : StepStatus::running;
    }

    void measure(std::span<double> metrics) override {
        state_.gradientNorm = gradientNorm(method_->iterate());
        if (t_ > 0)
            state_.noiseDeviation = method_->noiseDeviation();
        if (t_ > 0 && !isPhased()) {
            solved_->fullGradient(method_->previousIterate(), estimated_);
            state_.estimatorError = (method_->estimate() - estimated_).norm();
            state_.estimateNorm = method_->estimate().norm();
        }
        refreshSpending();
        setting_->traceRow.fill(state_, metrics);
    }

    void conclude(std::span<double> finals) override {
        refreshSpending();
        state_.outputGradient = outputGradient();
        state_.samplesUsed = static_cast<double>(tree_ ? tree_->samplesUsed() : design_.count);
        if (tree_)
            state_.stoppedEarly = method_->stopped() ? 1.0 : 0.0;
        setting_->finalRow.fill(state_, finals);
    }

    void draw(const Recording&, FrameMap& frames) const override {
        frames["privacy"] = privacyFrame(plan_, *method_, *solved_);
        if (tree_)
            frames["tree"] = treeFrame(*tree_);
        if (!isFollowed_)
            return;
        PathFrame path = path_;
        const std::size_t shown = std::min(arrowsShown, noises_.size());
        path.arrows.assign(noises_.end() - static_cast<std::ptrdiff_t>(shown), noises_.end());
        frames["path"] = std::move(path);
    }

private:
    void describePlan() {
        state_.epsilonBudget = plan_.budget.epsilon;
        state_.bound = plan_.bound;
        if (plan_.embedding > 0)
            state_.embeddingDimension = static_cast<double>(plan_.embedding);
        if (const auto* boost = std::get_if<SpiderBoostPlan>(&plan_.method)) {
            state_.phase = static_cast<double>(boost->phase);
            state_.batch = static_cast<double>(boost->batch);
        } else if (const auto* tree = std::get_if<TreeSpiderPlan>(&plan_.method)) {
            state_.batch = static_cast<double>(tree->batch);
            state_.stopLevel = tree->stopLevel;
        }
    }
    void refreshSpending() {
        state_.epsilonSpent = method_->accountant().epsilon(plan_.budget.delta);
        state_.oracleCalls = static_cast<double>(method_->oracleCalls());
    }
    [[nodiscard]] bool isPhased() const {
        return nested_ && nested_->plan().solver == RecursiveSolver::phased;
    }
    [[nodiscard]] VectorXd lifted(const VectorXd& w) const {
        return embedding_ ? VectorXd(embedding_->transpose() * w) : w;
    }
    /// ‖∇F‖ on the sample at what w stands for.
    double gradientNorm(const VectorXd& w) {
        if (embedding_)
            problem_->fullGradient(embedding_->transpose() * w, gradient_);
        else
            problem_->fullGradient(w, gradient_);
        return gradient_.norm();
    }
    /// What a method promises: on the sample at a random iterate, or on fresh samples.
    [[nodiscard]] double outputGradient() const {
        if (tree_)
            return setting_->task.freshGradientNorm(lifted(tree_->output()), freshForTree);
        if (nested_)
            return setting_->task.freshGradientNorm(lifted(nested_->output()), freshForConvex);
        return nextOutput_ == 0 ? notApplicable
                                : std::sqrt(squares_ / static_cast<double>(nextOutput_));
    }
    void follow() {
        const VectorXd w = lifted(method_->iterate());
        path_.x.push_back(w[0]);
        path_.y.push_back(w[1]);
        path_.iteration.push_back(t_);
        if (t_ == 0 || embedding_ || method_->noiseDeviation() == 0.0)
            return;
        const VectorXd& at = method_->previousIterate();
        noises_.push_back(
            {.x = at[0], .y = at[1], .dx = -method_->noise()[0], .dy = -method_->noise()[1]});
        if (noises_.size() > 2 * arrowsShown)
            noises_.erase(noises_.begin(), noises_.begin() + arrowsShown);
    }

    std::shared_ptr<const Setting> setting_;
    PrivateDesign design_;
    MethodPlan plan_;
    std::shared_ptr<const PrivateProblem> problem_, solved_; ///< solved_: embedded, if at all
    std::optional<Eigen::MatrixXd> embedding_;               ///< k × d
    std::unique_ptr<PrivateDescent> method_;
    const TreeSpider* tree_ = nullptr;
    const RecursiveRegularization* nested_ = nullptr;
    std::vector<std::int64_t> outputs_; ///< iterations drawn as output, sorted
    std::size_t nextOutput_ = 0;
    double squares_ = 0.0; ///< Σ ‖∇F‖² over the outputs so far
    std::int64_t t_ = 0;
    VectorXd gradient_, estimated_;
    State state_;
    bool isFollowed_; ///< its path is drawn
    PathFrame path_;
    std::vector<PathFrame::Arrow> noises_;
};

} // namespace

std::unique_ptr<Solver> startTrial(std::shared_ptr<const Setting> setting, const TrialPlan& plan) {
    return std::make_unique<PrivateSolver>(std::move(setting), plan);
}

} // namespace convergence::private_points
