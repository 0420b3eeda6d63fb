// One trial: a learner on one mesh, an update on a batch of episodes a step.

#include "plugins/control/martingale-td/trial.h"

#include <cmath>
#include <utility>

#include "core/control/learning_curvature.h"
#include "core/optim/iterate_averages.h"
#include "plugins/control/martingale-td/experiment.h"
#include "plugins/control/martingale-td/frames.h"

namespace convergence::martingale_td {

using control::DecayingRate, control::MartingaleCondition;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

/// How many parameters θ has.
const char* const parameterCount = "(1 + problem_is_ou)*(1 + 2*basis_is_poly)";
constexpr Index shownEpisodes = 200;

std::span<const double> numbersOf(const VectorXd& vector) {
    return {vector.data(), static_cast<std::size_t>(vector.size())};
}

} // namespace

const Columns<State>& traceTable() {
    static const Columns<State> table{
        {"estimate_{}", "θ{_}", [](const State& s) { return numbersOf(s.estimate); },
         parameterCount},
        {"theta_{}", "θ{_} of the last update", [](const State& s) { return numbersOf(s.theta); },
         parameterCount},
        {"solution_{}", "θ{_} of the solution",
         [](const State& s) { return numbersOf(s.solution); }, parameterCount},
        {"error", "distance ‖θ − θ*‖", [](const State& s) { return s.error; }},
        {"value_error", "value error ‖J^θ − J‖", [](const State& s) { return s.valueError; }},
        {"td_error", "mean-square TD error ½E ΣΔM²/Δt", [](const State& s) { return s.tdError; }},
        {"quadratic_variation", "quadratic variation of M",
         [](const State& s) { return s.variation; }},
        {"martingale_loss", "martingale loss", [](const State& s) { return s.martingaleLoss; }},
        {"goal_value_error", "value error of the solution",
         [](const State& s) { return s.solutionValueError; }},
        {"least_td_error", "least TD error in the family",
         [](const State& s) { return s.leastTdError; }},
        {"step_size", "step size α", [](const State& s) { return s.stepSize; }}};
    return table;
}

const Columns<State>& finalTable() {
    static const Columns<State> table{
        {"value_error", "value error ‖J^θ − J‖", [](const State& s) { return s.valueError; }},
        {"td_error", "mean-square TD error", [](const State& s) { return s.tdError; }},
        {"error", "distance ‖θ − θ*‖", [](const State& s) { return s.error; }},
        {"estimate_{}", "θ{_}", [](const State& s) { return numbersOf(s.estimate); },
         parameterCount},
        {"solution_{}", "θ{_} of the solution",
         [](const State& s) { return numbersOf(s.solution); }, parameterCount},
        {"solution_error", "distance of the solution from θ*",
         [](const State& s) { return s.solutionError; }},
        {"solution_value_error", "value error of the solution",
         [](const State& s) { return s.solutionValueError; }},
        {"projection_gap", "distance of the solution from the nearest θ",
         [](const State& s) { return s.projectionGap; }},
        {"true_squares", "E ΣΔM² of the value", [](const State& s) { return s.truthSquares; }},
        {"true_variation", "quadratic variation of the value",
         [](const State& s) { return s.truthVariation; }}};
    return table;
}

Records records() {
    return {.trace = traceTable().patterns(),
            .factors = {{"steps", "steps n", ""}},
            .finals = finalTable().patterns(),
            .frames = {"errors", "differences", "game", "drift", "objectives", "learned", "true",
                       "learned_map", "true_map", "difference", "traces"}};
}

// ---- What all trials share -----------------------------------------------------------------

control::ValueProblem problemOf(const ParameterValues& values) {
    const ProblemChoice& choice = traitsOf(problemChoices, values.text("problem"));
    return {.dynamics = choice.dynamics,
            .reversion = values.real("mean_reversion"),
            .drift = values.real("drift"),
            .volatility =
                values.isKeyword("volatility") ? choice.usualVolatility : values.real("volatility"),
            .startVariance = values.real("start_variance"),
            .horizon = values.real("horizon"),
            .discount = values.real("discount"),
            .pairing = traitsOf(pairingChoices, values.text("pairing")).pairing};
}

