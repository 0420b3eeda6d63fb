#include "core/experiment/stability.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <vector>

#include "core/experiment/verification.h"
#include "core/math/random.h"
#include "core/math/statistics.h"

namespace convergence {

namespace {

/// What can be drawn from a pool, and one draw after the other.
class Protocols {
public:
    Protocols(const Claim& claim, const Evidence& pool) : claim_(claim), pool_(pool) {
        std::set<std::uint64_t> replicates;
        for (const EvidenceRun& run : pool.runs) {
            bySeed_[run.seed].push_back(&run);
            for (const TrialPlan& plan : run.recording->plans())
                replicates.insert(plan.replicate);
        }
        replicates_.assign(replicates.begin(), replicates.end());
    }

    [[nodiscard]] bool drawSeeds() const { return !claim_.protocol.seeds.empty(); }
    /// Of how many one is drawn.
    [[nodiscard]] std::size_t size() const {
        return drawSeeds() ? bySeed_.size() : replicates_.size();
    }

    Evidence draw(RandomStream& random) const {
        Evidence drawn{.runs = {}, .replacedArms = pool_.replacedArms};
        if (!drawSeeds()) {
            drawn.runs = pool_.runs;
            for (std::size_t i = 0; i < replicates_.size(); ++i)
                drawn.drawn.push_back(replicates_[random.integer(replicates_.size())]);
            return drawn;
        }
        for (std::size_t i = 0; i < claim_.protocol.seeds.size(); ++i) {
            const auto at = std::next(bySeed_.begin(),
                                      static_cast<std::ptrdiff_t>(random.integer(bySeed_.size())));
            for (const EvidenceRun* run : at->second) {
                drawn.runs.push_back(*run);
                drawn.runs.back().seed = i; // drawn twice, it counts twice
            }
        }
        return drawn;
    }

private:
    const Claim& claim_;
    const Evidence& pool_;
    std::map<std::uint64_t, std::vector<const EvidenceRun*>> bySeed_;
    std::vector<std::uint64_t> replicates_;
};

/// How many standard deviations the mean of margins lies from 0. Where some are infinite: infinite
/// if all lie on one side, else 0.
double inDeviations(const std::vector<double>& margins) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    const auto outside = std::count_if(margins.begin(), margins.end(),
                                       [](double margin) { return !(margin >= 0.0); });
    const bool oneSide = outside == 0 || outside == std::ssize(margins);
    const double middle = mean(margins);
    const double spread = standardDeviation(margins);
    if (!std::isfinite(spread))
        return oneSide ? (outside == 0 ? infinity : -infinity) : 0.0;
    if (spread > 0.0)
        return middle / spread;
    return middle < 0.0 ? -infinity : infinity;
}

} // namespace

Stability stabilityOf(const Claim& claim, const Evidence& pool, const StabilityOptions& options) {
    Stability result;
    const Protocols protocols(claim, pool);
    const bool isRandom = protocols.size() > 1;
    result.pool = isRandom ? protocols.size() : 0;

    RandomStream random(StreamKey{.seed = 0, .purpose = "stability"});
    std::vector<double> measured;
    std::vector<std::vector<double>> margins(claim.also.size() + 1);
    for (std::size_t i = 0; i < (isRandom ? options.draws : 1); ++i) {
        const Judgement judgement =
            isRandom ? judgeClaim(claim, protocols.draw(random)) : judgeClaim(claim, pool);
        if (std::isnan(judgement.measured) && judgement.margins.empty())
            continue; // nothing was measured; a number that went wrong is one, and counts
        measured.push_back(judgement.measured);
        for (std::size_t k = 0; k < std::min(judgement.margins.size(), margins.size()); ++k)
            margins[k].push_back(judgement.margins[k]);
    }
    result.draws = measured.size();
    if (measured.empty())
        return result;
    result.estimate = mean(measured);
    result.standardError = isRandom ? standardDeviation(measured) : 0.0;
    for (const std::vector<double>& of : margins)
        if (!of.empty() && !(result.distance <= inDeviations(of)))
            result.distance = inDeviations(of);
    return result;
}

} // namespace convergence
