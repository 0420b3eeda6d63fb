#include "core/nn/autoencoder.h"

#include <cmath>

namespace convergence {

namespace {

constexpr Eigen::Index hidden = 16;

} // namespace

Autoencoder::Autoencoder(Eigen::Index inputs, Eigen::Index code, RandomStream stream) {
    const std::vector<Eigen::Index> widths{inputs, hidden, code, hidden, inputs};
    Eigen::Index offset = 0;
    for (std::size_t i = 0; i + 1 < widths.size(); ++i) {
        layers_.push_back({widths[i], widths[i + 1], offset});
        offset += widths[i] * widths[i + 1] + widths[i + 1];
    }
    parameters_ = Eigen::VectorXd::Zero(offset);
    for (const Layer& layer : layers_) {
        const double limit = std::sqrt(6.0 / static_cast<double>(layer.inputs + layer.outputs));
        stream.fillUniform({parameters_.data() + layer.offset,
                            static_cast<std::size_t>(layer.inputs * layer.outputs)},
                           -limit, limit);
    }
}

std::vector<Eigen::MatrixXd> Autoencoder::forward(const Eigen::MatrixXd& x) const {
    std::vector<Eigen::MatrixXd> activations{x};
    for (std::size_t i = 0; i < layers_.size(); ++i) {
        Eigen::MatrixXd a = weights(layers_[i]) * activations.back();
        a.colwise() += biases(layers_[i]);
        if (i + 1 < layers_.size())
            a = a.array().tanh();
        activations.push_back(std::move(a));
    }
    return activations;
}

Eigen::VectorXd Autoencoder::scores(const Eigen::MatrixXd& x) const {
    return (forward(x).back() - x).colwise().squaredNorm();
}

double Autoencoder::lossAndGradient(const Eigen::MatrixXd& x, Eigen::VectorXd& gradient) const {
    const auto activations = forward(x);
    gradient.setZero(parameters_.size());
    const double scale = 1.0 / static_cast<double>(x.size());
    Eigen::MatrixXd delta = activations.back() - x; // d × b
    const double loss = scale * delta.squaredNorm();
    delta *= 2.0 * scale;
    for (std::size_t i = layers_.size(); i-- > 0;) {
        const Layer& layer = layers_[i];
        Eigen::Map<Eigen::MatrixXd>(gradient.data() + layer.offset, layer.outputs, layer.inputs) =
            delta * activations[i].transpose();
        Eigen::Map<Eigen::VectorXd>(gradient.data() + layer.offset + layer.inputs * layer.outputs,
                                    layer.outputs) = delta.rowwise().sum();
        if (i > 0)
            delta = (weights(layer).transpose() * delta)
                        .cwiseProduct((1.0 - activations[i].array().square()).matrix());
    }
    return loss;
}

void Autoencoder::trainEpoch(const Eigen::MatrixXd& x, double rate, Eigen::Index batch,
                             RandomStream order) {
    constexpr double firstDecay = 0.9, secondDecay = 0.999, epsilon = 1e-8;
    const auto places = order.permutation(static_cast<std::size_t>(x.cols()));
    Eigen::ArrayXd first = Eigen::ArrayXd::Zero(parameters_.size()), second = first;
    Eigen::VectorXd gradient;
    int step = 0;
    for (Eigen::Index at = 0; at < x.cols(); at += batch) {
        const Eigen::Index count = std::min(batch, x.cols() - at);
        Eigen::MatrixXd samples(x.rows(), count);
        for (Eigen::Index j = 0; j < count; ++j)
            samples.col(j) = x.col(places[static_cast<std::size_t>(at + j)]);
        lossAndGradient(samples, gradient);
        ++step;
        first = firstDecay * first + (1.0 - firstDecay) * gradient.array();
        second = secondDecay * second + (1.0 - secondDecay) * gradient.array().square();
        parameters_.array() -= rate * (first / (1.0 - std::pow(firstDecay, step))) /
                               ((second / (1.0 - std::pow(secondDecay, step))).sqrt() + epsilon);
    }
}

} // namespace convergence
