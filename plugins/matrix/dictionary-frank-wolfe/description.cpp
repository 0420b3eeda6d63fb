// What can be told about dictionary-frank-wolfe without running it: parameters, presets, views.

#include "core/experiment/parameter_builders.h"
#include "plugins/matrix/dictionary-frank-wolfe/experiment.h"

namespace convergence {

namespace {

using Names = std::vector<std::string>;

const std::vector<Choice> armChoices = {
    {"fw", "Frank–Wolfe", "the method: averaged gradients, no rate to tune"},
    {"fw_plain", "without averaging", "Frank–Wolfe on the gradient of one batch, ρ = 1"},
    {"fw_constant", "constant weights", "tracking: constant ρ and γ follow a source that changes"},
    {"riemannian", "Riemannian SGD", "stochastic gradient on the orthogonal group, a rate to tune"},
    {"batch_l3", "batch ℓ₃", "passes over stored samples, D ← polar(−∇F)"},
    {"batch_l4", "batch ℓ₄", "matching, stretching and projection over stored samples"},
    {"coding", "sparse coding", "classical online dictionary learning with an ℓ₁ penalty"},
    {"dct", "cosines", "the fixed DCT-II basis (patches only)"},
    {"pca", "principal components", "of 20,000 samples (patches and CSV only)"}};

std::vector<Parameter> dataParameters() {
    const std::string group = "Data";
    std::vector<Parameter> list{
        choiceParameter("data", "Data", "Where the samples come from.",
                        {{"synthetic", "synthetic, D* x with sparse x", ""},
                         {"change", "synthetic, a new D* half-way", ""},
                         {"patches", "8 × 8 patches of pictures", ""},
                         {"csv", "sensor readings from a CSV file", ""}},
                        "synthetic", group),
        {.name = "file",
         .label = "CSV file",
         .help = "A header, then one row a sample, one column of numbers a sensor.",
         .kind = ParameterKind::file,
         .defaultValue = std::string(),
         .appliesIf = "data == 3",
         .group = group},
        {.name = "image",
         .label = "Picture",
         .help = "A PNG or PGM to take patches from; none: Fashion-MNIST.",
         .kind = ParameterKind::file,
         .defaultValue = std::string(),
         .appliesIf = "data == 2",
         .group = group},
        {.name = "image_folder",
         .label = "Folder of Fashion-MNIST",
         .help = "Folder with the four IDX files; none: that of Debian's package.",
         .kind = ParameterKind::file,
         .defaultValue = std::string(),
         .appliesIf = "data == 2",
         .group = group},
        integerParameter("dimension", "N", "Dimension", "Numbers in a sample of synthetic data.", 2,
                         128, 10, group),
        realParameter("sparsity", "θ", "Sparsity",
                      "Share of the coefficients that is not zero. Near 1 the data is Gaussian and "
                      "no dictionary is better than another.",
                      0.02, 0.9, 0.3, group),
        realParameter("noise", "σ", "Noise", "Standard deviation of noise on synthetic samples.", 0,
                      1, 0, group),
        integerParameter("batch", "b", "Batch", "Samples a step.", 1, 500, 10, group)};
    for (const std::size_t i : {4, 5, 6})
        list[i].appliesIf = "data < 2";
    list[5].effect = LiveEffect::nextStep;
    return list;
}

std::vector<Parameter> algorithmParameters() {
    const std::string group = "Algorithm";
    std::vector<Parameter> list{
        choiceSetParameter("arms", "Arms", "Which algorithms run side by side.", armChoices,
                           {"fw", "fw_plain", "fw_constant", "riemannian", "batch_l3", "batch_l4",
                            "coding", "dct", "pca"},
                           group),
        realParameter("norm", "p", "Norm", "The objective is −E‖D y‖_p^p.", 2.5, 6, 3, group),
        realParameter("averaging_exponent", "a", "Averaging exponent", "ρ_t = t^−a.", 0, 1, 0.5,
                      group),
        realParameter("step_exponent", "c", "Step exponent", "γ_t = t^−c.", 0.3, 1, 0.75, group),
        logParameter("constant_averaging", "ρ", "Constant averaging",
                     "ρ of the arm with constant weights.", 1e-3, 1, 0.05, group),
        logParameter("constant_step", "γ", "Constant step", "γ of the arm with constant weights.",
                     1e-3, 1, 0.02, group),
        logParameter("riemannian_rate", "η", "Riemannian rate", "Its steps are η/√t.", 1e-3, 3, 0.1,
                     group)};
    for (std::size_t i = 2; i < list.size(); ++i)
        list[i].effect = LiveEffect::nextStep;
    list.push_back(integerParameter("stored_samples", "n", "Stored samples",
                                    "Samples that the batch arms keep.", 10, 100000, 10000, group));
    list.push_back(integerParameter("passes", "", "Passes", "Of the batch arms over their samples.",
                                    1, 1000, 50, group));
    list.push_back(realParameter("coding_penalty", "λ√N", "Penalty of sparse coding",
                                 "λ = penalty/√N.", 0.01, 10, 1.2, group));
    list.push_back(integerParameter("iterations", "T", "Iterations", "Steps of the online arms.",
                                    100, 200000, 10000, group));
    return list;
}

std::vector<Parameter> furtherParameters() {
    const std::string group = "Sweep";
    std::vector<Parameter> list{
        choiceParameter("sweep", "Sweep",
                        "Runs the arms that depend on it once for each value of a list.",
                        {{"none", "none", ""},
                         {"sparsity", "sparsity θ", ""},
                         {"batch", "batch b", ""},
                         {"riemannian_rate", "Riemannian rate η", ""},
                         {"stored_samples", "stored samples n", ""}},
                        "none", group),
        listParameter("sweep_sparsity", "θ", "Sparsities", "Values of θ.", 0.02, 0.9,
                      {0.05, 0.1, 0.2, 0.3, 0.4, 0.5}, group),
        listParameter("sweep_batch", "b", "Batches", "Values of b.", 1, 500, {1, 10, 100}, group),
        listParameter("sweep_riemannian_rate", "η", "Rates", "Values of η.", 1e-3, 3,
                      {0.03, 0.1, 0.3, 1}, group),
        listParameter("sweep_stored_samples", "n", "Stored samples", "Values of n.", 10, 100000,
                      {100, 1000, 10000}, group)};
    for (std::size_t i = 1; i < list.size(); ++i)
        list[i].appliesIf = "sweep == " + std::to_string(i);
    list.push_back(integerParameter("replicates", "", "Replicates",
                                    "Repetitions with the following seeds.", 1, 50, 1,
                                    "Recording"));
    list.push_back(integerParameter("probe_samples", "", "Probe samples",
                                    "Samples, never trained on, from which the gap is estimated.",
                                    100, 100000, 20000, "Recording"));
    list.push_back(integerParameter("coefficients", "s", "Coefficients a patch",
                                    "Of the picture that is put together again.", 1, 64, 4,
                                    "Recording"));
    list.back().effect = LiveEffect::restartsRun;
    list.back().appliesIf = "data == 2";
    list.push_back(seedParameter());
    list.back().group = "Recording";
    Parameter every = recordEveryParameter();
    every.help = "How many iterations lie between two recorded ones; 0 records 40 log-spaced "
                 "iterations a decade.";
    list.push_back(every);
    return list;
}

std::vector<Preset> presets() {
    const auto whole = [](std::int64_t value) { return value; };
    return {{"quick", "Quick", "N = 10, θ = 0.3, 10,000 batches of 10; all arms.", {}},
            {"change",
             "A new source",
             "Half-way the dictionary behind the data changes.",
             {{"data", std::string("change")},
              {"arms", Names{"fw", "fw_constant", "riemannian"}},
              {"iterations", whole(20000)}}},
            {"patches",
             "Patches",
             "8 × 8 patches of Fashion-MNIST against cosines and principal components.",
             {{"data", std::string("patches")},
              {"batch", whole(24)},
              {"arms", Names{"fw", "batch_l3", "dct", "pca"}},
              {"stored_samples", whole(20000)},
              {"iterations", whole(6000)}}},
            {"plane",
             "In the plane",
             "N = 2: the samples, the atoms, and the objective as a function of the angle.",
             {{"dimension", whole(2)},
              {"sparsity", 0.4},
              {"batch", whole(1)},
              {"arms", Names{"fw", "fw_plain", "riemannian"}},
              {"iterations", whole(1000)}}},
            {"gaussian",
             "Gaussian data",
             "θ = 0.9: the objective is nearly flat, and there is little to find.",
             {{"sparsity", 0.9}, {"arms", Names{"fw", "riemannian", "batch_l3"}}}},
            {"full",
             "Full",
             "N = 20, six sparsities, five seeds.",
             {{"dimension", whole(20)},
              {"arms", Names{"fw", "riemannian", "batch_l3"}},
              {"sweep", std::string("sparsity")},
              {"replicates", whole(5)}}},
            {"batches",
             "Sweep of b",
             "N = 20, batches of 1, 10 and 100, five seeds.",
             {{"dimension", whole(20)},
              {"arms", Names{"fw", "riemannian"}},
              {"sweep", std::string("batch")},
              {"replicates", whole(5)}}},
            {"rates",
             "Sweep of η",
             "The rates of Riemannian SGD; Frank–Wolfe has none.",
             {{"arms", Names{"fw", "riemannian"}}, {"sweep", std::string("riemannian_rate")}}},
            {"samples",
             "Sweep of n",
             "Batch methods with 100, 1,000 and 10,000 stored samples.",
             {{"arms", Names{"fw", "batch_l3", "batch_l4"}},
              {"sweep", std::string("stored_samples")}}}};
}

const std::vector<SelectorSpec> designSelectors = {
    {"sparsity", "θ"}, {"batch", "b"}, {"riemannian_rate", "η"}, {"stored_samples", "n"}};

View chart(std::string id, std::string title, std::string help, AxisSpec y,
           std::vector<SeriesSpec> series, bool oneArm = false) {
    View view{.id = std::move(id),
              .title = std::move(title),
              .help = std::move(help),
              .kind = ViewKind::lineChart,
              .x = {.column = "iteration", .label = "iteration t", .scale = Scale::logarithmic},
              .y = std::move(y),
              .series = std::move(series),
              .aggregate = Aggregate::medianAndQuartiles,
              .selectors = designSelectors};
    if (oneArm)
        view.selectors.insert(view.selectors.begin(), {"arm", "Arm"});
    return view;
}

View frameView(std::string id, std::string title, std::string help, ViewKind kind,
               std::vector<std::string> frames, AxisSpec x, AxisSpec y, std::string appliesIf) {
    View view{.id = std::move(id),
              .title = std::move(title),
              .help = std::move(help),
              .kind = kind,
              .x = std::move(x),
              .y = std::move(y),
              .selectors = designSelectors,
              .frames = std::move(frames),
              .appliesIf = std::move(appliesIf)};
    if (kind != ViewKind::trajectory)
        view.selectors.insert(view.selectors.begin(), {"arm", "Arm"});
    return view;
}

std::vector<View> views() {
    const Scale logarithmic = Scale::logarithmic;
    const std::string synthetic = "data < 2", patches = "data == 2";
    const std::string plane = "(data < 2) && (dimension == 2)";
    std::vector<View> list;
    list.push_back(
        chart("gap", "Frank–Wolfe gap",
              "Estimated on samples never trained on. Dashed: the paper's rate c·ln t/t^¼ "
              "with c from the first decade.",
              {.label = "gap ‖∇F‖∗ + ⟨D, ∇F⟩ (ours)", .scale = logarithmic},
              {{"gap", ""}, {"predicted_gap", "c·ln t/t^¼", true}}));
    list.back().fit = {FitKind::logLog, 100.0, 0.0};
    list.push_back(chart("recovery", "Recovery error",
                         "Zero only when D D* is a signed permutation. The horizontal axis counts "
                         "samples; batch methods count every pass.",
                         {.label = "error 1 − ‖D D*‖₄⁴/N", .scale = logarithmic}, {{"error", ""}}));
    list.back().x = {.column = "samples", .label = "samples processed", .scale = logarithmic};
    list.back().appliesIf = synthetic;
    list.push_back(
        frameView("permutation", "D D*",
                  "With its rows in order |D D*| turns into the identity: the dictionary "
                  "is found up to order and signs.",
                  ViewKind::heatMaps, {"permuted", "product"}, {}, {}, synthetic));
    list.push_back(frameView("hull", "Inside the hull",
                             "The smallest and the largest singular value of D. The corner (1, 1) "
                             "is orthogonal; on the way D is not.",
                             ViewKind::trajectory, {"hull"},
                             {.label = "smallest singular value of D"},
                             {.label = "largest singular value of D"}, ""));
    list.push_back(frameView("atoms", "Atoms",
                             "The rows of the dictionary as patches, by the energy they carry. "
                             "Choose cosines or principal components to compare.",
                             ViewKind::heatMaps, {"atoms", "reconstruction", "original"}, {}, {},
                             patches));
    list.push_back(frameView("kept", "Energy kept",
                             "Share of the energy of held-out patches in the s largest "
                             "coefficients.",
                             ViewKind::curves, {"kept"},
                             {.label = "coefficients s", .scale = logarithmic},
                             {.label = "energy kept"}, patches));
    list.push_back(chart("kept_over_time", "Energy kept by 4",
                         "On held-out samples; the curves of cosines and principal components are "
                         "single points.",
                         {.label = "energy kept by 4 coefficients"}, {{"kept_4", ""}}));
    list.back().appliesIf = "data >= 2";
    list.push_back(chart(
        "singular_values", "Singular values of D",
        "The hull is larger than the set of orthogonal matrices, and yet all "
        "singular values go to 1.",
        {.label = "singular values of D"},
        {{"sigma_max", "largest"}, {"sigma_median", "median"}, {"sigma_min", "smallest"}}, true));
    list.push_back(chart("gradient_error", "Gradient error",
                         "Of the averaged gradient against that on the probe. Dashed: t^−¼.",
                         {.label = "‖G − ∇F‖/‖∇F‖", .scale = logarithmic},
                         {{"gradient_error", ""}, {"predicted_gradient_error", "c·t^−¼", true}}));
    list.push_back(chart("orthogonality", "Orthogonality", "How far D is from orthogonal.",
                         {.label = "‖DDᵀ − I‖/√N", .scale = logarithmic}, {{"orthogonality", ""}}));
    list.push_back(chart("seconds", "Error against time", "Each arm's own seconds.",
                         {.label = "recovery error", .scale = logarithmic}, {{"error", ""}}));
    list.back().x = {
        .column = "seconds", .label = "seconds of the arm", .unit = "s", .scale = logarithmic};
    list.back().appliesIf = synthetic;
    list.push_back(
        {.id = "memory",
         .title = "Error against memory",
         .help = "The online arms hold two matrices and one batch, the batch arms all "
                 "their samples. Run 'Sweep of n'.",
         .kind = ViewKind::lineChart,
         .fromTrials = true,
         .x = {.column = "memory", .label = "numbers held in memory", .scale = logarithmic},
         .y = {.label = "final recovery error", .scale = logarithmic},
         .series = {{"final_error", ""}},
         .appliesIf = synthetic});
    list.push_back(chart("amari", "Amari index", "Another measure of recovery.",
                         {.label = "Amari index of |D D*|", .scale = logarithmic},
                         {{"amari", ""}}));
    list.back().appliesIf = synthetic;
    list.push_back(
        {.id = "rates",
         .title = "Error against η",
         .help = "Run 'Sweep of η': tuned, Riemannian SGD is the more accurate; badly "
                 "tuned, it fails.",
         .kind = ViewKind::lineChart,
         .fromTrials = true,
         .x = {.column = "riemannian_rate", .label = "Riemannian rate η", .scale = logarithmic},
         .y = {.label = "final recovery error", .scale = logarithmic},
         .series = {{"final_error", ""}},
         .aggregate = Aggregate::medianAndQuartiles,
         .appliesIf = synthetic});
    list.push_back({.id = "sparsities",
                    .title = "Error against θ",
                    .help = "Run 'Full': toward Gaussian data there is nothing left to find.",
                    .kind = ViewKind::lineChart,
                    .fromTrials = true,
                    .x = {.column = "sparsity", .label = "sparsity θ"},
                    .y = {.label = "final recovery error", .scale = logarithmic},
                    .series = {{"final_error", ""}},
                    .aggregate = Aggregate::medianAndQuartiles,
                    .appliesIf = synthetic});
    list.push_back(frameView("plane", "Plane of the samples",
                             "Samples lie near the directions of D*; the rows of D turn toward "
                             "them, shorter than 1 while D is inside the hull.",
                             ViewKind::curves, {"plane"}, {.label = "y₁ (scaled)"},
                             {.label = "y₂ (scaled)"}, plane));
    list.push_back(frameView(
        "angle", "Objective over the angle",
        "F of all rotations; its minima are the directions of D*.", ViewKind::curves, {"angle"},
        {.label = "angle of the first row", .unit = "°"}, {.label = "objective F"}, plane));
    return list;
}

} // namespace

Description dictionaryLearningDescription() {
    Description description{
        .id = "dictionary-frank-wolfe",
        .title = "Dictionary learning by Frank–Wolfe",
        .family = "matrix",
        .paper = {.title = "Online Orthogonal Dictionary Learning Based on Frank-Wolfe Method",
                  .authors = "Ye Xue, Vincent Lau",
                  .year = 2021,
                  .venue = "IEEE Transactions on Neural Networks and Learning Systems 2022",
                  .arxiv = "2103.01484"},
        .summary = "An orthogonal dictionary is learned from a stream that is never stored. The "
                   "orthogonality constraint is relaxed to its convex hull, where a Frank–Wolfe "
                   "step costs one polar decomposition, and still the answer ends up orthogonal.",
        .parameters = dataParameters(),
        .presets = presets(),
        .actions = {{"new_source", "New source now",
                     "Replaces the dictionary behind synthetic data."}},
        .views = views(),
        .claims = dictionaryLearningClaims(),
        .questions = {{"The constraint set was enlarged; why is the answer still orthogonal?",
                       "A convex function is largest at an extreme point, and the extreme points "
                       "of the hull are the orthogonal matrices."},
                      {"Why average gradients?",
                       "A vertex reacts to a gradient's direction, not to its size: noise in it "
                       "moves the vertex however small the steps are."},
                      {"When would you prefer constant steps?",
                       "When the source changes: decaying weights remember for ever."}},
        .lockStep = true};
    for (auto part : {algorithmParameters(), furtherParameters()})
        description.parameters.insert(description.parameters.end(), part.begin(), part.end());
    for (const Choice& choice : armChoices)
        description.arms.push_back({choice.id, choice.label, choice.help});
    return description;
}

} // namespace convergence
