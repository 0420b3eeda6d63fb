#include <span>

#include "core/experiment/parameter_builders.h"
#include "core/experiment/trait_table.h"
#include "plugins/matrix/fed-pca/arms.h"
#include "plugins/matrix/fed-pca/experiment.h"

namespace convergence::federated_pca {

namespace {

Parameter textParameter(std::string name, std::string label, std::string help) {
    return {.name = std::move(name),
            .label = std::move(label),
            .help = std::move(help),
            .kind = ParameterKind::formula,
            .defaultValue = std::string(),
            .appliesIf = "data_is_csv",
            .group = "Data"};
}

Parameter fileParameter(std::string name, std::string label, std::string help) {
    return {.name = std::move(name),
            .label = std::move(label),
            .help = std::move(help),
            .kind = ParameterKind::file,
            .defaultValue = std::string(),
            .appliesIf = "data_is_synthetic == 0",
            .group = "Data"};
}

std::vector<Parameter> dataParameters() {
    const std::string group = "Data";
    std::vector<Parameter> list{
        choiceParameter({"data", "Data", "Where the flows come from."}, choicesOf(flowChoices),
                        "synthetic", group),
        fileParameter("training_file", "Training file",
                      "CSV with a header; its normal flows are trained on."),
        fileParameter("test_file", "Test file",
                      "CSV of the same columns; none: a fifth of the normal flows and all attacks "
                      "of the training file."),
        textParameter("label_column", "Label column", "Tells normal flows from attacks."),
        textParameter("normal_value", "Label of normal flows", "Its value for normal flows."),
        textParameter("sort_column", "Sort column",
                      "A numeric column by which clients differ when sorted."),
        choiceParameter({"text_columns", "Text columns", "What becomes of them."},
                        choicesOf(textChoices), "drop", group),
        integerParameter({"clients", "N", "Clients", "Devices that hold flows."},
                         {.from = 2, .to = 200, .value = 20}, group),
        choiceParameter({"partition", "Partition", "How flows are shared out."},
                        choicesOf(partitionChoices), "sorted", group),
        logParameter({"concentration", "a", "Concentration", "Small: clients differ much."},
                     {.from = 0.01, .to = 100, .value = 0.3}, group)};
    list[6].appliesIf = "data_is_synthetic == 0";
    list[9].appliesIf = "partition_is_dirichlet";
    return list;
}

std::vector<Parameter> algorithmParameters() {
    const std::string group = "Algorithm";
    std::vector<Parameter> list{
        choiceSetParameter({"arms", "Arms", "Which algorithms run side by side."},
                           choicesOf(federatedArms), idsOf(federatedArms), group),
        integerParameter({"rank", "k", "Rank", "Dimensions of the common subspace."},
                         {.from = 1, .to = 200, .value = 6}, group),
        realParameter({"fraction", "", "Fraction", "Of the clients that take part in a round."},
                      {.from = 0.02, .to = 1, .value = 0.3}, group),
        logParameter({"penalty", "ρ", "Penalty", "Strength of the coupling."},
                     {.from = 1e-4, .to = 100, .value = 10}, group),
        choiceParameter({"coupling_scale", "Scale of the coupling",
                         "What the coupling is multiplied by at client i."},
                        choicesOf(scaleChoices), "one", group),
        integerParameter({"local_steps", "E", "Local steps", "Of a client in a round."},
                         {.from = 1, .to = 100, .value = 10}, group),
        logParameter({"local_rate", "η", "Local rate",
                      "Step of a local update; stable while η(4λ₁ + ρ) < 2."},
                     {.from = 1e-5, .to = 0.1, .value = 0.01}, group),
        choiceParameter({"start", "Start", "Z₀ of all."}, choicesOf(startChoices), "orthonormal",
                        group),
        choiceParameter({"server_update", "Server", "What is averaged."}, choicesOf(serverChoices),
                        "simplified", group),
        integerParameter({"rounds", "T", "Rounds", "Length of the run."},
                         {.from = 1, .to = 1000, .value = 100}, group),
        choiceParameter({"threshold", "Threshold", "Above which a flow is called an attack."},
                        choicesOf(thresholdChoices), "quantile", "Detection"),
        realParameter({"threshold_quantile", "", "Quantile", "Of the training scores."},
                      {.from = 0.5, .to = 0.9999, .value = 0.95}, "Detection"),
        logParameter({"fixed_threshold", "", "Fixed threshold",
                      "The authors': 6e-6 (UNSW-NB15), 3e-8 (TON-IoT), 2.5e-4 (NSL-KDD). It leaks "
                      "the test set: for comparison only."},
                     {.from = 1e-9, .to = 1, .value = 6e-6}, "Detection")};
    for (Parameter& parameter : list)
        if (parameter.name == "penalty" || parameter.name == "local_rate" ||
            parameter.name == "threshold_quantile")
            parameter.effect = LiveEffect::nextStep;
    list[11].appliesIf = "threshold_is_quantile";
    list[12].appliesIf = "threshold_is_fixed";
    list.push_back(
        choiceParameter({"sweep", "Sweep", "Runs the arms that depend on it once for each value."},
                        choicesOf(sweepChoices), "none", "Sweep"));
    list.push_back(listParameter({"sweep_penalty", "ρ", "Penalties", "Values of ρ."},
                                 {.from = 1e-4, .to = 100, .value = {0.01, 0.1, 1, 10}}, "Sweep"));
    list.push_back(listParameter({"sweep_fraction", "", "Fractions", "Values of the fraction."},
                                 {.from = 0.02, .to = 1, .value = {0.1, 0.3, 1}}, "Sweep"));
    list.push_back(listParameter({"sweep_rank", "k", "Ranks", "Values of k."},
                                 {.from = 1, .to = 39, .value = {2, 4, 6, 8}}, "Sweep"));
    for (Parameter& swept : std::span(list).last(3))
        swept.appliesIf = "sweep_is_" + swept.name.substr(std::string("sweep_").size());
    list.push_back(
        integerParameter({"replicates", "", "Replicates", "Repetitions with the following seeds."},
                         {.from = 1, .to = 50, .value = 1}, "Recording"));
    list.push_back(seedParameter(0, "Recording"));
    list.push_back(recordEveryParameter(1));
    return list;
}

} // namespace

std::vector<Parameter> parameters() {
    return joined({dataParameters(), algorithmParameters()});
}

std::vector<Preset> presets() {
    using Names = std::vector<std::string>;
    const Names admm{"fedpg", "fedpe", "central"};
    return {{"quick",
             "Quick",
             "Twenty clients, each with its own kind of device; all arms.",
             {},
             "Clients that differ agree on the subspace of central PCA; averaging bases, or no "
             "coupling, does not get there."},
            {"authors",
             "Authors' defaults",
             "η = 1e-4, ρ = 0.01, c = 1/n_i, E = 30, a tenth of the clients, k = 2, uniform start.",
             {{"arms", admm},
              {"rank", whole(2)},
              {"local_rate", 1e-4},
              {"penalty", 0.01},
              {"coupling_scale", std::string("per_sample")},
              {"local_steps", whole(30)},
              {"fraction", 0.1},
              {"start", std::string("uniform")},
              {"rounds", whole(200)}},
             "Neither has converged after 200 rounds; FEDPG is ahead."},
            {"iid",
             "Clients alike",
             "Shuffled flows: every client alone would do as well.",
             {{"partition", std::string("iid")}},
             "Every client alone is nearly as good as all together."},
            {"penalties",
             "Sweep of ρ",
             "Without coupling there is no consensus.",
             {{"arms", Names{"fedpg", "fedpe"}}, {"sweep", std::string("penalty")}},
             "A small ρ leaves a gap that no number of rounds closes."},
            {"fractions",
             "Sweep of the fraction",
             "Fewer clients a round cost rounds, not the limit.",
             {{"arms", Names{"fedpg", "fedpe"}},
              {"sweep", std::string("fraction")},
              {"rounds", whole(300)}},
             "The gap falls more slowly, and to the same place."},
            {"full",
             "Full",
             "Four ranks, five seeds.",
             {{"arms", Names{"fedpg", "fedpe", "local", "central"}},
              {"sweep", std::string("rank")},
              {"replicates", whole(5)}},
             "The area under the ROC curve against the rank, federated, central and alone."}};
}

} // namespace convergence::federated_pca
