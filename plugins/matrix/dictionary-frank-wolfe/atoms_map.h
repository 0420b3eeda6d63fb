// Atoms of pictures where their frequencies place them.

#pragma once

#include <Eigen/Core>

#include "core/experiment/points_frame.h"

namespace convergence::dictionary_learning {

/// Atoms (columns of side² pixels, row by row, not 0) as pictures at their mean frequencies
///
///   ω_x = arccos(1 − ½ ‖Δ_x a‖²/‖a‖²),   ω_y alike,
///
/// in radians a pixel, where Δ_x a(u, v) = a(u + 1, v) − a(u, v) around the edge: a pure wave is at
/// its own frequency. `energy` is what each atom carries, on any scale; its share is the color.
PointsFrame atomsByFrequency(const Eigen::MatrixXd& atoms, Eigen::Index side,
                             const Eigen::VectorXd& energy);

} // namespace convergence::dictionary_learning
