#pragma once

#include "core/experiment/experiment.h"

namespace convergence {

/// Federated PCA for anomaly detection (Nguyen et al. 2024, arXiv 2407.07421).
ExperimentType federatedPca();

/// Its parts, each in a file of its own.
namespace federated_pca {
std::vector<Parameter> parameters();
std::vector<Preset> presets();
std::vector<View> views();
std::vector<Claim> claims();
} // namespace federated_pca

} // namespace convergence
