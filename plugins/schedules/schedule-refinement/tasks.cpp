#include "plugins/schedules/schedule-refinement/tasks.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "core/data/fashion_mnist.h"
#include "core/error.h"
#include "core/math/statistics.h"
#include "core/nn/minibatch.h"
#include "core/nn/mlp_classifier.h"
#include "core/optim/noisy_stream.h"
#include "core/optim/optimizer.h"
#include "core/optim/schedule.h"

namespace convergence::schedule_refinement {

namespace {

constexpr Eigen::Index classes = 10;
constexpr Eigen::Index softmaxImages = 40000;
constexpr Eigen::Index softmaxEvaluated = 10000;
constexpr Eigen::Index networkImages = 5000;
constexpr Eigen::Index hiddenUnits = 32;
constexpr double networkWeightDecay = 5e-4;
constexpr double momentum = 0.9;
/// Of Adam; the convex tasks forget faster.
constexpr double convexBeta2 = 0.95, networkBeta2 = 0.999;

template <typename Scalar>
std::unique_ptr<Optimizer<Scalar>> optimizerOf(const TrainingSetting& setting, Eigen::Index size) {
    const bool network = setting.task == Task::network;
    return makeOptimizer<Scalar>(setting.optimizer, size,
                                 {.momentum = momentum,
                                  .beta2 = network ? networkBeta2 : convexBeta2,
                                  .weightDecay = network ? networkWeightDecay : 0.0});
}

/// All replicates of the noisy stream advance together, one column each.
class StreamRun final : public TrainingRun {
public:
    StreamRun(std::shared_ptr<const TrainingSetting> setting, std::uint64_t seed)
        : setting_(std::move(setting)), stream_(seed),
          X_(Eigen::MatrixXd::Zero(stream_.dimension(), setting_->replicates)), G_(X_),
          optimizer_(optimizerOf<double>(*setting_, X_.size())) {}

    double step(double rate) override {
        stream_.sampleSubgradients(t_, X_, setting_->noise[static_cast<std::size_t>(t_)], G_);
        const double norm =
            setting_->norm == NormKind::l2 ? G_.col(0).norm() : G_.col(0).lpNorm<1>();
        optimizer_->step(X_.reshaped(), G_.reshaped(), rate);
        ++t_;
        return norm;
    }

    [[nodiscard]] RunningLoss running() const override {
        const std::vector<double> all = gaps();
        const Quartiles middle = quartiles(all);
        return {mean(all), middle.lower, middle.upper};
    }
    FinalLoss conclude() override { return {.loss = mean(gaps())}; }

private:
    [[nodiscard]] std::vector<double> gaps() const {
        std::vector<double> all;
        all.reserve(static_cast<std::size_t>(X_.cols()));
        for (Eigen::Index r = 0; r < X_.cols(); ++r)
            all.push_back(stream_.value(X_.col(r)) - stream_.minimum());
        return all;
    }

    std::shared_ptr<const TrainingSetting> setting_;
    NoisyStream stream_;
    Eigen::MatrixXd X_, G_; ///< d × replicates
    std::unique_ptr<Optimizer<double>> optimizer_;
    std::int64_t t_ = 0;
};

/// Softmax regression and the network on images.
class ImageRun final : public TrainingRun {
public:
    ImageRun(std::shared_ptr<const TrainingSetting> setting, std::uint64_t seed)
        : setting_(std::move(setting)),
          batches_(static_cast<std::size_t>(setting_->train.count()), setting_->batchSize, seed),
          network_(layers(), std::max<Eigen::Index>(batchSize(), 256)),
          parameters_(Eigen::VectorXf::Zero(network_.parameterCount())),
          gradient_(network_.parameterCount()), inputs_(setting_->train.images.rows(), batchSize()),
          labels_(setting_->batchSize),
          optimizer_(optimizerOf<float>(*setting_, network_.parameterCount())) {
        if (setting_->task == Task::network)
            network_.initialize(parameters_, seed);
    }

