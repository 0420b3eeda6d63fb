#pragma once

#include "core/experiment/experiment.h"
#include "core/nn/language_training.h"

namespace convergence {

/// "One Epoch Is All You Need" (Komatsuzaki 2019): language models trained for as many steps on
/// fresh text as on fewer chunks again and again, and larger models against longer training.
ExperimentType oneEpoch();

/// Its parts, each in a file of its own.
Description oneEpochDescription();
const std::vector<Arm>& oneEpochArms();
std::vector<Claim> oneEpochClaims();

/// E of an arm; that of "epochs_own" is a parameter.
double epochsOf(const std::string& arm, const ParameterValues& values);

} // namespace convergence
