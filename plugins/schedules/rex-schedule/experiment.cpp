#include "plugins/schedules/rex-schedule/experiment.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/data/fashion_mnist.h"
#include "core/error.h"
#include "core/experiment/not_applicable.h"
#include "core/nn/convolutional_classifier.h"
#include "core/nn/minibatch.h"
#include "core/nn/mlp_classifier.h"
#include "core/optim/optimizer.h"
#include "core/optim/schedule.h"

namespace convergence {

namespace {

constexpr Eigen::Index validationImages = 2000;
constexpr Eigen::Index classes = 10;

/// What all trials of a run share, read only.
struct Setting {
    ParameterValues values;
    LabelledImages train;
    LabelledImages validation;
    LabelledImages test;
    Provenance provenance;
};

LabelledImages columns(const LabelledImages& images, Eigen::Index first, Eigen::Index count,
                       const Eigen::VectorXf& meanImage) {
    LabelledImages part;
    part.images = images.images.middleCols(first, count).colwise() - meanImage;
    part.labels.assign(images.labels.begin() + first, images.labels.begin() + first + count);
    return part;
}

/// First `train_samples` for training, minus their mean; the last 2000 for validation.
std::shared_ptr<const Setting> loadSetting(const ParameterValues& values) {
    const ImageDataset data = findFashionMnist(values.text("data_folder"));
    const Eigen::Index wanted = values.integer("train_samples");
    const Eigen::Index available = data.train.count() - validationImages;
    if (wanted > available)
        throw InputError(fmt::format("Parameter 'train_samples': {} is not accepted, the data has "
                                     "{} training images and the "
                                     "last {} are kept for validation; expected at most {}.",
                                     wanted, data.train.count(), validationImages,
                                     std::max<Eigen::Index>(available, 0)));
    const Eigen::VectorXf meanImage = data.train.images.leftCols(wanted).rowwise().mean();
    auto setting = std::make_shared<Setting>(Setting{
        values,
        columns(data.train, 0, wanted, meanImage),
        columns(data.train, data.train.count() - validationImages, validationImages, meanImage),
        columns(data.test, 0, data.test.count(), meanImage),
        {data.source, data.standIn}});
    if (values.boolean("shuffle_labels")) {
        RandomStream stream({.seed = 0, .purpose = "shuffled labels"});
        const auto order = stream.permutation(setting->train.labels.size());
        const auto labels = setting->train.labels;
        for (std::size_t i = 0; i < order.size(); ++i)
            setting->train.labels[i] = labels[order[i]];
    }
    return setting;
}

ScheduleOptions optionsOf(const ParameterValues& values) {
    return {.exponentialRate = values.real("exponential_rate"),
            .rexAlpha = values.real("rex_alpha"),
            .rexBeta = values.real("rex_beta"),
            .oneCycleWarmUp = values.real("onecycle_warmup"),
            .oneCycleDiv = values.real("onecycle_div"),
            .oneCycleFinalDiv = values.real("onecycle_final_div"),
            .plateauDecay = values.real("plateau_factor"),
            .plateauPatience = static_cast<int>(values.integer("plateau_patience")),
            .plateauEvaluations = static_cast<int>(values.integer("plateau_evaluations"))};
}

/// The profile and sampling rate in force; live changes go here.
struct CustomSchedule {
    std::string profile;
    std::string sampling;
    ScheduleOptions options;
    double delay = 0.25;
    std::vector<double> milestones;
    std::vector<CurvePoint> drawn;

    explicit CustomSchedule(const ParameterValues& values)
        : profile(values.text("profile")), sampling(values.text("sampling")),
          options(optionsOf(values)), delay(values.real("delay_percent") / 100.0),
          milestones(values.numbers("milestones")), drawn(values.curve("drawn_profile")) {
        for (double& milestone : milestones)
            milestone /= 100.0;
    }

