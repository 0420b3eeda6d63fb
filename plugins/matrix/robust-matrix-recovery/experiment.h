#pragma once

#include <vector>

#include "core/experiment/experiment.h"

namespace convergence {

/// Robust matrix recovery (Ma and Fattahi 2022, arXiv 2202.08788).
ExperimentType robustRecovery();

Description robustRecoveryDescription();
std::vector<Claim> robustRecoveryClaims();

} // namespace convergence
