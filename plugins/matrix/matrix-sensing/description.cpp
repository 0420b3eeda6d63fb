// What can be told about matrix-sensing without running it: parameters, presets, views, questions.

#include <algorithm>

#include "core/experiment/parameter_builders.h"
#include "plugins/matrix/matrix-sensing/experiment.h"

namespace convergence {

namespace {

const std::vector<Choice> armChoices = {
    {"s_over", "S-over: symmetric, k > r", "XXᵀ with superfluous columns: sublinear"},
    {"s_exact", "S-exact: symmetric, k = r", "XXᵀ with as many columns as the rank"},
    {"a_exact", "A-exact: asymmetric, k = r", "FGᵀ with as many columns as the rank"},
    {"a_over", "A-over: asymmetric, k > r",
     "FGᵀ with superfluous columns, imbalanced start: linear, rate ∝ α²"},
    {"a_mod", "A-mod: one modified step",
     "as before, and one step makes the rate independent of α"},
    {"a_equal", "A-equal: F₀ = G₀", "balanced for ever: as slow as the symmetric arm"}};

/// Legends have room for the part before the colon.
std::string shortLabel(const std::string& label) {
    return label.substr(0, label.find(':'));
}

std::vector<Parameter> problemParameters() {
    std::vector<Parameter> list;
    list.push_back({.name = "problem",
                    .label = "Problem",
                    .help = "A random low-rank matrix, or one small enough to draw its loss.",
                    .kind = ParameterKind::choice,
                    .defaultValue = std::string("random"),
                    .choices = {{"random", "random low-rank matrix", ""},
                                {"plane", "2 × 2, rank 1: the loss over the plane", ""},
                                {"scalar_toy", "scalar toy of the surplus, ½(fg)²", ""}},
                    .group = "Problem"});
    list.push_back(integerParameter("rows", "n₁", "Rows",
                                    "Rows of M*. Symmetric arms need n₁ = n₂.", 2.0, 200.0, 20,
                                    "Problem"));
    list.push_back(
        integerParameter("columns", "n₂", "Columns", "Columns of M*.", 2.0, 200.0, 20, "Problem"));
    list.push_back(integerParameter("true_rank", "r", "True rank", "Rank of M*.", 1.0,
                                    "min(10, min(rows, columns))", 2, "Problem"));
    list.push_back(integerParameter("factor_rank", "k", "Factor rank",
                                    "Columns of the factors in the over-parameterised arms.",
                                    "true_rank", "min(rows, columns)", 4, "Problem"));
    list.push_back(
        realParameter("condition_number", "κ", "Condition number",
                      "Ratio of the largest to the smallest nonzero singular value of M*.", 1, 100,
                      1, "Problem"));
    list.push_back(
        integerParameter("measurements", "m", "Measurements",
                         "Number of random linear measurements; 0 is the population limit, in "
                         "which the operator is the identity and nothing is stored.",
                         0.0, 20000.0, 0, "Problem"));
    Parameter noise = realParameter("noise", "σ", "Noise", "Standard deviation of the noise on y.",
                                    0, 1, 0, "Problem");
    noise.effect = LiveEffect::nextStep;
    noise.appliesIf = "measurements > 0";
    list.push_back(noise);
    for (Parameter& parameter : list)
        if (parameter.name != "problem" && parameter.name != "noise")
            parameter.appliesIf = "problem == 0";
    return list;
}

std::vector<Parameter> algorithmParameters() {
    std::vector<Parameter> list;
    list.push_back({.name = "arms",
                    .label = "Arms",
                    .help = "Which algorithms run side by side.",
                    .kind = ParameterKind::choiceSet,
                    .defaultValue = std::vector<std::string>{"s_over", "s_exact", "a_exact",
                                                             "a_over", "a_mod", "a_equal"},
                    .choices = armChoices,
                    .group = "Algorithm"});
    Parameter rate = logParameter("learning_rate", "η", "Learning rate",
                                  "Step size of gradient descent; unstable from about 1/σ₁ = 1 on.",
                                  1e-4, 1.5, 0.1, "Algorithm");
    rate.effect = LiveEffect::nextStep;
    list.push_back(rate);
    Parameter scale = logParameter("initial_scale", "α", "Initial scale",
                                   "Scale of the random start.", 1e-8, 2, 0.3, "Algorithm");
    scale.rangeNote = "0 is a saddle point that gradient descent never leaves";
    scale.appliesIf = "sweep_scale == 0";
    list.push_back(scale);
    list.push_back(
        realParameter("imbalance", "ι", "Imbalance",
                      "Scale of F₀ over scale of G₀ in the asymmetric arms; 1 is balanced.", 1, 10,
                      3, "Algorithm"));
    list.push_back(
        realParameter("switch_at", "", "Modified step at",
                      "Error, relative to the start, below which the one modified step is "
                      "taken.",
                      0.01, 1, 0.3, "Algorithm"));
    Parameter balance = realParameter("balance", "β", "Balance",
                                      "Singular values that the modified step gives to F; best at "
                                      "√σ_r. 'auto' takes √σ_r of the current product.",
                                      0.1, 10, 1, "Algorithm");
    balance.scale = Scale::logarithmic;
    balance.keyword = "auto";
    list.push_back(balance);
    list.push_back({.name = "update",
                    .label = "Update of F and G",
                    .help = "The paper's algorithm updates both from the old pair; using the new F "
                            "for G is another algorithm.",
                    .kind = ParameterKind::choice,
                    .defaultValue = std::string("simultaneous"),
                    .choices = {{"simultaneous", "both from the old pair", ""},
                                {"sequential", "G from the new F (another algorithm)", ""}},
                    .group = "Algorithm"});
    list.push_back(integerParameter("iterations", "T", "Iterations", "Length of the run.", 100.0,
                                    200000.0, 20000, "Algorithm"));
    list.back().unit = "iterations";
    return list;
}

std::vector<Parameter> furtherParameters() {
    std::vector<Parameter> list;
    list.push_back({.name = "sweep_scale",
                    .label = "Run every α of a list",
                    .help = "Runs each arm once for every initial scale of the list below.",
                    .kind = ParameterKind::boolean,
                    .defaultValue = false,
                    .group = "Sweep"});
    list.push_back({.name = "scales",
                    .symbol = "α",
                    .label = "Initial scales",
                    .help = "The list of initial scales.",
                    .kind = ParameterKind::numberList,
                    .scale = Scale::logarithmic,
                    .minimum = 1e-8,
                    .maximum = 2.0,
                    .defaultValue = std::vector<double>{0.2, 0.3, 0.45, 0.6, 0.9},
                    .appliesIf = "sweep_scale",
                    .group = "Sweep"});
    list.push_back({.name = "path_factor",
                    .label = "Path through",
                    .help = "The factor of which two entries are drawn as a path.",
                    .kind = ParameterKind::choice,
                    .defaultValue = std::string("left"),
                    .choices = {{"left", "X or F", ""}, {"right", "G (X in symmetric arms)", ""}},
                    .appliesIf = "problem != 2",
                    .group = "Path"});
    for (const auto& [name, label, row] : {std::tuple{"path_first_entry", "Horizontal entry", 1.0},
                                           std::tuple{"path_second_entry", "Vertical entry", 2.0}})
        list.push_back({.name = name,
                        .label = label,
                        .help = "Row and column of the entry, from 1.",
                        .kind = ParameterKind::numberList,
                        .minimum = 1.0,
                        .maximum = "max(rows, columns)",
                        .defaultValue = std::vector<double>{row, 1.0},
                        .appliesIf = "problem != 2",
                        .group = "Path"});
    for (const auto& [name, symbol] : {std::pair{"start_x", "x₀"}, std::pair{"start_y", "y₀"}}) {
        Parameter start =
            realParameter(name, symbol, "Start",
                          "Where the path starts in the drawn problems; 'random' draws it.", -1.5,
                          1.5, 0.0, "Path");
        start.keyword = "random";
        start.defaultValue = std::string("random");
        start.appliesIf = "problem != 0";
        list.push_back(start);
    }
    list.push_back({.name = "seed",
                    .label = "Seed",
                    .help = "Seed of the target, the measurements, the noise and the start.",
                    .kind = ParameterKind::seed,
                    .defaultValue = std::int64_t{0},
                    .group = "Recording"});
    list.push_back(recordEveryParameter());
    return list;
}

std::vector<Preset> presets() {
    using Names = std::vector<std::string>;
    return {
        {"quick",
         "Quick",
         "Identity operator, 5,000 iterations, all arms.",
         {{"iterations", std::int64_t{5000}}}},
        {"full",
         "Full",
         "800 random measurements, 20,000 iterations, all arms.",
         {{"iterations", std::int64_t{20000}}, {"measurements", std::int64_t{800}}}},
        {"small-start",
         "Small start",
         "α = 0.001: escape from the saddle, then a plateau of height about α² that only falls "
         "once t > 1/(2ηα²).",
         {{"initial_scale", 1e-3}, {"iterations", std::int64_t{200000}}}},
        {"alpha-sweep",
         "Sweep of α",
         "Both asymmetric arms from five initial scales.",
         {{"arms", Names{"a_over", "a_mod"}},
          {"sweep_scale", true},
          {"iterations", std::int64_t{40000}}}},
        {"plane",
         "Plane",
         "M* = diag(1, 0), one column: the path over the loss itself.",
         {{"problem", std::string("plane")},
          {"rows", std::int64_t{2}},
          {"columns", std::int64_t{2}},
          {"true_rank", std::int64_t{1}},
          {"factor_rank", std::int64_t{1}},
          {"arms", Names{"s_exact", "a_exact"}},
          {"start_x", 0.25},
          {"start_y", 1.2},
          {"iterations", std::int64_t{1000}}}},
        {"scalar-toy",
         "Scalar toy",
         "½(fg)²: the diagonal creeps to the origin, the hyperbola reaches the axis, the modified "
         "step jumps along fg = const.",
         {{"problem", std::string("scalar_toy")},
          {"arms", Names{"s_over", "a_over", "a_mod", "a_equal"}},
          {"start_x", 0.9},
          {"start_y", 0.5},
          {"iterations", std::int64_t{5000}}}}};
}

const AxisSpec iterationAxis{
    .column = "iteration", .label = "iteration t", .scale = Scale::logarithmic};

View chart(std::string id, std::string title, std::string help, AxisSpec y,
           std::vector<SeriesSpec> series) {
    return {.id = std::move(id),
            .title = std::move(title),
            .help = std::move(help),
            .kind = ViewKind::lineChart,
            .x = iterationAxis,
            .y = std::move(y),
            .series = std::move(series),
            .selectors = {{"initial_scale", "α"}}};
}

std::vector<View> charts() {
    std::vector<View> views;
    views.push_back(chart("error", "Error",
                          "Straight on log–log axes is a power law, straight on log–linear axes is "
                          "exponential. Dashed: theory without a fitted constant.",
                          {.label = "error ‖· − M*‖", .scale = Scale::logarithmic},
                          {{"error", ""}, {"predicted_error", "theory", true}}));
    views.back().fit = {FitKind::logLog, 2000.0, 0.0};
    views.push_back(chart("singular_values", "Singular values of the factor",
                          "Signal ones rise to √σᵢ; superfluous ones fall like 1/√(2ηt), freeze in "
                          "F, or are set to β. This chart explains the paper.",
                          {.label = "singular values of X or F", .scale = Scale::logarithmic},
                          {{"sigma_f_*", "σ"}, {"predicted_surplus", "1/√(2ηt)", true}}));
    views.back().selectors.insert(views.back().selectors.begin(), {"arm", "Arm"});
    views.push_back(chart("singular_values_g", "Singular values of G",
                          "Off the signal space G shrinks by I − ηFᵀF a step.",
                          {.label = "singular values of G", .scale = Scale::logarithmic},
                          {{"sigma_g_*", "σ"}}));
    views.back().selectors.insert(views.back().selectors.begin(), {"arm", "Arm"});
    views.push_back(chart("squared_error", "Squared error",
                          "The paper's lower bound, Ω(1/T²), is for the square.",
                          {.label = "squared error ‖· − M*‖²", .scale = Scale::logarithmic},
                          {{"error_squared", ""}}));
    views.back().guides = {{"slope −2", -2.0}};
    views.back().fit = {FitKind::logLog, 2000.0, 0.0};
    views.push_back(chart("loss", "Loss and gradient", "What gradient descent sees.",
                          {.label = "loss f and gradient norm ‖∇f‖", .scale = Scale::logarithmic},
                          {{"loss", "f"}, {"gradient_norm", "‖∇f‖"}}));
    views.back().selectors.insert(views.back().selectors.begin(), {"arm", "Arm"});
    views.push_back(chart("components", "Signal and surplus",
                          "The part of the factor on the signal space and the part off it.",
                          {.label = "norm of the component", .scale = Scale::logarithmic},
                          {{"signal_f", "signal"}, {"surplus_f", "surplus"}}));
    views.back().selectors.insert(views.back().selectors.begin(), {"arm", "Arm"});
    views.push_back(chart("conserved", "Conserved imbalance",
                          "FᵀF − GᵀG drifts only with η²: the imbalance of the start is kept.",
                          {.label = "drift of FᵀF − GᵀG", .scale = Scale::logarithmic},
                          {{"imbalance_drift", ""}}));
    View rate{
        .id = "rate_against_scale",
        .title = "Rate against α",
        .help = "Run the preset 'Sweep of α'. The plain rate grows like α²; after the "
                "modified step it does not depend on α.",
        .kind = ViewKind::lineChart,
        .fromTrials = true,
        .x = {.column = "initial_scale", .label = "initial scale α", .scale = Scale::logarithmic},
        .y = {.label = "rate of ln e", .unit = "1/iteration", .scale = Scale::logarithmic},
        .series = {{"rate", ""}, {"predicted_rate", "theory", true}},
        .guides = {{"slope 2", 2.0}}};
    views.push_back(rate);
    return views;
}

std::vector<View> frameViews() {
    return {{.id = "matrices",
             .title = "Matrices",
             .help = "M*, what the arm has recovered, the error and the factors.",
             .kind = ViewKind::heatMaps,
             .selectors = {{"arm", "Arm"}},
             .frames = {"target", "product", "error", "left_factor", "right_factor"}},
            {.id = "spectrum",
             .title = "Spectrum",
             .help = "Singular values of M* and of the current product.",
             .kind = ViewKind::bars,
             .y = {.label = "singular value"},
             .selectors = {{"arm", "Arm"}},
             .frames = {"spectrum"}},
            {.id = "norm_plane",
             .title = "Signal against surplus",
             .help = "Each arm's way through the plane of (signal, surplus); ticks at decades.",
             .kind = ViewKind::trajectory,
             .x = {.label = "signal ‖Uᵀ·‖"},
             .y = {.label = "surplus ‖(I − UUᵀ)·‖"},
             .frames = {"norms"}},
            {.id = "entry_plane",
             .title = "Trajectory",
             .help = "Two entries of the factor; in the plane and toy problems over the loss "
                     "itself.",
             .kind = ViewKind::trajectory,
             .x = {.label = "first entry"},
             .y = {.label = "second entry"},
             .frames = {"entries", "landscape"},
             .gesture = GestureSpec{"start_x", "start_y",
                                    "In the plane and toy problems: click to start there"}}};
}

} // namespace

Description matrixSensingDescription() {
    Description description{
        .id = "matrix-sensing",
        .title = "Matrix sensing",
        .family = "matrix",
        .paper = {.title = "How Over-Parameterization Slows Down Gradient Descent in Matrix "
                           "Sensing: The Curses of Symmetry and Initialization",
                  .authors = "Nuoya Xiong, Lijun Ding, Simon S. Du",
                  .year = 2023,
                  .venue = "ICLR 2024",
                  .arxiv = "2310.01769"},
        .summary = "Gradient descent recovers a low-rank matrix from linear measurements by "
                   "factoring it. One superfluous column turns exponential convergence into 1/T² "
                   "when the factors are symmetric, while asymmetric factors from an imbalanced "
                   "start stay exponential.",
        .parameters = problemParameters(),
        .presets = presets(),
        .actions = {{"take_modified_step", "Take the modified step now",
                     "Balances F at once in the arm with the modified step."}},
        .views = charts(),
        .claims = matrixSensingClaims(),
        .questions =
            {{"Why does one more column make it slower?",
              "The curvature in the superfluous direction is its own size squared: zero at the "
              "solution."},
             {"What does the scale of the start buy in the asymmetric case?",
              "It freezes in F and becomes the rate at which G decays: double α, four times the "
              "rate."},
             {"Everyone balances factors; why is imbalance good here?",
              "Balanced factors, F = G, are the symmetric problem."},
             {"What would you change, if only one step?",
              "Make F's superfluous directions large without touching the product."}},
        .lockStep = true};
    for (auto part : {algorithmParameters(), furtherParameters()})
        description.parameters.insert(description.parameters.end(), part.begin(), part.end());
    for (const View& view : frameViews())
        description.views.push_back(view);
    // The first four are in front, the others tabs behind them.
    const std::vector<std::string_view> order = {
        "error",         "singular_values",   "matrices",  "norm_plane",
        "squared_error", "components",        "spectrum",  "entry_plane",
        "loss",          "singular_values_g", "conserved", "rate_against_scale"};
    const auto place = [&](const View& view) {
        return std::find(order.begin(), order.end(), view.id);
    };
    std::sort(description.views.begin(), description.views.end(),
              [&](const View& a, const View& b) { return place(a) < place(b); });
    for (const Choice& choice : armChoices)
        description.arms.push_back(
            {choice.id, shortLabel(choice.label), choice.label + ". " + choice.help});
    return description;
}

} // namespace convergence