    [[nodiscard]] Profile makeProfile() const {
        if (profile == "constant")
            return constantProfile();
        if (profile == "linear")
            return linearProfile();
        if (profile == "cosine")
            return cosineProfile();
        if (profile == "exponential")
            return exponentialProfile(options.exponentialRate);
        if (profile == "delayed_linear")
            return delayedLinearProfile(delay);
        if (profile == "step")
            return stepProfile(sampling == "own" ? milestones : stepMilestones());
        if (profile == "drawn")
            return drawnProfile(drawn);
        return rexProfile(options.rexAlpha, options.rexBeta);
    }
    [[nodiscard]] Sampling makeSampling() const {
        return sampling == "own" ? Sampling::at(milestones) : Sampling::named(sampling);
    }
    [[nodiscard]] std::unique_ptr<Schedule> make(std::int64_t budget) const {
        return std::make_unique<ProfileSchedule>(makeProfile(), makeSampling(), budget);
    }

private:
    /// A step profile goes through the milestones of its sampling rate, by default 30-60-90.
    [[nodiscard]] std::vector<double> stepMilestones() const {
        if (sampling.find('-') == std::string::npos)
            return {0.3, 0.6, 0.9};
        std::vector<double> points = Sampling::named(sampling).points();
        return {points.begin() + 1, points.end()};
    }
};

const GridArm* findGridArm(std::string_view arm) {
    const auto& arms = gridArms();
    const auto found =
        std::find_if(arms.begin(), arms.end(), [&](const GridArm& g) { return g.id == arm; });
    return found == arms.end() ? nullptr : &*found;
}

/// The network that a run trains: one hidden layer, or convolutions.
std::unique_ptr<Classifier<float>> makeNetwork(const ParameterValues& values, Eigen::Index pixels) {
    const Eigen::Index batch = values.integer("batch_size");
    if (values.text("network") == "convolutional")
        return std::make_unique<ConvolutionalClassifier>(pixels, classes, batch);
    return std::make_unique<MlpClassifier<float>>(
        std::vector{pixels, Eigen::Index{values.integer("hidden_units")}, classes}, batch);
}

/// One training run.
class TrainingSolver final : public Solver {
public:
    TrainingSolver(std::shared_ptr<const Setting> setting, const TrialPlan& plan)
        : setting_(std::move(setting)), arm_(plan.arm), budget_(plan.steps),
          baseRate_(plan.factors.at("learning_rate")), custom_(setting_->values),
          batches_(static_cast<std::size_t>(setting_->train.count()), batchSize(), plan.replicate),
          network_(makeNetwork(setting_->values, setting_->train.images.rows())),
          parameters_(network_->parameterCount()), gradient_(network_->parameterCount()),
          inputs_(setting_->train.images.rows(), static_cast<Eigen::Index>(batchSize())),
          labels_(batchSize()), momentum_(setting_->values.real("momentum")) {
        const std::string name = setting_->values.choices(
            "optimizer")[static_cast<std::size_t>(plan.factors.at("optimizer_index"))];
        optimizer_ = makeOptimizer<float>(
            name, network_->parameterCount(),
            {.momentum = momentum_, .weightDecay = setting_->values.real("weight_decay")});
        network_->initialize(parameters_, plan.replicate);
        makeSchedule();
        loadBatch();
    }

    StepStatus step(const StopToken&) override {
        const std::int64_t interval = schedule_->feedbackInterval();
        if (interval > 0 && t_ > 0 && t_ % interval == 0)
            schedule_->observe(evaluate(setting_->validation).loss);
        rate_ = baseRate_ * schedule_->factor(t_);
        if (const auto cycled = schedule_->momentum(t_); cycled && cyclesMomentum()) {
            momentum_ = *cycled;
            optimizer_->setMomentum(static_cast<float>(momentum_));
        }
        loadBatch();
        loss_ = static_cast<double>(
            network_->lossAndGradient(parameters_, inputs_, labels_, gradient_));
        optimizer_->step(parameters_, gradient_, static_cast<float>(rate_));
        ++t_;
        return std::isfinite(loss_) ? StepStatus::running : StepStatus::diverged;
    }

