// What can be set: parameters, presets, and questions for a class.

#include "core/experiment/parameter_builders.h"
#include "plugins/control/integral-rl/arms.h"
#include "plugins/control/integral-rl/experiment.h"

namespace convergence::integral_rl {

namespace {

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

std::string text(const char* value) {
    return value;
}

std::vector<Parameter> problemParameters() {
    std::vector<Parameter> list{
        choiceParameter({"system", "System", "Both have a known optimum."},
                        choicesOf(systemChoices), "third_order", "Problem"),
        choiceSetParameter({"arms", "Rules", "Each is an arm."}, choicesOf(ruleArms),
                           {"trapezoid", "matern", "derived"}, "Problem"),
        listParameter({"samples", "N", "Samples", "Of a window, both ends included."},
                      {.from = 2, .to = 65, .value = {5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}},
                      "Data"),
        listParameter({"window", "T", "Window", "Length; each in the list is tried."},
                      {.from = 0.01, .to = 2, .value = {0.1}}, "Data"),
        integerParameter({"rows", "M", "Windows", "Of one evaluation: equations for the weights."},
                         {.from = "3 + 3 * system_is_third_order", .to = 200, .value = 20}, "Data"),
        taking(LiveEffect::nextStep,
               choiceParameter(
                   {"excitation", "Windows begin", "At which state each window of samples begins."},
                   choicesOf(excitationChoices), "carried", "Data"))};
    list[3].unit = "s";
    for (const auto& [name, subscript] : {std::pair{"1", "₁"}, {"2", "₂"}, {"3", "₃"}})
        list.push_back(realParameter({text("x") + name, text("x") + subscript, "Start",
                                      "Of the first start; the others are drawn."},
                                     {.from = -10, .to = 10, .value = 2}, "Data"));
    list[list.size() - 2].defaultValue = -2.0;
    list.back().defaultValue = 3.0;
    list.back().appliesIf = "system_is_third_order";
    return list;
}

std::vector<Parameter> runParameters() {
    std::vector<Parameter> list{
        taking(LiveEffect::nextStep,
               logParameter({"length_scale", "ℓ", "Length scale", "Of Matérn's kernels."},
                            {.from = 0.01, .to = 10, .value = 0.3}, "Prior")),
        realParameter({"jitter", "", "Jitter",
                       "Added to the diagonal of the kernel matrix; 0 is the rule itself."},
                      {.from = 0, .to = 1, .value = 0}, "Prior"),
        integerParameter({"iterations", "", "Policy iterations", "At most."},
                         {.from = 1, .to = 200, .value = 12}, "Run"),
        realParameter({"tolerance", "ε", "Tolerance",
                       "Ends a trial once the weights change by less; 0: never."},
                      {.from = 0, .to = 1, .value = 0}, "Run"),
        integerParameter({"starts", "", "Starts", "The chosen one, and drawn ones."},
                         {.from = 1, .to = 100, .value = 4}, "Run"),
        taking(LiveEffect::framesOnly,
               integerParameter({"shown_window", "j", "Window shown", "In the close-up."},
                                {.from = 1, .to = "rows", .value = 1}, "Run")),
        seedParameter()};
    list[0].unit = "s";
    return list;
}

} // namespace

std::vector<Parameter> parameters() {
    return joined({problemParameters(), runParameters()});
}

std::vector<Preset> presets() {
    const Overrides sine{{"system", text("sine")}, {"x1", 1.0}, {"x2", 1.0}};
    const Numbers odd{5, 7, 9, 11, 13, 15};
    return {
        {"quick",
         "Quick",
         "The linear system, N = 5 to 15, four starts.",
         {},
         "Two floors: the trapezoid's on the derived line, slope −2, Matérn's below −4."},
        {"sine", "Sine", "The nonlinear system with the exact integral and Newton's method.",
         with(sine, {{"arms", Names{"trapezoid", "matern", "exact", "newton"}}, {"samples", odd}}),
         "The same two slopes, where the features cannot express what a policy costs."},
        {"priors",
         "Priors",
         "All kernels, Simpson, the left sum and the exact integral up to N = 33.",
         {{"arms", Names{"left", "trapezoid", "wiener", "matern_1_2", "matern_3_2", "matern_5_2",
                         "matern", "simpson", "exact"}},
          {"samples", Numbers{5, 7, 9, 13, 17, 25, 33}}},
         "The smoother the prior, the steeper the floor; Wiener's lies on the trapezoid's."},
        {"unstable",
         "The rule decides",
         "Five samples in half a second, 15 iterations, each evaluation from x⁰.",
         {{"arms", Names{"trapezoid", "matern", "exact"}},
          {"samples", Numbers{5}},
          {"window", Numbers{0.5}},
          {"excitation", text("restarted")},
          {"iterations", whole(15)},
          {"starts", whole(1)}},
         "The trapezoid's gain grows until its loop is unstable; Matérn's settles."},
        {"stability-map",
         "Stability map",
         "T from 0.05 to 1 s, N from 2 to 13, windows at drawn states.",
         {{"arms", Names{"trapezoid", "matern"}},
          {"samples", Numbers{2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13}},
          {"window", Numbers{0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.75, 1}},
          {"excitation", text("drawn")},
          {"iterations", whole(15)},
          {"starts", whole(1)}},
         "Empty where the loop was lost: the trapezoid loses it from a spacing of 0.12 s on."},
        {"convergence",
         "Newton's steps",
         "Exact integrals beside Newton's method, and a trapezoid of five samples.",
         {{"arms", Names{"trapezoid", "matern", "exact", "newton"}},
          {"samples", Numbers{5}},
          {"starts", whole(1)}},
         "Digits double from step to step, until a rule's floor stops them."},
        {"full",
         "Full",
         "All rules, N up to 33, five window lengths, eight starts.",
         {{"arms", Names{"left", "trapezoid", "wiener", "matern_1_2", "matern_3_2", "matern_5_2",
                         "matern", "simpson", "exact", "newton"}},
          {"samples", Numbers{3, 5, 7, 9, 11, 13, 15, 17, 21, 25, 33}},
          {"window", Numbers{0.05, 0.1, 0.2, 0.5, 1}},
          {"excitation", text("drawn")},
          {"iterations", whole(20)},
          {"starts", whole(8)}},
         "Floors of every rule at every spacing."}};
}

std::vector<std::pair<std::string, std::string>> questions() {
    return {{"Same data, same N: why does one controller fail?",
             "A large gain makes a loop whose fast mode is over between two samples. The trapezoid "
             "takes the first of them for half an interval of cost, far too much; the policy that "
             "improves on so high a value has a larger gain still."},
            {"Why does the error stop falling?",
             "Policy iteration is Newton's method: each step squares the error, and adds that of "
             "the rule. In the end only the latter is left."},
            {"Is a rougher prior safer?",
             "The roughest, Brownian motion, gives the trapezoid, exactly. Its floor is the "
             "highest from five samples on; with two samples it is the lower one."},
            {"What does the trapezoid learn?",
             "Exactly the value of a slightly different cost, off by h²/12 times a difference of "
             "l′ at the ends of the window. No amount of data tells the two apart."}};
}

} // namespace convergence::integral_rl
