// What can be told about fed-pca without running it: parameters, presets, views, questions.

#include "core/experiment/parameter_builders.h"
#include "plugins/matrix/fed-pca/experiment.h"

namespace convergence {

namespace {

using Names = std::vector<std::string>;

const std::vector<Choice> armChoices = {
    {"fedpg", "FEDPG", "consensus ADMM on the Grassmann manifold"},
    {"fedpe", "FEDPE", "consensus ADMM in Euclidean space"},
    {"uncoupled", "no coupling", "FEDPG with ρ = 0: clients ignore each other"},
    {"oneshot", "one shot", "leading eigenvectors of Σ U_iU_iᵀ of local PCAs"},
    {"average", "averaged bases", "the plain average of local PCA bases"},
    {"local", "client 1 alone", "PCA of a single client"},
    {"central", "central PCA", "PCA of everybody's covariances: the optimum"},
    {"fedae", "federated autoencoder", "d → 16 → k → 16 → d, averaged each round"},
    {"central_ae", "central autoencoder", "the same on all flows together"}};

Parameter textParameter(std::string name, std::string label, std::string help) {
    return {.name = std::move(name),
            .label = std::move(label),
            .help = std::move(help),
            .kind = ParameterKind::formula,
            .defaultValue = std::string(),
            .appliesIf = "data == 3",
            .group = "Data"};
}

Parameter fileParameter(std::string name, std::string label, std::string help) {
    return {.name = std::move(name),
            .label = std::move(label),
            .help = std::move(help),
            .kind = ParameterKind::file,
            .defaultValue = std::string(),
            .appliesIf = "data != 0",
            .group = "Data"};
}

std::vector<Parameter> dataParameters() {
    const std::string group = "Data";
    std::vector<Parameter> list{
        choiceParameter("data", "Data", "Where the flows come from.",
                        {{"synthetic", "synthetic traffic of four device profiles", ""},
                         {"unsw", "UNSW-NB15 (CSV)", ""},
                         {"ton_iot", "TON-IoT network (CSV)", ""},
                         {"csv", "any CSV file of flows", ""}},
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
        choiceParameter("text_columns", "Text columns", "What becomes of them.",
                        {{"drop", "left out", ""}, {"one_hot", "one-hot, 8 commonest values", ""}},
                        "drop", group),
        integerParameter("clients", "N", "Clients", "Devices that hold flows.", 2, 200, 20, group),
        choiceParameter("partition", "Partition", "How flows are shared out.",
                        {{"sorted", "sorted: each client has its own kind", ""},
                         {"iid", "shuffled: all alike", ""},
                         {"dirichlet", "Dirichlet over the sorted runs", ""}},
                        "sorted", group),
        logParameter("concentration", "a", "Concentration", "Small: clients differ much.", 0.01,
                     100, 0.3, group)};
    list[6].appliesIf = "data != 0";
    list[9].appliesIf = "partition == 2";
    return list;
}

std::vector<Parameter> algorithmParameters() {
    const std::string group = "Algorithm";
    std::vector<Parameter> list{
        choiceSetParameter("arms", "Arms", "Which algorithms run side by side.", armChoices,
                           {"fedpg", "fedpe", "uncoupled", "oneshot", "average", "local", "central",
                            "fedae", "central_ae"},
                           group),
        integerParameter("rank", "k", "Rank", "Dimensions of the common subspace.", 1, 200, 6,
                         group),
        realParameter("fraction", "", "Fraction", "Of the clients that take part in a round.", 0.02,
                      1, 0.3, group),
        logParameter("penalty", "ρ", "Penalty", "Strength of the coupling.", 1e-4, 100, 10, group),
        choiceParameter("coupling_scale", "Scale of the coupling",
                        "What the coupling is multiplied by at client i.",
                        {{"one", "1", ""}, {"per_sample", "1/n_i, as in the authors' code", ""}},
                        "one", group),
        integerParameter("local_steps", "E", "Local steps", "Of a client in a round.", 1, 100, 10,
                         group),
        logParameter("local_rate", "η", "Local rate",
                     "Step of a local update; stable while η(4λ₁ + ρ) < 2.", 1e-5, 0.1, 0.01,
                     group),
        choiceParameter("start", "Start", "Z₀ of all.",
                        {{"orthonormal", "orthonormal: Q of a uniform matrix", ""},
                         {"uniform", "the uniform matrix itself, as the authors do", ""}},
                        "orthonormal", group),
        choiceParameter("server_update", "Server", "What is averaged.",
                        {{"simplified", "the U_i", ""}, {"full", "U_i + Y_i/ρ", ""}}, "simplified",
                        group),
        integerParameter("rounds", "T", "Rounds", "Length of the run.", 1, 1000, 100, group),
        choiceParameter("threshold", "Threshold", "Above which a flow is called an attack.",
                        {{"quantile", "a quantile of the training scores", ""},
                         {"fixed", "fixed, on scores scaled to [0, 1] over the test set", ""}},
                        "quantile", "Detection"),
        realParameter("threshold_quantile", "", "Quantile", "Of the training scores.", 0.5, 0.9999,
                      0.95, "Detection"),
        logParameter("fixed_threshold", "", "Fixed threshold",
                     "The authors': 6e-6 (UNSW-NB15), 3e-8 (TON-IoT), 2.5e-4 (NSL-KDD). It leaks "
                     "the test set: for comparison only.",
                     1e-9, 1, 6e-6, "Detection")};
    for (Parameter& parameter : list)
        if (parameter.name == "penalty" || parameter.name == "local_rate" ||
            parameter.name == "threshold_quantile")
            parameter.effect = LiveEffect::nextStep;
    list[11].appliesIf = "threshold == 0";
    list[12].appliesIf = "threshold == 1";
    list.push_back(choiceParameter("sweep", "Sweep",
                                   "Runs the arms that depend on it once for each value.",
                                   {{"none", "none", ""},
                                    {"penalty", "penalty ρ", ""},
                                    {"fraction", "fraction", ""},
                                    {"rank", "rank k", ""}},
                                   "none", "Sweep"));
    list.push_back(listParameter("sweep_penalty", "ρ", "Penalties", "Values of ρ.", 1e-4, 100,
                                 {0.01, 0.1, 1, 10}, "Sweep"));
    list.push_back(listParameter("sweep_fraction", "", "Fractions", "Values of the fraction.", 0.02,
                                 1, {0.1, 0.3, 1}, "Sweep"));
    list.push_back(
        listParameter("sweep_rank", "k", "Ranks", "Values of k.", 1, 39, {2, 4, 6, 8}, "Sweep"));
    for (std::size_t i = 1; i <= 3; ++i)
        list[list.size() - 4 + i].appliesIf = "sweep == " + std::to_string(i);
    list.push_back(integerParameter("replicates", "", "Replicates",
                                    "Repetitions with the following seeds.", 1, 50, 1,
                                    "Recording"));
    list.push_back(seedParameter(0, "Recording"));
    list.push_back(recordEveryParameter(1));
    return list;
}

std::vector<Preset> presets() {
    const auto whole = [](std::int64_t value) { return value; };
    const Names admm{"fedpg", "fedpe", "central"};
    return {{"quick", "Quick", "Twenty clients, each with its own kind of device; all arms.", {}},
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
              {"rounds", whole(200)}}},
            {"iid",
             "Clients alike",
             "Shuffled flows: every client alone would do as well.",
             {{"partition", std::string("iid")}}},
            {"penalties",
             "Sweep of ρ",
             "Without coupling there is no consensus.",
             {{"arms", Names{"fedpg", "fedpe"}}, {"sweep", std::string("penalty")}}},
            {"fractions",
             "Sweep of the fraction",
             "Fewer clients a round cost rounds, not the limit.",
             {{"arms", Names{"fedpg", "fedpe"}},
              {"sweep", std::string("fraction")},
              {"rounds", whole(300)}}},
            {"full",
             "Full",
             "Four ranks, five seeds.",
             {{"arms", Names{"fedpg", "fedpe", "local", "central"}},
              {"sweep", std::string("rank")},
              {"replicates", whole(5)}}}};
}

const std::vector<SelectorSpec> designSelectors = {{"penalty", "ρ"}, {"rank", "k"}};

View chart(std::string id, std::string title, std::string help, AxisSpec y, std::string column) {
    return {.id = std::move(id),
            .title = std::move(title),
            .help = std::move(help),
            .kind = ViewKind::lineChart,
            .x = {.column = "iteration", .label = "round"},
            .y = std::move(y),
            .series = {{std::move(column), ""}},
            .aggregate = Aggregate::medianAndQuartiles};
}

View frameView(std::string id, std::string title, std::string help, ViewKind kind,
               std::vector<std::string> frames, AxisSpec x = {}, AxisSpec y = {}) {
    View view{.id = std::move(id),
              .title = std::move(title),
              .help = std::move(help),
              .kind = kind,
              .x = std::move(x),
              .y = std::move(y),
              .selectors = designSelectors,
              .frames = std::move(frames)};
    view.selectors.insert(view.selectors.begin(), {"arm", "Arm"});
    return view;
}

std::vector<View> views() {
    const Scale logarithmic = Scale::logarithmic;
    std::vector<View> list;
    list.push_back(chart("gap", "Gap to central PCA",
                         "Relative excess of the mean reconstruction cost over that of central "
                         "PCA. Without coupling, or by averaging bases, it stays.",
                         {.label = "gap (F − F*)/F*", .scale = logarithmic}, "gap"));
    list.push_back(frameView("timeline", "Federation",
                             "Who took part in which round, colored by the local cost.",
                             ViewKind::heatMaps, {"timeline"}));
    list.push_back(frameView("histogram", "Scores",
                             "Reconstruction errors of normal flows and attacks.", ViewKind::bars,
                             {"histogram"}, {}, {.label = "share of flows"}));
    list.push_back(frameView("roc", "ROC", "Recall against false alarms for all thresholds.",
                             ViewKind::curves, {"roc"}, {.label = "false-alarm rate"},
                             {.label = "recall"}));
    list.push_back(chart("gap_bytes", "Gap against bytes", "What agreement costs.",
                         {.label = "gap (F − F*)/F*", .scale = logarithmic}, "gap"));
    list.back().x = {.column = "bytes", .label = "bytes sent", .unit = "B", .scale = logarithmic};
    list.push_back(frameView("angles", "Principal angles",
                             "Largest principal angle to central PCA: six clients and the server.",
                             ViewKind::curves, {"angles"}, {.label = "round"},
                             {.label = "largest principal angle", .unit = "rad"}));
    list.push_back(frameView("kinds", "Recall by kind", "Of each kind of attack.", ViewKind::bars,
                             {"kinds"}, {}, {.label = "recall"}));
    list.push_back(frameView("confusion", "Detection", "Counts and rates at the threshold.",
                             ViewKind::text, {"confusion"}));
    list.push_back(chart("auc", "Area under ROC", "How well attacks stand out.",
                         {.label = "area under the ROC curve"}, "auc"));
    list.push_back(frameView("map", "Map of subspaces",
                             "Classical scaling of subspace distances: clients gather around the "
                             "server, and the server nears central PCA.",
                             ViewKind::curves, {"map"}, {.label = "first coordinate"},
                             {.label = "second coordinate"}));
    list.push_back(frameView("loadings", "Loadings", "What normal means: the basis by feature.",
                             ViewKind::heatMaps, {"loadings"}));
    list.push_back(frameView("flows", "Flows", "On the first two columns of the basis.",
                             ViewKind::curves, {"flows"}, {.label = "first component"},
                             {.label = "second component"}));
    list.push_back(chart("distance", "Subspace distance", "√(k − ‖QᵀV*‖²) to central PCA.",
                         {.label = "subspace distance", .scale = logarithmic}, "distance"));
    list.push_back(frameView(
        "covariances", "Covariances", "Clients differ; the mean is what they must agree on.",
        ViewKind::heatMaps, {"first_covariance", "last_covariance", "mean_covariance"}));
    list.push_back(chart("consensus", "Consensus", "How far clients are from the server.",
                         {.label = "max ‖U_i − Z‖", .scale = logarithmic}, "consensus"));
    list.push_back(chart("departure", "Orthonormality of Z",
                         "The server's average is not orthonormal; QR(Z) is what is used.",
                         {.label = "‖ZᵀZ − I‖", .scale = logarithmic}, "departure"));
    return list;
}

} // namespace

