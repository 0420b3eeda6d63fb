#include "core/statistics/sdr_network.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <stdexcept>
#include <vector>

#include <fmt/format.h>

#include "core/autodiff/operations.h"
#include "core/error.h"
#include "core/math/random.h"
#include "core/nn/layers.h"
#include "core/optim/optimizer.h"
#include "core/statistics/frechet_covariance.h"

namespace convergence::statistics {

using Eigen::Index;
using Eigen::MatrixXd;

namespace {

using FloatTensor = autodiff::Tensor<float>;
using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// The features as a function of parameters and samples.
class FeatureMap {
public:
    FeatureMap(const SdrNetworkOptions& options, Index inputs) : form_(options.form) {
        constexpr Index channels = 8, hidden = 32;
        if (form_ == SdrNetworkOptions::Form::dense) {
            dense_ = {uniformLinear(layout, "first", inputs, options.width),
                      uniformLinear(layout, "second", options.width, options.width),
                      uniformLinear(layout, "last", options.width, options.dimension)};
            return;
        }
        side_ = static_cast<Index>(std::lround(std::sqrt(static_cast<double>(inputs))));
        if (side_ * side_ != inputs || side_ % 2 != 0)
            throw InputError(fmt::format("Samples of {} numbers are no square pictures of even "
                                         "size, which a convolutional network takes.",
                                         inputs));
        const Conv2d::Sizes inner{.inputs = channels, .outputs = channels, .padding = 1};
        convolutions_.emplace_back(layout, "entry",
                                   Conv2d::Sizes{.outputs = channels, .padding = 1});
        convolutions_.emplace_back(layout, "residual 1", inner);
        convolutions_.emplace_back(layout, "residual 2", inner);
        dense_ = {uniformLinear(layout, "dense", side_ * side_ / 4 * channels, hidden),
                  uniformLinear(layout, "last", hidden, options.dimension)};
    }

    FloatTensor operator()(FloatTensor theta, FloatTensor x) const {
        if (form_ == SdrNetworkOptions::Form::convolutional) {
            x = reshape(x, {x.shape()[0], side_, side_, 1});
            x = averagePool(relu(convolutions_[0](theta, x)), 2, 2);
            x = relu(x + convolutions_[2](theta, relu(convolutions_[1](theta, x))));
            x = reshape(x, {x.shape()[0], x.shape().elements() / x.shape()[0]});
        }
        for (std::size_t l = 0; l + 1 < dense_.size(); ++l)
            x = relu(dense_[l](theta, x));
        return dense_.back()(theta, x);
    }

    ParameterLayout layout;

private:
    SdrNetworkOptions::Form form_;
    Index side_ = 0;
    std::vector<Conv2d> convolutions_;
    std::vector<Linear> dense_;
};

constexpr Index evaluated = 200; ///< samples at a time

} // namespace

struct SdrNetwork::State {
    State(const MatrixXd& samples, const MatrixXd& w, const SdrNetworkOptions& chosen)
        : options(chosen), inputs(samples.cols()), map(chosen, samples.cols()),
          members(chosen.batch > 0 ? std::min(chosen.batch, samples.rows()) : samples.rows()),
          x(samples.cast<float>()), weights((w / w.trace()).cast<float>()),
          theta(Eigen::VectorXf::Zero(map.layout.size())),
          adam(map.layout.size(), {.weightDecay = static_cast<float>(chosen.weightDecay)}) {
        if (w.rows() != samples.rows() || w.cols() != samples.rows())
            throw std::logic_error("weights are n × n for n samples");
        map.layout.initialize(std::span(theta.data(), static_cast<std::size_t>(theta.size())),
                              options.seed);
        record();
        recordForward();
        if (isOfDistances()) {
            ownFeatures.resize(members, options.dimension);
            ownWeights.resize(members, members);
            form.resize(members, members);
        }
    }

    void record() {
        using namespace autodiff;
        const auto n = static_cast<double>(members);
        at.x = graph.input({members, inputs});
        at.w = graph.input({members, members});
        at.theta = graph.input({map.layout.size()});
        at.gain = graph.input({1});
        at.penalty = graph.input({1});
        const FloatTensor f = map(at.theta, at.x);
        const FloatTensor centered = f - mean(f, 0, ReducedAxis::kept);
        // FᵀW as one product of few rows; W is symmetric, so that the gradient of tr(FᵀWF) is that
        // of 2 tr(FᵀP) at the P = WF of now. Distance covariance is the trace of a W that goes with
        // F, and of its gradient half of that (frechet_covariance.h).
        const FloatTensor product = stopGradient(matmul(centered, at.w, Transposed::left));
        at.association = sum(transpose(centered) * product) / n;
        std::vector<float> identity(static_cast<std::size_t>(options.dimension * options.dimension),
                                    0.0F);
        for (std::size_t i = 0; i < identity.size();
             i += static_cast<std::size_t>(options.dimension) + 1)
            identity[i] = 1.0F;
        const FloatTensor s = matmul(centered, centered, Transposed::left) / n;
        at.distortion = sum(square(
            s - graph.constant({options.dimension, options.dimension}, std::move(identity))));
        const double degree = isOfDistances() ? 1.0 : 2.0;
        const FloatTensor loss =
            sum(at.penalty * at.distortion - degree * at.gain * at.association);
        at.slope = gradient(loss, at.theta);
        program.emplace(graph, std::vector{at.association, at.distortion, at.slope});
        program->matrix(at.x) = x.topRows(members);
        program->matrix(at.w) = weights.topLeftCorner(members, members);
    }
    void recordForward() {
        to.x = forwardGraph.input({evaluated, inputs});
        to.theta = forwardGraph.input({map.layout.size()});
        to.features = map(to.theta, to.x);
        forward.emplace(forwardGraph, std::vector{to.features});
    }

