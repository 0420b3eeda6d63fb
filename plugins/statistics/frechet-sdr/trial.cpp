// One trial: a network a step at a time, or features that are solved for at once.

#include "plugins/statistics/frechet-sdr/trial.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "core/math/random.h"
#include "core/statistics/frechet_regression.h"
#include "core/statistics/sdr_directions.h"
#include "core/statistics/sdr_network.h"
#include "plugins/statistics/frechet-sdr/experiment.h"
#include "plugins/statistics/frechet-sdr/frames.h"

namespace convergence::frechet_sdr {

using Eigen::Index;
using Eigen::MatrixXd;

namespace {

constexpr Index testSamples = 600, judgedTraining = 300;

} // namespace

const Columns<State>& traceTable() {
    static const Columns<State> table{
        {"quality", "distance correlation with s(x), not seen",
         [](const State& s) { return s.quality; }},
        {"training_quality", "distance correlation, training",
         [](const State& s) { return s.trainingQuality; }},
        {"response_quality", "distance correlation with responses, not seen",
         [](const State& s) { return s.responseQuality; }},
        {"association", "association", [](const State& s) { return s.association; }},
        {"distortion", "distortion ‖S − I‖²", [](const State& s) { return s.distortion; }},
        {"likeness", "|correlation| of two features", [](const State& s) { return s.likeness; }}};
    return table;
}

const Columns<State>& finalTable() {
    static const Columns<State> table{
        {"quality", "distance correlation with s(x), not seen",
         [](const State& s) { return s.quality; }},
        {"loss_of_quality", "1 − distance correlation",
         [](const State& s) { return 1.0 - s.quality; }},
        {"association", "association", [](const State& s) { return s.association; }},
        {"distortion", "distortion ‖S − I‖²", [](const State& s) { return s.distortion; }},
        {"likeness", "|correlation| of two features", [](const State& s) { return s.likeness; }},
        {"largest_variance", "largest variance of a feature",
         [](const State& s) { return s.largestVariance; }},
        {"identity_error", "largest relative difference of three forms of FCCov",
         [](const State& s) { return s.identityError; }},
        {"response_quality", "distance correlation with responses, not seen",
         [](const State& s) { return s.responseQuality; }},
        {"neighbor_error", "mean d² of neighbors' prediction, not seen",
         [](const State& s) { return s.neighborError; }},
        {"global_error", "mean d² of global Fréchet regression, not seen",
         [](const State& s) { return s.globalError; }},
        {"constant_error", "mean d² of one guess for all, not seen",
         [](const State& s) { return s.constantError; }}};
    return table;
}

Records records() {
    return {.trace = traceTable().patterns(),
            .factors = {{"samples", "samples n", ""}, {"outliers", "share of outliers", ""}},
            .finals = finalTable().patterns(),
            .frames = {"by_first", "by_second", "thumbnails", "responses", "globe", "densities",
                       "spectrum", "bars", "prediction"}};
}

std::size_t placeOfFinal(std::string_view id) {
    const auto& patterns = finalTable().patterns();
    const auto found = std::ranges::find(patterns, id, &ColumnPattern::id);
    if (found == patterns.end())
        throw std::logic_error("no final is called '" + std::string(id) + "'");
    return static_cast<std::size_t>(found - patterns.begin());
}

// ---- What trials share ---------------------------------------------------------------------

namespace {

ObjectMetric metricFor(const ResponseChoice& response, const ParameterValues& values) {
    if (response.isTable)
        return metricOf(traitsOf(tableChoices, values.text("table_response")).response);
    if (response.metric == ObjectMetric::logEuclidean)
        return traitsOf(metricChoices, values.text("metric")).metric;
    return response.metric;
}

} // namespace

Setting::Setting(const ParameterValues& given)
    : values(given), response(traitsOf(responseChoices, given.text("response"))),
      metric(metricFor(response, given)), mistake(traitsOf(mistakeChoices, given.text("mistake"))),
      traceRow(traceTable().at(parameters(), given)),
      finalRow(finalTable().at(parameters(), given)) {
    loadPictures(*this);
    loadTable(*this);
}

std::vector<double> Setting::sampleSizes() const {
    std::vector<double> sizes = values.numbers("samples");
    if (!table)
        return sizes;
    const auto most = static_cast<double>(table->x.rows() - testRowsOf(*table));
    for (double& size : sizes)
        size = std::min(size, most);
    sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
    return sizes;
}

namespace {

MatrixXd weightsOf(const MatrixXd& distances, Weight weight) {
    switch (weight) {
    case Weight::distance:
        return statistics::distanceWeights(distances);
    case Weight::kernel:
        return statistics::kernelWeights(distances);
    case Weight::frechet:
        break;
    }
    return statistics::frechetWeights(distances);
}

} // namespace

std::shared_ptr<const Data> Setting::data(const TrialPlan& plan) const {
    const double outliers = plan.factors.at("outliers"), samples = plan.factors.at("samples");
    return made_.get({outliers, samples, plan.replicate}, [&] {
        auto data = std::make_shared<Data>();
        const auto n = static_cast<Index>(samples);
        if (response.pictures != Pictures::none) {
            data->side = static_cast<Index>(std::lround(std::sqrt(double(pictures.rows()))));
            data->test = drawPictures(*this, 0, testSamples, 0.0, plan.replicate);
            data->training = drawPictures(*this, testSamples, n, outliers, plan.replicate);
        } else if (table) {
            TableSamples samples_ = drawTable(*this, n, outliers, plan.replicate);
            data->test = std::move(samples_.test);
            data->training = std::move(samples_.training);
        } else {
            statistics::SdrSetting setting{.response = response.response,
                                           .samples = n,
                                           .predictors = values.integer("predictors"),
                                           .outliers = outliers,
                                           .seed =
                                               static_cast<std::uint64_t>(values.integer("seed")),
                                           .replicate = plan.replicate};
            data->training = drawSdrSample(setting);
            setting.samples = testSamples;
            setting.outliers = 0.0;
            setting.set = statistics::SdrSetting::Set::test;
            data->test = drawSdrSample(setting);
        }
        if (mistake.isShuffled) {
            RandomStream stream({.seed = static_cast<std::uint64_t>(values.integer("seed")),
                                 .purpose = "shuffled",
                                 .replicate = plan.replicate});
            const auto order = stream.permutation(static_cast<std::size_t>(n));
            data->training.objects = MatrixXd(data->training.objects(Eigen::all, order));
        }
        data->distances = statistics::distancesBetween(data->training.objects, metric);
        data->fromSeen =
            statistics::distancesBetween(data->test.objects, data->training.objects, metric);
        if (table)
            data->notSeen = statistics::distancesBetween(data->test.objects, metric);
        for (Index k = 0; k < n; ++k)
            if (!data->training.isOutlier[static_cast<std::size_t>(k)])
                data->own.push_back(k);
        for (const std::string& id : values.choices("arms")) {
            const Weight weight = traitsOf(methodArms, id).weight;
            MatrixXd& w = data->weights[static_cast<std::size_t>(weight)];
            if (w.size() == 0)
                w = weightsOf(data->distances, weight);
        }
        return std::shared_ptr<const Data>(std::move(data));
    });
}

namespace {

/// How far three forms of FCCov of the first responses are from each other, relative to it, with
/// distances rounded so that there are ties; and the sorted form's gradient from 2WF.
double identityErrorOf(const Data& data, const MatrixXd& features, Ball ball) {
    constexpr double rounding = 8.0;
    const Index n = std::min<Index>(60, data.distances.rows());
    const MatrixXd distances =
        (rounding * data.distances.topLeftCorner(n, n)).array().round().min(1e6) / rounding;
    const MatrixXd f = features.topRows(n);
    const MatrixXd w = statistics::frechetWeights(distances);
    const statistics::BallOrder order(distances, ball);
    const double quadratic = (f.transpose() * w * f).trace();
    const MatrixXd gradient = 2.0 * w * f;
    return std::max(
        {std::abs(order.covariance(f) - quadratic) / quadratic,
         std::abs(statistics::frechetCovarianceByDefinition(distances, f) - quadratic) / quadratic,
         (order.gradient(f) - gradient).norm() / gradient.norm()});
}

// ---- The solver ----------------------------------------------------------------------------

class MethodSolver final : public Solver {
public:
    MethodSolver(std::shared_ptr<const Setting> setting, const TrialPlan& plan)
        : setting_(std::move(setting)), arm_(traitsOf(methodArms, plan.arm)),
          data_(setting_->data(plan)),
          weights_(data_->weights[static_cast<std::size_t>(arm_.weight)]),
          ball_{setting_->values.real("ball_x"), setting_->values.real("ball_y"),
                setting_->values.real("ball")} {
        const ParameterValues& values = setting_->values;
        if (arm_.form != Form::network)
            return;
        using Options = statistics::SdrNetworkOptions;
        constexpr Index batch = 300;
        const bool isConvolutional = data_->side > 0;
        network_.emplace(
            data_->training.x, weights_,
            Options{.criterion = arm_.criterion,
                    .form = isConvolutional ? Options::Form::convolutional : Options::Form::dense,
                    .width = values.integer("width"),
                    .dimension = values.integer("dimension"),
                    .gain = values.real("gain"),
                    .penalty = values.real("penalty"),
                    .learningRate = values.real("learning_rate"),
                    .weightDecay = values.real("weight_decay"),
                    .iterations = plan.steps,
                    .batch = isConvolutional ? batch : 0,
                    .seed = static_cast<std::uint64_t>(values.integer("seed")) * 1000 +
                            plan.replicate});
        refresh();
    }

