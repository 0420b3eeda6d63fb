#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/experiment/experiment.h"
#include "core/experiment/run_cache.h"
#include "core/experiment/stability.h"

namespace convergence {

struct VerificationOptions {
    bool refute = false;             ///< run the refutations instead of the claims themselves
    std::vector<std::string> claims; ///< ids; empty: all
    int threads = 0;                 ///< 0: one a core
    /// Added to every seed of a protocol, for a repetition on seeds that the protocol never saw.
    std::uint64_t seedOffset = 0;
    /// Where runs are looked for before they are made, and kept; null: all are made anew. Runs of
    /// timing claims are always made.
    std::shared_ptr<const RunCache> cache;
    /// More than 0: so many seeds are run in the place of a protocol's, and the stability of each
    /// verdict is computed from them. The verdict itself is that of the protocol's seeds.
    std::size_t pool = 0;
};

/// The outcome for one claim, or for one refutation of it.
struct ClaimReport {
    std::string experiment;
    std::string claim;
    ClaimKind kind = ClaimKind::run;
    std::string statement;
    Origin origin;          ///< of the threshold
    std::string refutation; ///< what was broken; empty for the claim itself
    Judgement judgement;
    KnownVerdict known; ///< what the claim is known to end with
    /// The runs were made on other data than the claim is about, so that the verdict (not enough
    /// data) says nothing of this program: told apart from the others, and never a failure.
    bool standIn = false;
    /// The verdict is the known one; a refutation makes the claim fail. "Not enough data" is not ok
    /// unless known, or due to stand-in data.
    bool ok = false;
    /// What was judged, for charts and for what it took; null for a report that was only read.
    /// Holds the recordings in memory.
    std::shared_ptr<const Evidence> evidence = nullptr;
    std::optional<Stability> stability = std::nullopt; ///< where a pool was run
};

/// How far a verification has come: runs done of runs needed, and the run that was started last.
struct VerificationProgress {
    std::size_t runsDone = 0; ///< those that were found in the cache, too
    std::size_t runsNeeded = 0;
    double fraction = 0.0;
    std::string current;
};

/// A run that a verification needs, and what came of it.
struct NeededRun {
    std::shared_ptr<const ParameterValues> values;
    bool timing = false; ///< goes alone, on one thread
    std::string title;
    std::shared_ptr<const Recording> recording; ///< once done; null if it was stopped or failed
    std::string failure;                        ///< why it could not be made
};

/// Makes a run on the threads of the current oneTBB arena.
void makeRun(const ExperimentType& type, NeededRun& run, const StopToken& stop);

/// Makes runs in some other way, for example over processes; calls `done` after each.
using RunMaker = std::function<void(std::span<NeededRun* const> runs,
                                    const std::function<void(const NeededRun&)>& done)>;

/// Runs the protocols of claims (or of their refutations) and judges them. Runs that several
/// claims ask for are made once; runs and their trials go in parallel, runs of timing claims alone
/// and on one thread. `onProgress` is called from worker threads, one at a time. On a stop request
/// the claims whose runs are not complete are reported as "not enough data". `makeRuns` makes the
/// runs of all but timing claims; by default they go over threads.
/// Throws InputError for an unknown claim.
std::vector<ClaimReport>
verify(const ExperimentType& type, const VerificationOptions& options, const StopToken& stop,
       const std::function<void(const VerificationProgress&)>& onProgress = {},
       const RunMaker& makeRuns = {});

/// Judges one claim on evidence. What a judge throws becomes "not enough data" with its message,
/// as does evidence from stand-in data.
Judgement judgeClaim(const Claim& claim, const Evidence& evidence);

/// The claims that one run suffices to judge (Claim::live), judged on this run.
std::vector<ClaimReport> judgeLiveClaims(const Description& description,
                                         std::shared_ptr<const ParameterValues> values,
                                         std::shared_ptr<const Recording> recording);

} // namespace convergence
