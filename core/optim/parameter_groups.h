#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "core/optim/optimizer.h"

namespace convergence {

/// An optimizer whose parameters fall into groups (OptimizerOptions::groups; made by
/// makeOptimizer). Every stretch of the vector that belongs to one group has an optimizer of its
/// own, so that a step is what that optimizer does to the stretch at η·rateFactor with decay
/// λ·decayFactor.
template <typename Scalar>
class GroupedOptimizer final : public Optimizer<Scalar> {
public:
    using typename Optimizer<Scalar>::Vector;
    using Make =
        std::function<std::unique_ptr<Optimizer<Scalar>>(Eigen::Index, const OptimizerOptions&)>;

    /// `make` gives the optimizer of a stretch from its size and constants. Throws InputError for
    /// groups as makeOptimizer does.
    GroupedOptimizer(Eigen::Index size, const OptimizerOptions& options, const Make& make);
    void step(Eigen::Ref<Vector> x, const Eigen::Ref<const Vector>& gradient,
              Scalar learningRate) override;
    void setMomentum(Scalar momentum) override;

private:
    struct Stretch {
        ParameterBlock range;
        Scalar rateFactor;
        std::unique_ptr<Optimizer<Scalar>> optimizer;
    };
    std::vector<Stretch> stretches_;
};

} // namespace convergence
