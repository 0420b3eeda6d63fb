#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "core/autodiff/operations.h"
#include "core/nn/parameter_layout.h"

namespace convergence {

/// The running averages of all batch norms of a model: a flat vector beside its parameters, with a
/// layout of its own that its layers share. One object for one recording of the model:
///
///     ParameterLayout layout, averages;
///     const BatchNorm norm(layout, averages, "norm", 32);
///     ...
///     auto running = graph.input({averages.size()});
///     BatchStatistics<float> training(averages, running, BatchStatistics<float>::Use::batch);
///     auto y = norm(theta, x, training);
///     Program<float> program(graph, {loss, slope, training.next()});
///
/// After each training step the values of next() are what `running` is from then on (a program does
/// not change its leaves). Another recording with Use::running evaluates with the averages.
template <typename Scalar>
class BatchStatistics {
public:
    enum class Use {
        batch,   ///< train: moments of the batch
        running, ///< evaluate: averages, so that a sample's result does not depend on others
    };
    BatchStatistics(const ParameterLayout& averages, autodiff::Tensor<Scalar> running, Use use)
        : averages_(&averages), running_(running), use_(use) {}

    [[nodiscard]] Use use() const { return use_; }
    [[nodiscard]] autodiff::Tensor<Scalar> running() const { return running_; }

    /// The averages after this batch; those of layers that were not used stay.
    [[nodiscard]] autodiff::Tensor<Scalar> next() const {
        if (fresh_.empty())
            return running_;
        std::vector<autodiff::Tensor<Scalar>> pieces;
        std::vector<autodiff::Index> begins;
        for (std::size_t i = 0; i < averages_->blocks().size(); ++i) {
            const auto found = std::find_if(fresh_.begin(), fresh_.end(),
                                            [&](const Fresh& fresh) { return fresh.block == i; });
            pieces.push_back(found != fresh_.end() ? found->value : averages_->part(running_, i));
            begins.push_back(averages_->blocks()[i].begin);
        }
        return assemble(running_.shape(), pieces, begins);
    }
    /// For layers: what block number `block` is after this batch. A layer that is used twice keeps
    /// the last.
    void setNext(std::size_t block, autodiff::Tensor<Scalar> value) {
        std::erase_if(fresh_, [&](const Fresh& fresh) { return fresh.block == block; });
        fresh_.push_back({block, stopGradient(value)});
    }

private:
    struct Fresh {
        std::size_t block;
        autodiff::Tensor<Scalar> value;
    };
    const ParameterLayout* averages_;
    autodiff::Tensor<Scalar> running_;
    Use use_;
    std::vector<Fresh> fresh_;
};

/// Batch normalization (Ioffe and Szegedy 2015) of the last axis, with gain γ and bias β:
///
///   y = γ (x − μ)/√(σ² + ε) + β,
///
/// with mean and variance of the batch over all other axes, or their running averages
/// μ̄ ← (1 − m) μ̄ + m μ and σ̄² ← (1 − m) σ̄² + m σ² B/(B − 1), B the numbers averaged over. They
/// start at 0 and 1.
class BatchNorm {
public:
    struct Constants {
        double momentum = 0.1; ///< m
        double epsilon = 1e-5; ///< ε
    };
    BatchNorm(ParameterLayout& layout, ParameterLayout& averages, const std::string& name,
              autodiff::Index channels)
        : BatchNorm(layout, averages, name, channels, Constants{}) {}
    BatchNorm(ParameterLayout& layout, ParameterLayout& averages, const std::string& name,
              autodiff::Index channels, const Constants& constants)
        : layout_(&layout), averages_(&averages), momentum_(constants.momentum),
          epsilon_(constants.epsilon),
          gain_(layout.add(name + "/gain", {channels}, Initializer::ones())),
          bias_(layout.add(name + "/bias", {channels}, Initializer::zeros())),
          mean_(averages.add(name + "/mean", {channels}, Initializer::zeros())),
          variance_(averages.add(name + "/variance", {channels}, Initializer::ones())) {}

    template <typename Scalar>
    autodiff::Tensor<Scalar> operator()(autodiff::Tensor<Scalar> theta, autodiff::Tensor<Scalar> x,
                                        BatchStatistics<Scalar>& statistics) const {
        const auto gain = layout_->part(theta, gain_), bias = layout_->part(theta, bias_);
        const auto mean = averages_->part(statistics.running(), mean_);
        const auto variance = averages_->part(statistics.running(), variance_);
        if (statistics.use() == BatchStatistics<Scalar>::Use::running)
            return (x - mean) * (gain * power(variance + epsilon_, -0.5)) + bias;
        const auto batch = standardizeChannels(x, epsilon_);
        const auto count = static_cast<double>(x.shape().rows());
        if (count < 2.0)
            throw std::logic_error("A batch norm needs a batch of at least two.");
        statistics.setNext(mean_, (1.0 - momentum_) * mean + momentum_ * batch.mean);
        statistics.setNext(variance_, (1.0 - momentum_) * variance +
                                          (momentum_ * count / (count - 1.0)) * batch.variance);
        return batch.value * gain + bias;
    }

private:
    const ParameterLayout* layout_;
    const ParameterLayout* averages_;
    double momentum_, epsilon_;
    std::size_t gain_, bias_, mean_, variance_;
};

} // namespace convergence
