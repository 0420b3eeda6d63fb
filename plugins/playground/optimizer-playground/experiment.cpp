#include "plugins/playground/optimizer-playground/experiment.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include <fmt/format.h>

#include "core/error.h"
#include "core/experiment/not_applicable.h"
#include "core/math/random.h"
#include "core/optim/optimizer.h"
#include "core/optim/schedule.h"
#include "core/optim/surface.h"
#include "plugins/playground/optimizer-playground/step_arithmetic.h"

namespace convergence {

namespace {

using Vector = Eigen::Vector2d;

/// Beyond this many windows a path is of no more use.
constexpr double farAway = 1e6;
/// A gradient below this is rounding: there is nowhere left to go.
constexpr double vanishing = 1e-15;
/// Relative to the start: when a run counts as through.
constexpr double tolerance = 1e-6;

Surface surfaceOf(const ParameterValues& values) {
    return makeSurface(values.text("surface"),
                       {.condition = values.real("condition"),
                        .curvature = values.real("curvature"),
                        .angle = values.real("angle") * std::numbers::pi / 180.0,
                        .formula = values.text("formula"),
                        .halfWidth = values.real("half_width")});
}

/// What all trials of a run share, read only.
struct Setting {
    explicit Setting(const ParameterValues& given)
        : values(given), surface(surfaceOf(given)),
          start(given.real("start_x"), given.real("start_y")) {}

    [[nodiscard]] double distance(const Vector& x) const {
        double least = surface.minima().empty() ? notApplicable : INFINITY;
        for (const Vector& minimum : surface.minima())
            least = std::min(least, (x - minimum).norm());
        return least;
    }

    ParameterValues values;
    Surface surface;
    Vector start;
};

OptimizerConstants constantsOf(const ParameterValues& values) {
    return {.momentum = values.real("momentum"),
            .rmsDecay = values.real("rms_decay"),
            .beta1 = values.real("beta1"),
            .beta2 = values.real("beta2"),
            .weightDecay = values.real("weight_decay")};
}

std::unique_ptr<Optimizer<double>> optimizerOf(const std::string& arm,
                                               const OptimizerConstants& c) {
    using Form = Momentum<double>::Form;
    using Decay = Adam<double>::Decay;
    if (arm == "momentum" || arm == "nesterov")
        return std::make_unique<Momentum<double>>(
            2, c.momentum, arm == "nesterov" ? Form::nesterov : Form::heavyBall);
    if (arm == "adagrad")
        return std::make_unique<AdaGrad<double>>(2);
    if (arm == "rmsprop")
        return std::make_unique<RmsProp<double>>(2, c.rmsDecay);
    if (arm == "adam")
        return std::make_unique<Adam<double>>(2, 0.0, Decay::coupled, c.beta1, c.beta2);
    if (arm == "adamw")
        return std::make_unique<Adam<double>>(2, c.weightDecay, Decay::decoupled, c.beta1, c.beta2);
    return std::make_unique<Sgd<double>>();
}

/// The factor by which theory shrinks the distance a step, on a bowl at a constant rate.
double predictedFactor(const std::string& arm, double rate, double momentum, double L, double mu) {
    if (arm == "sgd")
        return std::max(std::abs(1.0 - rate * L), std::abs(1.0 - rate * mu));
    if (arm != "momentum")
        return notApplicable;
    // Spectral radius of heavy ball in each direction: roots of z² − (1 + β − ηλ)z + β.
    double largest = 0.0;
    for (const double curvature : {L, mu}) {
        const double trace = 1.0 + momentum - rate * curvature;
        const double discriminant = trace * trace - 4.0 * momentum;
        largest = std::max(largest, discriminant < 0.0
                                        ? std::sqrt(momentum)
                                        : 0.5 * (std::abs(trace) + std::sqrt(discriminant)));
    }
    return largest;
}

class PathSolver final : public Solver {
public:
    PathSolver(std::shared_ptr<const Setting> setting, const TrialPlan& plan)
        : setting_(std::move(setting)), arm_(plan.arm), steps_(plan.steps), seed_(plan.replicate),
          baseRate_(values().real("rate_" + arm_)), noise_(values().real("noise")),
          constants_(constantsOf(values())), inspected_(values().text("inspect")),
          optimizer_(optimizerOf(arm_, constants_)),
          schedule_(makeSchedule(values().text("schedule"), steps_)), x_(setting_->start),
          jet_(setting_->surface.at(setting_->start)) {
        startDistance_ = setting_->distance(x_);
        const auto size = static_cast<std::size_t>(steps_) + 1;
        xs_.reserve(size);
        ys_.reserve(size);
        xs_.push_back(x_.x());
        ys_.push_back(x_.y());
    }

