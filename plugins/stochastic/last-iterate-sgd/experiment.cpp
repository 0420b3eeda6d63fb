#include "plugins/stochastic/last-iterate-sgd/experiment.h"

#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "core/error.h"
#include "core/experiment/recorded_experiment.h"
#include "core/experiment/whole_numbers.h"
#include "plugins/stochastic/last-iterate-sgd/frames.h"
#include "plugins/stochastic/last-iterate-sgd/trial.h"

namespace convergence {

namespace last_iterate {

namespace {

constexpr std::int64_t longestAdversarial = 65536; ///< its steps cost O(T)

class LastIterateExperiment final : public RecordedExperiment {
public:
    explicit LastIterateExperiment(const ParameterValues& values)
        : RecordedExperiment(records(), parameters(), values),
          setting_(std::make_shared<const Setting>(values)) {
        if (setting_->problem && setting_->problem->dimension() == 2 &&
            setting_->kind != ProblemKind::simplex)
            landscape_ = landscapeOf(*setting_->problem);
    }

    [[nodiscard]] std::vector<TrialPlan> trials() const override {
        std::vector<TrialPlan> plans;
        const ParameterValues& values = setting_->values;
        for (const double horizon : values.numbers("horizons"))
            for (const std::string& arm : values.choices("arms"))
                for (std::int64_t replicate = 0; replicate < values.integer("replicates");
                     ++replicate)
                    plans.push_back({.arm = arm,
                                     .factors = {{"horizon", horizon}},
                                     .replicate = static_cast<std::uint64_t>(replicate),
                                     .steps = static_cast<std::int64_t>(horizon),
                                     .keepTrace = replicate == 0});
        return plans;
    }
    [[nodiscard]] Cadence cadence() const override {
        return {setting_->values.integer("record_every")};
    }
    [[nodiscard]] std::unique_ptr<Solver> start(const TrialPlan& plan) const override {
        return startTrial(setting_, plan);
    }
    void draw(const Recording& soFar, FrameMap& shared) const override {
        if (landscape_)
            shared["landscape"] = *landscape_;
        drawFinalGaps(soFar, shared);
    }

private:
    std::shared_ptr<const Setting> setting_;
    std::optional<FieldFrame> landscape_;
};

void checkArms(const ParameterValues& values, const ProblemChoice& problem, Geometry geometry) {
    const bool plainSpace = problem.kind == ProblemKind::absolute ||
                            (problem.kind == ProblemKind::composite &&
                             values.real("l1_weight") + values.real("ridge_weight") == 0);
    for (const std::string& id : values.choices("arms")) {
        const ScheduleArm& arm = traitsOf(scheduleArms, id);
        if (arm.needsStrongConvexity && strongConvexity(values) <= 0.0)
            throw InputError(fmt::format(
                "Parameter 'arms': {} needs a strongly convex problem, but problem = {}; expected "
                "problem = composite with curvature = strong or ridge_weight > 0.",
                id, problem.id));
        if ((arm.takesHeavyMap || geometry == Geometry::uniformlyConvex) && !plainSpace)
            throw InputError(fmt::format(
                "Parameter 'arms': {} with the uniformly convex map has a closed step on R^d "
                "without h only, but problem = {}; expected problem = absolute, or composite with "
                "l1_weight = ridge_weight = 0.",
                id, problem.id));
    }
}

void check(const ParameterValues& values) {
    const ProblemChoice& problem = traitsOf(problemChoices, values.text("problem"));
    const Geometry geometry = traitsOf(geometryChoices, values.text("geometry")).geometry;
    checkArms(values, problem, geometry);
    if (geometry == Geometry::entropic && problem.kind != ProblemKind::simplex)
        throw InputError(fmt::format(
            "Parameter 'geometry': entropic is not accepted with problem = {}, expected problem = "
            "simplex.",
            problem.id));
    requireWholeNumbers(values, "horizons");
    for (const double horizon : values.numbers("horizons")) {
        if (problem.kind == ProblemKind::adversarial && horizon > longestAdversarial)
            throw InputError(fmt::format(
                "Parameter 'horizons': {} is not accepted with problem = adversarial, whose "
                "steps cost O(T); expected at most {}.",
                horizon, longestAdversarial));
    }
    if (!traitsOf(noiseChoices, values.text("noise")).hasVariance &&
        values.real("moment") >= values.real("tail_index"))
        throw InputError(fmt::format("Parameter 'moment': {} is not accepted, expected less than "
                                     "tail_index = {}, or the noise has no such moment.",
                                     values.real("moment"), values.real("tail_index")));
}

double memoryEstimate(const ParameterValues& values) {
    constexpr double bytesOfTrial = 6e3, bytesOfTrace = 2e5;
    const auto curves =
        static_cast<double>(values.numbers("horizons").size() * values.choices("arms").size());
    return curves *
           (static_cast<double>(values.integer("replicates")) * bytesOfTrial + bytesOfTrace);
}

} // namespace

} // namespace last_iterate

ExperimentType lastIterateSgd() {
    using namespace last_iterate;
    return {.description =
                {.id = "last-iterate-sgd",
                 .title = "Last iterate of SGD",
                 .family = "stochastic",
                 .paper = {.title = "Revisiting the Last-Iterate Convergence of Stochastic "
                                    "Gradient Methods",
                           .authors = "Zijian Liu, Zhengyuan Zhou",
                           .year = 2023,
                           .venue = "ICLR 2024",
                           .arxiv = "2312.08531"},
                 .summary =
                     "The last iterate of stochastic mirror descent converges at the rate of "
                     "the averages, up to a log T that a linearly decaying step removes. The same "
                     "holds "
                     "with high probability, for composite and strongly convex problems, and under "
                     "heavy-tailed noise with a mirror map made for it.",
                 .question =
                     "How good is the last iterate of stochastic gradient descent, and which "
                     "step sizes make it as good as the average?",
                 .topics = {"stochastic gradient", "last iterate", "averaging", "schedule",
                            "mirror descent", "heavy tails", "high probability"},
                 .parameters = parameters(),
                 .mainParameters = {"problem", "arms", "geometry", "step_scale", "noise",
                                    "noise_scale", "horizons", "replicates"},
                 .records = records(),
                 .presets = presets(),
                 .arms = armsOf(scheduleArms),
                 .views = views(),
                 .claims = claims(),
                 .questions = questions(),
                 .lockStep = false},
            .check = check,
            .memoryEstimate = memoryEstimate,
            .create = [](const ParameterValues& values) {
                return std::make_unique<LastIterateExperiment>(values);
            }};
}

} // namespace convergence
