#pragma once

#include "core/statistics/crowd_method.h"

namespace convergence::statistics {

/// Dawid and Skene's expectation–maximization (1979): every worker has a confusion matrix, every
/// task a posterior over its classes. The posterior starts as the shares of votes; a round is
///
///   M:  μ_i(k|c) ∝ Σ_j 1{Y_ij = k} π_jc + 10⁻⁶,   normalized over the answers k,
///   E:  π_jc ∝ Π_i μ_i(Y_ij|c),                    in logarithms, with an even prior over classes.
///
/// The two answers are those with the largest ln π, which is the order of π without its underflow:
/// after some rounds π itself is 1 and otherwise 0 in floating point, and its second place is a
/// tie. A task's row is padded to a multiple of four classes, so that the loops over classes have
/// no remainder; the padding has no mass.
class DawidSkene final : public CrowdMethod {
public:
    static constexpr double pseudoCount = 1e-6;

    explicit DawidSkene(std::shared_ptr<const CrowdTable> table);

    bool advance() override;
    const CrowdEstimate& estimate() override;
    [[nodiscard]] Eigen::VectorXd scores(Index task) const override;

    /// π of a task, K numbers.
    [[nodiscard]] Eigen::VectorXd posterior(Index task) const;
    /// μ of a worker after the last round: μ(k|c) in row k, column c.
    [[nodiscard]] Eigen::MatrixXd confusion(Index worker) const;

private:
    void maximize();
    void expect();
    [[nodiscard]] double* row(std::vector<double>& of, Index index) const {
        return of.data() + index * width_;
    }

    std::shared_ptr<const CrowdTable> table_;
    Index width_;                      ///< K, padded
    std::vector<double> posterior_;    ///< tasks × width
    std::vector<double> logPosterior_; ///< the same, up to a constant of each task
    std::vector<double> logConfusion_; ///< (workers × answers) × width
    CrowdEstimate estimate_;
    bool isFresh_ = false;
};

} // namespace convergence::statistics
