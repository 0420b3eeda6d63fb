// The loss surface of a table of a person's own, and what is shown of it.

#pragma once

#include <memory>

#include "core/experiment/frames.h"
#include "core/experiment/parameter.h"
#include "core/experiment/recording.h"
#include "core/optim/surface.h"
#include "core/optim/table_loss.h"

namespace convergence::playground {

/// The loss that the values ask for; of the table that comes with the program where they name no
/// file. Null where the surface is none of a table. Throws InputError as readFitTable() and
/// TableLoss do.
std::shared_ptr<const TableLoss> tableLossOf(const ParameterValues& values);

/// About the minimum, with the origin and the start in sight.
Surface surfaceOf(std::shared_ptr<const TableLoss> loss, const Eigen::Vector2d& start);

/// The rows, where each arm's line is by its trace (an arm's curve has its id for a label), and
/// that of the minimum.
CurvesFrame fitFrame(const TableLoss& loss, const Recording& soFar);
/// The minimum among the weights, for the contours.
CurvesFrame minimumFrame(const TableLoss& loss);
/// What was read, how it was scaled, and what follows from it.
TextFrame describedTable(const TableLoss& loss, const ParameterValues& values);

} // namespace convergence::playground
