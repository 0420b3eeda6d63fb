#pragma once

#include <string>

#include <Eigen/Core>

#include "core/experiment/frames.h"

namespace convergence {

/// A matrix as a heat map. `symmetricScale`: colors symmetric about 0.
MatrixFrame heatMap(std::string title, const Eigen::MatrixXd& matrix, bool symmetricScale);

/// "₁₂" for 12.
std::string subscript(Eigen::Index number);

} // namespace convergence
