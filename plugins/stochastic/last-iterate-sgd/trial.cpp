// One trial: mirror descent with the arm's step sizes, from scratch, to its horizon.

#include "plugins/stochastic/last-iterate-sgd/trial.h"

#include <algorithm>
#include <cmath>

#include "plugins/stochastic/last-iterate-sgd/experiment.h"

namespace convergence::last_iterate {

const Columns<State>& traceTable() {
    static const Columns<State> table{
        {"gap", "gap F(xᵗ) − F*", [](const State& s) { return s.gap; }},
        {"average_gap", "gap of the uniform average", [](const State& s) { return s.averageGap; }},
        {"weighted_gap", "gap of the step-weighted average",
         [](const State& s) { return s.weightedGap; }},
        {"suffix_gap", "gap of the suffix average", [](const State& s) { return s.suffixGap; }},
        {"best_gap", "gap of the best iterate", [](const State& s) { return s.bestGap; }},
        {"step_size", "step size ηₜ", [](const State& s) { return s.stepSize; }}};
    return table;
}

const Columns<State>& finalTable() {
    static const Columns<State> table{
        {"gap", "gap of the last iterate", [](const State& s) { return s.gap; }},
        {"average_gap", "gap of the uniform average", [](const State& s) { return s.averageGap; }},
        {"weighted_gap", "gap of the step-weighted average",
         [](const State& s) { return s.weightedGap; }},
        {"suffix_gap", "gap of the suffix average", [](const State& s) { return s.suffixGap; }},
        {"best_gap", "gap of the best iterate", [](const State& s) { return s.bestGap; }},
        {"scaled_gap", "√T · gap of the last iterate", [](const State& s) { return s.scaledGap; }},
        {"scaled_average_gap", "√T · gap of the uniform average",
         [](const State& s) { return s.scaledAverageGap; }},
        {"bound", "bound without its constant", [](const State& s) { return s.bound; }}};
    return table;
}

Records records() {
    return {.trace = traceTable().patterns(),
            .factors = {{"horizon", "horizon T", "iterations"}},
            .finals = finalTable().patterns(),
            .frames = {"quantiles", "histogram", "path", "landscape"}};
}

// ---- What all trials share -----------------------------------------------------------------

namespace {

std::shared_ptr<const StochasticProblem> makeProblem(ProblemKind kind,
                                                     const ParameterValues& values) {
    const Eigen::Index d = values.integer("dimension");
    const auto seed = static_cast<std::uint64_t>(values.integer("seed"));
    switch (kind) {
    case ProblemKind::absolute:
        return absoluteDeviations(d, values.integer("samples"), seed);
    case ProblemKind::composite:
        return compositeQuadratic(d, traitsOf(curvatureChoices, values.text("curvature")).curvature,
                                  values.real("l1_weight"), values.real("ridge_weight"), seed);
    case ProblemKind::simplex:
        return simplexLinear(d);
    case ProblemKind::adversarial:
        break;
    }
    return nullptr;
}

std::unique_ptr<MirrorMap> makeMap(const Setting& setting, const ScheduleArm& arm,
                                   Eigen::Index dimension) {
    const ParameterValues& values = setting.values;
    if (setting.kind == ProblemKind::simplex) {
        if (setting.geometry == Geometry::entropic)
            return std::make_unique<EntropicMap>(dimension);
        return std::make_unique<SimplexMap>(dimension);
    }
    if (setting.kind == ProblemKind::adversarial)
        return std::make_unique<BallMap>(1.0);
    if (arm.takesHeavyMap || setting.geometry == Geometry::uniformlyConvex)
        return std::make_unique<UniformlyConvexMap>(values.real("moment"));
    if (setting.kind == ProblemKind::composite)
        return std::make_unique<ProximalMap>(values.real("l1_weight"), values.real("ridge_weight"));
    return std::make_unique<ProximalMap>();
}

MirrorDescent makeDescent(const Setting& setting, const ScheduleArm& arm, const TrialPlan& plan) {
    const ParameterValues& values = setting.values;
    auto problem = setting.problemFor(plan.steps);
    const Eigen::Index d = problem->dimension();
    MirrorDescent::Parts parts{
        .problem = problem,
        .map = makeMap(setting, arm, d),
        .noise = GradientNoise(setting.noise.id, d, values.real("noise_scale"),
                               values.real(setting.noise.shape)),
        .steps = StochasticSteps(arm.steps, {.scale = values.real("step_scale"),
                                             .horizon = plan.steps,
                                             .smoothness = problem->smoothness(),
                                             .strongConvexity = setting.strongConvexity,
                                             .moment = values.real("moment")}),
        .horizon = plan.steps};
    if (arm.clips)
        parts.clipLevel = values.real("clip_level");
    // One stream for each horizon and replicate; arms share it.
    return MirrorDescent(std::move(parts), {.seed = setting.seed(),
                                            .purpose = "stochastic gradients",
                                            .replicate = plan.replicate,
                                            .index = static_cast<std::uint64_t>(plan.steps)});
}

/// The theorem's bound on E gap(x^{T+1}) without its constant; see Guarantee.
double boundOf(const Setting& setting, const MirrorDescent& descent, Guarantee guarantee,
               std::int64_t horizon) {
    const ParameterValues& values = setting.values;
    const StochasticProblem& problem = descent.problem();
    const double T = static_cast<double>(horizon), eta = values.real("step_scale");
    const double D = descent.map().divergence(problem.minimizer(), problem.start());
    const double L = problem.smoothness(), M = 2.0 * problem.lipschitz();
    const double sigma = setting.noise.isSilent ? 0.0 : values.real("noise_scale");
    const double size = M * M + sigma * sigma;
    const double mu = setting.strongConvexity, kappa = L / mu;
    switch (guarantee) {
    case Guarantee::withLog:
        return L * D / T + (D / eta + eta * size * std::log(T)) / std::sqrt(T);
    case Guarantee::withoutLog:
        return L * D / T + (D / eta + eta * size) / std::sqrt(T);
    case Guarantee::strongFirst:
        return (mu * (1.0 + kappa) * D + size * (1.0 + std::log(T)) / mu) / T;
    case Guarantee::strongSecond:
        return mu * std::pow(1.0 + kappa, 2) * D / (T * T) + size * std::log(T) / (mu * T);
    case Guarantee::heavyWithLog:
    case Guarantee::heavyWithoutLog: {
        const double p = values.real("moment");
        const double logT = guarantee == Guarantee::heavyWithLog ? std::log(T) : 1.0;
        return std::pow(T, 1.0 / p - 1.0) *
               (D / eta + std::pow(eta, p - 1.0) * (std::pow(M, p) + std::pow(sigma, p)) * logT);
    }
    case Guarantee::none:
        break;
    }
    return notApplicable;
}

} // namespace

double strongConvexity(const ParameterValues& values) {
    if (traitsOf(problemChoices, values.text("problem")).kind != ProblemKind::composite)
        return 0.0;
    return values.real("ridge_weight") +
           traitsOf(curvatureChoices, values.text("curvature")).strongConvexity;
}

Setting::Setting(const ParameterValues& given)
    : values(given), kind(traitsOf(problemChoices, given.text("problem")).kind),
      geometry(traitsOf(geometryChoices, given.text("geometry")).geometry),
      noise(traitsOf(noiseChoices, given.text("noise"))),
      strongConvexity(last_iterate::strongConvexity(given)), problem(makeProblem(kind, given)),
      traceRow(traceTable().at(parameters(), given)),
      finalRow(finalTable().at(parameters(), given)) {}

std::uint64_t Setting::seed() const {
    return static_cast<std::uint64_t>(values.integer("seed"));
}

std::int64_t Setting::longestHorizon() const {
    const auto& horizons = values.numbers("horizons");
    return static_cast<std::int64_t>(*std::max_element(horizons.begin(), horizons.end()));
}

std::shared_ptr<const StochasticProblem> Setting::problemFor(std::int64_t horizon) const {
    return problem ? problem : adversarialMaximum(horizon);
}

// ---- The solver ----------------------------------------------------------------------------

namespace {

class MirrorDescentSolver final : public Solver {
public:
    MirrorDescentSolver(std::shared_ptr<const Setting> setting, const TrialPlan& plan)
        : setting_(std::move(setting)), arm_(traitsOf(scheduleArms, plan.arm)),
          horizon_(plan.steps),
          followed_(plan.keepTrace && plan.steps == setting_->longestHorizon()),
          descent_(makeDescent(*setting_, arm_, plan)) {
        best_ = gapOf(descent_.iterate());
    }

