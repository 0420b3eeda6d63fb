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
/// what is measured, the claim says what is accepted, and neither repeats the other.
///
///     Samples samples(claim);
///     for (const EvidenceRun& run : evidence.runs)
///         for (const std::size_t trial : evidence.trialsOf(run, "s_over"))
///             samples.add(run, trial, {slopeOf(run, trial), rSquaredOf(run, trial)});
///     return samples.judged("Slope of ln e² against ln t");
class Samples {
public:
    explicit Samples(const Claim& claim);

    /// The first number belongs to claim.threshold and is the one that is shown, the others belong
    /// to claim.also in order. Throws std::logic_error unless there is one for each threshold.
    void add(std::string place, std::span<const double> numbers);
    void add(std::string place, std::initializer_list<double> numbers) {
        add(std::move(place), std::span(numbers.begin(), numbers.size()));
    }
    /// The same of a trial, whose factors a threshold may depend on (WithinByFactor).
    /// `before` goes before the name of the place.
    void add(const EvidenceRun& run, std::size_t trial, std::span<const double> numbers,
             const std::string& before = {});
    void add(const EvidenceRun& run, std::size_t trial, std::initializer_list<double> numbers) {
        add(run, trial, std::span(numbers.begin(), numbers.size()));
    }
    /// A number that is held against one threshold alone: 0 is the headline, i is claim.also[i −
    /// 1].
    void addFor(std::size_t threshold, std::string place, double number);
    /// What cannot be measured, because it never came so far, counts as `value`, outside.
    void addOutside(std::string place, double value);
    /// A fit for a chart to draw; its numbers are those of `line`.
    void draw(FitOverlay overlay, const LineFit& line);

    [[nodiscard]] bool empty() const { return samples_.empty(); }

    /// All must hold: the verdict, the mean, and the range as the interval (judgeAll()).
    [[nodiscard]] Judgement judged(const std::string& what) const;

private:
    using Factors = std::map<std::string, double>;
    void add(std::string place, std::span<const double> numbers, const Factors& factors);
    /// Whether the number is inside; the margin is kept where it is the least so far.
    bool isInside(std::size_t threshold, double number, const Factors& factors);

    const Claim& claim_;
    std::vector<Sample> samples_;
    std::vector<double> margins_; ///< Judgement::margins
    std::vector<FitOverlay> fits_;
};

/// Where a trial stands, for explanations: "its label, seed 1, initial_scale = 0.3", with the
/// factors in which it differs from the arm's other trials.
std::string placeOf(const EvidenceRun& run, std::size_t trial);

} // namespace convergence
