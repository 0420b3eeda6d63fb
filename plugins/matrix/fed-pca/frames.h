// Pictures of fed-pca's subspaces and of what they detect.

#pragma once

#include <cstdint>
#include <vector>

#include <Eigen/Core>

#include "core/experiment/frames.h"
#include "core/matrix/federated_pca.h"
#include "plugins/matrix/fed-pca/trial.h"

namespace convergence::federated_pca {

/// Of the test flows, and from which one on a flow counts as an attack.
struct Scores {
    Eigen::VectorXd normal, attack;
    double threshold = 0.0;
};

/// The first test flows of either kind by their first two components in the basis Q (d × k) and
/// their score, with ellipses that hold 95 % of a Gaussian; empty for k < 2.
PointsFrame flowsAbove(const Eigen::MatrixXd& q, const FlowData& data);

/// Classical scaling of pairwise subspace distances. `bases` (d × k, orthonormal): those of the
/// clients, then the server's and central PCA's; edges to clients in `participants` stand out.
GraphFrame subspaceMap(const std::vector<Eigen::MatrixXd>& bases,
                       const std::vector<std::uint32_t>& participants);

/// Histogram of scores, ROC curve and recall by kind of attack.
void drawDetection(const Scores& scores, const matrix::Detection& found, const FlowData& data,
                   FrameMap& frames);

/// Counts and rates; `stability` is η(4λ₁ + ρ).
TextFrame confusion(const Scores& scores, const matrix::Detection& found, double stability);

} // namespace convergence::federated_pca
