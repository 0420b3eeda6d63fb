// What can be set: parameters, presets, and questions for a class.

#include "core/experiment/parameter_builders.h"
#include "plugins/statistics/top-two-crowdsourcing/arms.h"
#include "plugins/statistics/top-two-crowdsourcing/experiment.h"

namespace convergence::top_two {

namespace {

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

std::string text(const char* value) {
    return value;
}

std::vector<Parameter> crowdParameters() {
    const auto usual = [](const char* name, const char* symbol, const char* label, const char* help,
                          double from, double value) {
        return when(
            ofModel,
            orWord("usual", realParameter({name, symbol, label, help},
                                          {.from = from, .to = 0.999, .value = value}, "Crowd")));
    };
    return {
        choiceParameter({"scenario", "Scenario", "Who is asked, and how clear the tasks are."},
                        choicesOf(scenarioChoices), "few_smart", "Crowd"),
        when("scenario_is_file == 0",
             integerParameter({"workers", "n", "Workers", "Of the crowd."},
                              {.from = 3, .to = 2000, .value = 50}, "Crowd")),
        when("scenario_is_file == 0",
             integerParameter({"tasks", "m", "Tasks", "Questions to it."},
                              {.from = 10, .to = 100'000, .value = 500}, "Crowd")),
        when(ofModel,
             integerParameter({"choices", "K", "Choices", "Of each task; pictures have ten."},
                              {.from = 3, .to = 20, .value = 5}, "Crowd")),
        listParameter({"sampling", "s", "Share answered",
                       "Each worker answers each task with this probability; of a file the share "
                       "of its answers that is used. What a smaller share has, a larger one has."},
                      {.from = 0.01, .to = 1, .value = {0.2, 0.4, 0.6, 0.8, 1}}, "Crowd"),
        usual("reliability_low", "p", "Least skill", "p is uniform; usual: by the scenario.", 0.0,
              0.001),
        usual("reliability_high", "p", "Greatest skill", "p is uniform; usual: by the scenario.",
              0.0, 0.999),
        usual("expert_share", "", "Share of experts",
              "Workers with p from U(0.9, 0.999); usual: by the scenario.", 0.0, 0.1),
        usual("clarity_low", "q", "Least clarity", "q is uniform; usual: by the scenario.", 0.501,
              0.501),
        usual("clarity_high", "q", "Greatest clarity", "q is uniform; usual: by the scenario.",
              0.501, 0.599)};
}

std::vector<Parameter> fileParameters() {
    const auto file = [](const char* name, const char* label, const char* help) {
        Parameter parameter{.name = name,
                            .label = label,
                            .help = help,
                            .kind = ParameterKind::file,
                            .defaultValue = std::string(),
                            .appliesIf = "scenario_is_file",
                            .group = "Files"};
        return parameter;
    };
    Parameter folder = imageFolderParameter("Files");
    folder.appliesIf = "scenario_is_images";
    return {
        file("answers_file", "Answers", "One a line: task, worker and answer, between blanks."),
        file("truth_file", "True answers", "One a line: task and answer; may be left out."),
        file("second_file", "Second answers",
             "The most confusing ones, one a line: task and answer; may be left out."),
        when("scenario_is_file", choiceParameter({"file_order", "A line holds", "In which order."},
                                                 choicesOf(orderChoices), "task_first", "Files")),
        when("scenario_is_file",
             choiceParameter({"first_number", "Numbers", "Of tasks, workers and answers."},
                             choicesOf(firstNumberChoices), "one", "Files")),
        std::move(folder)};
}

std::vector<Parameter> methodParameters() {
    return {
        choiceSetParameter(
            {"arms", "Methods", "Each is an arm; the oracle only where a model was drawn."},
            choicesOf(methodArms),
            {"toptwo2", "toptwo1", "oracle", "majority", "dawid_skene_1", "dawid_skene", "pgd"},
            "Methods"),
        integerParameter({"em_rounds", "T", "Rounds", "Of Dawid–Skene with T rounds."},
                         {.from = 1, .to = 100, .value = 10}, "Methods"),
        switchParameter({"split", "Halves",
                         "Stage 1 sees one half of the answers, stage 2 the other, as the theory "
                         "has it; the authors' program does not."},
                        false, "Methods"),
        when("scenario_is_images",
             switchParameter({"train_classifier", "Train on the labels",
                              "Softmax regression on what TopTwo2 found: first answers alone, both "
                              "as soft labels, or the shares of votes; tested on other pictures."},
                             false, "Methods")),
        choiceParameter({"stage_two_skills", "Skills in stage 2",
                         "A control: what is stage 2 without the skills?"},
                        choicesOf(skillsChoices), "estimated", "Methods"),
        choiceParameter({"dealing", "Answers are",
                         "A control: what is lost if it is not known who said it, or of what?"},
                        choicesOf(dealingChoices), "given", "Crowd"),
        taking(LiveEffect::framesOnly,
               integerParameter({"shown_task", "j", "Task shown",
                                 "Under the loupe; 0 is the one that a method finds hardest."},
                                {.from = 0, .to = 10'000'000, .value = 0}, "Run")),
        taking(LiveEffect::framesOnly,
               realParameter({"shown_share", "s", "Share shown",
                              "Pictures are of the first crowd at the nearest share in the list."},
                             {.from = 0.01, .to = 1, .value = 1}, "Run")),
        integerParameter({"repetitions", "", "Repetitions", "Crowds that are drawn."},
                         {.from = 1, .to = 100, .value = 10}, "Run"),
        seedParameter()};
}

} // namespace

std::vector<Parameter> parameters() {
    return joined({crowdParameters(), fileParameters(), methodParameters()});
}

std::vector<Preset> presets() {
    const auto scenario = [](const char* id) { return Overrides{{"scenario", text(id)}}; };
    const Names withoutOracle{"toptwo2",       "toptwo1",     "majority",
                              "dawid_skene_1", "dawid_skene", "pgd"};
    const Names every{"toptwo2",       "toptwo1",     "oracle", "majority",
                      "dawid_skene_1", "dawid_skene", "pgd",    "mmsr"};
    const Numbers tenths{0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0};
    return {{"quick",
             "Quick: few smart",
             "45 workers who nearly guess and 5 who know, 500 hard tasks, ten crowds.",
             {},
             "TopTwo2 on the oracle's line, the majority far above."},
            {"easy", "Easy", "Clear tasks, skills of all kinds.", scenario("easy"),
             "The first answer is found by all; the second tells methods apart."},
            {"hard", "Hard", "Two answers nearly as likely.", scenario("hard"),
             "Nobody finds the order of the two; PGD is level with TopTwo2."},
            {"high_variance", "High variance", "Easy and hard tasks together.",
             scenario("high_variance"), "The clarity of tasks is seen against the truth."},
            {"decay", "Decay", "4,000 tasks of one clarity, one crowd.",
             with(scenario("decay"), {{"tasks", std::int64_t{4000}},
                                      {"sampling", Numbers{0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0}},
                                      {"repetitions", std::int64_t{1}}}),
             "Straight lines on a logarithmic axis: exponential decay, TopTwo2's as steep as the "
             "oracle's."},
            {"images", "Pictures",
             "2,000 pictures of clothes, 40 workers who see 20 pixels each, three crowds.",
             with(scenario("images"), {{"workers", std::int64_t{40}},
                                       {"tasks", std::int64_t{2000}},
                                       {"arms", withoutOracle},
                                       {"sampling", Numbers{0.1, 0.2, 0.4}},
                                       {"repetitions", std::int64_t{3}}}),
             "What the crowd confuses: shirts with pullovers and coats."},
            {"full",
             "Full",
             "Few smart at ten shares, M-MSR too, 30 crowds.",
             {{"arms", every}, {"sampling", tenths}, {"repetitions", std::int64_t{30}}},
             "All methods with narrow means."}};
}

std::vector<std::pair<std::string, std::string>> questions() {
    return {{"Why does the majority fail with few experts?",
             "It weighs those who guess like those who know. Forty-five guesses spread over five "
             "choices reach nine votes each by chance alone; five experts are fewer than that."},
            {"Why is the second answer harder than the first?",
             "Its share of the answers is p(1 − q) above what guesses give everybody, that of the "
             "first p q: with clear tasks the second hardly rises above the floor."},
            {"What does stage 2 add?",
             "Stage 1 adds up answers with weights that grow in proportion to skill; the "
             "likelihood weighs by log-odds, so that an expert counts more than many who guess."},
            {"How can skill be told without knowing a single true answer?",
             "Who knows agrees with others who know; guesses agree with nobody. Deal the answers "
             "to each task anew, and it is gone."}};
}

} // namespace convergence::top_two
