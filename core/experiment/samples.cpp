#include "core/experiment/samples.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <variant>

#include <fmt/format.h>

#include "core/experiment/not_applicable.h"

namespace convergence {

Samples::Samples(const Claim& claim)
    : claim_(claim), margins_(claim.also.size() + 1, std::numeric_limits<double>::infinity()) {}

bool Samples::isInside(std::size_t threshold, double number, const Factors& factors) {
    const Threshold& held = threshold == 0 ? claim_.threshold : claim_.also.at(threshold - 1);
    const auto* within = std::get_if<WithinByFactor>(&held.kind());
    const double factor = within ? factors.at(within->factor) : notApplicable;
    const double margin = held.margin(number, factor);
    double& least = margins_[threshold];
    if (!(margin >= least)) // NaN stays
        least = std::isnan(least) ? least : margin;
    return held.holds(number, factor);
}

void Samples::add(std::string place, std::span<const double> numbers, const Factors& factors) {
    if (numbers.size() != claim_.also.size() + 1)
        throw std::logic_error(
            fmt::format("the judge of '{}' measures {} numbers for {} thresholds", claim_.id,
                        numbers.size(), claim_.also.size() + 1));
    bool inside = true;
    for (std::size_t i = 0; i < numbers.size(); ++i)
        inside = isInside(i, numbers[i], factors) && inside;
    samples_.push_back({numbers[0], inside, std::move(place)});
}

void Samples::add(std::string place, std::span<const double> numbers) {
    add(std::move(place), numbers, {});
}

void Samples::add(const EvidenceRun& run, std::size_t trial, std::span<const double> numbers,
                  const std::string& before) {
    add(before + placeOf(run, trial), numbers, run.recording->plans()[trial].factors);
}

void Samples::addFor(std::size_t threshold, std::string place, double number) {
    const bool inside = isInside(threshold, number, {});
    samples_.push_back({number, inside, std::move(place)});
}

void Samples::addOutside(std::string place, double value) {
    samples_.push_back({value, false, std::move(place)});
    margins_.front() = -std::numeric_limits<double>::infinity();
}

void Samples::draw(FitOverlay overlay, const LineFit& line) {
    overlay.slope = line.slope;
    overlay.intercept = line.intercept;
    overlay.xMinimum = line.xMinimum;
    overlay.xMaximum = line.xMaximum;
    fits_.push_back(std::move(overlay));
}

Judgement Samples::judged(const std::string& what) const {
    Judgement judgement = judgeAll(samples_, claim_.expected(), what);
    judgement.fits = fits_;
    if (!samples_.empty())
        judgement.margins = margins_;
    return judgement;
}

std::string placeOf(const EvidenceRun& run, std::size_t trial) {
    const std::vector<TrialPlan>& plans = run.recording->plans();
    std::string place = placeOf(run);
    for (const auto& [name, value] : plans[trial].factors)
        if (std::any_of(plans.begin(), plans.end(), [&](const TrialPlan& other) {
                return other.arm == plans[trial].arm && other.factors.at(name) != value;
            }))
            place += fmt::format(", {} = {}", name, value);
    return place;
}

} // namespace convergence
