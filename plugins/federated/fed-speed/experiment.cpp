#include "plugins/federated/fed-speed/experiment.h"

#include <cmath>

#include <fmt/format.h>

#include "core/error.h"
#include "core/experiment/recorded_experiment.h"
#include "core/experiment/whole_numbers.h"
#include "plugins/federated/fed-speed/arms.h"
#include "plugins/federated/resting_points.h"
#include "plugins/federated/testbed.h"
#include "plugins/federated/trial.h"

namespace convergence {

namespace fed_speed {

namespace {

using namespace federated;

constexpr const char* correctionOff = "correction_off";

Records records() {
    return {.trace = traceTable().patterns(),
            .factors = {{"local_steps", "local steps K"}, {"ascent", "step uphill ρ"}},
            .finals = finalTable().patterns(),
            .frames = {"fan", "round", "label_bars", "updates", "work", "uphill"}};
}

class SpeedExperiment final : public RecordedExperiment {
public:
    explicit SpeedExperiment(const ParameterValues& values)
        : RecordedExperiment(records(), parameters(), values),
          testbed_(std::make_shared<const Testbed>(values)),
          rows_(std::make_shared<const Rows>(parameters(), values)) {}

    [[nodiscard]] std::vector<TrialPlan> trials() const override {
        std::vector<TrialPlan> plans;
        const bool inSteps = testbed_->worksInSteps();
        for (const double steps : inSteps ? values().numbers("local_steps") : std::vector{0.0})
            for (const std::string& arm : values().choices("arms"))
                for (const double ascent : ascentsOf(arm))
                    for (std::int64_t r = 0; r < values().integer("replicates"); ++r) {
                        plans.push_back({.arm = arm,
                                         .factors = {},
                                         .replicate = static_cast<std::uint64_t>(r),
                                         .steps = values().integer("rounds")});
                        if (inSteps)
                            plans.back().factors["local_steps"] = steps;
                        if (traitsOf(speedArms, arm).hasAscent)
                            plans.back().factors["ascent"] = ascent;
                    }
        return plans;
    }
    [[nodiscard]] Cadence cadence() const override { return testbed_->cadence(); }
    [[nodiscard]] Provenance provenance() const override { return testbed_->provenance(); }

    [[nodiscard]] std::unique_ptr<Solver> start(const TrialPlan& plan) const override {
        const SpeedArm& arm = traitsOf(speedArms, plan.arm);
        if (testbed_->isSingle())
            return startFederatedTrial<float>(rows_, partsOf<float>(arm, plan),
                                              change<float>(ascentOf(plan)));
        const auto quadratics = testbed_->quadratics(plan.replicate);
        auto parts = partsOf<double>(arm, plan);
        parts.options.followPaths = quadratics && quadratics->dimension() == 2 && parts.isPictured;
        if (quadratics)
            parts.rest = restOf(arm, plan, *quadratics);
        return startFederatedTrial<double>(rows_, std::move(parts), change<double>(ascentOf(plan)));
    }
    void draw(const Recording&, FrameMap& shared) const override { testbed_->draw(shared); }

private:
    [[nodiscard]] std::vector<double> ascentsOf(const std::string& arm) const {
        return traitsOf(speedArms, arm).hasAscent ? values().numbers("ascent")
                                                  : std::vector<double>{0.0};
    }
    static double ascentOf(const TrialPlan& plan) {
        const auto given = plan.factors.find("ascent");
        return given == plan.factors.end() ? 0.0 : given->second;
    }
    /// ρ times the factor that changes while it runs.
    [[nodiscard]] double usedAscentOf(const TrialPlan& plan) const {
        return ascentOf(plan) * values().real("ascent_factor");
    }
    /// K; of no meaning where clients work in passes.
    static Index stepsOf(const TrialPlan& plan) {
        const auto given = plan.factors.find("local_steps");
        return given == plan.factors.end() ? 1 : static_cast<Index>(given->second);
    }

    template <typename Scalar>
    [[nodiscard]] TrialParts<Scalar> partsOf(const SpeedArm& arm, const TrialPlan& plan) const {
        const ParameterValues& v = values();
        const SpeedSetting setting{.weight = v.real("prox_weight"),
                                   .ascent = usedAscentOf(plan),
                                   .merge = v.real("merge"),
                                   .relaxedStart = v.real("relaxed_start"),
                                   .rule = traitsOf(ascentChoices, v.text("ascent_rule")).rule,
                                   .server = traitsOf(serverChoices, v.text("server_form")).server};
        RoundOptions options = testbed_->options(stepsOf(plan), plan.replicate);
        options.localRate = v.real("local_rate");
        options.localRateDecay = v.real("local_rate_decay");
        options.serverRate = v.real("server_rate");
        options.clip = v.real("clip");
        // Others are shown what they would see.
        const double uphill =
            arm.hasAscent ? setting.ascent : v.numbers("ascent").front() * v.real("ascent_factor");
        return {.problem = testbed_->problem<Scalar>(plan.replicate),
                .method = makeMethod<Scalar>(arm, setting),
                .participation = testbed_->participation(plan.replicate),
                .options = options,
                .rest = std::nullopt,
                .target = v.real("target"),
                .targetAccuracy = v.real("target_accuracy"),
                .isPictured = plan.replicate == 0,
                .isSprung = arm.isSprung() && setting.weight > 0.0,
                .ascent = AscentOptions{.step = uphill, .rule = setting.rule},
                .hasSharpness = v.boolean("sharpness")};
    }

