#include "plugins/schedules/rex-schedule/trial.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "core/data/fashion_mnist.h"
#include "core/error.h"
#include "core/math/random.h"
#include "core/nn/minibatch.h"
#include "core/optim/optimizer.h"
#include "plugins/schedules/rex-schedule/arms.h"
#include "plugins/schedules/rex-schedule/custom_schedule.h"
#include "plugins/schedules/rex-schedule/experiment.h"

namespace convergence::rex {

const Columns<State>& traceTable() {
    static const Columns<State> table{
        Columns<State>::clock({"epoch", "epoch", [](const State& s) { return s.epoch; }}),
        Columns<State>::clock(
            {"samples", "samples seen", [](const State& s) { return s.samples; }}),
        {"learning_rate_now", "learning rate ηₜ", [](const State& s) { return s.rate; }},
        {"batch_loss", "training loss of the mini-batch",
         [](const State& s) { return s.batchLoss; }},
        {"momentum_now", "momentum μₜ", [](const State& s) { return s.momentum; }}};
    return table;
}

const Columns<State>& finalTable() {
    static const Columns<State> table{
        {"test_error", "test error", "%", [](const State& s) { return s.testError; }},
        {"validation_error", "validation error", "%",
         [](const State& s) { return s.validationError; }},
        {"validation_loss", "validation loss", [](const State& s) { return s.validationLoss; }},
        {"last_batch_loss", "loss of the last mini-batch",
         [](const State& s) { return s.batchLoss; }}};
    return table;
}

Records records() {
    return {.trace = traceTable().patterns(),
            .factors = {{"budget_percent", "budget", "%"},
                        {"learning_rate", "base learning rate η₀"},
                        {"optimizer_index", "optimizer"},
                        {"profile_index", "profile", "", "", gridProfiles},
                        {"sampling_index", "sampling rate", "", "", Sampling::names()}},
            .finals = finalTable().patterns(),
            .frames = {"schedule"}};
}

namespace {

constexpr Eigen::Index validationImages = 2000;

LabelledImages columns(const LabelledImages& images, Eigen::Index first, Eigen::Index count,
                       const Eigen::VectorXf& meanImage) {
    LabelledImages part;
    part.images = images.images.middleCols(first, count).colwise() - meanImage;
    part.labels.assign(images.labels.begin() + first, images.labels.begin() + first + count);
    return part;
}

} // namespace

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
        {data.source, data.standIn},
        traceTable().at(parameters(), values),
        finalTable().at(parameters(), values)});
    if (values.boolean("shuffle_labels")) {
        RandomStream stream({.seed = 0, .purpose = "shuffled labels"});
        const auto order = stream.permutation(setting->train.labels.size());
        const auto labels = setting->train.labels;
        for (std::size_t i = 0; i < order.size(); ++i)
            setting->train.labels[i] = labels[order[i]];
    }
    return setting;
}

namespace {

std::size_t batchSizeOf(const Setting& setting) {
    return static_cast<std::size_t>(setting.values.integer("batch_size"));
}

/// What only a trial that trains needs.
class Training {
public:
    Training(const Setting& setting, const std::string& optimizer, std::uint64_t seed)
        : train_(setting.train),
          batches_(static_cast<std::size_t>(train_.count()), batchSizeOf(setting), seed),
          network_(traitsOf(networkChoices(), setting.values.text("network"))
                       .make(setting.values, train_.images.rows())),
          parameters_(network_->parameterCount()), gradient_(network_->parameterCount()),
          inputs_(train_.images.rows(), static_cast<Eigen::Index>(batchSizeOf(setting))),
          labels_(batchSizeOf(setting)),
          optimizer_(makeOptimizer<float>(optimizer, network_->parameterCount(),
                                          {.momentum = setting.values.real("momentum"),
                                           .weightDecay = setting.values.real("weight_decay")})) {
        network_->initialize(parameters_, seed);
    }

    void setMomentum(double momentum) { optimizer_->setMomentum(static_cast<float>(momentum)); }

    /// Step t at a rate; gives the loss of its batch.
    double step(std::int64_t t, double rate) {
        Eigen::Index column = 0;
        for (const std::uint32_t sample : batches_.batch(t)) {
            inputs_.col(column) = train_.images.col(sample);
            labels_[static_cast<std::size_t>(column++)] = train_.labels[sample];
        }
        const float loss = network_->lossAndGradient(parameters_, inputs_, labels_, gradient_);
        optimizer_->step(parameters_, gradient_, static_cast<float>(rate));
        return static_cast<double>(loss);
    }

