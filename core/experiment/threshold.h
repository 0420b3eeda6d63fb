#pragma once

#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "core/experiment/verdict.h"
#include "core/math/statistics.h"

namespace convergence {

/// Where a threshold comes from. A threshold that only a prototype measured has no origin and is
/// none.
enum class OriginKind {
    paper,    ///< a rate or figure of the paper
    theorem,  ///< proved, there or elsewhere
    identity, ///< an equality that holds up to rounding
    baseline, ///< the comparison with another method
    ablation, ///< the comparison with the method without its idea
    ours,     ///< a margin of our own
};
std::string_view nameOf(OriginKind kind);

struct Origin {
    OriginKind kind = OriginKind::ours;
    std::string text; ///< which figure, which theorem, whose margin: "Theorem 1; margin ours"
};
inline Origin paper(std::string text) {
    return {OriginKind::paper, std::move(text)};
}
inline Origin theorem(std::string text) {
    return {OriginKind::theorem, std::move(text)};
}
inline Origin identity(std::string text) {
    return {OriginKind::identity, std::move(text)};
}
inline Origin baseline(std::string text) {
    return {OriginKind::baseline, std::move(text)};
}
inline Origin ablation(std::string text) {
    return {OriginKind::ablation, std::move(text)};
}
inline Origin ours(std::string text) {
    return {OriginKind::ours, std::move(text)};
}

/// What a measured number is held against. `of` names the quantity ("slope of e²") and comes first
/// in the text; it may be empty. All are aggregates, to be written with designated initializers.

/// |x − center| ≤ tolerance. Text: "slope of e² −2 ± 0.1".
struct Within {
    std::string of;
    double center = 0.0;
    double tolerance = 0.0;
    Origin origin;
};
/// As Within, with a wider tolerance where a factor of the trial exceeds a limit. Text:
/// "ratio 1 ± 0.03 (± 0.12 where α > 0.6)".
struct WithinByFactor {
    std::string of;
    double center = 0.0;
    double tolerance = 0.0;
    std::string factor; ///< column of the trials table
    std::string symbol; ///< of the factor, for the text
    double limit = 0.0;
    double toleranceAbove = 0.0;
    Origin origin;
};
/// x ≥ bound.
struct AtLeast {
    std::string of;
    double bound = 0.0;
    Origin origin;
};
/// x ≤ bound.
struct AtMost {
    std::string of;
    double bound = 0.0;
    Origin origin;
};
/// x > bound.
struct Above {
    std::string of;
    double bound = 0.0;
    Origin origin;
};
/// x < bound.
struct Below {
    std::string of;
    double bound = 0.0;
    Origin origin;
};
/// low ≤ x ≤ high.
struct Between {
    std::string of;
    double low = 0.0;
    double high = 0.0;
    Origin origin;
};
/// The mean of paired differences lies above the bound with its whole 95 % interval; an interval
/// that straddles the bound decides nothing.
struct DifferenceAbove {
    std::string of;
    double bound = 0.0;
    Origin origin;
};
/// The same, below.
struct DifferenceBelow {
    std::string of;
    double bound = 0.0;
    Origin origin;
};
/// Words, for a judge that decides by itself.
struct Stated {
    std::string text;
    Origin origin;
};

/// A threshold as a value: it decides and it writes its own text, so that what is printed is what
/// is tested. NaN satisfies none.
class Threshold {
public:
    using Kind = std::variant<Stated, Within, WithinByFactor, AtLeast, AtMost, Above, Below,
                              Between, DifferenceAbove, DifferenceBelow>;

    Threshold() = default;
    template <typename T>
    requires(!std::is_same_v<std::remove_cvref_t<T>, Threshold> && std::is_constructible_v<Kind, T>)
        Threshold(T kind) // NOLINT: reads as the kind
        : kind_(std::move(kind)) {}

    /// In words and numbers: "slope of e² −2 ± 0.1".
    [[nodiscard]] std::string text() const;
    [[nodiscard]] const Origin& origin() const;
    [[nodiscard]] const Kind& kind() const { return kind_; }

    /// Whether one number satisfies it. std::logic_error for words, and for what depends on a
    /// factor.
    [[nodiscard]] bool holds(double value) const;
    /// The same for a trial whose factor (WithinByFactor::factor) has that value.
    [[nodiscard]] bool holds(double value, double factor) const;
    /// How far a number lies inside, to the nearest bound; negative outside, NaN for NaN and for
    /// words. `factor` as above.
    [[nodiscard]] double margin(double value,
                                double factor = std::numeric_limits<double>::quiet_NaN()) const;
    /// Whether an estimate with its interval satisfies it: holds or fails where both ends of the
    /// interval agree, else not enough data.
    [[nodiscard]] Verdict decide(const Interval& interval) const;
    /// The same for trials whose factor has that value.
    [[nodiscard]] Verdict decide(const Interval& interval, double factor) const;

private:
    Kind kind_;
};

} // namespace convergence