    double step(double rate) override {
        Eigen::Index column = 0;
        for (const std::uint32_t sample : batches_.batch(t_)) {
            inputs_.col(column) = setting_->train.images.col(sample);
            labels_[static_cast<std::size_t>(column++)] = setting_->train.labels[sample];
        }
        const auto loss =
            static_cast<double>(network_.lossAndGradient(parameters_, inputs_, labels_, gradient_));
        const double norm = setting_->norm == NormKind::l2
                                ? static_cast<double>(gradient_.norm())
                                : static_cast<double>(gradient_.lpNorm<1>());
        optimizer_->step(parameters_, gradient_, static_cast<float>(rate));
        ++t_;
        // Exponential mean over some 50 mini-batches, corrected for its start at 0.
        constexpr double memory = 0.98;
        smoothed_ = memory * smoothed_ + (1.0 - memory) * loss;
        forgotten_ *= memory;
        return std::isfinite(loss) ? norm : loss;
    }

    [[nodiscard]] RunningLoss running() const override {
        return t_ == 0 ? RunningLoss{} : RunningLoss{.loss = smoothed_ / (1.0 - forgotten_)};
    }

    FinalLoss conclude() override {
        const Eigen::Index count = std::min(softmaxEvaluated, setting_->train.count());
        const auto train = network_.evaluate(
            parameters_, setting_->train.images.leftCols(count),
            std::span(setting_->train.labels).first(static_cast<std::size_t>(count)));
        const auto test =
            network_.evaluate(parameters_, setting_->test.images, setting_->test.labels);
        return {train.loss, test.loss, 100.0 * test.errorRate};
    }

private:
    [[nodiscard]] Eigen::Index batchSize() const {
        return static_cast<Eigen::Index>(setting_->batchSize);
    }
    [[nodiscard]] std::vector<Eigen::Index> layers() const {
        const Eigen::Index pixels = setting_->train.images.rows();
        if (setting_->task == Task::softmax)
            return {pixels, classes};
        return {pixels, hiddenUnits, classes};
    }

    std::shared_ptr<const TrainingSetting> setting_;
    MinibatchStream batches_;
    MlpClassifier<float> network_;
    Eigen::VectorXf parameters_, gradient_;
    Eigen::MatrixXf inputs_;
    std::vector<std::uint8_t> labels_;
    std::unique_ptr<Optimizer<float>> optimizer_;
    std::int64_t t_ = 0;
    double smoothed_ = 0.0, forgotten_ = 1.0;
};

void loadImages(TrainingSetting& setting, const std::string& folder) {
    ImageDataset data = findFashionMnist(folder);
    const Eigen::Index wanted = setting.task == Task::softmax ? softmaxImages : networkImages;
    // The stand-in has fewer images than softmax regression would like.
    const Eigen::Index count = data.standIn ? std::min(wanted, data.train.count()) : wanted;
    if (count > data.train.count())
        throw InputError(fmt::format("Parameter 'data_folder': the data has {} training images, "
                                     "the task takes {}.",
                                     data.train.count(), count));
    if (setting.batchSize > static_cast<std::size_t>(count))
        throw InputError(fmt::format("Parameter 'batch_size': {} is not accepted, expected at most "
                                     "the {} training images.",
                                     setting.batchSize, count));
    setting.train.images = data.train.images.leftCols(count);
    setting.train.labels.assign(data.train.labels.begin(), data.train.labels.begin() + count);
    setting.test = std::move(data.test);
    const Eigen::VectorXf meanImage = setting.train.images.rowwise().mean();
    setting.train.images.colwise() -= meanImage;
    setting.test.images.colwise() -= meanImage;
    setting.provenance = {data.source, data.standIn};
}

/// Convolution with a Gaussian, the ends continued.
std::vector<double> smoothed(const std::vector<double>& values, double deviation) {
    const auto reach = static_cast<std::ptrdiff_t>(std::ceil(4.0 * deviation));
    const auto last = static_cast<std::ptrdiff_t>(values.size()) - 1;
    std::vector<double> kernel;
    double total = 0.0;
    for (std::ptrdiff_t i = -reach; i <= reach; ++i) {
        kernel.push_back(std::exp(-0.5 * static_cast<double>(i * i) / (deviation * deviation)));
        total += kernel.back();
    }
    std::vector<double> result(values.size(), 0.0);
    for (std::ptrdiff_t t = 0; t <= last; ++t)
        for (std::ptrdiff_t i = -reach; i <= reach; ++i)
            result[static_cast<std::size_t>(t)] +=
                kernel[static_cast<std::size_t>(i + reach)] / total *
                values[static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(t + i, 0, last))];
    return result;
}

} // namespace

