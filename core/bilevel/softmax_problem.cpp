#include "core/bilevel/softmax_problem.h"

#include <algorithm>
#include <cmath>

#include "core/experiment/shared_draws.h"
#include "core/math/random.h"

namespace convergence::bilevel {

void SparseExamples::add(std::span<const std::uint32_t> itsFeatures,
                         std::span<const double> itsValues, std::uint8_t label) {
    features.insert(features.end(), itsFeatures.begin(), itsFeatures.end());
    values.insert(values.end(), itsValues.begin(), itsValues.end());
    begins.push_back(static_cast<std::uint32_t>(features.size()));
    labels.push_back(label);
}

double sigmoid(double x) {
    return 1.0 / (1.0 + std::exp(-x));
}

// ---- One example ---------------------------------------------------------------------------

void SoftmaxTask::logits(const SparseExamples& of, std::size_t example, const Eigen::VectorXd& W,
                         std::span<double> result) const {
    std::fill(result.begin(), result.end(), 0.0);
    for (std::uint32_t k = of.begins[example]; k < of.begins[example + 1]; ++k) {
        const double* column = W.data() + classes * static_cast<Eigen::Index>(of.features[k]);
        for (std::size_t c = 0; c < result.size(); ++c)
            result[c] += of.values[k] * column[c];
    }
}

double SoftmaxTask::residual(const SparseExamples& of, std::size_t example,
                             const Eigen::VectorXd& W, std::span<double> result) const {
    logits(of, example, W, result);
    const double largest = *std::max_element(result.begin(), result.end());
    const double own = result[of.labels[example]];
    double sum = 0.0;
    for (double& entry : result) {
        entry = std::exp(entry - largest);
        sum += entry;
    }
    for (double& entry : result)
        entry /= sum;
    result[of.labels[example]] -= 1.0;
    return std::log(sum) + largest - own;
}

void SoftmaxTask::addOuter(const SparseExamples& of, std::size_t example, std::span<const double> r,
                           double scale, Eigen::VectorXd& G) const {
    for (std::uint32_t k = of.begins[example]; k < of.begins[example + 1]; ++k) {
        double* column = G.data() + classes * static_cast<Eigen::Index>(of.features[k]);
        const double factor = scale * of.values[k];
        for (std::size_t c = 0; c < r.size(); ++c)
            column[c] += factor * r[c];
    }
}

// ---- All of them ---------------------------------------------------------------------------

double SoftmaxTask::loss(const SparseExamples& of, const Eigen::VectorXd& W) const {
    std::vector<double> r(static_cast<std::size_t>(classes));
    double sum = 0.0;
    for (std::size_t i = 0; i < of.size(); ++i)
        sum += residual(of, i, W, r);
    return sum / static_cast<double>(of.size());
}

double SoftmaxTask::accuracy(const SparseExamples& of, const Eigen::VectorXd& W) const {
    std::vector<double> r(static_cast<std::size_t>(classes));
    std::size_t told = 0;
    for (std::size_t i = 0; i < of.size(); ++i) {
        logits(of, i, W, r);
        told += std::max_element(r.begin(), r.end()) - r.begin() == of.labels[i] ? 1U : 0U;
    }
    return static_cast<double>(told) / static_cast<double>(of.size());
}

double SoftmaxTask::objective(const Eigen::VectorXd& W, std::span<const double> weights,
                              double ridgeNow, Eigen::VectorXd& gradient) const {
    std::vector<double> r(static_cast<std::size_t>(classes));
    const double share = 1.0 / static_cast<double>(training.size());
    gradient = ridgeNow * W;
    double value = 0.5 * ridgeNow * W.squaredNorm();
    for (std::size_t i = 0; i < training.size(); ++i) {
        value += share * weights[i] * residual(training, i, W, r);
        addOuter(training, i, r, share * weights[i], gradient);
    }
    return value;
}

Eigen::VectorXd SoftmaxTask::trained(std::span<const double> weights, double ridgeNow, double step,
                                     int steps) const {
    Eigen::VectorXd W = Eigen::VectorXd::Zero(parameters()), gradient(W);
    for (int k = 0; k < steps; ++k) {
        objective(W, weights, ridgeNow, gradient);
        W -= step * gradient;
    }
    return W;
}

// ---- Oracles -------------------------------------------------------------------------------

SoftmaxProblem::SoftmaxProblem(const SoftmaxTask& task, const Options& options)
    : task_(task), options_(options), residual_(static_cast<std::size_t>(task.classes)),
      slope_(residual_.size()) {
    batch_.reserve(std::max({task.training.size(), task.validation.size(),
                             static_cast<std::size_t>(options.trainingBatch)}));
}

Eigen::VectorXd SoftmaxProblem::upperStart() const {
    return Eigen::VectorXd::Constant(
        weighs() ? static_cast<Eigen::Index>(task_.training.size()) : 1, options_.upperStart);
}

Eigen::VectorXd SoftmaxProblem::lowerStart() const {
    return Eigen::VectorXd::Zero(task_.parameters());
}

double SoftmaxProblem::weight(const Eigen::VectorXd& x, std::size_t example) const {
    return weighs() ? sigmoid(x[static_cast<Eigen::Index>(example)]) : 1.0;
}

double SoftmaxProblem::ridge(const Eigen::VectorXd& x) const {
    return weighs() ? task_.ridge : std::exp(x[0]);
}

double SoftmaxProblem::stepScale(const Eigen::VectorXd& x) const {
    return weighs() ? 1.0 : 1.0 / (1.0 + std::exp(x[0]));
}

void SoftmaxProblem::draw(Oracle oracle, const Sample& sample) {
    const bool isUpper = oracle == Oracle::upperByY;
    const SparseExamples& from = isUpper ? task_.validation : task_.training;
    if (sample.isPart) {
        batch_.clear();
        for (std::size_t i = sample.index; i < from.size(); i += parts())
            batch_.push_back(static_cast<std::uint32_t>(i));
        return;
    }
    constexpr std::string_view purposes[] = {
        "bilevel validation batch", "bilevel batch of the gradient", "bilevel batch of the Hessian",
        "bilevel batch of the mixed product"};
    std::size_t size = isUpper ? options_.validationBatch : options_.trainingBatch;
    // Of a sample of another size, as many times more.
    if (sample.draws > 0)
        size = std::max<std::size_t>(1, size * sample.draws / options_.trainingBatch);
    batch_.resize(size);
    drawBatch({.seed = options_.seed,
               .purpose = purposes[static_cast<std::size_t>(oracle)],
               .replicate = options_.replicate,
               .index = sample.index},
              from.size(), batch_);
}

void SoftmaxProblem::upperByX(const Eigen::VectorXd&, const Eigen::VectorXd&, const Sample&,
                              Eigen::VectorXd& result) {
    result.setZero();
}

void SoftmaxProblem::upperByY(const Eigen::VectorXd&, const Eigen::VectorXd& y,
                              const Sample& sample, Eigen::VectorXd& result) {
    draw(Oracle::upperByY, sample);
    result.setZero();
    const double share = 1.0 / static_cast<double>(batch_.size());
    for (const std::uint32_t i : batch_) {
        task_.residual(task_.validation, i, y, residual_);
        task_.addOuter(task_.validation, i, residual_, share, result);
    }
}

void SoftmaxProblem::lowerByY(const Eigen::VectorXd& x, const Eigen::VectorXd& y,
                              const Sample& sample, Eigen::VectorXd& result) {
    draw(Oracle::lowerByY, sample);
    result = ridge(x) * y;
    const double share = 1.0 / static_cast<double>(batch_.size());
    for (const std::uint32_t i : batch_) {
        task_.residual(task_.training, i, y, residual_);
        task_.addOuter(task_.training, i, residual_, share * weight(x, i), result);
    }
}

void SoftmaxProblem::hessianProduct(const Eigen::VectorXd& x, const Eigen::VectorXd& y,
                                    const Eigen::VectorXd& z, const Sample& sample,
                                    Eigen::VectorXd& result) {
    draw(Oracle::hessian, sample);
    result = ridge(x) * z;
    const double share = 1.0 / static_cast<double>(batch_.size());
    for (const std::uint32_t i : batch_) {
        task_.residual(task_.training, i, y, residual_);
        residual_[task_.training.labels[i]] += 1.0; // p
        task_.logits(task_.training, i, z, slope_);
        double mean = 0.0;
        for (std::size_t c = 0; c < slope_.size(); ++c)
            mean += residual_[c] * slope_[c];
        for (std::size_t c = 0; c < slope_.size(); ++c)
            slope_[c] = residual_[c] * (slope_[c] - mean);
        task_.addOuter(task_.training, i, slope_, share * weight(x, i), result);
    }
}

void SoftmaxProblem::mixedProduct(const Eigen::VectorXd& x, const Eigen::VectorXd& y,
                                  const Eigen::VectorXd& z, const Sample& sample,
                                  Eigen::VectorXd& result) {
    if (!weighs()) {
        result[0] = std::exp(x[0]) * y.dot(z);
        return;
    }
    draw(Oracle::mixed, sample);
    result.setZero();
    const double share = 1.0 / static_cast<double>(batch_.size());
    for (const std::uint32_t i : batch_) {
        task_.residual(task_.training, i, y, residual_);
        task_.logits(task_.training, i, z, slope_);
        double product = 0.0;
        for (std::size_t c = 0; c < slope_.size(); ++c)
            product += residual_[c] * slope_[c];
        const double sigma = weight(x, i);
        result[static_cast<Eigen::Index>(i)] += share * sigma * (1.0 - sigma) * product;
    }
}

} // namespace convergence::bilevel
