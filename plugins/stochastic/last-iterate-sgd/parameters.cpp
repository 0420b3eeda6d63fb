// What can be set: parameters, presets, and questions for a class.

#include "core/experiment/parameter_builders.h"
#include "plugins/stochastic/last-iterate-sgd/arms.h"
#include "plugins/stochastic/last-iterate-sgd/experiment.h"

namespace convergence::last_iterate {

namespace {

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

std::vector<Parameter> problemParameters() {
    std::vector<Parameter> parameters;
    parameters.push_back(choiceParameter({"problem", "Problem", "All have a known optimum."},
                                         choicesOf(problemChoices), "absolute", "Problem"));
    parameters.push_back(integerParameter(
        {"dimension", "d", "Dimension", "Of x. The adversarial problem has d = T."},
        {.from = 2, .to = 2000, .value = 20}, "Problem"));
    parameters.back().appliesIf = "problem_is_adversarial == 0";
    parameters.push_back(
        integerParameter({"samples", "n", "Samples", "Rows of the absolute deviations."},
                         {.from = 2, .to = 100000, .value = 200}, "Problem"));
    parameters.back().appliesIf = "problem_is_absolute";
    parameters.push_back(choiceParameter({"curvature", "Curvature", "Of the quadratic f; L = 1."},
                                         choicesOf(curvatureChoices), "decaying", "Problem"));
    parameters.back().appliesIf = "problem_is_composite";
    parameters.push_back(realParameter({"l1_weight", "λ", "ℓ₁ weight", "Of h."},
                                       {.from = 0, .to = 10, .value = 0.3}, "Problem"));
    parameters.back().appliesIf = "problem_is_composite";
    parameters.push_back(
        realParameter({"ridge_weight", "μ_h", "Ridge weight", "Of h; makes F strongly convex."},
                      {.from = 0, .to = 10, .value = 0}, "Problem"));
    parameters.back().appliesIf = "problem_is_composite";
    return parameters;
}

std::vector<Parameter> algorithmParameters() {
    std::vector<Parameter> parameters;
    parameters.push_back(choiceSetParameter({"arms", "Schedules", "Each is an arm."},
                                            choicesOf(scheduleArms), {"sqrt", "const", "linear"},
                                            "Algorithm"));
    parameters.push_back(choiceParameter(
        {"geometry", "Geometry", "The mirror map. The heavy schedules always use the last."},
        choicesOf(geometryChoices), "euclidean", "Algorithm"));
    parameters.push_back(
        logParameter({"step_scale", "η", "Step scale", "Of the schedules without μ."},
                     {.from = 1e-4, .to = 100, .value = 1}, "Algorithm"));
    parameters.push_back(logParameter({"clip_level", "", "Clip level",
                                       "Norm to which the arm 'clipped' scales longer gradients."},
                                      {.from = 1e-3, .to = 1e4, .value = 2}, "Algorithm"));
    parameters.push_back(
        choiceParameter({"noise", "Added noise", "On top of the sampling of the oracle."},
                        choicesOf(noiseChoices), "none", "Noise"));
    parameters.push_back(realParameter(
        {"noise_scale", "σ", "Noise scale", "Factor on the noise of every gradient; 0 is none."},
        {.from = 0, .to = 100, .value = 1}, "Noise"));
    parameters.back().appliesIf = "noise_is_none == 0";
    parameters.push_back(
        realParameter({"tail_index", "α", "Tail index", "Moments below it are finite."},
                      {.from = 1.05, .to = 2, .value = 1.6}, "Noise"));
    parameters.back().appliesIf = "noise_is_pareto";
    parameters.push_back(
        realParameter({"weibull_shape", "p", "Shape", "2 is normal, smaller is heavier."},
                      {.from = 0.2, .to = 2, .value = 1}, "Noise"));
    parameters.back().appliesIf = "noise_is_sub_weibull";
    parameters.push_back(
        realParameter({"moment", "p", "Moment",
                       "The finite moment on which the heavy schedules and the uniformly convex "
                       "map count."},
                      {.from = 1.05, .to = 2, .value = 1.5}, "Noise"));
    return parameters;
}

std::vector<Parameter> runParameters() {
    std::vector<Parameter> parameters;
    parameters.push_back(listParameter(
        {"horizons", "T", "Horizons", "Each is run from scratch: schedules may know T."},
        {.from = 16, .to = 1048576, .value = {256, 512, 1024, 2048, 4096, 8192, 16384}}, "Run"));
    parameters.back().unit = "iterations";
    parameters.push_back(
        integerParameter({"replicates", "R", "Replicates", "Independent runs at each horizon."},
                         {.from = 1, .to = 100000, .value = 64}, "Run"));
    parameters.push_back(seedParameter());
    parameters.push_back(recordEveryParameter());
    return parameters;
}

} // namespace

std::vector<Parameter> parameters() {
    return joined({problemParameters(), algorithmParameters(), runParameters()});
}

std::vector<Preset> presets() {
    const Numbers pareto = {256, 1024, 4096, 16384};
    return {{"quick",
             "Quick",
             "Absolute deviations up to T = 4096, 32 replicates.",
             {{"horizons", Numbers{256, 512, 1024, 2048, 4096}}, {"replicates", whole(32)}},
             "Linear decay overtakes η/√t and η/√T, whose slope stays near −½."},
            {"full",
             "Full",
             "Absolute deviations up to T = 65,536, 200 replicates.",
             {{"horizons", Numbers{256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536}},
              {"replicates", whole(200)}},
             "The slopes over eight doublings of T, and how widely replicates spread."},
            {"adversarial",
             "Adversarial",
             "Where the last iterate of 1/√t steps pays log T.",
             {{"problem", std::string("adversarial")},
              {"horizons", Numbers{64, 256, 1024, 4096}},
              {"replicates", whole(1)}},
             "√T · gap climbs with ln T for η/√t and η/√T, and lies flat for linear decay."},
            {"strongly-convex",
             "Strongly convex",
             "A composite problem with the 1/(μt) steps.",
             {{"problem", std::string("composite")},
              {"curvature", std::string("strong")},
              {"dimension", whole(50)},
              {"noise", std::string("gaussian")},
              {"arms", Names{"sqrt", "linear", "strong_1", "strong_2"}},
              {"horizons", Numbers{256, 1024, 4096, 16384}},
              {"replicates", whole(32)}},
             "Slope −1 for the steps that know μ, −½ for η/√t."},
            {"quantiles",
             "Quantiles",
             "4,000 replicates at T = 2048 for the tails of the gap.",
             {{"noise", std::string("gaussian")},
              {"arms", Names{"linear"}},
              {"horizons", Numbers{2048}},
              {"replicates", whole(4000)}},
             "The tail of the gap: a straight line in ln(1/δ)."},
            {"heavy-tails",
             "Heavy tails",
             "Pareto noise: plain SGD, clipping, and the map for it.",
             {{"noise", std::string("pareto")},
              {"noise_scale", 0.5},
              {"step_scale", 0.3},
              {"arms", Names{"sqrt", "clipped", "heavy", "heavy_linear"}},
              {"horizons", pareto},
              {"replicates", whole(200)}},
             "Plain SGD is held up by rare jumps; the map for heavy tails is not."},
            {"simplex",
             "Simplex",
             "Entropic steps in 100 dimensions.",
             {{"problem", std::string("simplex")},
              {"geometry", std::string("entropic")},
              {"dimension", whole(100)},
              {"noise", std::string("signs")},
              {"step_scale", 2.146},
              {"horizons", Numbers{250, 500, 1000, 2000}},
              {"replicates", whole(16)}},
             "Entropic steps come down although d is large."},
            {"plane",
             "Plane",
             "Two dimensions: the path over the loss itself.",
             {{"dimension", whole(2)},
              {"samples", whole(30)},
              {"horizons", Numbers{1024}},
              {"replicates", whole(8)}},
             "The last steps of linear decay stop the path from trembling about the minimum."}};
}

std::vector<std::pair<std::string, std::string>> questions() {
    return {{"Which schedule needs to know T?",
             "Linear decay and the constant η/√T. Linear decay stopped at T/2 has not had its last "
             "drop."},
            {"Does averaging help?",
             "Yes for η/√t on the adversarial problem, no longer for linear decay."},
            {"Why is SGD's mean curve jagged under Pareto noise?",
             "The noise has no variance: a few replicates that jumped far rule the mean."}};
}

} // namespace convergence::last_iterate