std::shared_ptr<const TrainingSetting> makeTrainingSetting(const ParameterValues& values,
                                                           const TaskChoice& task,
                                                           std::size_t steps,
                                                           const std::vector<std::string>& notes) {
    auto setting = std::make_shared<TrainingSetting>();
    setting->task = task.task;
    const OptimizerChoice& optimizer = traitsOf(optimizerChoices, values.text("optimizer"));
    setting->optimizer = optimizer.id;
    const NormChoice& norm = traitsOf(normChoices, values.text("norm"));
    setting->norm = norm.byOptimizer ? optimizer.norm : norm.norm;
    setting->steps = steps;
    if (task.task == Task::noisyStream) {
        setting->replicates = values.integer("replicates");
        setting->noise =
            noiseLevels(values.text("noise_profile"), values.curve("drawn_noise"), steps);
    } else if (task.trainsOnImages()) {
        setting->batchSize = static_cast<std::size_t>(values.integer(std::string(task.batchSize)));
        loadImages(*setting, values.text("data_folder"));
    }
    for (const std::string& note : notes)
        setting->provenance.data += (setting->provenance.data.empty() ? "" : " ") + note;
    return setting;
}

std::unique_ptr<TrainingRun> startTraining(std::shared_ptr<const TrainingSetting> setting,
                                           std::uint64_t seed) {
    if (setting->task == Task::noisyStream)
        return std::make_unique<StreamRun>(std::move(setting), seed);
    return std::make_unique<ImageRun>(std::move(setting), seed);
}

void checkSteps(const ParameterValues& values) {
    constexpr std::int64_t fewest = 50;
    const std::int64_t steps = values.integer("steps");
    if (steps > 0 && steps < fewest)
        throw InputError(fmt::format("Parameter 'steps': {} is not accepted, expected 0 (as the "
                                     "task has it) or an integer from {} to 1000000.",
                                     steps, fewest));
}

std::vector<double> noiseLevels(std::string_view profile, const std::vector<CurvePoint>& drawn,
                                std::size_t steps) {
    const NoiseChoice& noise = traitsOf(noiseChoices, profile);
    const Profile curve = drawnProfile(drawn);
    std::vector<double> levels(steps);
    for (std::size_t t = 0; t < steps; ++t) {
        const double z = static_cast<double>(t) / static_cast<double>(steps);
        levels[t] = noise.level ? noise.level(z) : curve(z);
    }
    return levels;
}

std::vector<double> normProfile(std::string_view profile, const std::vector<CurvePoint>& drawn,
                                std::size_t steps) {
    const ProfileChoice& choice = traitsOf(profileChoices, profile);
    if (choice.shape == ProfileShape::flat)
        return std::vector<double>(steps, 1.0);
    constexpr std::size_t finest = 2000;
    constexpr double relativeDeviation = 0.02;
    const bool isPeak = choice.shape == ProfileShape::peak;
    const std::vector<CurvePoint> knots = {{0, 15},   {0.003, 6}, {0.02, 4},
                                           {0.03, 2}, {0.1, 1},   {1, choice.end}};
    const Profile curve = drawnProfile(isPeak ? knots : drawn);
    std::vector<double> norms(std::min(steps, finest));
    for (std::size_t t = 0; t < norms.size(); ++t)
        norms[t] = curve(norms.size() == 1
                             ? 0.0
                             : static_cast<double>(t) / static_cast<double>(norms.size() - 1));
    if (isPeak)
        norms = smoothed(norms, relativeDeviation * static_cast<double>(norms.size()));
    return resample(norms, steps);
}

NumericColumn readNorms(const std::string& file, const std::string& column) {
    constexpr std::size_t most = 1000000;
    NumericColumn norms = readColumn(file, column, most);
    for (std::size_t i = 0; i < norms.values.size(); ++i)
        if (!(norms.values[i] >= 0.0) || !std::isfinite(norms.values[i]))
            throw InputError(fmt::format("The file {}, line {}: the gradient norm {} in column "
                                         "'{}' is not accepted; expected a finite number that is "
                                         "not negative.",
                                         file, norms.lines[i], norms.values[i], norms.name));
    if (norms.values.size() < 2 ||
        std::all_of(norms.values.begin(), norms.values.end(), [](double G) { return G == 0; }))
        throw InputError(fmt::format("The file {} holds {} gradient norms{}; expected at least 2, "
                                     "some of them positive.",
                                     file, norms.values.size(),
                                     norms.values.size() < 2 ? "" : ", none of them of use"));
    return norms;
}

} // namespace convergence::schedule_refinement