    /// Known for all clients, at a constant rate, without clipping or a relaxed start.
    [[nodiscard]] std::optional<Eigen::VectorXd> restOf(const SpeedArm& arm, const TrialPlan& plan,
                                                        const Quadratics& problem) const {
        const ParameterValues& v = values();
        if (!testbed_->everybodyTakesPart() || v.real("local_rate_decay") < 1.0 ||
            v.real("clip") > 0.0 || v.real("relaxed_start") > 0.0)
            return std::nullopt;
        const double merged = v.real("merge") * usedAscentOf(plan);
        if (merged > 0.0 &&
            traitsOf(ascentChoices, v.text("ascent_rule")).rule != AscentRule::plain)
            return std::nullopt;
        const double weight = arm.hasSpring ? v.real("prox_weight") : 0.0;
        if (arm.corrects() && weight > 0.0)
            return uphillRest(problem, merged);
        if (arm.isProximal() || arm.corrects())
            return proximalRest(problem, {.rate = v.real("local_rate"),
                                          .steps = problem.steps(0, testbed_->plan(stepsOf(plan))),
                                          .weight = weight,
                                          .mergedStep = merged});
        return std::nullopt;
    }

    template <typename Scalar>
    [[nodiscard]] static LiveChange<Scalar> change(double ascent) {
        return [ascent](Rounds<Scalar>& rounds, const std::string& name, const Value& value) {
            if (name == correctionOff)
                rounds.method().set("correction", 0.0);
            else if (name == "server_rate")
                rounds.setServerRate(std::get<double>(value));
            else if (name == "ascent_factor")
                rounds.method().set("ascent", ascent * std::get<double>(value));
            else if (const auto* number = std::get_if<double>(&value))
                rounds.method().set(name, *number);
        };
    }

    std::shared_ptr<const Testbed> testbed_;
    std::shared_ptr<const Rows> rows_;
};

void check(const ParameterValues& values) {
    requireWholeNumbers(values, "local_steps");
    checkSharing(values);
    // On quadratics with L = 1 a step is stable where η(L + w) < 2.
    if (traitsOf(problemChoices, values.text("problem")).kind == ProblemKind::quadratic &&
        values.real("local_rate") * (1.0 + values.real("prox_weight")) >= 2.0)
        throw InputError(fmt::format(
            "Parameter 'prox_weight': {:g} is not accepted with local_rate = {:g}, expected "
            "η(L + w) < 2, where L = 1.",
            values.real("prox_weight"), values.real("local_rate")));
}

/// Of each client its correction, and where it came last.
federated::Kept kept(const ParameterValues& values) {
    double runs = 0.0;
    for (const std::string& arm : values.choices("arms"))
        runs += traitsOf(speedArms, arm).hasAscent
                    ? static_cast<double>(values.numbers("ascent").size())
                    : 1.0;
    return {.trials = runs * static_cast<double>(values.numbers("local_steps").size()),
            .vectors = values.real("relaxed_start") > 0.0 ? 2.0 : 1.0};
}

} // namespace

} // namespace fed_speed

ExperimentType fedSpeed() {
    using namespace fed_speed;
    return {
        .description =
            {.id = "fed-speed",
             .title = "Long local intervals",
             .family = "federated",
             .paper = {.title = "FedSpeed: Larger Local Interval, Less Communication Round, "
                                "and Higher Generalization Accuracy",
                       .authors = "Yan Sun, Li Shen, Tiansheng Huang, Liang Ding, Dacheng Tao",
                       .year = 2023,
                       .venue = "ICLR 2023",
                       .arxiv = "2302.10429"},
             .summary =
                 "A spring keeps clients near the server's model while they work for long, and "
                 "a correction takes away the bias that the spring leaves. The longer the "
                 "interval, the fewer rounds; without the correction nothing is left of it.",
             .question = "How long may clients work between two communications, and what must "
                         "be corrected for that?",
             .topics = {"federated", "proximal", "sharpness", "heterogeneity"},
             .parameters = parameters(),
             .mainParameters = {"problem", "arms", "local_steps", "prox_weight", "ascent",
                                "local_rate", "sampled_clients", "rounds"},
             .records = records(),
             .presets = presets(),
             .arms = armsOf(speedArms),
             .actions = {{correctionOff, "Correction off",
                          "From the next round on, for all methods that have it: what is left is "
                          "FedProx."}},
             .views = views(),
             .claims = claims(),
             .questions = questions(),
             .lockStep = true},
        .check = check,
        .memoryEstimate =
            [](const ParameterValues& values) { return federated::memoryOf(values, kept(values)); },
        .create = [](const ParameterValues& values) -> std::unique_ptr<Experiment> {
            return std::make_unique<SpeedExperiment>(values);
        }};
}

} // namespace convergence
