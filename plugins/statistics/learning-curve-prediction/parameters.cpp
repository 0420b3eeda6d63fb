// What can be set: parameters, presets, and questions for a class.

#include "core/experiment/parameter_builders.h"
#include "plugins/statistics/learning-curve-prediction/arms.h"
#include "plugins/statistics/learning-curve-prediction/experiment.h"

namespace convergence::learning_curve {

namespace {

using Names = std::vector<std::string>;

Parameter live(Parameter parameter) {
    return taking(LiveEffect::nextStep, std::move(parameter));
}

Parameter inWords(Parameter parameter) {
    parameter.unit = "words";
    return parameter;
}

Parameter inUnits(const char* unit, Parameter parameter) {
    parameter.unit = unit;
    return parameter;
}

std::vector<Parameter> corpusParameters() {
    Parameter file{.name = "tagged_file",
                   .label = "Tagged file",
                   .help = "Sentences of words with their tags, plain or compressed.",
                   .kind = ParameterKind::file,
                   .defaultValue = std::string(),
                   .appliesIf = "corpus_is_file",
                   .group = "Corpus"};
    return {
        choiceParameter({"corpus", "Corpus", "What the taggers learn from."},
                        choicesOf(corpusChoices), "kjv", "Corpus"),
        std::move(file),
        when("corpus_is_file",
             choiceParameter({"file_format", "Format", "How the file is written."},
                             choicesOf(formatChoices), "slashes", "Corpus")),
        choiceSetParameter({"arms", "Learners", "Each is an arm."}, choicesOf(learnerArms),
                           {"unigram", "hmm", "curve"}, "Corpus"),
        choiceParameter({"order", "Order",
                         "In which sentences are read; tested is on others, from "
                         "everywhere in the text."},
                        choicesOf(orderChoices), "shuffled", "Corpus"),
        inWords(integerParameter({"kernel", "κ", "Kernel", "Words of the first level."},
                                 {.from = 500, .to = 1'000'000, .value = 5000}, "Corpus")),
        inWords(integerParameter({"step", "s", "Step", "Words that each level adds."},
                                 {.from = 500, .to = 1'000'000, .value = 5000}, "Corpus")),
        inWords(integerParameter({"max_words", "", "Whole base",
                                  "Words there are to learn from; a text may have fewer."},
                                 {.from = 10'000, .to = 10'000'000, .value = 200'000}, "Corpus")),
        inWords(integerParameter({"test_words", "", "Test words",
                                  "Set apart to test on. On 8,000 words an accuracy of 97 % has a "
                                  "standard error of 0.2 points."},
                                 {.from = 1000, .to = 1'000'000, .value = 8000}, "Corpus")),
        integerParameter({"folds", "k", "Folds",
                          "An accuracy is the mean of so many learners, each tested on words of "
                          "its own."},
                         {.from = 1, .to = 10, .value = 1}, "Corpus")};
}

std::vector<Parameter> predictionParameters() {
    Parameter verticality = live(inUnits(
        "%/word",
        logParameter({"verticality", "ν", "Verticality",
                      "The start is over once the asymptote moves less than this from level to "
                      "level. It depends on accuracies being in percent and sizes in words."},
                     {.from = 1e-7, .to = 1e-2, .value = 2e-5}, "Prediction")));
    return {
        live(inUnits("points", logParameter({"threshold", "τ", "Threshold",
                                             "How near to the limit a trend shall be."},
                                            {.from = 0.05, .to = 20, .value = 2}, "Prediction"))),
        std::move(verticality),
        live(realParameter({"slowdown", "ς", "Slowdown", "Takes ν to the power 1/ς."},
                           {.from = 1, .to = 5, .value = 1}, "Prediction")),
        live(integerParameter({"look_ahead", "λ", "Look-ahead",
                               "For how many levels more that must hold. The working level is "
                               "known only then."},
                              {.from = 0, .to = 20, .value = 5}, "Prediction")),
        live(choiceParameter({"anchor", "Anchor", "Where the virtual observation at infinity is."},
                             choicesOf(anchorChoices), "previous", "Prediction")),
        live(realParameter({"anchor_weight", "w", "Anchor's weight", "1: as one observation."},
                           {.from = 0, .to = 1000, .value = 1}, "Prediction")),
        integerParameter({"working_level", "ω", "Working level",
                          "0: found by ν; otherwise this one, for comparisons."},
                         {.from = 0, .to = 2000, .value = 0}, "Prediction"),
        integerParameter({"fixed_level", "", "Fixed level",
                          "At which a single fit is believed, for comparison."},
                         {.from = 3, .to = 2000, .value = 16}, "Prediction")};
}

std::vector<Parameter> curveParameters() {
    return {
        inUnits("%", realParameter({"curve_asymptote", "c", "Asymptote", "Of the made-up curve."},
                                   {.from = 50, .to = 100, .value = 97}, "Made-up curve")),
        inUnits("points", realParameter({"curve_gap", "", "Gap",
                                         "How far below it the curve is at the first level."},
                                        {.from = 0.5, .to = 50, .value = 8}, "Made-up curve")),
        realParameter({"curve_exponent", "b", "Exponent", "Of the made-up curve."},
                      {.from = 0.05, .to = 2, .value = 0.6}, "Made-up curve"),
        inUnits("points", realParameter({"curve_noise", "", "Noise", "Standard deviation."},
                                        {.from = 0, .to = 2, .value = 0.05}, "Made-up curve"))};
}

std::vector<Parameter> runParameters() {
    return {
        integerParameter({"distortion", "", "Dips",
                          "So many levels from the 20th on read 0.5 to 1.5 points less."},
                         {.from = 0, .to = 50, .value = 0}, "Distortion"),
        live(
            inWords(realParameter({"dip_words", "", "Dip at",
                                   "The level next to it reads lower from now on; 0: none. A click "
                                   "into the learning curve adds one."},
                                  {.from = 0, .to = 1e8, .value = 0}, "Distortion"))),
        live(inUnits("%", realParameter({"dip_accuracy", "", "Dip to",
                                         "What it reads then; a point less where that is no less."},
                                        {.from = -1e4, .to = 1e4, .value = 0}, "Distortion"))),
        taking(LiveEffect::framesOnly,
               integerParameter({"shown_sentence", "", "Sentence shown", "Of the test set."},
                                {.from = 1, .to = 40, .value = 1}, "Run")),
        choiceParameter({"control", "Control", "What claims are refuted by."},
                        choicesOf(controlChoices), "none", "Run"),
        integerParameter({"shuffles", "", "Shuffles",
                          "Orders of the sentences, and noises of the made-up curve."},
                         {.from = 1, .to = 400, .value = 1}, "Run"),
        seedParameter()};
}

} // namespace

std::vector<Parameter> parameters() {
    return joined({corpusParameters(), predictionParameters(), curveParameters(), runParameters()});
}

std::vector<Preset> presets() {
    const Names all{"unigram", "hmm", "perceptron"};
    return {
        {"quick",
         "Quick",
         "Two taggers on 200,000 words of the King James Bible, and a made-up curve.",
         {},
         "The first fits miss by much; then the fan closes, and the rest is as was said."},
        {"taggers",
         "Three taggers",
         "The perceptron, too, on 700,000 words.",
         {{"arms", all}, {"max_words", whole(700'000)}},
         "The perceptron overtakes the others, and its trend says so before."},
        {"dips",
         "Dips",
         "Twelve levels of 70 read too little.",
         {{"arms", Names{"unigram", "hmm"}},
          {"max_words", whole(350'000)},
          {"distortion", whole(12)},
          {"working_level", whole(16)},
          {"anchor_weight", 10.0}},
         "The plain asymptotes jump at every dip, the anchored ones less."},
        {"in_order",
         "From the first page on",
         "The same words, in the order of the text.",
         {{"arms", Names{"unigram", "hmm"}},
          {"max_words", whole(700'000)},
          {"order", std::string("text")}},
         "Asymptotes rise and rise: what was read is not like what is to come, and no fit knows "
         "it."},
        {"curve",
         "Made-up curve",
         "No learner, 60 levels, the truth is 97 %.",
         {{"arms", Names{"curve"}}, {"max_words", whole(300'000)}, {"curve_exponent", 0.3}},
         "How long the asymptote of a slow curve is anybody's guess."},
        {"full",
         "Full",
         "Three taggers on 700,000 words, 20,000 to test on, five orders of the verses.",
         {{"arms", all},
          {"max_words", whole(700'000)},
          {"test_words", whole(20'000)},
          {"shuffles", whole(5)}},
         "140 levels, of which the first quarter tells the others."}};
}

std::vector<std::pair<std::string, std::string>> questions() {
    return {
        {"How much would one point more cost?",
         "Solve c − a x^−b for x: the gap to the asymptote must shrink by that point, and a gap "
         "half as wide takes 2^(1/b) times the words. Beyond the asymptote nothing buys it."},
        {"Why not trust the first fits?",
         "Three points on a steep start fit many curves equally well; asymptotes above 100 say "
         "so themselves. The working level waits until the asymptotes have stopped jumping."},
        {"What does an anchor trade?",
         "Steadiness for bias: each trend is held to the asymptote before it, so that a dip "
         "moves it less, and so does the truth."},
        {"When does a person know?",
         "Not at the convergence level itself: the working level is known λ + 1 levels later, "
         "and these words have been annotated by then."}};
}

} // namespace convergence::learning_curve
