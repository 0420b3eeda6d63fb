// One method, a step at a time.

#include "plugins/stochastic/bilevel-borep/trial.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "core/math/roc.h"
#include "plugins/stochastic/bilevel-borep/frames.h"

namespace convergence::borep {

using namespace bilevel;

namespace {

constexpr double farthest = 29.0; ///< |xᵢ| beyond which cosh is no number to work with

double cosine(const Eigen::VectorXd& a, const Eigen::VectorXd& b) {
    const double norms = a.norm() * b.norm();
    return norms > 0.0 ? a.dot(b) / norms : 0.0;
}

/// The mean of the last so many numbers.
class RunningMean {
public:
    void add(double value) {
        double& place = values_[static_cast<std::size_t>(count_ % raceWindow)];
        sum_ += value - place;
        place = value;
        ++count_;
        // Far starts leave rounding behind that is larger than what comes later.
        if (count_ % raceWindow == 0)
            sum_ = std::accumulate(values_.begin(), values_.end(), 0.0);
    }
    [[nodiscard]] bool isFull() const { return count_ >= raceWindow; }
    [[nodiscard]] double mean() const {
        return sum_ / static_cast<double>(std::min(count_, raceWindow));
    }

private:
    std::array<double, static_cast<std::size_t>(raceWindow)> values_{};
    double sum_ = 0.0;
    std::int64_t count_ = 0;
};

/// A mean that is only kept.
struct Mean {
    double sum = 0.0, count = 0.0;
    void add(double value) {
        sum += value;
        count += 1.0;
    }
    [[nodiscard]] double value() const { return count > 0.0 ? sum / count : notApplicable; }
};

/// What the kinds of problems share.
class MethodSolver : public Solver {
public:
    MethodSolver(std::shared_ptr<const Setting> setting, const TrialPlan& plan,
                 std::unique_ptr<Problem> problem)
        : setting_(std::move(setting)), plan_(plan), arm_(traitsOf(methodArms, plan.arm)),
          method_(arm_.make(std::move(problem), setting_->optionsOf(plan))) {}

    StepStatus step(const StopToken&) override {
        method_->step();
        if (!method_->x().allFinite() || !method_->y().allFinite())
            return StepStatus::diverged;
        return afterStep();
    }
    void measure(std::span<double> metrics) override {
        refresh();
        setting_->traceRow.fill(state_, metrics);
    }
    void conclude(std::span<double> finals) override {
        refresh();
        Finals found;
        found.state = state_;
        finish(found);
        setting_->finalRow.fill(found, finals);
    }
    void setLive(const std::string& name, const Value& value) override {
        MethodOptions& options = method_->options();
        if (name == "lower_step")
            options.lowerStep = std::get<double>(value);
        else if (name == "linear_step")
            options.linearStep = std::get<double>(value);
        else if (name == "period")
            options.period = std::get<std::int64_t>(value);
        else if (name == "lower_steps")
            options.lowerSteps = std::get<std::int64_t>(value);
    }

protected:
    virtual StepStatus afterStep() { return StepStatus::running; }
    virtual void refresh() = 0;
    virtual void finish(Finals& finals) = 0;

    std::shared_ptr<const Setting> setting_;
    TrialPlan plan_;
    const MethodArm& arm_;
    std::unique_ptr<Method> method_;
    State state_;
};

class CoshSolver final : public MethodSolver {
public:
    CoshSolver(std::shared_ptr<const Setting> setting, const TrialPlan& plan,
               std::unique_ptr<Problem> problem)
        : MethodSolver(std::move(setting), plan, std::move(problem)) {
        model().exact(method_->x(), exact_);
        former_ = exact_.gradient;
        startError_ = (method_->y() - exact_.best).norm();
    }

    void draw(const Recording&, FrameMap& frames) const override {
        if (plan_.replicate == 0)
            frames["path"] = path_;
    }
    [[nodiscard]] std::string divergence() const override {
        return fmt::format("a coordinate of x left ±{} at step size {:.4g}", farthest,
                           plan_.factors.at("step"));
    }

private:
    [[nodiscard]] const CoshModel& model() const { return setting_->cosh; }

    StepStatus afterStep() override {
        if (method_->x().cwiseAbs().maxCoeff() > farthest)
            return StepStatus::diverged;
        const std::int64_t t = method_->iteration();
        // The direction was made for the x before the step.
        if (t <= earlyAlignment)
            alignment_.add(cosine(method_->direction(), former_));
        model().exact(method_->x(), exact_);
        if (t <= earlyAlignment)
            former_ = exact_.gradient;
        const double norm = exact_.gradient.norm();
        running_.add(norm);
        if (t <= earlyGradients)
            early_.add(norm);
        if (2 * t > plan_.steps) {
            late_.add(norm);
            lateError_.add((method_->y() - exact_.best).norm());
        }
        if (reached_ == 0 && running_.isFull() && running_.mean() <= raceGoal)
            reached_ = t;
        return StepStatus::running;
    }