    StepStatus step(const StopToken&) override {
        const std::int64_t interval = schedule_->feedbackInterval();
        if (interval > 0 && t_ > 0 && t_ % interval == 0)
            schedule_->observe(jet_.value);
        last_ = {.arm = arm_, .t = t_ + 1, .constants = constants_, .x = x_, .f = jet_};
        last_.rate = baseRate_ * schedule_->factor(t_);
        if (const auto cycled = schedule_->momentum(t_);
            cycled && (arm_ == "momentum" || arm_ == "nesterov")) {
            optimizer_->setMomentum(*cycled);
            last_.constants.momentum = *cycled;
        }
        if (noise_ > 0.0) {
            RandomStream stream({.seed = seed_,
                                 .purpose = "gradient noise",
                                 .index = static_cast<std::uint64_t>(t_)});
            last_.noise = noise_ * Vector(stream.normal(), stream.normal());
        }
        last_.gradient = Vector(jet_.x, jet_.y) + last_.noise;
        if (arm_ == "newton") {
            Jet noisy = jet_;
            noisy.x = last_.gradient.x();
            noisy.y = last_.gradient.y();
            const auto step = newtonStep(noisy);
            isSingular_ = !step;
            if (isSingular_)
                return StepStatus::diverged;
            x_ += last_.rate * *step;
        } else {
            takeStep();
        }
        last_.next = x_;
        ++t_;
        jet_ = setting_->surface.at(x_);
        xs_.push_back(x_.x());
        ys_.push_back(x_.y());
        const double distance = setting_->distance(x_);
        if (!reached_ && distance <= tolerance * startDistance_)
            reached_ = t_;
        if (!x_.allFinite() || !std::isfinite(jet_.value) || x_.norm() > farAway)
            return StepStatus::diverged;
        const bool arrived = noise_ == 0.0 && std::hypot(jet_.x, jet_.y) < vanishing;
        return arrived ? StepStatus::finished : StepStatus::running;
    }

    void measure(std::span<double> metrics) override {
        metrics[0] = jet_.value;
        metrics[1] = setting_->distance(x_);
        metrics[2] = std::hypot(jet_.x, jet_.y);
        metrics[3] = t_ == 0 ? baseRate_ * schedule_->factor(0) : last_.rate;
        metrics[4] = t_ == 0 ? notApplicable : (last_.next - last_.x).norm();
        metrics[5] = x_.x();
        metrics[6] = x_.y();
        metrics[7] = prediction();
    }

    void conclude(std::span<double> finals) override {
        finals[0] = jet_.value;
        finals[1] = setting_->distance(x_);
        finals[2] = reached_ ? static_cast<double>(*reached_) : notApplicable;
        finals[3] = x_.x();
        finals[4] = x_.y();
    }

    void setLive(const std::string& name, const Value& value) override {
        if (name == "inspect") {
            inspected_ = std::get<std::string>(value);
            return;
        }
        if (name == "rate_" + arm_)
            baseRate_ = std::get<double>(value);
        else if (name == "noise")
            noise_ = std::get<double>(value);
        else if (name == "momentum" && (arm_ == "momentum" || arm_ == "nesterov")) {
            constants_.momentum = std::get<double>(value);
            optimizer_->setMomentum(constants_.momentum);
        } else
            return;
        isPredictable_ = false;
    }

    void draw(const Recording&, FrameMap& frames) const override;

