#include "plugins/federated/momentum-fl/experiment.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/error.h"
#include "core/experiment/recorded_experiment.h"
#include "core/experiment/whole_numbers.h"
#include "plugins/federated/momentum-fl/arms.h"
#include "plugins/federated/testbed.h"
#include "plugins/federated/trial.h"

namespace convergence {

namespace momentum_fl {

namespace {

using namespace federated;

Records records() {
    return {.trace = traceTable().patterns(),
            .factors = {{"momentum", "weight of what is new β"},
                        {"local_rate", "local rate η"},
                        {"rounds", "rounds R"}},
            .finals = finalTable().patterns(),
            .frames = {"fan", "round", "label_bars", "updates", "work"}};
}

constexpr double scaledFrom = 25.0; ///< R₀: rounds at which β = 1
constexpr double leastBeta = 0.01;

class MomentumExperiment final : public RecordedExperiment {
public:
    explicit MomentumExperiment(const ParameterValues& values)
        : RecordedExperiment(records(), parameters(), values),
          testbed_(std::make_shared<const Testbed>(values)),
          rows_(std::make_shared<const Rows>(parameters(), values)),
          scaling_(traitsOf(scalingChoices, values.text("scaling")).scaling) {}

    [[nodiscard]] std::vector<TrialPlan> trials() const override {
        std::vector<TrialPlan> plans;
        for (const double rounds : values().numbers("rounds"))
            for (const double rate : values().numbers("local_rate"))
                for (const std::string& arm : values().choices("arms"))
                    for (const double beta : betasOf(arm))
                        for (std::int64_t r = 0; r < values().integer("replicates"); ++r) {
                            plans.push_back({.arm = arm,
                                             .factors = {{"rounds", rounds}, {"local_rate", rate}},
                                             .replicate = static_cast<std::uint64_t>(r),
                                             .steps = std::llround(rounds)});
                            if (beta != noBeta)
                                plans.back().factors["momentum"] = beta;
                        }
        return plans;
    }
    [[nodiscard]] Cadence cadence() const override {
        return testbed_->isSingle() ? testbed_->cadence()
                                    : Cadence{values().integer("record_every")};
    }
    [[nodiscard]] Provenance provenance() const override { return testbed_->provenance(); }

    [[nodiscard]] std::unique_ptr<Solver> start(const TrialPlan& plan) const override {
        const MomentumArm& arm = traitsOf(momentumArms, plan.arm);
        if (testbed_->isSingle()) {
            const Weights weights = weightsOf(arm, plan, stepsOf<float>(plan), nullptr);
            return startFederatedTrial<float>(rows_, partsOf<float>(arm, plan, weights),
                                              liveChange<float>(arm, weights));
        }
        const auto quadratics = testbed_->quadratics(plan.replicate);
        const double steps = stepsOf<double>(plan);
        const Weights weights = weightsOf(arm, plan, steps, quadratics.get());
        auto parts = partsOf<double>(arm, plan, weights);
        parts.options.followPaths = quadratics && quadratics->dimension() == 2 && parts.isPictured;
        if (quadratics && testbed_->everybodyTakesPart() && arm.rest != Rest::elsewhere)
            parts.rest = quadratics->restingPoint(
                weights.localRate * (arm.rest == Rest::atBlendedRate ? weights.beta : 1.0),
                static_cast<Index>(steps));
        return startFederatedTrial<double>(rows_, std::move(parts),
                                           liveChange<double>(arm, weights));
    }
    void draw(const Recording&, FrameMap& shared) const override { testbed_->draw(shared); }

private:
    static constexpr double noBeta = 1.0;
    /// β is a factor of methods with momentum, where it is as given.
    [[nodiscard]] std::vector<double> betasOf(const std::string& arm) const {
        if (traitsOf(momentumArms, arm).hasMomentum() && scaling_ == Scaling::fixed)
            return values().numbers("momentum");
        return {noBeta};
    }
    /// (1/N)ΣK_i: K, unless clients work in passes.
    template <typename Scalar>
    [[nodiscard]] double stepsOf(const TrialPlan& plan) const {
        return testbed_->meanSteps<Scalar>(values().integer("local_steps"), plan.replicate);
    }
    template <typename Scalar>
    [[nodiscard]] TrialParts<Scalar> partsOf(const MomentumArm& arm, const TrialPlan& plan,
                                             const Weights& weights) const {
        RoundOptions options = testbed_->options(values().integer("local_steps"), plan.replicate);
        options.localRate = weights.localRate;
        options.serverRate = weights.serverStep / (weights.localRate * stepsOf<Scalar>(plan));
        return {.problem = testbed_->problem<Scalar>(plan.replicate),
                .method = makeMethod<Scalar>(arm, weights.beta, values().boolean("full_start")),
                .participation = testbed_->participation(plan.replicate),
                .options = options,
                .rest = std::nullopt,
                .target = values().real("target"),
                .targetAccuracy = values().real("target_accuracy"),
                .isPictured = plan.replicate == 0,
                .ascent = std::nullopt,
                .hasSharpness = values().boolean("sharpness")};
    }
    /// γ = ηK·min(1, κβ).
    [[nodiscard]] static double serverStep(double reach, double factor, double beta) {
        return reach * std::min(1.0, factor * beta);
    }

