// One trial of a federated experiment: a method's rounds, what is recorded of them, and pictures.

#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/experiment/columns.h"
#include "core/experiment/experiment.h"
#include "core/federated/methods/ascent.h"
#include "core/federated/quadratics.h"
#include "core/federated/rounds.h"

namespace convergence::federated {

/// What a row is filled from.
struct TrialState {
    double samples = 0.0, bytes = 0.0; ///< clocks
    double gap = notApplicable, loss = 0.0, gradientNorm = 0.0;
    double dissimilarity = 0.0; ///< ζ(x)
    double drift = notApplicable, cosine = notApplicable;
    double angle = notApplicable; ///< between the server's direction and ∇f, in degrees
    double testAccuracy = notApplicable, leastAccuracy = notApplicable,
           medianAccuracy = notApplicable;
    double correction = notApplicable; ///< that the server adds to the mean
    double floor = notApplicable;      ///< gap where the method comes to rest, in closed form
    double seconds = 0.0;              ///< clock: virtual ones
    double testLoss = notApplicable, tenthAccuracy = notApplicable,
           validationAccuracy = notApplicable;
    double consensus = notApplicable; ///< root mean square of x_i^K about their mean
    double gapOfMean = notApplicable, ///< of the x_i^K of the round: of their mean, and the mean
        meanGapOfClients = notApplicable;
    // Only at the end:
    double meanGradientSquare = notApplicable; ///< over all rounds
    double floorGradientSquare = notApplicable;
    double offFloor = notApplicable; ///< ‖x − x∞‖
    double meanGap = notApplicable,
           lateGap = notApplicable; ///< over all recorded, over the last fifth
    double lateAccuracy = notApplicable;
    double sharpness = notApplicable; ///< largest eigenvalue of ∇²f
    double roundsToTarget = notApplicable, bytesToTarget = notApplicable,
           secondsToTarget = notApplicable;
    double lateValidationError = notApplicable; ///< what choices are made by
};

/// Of every federated experiment. Their finals are followed by its own.
const Columns<TrialState>& traceTable();
const Columns<TrialState>& finalTable();

/// Where a trial's rows go.
struct Rows {
    Rows(std::span<const Parameter> parameters, const ParameterValues& values)
        : trace(traceTable().at(parameters, values)), finals(finalTable().at(parameters, values)) {}
    RowFiller<TrialState> trace, finals;
};

/// What a trial is made of. Networks run in single precision.
template <typename Scalar>
struct TrialParts {
    std::shared_ptr<const Problem<Scalar>> problem;
    std::unique_ptr<Method<Scalar>> method;
    std::unique_ptr<Participation> participation;
    RoundOptions options;
    std::optional<VectorOf<Scalar>> rest; ///< x∞: where it comes to rest, if that is known
    double target = 0.0;                  ///< gap for rounds to target; 0: none
    double targetAccuracy = 1.0;          ///< the same, mean of five evaluations
    bool isPictured = false;              ///< draws frames
    bool isSprung = false;                ///< a spring holds clients near where they begin
    std::optional<AscentOptions> ascent;  ///< a step uphill, for a picture of what it sees
    bool hasSharpness = false;            ///< is measured at the end
};

/// What a person changed while it runs: parameter (or action) and value.
template <typename Scalar>
using LiveChange = std::function<void(Rounds<Scalar>&, const std::string&, const Value&)>;

/// `rows` is shared by the trials of a run.
template <typename Scalar>
std::unique_ptr<Solver> startFederatedTrial(std::shared_ptr<const Rows> rows,
                                            TrialParts<Scalar> parts, LiveChange<Scalar> change);

} // namespace convergence::federated
