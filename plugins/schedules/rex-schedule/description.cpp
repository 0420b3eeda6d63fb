// What can be told about rex-schedule without running it: parameters, presets, views, questions.

#include <fmt/format.h>

#include "core/experiment/parameter_builders.h"
#include "core/optim/schedule.h"
#include "plugins/schedules/rex-schedule/experiment.h"

namespace convergence {

namespace {

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

std::string labelOf(const std::string& id) {
    if (id == "rex")
        return "REX";
    if (id == "one_cycle")
        return "OneCycle";
    if (id == "step_30_60_90")
        return "step 30-60-90";
    if (id == "step_50_75")
        return "step 50-75";
    if (id.starts_with("delayed_"))
        return "delayed linear " + id.substr(8) + " %";
    return id;
}

std::vector<Choice> choicesOf(const Names& ids) {
    std::vector<Choice> choices;
    for (const std::string& id : ids)
        choices.push_back({id, labelOf(id), ""});
    return choices;
}

std::vector<Parameter> scheduleParameters() {
    std::vector<Parameter> parameters;
    parameters.push_back({.name = "named_schedules",
                          .label = "Schedules",
                          .help = "Which of the named schedules are compared.",
                          .kind = ParameterKind::choiceSet,
                          .defaultValue = scheduleNames(),
                          .choices = choicesOf(scheduleNames()),
                          .group = "Schedules"});
    parameters.push_back(switchParameter(
        "custom", "Also a schedule of my own",
        "Adds an arm with the profile and the sampling rate below.", false, "Schedules"));
    Parameter profile{.name = "profile",
                      .symbol = "p",
                      .label = "Profile",
                      .help =
                          "The curve from which the rate is read. A change during a run applies "
                          "from the present progress on.",
                      .kind = ParameterKind::choice,
                      .defaultValue = std::string("rex"),
                      .choices = choicesOf(profileNames()),
                      .effect = LiveEffect::nextStep,
                      .appliesIf = "custom",
                      .group = "Schedules"};
    parameters.push_back(profile);
    Names samplings = Sampling::names();
    samplings.push_back("own");
    parameters.push_back({.name = "sampling",
                          .symbol = "sₖ",
                          .label = "Sampling rate",
                          .help = "How often the rate is read from the profile.",
                          .kind = ParameterKind::choice,
                          .defaultValue = std::string("every_iteration"),
                          .choices = choicesOf(samplings),
                          .effect = LiveEffect::nextStep,
                          .appliesIf = "custom",
                          .group = "Schedules"});
    Parameter milestones = listParameter("milestones", "", "Own milestones",
                                         "Where the sampling rate 'own' reads the profile.", 0.1,
                                         99.9, {30, 60, 90}, "Schedules");
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
        realParameter("delay_percent", "x", "Delay", "Delay of the profile 'delayed_linear'.", 0,
                      95, 25, "Schedules");
    delay.unit = "%";
    delay.appliesIf = "custom";
    parameters.push_back(delay);
    parameters.push_back(
        switchParameter("grid", "Also the grid of profiles and sampling rates",
                        "Adds the 21 combinations of {step, linear, REX} with seven sampling "
                        "rates.",
                        false, "Schedules"));
    parameters.push_back(
        realParameter("rex_alpha", "α", "REX",
                      "REX is (α + β)(1 − z)/(α + β(1 − z)); ½ in the paper, some copies "
                      "use 0.1.",
                      0, 1, 0.5, "Shape of the schedules"));
    parameters.push_back(realParameter("rex_beta", "β", "REX",
                                       "½ in the paper, some copies use 0.9.", 0, 1, 0.5,
                                       "Shape of the schedules"));
    parameters.push_back(realParameter("exponential_rate", "c", "Exponential rate", "e^{−cz}.", 0.1,
                                       20, 5, "Shape of the schedules"));
    parameters.push_back(realParameter("plateau_factor", "", "Plateau factor",
                                       "What the rate is multiplied by on a plateau.", 0.01, 0.9,
                                       0.1, "Shape of the schedules"));
    parameters.push_back(
        integerParameter("plateau_patience", "", "Plateau patience",
                         "Validation losses without progress that are put up with.", 0, 50, 2,
                         "Shape of the schedules"));
    parameters.back().unit = "evaluations";
    parameters.push_back(integerParameter("plateau_evaluations", "", "Plateau evaluations",
                                          "Validation losses over the budget.", 1, 1000, 20,
                                          "Shape of the schedules"));
    parameters.push_back(realParameter("onecycle_warmup", "", "OneCycle warm-up",
                                       "Fraction of the budget in which the rate rises.", 0.01,
                                       0.99, 0.3, "Shape of the schedules"));
    parameters.push_back(realParameter("onecycle_div", "", "OneCycle start divisor",
                                       "The first rate is η₀ over this.", 1, 1000, 25,
                                       "Shape of the schedules"));
    parameters.push_back(realParameter("onecycle_final_div", "", "OneCycle final divisor",
                                       "The last rate is the first over this.", 1, 1e6, 1e4,
                                       "Shape of the schedules"));
    parameters.back().scale = Scale::logarithmic;
    return parameters;
}

std::vector<Parameter> trainingParameters() {
    std::vector<Parameter> parameters;
    parameters.push_back(
        listParameter("budget_percent", "", "Budgets",
                      "Each budget is a training run of its own, over which the schedule "
                      "spans.",
                      0.5, 100, {1, 5, 10, 25, 50, 100}, "Training"));
    parameters.back().unit = "% of the maximum";
    parameters.push_back(integerParameter("maximum_iterations", "T_max", "Iterations at 100 %",
                                          "Length of training at the full budget.", 20, 1e6, 800,
                                          "Training"));
    parameters.back().unit = "iterations";
    parameters.push_back({.name = "optimizer",
                          .label = "Optimizers",
                          .help = "Every schedule runs with each of them.",
                          .kind = ParameterKind::choiceSet,
                          .defaultValue = Names{"momentum"},
                          .choices = {{"momentum", "SGD with momentum", ""},
                                      {"sgd", "SGD", ""},
                                      {"nesterov", "Nesterov momentum", ""},
                                      {"adagrad", "AdaGrad", ""},
                                      {"rmsprop", "RMSProp", ""},
                                      {"adam", "Adam", ""},
                                      {"adamw", "AdamW", ""}},
                          .group = "Training"});
    parameters.push_back(
        listParameter("learning_rates", "η₀", "Base rates",
                      "Grid from which the best rate of each schedule and budget is chosen "
                      "by validation error; widen it when the best is at its edge.",
                      1e-6, 10, {0.1, 0.3, 1}, "Training"));
    parameters.push_back(listParameter("adam_learning_rates", "η₀", "Base rates of Adam",
                                       "The same for Adam and AdamW.", 1e-6, 10,
                                       {0.001, 0.003, 0.01}, "Training"));
    parameters.push_back(realParameter("momentum", "μ", "Momentum",
                                       "Of SGD with momentum and Nesterov.", 0, 0.999, 0.9,
                                       "Training"));
    parameters.push_back(realParameter("weight_decay", "λ", "Weight decay",
                                       "Added to the gradient as λx.", 0, 0.1, 5e-4, "Training"));
    parameters.push_back(integerParameter("batch_size", "B", "Batch size", "Images a step.", 1,
                                          4096, 128, "Training"));
    parameters.back().unit = "images";
    parameters.push_back(
        choiceParameter("network", "Network", "What is trained.",
                        {{"mlp", "one hidden layer", ""},
                         {"convolutional", "convolutional, of the size of LeNet-5",
                          "Two convolutions, two poolings, three full layers: 61,706 parameters."}},
                        "mlp", "Training"));
    parameters.push_back(integerParameter("hidden_units", "", "Hidden units",
                                          "Width of the hidden ReLU layer.", 4, 512, 32,
                                          "Training"));
    parameters.back().appliesIf = "network == 0";
    parameters.push_back(
        integerParameter("train_samples", "", "Training images",
                         "The first so many images; the last 2,000 are for validation.", 500, 60000,
                         5000, "Training"));
    parameters.back().unit = "images";
    parameters.push_back({.name = "data_folder",
                          .label = "Data folder",
                          .help = "Folder with the four IDX files of MNIST or Fashion-MNIST; empty "
                                  "finds Fashion-MNIST where Debian puts it.",
                          .kind = ParameterKind::file,
                          .defaultValue = std::string(),
                          .group = "Data"});
    parameters.push_back(switchParameter("shuffle_labels", "Shuffle the training labels",
                                         "Breaks the data: nothing can be learned.", false,
                                         "Data"));
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

std::vector<View> views() {
    const AxisSpec progress{.column = "iteration", .label = "iteration t"};
    const std::vector<SelectorSpec> run = {{"budget_percent", "Budget"},
                                           {"learning_rate", "η₀"},
                                           {"optimizer_index", "Optimizer"},
                                           {"replicate", "Seed"}};
    const PivotSpec tuned{.rowFactor = "arm",
                          .columnFactor = "budget_percent",
                          .value = "test_error",
                          .tunedFactor = "learning_rate",
                          .tunedBy = "validation_error"};
    PivotSpec ranked = tuned;
    ranked.ranks = true;
    PivotSpec grid = tuned;
    grid.rowFactor = "profile_index";
    grid.columnFactor = "sampling_index";
    return {{.id = "error_against_budget",
             .title = "Test error against budget",
             .help = "Each schedule at its best base rate (by validation error), mean over seeds.",
             .kind = ViewKind::lineChart,
             .fromTrials = true,
             .x = {.column = "budget_percent",
                   .label = "budget",
                   .unit = "% of T_max",
                   .scale = Scale::logarithmic},
             .y = {.label = "test error", .unit = "%"},
             .series = {{"test_error", ""}},
             .aggregate = Aggregate::mean,
             .selectors = {{"optimizer_index", "Optimizer"}},
             .pivot = tuned},
            {.id = "training_loss",
             .title = "Training loss",
             .help = "Loss of each mini-batch for the run chosen above.",
             .kind = ViewKind::lineChart,
             .x = progress,
             .y = {.label = "mini-batch loss", .scale = Scale::logarithmic},
             .series = {{"batch_loss", ""}},
             .selectors = run},
            {.id = "learning_rate",
             .title = "Learning rate",
             .help = "The rate that each schedule sets, for the run chosen above.",
             .kind = ViewKind::lineChart,
             .x = progress,
             .y = {.label = "learning rate ηₜ"},
             .series = {{"learning_rate_now", ""}},
             .selectors = run},
            {.id = "ranks",
             .title = "Ranks",
             .help = "Rank of each schedule at each budget, 1 is best.",
             .kind = ViewKind::pivot,
             .x = {.label = "budget", .unit = "%"},
             .y = {.label = "schedule"},
             .selectors = {{"optimizer_index", "Optimizer"}},
             .pivot = ranked},
            {.id = "errors",
             .title = "Test errors",
             .help = "Mean test error in percent.",
             .kind = ViewKind::pivot,
             .x = {.label = "budget", .unit = "%"},
             .y = {.label = "schedule"},
             .selectors = {{"optimizer_index", "Optimizer"}},
             .pivot = tuned},
            {.id = "two_axes",
             .title = "Profile × sampling rate",
             .help = "Run the preset 'Two axes'. REX gains from frequent sampling, the linear "
                     "profile does not.",
             .kind = ViewKind::pivot,
             .x = {.label = "sampling rate"},
             .y = {.label = "profile"},
             .selectors = {{"budget_percent", "Budget"}, {"optimizer_index", "Optimizer"}},
             .pivot = grid},
            {.id = "profile",
             .title = "Profile and sampling",
             .help = "The continuous profile, where it is read, and the staircase that results.",
             .kind = ViewKind::curves,
             .x = {.label = "progress", .unit = "% of the budget"},
             .y = {.label = "rate relative to η₀"},
             .selectors = {{"arm", "Schedule"}, {"budget_percent", "Budget"}},
             .frames = {"schedule"}}};
}

std::vector<Preset> presets() {
    return {{"quick",
             "Quick",
             "Five schedules at 5, 10 and 100 % of the budget, one seed.",
             {{"named_schedules", Names{"rex", "linear", "one_cycle", "step_30_60_90", "constant"}},
              {"budget_percent", Numbers{5, 10, 100}},
              {"seeds", Numbers{0}}}},
            {"full",
             "Full",
             "All schedules and budgets, three seeds, SGD with momentum and Adam.",
             {{"optimizer", Names{"momentum", "adam"}}}},
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
              {"record_every", std::int64_t{10}}}},
            {"two-axes",
             "Two axes",
             "The grid of profiles and sampling rates at 5 and 10 %.",
             {{"named_schedules", Names{"rex"}},
              {"grid", true},
              {"budget_percent", Numbers{5, 10}},
              {"seeds", Numbers{0, 1}}}},
            {"own",
             "My own schedule",
             "One run at 100 %: change the profile while it trains.",
             {{"named_schedules", Names{"rex", "linear"}},
              {"custom", true},
              {"budget_percent", Numbers{100}},
              {"learning_rates", Numbers{0.3}},
              {"seeds", Numbers{0}}}}};
}

} // namespace

