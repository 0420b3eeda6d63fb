#include "plugins/schedules/schedule-refinement/records.h"

namespace convergence::schedule_refinement {

const Columns<State>& traceTable() {
    static const Columns<State> table{
        {"multiplier", "rate relative to the base rate",
         [](const State& s) { return s.multiplier; }},
        {"learning_rate_now", "learning rate ηₜ", [](const State& s) { return s.rate; }},
        {"gradient_norm", "gradient norm", [](const State& s) { return s.gradientNorm; }},
        {"loss", "training loss, running mean", [](const State& s) { return s.loss; }},
        {"loss_lower", "lower quartile of the gap", [](const State& s) { return s.lossLower; }},
        {"loss_upper", "upper quartile of the gap", [](const State& s) { return s.lossUpper; }}};
    return table;
}

const Columns<State>& finalTable() {
    static const Columns<State> table{
        {"final_loss", "final loss", [](const State& s) { return s.finalLoss; }},
        {"test_loss", "test loss", [](const State& s) { return s.testLoss; }},
        {"test_error", "test error", "%", [](const State& s) { return s.testError; }},
        {"schedule_first", "first rate over the largest", [](const State& s) { return s.first; }},
        {"schedule_peak_at", "place of the largest rate, fraction of the run",
         [](const State& s) { return s.peakAt; }},
        {"bound_a", "bound A at the best scale", [](const State& s) { return s.boundA; }},
        {"bound_b", "bound B at the best scale", [](const State& s) { return s.boundB; }},
        {"predicted_ratio", "bound A over that of linear decay",
         [](const State& s) { return s.predictedRatio; }},
        {"concentration", "share of the largest 1 % of the weights",
         [](const State& s) { return s.concentration; }}};
    return table;
}

Records records() {
    return {.trace = traceTable().patterns(),
            .factors = {{"learning_rate", "base learning rate"}},
            .finals = finalTable().patterns(),
            .frames = {"norms", "weights", "refined", "finals", "bound_bars", "bound_a", "bound_b",
                       "notes", "refinement_notes"}};
}

} // namespace convergence::schedule_refinement
