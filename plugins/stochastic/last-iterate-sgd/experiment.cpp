#include "plugins/stochastic/last-iterate-sgd/experiment.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <mutex>
#include <optional>

#include <fmt/format.h>

#include "core/error.h"
#include "core/math/statistics.h"
#include "core/optim/mirror_descent.h"

namespace convergence {

namespace {

using Eigen::Index;
using Eigen::VectorXd;

constexpr std::int64_t longestAdversarial = 65536; ///< its steps cost O(T)

/// Final gaps by arm and horizon, handed in by trials as they end: what quantiles and histograms
/// are drawn from. Sorted before use, so that the order of arrival does not matter.
class FinalGaps {
public:
    void add(const std::string& arm, std::int64_t horizon, double gap) {
        const std::lock_guard lock(mutex_);
        gaps_[horizon][arm].push_back(gap);
    }
    /// Of the longest horizon that has any.
    [[nodiscard]] std::map<std::string, std::vector<double>> longest() const {
        const std::lock_guard lock(mutex_);
        auto byArm =
            gaps_.empty() ? std::map<std::string, std::vector<double>>{} : gaps_.rbegin()->second;
        for (auto& [arm, gaps] : byArm)
            std::sort(gaps.begin(), gaps.end());
        return byArm;
    }

private:
    mutable std::mutex mutex_;
    std::map<std::int64_t, std::map<std::string, std::vector<double>>> gaps_;
};

struct Setting {
    ParameterValues values;
    std::shared_ptr<const StochasticProblem> problem; ///< null for the adversarial one: it knows T
    std::shared_ptr<FinalGaps> finalGaps = std::make_shared<FinalGaps>();

