// One arm of matrix-sensing under way, what it records, and what the trials of a run share.

#pragma once

#include <memory>

#include <Eigen/Core>

#include "core/experiment/columns.h"
#include "core/experiment/curve_judges.h"
#include "core/experiment/experiment.h"
#include "core/matrix/low_rank_problem.h"
#include "core/matrix/sensing_operator.h"
#include "plugins/matrix/matrix-sensing/arms.h"

namespace convergence::matrix_sensing {

/// Between these errors an exponential decay is fitted.
constexpr Levels decayLevels{.from = 1e-3, .to = 1e-9};

/// What is recorded of an iterate. What an arm does not have is not applicable.
struct Iterate {
    double error = 0.0, loss = 0.0, gradientNorm = 0.0;
    double predictedError = notApplicable, predictedRate = notApplicable;
    double predictedSurplus = notApplicable;
    double drift = notApplicable;
    matrix::Components f{}, g{notApplicable, notApplicable}; ///< on the signal space and off it
    double firstEntry = 0.0, secondEntry = 0.0;
    Eigen::VectorXd sigmaF, sigmaG; ///< singular values, in decreasing order
};
const Columns<Iterate>& iterateColumns();

/// What is recorded of a trial that ended.
struct Outcome {
    double error = 0.0;
    double rate = 0.0, rateRSquared = 0.0, slopeOfSquare = 0.0;
    double predictedRate = notApplicable;
    double switchIteration = notApplicable, productChange = notApplicable;
};
const Columns<Outcome>& outcomeColumns();

/// Everything that the trials of one run share, read only.
struct Setting {
    ParameterValues values;
    const SensingProblem& kind;
    matrix::LowRankProblem problem;
    Eigen::Index factorColumns; ///< the most columns a factor has
    RowFiller<Iterate> traceRow;
    RowFiller<Outcome> finalRow;
    std::shared_ptr<const matrix::SensingOperator> general, symmetric;

    [[nodiscard]] std::uint64_t seed() const {
        return static_cast<std::uint64_t>(values.integer("seed"));
    }
    [[nodiscard]] Eigen::Index width(const SensingArm& arm) const {
        return arm.width == Width::exact ? problem.rank() : factorColumns;
    }
    [[nodiscard]] matrix::MeasuredResidual residual(const SensingArm& arm) const {
        const auto& sensing = arm.staysSymmetric() ? symmetric : general;
        if (!sensing)
            return matrix::MeasuredResidual(problem.target);
        return {sensing, problem.target, values.real("noise"), seed()};
    }
};

std::unique_ptr<Solver> makeSolver(std::shared_ptr<const Setting> setting, TrialPlan plan);

} // namespace convergence::matrix_sensing
