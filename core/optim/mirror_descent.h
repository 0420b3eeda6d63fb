#pragma once

#include <limits>
#include <memory>

#include "core/optim/gradient_noise.h"
#include "core/optim/iterate_averages.h"
#include "core/optim/mirror_map.h"
#include "core/optim/stochastic_problem.h"
#include "core/optim/stochastic_steps.h"

namespace convergence {

/// Composite stochastic mirror descent (Liu and Zhou 2023): for t = 1, ..., T
///
///   x^{t+1} = argmin_{x ∈ X} { h(x) + ⟨ĝ^t, x − x^t⟩ + D_ψ(x, x^t)/η_t },
///
/// ĝ^t an oracle's subgradient plus noise, clipped to a norm where asked. What X, h and ψ are is
/// the map's matter. Keeps the averages of x¹, ..., x^t beside the last iterate.
class MirrorDescent {
public:
    struct Parts {
        std::shared_ptr<const StochasticProblem> problem;
        std::unique_ptr<MirrorMap> map;
        GradientNoise noise;
        StochasticSteps steps;
        std::int64_t horizon = 1;
        double clipLevel = std::numeric_limits<double>::infinity();
    };
    MirrorDescent(Parts parts, const StreamKey& stream);

    /// One step; false when the iterate is no longer finite.
    bool step();

    [[nodiscard]] std::int64_t iteration() const { return averages_.count(); }
    [[nodiscard]] double stepSize() const { return stepSize_; } ///< the latest
    [[nodiscard]] const Eigen::VectorXd& iterate() const { return x_; }
    [[nodiscard]] const IterateAverages& averages() const { return averages_; }
    [[nodiscard]] const StochasticProblem& problem() const { return *parts_.problem; }
    [[nodiscard]] const MirrorMap& map() const { return *parts_.map; }

private:
    Parts parts_;
    RandomStream stream_;
    IterateAverages averages_;
    Eigen::VectorXd x_, gradient_;
    double stepSize_;
};

} // namespace convergence
