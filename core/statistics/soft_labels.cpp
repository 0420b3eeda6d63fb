#include "core/statistics/soft_labels.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/error.h"

namespace convergence::statistics {

using Eigen::MatrixXf;
using Eigen::VectorXf;

namespace {

void toProbabilities(MatrixXf& logits) {
    for (auto column : logits.colwise()) {
        column = (column.array() - column.maxCoeff()).exp().matrix().eval();
        column /= column.sum();
    }
}

} // namespace

SoftmaxRegression::SoftmaxRegression(const MatrixXf& inputs, const MatrixXf& targets,
                                     const Options& options)
    : weights_(MatrixXf::Zero(targets.rows(), inputs.rows())),
      bias_(VectorXf::Zero(targets.rows())) {
    if (inputs.cols() != targets.cols() || inputs.cols() == 0)
        throw InputError(fmt::format("{} examples with {} targets are not accepted; expected one "
                                     "target for each, and at least one.",
                                     inputs.cols(), targets.cols()));
    const auto count = static_cast<std::size_t>(inputs.cols());
    const Index batch = std::min(options.batch, inputs.cols());
    MatrixXf x(inputs.rows(), batch), residual(targets.rows(), batch);
    MatrixXf weightStep = MatrixXf::Zero(weights_.rows(), weights_.cols());
    VectorXf biasStep = VectorXf::Zero(bias_.size());
    for (int pass = 0; pass < options.passes; ++pass) {
        RandomStream stream({options.seed, "soft labels", 0, static_cast<std::uint64_t>(pass)});
        const auto order = stream.permutation(count);
        for (std::size_t first = 0; first + static_cast<std::size_t>(batch) <= count;
             first += static_cast<std::size_t>(batch)) {
            for (Index k = 0; k < batch; ++k)
                x.col(k) =
                    inputs.col(static_cast<Index>(order[first + static_cast<std::size_t>(k)]));
            residual.noalias() = weights_ * x;
            residual.colwise() += bias_;
            toProbabilities(residual);
            for (Index k = 0; k < batch; ++k) // softmax − t is the gradient in the logits
                residual.col(k) -=
                    targets.col(static_cast<Index>(order[first + static_cast<std::size_t>(k)]));
            const float scale = options.rate / static_cast<float>(batch);
            weightStep *= options.momentum;
            weightStep.noalias() -= scale * residual * x.transpose();
            biasStep = options.momentum * biasStep - scale * residual.rowwise().sum();
            weights_ += weightStep;
            bias_ += biasStep;
        }
    }
}

MatrixXf SoftmaxRegression::probabilities(const MatrixXf& inputs) const {
    MatrixXf logits = weights_ * inputs;
    logits.colwise() += bias_;
    toProbabilities(logits);
    return logits;
}

double SoftmaxRegression::accuracy(const MatrixXf& inputs,
                                   std::span<const std::uint8_t> labels) const {
    const MatrixXf likely = probabilities(inputs);
    double right = 0.0;
    for (Index j = 0; j < likely.cols(); ++j) {
        Index named = 0;
        likely.col(j).maxCoeff(&named);
        right += named == labels[static_cast<std::size_t>(j)] ? 1.0 : 0.0;
    }
    return right / static_cast<double>(likely.cols());
}

MatrixXf hardTargets(const CrowdEstimate& estimate, Index choices) {
    MatrixXf targets = MatrixXf::Zero(choices, static_cast<Index>(estimate.pairs.size()));
    for (std::size_t j = 0; j < estimate.pairs.size(); ++j)
        targets(estimate.pairs[j].first, static_cast<Index>(j)) = 1.0F;
    return targets;
}

MatrixXf pairTargets(const CrowdEstimate& estimate, Index choices) {
    MatrixXf targets = MatrixXf::Zero(choices, static_cast<Index>(estimate.pairs.size()));
    for (Index j = 0; j < targets.cols(); ++j) {
        const AnswerPair& pair = estimate.pairs[static_cast<std::size_t>(j)];
        const auto q = static_cast<float>(estimate.clarity[j]);
        targets(pair.first, j) = q;
        targets(pair.second, j) = 1.0F - q;
    }
    return targets;
}

MatrixXf voteTargets(const CrowdTable& table) {
    MatrixXf targets = MatrixXf::Zero(table.choices(), table.tasks());
    for (Index j = 0; j < table.tasks(); ++j) {
        const auto answers = table.of(j);
        for (const CrowdTable::Answer& answer : answers)
            targets(answer.choice, j) += 1.0F / static_cast<float>(answers.size());
    }
    return targets;
}

} // namespace convergence::statistics
