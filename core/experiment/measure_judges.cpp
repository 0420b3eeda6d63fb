#include "core/experiment/measure_judges.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <fmt/args.h>
#include <fmt/format.h>

#include "core/math/statistics.h"

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

/// What counts once, and its name.
struct Unit {
    Place place;
    std::string name;
    std::string group = {}; ///< the name without what is drawn
};

/// What is told beside the verdict, in the order of the places; on average, once for each group.
class Explanation {
public:
    Explanation(const Told& told, Hold hold) : told_(told), hold_(hold) {}

    std::set<std::string>* remarks() { return &remarks_; }
    void tell(const Place& place, const std::string& name, const std::string& group) {
        tell(numbersAt(told_.numbers, place), name, group);
    }
    void tell(const std::vector<double>& numbers, const std::string& name,
              const std::string& group) {
        if (told_.format.empty() || numbers.size() < told_.numbers.size())
            return;
        auto found = std::find_if(lines_.begin(), lines_.end(),
                                  [&](const Line& line) { return line.group == group; });
        if (hold_ == Hold::each || found == lines_.end())
            found = lines_.insert(lines_.end(), {.name = name, .group = group, .numbers = {}});
        found->numbers.push_back(numbers);
    }
    [[nodiscard]] std::string text() const {
        std::string all;
        for (const Line& line : lines_)
            all += textOf(line);
        for (const std::string& remark : remarks_)
            all += " " + remark;
        return all;
    }

private:
    struct Line {
        std::string name, group;
        std::vector<std::vector<double>> numbers; ///< one row, or one for each that is averaged
    };

    [[nodiscard]] std::string textOf(const Line& line) const {
        std::string name = line.name;
        if (line.numbers.size() > 1)
            name = line.group.empty() ? "on average" : line.group + ", on average";
        fmt::dynamic_format_arg_store<fmt::format_context> arguments;
        for (std::size_t i = 0; i < line.numbers.front().size(); ++i) {
            std::vector<double> column;
            for (const std::vector<double>& row : line.numbers)
                column.push_back(row[i]);
            arguments.push_back(mean(column));
        }
        arguments.push_back(fmt::arg("place", name));
        return fmt::vformat(told_.format, arguments);
    }

