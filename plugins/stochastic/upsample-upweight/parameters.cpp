// What can be set: parameters, presets, and questions for a class.

#include "core/data/manual_pages.h"
#include "core/experiment/parameter_builders.h"
#include "plugins/stochastic/upsample-upweight/arms.h"
#include "plugins/stochastic/upsample-upweight/experiment.h"

namespace convergence::upsample {

namespace {

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

constexpr const char* ofPages = "problem_is_pages";

std::vector<Choice> languageChoices() {
    std::vector<Choice> choices;
    for (const std::string& code : manualLanguages())
        choices.push_back({code, code, {}});
    return choices;
}

Parameter inUnits(const char* unit, Parameter parameter) {
    parameter.unit = unit;
    return parameter;
}

std::vector<Parameter> dataParameters() {
    return {
        choiceParameter({"problem", "Problem", "What is learned, from several domains."},
                        choicesOf(problemChoices), "pages", "Data"),
        when(ofPages, choiceSetParameter({"languages", "Languages",
                                          "Of manual pages; which is the largest decides the "
                                          "order."},
                                         languageChoices(), {"de", "id", "mk"}, "Data")),
        when("problem_is_own", Parameter{.name = "own_texts",
                                         .label = "Own texts",
                                         .help = "A folder: each file or folder in it is a domain.",
                                         .kind = ParameterKind::file,
                                         .defaultValue = std::string(),
                                         .group = "Data"}),
        when(ofTexts,
             inUnits("bytes",
                     listParameter({"caps", "", "Caps",
                                    "Bytes to train on at most, of the largest text "
                                    "first. What is set aside does not depend on it."},
                                   {.from = 1000, .to = 2e7, .value = {4e6, 1e5, 12e3}}, "Data"))),
        when(ofSoftmax, listParameter({"domain_sizes", "n", "Sizes", "Examples of each domain."},
                                      {.from = 1, .to = 20000, .value = {2000, 400, 60}}, "Data")),
        when(ofSoftmax,
             listParameter({"domain_scale", "", "Scales",
                            "Of the features of each domain: large ones make large gradients."},
                           {.from = 0.05, .to = 20, .value = {1, 1, 1}}, "Data")),
        taking(LiveEffect::framesOnly,
               realParameter({"skewness", "α", "Skewness",
                              "Of ten made-up domains with sizes i^−α in the picture of F."},
                             {.from = 0, .to = 3, .value = 1}, "Data"))};
}

std::vector<Parameter> methodParameters() {
    return {
        choiceSetParameter({"arms", "Methods", "Each is an arm."}, choicesOf(methodArms),
                           {"ts", "s", "cooldown"}, "Method"),
        listParameter({"temperatures", "τ", "Static temperatures",
                       "TS and S run at each; 1 is proportional, 1000 almost uniform."},
                      {.from = 1, .to = 1000, .value = {5}}, "Method"),
        taking(LiveEffect::nextStep,
               logParameter({"temperature", "τ₁", "Temperature",
                             "Of the schedules; changed on the way, of all arms from the next step "
                             "on."},
                            {.from = 1, .to = 1000, .value = 5}, "Method")),
        logParameter({"final_temperature", "τ₂", "Final temperature", "Of the schedules."},
                     {.from = 1, .to = 1000, .value = 1}, "Method"),
        realParameter({"switch_at", "κ", "Switch at",
                       "Share of the iterations after which Cooldown cools, the increasing "
                       "schedule heats, and small domains join the largest."},
                      {.from = 0, .to = 1, .value = 0.5}, "Method"),
        inUnits("epochs", realParameter({"repeat_cap", "R", "Repeat cap",
                                         "Of UniMax, in epochs of what is trained on."},
                                        {.from = 1, .to = 100, .value = 4}, "Method")),
        integerParameter({"proxy_iterations", "", "Proxy iterations",
                          "Of DoReMi's reference, and of its proxy, before the first step."},
                         {.from = 10, .to = 100'000, .value = 300}, "Method")};
}

std::vector<Parameter> runParameters() {
    return {
        integerParameter({"iterations", "I", "Iterations", "The same for all."},
                         {.from = 50, .to = 100'000, .value = 1500}, "Training"),
        integerParameter({"batch_size", "B", "Batch", "Examples of a step."},
                         {.from = 1, .to = 256, .value = 16}, "Training"),
        when(ofTexts, choiceParameter({"model", "Model", "What learns to continue the texts."},
                                      choicesOf(modelChoices), "ngrams", "Training")),
        when(ofTexts, logParameter({"learning_rate", "η", "Learning rate",
                                    "Of Adam (0.9, 0.98): warm-up over 100 steps, then it falls "
                                    "with the inverse square root. The decoder wants about 0.003."},
                                   {.from = 1e-4, .to = 1, .value = 0.02}, "Training")),
        when(ofDecoder, integerParameter({"width", "d", "Width", "Of the decoder; even."},
                                         {.from = 8, .to = 256, .value = 32}, "Training")),
        when(ofDecoder, integerParameter({"layers", "L", "Layers", "Of the decoder."},
                                         {.from = 1, .to = 6, .value = 2}, "Training")),
        when(ofSoftmax, logParameter({"sgd_rate", "η", "Learning rate", "Of SGD, constant."},
                                     {.from = 1e-4, .to = 1, .value = 0.3}, "Training")),
        when(ofNgrams,
             inUnits("bit", integerParameter({"hash_bits", "", "Hash bits",
                                              "2^bits rows of the model's tables for two "
                                              "and for three bytes."},
                                             {.from = 8, .to = 16, .value = 11}, "Training"))),
        choiceParameter({"control", "Control", "What claims are refuted by."},
                        choicesOf(controlChoices), "none", "Run"),
        integerParameter({"replicates", "", "Replicates", "Orders of the examples."},
                         {.from = 1, .to = 100, .value = 1}, "Run"),
        recordEveryParameter(25),
        seedParameter()};
}

} // namespace

std::vector<Parameter> parameters() {
    return joined({dataParameters(), methodParameters(), runParameters()});
}

std::vector<Preset> presets() {
    const Names everyOne{"ts",     "s",      "cooldown",      "increasing", "linear",
                         "cosine", "unimax", "largest_first", "doremi"};
    return {
        {"quick",
         "Quick",
         "German, Indonesian and Macedonian manual pages, 600 steps.",
         {{"iterations", whole(600)}},
         "The Macedonian loss crawls under S and falls under TS; Cooldown gets both."},
        {"convex",
         "Exact problem",
         "Softmax regression on three domains, of which optimum and variances are known.",
         {{"problem", std::string("convex")},
          {"arms", Names{"ts", "s"}},
          {"batch_size", whole(8)},
          {"iterations", whole(4000)}},
         "Both hover over the same minimum, S three times as high."},
        {"full_gradients",
         "Full gradients",
         "Gradient descent both ways: the same to the last bits.",
         {{"problem", std::string("convex")},
          {"arms", Names{"full_ts", "full_s"}},
          {"sgd_rate", 0.5},
          {"iterations", whole(500)}},
         "Two curves on one line."},
        {"unequal",
         "Large gradients of the large domain",
         "The same with features three times as large in the largest domain, and small ones in the "
         "smallest.",
         {{"problem", std::string("convex")},
          {"arms", Names{"ts", "s"}},
          {"domain_scale", Numbers{3, 1, 0.3}},
          {"sgd_rate", 0.05},
          {"batch_size", whole(8)},
          {"iterations", whole(6000)}},
         "No excess is left: the theorem takes gradients of equal size for granted."},
        {"overfitting",
         "Too hot",
         "Forty chunks of Macedonian, at three temperatures.",
         {{"arms", Names{"ts"}},
          {"temperatures", Numbers{1, 5, 100}},
          {"caps", Numbers{4e6, 1e5, 2600}}},
         "Drawn dozens of times over, the small domain's loss turns up."},
        {"decoder",
         "Decoder",
         "The same pages by a small Transformer.",
         {{"model", std::string("decoder")}, {"learning_rate", 3e-3}, {"iterations", whole(1500)}},
         "A model that is not convex, and sees more than three bytes."},
        {"full",
         "Full",
         "All methods, five static temperatures, five orders of the examples, 3000 steps.",
         {{"arms", everyOne},
          {"temperatures", Numbers{1, 2, 3, 5, 100}},
          {"iterations", whole(3000)},
          {"replicates", whole(5)},
          {"record_every", whole(0)}},
         "The schedules beside the curve of static temperatures."}};
}

std::vector<std::pair<std::string, std::string>> questions() {
    return {
        {"Same loss, same gradient on average: why does one crawl?",
         "Under S an example of the smallest language comes once in hundreds, and then with a "
         "weight of dozens: most steps know nothing of it, a few are thrown far. Under TS each "
         "step has a little of it. The average is the same, the variance is not."},
        {"When does weighting win?",
         "Where the large domain has the large gradients. S weighs them down, w < 1, and "
         "p(w − 1)m is negative there; if that outweighs the others, S has the smaller variance. "
         "The proof of the opposite takes m to be the same in all domains."},
        {"Why not τ = ∞?",
         "Count the repetitions: a language of 40 chunks is gone through hundreds of times, and "
         "what is learned then are the chunks."},
        {"Why does S do slightly better on the largest language here?",
         "Adam divides by the size of past gradients. Rare, large ones are cut down by that, so "
         "that the small language counts less than its weight says, and the large one more."}};
}

} // namespace convergence::upsample
