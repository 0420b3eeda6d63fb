// What is recorded of a level, and of a trial at its end.

#include "plugins/statistics/learning-curve-prediction/trial.h"

namespace convergence::learning_curve {

const Columns<State>& traceTable() {
    static const Columns<State> table{
        Columns<State>::clock({"words", "words read", [](const State& s) { return s.words; }}),
        {"accuracy", "accuracy", "%", [](const State& s) { return s.accuracy; }},
        {"asymptote", "asymptote α", "%", [](const State& s) { return s.asymptote; }},
        {"anchored_asymptote", "anchored asymptote α̂", "%",
         [](const State& s) { return s.anchoredAsymptote; }},
        {"layer", "layer of convergence χ", "points", [](const State& s) { return s.layer; }},
        {"anchored_layer", "anchored layer χ̂", "points",
         [](const State& s) { return s.anchoredLayer; }},
        {"threshold", "threshold τ", "points", [](const State& s) { return s.threshold; }},
        {"exponent", "exponent b", [](const State& s) { return s.exponent; }},
        {"predicted", "predicted accuracy at the end", "%",
         [](const State& s) { return s.predicted; }},
        {"anchored_predicted", "so too, anchored", "%",
         [](const State& s) { return s.anchoredPredicted; }}};
    return table;
}

const Columns<Finals>& finalTable() {
    using F = Finals;
    static const Columns<Finals> table{
        {"accuracy", "accuracy at the end", "%", [](const F& f) { return f.accuracy; }},
        {"asymptote", "asymptote of the last trend", "%", [](const F& f) { return f.asymptote; }},
        {"exponent", "exponent of the last trend", [](const F& f) { return f.exponent; }},
        {"convergence_level", "convergence level", [](const F& f) { return f.convergenceLevel; }},
        {"known_level", "level at which it was known", [](const F& f) { return f.knownLevel; }},
        {"known_words", "words read until then", [](const F& f) { return f.knownWords; }},
        {"known_share", "share of all words read until then",
         [](const F& f) { return f.knownShare; }},
        {"proximity", "largest distance of its trend from the last one", "points",
         [](const F& f) { return f.proximity; }},
        {"anchored_proximity", "so too, anchored", "points",
         [](const F& f) { return f.anchoredProximity; }},
        {"mean_error", "mean relative error of its trend", "%",
         [](const F& f) { return f.meanError; }},
        {"last_mean_error", "so too, of the value at that level", "%",
         [](const F& f) { return f.lastMeanError; }},
        {"final_error", "error of its trend at the end", "points",
         [](const F& f) { return f.finalError; }},
        {"anchored_final_error", "so too, anchored", "points",
         [](const F& f) { return f.anchoredFinalError; }},
        {"fixed_error", "size of the error at the end of the trend at a fixed level", "points",
         [](const F& f) { return f.fixedError; }},
        {"fixed_last_error", "so too, of the value at that level", "points",
         [](const F& f) { return f.fixedLastError; }},
        {"falling_share", "share of steps in which the asymptote does not rise",
         [](const F& f) { return f.fallingShare; }},
        {"variation", "total variation of the asymptotes", "points",
         [](const F& f) { return f.variation; }},
        {"anchored_variation", "so too, anchored", "points",
         [](const F& f) { return f.anchoredVariation; }},
        {"predicted_asymptote", "c of the trend at convergence", "%",
         [](const F& f) { return f.predicted.valid() ? f.predicted.asymptote : notApplicable; }},
        {"predicted_gap", "its distance from the first observation", "points",
         [](const F& f) { return f.predicted.valid() ? f.predicted.gap : notApplicable; }},
        {"predicted_exponent", "its exponent b",
         [](const F& f) { return f.predicted.valid() ? f.predicted.exponent : notApplicable; }},
        {"predicted_unit", "words of the first observation",
         [](const F& f) { return f.predicted.valid() ? f.predicted.unit : notApplicable; }},
        {"recovery_error", "largest error of the made-up curve's c and b",
         [](const F& f) { return f.recoveryError; }},
        {"early_asymptote", "asymptote of the tenth trend", "%",
         [](const F& f) { return f.earlyAsymptote; }},
        {"predicted_spread", "deviation of the asymptote by theory", "points",
         [](const F& f) { return f.predictedSpread; }}};
    return table;
}

Records records() {
    return {.trace = traceTable().patterns(),
            .factors = {},
            .finals = finalTable().patterns(),
            .frames = {"fan", "power", "residuals", "sentence", "mistakes", "confusions", "report",
                       "saved", "summary"}};
}

} // namespace convergence::learning_curve
