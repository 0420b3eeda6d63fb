#pragma once

#include "core/experiment/frames.h"
#include "plugins/schedules/schedule-refinement/ledger.h"

namespace convergence {

/// What is drawn of a refinement: frames "norms", "weights" and "refined" for one round and seed,
/// and of the whole run "finals", "bound_a", "bound_b", "bound_bars" and "notes". Frames are made
/// anew only when what they show changed.
class RefinementFrames {
public:
    explicit RefinementFrames(RefinementLedger& ledger);

    /// Of one refinement; nothing while its norms are not known.
    void drawRefinement(FrameMap& frames, int round, double seed);
    /// Of the run, with round 1 of the first seed.
    void drawRun(FrameMap& frames);

private:
    struct Drawn {
        ShownChoices choices;
        std::shared_ptr<const std::vector<double>> norms;
        FrameMap frames;
        std::string note;
    };
    [[nodiscard]] Drawn drawNorms(std::shared_ptr<const std::vector<double>> norms, int round,
                                  double seed, const ShownChoices& shown) const;
    /// Up to date; null while the norms are not known. Call with the mutex held.
    [[nodiscard]] const Drawn* refinement(int round, double seed);
    [[nodiscard]] BarsFrame finals() const;
    [[nodiscard]] BarsFrame boundBars(const ShownChoices& shown) const;
    [[nodiscard]] TextFrame notes();

    RefinementLedger& ledger_;
    std::mutex mutex_;
    std::map<std::pair<int, double>, Drawn> drawn_;
    std::optional<std::pair<ShownChoices, BarsFrame>> bars_;
    CurvesFrame boundA_, boundB_; ///< against T, made once
};

/// The base rate at which an arm's mean final loss over seeds is least.
struct BestRate {
    double rate = 0.0;
    std::vector<double> losses; ///< by seed
    bool atEdge = false;
};
std::optional<BestRate> bestRate(const std::map<double, std::map<double, double>>& losses,
                                 std::size_t rates, std::size_t seeds);

} // namespace convergence
