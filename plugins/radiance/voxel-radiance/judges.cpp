#include "plugins/radiance/voxel-radiance/judges.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "core/experiment/judging.h"
#include "core/experiment/parameter_builders.h"
#include "core/math/statistics.h"
#include "core/radiance/image_quality.h"
#include "plugins/radiance/voxel-radiance/experiment.h"
#include "plugins/radiance/voxel-radiance/gradient_check.h"

namespace convergence::voxel_radiance {

namespace {

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

/// A final metric of one trial; none before the trial ended, or where it does not apply.
std::optional<double> finishedOf(const EvidenceRun& run, std::size_t trial,
                                 const std::string& column) {
    const Table& trials = run.recording->trials();
    if (trial >= trials.rows() || run.recording->status(trial) != TrialStatus::finished)
        return std::nullopt;
    const double value = trials.at(trial, trials.columnIndex(column));
    return std::isnan(value) ? std::nullopt : std::optional(value);
}

/// The final metric of an arm's only trial in a run.
std::optional<double> finishedOf(const Evidence& evidence, const EvidenceRun& run,
                                 const std::string& arm, const std::string& column) {
    const auto trials = evidence.trialsOf(run, arm);
    return trials.size() == 1 ? finishedOf(run, trials.front(), column) : std::nullopt;
}

/// Differences `a` − `b` of a final metric, one a run; runs that lack one of them are left out.
struct Differences {
    std::vector<double> values;
    std::string text; ///< "24.3 against 22.2 (seed 0), ..."
};

Differences differencesOf(const Evidence& evidence, const std::string& a, const std::string& b,
                          const std::string& column = "psnr") {
    Differences differences;
    for (const EvidenceRun& run : evidence.runs) {
        const auto first = finishedOf(evidence, run, a, column);
        const auto second = finishedOf(evidence, run, b, column);
        if (!first || !second)
            continue;
        differences.values.push_back(*first - *second);
        differences.text +=
            fmt::format("{}{:.2f} against {:.2f} ({})", differences.text.empty() ? "" : ", ",
                        *first, *second, placeOf(run));
    }
    return differences;
}

const Judgement notEnough{.explanation = "Not all arms of the claim have run to their end."};

/// Held-out quality that a trial had reached after so many of its own seconds.
std::optional<double> qualityAfter(const EvidenceRun& run, std::size_t trial, double seconds) {
    const std::vector<double> clock = run.recording->timing(trial).column("seconds");
    const std::vector<double> quality = run.recording->trace(trial).column("psnr_held_out");
    const std::size_t rows = std::min(clock.size(), quality.size());
    if (rows == 0 || clock[rows - 1] < seconds)
        return std::nullopt;
    std::size_t row = 0;
    while (row + 1 < rows && clock[row + 1] <= seconds)
        ++row;
    return quality[row];
}

/// Errors of an arm by shape and size: mean squared error from the PSNR.
std::map<std::pair<double, double>, double> planeErrors(const Evidence& evidence,
                                                        const std::string& arm) {
    std::map<std::pair<double, double>, double> errors;
    for (const EvidenceRun& run : evidence.runs)
        for (const std::size_t trial : evidence.trialsOf(run, arm))
            if (const auto psnr = finishedOf(run, trial, "plane_psnr")) {
                const auto& factors = run.recording->plans()[trial].factors;
                errors[{factors.at("plane_shape"), factors.at("plane_size")}] =
                    std::pow(10.0, -*psnr / 10.0);
            }
    return errors;
}

} // namespace

// ---- Numbers of a run ----------------------------------------------------------------------

Judgement judgeAdvantage(const Evidence& evidence, const std::string& a, const std::string& b,
                         double least, const std::string& what) {
    const Differences differences = differencesOf(evidence, a, b);
    if (differences.values.empty() || differences.values.size() != evidence.runs.size())
        return notEnough;
    Judgement judgement;
    setMeanInterval(judgement, differences.values);
    judgement.threshold = fmt::format("at least {} dB in every run", least);
    const bool all = std::all_of(differences.values.begin(), differences.values.end(),
                                 [&](double value) { return value >= least; });
    judgement.verdict = all ? Verdict::holds : Verdict::fails;
    judgement.explanation = fmt::format("{}: {}.", what, differences.text);
    return judgement;
}

// ---- Convergence ---------------------------------------------------------------------------

Judgement judgeQuality(const Evidence& evidence, double leastPsnr, double leastSsim) {
    std::vector<Sample> samples;
    std::string similarities;
    for (const EvidenceRun& run : evidence.runs)
        for (const std::size_t trial : evidence.trialsOf(run, "grid")) {
            const auto psnr = finishedOf(run, trial, "psnr");
            const auto ssim = finishedOf(run, trial, "ssim");
            if (!psnr || !ssim)
                continue;
            samples.push_back({*psnr, *psnr >= leastPsnr && *ssim >= leastSsim, placeOf(run)});
            similarities += fmt::format("{}{:.3f}", similarities.empty() ? "" : ", ", *ssim);
        }
    Judgement judgement =
        judgeAll(samples,
                 fmt::format("at least {} dB{}", leastPsnr,
                             leastSsim > 0.0 ? fmt::format(" and SSIM {}", leastSsim) : ""),
                 "PSNR of whole held-out pictures");
    if (!samples.empty())
        judgement.explanation += fmt::format(" SSIM {}.", similarities);
    return judgement;
}

Judgement judgeFasterThanNerf(const Evidence& evidence) {
    std::vector<Sample> samples;
    for (const EvidenceRun& run : evidence.runs) {
        const auto grid = evidence.trialsOf(run, "grid");
        const auto nerf = evidence.trialsOf(run, "nerf");
        if (grid.size() != 1 || nerf.size() != 1 || !ended(run, grid[0]) || !ended(run, nerf[0]))
            continue;
        const std::vector<double> clock = run.recording->timing(grid[0]).column("seconds");
        const std::vector<double> nerfClock = run.recording->timing(nerf[0]).column("seconds");
        if (clock.empty() || nerfClock.empty())
            continue;
        const double seconds = std::min(clock.back(), nerfClock.back());
        const auto own = qualityAfter(run, grid[0], seconds);
        const auto theirs = qualityAfter(run, nerf[0], seconds);
        if (!own || !theirs)
            continue;
        samples.push_back({*own - *theirs, *own - *theirs >= 5.0,
                           fmt::format("{} ({:.2f} against {:.2f} dB after {:.1f} s)", placeOf(run),
                                       *own, *theirs, seconds)});
    }
    Judgement judgement = judgeAll(samples, "at least 5 dB",
                                   "PSNR of grid minus NeRF after equal "
                                   "seconds of their own steps");
    for (const Sample& sample : samples)
        judgement.explanation += fmt::format(" {:.2f} at {}.", sample.value, sample.place);
    return judgement;
}

// ---- Activation ----------------------------------------------------------------------------

Judgement judgePlane(const Evidence& evidence) {
    const auto post = planeErrors(evidence, "plane_post");
    const auto in = planeErrors(evidence, "plane_in");
    const auto pre = planeErrors(evidence, "plane_pre");
    if (post.empty() || post.size() != in.size() || post.size() != pre.size())
        return notEnough;
    std::vector<Sample> samples;
    std::string table;
    for (const auto& [place, error] : post) {
        const double ratio = error / std::min(in.at(place), pre.at(place));
        const std::string name =
            fmt::format("{}, g = {:g}", place.first == 0.0 ? "disc" : "half-plane", place.second);
        samples.push_back({ratio, ratio <= 0.5, name});
        table += fmt::format(" {}: {:.1f} dB against in {:.1f}, pre {:.1f};", name,
                             radiance::psnr(error), radiance::psnr(in.at(place)),
                             radiance::psnr(pre.at(place)));
    }
    Judgement judgement =
        judgeAll(samples, "at most 0.5", "Squared error of post over the better of in and pre");
    judgement.explanation += table;
    return judgement;
}

Judgement judgePostInSpace(const Evidence& evidence) {
    const Differences overIn = differencesOf(evidence, "grid", "in");
    const Differences overPre = differencesOf(evidence, "grid", "pre");
    const std::size_t runs = evidence.runs.size();
    if (runs == 0 || overIn.values.size() != runs || overPre.values.size() != runs)
        return notEnough;
    double worst = std::numeric_limits<double>::infinity();
    for (const auto* differences : {&overIn, &overPre})
        for (const double value : differences->values)
            worst = std::min(worst, value);
    const double gainIn = mean(overIn.values);
    const double gainPre = mean(overPre.values);
    Judgement judgement;
    setMeanInterval(judgement, overIn.values);
    judgement.threshold =
        "mean gain at least 0.3 dB over in, 0.1 dB over pre; nowhere more than 0.2 dB behind";
    judgement.verdict =
        gainIn >= 0.3 && gainPre >= 0.1 && worst >= -0.2 ? Verdict::holds : Verdict::fails;
    judgement.explanation = fmt::format(
        "Mean gain {:.2f} dB over in ({}), {:.2f} dB over pre ({}). The 2.88 dB of the paper are "
        "not reached on a scene this small.",
        gainIn, overIn.text, gainPre, overPre.text);
    return judgement;
}

// ---- The start -----------------------------------------------------------------------------

Judgement judgeBoxes(const Evidence& evidence) {
    std::vector<Sample> samples;
    std::string opaque;
    for (const EvidenceRun& run : evidence.runs) {
        const auto own = finishedOf(evidence, run, "grid", "box_share");
        const auto theirs = finishedOf(evidence, run, "opaque_start", "box_share");
        if (!own || !theirs)
            continue;
        samples.push_back({*own, *own <= 0.2 && *theirs >= 0.95, placeOf(run)});
        opaque += fmt::format("{}{:.2f}", opaque.empty() ? "" : ", ", *theirs);
    }
    Judgement judgement =
        judgeAll(samples, "at most 0.2 from 1e-6, at least 0.95 from 1e-2",
                 "Volume of the fine box over that of the frustum box, from 1e-6");
    if (!samples.empty())
        judgement.explanation += fmt::format(" From 1e-2: {}.", opaque);
    return judgement;
}

Judgement judgeOverfitting(const Evidence& evidence) {
    std::vector<Sample> samples;
    std::string table;
    for (const EvidenceRun& run : evidence.runs) {
        std::map<double, std::size_t> byStart;
        for (const std::size_t trial : evidence.trialsOf(run, "grid"))
            byStart[run.recording->plans()[trial].factors.at("alpha_init_coarse")] = trial;
        if (byStart.size() < 2)
            continue;
        const auto value = [&](std::size_t trial, const char* column) {
            return finishedOf(run, trial, column).value_or(std::nan(""));
        };
        const std::size_t low = byStart.begin()->second;
        const std::size_t high = byStart.rbegin()->second;
        const double loss = value(low, "psnr") - value(high, "psnr");
        if (std::isnan(loss))
            continue;
        samples.push_back({loss, loss >= 2.0, placeOf(run)});
        table += fmt::format(" {}: held out {:.2f} against {:.2f}, training views {:.2f} against "
                             "{:.2f};",
                             placeOf(run), value(low, "psnr"), value(high, "psnr"),
                             value(low, "train_psnr"), value(high, "train_psnr"));
    }
    Judgement judgement =
        judgeAll(samples, "at least 2 dB", "Held-out PSNR lost by the most opaque start");
    judgement.explanation += table;
    return judgement;
}

// ---- Skipping ------------------------------------------------------------------------------

Judgement judgeSkipping(const Evidence& evidence) {
    constexpr double firstSteps = 250;
    std::vector<Sample> samples;
    std::string starts;
    for (const EvidenceRun& run : evidence.runs)
        for (const std::size_t trial : evidence.trialsOf(run, "grid")) {
            if (!ended(run, trial))
                continue;
            const Table& trace = run.recording->trace(trial);
            const auto step = trace.column("iteration");
            const auto phase = trace.column("phase");
            const auto inBox = trace.column("samples_in_box");
            const auto colored = trace.column("samples_colored");
            const auto fineFrom = static_cast<double>(run.values->integer("coarse_steps"));
            // Sums, so that each recorded step counts by its samples.
            double firstBox = 0, firstColored = 0, lastBox = 0, lastColored = 0;
            for (std::size_t row = 0; row < colored.size(); ++row) {
                if (phase[row] != 1.0 || std::isnan(colored[row]) || step[row] <= fineFrom)
                    continue;
                if (step[row] <= fineFrom + firstSteps) {
                    firstBox += inBox[row];
                    firstColored += colored[row];
                }
                if (step[row] > step.back() - firstSteps) {
                    lastBox += inBox[row];
                    lastColored += colored[row];
                }
            }
            if (firstBox == 0.0 || lastBox == 0.0)
                continue;
            const double first = firstColored / firstBox;
            const double last = lastColored / lastBox;
            samples.push_back({last, first > 0.6 && last < 0.5, placeOf(run)});
            starts += fmt::format("{}{:.2f}", starts.empty() ? "" : ", ", first);
        }
    Judgement judgement =
        judgeAll(samples, "above 0.6 at first, below 0.5 in the end",
                 "Share of the samples in the box that is given a color, last 250 fine steps");
    if (!samples.empty())
        judgement.explanation += fmt::format(" First 250: {}.", starts);
    return judgement;
}

// ---- Observations --------------------------------------------------------------------------

std::function<Judgement(const Evidence&)> observeDifference(std::string arm, std::string what) {
    return [arm = std::move(arm), what = std::move(what)](const Evidence& evidence) {
        const Differences differences = differencesOf(evidence, arm, "grid");
        if (differences.values.empty())
            return notEnough;
        Judgement judgement;
        setMeanInterval(judgement, differences.values);
        judgement.explanation =
            fmt::format("{}, PSNR minus that of the preset 'small': {}.", what, differences.text);
        return judgement;
    };
}

std::function<Judgement(const Evidence&)> observeRuns(std::string label, std::string what) {
    return [label = std::move(label), what = std::move(what)](const Evidence& evidence) {
        std::vector<double> values;
        std::string text;
        for (const EvidenceRun* run : evidence.labelled(label))
            for (const EvidenceRun* base : evidence.labelled("small")) {
                if (base->seed != run->seed)
                    continue;
                const auto own = finishedOf(evidence, *run, "grid", "psnr");
                const auto theirs = finishedOf(evidence, *base, "grid", "psnr");
                if (!own || !theirs)
                    continue;
                values.push_back(*own - *theirs);
                text += fmt::format("{}{:.2f} against {:.2f} (seed {})", text.empty() ? "" : ", ",
                                    *own, *theirs, run->seed);
            }
        if (values.empty())
            return notEnough;
        Judgement judgement;
        setMeanInterval(judgement, values);
        judgement.explanation =
            fmt::format("{}, PSNR minus that of the preset 'small': {}.", what, text);
        return judgement;
    };
}

} // namespace convergence::voxel_radiance
