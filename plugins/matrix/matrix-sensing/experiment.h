#pragma once

#include "core/experiment/experiment.h"

namespace convergence {

/// "How Over-Parameterization Slows Down Gradient Descent in Matrix Sensing" (Xiong, Ding, Du
/// 2023): arms s_exact, s_over, a_exact, a_over, a_mod, a_equal on one low-rank matrix.
ExperimentType matrixSensing();

/// Its parts, each in a file of its own.
namespace matrix_sensing {
std::vector<Parameter> parameters();
std::vector<Preset> presets();
std::vector<View> views();
std::vector<Claim> claims();
} // namespace matrix_sensing

} // namespace convergence
