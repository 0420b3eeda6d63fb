#pragma once

#include <vector>

#include "core/experiment/experiment.h"

namespace convergence {

/// Federated PCA for anomaly detection (Nguyen et al. 2024, arXiv 2407.07421).
ExperimentType federatedPca();

Description federatedPcaDescription();
std::vector<Claim> federatedPcaClaims();

} // namespace convergence
