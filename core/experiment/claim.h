#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/experiment/recording.h"
#include "core/experiment/threshold.h"
#include "core/experiment/verdict.h"
#include "core/experiment/view.h"

namespace convergence {

enum class ClaimKind {
    run,         ///< judged on recordings
    selfCheck,   ///< judged without a run: gradients, identities
    observation, ///< measured and shown, no verdict, no refutation
};

std::string_view nameOf(ClaimKind kind);

/// One run that a claim needs, in terms of the experiment's parameters.
struct ProtocolRun {
    std::string label; ///< by which the judge finds it, e.g. "alpha=0.3"
    Overrides overrides;
};

/// What `verify` runs for a claim: every run at every seed. The seed goes to the parameter of
/// kind seed or seedList; with no seeds listed the overrides (or defaults) say.
struct Protocol {
    std::vector<ProtocolRun> runs;
    std::vector<std::uint64_t> seeds;
};

/// One finished (or, live, unfinished) run as a judge sees it.
struct EvidenceRun {
    std::string label;
    std::uint64_t seed = 0;
    std::shared_ptr<const ParameterValues> values;
    std::shared_ptr<const Recording> recording;
};

/// The runs a claim is judged on. Judges find arms only through trialsOf(), so that a refutation
/// can put another arm in an arm's place.
struct Evidence {
    std::vector<EvidenceRun> runs;
    std::map<std::string, std::string> replacedArms;
    /// Replicates drawn from those of each run, with repetitions (stability.h); empty: all, once.
    std::vector<std::uint64_t> drawn = {};

    /// Trials of `arm` (or of what replaces it) in a run, in order; empty if it did not run.
    [[nodiscard]] std::vector<std::size_t> trialsOf(const EvidenceRun& run,
                                                    const std::string& arm) const;
    /// Runs with that label, one a seed.
    [[nodiscard]] std::vector<const EvidenceRun*> labelled(const std::string& label) const;
};

/// A fitted line for a chart: y = exp(intercept)·x^slope (logLog) or exp(intercept + slope·x).
struct FitOverlay {
    std::string view;    ///< id of the view it belongs to
    std::size_t run = 0; ///< index into Evidence::runs
    std::size_t trial = 0;
    FitKind kind = FitKind::logLog;
    double slope = 0.0;
    double intercept = 0.0;
    double xMinimum = 0.0;
    double xMaximum = 0.0;
    std::string label; ///< e.g. "slope −1.97 (R² 0.9999)"
};

/// The outcome of a judge. The measured value and its interval are NaN where there is none.
struct Judgement {
    Verdict verdict = Verdict::notEnoughData;
    double measured = std::numeric_limits<double>::quiet_NaN();
    double low = std::numeric_limits<double>::quiet_NaN(); ///< interval over seeds, or of the fit
    double high = std::numeric_limits<double>::quiet_NaN();
    std::string threshold;   ///< in words and numbers: "−2 ± 0.1"
    std::string explanation; ///< one sentence
    std::vector<FitOverlay> fits;
    /// How far the least favorable number lies inside each threshold, the headline's first;
    /// negative outside. Empty where nothing was measured, or words decide.
    std::vector<double> margins = {};
};

/// A way to break the algorithm or the data under which the claim must fail.
struct Refutation {
    std::string description;                        ///< what is broken, in words
    Overrides overrides;                            ///< on top of each run of the protocol
    std::map<std::string, std::string> replaceArms; ///< arm → the baseline put in its place
};

struct Claim;

/// Which of the numbers that a judge measured have to satisfy the claim's thresholds.
enum class Hold {
    each,      ///< every one, at every seed
    onAverage, ///< the mean over the seeds of those that differ in nothing else, with the whole of
               ///< its 95 % interval; an interval that straddles a bound decides nothing
};

/// What decides a claim. Made from a function of the evidence, or of the evidence and the claim
/// itself, whose thresholds it then reads.
class Judge {
public:
    Judge() = default;
    template <typename F>
    requires std::is_invocable_r_v<Judgement, const F&, const Evidence&, const Claim&> ||
        std::is_invocable_r_v<Judgement, const F&, const Evidence&>
        Judge(F judge) { // NOLINT
        if constexpr (std::is_invocable_r_v<Judgement, const F&, const Evidence&>)
            judge_ = [judge = std::move(judge)](const Evidence& evidence, const Claim&) {
                return judge(evidence);
            };
        else
            judge_ = std::move(judge);
    }
    explicit operator bool() const { return static_cast<bool>(judge_); }
    Judgement operator()(const Evidence& evidence, const Claim& claim) const {
        return judge_(evidence, claim);
    }

private:
    std::function<Judgement(const Evidence&, const Claim&)> judge_;
};

/// The verdict that a claim is known to have here. An honest failure says why; a verification that
/// finds another verdict than the known one reports it, also when a known failure now holds.
struct KnownVerdict {
    Verdict verdict = Verdict::holds;
    std::string reason; ///< one sentence; empty only for `holds`
};
inline KnownVerdict knownToFail(std::string reason) {
    return {Verdict::fails, std::move(reason)};
}
inline KnownVerdict knownToLackData(std::string reason) {
    return {Verdict::notEnoughData, std::move(reason)};
}

/// A headline statement of the paper and how this program measures whether it holds.
struct Claim {
    std::string id; ///< unique within the experiment
    std::string statement;
    Threshold threshold;         ///< of the headline number
    std::vector<Threshold> also; ///< what must hold besides, as far as it has numbers of its own
    Hold hold = Hold::each;
    ClaimKind kind = ClaimKind::run;
    Protocol protocol;
    Judge judge;
    KnownVerdict known;
    std::vector<Refutation> refutations;
    bool live = false;   ///< one run with the person's own values suffices; judged as it goes
    bool timing = false; ///< compares seconds: its runs go alone

    /// All thresholds in words: "slope of e² −2 ± 0.1, R² > 0.99", and whether on average.
    [[nodiscard]] std::string expected() const;
    /// What `known` says; for an observation, that it is one.
    [[nodiscard]] Verdict knownVerdict() const;
};

} // namespace convergence