Mesh::Mesh(const ParameterValues& values, Index steps)
    : family(std::make_shared<control::ValueFamily>(
          std::make_shared<control::ValueProcess>(problemOf(values), steps),
          traitsOf(basisChoices, values.text("basis")).basis)),
      population(family), shown(shownEpisodes, steps + 1) {
    RandomStream stream(
        {.seed = static_cast<std::uint64_t>(values.integer("seed")), .purpose = "episodes shown"});
    family->process().sample(stream, shown);
}

Setting::Setting(const ParameterValues& given)
    : values(given), traceRow(traceTable().at(parameters(), given)),
      finalRow(finalTable().at(parameters(), given)) {
    for (const double steps : given.numbers("steps"))
        meshes.try_emplace(static_cast<std::int64_t>(steps), given, static_cast<Index>(steps));
}

namespace {

/// The arm's own α and α_u, which are those of the usual problem, in units of the curvature here.
/// The learner does not know it; the one who sets step sizes does.
std::pair<double, double> ownRates(const LearnerArm& arm, const Mesh& mesh,
                                   const MartingaleCondition& condition) {
    static const auto usual = std::make_shared<const control::ValueFamily>(
        std::make_shared<control::ValueProcess>(control::ValueProblem{}, 50), Basis::exact);
    const auto there = learningCurvature(arm.method, control::MartingalePopulation(usual),
                                         {arm.condition, 0.5}, usual->dimension());
    const auto here =
        learningCurvature(arm.method, mesh.population, condition, mesh.family->dimension());
    // In an exponent the curvature grows with θ: what is right at 0 throws it far off.
    constexpr double cautious = 0.1;
    const double share = mesh.family->isLinear() ? 1.0 : cautious;
    return {share * arm.rate * there.ofTheta / here.ofTheta,
            arm.auxiliaryRate * there.ofAverage / here.ofAverage};
}

// ---- The solver ----------------------------------------------------------------------------

class LearnerSolver final : public Solver {
public:
    LearnerSolver(std::shared_ptr<const Setting> setting, const TrialPlan& plan)
        : setting_(std::move(setting)), arm_(traitsOf(learnerArms, plan.arm)),
          mesh_(setting_->meshes.at(static_cast<std::int64_t>(plan.factors.at("steps")))),
          process_(mesh_.family->process()), values_(setting_->values),
          replicate_(plan.replicate), condition_{arm_.condition, values_.real("lambda")},
          episodes_(values_.integer("batch"), process_.steps() + 1),
          learner_(control::makeLearner(arm_.method, condition_, mesh_.family, episodes_.rows())),
          averages_(mesh_.family->dimension(), plan.steps) {
        for (const char* name : {"learning_rate", "auxiliary_rate", "decay_power"})
            if (!values_.isKeyword(name))
                chosen_[name] = values_.real(name);
        chosen_["decay_start"] = values_.real("decay_start");
        takeUp();
        state_.truthSquares = mesh_.population.sumOfSquares(process_.value());
        state_.truthVariation = mesh_.population.quadraticVariation(process_.value());
        if (const auto least = mesh_.population.solution({Condition::squaredError}))
            state_.leastTdError = mesh_.population.squaredError(*least);
    }

    StepStatus step(const StopToken&) override {
        RandomStream stream({.seed = static_cast<std::uint64_t>(values_.integer("seed")),
                             .purpose = "episodes",
                             .replicate = replicate_,
                             .index = static_cast<std::uint64_t>(learner_->updates())});
        process_.sample(stream, episodes_); // the same for all learners
        const bool finite = learner_->update(episodes_);
        averages_.add(learner_->theta(), 1.0);
        return finite ? StepStatus::running : StepStatus::diverged;
    }
    [[nodiscard]] std::string divergence() const override {
        return "θ is not finite: the step size is too large for this mesh";
    }