    [[nodiscard]] Weights weightsOf(const MomentumArm& arm, const TrialPlan& plan, double steps,
                                    const Quadratics* quadratics) const {
        const double eta = plan.factors.at("local_rate"), rounds = plan.factors.at("rounds");
        const double reach = eta * steps;
        switch (scaling_) {
        case Scaling::fixed: {
            const auto given = plan.factors.find("momentum");
            const double base = given == plan.factors.end() ? noBeta : given->second;
            const double beta = std::min(1.0, base * values().real("momentum_factor"));
            return {base, beta, eta, serverStep(reach, values().real("server_factor"), beta)};
        }
        case Scaling::withRounds: {
            const double beta =
                std::clamp(std::pow(rounds / scaledFrom, arm.reducesVariance ? -2.0 / 3.0 : -0.5),
                           leastBeta, 1.0);
            if (arm.shrinksRate)
                return {1.0, 1.0, eta * beta, 0.5 * beta};
            if (!arm.hasMomentum())
                return {1.0, 1.0, eta, 0.5};
            if (!arm.reducesVariance)
                return {beta, beta, eta, 0.5 * beta};
            return {beta, beta, eta * std::sqrt(beta), 0.5 * std::sqrt(beta)};
        }
        case Scaling::theorem:
            break;
        }
        return theoremsWeights(arm, {rounds, eta, steps}, *quadratics);
    }
    /// L = 1, and the constant of the bound on ηKL taken as 1.
    struct Asked {
        double rounds, eta, steps;
    };
    [[nodiscard]] Weights theoremsWeights(const MomentumArm& arm, const Asked& asked,
                                          const Quadratics& quadratics) const {
        const auto n = static_cast<double>(values().integer("clients"));
        const auto& [rounds, eta, k] = asked;
        Eigen::VectorXd x(quadratics.dimension());
        quadratics.start(x);
        const double noise = values().real("noise");
        const double beta =
            !arm.hasMomentum() || noise == 0.0
                ? 1.0
                : std::clamp(std::sqrt(n * k * quadratics.gap(x) / (noise * noise * rounds)),
                             leastBeta, 1.0);
        const double gamma = std::min(1.0 / 24.0, beta / 6.0);
        const double reach = std::min({1.0, 1.0 / std::sqrt(beta * gamma * rounds),
                                       std::sqrt(n / (beta * k)), std::pow(beta * n * k, -0.25)});
        return {beta, beta, std::min(eta, reach / k), gamma};
    }

