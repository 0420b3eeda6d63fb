// What can be set: parameters, presets, and questions for a class.

#include "core/experiment/parameter_builders.h"
#include "plugins/stochastic/one-epoch/arms.h"
#include "plugins/stochastic/one-epoch/experiment.h"

namespace convergence::one_epoch {

namespace {

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

std::vector<Parameter> textParameters() {
    std::vector<Parameter> parameters;
    parameters.push_back(choiceParameter({"study", "Study", "What is compared."},
                                         choicesOf(studyChoices), "epochs", "Text"));
    parameters.push_back(
        choiceParameter({"text_source", "Text", "What the model learns to continue."},
                        choicesOf(textSources), "king_james", "Text"));
    parameters.push_back({.name = "text_path",
                          .label = "File or folder",
                          .help = "Plain or gzip-compressed text; a folder is read with its "
                                  "subfolders in order of names, manual pages for instance.",
                          .kind = ParameterKind::file,
                          .defaultValue = std::string(),
                          .appliesIf = "text_source_is_own",
                          .group = "Text"});
    parameters.push_back(choiceParameter({"symbols", "Symbols", "What the model predicts."},
                                         choicesOf(symbolChoices), "characters", "Text"));
    parameters.back().appliesIf = "text_source_is_own";
    parameters.push_back(choiceParameter(
        {"text_order", "Order of symbols", "A control: without order there is nothing to learn."},
        choicesOf(textOrders), "written", "Text"));
    parameters.push_back(choiceParameter(
        {"supply", "Chunks of several epochs", "A control: is it the repetition that hurts?"},
        choicesOf(supplies), "repeated", "Text"));
    parameters.back().appliesIf = "study_is_epochs";
    return parameters;
}

std::vector<Parameter> modelParameters() {
    std::vector<Parameter> parameters;
    parameters.push_back(
        choiceParameter({"model", "Model", "What is trained to continue the text."},
                        choicesOf(modelChoices), "transformer", "Model"));
    parameters.push_back(integerParameter({"width", "d", "Width", "The heads divide it."},
                                          {.from = 8, .to = 256, .value = 32}, "Model"));
    parameters.back().appliesIf = "model_is_transformer && study_is_epochs";
    parameters.push_back(integerParameter({"layers", "L", "Layers", "Blocks of the transformer."},
                                          {.from = 1, .to = 6, .value = 2}, "Model"));
    parameters.back().appliesIf = "model_is_transformer";
    parameters.push_back(integerParameter({"heads", "h", "Heads", "Of each layer."},
                                          {.from = 1, .to = 8, .value = 2}, "Model"));
    parameters.back().appliesIf = "model_is_transformer";
    parameters.push_back(integerParameter(
        {"context", "C", "Context", "Symbols that the model sees; a chunk has one more."},
        {.from = 8, .to = 256, .value = 64}, "Model"));
    return parameters;
}

std::vector<Parameter> trainingParameters() {
    std::vector<Parameter> parameters;
    parameters.push_back(choiceSetParameter(
        {"arms", "Epochs", "E: how often a run sees each of its chunks, in I steps all the same."},
        choicesOf(epochArms), {"epochs_1", "epochs_10", "epochs_100"}, "Training"));
    parameters.back().symbol = "E";
    parameters.back().appliesIf = "study_is_epochs";
    parameters.push_back(
        integerParameter({"own_epochs", "E", "Own number", "Of the arm 'own number'."},
                         {.from = 1, .to = 500, .value = 30}, "Training"));
    parameters.back().appliesIf = "study_is_epochs";
    parameters.push_back(listParameter(
        {"dropout", "p", "Dropout", "Each makes runs of its own. Losses are measured without."},
        {.from = 0, .to = 0.6, .value = {0}}, "Training"));
    parameters.back().appliesIf = "study_is_epochs && model_is_transformer";
    parameters.push_back(integerParameter(
        {"iterations", "I", "Iterations", "The same for every run; the schedule spans them."},
        {.from = 50, .to = 100000, .value = 500}, "Training"));
    parameters.back().appliesIf = "study_is_epochs";
    parameters.push_back(integerParameter({"batch_chunks", "B", "Batch", "Chunks of an iteration."},
                                          {.from = 1, .to = 64, .value = 8}, "Training"));
    parameters.back().unit = "chunks";
    parameters.push_back(logParameter({"learning_rate", "η", "Learning rate", "Of Adam."},
                                      {.from = 1e-5, .to = 0.1, .value = 3e-3}, "Training"));
    parameters.back().appliesIf = "study_is_epochs";
    parameters.push_back(
        choiceParameter({"schedule", "Schedule", "Both begin with 50 iterations of warm-up."},
                        choicesOf(rateSchedules), "linear", "Training"));
    return parameters;
}

std::vector<Parameter> sizeParameters() {
    std::vector<Parameter> parameters;
    parameters.push_back(listParameter(
        {"compute_budget", "P·T", "Compute",
         "Parameters times symbols: a model of P parameters is trained on T = P·T/P symbols."},
        {.from = 1e8, .to = 1e13, .value = {1e10}}, "Sizes"));
    parameters.push_back(listParameter({"widths", "d", "Widths", "The heads divide them."},
                                       {.from = 8, .to = 256, .value = {8, 16, 32, 64, 96}},
                                       "Sizes"));
    parameters.push_back(listParameter({"tuned_rates", "η", "Learning rates",
                                        "Of each width the best counts, by its loss on chunks that "
                                        "are set aside for this."},
                                       {.from = 1e-5, .to = 0.1, .value = {3e-3, 1e-2}}, "Sizes"));
    Parameter target = logParameter({"target_ratio", "ρ", "Target ratio",
                                     "Where the heuristic goes: P* = √(PT/ρ), T* = ρP*. About 5 in "
                                     "the paper."},
                                    {.from = 0.5, .to = 1000, .value = 5}, "Sizes");
    target.effect = LiveEffect::framesOnly;
    parameters.push_back(std::move(target));
    for (Parameter& parameter : parameters)
        parameter.appliesIf = "study_is_sizes";
    return parameters;
}

std::vector<Parameter> runParameters() {
    std::vector<Parameter> parameters;
    parameters.push_back(integerParameter({"shown_layer", "", "Layer shown", "Of the attention."},
                                          {.from = 1, .to = "layers", .value = 1}, "Shown"));
    parameters.push_back(integerParameter({"shown_head", "", "Head shown", "Of the attention."},
                                          {.from = 1, .to = "heads", .value = 1}, "Shown"));
    parameters.push_back(
        integerParameter({"burn_in", "", "Burn-in", "Iterations that the power law leaves out."},
                         {.from = 1, .to = 10000, .value = 100}, "Shown"));
    for (Parameter& parameter : parameters)
        parameter.effect = LiveEffect::framesOnly;
    parameters.push_back(
        integerParameter({"replicates", "", "Replicates", "Replicate r runs with the seed plus r."},
                         {.from = 1, .to = 100, .value = 1}, "Run"));
    parameters.push_back(seedParameter());
    parameters.push_back(recordEveryParameter(25));
    return parameters;
}

} // namespace

std::vector<Parameter> parameters() {
    return joined({textParameters(), modelParameters(), trainingParameters(), sizeParameters(),
                   runParameters()});
}

std::vector<Preset> presets() {
    return {
        {"quick",
         "Quick",
         "Width 32, 500 iterations: 1, 10 and 100 epochs.",
         {{"arms", Names{"epochs_1", "epochs_10", "epochs_100"}}},
         "A hundred epochs recite and end far above one epoch."},
        {"full",
         "Full",
         "Width 64, 1,500 iterations, with and without dropout, three replicates.",
         {{"width", whole(64)},
          {"iterations", whole(1500)},
          {"arms", Names{"epochs_1", "epochs_5", "epochs_10", "epochs_20", "epochs_50"}},
          {"dropout", Numbers{0, 0.1}},
          {"replicates", whole(3)}},
         "Test losses part after the text comes round again, with and without dropout."},
        {"dropout",
         "Dropout",
         "Does dropout help? With one epoch and with fifty.",
         {{"arms", Names{"epochs_1", "epochs_50"}},
          {"iterations", whole(1000)},
          {"dropout", Numbers{0, 0.1}}},
         "Dropout costs where text is fresh and saves where it repeats."},
        {"power-law",
         "Power law",
         "One epoch at a constant rate for 3,000 iterations.",
         {{"arms", Names{"epochs_1"}},
          {"iterations", whole(3000)},
          {"schedule", std::string("constant")},
          {"learning_rate", 2e-3},
          {"record_every", whole(0)}},
         "A nearly straight line on logarithmic axes, with a bend where attention sets in."},
        {"sizes",
         "Sizes",
         "Five widths at P·T = 10¹⁰: bigger or longer?",
         {{"study", std::string("sizes")}, {"record_every", whole(0)}},
         "The loss against T/P has its minimum inside."},
        {"more-compute",
         "More compute",
         "Four widths at P·T = 4.1·10¹⁰.",
         {{"study", std::string("sizes")},
          {"compute_budget", Numbers{4.1e10}},
          {"widths", Numbers{16, 32, 64, 96}},
          {"record_every", whole(0)}},
         "With four times the compute the minimum moves."},
        {"fresh",
         "Control: always fresh",
         "The quick comparison without repetition: the runs do not differ.",
         {{"arms", Names{"epochs_1", "epochs_10", "epochs_100"}}, {"supply", std::string("fresh")}},
         "Every curve lies on every other."},
        {"ngram",
         "n-gram network",
         "The quick comparison with a cheaper model.",
         {{"model", std::string("ngram")}, {"arms", Names{"epochs_1", "epochs_10", "epochs_100"}}},
         "The same picture with a model that has no attention."}};
}

std::vector<std::pair<std::string, std::string>> questions() {
    return {{"Same number of steps, same cost: why is the loss different?",
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
             "its rate is still high. A constant rate avoids that."}};
}

} // namespace convergence::one_epoch
