// What can be told about neural-tangent-kernel without running it.

#include "core/experiment/parameter_builders.h"
#include "core/experiment/view_words.h"
#include "plugins/neural-networks/neural-tangent-kernel/choices.h"
#include "plugins/neural-networks/neural-tangent-kernel/experiment.h"
#include "plugins/neural-networks/neural-tangent-kernel/trial.h"

namespace convergence {

namespace {

using namespace tangent_kernel;

std::vector<Parameter> parameters() {
    std::vector<Parameter> list;
    list.push_back(choiceParameter(
        {"data", "Data", "Points on the unit circle with target x₁x₂, or images of two classes."},
        choicesOf(dataSets), "circle", "Problem"));
    list.push_back(integerParameter({"points", "N", "Points", "Training points on the circle."},
                                    {.from = 4.0, .to = 64.0, .value = 8}, "Problem"));
    list.back().appliesIf = "data_is_circle";
    list.push_back(integerParameter({"images", "N", "Images", "T-shirts and trousers in turn."},
                                    {.from = 128.0, .to = 512.0, .value = 128}, "Problem"));
    list.back().appliesIf = "data_is_images";
    list.push_back(when("data_is_images", imageFolderParameter("Problem")));
    list.push_back(listParameter(
        {"widths", "n", "Widths", "Neurons of each hidden layer; an ensemble for each width."},
        {.from = 16.0, .to = 8192.0, .value = {512.0}}, "Network"));
    list.push_back(integerParameter({"depth", "L", "Depth", "Hidden layers."},
                                    {.from = 1.0, .to = 6.0, .value = 2}, "Network"));
    list.push_back(realParameter(
        {"beta", "β", "Bias factor", "Multiplies the biases, forward and in the gradient."},
        {.from = 0.0, .to = 1.0, .value = 0.1}, "Network"));
    list.push_back(choiceParameter(
        {"activation", "Activation", "The non-linearity σ."},
        {{"relu", "√2 ReLU", ""},
         {"erf", "erf", ""},
         {"tanh", "tanh", ""},
         {"polynomial", "(2u + u²)/√7", "Spans few harmonics: the kernel degenerates."}},
        "relu", "Network"));
    list.push_back(choiceParameter({"scaling", "Scaling", "Where the factors of the width are."},
                                   choicesOf(scalings), "tangent", "Network"));
    list.push_back(integerParameter({"networks", "", "Networks", "Networks of an ensemble."},
                                    {.from = 1.0, .to = 100.0, .value = 10}, "Network"));
    Parameter rate = realParameter({"rate_factor", "c", "Rate factor",
                                    "Learning rate η = c/λ_max(Θ₀); the linear dynamics are stable "
                                    "below 2."},
                                   {.from = 0.01, .to = 2.0, .value = 0.3}, "Training");
    rate.effect = LiveEffect::nextStep;
    list.push_back(rate);
    list.push_back(integerParameter({"steps", "T", "Steps", "Full-batch gradient descent."},
                                    {.from = 1.0, .to = 20000.0, .value = 200}, "Training"));
    list.push_back(seedParameter());
    list.push_back(recordEveryParameter(1));
    return list;
}

std::vector<Preset> presets() {
    return {
        {"quick",
         "Quick",
         "Widths 64, 256 and 1,024, ten networks each.",
         {{"widths", std::vector<double>{64, 256, 1024}}},
         "The wider the networks, the less their kernel moves."},
        {"full",
         "Full",
         "Widths up to 4,096.",
         {{"widths", std::vector<double>{64, 256, 1024, 2048, 4096}}},
         "The slopes −½ over six doublings of the width."},
        {"images",
         "Principal components",
         "128 images of two classes: the error falls along the kernel's eigenvectors in turn.",
         {{"data", std::string("images")},
          {"widths", std::vector<double>{512}},
          {"networks", std::int64_t{2}},
          {"steps", std::int64_t{1000}}},
         "Components along large eigenvalues fall first."},
        {"features",
         "Features that move",
         "The output divided by √n once more, without biases, whose part of the kernel would stay: "
         "the kernel moves, however wide the network.",
         {{"scaling", std::string("mean_field")},
          {"beta", 0.0},
          {"networks", std::int64_t{5}},
          {"widths", std::vector<double>{64, 256, 1024}}},
         "A kernel that moves at every width."}};
}

const std::vector<SelectorSpec> byWidth{{"width", "Width"}};

/// A trace against the step.
View overTime(std::string id, std::string title, std::string help, std::string label,
              std::vector<SeriesSpec> curves) {
    return Chart{.id = std::move(id),
                 .title = std::move(title),
                 .help = std::move(help),
                 .xLabel = "step t",
                 .curves = std::move(curves),
                 .yLabel = std::move(label),
                 .axes = Axes::logY};
}

View againstWidth(std::string id, std::string title, std::string help, std::string label,
                  std::string column) {
    return SweepChart{.id = std::move(id),
                      .title = std::move(title),
                      .help = std::move(help),
                      .x = "width",
                      .xLabel = "width n",
                      .y = std::move(column),
                      .yLabel = std::move(label),
                      .axes = Axes::logLog,
                      .guides = {{"slope −½", -0.5}}};
}

std::vector<View> views() {
    View components = overTime(
        "components", "Error by eigenvector",
        "Components of the first network's error along the eigenvectors of its initial "
        "kernel. Dashed: (1 − ηλ)ᵗ. The first are learned long before the last.",
        "error |uᵢᵀ(f − y)|", {{"component_*", ""}, {"predicted_component_*", "(1 − ηλ)ᵗ", true}});
    components.selectors = byWidth;
    components.isMain = true;
    return {FrameView{.id = "ensemble",
                      .title = "Functions",
                      .help = "Percentiles of the trained networks over those of the Gaussian that "
                              "the limit predicts at this time.",
                      .kind = ViewKind::curves,
                      .frames = {"ensemble"},
                      .xLabel = "angle on the circle",
                      .xUnit = "rad",
                      .yLabel = "network f",
                      .by = byWidth,
                      .appliesIf = "data_is_circle",
                      .isMain = true},
            components,
            FrameView{.id = "kernels",
                      .title = "Kernel",
                      .help = "Θ of the first network at the start and now, and the limit.",
                      .frames = {"kernel_start", "kernel_now", "kernel_limit"},
                      .xLabel = "training point",
                      .yLabel = "training point",
                      .by = byWidth},
            FrameView{.id = "slice",
                      .title = "Θ(x₀, ·)",
                      .help = "The kernel between the first training point and the circle: wide "
                              "networks start at the limit and stay there.",
                      .kind = ViewKind::curves,
                      .frames = {"slice"},
                      .xLabel = "angle on the circle",
                      .xUnit = "rad",
                      .yLabel = "kernel Θ(x₀, x)",
                      .by = byWidth,
                      .appliesIf = "data_is_circle"},
            overTime("kernel_change", "Change of the kernel",
                     "Relative change since the start, mean over the ensemble.", "‖Θₜ − Θ₀‖/‖Θ₀‖",
                     {{"kernel_change", ""}}),
            overTime("loss", "Loss", "Mean over the ensemble; dashed: linear dynamics.",
                     "loss ½∑(f − y)²", {{"loss", ""}, {"linear_loss", "linear", true}}),
            overTime("linear_distance", "Distance to the linear dynamics",
                     "‖f − f_linear‖/‖f_linear‖ on the training points.", "relative distance",
                     {{"linear_distance", ""}}),
            overTime("movement", "Movement of the weights",
                     "Each weight moves less and less as the width grows.", "‖θₜ − θ₀‖/‖θ₀‖",
                     {{"movement", ""}}),
            FrameView{.id = "movement_histogram",
                      .title = "Single weights",
                      .help = "How far single parameters of the first network moved, by decade.",
                      .kind = ViewKind::bars,
                      .frames = {"movement"},
                      .yLabel = "share of the parameters",
                      .by = byWidth},
            againstWidth("initial_distance", "Start against width",
                         "How far the kernel is from its limit at the start.", "‖Θ₀ − Θ∞‖/‖Θ∞‖",
                         "initial_distance"),
            againstWidth("final_change", "Constancy against width",
                         "How far the kernel moves in training.", "‖Θ_T − Θ₀‖/‖Θ₀‖",
                         "final_change")};
}

} // namespace

Description neuralTangentKernelDescription() {
    return {
        .id = "neural-tangent-kernel",
        .title = "Neural tangent kernel",
        .family = "neural-networks",
        .paper = {.title = "Neural Tangent Kernel: Convergence and Generalization in Neural "
                           "Networks",
                  .authors = "Arthur Jacot, Franck Gabriel, Clément Hongler",
                  .year = 2018,
                  .venue = "NeurIPS 2018",
                  .arxiv = "1806.07572"},
        .summary = "A wide network is a Gaussian process at the start, and gradient descent "
                   "moves its function as kernel regression does, with a kernel that hardly "
                   "changes. The error falls along the kernel's eigenvectors, one after the "
                   "other.",
        .question = "What does gradient descent do to the function of a network that is very wide?",
        .topics = {"kernel", "wide networks", "Gaussian process", "over-parameterization",
                   "generalization", "neural network"},
        .parameters = parameters(),
        .mainParameters = {"data", "points", "widths", "depth", "scaling", "networks",
                           "rate_factor", "steps"},
        .records = {.trace = traceTable().patterns(),
                    .factors = {{.id = "width", .label = "width n"}},
                    .finals = finalTable().patterns(),
                    .frames = {"ensemble", "slice", "kernel_start", "kernel_now", "kernel_limit",
                               "movement"}},
        .presets = presets(),
        .arms = {{"ensemble", "networks", "Networks of one width, trained side by side."}},
        .views = views(),
        .claims = neuralTangentKernelClaims(),
        .questions = {
            {"Each weight moves less and less as the width grows. How can the function still "
             "learn?",
             "There are more of them: the n² weights of a hidden layer, each moving by 1/n along a "
             "slope of 1/n, add up to a change of order 1."},
            {"Why would you stop early?",
             "The components along large eigenvalues, which are the smooth ones, are learned "
             "first; what comes late are the components along small ones, where the noise "
             "is."}}};
}

} // namespace convergence