    StepStatus step(const StopToken&) override {
        if (network_)
            return network_->step() ? StepStatus::running : StepStatus::diverged;
        if (test_.size() > 0) // solved for at once: the rest of the way there is nothing to do
            return StepStatus::running;
        const auto dimension = static_cast<Index>(setting_->values.integer("dimension"));
        if (arm_.form == Form::linear) {
            const statistics::LinearDirections linear(data_->training.x, weights_, dimension);
            take(linear);
        } else {
            take(statistics::KernelDirections(data_->training.x, weights_, dimension,
                                              setting_->values.real("kernel_ridge")));
        }
        return StepStatus::running;
    }

    void measure(std::span<double> metrics) override {
        if (network_)
            refresh();
        setting_->traceRow.fill(state_, metrics);
    }

    void conclude(std::span<double> finals) override {
        if (network_)
            refresh();
        if (training_.size() > 0) {
            const MatrixXd centered = training_.rowwise() - training_.colwise().mean();
            state_.largestVariance =
                centered.colwise().squaredNorm().maxCoeff() / static_cast<double>(centered.rows());
            if (!setting_->table)
                state_.identityError = identityErrorOf(*data_, training_, setting_->mistake.ball);
            predict();
        }
        setting_->finalRow.fill(state_, finals);
    }

