#include "plugins/schedules/schedule-refinement/frames.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/math/statistics.h"
#include "plugins/schedules/schedule-refinement/arms.h"

namespace convergence {

using namespace schedule_refinement;

namespace {

using Numbers = std::vector<double>;

constexpr std::size_t mostPoints = 2000;

/// A curve over steps 1..T, with every n-th point of a long one.
CurvesFrame::Curve overSteps(std::string label, std::span<const double> values) {
    CurvesFrame::Curve curve{.label = std::move(label)};
    const std::size_t stride = std::max<std::size_t>(1, values.size() / mostPoints);
    for (std::size_t t = 0; t < values.size(); t += stride) {
        curve.x.push_back(static_cast<double>(t + 1));
        curve.y.push_back(values[t]);
    }
    return curve;
}

std::string labelOf(const std::string& arm) {
    return std::string(traitsOf(scheduleArms, arm).label);
}

bool isOfKind(const std::string& arm, ScheduleKind kind) {
    return traitsOf(scheduleArms, arm).kind == kind;
}

/// Budgets for the bounds against T: 10 to 10,000, three a decade.
std::vector<std::size_t> boundSteps() {
    return {10, 22, 46, 100, 215, 464, 1000, 2154, 4642, 10000};
}

std::string ratesNote(const std::string& arm, const BestRate& best) {
    return fmt::format("  {:<12} {:>9.4g} at base rate {:g}{}\n", labelOf(arm), mean(best.losses),
                       best.rate, best.atEdge ? ", the edge of the grid: widen it" : "");
}

} // namespace

std::optional<BestRate> bestRate(const std::map<double, std::map<double, double>>& losses,
                                 std::size_t rates, std::size_t seeds) {
    if (losses.size() < rates)
        return std::nullopt;
    BestRate best;
    double least = std::numeric_limits<double>::infinity();
    for (const auto& [rate, bySeed] : losses) {
        if (bySeed.size() < seeds)
            return std::nullopt;
        Numbers values;
        for (const auto& [seed, loss] : bySeed)
            values.push_back(loss);
        if (const double average = mean(values); average < least) {
            least = average;
            best.rate = rate;
            best.losses = values;
        }
    }
    if (best.losses.empty())
        return std::nullopt;
    best.atEdge =
        rates > 1 && (best.rate == losses.begin()->first || best.rate == losses.rbegin()->first);
    return best;
}

RefinementFrames::RefinementFrames(RefinementLedger& ledger) : ledger_(ledger) {
    const double D = ledger.values().real("distance"), G = ledger.values().real("gradient_bound");
    const ClassicalOptions options{.inverseTimeRate = ledger.values().real("inverse_time_rate"),
                                   .exponent = ledger.values().real("polynomial_exponent"),
                                   .warmUp = ledger.values().real("warm_up")};
    CurvesFrame::Curve reference{.label = "DG/√T"};
    for (const std::string& name : classicalNames()) {
        CurvesFrame::Curve a{.label = labelOf(name)}, b{.label = labelOf(name)};
        for (const std::size_t T : boundSteps()) {
            const Numbers schedule = classicalSchedule(name, T, options);
            const Numbers norms(T, G);
            a.x.push_back(static_cast<double>(T));
            b.x.push_back(static_cast<double>(T));
            a.y.push_back(boundAOfSchedule(schedule, norms, D));
            b.y.push_back(scaledBoundB(schedule, norms, D));
        }
        boundA_.curves.push_back(std::move(a));
        boundB_.curves.push_back(std::move(b));
    }
    for (const std::size_t T : boundSteps()) {
        reference.x.push_back(static_cast<double>(T));
        reference.y.push_back(D * G / std::sqrt(static_cast<double>(T)));
    }
    boundA_.curves.push_back(reference);
    boundB_.curves.push_back(std::move(reference));
}

RefinementFrames::Drawn RefinementFrames::drawNorms(std::shared_ptr<const Numbers> norms, int round,
                                                    double seed, const ShownChoices& shown) const {
    const NormKind kind = ledger_.training()->norm;
    const Refinement refined = refineSchedule(*norms, {shown.smoothing, kind});
    const PolynomialFit fit = fitPolynomial(refined.schedule);
    const std::size_t T = norms->size();
    Drawn drawn{.choices = shown, .norms = norms, .frames = {}, .note = {}};
    drawn.frames["norms"] = CurvesFrame{
        {overSteps("recorded", *norms),
         overSteps(fmt::format("median-filtered, τ = {:g}", shown.smoothing), refined.filtered)}};
    drawn.frames["weights"] =
        CurvesFrame{{overSteps(kind == NormKind::l2 ? "wₜ = Gₜ⁻²" : "wₜ = Gₜ⁻¹", refined.weights)}};
    CurvesFrame schedules{{overSteps("refined ηₜ", refined.schedule),
                           overSteps(fmt::format("fit: warm-up {:.0f} %, exponent {:.1f}",
                                                 100.0 * fit.warmUp, fit.exponent),
                                     polynomialSchedule(fit, T)),
                           overSteps("linear", classicalSchedule("linear", T))}};
    for (const std::string& arm : ledger_.arms())
        if (isOfKind(arm, ScheduleKind::drawn))
            if (const auto own = ledger_.scheduleFrom(arm, *norms, shown, StopToken()))
                schedules.curves.push_back(overSteps(labelOf(arm), *own));
    drawn.frames["refined"] = std::move(schedules);

    const auto peak = std::max_element(refined.schedule.begin(), refined.schedule.end());
    drawn.note = fmt::format(
        "Refinement {} (seed {:g}, τ = {:g}): starts at {:.3f}, peaks at {:.1f} % of the run; "
        "fit: warm-up {:.0f} %, exponent {:.1f} (rms residual {:.3f}).\n",
        round, seed, shown.smoothing, refined.schedule.front(),
        100.0 * static_cast<double>(peak - refined.schedule.begin() + 1) / static_cast<double>(T),
        100.0 * fit.warmUp, fit.exponent, fit.rootMeanSquare);
    if (refined.concentration > 0.5)
        drawn.note += fmt::format("Warning: the largest 1 % of the weights hold {:.0f} % of their "
                                  "sum. The norms nearly vanish, and the schedule is a spike.\n",
                                  100.0 * refined.concentration);
    return drawn;
}

const RefinementFrames::Drawn* RefinementFrames::refinement(int round, double seed) {
    const ShownChoices shown = ledger_.shown();
    Drawn& drawn = drawn_[{round, seed}];
    if (!drawn.norms || !(drawn.choices == shown)) {
        auto norms = ledger_.knownNorms(round, seed);
        if (!norms)
            return nullptr;
        drawn = drawNorms(std::move(norms), round, seed, shown);
    }
    return &drawn;
}

void RefinementFrames::drawRefinement(FrameMap& frames, int round, double seed) {
    const std::lock_guard lock(mutex_);
    if (const Drawn* drawn = refinement(round, seed))
        for (const auto& [id, frame] : drawn->frames)
            frames[id] = frame;
}

BarsFrame RefinementFrames::finals() const {
    const auto losses = ledger_.losses();
    BarsFrame frame;
    BarsFrame::Series bar{.label = "mean over seeds", .values = {}, .dots = {}};
    for (const std::string& arm : ledger_.arms()) {
        const auto found = losses.find(arm);
        if (found == losses.end())
            continue;
        const auto best = bestRate(found->second, ledger_.rates().size(), ledger_.seeds().size());
        if (!best)
            continue;
        frame.categories.push_back(labelOf(arm));
        bar.values.push_back(mean(best->losses));
        bar.dots.push_back(best->losses);
    }
    if (!frame.categories.empty())
        frame.series = {std::move(bar)};
    return frame;
}

BarsFrame RefinementFrames::boundBars(const ShownChoices& shown) const {
    const Numbers norms = ledger_.profileNorms(shown);
    const double D = ledger_.values().real("distance");
    const double root = std::sqrt(static_cast<double>(norms.size()));
    BarsFrame frame;
    BarsFrame::Series a{.label = "bound A · √T", .values = {}, .dots = {}};
    BarsFrame::Series b{.label = "bound B · √T", .values = {}, .dots = {}};
    for (const std::string& arm : ledger_.arms()) {
        // Takes seconds: its bound is in the table of the run.
        if (isOfKind(arm, ScheduleKind::numeric))
            continue;
        const auto schedule = ledger_.scheduleFrom(arm, norms, shown, StopToken());
        frame.categories.push_back(labelOf(arm));
        a.values.push_back(root * boundAOfSchedule(*schedule, norms, D));
        b.values.push_back(root * scaledBoundB(*schedule, norms, D));
    }
    frame.series = {std::move(a), std::move(b)};
    return frame;
}

TextFrame RefinementFrames::notes() {
    std::string text;
    const auto losses = ledger_.losses();
    if (!ledger_.isProfile() && !losses.empty()) {
        text += "Final loss of each schedule at its best base rate\n";
        for (const std::string& arm : ledger_.arms())
            if (const auto found = losses.find(arm); found != losses.end())
                if (const auto best =
                        bestRate(found->second, ledger_.rates().size(), ledger_.seeds().size()))
                    text += ratesNote(arm, *best);
        text += "\n";
    }
    const auto rounds =
        ledger_.isProfile() ? 1 : static_cast<int>(ledger_.values().integer("refinement_rounds"));
    for (int round = 1; round <= rounds; ++round)
        if (const Drawn* drawn = refinement(round, ledger_.seeds().front()))
            text += drawn->note;
    return {text};
}

void RefinementFrames::drawRun(FrameMap& frames) {
    drawRefinement(frames, 1, ledger_.seeds().front());
    const std::lock_guard lock(mutex_);
    frames["bound_a"] = boundA_;
    frames["bound_b"] = boundB_;
    if (BarsFrame bars = finals(); !bars.categories.empty())
        frames["finals"] = std::move(bars);
    if (ledger_.isProfile()) {
        const ShownChoices shown = ledger_.shown();
        if (!bars_ || !(bars_->first == shown))
            bars_ = {shown, boundBars(shown)};
        frames["bound_bars"] = bars_->second;
    }
    if (TextFrame text = notes(); !text.text.empty())
        frames["notes"] = std::move(text);
}

} // namespace convergence