    const Told& told_;
    Hold hold_;
    std::vector<Line> lines_;
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

/// The replicates of a run in order; those drawn, where some were.
std::vector<std::uint64_t> replicatesOf(const Evidence& evidence, const EvidenceRun& run) {
    if (!evidence.drawn.empty())
        return evidence.drawn;
    std::set<std::uint64_t> all;
    for (const TrialPlan& plan : run.recording->plans())
        all.insert(plan.replicate);
    return {all.begin(), all.end()};
}

std::vector<Unit> unitsOf(const Evidence& evidence, const std::string& label,
                          const RunFilter& where, Per per, std::set<std::string>* remarks) {
    const auto runs = runsOf(evidence, label, where);
    std::vector<Unit> units;
    if (per == Per::pool && !runs.empty())
        units.push_back({{.evidence = evidence,
                          .run = *runs.front(),
                          .remarks = remarks,
                          .pool = std::make_shared<const std::vector<const EvidenceRun*>>(runs)},
                         runs.size() == 1 ? placeOf(*runs.front()) : "all runs"});
    if (per == Per::pool)
        return units;
    for (const EvidenceRun* run : runs) {
        if (per == Per::run)
            units.push_back({{.evidence = evidence, .run = *run, .remarks = remarks},
                             placeOf(*run),
                             run->label});
        else
            for (const std::uint64_t replicate : replicatesOf(evidence, *run))
                units.push_back({{.evidence = evidence,
                                  .run = *run,
                                  .remarks = remarks,
                                  .replicate = replicate},
                                 fmt::format("{}, replicate {}", placeOf(*run), replicate),
                                 run->label});
    }
    return units;
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
    Explanation explanation(told, claim.hold);
    for (const EvidenceRun* run : runsOf(evidence, label, where))
        for (const std::string& arm : arms)
            for (const std::size_t trial : evidence.trialsOf(*run, arm)) {
                const Place place{.evidence = evidence,
                                  .run = *run,
                                  .trial = trial,
                                  .remarks = explanation.remarks()};
                const auto measured = numbersAt(numbers, place);
                if (measured.empty())
                    continue;
                const std::string ofArm = arms.size() > 1 ? arm + ", " : "";
                const Samples::Spot spot = spotOf(*run, trial, ofArm);
                samples.add(spot, measured);
                first.push_back(measured.front());
                explanation.tell(place, spot.place, spot.group);
            }
    return judged(samples, first, what, shown, explanation);
}

Judgement EachRun::operator()(const Evidence& evidence, const Claim& claim) const {
    Samples samples(claim);
    std::vector<double> first, ends;
    Explanation explanation(told, claim.hold);
    for (const Unit& unit : unitsOf(evidence, label, where, per, explanation.remarks())) {
        const auto measured = numbersAt(numbers, unit.place);
        if (measured.empty() && missing == Missing::undecided)
            return {.threshold = claim.expected(),
                    .explanation = fmt::format("{}: not all runs have come to their end.", what)};
        if (measured.empty())
            continue;
        samples.add({.place = unit.name, .group = unit.group}, measured);
        first.push_back(measured.front());
        ends = numbersAt(interval, unit.place);
        explanation.tell(unit.place, unit.name, unit.group);
    }
    Judgement judgement = judged(samples, first, what, shown, explanation);
    if (first.size() == 1 && ends.size() == 2) {
        judgement.low = ends[0];
        judgement.high = ends[1];
    }
    return judgement;
}

Judgement EachPart::operator()(const Evidence& evidence, const Claim& claim) const {
    Samples samples(claim);
    std::vector<double> first;
    Explanation explanation(told, claim.hold);
    std::string byPart;
    for (const Part& part : parts) {
        const std::string& of = part.label.empty() ? label : part.label;
        std::vector<double> measured;
        for (const Unit& unit : unitsOf(evidence, of, where, per, explanation.remarks())) {
            const Number number = part.number.at(unit.place);
            if (!number)
                continue;
            const std::string name =
                part.name.empty() ? unit.name : fmt::format("{}, {}", part.name, unit.name);
            const std::string comma = part.name.empty() || unit.group.empty() ? "" : ", ";
            const std::string group = part.name + comma + unit.group;
            samples.addFor(part.threshold, {.place = name, .group = group}, *number);
            measured.push_back(*number);
            explanation.tell(std::vector{*number}, name, group);
        }
        if (measured.empty() && missing == Missing::undecided)
            return {.threshold = claim.expected(),
                    .explanation = fmt::format("{}: {} has not come to its end.", what, part.name)};
        if (measured.size() > 1 && told.format.empty())
            byPart += fmt::format(" {}: {:.4g} ({:.4g} to {:.4g}).", part.name, mean(measured),
                                  *std::ranges::min_element(measured),
                                  *std::ranges::max_element(measured));
        first.insert(first.end(), measured.begin(), measured.end());
    }
    Judgement judgement = judged(samples, first, what, Shown::range, explanation);
    judgement.explanation += byPart;
    return judgement;
}

Judgement MeanOverRuns::operator()(const Evidence& evidence, const Claim& claim) const {
    Judgement judgement{.threshold = claim.expected()};
    if (numbers.size() != claim.also.size() + 1)
        throw std::logic_error(
            fmt::format("the judge of '{}' measures {} numbers for {} thresholds", claim.id,
                        numbers.size(), claim.also.size() + 1));
    Explanation explanation(told, claim.hold);
    std::vector<std::vector<double>> columns(numbers.size());
    const auto units = unitsOf(evidence, label, where, per, explanation.remarks());
    const char* const counted = per == Per::replicate ? "replicates" : "runs";
    for (const Unit& unit : units) {
        const auto measured = numbersAt(numbers, unit.place);
        for (std::size_t i = 0; i < measured.size(); ++i)
            columns[i].push_back(measured[i]);
        if (!measured.empty())
            explanation.tell(unit.place, unit.name, unit.group);
    }
    const std::size_t complete = columns.front().size();
    if (units.size() < fewest || complete != units.size()) {
        judgement.explanation = fmt::format(
            "{}: needs {} {} to their end or more, there are {}{}.", what, fewest, counted,
            complete, complete == units.size() ? "" : fmt::format(" of {}", units.size()));
        return judgement;
    }
    setMeanInterval(judgement, columns.front());
    judgement.verdict = decided(claim.threshold, meanInterval(columns.front()), decidedBy);
    judgement.margins.push_back(claim.threshold.margin(judgement.measured));
    std::string further;
    for (std::size_t i = 0; i < claim.also.size(); ++i) {
        const Interval interval = meanInterval(columns[i + 1]);
        further +=
            fmt::format("; {} is {:.4g} on average", claim.also[i].text(), interval.estimate);
        judgement.verdict = worse(judgement.verdict, decided(claim.also[i], interval, decidedBy));
        judgement.margins.push_back(claim.also[i].margin(interval.estimate));
    }
    judgement.explanation = fmt::format("{}: {:.4g} on average over {} {}, 95 % interval {:.4g} "
                                        "to {:.4g}{}.{}",
                                        what, judgement.measured, complete, counted, judgement.low,
                                        judgement.high, further, explanation.text());
    return judgement;
}

Judgement Observe::operator()(const Evidence& evidence, const Claim& claim) const {
    Judgement judgement{.threshold = claim.expected()};
    std::vector<double> values;
    Explanation explanation(told, claim.hold);
    for (const Unit& unit : unitsOf(evidence, label, where, per, explanation.remarks()))
        if (const Number value = number.at(unit.place)) {
            values.push_back(*value);
            explanation.tell(unit.place, unit.name, unit.group);
        }
    if (values.empty()) {
        judgement.explanation = fmt::format("{}: no run has come to its end.", what);
        return judgement;
    }
    setMeanInterval(judgement, values);
    judgement.explanation =
        fmt::format("{}: mean over {} {}.{}", what, values.size(),
                    per == Per::replicate ? "replicates" : "runs", explanation.text());
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
