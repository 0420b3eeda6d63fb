#include "plugins/stochastic/large-step-logistic/experiment.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/data/fashion_mnist.h"
#include "core/error.h"
#include "core/experiment/not_applicable.h"
#include "core/math/statistics.h"
#include "core/optim/linear_separation.h"

namespace convergence {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr std::int64_t reductionSteps = 60; ///< over which θ_t/γ is compared with its limit
constexpr Index side = 28;                  ///< of an image
constexpr Index imagesShown = 6;

struct Setting {
    ParameterValues values;
    std::shared_ptr<const SeparationTask> task;
    Eigen::VectorXi labels; ///< n, each ±1
    Provenance provenance;
    double radius = 0.0;
    double classicalLimit = 0.0; ///< 2/L
    bool marginWanted = false;
    std::optional<MaximumMargin> best;

    [[nodiscard]] bool ofImages() const { return task->dimension() >= side * side; }
    [[nodiscard]] bool inPlane() const { return task->dimension() == 2; }
};

bool hasStepSize(std::string_view arm) {
    return arm == "lr_gd" || arm == "normalized_gd";
}

SeparationMethod methodOf(std::string_view arm) {
    if (arm == "lr_gd")
        return SeparationMethod::logistic;
    if (arm == "normalized_gd")
        return SeparationMethod::normalizedLogistic;
    if (arm == "batch_perceptron")
        return SeparationMethod::batchPerceptron;
    return arm == "perceptron" ? SeparationMethod::perceptron
                               : SeparationMethod::normalizedPerceptron;
}

struct Labelled {
    MatrixXd features; ///< d × n
    Eigen::VectorXi labels;
};

/// `count` random images of one class, in the order of the draw.
std::vector<Index> drawClass(const LabelledImages& images, std::int64_t label, std::int64_t count,
                             std::uint64_t seed, std::string_view parameter) {
    std::vector<Index> members;
    for (Index i = 0; i < images.count(); ++i)
        if (images.labels[static_cast<std::size_t>(i)] == label)
            members.push_back(i);
    if (count > std::ssize(members))
        throw InputError(fmt::format(
            "Parameter '{}': {} images of class {} are needed, but the data has {}; choose a "
            "smaller sample_count or another positive_fraction.",
            parameter, count, label, members.size()));
    RandomStream stream(
        {.seed = seed, .purpose = "images of a class", .index = static_cast<std::uint64_t>(label)});
    std::vector<Index> drawn;
    for (const std::uint32_t i : stream.choice(members.size(), static_cast<std::size_t>(count)))
        drawn.push_back(members[i]);
    return drawn;
}

Labelled imagePair(const ParameterValues& values, Provenance& provenance) {
    const ImageDataset data = findFashionMnist(values.text("data_folder"));
    provenance = {data.source, data.standIn};
    const std::int64_t n = values.integer("sample_count");
    const auto positive = std::clamp<std::int64_t>(
        std::llround(values.real("positive_fraction") * static_cast<double>(n)), 1, n - 1);
    const auto seed = static_cast<std::uint64_t>(values.integer("seed"));
    const auto first =
        drawClass(data.train, values.integer("class_positive"), positive, seed, "sample_count");
    const auto second =
        drawClass(data.train, values.integer("class_negative"), n - positive, seed, "sample_count");
    Labelled result{MatrixXd(data.train.images.rows(), n), Eigen::VectorXi(n)};
    for (Index i = 0; i < n; ++i) {
        const bool isPositive = i < positive;
        const Index image = isPositive ? first[static_cast<std::size_t>(i)]
                                       : second[static_cast<std::size_t>(i - positive)];
        result.features.col(i) = data.train.images.col(image).cast<double>();
        result.labels[i] = isPositive ? 1 : -1;
    }
    return result;
}

/// The points of the list, and the one that is dragged.
Labelled ownPoints(const ParameterValues& values) {
    const auto& list = values.numbers("points");
    const auto n = static_cast<Index>(list.size() / 3) + 1;
    Labelled result{MatrixXd(2, n), Eigen::VectorXi(n)};
    for (Index i = 0; i + 1 < n; ++i) {
        const auto at = static_cast<std::size_t>(3 * i);
        result.features.col(i) = Eigen::Vector2d(list[at], list[at + 1]);
        result.labels[i] = list[at + 2] > 0.0 ? 1 : -1;
    }
    result.features.col(n - 1) =
        Eigen::Vector2d(values.real("dragged_x"), values.real("dragged_y"));
    result.labels[n - 1] = values.text("dragged_label") == "positive" ? 1 : -1;
    return result;
}

std::shared_ptr<const Setting> makeSetting(const ParameterValues& values) {
    auto setting = std::make_shared<Setting>(Setting{values, nullptr, {}, {}});
    auto task = std::make_shared<SeparationTask>();
    const std::string& kind = values.text("dataset");
    if (kind == "worst_case" || kind == "two_points") {
        *task =
            kind == "two_points" ? twoPointTask() : worstCaseTask(values.integer("sample_count"));
        setting->labels = Eigen::VectorXi::Constant(task->count(), -1);
        setting->labels[0] = 1;
    } else {
        Labelled data =
            kind == "points" ? ownPoints(values) : imagePair(values, setting->provenance);
        setting->labels = data.labels;
        const Index d = data.features.rows();
        const bool bias = values.boolean("bias");
        task->z.resize(d + (bias ? 1 : 0), data.features.cols());
        task->z.topRows(d) = data.features;
        if (bias)
            task->z.row(d).setOnes();
        for (Index i = 0; i < task->count(); ++i)
            task->z.col(i) *= data.labels[i];
    }
    setting->radius = task->radius();
    setting->classicalLimit = 2.0 / task->smoothness();
    setting->marginWanted = values.boolean("margin");
    if (setting->marginWanted)
        setting->best = maximumMargin(*task);
    setting->task = std::move(task);
    return setting;
}

/// The theorem's bound on updates until the data is separated.
double boundOf(const Setting& setting, std::string_view arm, double gamma) {
    if (!setting.best)
        return notApplicable;
    const double ratio = std::pow(setting.radius / setting.best->margin, 2);
    const auto n = static_cast<double>(setting.task->count());
    if (arm == "lr_gd" || arm == "batch_perceptron")
        return n * ratio;
    if (arm == "normalized_gd")
        return ratio + 2.0 * std::log(2.0 * n - 1.0) /
                           (gamma * setting.best->margin * setting.best->margin);
    return ratio;
}

class SeparationSolver final : public Solver {
public:
    SeparationSolver(std::shared_ptr<const Setting> setting, const TrialPlan& plan)
        : setting_(std::move(setting)), arm_(plan.arm),
          baseStep_(hasStepSize(arm_) ? plan.factors.at("gamma") : 1.0),
          separator_(setting_->task, methodOf(arm_), options()) {
        setStep(setting_->values.real("step_factor"));
        if (hasStepSize(arm_) && setting_->values.boolean("reduction"))
            limit_.emplace(setting_->task,
                           arm_ == "lr_gd" ? SeparationMethod::batchPerceptron
                                           : SeparationMethod::normalizedPerceptron,
                           options());
        losses_.reserve(static_cast<std::size_t>(std::min<std::int64_t>(plan.steps, 100000)) + 1);
        losses_.push_back(logisticLoss(separator_.margins()));
    }

