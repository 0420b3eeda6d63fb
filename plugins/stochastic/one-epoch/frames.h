#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "core/experiment/experiment.h"

namespace convergence {

/// What trials have measured so far, for frames that compare them. Safe for several threads.
class OneEpochResults {
public:
    struct Key {
        double epochs = 1.0;
        double dropout = 0.0;
        std::uint64_t replicate = 0;
        auto operator<=>(const Key&) const = default;
    };
    struct Curve {
        std::vector<double> iteration, testLoss;
        double gap = 0.0; ///< test − training loss at the end
    };
    /// One width at one budget; of several learning rates the one with the least tuning loss.
    struct Size {
        double ratio = 0.0; ///< T/P
        double loss = 0.0;
        double tuningLoss = 0.0;
    };

    void add(const Key& key, double iteration, double testLoss);
    void conclude(const Key& key, double gap);
    void addSize(double budget, double width, const Size& size);

    [[nodiscard]] std::map<Key, Curve> curves() const;
    /// Of one budget, by ratio.
    [[nodiscard]] std::vector<Size> sizes(double budget) const;

private:
    mutable std::mutex mutex_;
    std::map<Key, Curve> curves_;
    std::map<double, std::map<double, Size>> sizes_;
};

/// Speed-up of one epoch over the run `many`: iterations at which that reaches its least test loss
/// over the first at which `once` is as low. Never: `found` is false.
struct SpeedUp {
    bool found = false;
    double bestLoss = 0.0;
    double bestAt = 0.0; ///< iteration of `many`
    double reachedAt = 0.0;
    [[nodiscard]] double factor() const { return bestAt / reachedAt; }
};
SpeedUp speedUpOf(const std::vector<double>& onceIterations, const std::vector<double>& onceLosses,
                  const std::vector<double>& manyIterations, const std::vector<double>& manyLosses);

/// The speed-up's construction over the curves of one epoch and of a trial of several; for the
/// trial of one epoch, over that of the most.
CurvesFrame speedUpConstruction(const OneEpochResults& results, OneEpochResults::Key many);
/// Groups by E, one bar a dropout, dots the replicates.
BarsFrame speedUpBars(const OneEpochResults& results);
BarsFrame gapBars(const OneEpochResults& results);
BarsFrame finalLossBars(const OneEpochResults& results);
/// ln(test loss) minus the line fitted to it from iteration `from` on.
CurvesFrame powerLawResiduals(const OneEpochResults& results, const OneEpochResults::Key& key,
                              double from);
/// Loss against T/P, and the heuristic's way from the ratio `from` to `target` at the same P·T.
CurvesFrame ratioHeuristic(const OneEpochResults& results, double budget, double from,
                           double fromLoss, double target);

} // namespace convergence
