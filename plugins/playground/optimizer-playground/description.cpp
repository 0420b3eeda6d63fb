// What can be told about optimizer-playground without running it: parameters, presets, views,
// questions.

#include <map>

#include "core/experiment/parameter_builders.h"
#include "core/optim/schedule.h"
#include "core/optim/surface.h"
#include "plugins/playground/optimizer-playground/experiment.h"

namespace convergence {

namespace {

using Names = std::vector<std::string>;

const std::vector<Arm>& armList() {
    static const std::vector<Arm> arms = {
        {"sgd", "Gradient descent", "x ← x − ηg."},
        {"momentum", "Momentum", "v ← μv + g, x ← x − ηv."},
        {"nesterov", "Nesterov", "v ← μv + g, x ← x − η(g + μv)."},
        {"adagrad", "AdaGrad", "s ← s + g², x ← x − ηg/√s."},
        {"rmsprop", "RMSProp", "s ← ρs + (1 − ρ)g², x ← x − ηg/√s."},
        {"adam", "Adam", "Momentum and squares, both corrected for their start at 0."},
        {"adamw", "AdamW", "Adam, with the weights shrunk apart from the gradient."},
        {"newton", "Newton", "x ← x − ηH⁻¹g."}};
    return arms;
}

std::vector<Parameter> surfaceParameters() {
    std::vector<Parameter> parameters;
    parameters.push_back(
        choiceParameter("surface", "Surface", "The function of two variables that is minimized.",
                        {{"quadratic", "Quadratic bowl", "½(L u² + μ v²)"},
                         {"rosenbrock", "Rosenbrock's valley", "(1 − x)² + 100(y − x²)²"},
                         {"beale", "Beale", "Flat, with steep walls at the corners"},
                         {"himmelblau", "Himmelblau", "Four minima"},
                         {"saddle", "Saddle", "½(x² − y²) + ¼y⁴"},
                         {"plateau", "Plateau", "A hole in a plain"},
                         {"rastrigin", "Rastrigin", "Many minima on a bowl"},
                         {"ackley", "Ackley", "Many minima on a cone"},
                         {"formula", "My own formula", ""}},
                        "quadratic", "Surface"));
    const auto onBowl = [](Parameter parameter) {
        parameter.appliesIf = "surface == 0";
        return parameter;
    };
    parameters.push_back(onBowl(logParameter("condition", "κ", "Condition", "κ = L/μ of the bowl.",
                                             1, 1e6, 10, "Surface")));
    parameters.push_back(
        onBowl(logParameter("curvature", "L", "Largest curvature",
                            "Gradient descent needs η < 2/L.", 1e-3, 1e3, 1, "Surface")));
    Parameter angle = onBowl(realParameter("angle", "", "Turned by",
                                           "Methods that scale coordinates like an upright bowl.",
                                           0, 90, 30, "Surface"));
    angle.unit = "°";
    parameters.push_back(angle);
    Parameter formula{.name = "formula",
                      .label = "Formula",
                      .help = "In x and y, e.g. x^2 + 3*y^2 + sin(5*x). Gradient and Hessian are "
                              "taken from it exactly.",
                      .kind = ParameterKind::formula,
                      .defaultValue = std::string("x^2 + 3*y^2 + sin(5*x)*cos(3*y)"),
                      .appliesIf = "surface == 8",
                      .group = "Surface"};
    parameters.push_back(formula);
    Parameter width = logParameter("half_width", "", "Half width", "Of the picture of the formula.",
                                   0.01, 1000, 3, "Surface");
    width.appliesIf = "surface == 8";
    parameters.push_back(width);
    parameters.push_back(realParameter("start_x", "x₀", "Start, x",
                                       "Click into the contours to set the start.", -1000, 1000,
                                       -1.5, "Surface"));
    parameters.push_back(realParameter("start_y", "y₀", "Start, y",
                                       "Click into the contours to set the start.", -1000, 1000,
                                       1.6, "Surface"));
    return parameters;
}

std::vector<Parameter> optimizerParameters() {
    std::vector<Parameter> parameters;
    std::vector<Choice> choices;
    for (const Arm& arm : armList())
        choices.push_back({arm.id, arm.label, arm.help});
    parameters.push_back(choiceSetParameter("arms", "Optimizers", "They start at the same point.",
                                            choices, {"sgd", "momentum", "adam", "newton"},
                                            "Optimizers"));
    const std::map<std::string, double> rates = {
        {"sgd", 1.0},      {"momentum", 0.2}, {"nesterov", 0.2}, {"adagrad", 0.5},
        {"rmsprop", 0.05}, {"adam", 0.1},     {"adamw", 0.1},    {"newton", 1.0}};
    for (const Arm& arm : armList()) {
        Parameter rate = logParameter("rate_" + arm.id, "η", "Rate of " + arm.label,
                                      arm.id == "newton" ? "1 is the plain step." : "Base rate.",
                                      1e-6, 100, rates.at(arm.id), "Optimizers");
        rate.effect = LiveEffect::nextStep;
        parameters.push_back(rate);
    }
    Parameter momentum = realParameter("momentum", "μ", "Momentum", "Of Momentum and Nesterov.", 0,
                                       0.9999, 0.8, "Optimizers");
    momentum.effect = LiveEffect::nextStep;
    parameters.push_back(momentum);
    parameters.push_back(realParameter("rms_decay", "ρ", "Decay of RMSProp",
                                       "How long squares are remembered.", 0, 0.9999, 0.9,
                                       "Optimizers"));
    parameters.push_back(
        realParameter("beta1", "β₁", "β₁ of Adam", "Momentum.", 0, 0.9999, 0.9, "Optimizers"));
    parameters.push_back(realParameter("beta2", "β₂", "β₂ of Adam", "Memory of squares.", 0,
                                       0.99999, 0.999, "Optimizers"));
    parameters.push_back(realParameter("weight_decay", "λ", "Weight decay of AdamW",
                                       "Pulls toward the origin, apart from the gradient.", 0, 1,
                                       0.01, "Optimizers"));
    std::vector<Choice> schedules;
    for (const std::string& name : scheduleNames())
        schedules.push_back({name, name, ""});
    parameters.push_back(choiceParameter("schedule", "Schedule",
                                         "Every rate follows it over all steps.", schedules,
                                         "constant", "Optimizers"));
    Parameter noise =
        realParameter("noise", "σ", "Gradient noise",
                      "Normal noise on each entry of the gradient; all optimizers get "
                      "the same.",
                      0, 100, 0, "Optimizers");
    noise.effect = LiveEffect::nextStep;
    parameters.push_back(noise);
    parameters.push_back(
        integerParameter("steps", "T", "Steps", "Length of the run.", 1, 200000, 200, "Run"));
    choices.insert(choices.begin(), {"none", "none", ""});
    choices.push_back({"all", "all", ""});
    Parameter inspect =
        choiceParameter("inspect", "Arrows of", "Whose last step is taken apart in the contours.",
                        choices, "momentum", "Run");
    inspect.effect = LiveEffect::framesOnly;
    parameters.push_back(inspect);
    parameters.push_back(seedParameter());
    parameters.push_back(recordEveryParameter());
    return parameters;
}

std::vector<View> views() {
    const AxisSpec step{.column = "iteration", .label = "step t"};
    const GestureSpec setStart{"start_x", "start_y", "Click to start from here"};
    return {
        {.id = "contours",
         .title = "Contours",
         .help = "All paths from one start. Click to set it. Arrows take the last step of one "
                 "optimizer apart; they are to a scale of their own.",
         .kind = ViewKind::trajectory,
         .x = {.label = "x"},
         .y = {.label = "y"},
         .frames = {"path", "field"},
         .gesture = setStart},
        {.id = "surface",
         .title = "Surface",
         .help = "The same paths on the ground. Drag to turn, press L for logarithmic heights; a "
                 "click sets the start.",
         .kind = ViewKind::surface,
         .x = {.label = "x"},
         .y = {.label = "f(x, y)"},
         .frames = {"path", "field"},
         .gesture = setStart},
        {.id = "distance",
         .title = "Distance to the minimum",
         .help = "Straight lines are linear convergence. Dashed: the factor that theory predicts "
                 "on a bowl.",
         .kind = ViewKind::lineChart,
         .x = step,
         .y = {.label = "distance to minimum", .scale = Scale::logarithmic},
         .series = {{"distance", ""}, {"predicted_distance", "theory", true}}},
        {.id = "arithmetic",
         .title = "Arithmetic of the step",
         .help = "The last step of one optimizer with its numbers. Press Step to go on.",
         .kind = ViewKind::text,
         .selectors = {{"arm", "Optimizer"}},
         .frames = {"arithmetic"}},
        {.id = "squares",
         .title = "Accumulated squares",
         .help = "What AdaGrad, RMSProp and Adam divide by the root of, coordinate by "
                 "coordinate.",
         .kind = ViewKind::bars,
         .x = {.label = "coordinate"},
         .y = {.label = "square", .scale = Scale::logarithmic},
         .selectors = {{"arm", "Optimizer"}},
         .frames = {"squares"}},
        {.id = "value",
         .title = "Value",
         .help = "f along the paths.",
         .kind = ViewKind::lineChart,
         .x = step,
         .y = {.label = "f(x)"},
         .series = {{"value", ""}}},
        {.id = "gradient",
         .title = "Gradient norm",
         .help = "Small at minima, at saddles and on plateaus.",
         .kind = ViewKind::lineChart,
         .x = step,
         .y = {.label = "‖∇f(x)‖", .scale = Scale::logarithmic},
         .series = {{"gradient_norm", ""}}},
        {.id = "rate",
         .title = "Learning rate",
         .help = "Base rate times schedule.",
         .kind = ViewKind::lineChart,
         .x = step,
         .y = {.label = "learning rate ηₜ", .scale = Scale::logarithmic},
         .series = {{"learning_rate_now", ""}}}};
}

/// A surface with a start and rates at which it is interesting.
Preset onSurface(std::string id, std::string label, std::string help, double x, double y,
                 std::int64_t steps, Names arms, Overrides more) {
    Preset preset{id, std::move(label), std::move(help), std::move(more)};
    preset.overrides.insert({"surface", id});
    preset.overrides.insert({{"start_x", x}, {"start_y", y}, {"steps", steps}});
    preset.overrides.insert({"arms", std::move(arms)});
    return preset;
}

std::vector<Preset> presets() {
    const Names all = playgroundArms();
    return {
        {"quick", "Bowl", "A bowl of condition 10: four optimizers.", {}},
        {"full",
         "All optimizers",
         "A bowl of condition 100, all optimizers.",
         {{"arms", all}, {"condition", 100.0}, {"steps", std::int64_t{1000}}}},
        {"edge",
         "Just too fast",
         "Gradient descent at 1 % above 2/L: it grows without end. Lower its rate while it runs.",
         {{"arms", Names{"sgd", "momentum"}}, {"rate_sgd", 2.02}, {"rate_momentum", 2.02}}},
        onSurface("rosenbrock", "Rosenbrock's valley", "Into the valley is easy, along it is not.",
                  -1.2, 1.0, 2000, all,
                  {{"rate_sgd", 0.0015},
                   {"rate_momentum", 0.0008},
                   {"rate_nesterov", 0.0008},
                   {"rate_rmsprop", 0.01},
                   {"rate_adam", 0.02},
                   {"rate_adamw", 0.02},
                   {"momentum", 0.9},
                   {"weight_decay", 0.0},
                   {"inspect", std::string("adam")}}),
        onSurface("beale", "Beale", "Steep walls around a flat floor.", 1.0, 1.5, 1000, all,
                  {{"rate_sgd", 0.005},
                   {"rate_momentum", 0.002},
                   {"rate_nesterov", 0.002},
                   {"rate_rmsprop", 0.01},
                   {"rate_adam", 0.05},
                   {"rate_adamw", 0.05}}),
        onSurface("himmelblau", "Himmelblau", "Four minima: who goes where?", -0.2, -0.8, 300, all,
                  {{"rate_sgd", 0.01}, {"rate_momentum", 0.005}, {"rate_nesterov", 0.005}}),
        onSurface("saddle", "Saddle", "Newton goes to the saddle, the others leave it.", 1.5, 0.05,
                  200, all, {{"rate_sgd", 0.1}, {"rate_momentum", 0.05}, {"rate_nesterov", 0.05}}),
        onSurface("plateau", "Plateau", "Where the gradient nearly vanishes, Adam still walks.",
                  2.8, 2.2, 500,
                  {"sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw"}, {}),
        onSurface("rastrigin", "Rastrigin", "Many minima: momentum climbs out of some.", 2.7, -1.8,
                  300, all,
                  {{"rate_sgd", 0.004},
                   {"rate_momentum", 0.003},
                   {"rate_nesterov", 0.003},
                   {"momentum", 0.9},
                   {"inspect", std::string("momentum")}}),
        onSurface("ackley", "Ackley", "Many minima on a cone.", 2.6, 2.2, 300, all,
                  {{"rate_sgd", 0.05}, {"rate_momentum", 0.03}, {"rate_nesterov", 0.03}}),
        onSurface("formula", "My own formula", "Type a function of x and y.", -2.0, 2.2, 300,
                  {"sgd", "momentum", "adam", "newton"},
                  {{"rate_sgd", 0.03}, {"rate_momentum", 0.02}}),
        {"noise",
         "Noisy gradients",
         "Without a falling rate, noise sets a floor: try the schedules.",
         {{"arms", Names{"sgd", "momentum", "adam"}},
          {"noise", 0.3},
          {"rate_sgd", 0.2},
          {"rate_momentum", 0.05},
          {"rate_adam", 0.05},
          {"steps", std::int64_t{2000}},
          {"schedule", std::string("linear")}}}};
}

} // namespace

Description optimizerPlaygroundDescription() {
    Description description{
        .id = "optimizer-playground",
        .title = "Optimizer playground",
        .family = "playground",
        .paper = {.title = "Optimization Methods for Large-Scale Machine Learning",
                  .authors = "Léon Bottou, Frank E. Curtis, Jorge Nocedal",
                  .year = 2018,
                  .venue = "SIAM Review 60(2)",
                  .arxiv = "1606.04838"},
        .summary = "Eight optimizers on surfaces over the plane, from a start that one sets by "
                   "clicking: their paths, the arrows and the arithmetic of each step. On a bowl "
                   "the distances fall as theory says.",
        .parameters = surfaceParameters(),
        .presets = presets(),
        .arms = armList(),
        .views = views(),
        .claims = optimizerPlaygroundClaims(),
        .questions =
            {{"Why does gradient descent zigzag?",
              "The gradient is perpendicular to the contours, which on a long bowl is not the way "
              "to its bottom. The step that is right across the valley is too short along it."},
             {"What does momentum remember?",
              "A sum of old gradients: across the valley they cancel, along it they add up."},
             {"Why does Newton need one step on a bowl?",
              "It divides by the curvature in every direction, and a bowl has no more than that."},
             {"Why does Newton go to the saddle?",
              "It looks for a zero of the gradient, and does not ask of which kind."}},
        .lockStep = true};
    for (const Parameter& parameter : optimizerParameters())
        description.parameters.push_back(parameter);
    return description;
}

} // namespace convergence
