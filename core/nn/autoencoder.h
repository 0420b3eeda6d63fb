#pragma once

#include <cstdint>
#include <vector>

#include <Eigen/Core>

#include "core/math/random.h"

namespace convergence {

/// A small autoencoder d → 16 → k → 16 → d: tanh between the layers, linear output, mean squared
/// error. All weights and biases lie in one vector, so that models can be averaged.
class Autoencoder {
public:
    /// Glorot-uniform weights, zero biases.
    Autoencoder(Eigen::Index inputs, Eigen::Index code, RandomStream stream);

    [[nodiscard]] const Eigen::VectorXd& parameters() const { return parameters_; }
    void setParameters(const Eigen::VectorXd& parameters) { parameters_ = parameters; }

    /// ‖x − x̂‖² of each column.
    [[nodiscard]] Eigen::VectorXd scores(const Eigen::MatrixXd& x) const;
    /// (1/bd) Σ‖x − x̂‖² of a batch, and its gradient.
    double lossAndGradient(const Eigen::MatrixXd& x, Eigen::VectorXd& gradient) const;

    /// One epoch of Adam from fresh moments on the columns of x in random order.
    void trainEpoch(const Eigen::MatrixXd& x, double rate, Eigen::Index batch, RandomStream order);

private:
    struct Layer {
        Eigen::Index inputs, outputs, offset;
    };
    [[nodiscard]] auto weights(const Layer& layer) const {
        return Eigen::Map<const Eigen::MatrixXd>(parameters_.data() + layer.offset, layer.outputs,
                                                 layer.inputs);
    }
    [[nodiscard]] auto biases(const Layer& layer) const {
        return Eigen::Map<const Eigen::VectorXd>(
            parameters_.data() + layer.offset + layer.inputs * layer.outputs, layer.outputs);
    }
    [[nodiscard]] std::vector<Eigen::MatrixXd> forward(const Eigen::MatrixXd& x) const;

    std::vector<Layer> layers_;
    Eigen::VectorXd parameters_;
};

} // namespace convergence