    void setLive(const std::string& name, const Value& value) override {
        if (name == "lambda")
            condition_.lambda = std::get<double>(value);
        else if (const auto* number = std::get_if<double>(&value))
            chosen_[name] = *number;
        else
            chosen_.erase(name); // its own again
        takeUp();
    }

    void measure(std::span<double> metrics) override {
        refresh();
        setting_->traceRow.fill(state_, metrics);
        // Fewer points than the trace has, or the way hides itself.
        constexpr double spacing = 1.3;
        const auto now = static_cast<double>(learner_->updates());
        if (!path_.iteration.empty() && now < spacing * static_cast<double>(path_.iteration.back()))
            return;
        path_.x.push_back(state_.tdError);
        path_.y.push_back(state_.valueError);
        path_.iteration.push_back(learner_->updates());
    }
    void conclude(std::span<double> finals) override {
        refresh();
        setting_->finalRow.fill(state_, finals);
    }
    void draw(const Recording&, FrameMap& frames) const override {
        PathFrame path = path_;
        path.x.push_back(state_.tdError); // the present
        path.y.push_back(state_.valueError);
        path.iteration.push_back(learner_->updates());
        frames["errors"] = std::move(path);
        drawLearned(mesh_, estimate(), frames);
        drawSolutions(mesh_, frames);
    }

private:
    /// Rates and goal, after what they depend on was set.
    void takeUp() {
        const auto chosen = [&](const char* name, double own) {
            const auto found = chosen_.find(name);
            return found == chosen_.end() ? own : found->second;
        };
        const auto [rate, auxiliary] = ownRates(arm_, mesh_, condition_);
        const double from = chosen("decay_start", 0.0);
        learner_->setRate({chosen("learning_rate", rate), from, chosen("decay_power", arm_.power)});
        learner_->setAuxiliaryRate({chosen("auxiliary_rate", auxiliary), from, auxiliaryPower});
        learner_->setLambda(condition_.lambda);
        setSolution();
    }
    void setSolution() {
        const auto solution = mesh_.population.solution(condition_);
        state_.solution = solution.value_or(VectorXd());
        if (!solution)
            return;
        state_.solutionValueError = mesh_.population.valueError(*solution);
        if (const auto& truth = mesh_.family->truth())
            state_.solutionError = (*solution - *truth).norm();
        if (const auto nearest = mesh_.population.projection())
            state_.projectionGap = (*solution - *nearest).norm();
    }

    [[nodiscard]] const VectorXd& estimate() const {
        const bool averages = arm_.averages && values_.boolean("average") && averages_.count() > 0;
        return averages ? averages_.suffix() : learner_->theta();
    }
    void refresh() {
        state_.theta = learner_->theta();
        state_.estimate = estimate();
        if (const auto& truth = mesh_.family->truth())
            state_.error = (state_.estimate - *truth).norm();
        state_.valueError = mesh_.population.valueError(state_.estimate);
        state_.tdError = mesh_.population.squaredError(state_.estimate);
        state_.variation = mesh_.population.quadraticVariation(state_.estimate);
        state_.martingaleLoss = mesh_.population.martingaleLoss(state_.estimate);
        state_.stepSize = arm_.rate > 0.0 ? learner_->stepSize() : notApplicable;
    }

    std::shared_ptr<const Setting> setting_;
    const LearnerArm& arm_;
    const Mesh& mesh_;
    const control::ValueProcess& process_;
    const ParameterValues& values_;
    std::uint64_t replicate_;
    MartingaleCondition condition_;
    Eigen::ArrayXXd episodes_; ///< Y of the batch
    std::unique_ptr<control::MartingaleLearner> learner_;
    IterateAverages averages_;
    std::map<std::string, double> chosen_; ///< rates that are not the arm's own
    State state_;
    PathFrame path_;
};

} // namespace

std::unique_ptr<Solver> startTrial(std::shared_ptr<const Setting> setting, const TrialPlan& plan) {
    return std::make_unique<LearnerSolver>(std::move(setting), plan);
}

} // namespace convergence::martingale_td
