#include "plugins/playground/optimizer-playground/trial.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>

#include <fmt/format.h>

#include "core/math/random.h"
#include "core/nn/minibatch.h"
#include "core/optim/optimizer.h"
#include "core/optim/schedule.h"
#include "plugins/playground/optimizer-playground/arms.h"
#include "plugins/playground/optimizer-playground/experiment.h"
#include "plugins/playground/optimizer-playground/step_arithmetic.h"
#include "plugins/playground/optimizer-playground/tables.h"

namespace convergence::playground {

namespace {

using Vector = Eigen::Vector2d;

/// Beyond this many windows a path is of no more use.
constexpr double farAway = 1e6;
/// A gradient below this is rounding: there is nowhere left to go.
constexpr double vanishing = 1e-15;
/// Relative to the start: when a run counts as through.
constexpr double tolerance = 1e-6;

} // namespace

const Columns<State>& traceTable() {
    static const Columns<State> table{
        {"value", "f(x)", [](const State& s) { return s.value; }},
        {"distance", "distance to the nearest minimum", [](const State& s) { return s.distance; }},
        {"gradient_norm", "‖∇f(x)‖", [](const State& s) { return s.gradientNorm; }},
        {"learning_rate_now", "learning rate ηₜ", [](const State& s) { return s.rate; }},
        {"step_length", "length of the step", [](const State& s) { return s.stepLength; }},
        {"x", "x", [](const State& s) { return s.x; }},
        {"y", "y", [](const State& s) { return s.y; }},
        {"predicted_distance", "distance that theory predicts",
         [](const State& s) { return s.predictedDistance; }}};
    return table;
}

const Columns<State>& finalTable() {
    static const Columns<State> table{
        {"final_value", "final f(x)", [](const State& s) { return s.value; }},
        {"final_distance", "final distance to the nearest minimum",
         [](const State& s) { return s.distance; }},
        {"steps_to_tolerance", "steps to a millionth of the first distance",
         [](const State& s) { return s.stepsToTolerance; }},
        {"final_x", "final x", [](const State& s) { return s.x; }},
        {"final_y", "final y", [](const State& s) { return s.y; }}};
    return table;
}

Records records() {
    return {
        .trace = traceTable().patterns(),
        .factors = {},
        .finals = finalTable().patterns(),
        .frames = {"path", "field", "race", "arithmetic", "squares", "fit", "minimum", "table"}};
}

namespace {

Surface namedSurface(const ParameterValues& values) {
    return makeSurface(values.text("surface"),
                       {.condition = values.real("condition"),
                        .curvature = values.real("curvature"),
                        .angle = values.real("angle") * std::numbers::pi / 180.0,
                        .formula = values.text("formula"),
                        .halfWidth = values.real("half_width")});
}

std::optional<Setting::Curvatures> curvaturesOf(const ParameterValues& values,
                                                const TableLoss* table) {
    if (table && table->table().kind == FitTable::Kind::line)
        return Setting::Curvatures{table->largestCurvature(), table->leastCurvature()};
    if (!traitsOf(surfaceChoices, values.text("surface")).isBowl)
        return std::nullopt;
    const double L = values.real("curvature");
    return Setting::Curvatures{L, L / values.real("condition")};
}

/// Null where each step is over all rows, or there are none.
std::unique_ptr<MinibatchStream> batchesOf(const Setting& setting, std::uint64_t seed) {
    const std::int64_t size = setting.values.integer("batch_size");
    if (!setting.table || size == 0)
        return nullptr;
    return std::make_unique<MinibatchStream>(setting.table->table().rows(),
                                             static_cast<std::size_t>(size), seed);
}

} // namespace

Setting::Setting(const ParameterValues& given)
    : values(given), start(given.real("start_x"), given.real("start_y")), table(tableLossOf(given)),
      surface(table ? surfaceOf(table, start) : namedSurface(given)),
      curvatures(curvaturesOf(given, table.get())), traceRow(traceTable().at(parameters(), given)),
      finalRow(finalTable().at(parameters(), given)) {}

double Setting::distance(const Vector& x) const {
    double least = surface.minima().empty() ? notApplicable : INFINITY;
    for (const Vector& minimum : surface.minima())
        least = std::min(least, (x - minimum).norm());
    return least;
}

namespace {

OptimizerConstants constantsOf(const ParameterValues& values) {
    return {.momentum = values.real("momentum"),
            .rmsDecay = values.real("rms_decay"),
            .beta1 = values.real("beta1"),
            .beta2 = values.real("beta2"),
            .weightDecay = values.real("weight_decay")};
}

/// The optimizer of an arm; null for Newton's method.
std::unique_ptr<Optimizer<double>> optimizerOf(const PlaygroundArm& arm,
                                               const OptimizerConstants& c) {
    if (arm.isNewton)
        return nullptr;
    const bool shrinks = findOptimizer(arm.id).hasDecoupledDecay;
    return makeOptimizer<double>(arm.id, 2,
                                 {.momentum = c.momentum,
                                  .decay = c.rmsDecay,
                                  .beta1 = c.beta1,
                                  .beta2 = c.beta2,
                                  .weightDecay = shrinks ? c.weightDecay : 0.0});
}

/// The factor by which theory shrinks the distance a step, on a bowl at a constant rate.
double predictedFactor(Theory theory, double rate, double momentum, double L, double mu) {
    switch (theory) {
    case Theory::none:
        return notApplicable;
    case Theory::descent:
        return std::max(std::abs(1.0 - rate * L), std::abs(1.0 - rate * mu));
    case Theory::heavyBall:
        break;
    }
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
        : setting_(std::move(setting)), arm_(traitsOf(playgroundArms, plan.arm)),
          rateName_(fmt::format("rate_{}", plan.arm)), steps_(plan.steps), seed_(plan.replicate),
          baseRate_(values().real(rateName_)), noise_(values().real("noise")),
          constants_(constantsOf(values())),
          hasMomentum_(!arm_.isNewton && findOptimizer(arm_.id).hasMomentum),
          optimizer_(optimizerOf(arm_, constants_)),
          schedule_(makeSchedule(values().text("schedule"), steps_)),
          batches_(batchesOf(*setting_, seed_)), x_(setting_->start),
          jet_(setting_->surface.at(setting_->start)) {
        inspect(values().text("inspect"));
        isPredictable_ = noise_ == 0.0 && !batches_ && setting_->curvatures &&
                         traitsOf(namedSchedules(), values().text("schedule")).isConstant;
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
        last_ = {.rule = arm_.rule, .t = t_ + 1, .constants = constants_, .x = x_, .f = jet_};
        last_.rate = baseRate_ * schedule_->factor(t_);
        if (const auto cycled = schedule_->momentum(t_); cycled && hasMomentum_) {
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
        if (batches_) {
            const auto rows = batches_->batch(t_);
            last_.batchRows = rows.size();
            last_.rows = setting_->table->table().rows();
            last_.gradient = setting_->table->gradient(x_, rows) + last_.noise;
        }
        if (arm_.isNewton) {
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
        if (std::isnan(state_.stepsToTolerance) && distance <= tolerance * startDistance_)
            state_.stepsToTolerance = static_cast<double>(t_);
        if (!x_.allFinite() || !std::isfinite(jet_.value) || x_.norm() > farAway)
            return StepStatus::diverged;
        const bool arrived = noise_ == 0.0 && !batches_ && std::hypot(jet_.x, jet_.y) < vanishing;
        return arrived ? StepStatus::finished : StepStatus::running;
    }

    void measure(std::span<double> metrics) override {
        refresh();
        setting_->traceRow.fill(state_, metrics);
    }

    void conclude(std::span<double> finals) override {
        refresh();
        setting_->finalRow.fill(state_, finals);
    }

    void setLive(const std::string& name, const Value& value) override {
        if (name == "inspect") {
            inspect(std::get<std::string>(value));
            return;
        }
        if (name == rateName_)
            baseRate_ = std::get<double>(value);
        else if (name == "noise")
            noise_ = std::get<double>(value);
        else if (name == "momentum" && hasMomentum_) {
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

    void inspect(const std::string& whose) {
        isInspected_ = traitsOf(inspectedChoices(), whose).all || whose == arm_.id;
    }

    void refresh() {
        state_.value = jet_.value;
        state_.distance = setting_->distance(x_);
        state_.gradientNorm = std::hypot(jet_.x, jet_.y);
        state_.rate = t_ == 0 ? baseRate_ * schedule_->factor(0) : last_.rate;
        state_.stepLength = t_ == 0 ? notApplicable : (last_.next - last_.x).norm();
        state_.x = x_.x();
        state_.y = x_.y();
        state_.predictedDistance = prediction();
    }

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
        if (!isPredictable_)
            return notApplicable;
        const auto& [largest, least] = *setting_->curvatures;
        const double factor =
            predictedFactor(arm_.theory, baseRate_, constants_.momentum, largest, least);
        return startDistance_ * std::pow(factor, static_cast<double>(t_));
    }

    std::shared_ptr<const Setting> setting_;
    const PlaygroundArm& arm_;
    std::string rateName_; ///< of the parameter
    std::int64_t steps_;
    std::uint64_t seed_;
    double baseRate_;
    double noise_;
    OptimizerConstants constants_;
    bool hasMomentum_;
    bool isInspected_ = false; ///< its arrows are drawn
    std::unique_ptr<Optimizer<double>> optimizer_;
    std::unique_ptr<Schedule> schedule_;
    std::unique_ptr<MinibatchStream> batches_; ///< null: all rows, or no table
    Vector x_;
    Eigen::VectorXd stepX_{2}, stepGradient_{2};
    Jet jet_; ///< at x
    StepRecord last_;
    std::int64_t t_ = 0;
    double startDistance_ = 0.0;
    State state_;
    std::vector<double> xs_, ys_;
    bool isSingular_ = false;
    bool isPredictable_ = false; ///< nothing but the plain algorithm on a bowl
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
    if (t_ > 0 && isInspected_) {
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

} // namespace

std::unique_ptr<Solver> startTrial(std::shared_ptr<const Setting> setting, const TrialPlan& plan) {
    return std::make_unique<PathSolver>(std::move(setting), plan);
}

} // namespace convergence::playground
