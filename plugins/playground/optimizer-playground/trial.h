// One optimizer's path over a surface.

#pragma once

#include <memory>
#include <optional>

#include <Eigen/Core>

#include "core/experiment/columns.h"
#include "core/experiment/experiment.h"
#include "core/optim/surface.h"
#include "core/optim/table_loss.h"

namespace convergence::playground {

/// What a row is filled from.
struct State {
    double value = 0.0;
    double distance = notApplicable; ///< to the nearest minimum, where they are known
    double gradientNorm = 0.0;
    double rate = 0.0;
    double stepLength = notApplicable;
    double x = 0.0, y = 0.0;
    double predictedDistance = notApplicable;
    double stepsToTolerance = notApplicable;
};

const Columns<State>& traceTable();
const Columns<State>& finalTable();
Records records();

/// What all trials of a run share, read only.
struct Setting {
    explicit Setting(const ParameterValues& given);

    /// Not applicable where no minimum is known.
    [[nodiscard]] double distance(const Eigen::Vector2d& x) const;

    /// Largest and least curvature of a surface that has the same everywhere.
    struct Curvatures {
        double largest, least;
    };

    ParameterValues values;
    Eigen::Vector2d start;
    std::shared_ptr<const TableLoss> table; ///< null: the surface is none of a table
    Surface surface;
    std::optional<Curvatures> curvatures;
    RowFiller<State> traceRow, finalRow;
};

std::unique_ptr<Solver> startTrial(std::shared_ptr<const Setting> setting, const TrialPlan& plan);

} // namespace convergence::playground
