#pragma once

#include <memory>

#include "core/experiment/experiment.h"

namespace convergence {

class ClaimsPanel;

/// Lets the panel say what was verified for the release of this program, and apart from that, once
/// it is found among the runs that are kept, what this build found by itself. Says nothing of an
/// experiment of which the release says nothing. The search ends with the panel.
void showReleaseClaims(ClaimsPanel& panel, const std::shared_ptr<const ExperimentType>& type);

} // namespace convergence
