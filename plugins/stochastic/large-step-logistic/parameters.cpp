// What can be set: parameters, presets, and questions for a class.

#include "core/experiment/parameter_builders.h"
#include "plugins/stochastic/large-step-logistic/arms.h"
#include "plugins/stochastic/large-step-logistic/experiment.h"

namespace convergence::large_step {

namespace {

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

std::vector<Parameter> dataParameters() {
    std::vector<Parameter> parameters;
    parameters.push_back(
        choiceParameter({"dataset", "Data", "Labels ±1, separated by a hyperplane through 0."},
                        choicesOf(datasetChoices), "fashion", "Data"));
    parameters.push_back(
        integerParameter({"class_positive", "", "Class +1",
                          "Of Fashion-MNIST: 0 T-shirt, 1 trouser, 3 dress, 8 bag, "
                          "9 boot."},
                         {.from = 0, .to = 9, .value = 0}, "Data"));
    parameters.back().appliesIf = "dataset_is_fashion";
    parameters.push_back(integerParameter({"class_negative", "", "Class −1", "As above."},
                                          {.from = 0, .to = 9, .value = 1}, "Data"));
    parameters.back().appliesIf = "dataset_is_fashion";
    parameters.push_back(integerParameter(
        {"sample_count", "n", "Samples", "Images or points drawn; the two classes together."},
        {.from = 10, .to = 60000, .value = 1000}, "Data"));
    parameters.back().appliesIf = "(dataset_is_fashion || dataset_is_worst_case)";
    parameters.push_back(
        realParameter({"positive_fraction", "", "Share of class +1", "0.5 is balanced."},
                      {.from = 0.005, .to = 0.995, .value = 0.5}, "Data"));
    parameters.back().appliesIf = "dataset_is_fashion";
    parameters.push_back(when("dataset_is_fashion", imageFolderParameter("Data")));
    parameters.push_back(
        listParameter({"points", "", "Points", "x, y and label (1 or -1) of each."},
                      {.from = -10,
                       .to = 10,
                       .value = {1, 0.4, 1, 0.8, 1.2, 1, 1.5, -0.2, 1, -0.6, 0.9, -1, -1.2, -0.3,
                                 -1, -0.3, -1.1, -1}},
                      "Data"));
    parameters.back().appliesIf = "dataset_is_points";
    parameters.push_back(
        realParameter({"dragged_x", "", "Dragged point, x", "Click or drag in the plane."},
                      {.from = -10, .to = 10, .value = 0.3}, "Data"));
    parameters.back().appliesIf = "dataset_is_points";
    parameters.push_back(realParameter(
        {"dragged_y", "", "Dragged point, y", "Second coordinate of the point that a click moves."},
        {.from = -10, .to = 10, .value = -0.5}, "Data"));
    parameters.back().appliesIf = "dataset_is_points";
    parameters.push_back(
        choiceParameter({"dragged_label", "Its label", "Class of the point that a click moves."},
                        choicesOf(labelChoices), "positive", "Data"));
    parameters.back().appliesIf = "dataset_is_points";
    parameters.push_back(switchParameter(
        {"bias", "Constant feature", "Appends a 1 to every sample; the paper does not."}, false,
        "Data"));
    parameters.back().appliesIf = "dataset_is_fashion || dataset_is_points";
    return parameters;
}

std::vector<Parameter> algorithmParameters() {
    std::vector<Parameter> parameters;
    parameters.push_back(choiceSetParameter(
        {"arms", "Methods", "All start at θ = 0."}, choicesOf(separationArms),
        {"lr_gd", "normalized_gd", "batch_perceptron", "normalized_perceptron", "perceptron"},
        "Algorithm"));
    parameters.push_back(
        listParameter({"step_size", "γ", "Step sizes", "Each is a run of the logistic methods."},
                      {.from = 1e-3, .to = 1e8, .value = {1, 10, 100}}, "Algorithm"));
    Parameter factor =
        logParameter({"step_factor", "", "Step factor",
                      "Multiplies γ from the next step on; the run is then marked as "
                      "mixed."},
                     {.from = 1e-3, .to = 1e3, .value = 1}, "Algorithm");
    factor.effect = LiveEffect::nextStep;
    parameters.push_back(factor);
    parameters.push_back(
        choiceParameter({"perceptron_rule", "Perceptron's choice", "Among misclassified samples."},
                        choicesOf(perceptronRules), "random", "Algorithm"));
    parameters.push_back(
        choiceParameter({"first_step", "First step of the batch perceptron",
                         "Weights are p(0) = ½ at the start. A full step breaks the limit."},
                        choicesOf(firstSteps), "half", "Algorithm"));
    parameters.push_back(integerParameter(
        {"max_iterations", "T", "Iterations at most", "Where no separator is found."},
        {.from = 1, .to = 1000000, .value = 3000}, "Run"));
    parameters.push_back(switchParameter({"continue_after_separation", "Go on after separation",
                                          "To watch θ turn towards the largest margin."},
                                         false, "Run"));
    parameters.push_back(switchParameter(
        {"reduction", "Follow the limit", "Runs the limiting perceptron alongside for 60 steps."},
        true, "Run"));
    parameters.push_back(switchParameter({"margin", "Find the largest margin",
                                          "Needed for the bounds and angles; takes a second or two "
                                          "on images."},
                                         true, "Run"));
    parameters.push_back(seedParameter());
    parameters.push_back(recordEveryParameter());
    return parameters;
}

} // namespace

std::vector<Parameter> parameters() {
    return joined({dataParameters(), algorithmParameters()});
}

std::vector<Preset> presets() {
    const std::string worst = "worst_case";
    return {{"quick",
             "Quick",
             "T-shirts against trousers, 1,000 images.",
             {{"arms", Names{"lr_gd", "normalized_gd", "batch_perceptron"}},
              {"step_size", Numbers{1, 100}}},
             "γ = 100 has the larger loss and separates first, with the batch perceptron."},
            {"worst-case",
             "Worst case",
             "One sample against 999: n costs LR+GD n/3 steps.",
             {{"dataset", worst},
              {"step_size", Numbers{0.1, 1, 10, 100, 1000}},
              {"max_iterations", whole(10000)}},
             "LR+GD and the batch perceptron need hundreds of steps, the normalized methods two."},
            {"full",
             "Full",
             "5,000 images, γ from 0.001 to 100.",
             {{"sample_count", whole(5000)},
              {"step_size", Numbers{0.001, 0.01, 0.1, 1, 10, 100}},
              {"max_iterations", whole(5000)}},
             "Iterations against γ: they fall, then level off at the perceptron's count."},
            {"imbalanced",
             "Imbalanced",
             "Two per cent of the images are T-shirts.",
             {{"positive_fraction", 0.02}},
             "The rare class holds plain LR+GD up; normalizing mends that."},
            {"not-separable",
             "Not separable",
             "T-shirts against shirts: no bound, no end.",
             {{"class_negative", whole(6)}, {"max_iterations", whole(1000)}},
             "Accuracy stays below 100 %, and no method comes to an end."},
            {"two-points",
             "Two points",
             "The loss goes up to 12.5 and then to 0.",
             {{"dataset", std::string("two_points")}, {"step_size", Numbers{1, 10, 100}}},
             "One step up, one step down, solved."},
            {"plane",
             "Points in the plane",
             "Drag a point and see who separates first.",
             {{"dataset", std::string("points")}},
             "The lines of all methods turn until every point is on its side."},
            {"implicit-bias",
             "Largest margin",
             "Goes on after separation.",
             {{"dataset", std::string("points")},
              {"step_size", Numbers{0.1, 1, 100}},
              {"continue_after_separation", true},
              {"max_iterations", whole(10000)}},
             "Small steps keep turning towards the largest margin after the data is separated."}};
}

std::vector<std::pair<std::string, std::string>> questions() {
    return {{"The loss just rose a hundredfold: stop?",
             "No. Separation comes sooner with the larger step."},
            {"What is the limit γ → ∞?", "The batch perceptron, with a first step of ½."},
            {"Why does one rare sample cost n/3 steps?",
             "Each step moves by 1/n of it; dividing by Σp instead of n mends that."}};
}

} // namespace convergence::large_step