    StepStatus step(const StopToken&) override {
        const bool finite = descent_.step();
        if (descent_.iteration() >= nextCheck_)
            check();
        return finite ? StepStatus::running : StepStatus::diverged;
    }

    void measure(std::span<double> metrics) override {
        refresh();
        setting_->traceRow.fill(state_, metrics);
        if (followed_ && descent_.iterate().size() >= 2) {
            path_.x.push_back(descent_.iterate()[0]);
            path_.y.push_back(descent_.iterate()[1]);
            path_.iteration.push_back(descent_.iteration());
        }
    }

    void conclude(std::span<double> finals) override {
        refresh();
        const double root = std::sqrt(static_cast<double>(horizon_));
        state_.scaledGap = root * state_.gap;
        state_.scaledAverageGap = root * state_.averageGap;
        state_.bound = boundOf(*setting_, descent_, arm_.guarantee, horizon_);
        setting_->finalRow.fill(state_, finals);
    }

    void draw(const Recording&, FrameMap& frames) const override {
        if (followed_ && !path_.x.empty())
            frames["path"] = path_;
    }

private:
    [[nodiscard]] double gapOf(const Eigen::VectorXd& x) const { return descent_.problem().gap(x); }
    /// The best iterate is looked for at some 20 iterations a decade: gaps cost more than steps.
    void check() {
        best_ = std::min(best_, gapOf(descent_.iterate()));
        nextCheck_ =
            std::max(descent_.iteration() + 1,
                     static_cast<std::int64_t>(1.122 * static_cast<double>(descent_.iteration())));
    }
    void refresh() {
        state_.gap = gapOf(descent_.iterate());
        state_.averageGap = state_.weightedGap = state_.suffixGap = state_.gap;
        if (descent_.iteration() > 0) {
            const IterateAverages& averages = descent_.averages();
            state_.averageGap = gapOf(averages.uniform());
            state_.weightedGap = gapOf(averages.weighted());
            state_.suffixGap = gapOf(averages.suffix());
        }
        state_.bestGap = std::min(best_, state_.gap);
        state_.stepSize = descent_.stepSize();
    }

    std::shared_ptr<const Setting> setting_;
    const ScheduleArm& arm_;
    std::int64_t horizon_;
    bool followed_; ///< its path is drawn
    MirrorDescent descent_;
    double best_ = 0.0;
    std::int64_t nextCheck_ = 1;
    State state_;
    PathFrame path_;
};

} // namespace

std::unique_ptr<Solver> startTrial(std::shared_ptr<const Setting> setting, const TrialPlan& plan) {
    return std::make_unique<MirrorDescentSolver>(std::move(setting), plan);
}

} // namespace convergence::last_iterate