    void refresh() override {
        const Eigen::VectorXd& x = method_->x();
        model().exact(x, exact_);
        state_.calls = method_->calls();
        state_.gradientNorm = exact_.gradient.norm();
        state_.runningNorm = method_->iteration() > 0 ? running_.mean() : state_.gradientNorm;
        state_.upperNorm = x.array().sinh().matrix().norm();
        state_.curvature = x.array().cosh().maxCoeff();
        state_.lowerError = (method_->y() - exact_.best).norm();
        state_.linearError = (method_->z() - exact_.solution).norm();
        state_.alignment = method_->iteration() > 0 ? cosine(method_->direction(), exact_.gradient)
                                                    : notApplicable;
        state_.firstLower = method_->y()[0];
        state_.firstBest = exact_.best[0];
        state_.largestUpper = x.cwiseAbs().maxCoeff();
        if (plan_.replicate == 0 &&
            (path_.iteration.empty() || path_.iteration.back() != method_->iteration())) {
            path_.x.push_back(x[0]);
            path_.y.push_back(x[x.size() - 1]);
            path_.iteration.push_back(method_->iteration());
        }
    }

    void finish(Finals& finals) override {
        const auto horizon = static_cast<double>(plan_.steps);
        finals.lateGradient = late_.value();
        finals.lateError = lateError_.value();
        finals.startError = startError_;
        finals.earlyAlignment = alignment_.value();
        finals.earlyGradient = early_.value();
        finals.reached = reached_ > 0 ? static_cast<double>(reached_) : horizon;
        finals.raceScore = reached_ > 0 ? finals.reached : horizon + state_.runningNorm;
    }

    CoshModel::Exact exact_;
    Eigen::VectorXd former_; ///< ∇Φ at the x before the last step, while alignment counts
    double startError_ = 0.0;
    RunningMean running_;
    Mean alignment_, early_, late_, lateError_;
    std::int64_t reached_ = 0; ///< 0: not yet
    PathFrame path_;
};

class LineSolver final : public MethodSolver {
public:
    LineSolver(std::shared_ptr<const Setting> setting, const TrialPlan& plan,
               std::shared_ptr<const LineTask> task, std::unique_ptr<Problem> problem)
        : MethodSolver(std::move(setting), plan, std::move(problem)), task_(std::move(task)) {}

    void draw(const Recording&, FrameMap& frames) const override {
        if (plan_.replicate != 0 || !setting_->problem.weighs())
            return;
        frames["weights"] = weightBars(*task_, method_->x());
        frames["least_trusted"] = leastTrusted(*setting_, *task_, method_->x());
    }

private:
    void refresh() override {
        const Eigen::VectorXd& x = method_->x();
        state_.calls = method_->calls();
        state_.validationLoss = task_->task.loss(task_->task.validation, method_->y());
        state_.accuracy = task_->task.accuracy(task_->task.test, method_->y());
        if (!setting_->problem.weighs()) {
            state_.logRidge = x[0];
            return;
        }
        right_.clear();
        wrong_.clear();
        Mean right, wrong;
        for (Eigen::Index i = 0; i < x.size(); ++i) {
            const bool isWrong = task_->isWrong(static_cast<std::size_t>(i));
            (isWrong ? wrong_ : right_).push_back(x[i]);
            (isWrong ? wrong : right).add(sigmoid(x[i]));
        }
        state_.rightWeight = right.value();
        state_.wrongWeight = wrong.value();
        state_.auroc = wrong_.empty() ? notApplicable : areaUnderRoc(wrong_, right_);
    }

    /// The weights found are tried on a classifier that starts anew.
    void finish(Finals& finals) override {
        constexpr int steps = 120;
        if (!setting_->problem.weighs() || !method_->x().allFinite())
            return;
        std::vector<double> weights;
        for (const double x : method_->x())
            weights.push_back(sigmoid(x));
        const Eigen::VectorXd W = task_->task.trained(weights, task_->task.ridge,
                                                      setting_->values.real("lower_step"), steps);
        finals.retrained = task_->task.accuracy(task_->task.test, W);
    }

    std::shared_ptr<const LineTask> task_;
    std::vector<double> right_, wrong_;
};

} // namespace

std::unique_ptr<Solver> startTrial(std::shared_ptr<const Setting> setting, const TrialPlan& plan) {
    const ParameterValues& values = setting->values;
    if (!setting->problem.isText) {
        const Eigen::VectorXd start = setting->upperStart(plan.factors.at("start_top"));
        auto problem = std::make_unique<CoshProblem>(
            setting->cosh,
            CoshProblem::Options{
                .upperStart = start,
                .lowerStart = Eigen::VectorXd::Constant(start.size(), values.real("lower_start")),
                .upperNoise = values.real("noise_upper"),
                .lowerNoise = values.real("noise_lower"),
                .noise = traitsOf(noiseChoices, values.text("noise_kind")).kind,
                .seed = setting->seed,
                .replicate = plan.replicate});
        return std::make_unique<CoshSolver>(std::move(setting), plan, std::move(problem));
    }
    auto task = setting->lineTask(plan.replicate);
    auto problem = std::make_unique<SoftmaxProblem>(
        task->task, SoftmaxProblem::Options{.upper = setting->problem.upper,
                                            .seed = setting->seed,
                                            .replicate = plan.replicate});
    return std::make_unique<LineSolver>(std::move(setting), plan, std::move(task),
                                        std::move(problem));
}

} // namespace convergence::borep