    [[nodiscard]] std::uint64_t seed() const {
        return static_cast<std::uint64_t>(values.integer("seed"));
    }
    [[nodiscard]] std::int64_t longestHorizon() const {
        const auto& horizons = values.numbers("horizons");
        return static_cast<std::int64_t>(*std::max_element(horizons.begin(), horizons.end()));
    }
    [[nodiscard]] std::shared_ptr<const StochasticProblem> problemFor(std::int64_t horizon) const {
        return problem ? problem : adversarialMaximum(horizon);
    }
};

Curvature curvatureOf(const ParameterValues& values) {
    const std::string& name = values.text("curvature");
    return name == "decaying" ? Curvature::decaying
                              : (name == "strong" ? Curvature::strong : Curvature::linear);
}

/// μ of F: through f or through h.
double strongConvexity(const ParameterValues& values) {
    if (values.text("problem") != "composite")
        return 0.0;
    return values.real("ridge_weight") + (values.text("curvature") == "strong" ? 0.1 : 0.0);
}

std::shared_ptr<const Setting> makeSetting(const ParameterValues& values) {
    const std::string& kind = values.text("problem");
    const Index d = values.integer("dimension");
    auto setting = std::make_shared<Setting>(Setting{values, nullptr});
    if (kind == "absolute")
        setting->problem = absoluteDeviations(d, values.integer("samples"), setting->seed());
    else if (kind == "composite")
        setting->problem = compositeQuadratic(d, curvatureOf(values), values.real("l1_weight"),
                                              values.real("ridge_weight"), setting->seed());
    else if (kind == "simplex")
        setting->problem = simplexLinear(d);
    return setting;
}

bool isHeavyArm(std::string_view arm) {
    return arm.starts_with("heavy");
}

std::unique_ptr<MirrorMap> makeMap(const ParameterValues& values, const std::string& arm,
                                   Index dimension) {
    const std::string& problem = values.text("problem");
    const std::string& geometry = values.text("geometry");
    if (problem == "simplex" && geometry == "entropic")
        return std::make_unique<EntropicMap>(dimension);
    if (problem == "simplex")
        return std::make_unique<SimplexMap>(dimension);
    if (problem == "adversarial")
        return std::make_unique<BallMap>(1.0);
    if (isHeavyArm(arm) || geometry == "uniformly_convex")
        return std::make_unique<UniformlyConvexMap>(values.real("moment"));
    if (problem == "composite")
        return std::make_unique<ProximalMap>(values.real("l1_weight"), values.real("ridge_weight"));
    return std::make_unique<ProximalMap>();
}

MirrorDescent makeDescent(const Setting& setting, const TrialPlan& plan) {
    const ParameterValues& values = setting.values;
    auto problem = setting.problemFor(plan.steps);
    const Index d = problem->dimension();
    const std::string schedule = plan.arm == "clipped" ? "sqrt" : plan.arm;
    const std::string& noise = values.text("noise");
    MirrorDescent::Parts parts{
        .problem = problem,
        .map = makeMap(values, plan.arm, d),
        .noise = GradientNoise(noise, d, values.real("noise_scale"),
                               values.real(noise == "pareto" ? "tail_index" : "weibull_shape")),
        .steps = StochasticSteps(schedule, {.scale = values.real("step_scale"),
                                            .horizon = plan.steps,
                                            .smoothness = problem->smoothness(),
                                            .strongConvexity = strongConvexity(values),
                                            .moment = values.real("moment")}),
        .horizon = plan.steps};
    if (plan.arm == "clipped")
        parts.clipLevel = values.real("clip_level");
    // One stream for each horizon and replicate; arms share it.
    return MirrorDescent(std::move(parts), {.seed = setting.seed(),
                                            .purpose = "stochastic gradients",
                                            .replicate = plan.replicate,
                                            .index = static_cast<std::uint64_t>(plan.steps)});
}

/// The theorem's bound on E gap(x^{T+1}) without its constant.
double bound(const Setting& setting, const MirrorDescent& descent, const std::string& arm,
             std::int64_t horizon) {
    const ParameterValues& values = setting.values;
    const StochasticProblem& problem = descent.problem();
    const double T = static_cast<double>(horizon), eta = values.real("step_scale");
    const double D = descent.map().divergence(problem.minimizer(), problem.start());
    const double L = problem.smoothness(), M = 2.0 * problem.lipschitz();
    const double sigma = values.text("noise") == "none" ? 0.0 : values.real("noise_scale");
    const double size = M * M + sigma * sigma;
    const double mu = strongConvexity(values), kappa = L / mu;
    if (arm == "sqrt" || arm == "const")
        return L * D / T + (D / eta + eta * size * std::log(T)) / std::sqrt(T);
    if (arm == "linear")
        return L * D / T + (D / eta + eta * size) / std::sqrt(T);
    if (arm == "strong_1")
        return (mu * (1.0 + kappa) * D + size * (1.0 + std::log(T)) / mu) / T;
    if (arm == "strong_2")
        return mu * std::pow(1.0 + kappa, 2) * D / (T * T) + size * std::log(T) / (mu * T);
    if (isHeavyArm(arm)) {
        const double p = values.real("moment");
        const double logT = arm == "heavy" ? std::log(T) : 1.0;
        return std::pow(T, 1.0 / p - 1.0) *
               (D / eta + std::pow(eta, p - 1.0) * (std::pow(M, p) + std::pow(sigma, p)) * logT);
    }
    return std::numeric_limits<double>::quiet_NaN();
}

class MirrorDescentSolver final : public Solver {
public:
    MirrorDescentSolver(std::shared_ptr<const Setting> setting, const TrialPlan& plan)
        : setting_(std::move(setting)), arm_(plan.arm), horizon_(plan.steps),
          followed_(plan.keepTrace && plan.steps == setting_->longestHorizon()),
          descent_(makeDescent(*setting_, plan)) {
        best_ = descent_.problem().gap(descent_.iterate());
    }

    StepStatus step(const StopToken&) override {
        const bool finite = descent_.step();
        if (descent_.iteration() >= nextCheck_)
            check();
        return finite ? StepStatus::running : StepStatus::diverged;
    }

    void measure(std::span<double> metrics) override {
        const auto averages = averageGaps();
        metrics[0] = descent_.problem().gap(descent_.iterate());
        std::copy(averages.begin(), averages.end(), metrics.begin() + 1);
        metrics[4] = std::min(best_, metrics[0]);
        metrics[5] = descent_.stepSize();
        if (followed_ && descent_.iterate().size() >= 2) {
            path_.x.push_back(descent_.iterate()[0]);
            path_.y.push_back(descent_.iterate()[1]);
            path_.iteration.push_back(descent_.iteration());
        }
    }