    void measure(std::span<double> metrics) override {
        metrics[0] = static_cast<double>(t_) / static_cast<double>(batches_.batchesPerEpoch());
        metrics[1] = static_cast<double>(t_) * static_cast<double>(batchSize());
        metrics[2] = t_ == 0 ? baseRate_ * schedule_->factor(0) : rate_;
        metrics[3] = t_ == 0 ? notApplicable : loss_;
        metrics[4] = momentum_;
    }

    void conclude(std::span<double> finals) override {
        const auto validation = evaluate(setting_->validation);
        const auto test = evaluate(setting_->test);
        finals[0] = 100.0 * test.errorRate;
        finals[1] = 100.0 * validation.errorRate;
        finals[2] = validation.loss;
        finals[3] = loss_;
    }

    void setLive(const std::string& name, const Value& value) override {
        if (arm_ != "custom")
            return;
        if (name == "profile")
            custom_.profile = std::get<std::string>(value);
        else if (name == "sampling")
            custom_.sampling = std::get<std::string>(value);
        makeSchedule();
    }

    void draw(const Recording&, FrameMap& frames) const override;

    [[nodiscard]] std::string divergence() const override {
        return fmt::format("the loss is not finite at learning rate {:.4g}", rate_);
    }

private:
    [[nodiscard]] std::size_t batchSize() const {
        return static_cast<std::size_t>(setting_->values.integer("batch_size"));
    }
    /// Adam's momentum is left alone.
    [[nodiscard]] bool cyclesMomentum() const {
        return dynamic_cast<Momentum<float>*>(optimizer_.get()) != nullptr;
    }
    Classifier<float>::Evaluation evaluate(const LabelledImages& images) {
        return network_->evaluate(parameters_, images.images, images.labels);
    }
    void loadBatch() {
        Eigen::Index column = 0;
        for (const std::uint32_t sample : batches_.batch(t_)) {
            inputs_.col(column) = setting_->train.images.col(sample);
            labels_[static_cast<std::size_t>(column++)] = setting_->train.labels[sample];
        }
    }
    void makeSchedule() {
        if (const GridArm* grid = findGridArm(arm_)) {
            custom_.profile = grid->profile;
            custom_.sampling = grid->sampling;
        }
        schedule_ = arm_ == "custom" || findGridArm(arm_)
                        ? custom_.make(budget_)
                        : convergence::makeSchedule(arm_, budget_, custom_.options);
    }

    std::shared_ptr<const Setting> setting_;
    std::string arm_;
    std::int64_t budget_;
    double baseRate_;
    CustomSchedule custom_;
    MinibatchStream batches_;
    std::unique_ptr<Classifier<float>> network_;
    Eigen::VectorXf parameters_;
    Eigen::VectorXf gradient_;
    Eigen::MatrixXf inputs_;
    std::vector<std::uint8_t> labels_;
    std::unique_ptr<Optimizer<float>> optimizer_;
    std::unique_ptr<Schedule> schedule_;
    std::int64_t t_ = 0;
    double rate_ = 0.0;
    double loss_ = notApplicable;
    double momentum_;
};

/// The profile as a curve, its sampling points, the staircase, and where training is.
void TrainingSolver::draw(const Recording&, FrameMap& frames) const {
    constexpr int points = 400;
    CurvesFrame frame;
    CurvesFrame::Curve stairs{.label = "rate in force", .staircase = true};
    const bool feedback = schedule_->feedbackInterval() > 0;
    for (int i = 0; i < points && !feedback; ++i) {
        const double z = static_cast<double>(i) / points;
        stairs.x.push_back(100.0 * z);
        stairs.y.push_back(
            schedule_->factor(static_cast<std::int64_t>(z * static_cast<double>(budget_))));
    }
    if (arm_ == "custom" || findGridArm(arm_)) {
        const Profile profile = custom_.makeProfile();
        CurvesFrame::Curve curve{.label = "profile"};
        for (int i = 0; i <= points; ++i) {
            const double z = static_cast<double>(i) / points;
            curve.x.push_back(100.0 * z);
            curve.y.push_back(profile(z));
        }
        CurvesFrame::Curve dots{.label = "sampling points", .markers = true};
        for (const double z : custom_.makeSampling().points()) {
            dots.x.push_back(100.0 * z);
            dots.y.push_back(profile(z));
        }
        frame.curves = {std::move(curve)};
        if (!dots.x.empty())
            frame.curves.push_back(std::move(dots));
    }
    if (!feedback)
        frame.curves.push_back(std::move(stairs));
    const double progress = std::min(1.0, static_cast<double>(t_) / static_cast<double>(budget_));
    frame.curves.push_back({.label = "now",
                            .x = {100.0 * progress},
                            .y = {t_ == 0 ? schedule_->factor(0) : rate_ / baseRate_},
                            .markers = true});
    frames["schedule"] = std::move(frame);
}

/// The schedules that a run compares.
std::vector<std::string> armsOf(const ParameterValues& values) {
    std::vector<std::string> arms = values.choices("named_schedules");
    if (values.boolean("custom"))
        arms.push_back("custom");
    if (values.boolean("grid"))
        for (const GridArm& arm : gridArms())
            arms.push_back(arm.id);
    return arms;
}

std::int64_t iterationsOf(double budgetPercent, std::int64_t maximum) {
    return std::max<std::int64_t>(
        1, std::llround(budgetPercent / 100.0 * static_cast<double>(maximum)));
}

class RexExperiment final : public Experiment {
public:
    explicit RexExperiment(const ParameterValues& values) : setting_(loadSetting(values)) {}