    StepStatus step(const StopToken&) override {
        separator_.step();
        if (limit_ && separator_.updates() <= reductionSteps) {
            limit_->step();
            distance_ = (separator_.scaled() - limit_->theta()).norm() / limit_->theta().norm();
            largestDistance_ = std::max(largestDistance_, distance_);
        } else {
            distance_ = notApplicable;
        }
        loss_ = logisticLoss(separator_.margins());
        const bool solved = separator_.solved();
        if (solved && !separated_)
            separated_ = separator_.updates();
        if (!separated_)
            losses_.push_back(loss_);
        if (!std::isfinite(separator_.theta().sum()))
            return StepStatus::diverged;
        return solved && !setting_->values.boolean("continue_after_separation")
                   ? StepStatus::finished
                   : StepStatus::running;
    }

    void measure(std::span<double> metrics) override {
        const auto n = static_cast<double>(setting_->task->count());
        metrics[0] = 100.0 * (1.0 - static_cast<double>(separator_.mistakes()) / n);
        metrics[1] = logisticLoss(separator_.margins());
        metrics[2] = separator_.gradientNorm();
        metrics[3] = static_cast<double>(separator_.mistakes());
        metrics[4] = separator_.margins().minCoeff();
        metrics[5] = distance_;
        metrics[6] = angle();
        // A separated iterate may have a loss of 1e-200, which would rule the scale.
        metrics[7] = std::max(metrics[1], 1e-6);
        if (setting_->inPlane()) {
            const VectorXd scaled = separator_.scaled();
            path_.x.push_back(scaled[0]);
            path_.y.push_back(scaled[1]);
            path_.iteration.push_back(separator_.updates());
        }
    }

    void conclude(std::span<double> finals) override {
        const double bound = boundOf(*setting_, arm_, baseStep_);
        finals[0] = separated_ ? static_cast<double>(*separated_) : notApplicable;
        finals[1] = *std::max_element(losses_.begin(), losses_.end());
        finals[2] = median(losses_);
        finals[3] = limit_ ? largestDistance_ : notApplicable;
        finals[4] = bound;
        finals[5] = finals[0] / bound;
        finals[6] = setting_->best ? setting_->best->margin : notApplicable;
        finals[7] = setting_->radius;
        finals[8] = setting_->classicalLimit;
        finals[9] = angle();
        finals[10] = mixed_ ? 1.0 : 0.0;
    }

