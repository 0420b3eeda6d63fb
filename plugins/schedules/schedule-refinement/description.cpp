// What can be told about schedule-refinement without running it: parameters, presets, views,
// questions.

#include "core/experiment/parameter_builders.h"
#include "core/optim/schedule_refinement.h"
#include "plugins/schedules/schedule-refinement/arms.h"
#include "plugins/schedules/schedule-refinement/experiment.h"
#include "plugins/schedules/schedule-refinement/records.h"

namespace convergence {

using namespace schedule_refinement;

namespace {

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;
using Points = std::vector<CurvePoint>;

// Index of each choice of `task`, for appliesIf.
constexpr const char* onStream = "task == 0";
constexpr const char* onSoftmax = "task == 1";
constexpr const char* onNetwork = "task == 2";
constexpr const char* onProfile = "task == 3";
constexpr const char* onTraining = "task != 3";
constexpr const char* onImages = "task == 1 || task == 2";

std::vector<Choice> scheduleChoices() {
    std::vector<Choice> choices;
    for (const ScheduleArm& arm : scheduleArms)
        if (arm.isChoice)
            choices.push_back({std::string(arm.id), std::string(arm.label), std::string(arm.help)});
    return choices;
}

Parameter limited(Parameter parameter, const char* appliesIf) {
    parameter.appliesIf = appliesIf;
    return parameter;
}

Parameter drawn(std::string name, std::string label, std::string help, double maximum, Points value,
                std::string group, const char* appliesIf) {
    return {.name = std::move(name),
            .label = std::move(label),
            .help = std::move(help),
            .kind = ParameterKind::curve,
            .minimum = 0.0,
            .maximum = maximum,
            .defaultValue = std::move(value),
            .appliesIf = appliesIf,
            .group = std::move(group)};
}

std::vector<Parameter> problemParameters() {
    std::vector<Parameter> parameters;
    parameters.push_back(choiceParameter(
        "task", "Task", "What is trained. The last one trains nothing.",
        {{"noisy_stream", "Noisy stream", "Convex, nowhere smooth: the setting of the theory."},
         {"softmax", "Softmax regression", "One pass over 40,000 images."},
         {"network", "Network 784–32–10", "5,000 images, about 10 epochs."},
         {"profile", "Norms alone", "Schedules are judged by their bounds on given norms."}},
        "noisy_stream", "Problem"));
    parameters.push_back({.name = "norms",
                          .label = "My own norms",
                          .help =
                              "Table with the gradient norm of each step of a run of your own, as "
                              "TensorBoard, Weights & Biases or pandas write it, or one number a "
                              "line. Nothing is trained then: the schedules are judged on these "
                              "norms, and saved.",
                          .kind = ParameterKind::file,
                          .defaultValue = std::string(),
                          .group = "Problem"});
    parameters.push_back({.name = "norms_column",
                          .label = "Column of my own norms",
                          .help = "Name or number of the column with the norms. Empty: 'norm', "
                                  "'gradient_norm' or 'Value', else the first column of numbers "
                                  "that is neither a step nor a time.",
                          .kind = ParameterKind::formula,
                          .defaultValue = std::string(),
                          .group = "Problem"});
    Parameter steps =
        integerParameter("steps", "T", "Steps",
                         "Horizon of every schedule. 0: 2,000 on the stream, 2,500 for softmax, "
                         "400 for the network, "
                         "as many as norms in a file. Norms of another length are interpolated.",
                         0, 1000000, 0, "Problem");
    steps.unit = "steps";
    parameters.push_back(steps);
    parameters.push_back(limited(
        choiceParameter("noise_profile", "Noise of the stream",
                        "Size ν of the gradient noise over the run: 5 where it is loud, 0.5 "
                        "elsewhere; 2 throughout where it is flat.",
                        {{"early", "loud early", "z < 0.3"},
                         {"hump", "loud in the middle", "0.4 < z < 0.7"},
                         {"late", "loud late", "z > 0.7"},
                         {"flat", "flat", ""},
                         {"drawn", "drawn", "The curve below."}},
                        "early", "Problem"),
        onStream));
    parameters.push_back(drawn("drawn_noise", "Drawn noise", "ν over the run, for 'drawn'.", 20,
                               {{0, 1}, {0.3, 1}, {0.5, 6}, {0.7, 1}, {1, 1}}, "Problem",
                               "task == 0 && noise_profile == 4"));
    parameters.push_back(limited(
        integerParameter("replicates", "", "Replicates",
                         "Runs of the stream whose gaps are averaged; they advance together.", 2,
                         1024, 64, "Problem"),
        onStream));
    parameters.push_back(limited(
        choiceParameter("norm_profile", "Norm profile",
                        "Gradient norms over the run, made up or drawn.",
                        {{"flat", "flat", "1 throughout: the worst case of the theory."},
                         {"peak", "large at first", "From 15 down to 1 in a tenth of the run."},
                         {"peak_rising", "then rising", "The same, then up to 2."},
                         {"peak_falling", "then falling", "The same, then down to 0.7."},
                         {"drawn", "drawn", "The curve below."}},
                        "peak", "Problem"),
        onProfile));
    parameters.push_back(drawn("drawn_norms", "Drawn norms",
                               "Gradient norms over the run, for 'drawn'. The schedule follows at "
                               "once.",
                               20, {{0, 8}, {0.1, 3}, {0.3, 2}, {1, 1}}, "Problem",
                               "task == 3 && norm_profile == 4"));
    parameters.back().effect = LiveEffect::framesOnly;
    Parameter batch =
        limited(integerParameter("batch_size", "B", "Batch size",
                                 "Images a step of softmax regression.", 1, 1024, 16, "Problem"),
                onSoftmax);
    batch.unit = "images";
    parameters.push_back(batch);
    batch = limited(integerParameter("network_batch_size", "B", "Batch size of the network",
                                     "Images a step of the network.", 1, 1024, 128, "Problem"),
                    onNetwork);
    batch.unit = "images";
    parameters.push_back(batch);
    parameters.push_back({.name = "data_folder",
                          .label = "Data folder",
                          .help = "Folder with the four IDX files of MNIST or Fashion-MNIST; empty "
                                  "finds Fashion-MNIST where Debian puts it.",
                          .kind = ParameterKind::file,
                          .defaultValue = std::string(),
                          .appliesIf = onImages,
                          .group = "Problem"});
    return parameters;
}

std::vector<Parameter> scheduleParameters() {
    std::vector<Parameter> parameters;
    parameters.push_back(choiceSetParameter("schedules", "Schedules",
                                            "Which schedules run. Unless chosen, 'numeric' is left "
                                            "out beyond 20,000 steps.",
                                            scheduleChoices(), defaultSchedules(), "Schedules"));
    Parameter smoothing = realParameter(
        "smoothing", "τ", "Smoothing",
        "Width of the median filter over the norms, as a fraction of the run. A change "
        "is drawn at once; training takes it up when the run starts again.",
        0, 0.5, 0.1, "Schedules");
    smoothing.effect = LiveEffect::framesOnly;
    parameters.push_back(smoothing);
    parameters.push_back(choiceParameter("norm", "Norm recorded",
                                         "Which norm of the gradient makes the weights.",
                                         {{"auto", "by optimizer", "l1 for Adam, else l2."},
                                          {"l2", "l2", "w = G⁻²"},
                                          {"l1", "l1", "w = G⁻¹"}},
                                         "auto", "Schedules"));
    parameters.push_back(integerParameter("refinement_rounds", "", "Rounds of refinement",
                                          "From the second on, norms come from the refined run "
                                          "before.",
                                          0, 4, 1, "Schedules"));
    Parameter source = limited(logParameter("norm_rate", "", "Base rate of the norms",
                                            "The run whose norms are used: at its best rate of the "
                                            "grid, or at this one.",
                                            1e-5, 10, 0.2, "Schedules"),
                               onTraining);
    source.keyword = "tuned";
    source.defaultValue = std::string("tuned");
    parameters.push_back(source);
    parameters.push_back(drawn("drawn_schedule", "Drawn schedule",
                               "The schedule 'my own'. Its bound follows at once.", 1,
                               {{0, 0.2}, {0.2, 1}, {0.6, 0.7}, {1, 0}}, "Schedules", ""));
    parameters.back().effect = LiveEffect::framesOnly;
    parameters.push_back(realParameter("warm_up", "", "Warm-up of the classical schedules",
                                       "Fraction of the run in which they rise linearly.", 0, 0.9,
                                       0, "Schedules"));
    parameters.push_back(realParameter("polynomial_exponent", "e", "Exponent", "Of (1 − z)^e.", 0.1,
                                       10, 2, "Schedules"));
    parameters.push_back(realParameter("inverse_time_rate", "", "Rate of 1/t",
                                       "The 10 in 1/(1 + 10z).", 0.1, 1000, 10, "Schedules"));
    return parameters;
}

std::vector<Parameter> trainingParameters() {
    std::vector<Parameter> parameters;
    parameters.push_back(limited(
        choiceParameter("optimizer", "Optimizer", "Every schedule runs with it.",
                        {{"sgd", "SGD", ""},
                         {"momentum", "SGD with momentum 0.9", ""},
                         {"adam", "Adam", "β₂ = 0.95 on the convex tasks, 0.999 on the network."}},
                        "sgd", "Training"),
        onTraining));
    const auto grid = [](std::string name, std::string label, Numbers rates, const char* when) {
        return limited(listParameter(std::move(name), "", std::move(label),
                                     "Grid of base rates: each schedule counts at the one with the "
                                     "smallest final loss. Widen it when the best is at its edge.",
                                     1e-5, 10, std::move(rates), "Training"),
                       when);
    };
    parameters.push_back(grid("stream_learning_rates", "Base rates of the stream",
                              {0.01, 0.02, 0.04, 0.08, 0.16, 0.32}, "task == 0 && optimizer != 2"));
    parameters.push_back(grid("softmax_learning_rates", "Base rates of softmax regression",
                              {0.03, 0.1, 0.3, 1, 2}, "task == 1 && optimizer != 2"));
    parameters.push_back(grid("network_learning_rates", "Base rates of the network",
                              {0.2, 0.4, 0.8, 1.6}, "task == 2 && optimizer != 2"));
    parameters.push_back(grid("adam_learning_rates", "Base rates of Adam",
                              {0.0003, 0.001, 0.003, 0.01, 0.03}, "task != 3 && optimizer == 2"));
    parameters.push_back(logParameter("distance", "D", "Distance",
                                      "From the start to a minimizer, for the bounds.", 1e-6, 1e6,
                                      1, "Bounds"));
    parameters.push_back(logParameter("gradient_bound", "G", "Gradient bound",
                                      "Bound on all gradient norms, for the bounds against T.",
                                      1e-6, 1e6, 1, "Bounds"));
    parameters.push_back(
        {.name = "seeds",
         .label = "Seeds",
         .help = "Each seed draws problem, samples and noise; schedules share them.",
         .kind = ParameterKind::seedList,
         .defaultValue = Numbers{0},
         .appliesIf = onTraining,
         .group = "Run"});
    parameters.push_back(recordEveryParameter());
    return parameters;
}

std::vector<View> views() {
    const AxisSpec step{.column = "iteration", .label = "step t"};
    const AxisSpec ofRun{.label = "step t"};
    const std::vector<SelectorSpec> run = {{"learning_rate", "Base rate"}, {"replicate", "Seed"}};
    const PivotSpec tuned{.rowFactor = "arm",
                          .columnFactor = "learning_rate",
                          .value = "final_loss",
                          .tunedFactor = {},
                          .tunedBy = {}};
    return {
        {.id = "norms",
         .title = "Gradient norms",
         .help = "Recorded in the linear run at its best base rate (for 'refined twice', in the "
                 "refined run), and after the median filter. Change τ: all three plots follow.",
         .kind = ViewKind::curves,
         .x = ofRun,
         .y = {.label = "‖gₜ‖", .scale = Scale::logarithmic},
         .selectors = {{"arm", "Norms of"}, {"replicate", "Seed"}},
         .frames = {"norms"}},
        {.id = "weights",
         .title = "Weights",
         .help = "Where gradients are large, steps count little.",
         .kind = ViewKind::curves,
         .x = ofRun,
         .y = {.label = "weight wₜ, largest = 1"},
         .selectors = {{"arm", "Norms of"}, {"replicate", "Seed"}},
         .frames = {"weights"}},
        {.id = "refined",
         .title = "Refined schedule",
         .help = "Each weight times the sum of those after it: why the last step size is 0. The "
                 "fit is a warm-up and a power.",
         .kind = ViewKind::curves,
         .x = ofRun,
         .y = {.label = "ηₜ, largest = 1"},
         .selectors = {{"arm", "Norms of"}, {"replicate", "Seed"}},
         .frames = {"refined"},
         .isMain = true},
        {.id = "loss",
         .title = "Loss",
         .help = "All schedules at the base rate chosen above; on the stream the mean gap.",
         .kind = ViewKind::lineChart,
         .x = step,
         .y = {.label = "loss, or gap f − f*", .scale = Scale::logarithmic},
         .series = {{"loss", ""}},
         .aggregate = Aggregate::mean,
         .selectors = {{"learning_rate", "Base rate"}},
         .appliesIf = onTraining,
         .isMain = true},
        {.id = "multipliers",
         .title = "Schedules",
         .help = "Rate relative to the base rate, in the colors of the loss.",
         .kind = ViewKind::lineChart,
         .x = step,
         .y = {.label = "ηₜ / base rate"},
         .series = {{"multiplier", ""}},
         .selectors = run},
        {.id = "finals",
         .title = "Final losses",
         .help = "Each schedule at its best base rate: mean over seeds, seeds as dots.",
         .kind = ViewKind::bars,
         .x = {.label = "schedule"},
         .y = {.label = "final loss, or gap"},
         .frames = {"finals"},
         .appliesIf = onTraining},
        {.id = "sensitivity",
         .title = "Sensitivity to the base rate",
         .help = "Final loss against base rate: the minimum has to lie inside the grid.",
         .kind = ViewKind::lineChart,
         .fromTrials = true,
         .x = {.column = "learning_rate", .label = "base rate", .scale = Scale::logarithmic},
         .y = {.label = "final loss, or gap", .scale = Scale::logarithmic},
         .series = {{"final_loss", ""}},
         .aggregate = Aggregate::mean,
         .appliesIf = onTraining},
        {.id = "table",
         .title = "Final loss by base rate",
         .help = "Mean over seeds.",
         .kind = ViewKind::pivot,
         .x = {.label = "base rate"},
         .y = {.label = "schedule"},
         .pivot = tuned,
         .appliesIf = onTraining},
        {.id = "bound_bars",
         .title = "Bounds on these norms",
         .help = "Bounds on the last iterate, each schedule at its best scale. Draw norms or a "
                 "schedule: the bars follow.",
         .kind = ViewKind::bars,
         .x = {.label = "schedule"},
         .y = {.label = "bound · √T"},
         .frames = {"bound_bars"},
         .appliesIf = onProfile},
        {.id = "bound_a",
         .title = "Bound A against T",
         .help = "For constant norms G; linear decay reaches DG/√T.",
         .kind = ViewKind::curves,
         .x = {.label = "steps T", .scale = Scale::logarithmic},
         .y = {.label = "bound A", .scale = Scale::logarithmic},
         .frames = {"bound_a"}},
        {.id = "bound_b",
         .title = "Bound B against T",
         .help = "It holds for any schedule, and is looser by a factor of 2.",
         .kind = ViewKind::curves,
         .x = {.label = "steps T", .scale = Scale::logarithmic},
         .y = {.label = "bound B", .scale = Scale::logarithmic},
         .frames = {"bound_b"}},
        {.id = "notes",
         .title = "Notes",
         .help = "Best base rates, and the refinements in words.",
         .kind = ViewKind::text,
         .frames = {"notes"}}};
}

std::vector<Preset> presets() {
    const Names training = {"linear", "cosine",   "inverse_time", "inverse_sqrt",
                            "step",   "constant", "refined"};
    return {
        {"quick",
         "Quick",
         "The noisy stream, loud at first; one seed, all schedules.",
         {},
         "Loud noise at first: the refined schedule waits, and halves the gap of linear decay."},
        {"full",
         "Full",
         "The noisy stream over 20,000 steps, three seeds, two rounds of refinement.",
         {{"steps", std::int64_t{20000}},
          {"seeds", Numbers{0, 1, 2}},
          {"refinement_rounds", std::int64_t{2}}},
         "Over a longer run the same, and a second refinement that changes little."},
        {"flat",
         "Constant noise",
         "Where refinement has nothing to find.",
         {{"noise_profile", std::string("flat")}},
         "The refined schedule is linear decay again."},
        {"softmax",
         "Softmax regression",
         "SGD, three seeds: linear decay is best, refinement no gain.",
         {{"task", std::string("softmax")},
          {"schedules", training},
          {"seeds", Numbers{0, 1, 2}},
          {"refinement_rounds", std::int64_t{2}}},
         "Linear decay has the lowest loss of the classical schedules."},
        {"softmax-adam",
         "Softmax regression, Adam",
         "Norms and weights in l1.",
         {{"task", std::string("softmax")},
          {"optimizer", std::string("adam")},
          {"schedules", training},
          {"seeds", Numbers{0, 1, 2}}},
         "Only cosine comes near linear decay."},
        {"network",
         "Network",
         "A warm-up appears by itself.",
         {{"task", std::string("network")},
          {"optimizer", std::string("momentum")},
          {"norm_rate", 0.2},
          {"schedules", training},
          {"seeds", Numbers{0, 1, 2}},
          {"refinement_rounds", std::int64_t{2}}},
         "The refined schedule warms up though nobody asked it to."},
        {"draw",
         "Draw the norms",
         "Draw gradient norms or a schedule and read its bound.",
         {{"task", std::string("profile")},
          {"norm_profile", std::string("drawn")},
          {"schedules",
           Names{"linear", "cosine", "inverse_sqrt", "constant", "refined", "fitted", "drawn"}}},
         "How schedule and bound follow the norms that one draws."},
        {"own",
         "My own norms",
         "Choose a file under 'My own norms': its refined schedule is drawn, and saved with the "
         "run.",
         {{"task", std::string("profile")},
          {"schedules", Names{"linear", "cosine", "constant", "refined", "fitted", "numeric"}}},
         "What refinement makes of a run of one's own."}};
}

} // namespace

std::vector<std::string> defaultSchedules() {
    Names names;
    for (const ScheduleArm& arm : scheduleArms)
        if (arm.isChoice && arm.kind != ScheduleKind::drawn)
            names.emplace_back(arm.id);
    return names;
}

Description scheduleRefinementDescription() {
    return {
        .id = "schedule-refinement",
        .title = "Schedule refinement",
        .family = "schedules",
        .paper = {.title = "When, Why and How Much? Adaptive Learning Rate Scheduling by "
                           "Refinement",
                  .authors = "Aaron Defazio, Ashok Cutkosky, Harsh Mehta, Konstantin Mishchenko",
                  .year = 2023,
                  .venue = {},
                  .arxiv = "2310.07831"},
        .summary = "Worst-case bounds on the last iterate say that linear decay is the best "
                   "schedule. With the gradient norms of one earlier run a closed form refines it: "
                   "warm-up and fast annealing appear without being asked for.",
        .question =
            "Which learning-rate schedule is best when the gradient norms of an earlier run "
            "are known?",
        .parameters = joined({problemParameters(), scheduleParameters(), trainingParameters()}),
        .mainParameters = {"task", "schedules", "noise_profile", "steps", "smoothing",
                           "refinement_rounds", "optimizer", "norms"},
        .records = records(),
        .presets = presets(),
        .arms = armsOf(scheduleArms),
        .views = views(),
        .claims = scheduleRefinementClaims(),
        .questions =
            {{"Why is the last step size 0?",
              "The last gradient is taken at the last iterate: it cannot help it any more. In the "
              "formula, η_t multiplies the sum of the weights *after* t."},
             {"Why warm up?",
              "Large early norms give tiny weights: a step along a noisy gradient buys little and "
              "costs much. No warm-up was asked for; the norms ask for it."},
             {"Why not refine forever?",
              "The norms change under the new schedule. Compare *refined* with *refined ×2*."},
             {"Does refinement always pay?",
              "No. On softmax regression it is no gain over linear decay, and where the norms are "
              "constant there is nothing to refine."}},
        .lockStep = false};
}

} // namespace convergence
