#include "core/experiment/samples.h"

#include <algorithm>
#include <stdexcept>
#include <variant>

#include <fmt/format.h>

#include "core/experiment/not_applicable.h"

namespace convergence {

namespace {

using Factors = std::map<std::string, double>;

bool holds(const Threshold& threshold, double number, const Factors& factors) {
    const auto* within = std::get_if<WithinByFactor>(&threshold.kind());
    return threshold.holds(number, within ? factors.at(within->factor) : notApplicable);
}

Sample sampleOf(const Claim& claim, std::string place, std::span<const double> numbers,
                const Factors& factors) {
    if (numbers.size() != claim.also.size() + 1)
        throw std::logic_error(
            fmt::format("the judge of '{}' measures {} numbers for {} thresholds", claim.id,
                        numbers.size(), claim.also.size() + 1));
    bool inside = holds(claim.threshold, numbers[0], factors);
    for (std::size_t i = 0; i < claim.also.size(); ++i)
        inside = holds(claim.also[i], numbers[i + 1], factors) && inside;
    return {numbers[0], inside, std::move(place)};
}

} // namespace

void Samples::add(std::string place, std::span<const double> numbers) {
    samples_.push_back(sampleOf(claim_, std::move(place), numbers, {}));
}

void Samples::add(const EvidenceRun& run, std::size_t trial, std::span<const double> numbers,
                  const std::string& before) {
    samples_.push_back(sampleOf(claim_, before + placeOf(run, trial), numbers,
                                run.recording->plans()[trial].factors));
}

void Samples::addOutside(std::string place, double value) {
    samples_.push_back({value, false, std::move(place)});
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
