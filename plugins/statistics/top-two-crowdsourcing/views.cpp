// What is drawn, as data.

#include "core/experiment/view_words.h"
#include "plugins/statistics/top-two-crowdsourcing/experiment.h"

namespace convergence::top_two {

namespace {

/// The mean over crowds of a share of wrong answers, against s.
SweepChart againstShare(SweepChart chart) {
    chart.x = "sampling";
    chart.xLabel = "share of answered pairs s";
    chart.axes = Axes::logY;
    chart.aggregate = Aggregate::mean;
    return chart;
}

std::vector<View> errorViews() {
    return {againstShare({.id = "pair_error",
                          .title = "Wrong pairs",
                          .help = "Share of tasks where the true or the confusing answer is not "
                                  "found. Dashed: no one who knows skills and clarities exceeds "
                                  "this bound.",
                          .y = "pair_error",
                          .curves = {{"bound", "bound", true}},
                          .yLabel = "share of wrong pairs",
                          .appliesIf = "scenario_is_images == 0",
                          .isMain = true}),
            againstShare({.id = "first_error",
                          .title = "Wrong first answers",
                          .help = "Share of tasks where the true answer is not found.",
                          .y = "first_error",
                          .yLabel = "share of wrong answers"}),
            againstShare({.id = "second_error",
                          .title = "Wrong second answers",
                          .help = "Share of tasks where the confusing answer is not found. More "
                                  "rounds of Dawid–Skene make it worse.",
                          .y = "second_error",
                          .yLabel = "share of wrong answers",
                          .appliesIf = "scenario_is_images == 0"})};
}

std::vector<View> crowdViews() {
    return {FrameView{.id = "answers",
                      .title = "Answers",
                      .help = "Each row a worker, the best first; each column a task, the clearest "
                              "first. Bright: the answer found to be true, middle: the confusing "
                              "one, dark: another. Those who know show a pattern, others noise.",
                      .frames = {"answers"},
                      .xLabel = "tasks by clarity",
                      .yLabel = "workers by skill",
                      .by = {byArm},
                      .isMain = true},
            FrameView{.id = "delta",
                      .title = "Δ",
                      .help = "Each column a task, the hardest first. The two smallest entries of "
                              "a column are the pair; a large gap to the others is a safe one.",
                      .frames = {"delta", "found"},
                      .xLabel = "task",
                      .yLabel = "choice",
                      .by = {byArm}},
            Points{.id = "reliability",
                   .title = "Skill against truth",
                   .help = "p̂ of each worker, or where a method has none the share of his answers "
                           "among its pairs, against p.",
                   .frames = {"reliability"},
                   .xLabel = "true skill p",
                   .yLabel = "skill as seen",
                   .by = {byArm},
                   .appliesIf = ofModel},
            Points{.id = "clarity",
                   .title = "Clarity against truth",
                   .help = "q̂ of each task, or where a method has none the share of its first "
                           "answer among the votes for both, against q.",
                   .frames = {"clarity"},
                   .xLabel = "true clarity q",
                   .yLabel = "clarity as seen",
                   .by = {byArm},
                   .appliesIf = ofModel},
            FrameTable{.id = "hardest",
                       .title = "Hardest tasks",
                       .help = "Those with the least clarity as the method sees it. Their numbers "
                               "go under the loupe.",
                       .frames = {"hardest"},
                       .by = {byArm}}};
}

std::vector<View> taskViews() {
    return {
        FrameView{.id = "votes",
                  .title = "Votes on the task",
                  .help = "Of everybody alike, and weighted by skill to the same sum.",
                  .kind = ViewKind::bars,
                  .frames = {"votes"},
                  .xLabel = "choice",
                  .yLabel = "votes",
                  .by = {byArm}},
        FrameView{.id = "pairs",
                  .title = "Likelihood of all pairs",
                  .help = "Row: the true answer, column: the confusing one. 0 is the likeliest.",
                  .frames = {"pairs"},
                  .xLabel = "confusing answer",
                  .yLabel = "true answer",
                  .by = {byArm}},
        FrameView{.id = "picture",
                  .title = "The picture",
                  .help = "What the workers saw 20 pixels of.",
                  .kind = ViewKind::pictures,
                  .frames = {"picture"},
                  .by = {byArm},
                  .appliesIf = "scenario_is_images"},
        FrameView{.id = "task",
                  .title = "The task in words",
                  .help = "What was found, what is true, and who said what.",
                  .kind = ViewKind::text,
                  .frames = {"task"},
                  .by = {byArm}}};
}

std::vector<View> roundViews() {
    return {Chart{.id = "rounds",
                  .title = "Error by round",
                  .help = "Of the first crowd. A round is a cut of stage 1, stage 2, a round of "
                          "expectation–maximization, or 100 steps of PGD.",
                  .xLabel = "round",
                  .y = "pair_error",
                  .yLabel = "share of wrong pairs",
                  .by = {{"sampling", "s"}},
                  .appliesIf = "scenario_is_images == 0"},
            Chart{.id = "second_rounds",
                  .title = "Second answers by round",
                  .help = "Dawid–Skene grows sure of one answer and loses the other.",
                  .xLabel = "round",
                  .y = "second_error",
                  .yLabel = "share of wrong second answers",
                  .by = {{"sampling", "s"}},
                  .appliesIf = "scenario_is_images == 0"},
            againstShare({.id = "clarity_error",
                          .title = "Error of the clarity",
                          .help = "Mean |q̂ − q|.",
                          .y = "clarity_error",
                          .yLabel = "mean |q̂ − q|",
                          .appliesIf = ofModel}),
            SweepChart{.id = "accuracy",
                       .title = "Trained on the labels",
                       .help = "Accuracy of softmax regression on pictures never seen, trained on "
                               "what TopTwo2 found and on the votes.",
                       .x = "sampling",
                       .xLabel = "share of answered pairs s",
                       .curves = {{"hard_accuracy", "first answers"},
                                  {"pair_accuracy", "both answers"},
                                  {"vote_accuracy", "votes"}},
                       .yLabel = "accuracy",
                       .aggregate = Aggregate::mean,
                       .by = {byArm},
                       .appliesIf = "scenario_is_images * train_classifier"}};
}

} // namespace

std::vector<View> views() {
    return joined({errorViews(), crowdViews(), taskViews(), roundViews()});
}

} // namespace convergence::top_two
