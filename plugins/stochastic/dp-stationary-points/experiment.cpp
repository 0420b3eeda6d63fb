#include "plugins/stochastic/dp-stationary-points/experiment.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "core/error.h"
#include "core/experiment/not_applicable.h"
#include "plugins/stochastic/dp-stationary-points/frames.h"
#include "plugins/stochastic/dp-stationary-points/plan.h"
#include "plugins/stochastic/dp-stationary-points/task.h"

namespace convergence {

namespace {

using Eigen::Index;
using Eigen::VectorXd;

constexpr std::size_t outputsDrawn = 100; ///< random iterates over which a gradient is averaged
constexpr Index freshForTree = 40000, freshForConvex = 200000;
constexpr std::size_t arrowsShown = 24;
constexpr double recordedPerDecade = 120.0; ///< recording takes two gradients of all samples

constexpr double imageSize = 28 * 28;

std::vector<double> dimensionsOf(const ParameterValues& values) {
    return values.text("problem") == "images" ? std::vector{imageSize}
                                              : values.numbers("dimensions");
}

struct Setting {
    ParameterValues values;
    PrivateTask task;

    [[nodiscard]] PrivateDesign designOf(const TrialPlan& plan) const {
        const auto d = static_cast<std::int64_t>(plan.factors.at("dimension"));
        return {.count = static_cast<std::int64_t>(plan.factors.at("sample_count")),
                .dimension = d,
                .rank = task.rank(d),
                .epsilon = plan.factors.at("epsilon")};
    }
};

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
          plan_(planOf(setting_->values, trial.arm, setting_->task.loss(), design_)),
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
        gradient_.resize(design_.dimension);
        estimated_.resize(solved_->dimension());
        startGradient_ = gradientNorm(method_->iterate());
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
        metrics[0] = gradientNorm(method_->iterate());
        metrics[1] = notApplicable;
        if (t_ > 0 && !isPhased()) {
            solved_->fullGradient(method_->previousIterate(), estimated_);
            metrics[1] = (method_->estimate() - estimated_).norm();
        }
        metrics[2] = t_ > 0 ? method_->noiseDeviation() : notApplicable;
        metrics[3] = t_ > 0 && !isPhased() ? method_->estimate().norm() : notApplicable;
        metrics[4] = method_->accountant().epsilon(plan_.budget.delta);
        metrics[5] = plan_.budget.epsilon;
        metrics[6] = static_cast<double>(method_->oracleCalls());
    }

    void conclude(std::span<double> finals) override {
        const auto* boost = std::get_if<SpiderBoostPlan>(&plan_.method);
        const auto* tree = std::get_if<TreeSpiderPlan>(&plan_.method);
        finals[0] = outputGradient();
        finals[1] = plan_.bound;
        finals[2] = static_cast<double>(method_->oracleCalls());
        finals[3] =
            tree_ ? static_cast<double>(tree_->samplesUsed()) : static_cast<double>(design_.count);
        finals[4] = method_->accountant().epsilon(plan_.budget.delta);
        finals[5] = startGradient_;
        finals[6] = boost ? static_cast<double>(boost->phase) : notApplicable;
        finals[7] = boost ? static_cast<double>(boost->batch)
                          : (tree ? static_cast<double>(tree->batch) : notApplicable);
        finals[8] = tree_ ? (method_->stopped() ? 1.0 : 0.0) : notApplicable;
        finals[9] = tree ? tree->stopLevel : notApplicable;
        finals[10] = plan_.embedding > 0 ? static_cast<double>(plan_.embedding) : notApplicable;
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
    double startGradient_ = 0.0;
    std::int64_t t_ = 0;
    VectorXd gradient_, estimated_;
    bool isFollowed_; ///< its path is drawn
    PathFrame path_;
    std::vector<PathFrame::Arrow> noises_;
};

class PrivateExperiment final : public Experiment {
public:
    explicit PrivateExperiment(const ParameterValues& values)
        : setting_(std::make_shared<const Setting>(Setting{values, PrivateTask(values)})) {
        if (dimensionsOf(values) != std::vector{2.0})
            return;
        const auto& counts = values.numbers("sample_counts");
        const auto sample = setting_->task.sample(
            2, static_cast<Index>(*std::max_element(counts.begin(), counts.end())), 0);
        landscape_ = landscapeFrame(*sample);
        if (sample->loss() == PrivateLoss::robustLocation)
            samples_ = samplesFrame(*sample);
    }