    void conclude(std::span<double> finals) override {
        const double gap = descent_.problem().gap(descent_.iterate());
        const auto averages = averageGaps();
        const double root = std::sqrt(static_cast<double>(horizon_));
        finals[0] = gap;
        std::copy(averages.begin(), averages.end(), finals.begin() + 1);
        finals[4] = std::min(best_, gap);
        finals[5] = root * gap;
        finals[6] = root * averages[0];
        finals[7] = bound(*setting_, descent_, arm_, horizon_);
        if (descent_.iteration() == horizon_)
            setting_->finalGaps->add(arm_, horizon_, gap);
    }

    void draw(const Recording&, FrameMap& frames) const override {
        if (followed_ && !path_.x.empty())
            frames["path"] = path_;
    }

private:
    /// The best iterate is looked for at some 20 iterations a decade: gaps cost more than steps.
    void check() {
        best_ = std::min(best_, descent_.problem().gap(descent_.iterate()));
        nextCheck_ =
            std::max(descent_.iteration() + 1,
                     static_cast<std::int64_t>(1.122 * static_cast<double>(descent_.iteration())));
    }
    [[nodiscard]] std::array<double, 3> averageGaps() const {
        if (descent_.iteration() == 0) {
            const double gap = descent_.problem().gap(descent_.iterate());
            return {gap, gap, gap};
        }
        const IterateAverages& averages = descent_.averages();
        return {descent_.problem().gap(averages.uniform()),
                descent_.problem().gap(averages.weighted()),
                descent_.problem().gap(averages.suffix())};
    }

