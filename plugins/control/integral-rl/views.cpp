// What is drawn, as data.

#include "core/experiment/view_words.h"
#include "plugins/control/integral-rl/experiment.h"

namespace convergence::integral_rl {

namespace {

const SelectorSpec byIntervals{"intervals", "N − 1"}, byWindow{"window", "T"};
constexpr const char* onLinear = "system_is_third_order";

/// A median over starts against N − 1.
SweepChart againstIntervals(SweepChart chart) {
    chart.x = "intervals";
    chart.axes = Axes::logLog;
    chart.aggregate = Aggregate::medianAndQuartiles;
    chart.by = {byWindow};
    return chart;
}
/// Along the policies, for one N and T.
Chart alongPolicies(Chart chart) {
    chart.xLabel = "policy iteration";
    chart.by = {byIntervals, byWindow};
    return chart;
}

std::vector<View> charts() {
    return {
        againstIntervals(
            {.id = "floors",
             .title = "Floors",
             .help = "The error that policy iteration ends with, over starts. The derived line is "
                     "drawn without data: Newton's method with the trapezoid's error put in by "
                     "hand. Where a loop was lost there is no point.",
             .y = "floor",
             .guides = {{"slope −2", -2.0}, {"slope −4", -4.0}},
             .fit = {FitKind::logLog, 0.0, 0.0},
             .isMain = true}),
        alongPolicies({.id = "error",
                       .title = "Error",
                       .help = "A quadratic fall, as of Newton's method, down to the floor of the "
                               "rule. One curve a start.",
                       .y = "error",
                       .axes = Axes::logY,
                       .isMain = true}),
        alongPolicies({.id = "real_part",
                       .title = "Stability",
                       .help = "Of the closed loop under each policy: above 0 it is unstable, and "
                               "the trial ends.",
                       .y = "real_part",
                       .appliesIf = onLinear}),
        alongPolicies({.id = "residual",
                       .title = "HJB residual",
                       .help =
                           "Of the Hamilton–Jacobi–Bellman equation, whose zero Newton's method "
                           "looks for; on the sine system over a grid.",
                       .y = "residual",
                       .axes = Axes::logY}),
        alongPolicies({.id = "condition",
                       .title = "Condition",
                       .help = "σ₁/σ_p of the equations for the weights. Beyond 10¹⁰ the weights "
                               "mean little, near 10¹⁶ rounding decides: windows of a second "
                               "leave nothing of a fast mode.",
                       .y = "condition",
                       .axes = Axes::logY}),
        alongPolicies({.id = "data_error",
                       .title = "What data add",
                       .help = "Distance of a step from the step of the same rule on perfect data, "
                               "relative: near 10⁻¹⁰ it is the rule that errs, near 1 rounding.",
                       .y = "data_error",
                       .axes = Axes::logY,
                       .appliesIf = onLinear}),
        againstIntervals({.id = "controllers",
                          .title = "Controllers",
                          .help = "Mean distance of the learned control from the best one, over "
                                  "10,000 normal states (of deviation 1; on the sine system 100).",
                          .y = "controller_error",
                          .guides = {{"slope −2", -2.0}, {"slope −4", -4.0}}}),
        againstIntervals({.id = "worst_case",
                          .title = "Worst case",
                          .help = "√v, the error of the Bayesian rule on the worst cost that its "
                                  "prior thinks of: of order b = ν + ½, less than that of the "
                                  "smooth costs of these systems.",
                          .y = "deviation",
                          .guides = {{"slope −4", -4.0}, {"slope −2", -2.0}}})};
}

std::vector<View> pictures() {
    return {
        Scene{.id = "loops",
              .title = "The controlled systems",
              .help = "From x⁰ under the latest policy of each rule (fewest samples, shortest "
                      "window). Linear: x₁ is where a cart is, which should come to rest on the "
                      "line. Sine: the state in the plane.",
              .frames = {"loops"}},
        Scene{.id = "windows",
              .title = "Through the windows",
              .help = "From window to window of the last evaluation: above the running cost, its "
                      "samples, the trapezoid's polygon and the Gaussian process; below what they "
                      "are off, filled to the error of the integral. Each window to its own scale.",
              .frames = {"windows"},
              .by = {byArm, byIntervals, byWindow}},
        FrameView{.id = "close_up",
                  .title = "Window",
                  .help = "The running cost in one window of the last evaluation, its samples, and "
                          "what the rule makes of them: lines, or a Gaussian process and its "
                          "doubt.",
                  .kind = ViewKind::curves,
                  .frames = {"close_up"},
                  .xLabel = "time in the window",
                  .xUnit = "s",
                  .yLabel = "running cost l"},
        FrameView{.id = "difference",
                  .title = "Window, less the truth",
                  .help = "The same less the running cost. The area under a curve is the error of "
                          "the integral.",
                  .kind = ViewKind::curves,
                  .frames = {"difference"},
                  .xLabel = "time in the window",
                  .xUnit = "s",
                  .yLabel = "interpolant − l"},
        FrameView{.id = "poles",
                  .title = "Poles",
                  .help = "Eigenvalues of the closed loop in the complex plane; right of the "
                          "imaginary axis it is unstable. Faster ones than −4/s are drawn there.",
                  .kind = ViewKind::curves,
                  .frames = {"poles"},
                  .xLabel = "real part",
                  .xUnit = "1/s",
                  .yLabel = "imaginary part",
                  .yUnit = "1/s",
                  .appliesIf = onLinear},
        FrameView{.id = "state_path",
                  .title = "State",
                  .help = "Where 12 s under the present policy lead from x⁰.",
                  .kind = ViewKind::trajectory,
                  .frames = {"state_path"},
                  .xLabel = "x₁",
                  .yLabel = "x₂",
                  .by = {byIntervals, byWindow}},
        Pivot{.id = "map",
              .title = "Floor over T and N",
              .help = "Empty where the loop was lost.",
              .of = {.rowFactor = "intervals",
                     .columnFactor = "window",
                     .value = "floor",
                     .scale = Scale::logarithmic},
              .xLabel = "window T",
              .xUnit = "s",
              .yLabel = "intervals N − 1",
              .by = {byArm}},
        Pivot{.id = "stability_map",
              .title = "Condition over T and N",
              .help = "The largest that any evaluation met: beyond 10¹⁰ its weights mean little.",
              .of = {.rowFactor = "intervals",
                     .columnFactor = "window",
                     .value = "condition",
                     .scale = Scale::logarithmic},
              .xLabel = "window T",
              .xUnit = "s",
              .yLabel = "intervals N − 1",
              .by = {byArm}}};
}

} // namespace

std::vector<View> views() {
    return joined({charts(), pictures()});
}

} // namespace convergence::integral_rl