Description rexScheduleDescription() {
    Description description{
        .id = "rex-schedule",
        .title = "REX schedule",
        .family = "schedules",
        .paper = {.title = "REX: Revisiting Budgeted Training with an Improved Schedule",
                  .authors = "John Chen, Cameron Wolfe, Anastasios Kyrillidis",
                  .year = 2021,
                  .venue = "MLSys 2022",
                  .arxiv = "2107.04197"},
        .summary =
            "A learning-rate schedule is a profile and a rate at which it is sampled. REX, a "
            "reflected exponential profile sampled at every iteration, is compared with the "
            "usual schedules at small and large training budgets.",
        .parameters = scheduleParameters(),
        .presets = presets(),
        .views = views(),
        .claims = rexScheduleClaims(),
        .questions =
            {{"You can afford 5 % of the epochs: which schedule?",
              "One that keeps the rate high for long and still ends near zero: REX or linear. "
              "Steps "
              "lose too much time at small rates."},
             {"Why do steps catch up at 100 %?", "There is time to converge at each rate."},
             {"Is sampling more often always better?",
              "For REX it is; the linear profile likes coarse sampling at small budgets."}},
        .lockStep = false};
    const auto more = trainingParameters();
    description.parameters.insert(description.parameters.end(), more.begin(), more.end());
    for (const std::string& id : scheduleNames())
        description.arms.push_back({id, labelOf(id), ""});
    description.arms.push_back({"custom", "my own", "Profile and sampling rate from the form."});
    for (const GridArm& arm : gridArms())
        description.arms.push_back({arm.id, fmt::format("{} @ {}", arm.profile, arm.sampling), ""});
    return description;
}

} // namespace convergence
