// What can be told about last-iterate-sgd without running it.

#include "core/experiment/parameter_builders.h"
#include "plugins/stochastic/last-iterate-sgd/experiment.h"

namespace convergence {

namespace {

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

std::vector<Choice> armChoices() {
    std::vector<Choice> choices;
    for (const Arm& arm : lastIterateArms())
        choices.push_back({arm.id, arm.label, arm.help});
    return choices;
}

std::vector<Parameter> problemParameters() {
    std::vector<Parameter> parameters;
    parameters.push_back(choiceParameter(
        "problem", "Problem", "All have a known optimum.",
        {{"absolute", "absolute deviations", "Lipschitz, on all of R^d, a sharp minimum."},
         {"adversarial", "adversarial maximum",
          "Lipschitz, on the unit ball of R^T: the last iterate of 1/√t steps pays log T."},
         {"composite", "composite quadratic", "Smooth f plus λ‖x‖₁ + (μ/2)‖x‖²."},
         {"simplex", "linear on the simplex", "One cheap coordinate among d."}},
        "absolute", "Problem"));
    parameters.push_back(integerParameter("dimension", "d", "Dimension",
                                          "Of x. The adversarial problem has d = T.", 2, 2000, 20,
                                          "Problem"));
    parameters.back().appliesIf = "problem != 1";
    parameters.push_back(integerParameter(
        "samples", "n", "Samples", "Rows of the absolute deviations.", 2, 100000, 200, "Problem"));
    parameters.back().appliesIf = "problem == 0";
    parameters.push_back(choiceParameter("curvature", "Curvature", "Of the quadratic f; L = 1.",
                                         {{"decaying", "H_j = j⁻²", "Convex."},
                                          {"strong", "H_j from 0.1 to 1", "μ_f = 0.1."},
                                          {"linear", "H_j from 0 to 1", "Convex."}},
                                         "decaying", "Problem"));
    parameters.back().appliesIf = "problem == 2";
    parameters.push_back(
        realParameter("l1_weight", "λ", "ℓ₁ weight", "Of h.", 0, 10, 0.3, "Problem"));
    parameters.back().appliesIf = "problem == 2";
    parameters.push_back(realParameter("ridge_weight", "μ_h", "Ridge weight",
                                       "Of h; makes F strongly convex.", 0, 10, 0, "Problem"));
    parameters.back().appliesIf = "problem == 2";
    return parameters;
}

std::vector<Parameter> algorithmParameters() {
    std::vector<Parameter> parameters;
    parameters.push_back(choiceSetParameter("arms", "Schedules", "Each is an arm.", armChoices(),
                                            {"sqrt", "const", "linear"}, "Algorithm"));
    parameters.push_back(choiceParameter(
        "geometry", "Geometry", "The mirror map. The heavy schedules always use the last.",
        {{"euclidean", "Euclidean", "½‖x‖², projecting where there is a domain."},
         {"entropic", "entropic", "Σ x log x, on the simplex."},
         {"uniformly_convex", "uniformly convex", "‖x‖^q, q = p/(p − 1)."}},
        "euclidean", "Algorithm"));
    parameters.push_back(logParameter("step_scale", "η", "Step scale",
                                      "Of the schedules without μ.", 1e-4, 100, 1, "Algorithm"));
    parameters.push_back(logParameter("clip_level", "", "Clip level",
                                      "Norm to which the arm 'clipped' scales longer gradients.",
                                      1e-3, 1e4, 2, "Algorithm"));
    parameters.push_back(choiceParameter(
        "noise", "Added noise", "On top of the sampling of the oracle.",
        {{"none", "none", ""},
         {"gaussian", "Gaussian", "E‖ξ‖² = σ²."},
         {"signs", "±σ", "By coordinate."},
         {"sub_weibull", "sub-Weibull", "Random direction, magnitude σ|N(0,1)|^{2/p}."},
         {"pareto", "Pareto", "Random direction, magnitude σ·Lomax(α): infinite variance."}},
        "none", "Noise"));
    parameters.push_back(realParameter("noise_scale", "σ", "Noise scale",
                                       "Factor on the noise of every gradient; 0 is none.", 0, 100,
                                       1, "Noise"));
    parameters.back().appliesIf = "noise != 0";
    parameters.push_back(realParameter("tail_index", "α", "Tail index",
                                       "Moments below it are finite.", 1.05, 2, 1.6, "Noise"));
    parameters.back().appliesIf = "noise == 4";
    parameters.push_back(realParameter("weibull_shape", "p", "Shape",
                                       "2 is normal, smaller is heavier.", 0.2, 2, 1, "Noise"));
    parameters.back().appliesIf = "noise == 3";
    parameters.push_back(
        realParameter("moment", "p", "Moment",
                      "The finite moment on which the heavy schedules and the uniformly convex "
                      "map count.",
                      1.05, 2, 1.5, "Noise"));
    return parameters;
}

std::vector<Parameter> runParameters() {
    std::vector<Parameter> parameters;
    parameters.push_back(listParameter("horizons", "T", "Horizons",
                                       "Each is run from scratch: schedules may know T.", 16,
                                       1048576, {256, 512, 1024, 2048, 4096, 8192, 16384}, "Run"));
    parameters.back().unit = "iterations";
    parameters.push_back(integerParameter("replicates", "R", "Replicates",
                                          "Independent runs at each horizon.", 1, 100000, 64,
                                          "Run"));
    parameters.push_back(seedParameter());
    parameters.push_back(recordEveryParameter());
    return parameters;
}

std::vector<Preset> presets() {
    const Numbers pareto = {256, 1024, 4096, 16384};
    return {{"quick",
             "Quick",
             "Absolute deviations up to T = 4096, 32 replicates.",
             {{"horizons", Numbers{256, 512, 1024, 2048, 4096}}, {"replicates", whole(32)}}},
            {"full",
             "Full",
             "Absolute deviations up to T = 65,536, 200 replicates.",
             {{"horizons", Numbers{256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536}},
              {"replicates", whole(200)}}},
            {"adversarial",
             "Adversarial",
             "Where the last iterate of 1/√t steps pays log T.",
             {{"problem", std::string("adversarial")},
              {"horizons", Numbers{64, 256, 1024, 4096}},
              {"replicates", whole(1)}}},
            {"strongly-convex",
             "Strongly convex",
             "A composite problem with the 1/(μt) steps.",
             {{"problem", std::string("composite")},
              {"curvature", std::string("strong")},
              {"dimension", whole(50)},
              {"noise", std::string("gaussian")},
              {"arms", Names{"sqrt", "linear", "strong_1", "strong_2"}},
              {"horizons", Numbers{256, 1024, 4096, 16384}},
              {"replicates", whole(32)}}},
            {"quantiles",
             "Quantiles",
             "4,000 replicates at T = 2048 for the tails of the gap.",
             {{"noise", std::string("gaussian")},
              {"arms", Names{"linear"}},
              {"horizons", Numbers{2048}},
              {"replicates", whole(4000)}}},
            {"heavy-tails",
             "Heavy tails",
             "Pareto noise: plain SGD, clipping, and the map for it.",
             {{"noise", std::string("pareto")},
              {"noise_scale", 0.5},
              {"step_scale", 0.3},
              {"arms", Names{"sqrt", "clipped", "heavy", "heavy_linear"}},
              {"horizons", pareto},
              {"replicates", whole(200)}}},
            {"simplex",
             "Simplex",
             "Entropic steps in 100 dimensions.",
             {{"problem", std::string("simplex")},
              {"geometry", std::string("entropic")},
              {"dimension", whole(100)},
              {"noise", std::string("signs")},
              {"step_scale", 2.146},
              {"horizons", Numbers{250, 500, 1000, 2000}},
              {"replicates", whole(16)}}},
            {"plane",
             "Plane",
             "Two dimensions: the path over the loss itself.",
             {{"dimension", whole(2)},
              {"samples", whole(30)},
              {"horizons", Numbers{1024}},
              {"replicates", whole(8)}}}};
}

std::vector<View> views() {
    const AxisSpec horizonAxis{.column = "horizon",
                               .label = "horizon T",
                               .unit = "iterations",
                               .scale = Scale::logarithmic};
    const SelectorSpec horizonSelector{"horizon", "T"};
    return {
        {.id = "gap_against_horizon",
         .title = "Gap against T",
         .help =
             "Mean over replicates of F − F*; each T is run from scratch. Dotted: the theorem's "
             "bound without its constant, so only its slope counts.",
         .fromTrials = true,
         .x = horizonAxis,
         .y = {.label = "mean gap F − F*", .scale = Scale::logarithmic},
         .series = {{"gap", ""}, {"bound", "bound, constant left out", true}},
         .guides = {{"slope −½", -0.5}},
         .fit = {FitKind::logLog, 0.0, 0.0},
         .aggregate = Aggregate::mean},
        {.id = "gap_against_iteration",
         .title = "One run",
         .help = "Replicate 0 at one horizon. Linear decay drops in the last phase: the picture to "
                 "remember. Stop it at T/2 and it has paid without getting the goods.",
         .x = {.column = "iteration", .label = "iteration t", .scale = Scale::logarithmic},
         .y = {.label = "gap F(xᵗ) − F*", .scale = Scale::logarithmic},
         .series = {{"gap", ""}},
         .selectors = {horizonSelector}},
        {.id = "scaled_gap",
         .title = "Is there a log T?",
         .help = "√T · gap against T on a logarithmic axis: flat without log T, rising with it.",
         .fromTrials = true,
         .x = horizonAxis,
         .y = {.label = "√T · mean gap"},
         .series = {{"scaled_gap", "last"}, {"scaled_average_gap", "average"}},
         .aggregate = Aggregate::mean},
        {.id = "step_size",
         .title = "Step size",
         .help = "η_t of the run beside it.",
         .x = {.column = "iteration", .label = "iteration t", .scale = Scale::logarithmic},
         .y = {.label = "step size ηₜ", .scale = Scale::logarithmic},
         .series = {{"step_size", ""}},
         .selectors = {horizonSelector}},
        {.id = "quantiles",
         .title = "Quantiles",
         .help =
             "Gap exceeded with probability δ, at the longest horizon: straight or bending down "
             "means log(1/δ), bending up means a polynomial tail. Drawn while at least ten "
             "replicates lie above.",
         .kind = ViewKind::curves,
         .x = {.label = "ln(1/δ)"},
         .y = {.label = "quantile 1 − δ of the gap"},
         .frames = {"quantiles"}},
        {.id = "histogram",
         .title = "Final gaps",
         .help = "Over replicates at the longest horizon; the largest hundredth is cut off.",
         .kind = ViewKind::bars,
         .x = {.label = "gap"},
         .y = {.label = "replicates"},
         .frames = {"histogram"}},
        {.id = "averages",
         .title = "Averages against T",
         .help = "Does averaging help? The last iterate, three averages and the best iterate.",
         .fromTrials = true,
         .x = horizonAxis,
         .y = {.label = "mean gap", .scale = Scale::logarithmic},
         .series = {{"gap", "last"},
                    {"average_gap", "uniform"},
                    {"weighted_gap", "weighted"},
                    {"suffix_gap", "suffix"},
                    {"best_gap", "best"}},
         .aggregate = Aggregate::mean,
         .selectors = {{"arm", "Arm"}}},
        {.id = "median_gap",
         .title = "Median gap",
         .help = "Median and quartiles: under heavy tails the mean is ruled by rare jumps.",
         .fromTrials = true,
         .x = horizonAxis,
         .y = {.label = "median gap", .scale = Scale::logarithmic},
         .series = {{"gap", ""}},
         .fit = {FitKind::logLog, 0.0, 0.0},
         .aggregate = Aggregate::medianAndQuartiles},
        {.id = "path",
         .title = "Path",
         .help = "The first two coordinates of replicate 0 at the longest horizon; in two "
                 "dimensions over F itself.",
         .kind = ViewKind::trajectory,
         .x = {.label = "x₁"},
         .y = {.label = "x₂"},
         .frames = {"path", "landscape"}}};
}

} // namespace

const std::vector<Arm>& lastIterateArms() {
    static const std::vector<Arm> arms = {
        {"sqrt", "η/√t", "Does not know T; pays log T at the last iterate."},
        {"const", "η/√T", "A constant that knows T; pays log T as well."},
        {"linear", "linear decay", "η(T − t + 1)/T^{3/2}: knows T, no log."},
        {"strong_1", "1/(μ(t + 2κ))", "For strongly convex problems."},
        {"strong_2", "2/(μ(t + 4κ))", "For strongly convex problems, forgets the start faster."},
        {"heavy", "η/t^{1/p}", "With the uniformly convex map, for noise without a variance."},
        {"heavy_linear", "heavy linear", "η(T − t + 1)/T^{1+1/p} with the uniformly convex map."},
        {"clipped", "clipped η/√t", "Baseline for heavy tails: long gradients are scaled down."},
        {"fixed", "fixed η", "Baseline that never decays: stalls where the noise takes over."}};
    return arms;
}

Description lastIterateSgdDescription() {
    Description description{
        .id = "last-iterate-sgd",
        .title = "Last iterate of SGD",
        .family = "stochastic",
        .paper = {.title = "Revisiting the Last-Iterate Convergence of Stochastic Gradient Methods",
                  .authors = "Zijian Liu, Zhengyuan Zhou",
                  .year = 2023,
                  .venue = "ICLR 2024",
                  .arxiv = "2312.08531"},
        .summary = "The last iterate of stochastic mirror descent converges at the rate of the "
                   "averages, up to a log T that a linearly decaying step removes. The same holds "
                   "with high probability, for composite and strongly convex problems, and under "
                   "heavy-tailed noise with a mirror map made for it.",
        .parameters = problemParameters(),
        .presets = presets(),
        .arms = lastIterateArms(),
        .views = views(),
        .claims = lastIterateSgdClaims(),
        .questions =
            {{"Which schedule needs to know T?",
              "Linear decay and the constant η/√T. Linear decay stopped at T/2 has not had "
              "its last drop."},
             {"Does averaging help?",
              "Yes for η/√t on the adversarial problem, no longer for linear decay."},
             {"Why is SGD's mean curve jagged under Pareto noise?",
              "The noise has no variance: a few replicates that jumped far rule the "
              "mean."}},
        .lockStep = false};
    for (auto part : {algorithmParameters(), runParameters()})
        description.parameters.insert(description.parameters.end(), part.begin(), part.end());
    return description;
}

} // namespace convergence
