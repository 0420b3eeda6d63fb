#pragma once

#include <optional>

#include "core/federated/problem.h"
#include "core/math/power_iteration.h"

namespace convergence::federated {

/// (1/N)Σ‖x_i − x̄‖² of models, one a column: how far methods without a server are from agreeing.
template <typename Scalar>
double consensus(const Eigen::Ref<const MatrixOf<Scalar>>& models);

/// Of models, one a column. By convexity the first is at most the second: averaging may only help.
struct Gaps {
    double ofMean = 0.0; ///< gap of x̄
    double mean = 0.0;   ///< (1/N)Σ of the gaps
};
/// Empty where the problem's optimum is not known.
template <typename Scalar>
std::optional<Gaps> gapsOf(Evaluator<Scalar>& evaluator,
                           const Eigen::Ref<const MatrixOf<Scalar>>& models);

/// The largest eigenvalue of ∇²f at x, by power iteration on central differences of ∇f, the mean
/// over all data of all clients: two of these gradients a product. About 10⁻² relative of networks
/// in single precision.
template <typename Scalar>
PowerIterationResult
sharpness(const Problem<Scalar>& problem, Evaluator<Scalar>& evaluator, const VectorOf<Scalar>& x,
          const PowerIterationOptions& options = {.tolerance = 0.02, .maximumIterations = 40});

} // namespace convergence::federated
