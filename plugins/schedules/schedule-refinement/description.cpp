// What can be told about schedule-refinement without running it: presets, questions, and what
// stands in the files beside this one.

#include "plugins/schedules/schedule-refinement/arms.h"
#include "plugins/schedules/schedule-refinement/experiment.h"
#include "plugins/schedules/schedule-refinement/records.h"

namespace convergence::schedule_refinement {

namespace {

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

std::vector<Preset> presets() {
    const Names training = {"linear", "cosine",   "inverse_time", "inverse_sqrt",
                            "step",   "constant", "refined"};
    return {
        {"quick",
         "Quick",
         "The noisy stream, loud at first; one seed, all schedules.",
         {},
         "Loud noise at first: the refined schedule waits, and halves the gap of linear decay."},
        {"full",
         "Full",
         "The noisy stream over 20,000 steps, three seeds, two rounds of refinement.",
         {{"steps", std::int64_t{20000}},
          {"seeds", Numbers{0, 1, 2}},
          {"refinement_rounds", std::int64_t{2}}},
         "Over a longer run the same, and a second refinement that changes little."},
        {"flat",
         "Constant noise",
         "Where refinement has nothing to find.",
         {{"noise_profile", std::string("flat")}},
         "The refined schedule is linear decay again."},
        {"softmax",
         "Softmax regression",
         "SGD, three seeds: linear decay is best, refinement no gain.",
         {{"task", std::string("softmax")},
          {"schedules", training},
          {"seeds", Numbers{0, 1, 2}},
          {"refinement_rounds", std::int64_t{2}}},
         "Linear decay has the lowest loss of the classical schedules."},
        {"softmax-adam",
         "Softmax regression, Adam",
         "Norms and weights in l1.",
         {{"task", std::string("softmax")},
          {"optimizer", std::string("adam")},
          {"schedules", training},
          {"seeds", Numbers{0, 1, 2}}},
         "Only cosine comes near linear decay."},
        {"network",
         "Network",
         "A warm-up appears by itself.",
         {{"task", std::string("network")},
          {"optimizer", std::string("momentum")},
          {"norm_rate", 0.2},
          {"schedules", training},
          {"seeds", Numbers{0, 1, 2}},
          {"refinement_rounds", std::int64_t{2}}},
         "The refined schedule warms up though nobody asked it to."},
        {"draw",
         "Draw the norms",
         "Draw gradient norms or a schedule and read its bound.",
         {{"task", std::string("profile")},
          {"norm_profile", std::string("drawn")},
          {"schedules",
           Names{"linear", "cosine", "inverse_sqrt", "constant", "refined", "fitted", "drawn"}}},
         "How schedule and bound follow the norms that one draws."},
        {"own",
         "My own norms",
         "Choose a file under 'My own norms': its refined schedule is drawn, and saved with the "
         "run.",
         {{"task", std::string("profile")},
          {"schedules", Names{"linear", "cosine", "constant", "refined", "fitted", "numeric"}}},
         "What refinement makes of a run of one's own."}};
}

} // namespace

std::vector<std::string> defaultSchedules() {
    Names names;
    for (const ScheduleArm& arm : scheduleArms)
        if (arm.isChoice && arm.kind != ScheduleKind::drawn)
            names.emplace_back(arm.id);
    return names;
}

Description description() {
    return {
        .id = "schedule-refinement",
        .title = "Schedule refinement",
        .family = "schedules",
        .paper = {.title = "When, Why and How Much? Adaptive Learning Rate Scheduling by "
                           "Refinement",
                  .authors = "Aaron Defazio, Ashok Cutkosky, Harsh Mehta, Konstantin Mishchenko",
                  .year = 2023,
                  .venue = {},
                  .arxiv = "2310.07831"},
        .summary = "Worst-case bounds on the last iterate say that linear decay is the best "
                   "schedule. With the gradient norms of one earlier run a closed form refines it: "
                   "warm-up and fast annealing appear without being asked for.",
        .question =
            "Which learning-rate schedule is best when the gradient norms of an earlier run "
            "are known?",
        .topics = {"schedule", "learning rate", "warm-up", "annealing", "last iterate",
                   "online learning"},
        .parameters = parameters(),
        .mainParameters = {"task", "schedules", "noise_profile", "steps", "smoothing",
                           "refinement_rounds", "optimizer", "norms"},
        .records = records(),
        .presets = presets(),
        .arms = armsOf(scheduleArms),
        .views = views(),
        .claims = claims(),
        .questions =
            {{"Why is the last step size 0?",
              "The last gradient is taken at the last iterate: it cannot help it any more. In the "
              "formula, η_t multiplies the sum of the weights *after* t."},
             {"Why warm up?",
              "Large early norms give tiny weights: a step along a noisy gradient buys little and "
              "costs much. No warm-up was asked for; the norms ask for it."},
             {"Why not refine forever?",
              "The norms change under the new schedule. Compare *refined* with *refined ×2*."},
             {"Does refinement always pay?",
              "No. On softmax regression it is no gain over linear decay, and where the norms are "
              "constant there is nothing to refine."}},
        .lockStep = false};
}

} // namespace convergence::schedule_refinement
