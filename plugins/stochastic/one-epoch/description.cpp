// What can be told about one-epoch without running it.

#include "core/experiment/parameter_builders.h"
#include "plugins/stochastic/one-epoch/experiment.h"

namespace convergence {

namespace {

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

std::vector<Parameter> textParameters() {
    std::vector<Parameter> parameters;
    parameters.push_back(choiceParameter(
        "study", "Study", "What is compared.",
        {{"epochs", "epochs", "Fresh text against the same text again, for as many steps."},
         {"sizes", "sizes", "Widths at the same compute P·T, all on fresh text."}},
        "epochs", "Text"));
    parameters.push_back(choiceParameter(
        "text_source", "Text", "What the model learns to continue.",
        {{"king_james", "King James Bible", "4.4 million characters, a verse a line."},
         {"own", "own text", "A file, or all files of a folder."}},
        "king_james", "Text"));
    parameters.push_back({.name = "text_path",
                          .label = "File or folder",
                          .help = "Plain or gzip-compressed text; a folder is read with its "
                                  "subfolders in order of names, manual pages for instance.",
                          .kind = ParameterKind::file,
                          .defaultValue = std::string(),
                          .appliesIf = "text_source == 1",
                          .group = "Text"});
    parameters.push_back(choiceParameter(
        "symbols", "Symbols", "What the model predicts.",
        {{"characters", "characters", "The text must be UTF-8."}, {"bytes", "bytes", "Any file."}},
        "characters", "Text"));
    parameters.back().appliesIf = "text_source == 1";
    parameters.push_back(choiceParameter(
        "text_order", "Order of symbols", "A control: without order there is nothing to learn.",
        {{"written", "as written", ""},
         {"shuffled", "shuffled", "Only the frequencies of symbols can be learned."}},
        "written", "Text"));
    parameters.push_back(choiceParameter(
        "supply", "Chunks of several epochs", "A control: is it the repetition that hurts?",
        {{"repeated", "repeated", "N/E chunks, E times."},
         {"fresh", "always fresh", "No chunk twice, whatever E: all runs are the same."}},
        "repeated", "Text"));
    parameters.back().appliesIf = "study == 0";
    return parameters;
}

std::vector<Parameter> modelParameters() {
    std::vector<Parameter> parameters;
    parameters.push_back(choiceParameter(
        "model", "Model", "What is trained to continue the text.",
        {{"transformer", "transformer", "Decoder with pre-norm and learned positions."},
         {"ngram", "n-gram network",
          "The last 8 symbols, one tanh layer of 128 (Bengio et al. 2003)."}},
        "transformer", "Model"));
    parameters.push_back(
        integerParameter("width", "d", "Width", "The heads divide it.", 8, 256, 32, "Model"));
    parameters.back().appliesIf = "model == 0 && study == 0";
    parameters.push_back(
        integerParameter("layers", "L", "Layers", "Blocks of the transformer.", 1, 6, 2, "Model"));
    parameters.back().appliesIf = "model == 0";
    parameters.push_back(
        integerParameter("heads", "h", "Heads", "Of each layer.", 1, 8, 2, "Model"));
    parameters.back().appliesIf = "model == 0";
    parameters.push_back(integerParameter("context", "C", "Context",
                                          "Symbols that the model sees; a chunk has one more.", 8,
                                          256, 64, "Model"));
    return parameters;
}

std::vector<Parameter> trainingParameters() {
    std::vector<Parameter> parameters;
    std::vector<Choice> arms;
    for (const Arm& arm : oneEpochArms())
        arms.push_back({arm.id, arm.label, arm.help});
    parameters.push_back(choiceSetParameter(
        "arms", "Epochs", "E: how often a run sees each of its chunks, in I steps all the same.",
        arms, {"epochs_1", "epochs_10", "epochs_100"}, "Training"));
    parameters.back().symbol = "E";
    parameters.back().appliesIf = "study == 0";
    parameters.push_back(integerParameter("own_epochs", "E", "Own number",
                                          "Of the arm 'own number'.", 1, 500, 30, "Training"));
    parameters.back().appliesIf = "study == 0";
    parameters.push_back(listParameter("dropout", "p", "Dropout",
                                       "Each makes runs of its own. Losses are measured without.",
                                       0, 0.6, {0}, "Training"));
    parameters.back().appliesIf = "study == 0 && model == 0";
    parameters.push_back(integerParameter("iterations", "I", "Iterations",
                                          "The same for every run; the schedule spans them.", 50,
                                          100000, 500, "Training"));
    parameters.back().appliesIf = "study == 0";
    parameters.push_back(integerParameter("batch_chunks", "B", "Batch", "Chunks of an iteration.",
                                          1, 64, 8, "Training"));
    parameters.back().unit = "chunks";
    parameters.push_back(logParameter("learning_rate", "η", "Learning rate", "Of Adam.", 1e-5, 0.1,
                                      3e-3, "Training"));
    parameters.back().appliesIf = "study == 0";
    parameters.push_back(choiceParameter(
        "schedule", "Schedule", "Both begin with 50 iterations of warm-up.",
        {{"linear", "linear to 0", "Spans all I iterations."},
         {"constant", "constant", "A run that is stopped is a shorter run: for power laws."}},
        "linear", "Training"));
    return parameters;
}

std::vector<Parameter> sizeParameters() {
    std::vector<Parameter> parameters;
    parameters.push_back(listParameter(
        "compute_budget", "P·T", "Compute",
        "Parameters times symbols: a model of P parameters is trained on T = P·T/P symbols.", 1e8,
        1e13, {1e10}, "Sizes"));
    parameters.push_back(listParameter("widths", "d", "Widths", "The heads divide them.", 8, 256,
                                       {8, 16, 32, 64, 96}, "Sizes"));
    parameters.push_back(listParameter("tuned_rates", "η", "Learning rates",
                                       "Of each width the best counts, by its loss on chunks that "
                                       "are set aside for this.",
                                       1e-5, 0.1, {3e-3, 1e-2}, "Sizes"));
    Parameter target = logParameter("target_ratio", "ρ", "Target ratio",
                                    "Where the heuristic goes: P* = √(PT/ρ), T* = ρP*. About 5 in "
                                    "the paper.",
                                    0.5, 1000, 5, "Sizes");
    target.effect = LiveEffect::framesOnly;
    parameters.push_back(std::move(target));
    for (Parameter& parameter : parameters)
        parameter.appliesIf = "study == 1";
    return parameters;
}

std::vector<Parameter> runParameters() {
    std::vector<Parameter> parameters;
    parameters.push_back(integerParameter("shown_layer", "", "Layer shown", "Of the attention.", 1,
                                          "layers", 1, "Shown"));
    parameters.push_back(integerParameter("shown_head", "", "Head shown", "Of the attention.", 1,
                                          "heads", 1, "Shown"));
    parameters.push_back(integerParameter("burn_in", "", "Burn-in",
                                          "Iterations that the power law leaves out.", 1, 10000,
                                          100, "Shown"));
    for (Parameter& parameter : parameters)
        parameter.effect = LiveEffect::framesOnly;
    parameters.push_back(integerParameter(
        "replicates", "", "Replicates", "Replicate r runs with the seed plus r.", 1, 20, 1, "Run"));
    parameters.push_back(seedParameter());
    parameters.push_back(recordEveryParameter(25));
    return parameters;
}

std::vector<Preset> presets() {
    return {{"quick",
             "Quick",
             "Width 32, 500 iterations: 1, 10 and 100 epochs.",
             {{"arms", Names{"epochs_1", "epochs_10", "epochs_100"}}}},
            {"full",
             "Full",
             "Width 64, 1,500 iterations, with and without dropout, three replicates.",
             {{"width", whole(64)},
              {"iterations", whole(1500)},
              {"arms", Names{"epochs_1", "epochs_5", "epochs_10", "epochs_20", "epochs_50"}},
              {"dropout", Numbers{0, 0.1}},
              {"replicates", whole(3)}}},
            {"dropout",
             "Dropout",
             "Does dropout help? With one epoch and with fifty.",
             {{"arms", Names{"epochs_1", "epochs_50"}},
              {"iterations", whole(1000)},
              {"dropout", Numbers{0, 0.1}}}},
            {"power-law",
             "Power law",
             "One epoch at a constant rate for 3,000 iterations.",
             {{"arms", Names{"epochs_1"}},
              {"iterations", whole(3000)},
              {"schedule", std::string("constant")},
              {"learning_rate", 2e-3},
              {"record_every", whole(0)}}},
            {"sizes",
             "Sizes",
             "Five widths at P·T = 10¹⁰: bigger or longer?",
             {{"study", std::string("sizes")}, {"record_every", whole(0)}}},
            {"more-compute",
             "More compute",
             "Four widths at P·T = 4.1·10¹⁰.",
             {{"study", std::string("sizes")},
              {"compute_budget", Numbers{4.1e10}},
              {"widths", Numbers{16, 32, 64, 96}},
              {"record_every", whole(0)}}},
            {"fresh",
             "Control: always fresh",
             "The quick comparison without repetition: the runs do not differ.",
             {{"arms", Names{"epochs_1", "epochs_10", "epochs_100"}},
              {"supply", std::string("fresh")}}},
            {"ngram",
             "n-gram network",
             "The quick comparison with a cheaper model.",
             {{"model", std::string("ngram")},
              {"arms", Names{"epochs_1", "epochs_10", "epochs_100"}}}}};
}

const AxisSpec iterationAxis{
    .column = "iteration", .label = "iteration", .scale = Scale::logarithmic};
const AxisSpec lossAxis{.label = "loss", .unit = "nats per symbol", .scale = Scale::logarithmic};
const std::vector<SelectorSpec> byTrial{{"arm", "E"}, {"dropout", "Dropout"}};

std::vector<View> epochViews() {
    return {
        {.id = "losses",
         .title = "Losses",
         .help =
             "Test loss, and beside it the training loss, the mean of the last 50 mini-batches. "
             "Every run takes as many steps of the same cost.",
         .x = iterationAxis,
         .y = lossAxis,
         .series = {{"test_loss", "test"},
                    {"training_loss", "training"},
                    {"unigram_loss", "frequencies of symbols", true},
                    {"bigram_loss", "frequencies of pairs", true}},
         .aggregate = Aggregate::mean},
        {.id = "times_seen",
         .title = "Times seen",
         .help = "The test loss against how often each symbol was seen: it turns up once the same "
                 "text has come some ten times.",
         .x = {.column = "times_seen",
               .label = "times each symbol was seen",
               .scale = Scale::logarithmic},
         .y = lossAxis,
         .series = {{"test_loss", ""}},
         .aggregate = Aggregate::mean},
        {.id = "text",
         .title = "What it writes",
         .help =
             "Sampled at temperature 0.8 after the beginning of a chunk that all runs train on. "
             "A run of many epochs recites.",
         .kind = ViewKind::text,
         .selectors = byTrial,
         .frames = {"text"}},
        {.id = "gaps",
         .title = "Gap",
         .help = "Test minus training loss at the end; dots are replicates.",
         .kind = ViewKind::bars,
         .x = {.label = "epochs"},
         .y = {.label = "test − training", .unit = "nats"},
         .frames = {"gaps"}},
        {.id = "construction",
         .title = "How much faster",
         .help = "When is one epoch as good as many epochs ever get? The schedule spans all "
                 "iterations, so half a run is not a finished shorter run.",
         .kind = ViewKind::curves,
         .x = {.label = "iteration", .scale = Scale::logarithmic},
         .y = {.label = "test loss", .unit = "nats"},
         .selectors = byTrial,
         .frames = {"construction"}},
        {.id = "speed_ups",
         .title = "Speed-up",
         .help = "Iterations to the least test loss of E epochs over those that one epoch needs "
                 "for it.",
         .kind = ViewKind::bars,
         .x = {.label = "epochs"},
         .y = {.label = "speed-up of one epoch"},
         .frames = {"speed_ups"}},
        {.id = "final_losses",
         .title = "Final loss",
         .help = "Test loss at the end, with and without dropout.",
         .kind = ViewKind::bars,
         .x = {.label = "epochs"},
         .y = {.label = "final test loss", .unit = "nats"},
         .frames = {"final_losses"}},
        {.id = "power_law",
         .title = "Power law",
         .help = "A straight line on these axes is a power law; the fit leaves the start out. It "
                 "needs a constant rate.",
         .x = iterationAxis,
         .y = {.label = "test loss", .unit = "nats per symbol", .scale = Scale::logarithmic},
         .series = {{"test_loss", ""}},
         .fit = {FitKind::logLog, 100.0, 0.0},
         .aggregate = Aggregate::mean,
         .selectors = {{"arm", "E"}}},
        {.id = "residuals",
         .title = "Residuals",
         .help = "What the power law misses: a bend where attention begins to be used.",
         .kind = ViewKind::curves,
         .x = {.label = "iteration", .scale = Scale::logarithmic},
         .y = {.label = "ln(test loss) − fit"},
         .selectors = byTrial,
         .frames = {"residuals"}}};
}

std::vector<View> sizeViews() {
    return {{.id = "ratio",
             .title = "Bigger or longer",
             .help =
                 "Final test loss against symbols per parameter at the same compute: of each width "
                 "the better learning rate.",
             .fromTrials = true,
             .x = {.column = "ratio",
                   .label = "symbols per parameter T/P",
                   .scale = Scale::logarithmic},
             .y = {.label = "final test loss", .unit = "nats"},
             .series = {{"test_loss", ""}},
             .aggregate = Aggregate::mean,
             .pivot = PivotSpec{.columnFactor = "width",
                                .tunedFactor = "learning_rate",
                                .tunedBy = "tuning_loss"}},
            {.id = "heuristic",
             .title = "Heuristic",
             .help = "From the chosen width to the ratio ρ at the same P·T.",
             .kind = ViewKind::curves,
             .x = {.label = "symbols per parameter T/P", .scale = Scale::logarithmic},
             .y = {.label = "final test loss", .unit = "nats"},
             .selectors = {{"width", "Width"}, {"learning_rate", "Rate"}},
             .frames = {"heuristic"}},
            {.id = "size_losses",
             .title = "Losses of sizes",
             .help = "Test loss against symbols: small models learn faster at first.",
             .x = {.column = "symbols", .label = "symbols processed", .scale = Scale::logarithmic},
             .y = {.label = "test loss", .unit = "nats per symbol", .scale = Scale::logarithmic},
             .series = {{"test_loss", ""}},
             .aggregate = Aggregate::mean,
             .selectors = {{"width", "Width"}}}};
}

std::vector<View> views() {
    std::vector<View> list = epochViews();
    for (View& view : list)
        view.appliesIf = "study == 0";
    list[2].appliesIf.clear(); // every model writes
    for (View& view : sizeViews()) {
        view.appliesIf = "study == 1";
        list.push_back(std::move(view));
    }
    list.push_back(
        {.id = "attention",
         .title = "Attention",
         .help = "How much each symbol of a test chunk (row) attends to those before it.",
         .kind = ViewKind::heatMaps,
         .x = {.label = "attends to"},
         .y = {.label = "symbol"},
         .selectors = byTrial,
         .frames = {"attention"},
         .appliesIf = "model == 0"});
    return list;
}

} // namespace

Description oneEpochDescription() {
    Description description{
        .id = "one-epoch",
        .title = "One epoch is all you need",
        .family = "stochastic",
        .paper = {.title = "One Epoch Is All You Need",
                  .authors = "Aran Komatsuzaki",
                  .year = 2019,
                  .venue = "",
                  .arxiv = "1906.06669"},
        .summary =
            "Where text is plentiful, a language model learns more from fresh text than from "
            "the same text again, for the same number of steps: nothing is overfitted, and "
            "dropout only costs. Then size and length of training can be weighed against "
            "each other.",
        .parameters = textParameters(),
        .presets = presets(),
        .arms = oneEpochArms(),
        .views = views(),
        .claims = oneEpochClaims(),
        .questions =
            {{"Same number of steps, same cost: why is the loss different?",
              "Each step on fresh text is a step on an unbiased estimate of the test loss. Steps "
              "on "
              "text that was seen before increasingly lower the loss of that text alone."},
             {"When does dropout help?",
              "Only where data repeats. With one epoch there is nothing to guard against, and the "
              "noise costs."},
             {"You have ten times the compute: bigger or longer?",
              "Follow the loss against T/P at the same P·T to its minimum: both, in the proportion "
              "that keeps T/P there. On this text, with models this small, it is far above the "
              "paper's 5."},
             {"Is the speed-up read from finished runs?",
              "No: the one-epoch run is half-way through its schedule when it reaches that loss, "
              "so "
              "its rate is still high. A constant rate avoids that."}},
        .lockStep = true};
    for (auto part : {modelParameters(), trainingParameters(), sizeParameters(), runParameters()})
        description.parameters.insert(description.parameters.end(), part.begin(), part.end());
    return description;
}

} // namespace convergence