    [[nodiscard]] bool isOfDistances() const {
        return options.criterion == SdrCriterion::distanceCovariance;
    }

    void evaluate(const auto& samples, MatrixXd& features) {
        forward->vector(to.theta) = theta;
        for (Index first = 0; first < samples.rows(); first += evaluated) {
            const Index count = std::min(evaluated, samples.rows() - first);
            auto block = forward->matrix(to.x);
            block.setZero();
            block.topRows(count) = samples.middleRows(first, count).template cast<float>();
            forward->run();
            features.middleRows(first, count) =
                forward->matrix(to.features).topRows(count).template cast<double>();
        }
    }

    /// The W that goes with the features of now; the samples' own is in `ownWeights`.
    void followFeatures() {
        const bool isBatch = members < x.rows();
        if (isBatch || steps == 0)
            ownWeights = program->matrix(at.w).cast<double>();
        evaluate(program->matrix(at.x), ownFeatures);
        distanceCovarianceForm(ownFeatures, ownWeights, form);
        program->matrix(at.w) = (static_cast<double>(members) * form).cast<float>();
    }

    void drawBatch() {
        RandomStream stream({options.seed, "batches", 0, static_cast<std::uint64_t>(steps)});
        const auto chosen =
            stream.choice(static_cast<std::size_t>(x.rows()), static_cast<std::size_t>(members));
        auto ofX = program->matrix(at.x);
        auto ofW = program->matrix(at.w);
        for (Index k = 0; k < members; ++k) {
            const auto from = static_cast<Index>(chosen[static_cast<std::size_t>(k)]);
            ofX.row(k) = x.row(from);
            for (Index l = 0; l < members; ++l)
                ofW(k, l) = weights(from, static_cast<Index>(chosen[static_cast<std::size_t>(l)]));
        }
        const Eigen::VectorXf means = ofW.rowwise().mean();
        const float mean = means.mean();
        ofW.colwise() -= means;
        ofW.rowwise() -= means.transpose();
        ofW.array() += mean;
        ofW /= ofW.trace();
    }

    SdrNetworkOptions options;
    Index inputs;
    FeatureMap map;
    Index members; ///< of a batch
    RowMajor x, weights;
    MatrixXd ownFeatures, ownWeights, form; ///< of distance covariance
    Eigen::VectorXf theta;
    Adam<float> adam;
    std::int64_t steps = 0;
    autodiff::Graph<float> graph, forwardGraph;
    struct {
        FloatTensor x, w, theta, gain, penalty, association, distortion, slope;
    } at;
    struct {
        FloatTensor x, theta, features;
    } to;
    std::optional<autodiff::Program<float>> program, forward;
};

SdrNetwork::SdrNetwork(const MatrixXd& x, const MatrixXd& weights, const SdrNetworkOptions& options)
    : state_(std::make_unique<State>(x, weights, options)) {}
SdrNetwork::SdrNetwork(SdrNetwork&&) noexcept = default;
SdrNetwork::~SdrNetwork() = default;

bool SdrNetwork::step() {
    State& s = *state_;
    if (s.members < s.x.rows())
        s.drawBatch();
    if (s.isOfDistances())
        s.followFeatures();
    s.program->vector(s.at.theta) = s.theta;
    s.program->value(s.at.gain)[0] = static_cast<float>(s.options.gain);
    s.program->value(s.at.penalty)[0] = static_cast<float>(s.options.penalty);
    s.program->run(static_cast<std::uint64_t>(s.steps));
    const double left =
        1.0 - static_cast<double>(s.steps) / static_cast<double>(s.options.iterations);
    s.adam.step(s.theta, s.program->vector(s.at.slope),
                static_cast<float>(s.options.learningRate * std::max(0.0, left)));
    ++s.steps;
    return s.theta.allFinite();
}

double SdrNetwork::association() const {
    return static_cast<double>(state_->program->scalar(state_->at.association));
}
double SdrNetwork::distortion() const {
    return static_cast<double>(state_->program->scalar(state_->at.distortion));
}

MatrixXd SdrNetwork::features(const MatrixXd& x) {
    State& s = *state_;
    MatrixXd features(x.rows(), s.options.dimension);
    s.evaluate(x, features);
    return features;
}

void SdrNetwork::setGain(double gain) {
    state_->options.gain = gain;
}
void SdrNetwork::setPenalty(double penalty) {
    state_->options.penalty = penalty;
}

} // namespace convergence::statistics