Description federatedPcaDescription() {
    Description description{
        .id = "fed-pca",
        .title = "Federated PCA",
        .family = "matrix",
        .paper = {.title = "Federated PCA on Grassmann Manifold for IoT Anomaly Detection",
                  .authors = "Tung-Anh Nguyen, Long Tan Le, Tuan Dung Nguyen, Wei Bao, Suranga "
                             "Seneviratne, Choong Seon Hong, Nguyen H. Tran",
                  .year = 2024,
                  .venue = "IEEE/ACM Transactions on Networking",
                  .arxiv = "2407.07421"},
        .summary = "Devices agree on one subspace of normal traffic without sharing traffic, by "
                   "consensus ADMM with QR retractions on the Grassmann manifold, and call what it "
                   "reconstructs badly an attack.",
        .parameters = dataParameters(),
        .presets = presets(),
        .actions = {{"drop_half", "Drop half of the clients",
                     "Only the first half takes part from now on."},
                    {"inject_attack", "Inject an attack",
                     "A twentieth of what every client trains on becomes the first kind of "
                     "attack."}},
        .views = views(),
        .claims = federatedPcaClaims(),
        .questions =
            {{"Every device trains only on its own profile. Why does its detector cry wolf?",
              "What is normal elsewhere lies outside its subspace."},
             {"What happens at ρ → 0, and why does averaging not save it?",
              "Clients go to their own subspaces, and the average of bases of different subspaces "
              "is not the average subspace."},
             {"Where do the bytes go?",
              "d·k numbers each way, a round and client: a seventh of a small autoencoder."}},
        .lockStep = true};
    for (const Parameter& parameter : algorithmParameters())
        description.parameters.push_back(parameter);
    for (const Choice& choice : armChoices)
        description.arms.push_back({choice.id, choice.label, choice.help});
    return description;
}

} // namespace convergence
