#include "core/experiment/measure_judges.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <fmt/args.h>
#include <fmt/format.h>

namespace convergence {

namespace {

using measures::Measure;
using measures::Number;
using measures::Place;

/// One number for each measure; empty where one cannot be told.
std::vector<double> numbersAt(const std::vector<Measure>& of, const Place& place) {
    std::vector<double> numbers;
    for (const Measure& measure : of) {
        const Number number = measure.at(place);
        if (!number)
            return {};
        numbers.push_back(*number);
    }
    return numbers;
}

/// What is told beside the verdict, in the order of the places.
class Explanation {
public:
    explicit Explanation(const Told& told) : told_(told) {}

    Place at(const Evidence& evidence, const EvidenceRun& run) {
        return {evidence, run, std::nullopt, &remarks_};
    }
    void tell(const Place& place, const std::string& name) {
        const auto numbers = numbersAt(told_.numbers, place);
        if (told_.format.empty() || numbers.size() != told_.numbers.size())
            return;
        fmt::dynamic_format_arg_store<fmt::format_context> arguments;
        for (const double number : numbers)
            arguments.push_back(number);
        arguments.push_back(fmt::arg("place", name));
        text_ += fmt::vformat(told_.format, arguments);
    }
    [[nodiscard]] std::string text() const {
        std::string all = text_;
        for (const std::string& remark : remarks_)
            all += " " + remark;
        return all;
    }

private:
    const Told& told_;
    std::string text_;
    std::set<std::string> remarks_;
};

std::vector<const EvidenceRun*> runsOf(const Evidence& evidence, const std::string& label,
                                       const RunFilter& where) {
    std::vector<const EvidenceRun*> runs;
    for (const EvidenceRun& run : evidence.runs)
        if ((label.empty() || run.label == label) && (!where || where(run)))
            runs.push_back(&run);
    return runs;
}

/// A mean that went wrong fails; an interval alone cannot tell that from one that is missing.
Verdict decided(const Threshold& threshold, const Interval& interval, DecidedBy by) {
    if (std::isnan(interval.estimate))
        return Verdict::fails;
    if (by == DecidedBy::estimate)
        return threshold.holds(interval.estimate) ? Verdict::holds : Verdict::fails;
    return threshold.decide(interval);
}

Judgement judged(const Samples& samples, const std::vector<double>& first, const std::string& what,
                 Shown shown, const Explanation& explanation) {
    Judgement judgement = samples.judged(what);
    if (shown == Shown::meanInterval && !first.empty())
        setMeanInterval(judgement, first);
    judgement.explanation += explanation.text();
    return judgement;
}

} // namespace

Judgement EachTrial::operator()(const Evidence& evidence, const Claim& claim) const {
    Samples samples(claim);
    std::vector<double> first;
    Explanation explanation(told);
    for (const EvidenceRun* run : runsOf(evidence, label, where))
        for (const std::string& arm : arms)
            for (const std::size_t trial : evidence.trialsOf(*run, arm)) {
                Place place = explanation.at(evidence, *run);
                place.trial = trial;
                const auto measured = numbersAt(numbers, place);
                if (measured.empty())
                    continue;
                const std::string ofArm = arms.size() > 1 ? arm + ", " : "";
                samples.add(*run, trial, measured, ofArm);
                first.push_back(measured.front());
                explanation.tell(place, ofArm + placeOf(*run, trial));
            }
    return judged(samples, first, what, shown, explanation);
}

Judgement EachRun::operator()(const Evidence& evidence, const Claim& claim) const {
    Samples samples(claim);
    std::vector<double> first;
    Explanation explanation(told);
    for (const EvidenceRun* run : runsOf(evidence, label, where)) {
        const Place place = explanation.at(evidence, *run);
        const auto measured = numbersAt(numbers, place);
        if (measured.empty() && missing == Missing::undecided)
            return {.threshold = claim.expected(),
                    .explanation = fmt::format("{}: not all runs have come to their end.", what)};
        if (measured.empty())
            continue;
        samples.add(placeOf(*run), measured);
        first.push_back(measured.front());
        explanation.tell(place, placeOf(*run));
    }
    return judged(samples, first, what, shown, explanation);
}

Judgement MeanOverRuns::operator()(const Evidence& evidence, const Claim& claim) const {
    Judgement judgement{.threshold = claim.expected()};
    if (numbers.size() != claim.also.size() + 1)
        throw std::logic_error(
            fmt::format("the judge of '{}' measures {} numbers for {} thresholds", claim.id,
                        numbers.size(), claim.also.size() + 1));
    Explanation explanation(told);
    std::vector<std::vector<double>> columns(numbers.size());
    const auto runs = runsOf(evidence, label, where);
    for (const EvidenceRun* run : runs) {
        const Place place = explanation.at(evidence, *run);
        const auto measured = numbersAt(numbers, place);
        for (std::size_t i = 0; i < measured.size(); ++i)
            columns[i].push_back(measured[i]);
        if (!measured.empty())
            explanation.tell(place, placeOf(*run));
    }
    if (runs.size() < fewest || columns.front().size() != runs.size()) {
        judgement.explanation = fmt::format(
            "{}: needs {} runs to their end or more, there are {}{}.", what, fewest,
            columns.front().size(),
            columns.front().size() == runs.size() ? "" : fmt::format(" of {}", runs.size()));
        return judgement;
    }
    setMeanInterval(judgement, columns.front());
    judgement.verdict = decided(claim.threshold, meanInterval(columns.front()), decidedBy);
    std::string further;
    for (std::size_t i = 0; i < claim.also.size(); ++i) {
        const Interval interval = meanInterval(columns[i + 1]);
        further +=
            fmt::format("; {} is {:.4g} on average", claim.also[i].text(), interval.estimate);
        judgement.verdict = worse(judgement.verdict, decided(claim.also[i], interval, decidedBy));
    }
    judgement.explanation = fmt::format("{}: {:.4g} on average over {} runs, 95 % interval {:.4g} "
                                        "to {:.4g}{}.{}",
                                        what, judgement.measured, runs.size(), judgement.low,
                                        judgement.high, further, explanation.text());
    return judgement;
}

Judgement Observe::operator()(const Evidence& evidence, const Claim& claim) const {
    Judgement judgement{.threshold = claim.expected()};
    std::vector<double> values;
    Explanation explanation(told);
    for (const EvidenceRun* run : runsOf(evidence, label, where)) {
        const Place place = explanation.at(evidence, *run);
        if (const Number value = number.at(place)) {
            values.push_back(*value);
            explanation.tell(place, placeOf(*run));
        }
    }
    if (values.empty()) {
        judgement.explanation = fmt::format("{}: no run has come to its end.", what);
        return judgement;
    }
    setMeanInterval(judgement, values);
    judgement.explanation =
        fmt::format("{}: mean over {} runs.{}", what, values.size(), explanation.text());
    return judgement;
}

Judge about(RunFilter isSuch, std::string otherwise, Judge judge) {
    return [isSuch = std::move(isSuch), otherwise = std::move(otherwise),
            judge = std::move(judge)](const Evidence& evidence, const Claim& claim) {
        const bool suits = std::all_of(evidence.runs.begin(), evidence.runs.end(), isSuch);
        return suits ? judge(evidence, claim) : Judgement{.explanation = otherwise};
    };
}

} // namespace convergence
