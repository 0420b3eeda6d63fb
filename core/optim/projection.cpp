#include "core/optim/projection.h"

#include <algorithm>
#include <functional>

namespace convergence {

double projectOntoBall(Eigen::Ref<Eigen::VectorXd> x, double radius) {
    const double norm = x.norm();
    if (norm > radius)
        x *= radius / norm;
    return norm;
}

void projectOntoSimplex(Eigen::Ref<Eigen::VectorXd> x, Eigen::Ref<Eigen::VectorXd> workspace) {
    workspace = x;
    std::sort(workspace.begin(), workspace.end(), std::greater<>());
    // The largest k with u_k > (Σ_{j ≤ k} u_j − 1)/k gives τ.
    double sum = 0.0, tau = 0.0;
    for (Eigen::Index k = 0; k < workspace.size(); ++k) {
        sum += workspace[k];
        const double candidate = (sum - 1.0) / static_cast<double>(k + 1);
        if (workspace[k] <= candidate)
            break;
        tau = candidate;
    }
    x = (x.array() - tau).max(0.0);
}

void softThreshold(Eigen::Ref<Eigen::VectorXd> x, double threshold) {
    x = x.array() - x.array().max(-threshold).min(threshold);
}

} // namespace convergence
