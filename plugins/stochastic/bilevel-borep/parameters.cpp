// What can be set: parameters, presets, and questions for a class.

#include "core/data/manual_pages.h"
#include "core/experiment/parameter_builders.h"
#include "plugins/stochastic/bilevel-borep/arms.h"
#include "plugins/stochastic/bilevel-borep/experiment.h"

namespace convergence::borep {

namespace {

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

std::vector<Choice> languageChoices() {
    std::vector<Choice> choices;
    for (const std::string& code : manualLanguages())
        choices.push_back({code, code, {}});
    return choices;
}

std::vector<Parameter> problemParameters() {
    return {choiceParameter({"problem", "Problem", "What is minimized, at both levels."},
                            choicesOf(problemChoices), "cosh", "Problem"),
            when(ofCosh, choiceParameter({"start", "Start", "Where x begins."},
                                         choicesOf(startChoices), "spread", "Problem")),
            when("problem_is_cosh * start_is_equal",
                 realParameter({"start_value", "x₀", "Start value", "Of every coordinate."},
                               {.from = -20, .to = 20, .value = 0.5}, "Problem")),
            when("problem_is_cosh * start_is_spread",
                 listParameter({"start_tops", "", "Farthest coordinates",
                                "Largest coordinate of x₀; each is a race of its own."},
                               {.from = 4, .to = 15, .value = {12}}, "Problem")),
            when(ofCosh, realParameter({"lower_start", "y₀", "Lower start",
                                        "Of every coordinate, before any refinement."},
                                       {.from = -100, .to = 100, .value = 0}, "Problem")),
            when(ofCosh, realParameter({"noise_upper", "σ_f", "Upper noise",
                                        "Standard deviation in the gradients of f."},
                                       {.from = 0, .to = 100, .value = 0.3}, "Problem")),
            when(ofCosh, realParameter({"noise_lower", "σ_g", "Lower noise",
                                        "Standard deviation in the gradient of g."},
                                       {.from = 0, .to = 100, .value = 0.3}, "Problem")),
            when(ofCosh, choiceParameter({"noise_kind", "Noise", "Mean 0 and variance 1, both."},
                                         choicesOf(noiseChoices), "normal", "Problem")),
            when(ofText, choiceSetParameter(
                             {"languages", "Languages", "Of manual pages: the classes."},
                             languageChoices(), {"de", "fr", "es", "it", "nl", "pl"}, "Problem")),
            when(ofCleaning, realParameter({"label_noise", "ρ", "Wrong labels",
                                            "Share of the training lines with another's label."},
                                           {.from = 0, .to = 0.9, .value = 0.4}, "Problem")),
            when(ofText, choiceParameter({"validation_labels", "Validation labels",
                                          "Those of the lines that f is measured on."},
                                         choicesOf(labelChoices), "true", "Problem"))};
}

std::vector<Parameter> upperParameters() {
    return {
        choiceSetParameter({"arms", "Methods", "Each is an arm."}, choicesOf(methodArms),
                           {"bo_rep", "ma_soba", "stocbio"}, "Upper level"),
        listParameter({"step", "η", "Normalized steps",
                       "Length of every step of x, of methods that normalize; several are a grid."},
                      {.from = 1e-6, .to = 1e4, .value = {0.1}}, "Upper level"),
        listParameter({"raw_step", "η", "Plain steps",
                       "What the direction is multiplied by in the others; several are a grid."},
                      {.from = 1e-6, .to = 1e6, .value = {3e-5}}, "Upper level"),
        realParameter({"momentum", "β", "Momentum", "Of BO-REP and MA-SOBA."},
                      {.from = 0, .to = 0.9999, .value = 0.9}, "Upper level"),
        choiceParameter({"schedule", "Steps by horizon", "How η and β follow from T."},
                        choicesOf(scheduleChoices), "fixed", "Upper level"),
        when("1 - schedule_is_fixed",
             logParameter({"momentum_scale", "c_β", "Momentum scale", "1 − β = c_β T^(−1/2)."},
                          {.from = 0.01, .to = 100, .value = 2}, "Upper level")),
        when("1 - schedule_is_fixed",
             logParameter({"step_scale", "c_η", "Step scale",
                           "η = c_η T^(−3/4), of methods that normalize."},
                          {.from = 0.01, .to = 100, .value = 1}, "Upper level"))};
}

std::vector<Parameter> lowerParameters() {
    return {
        taking(LiveEffect::nextStep,
               logParameter({"lower_step", "γ", "Lower step",
                             "Of y. About 5 for the lines, divided by 1 + eˣ where x is the "
                             "logarithm of the ridge."},
                            {.from = 1e-5, .to = 10, .value = 0.1}, "Lower level")),
        taking(LiveEffect::nextStep,
               logParameter({"linear_step", "ν", "Linear step", "Of z; about 1 for the lines."},
                            {.from = 1e-5, .to = 10, .value = 0.1}, "Lower level")),
        taking(LiveEffect::nextStep,
               integerParameter({"period", "I", "Period", "BO-REP moves y once in so many steps."},
                                {.from = 1, .to = 1000, .value = 4}, "Lower level")),
        taking(LiveEffect::nextStep,
               integerParameter({"lower_steps", "N", "Steps a period", "By which y moves then."},
                                {.from = 1, .to = 1000, .value = 4}, "Lower level")),
        orWord("none", logParameter({"radius", "R_y", "Radius",
                                     "y stays in so large a ball around where a period began."},
                                    {.from = 1e-6, .to = 1e6, .value = 1}, "Lower level")),
        integerParameter({"refinement_steps", "K₀", "Refinement",
                          "Steps on y before the first on x, of BO-REP."},
                         {.from = 0, .to = 100'000, .value = 50}, "Lower level"),
        orWord("same", logParameter({"refinement_step", "γ₀", "Refinement step",
                                     "The first of them; the same as γ unless given."},
                                    {.from = 1e-5, .to = 10, .value = 0.1}, "Lower level")),
        choiceParameter({"refinement", "Refine by", "How y is refined."},
                        choicesOf(refinementChoices), "sgd", "Lower level"),
        integerParameter({"neumann_terms", "Q", "Neumann terms", "Of StocBio and TTSA."},
                         {.from = 0, .to = 100, .value = 10}, "Lower level"),
        integerParameter({"inner_steps", "D", "Inner steps", "Of StocBio on y, each step."},
                         {.from = 0, .to = 100, .value = 5}, "Lower level")};
}

std::vector<Parameter> runParameters() {
    return {listParameter(
                {"iterations", "T", "Iterations", "Several are horizons, each a run of its own."},
                {.from = 10, .to = 1e6, .value = {3000}}, "Run"),
            choiceParameter({"control", "Control", "What claims are refuted by."},
                            choicesOf(controlChoices), "none", "Run"),
            integerParameter({"replicates", "", "Replicates",
                              "Of the noise; of lines, other lines and other noise."},
                             {.from = 1, .to = 100, .value = 1}, "Run"),
            recordEveryParameter(), seedParameter()};
}

Overrides near(const Overrides& further) {
    return with({{"start", std::string("equal")}}, further);
}

Overrides lines(const char* problem, const Overrides& further) {
    return with({{"problem", std::string(problem)},
                 {"lower_step", 5.0},
                 {"linear_step", 1.0},
                 {"period", whole(2)},
                 {"lower_steps", whole(3)},
                 {"refinement_steps", whole(100)},
                 {"iterations", Numbers{600}},
                 {"record_every", whole(10)}},
                further);
}

std::vector<Preset> coshPresets() {
    const Numbers horizons{250, 1000, 4000};
    const Names everyOne{"bo_rep", "ma_soba", "soba", "stocbio",
                         "ttsa",   "saba",    "vrbo", "no_normalization"};
    return {{"quick",
             "Quick",
             "A start where the curvature is eighty thousand: 3000 steps, one step size each.",
             {{"arms", Names{"bo_rep", "ma_soba", "soba", "no_normalization"}}},
             "BO-REP walks in; the others crawl, since larger steps would throw them out."},
            {"rate", "Rate", "Theory's steps for three horizons, eight replicates of the noise.",
             near({{"arms", Names{"bo_rep", "no_momentum"}},
                   {"schedule", std::string("theory")},
                   {"iterations", horizons},
                   {"noise_upper", 1.0},
                   {"noise_lower", 1.0},
                   {"replicates", whole(8)}}),
             "The mean gradient norm falls like T^(−1/4)."},
            {"skewed", "Skewed noise", "The same with noise whose median is not its mean.",
             near({{"arms", Names{"bo_rep", "no_momentum"}},
                   {"schedule", std::string("theory")},
                   {"iterations", horizons},
                   {"noise_upper", 1.0},
                   {"noise_lower", 1.0},
                   {"noise_kind", std::string("skewed")},
                   {"replicates", whole(8)}}),
             "Without the average, normalized steps follow the wrong direction, however many."},
            {"refinement", "A poor first y",
             "y begins far off; BO-REP with and without refinement, 300 steps.",
             near({{"arms", Names{"bo_rep", "no_refinement"}},
                   {"start_value", 0.3},
                   {"lower_start", 20.0},
                   {"step", Numbers{0.02}},
                   {"lower_step", 0.02},
                   {"linear_step", 0.3},
                   {"refinement_step", 0.2},
                   {"iterations", Numbers{300}},
                   {"record_every", whole(1)}}),
             "With a wrong y the first hundred steps of x go anywhere."},
            {"tops",
             "From how far",
             "Starts of three distances, each method by its grid.",
             {{"arms", Names{"bo_rep", "ma_soba", "soba"}},
              {"start_tops", Numbers{6, 8, 10, 12}},
              {"step", Numbers{0.03, 0.1, 0.3, 1}},
              {"raw_step", Numbers{1e-5, 1e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1}}},
             "The farther the start, the larger the lead."},
            {"full",
             "Full",
             "All methods on their grids, five replicates.",
             {{"arms", everyOne},
              {"step", Numbers{0.01, 0.03, 0.1, 0.3, 1}},
              {"raw_step", Numbers{1e-6, 1e-5, 2e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3}},
              {"replicates", whole(5)}},
             "Each at the best of its step sizes."}};
}

std::vector<Preset> linePresets() {
    return {
        {"cleaning", "Cleaning",
         "A thousand lines in six languages, four in ten with a wrong label, 600 steps.",
         lines("cleaning", {{"arms", Names{"bo_rep", "fixed_upper"}}, {"step", Numbers{0.3}}}),
         "Weights of right and wrong labels part, and accuracy rises."},
        {"shuffled", "Broken validation",
         "The same, but nobody knows the languages of the validation lines.",
         lines("cleaning", {{"arms", Names{"bo_rep", "fixed_upper"}},
                            {"step", Numbers{0.3}},
                            {"validation_labels", std::string("shuffled")}}),
         "The upper level learns what it is asked, and it is asked nonsense."},
        {"all_cleaning", "Cleaning, all methods", "Every method on its grid, five draws of lines.",
         lines("cleaning", {{"arms", Names{"bo_rep", "ma_soba", "soba", "stocbio", "ttsa", "saba",
                                           "vrbo", "fixed_upper"}},
                            {"step", Numbers{0.1, 0.3, 1}},
                            {"raw_step", Numbers{300, 1e3, 3e3, 1e4, 3e4, 1e5, 3e5}},
                            {"replicates", whole(5)},
                            {"record_every", whole(50)}}),
         "A softmax classifier is smooth: no method needs to normalize."},
        {"regularizer", "One number", "x is the logarithm of the ridge, a hundred training lines.",
         lines("regularizer", {{"arms", Names{"bo_rep", "ma_soba"}},
                               {"step", Numbers{0.05}},
                               {"raw_step", Numbers{1}},
                               {"lower_step", 1.0},
                               {"iterations", Numbers{1000}}}),
         "A hundred lines want hardly any ridge: x walks down past all of the grid search."}};
}

} // namespace

std::vector<Parameter> parameters() {
    return joined({problemParameters(), upperParameters(), lowerParameters(), runParameters()});
}

std::vector<Preset> presets() {
    return joined({coshPresets(), linePresets()});
}

std::vector<std::pair<std::string, std::string>> questions() {
    return {
        {"Why normalize?",
         "The curvature grows with the gradient: cosh 12 is eighty thousand, cosh 0 is 1. A plain "
         "step that is stable out there, η < 2/cosh 12, does nothing near the minimum. A step of "
         "fixed length is stable at both ends."},
        {"Why average before normalizing?",
         "Normalizing each sample by itself follows the mean of the directions, not the direction "
         "of the mean. With skewed noise these differ: nine samples in ten point a little one "
         "way, the tenth far the other way."},
        {"Why does BO-REP stop improving?",
         "Its steps have length η whatever the gradient. Lower η, or let it fall with T as the "
         "theory's schedule does. Near the minimum plain steps end lower."},
        {"Why not update y in every step?",
         "x moves by η a step, and y* with it by at most a multiple of that. For a whole period y "
         "is off by that much; a little more noise in the direction, many calls less."}};
}

} // namespace convergence::borep