    [[nodiscard]] std::vector<TrialPlan> trials() const override {
        const ParameterValues& values = setting_->values;
        std::vector<TrialPlan> plans;
        for (const double d : dimensionsOf(values))
            for (const double factor : values.numbers("epsilon_factors"))
                for (const double n : values.numbers("sample_counts"))
                    for (std::int64_t replicate = 0; replicate < values.integer("repeats");
                         ++replicate)
                        for (const std::string& arm : values.choices("arms")) {
                            TrialPlan plan{
                                .arm = arm,
                                .factors = {{"sample_count", n},
                                            {"dimension", d},
                                            {"epsilon", factor * values.real("epsilon")}},
                                .replicate = static_cast<std::uint64_t>(replicate),
                                .keepTrace = replicate == 0};
                            plan.steps =
                                planOf(values, arm, setting_->task.loss(), setting_->designOf(plan))
                                    .steps();
                            plans.push_back(std::move(plan));
                        }
        return plans;
    }
    [[nodiscard]] std::vector<Column> traceColumns() const override {
        return {{"gradient_norm", "gradient norm ‖∇F(wₜ)‖ on the sample"},
                {"estimator_error", "error of the estimate ‖vₜ − ∇F(wₜ)‖"},
                {"noise_deviation", "deviation of the noise added"},
                {"estimate_norm", "norm of the estimate ‖vₜ‖"},
                {"epsilon_spent", "privacy spent ε(δ), by zCDP"},
                {"epsilon_budget", "budget ε"},
                {"oracle_calls", "gradients of single samples", "", ColumnRole::clock}};
    }
    [[nodiscard]] std::vector<Column> factorColumns() const override {
        return {{"sample_count", "samples n", "", ColumnRole::factor},
                {"dimension", "dimension d", "", ColumnRole::factor},
                {"epsilon", "budget ε", "", ColumnRole::factor}};
    }
    [[nodiscard]] std::vector<Column> finalColumns() const override {
        return {{"gradient_norm", "gradient norm of the output"},
                {"bound", "rate without its constant"},
                {"oracle_calls", "gradients of single samples"},
                {"samples_used", "samples used"},
                {"epsilon_spent", "privacy spent ε(δ), by zCDP"},
                {"start_gradient", "gradient norm at w = 0"},
                {"phase", "phase length q"},
                {"batch", "batch b₂, or b of a root"},
                {"stopped_early", "stopped by the leaf test"},
                {"stop_level", "stop level α̃ = κα"},
                {"embedding_dimension", "embedding dimension k"}};
    }
    [[nodiscard]] Cadence cadence() const override {
        return {setting_->values.integer("record_every"), recordedPerDecade};
    }
    [[nodiscard]] Provenance provenance() const override { return setting_->task.provenance(); }
    [[nodiscard]] std::unique_ptr<Solver> start(const TrialPlan& plan) const override {
        return std::make_unique<PrivateSolver>(setting_, plan);
    }
    void draw(const Recording&, FrameMap& shared) const override {
        if (landscape_)
            shared["landscape"] = *landscape_;
        if (samples_)
            shared["samples"] = *samples_;
    }

private:
    std::shared_ptr<const Setting> setting_;
    std::optional<FieldFrame> landscape_;
    std::optional<CurvesFrame> samples_;
};

void checkWhole(const ParameterValues& values, std::string_view name) {
    for (const double number : values.numbers(name))
        if (number != std::floor(number))
            throw InputError(fmt::format(
                "Parameter '{}': {} is not accepted, expected whole numbers.", name, number));
}

void check(const ParameterValues& values) {
    checkWhole(values, "sample_counts");
    checkWhole(values, "dimensions");
    const std::string& problem = values.text("problem");
    if (problem == "images" && values.integer("class_positive") == values.integer("class_negative"))
        throw InputError(fmt::format("Parameter 'class_negative': {} is not accepted, expected "
                                     "another class than class_positive.",
                                     values.integer("class_negative")));
    const PrivateLoss loss = privateLossOf(problem);
    for (const std::string& arm : values.choices("arms")) {
        if (isRecursive(arm) && loss != PrivateLoss::logistic)
            throw InputError(fmt::format("Parameter 'arms': {} needs a convex loss, but problem = "
                                         "{}; expected problem = logistic or images.",
                                         arm, problem));
        if (isEmbedded(arm) && loss == PrivateLoss::robustLocation)
            throw InputError(
                fmt::format("Parameter 'arms': {} needs a loss of ⟨w, x⟩ alone, but problem = "
                            "location; expected problem = regression, logistic or images.",
                            arm));
        for (const double d : dimensionsOf(values))
            for (const double factor : values.numbers("epsilon_factors"))
                for (const double n : values.numbers("sample_counts"))
                    static_cast<void>(planOf(values, arm, loss,
                                             {.count = static_cast<std::int64_t>(n),
                                              .dimension = static_cast<std::int64_t>(d),
                                              .rank = static_cast<std::int64_t>(d),
                                              .epsilon = factor * values.real("epsilon")}));
    }
}

double memoryEstimate(const ParameterValues& values) {
    constexpr double trialsAtOnce = 4.0, copies = 2.0, bytesOfImages = 2e8, bytesOfTrace = 1e5;
    const auto largest = [](const std::vector<double>& list) {
        return *std::max_element(list.begin(), list.end());
    };
    const double trials = static_cast<double>(
        values.numbers("sample_counts").size() * values.numbers("dimensions").size() *
        values.numbers("epsilon_factors").size() * values.choices("arms").size());
    return trialsAtOnce * copies * 8.0 * largest(values.numbers("sample_counts")) *
               largest(dimensionsOf(values)) +
           bytesOfTrace * trials + (values.text("problem") == "images" ? bytesOfImages : 0.0);
}

} // namespace

ExperimentType dpStationaryPoints() {
    return {.description = dpStationaryPointsDescription(),
            .check = check,
            .memoryEstimate = memoryEstimate,
            .create = [](const ParameterValues& values) {
                return std::make_unique<PrivateExperiment>(values);
            }};
}

} // namespace convergence
