// One method on its way, what it records, and what the trials of a run share.

#pragma once

#include <memory>
#include <optional>

#include "core/experiment/columns.h"
#include "core/experiment/experiment.h"
#include "core/experiment/made_once.h"
#include "plugins/stochastic/bilevel-borep/arms.h"
#include "plugins/stochastic/bilevel-borep/lines.h"

namespace convergence::borep {

/// A number of steps whose mean is looked at: those of the race, of the beginning.
inline constexpr std::int64_t raceWindow = 50, earlyAlignment = 50, earlyGradients = 100;
inline constexpr double raceGoal = 1.0; ///< ‖∇Φ‖ to be reached

/// What is recorded of an iterate.
struct State {
    double calls = 0.0;
    // Of the problem of which all is known:
    double gradientNorm = notApplicable; ///< ‖∇Φ(x)‖
    double runningNorm = notApplicable;  ///< its mean over the last 50 steps
    double upperNorm = notApplicable;    ///< ‖∇ₓf(x)‖
    double curvature = notApplicable;    ///< ‖∇²ₓₓf(x)‖
    double lowerError = notApplicable;   ///< ‖y − y*(x)‖
    double linearError = notApplicable;  ///< ‖z − z*(x)‖
    double alignment = notApplicable;    ///< cosine of the direction and ∇Φ
    double firstLower = notApplicable, firstBest = notApplicable; ///< y₁, y₁*
    double largestUpper = notApplicable;                          ///< max |xᵢ|

    // Of lines:
    double validationLoss = notApplicable, accuracy = notApplicable;
    double auroc = notApplicable; ///< of weights, for right against wrong labels
    double rightWeight = notApplicable, wrongWeight = notApplicable;
    double logRidge = notApplicable;
};

/// What is known of a trial at its end, beside its last state.
struct Finals {
    State state;
    double lateGradient = notApplicable; ///< mean ‖∇Φ‖ over the second half
    double lateError = notApplicable;    ///< mean ‖y − y*‖ over it
    double reached = notApplicable;      ///< steps until the running mean is ≤ 1; T if never
    double raceScore = notApplicable;    ///< the same, and more the further off at the end
    double startError = notApplicable;   ///< ‖y − y*‖ after refinement
    double earlyAlignment = notApplicable, earlyGradient = notApplicable;
    double retrained = notApplicable; ///< accuracy of W trained from 0 with the weights found
};

const Columns<State>& traceTable();
const Columns<Finals>& finalTable();
Records records();

/// What the trials of a run share, and read only.
struct Setting {
    explicit Setting(const ParameterValues& values);

    [[nodiscard]] std::shared_ptr<const LineTask> lineTask(std::uint64_t replicate) const;
    /// x₀ where the start is spread up to `top`.
    [[nodiscard]] Eigen::VectorXd upperStart(double top) const;
    [[nodiscard]] bilevel::MethodOptions optionsOf(const TrialPlan& plan) const;
    /// η and β of an arm at a horizon; `step` is one of the grid.
    struct Rates {
        double step, momentum;
    };
    [[nodiscard]] Rates ratesOf(const MethodArm& arm, double step, double horizon) const;

    ParameterValues values;
    const ProblemChoice& problem;
    std::uint64_t seed;
    bilevel::CoshModel cosh; ///< also where it is not used: it is small
    LanguageLines lines;     ///< empty where there are none
    RowFiller<State> traceRow;
    RowFiller<Finals> finalRow;

private:
    mutable MadeOnce<std::uint64_t, LineTask> tasks_;
};

std::unique_ptr<Solver> startTrial(std::shared_ptr<const Setting> setting, const TrialPlan& plan);

} // namespace convergence::borep
