#pragma once

#include <cstdint>
#include <vector>

#include "core/experiment/frames.h"
#include "core/experiment/recording.h"

namespace convergence::one_epoch {

/// What the frames tell trials apart by.
struct TrialKey {
    double epochs = 1.0;
    double dropout = 0.0;
    std::uint64_t replicate = 0;
    auto operator<=>(const TrialKey&) const = default;
};
TrialKey keyOf(const TrialPlan& plan);

/// Speed-up of one epoch over the run `many`: iterations at which that reaches its least test loss
/// over the first at which `once` is as low. Never: `found` is false.
struct SpeedUp {
    bool found = false;
    double bestLoss = 0.0;
    double bestAt = 0.0; ///< iteration of `many`
    double reachedAt = 0.0;
    [[nodiscard]] double factor() const { return bestAt / reachedAt; }
};
/// A loss against iterations.
struct LossCurve {
    std::vector<double> iteration, testLoss;
};
/// Of a trial, as far as it is recorded.
LossCurve lossCurve(const Recording& recording, std::size_t trial);
SpeedUp speedUpOf(const LossCurve& once, const LossCurve& many);

/// The speed-up's construction over the curves of one epoch and of a trial of several; for the
/// trial of one epoch, over that of the most.
CurvesFrame speedUpConstruction(const Recording& recording, TrialKey many);
/// Groups by E, one bar a dropout, dots the replicates.
BarsFrame speedUpBars(const Recording& recording);
BarsFrame gapBars(const Recording& recording);
BarsFrame finalLossBars(const Recording& recording);
/// ln(test loss) minus the line fitted to it from iteration `from` on.
CurvesFrame powerLawResiduals(const Recording& recording, const TrialKey& key, double from);

/// One width at one budget, and where the heuristic goes from it.
struct HeuristicStart {
    double budget = 0.0; ///< P·T
    double ratio = 0.0;  ///< T/P
    double loss = 0.0;   ///< so far; of no meaning once a trial of this ratio has ended
    double targetRatio = 0.0;
};
/// Loss against T/P, and the heuristic's way to the target at the same P·T.
CurvesFrame ratioHeuristic(const Recording& recording, const HeuristicStart& start);

} // namespace convergence::one_epoch
