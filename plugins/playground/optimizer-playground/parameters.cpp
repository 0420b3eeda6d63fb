// What can be set, presets, and questions for a class.

#include <fmt/format.h>

#include "core/experiment/parameter_builders.h"
#include "core/optim/schedule.h"
#include "plugins/playground/optimizer-playground/arms.h"
#include "plugins/playground/optimizer-playground/experiment.h"

namespace convergence::playground {

namespace {

using Names = std::vector<std::string>;

/// Applies where the surface chosen has that trait; it is one surface that has it.
Parameter onSurfaceThat(bool SurfaceChoice::*has, Parameter parameter) {
    for (const SurfaceChoice& surface : surfaceChoices)
        if (surface.*has)
            parameter.appliesIf = fmt::format("surface_is_{}", surface.id);
    return parameter;
}

std::vector<Parameter> tableParameters() {
    Parameter file{.name = "table_file",
                   .label = "Table",
                   .help = "CSV, TSV or the like: columns x and y, or two features and a class. "
                           "Empty: a small one that comes with the program.",
                   .kind = ParameterKind::file,
                   .defaultValue = std::string(),
                   .group = "Surface"};
    Parameter columns{.name = "table_columns",
                      .label = "Columns of the table",
                      .help = "Their names or numbers, separated by commas: x, y, or first "
                              "feature, second feature, class. Empty: they are found.",
                      .kind = ParameterKind::formula,
                      .defaultValue = std::string(),
                      .group = "Surface"};
    return {
        choiceParameter({"table_model", "What is fitted", "To the rows of the table."},
                        choicesOf(tableModels), "line", "Surface"),
        std::move(file), std::move(columns),
        switchParameter({"standardize", "Standardize columns",
                         "Each column less its mean, over its standard deviation; the weights are "
                         "those of the standardized columns then."},
                        true, "Surface"),
        integerParameter(
            {"batch_size", "", "Rows a step",
             "A mini-batch, drawn without replacement, the same for all optimizers; "
             "0: all rows. Newton takes the curvature of all rows."},
            {.from = 0, .to = static_cast<std::int64_t>(FitTable::mostRows), .value = 0},
            "Surface")};
}

std::vector<Parameter> surfaceParameters() {
    std::vector<Parameter> parameters;
    parameters.push_back(
        choiceParameter({"surface", "Surface", "The function of two variables that is minimized."},
                        choicesOf(surfaceChoices), "quadratic", "Surface"));
    const auto onBowl = [](Parameter parameter) {
        return onSurfaceThat(&SurfaceChoice::isBowl, std::move(parameter));
    };
    parameters.push_back(
        onBowl(logParameter({"condition", "κ", "Condition", "κ = L/μ of the bowl."},
                            {.from = 1, .to = 1e6, .value = 10}, "Surface")));
    parameters.push_back(onBowl(
        logParameter({"curvature", "L", "Largest curvature", "Gradient descent needs η < 2/L."},
                     {.from = 1e-3, .to = 1e3, .value = 1}, "Surface")));
    Parameter angle = onBowl(realParameter(
        {"angle", "", "Turned by", "Methods that scale coordinates like an upright bowl."},
        {.from = 0, .to = 90, .value = 30}, "Surface"));
    angle.unit = "°";
    parameters.push_back(angle);
    Parameter formula{.name = "formula",
                      .label = "Formula",
                      .help = "In x and y, e.g. x² + 3y² + sin(5x). Gradient and Hessian are "
                              "taken from it exactly.",
                      .kind = ParameterKind::formula,
                      .defaultValue = std::string("x^2 + 3*y^2 + sin(5*x)*cos(3*y)"),
                      .group = "Surface"};
    parameters.push_back(onSurfaceThat(&SurfaceChoice::isTyped, std::move(formula)));
    Parameter width =
        logParameter({"half_width", "", "Half width", "Of the picture of the formula."},
                     {.from = 0.01, .to = 1000, .value = 3}, "Surface");
    parameters.push_back(onSurfaceThat(&SurfaceChoice::isTyped, std::move(width)));
    for (Parameter& parameter : tableParameters())
        parameters.push_back(onSurfaceThat(&SurfaceChoice::isTable, std::move(parameter)));
    parameters.push_back(
        realParameter({"start_x", "x₀", "Start, x", "Click into the contours to set the start."},
                      {.from = -1000, .to = 1000, .value = -1.5}, "Surface"));
    parameters.push_back(
        realParameter({"start_y", "y₀", "Start, y", "Click into the contours to set the start."},
                      {.from = -1000, .to = 1000, .value = 1.6}, "Surface"));
    return parameters;
}

std::vector<Parameter> optimizerParameters() {
    std::vector<Parameter> parameters;
    parameters.push_back(choiceSetParameter({"arms", "Optimizers", "They start at the same point."},
                                            choicesOf(playgroundArms),
                                            {"sgd", "momentum", "adam", "newton"}, "Optimizers"));
    for (const PlaygroundArm& arm : playgroundArms) {
        Parameter rate =
            logParameter({fmt::format("rate_{}", arm.id), "η", fmt::format("Rate of {}", arm.label),
                          arm.isNewton ? "1 is the plain step." : "Base rate."},
                         {.from = 1e-6, .to = 100, .value = arm.rate}, "Optimizers");
        rate.effect = LiveEffect::nextStep;
        parameters.push_back(rate);
    }
    Parameter momentum = realParameter({"momentum", "μ", "Momentum", "Of Momentum and Nesterov."},
                                       {.from = 0, .to = 0.9999, .value = 0.8}, "Optimizers");
    momentum.effect = LiveEffect::nextStep;
    parameters.push_back(momentum);
    parameters.push_back(
        realParameter({"rms_decay", "ρ", "Decay of RMSProp", "How long squares are remembered."},
                      {.from = 0, .to = 0.9999, .value = 0.9}, "Optimizers"));
    parameters.push_back(realParameter({"beta1", "β₁", "β₁ of Adam", "Momentum."},
                                       {.from = 0, .to = 0.9999, .value = 0.9}, "Optimizers"));
    parameters.push_back(realParameter({"beta2", "β₂", "β₂ of Adam", "Memory of squares."},
                                       {.from = 0, .to = 0.99999, .value = 0.999}, "Optimizers"));
    parameters.push_back(realParameter({"weight_decay", "λ", "Weight decay of AdamW",
                                        "Pulls toward the origin, apart from the gradient."},
                                       {.from = 0, .to = 1, .value = 0.01}, "Optimizers"));
    parameters.push_back(
        choiceParameter({"schedule", "Schedule", "Every rate follows it over all steps."},
                        choicesOf(namedSchedules()), "constant", "Optimizers"));
    Parameter noise =
        realParameter({"noise", "σ", "Gradient noise",
                       "Normal noise on each entry of the gradient; all optimizers get "
                       "the same."},
                      {.from = 0, .to = 100, .value = 0}, "Optimizers");
    noise.effect = LiveEffect::nextStep;
    parameters.push_back(noise);
    parameters.push_back(integerParameter({"steps", "T", "Steps", "Length of the run."},
                                          {.from = 1, .to = 200000, .value = 200}, "Run"));
    Parameter inspect =
        choiceParameter({"inspect", "Arrows of", "Whose last step is taken apart in the contours."},
                        choicesOf(inspectedChoices()), "momentum", "Run");
    inspect.effect = LiveEffect::framesOnly;
    parameters.push_back(inspect);
    parameters.push_back(seedParameter());
    parameters.push_back(recordEveryParameter());
    return parameters;
}

struct Start {
    double x, y;
};
/// The surface of the preset's id with a start and rates at which it is interesting.
Preset onSurface(Preset preset, Start start, std::int64_t steps, Names arms) {
    preset.overrides.insert(
        {{"surface", preset.id}, {"start_x", start.x}, {"start_y", start.y}, {"steps", steps}});
    preset.overrides.insert({"arms", std::move(arms)});
    return preset;
}

Preset onTable(Preset preset) {
    preset.overrides.insert({{"surface", std::string("table")},
                             {"arms", Names{"sgd", "momentum", "adam", "newton"}},
                             {"start_x", -1.5},
                             {"start_y", 1.6},
                             {"steps", std::int64_t{400}}});
    return preset;
}

} // namespace

std::vector<Parameter> parameters() {
    return joined({surfaceParameters(), optimizerParameters()});
}

std::vector<Preset> presets() {
    const Names all = idsOf(playgroundArms);
    return {
        {"quick",
         "Bowl",
         "A bowl of condition 10: four optimizers.",
         {},
         "Descent zigzags, momentum rolls through, Adam and Newton go straight."},
        {"full",
         "All optimizers",
         "A bowl of condition 100, all optimizers.",
         {{"arms", all}, {"condition", 100.0}, {"steps", std::int64_t{1000}}},
         "Which methods feel the condition of the bowl, and which do not."},
        {"edge",
         "Just too fast",
         "Gradient descent at 1 % above 2/L: it grows without end. Lower its rate while it runs.",
         {{"arms", Names{"sgd", "momentum"}}, {"rate_sgd", 2.02}, {"rate_momentum", 2.02}},
         "One percent above 2/L a straight line rises where it should fall."},
        onSurface({"rosenbrock",
                   "Rosenbrock's valley",
                   "Into the valley is easy, along it is not.",
                   {{"rate_sgd", 0.0015},
                    {"rate_momentum", 0.0008},
                    {"rate_nesterov", 0.0008},
                    {"rate_rmsprop", 0.01},
                    {"rate_adam", 0.02},
                    {"rate_adamw", 0.02},
                    {"momentum", 0.9},
                    {"weight_decay", 0.0},
                    {"inspect", std::string("adam")}},
                   "All are in the valley at once; few get to its end."},
                  {-1.2, 1.0}, 2000, all),
        onSurface({"beale",
                   "Beale",
                   "Steep walls around a flat floor.",
                   {{"rate_sgd", 0.005},
                    {"rate_momentum", 0.002},
                    {"rate_nesterov", 0.002},
                    {"rate_rmsprop", 0.01},
                    {"rate_adam", 0.05},
                    {"rate_adamw", 0.05}},
                   "Walls that throw plain methods back, and a floor on which they creep."},
                  {1.0, 1.5}, 1000, all),
        onSurface({"himmelblau",
                   "Himmelblau",
                   "Four minima: who goes where?",
                   {{"rate_sgd", 0.01}, {"rate_momentum", 0.005}, {"rate_nesterov", 0.005}},
                   "From one start, different methods end in different minima."},
                  {-0.2, -0.8}, 300, all),
        onSurface({"saddle",
                   "Saddle",
                   "Newton goes to the saddle, the others leave it.",
                   {{"rate_sgd", 0.1}, {"rate_momentum", 0.05}, {"rate_nesterov", 0.05}},
                   "Newton is caught by the saddle that the others leave."},
                  {1.5, 0.05}, 200, all),
        onSurface({"plateau",
                   "Plateau",
                   "Where the gradient nearly vanishes, Adam still walks.",
                   {},
                   "Gradient descent stands still where Adam walks."},
                  {2.8, 2.2}, 500,
                  {"sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw"}),
        onSurface({"rastrigin",
                   "Rastrigin",
                   "Many minima: momentum climbs out of some.",
                   {{"rate_sgd", 0.004},
                    {"rate_momentum", 0.003},
                    {"rate_nesterov", 0.003},
                    {"momentum", 0.98},
                    {"inspect", std::string("momentum")}},
                   "From a ridge momentum rolls over the next ones into the deepest hollow; the "
                   "others stay in the first, and Newton on the ridge."},
                  {2.45, -1.45}, 500, all),
        onSurface({"ackley",
                   "Ackley",
                   "Many minima on a cone.",
                   {{"rate_sgd", 0.05}, {"rate_momentum", 0.03}, {"rate_nesterov", 0.03}},
                   "Many small hollows on the way to the one in the middle."},
                  {2.6, 2.2}, 300, all),
        onSurface({"formula",
                   "My own formula",
                   "Type a function of x and y.",
                   {{"rate_sgd", 0.03}, {"rate_momentum", 0.02}},
                   "What four methods make of a function that one typed."},
                  {-2.0, 2.2}, 300, {"sgd", "momentum", "adam", "newton"}),
        onTable({"table",
                 "My own table",
                 "A line through the rows of a table, its columns as they are.",
                 {{"standardize", false},
                  {"rate_sgd", 0.05},
                  {"rate_momentum", 0.02},
                  {"rate_adam", 0.1},
                  {"inspect", std::string("momentum")}},
                 "The slope is found at once, the intercept creeps along a valley."}),
        onTable({"table_standardized",
                 "My own table, standardized",
                 "The same line after both columns were standardized.",
                 {{"rate_sgd", 0.5}, {"rate_momentum", 0.2}, {"rate_adam", 0.1}},
                 "The valley has become a round bowl, on which all go straight down."}),
        onTable({"table_classes",
                 "My own table, two classes",
                 "A line between two classes, by mini-batches of eight rows.",
                 {{"table_model", std::string("classes")},
                  {"arms", Names{"sgd", "momentum", "rmsprop", "adam"}},
                  {"batch_size", std::int64_t{8}},
                  {"rate_sgd", 1.0},
                  {"rate_momentum", 0.3},
                  {"rate_rmsprop", 0.05},
                  {"rate_adam", 0.1}},
                 "Mini-batches turn the line to and fro about the best one."}),
        {"noise",
         "Noisy gradients",
         "Without a falling rate, noise sets a floor: try the schedules.",
         {{"arms", Names{"sgd", "momentum", "adam"}},
          {"noise", 0.3},
          {"rate_sgd", 0.2},
          {"rate_momentum", 0.05},
          {"rate_adam", 0.05},
          {"steps", std::int64_t{2000}},
          {"schedule", std::string("linear")}},
         "The distance stops falling at a floor, which a falling rate lowers."}};
}

std::vector<std::pair<std::string, std::string>> questions() {
    return {{"Why does gradient descent zigzag?",
             "The gradient is perpendicular to the contours, which on a long bowl is not the way "
             "to its bottom. The step that is right across the valley is too short along it."},
            {"What does momentum remember?",
             "A sum of old gradients: across the valley they cancel, along it they add up."},
            {"Why does Newton need one step on a bowl?",
             "It divides by the curvature in every direction, and a bowl has no more than that."},
            {"Why does Newton go to the saddle?",
             "It looks for a zero of the gradient, and does not ask of which kind."}};
}

} // namespace convergence::playground
