#pragma once

#include <cstdint>

#include <Eigen/Core>

namespace convergence {

/// Averages of the iterates x¹, ..., x^t of a run of at most T steps: uniform, weighted by the step
/// sizes, and over the last half, t > T/2 (the suffix average; until then the newest iterate).
class IterateAverages {
public:
    IterateAverages(Eigen::Index dimension, std::int64_t horizon)
        : uniform_(Eigen::VectorXd::Zero(dimension)), weighted_(uniform_), suffix_(uniform_),
          suffixStart_(horizon / 2) {}

    /// The next iterate and the step size that is taken from it (> 0).
    void add(const Eigen::Ref<const Eigen::VectorXd>& x, double stepSize);

    [[nodiscard]] std::int64_t count() const { return count_; }
    [[nodiscard]] const Eigen::VectorXd& uniform() const { return uniform_; }
    [[nodiscard]] const Eigen::VectorXd& weighted() const { return weighted_; }
    [[nodiscard]] const Eigen::VectorXd& suffix() const { return suffix_; }

private:
    Eigen::VectorXd uniform_, weighted_, suffix_;
    std::int64_t suffixStart_;
    std::int64_t count_ = 0;
    double weight_ = 0.0;
};

} // namespace convergence