    [[nodiscard]] std::string divergence() const override {
        if (isSingular_)
            return fmt::format("the Hessian is singular at ({:.4g}, {:.4g}), where Newton has no "
                               "step",
                               x_.x(), x_.y());
        return fmt::format("the path left the surface at learning rate {:.4g}", last_.rate);
    }

private:
    [[nodiscard]] const ParameterValues& values() const { return setting_->values; }

    void takeStep() {
        const auto memory = optimizer_->memory();
        if (memory.momentum)
            last_.momentumBefore = *memory.momentum;
        if (memory.squares)
            last_.squaresBefore = *memory.squares;
        stepX_ = x_;
        stepGradient_ = last_.gradient;
        optimizer_->step(stepX_, stepGradient_, last_.rate);
        x_ = stepX_;
        if (memory.momentum)
            last_.momentumAfter = *memory.momentum;
        if (memory.squares)
            last_.squaresAfter = *memory.squares;
    }

    /// d₀ρᵗ on a bowl, as long as nothing but the plain algorithm is at work.
    [[nodiscard]] double prediction() const {
        if (!isPredictable_ || noise_ > 0.0 || values().text("surface") != "quadratic" ||
            values().text("schedule") != "constant")
            return notApplicable;
        const double L = values().real("curvature"), mu = L / values().real("condition");
        const double factor = predictedFactor(arm_, baseRate_, constants_.momentum, L, mu);
        return startDistance_ * std::pow(factor, static_cast<double>(t_));
    }

    std::shared_ptr<const Setting> setting_;
    std::string arm_;
    std::int64_t steps_;
    std::uint64_t seed_;
    double baseRate_;
    double noise_;
    OptimizerConstants constants_;
    std::string inspected_; ///< the arm whose arrows are drawn
    std::unique_ptr<Optimizer<double>> optimizer_;
    std::unique_ptr<Schedule> schedule_;
    Vector x_;
    Eigen::VectorXd stepX_{2}, stepGradient_{2};
    Jet jet_; ///< at x
    StepRecord last_;
    std::int64_t t_ = 0;
    double startDistance_ = 0.0;
    std::optional<std::int64_t> reached_;
    std::vector<double> xs_, ys_;
    bool isSingular_ = false;
    bool isPredictable_ = true;
};

void PathSolver::draw(const Recording&, FrameMap& frames) const {
    constexpr std::size_t mostPoints = 4000;
    PathFrame path;
    const std::size_t stride = std::max<std::size_t>(1, xs_.size() / mostPoints);
    for (std::size_t i = 0; i < xs_.size(); i += stride) {
        path.x.push_back(xs_[i]);
        path.y.push_back(ys_[i]);
        path.iteration.push_back(static_cast<std::int64_t>(i));
    }
    if (path.iteration.back() != t_) {
        path.x.push_back(x_.x());
        path.y.push_back(x_.y());
        path.iteration.push_back(t_);
    }
    if (t_ > 0 && (inspected_ == arm_ || inspected_ == "all")) {
        const auto add = [&](const char* label, const Vector& direction) {
            path.arrows.push_back({label, last_.x.x(), last_.x.y(), direction.x(), direction.y()});
        };
        add("−ηg", -last_.rate * last_.gradient);
        if (last_.momentumAfter)
            add(last_.squaresAfter ? "−ηm" : "−ηv", -last_.rate * *last_.momentumAfter);
        add("step", last_.next - last_.x);
    }
    frames["path"] = std::move(path);
    if (t_ == 0)
        return;
    BarsFrame bars{.categories = {"x", "y"}, .series = {}};
    const auto bar = [&](const char* label, const Vector& v) {
        bars.series.push_back({.label = label, .values = {v.x(), v.y()}});
    };
    bar("g² now", last_.gradient.cwiseAbs2());
    if (last_.squaresAfter)
        bar("s accumulated", *last_.squaresAfter);
    frames["squares"] = std::move(bars);
    frames["arithmetic"] = TextFrame{arithmeticOf(last_)};
}

/// Values and gradients on a grid, and the paths' window.
FieldFrame fieldOf(const Surface& surface) {
    constexpr std::size_t points = 121;
    const Surface::Window& window = surface.window();
    FieldFrame field{.xMinimum = window.xMinimum,
                     .xMaximum = window.xMaximum,
                     .yMinimum = window.yMinimum,
                     .yMaximum = window.yMaximum,
                     .xCount = points,
                     .yCount = points,
                     .values = {},
                     .gradientX = {},
                     .gradientY = {}};
    for (std::size_t j = 0; j < points; ++j)
        for (std::size_t i = 0; i < points; ++i) {
            const double u = static_cast<double>(i) / (points - 1);
            const double v = static_cast<double>(j) / (points - 1);
            const Jet jet = surface.at({std::lerp(window.xMinimum, window.xMaximum, u),
                                        std::lerp(window.yMinimum, window.yMaximum, v)});
            field.values.push_back(static_cast<float>(jet.value));
            field.gradientX.push_back(static_cast<float>(jet.x));
            field.gradientY.push_back(static_cast<float>(jet.y));
        }
    return field;
}

class PlaygroundExperiment final : public Experiment {
public:
    explicit PlaygroundExperiment(const ParameterValues& values)
        : setting_(std::make_shared<const Setting>(values)), field_(fieldOf(setting_->surface)) {}

