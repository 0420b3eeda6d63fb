// One trial of robust-matrix-recovery under way, and what the trials of a run share.

#pragma once

#include <map>
#include <memory>
#include <string>

#include <Eigen/Core>

#include "core/experiment/columns.h"
#include "core/experiment/experiment.h"
#include "core/experiment/trait_table.h"
#include "core/matrix/corruption.h"
#include "core/matrix/low_rank_problem.h"
#include "core/matrix/sensing_operator.h"
#include "plugins/matrix/robust-matrix-recovery/arms.h"

namespace convergence::robust_recovery {

/// Surplus singular values that are recorded: the largest ones.
constexpr Eigen::Index recordedSurplus = 6;

/// What is recorded of an iterate. What an arm does not have is not applicable.
struct Iterate {
    double error = 0.0, predictedError = notApplicable;
    double loss = 0.0, truthLoss = 0.0;
    double step = 0.0;
    double growthAvailable = notApplicable, growthMeasured = 0.0, growthNeeded = 0.0;
    double cosine = notApplicable;     ///< of the angle between Q(Δ) and Δ
    double length = notApplicable;     ///< ‖Q(Δ)‖/φ
    double projection = notApplicable; ///< ⟨Q(Δ), Δ⟩/(‖Δ‖φ)
    std::vector<double> sigmas;        ///< largest singular values of U
};
const Columns<Iterate>& iterateColumns();

/// What is recorded of a trial that ended.
struct Outcome {
    double error = 0.0, leastError = 0.0, arrival = notApplicable;
    double loss = 0.0, truthLoss = 0.0;
    double rate = 0.0, rateRSquared = 0.0;
    double largestSurplus = notApplicable, zeroColumns = 0.0;
    double growthAvailable = 0.0, growthNeeded = 0.0;
    double signRipMean = notApplicable;
};
const Columns<Outcome>& outcomeColumns();

/// The design of one trial: the parameters' values with the swept one in its place.
struct Design {
    double initialScale;
    double outlierFraction;
    double noise;
    Eigen::Index measurements;
    Eigen::Index factorRank;
};

const std::vector<ColumnPattern>& factorPatterns();
Design designOf(const TrialPlan& plan);

/// Measurements of the target, shared by all trials with as many.
struct Measured {
    std::shared_ptr<const matrix::SensingOperator> sensing;
    Eigen::VectorXd clean; ///< ⟨A_i, M*⟩, m
};

/// Everything that the trials of one run share, read only.
struct Setting {
    ParameterValues values;
    matrix::LowRankProblem problem;
    RowFiller<Iterate> traceRow;
    RowFiller<Outcome> finalRow;
    std::map<Eigen::Index, Measured> measured = {}; ///< by m

    [[nodiscard]] std::uint64_t seed() const {
        return static_cast<std::uint64_t>(values.integer("seed"));
    }
    [[nodiscard]] Eigen::Index dimension() const { return problem.target.rows(); }
    [[nodiscard]] matrix::CorruptionModel corruption(const Design& design) const {
        return {.outlierFraction = design.outlierFraction,
                .kind = traitsOf(outlierKinds, values.text("outlier_kind")).kind,
                .outlierScale = values.real("outlier_scale"),
                .noise = design.noise};
    }
};

std::unique_ptr<Solver> makeSolver(std::shared_ptr<const Setting> setting, const TrialPlan& plan);

} // namespace convergence::robust_recovery
