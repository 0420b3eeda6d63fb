#include "plugins/schedules/schedule-refinement/frames.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/math/statistics.h"

namespace convergence::schedule_refinement {

namespace {

using Numbers = std::vector<double>;

constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr std::size_t mostPoints = 2000;
/// Budgets for the bounds against T: three a decade.
constexpr std::size_t boundSteps[] = {10, 22, 46, 100, 215, 464, 1000, 2154, 4642, 10000};

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

std::string inWords(const RefinementSource& source, const Refinement& refined,
                    const PolynomialFit& fit, double smoothing) {
    const auto peak = std::max_element(refined.schedule.begin(), refined.schedule.end());
    std::string text = fmt::format(
        "Refinement {} (seed {:g}, τ = {:g}): starts at {:.3f}, peaks at {:.1f} % of the run; "
        "fit: warm-up {:.0f} %, exponent {:.1f} (rms residual {:.3f}).\n",
        source.round, source.seed, smoothing, refined.schedule.front(),
        100.0 * static_cast<double>(peak - refined.schedule.begin() + 1) /
            static_cast<double>(refined.schedule.size()),
        100.0 * fit.warmUp, fit.exponent, fit.rootMeanSquare);
    if (refined.concentration > 0.5)
        text += fmt::format("Warning: the largest 1 % of the weights hold {:.0f} % of their sum. "
                            "The norms nearly vanish, and the schedule is a spike.\n",
                            100.0 * refined.concentration);
    return text;
}

/// The final loss of a trial, infinite where it diverged; nothing before its end and where it was
/// cut short.
std::optional<double> lossOf(const Recording& soFar, std::size_t trial) {
    const auto finals = soFar.finals(trial);
    if (!finals || soFar.status(trial) == TrialStatus::stopped)
        return std::nullopt;
    const std::size_t column = soFar.trials().columnIndex("final_loss") - soFar.firstFinalColumn();
    const bool complete = soFar.iterations(trial) == soFar.plans()[trial].steps;
    const double loss = (*finals)[column];
    return complete && std::isfinite(loss) ? loss : infinite;
}

} // namespace

FrameMap refinementFrames(const RefinementPlan& plan, const RefinementSource& source,
                          const ShownChoices& shown) {
    const Numbers& norms = *source.norms;
    const Refinement refined = plan.refine(norms, shown);
    const PolynomialFit fit = fitPolynomial(refined.schedule);
    CurvesFrame schedules{{overSteps("refined ηₜ", refined.schedule),
                           overSteps(fmt::format("fit: warm-up {:.0f} %, exponent {:.1f}",
                                                 100.0 * fit.warmUp, fit.exponent),
                                     polynomialSchedule(fit, norms.size())),
                           overSteps("linear", classicalSchedule("linear", norms.size()))}};
    for (const std::string& id : plan.arms())
        if (const ScheduleArm& arm = traitsOf(scheduleArms, id); arm.kind == ScheduleKind::drawn)
            schedules.curves.push_back(
                overSteps(std::string(arm.label), *plan.scheduleFrom(arm, norms, shown)));
    const bool squares = plan.training()->norm == NormKind::l2;
    FrameMap frames;
    frames["norms"] = CurvesFrame{
        {overSteps("recorded", norms),
         overSteps(fmt::format("median-filtered, τ = {:g}", shown.smoothing), refined.filtered)}};
    frames["weights"] =
        CurvesFrame{{overSteps(squares ? "wₜ = Gₜ⁻²" : "wₜ = Gₜ⁻¹", refined.weights)}};
    frames["refined"] = std::move(schedules);
    frames["refinement_notes"] = TextFrame{inWords(source, refined, fit, shown.smoothing)};
    return frames;
}

BarsFrame boundBars(const RefinementPlan& plan, std::span<const double> norms,
                    const ShownChoices& shown) {
    const double root = std::sqrt(static_cast<double>(norms.size()));
    BarsFrame frame;
    BarsFrame::Series a{.label = "bound A · √T", .values = {}, .dots = {}};
    BarsFrame::Series b{.label = "bound B · √T", .values = {}, .dots = {}};
    for (const std::string& id : plan.arms()) {
        const ScheduleArm& arm = traitsOf(scheduleArms, id);
        // Takes seconds: its bound is in the table of the run.
        if (arm.kind == ScheduleKind::numeric)
            continue;
        const auto schedule = plan.scheduleFrom(arm, norms, shown);
        frame.categories.emplace_back(arm.label);
        a.values.push_back(root * boundAOfSchedule(*schedule, norms, plan.distance()));
        b.values.push_back(root * scaledBoundB(*schedule, norms, plan.distance()));
    }
    frame.series = {std::move(a), std::move(b)};
    return frame;
}

FrameMap boundsAgainstSteps(const RefinementPlan& plan) {
    const double D = plan.distance(), G = plan.values().real("gradient_bound");
    CurvesFrame boundA, boundB;
    for (const std::string& name : classicalNames()) {
        CurvesFrame::Curve a{.label = labelOf(name)}, b{.label = labelOf(name)};
        for (const std::size_t T : boundSteps) {
            const Numbers schedule = classicalSchedule(name, T, plan.shapes());
            const Numbers norms(T, G);
            a.x.push_back(static_cast<double>(T));
            b.x.push_back(static_cast<double>(T));
            a.y.push_back(boundAOfSchedule(schedule, norms, D));
            b.y.push_back(scaledBoundB(schedule, norms, D));
        }
        boundA.curves.push_back(std::move(a));
        boundB.curves.push_back(std::move(b));
    }
    CurvesFrame::Curve reference{.label = "DG/√T"};
    for (const std::size_t T : boundSteps) {
        reference.x.push_back(static_cast<double>(T));
        reference.y.push_back(D * G / std::sqrt(static_cast<double>(T)));
    }
    boundA.curves.push_back(reference);
    boundB.curves.push_back(std::move(reference));
    return {{"bound_a", std::move(boundA)}, {"bound_b", std::move(boundB)}};
}

std::optional<double> bestRate(const Recording& soFar, const std::string& arm,
                               std::span<const double> rates, double seed) {
    std::optional<double> best;
    double least = infinite;
    std::size_t ended = 0;
    for (const std::size_t trial : soFar.trialsOf(arm)) {
        const TrialPlan& own = soFar.plans()[trial];
        const double rate = own.factors.at("learning_rate");
        if (static_cast<double>(own.replicate) != seed ||
            std::find(rates.begin(), rates.end(), rate) == rates.end())
            continue;
        const auto loss = lossOf(soFar, trial);
        if (!loss)
            return std::nullopt;
        ++ended;
        if (*loss < least) {
            least = *loss;
            best = rate;
        }
    }
    return ended == rates.size() ? best : std::nullopt;
}

std::optional<TunedLosses> tunedLosses(const Recording& soFar, const std::string& arm) {
    std::map<double, Numbers> byRate;
    for (const std::size_t trial : soFar.trialsOf(arm)) {
        const auto loss = lossOf(soFar, trial);
        if (!loss)
            return std::nullopt;
        byRate[soFar.plans()[trial].factors.at("learning_rate")].push_back(*loss);
    }
    TunedLosses best;
    double least = infinite;
    for (const auto& [rate, losses] : byRate)
        if (const double average = mean(losses); average < least) {
            least = average;
            best = {.rate = rate, .losses = losses};
        }
    if (best.losses.empty())
        return std::nullopt;
    best.atEdge = byRate.size() > 1 &&
                  (best.rate == byRate.begin()->first || best.rate == byRate.rbegin()->first);
    return best;
}

FrameMap outcomeFrames(const RefinementPlan& plan, const Recording& soFar) {
    BarsFrame bars;
    BarsFrame::Series means{.label = "mean over seeds", .values = {}, .dots = {}};
    std::string text;
    for (const std::string& arm : plan.arms()) {
        const auto tuned = tunedLosses(soFar, arm);
        if (!tuned)
            continue;
        bars.categories.push_back(labelOf(arm));
        means.values.push_back(mean(tuned->losses));
        means.dots.push_back(tuned->losses);
        text += fmt::format("  {:<12} {:>9.4g} at base rate {:g}{}\n", labelOf(arm),
                            means.values.back(), tuned->rate,
                            tuned->atEdge ? ", the edge of the grid: widen it" : "");
    }
    if (bars.categories.empty())
        return {};
    bars.series = {std::move(means)};
    return {{"finals", std::move(bars)},
            {"notes", TextFrame{"Final loss of each schedule at its best base rate\n" + text}}};
}

} // namespace convergence::schedule_refinement
