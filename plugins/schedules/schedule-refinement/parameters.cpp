// What can be set.

#include "core/experiment/parameter_builders.h"
#include "plugins/schedules/schedule-refinement/arms.h"
#include "plugins/schedules/schedule-refinement/experiment.h"

namespace convergence::schedule_refinement {

namespace {

using Numbers = std::vector<double>;
using Points = std::vector<CurvePoint>;

// By the index of the choice of `task`.
constexpr const char* onStream = "task_is_noisy_stream";
constexpr const char* onSoftmax = "task_is_softmax";
constexpr const char* onNetwork = "task_is_network";
constexpr const char* onImages = "task_is_softmax || task_is_network";

std::vector<Choice> scheduleChoices() {
    std::vector<Choice> choices;
    for (const ScheduleArm& arm : scheduleArms)
        if (arm.isChoice)
            choices.push_back({std::string(arm.id), std::string(arm.label), std::string(arm.help)});
    return choices;
}

Parameter drawn(ChoiceWords words, double maximum, Points value, std::string group) {
    return {.name = std::move(words.name),
            .label = std::move(words.label),
            .help = std::move(words.help),
            .kind = ParameterKind::curve,
            .minimum = 0.0,
            .maximum = maximum,
            .defaultValue = std::move(value),
            .group = std::move(group)};
}

std::vector<Parameter> problemParameters() {
    std::vector<Parameter> parameters;
    parameters.push_back(
        choiceParameter({"task", "Task", "What is trained. The last one trains nothing."},
                        choicesOf(taskChoices), "noisy_stream", "Problem"));
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
        integerParameter({"steps", "T", "Steps",
                          "Horizon of every schedule. 0: 2,000 on the stream, 2,500 for softmax, "
                          "400 for the network, "
                          "as many as norms in a file. Norms of another length are interpolated."},
                         {.from = 0, .to = 1000000, .value = 0}, "Problem");
    steps.unit = "steps";
    parameters.push_back(steps);
    parameters.push_back(
        when(onStream,
             choiceParameter({"noise_profile", "Noise of the stream",
                              "Size ν of the gradient noise over the run: 5 where it is loud, 0.5 "
                              "elsewhere; 2 throughout where it is flat."},
                             choicesOf(noiseChoices), "early", "Problem")));
    parameters.push_back(
        when("task_is_noisy_stream && noise_profile_is_drawn",
             drawn({"drawn_noise", "Drawn noise", "ν over the run, for 'drawn'."}, 20,
                   {{0, 1}, {0.3, 1}, {0.5, 6}, {0.7, 1}, {1, 1}}, "Problem")));
    parameters.push_back(when(
        onStream,
        integerParameter({"replicates", "", "Replicates",
                          "Runs of the stream whose gaps are averaged; they advance together."},
                         {.from = 2, .to = 1024, .value = 64}, "Problem")));
    parameters.push_back(
        when(onProfile, choiceParameter({"norm_profile", "Norm profile",
                                         "Gradient norms over the run, made up or drawn."},
                                        choicesOf(profileChoices), "peak", "Problem")));
    parameters.push_back(
        when("task_is_profile && norm_profile_is_drawn",
             drawn({"drawn_norms", "Drawn norms",
                    "Gradient norms over the run, for 'drawn'. The schedule follows at "
                    "once."},
                   20, {{0, 8}, {0.1, 3}, {0.3, 2}, {1, 1}}, "Problem")));
    parameters.back().effect = LiveEffect::framesOnly;
    Parameter batch = when(
        onSoftmax,
        integerParameter({"batch_size", "B", "Batch size", "Images a step of softmax regression."},
                         {.from = 1, .to = 1024, .value = 16}, "Problem"));
    batch.unit = "images";
    parameters.push_back(batch);
    batch =
        when(onNetwork, integerParameter({"network_batch_size", "B", "Batch size of the network",
                                          "Images a step of the network."},
                                         {.from = 1, .to = 1024, .value = 128}, "Problem"));
    batch.unit = "images";
    parameters.push_back(batch);
    parameters.push_back(when(onImages, imageFolderParameter("Problem")));
    return parameters;
}

std::vector<Parameter> scheduleParameters() {
    std::vector<Parameter> parameters;
    parameters.push_back(
        choiceSetParameter({"schedules", "Schedules",
                            "Which schedules run. Unless chosen, 'numeric' is left "
                            "out beyond 20,000 steps."},
                           scheduleChoices(), defaultSchedules(), "Schedules"));
    Parameter smoothing = realParameter(
        {"smoothing", "τ", "Smoothing",
         "Width of the median filter over the norms, as a fraction of the run. A change "
         "is drawn at once; training takes it up when the run starts again."},
        {.from = 0, .to = 0.5, .value = 0.1}, "Schedules");
    smoothing.effect = LiveEffect::framesOnly;
    parameters.push_back(smoothing);
    parameters.push_back(
        choiceParameter({"norm", "Norm recorded", "Which norm of the gradient makes the weights."},
                        choicesOf(normChoices), "auto", "Schedules"));
    parameters.push_back(integerParameter({"refinement_rounds", "", "Rounds of refinement",
                                           "From the second on, norms come from the refined run "
                                           "before."},
                                          {.from = 0, .to = 4, .value = 1}, "Schedules"));
    Parameter source =
        when(onTraining, logParameter({"norm_rate", "", "Base rate of the norms",
                                       "The run whose norms are used: at its best rate of the "
                                       "grid, or at this one."},
                                      {.from = 1e-5, .to = 10, .value = 0.2}, "Schedules"));
    source.keyword = "tuned";
    source.defaultValue = std::string("tuned");
    parameters.push_back(source);
    parameters.push_back(drawn(
        {"drawn_schedule", "Drawn schedule", "The schedule 'my own'. Its bound follows at once."},
        1, {{0, 0.2}, {0.2, 1}, {0.6, 0.7}, {1, 0}}, "Schedules"));
    parameters.back().effect = LiveEffect::framesOnly;
    parameters.push_back(realParameter({"warm_up", "", "Warm-up of the classical schedules",
                                        "Fraction of the run in which they rise linearly."},
                                       {.from = 0, .to = 0.9, .value = 0}, "Schedules"));
    parameters.push_back(realParameter({"polynomial_exponent", "e", "Exponent", "Of (1 − z)^e."},
                                       {.from = 0.1, .to = 10, .value = 2}, "Schedules"));
    parameters.push_back(
        realParameter({"inverse_time_rate", "", "Rate of 1/t", "The 10 in 1/(1 + 10z)."},
                      {.from = 0.1, .to = 1000, .value = 10}, "Schedules"));
    return parameters;
}

std::vector<Parameter> trainingParameters() {
    std::vector<Parameter> parameters;
    parameters.push_back(
        when(onTraining, choiceParameter({"optimizer", "Optimizer", "Every schedule runs with it."},
                                         choicesOf(optimizerChoices), "sgd", "Training")));
    const auto grid = [](std::string name, std::string label, Numbers rates, const char* applies) {
        return when(applies,
                    listParameter({std::move(name), "", std::move(label),
                                   "Grid of base rates: each schedule counts at the one with the "
                                   "smallest final loss. Widen it when the best is at its edge."},
                                  {.from = 1e-5, .to = 10, .value = std::move(rates)}, "Training"));
    };
    parameters.push_back(grid("stream_learning_rates", "Base rates of the stream",
                              {0.01, 0.02, 0.04, 0.08, 0.16, 0.32},
                              "task_is_noisy_stream && optimizer_is_adam == 0"));
    parameters.push_back(grid("softmax_learning_rates", "Base rates of softmax regression",
                              {0.03, 0.1, 0.3, 1, 2}, "task_is_softmax && optimizer_is_adam == 0"));
    parameters.push_back(grid("network_learning_rates", "Base rates of the network",
                              {0.2, 0.4, 0.8, 1.6}, "task_is_network && optimizer_is_adam == 0"));
    parameters.push_back(grid("adam_learning_rates", "Base rates of Adam",
                              {0.0003, 0.001, 0.003, 0.01, 0.03},
                              "task_is_profile == 0 && optimizer_is_adam"));
    parameters.push_back(logParameter(
        {"distance", "D", "Distance", "From the start to a minimizer, for the bounds."},
        {.from = 1e-6, .to = 1e6, .value = 1}, "Bounds"));
    parameters.push_back(logParameter({"gradient_bound", "G", "Gradient bound",
                                       "Bound on all gradient norms, for the bounds against T."},
                                      {.from = 1e-6, .to = 1e6, .value = 1}, "Bounds"));
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

} // namespace

std::vector<Parameter> parameters() {
    return joined({problemParameters(), scheduleParameters(), trainingParameters()});
}

} // namespace convergence::schedule_refinement