    void setLive(const std::string& name, const Value& value) override {
        if (name == "ball_x")
            ball_.x = std::get<double>(value);
        else if (name == "ball_y")
            ball_.y = std::get<double>(value);
        else if (name == "ball")
            ball_.share = std::get<double>(value);
        else if (network_ && name == "gain")
            network_->setGain(std::get<double>(value));
        else if (network_ && name == "penalty")
            network_->setPenalty(std::get<double>(value));
    }

    void draw(const Recording&, FrameMap& frames) const override {
        if (test_.size() > 0)
            drawFeatures(*setting_, *data_, test_, frames);
        drawResponses(*setting_, *data_, ball_, frames);
        drawSpectrum(weights_, frames);
    }

    [[nodiscard]] std::string divergence() const override {
        return "the network's parameters are not finite: the learning rate is too large";
    }

private:
    template <typename Directions>
    void take(const Directions& directions) {
        take(directions.features(data_->training.x), directions.features(data_->test.x));
    }
    void refresh() {
        take(network_->features(data_->training.x), network_->features(data_->test.x));
    }
    void take(MatrixXd training, MatrixXd test) {
        training_ = std::move(training);
        test_ = std::move(test);
        if (!training_.allFinite() || !test_.allFinite())
            return;
        const auto n = static_cast<double>(training_.rows());
        const MatrixXd centered = training_.rowwise() - training_.colwise().mean();
        const MatrixXd s = centered.transpose() * centered / n;
        state_.association =
            arm_.criterion == SdrCriterion::distanceCovariance
                ? statistics::distanceCovariance(training_, weights_)
                : centered.cwiseProduct(weights_ * centered).sum() / (n * weights_.trace());
        state_.distortion = (s - MatrixXd::Identity(s.rows(), s.cols())).squaredNorm();
        state_.likeness =
            s.rows() > 1 ? std::abs(s(0, 1)) / std::sqrt(s(0, 0) * s(1, 1)) : notApplicable;
        judge();
    }
    /// Against what is known.
    void judge() {
        const Index judged = std::min(judgedTraining, training_.rows());
        const MatrixXd seen = training_.topRows(judged).transpose(), notSeen = test_.transpose();
        if (setting_->table) {
            const auto from = statistics::distancesBetween(notSeen, ObjectMetric::euclidean);
            state_.responseQuality = statistics::distanceCorrelationOf(from, data_->notSeen);
            state_.trainingQuality = statistics::distanceCorrelationOf(
                statistics::distancesBetween(seen, ObjectMetric::euclidean),
                data_->distances.topLeftCorner(judged, judged));
            return;
        }
        state_.quality =
            statistics::distanceCorrelation(notSeen, data_->test.predictors.transpose());
        state_.trainingQuality = statistics::distanceCorrelation(
            seen, data_->training.predictors.topRows(judged).transpose());
    }
    /// Responses not seen, from those learned from that are no outliers: it is the features that
    /// are judged.
    void predict() {
        if (data_->own.empty())
            return;
        const std::vector<Index>& own = data_->own;
        const MatrixXd features = training_(own, Eigen::all);
        const MatrixXd distances = data_->distances(own, own);
        const MatrixXd fromSeen = data_->fromSeen(Eigen::all, own);
        const Index neighbors = setting_->values.integer("neighbors");
        state_.neighborError = statistics::meanSquaredDistance(
            fromSeen, statistics::predictByNeighbors(features, distances, test_, neighbors));
        state_.globalError = statistics::meanSquaredDistance(
            fromSeen, statistics::predictGlobally(features, distances, test_));
        state_.constantError = fromSeen.col(statistics::frechetMean(distances)).squaredNorm() /
                               static_cast<double>(fromSeen.rows());
    }

    std::shared_ptr<const Setting> setting_;
    const MethodArm& arm_;
    std::shared_ptr<const Data> data_;
    const MatrixXd& weights_;
    ShownBall ball_;
    std::optional<statistics::SdrNetwork> network_;
    MatrixXd training_, test_; ///< features
    State state_;
};

} // namespace

std::unique_ptr<Solver> startTrial(std::shared_ptr<const Setting> setting, const TrialPlan& plan) {
    return std::make_unique<MethodSolver>(std::move(setting), plan);
}

} // namespace convergence::frechet_sdr