    std::shared_ptr<const Setting> setting_;
    std::string arm_;
    std::int64_t horizon_;
    bool followed_; ///< its path is drawn
    MirrorDescent descent_;
    double best_ = 0.0;
    std::int64_t nextCheck_ = 1;
    PathFrame path_;
};

FieldFrame landscapeOf(const StochasticProblem& problem) {
    constexpr std::size_t count = 121;
    const VectorXd& center = problem.minimizer();
    const double half = 1.0 + 1.3 * (problem.start() - center).lpNorm<Eigen::Infinity>();
    FieldFrame field{.xMinimum = center[0] - half,
                     .xMaximum = center[0] + half,
                     .yMinimum = center[1] - half,
                     .yMaximum = center[1] + half,
                     .xCount = count,
                     .yCount = count};
    for (std::size_t j = 0; j < count; ++j)
        for (std::size_t i = 0; i < count; ++i) {
            const double u = 2.0 * static_cast<double>(i) / (count - 1) - 1.0;
            const double v = 2.0 * static_cast<double>(j) / (count - 1) - 1.0;
            const Eigen::Vector2d x(center[0] + half * u, center[1] + half * v);
            field.values.push_back(static_cast<float>(problem.gap(x)));
        }
    return field;
}

class LastIterateExperiment final : public Experiment {
public:
    explicit LastIterateExperiment(const ParameterValues& values) : setting_(makeSetting(values)) {
        if (setting_->problem && setting_->problem->dimension() == 2 &&
            values.text("problem") != "simplex")
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
    [[nodiscard]] std::vector<Column> traceColumns() const override {
        return {{"gap", "gap F(xᵗ) − F*"},
                {"average_gap", "gap of the uniform average"},
                {"weighted_gap", "gap of the step-weighted average"},
                {"suffix_gap", "gap of the suffix average"},
                {"best_gap", "gap of the best iterate"},
                {"step_size", "step size ηₜ"}};
    }
    [[nodiscard]] std::vector<Column> factorColumns() const override {
        return {{"horizon", "horizon T", "iterations", ColumnRole::factor}};
    }
    [[nodiscard]] std::vector<Column> finalColumns() const override {
        return {{"gap", "gap of the last iterate"},
                {"average_gap", "gap of the uniform average"},
                {"weighted_gap", "gap of the step-weighted average"},
                {"suffix_gap", "gap of the suffix average"},
                {"best_gap", "gap of the best iterate"},
                {"scaled_gap", "√T · gap of the last iterate"},
                {"scaled_average_gap", "√T · gap of the uniform average"},
                {"bound", "bound without its constant"}};
    }
    [[nodiscard]] Cadence cadence() const override {
        return {setting_->values.integer("record_every")};
    }
    [[nodiscard]] std::unique_ptr<Solver> start(const TrialPlan& plan) const override {
        return std::make_unique<MirrorDescentSolver>(setting_, plan);
    }
    void draw(const Recording&, FrameMap& shared) const override;

private:
    std::shared_ptr<const Setting> setting_;
    std::optional<FieldFrame> landscape_;
};

void LastIterateExperiment::draw(const Recording&, FrameMap& shared) const {
    if (landscape_)
        shared["landscape"] = *landscape_;
    CurvesFrame quantiles;
    BarsFrame histogram;
    const auto byArm = setting_->finalGaps->longest();
    double largest = 0.0;
    for (const auto& [arm, gaps] : byArm)
        largest = std::max(largest, quantile(gaps, 0.99));
    constexpr std::size_t bins = 20;
    for (std::size_t bin = 0; bin < bins && largest > 0.0; ++bin)
        histogram.categories.push_back(
            fmt::format("{:.2g}", largest * (static_cast<double>(bin) + 0.5) / bins));
    for (const auto& [arm, gaps] : byArm) {
        const auto& arms = lastIterateArms();
        const std::string& label = std::find_if(arms.begin(), arms.end(), [&](const Arm& a) {
                                       return a.id == arm;
                                   })->label;
        CurvesFrame::Curve curve{.label = label, .markers = false};
        const double n = static_cast<double>(gaps.size());
        // From the median up to the quantile that leaves ten replicates above.
        for (double log = std::log(2.0); log <= std::log(n / 10.0) + 1e-9; log += 0.1) {
            curve.x.push_back(log);
            curve.y.push_back(quantile(gaps, 1.0 - std::exp(-log)));
        }
        quantiles.curves.push_back(std::move(curve));
        if (histogram.categories.empty())
            continue;
        BarsFrame::Series series{label, std::vector<double>(bins, 0.0)};
        for (const double gap : gaps)
            if (gap < largest)
                series.values[static_cast<std::size_t>(gap / largest * bins)] += 1.0;
        histogram.series.push_back(std::move(series));
    }
    if (!quantiles.curves.empty())
        shared["quantiles"] = std::move(quantiles);
    if (!histogram.series.empty())
        shared["histogram"] = std::move(histogram);
}

void checkArms(const ParameterValues& values) {
    const std::string& problem = values.text("problem");
    for (const std::string& arm : values.choices("arms")) {
        if (arm.starts_with("strong") && strongConvexity(values) <= 0.0)
            throw InputError(fmt::format(
                "Parameter 'arms': {} needs a strongly convex problem, but problem = {}; expected "
                "problem = composite with curvature = strong or ridge_weight > 0.",
                arm, problem));
        const bool plainSpace =
            problem == "absolute" ||
            (problem == "composite" && values.real("l1_weight") + values.real("ridge_weight") == 0);
        if ((isHeavyArm(arm) || values.text("geometry") == "uniformly_convex") && !plainSpace)
            throw InputError(fmt::format(
                "Parameter 'arms': {} with the uniformly convex map has a closed step on R^d "
                "without h only, but problem = {}; expected problem = absolute, or composite with "
                "l1_weight = ridge_weight = 0.",
                arm, problem));
    }
}

void check(const ParameterValues& values) {
    const std::string& problem = values.text("problem");
    checkArms(values);
    if (values.text("geometry") == "entropic" && problem != "simplex")
        throw InputError(fmt::format(
            "Parameter 'geometry': entropic is not accepted with problem = {}, expected problem = "
            "simplex.",
            problem));
    for (const double horizon : values.numbers("horizons")) {
        if (horizon != std::floor(horizon))
            throw InputError(fmt::format(
                "Parameter 'horizons': {} is not accepted, expected whole numbers.", horizon));
        if (problem == "adversarial" && horizon > longestAdversarial)
            throw InputError(fmt::format(
                "Parameter 'horizons': {} is not accepted with problem = adversarial, whose "
                "steps cost O(T); expected at most {}.",
                horizon, longestAdversarial));
    }
    if (values.text("noise") == "pareto" && values.real("moment") >= values.real("tail_index"))
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

ExperimentType lastIterateSgd() {
    return {.description = lastIterateSgdDescription(),
            .check = check,
            .memoryEstimate = memoryEstimate,
            .create = [](const ParameterValues& values) {
                return std::make_unique<LastIterateExperiment>(values);
            }};
}

} // namespace convergence
