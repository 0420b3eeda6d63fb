#pragma once

#include <initializer_list>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/experiment/judging.h"
#include "core/math/statistics.h"

namespace convergence {

/// The numbers that a judge measured, each held against the claim's own thresholds: the judge says
/// what is measured, the claim says what is accepted and whether each number or their means over
/// seeds have to satisfy it (Hold), and neither repeats the other.
///
///     Samples samples(claim);
///     for (const EvidenceRun& run : evidence.runs)
///         for (const std::size_t trial : evidence.trialsOf(run, "s_over"))
///             samples.add(run, trial, {slopeOf(run, trial), rSquaredOf(run, trial)});
///     return samples.judged("Slope of ln e² against ln t");
class Samples {
public:
    /// Where a number was measured.
    struct Spot {
        std::string place; ///< for the explanation: "ι = 3, seed 1"
        /// The place without what is drawn: over its numbers the mean is taken. "ι = 3"
        std::string group;
        /// On which a threshold may depend (WithinByFactor).
        std::map<std::string, double> factors = {};
    };

    explicit Samples(const Claim& claim);

    /// The first number belongs to claim.threshold and is the one that is shown, the others belong
    /// to claim.also in order. Throws std::logic_error unless there is one for each threshold.
    void add(const Spot& spot, std::span<const double> numbers);
    void add(const Spot& spot, std::initializer_list<double> numbers) {
        add(spot, std::span(numbers.begin(), numbers.size()));
    }
    /// A number that is held against one threshold alone: 0 is the headline, i is claim.also[i −
    /// 1].
    void addFor(std::size_t threshold, const Spot& spot, double number);
    /// What cannot be measured, because it never came so far, counts as `value`, outside.
    void addOutside(const Spot& spot, double value);
    /// A fit for a chart to draw; its numbers are those of `line`.
    void draw(FitOverlay overlay, const LineFit& line);

    [[nodiscard]] bool empty() const { return samples_.empty(); }

    /// The verdict. Of each number: the mean, and the range as the interval (judgeAll()). On
    /// average: the mean with its interval, of several groups from the lowest end to the highest.
    [[nodiscard]] Judgement judged(const std::string& what) const;

private:
    struct Entry {
        std::size_t threshold;
        Spot spot;
        double number;
        bool inside;
    };
    /// Whether the number is inside.
    bool hold(std::size_t threshold, const Spot& spot, double number);
    [[nodiscard]] const Threshold& thresholdAt(std::size_t index) const;
    [[nodiscard]] double factorOf(const Entry& entry) const;
    [[nodiscard]] std::vector<double> leastMargins() const;
    [[nodiscard]] Judgement judgedOnAverage(const std::string& what) const;
    [[nodiscard]] bool hasSeveralSeeds() const;

    const Claim& claim_;
    std::vector<Sample> samples_;
    std::vector<Entry> entries_; ///< one for each number
    std::vector<FitOverlay> fits_;
};

/// The smaller of two margins; NaN stays.
double lesserMargin(double a, double b);

/// Where a run stands; what differs by seed belongs to one group.
Samples::Spot spotOf(const EvidenceRun& run);
/// Where a trial stands: "its label, seed 1, initial_scale = 0.3", with the factors in which it
/// differs from the arm's other trials; `before` goes before both names.
Samples::Spot spotOf(const EvidenceRun& run, std::size_t trial, const std::string& before = {});
std::string placeOf(const EvidenceRun& run, std::size_t trial);

} // namespace convergence
