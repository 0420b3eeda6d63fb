#include "plugins/federated/parameters.h"

#include <algorithm>

#include "core/experiment/experiment.h"

namespace convergence::federated {

namespace {

constexpr const char* onQuadratics = "problem_is_quadratic";
constexpr const char* onSynthetic = "problem_is_synthetic";
constexpr const char* onImages = "problem_is_fashion";
constexpr const char* onTable = "problem_is_table";
constexpr const char* onData = "(problem_is_fashion || problem_is_table)";

} // namespace

std::vector<Parameter> problemParameters() {
    return {
        choiceParameter({"problem", "Problem", "What the clients minimize together."},
                        choicesOf(problemChoices), "quadratic", "Problem"),
        when(onQuadratics,
             integerParameter({"dimension", "d", "Dimension",
                               "Of x. With two there is a picture of the clients' paths."},
                              {.from = 2, .to = 200, .value = 20}, "Problem")),
        when(onQuadratics, realParameter({"heterogeneity", "ζ", "Heterogeneity",
                                          "How far the clients' own optima lie apart."},
                                         {.from = 0, .to = 30, .value = 1}, "Problem")),
        when(onQuadratics,
             realParameter({"noise", "σ", "Gradient noise",
                            "E‖ξ‖² = σ²/B, of a batch of B (of 1, if B is 0). 0 is exact."},
                           {.from = 0, .to = 10, .value = 0}, "Problem")),
        when(onQuadratics,
             logParameter({"smallest_curvature", "μ", "Smallest curvature",
                           "Each client has d curvatures from μ to 1, in an order of its own."},
                          {.from = 1e-3, .to = 1, .value = 0.1}, "Problem")),
        when(onQuadratics,
             switchParameter({"same_optimum", "Same optimum",
                              "All clients agree where their losses are least: no conflict."},
                             false, "Problem")),
        when(onQuadratics,
             switchParameter({"same_curvature", "Same curvature",
                              "All clients have the same curvatures: averaging is exact."},
                             false, "Problem")),
        when(onQuadratics,
             switchParameter({"rotated", "Rotated", "The axes of each client's loss are its own."},
                             false, "Problem")),
        when(onSynthetic, realParameter({"models", "a", "Spread of models",
                                         "Variance of what sets the clients' models apart."},
                                        {.from = 0, .to = 10, .value = 1}, "Problem")),
        when(onSynthetic, realParameter({"shifts", "b", "Spread of inputs",
                                         "Variance of where the clients' inputs lie."},
                                        {.from = 0, .to = 10, .value = 1}, "Problem")),
        when(onSynthetic, integerParameter({"inputs", "", "Inputs", "Features of a sample."},
                                           {.from = 1, .to = 200, .value = 60}, "Problem")),
        when(onSynthetic, integerParameter({"samples_each", "n_i", "Samples of a client",
                                            "For training; a fifth as many to test."},
                                           {.from = 5, .to = 5000, .value = 100}, "Problem")),
        when(onSynthetic, logParameter({"ridge", "l2", "Ridge",
                                        "Weight of ‖x‖²/2 in each loss: makes it strongly convex."},
                                       {.from = 1e-5, .to = 0.1, .value = 1e-3}, "Problem")),
        when(onSynthetic,
             switchParameter({"unequal_sizes", "Unequal sizes",
                              "⌊exp(N(4, 2))⌋ + 50 samples a client, at most 5,000, in "
                              "place of n_i."},
                             false, "Problem")),
        when(onSynthetic, switchParameter({"same_clients", "Alike clients",
                                           "One model and no shift: independent and identically "
                                           "distributed."},
                                          false, "Problem")),
        when(onData, choiceParameter({"model", "Model", "Its weights are x."},
                                     choicesOf(modelChoices), "mlp", "Problem")),
        when(onData, realParameter({"weight_decay", "l2", "Weight decay",
                                    "Weight of ‖x‖²/2 in each loss; 0: none."},
                                   {.from = 0, .to = 0.1, .value = 0}, "Problem")),
        when(onImages, integerParameter({"train_samples", "n", "Training samples",
                                         "From the front of the training file. Rates are "
                                         "chosen by up to 2,000 others, from the 50,000th on."},
                                        {.from = 100, .to = 60000, .value = 10000}, "Problem")),
        when(onImages, integerParameter(
                           {"test_samples", "", "Test samples", "From the front of the test file."},
                           {.from = 100, .to = 10000, .value = 2000}, "Problem")),
        when(onImages, imageFolderParameter("Problem")),
        when(onTable, Parameter{.name = "table",
                                .label = "Table",
                                .help = "CSV of numbers, a row a sample; in random order the "
                                        "last fifth of the rows is for the test, a tenth before "
                                        "it for choices.",
                                .kind = ParameterKind::file,
                                .defaultValue = std::string(),
                                .group = "Problem"}),
        when(onTable, Parameter{.name = "label_column",
                                .label = "Label's column",
                                .help = "Name of the column with classes 0, 1, ...; empty: the "
                                        "last.",
                                .kind = ParameterKind::formula,
                                .defaultValue = std::string(),
                                .group = "Problem"}),
        when(onData, choiceParameter({"partition", "Shares", "Which client has which samples."},
                                     choicesOf(sharingChoices), "dirichlet", "Problem")),
        when(std::string(onData) + " && (partition_is_dirichlet || partition_is_unequal)",
             logParameter({"dirichlet", "α", "Dirichlet's α",
                           "Small: few classes a client; large: alike clients."},
                          {.from = 0.01, .to = 100, .value = 0.3}, "Problem")),
        when(std::string(onData) + " && partition_is_shards",
             integerParameter({"shards", "s", "Shards", "Of each client."},
                              {.from = 1, .to = 10, .value = 2}, "Problem")),
    };
}

std::vector<Parameter> roundParameters() {
    return {
        integerParameter({"clients", "N", "Clients", "Each has data of its own."},
                         {.from = 2, .to = 1000, .value = 20}, "Rounds"),
        integerParameter({"sampled_clients", "S", "Clients a round",
                          "So many of them, or so many on average; N is all."},
                         {.from = 1, .to = "clients", .value = 10}, "Rounds"),
        integerParameter({"batch", "B", "Batch", "Samples a local step; 0 is all of the client's."},
                         {.from = 0, .to = 512, .value = 0}, "Rounds"),
        choiceParameter({"local_work", "Local work", "What a client does in a round."},
                        choicesOf(intervalChoices), "steps", "Rounds"),
        when("local_work_is_epochs",
             integerParameter({"local_epochs", "E", "Passes",
                               "⌊n_i/B⌋ steps each. Quadratics have one sample a client."},
                              {.from = 1, .to = 20, .value = 1}, "Rounds")),
        choiceParameter({"participation", "Who takes part",
                         "All methods meet the same clients in the same rounds."},
                        choicesOf(attendanceChoices), "subset", "Rounds"),
        when("participation_is_subset == 0",
             logParameter({"rate_spread", "", "Spread of rates",
                           "How many times as often the first client takes part as the last; those "
                           "between evenly on a logarithmic scale."},
                          {.from = 1, .to = 1000, .value = 1}, "Rounds")),
        when("participation_is_markov",
             realParameter({"comes_back", "a", "Comes back",
                            "Probability that a client which is away comes back in the next round; "
                            "small: long absences."},
                           {.from = 0.001, .to = 1, .value = 0.1}, "Rounds")),
        when("participation_is_cyclic",
             integerParameter({"cycle", "C", "Cycle", "Rounds from one turn to the next."},
                              {.from = 2, .to = 10000, .value = 10}, "Rounds")),
        choiceParameter({"weighting", "Mean",
                         "Of a round's replies. f is the plain mean over "
                         "clients whatever is chosen here."},
                        choicesOf(weightingChoices), "uniform", "Rounds"),
        choiceParameter({"delay", "Delay", "How old the x is that a client begins at."},
                        choicesOf(delayChoices), "none", "Rounds"),
        when("delay_is_none == 0",
             integerParameter({"delay_rounds", "τ", "Rounds late", "At most."},
                              {.from = 1, .to = 200, .value = 5}, "Rounds")),
    };
}

std::vector<Parameter> clockParameters() {
    const std::string group = "Virtual time";
    const auto in = [](const char* unit, Parameter parameter) {
        parameter.unit = unit;
        return parameter;
    };
    return {
        in("s",
           logParameter({"sample_seconds", "", "Gradient", "At one sample, on the fastest client."},
                        {.from = 1e-7, .to = 10, .value = 1e-3}, group)),
        logParameter({"slowest", "", "Slowest client",
                      "Takes so many times as long as the fastest; the others lie between."},
                     {.from = 1, .to = 1000, .value = 1}, group),
        in("s", realParameter({"latency", "", "Latency", "Of a message, each way."},
                              {.from = 0, .to = 100, .value = 0.05}, group)),
        in("byte/s", logParameter({"bandwidth", "", "Bandwidth", "Of each client, each way."},
                                  {.from = 1, .to = 1e12, .value = 1e6}, group)),
    };
}

std::vector<Parameter> runParameters() {
    return {
        integerParameter(
            {"replicates", "", "Replicates", "Clients, batches and start are drawn anew for each."},
            {.from = 1, .to = 50, .value = 1}, "Run"),
        when(onData, realParameter({"target_accuracy", "", "Target accuracy",
                                    "On test data, mean of five evaluations, to which rounds, "
                                    "bytes and seconds are counted."},
                                   {.from = 0, .to = 1, .value = 0.75}, "Run")),
        switchParameter({"sharpness", "Measure sharpness",
                         "The largest eigenvalue of ∇²f where a run ends: power iteration on all "
                         "data, which takes as long as some dozens of full gradients."},
                        false, "Run"),
        seedParameter(),
        recordEveryParameter(),
    };
}

std::vector<Parameter> withDefaults(std::vector<Parameter> parameters, const Overrides& defaults) {
    for (const auto& [name, value] : defaults) {
        const auto found = std::ranges::find(parameters, name, &Parameter::name);
        if (found == parameters.end())
            throw std::logic_error("no parameter is called '" + name + "'");
        found->defaultValue = value;
    }
    return parameters;
}

} // namespace convergence::federated
