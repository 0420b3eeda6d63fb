// What can be set, presets, and questions for a class.

#include "core/experiment/parameter_builders.h"
#include "core/optim/optimizer.h"
#include "plugins/schedules/rex-schedule/arms.h"
#include "plugins/schedules/rex-schedule/experiment.h"

namespace convergence::rex {

namespace {

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

std::vector<Choice> optimizerChoices() {
    std::vector<Choice> choices;
    for (const std::string_view id : trainingOptimizers) {
        const OptimizerTraits& optimizer = findOptimizer(id);
        choices.push_back(
            {std::string(id), std::string(optimizer.label), std::string(optimizer.help)});
    }
    return choices;
}

std::vector<Parameter> scheduleParameters() {
    std::vector<Parameter> parameters;
    parameters.push_back({.name = "named_schedules",
                          .label = "Schedules",
                          .help = "Which of the named schedules are compared.",
                          .kind = ParameterKind::choiceSet,
                          .defaultValue = scheduleNames(),
                          .choices = choicesOf(namedSchedules()),
                          .group = "Schedules"});
    parameters.push_back(
        switchParameter({"custom", "Also a schedule of my own",
                         "Adds an arm with the profile and the sampling rate below."},
                        false, "Schedules"));
    Parameter profile{.name = "profile",
                      .symbol = "p",
                      .label = "Profile",
                      .help =
                          "The curve from which the rate is read. A change during a run applies "
                          "from the present progress on.",
                      .kind = ParameterKind::choice,
                      .defaultValue = std::string("rex"),
                      .choices = choicesOf(profileChoices()),
                      .effect = LiveEffect::nextStep,
                      .appliesIf = "custom",
                      .group = "Schedules"};
    parameters.push_back(profile);
    parameters.push_back({.name = "sampling",
                          .symbol = "sₖ",
                          .label = "Sampling rate",
                          .help = "How often the rate is read from the profile.",
                          .kind = ParameterKind::choice,
                          .defaultValue = std::string("every_iteration"),
                          .choices = choicesOf(samplingChoices()),
                          .effect = LiveEffect::nextStep,
                          .appliesIf = "custom",
                          .group = "Schedules"});
    Parameter milestones = listParameter(
        {"milestones", "", "Own milestones", "Where the sampling rate 'own' reads the profile."},
        {.from = 0.1, .to = 99.9, .value = {30, 60, 90}}, "Schedules");
    milestones.unit = "% of the budget";
    milestones.appliesIf = "custom";
    parameters.push_back(milestones);
    parameters.push_back({.name = "drawn_profile",
                          .label = "Drawn profile",
                          .help = "The profile 'drawn': drag the points.",
                          .kind = ParameterKind::curve,
                          .minimum = 0.0,
                          .maximum = 1.0,
                          .defaultValue = std::vector<CurvePoint>{{0, 1}, {0.5, 0.8}, {1, 0}},
                          .appliesIf = "custom",
                          .group = "Schedules"});
    Parameter delay =
        realParameter({"delay_percent", "x", "Delay", "Delay of the profile 'delayed_linear'."},
                      {.from = 0, .to = 95, .value = 25}, "Schedules");
    delay.unit = "%";
    delay.appliesIf = "custom";
    parameters.push_back(delay);
    parameters.push_back(
        switchParameter({"grid", "Also the grid of profiles and sampling rates",
                         "Adds the 21 combinations of {step, linear, REX} with seven sampling "
                         "rates."},
                        false, "Schedules"));
    parameters.push_back(
        realParameter({"rex_alpha", "α", "REX",
                       "REX is (α + β)(1 − z)/(α + β(1 − z)); ½ in the paper, some copies "
                       "use 0.1."},
                      {.from = 0, .to = 1, .value = 0.5}, "Shape of the schedules"));
    parameters.push_back(
        realParameter({"rex_beta", "β", "REX", "½ in the paper, some copies use 0.9."},
                      {.from = 0, .to = 1, .value = 0.5}, "Shape of the schedules"));
    parameters.push_back(realParameter({"exponential_rate", "c", "Exponential rate", "e^{−cz}."},
                                       {.from = 0.1, .to = 20, .value = 5},
                                       "Shape of the schedules"));
    parameters.push_back(realParameter(
        {"plateau_factor", "", "Plateau factor", "What the rate is multiplied by on a plateau."},
        {.from = 0.01, .to = 0.9, .value = 0.1}, "Shape of the schedules"));
    parameters.push_back(
        integerParameter({"plateau_patience", "", "Plateau patience",
                          "Validation losses without progress that are put up with."},
                         {.from = 0, .to = 50, .value = 2}, "Shape of the schedules"));
    parameters.back().unit = "evaluations";
    parameters.push_back(integerParameter(
        {"plateau_evaluations", "", "Plateau evaluations", "Validation losses over the budget."},
        {.from = 1, .to = 1000, .value = 20}, "Shape of the schedules"));
    parameters.push_back(realParameter({"onecycle_warmup", "", "OneCycle warm-up",
                                        "Fraction of the budget in which the rate rises."},
                                       {.from = 0.01, .to = 0.99, .value = 0.3},
                                       "Shape of the schedules"));
    parameters.push_back(realParameter(
        {"onecycle_div", "", "OneCycle start divisor", "The first rate is η₀ over this."},
        {.from = 1, .to = 1000, .value = 25}, "Shape of the schedules"));
    parameters.push_back(realParameter({"onecycle_final_div", "", "OneCycle final divisor",
                                        "The last rate is the first over this."},
                                       {.from = 1, .to = 1e6, .value = 1e4},
                                       "Shape of the schedules"));
    parameters.back().scale = Scale::logarithmic;
    return parameters;
}

std::vector<Parameter> trainingParameters() {
    std::vector<Parameter> parameters;
    parameters.push_back(
        listParameter({"budget_percent", "", "Budgets",
                       "Each budget is a training run of its own, over which the schedule "
                       "spans."},
                      {.from = 0.5, .to = 100, .value = {1, 5, 10, 25, 50, 100}}, "Training"));
    parameters.back().unit = "% of the maximum";
    parameters.push_back(integerParameter({"maximum_iterations", "T_max", "Iterations at 100 %",
                                           "Length of training at the full budget."},
                                          {.from = 20, .to = 1e6, .value = 800}, "Training"));
    parameters.back().unit = "iterations";
    parameters.push_back({.name = "optimizer",
                          .label = "Optimizers",
                          .help = "Every schedule runs with each of them.",
                          .kind = ParameterKind::choiceSet,
                          .defaultValue = Names{"momentum"},
                          .choices = optimizerChoices(),
                          .group = "Training"});
    parameters.push_back(
        listParameter({"learning_rates", "η₀", "Base rates",
                       "Grid from which the best rate of each schedule and budget is chosen "
                       "by validation error; widen it when the best is at its edge."},
                      {.from = 1e-6, .to = 10, .value = {0.1, 0.3, 1}}, "Training"));
    parameters.push_back(listParameter(
        {"adam_learning_rates", "η₀", "Base rates of Adam", "The same for Adam and AdamW."},
        {.from = 1e-6, .to = 10, .value = {0.001, 0.003, 0.01}}, "Training"));
    parameters.push_back(
        realParameter({"momentum", "μ", "Momentum", "Of SGD with momentum and Nesterov."},
                      {.from = 0, .to = 0.999, .value = 0.9}, "Training"));
    parameters.push_back(
        realParameter({"weight_decay", "λ", "Weight decay", "Added to the gradient as λx."},
                      {.from = 0, .to = 0.1, .value = 5e-4}, "Training"));
    parameters.push_back(integerParameter({"batch_size", "B", "Batch size", "Images a step."},
                                          {.from = 1, .to = 4096, .value = 128}, "Training"));
    parameters.back().unit = "images";
    parameters.push_back(choiceParameter({"network", "Network", "What is trained."},
                                         choicesOf(networkChoices()), "mlp", "Training"));
    parameters.push_back(
        integerParameter({"hidden_units", "", "Hidden units", "Width of the hidden ReLU layer."},
                         {.from = 4, .to = 512, .value = 32}, "Training"));
    parameters.back().appliesIf = "network_is_mlp";
    parameters.push_back(
        integerParameter({"train_samples", "", "Training images",
                          "The first so many images; the last 2,000 are for validation."},
                         {.from = 500, .to = 60000, .value = 5000}, "Training"));
    parameters.back().unit = "images";
    parameters.push_back(imageFolderParameter("Data"));
    parameters.push_back(switchParameter({"shuffle_labels", "Shuffle the training labels",
                                          "Breaks the data: nothing can be learned."},
                                         false, "Data"));
    parameters.push_back({.name = "seeds",
                          .label = "Seeds",
                          .help =
                              "Each seed draws initial weights and mini-batches; schedules share "
                              "them.",
                          .kind = ParameterKind::seedList,
                          .defaultValue = Numbers{0, 1, 2},
                          .group = "Recording"});
    parameters.push_back(recordEveryParameter(1));
    return parameters;
}

} // namespace

std::vector<Parameter> parameters() {
    return joined({scheduleParameters(), trainingParameters()});
}

std::vector<Preset> presets() {
    return {{"quick",
             "Quick",
             "Five schedules at 5, 10 and 100 % of the budget, one seed.",
             {{"named_schedules", Names{"rex", "linear", "one_cycle", "step_30_60_90", "constant"}},
              {"budget_percent", Numbers{5, 10, 100}},
              {"seeds", Numbers{0}}},
             "REX and linear far below steps at 5 %, all close together at 100 %."},
            {"full",
             "Full",
             "All schedules and budgets, three seeds, SGD with momentum and Adam.",
             {{"optimizer", Names{"momentum", "adam"}}},
             "The ranking of twelve schedules turns as the budget grows, with Adam as with SGD."},
            {"convolutional",
             "Convolutional network",
             "A network of the size of LeNet-5 on all images, ten epochs at 100 %: four "
             "schedules, one seed.",
             {{"network", std::string("convolutional")},
              {"train_samples", std::int64_t{58000}},
              {"maximum_iterations", std::int64_t{4530}},
              {"named_schedules", Names{"rex", "linear", "one_cycle", "step_30_60_90"}},
              {"budget_percent", Numbers{1, 5, 10, 25, 100}},
              {"learning_rates", Numbers{0.03, 0.1, 0.3}},
              {"seeds", Numbers{0}},
              {"record_every", std::int64_t{10}}},
             "The order of the small network, on one of LeNet-5's size."},
            {"two-axes",
             "Two axes",
             "The grid of profiles and sampling rates at 5 and 10 %.",
             {{"named_schedules", Names{"rex"}},
              {"grid", true},
              {"budget_percent", Numbers{5, 10}},
              {"seeds", Numbers{0, 1}}},
             "REX gains from frequent sampling, the linear profile does not."},
            {"own",
             "My own schedule",
             "One run at 100 %: change the profile while it trains.",
             {{"named_schedules", Names{"rex", "linear"}},
              {"custom", true},
              {"budget_percent", Numbers{100}},
              {"learning_rates", Numbers{0.3}},
              {"seeds", Numbers{0}}},
             "What a change of the profile does to the loss, at once."}};
}

std::vector<std::pair<std::string, std::string>> questions() {
    return {{"You can afford 5 % of the epochs: which schedule?",
             "One that keeps the rate high for long and still ends near zero: REX or linear. "
             "Steps "
             "lose too much time at small rates."},
            {"Why do steps catch up at 100 %?", "There is time to converge at each rate."},
            {"Is sampling more often always better?",
             "For REX it is; the linear profile likes coarse sampling at small budgets."}};
}

} // namespace convergence::rex