    [[nodiscard]] std::vector<TrialPlan> trials() const override {
        std::vector<TrialPlan> plans;
        for (const std::string& arm : setting_->values.choices("arms"))
            plans.push_back(
                {.arm = arm,
                 .factors = {},
                 .replicate = static_cast<std::uint64_t>(setting_->values.integer("seed")),
                 .steps = setting_->values.integer("steps"),
                 .keepTrace = true});
        return plans;
    }
    [[nodiscard]] std::vector<Column> traceColumns() const override {
        return {{"value", "f(x)"},
                {"distance", "distance to the nearest minimum"},
                {"gradient_norm", "‖∇f(x)‖"},
                {"learning_rate_now", "learning rate ηₜ"},
                {"step_length", "length of the step"},
                {"x", "x"},
                {"y", "y"},
                {"predicted_distance", "distance that theory predicts"}};
    }
    [[nodiscard]] std::vector<Column> finalColumns() const override {
        return {{"final_value", "final f(x)"},
                {"final_distance", "final distance to the nearest minimum"},
                {"steps_to_tolerance", "steps to a millionth of the first distance"},
                {"final_x", "final x"},
                {"final_y", "final y"}};
    }
    [[nodiscard]] Cadence cadence() const override {
        return {setting_->values.integer("record_every")};
    }
    [[nodiscard]] std::unique_ptr<Solver> start(const TrialPlan& plan) const override {
        return std::make_unique<PathSolver>(setting_, plan);
    }
    void draw(const Recording&, FrameMap& shared) const override { shared["field"] = field_; }

private:
    std::shared_ptr<const Setting> setting_;
    FieldFrame field_;
};

void check(const ParameterValues& values) {
    const Surface surface = surfaceOf(values);
    const Vector start(values.real("start_x"), values.real("start_y"));
    if (!std::isfinite(surface.at(start).value))
        throw InputError(
            fmt::format("Parameters 'start_x' and 'start_y': ({}, {}) is not accepted, "
                        "the surface has no finite value there; expected a point where "
                        "it does.",
                        start.x(), start.y()));
}

} // namespace

const std::vector<std::string>& playgroundArms() {
    static const std::vector<std::string> arms = {"sgd",     "momentum", "nesterov", "adagrad",
                                                  "rmsprop", "adam",     "adamw",    "newton"};
    return arms;
}

ExperimentType optimizerPlayground() {
    return {.description = optimizerPlaygroundDescription(),
            .check = check,
            .memoryEstimate =
                [](const ParameterValues& values) {
                    return 200.0 * static_cast<double>(values.integer("steps")) *
                           static_cast<double>(values.choices("arms").size());
                },
            .create =
                [](const ParameterValues& values) {
                    return std::make_unique<PlaygroundExperiment>(values);
                }};
}

} // namespace convergence
