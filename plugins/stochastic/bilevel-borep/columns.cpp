// What is recorded of an iterate, and of a trial at its end.

#include "plugins/stochastic/bilevel-borep/trial.h"

namespace convergence::borep {

const Columns<State>& traceTable() {
    using S = State;
    static const Columns<State> table{
        Columns<State>::clock({"calls", "oracle calls", [](const S& s) { return s.calls; }}),
        {"gradient_norm", "‖∇Φ(x)‖", [](const S& s) { return s.gradientNorm; }},
        {"running_norm", "mean ‖∇Φ‖ of 50 steps", [](const S& s) { return s.runningNorm; }},
        {"upper_norm", "‖∇ₓf(x)‖", [](const S& s) { return s.upperNorm; }},
        {"curvature", "curvature max cosh x", [](const S& s) { return s.curvature; }},
        {"lower_error", "‖y − y*(x)‖", [](const S& s) { return s.lowerError; }},
        {"linear_error", "‖z − z*(x)‖", [](const S& s) { return s.linearError; }},
        {"alignment", "cosine of direction and ∇Φ", [](const S& s) { return s.alignment; }},
        {"lower_1", "y₁", [](const S& s) { return s.firstLower; }},
        {"lower_best_1", "y₁*(x)", [](const S& s) { return s.firstBest; }},
        {"largest_upper", "max |xᵢ|", [](const S& s) { return s.largestUpper; }},
        {"validation_loss", "validation loss f", "nats",
         [](const S& s) { return s.validationLoss; }},
        {"accuracy", "test accuracy", [](const S& s) { return s.accuracy; }},
        {"auroc", "AUROC of weights", [](const S& s) { return s.auroc; }},
        {"right_weight", "mean weight of right labels", [](const S& s) { return s.rightWeight; }},
        {"wrong_weight", "mean weight of wrong labels", [](const S& s) { return s.wrongWeight; }},
        {"log_ridge", "x, the logarithm of the ridge", [](const S& s) { return s.logRidge; }}};
    return table;
}

const Columns<Finals>& finalTable() {
    using F = Finals;
    static const Columns<Finals> table{
        {"calls", "oracle calls", [](const F& f) { return f.state.calls; }},
        {"late_gradient", "mean ‖∇Φ‖ over the second half",
         [](const F& f) { return f.lateGradient; }},
        {"late_lower_error", "mean ‖y − y*‖ over the second half",
         [](const F& f) { return f.lateError; }},
        {"end_gradient", "mean ‖∇Φ‖ of the last 50 steps",
         [](const F& f) { return f.state.runningNorm; }},
        {"reached", "steps until the mean ‖∇Φ‖ of 50 steps is 1", "iterations",
         [](const F& f) { return f.reached; }},
        {"race_score", "the same, and the norm left where it is not reached",
         [](const F& f) { return f.raceScore; }},
        {"start_error", "‖y − y*‖ before the first step", [](const F& f) { return f.startError; }},
        {"early_alignment", "mean cosine of direction and ∇Φ over 50 steps",
         [](const F& f) { return f.earlyAlignment; }},
        {"early_gradient", "mean ‖∇Φ‖ over 100 steps", [](const F& f) { return f.earlyGradient; }},
        {"validation_loss", "final validation loss", "nats",
         [](const F& f) { return f.state.validationLoss; }},
        {"accuracy", "final test accuracy", [](const F& f) { return f.state.accuracy; }},
        {"retrained", "test accuracy, retrained with the weights found",
         [](const F& f) { return f.retrained; }},
        {"auroc", "final AUROC of weights", [](const F& f) { return f.state.auroc; }},
        {"right_weight", "final mean weight of right labels",
         [](const F& f) { return f.state.rightWeight; }},
        {"wrong_weight", "final mean weight of wrong labels",
         [](const F& f) { return f.state.wrongWeight; }},
        {"log_ridge", "final logarithm of the ridge", [](const F& f) { return f.state.logRidge; }}};
    return table;
}

Records records() {
    return {.trace = traceTable().patterns(),
            .factors = {{"horizon", "horizon T", "iterations"},
                        {"step", "step size η"},
                        {"start_top", "largest coordinate of x₀"}},
            .finals = finalTable().patterns(),
            .frames = {"path", "landscape", "smoothness", "weights", "least_trusted", "ridges"}};
}

} // namespace convergence::borep
