#include "core/experiment/parameter_builders.h"
#include "core/experiment/trait_table.h"
#include "plugins/matrix/dictionary-frank-wolfe/arms.h"
#include "plugins/matrix/dictionary-frank-wolfe/experiment.h"

namespace convergence::dictionary_learning {

namespace {

std::vector<Parameter> dataParameters() {
    const std::string group = "Data";
    std::vector<Parameter> list{
        choiceParameter({"data", "Data", "Where the samples come from."}, choicesOf(dataKinds),
                        "synthetic", group),
        {.name = "file",
         .label = "CSV file",
         .help = "A header, then one row a sample, one column of numbers a sensor.",
         .kind = ParameterKind::file,
         .defaultValue = std::string(),
         .appliesIf = "data_is_csv",
         .group = group},
        {.name = "image",
         .label = "Picture",
         .help = "A PNG or PGM to take patches from; none: Fashion-MNIST.",
         .kind = ParameterKind::file,
         .defaultValue = std::string(),
         .appliesIf = "data_is_patches",
         .group = group},
        {.name = "image_folder",
         .label = "Folder of Fashion-MNIST",
         .help = "Folder with the four IDX files; none: that of Debian's package.",
         .kind = ParameterKind::file,
         .defaultValue = std::string(),
         .appliesIf = "data_is_patches",
         .group = group},
        integerParameter({"dimension", "N", "Dimension", "Numbers in a sample of synthetic data."},
                         {.from = 2, .to = 128, .value = 10}, group),
        realParameter(
            {"sparsity", "θ", "Sparsity",
             "Share of the coefficients that is not zero. Near 1 the data is Gaussian and "
             "no dictionary is better than another."},
            {.from = 0.02, .to = 0.9, .value = 0.3}, group),
        realParameter({"noise", "σ", "Noise", "Standard deviation of noise on synthetic samples."},
                      {.from = 0, .to = 1, .value = 0}, group),
        integerParameter({"batch", "b", "Batch", "Samples a step."},
                         {.from = 1, .to = 500, .value = 10}, group)};
    for (const std::size_t i : {4, 5, 6})
        list[i].appliesIf = "(data_is_synthetic || data_is_change)";
    list[5].effect = LiveEffect::nextStep;
    return list;
}

std::vector<Parameter> algorithmParameters() {
    const std::string group = "Algorithm";
    std::vector<Parameter> list{
        choiceSetParameter({"arms", "Arms", "Which algorithms run side by side."},
                           choicesOf(dictionaryArms), idsOf(dictionaryArms), group),
        realParameter({"norm", "p", "Norm", "The objective is −E‖D y‖_p^p."},
                      {.from = 2.5, .to = 6, .value = 3}, group),
        realParameter({"averaging_exponent", "a", "Averaging exponent", "ρ_t = t^−a."},
                      {.from = 0, .to = 1, .value = 0.5}, group),
        realParameter({"step_exponent", "c", "Step exponent", "γ_t = t^−c."},
                      {.from = 0.3, .to = 1, .value = 0.75}, group),
        logParameter({"constant_averaging", "ρ", "Constant averaging",
                      "ρ of the arm with constant weights."},
                     {.from = 1e-3, .to = 1, .value = 0.05}, group),
        logParameter({"constant_step", "γ", "Constant step", "γ of the arm with constant weights."},
                     {.from = 1e-3, .to = 1, .value = 0.02}, group),
        logParameter({"riemannian_rate", "η", "Riemannian rate", "Its steps are η/√t."},
                     {.from = 1e-3, .to = 3, .value = 0.1}, group)};
    for (std::size_t i = 2; i < list.size(); ++i)
        list[i].effect = LiveEffect::nextStep;
    list.push_back(integerParameter(
        {"stored_samples", "n", "Stored samples", "Samples that the batch arms keep."},
        {.from = 10, .to = 100000, .value = 10000}, group));
    list.push_back(
        integerParameter({"passes", "", "Passes", "Of the batch arms over their samples."},
                         {.from = 1, .to = 1000, .value = 50}, group));
    list.push_back(
        realParameter({"coding_penalty", "λ√N", "Penalty of sparse coding", "λ = penalty/√N."},
                      {.from = 0.01, .to = 10, .value = 1.2}, group));
    list.push_back(integerParameter({"iterations", "T", "Iterations", "Steps of the online arms."},
                                    {.from = 100, .to = 200000, .value = 10000}, group));
    return list;
}

std::vector<Parameter> furtherParameters() {
    const std::string group = "Sweep";
    std::vector<Parameter> list{
        choiceParameter(
            {"sweep", "Sweep", "Runs the arms that depend on it once for each value of a list."},
            choicesOf(sweepChoices), "none", group),
        listParameter({"sweep_sparsity", "θ", "Sparsities", "Values of θ."},
                      {.from = 0.02, .to = 0.9, .value = {0.05, 0.1, 0.2, 0.3, 0.4, 0.5}}, group),
        listParameter({"sweep_batch", "b", "Batches", "Values of b."},
                      {.from = 1, .to = 500, .value = {1, 10, 100}}, group),
        listParameter({"sweep_riemannian_rate", "η", "Rates", "Values of η."},
                      {.from = 1e-3, .to = 3, .value = {0.03, 0.1, 0.3, 1}}, group),
        listParameter({"sweep_stored_samples", "n", "Stored samples", "Values of n."},
                      {.from = 10, .to = 100000, .value = {100, 1000, 10000}}, group)};
    for (std::size_t i = 1; i < list.size(); ++i)
        list[i].appliesIf = "sweep_is_" + list[i].name.substr(std::string("sweep_").size());
    list.push_back(
        integerParameter({"replicates", "", "Replicates", "Repetitions with the following seeds."},
                         {.from = 1, .to = 50, .value = 1}, "Recording"));
    list.push_back(integerParameter({"probe_samples", "", "Probe samples",
                                     "Samples, never trained on, from which the gap is estimated."},
                                    {.from = 100, .to = 100000, .value = 20000}, "Recording"));
    list.push_back(integerParameter(
        {"coefficients", "s", "Coefficients a patch", "Of the picture that is put together again."},
        {.from = 1, .to = 64, .value = 4}, "Recording"));
    list.back().effect = LiveEffect::restartsRun;
    list.back().appliesIf = "data_is_patches";
    list.push_back(seedParameter());
    list.back().group = "Recording";
    Parameter every = recordEveryParameter();
    every.help = "How many iterations lie between two recorded ones; 0 records 40 log-spaced "
                 "iterations a decade.";
    list.push_back(every);
    return list;
}

} // namespace

std::vector<Parameter> parameters() {
    return joined({dataParameters(), algorithmParameters(), furtherParameters()});
}

std::vector<Preset> presets() {
    using Names = std::vector<std::string>;
    return {
        {"quick",
         "Quick",
         "N = 10, θ = 0.3, 10,000 batches of 10; all arms.",
         {},
         "The gap falls, |D D*| turns into the identity, and D ends orthogonal; without averaging "
         "none of it."},
        {"change",
         "A new source",
         "Half-way the dictionary behind the data changes.",
         {{"data", std::string("change")},
          {"arms", Names{"fw", "fw_constant", "riemannian"}},
          {"iterations", whole(20000)}},
         "Constant weights find the new dictionary; decaying ones remember the old one."},
        {"patches",
         "Patches",
         "8 × 8 patches of Fashion-MNIST against cosines and principal components.",
         {{"data", std::string("patches")},
          {"batch", whole(24)},
          {"arms", Names{"fw", "batch_l3", "dct", "pca"}},
          {"stored_samples", whole(20000)},
          {"iterations", whole(6000)}},
         "Learned atoms keep more energy in few coefficients than cosines and principal "
         "components."},
        {"plane",
         "In the plane",
         "N = 2: the samples, the atoms, and the objective as a function of the angle.",
         {{"dimension", whole(2)},
          {"sparsity", 0.4},
          {"batch", whole(1)},
          {"arms", Names{"fw", "fw_plain", "riemannian"}},
          {"iterations", whole(1000)}},
         "Rows of D turn toward the directions in which the samples lie."},
        {"gaussian",
         "Gaussian data",
         "θ = 0.9: the objective is nearly flat, and there is little to find.",
         {{"sparsity", 0.9}, {"arms", Names{"fw", "riemannian", "batch_l3"}}},
         "Nothing is recovered, for there is no dictionary to prefer."},
        {"full",
         "Full",
         "N = 20, six sparsities, five seeds.",
         {{"dimension", whole(20)},
          {"arms", Names{"fw", "riemannian", "batch_l3"}},
          {"sweep", std::string("sparsity")},
          {"replicates", whole(5)}},
         "The error grows toward Gaussian data."},
        {"batches",
         "Sweep of b",
         "N = 20, batches of 1, 10 and 100, five seeds.",
         {{"dimension", whole(20)},
          {"arms", Names{"fw", "riemannian"}},
          {"sweep", std::string("batch")},
          {"replicates", whole(5)}},
         "Batches of one are enough; larger ones are more accurate."},
        {"rates",
         "Sweep of η",
         "The rates of Riemannian SGD; Frank–Wolfe has none.",
         {{"arms", Names{"fw", "riemannian"}}, {"sweep", std::string("riemannian_rate")}},
         "A tuned rate beats Frank–Wolfe, a badly tuned one fails."},
        {"samples",
         "Sweep of n",
         "Batch methods with 100, 1,000 and 10,000 stored samples.",
         {{"arms", Names{"fw", "batch_l3", "batch_l4"}}, {"sweep", std::string("stored_samples")}},
         "Each number of stored samples buys its own accuracy."}};
}

} // namespace convergence::dictionary_learning
