#pragma once

#include <memory>
#include <variant>

#include "core/experiment/parameter.h"
#include "core/optim/private_descent.h"
#include "core/optim/random_embedding.h"
#include "core/optim/recursive_regularization.h"
#include "core/optim/tree_spider.h"
#include "plugins/stochastic/dp-stationary-points/arms.h"

namespace convergence::private_points {

/// What an arm's method does for n samples in d dimensions with a budget: everything that is known
/// before any data is.
struct MethodPlan {
    std::variant<NoisyDescentPlan, SpiderBoostPlan, TreeSpiderPlan, RecursivePlan> method;
    PrivacyBudget budget;       ///< of the method: δ is halved where the data is embedded
    Eigen::Index embedding = 0; ///< k; 0: none
    double bound = 0.0;         ///< on the gradient norm, constants left out

    [[nodiscard]] std::int64_t steps() const {
        return std::visit([](const auto& plan) { return plan.steps; }, method);
    }
};

/// The design factors of a trial.
struct PrivateDesign {
    std::int64_t count = 0;
    std::int64_t dimension = 0;
    std::int64_t rank = 0;
    double epsilon = 1.0;
};

/// Throws InputError if the method cannot work with so few samples.
MethodPlan planOf(const ParameterValues& values, const PrivateArm& arm,
                  const PrivateDesign& design);

} // namespace convergence::private_points