    /// β times a factor and the server's factor, from the next round on; the action ends momentum.
    template <typename Scalar>
    [[nodiscard]] LiveChange<Scalar> liveChange(const MomentumArm& arm,
                                                const Weights& weights) const {
        struct Live {
            double momentumFactor, serverFactor;
        };
        return [arm = &arm, weights, isFixed = scaling_ == Scaling::fixed,
                live = Live{values().real("momentum_factor"), values().real("server_factor")}](
                   Rounds<Scalar>& rounds, const std::string& name, const Value& value) mutable {
            if (name == "momentum_factor")
                live.momentumFactor = std::get<double>(value);
            else if (name == "server_factor")
                live.serverFactor = std::get<double>(value);
            else
                live.momentumFactor = 1.0 / leastBeta;
            const double beta = std::min(1.0, weights.base * live.momentumFactor);
            if (arm->hasMomentum())
                rounds.method().set("momentum", beta);
            if (isFixed)
                rounds.setServerRate(serverStep(1.0, live.serverFactor, beta));
        };
    }

    std::shared_ptr<const Testbed> testbed_;
    std::shared_ptr<const Rows> rows_;
    Scaling scaling_;
};

void check(const ParameterValues& values) {
    requireWholeNumbers(values, "rounds");
    checkSharing(values);
    if (traitsOf(scalingChoices, values.text("scaling")).scaling == Scaling::theorem &&
        traitsOf(problemChoices, values.text("problem")).kind != ProblemKind::quadratic)
        throw InputError("Parameter 'scaling': theorem is not accepted where L and Δ are not "
                         "known, expected problem = quadratic.");
}

/// Of each client its control variate.
federated::Kept kept(const ParameterValues& values) {
    double runs = 0.0;
    for (const std::string& arm : values.choices("arms"))
        runs += traitsOf(momentumArms, arm).hasMomentum()
                    ? static_cast<double>(values.numbers("momentum").size())
                    : 1.0;
    return {.trials = runs * static_cast<double>(values.numbers("rounds").size() *
                                                 values.numbers("local_rate").size()),
            .vectors = 1.0};
}

} // namespace

} // namespace momentum_fl

ExperimentType momentumFl() {
    using namespace momentum_fl;
    return {
        .description =
            {.id = "momentum-fl",
             .title = "Momentum in local steps",
             .family = "federated",
             .paper = {.title = "Momentum Benefits Non-IID Federated Learning Simply and "
                                "Provably",
                       .authors = "Ziheng Cheng, Xinmeng Huang, Pengfei Wu, Kun Yuan",
                       .year = 2023,
                       .venue = "ICLR 2024",
                       .arxiv = "2306.16504"},
             .summary =
                 "Clients with different data who each take several steps before they average "
                 "come to rest at the wrong place. Blending the last common direction into "
                 "every local step takes them through it, at a constant local rate.",
             .question = "Why does averaging of clients stop short of the optimum, and where "
                         "must momentum go to take it through?",
             .topics = {"federated", "momentum", "heterogeneity", "control variates",
                        "variance reduction"},
             .parameters = parameters(),
             .mainParameters = {"problem", "arms", "momentum", "local_rate", "local_steps",
                                "heterogeneity", "sampled_clients", "rounds"},
             .records = records(),
             .presets = presets(),
             .arms = armsOf(momentumArms),
             .actions = {{"momentum_off", "Momentum off",
                          "β = 1 from the next round on, for all methods."}},
             .views = views(),
             .claims = claims(),
             .questions = questions(),
             .lockStep = true},
        .check = check,
        .memoryEstimate =
            [](const ParameterValues& values) { return federated::memoryOf(values, kept(values)); },
        .create = [](const ParameterValues& values) -> std::unique_ptr<Experiment> {
            return std::make_unique<MomentumExperiment>(values);
        }};
}

} // namespace convergence
