#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/statistics/crowd_method.h"

namespace convergence::statistics {

/// Softmax regression on soft labels: logits Wx + b, cross-entropy −Σ_c t_c ln softmax(Wx + b)_c on
/// targets t that add up to 1. Stochastic gradients with momentum from W = 0, b = 0; each pass goes
/// through the examples in an order of its own, by `seed`.
class SoftmaxRegression {
public:
    struct Options {
        int passes = 30;
        Index batch = 50;
        float rate = 0.02F, momentum = 0.9F;
        std::uint64_t seed = 0;
    };

    /// `inputs` features × examples, `targets` classes × examples. Throws InputError where their
    /// examples differ, or there are none.
    SoftmaxRegression(const Eigen::MatrixXf& inputs, const Eigen::MatrixXf& targets,
                      const Options& options);

    /// softmax(Wx + b), classes × examples.
    [[nodiscard]] Eigen::MatrixXf probabilities(const Eigen::MatrixXf& inputs) const;
    /// Share of examples whose likeliest class is the label.
    [[nodiscard]] double accuracy(const Eigen::MatrixXf& inputs,
                                  std::span<const std::uint8_t> labels) const;

private:
    Eigen::MatrixXf weights_; ///< classes × features
    Eigen::VectorXf bias_;
};

/// What a crowd says as targets, K × tasks: all on the first answer; q̂ on the first and 1 − q̂ on
/// the second; or the shares of the votes.
Eigen::MatrixXf hardTargets(const CrowdEstimate& estimate, Index choices);
Eigen::MatrixXf pairTargets(const CrowdEstimate& estimate, Index choices);
Eigen::MatrixXf voteTargets(const CrowdTable& table);

} // namespace convergence::statistics
