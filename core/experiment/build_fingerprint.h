#pragma once

#include <string>

#include "core/experiment/experiment.h"

namespace convergence {

/// Identifies the machine code that a run's numbers come from: the program's version, and the build
/// ids (a hash the linker makes of the contents) of the solver library and of the file that the
/// experiment's class is in. Runs replay exactly only under the same fingerprint. Contains
/// "unknown" where a file has no build id; that matches nothing.
std::string buildFingerprint(const Experiment& experiment);
/// The same without making one: of the file that registered it.
std::string buildFingerprint(const ExperimentType& type);

/// Whether what one build recorded can be replayed by another.
bool sameBuild(const std::string& a, const std::string& b);

} // namespace convergence
