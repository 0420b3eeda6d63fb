// What the paper claims, the runs that each claim needs, and what refutes it.

#include <cmath>

#include "core/experiment/measure_judges.h"
#include "core/experiment/parameter_builders.h"
#include "core/math/statistics.h"
#include "plugins/statistics/learning-curve-prediction/arms.h"
#include "plugins/statistics/learning-curve-prediction/experiment.h"

namespace convergence::learning_curve {

namespace {

using namespace measures;
using Names = std::vector<std::string>;

// ---- What is measured ----------------------------------------------------------------------

/// A learner's curve as its trend at convergence has it, and as it was measured.
struct Told {
    explicit Told(const Place& trial)
        : level(final("convergence_level").at(trial)), c(final("predicted_asymptote").at(trial)),
          gap(final("predicted_gap").at(trial)), b(final("predicted_exponent").at(trial)),
          unit(final("predicted_unit").at(trial)) {
        const Table& trace = trial.run.recording->trace(*trial.trial);
        words = trace.column("words");
        measured = trace.column("accuracy");
    }
    [[nodiscard]] bool isTold() const { return level && c && gap && b && unit; }
    [[nodiscard]] double at(double x) const { return *c - *gap * std::pow(x / *unit, -*b); }

    Number level, c, gap, b, unit;
    std::vector<double> words, measured; ///< by level, after one row for the beginning
};

/// Of the levels after both have converged, the share at which one learner is ahead of another
/// both as predicted and as measured.
Measure saidAndDoneAhead(const char* better, const char* other) {
    return Measure([better, other](const Place& place) -> Number {
        const auto ofBetter = trialsAt(place, better), ofOther = trialsAt(place, other);
        if (ofBetter.empty() || ofOther.empty())
            return std::nullopt;
        const Told a(ofBetter.front()), b(ofOther.front());
        if (!a.isTold() || !b.isTold())
            return std::nullopt;
        double right = 0.0, all = 0.0;
        const auto first = static_cast<std::size_t>(std::max(*a.level, *b.level)) + 1;
        for (std::size_t l = first; l < std::min(a.words.size(), b.words.size()); ++l) {
            all += 1.0;
            right += a.at(a.words[l]) > b.at(b.words[l]) && a.measured[l] > b.measured[l];
        }
        return all > 0.0 ? Number(right / all) : std::nullopt;
    });
}

/// By how much the perceptron is ahead of the HMM.
Measure aheadOfMarkov(const Measure& ofTrial) {
    return of("perceptron", ofTrial) - of("hmm", ofTrial);
}

/// The standard deviation over an arm's trials.
Measure deviationOf(const char* arm, const Measure& ofTrial) {
    return Measure([arm, ofTrial](const Place& place) -> Number {
        std::vector<double> sample;
        for (const Place& trial : trialsAt(place, arm)) {
            const Number value = ofTrial.at(trial);
            if (!value)
                return std::nullopt;
            sample.push_back(*value);
        }
        return sample.size() > 2 ? Number(standardDeviation(sample)) : std::nullopt;
    });
}

Measure better(const char* arm, const char* than, const char* column) {
    return of(arm, abs(final(than)) - abs(final(column)));
}
Measure steadier(const char* arm) {
    return of(arm, final("variation") - final("anchored_variation"));
}

// ---- Where it is measured ------------------------------------------------------------------

constexpr std::int64_t allWords = 700'000, testWords = 20'000;
constexpr double earlyLevel = 40; // 200,000 words

Overrides onKingJames(Names arms, const Overrides& further = {}) {
    return with({{"arms", std::move(arms)},
                 {"max_words", whole(allWords)},
                 {"test_words", whole(testWords)}},
                further);
}
Protocol wholeBase(Names arms) {
    return {{{"King James", onKingJames(std::move(arms))}}, twentySeeds};
}
Protocol withDips() {
    const Overrides dips{
        {"max_words", whole(350'000)}, {"distortion", whole(12)}, {"working_level", whole(16)}};
    return {{{"w = 1", onKingJames({"unigram", "hmm"}, dips)},
             {"w = 10", onKingJames({"unigram", "hmm"}, with(dips, {{"anchor_weight", 10.0}}))}},
            twentySeeds};
}
ProtocolRun madeUp(const char* label, double exponent, double noise, std::int64_t levels,
                   std::int64_t shuffles) {
    return {label,
            {{"arms", Names{"curve"}},
             {"curve_exponent", exponent},
             {"curve_noise", noise},
             {"max_words", whole(levels * 5000)},
             {"shuffles", whole(shuffles)}}};
}

bool isKingJames(const EvidenceRun& run) {
    return traitsOf(corpusChoices, run.values->text("corpus")).source == Source::kingJames;
}

// ---- What breaks it ------------------------------------------------------------------------

Refutation broken(const char* control, std::string description) {
    return {std::move(description), {{"control", std::string(control)}}, {}};
}
const Refutation lastValue = broken("last_value", "the last value in the place of a trend");
const Refutation shortMemory = broken("short_memory", "trends fitted to the last ten levels alone");
const Refutation inOrder{
    "sentences in the order of the text", {{"order", std::string("text")}}, {}};
const Refutation weightless{"anchors without weight", {{"anchor_weight", 0.0}}, {}};

// ---- Claims --------------------------------------------------------------------------------

std::vector<Claim> ofPrediction() {
    const Names two{"unigram", "hmm"};
    const Origin later = baseline("that it stays as it was at the same level");
    return {
        {.id = "proximity_holds",
         .statement = "From the convergence level on, the trend is within τ of the last one, which "
                      "stands for the limit, up to a hundred times the whole base.",
         .threshold = AtMost{"largest distance over τ", 1.0,
                             theorem("the proximity condition; the last trend in the limit's "
                                     "place is ours")},
         .also = {AtMost{"anchored", 1.0, theorem("so too")}},
         .protocol = wholeBase(two),
         .judge = EachTrial{.arms = two,
                            .numbers = {final("proximity") / parameter("threshold"),
                                        final("anchored_proximity") / parameter("threshold")},
                            .what = "Largest distance from the last trend over τ",
                            .where = isKingJames},
         .refutations = {lastValue, inOrder},
         .live = true},
        {.id = "known_early",
         .statement = "That it is so is known before a quarter of the words is read.",
         .threshold = AtMost{"share of the words, unigram", 0.25,
                             ours("what would pay; the paper gives no share for this corpus")},
         .also = {AtMost{"so too, HMM", 0.25, ours("so too")}},
         .hold = Hold::onAverage,
         .protocol = wholeBase(two),
         .judge = EachRun{.numbers = {of("unigram", orOnceEnded(final("known_share"), 1.0)),
                                      of("hmm", orOnceEnded(final("known_share"), 1.0))},
                          .what = "Share of the words",
                          .where = isKingJames},
         .refutations = {shortMemory}},
        {.id = "trend_beats_last_value",
         .statement = "The trend at convergence is nearer to all that follows than the accuracy "
                      "that was reached then.",
         .threshold =
             DifferenceAbove{"mean error of the last value − of the trend, unigram", 0.0, later},
         .also = {DifferenceAbove{"so too, HMM", 0.0, later}},
         .protocol = wholeBase(two),
         .judge = MeanOverRuns{.numbers = {better("unigram", "last_mean_error", "mean_error"),
                                           better("hmm", "last_mean_error", "mean_error")},
                               .what = "Mean error that is spared, in percent",
                               .where = isKingJames},
         .refutations = {lastValue}},
        {.id = "early_fit_beats_last_value",
         .statement = "So it is at the end, of a single fit to 16 levels.",
         .threshold = DifferenceAbove{"error of the last value − of the fit, unigram", 0.0, later},
         .also = {DifferenceAbove{"so too, HMM", 0.0, later}},
         .protocol = wholeBase(two),
         .judge = MeanOverRuns{.numbers = {better("unigram", "fixed_last_error", "fixed_error"),
                                           better("hmm", "fixed_last_error", "fixed_error")},
                               .what = "Error at 700,000 words that is spared, in points",
                               .where = isKingJames},
         .refutations = {lastValue}},
        {.id = "order_is_told",
         .statement = "That the HMM will be ahead of the unigram tagger is said at convergence and "
                      "true at every level after it.",
         .threshold = AtLeast{"share of levels", 1.0, paper("decision reliability of 1")},
         .protocol = wholeBase(two),
         .judge = EachRun{.numbers = {saidAndDoneAhead("hmm", "unigram")},
                          .what = "Share of levels where the HMM is ahead as was said",
                          .where = isKingJames},
         .refutations = {broken("no_transitions", "the HMM without what tag follows what"),
                         {"the unigram tagger in the HMM's place", {}, {{"hmm", "unigram"}}}},
         .live = true},
        {.id = "overtaking_is_foretold",
         .statement =
             "After 200,000 words the perceptron is behind the HMM, the trends say that it "
             "will be ahead after 700,000, and it is.",
         .threshold = DifferenceAbove{"perceptron − HMM as predicted", 0.0,
                                      baseline("the order at 200,000 words, which is the other")},
         .also = {DifferenceBelow{"as measured at 200,000", 0.0,
                                  ours("so that there is something "
                                       "to foretell")},
                  DifferenceAbove{"as measured at 700,000", 0.0, ours("so that it comes true")}},
         .protocol = wholeBase({"unigram", "hmm", "perceptron"}),
         .judge = MeanOverRuns{.numbers = {aheadOfMarkov(atIteration(earlyLevel, "predicted")),
                                           aheadOfMarkov(atIteration(earlyLevel, "accuracy")),
                                           aheadOfMarkov(last("accuracy"))},
                               .what = "Perceptron − HMM at 700,000 words, predicted at 200,000",
                               .where = isKingJames},
         .refutations = {lastValue}},
        {.id = "backbone_falls",
         .statement = "Past the prediction level the HMM's asymptotes fall more often than they "
                      "rise.",
         .threshold = Above{"share of steps that do not rise", 0.5,
                            theorem("a falling backbone; one half, a coin's, is ours")},
         .hold = Hold::onAverage,
         .protocol = wholeBase(two),
         .judge = EachRun{.numbers = {of("hmm", final("falling_share"))},
                          .what = "Share of steps that do not rise",
                          .where = isKingJames},
         .refutations = {inOrder}},
        {.id = "anchors_steady",
         .statement = "With dips in the curve, anchors steady the asymptotes.",
         .threshold = DifferenceAbove{"total variation spared, unigram, w = 1", 0.0,
                                      ablation("the same trends without the virtual observation")},
         .also = {DifferenceAbove{"HMM, w = 1", 0.0, ablation("so too")},
                  DifferenceAbove{"unigram, w = 10", 0.0, ablation("so too")},
                  DifferenceAbove{"HMM, w = 10", 0.0, ablation("so too")}},
         .protocol = withDips(),
         .judge = MeanOverRuns{.numbers = {steadier("unigram"), steadier("hmm"),
                                           inRun("w = 10", steadier("unigram")),
                                           inRun("w = 10", steadier("hmm"))},
                               .what = "Total variation that is spared, in points",
                               .where = isKingJames,
                               .label = "w = 1"},
         .refutations = {weightless}}};
}

std::vector<Claim> ofTheMadeUpCurve() {
    const auto recovered = final("recovery_error");
    const Measure spread =
        deviationOf("curve", final("asymptote")) / meanOf("curve", final("predicted_spread"));
    return {
        {.id = "exact_recovery",
         .statement = "Eight observations without noise give the curve back.",
         .threshold = AtMost{"largest error of c and b", 1e-6,
                             identity("three unknowns; rounding of the fit")},
         .kind = ClaimKind::selfCheck,
         .protocol = {{madeUp("b = 0.3", 0.3, 0.0, 8, 1), madeUp("b = 0.6", 0.6, 0.0, 8, 1),
                       madeUp("b = 1", 1.0, 0.0, 8, 1)},
                      {}},
         .judge = EachTrial{.arms = {"curve"},
                            .numbers = {recovered},
                            .what = "Largest error of c and b"},
         .refutations = {lastValue}},
        {.id = "noise_averages_out",
         .statement = "After sixty levels with noise the asymptote scatters as linearized least "
                      "squares say.",
         .threshold = Within{"standard deviation over the predicted one, b = 0.3", 1.0, 0.25,
                             theorem("σ√[(JᵀJ)⁻¹]; margin ours")},
         .also = {Within{"b = 0.6", 1.0, 0.25, theorem("so too")},
                  Within{"b = 1", 1.0, 0.25, theorem("so too")}},
         .protocol = {{madeUp("b = 0.3", 0.3, 0.05, 60, 200), madeUp("b = 0.6", 0.6, 0.05, 60, 200),
                       madeUp("b = 1", 1.0, 0.05, 60, 200)},
                      {0}},
         .judge = EachRun{.numbers = {spread, inRun("b = 0.6", spread), inRun("b = 1", spread)},
                          .what = "Standard deviation over the predicted one",
                          .label = "b = 0.3"},
         .refutations = {shortMemory}}};
}

Claim seen(const char* id, std::string statement, Protocol protocol, Measure number,
           std::string what) {
    return {.id = id,
            .statement = std::move(statement),
            .threshold = Stated{"what it is"},
            .kind = ClaimKind::observation,
            .protocol = std::move(protocol),
            .judge = Observe{
                .number = std::move(number), .what = std::move(what), .where = isKingJames}};
}

std::vector<Claim> observed() {
    const Names all{"unigram", "hmm", "perceptron"};
    return {
        seen("perceptron_converges",
             "How much of the words the perceptron reads until convergence is known; 1 where it "
             "never is.",
             wholeBase(all), of("perceptron", orOnceEnded(final("known_share"), 1.0)),
             "Share of the words"),
        seen("perceptron_proximity",
             "How far the perceptron's trend at convergence is from its last one, over τ.",
             wholeBase(all), of("perceptron", final("proximity") / parameter("threshold")),
             "Largest distance over τ"),
        seen("unigram_backbone", "The same share of steps that do not rise, of the unigram tagger.",
             wholeBase({"unigram", "hmm"}), of("unigram", final("falling_share")),
             "Share of steps that do not rise"),
        seen("predictions_are_high",
             "Error of the HMM's trend at convergence at the end: above 0 it promised too much.",
             wholeBase({"unigram", "hmm"}), of("hmm", final("final_error")),
             "Predicted − measured at 700,000 words, in points"),
        seen("what_an_anchor_costs",
             "The anchored trend's error at the end less the plain one's, HMM.",
             wholeBase({"unigram", "hmm"}),
             of("hmm", abs(final("anchored_final_error")) - abs(final("final_error"))),
             "Error of the anchored − of the plain, in points"),
        seen("waiting", "Levels between convergence and knowing of it, HMM.",
             wholeBase({"unigram", "hmm"}),
             of("hmm", final("known_level") - final("convergence_level")), "Levels")};
}

} // namespace

std::vector<Claim> claims() {
    return joined({ofPrediction(), ofTheMadeUpCurve(), observed()});
}

} // namespace convergence::learning_curve
