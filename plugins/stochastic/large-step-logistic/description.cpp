// What can be told about large-step-logistic without running it.

#include "core/experiment/parameter_builders.h"
#include "plugins/stochastic/large-step-logistic/experiment.h"

namespace convergence {

namespace {

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

const std::vector<Arm>& arms() {
    static const std::vector<Arm> list = {
        {"lr_gd", "LR+GD", "Gradient descent on the logistic loss."},
        {"normalized_gd", "normalized LR+GD", "The gradient over the mean weight Σp/n."},
        {"batch_perceptron", "batch perceptron", "The limit γ → ∞ of LR+GD over γ."},
        {"normalized_perceptron", "normalized batch perceptron",
         "The limit γ → ∞ of normalized LR+GD over γ."},
        {"perceptron", "perceptron",
         "One misclassified sample at a time; with a random choice its count varies with the "
         "seed."}};
    return list;
}

std::vector<Parameter> dataParameters() {
    std::vector<Parameter> parameters;
    parameters.push_back(choiceParameter(
        "dataset", "Data", "Labels ±1, separated by a hyperplane through 0.",
        {{"fashion", "two classes of Fashion-MNIST", "Pixels in [0, 1]."},
         {"worst_case", "worst case", "One sample against n − 1 copies of another."},
         {"two_points", "two points", "The loss at θ₁ grows with γ, θ₂ solves the task."},
         {"points", "points in the plane", "Of your own; one can be dragged."}},
        "fashion", "Data"));
    parameters.push_back(integerParameter("class_positive", "", "Class +1",
                                          "Of Fashion-MNIST: 0 T-shirt, 1 trouser, 3 dress, 8 bag, "
                                          "9 boot.",
                                          0, 9, 0, "Data"));
    parameters.back().appliesIf = "dataset == 0";
    parameters.push_back(
        integerParameter("class_negative", "", "Class −1", "As above.", 0, 9, 1, "Data"));
    parameters.back().appliesIf = "dataset == 0";
    parameters.push_back(integerParameter("sample_count", "n", "Samples",
                                          "Images or points drawn; the two classes together.", 10,
                                          60000, 1000, "Data"));
    parameters.back().appliesIf = "dataset < 2";
    parameters.push_back(realParameter("positive_fraction", "", "Share of class +1",
                                       "0.5 is balanced.", 0.005, 0.995, 0.5, "Data"));
    parameters.back().appliesIf = "dataset == 0";
    parameters.push_back({.name = "data_folder",
                          .label = "Data folder",
                          .help = "Folder with the four IDX files of MNIST or Fashion-MNIST; empty "
                                  "finds Fashion-MNIST where Debian puts it.",
                          .kind = ParameterKind::file,
                          .defaultValue = std::string(),
                          .appliesIf = "dataset == 0",
                          .group = "Data"});
    parameters.push_back(listParameter(
        "points", "", "Points", "x, y and label (1 or -1) of each.", -10, 10,
        {1, 0.4, 1, 0.8, 1.2, 1, 1.5, -0.2, 1, -0.6, 0.9, -1, -1.2, -0.3, -1, -0.3, -1.1, -1},
        "Data"));
    parameters.back().appliesIf = "dataset == 3";
    parameters.push_back(realParameter("dragged_x", "", "Dragged point, x",
                                       "Click or drag in the plane.", -10, 10, 0.3, "Data"));
    parameters.back().appliesIf = "dataset == 3";
    parameters.push_back(realParameter("dragged_y", "", "Dragged point, y",
                                       "Second coordinate of the point that a click moves.", -10,
                                       10, -0.5, "Data"));
    parameters.back().appliesIf = "dataset == 3";
    parameters.push_back(
        choiceParameter("dragged_label", "Its label", "Class of the point that a click moves.",
                        {{"positive", "+1", ""}, {"negative", "−1", ""}}, "positive", "Data"));
    parameters.back().appliesIf = "dataset == 3";
    parameters.push_back(switchParameter("bias", "Constant feature",
                                         "Appends a 1 to every sample; the paper does not.", false,
                                         "Data"));
    parameters.back().appliesIf = "dataset == 0 || dataset == 3";
    return parameters;
}

std::vector<Parameter> algorithmParameters() {
    std::vector<Choice> choices;
    for (const Arm& arm : arms())
        choices.push_back({arm.id, arm.label, arm.help});
    std::vector<Parameter> parameters;
    parameters.push_back(choiceSetParameter(
        "arms", "Methods", "All start at θ = 0.", choices,
        {"lr_gd", "normalized_gd", "batch_perceptron", "normalized_perceptron", "perceptron"},
        "Algorithm"));
    parameters.push_back(listParameter("step_size", "γ", "Step sizes",
                                       "Each is a run of the logistic methods.", 1e-3, 1e8,
                                       {1, 10, 100}, "Algorithm"));
    Parameter factor = logParameter("step_factor", "", "Step factor",
                                    "Multiplies γ from the next step on; the run is then marked as "
                                    "mixed.",
                                    1e-3, 1e3, 1, "Algorithm");
    factor.effect = LiveEffect::nextStep;
    parameters.push_back(factor);
    parameters.push_back(choiceParameter(
        "perceptron_rule", "Perceptron's choice", "Among misclassified samples.",
        {{"random", "random", ""}, {"first", "first index", ""}}, "random", "Algorithm"));
    parameters.push_back(
        choiceParameter("first_step", "First step of the batch perceptron",
                        "Weights are p(0) = ½ at the start. A full step breaks the limit.",
                        {{"half", "half", ""}, {"full", "full", ""}}, "half", "Algorithm"));
    parameters.push_back(integerParameter("max_iterations", "T", "Iterations at most",
                                          "Where no separator is found.", 1, 1000000, 3000, "Run"));
    parameters.push_back(switchParameter("continue_after_separation", "Go on after separation",
                                         "To watch θ turn towards the largest margin.", false,
                                         "Run"));
    parameters.push_back(switchParameter("reduction", "Follow the limit",
                                         "Runs the limiting perceptron alongside for 60 steps.",
                                         true, "Run"));
    parameters.push_back(switchParameter("margin", "Find the largest margin",
                                         "Needed for the bounds and angles; takes a second or two "
                                         "on images.",
                                         true, "Run"));
    parameters.push_back(seedParameter());
    parameters.push_back(recordEveryParameter());
    return parameters;
}

std::vector<Preset> presets() {
    const std::string worst = "worst_case";
    return {{"quick",
             "Quick",
             "T-shirts against trousers, 1,000 images.",
             {{"arms", Names{"lr_gd", "normalized_gd", "batch_perceptron"}},
              {"step_size", Numbers{1, 100}}}},
            {"worst-case",
             "Worst case",
             "One sample against 999: n costs LR+GD n/3 steps.",
             {{"dataset", worst},
              {"step_size", Numbers{0.1, 1, 10, 100, 1000}},
              {"max_iterations", whole(10000)}}},
            {"full",
             "Full",
             "5,000 images, γ from 0.001 to 100.",
             {{"sample_count", whole(5000)},
              {"step_size", Numbers{0.001, 0.01, 0.1, 1, 10, 100}},
              {"max_iterations", whole(5000)}}},
            {"imbalanced",
             "Imbalanced",
             "Two per cent of the images are T-shirts.",
             {{"positive_fraction", 0.02}}},
            {"not-separable",
             "Not separable",
             "T-shirts against shirts: no bound, no end.",
             {{"class_negative", whole(6)}, {"max_iterations", whole(1000)}}},
            {"two-points",
             "Two points",
             "The loss goes up to 12.5 and then to 0.",
             {{"dataset", std::string("two_points")}, {"step_size", Numbers{1, 10, 100}}}},
            {"plane",
             "Points in the plane",
             "Drag a point and see who separates first.",
             {{"dataset", std::string("points")}}},
            {"implicit-bias",
             "Largest margin",
             "Goes on after separation.",
             {{"dataset", std::string("points")},
              {"step_size", Numbers{0.1, 1, 100}},
              {"continue_after_separation", true},
              {"max_iterations", whole(10000)}}}};
}

View trace(std::string id, std::string title, std::string help, AxisSpec y, std::string column) {
    return {.id = std::move(id),
            .title = std::move(title),
            .help = std::move(help),
            .x = {.column = "iteration", .label = "iteration t", .scale = Scale::logarithmic},
            .y = std::move(y),
            .series = {{std::move(column), ""}}};
}

std::vector<View> views() {
    return {
        trace("loss", "Logistic loss",
              "A curve ends where its method separates the data. Large steps have the larger "
              "loss and are done sooner.",
              {.label = "loss f(θₜ), at least 1e-6", .scale = Scale::logarithmic}, "shown_loss"),
        trace("accuracy", "Accuracy", "A run ends at 100 %.", {.label = "accuracy", .unit = "%"},
              "accuracy"),
        {.id = "iterations",
         .title = "Iterations to separate",
         .help = "Against γ, with the bounds of the theorems dashed. The perceptrons have no γ: "
                 "see the table beside it.",
         .fromTrials = true,
         .x = {.column = "gamma", .label = "step size γ", .scale = Scale::logarithmic},
         .y = {.label = "iterations to separate", .scale = Scale::logarithmic},
         .series = {{"separated_at", ""}, {"bound", "bound", true}}},
        {.id = "pictures",
         .title = "θ and the hardest images",
         .help = "θ as a picture, and the images with the smallest margins.",
         .kind = ViewKind::heatMaps,
         .selectors = {{"arm", "Method"}, {"gamma", "γ"}},
         .frames = {"theta", "mistakes"},
         .appliesIf = "dataset == 0"},
        {.id = "plane",
         .title = "Points and line",
         .help = "The data and the line where θ decides.",
         .kind = ViewKind::curves,
         .x = {.label = "a₁"},
         .y = {.label = "a₂"},
         .selectors = {{"arm", "Method"}, {"gamma", "γ"}},
         .frames = {"plane"},
         .appliesIf = "dataset != 0"},
        trace("gradient_norm", "Gradient norm",
              "It says no more about progress than the loss does.",
              {.label = "gradient norm ‖∇f‖", .scale = Scale::logarithmic}, "gradient_norm"),
        trace("mistakes", "Mistakes", "Samples that are not yet on their side.",
              {.label = "samples with margin ≤ 0"}, "mistakes"),
        {.id = "reduction",
         .title = "Distance to the perceptron",
         .help = "Largest relative distance of θₜ/γ from the limiting perceptron over the first "
                 "60 steps. Not monotone: a sample near the plane makes a jump.",
         .fromTrials = true,
         .x = {.column = "gamma", .label = "step size γ", .scale = Scale::logarithmic},
         .y = {.label = "largest distance", .scale = Scale::logarithmic},
         .series = {{"largest_reduction_distance", ""}}},
        {.id = "path",
         .title = "Paths of θ/γ",
         .help = "All methods in one plane.",
         .kind = ViewKind::trajectory,
         .x = {.label = "θ₁/γ"},
         .y = {.label = "θ₂/γ"},
         .frames = {"path"},
         .gesture = GestureSpec{"dragged_x", "dragged_y",
                                "With points of your own: click to put the dragged point"},
         .appliesIf = "dataset != 0"},
        trace("angle", "Angle to the largest margin",
              "Small steps turn towards the largest margin; the perceptrons stop where they "
              "separate first.",
              {.label = "angle", .unit = "°", .scale = Scale::logarithmic}, "angle"),
        {.id = "task",
         .title = "The task",
         .help = "Margin, radius, and the largest γ for which the loss must fall.",
         .kind = ViewKind::text,
         .frames = {"task"}}};
}

} // namespace

Description largeStepLogisticDescription() {
    Description description{
        .id = "large-step-logistic",
        .title = "Logistic regression, large steps",
        .family = "stochastic",
        .paper = {.title = "From Logistic Regression to the Perceptron Algorithm: Exploring "
                           "Gradient Descent with Large Step Sizes",
                  .authors = "Alexander Tyurin",
                  .year = 2024,
                  .venue = "AAAI 2025",
                  .arxiv = "2412.08424"},
        .summary =
            "On separable data, gradient descent on the logistic loss finds a separator with "
            "any step size: as γ grows it becomes the batch perceptron. Large steps have a "
            "higher loss and are done sooner; normalizing removes a factor n.",
        .parameters = dataParameters(),
        .presets = presets(),
        .arms = arms(),
        .views = views(),
        .claims = largeStepLogisticClaims(),
        .questions = {{"The loss just rose a hundredfold: stop?",
                       "No. Separation comes sooner with the larger step."},
                      {"What is the limit γ → ∞?", "The batch perceptron, with a first step of ½."},
                      {"Why does one rare sample cost n/3 steps?",
                       "Each step moves by 1/n of it; dividing by Σp instead of n mends that."}},
        .lockStep = true};
    for (const Parameter& parameter : algorithmParameters())
        description.parameters.push_back(parameter);
    return description;
}

} // namespace convergence
