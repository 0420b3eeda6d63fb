#pragma once

#include <span>
#include <vector>

#include "core/bilevel/problem.h"

namespace convergence::bilevel {

/// Examples with few features that are not 0, by rows, and their classes.
struct SparseExamples {
    std::vector<std::uint32_t> begins{0}; ///< one more than examples
    std::vector<std::uint32_t> features;
    std::vector<double> values;
    std::vector<std::uint8_t> labels;

    [[nodiscard]] std::size_t size() const { return labels.size(); }
    void add(std::span<const std::uint32_t> itsFeatures, std::span<const double> itsValues,
             std::uint8_t label);
};

/// Softmax regression at the lower level, y = W ∈ R^{C × F} column by column; the validation loss
/// at the upper one. What x is, the kind says:
///
///   example weights, x ∈ R^n:  g = (1/n)Σ σ(xᵢ) CEᵢ(W) + (c/2)‖W‖²
///   ridge, x ∈ R:              g = (1/n)Σ CEᵢ(W) + (eˣ/2)‖W‖²
///   f = mean CE over the validation examples
///
/// With p = softmax(Wφ), s = Zφ: ∇ᵧg sums (p − e)φᵀ, its product with Z (p∘s − p pᵀs)φᵀ, each with
/// its weight; (∇²ₓᵧg Z)ᵢ = (1/n)σ'(xᵢ)(p − e)ᵀs, or eˣ⟨W, Z⟩; ∇ₓf = 0. Samples are batches drawn
/// with replacement, a sampled example counting 1/B in the place of 1/n.
struct SoftmaxTask {
    SparseExamples training, validation, test;
    Eigen::Index classes = 0, features = 0;
    double ridge = 1e-3; ///< c

    [[nodiscard]] Eigen::Index parameters() const { return classes * features; }
    /// Of examples: mean CE, and the share of which the class is told.
    [[nodiscard]] double loss(const SparseExamples& of, const Eigen::VectorXd& W) const;
    [[nodiscard]] double accuracy(const SparseExamples& of, const Eigen::VectorXd& W) const;
    /// g of weighted training examples, with its gradient.
    double objective(const Eigen::VectorXd& W, std::span<const double> weights, double ridgeNow,
                     Eigen::VectorXd& gradient) const;
    /// W from 0 by gradient descent on it.
    [[nodiscard]] Eigen::VectorXd trained(std::span<const double> weights, double ridgeNow,
                                          double step, int steps) const;
    /// Wφ of an example; p − e in its place, returning CE.
    void logits(const SparseExamples& of, std::size_t example, const Eigen::VectorXd& W,
                std::span<double> result) const;
    double residual(const SparseExamples& of, std::size_t example, const Eigen::VectorXd& W,
                    std::span<double> result) const;
    /// G += scale·rφᵀ.
    void addOuter(const SparseExamples& of, std::size_t example, std::span<const double> r,
                  double scale, Eigen::VectorXd& G) const;
};

double sigmoid(double x);

class SoftmaxProblem final : public Problem {
public:
    enum class Upper { exampleWeights, ridge };
    struct Options {
        Upper upper = Upper::exampleWeights;
        std::uint32_t trainingBatch = 128, validationBatch = 64;
        double upperStart = 0.0; ///< of every coordinate
        std::uint64_t seed = 0, replicate = 0;
    };
    /// `task` outlives this.
    SoftmaxProblem(const SoftmaxTask& task, const Options& options);

    [[nodiscard]] Eigen::VectorXd upperStart() const override;
    [[nodiscard]] Eigen::VectorXd lowerStart() const override;
    [[nodiscard]] std::uint32_t usualDraws() const override { return options_.trainingBatch; }
    /// Every eighth example, of both sets.
    [[nodiscard]] std::uint32_t parts() const override { return 8; }
    /// 1/(1 + eˣ) for a ridge of eˣ.
    [[nodiscard]] double stepScale(const Eigen::VectorXd& x) const override;

    void upperByX(const Eigen::VectorXd& x, const Eigen::VectorXd& y, const Sample& sample,
                  Eigen::VectorXd& result) override;
    void upperByY(const Eigen::VectorXd& x, const Eigen::VectorXd& y, const Sample& sample,
                  Eigen::VectorXd& result) override;
    void lowerByY(const Eigen::VectorXd& x, const Eigen::VectorXd& y, const Sample& sample,
                  Eigen::VectorXd& result) override;
    void hessianProduct(const Eigen::VectorXd& x, const Eigen::VectorXd& y,
                        const Eigen::VectorXd& z, const Sample& sample,
                        Eigen::VectorXd& result) override;
    void mixedProduct(const Eigen::VectorXd& x, const Eigen::VectorXd& y, const Eigen::VectorXd& z,
                      const Sample& sample, Eigen::VectorXd& result) override;

private:
    enum class Oracle { upperByY, lowerByY, hessian, mixed };
    /// The examples of a sample, in batch_.
    void draw(Oracle oracle, const Sample& sample);
    [[nodiscard]] bool weighs() const { return options_.upper == Upper::exampleWeights; }
    [[nodiscard]] double weight(const Eigen::VectorXd& x, std::size_t example) const;
    [[nodiscard]] double ridge(const Eigen::VectorXd& x) const;

    const SoftmaxTask& task_;
    Options options_;
    std::vector<std::uint32_t> batch_;
    std::vector<double> residual_, slope_;
};

} // namespace convergence::bilevel