    void setLive(const std::string& name, const Value& value) override {
        if (name != "step_factor" || !hasStepSize(arm_))
            return;
        mixed_ = separator_.updates() > 0;
        setStep(std::get<double>(value));
    }

    void draw(const Recording&, FrameMap& frames) const override;

private:
    [[nodiscard]] SeparationOptions options() const {
        const ParameterValues& values = setting_->values;
        return {.stepSize = baseStep_,
                .halfFirstStep = values.text("first_step") == "half",
                .firstIndex = values.text("perceptron_rule") == "first",
                .stream = RandomStream({.seed = static_cast<std::uint64_t>(values.integer("seed")),
                                        .purpose = "perceptron"})};
    }
    void setStep(double factor) {
        if (hasStepSize(arm_))
            separator_.setStepSize(factor * baseStep_);
    }
    /// Between θ and the direction of the largest margin, in degrees.
    [[nodiscard]] double angle() const {
        const double norm = separator_.theta().norm();
        if (!setting_->best || norm == 0.0)
            return notApplicable;
        const double cosine = separator_.theta().dot(setting_->best->direction) / norm;
        return std::acos(std::clamp(cosine, -1.0, 1.0)) * 180.0 / M_PI;
    }
    [[nodiscard]] CurvesFrame plane() const;
    [[nodiscard]] MatrixFrame mistakesFrame() const;

    std::shared_ptr<const Setting> setting_;
    std::string arm_;
    double baseStep_;
    LinearSeparator separator_;
    std::optional<LinearSeparator> limit_; ///< the perceptron it tends to
    double distance_ = notApplicable;
    double largestDistance_ = 0.0;
    double loss_ = 0.0;
    std::vector<double> losses_; ///< before separation
    std::optional<std::int64_t> separated_;
    bool mixed_ = false; ///< the step size was changed on the way
    PathFrame path_;
};

MatrixFrame imageFrame(std::string title, const VectorXd& pixels, bool symmetric) {
    MatrixFrame frame{.title = std::move(title),
                      .rows = side,
                      .columns = side,
                      .values = {},
                      .symmetricScale = symmetric};
    frame.values.reserve(side * side);
    for (Index i = 0; i < side * side; ++i)
        frame.values.push_back(static_cast<float>(pixels[i]));
    return frame;
}

/// The images with the smallest margins side by side.
MatrixFrame SeparationSolver::mistakesFrame() const {
    std::vector<Index> order(static_cast<std::size_t>(setting_->task->count()));
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = static_cast<Index>(i);
    const auto shown = std::min<Index>(imagesShown, setting_->task->count());
    std::partial_sort(order.begin(), order.begin() + shown, order.end(), [&](Index a, Index b) {
        return separator_.margins()[a] < separator_.margins()[b];
    });
    MatrixFrame frame{.title = fmt::format("smallest margins ({} mistakes)", separator_.mistakes()),
                      .rows = side,
                      .columns = static_cast<std::size_t>(side * shown)};
    for (Index row = 0; row < side; ++row)
        for (Index image = 0; image < shown; ++image)
            for (Index column = 0; column < side; ++column)
                frame.values.push_back(static_cast<float>(std::abs(setting_->task->z(
                    row * side + column, order[static_cast<std::size_t>(image)]))));
    return frame;
}

/// The points of both classes and the line where θ decides.
CurvesFrame SeparationSolver::plane() const {
    CurvesFrame frame;
    CurvesFrame::Curve positive{.label = "label +1", .markers = true};
    CurvesFrame::Curve negative{.label = "label −1", .markers = true};
    double extent = 0.0;
    for (Index i = 0; i < setting_->task->count(); ++i) {
        const Eigen::Vector2d a = setting_->task->z.col(i) * setting_->labels[i];
        auto& curve = setting_->labels[i] > 0 ? positive : negative;
        curve.x.push_back(a[0]);
        curve.y.push_back(a[1]);
        extent = std::max(extent, a.lpNorm<Eigen::Infinity>());
    }
    frame.curves = {std::move(positive), std::move(negative)};
    if (const double norm = separator_.theta().norm(); norm > 0.0) {
        const Eigen::Vector2d along =
            1.2 * extent / norm * Eigen::Vector2d(-separator_.theta()[1], separator_.theta()[0]);
        frame.curves.push_back(
            {.label = "θᵀx = 0", .x = {-along[0], along[0]}, .y = {-along[1], along[1]}});
    }
    return frame;
}

void SeparationSolver::draw(const Recording&, FrameMap& frames) const {
    if (setting_->inPlane()) {
        frames["plane"] = plane();
        if (!path_.x.empty())
            frames["path"] = path_;
    } else if (setting_->ofImages()) {
        frames["theta"] = imageFrame("θ", separator_.theta(), true);
        frames["mistakes"] = mistakesFrame();
    }
}

class LargeStepExperiment final : public Experiment {
public:
    explicit LargeStepExperiment(const ParameterValues& values) : setting_(makeSetting(values)) {}

