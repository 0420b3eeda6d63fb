// What can be told about robust-matrix-recovery without running it: parameters, presets, views.

#include "core/experiment/parameter_builders.h"
#include "plugins/matrix/robust-matrix-recovery/experiment.h"

namespace convergence {

namespace {

using Names = std::vector<std::string>;

const std::vector<Choice> armChoices = {
    {"small", "small start, r′ > r", "the method: SubGM from a small start, surplus columns"},
    {"small_exact", "small start, r′ = r", "as many columns as the rank; the floor is rounding"},
    {"large", "large start, r′ > r", "the same from a start as large as the truth"},
    {"large_exact", "large start, r′ = r", "large start, as many columns as the rank"},
    {"l2", "ℓ₂ gradient descent", "squared residuals with a constant step: outliers pull"},
    {"residual", "residual step", "η_t = η₀ f(U_t), which needs clean data to converge"},
    {"random", "random start", "small Gaussian start instead of the spectral one"},
    {"constant", "constant step", "η_t = η₀"},
    {"inverse_root", "η₀/√(t + 1)", "the classical sub-gradient step"},
    {"polyak", "Polyak step", "(f − f*)/‖D‖², needs f*"}};

std::vector<Parameter> problemParameters() {
    const std::string group = "Problem";
    std::vector<Parameter> list{
        integerParameter("dimension", "d", "Dimension", "M* is d × d.", 4, 80, 20, group),
        integerParameter("true_rank", "r", "True rank", "Rank of M*.", 1, "min(10, dimension)", 2,
                         group),
        realParameter("condition_number", "κ", "Condition number",
                      "Largest over smallest nonzero eigenvalue of M*.", 1, 20, 1, group),
        integerParameter("measurements", "m", "Measurements",
                         "Number of random linear measurements.", 20, 20000, 1000, group),
        realParameter("outlier_fraction", "p", "Outlier fraction",
                      "Probability that a measurement is grossly wrong.", 0, 0.9, 0.1, group),
        logParameter("outlier_scale", "τ", "Outlier scale",
                     "Size of the gross errors; a typical clean measurement is √r.", 1e-3, 1e4, 10,
                     group),
        choiceParameter("outlier_kind", "Outliers", "What a gross error is.",
                        {{"normal", "normal, N(0, τ²)", ""},
                         {"constant", "constant, +τ", ""},
                         {"uniform", "uniform on [−τ, τ]", ""},
                         {"adversarial", "sign turned round, −2⟨Aᵢ, M*⟩", ""}},
                        "normal", group),
        realParameter("noise", "ν", "Noise",
                      "Standard deviation of Gaussian noise on every "
                      "measurement.",
                      0, 10, 0, group)};
    for (Parameter& parameter : list)
        if (parameter.name == "outlier_fraction" || parameter.name == "outlier_scale" ||
            parameter.name == "noise")
            parameter.effect = LiveEffect::nextStep;
    list[5].appliesIf = "outlier_kind != 3";
    return list;
}

std::vector<Parameter> algorithmParameters() {
    const std::string group = "Algorithm";
    std::vector<Parameter> list{
        choiceSetParameter("arms", "Arms", "Which algorithms run side by side.", armChoices,
                           {"small", "small_exact", "large", "large_exact", "l2", "residual"},
                           group),
        integerParameter("factor_rank", "r′", "Factor rank",
                         "Columns of U in the over-parameterized arms.", "true_rank", "dimension",
                         20, group),
        logParameter("initial_scale", "α", "Initial scale",
                     "Scale of the start in the arms with a small start.", 1e-8, 2, 1e-4, group),
        logParameter("large_scale", "α", "Large initial scale",
                     "Scale of the start in the arms with a large start.", 1e-2, 2, 1, group),
        choiceParameter("start", "Start", "The directions of the start.",
                        {{"spectral", "spectral: eigenvectors of Σ sign(yᵢ)Aᵢ", ""},
                         {"random", "random: Gaussian", ""}},
                        "spectral", group),
        choiceParameter("step_rule", "Step rule", "How η_t is chosen in the arms of SubGM.",
                        {{"residual", "residual: η₀ f(U_t)", "for clean data"},
                         {"geometric", "geometric: η₀ ρᵗ", "for spoiled data"},
                         {"constant", "constant: η₀", ""},
                         {"inverse_root", "inverse root: η₀/√(t + 1)", ""},
                         {"polyak", "Polyak: (f − f*)/‖D‖²", ""}},
                        "geometric", group),
        logParameter("step_size", "η₀", "Step size",
                     "First step, or its factor; 0.5 suits the "
                     "residual rule.",
                     1e-3, 2, 0.3, group),
        realParameter("decay", "ρ", "Decay", "Ratio of successive geometric steps.", 0.9, 0.9999,
                      0.985, group),
        logParameter("residual_step", "η₀", "Step of the residual arm",
                     "Factor of f(U_t) in the arm with the residual step.", 1e-3, 2, 0.5, group),
        logParameter("l2_step", "η", "Step of ℓ₂ descent", "Constant step of the ℓ₂ arm.", 1e-3, 1,
                     0.1, group),
        choiceParameter("polyak_target", "Polyak's f*",
                        "The optimal loss that Polyak's rule is "
                        "told.",
                        {{"zero", "0", ""}, {"truth", "the loss at M*", ""}}, "zero", group),
        integerParameter("iterations", "T", "Iterations", "Length of the run.", 10, 20000, 800,
                         group)};
    Parameter largeDecay = realParameter(
        "large_decay", "ρ", "Decay from a large start",
        "Ratio of successive geometric steps in the arms with a large start, which need longer to "
        "fit the noise; 'same' is that of the others.",
        0.9, 0.9999, 0.998, group);
    largeDecay.keyword = "same";
    largeDecay.defaultValue = std::string("same");
    list.push_back(largeDecay);
    for (Parameter& parameter : list)
        if (parameter.name == "step_size" || parameter.name == "decay")
            parameter.effect = LiveEffect::nextStep;
    for (Parameter& parameter : list)
        if (parameter.name == "initial_scale")
            parameter.rangeNote = "0 is a stationary point that no step leaves";
    return list;
}

std::vector<Parameter> furtherParameters() {
    const std::string group = "Sweep";
    std::vector<Parameter> list{
        choiceParameter("sweep", "Sweep", "Runs every arm once for each value of a list.",
                        {{"none", "none", ""},
                         {"initial_scale", "initial scale α", ""},
                         {"outlier_fraction", "outlier fraction p", ""},
                         {"noise", "noise ν", ""},
                         {"measurements", "measurements m", ""},
                         {"factor_rank", "factor rank r′", ""}},
                        "none", group),
        listParameter("sweep_initial_scale", "α", "Initial scales", "Values of α.", 1e-8, 2,
                      {1, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6}, group),
        listParameter("sweep_outlier_fraction", "p", "Outlier fractions", "Values of p.", 0, 0.9,
                      {0.1, 0.3, 0.5, 0.7}, group),
        listParameter("sweep_noise", "ν", "Noise levels", "Values of ν.", 0, 10, {0.1, 0.3, 1},
                      group),
        listParameter("sweep_measurements", "m", "Numbers of measurements", "Values of m.", 20,
                      20000, {500, 1000, 2000, 4000}, group),
        listParameter("sweep_factor_rank", "r′", "Factor ranks", "Values of r′.", 1, 80,
                      {2, 3, 5, 10, 20}, group)};
    for (std::size_t i = 1; i < list.size(); ++i)
        list[i].appliesIf = "sweep == " + std::to_string(i);
    list[1].scale = Scale::logarithmic;
    list.push_back(integerParameter(
        "probe_directions", "", "Random directions at the end",
        "Random low-rank matrices on which the averaged sub-gradient is compared with the ideal "
        "one, once a run ends.",
        0, 200, 0, "Recording"));
    list.push_back(seedParameter());
    list.back().group = "Recording";
    list.push_back(recordEveryParameter());
    return list;
}

std::vector<Preset> presets() {
    const auto whole = [](std::int64_t value) { return value; };
    return {{"quick", "Quick", "A tenth of the measurements is garbage; six arms.", {}},
            {"full",
             "Full",
             "d = 50, r = 3, 6,000 measurements, three tenths garbage.",
             {{"dimension", whole(50)},
              {"true_rank", whole(3)},
              {"factor_rank", whole(50)},
              {"measurements", whole(6000)},
              {"outlier_fraction", 0.3},
              {"decay", 0.99},
              {"iterations", whole(1500)}}},
            {"clean",
             "Clean data",
             "No outliers, residual step: exponential convergence and arrival times.",
             {{"outlier_fraction", 0.0},
              {"measurements", whole(400)},
              {"step_rule", std::string("residual")},
              {"step_size", 0.5},
              {"arms", Names{"small", "small_exact", "large", "large_exact"}},
              {"iterations", whole(400)}}},
            {"too-small",
             "Too small a start",
             "Seven tenths garbage and α = 1e-4: the steps run out before the signal has grown.",
             {{"outlier_fraction", 0.7},
              {"measurements", whole(4000)},
              {"arms", Names{"small", "large"}},
              {"initial_scale", 1e-4}}},
            {"elsewhere",
             "The minimum is elsewhere",
             "150 noisy measurements: the large start ends with the smaller loss and the larger "
             "error.",
             {{"measurements", whole(150)},
              {"outlier_fraction", 0.0},
              {"noise", 0.3},
              {"decay", 0.998},
              {"arms", Names{"small", "large"}},
              {"iterations", whole(3000)}}},
            {"alpha-sweep",
             "Sweep of α",
             "Clean data, the final error against the scale of the start.",
             {{"outlier_fraction", 0.0},
              {"measurements", whole(400)},
              {"step_rule", std::string("residual")},
              {"step_size", 0.5},
              {"arms", Names{"small", "small_exact"}},
              {"iterations", whole(400)},
              {"sweep", std::string("initial_scale")}}},
            {"outlier-sweep",
             "Sweep of p",
             "From a tenth to seven tenths of garbage, 4,000 measurements.",
             {{"measurements", whole(4000)},
              {"initial_scale", 1e-3},
              {"arms", Names{"small", "large", "l2"}},
              {"sweep", std::string("outlier_fraction")}}},
            {"noise-sweep",
             "Sweep of ν",
             "Gaussian noise: the error is proportional to ν.",
             {{"outlier_fraction", 0.0},
              {"decay", 0.98},
              {"iterations", whole(500)},
              {"arms", Names{"small", "small_exact", "large"}},
              {"sweep", std::string("noise")}}},
            {"measurement-sweep",
             "Sweep of m",
             "Gaussian noise: the error falls like 1/√m.",
             {{"outlier_fraction", 0.0},
              {"noise", 0.3},
              {"decay", 0.98},
              {"iterations", whole(500)},
              {"arms", Names{"small", "small_exact", "large"}},
              {"sweep", std::string("measurements")}}},
            {"rank-sweep",
             "Sweep of r′",
             "From a small start the surplus rank makes no difference.",
             {{"arms", Names{"small", "large"}}, {"sweep", std::string("factor_rank")}}}};
}

const std::vector<SelectorSpec> designSelectors = {{"initial_scale", "α"},
                                                   {"outlier_fraction", "p"},
                                                   {"noise", "ν"},
                                                   {"measurements", "m"},
                                                   {"factor_rank", "r′"}};

View chart(std::string id, std::string title, std::string help, AxisSpec y,
           std::vector<SeriesSpec> series, bool oneArm = false) {
    View view{.id = std::move(id),
              .title = std::move(title),
              .help = std::move(help),
              .kind = ViewKind::lineChart,
              .x = {.column = "iteration", .label = "iteration t"},
              .y = std::move(y),
              .series = std::move(series),
              .selectors = designSelectors};
    if (oneArm)
        view.selectors.insert(view.selectors.begin(), {"arm", "Arm"});
    return view;
}

View sweepChart(const std::string& factor, std::string title, std::string help, std::string xLabel,
                Scale scale, std::vector<SlopeGuide> guides) {
    return {.id = "error_against_" + factor,
            .title = std::move(title),
            .help = std::move(help),
            .kind = ViewKind::lineChart,
            .fromTrials = true,
            .x = {.column = factor, .label = std::move(xLabel), .scale = scale},
            .y = {.label = "final error ‖UUᵀ − M*‖/‖M*‖", .scale = Scale::logarithmic},
            .series = {{"final_error", ""}},
            .guides = std::move(guides)};
}

View frameView(std::string id, std::string title, std::string help, ViewKind kind,
               std::vector<std::string> frames, AxisSpec x = {}, AxisSpec y = {}) {
    View view{.id = std::move(id),
              .title = std::move(title),
              .help = std::move(help),
              .kind = kind,
              .x = std::move(x),
              .y = std::move(y),
              .selectors = designSelectors,
              .frames = std::move(frames)};
    view.selectors.insert(view.selectors.begin(), {"arm", "Arm"});
    return view;
}

std::vector<View> views() {
    const Scale logarithmic = Scale::logarithmic;
    std::vector<View> list;
    list.push_back(chart("error", "Error",
                         "Dashed: the ideal loss, which knows neither noise nor surplus columns "
                         "and has no fitted constant; it says when a run arrives.",
                         {.label = "relative error ‖Δ‖/‖M*‖", .scale = logarithmic},
                         {{"error", ""}, {"predicted_error", "ideal", true}}));
    list.push_back(chart("singular_values", "Singular values of U",
                         "From a small start r of them rise and the surplus ones stay low (the six "
                         "largest are shown). Choose a large start: all are large and fall slowly.",
                         {.label = "singular values of U", .scale = logarithmic},
                         {{"sigma_*", "σ"}}, true));
    list.push_back(frameView("residuals", "Sorted residuals",
                             "Outliers stay large and harmless: each votes +1 or −1, whatever its "
                             "size. ℓ₂ descent spreads them over everything.",
                             ViewKind::curves, {"residuals"}, {.label = "rank of the residual"},
                             {.label = "residual ρᵢ = ⟨Aᵢ, UUᵀ⟩ − yᵢ"}));
    list.push_back(frameView("matrices", "Matrices", "M*, what the arm has recovered, the error.",
                             ViewKind::heatMaps, {"target", "product", "error"}));
    list.push_back(chart("loss", "Training loss",
                         "Dashed: the loss at the truth. A smaller loss than that is fitted noise.",
                         {.label = "training loss f", .scale = logarithmic},
                         {{"loss", ""}, {"loss_truth", "at M*", true}}));
    list.push_back(chart("growth", "Growth gauge",
                         "What the steps can provide against what the start needs. If the first "
                         "levels off below the second, the run cannot arrive.",
                         {.label = "ln of the growth of the signal"},
                         {{"growth_measured", "measured"},
                          {"growth_available", "steps provide", true},
                          {"growth_needed", "needed", true}},
                         true));
    list.push_back(frameView("gauge", "Gauge in numbers",
                             "Known before the run starts: needed, spent and planned growth.",
                             ViewKind::text, {"gauge"}));
    list.push_back(frameView("sign_rip", "Sign-RIP",
                             "Entries of the averaged sub-gradient against those of the error's "
                             "direction. On the diagonal the ℓ₁ loss is the ideal one.",
                             ViewKind::curves, {"sign_rip"}, {.label = "entry of Δ/‖Δ‖"},
                             {.label = "entry of Q(Δ)/φ"}));
    list.push_back(chart("sign_rip_meter", "Sign-RIP over time",
                         "1 along Δ means that noise and outliers cancel in the direction that "
                         "counts; the angle is that of all d² entries, noise included.",
                         {.label = "relative to the ideal"},
                         {{"sign_rip_projection", "part along Δ"},
                          {"sign_rip_cosine", "cosine of the angle"},
                          {"sign_rip_length", "length"}},
                         true));
    list.push_back(chart("steps", "Step size", "What the step rule chose.",
                         {.label = "step size η_t", .scale = logarithmic}, {{"step", ""}}));
    list.push_back(frameView("spectrum", "Spectrum",
                             "Largest singular values of M* and of the current product.",
                             ViewKind::bars, {"spectrum"}, {}, {.label = "singular value"}));
    list.push_back(sweepChart("initial_scale", "Sweep of α",
                              "Run 'Sweep of α'. The smaller the start, the smaller the error; "
                              "with r′ = r it is rounding.",
                              "initial scale α", logarithmic,
                              {{"slope 1", 1.0}, {"slope 2", 2.0}}));
    list.push_back(sweepChart("outlier_fraction", "Sweep of p",
                              "Run 'Sweep of p'. Half of the data may be garbage.",
                              "outlier fraction p", Scale::linear, {}));
    list.push_back(sweepChart("noise", "Sweep of ν",
                              "Run 'Sweep of ν'. Proportional to the noise, whatever r′.",
                              "noise ν", logarithmic, {{"slope 1", 1.0}}));
    list.push_back(sweepChart("measurements", "Sweep of m",
                              "Run 'Sweep of m'. One over the root of the number of measurements.",
                              "measurements m", logarithmic, {{"slope −½", -0.5}}));
    list.push_back(sweepChart("factor_rank", "Sweep of r′",
                              "Run 'Sweep of r′'. Flat from a small start.", "factor rank r′",
                              Scale::linear, {}));
    return list;
}

} // namespace

Description robustRecoveryDescription() {
    Description description{
        .id = "robust-matrix-recovery",
        .title = "Robust matrix recovery",
        .family = "matrix",
        .paper = {.title = "Global Convergence of Sub-gradient Method for Robust Matrix Recovery: "
                           "Small Initialization, Noisy Measurements, and Over-parameterization",
                  .authors = "Jianhao Ma, Salar Fattahi",
                  .year = 2022,
                  .venue = "Journal of Machine Learning Research 2023",
                  .arxiv = "2202.08788"},
        .summary = "Sub-gradient descent on the ℓ₁ residual of a factorization recovers a low-rank "
                   "matrix although half of the measurements are garbage and the factor has far "
                   "too many columns. What does it is the small start: surplus columns stay small "
                   "for as long as the run lasts.",
        .parameters = problemParameters(),
        .presets = presets(),
        .actions = {{"fresh_corruption", "Spoil the data afresh",
                     "Draws new places and sizes of the outliers, and new noise."},
                    {"restart_smaller", "Restart smaller",
                     "The arms with a small start begin again with a tenth of α."}},
        .views = views(),
        .claims = robustRecoveryClaims(),
        .questions = {{"Half of the data is garbage; why is the error 1e-5?",
                       "The loss only sees signs: an outlier votes ±1 whatever its size, and the "
                       "votes of outliers cancel."},
                      {"The large start has the smaller loss; which would you ship?",
                       "The small start: below the loss at the truth, a smaller loss is fitted "
                       "noise."},
                      {"Why may the start not be too small?",
                       "Geometric steps add up to a finite growth, and the signal has to grow by "
                       "1/α."}},
        .lockStep = true};
    for (auto part : {algorithmParameters(), furtherParameters()})
        description.parameters.insert(description.parameters.end(), part.begin(), part.end());
    for (const Choice& choice : armChoices)
        description.arms.push_back({choice.id, choice.label, choice.help});
    return description;
}

} // namespace convergence