    Classifier<float>::Evaluation evaluate(const LabelledImages& images) {
        return network_->evaluate(parameters_, images.images, images.labels);
    }

private:
    const LabelledImages& train_;
    MinibatchStream batches_;
    std::unique_ptr<Classifier<float>> network_;
    Eigen::VectorXf parameters_;
    Eigen::VectorXf gradient_;
    Eigen::MatrixXf inputs_;
    std::vector<std::uint8_t> labels_;
    std::unique_ptr<Optimizer<float>> optimizer_;
};

/// One training run. Trials run one after another (lockStep is off), but a watched run keeps all of
/// them for its views: what trains is made at the first step and given back at the end.
class TrainingSolver final : public Solver {
public:
    TrainingSolver(std::shared_ptr<const Setting> setting, const TrialPlan& plan)
        : setting_(std::move(setting)), arm_(traitsOf(rexArms(), plan.arm)), budget_(plan.steps),
          baseRate_(plan.factors.at("learning_rate")), custom_(setting_->values),
          batchesPerEpoch_(MinibatchStream(static_cast<std::size_t>(setting_->train.count()),
                                           batchSizeOf(*setting_), plan.replicate)
                               .batchesPerEpoch()),
          optimizer_(setting_->values.choices("optimizer")
                         .at(static_cast<std::size_t>(plan.factors.at("optimizer_index")))),
          seed_(plan.replicate), momentum_(setting_->values.real("momentum")),
          hasMomentum_(findOptimizer(optimizer_).hasMomentum) {
        if (arm_.source == ScheduleSource::gridCell) {
            custom_.profile = arm_.profile;
            custom_.sampling = arm_.sampling;
        }
        makeSchedule();
    }

    StepStatus step(const StopToken&) override {
        const std::int64_t interval = schedule_->feedbackInterval();
        if (interval > 0 && t_ > 0 && t_ % interval == 0)
            schedule_->observe(training().evaluate(setting_->validation).loss);
        rate_ = baseRate_ * schedule_->factor(t_);
        if (const auto cycled = schedule_->momentum(t_); cycled && hasMomentum_) {
            momentum_ = *cycled;
            training().setMomentum(momentum_);
        }
        loss_ = training().step(t_, rate_);
        ++t_;
        return std::isfinite(loss_) ? StepStatus::running : StepStatus::diverged;
    }

    void measure(std::span<double> metrics) override {
        refresh();
        setting_->traceRow.fill(state_, metrics);
    }

    void conclude(std::span<double> finals) override {
        refresh();
        const auto validation = training().evaluate(setting_->validation);
        state_.testError = 100.0 * training().evaluate(setting_->test).errorRate;
        state_.validationError = 100.0 * validation.errorRate;
        state_.validationLoss = validation.loss;
        training_.reset();
        setting_->finalRow.fill(state_, finals);
    }

    void setLive(const std::string& name, const Value& value) override {
        if (arm_.source != ScheduleSource::own)
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
    Training& training() {
        if (!training_)
            training_.emplace(*setting_, optimizer_, seed_);
        return *training_;
    }
    void refresh() {
        state_.epoch = static_cast<double>(t_) / static_cast<double>(batchesPerEpoch_);
        state_.samples = static_cast<double>(t_) * static_cast<double>(batchSizeOf(*setting_));
        state_.rate = t_ == 0 ? baseRate_ * schedule_->factor(0) : rate_;
        state_.batchLoss = t_ == 0 ? notApplicable : loss_;
        state_.momentum = momentum_;
    }
    void makeSchedule() {
        schedule_ = arm_.source == ScheduleSource::named
                        ? convergence::makeSchedule(arm_.id, budget_, custom_.options)
                        : custom_.make(budget_);
    }

    std::shared_ptr<const Setting> setting_;
    const RexArm& arm_;
    std::int64_t budget_;
    double baseRate_;
    CustomSchedule custom_;
    std::int64_t batchesPerEpoch_;
    std::string optimizer_;
    std::uint64_t seed_;
    std::optional<Training> training_; ///< none before the first step and after the last
    std::unique_ptr<Schedule> schedule_;
    std::int64_t t_ = 0;
    double rate_ = 0.0;
    double loss_ = notApplicable;
    double momentum_;
    bool hasMomentum_; ///< Adam's is left alone
    State state_;
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
    if (arm_.source != ScheduleSource::named) {
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

} // namespace

std::unique_ptr<Solver> startTrial(std::shared_ptr<const Setting> setting, const TrialPlan& plan) {
    return std::make_unique<TrainingSolver>(std::move(setting), plan);
}

} // namespace convergence::rex