    [[nodiscard]] std::vector<TrialPlan> trials() const override {
        std::vector<TrialPlan> plans;
        for (const std::string& arm : setting_->values.choices("arms")) {
            const std::vector<double> gammas = hasStepSize(arm)
                                                   ? setting_->values.numbers("step_size")
                                                   : std::vector<double>{notApplicable};
            for (const double gamma : gammas) {
                TrialPlan plan{.arm = arm, .steps = setting_->values.integer("max_iterations")};
                if (hasStepSize(arm))
                    plan.factors["gamma"] = gamma;
                plans.push_back(std::move(plan));
            }
        }
        return plans;
    }
    [[nodiscard]] std::vector<Column> traceColumns() const override {
        return {{"accuracy", "accuracy", "%"},
                {"loss", "logistic loss f"},
                {"gradient_norm", "gradient norm ‖∇f‖"},
                {"mistakes", "samples with margin ≤ 0"},
                {"smallest_margin", "smallest margin min zᵢᵀθ"},
                {"reduction_distance", "distance ‖θₜ/γ − θ̂ₜ‖/‖θ̂ₜ‖"},
                {"angle", "angle to the largest margin", "°"},
                {"shown_loss", "logistic loss f, at least 1e-6"}};
    }
    [[nodiscard]] std::vector<Column> factorColumns() const override {
        return {{"gamma", "step size γ", "", ColumnRole::factor}};
    }
    [[nodiscard]] std::vector<Column> finalColumns() const override {
        return {{"separated_at", "iterations to separate"},
                {"largest_loss", "largest loss before separation"},
                {"median_loss", "median loss before separation"},
                {"largest_reduction_distance", "largest distance to the perceptron, t ≤ 60"},
                {"bound", "bound on the iterations"},
                {"bound_ratio", "iterations over their bound"},
                {"margin", "margin μ"},
                {"radius", "radius R"},
                {"classical_limit", "classical limit 2/L"},
                {"final_angle", "angle to the largest margin", "°"},
                {"mixed", "step size changed on the way"}};
    }
    [[nodiscard]] Cadence cadence() const override {
        return {setting_->values.integer("record_every")};
    }
    [[nodiscard]] Provenance provenance() const override { return setting_->provenance; }
    [[nodiscard]] std::unique_ptr<Solver> start(const TrialPlan& plan) const override {
        return std::make_unique<SeparationSolver>(setting_, plan);
    }
    void draw(const Recording&, FrameMap& shared) const override {
        std::string text = fmt::format(
            "{} samples in {} dimensions\nlargest feature norm R   {:.6g}\nclassical limit 2/L     "
            " {:.6g}\n",
            setting_->task->count(), setting_->task->dimension(), setting_->radius,
            setting_->classicalLimit);
        if (setting_->best)
            text += fmt::format("margin μ                 {:.6g}\nR²/μ²                    {:.6g}\n"
                                "nR²/μ²                   {:.6g}\n",
                                setting_->best->margin, boundOf(*setting_, "perceptron", 1.0),
                                boundOf(*setting_, "lr_gd", 1.0));
        else if (setting_->marginWanted)
            text += "not separable, or the margin is too small to be found: no bound\n";
        shared["task"] = TextFrame{std::move(text)};
    }

private:
    std::shared_ptr<const Setting> setting_;
};

void check(const ParameterValues& values) {
    const std::string& dataset = values.text("dataset");
    if (dataset == "fashion" &&
        values.integer("class_positive") == values.integer("class_negative"))
        throw InputError(fmt::format("Parameter 'class_negative': {} is not accepted, expected a "
                                     "class other than class_positive.",
                                     values.integer("class_negative")));
    if (dataset == "points" && values.numbers("points").size() % 3 != 0)
        throw InputError(fmt::format("Parameter 'points': {} numbers are not accepted, expected "
                                     "three a point: x, y, and 1 or -1.",
                                     values.numbers("points").size()));
}

double memoryEstimate(const ParameterValues& values) {
    const double pixels = values.text("dataset") == "fashion" ? 785.0 : 2.0;
    return 2.0 * 8.0 * pixels * static_cast<double>(values.integer("sample_count")) + 2.5e8;
}

} // namespace

ExperimentType largeStepLogistic() {
    return {.description = largeStepLogisticDescription(),
            .check = check,
            .memoryEstimate = memoryEstimate,
            .create = [](const ParameterValues& values) {
                return std::make_unique<LargeStepExperiment>(values);
            }};
}

} // namespace convergence