    [[nodiscard]] std::vector<TrialPlan> trials() const override;
    [[nodiscard]] std::vector<Column> traceColumns() const override {
        return {{"epoch", "epoch", "", ColumnRole::clock},
                {"samples", "samples seen", "", ColumnRole::clock},
                {"learning_rate_now", "learning rate ηₜ"},
                {"batch_loss", "training loss of the mini-batch"},
                {"momentum_now", "momentum μₜ"}};
    }
    [[nodiscard]] std::vector<Column> factorColumns() const override;
    [[nodiscard]] std::vector<Column> finalColumns() const override {
        return {{"test_error", "test error", "%"},
                {"validation_error", "validation error", "%"},
                {"validation_loss", "validation loss"},
                {"last_batch_loss", "loss of the last mini-batch"}};
    }
    [[nodiscard]] Cadence cadence() const override {
        return {setting_->values.integer("record_every")};
    }
    [[nodiscard]] Provenance provenance() const override { return setting_->provenance; }
    [[nodiscard]] std::unique_ptr<Solver> start(const TrialPlan& plan) const override {
        return std::make_unique<TrainingSolver>(setting_, plan);
    }

private:
    std::shared_ptr<const Setting> setting_;
};

std::vector<TrialPlan> RexExperiment::trials() const {
    const ParameterValues& values = setting_->values;
    const auto& optimizers = values.choices("optimizer");
    std::vector<TrialPlan> plans;
    for (std::size_t o = 0; o < optimizers.size(); ++o)
        for (const double budget : values.numbers("budget_percent"))
            for (const std::string& arm : armsOf(values))
                for (const double rate :
                     values.numbers(optimizers[o].starts_with("adam") ? "adam_learning_rates"
                                                                      : "learning_rates"))
                    for (const double seed : values.numbers("seeds")) {
                        TrialPlan plan{
                            .arm = arm,
                            .factors = {{"budget_percent", budget},
                                        {"learning_rate", rate},
                                        {"optimizer_index", static_cast<double>(o)}},
                            .replicate = static_cast<std::uint64_t>(seed),
                            .steps = iterationsOf(budget, values.integer("maximum_iterations")),
                            .keepTrace = true};
                        if (const GridArm* grid = findGridArm(arm)) {
                            const auto& names = Sampling::names();
                            const std::vector<std::string> profiles = {"step", "linear", "rex"};
                            plan.factors["profile_index"] = static_cast<double>(
                                std::find(profiles.begin(), profiles.end(), grid->profile) -
                                profiles.begin());
                            plan.factors["sampling_index"] = static_cast<double>(
                                std::find(names.begin(), names.end(), grid->sampling) -
                                names.begin());
                        }
                        plans.push_back(std::move(plan));
                    }
    return plans;
}

std::vector<Column> RexExperiment::factorColumns() const {
    const ColumnRole factor = ColumnRole::factor;
    return {{"budget_percent", "budget", "%", factor},
            {"learning_rate", "base learning rate η₀", "", factor},
            {"optimizer_index", "optimizer", "", factor, setting_->values.choices("optimizer")},
            {"profile_index", "profile", "", factor, {"step", "linear", "rex"}},
            {"sampling_index", "sampling rate", "", factor, Sampling::names()}};
}

void check(const ParameterValues& values) {
    if (values.integer("batch_size") > values.integer("train_samples"))
        throw InputError(fmt::format(
            "Parameter 'batch_size': {} is not accepted, expected at most train_samples = {}.",
            values.integer("batch_size"), values.integer("train_samples")));
    // Mistakes in milestones and drawn points show before any training.
    const CustomSchedule custom(values);
    static_cast<void>(custom.make(100));
    // A live change may come to them later.
    static_cast<void>(stepProfile(custom.milestones));
}

double memoryEstimate(const ParameterValues& values) {
    constexpr double pixels = 784.0, trainAndTest = 70000.0;
    constexpr double columnsOfTrace = 6.0;
    double steps = 0.0;
    for (const double budget : values.numbers("budget_percent"))
        steps += static_cast<double>(iterationsOf(budget, values.integer("maximum_iterations")));
    const double recordEvery = std::max(1.0, static_cast<double>(values.integer("record_every")));
    const double trialsAtBudget =
        static_cast<double>(armsOf(values).size() * values.numbers("seeds").size() *
                            std::max(values.numbers("learning_rates").size(),
                                     values.numbers("adam_learning_rates").size()) *
                            values.choices("optimizer").size());
    const double recordedRows =
        values.integer("record_every") == 0 ? std::min(steps, 2000.0) : steps / recordEvery;
    // A window advances all trials together: each has its parameters, their gradient and two
    // moments, a batch with what the layers make of it, and an order of the samples.
    const auto batch = static_cast<double>(values.integer("batch_size"));
    const auto network = makeNetwork(values, static_cast<Eigen::Index>(pixels));
    constexpr double layersPerInput = 4.0; // activations and their gradients, in inputs' sizes
    const double solver = 4.0 * (4.0 * static_cast<double>(network->parameterCount()) +
                                 (1.0 + layersPerInput) * pixels * batch) +
                          8.0 * static_cast<double>(values.integer("train_samples"));
    const auto budgets = static_cast<double>(values.numbers("budget_percent").size());
    return 2.0 * 4.0 * pixels * trainAndTest + trialsAtBudget * budgets * solver +
           2.0 * 8.0 * columnsOfTrace * recordedRows * trialsAtBudget;
}

} // namespace

const std::vector<std::string>& profileNames() {
    static const std::vector<std::string> names = {
        "rex", "linear", "cosine", "exponential", "delayed_linear", "step", "constant", "drawn"};
    return names;
}

const std::vector<GridArm>& gridArms() {
    static const std::vector<GridArm> arms = [] {
        std::vector<GridArm> list;
        for (const char* profile : {"step", "linear", "rex"})
            for (const char* sampling :
                 {"50-75", "33-66", "25-50-75", "10%", "5%", "1%", "every_iteration"}) {
                std::string name = sampling;
                std::replace(name.begin(), name.end(), '-', '_');
                std::replace(name.begin(), name.end(), '%', 'p');
                list.push_back({fmt::format("grid_{}_{}", profile, name), profile, sampling});
            }
        return list;
    }();
    return arms;
}

ExperimentType rexSchedule() {
    return {.description = rexScheduleDescription(),
            .check = check,
            .memoryEstimate = memoryEstimate,
            .create = [](const ParameterValues& values) {
                return std::make_unique<RexExperiment>(values);
            }};
}

} // namespace convergence
